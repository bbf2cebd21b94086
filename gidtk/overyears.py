"""One unit, or many, over years: what is carried over, values as points, what the crosswalk lets compare."""

from collections.abc import Iterable

import pandas as pd

from gidtk.crosswalk import GRADES, crosswalk, harmonise
from gidtk.errors import GidtkError
from gidtk.form import FORM_IDS
from gidtk.indicators import indicators
from gidtk.measures import measures
from gidtk.shown import value_names
from gidtk.units import previous, unit_of
from gidtk.variables import variables

__all__ = ["CARRY_COLUMNS", "CARRY_STATES", "POINT_COLUMNS", "carry_over", "compared", "over_years"]

CARRY_COLUMNS = ("report", "region_code", "agency", "year", "carried_out_before", "carried_in", "gap", "state")
CARRY_STATES = ("agrees", "differs", "no number", "no report before")
POINT_COLUMNS = ("report", "year", "form", "name", "panel", "value", "low", "high", "n")


def carry_over(panel: pd.DataFrame) -> pd.DataFrame:
    """Hold what each report carries in against what the report of the year before carried out.

    Parameters
    ----------
    panel : DataFrame
        As :func:`gidtk.panel.panel` gives it, one report a unit and year.

    Returns
    -------
    DataFrame
        One row a report, in the order of the panel: ``report``, ``region_code``, ``agency``, ``year``,
        ``carried_out_before`` (结转下年度继续办理 of the report of the year before), ``carried_in`` (上年结转),
        ``gap`` (the second less the first, 件; ``Int64``) and ``state``: ``agrees``, ``differs``, ``no number`` (one of
        the two has none) or ``no report before``.

    Raises
    ------
    GidtkError
        If the panel has no column ``report`` or ``year``.

    Examples
    --------
    >>> panel = pd.DataFrame({"report": ["a", "b"], "agency": "甲", "year": [2020, 2021], "carried_in_total": [0, 3],
    ...     "carried_out_total": [2, 0]})
    >>> carry_over(panel)[["gap", "state"]].values.tolist()
    [[<NA>, 'no report before'], [1, 'differs']]
    """
    names = ["report", "region_code", "agency", "year", "carried_in_total", "carried_out_total"]
    if gone := [name for name in ("report", "year") if name not in panel.columns]:
        raise GidtkError(f"a panel without column {', '.join(gone)}: give it as panel() made it")
    whole = panel.reindex(columns=list(dict.fromkeys([*names, *panel.columns.intersection(["scope"])])))
    before = previous(whole)
    found = whole[names[:4]].assign(
        carried_out_before=before["carried_out_total"].astype("Int64"),
        carried_in=whole["carried_in_total"].astype("Int64"),
    )
    found["gap"] = found["carried_in"] - found["carried_out_before"]
    state = (found["gap"] == 0).map({True: "agrees", False: "differs"}).where(found["gap"].notna(), "no number")
    found["state"] = state.astype("str").where(before["report"].notna(), "no report before")
    return found.astype({"report": "str", "region_code": "str", "agency": "str", "year": "Int64"})[list(CARRY_COLUMNS)]


