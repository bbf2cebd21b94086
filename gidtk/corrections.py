"""Corrections of cells by hand: applied after reading, refused where the page no longer says what was corrected."""

import math
import os
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from gidtk.checks import VERDICT_COLUMNS, check_cells
from gidtk.errors import GidtkError
from gidtk.filled import Line, asked_of, read_sheet
from gidtk.form import rules

__all__ = ["CORRECTION_COLUMNS", "ISSUE_COLUMNS", "apply_corrections", "read_corrections", "recheck"]

CORRECTION_COLUMNS = ("report", "table", "row", "column", "old", "new", "reason", "who", "source")
ISSUE_COLUMNS = ("report", "code", "severity", "message")

_PLACE = ["report", "table", "row", "column"]
_BY_HAND = ("new", "reason", "who", "source")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,9})?")


def read_corrections(path: str | os.PathLike[str]) -> pd.DataFrame:
    r"""Read corrections.csv.

    Parameters
    ----------
    path : str or path
        A CSV file with the columns of :data:`CORRECTION_COLUMNS`. ``old`` is the number that was read, or what is
        printed where there is none (empty for a blank); ``new`` the right number, empty where the cell has none.
        ``reason`` and ``who`` must be filled in; ``source`` says where the right number stands. Further columns are
        passed over, and lines in which ``new``, ``reason``, ``who`` and ``source`` are all empty: nobody has corrected
        them yet.

    Returns
    -------
    DataFrame
        :data:`CORRECTION_COLUMNS`, all text.

    Raises
    ------
    GidtkError
        If the file cannot be read, a column is missing, a line leaves out what it must say, ``new`` is no number, or a
        cell is corrected twice.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "corrections.csv")
    ...     text = ",".join(CORRECTION_COLUMNS) + "\na1,requests,granted,total,90,9,a slip,me,the scan"
    ...     _ = file.write_text(text, encoding="utf-8")
    ...     read_corrections(file)[["row", "old", "new"]].to_numpy().tolist()
    [['granted', '90', '9']]
    """
    found: dict[tuple[str, ...], list[str]] = {}
    for number, line in read_sheet(path, "corrections", CORRECTION_COLUMNS):
        if not any(line[name] for name in _BY_HAND):
            continue
        _check_line(path, (number, line))
        place = tuple(line[name] for name in _PLACE)
        if place in found:
            raise GidtkError(f"{path}, line {number}: {'.'.join(place[1:])} of {place[0]} is corrected twice: keep one")
        found[place] = [line[name] for name in CORRECTION_COLUMNS]
    return pd.DataFrame(list(found.values()), columns=list(CORRECTION_COLUMNS)).astype("str")


def _check_line(path: str | os.PathLike[str], line: Line) -> None:
    number, fields = line
    empty = asked_of(fields, (*_PLACE, "reason", "who"))
    if empty:
        raise GidtkError(f"{path}, line {number}: {', '.join(empty)} left empty: a correction says where, why and who")
    if fields["new"] and _NUMBER.fullmatch(fields["new"]) is None:
        raise GidtkError(
            f"{path}, line {number}: new {fields['new']!r} is no number: give digits such as 1203 or 12.5, or nothing"
        )


