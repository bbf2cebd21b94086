"""How kinds of problems come and go: named, named again, no longer named, year by year."""

from collections import Counter

import pandas as pd

from gidtk.chains import previous_positions
from gidtk.codes import code_order, split_codes
from gidtk.errors import GidtkError
from gidtk.pairs import coded_items, need_columns

__all__ = ["FLOW_COLUMNS", "problem_flow"]

FLOW_COLUMNS = ("year", "code", "reports", "named", "with_previous", "again", "dropped")
_OF_YEAR = ("reports", "with_previous")  # what is counted once a year, for all codes


def problem_flow(items: pd.DataFrame, reports: pd.DataFrame, *, kind: str = "problem") -> pd.DataFrame:
    """Count, for each year and code, the reports that name it, name it again, or no longer name it.

    Parameters
    ----------
    items : DataFrame
        As :func:`gidtk.problems` gives them for many reports, coded or not.
    reports : DataFrame
        ``report``, ``region_code``, ``agency``, ``year``; those without an item count as naming nothing.
    kind : str
        ``problem`` or ``measure``.

    Returns
    -------
    DataFrame
        One row a year and code, of all codes that any item has, by year and then code (P2 before P10):
        ``reports`` (of the year), ``named`` (reports with the code), ``with_previous`` (reports of the year whose unit
        has a report of the year before), ``again`` (of these, those with the code in both years) and ``dropped``
        (those with the code only in the year before). Reports without a year are left out.

    Raises
    ------
    GidtkError
        If a column is missing or the kind is another one.

    Notes
    -----
    ``again`` of one year is compared with ``again + dropped``: what the same units named the year before.

    Examples
    --------
    >>> from gidtk.problems import problems
    >>> texts = ["存在不足：更新不及时，答复不规范。", "存在不足：更新仍不及时。"]
    >>> sections = pd.DataFrame({"report": ["a", "b"], "key": "problems", "text": texts})
    >>> reports = pd.DataFrame({"report": ["a", "b"], "agency": "甲局", "year": [2020, 2021]})
    >>> flow = problem_flow(problems(sections), reports)
    >>> flow.loc[flow["year"] == 2021, ["code", "named", "again", "dropped"]].values.tolist()
    [['P2', 1, 1, 0], ['P5', 0, 0, 1]]
    """
    need_columns(reports, "reports", "report", "year")
    if kind not in ("problem", "measure"):
        raise GidtkError(f"no items of kind {kind!r}: the kinds are problem and measure")
    own = coded_items(items)
    own = own[own["kind"] == kind]
    codes: dict[str, set[str]] = {}
    for report, given in zip(own["report"], own["codes"], strict=True):
        codes.setdefault(str(report), set()).update(split_codes(given))
    known = sorted(set().union(*codes.values()), key=code_order)
    names = [str(name) for name in reports["report"]]
    years = [None if pd.isna(year) else int(year) for year in reports["year"]]
    counts: Counter[tuple[int, str, str]] = Counter()
    for name, year, before in zip(names, years, previous_positions(reports).tolist(), strict=True):
        if year is None:
            continue
        now, then = codes.get(name, set()), codes.get(names[before], set()) if before >= 0 else set()
        counts[year, "", "reports"] += 1
        counts[year, "", "with_previous"] += before >= 0
        counts.update((year, code, "named") for code in now)
        counts.update((year, code, "again") for code in now & then)
        counts.update((year, code, "dropped") for code in then - now)
    rows = [
        (year, code, *(counts[year, "" if name in _OF_YEAR else code, name] for name in FLOW_COLUMNS[2:]))
        for year in sorted({year for year in years if year is not None})
        for code in known
    ]
    whole = [name for name in FLOW_COLUMNS if name != "code"]
    return pd.DataFrame(rows, columns=list(FLOW_COLUMNS)).astype({"code": "str"} | dict.fromkeys(whole, "Int64"))