def over_years(panel: pd.DataFrame, names: Iterable[str], lang: str = "zh") -> pd.DataFrame:
    """Lay out variables and indicators of a panel as points for :func:`gidtk.plot.trend`.

    Parameters
    ----------
    panel : DataFrame
        As :func:`gidtk.panel.panel` gives it.
    names : iterable of str
        Variables such as ``received_total``, and ids of :func:`gidtk.measures.measures` such as ``grant_rate``. A
        variable that the panel does not have is left out.
    lang : str
        Language of the labels.

    Returns
    -------
    DataFrame
        ``report``, ``year``, ``form``, ``name``, ``panel`` (the label, with the form where not every form of the panel
        has the variable), ``value`` and, of indicators, ``low``, ``high`` and ``n``; by name and year.

    Raises
    ------
    GidtkError
        If a name is neither a variable of a form nor an indicator.

    Examples
    --------
    >>> panel = pd.DataFrame({"report": ["a"], "year": [2020], "form": ["f2019"], "received_total": [11.0]})
    >>> over_years(panel, ["received_total"], "en")[["panel", "value"]].values.tolist()
    [['New requests: Total (cases)', 11.0]]
    """
    asked = list(dict.fromkeys(names))
    if unknown := [name for name in asked if name not in measures() and name not in variables()]:
        raise GidtkError(f"{unknown[0]!r} is neither a variable of a form nor an indicator, such as grant_rate")
    chosen = [name for name in asked if name in measures() or name in panel.columns]
    keys = panel.reindex(columns=["report", "region_code", "agency", "year", "form"])
    whole = panel.assign(**keys)
    forms = [form for form in FORM_IDS if (keys["form"] == form).any()]
    parts = [_points(whole, keys, name) for name in chosen]
    found = pd.concat(parts, ignore_index=True) if parts else keys[:0].assign(name=None)
    found["panel"] = found["name"].map({name: _label(name, forms, lang) for name in chosen})
    texts = dict.fromkeys(("report", "form", "name", "panel"), "str")
    numbers = dict.fromkeys(("value", "low", "high", "n"), "Float64")
    found = found.reindex(columns=list(POINT_COLUMNS)).astype({**texts, "year": "Int64", **numbers})
    order = found["name"].map({name: place for place, name in enumerate(chosen)})
    return found.iloc[pd.DataFrame({"name": order, "year": found["year"]}).sort_values(["name", "year"]).index]


def _points(panel: pd.DataFrame, keys: pd.DataFrame, name: str) -> pd.DataFrame:
    if name in measures():
        return indicators(panel, [name]).assign(name=name)
    return keys.assign(name=name, value=panel[name])


def _label(name: str, forms: list[str], lang: str) -> str:
    """Return what is measured, with its unit, and with its forms where it is not in every one."""
    item = measures().get(name) or variables()[name]
    own = [word for form, word in value_names("form", lang).items() if form in forms and form in item.forms]
    unit = value_names("unit", lang).get(item.unit, item.unit)
    text = item.en if lang == "en" else item.zh
    said = [*([unit] if unit and unit not in text else []), *(own if len(own) < len(forms) else [])]
    return text + (f" ({', '.join(said)})" if said else "")


def compared(panel: pd.DataFrame, lang: str = "zh") -> pd.DataFrame:
    """Lay out what the crosswalk lets compare over the forms, one row a quantity and one column a year.

    Parameters
    ----------
    panel : DataFrame
        Reports of one unit, as :func:`gidtk.panel.panel` gives them, one a year.
    lang : str
        Language of labels and caveats.

    Returns
    -------
    DataFrame
        ``name``, ``label``, ``unit``, then one column a year (``Float64``), then ``grade`` (``high``, ``medium``,
        ``low``) and ``caveat``; quantities without a number in any year are left out.

    Raises
    ------
    GidtkError
        If there are several reports of one year, or those of several units.

    Examples
    --------
    >>> panel = pd.DataFrame({"agency": "甲", "year": [2020, 2021], "form": ["f2019", "f2021"], "norms_made": [4, None],
    ...     "norms_issued": [None, 3]})
    >>> compared(panel, "en")[["label", 2020, 2021, "grade"]].values.tolist()
    [['Normative documents issued', 4.0, 3.0, 'medium']]
    """
    if panel["year"].duplicated().any() or unit_of(panel.reindex(columns=["region_code", "agency"])).nunique() > 1:
        raise GidtkError("compared needs one report a year of one unit: give panel(years_of(…), duplicates='first')")
    wide = harmonise(panel).T
    wide.columns = [int(year) for year in panel["year"]]
    wide = wide[sorted(wide.columns)].dropna(how="all")
    items = [item for name, item in crosswalk().items() if name in wide.index and item.grade in GRADES[:-1]]
    end = "en" if lang == "en" else "zh"
    about = pd.DataFrame(
        [(i.name, getattr(i, end), i.unit, i.grade, getattr(i, f"caveat_{end}")) for i in items],
        columns=["name", "label", "unit", "grade", "caveat"],
    ).astype("str")
    numbers = wide.reindex(about["name"]).reset_index(drop=True).astype("Float64")
    return pd.concat([about[["name", "label", "unit"]], numbers, about[["grade", "caveat"]]], axis=1)
