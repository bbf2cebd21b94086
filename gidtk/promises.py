"""Problems and promises from year to year: what is named again, what was reported as done."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gidtk.chains import previous_positions
from gidtk.codes import split_codes
from gidtk.enumerations import cues
from gidtk.labels import simplified
from gidtk.likeness import clauses, likeness
from gidtk.pairs import coded_items, compared, need_columns

__all__ = ["PROMISE_COLUMNS", "RECURRENCE_COLUMNS", "promises", "recurrences"]

RECURRENCE_COLUMNS = ("report", "number", "previous", "previous_number", "likeness", "codes", "again")
PROMISE_COLUMNS = ("report", "number", "next", "said", "likeness", "done", "next_number", "next_likeness", "outcome")

_TYPES = dict.fromkeys(("report", "previous", "next", "codes", "again", "said", "outcome"), "str")
_TYPES |= dict.fromkeys(("number", "previous_number", "next_number"), "Int64")
_TYPES |= dict.fromkeys(("likeness", "next_likeness"), "Float64") | {"done": "boolean"}
_NOTHING: tuple[bool, list[str], float, Any] = (False, [], 0.0, pd.NA)
_SHORTEST = 4  # characters of a clause that may answer for a promise
_MOST_TOLD, _MOST_SAID = 3_000, 12  # clauses of 总体情况 and of a measure that are compared


def recurrences(items: pd.DataFrame, reports: pd.DataFrame, *, same_text: float = 0.7) -> pd.DataFrame:
    """Match the problems of each report to those of the unit's report of the year before.

    Parameters
    ----------
    items : DataFrame
        As :func:`gidtk.problems` gives them for many reports, coded or not.
    reports : DataFrame
        ``report``, ``region_code``, ``agency``, ``year``, as ``corpus.reports``.
    same_text : float
        The likeness from which two problems are worded the same.

    Returns
    -------
    DataFrame
        One row a problem: ``report``, ``number``; ``previous`` (the report of the year before, missing without one),
        ``previous_number`` (its problem that is most alike; missing where none is alike or shares a code),
        ``likeness`` (of the two, numbers, dates and formulas left out), ``codes`` (those they share) and ``again``:
        ``text`` (worded the same), ``code`` (another wording, a code in common), ``no``; missing without a report of
        the year before. A report before without any problem gives ``no``.

    Raises
    ------
    GidtkError
        If a column is missing.

    Notes
    -----
    ``code`` says that a problem of the same kind was named: the wider the codes, the more often. Give shares of
    ``text`` and of ``code`` apart.

    Examples
    --------
    >>> from gidtk.problems import problems
    >>> texts = ["存在不足：更新不及时，人员不足。", "存在不足：更新仍不及时，解读单一。"]
    >>> sections = pd.DataFrame({"report": ["a", "b"], "key": "problems", "text": texts})
    >>> reports = pd.DataFrame({"report": ["a", "b"], "agency": "甲局", "year": [2020, 2021]})
    >>> recurrences(problems(sections), reports)[["report", "number", "again"]].dropna().values.tolist()
    [['b', 1, 'text'], ['b', 2, 'no']]
    """
    named = coded_items(items)
    named = named[named["kind"] == "problem"]
    before = _neighbours(reports, 1)
    by_report = _by_report(named)
    rows = [
        (report, *row)
        for report, own in by_report.items()
        for row in _again(own, before.get(report), by_report.get(before.get(report, "")), same_text)
    ]
    return _frame(rows, RECURRENCE_COLUMNS)


def promises(
    items: pd.DataFrame,
    reports: pd.DataFrame,
    sections: pd.DataFrame,
    *,
    same_text: float = 0.7,
) -> pd.DataFrame:
    """Look for the measures announced in each report in the unit's report of the next year.

    Parameters
    ----------
    items : DataFrame
        As :func:`gidtk.problems` gives them for many reports.
    reports : DataFrame
        ``report``, ``region_code``, ``agency``, ``year``, as ``corpus.reports``.
    sections : DataFrame
        ``report``, ``key``, ``text``, as ``corpus.sections``: 总体情况 is what is looked through.
    same_text : float
        The likeness from which a clause speaks of what was promised.

    Returns
    -------
    DataFrame
        One row a measure: ``report``, ``number``; ``next`` (the report of the next year, missing without one);
        ``said`` (the sentence of its 总体情况 with the clause most like a clause of the measure) and ``likeness`` (of
        the two clauses); ``done``: whether the sentence has a word for what was done and none for plans;
        ``next_number`` and ``next_likeness``: the measure of the next report most like this one; ``outcome``:
        ``reported`` (said there), ``promised again`` (not said, announced once more) or ``not found``; missing
        without a next report.

    Raises
    ------
    GidtkError
        If a column is missing.

    Notes
    -----
    A measure that was carried out and told in other words is ``not found``: the share of ``reported`` is a lower
    bound of what was said to be done, and says nothing of what was done. Formulas are told every year, promised or
    not; look at ``said``.

    Examples
    --------
    >>> from gidtk.problems import problems
    >>> sections = pd.DataFrame(
    ...     [["a", "problems", "下一步，将建立政策解读联审制度。"], ["b", "overview", "建立了政策解读联审制度。"]],
    ...     columns=["report", "key", "text"],
    ... )
    >>> reports = pd.DataFrame({"report": ["a", "b"], "agency": "甲局", "year": [2020, 2021]})
    >>> promises(problems(sections), reports, sections)[["report", "next", "outcome", "done"]].values.tolist()
    [['a', 'b', 'reported', True]]
    """
    need_columns(items, "items", "report", "kind", "number", "text")
    need_columns(sections, "sections", "report", "key", "text")
    announced = compared(items[items["kind"] == "measure"])
    after = _neighbours(reports, -1)
    by_report = _by_report(announced)
    overview = sections[sections["key"] == "overview"]
    texts = overview["text"].fillna("").groupby(overview["report"]).agg("\n".join)
    told = dict(zip(map(str, texts.index), texts, strict=True))
    rows = [
        (report, *row)
        for report, own in by_report.items()
        for row in _kept(own, after.get(report), told, by_report.get(after.get(report, "")), same_text)
    ]
    return _frame(rows, PROMISE_COLUMNS)


# --- helpers ----------------------------------------------------------------------------------------------


def _frame(rows: list[tuple[Any, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype({name: _TYPES[name] for name in columns})


def _by_report(items: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(report): own for report, own in items.groupby("report", sort=False)}


def _neighbours(reports: pd.DataFrame, back: int) -> dict[str, str]:
    """Return each report's report of the year before (1), or of the year after (-1)."""
    need_columns(reports, "reports", "report", "year")
    names = [str(name) for name in reports["report"]]
    return {names[n]: names[at] for n, at in enumerate(previous_positions(reports, back).tolist()) if at >= 0}


