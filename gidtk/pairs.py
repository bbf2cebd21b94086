"""Problems and the measures that answer them, inside one report."""

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from gidtk.codes import code_items, split_codes
from gidtk.errors import GidtkError
from gidtk.likeness import likeness

__all__ = ["MOST", "PAIR_COLUMNS", "coded_items", "compared", "need_columns", "pair_items"]

MOST = 300  # items of a report and kind that are compared; a section with more was not split rightly

PAIR_COLUMNS = ("report", "measure", "problem", "score", "code", "likeness", "way")
_TYPES = dict.fromkeys(("report", "code", "way"), "str") | dict.fromkeys(("measure", "problem"), "Int64")
_TYPES |= dict.fromkeys(("score", "likeness"), "Float64")


def pair_items(items: pd.DataFrame, *, least: float = 0.35) -> pd.DataFrame:
    """Pair each measure with the problem of the same report that it answers.

    Parameters
    ----------
    items : DataFrame
        As :func:`gidtk.problems` or :func:`gidtk.codes.code_items` gives them; of several reports with ``report``.
    least : float
        The score below which a measure answers no problem.

    Returns
    -------
    DataFrame
        One row a measure: ``report`` (empty without the column), ``measure`` and ``problem`` (their numbers;
        ``problem`` missing where none reaches `least`), ``score`` (0 to 1), ``code`` (the number that problem and
        measure share, as P6 and M6), ``likeness`` and ``way``: what the score rests on, of ``block`` (they stand in
        one item of a list), ``code``, ``text`` and ``order`` (as many problems as measures, and the same number),
        joined by ``+``. Several measures may answer one problem. Of a report, the first 300 of a kind are compared.

    Raises
    ------
    GidtkError
        If a column is missing.

    Notes
    -----
    The score is 1 in one block, else 0.5 for a shared code, 0.2 for the same place, and half the likeness. The
    weights are a convention: use the score to rank.

    Examples
    --------
    >>> from gidtk.problems import problems
    >>> pairs = pair_items(problems("更新不及时，答复不规范。下一步，一是加强答复审核；二是定期更新。"))
    >>> pairs[["measure", "problem", "way"]].values.tolist()
    [[1, 2, 'code+text'], [2, 1, 'code+text']]
    """
    coded = coded_items(items)
    rows = [row for _, own in coded.groupby("report", sort=False) for row in _pairs(own, least)]
    return pd.DataFrame(rows, columns=list(PAIR_COLUMNS)).astype(_TYPES)


def need_columns(frame: pd.DataFrame, what: str, *columns: str) -> None:
    """Raise where a frame lacks a column."""
    if missing := [name for name in columns if name not in frame]:
        raise GidtkError(f"{what} without {missing[0]}: give the columns {', '.join(columns)}")


def coded_items(items: pd.DataFrame) -> pd.DataFrame:
    """Return items with ``report`` (empty for those of one text) and ``codes``; of a report, those compared."""
    need_columns(items, "items", "kind", "number", "text")
    items = compared(items if "report" in items else items.assign(report=""))
    return items if "codes" in items else code_items(items)


def compared(items: pd.DataFrame) -> pd.DataFrame:
    """Return the items that are compared: the first :data:`MOST` of a report and kind."""
    return items[items.groupby(["report", "kind"], sort=False).cumcount() < MOST]


def _pairs(own: pd.DataFrame, least: float) -> Iterator[tuple[Any, ...]]:
    named, announced = own[own["kind"] == "problem"], own[own["kind"] == "measure"]
    alike = likeness(announced["text"].tolist(), named["text"].tolist())
    for place, measure in enumerate(announced.itertuples()):
        best: tuple[Any, ...] = (0.0, pd.NA, "", pd.NA, "")
        for problem, like in zip(named.itertuples(), alike[place], strict=True):
            shared = _shared_numbers(measure.codes, problem.codes)
            ways = {
                "block": _same(getattr(measure, "block", None), getattr(problem, "block", None)),
                "code": bool(shared),
                "text": bool(like >= least),
                "order": len(named) == len(announced) and _same(measure.number, problem.number),
            }
            score = 1.0 if ways["block"] else min(1.0, 0.5 * bool(shared) + 0.2 * ways["order"] + 0.5 * float(like))
            if score > best[0]:
                best = (score, problem.number, shared, like, "+".join(way for way, holds in ways.items() if holds))
        score, number, shared, like, way = best
        if score < least:
            score, number, shared, like, way = score, pd.NA, "", pd.NA, ""
        yield measure.report, measure.number, number, round(score, 3), shared, like, way


def _same(number: Any, other: Any) -> bool:
    return not pd.isna(number) and not pd.isna(other) and int(number) == int(other)


def _shared_numbers(codes: object, others: object) -> str:
    """Return the numbers that codes share: P6 and M6 share 6."""
    own, theirs = ({re.sub(r"\D", "", code) for code in split_codes(group)} for group in (codes, others))
    return ";".join(sorted((own & theirs) - {""}, key=int))
