"""Indicators: counts, shares and ratios with their denominators and intervals.

The formulas lie in ``forms/indicators.toml``; the same text is executed here and printed in the codebook.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from gidtk.checks import cell_values
from gidtk.errors import GidtkError
from gidtk.formula import evaluate, fill
from gidtk.intervals import difference_limits, growth_limits, wilson, wilson_limits
from gidtk.measures import Measure, facts, measures
from gidtk.units import previous
from gidtk.variables import variables

__all__ = [
    "ANSWER_COLUMNS",
    "INDICATOR_COLUMNS",
    "SHARE_COLUMNS",
    "SMALL_N",
    "answers",
    "indicators",
    "shares",
    "wilson",
]

ANSWER_COLUMNS = ("id", "zh", "en", "count")
SHARE_COLUMNS = ("id", "zh", "en", "count", "n", "share", "low", "high")
UNIT_COLUMNS = ("report", "region_code", "agency", "year", "form")
INDICATOR_COLUMNS = (*UNIT_COLUMNS, "id", "count", "n", "value", "low", "high", "flag")

SMALL_N = 30  # a share of fewer is flagged

_PARTS = ("count", "n", "value", "low", "high")
Numbers = npt.NDArray[np.float64]
Parts = tuple[Numbers, Numbers, Numbers, Numbers, Numbers]


def answers(cells: pd.DataFrame, column: str = "total") -> pd.DataFrame:
    """Count how requests were answered, in the six groups of table 三.

    Parameters
    ----------
    cells : DataFrame
        The cells of one report, as ``report.cells``.
    column : str, optional
        The kind of applicant.

    Returns
    -------
    DataFrame
        ``id``, ``zh``, ``en``, ``count`` (件; missing when a cell of the group has no number).

    Examples
    --------
    >>> import gidtk as gid
    >>> answers(gid.read_report(gid.sample("anfu_2020.txt")).cells)["count"].tolist()
    [9, 0, 2, 0, 0, 0]
    """
    wide = _one_row(cells)
    known = f"received_{column}" in variables()
    rows = [
        (id_, group["zh"], group["en"], evaluate(fill(group["formula"], column=column), wide)[0] if known else pd.NA)
        for id_, group in facts()["answers"].items()
    ]
    return pd.DataFrame(rows, columns=list(ANSWER_COLUMNS)).astype({"count": "Int64"})


def shares(cells: pd.DataFrame) -> pd.DataFrame:
    """Compute the shares that the profile of one report shows.

    Parameters
    ----------
    cells : DataFrame
        The cells of one report, as ``report.cells``.

    Returns
    -------
    DataFrame
        ``id``, ``zh``, ``en``, ``count`` (numerator), ``n`` (denominator), ``share`` (0 to 1) and its Wilson 95 %
        interval ``low`` to ``high``. All missing when an input has no number; share and interval missing when `n`
        is 0, or when the count exceeds it. Shares of small `n` say little: read the interval. They rank nobody.

    Examples
    --------
    >>> import gidtk as gid
    >>> frame = shares(gid.read_report(gid.sample("anfu_2020.txt")).cells).set_index("id")
    >>> frame.loc["grant_rate", ["count", "n"]].tolist()
    [9, 11]
    """
    wide = _one_row(cells)
    rows = []
    for measure in map(_measure, facts()["profile"]):
        rows.append((measure.id, measure.zh, measure.en, *(part[0] for part in _compute(measure, wide, None))))
    frame = pd.DataFrame(rows, columns=list(SHARE_COLUMNS)).astype(dict.fromkeys(SHARE_COLUMNS[3:], "Float64"))
    return frame.astype({"count": "Int64", "n": "Int64"})


def _one_row(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of one report as a frame of one row."""
    values = {f"{row}_{column}": value for (_, row, column), value in cell_values(cells).items()}
    return pd.DataFrame({name: [value] for name, value in values.items()}, index=[0], dtype="Float64")


def indicators(panel: pd.DataFrame, ids: Iterable[str] | None = None) -> pd.DataFrame:
    """Compute indicators for every report of a panel.

    Parameters
    ----------
    panel : DataFrame
        As :func:`gidtk.panel.panel` gives it: ``region_code``, ``agency``, ``year``, ``form`` and the variables. Growth
        needs the year before in the same panel. A measure per inhabitant needs a column ``population``.
    ids : iterable of str, optional
        Which measures; all of :func:`measures` if not given.

    Returns
    -------
    DataFrame
        One row a report and measure, in the order of the panel and of the measures: ``report``, ``region_code``,
        ``agency``, ``year``, ``form``, ``id``, ``count`` (numerator; missing for counts and indices), ``n``
        (denominator, the smaller of two for a difference), ``value`` (0 to 1 for shares), its 95 % interval ``low`` to
        ``high`` where its kind has one, and ``flag``: some of ``small_n`` (n below 30), ``n_is_0``, ``above_n`` (the
        count exceeds n: no share), ``missing_input``, ``not_in_form``, joined by ``;``.

    Raises
    ------
    GidtkError
        If a measure is not known, or a column that tells the reports apart is missing.

    Notes
    -----
    Missing in, missing out; a denominator of 0 gives missing, not 0. High or low is not good or bad by itself.
    Shares have the Wilson interval, growth that of a ratio of Poisson counts, a difference of shares the hybrid
    score interval.

    Examples
    --------
    >>> panel = pd.DataFrame({"report": ["a"], "region_code": ["360829"], "agency": ["安福县人民政府"], "year": [2020],
    ...     "form": ["f2019"], "granted_total": [9.0], "concluded_total": [11.0]})
    >>> indicators(panel, ["grant_rate"])[["id", "count", "n", "flag"]].values.tolist()
    [['grant_rate', 9.0, 11.0, 'small_n']]
    """
    chosen = [_measure(id_) for id_ in (measures() if ids is None else _listed(ids))]
    if gone := [name for name in UNIT_COLUMNS if name not in panel.columns]:
        raise GidtkError(f"a panel without column {', '.join(gone)}: give it as panel() made it")
    panel = panel.reset_index(drop=True)
    before = previous(panel)
    parts = [_of_forms(measure, panel, before) for measure in chosen]
    units = panel[list(UNIT_COLUMNS)]
    frame = pd.concat([pd.concat([units, part], axis=1) for part in parts]) if parts else _empty(units)
    texts = dict.fromkeys(("report", "region_code", "agency", "form", "id", "flag"), "str")
    frame = frame.astype({**texts, "year": "Int64", **dict.fromkeys(_PARTS, "Float64")})
    return frame.sort_index(kind="stable").reset_index(drop=True)[list(INDICATOR_COLUMNS)]