def apply_corrections(cells: pd.DataFrame, corrections: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply corrections to cells.

    Parameters
    ----------
    cells : DataFrame
        ``report``, ``table``, ``row``, ``column``, ``value``, ``raw``, ``status``; it is left as it is.
    corrections : DataFrame
        From :func:`read_corrections`.

    Returns
    -------
    cells : DataFrame
        With the new values; their status is ``corrected``, ``raw`` stays as printed.
    issues : DataFrame
        ``report``, ``code``, ``severity``, ``message``: ``correction_refused`` where the cell is not what ``old`` says,
        ``correction_without_cell`` where no such cell is among those given.

    Raises
    ------
    GidtkError
        If a column is missing.

    Examples
    --------
    >>> cells = pd.DataFrame([["a1", "requests", "granted", "total", 90.0, "90", "ok"]],
    ...                      columns=["report", "table", "row", "column", "value", "raw", "status"])
    >>> line = ["a1", "requests", "granted", "total", "90", "9", "a slip", "me", ""]
    >>> found, issues = apply_corrections(cells, pd.DataFrame([line], columns=list(CORRECTION_COLUMNS)))
    >>> float(found["value"].item()), found["raw"].item(), found["status"].item(), len(issues)
    (9.0, '90', 'corrected', 0)
    """
    for frame, names, what in ((cells, (*_PLACE, "value", "raw", "status"), "cells"),
                               (corrections, CORRECTION_COLUMNS, "corrections")):  # fmt: skip
        missing = [name for name in names if name not in frame.columns]
        if missing:
            raise GidtkError(f"{what} without column {', '.join(missing)}: give them as gidtk reads them")
    known = set(corrections["report"])
    touched = np.flatnonzero(cells["report"].isin(known).to_numpy(dtype=bool)).tolist()
    own = cells.iloc[touched][[*_PLACE, "value", "raw"]].astype(object).itertuples(index=False, name=None)
    places = {tuple(map(str, key)): (n, value, raw) for n, (*key, value, raw) in zip(touched, own, strict=True)}
    changes: dict[int, float | None] = {}
    issues = []
    for line in corrections.to_dict(orient="records"):
        place = tuple(str(line[name]) for name in _PLACE)
        name = f"{'.'.join(place[1:])}, corrected to {line['new'] or 'no number'} by {line['who']}"
        if place not in places:
            issues.append((place[0], "correction_without_cell", "warning", f"{name}: there is no such cell"))
            continue
        position, value, raw = places[place]
        if not _is(str(line["old"]), value, raw):
            there = f"{value:.15g}" if pd.notna(value) else repr(_text(raw))
            message = f"{name}: it was corrected from {line['old'] or 'nothing'}, now the cell is {there}; not applied"
            issues.append((place[0], "correction_refused", "warning", message))
            continue
        changes[position] = _number(str(line["new"]))
    corrected = cells.copy()
    if changes:
        numbers = corrected["value"].astype("Float64").array.copy()
        at = np.array(list(changes))
        numbers[at] = pd.array(list(changes.values()), dtype="Float64")
        states = corrected["status"].astype(object).to_numpy(copy=True)
        states[at] = "corrected"
        corrected = corrected.assign(value=numbers, status=pd.array(states, dtype="str"))
    return corrected, pd.DataFrame(issues, columns=list(ISSUE_COLUMNS)).astype("str")


def _text(raw: object) -> str:
    return "" if raw is None or raw is pd.NA or raw != raw else str(raw).strip()


def _number(text: str) -> float | None:
    return float(text.replace(",", "")) if text else None


def _is(old: str, value: Any, raw: object) -> bool:
    """Tell whether a cell still is what a correction says it was."""
    if pd.isna(value):
        return old == _text(raw)
    return _NUMBER.fullmatch(old) is not None and math.isclose(_number(old) or 0.0, value, rel_tol=1e-12)


def recheck(verdicts: pd.DataFrame, cells: pd.DataFrame, reports: Iterable[str]) -> pd.DataFrame:
    """Draw the sums of corrected reports again.

    Parameters
    ----------
    verdicts : DataFrame
        ``report`` and the columns of :func:`gidtk.check_cells`; it is left as it is.
    cells : DataFrame
        Cells with the corrections applied, of these reports at least.
    reports : iterable of str
        The ids of the reports that were corrected.

    Returns
    -------
    DataFrame
        The verdicts, those on the sums of these reports drawn anew; other verdicts are as given.

    Examples
    --------
    >>> import gidtk as gid
    >>> cells = gid.read_report(gid.sample("anfu_2020.txt")).cells.assign(report="a1")
    >>> before = gid.check_cells(cells).assign(report="a1")
    >>> cells.loc[(cells["row"] == "granted") & (cells["column"] == "total"), "value"] = 90
    >>> after = recheck(before, cells, ["a1"])
    >>> [int((frame["verdict"] == "fail").sum()) for frame in (before, after)]
    [1, 3]
    """
    sums = {rule for rule, facts in rules().items() if "left" in facts}
    wanted = list(dict.fromkeys(reports))
    stale = verdicts["report"].isin(wanted) & verdicts["rule"].isin(sums)
    parts = [verdicts[~stale]]
    for report in wanted:
        own = check_cells(cells[cells["report"] == report])
        parts.append(own[own["rule"].isin(sums)].assign(report=report)[["report", *VERDICT_COLUMNS]])
    whole = pd.concat(parts, ignore_index=True)[list(verdicts.columns)].astype(verdicts.dtypes.to_dict())
    order = {report: n for n, report in enumerate(dict.fromkeys(verdicts["report"]))}
    ranks = {rule: n for n, rule in enumerate(rules())}
    keys = whole["report"].map(order).fillna(len(order)) * len(ranks) + whole["rule"].map(ranks).fillna(len(ranks))
    return whole.iloc[keys.argsort(kind="stable")].reset_index(drop=True)
