"""What a reader decided on findings: bound to the finding as it was, so that no decision carries over to another."""

import hashlib
import os
import re
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from gidtk.checks import VERDICT_COLUMNS
from gidtk.errors import GidtkError
from gidtk.filled import asked_of, read_sheet

__all__ = [
    "DECISION_COLUMNS",
    "SHEET_COLUMNS",
    "decide",
    "decision_labels",
    "decision_sheet",
    "findings",
    "read_decisions",
]

DECISION_COLUMNS = ("report", "rule", "subject", "finding", "decision", "who", "why")
SHEET_COLUMNS = (
    "report",
    "agency",
    "year",
    "rule",
    "subject",
    "severity",
    "message",
    "finding",
    "decision",
    "who",
    "why",
)

_PLACE = ["report", "rule", "subject"]
_DIGITS = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")


@cache
def decision_labels() -> dict[str, dict[str, str]]:
    """Return what may be decided, with labels in both languages.

    Examples
    --------
    >>> list(decision_labels())
    ['accepted', 'source error', 'parser error']
    """
    return tomllib.loads(files("gidtk").joinpath("forms", "decisions.toml").read_text(encoding="utf-8"))


def findings(verdicts: pd.DataFrame) -> pd.Series:
    """Return a mark of every verdict that changes when what was found changes.

    Parameters
    ----------
    verdicts : DataFrame
        ``report`` and the columns of :func:`gidtk.check_cells`.

    Returns
    -------
    Series
        Text such as ``f-3b1c0d9e2f``, under the index of `verdicts`. Wording and severity of a rule do not enter it.

    Examples
    --------
    >>> import gidtk as gid
    >>> found = gid.read_report(gid.sample("anfu_2020.txt")).verdicts.assign(report="a1")
    >>> len(set(findings(found))) == len(found)
    True
    """
    _check(verdicts, ("report", *VERDICT_COLUMNS), "verdicts")
    names = ("report", "rule", "subject", "verdict", "found", "expected", "message")
    lines = zip(*(verdicts[name].astype(object).tolist() for name in names), strict=True)
    marks = [_mark(*line) for line in lines]
    return pd.Series(marks, index=verdicts.index, dtype="str")


def _mark(report: str, rule: str, subject: str, verdict: str, found: object, expected: object, message: str) -> str:
    numbers = [f"{n:.15g}" for n in (found, expected) if isinstance(n, int | float) and n == n]
    if not numbers:  # a rule that is no single comparison says its numbers in the message only
        numbers = _DIGITS.findall(message.partition(": ")[2].partition("; previous report")[0])
    text = "\x1f".join([report, rule, subject, verdict, *numbers])
    return "f-" + hashlib.sha256(text.encode("utf-8")).hexdigest()[:10]