def _listed(ids: Iterable[str]) -> list[str]:
    if isinstance(ids, str):
        raise GidtkError(f"ids must be a list of measures, got the string {ids!r}; write [{ids!r}]")
    return list(dict.fromkeys(ids))


def _measure(id_: str) -> Measure:
    if id_ not in measures():
        raise GidtkError(f"no indicator {id_!r}: the indicators are {', '.join(measures())}")
    return measures()[id_]


def _empty(units: pd.DataFrame) -> pd.DataFrame:
    return units[:0].assign(id="", flag="", **dict.fromkeys(_PARTS, np.nan))


def _of_forms(measure: Measure, panel: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Compute a measure where the form has it; elsewhere everything is missing."""
    own = panel["form"].isin(measure.forms)
    found = pd.DataFrame(np.nan, index=panel.index, columns=list(_PARTS))
    if own.any() and all(name in panel.columns for name in measure.needs):
        found.loc[own] = np.column_stack(_compute(measure, panel[own], before))
    return found.assign(id=measure.id, flag=_flags(measure, found, own.to_numpy(dtype=bool)))


def _compute(measure: Measure, frame: pd.DataFrame, before: pd.DataFrame | None) -> Parts:
    """Return count, n, value, low and high of a measure for every row."""
    nothing = np.full(len(frame), np.nan)

    def numbers(text: str) -> Numbers:
        found: Numbers = evaluate(text, frame, before).to_numpy(dtype=np.float64, na_value=np.nan)
        return found

    if measure.formula:
        return nothing, numbers(measure.n) if measure.n else nothing, numbers(measure.formula), nothing, nothing
    count, n = numbers(measure.numerator), numbers(measure.denominator)
    with np.errstate(all="ignore"):
        if measure.kind == "difference":
            return _difference(count, n, numbers(measure.less_numerator), numbers(measure.less_denominator))
        known = ~np.isnan(count) & ~np.isnan(n)
        count, n = np.where(known, count, np.nan), np.where(known, n, np.nan)
        return count, n, *_quotient(measure, count, n)


def _difference(count: Numbers, n: Numbers, less_count: Numbers, less_n: Numbers) -> Parts:
    low, high = difference_limits(count, n, less_count, less_n)
    gap = np.where(np.isnan(low), np.nan, count / n - less_count / less_n)
    return np.full(len(n), np.nan), np.minimum(n, less_n), gap, low, high


def _quotient(measure: Measure, count: Numbers, n: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return value and limits of what is one number over another."""
    quotient = np.where(n == 0, np.nan, count / n)
    nothing = np.full(len(n), np.nan)
    match measure.kind:
        case "share":
            low, high = wilson_limits(count, n)
            return np.where(np.isnan(low), np.nan, quotient), low, high
        case "growth":
            return quotient - 1, *growth_limits(count, n)
        case "log_growth":
            low, high = growth_limits(count, n)
            return np.log(np.where(quotient > 0, quotient, np.nan)), np.log1p(low), np.log1p(high)
        case "change":
            return quotient - 1, nothing, nothing
    return quotient * measure.times, nothing, nothing


def _flags(measure: Measure, found: pd.DataFrame, own: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    n, count, value = (found[name].to_numpy(dtype=np.float64) for name in ("n", "count", "value"))
    above = (count > n) & (measure.kind == "share")
    signs = {
        "not_in_form": ~own,
        "missing_input": own & np.isnan(value) & ~(n == 0) & ~above,
        "n_is_0": n == 0,
        "above_n": above & (n > 0),
        "small_n": (n > 0) & (n < SMALL_N) & (measure.kind not in ("count", "change")),
    }
    texts = [";".join(flag for bit, flag in enumerate(signs) if sum_ >> bit & 1) for sum_ in range(2 ** len(signs))]
    sums = sum(held.astype(np.int64) << bit for bit, held in enumerate(signs.values()))
    chosen: npt.NDArray[np.object_] = np.array(texts, dtype=object)[sums]
    return chosen