def _again(
    own: pd.DataFrame, previous: str | None, before: pd.DataFrame | None, same_text: float
) -> Iterator[tuple[Any, ...]]:
    earlier = own.iloc[:0] if before is None else before
    alike = likeness(own["text"].tolist(), earlier["text"].tolist())
    for place, problem in enumerate(own.itertuples()):
        if previous is None:
            yield problem.number, *[pd.NA] * 5
            continue
        found = [
            (
                float(like) >= same_text,
                sorted({*split_codes(problem.codes)} & {*split_codes(codes)}),
                float(like),
                number,
            )
            for number, codes, like in zip(earlier["number"], earlier["codes"], alike[place], strict=True)
        ]
        worded, shared, like, number = max(found, key=lambda one: (one[0], bool(one[1]), one[2]), default=_NOTHING)
        if worded or shared:
            again = "text" if worded else "code"
            yield problem.number, previous, number, round(like, 3), ";".join(shared), again
        else:
            yield problem.number, previous, pd.NA, pd.NA, "", "no"


def _kept(
    own: pd.DataFrame, following: str | None, told: dict[str, str], later: pd.DataFrame | None, same_text: float
) -> Iterator[tuple[Any, ...]]:
    sentences = [s for s in re.split(r"[。！!？?；;\n]", told.get(following or "", "")) if s.strip()]
    places = [(n, clause) for n, sentence in enumerate(sentences) for clause in _telling(sentence)][:_MOST_TOLD]
    again = own.iloc[:0] if later is None else later
    repeated = likeness(own["text"].tolist(), again["text"].tolist())
    for place, measure in enumerate(own.itertuples()):
        if following is None:
            yield measure.number, *[pd.NA] * 7
            continue
        score, where = _best(_telling(str(measure.text))[:_MOST_SAID], [clause for _, clause in places])
        said = sentences[places[where][0]].strip() if where is not None and score > 0 else pd.NA
        said_so = score >= same_text
        echo, number = _top(repeated[place])
        twice = number is not None and echo >= same_text
        outcome = "reported" if said_so else "promised again" if twice else "not found"
        yield (
            measure.number,
            following,
            said,
            round(score, 3) if said is not pd.NA else pd.NA,
            _done(str(said)) if said_so else pd.NA,
            again["number"].iloc[number] if twice and number is not None else pd.NA,
            round(echo, 3) if number is not None else pd.NA,
            outcome,
        )


def _telling(text: str) -> list[str]:
    """Return the clauses that are long enough to say something."""
    return [clause for clause in clauses(text) if len(clause) >= _SHORTEST]


def _best(texts: list[str], others: list[str]) -> tuple[float, int | None]:
    """Return the highest likeness of any two, and which of the others has it."""
    if not texts or not others:
        return 0.0, None
    return _top(likeness(texts, others).max(axis=0))


def _top(scores: NDArray[np.float64]) -> tuple[float, int | None]:
    return (float(scores.max()), int(scores.argmax())) if len(scores) else (0.0, None)


def _done(sentence: str) -> bool:
    rules, sentence = cues()["specifics"], simplified(sentence)
    return bool(re.search(rules["done"], sentence)) and not re.search(rules["planned"], sentence)