def decision_sheet(verdicts: pd.DataFrame, reports: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the failed verdicts as a sheet to fill in, the gravest first.

    Parameters
    ----------
    verdicts : DataFrame
        ``report`` and the columns of :func:`gidtk.check_cells`. With the columns of :func:`decide`, what was decided
        already stands in the sheet.
    reports : DataFrame, optional
        ``report``, ``agency``, ``year``: who the reports are of.

    Returns
    -------
    DataFrame
        :data:`SHEET_COLUMNS`. Write it with :func:`gidtk.write_csv`; ``decision`` is one of
        :func:`decision_labels`.

    Examples
    --------
    >>> import gidtk as gid
    >>> sheet = decision_sheet(gid.read_report(gid.sample("anfu_2020.txt")).verdicts.assign(report="a1"))
    >>> sheet[["rule", "decision"]].to_numpy().tolist()
    [['p_disputes_requests', '']]
    """
    failed = verdicts[verdicts["verdict"] == "fail"]
    sheet = failed.assign(finding=findings(failed))
    if reports is not None:
        _check(reports, ("report", "agency", "year"), "reports")
        sheet = sheet.merge(reports[["report", "agency", "year"]], on="report", how="left", validate="many_to_one")
    for name in SHEET_COLUMNS:
        if name not in sheet.columns:
            sheet[name] = ""
    ranks = {"error": 0, "warning": 1, "information": 2}
    sheet = sheet.iloc[sheet["severity"].map(ranks).fillna(len(ranks)).argsort(kind="stable")]
    sheet = sheet[list(SHEET_COLUMNS)].reset_index(drop=True)
    texts = [name for name in SHEET_COLUMNS if name != "year"]
    return sheet.astype(dict.fromkeys(texts, "str")).fillna(dict.fromkeys(texts, ""))


def read_decisions(path: str | os.PathLike[str]) -> pd.DataFrame:
    r"""Read decisions.csv, such as a filled-in :func:`decision_sheet`.

    Parameters
    ----------
    path : str or path
        A CSV file with the columns of :data:`DECISION_COLUMNS`, further ones are passed over. Lines without a
        decision are passed over too: nobody has decided yet.

    Returns
    -------
    DataFrame
        :data:`DECISION_COLUMNS`, all text.

    Raises
    ------
    GidtkError
        If the file cannot be read, a column is missing, a decision is none of :func:`decision_labels`, a line with a
        decision leaves something empty, or two lines decide one finding.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "decisions.csv")
    ...     text = ",".join(DECISION_COLUMNS) + "\na1,t3_balance,total,f-0123456789,source error,me,the scan says so"
    ...     _ = file.write_text(text, encoding="utf-8")
    ...     read_decisions(file)["decision"].tolist()
    ['source error']
    """
    found: dict[tuple[str, ...], list[str]] = {}
    for number, line in read_sheet(path, "decisions", DECISION_COLUMNS):
        if not line["decision"]:
            continue
        where = f"{path}, line {number}"
        if line["decision"] not in decision_labels():
            raise GidtkError(f"{where}: no decision {line['decision']!r}: give one of {', '.join(decision_labels())}")
        empty = asked_of(line, DECISION_COLUMNS)
        if empty:
            raise GidtkError(f"{where}: {', '.join(empty)} left empty: a decision says on what, by whom and why")
        place = tuple(line[name] for name in _PLACE)
        if place in found:
            raise GidtkError(f"{where}: {' '.join(place)} is decided twice: keep one line")
        found[place] = [line[name] for name in DECISION_COLUMNS]
    return pd.DataFrame(list(found.values()), columns=list(DECISION_COLUMNS)).astype("str")


def decide(verdicts: pd.DataFrame, decisions: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Join decisions to the verdicts that they were made on.

    Parameters
    ----------
    verdicts : DataFrame
        ``report`` and the columns of :func:`gidtk.check_cells`; it is left as it is.
    decisions : DataFrame
        From :func:`read_decisions`.

    Returns
    -------
    verdicts : DataFrame
        With ``decision``, ``who`` and ``why``, missing where nobody has decided on this very finding.
    stale : DataFrame
        Decisions that are not joined: :data:`DECISION_COLUMNS` and ``now``: ``changed`` (it fails otherwise than when
        it was decided), ``pass``, ``not assessable`` or ``gone`` (there is no such verdict any more).

    Raises
    ------
    GidtkError
        If a column is missing.

    Examples
    --------
    >>> import gidtk as gid
    >>> found = gid.read_report(gid.sample("anfu_2020.txt")).verdicts.assign(report="a1")
    >>> filled = decision_sheet(found).assign(decision="accepted", who="me", why="other cases are counted")
    >>> joined, stale = decide(found, filled)
    >>> joined["decision"].dropna().tolist(), len(stale)
    (['accepted'], 0)
    """
    _check(decisions, DECISION_COLUMNS, "decisions")
    marks = findings(verdicts)
    outcome = ("decision", "who", "why")
    bound = {(line["report"], line["rule"], line["subject"]): line for line in decisions.to_dict(orient="records")}
    places = list(zip(*(verdicts[name].tolist() for name in _PLACE), strict=True))
    now = dict(zip(places, verdicts["verdict"].tolist(), strict=True))
    rows, used = [], set()
    for place, mark, verdict in zip(places, marks.tolist(), verdicts["verdict"].tolist(), strict=True):
        line = bound.get(place)
        fits = line is not None and verdict == "fail" and line["finding"] == mark
        rows.append([line[name] for name in outcome] if line is not None and fits else [None] * len(outcome))
        if fits:
            used.add(place)
    added = pd.DataFrame(rows, columns=list(outcome), index=verdicts.index).astype("str")
    left = np.array([place not in used for place in bound], dtype=bool)
    stale = pd.DataFrame(list(bound.values()), columns=list(DECISION_COLUMNS)).astype("str")[left]
    states = [now.get(place, "gone") for place in bound if place not in used]
    stale = stale.assign(now=pd.array(["changed" if state == "fail" else state for state in states], dtype="str"))
    return verdicts.drop(columns=list(outcome), errors="ignore").join(added), stale.reset_index(drop=True)


def _check(frame: pd.DataFrame, names: tuple[str, ...], what: str) -> None:
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise GidtkError(f"{what} without column {', '.join(missing)}: give them as gidtk makes them")
