"""What does not add up in a corpus, by rule and year; what cannot be assessed, and why."""

import re
from typing import Any

import pandas as pd

from gidtk.errors import GidtkError

__all__ = [
    "COUNT_COLUMNS",
    "FAILURE_COLUMNS",
    "UNASSESSED_COLUMNS",
    "check_columns",
    "failures_by_year",
    "rule_counts",
    "unassessed",
]

COUNT_COLUMNS = ("severity", "rule", "pass", "fail", "not_assessable", "failed_reports")
FAILURE_COLUMNS = ("rule", "severity", "year", "reports", "failed", "share")
UNASSESSED_COLUMNS = ("rule", "reason", "times", "reports", "example")

_SEVERITIES = ("error", "warning", "information")
_NO_NUMBER = re.compile(r"not assessable, no number in ([^;]+?)(?: and \d+ more)?(?:;|$)")
_ZERO = "a divisor is 0"
_STATES = ("unreadable", "blank", "dash", "absent")  # the first that a missing input has is given


def rule_counts(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Count the verdicts of each rule.

    Parameters
    ----------
    verdicts : DataFrame
        ``report`` and the columns of :func:`gidtk.check_cells`.

    Returns
    -------
    DataFrame
        One row a rule, the gravest first and then by how many fail: ``severity``, ``rule``; ``pass``, ``fail``,
        ``not_assessable`` (verdicts); ``failed_reports`` (reports with a failure).

    Raises
    ------
    GidtkError
        If a column is missing.

    Examples
    --------
    >>> import gidtk as gid
    >>> verdicts = gid.read_report(gid.sample("anfu_2020.txt")).verdicts.assign(report="a")
    >>> rule_counts(verdicts)[["rule", "pass", "fail"]].values.tolist()[:2]
    [['t3_row_sum', 23, 0], ['t3_balance', 7, 0]]
    """
    check_columns(verdicts, "report", "rule", "severity", "verdict")
    rows: list[tuple[Any, ...]] = []
    for (severity, rule), own in verdicts.groupby(["severity", "rule"], sort=False):
        counts = own["verdict"].value_counts()
        failed = own.loc[own["verdict"] == "fail", "report"].nunique()
        rows.append((severity, rule, *(int(counts.get(v, 0)) for v in ("pass", "fail", "not assessable")), failed))
    ranks = {name: n for n, name in enumerate(_SEVERITIES)}
    rows.sort(key=lambda row: (ranks.get(str(row[0]), len(ranks)), -row[3], -row[2], str(row[1])))
    frame = pd.DataFrame(rows, columns=list(COUNT_COLUMNS))
    return frame.astype({name: "str" if name in ("severity", "rule") else "Int64" for name in COUNT_COLUMNS})


def failures_by_year(verdicts: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Count the reports of each year that fail a rule.

    Parameters
    ----------
    verdicts : DataFrame
        ``report`` and the columns of :func:`gidtk.check_cells`.
    reports : DataFrame
        ``report``, ``year``, as ``corpus.reports``.

    Returns
    -------
    DataFrame
        One row a rule that any of the reports fails, the gravest first, and a year in which some report could be held
        against it: ``rule``, ``severity``, ``year``; ``reports`` (those that could be), ``failed`` (of these, with a
        failure), ``share`` of both. A year in which none could be has no row: nothing is known of it. Reports without
        a year are left out.

    Raises
    ------
    GidtkError
        If a column is missing.

    Examples
    --------
    >>> import gidtk as gid
    >>> verdicts = gid.read_report(gid.sample("anfu_2020.txt")).verdicts.assign(report="a")
    >>> failures_by_year(verdicts, pd.DataFrame({"report": ["a"], "year": [2020]})).values.tolist()
    [['p_disputes_requests', 'warning', 2020, 1, 1, 1.0]]
    """
    check_columns(reports, "report", "year")
    counts = rule_counts(verdicts)
    order = {rule: n for n, rule in enumerate(counts.loc[counts["fail"] > 0, "rule"])}
    held = verdicts[verdicts["rule"].isin(list(order)) & verdicts["verdict"].isin(["pass", "fail"])]
    held = held.merge(reports[["report", "year"]].dropna(), on="report")
    each = held.assign(failed=held["verdict"] == "fail").groupby(["rule", "severity", "year", "report"])["failed"].any()
    found = each.groupby(level=["rule", "severity", "year"]).agg(reports="size", failed="sum").reset_index()
    found["share"] = found["failed"] / found["reports"]
    found = found.sort_values(["rule", "year"], key=lambda by: by.map(order) if by.name == "rule" else by)
    kinds = dict.fromkeys(("rule", "severity"), "str") | dict.fromkeys(("year", "reports", "failed"), "Int64")
    return found[list(FAILURE_COLUMNS)].reset_index(drop=True).astype(kinds | {"share": "Float64"})


def unassessed(verdicts: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Say which rules cannot be assessed, and why.

    Parameters
    ----------
    verdicts : DataFrame
        ``report`` and the columns of :func:`gidtk.check_cells`.
    cells : DataFrame
        ``report``, ``table``, ``row``, ``column``, ``status`` of the same reports.

    Returns
    -------
    DataFrame
        One row a rule and reason, the most frequent first: ``rule``; ``reason``: what the first missing input is
        (``unreadable``, ``blank``, ``dash``, ``absent``: status of its cell; ``previous``: of the report of the year
        before; ``derived``: computed from cells without a number; ``zero``: a divisor is 0; ``text``: the text does
        not say); ``times`` (verdicts), ``reports``, ``example`` (the first missing input of one of
        them, a cell or a variable; empty where it is no cell of the form).

    Raises
    ------
    GidtkError
        If a column is missing.

    Examples
    --------
    >>> import gidtk as gid
    >>> cells = gid.read_report(gid.sample("anfu_2020.txt")).cells.assign(report="a")
    >>> gone = (cells["row"] == "carried_in") & (cells["column"] == "natural")
    >>> cells = cells.assign(value=cells["value"].mask(gone), status=cells["status"].mask(gone, "blank"))
    >>> found = unassessed(gid.check_cells(cells).assign(report="a"), cells)
    >>> found.loc[found["rule"] == "t3_balance", ["reason", "times", "example"]].values.tolist()
    [['blank', 1, 'requests.carried_in.natural']]
    """
    check_columns(verdicts, "report", "rule", "verdict", "message")
    check_columns(cells, "report", "table", "row", "column", "status")
    open_ones = verdicts[verdicts["verdict"] == "not assessable"]
    own = cells[cells["report"].isin(open_ones["report"].unique()) & (cells["status"] != "ok")]
    states: dict[tuple[str, str], str] = {}
    places = ["report", "table", "row", "column", "status"]
    for report, table, row, column, status in own[places].itertuples(index=False):
        states[report, f"{table}.{row}.{column}"] = states[report, f"{row}_{column}"] = status
    counts: dict[tuple[str, str], list[Any]] = {}
    for report, rule, message in open_ones[["report", "rule", "message"]].itertuples(index=False):
        reason, missing = _reason(report, message, states)
        entry = counts.setdefault((rule, reason), [0, set(), missing])
        entry[0] += 1
        entry[1].add(report)
    rows = [(*key, times, len(reports), example) for key, (times, reports, example) in counts.items()]
    rows.sort(key=lambda row: (-int(row[2]), row[0], row[1]))
    frame = pd.DataFrame(rows, columns=list(UNASSESSED_COLUMNS))
    return frame.astype({name: "Int64" if name in ("times", "reports") else "str" for name in UNASSESSED_COLUMNS})


def _reason(report: str, message: str, states: dict[tuple[str, str], str]) -> tuple[str, str]:
    """Return why a verdict could not be drawn, and the first input that is missing."""
    found = _NO_NUMBER.search(message)
    if found is None:
        return ("zero", "") if _ZERO in message else ("text", "")
    names = [name.strip() for name in found[1].split(",")]
    if all(name.startswith(("prev.", "usual.")) for name in names):
        return "previous", names[0]
    there = {state: name for name in reversed(names) if (state := states.get((report, name)))}
    return next(((state, there[state]) for state in _STATES if state in there), ("derived", ""))


def check_columns(frame: pd.DataFrame, *names: str) -> None:
    """Raise where a frame lacks a column."""
    if missing := [name for name in names if name not in frame.columns]:
        raise GidtkError(f"{', '.join(missing)} missing: give the frames as gidtk makes them")
