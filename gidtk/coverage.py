"""Which reports are there and which are missing: year by year of a unit, province by province of a corpus."""

from collections.abc import Iterable

import pandas as pd

from gidtk.errors import GidtkError
from gidtk.units import unit_of

__all__ = ["COVERAGE_COLUMNS", "YEAR_COLUMNS", "coverage", "province_codes", "years_there"]

YEAR_COLUMNS = ("year", "reports", "report", "form", "published", "cells_ok", "cells_all", "flags")
COVERAGE_COLUMNS = ("group", "units", "reports", "unit_years", "missing", "several", "cells_ok", "cells_all")


def province_codes(reports: pd.DataFrame) -> pd.Series:
    """Return the code of the province that each report's region lies in, by the first two digits of its own code.

    Parameters
    ----------
    reports : DataFrame
        ``region_code``.

    Returns
    -------
    Series
        Six digits as text, under the index of `reports`; missing where there is no code of at least six digits.

    Examples
    --------
    >>> province_codes(pd.DataFrame({"region_code": ["360829", None]})).tolist()
    ['360000', nan]
    """
    codes = reports["region_code"].astype("str")
    return (codes.str[:2] + "0000").where(codes.str.fullmatch(r"\d{6,12}").fillna(False).astype(bool))


def years_there(reports: pd.DataFrame, years: Iterable[int] | None = None) -> pd.DataFrame:
    """List year by year whether one unit has a report.

    Parameters
    ----------
    reports : DataFrame
        The reports of one unit, as in a corpus.
    years : iterable of int, optional
        The years to look at; from the first to the last report if not given.

    Returns
    -------
    DataFrame
        One row a year: ``year``, ``reports`` (how many; 0 for a missing one), and of the first of them ``report``,
        ``form``, ``published``, ``cells_ok``, ``cells_all`` and ``flags``.

    Raises
    ------
    GidtkError
        If the reports are those of several units.

    Examples
    --------
    >>> reports = pd.DataFrame({"report": ["a", "b"], "agency": "甲", "year": [2019, 2021]})
    >>> years_there(reports)[["year", "reports"]].values.tolist()
    [[2019, 1], [2020, 0], [2021, 1]]
    """
    whole = reports.reindex(columns=list(dict.fromkeys(["region_code", "agency", *YEAR_COLUMNS])))
    if (units := unit_of(whole).dropna().unique().tolist())[1:]:
        raise GidtkError(f"reports of {len(units)} units ({', '.join(units[:4])}): give those of one")
    dated = whole[whole["year"].notna()].astype({"year": "Int64"})
    span = range(int(dated["year"].min()), int(dated["year"].max()) + 1) if len(dated) else range(0)
    asked = list(span if years is None else years)
    first = dated.drop_duplicates("year").set_index("year").reindex(asked)
    counts = dated["year"].value_counts().reindex(asked).fillna(0)
    found = first.assign(reports=counts).rename_axis("year").reset_index()
    texts = dict.fromkeys(("report", "form", "published", "flags"), "str")
    whole_numbers = dict.fromkeys(("year", "reports", "cells_ok", "cells_all"), "Int64")
    return found[list(YEAR_COLUMNS)].astype({**texts, **whole_numbers})


def coverage(reports: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """Count reports, and the years that units lack, by group.

    Parameters
    ----------
    reports : DataFrame
        As in a corpus: ``report``, ``region_code``, ``agency``, ``year``, ``cells_ok``, ``cells_all``.
    by : Series
        The group of each report, such as :func:`province_codes` gives.

    Returns
    -------
    DataFrame
        One row a ``group``, in the order of groups, that without a name last: ``units``, ``reports``, ``unit_years``
        (units × years from the first to the last report of all groups), ``missing`` (of these, without a report),
        ``several`` (reports beyond one a unit and year), ``cells_ok``, ``cells_all``. A unit of which no report at all
        is there is unknown here: compare with a list of units of your own.

    Examples
    --------
    >>> reports = pd.DataFrame({"report": ["a", "b", "c"], "region_code": ["360829", "360829", "440100"],
    ...     "agency": ["甲", "甲", "乙"], "year": [2019, 2020, 2020], "cells_ok": 198, "cells_all": 198})
    >>> coverage(reports, province_codes(reports))[["units", "unit_years", "missing"]].values.tolist()
    [[1, 2, 0], [1, 2, 1]]
    """
    unit = unit_of(reports)
    years = reports["year"].dropna()
    span = int(years.max() - years.min()) + 1 if len(years) else 0
    known = unit.notna() & reports["year"].notna()
    parts = pd.DataFrame(
        {
            "group": by.astype("str"),
            "unit": unit,
            "again": (pd.DataFrame({"unit": unit, "year": reports["year"]}).duplicated() & known).astype("Int64"),
            "placed": known.astype("Int64"),
            "cells_ok": reports["cells_ok"],
            "cells_all": reports["cells_all"],
        }
    )
    groups = parts.groupby("group", dropna=False, sort=True)
    found = pd.DataFrame(
        {"units": groups["unit"].nunique(), "reports": groups.size(), "several": groups["again"].sum()}
    )
    found["unit_years"] = found["units"] * span
    found["missing"] = found["unit_years"] - (groups["placed"].sum() - found["several"])
    found = found.join(groups[["cells_ok", "cells_all"]].sum())
    return found.astype("Int64")[list(COVERAGE_COLUMNS[1:])].rename_axis("group").reset_index()
