"""Claims: the quantities of the narrative held against the cells that they speak of."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from gidtk.claimties import Tie, find_tie
from gidtk.claimunits import Unit, units
from gidtk.claimverdicts import Judged, Said, judge, number
from gidtk.claimwords import claim_cues
from gidtk.form import labels
from gidtk.labels import find_labels, fold, match_cell
from gidtk.quantities import Quantity, find_quantities
from gidtk.quantitycues import plain

__all__ = ["CLAIM_COLUMNS", "claims"]

CLAIM_COLUMNS = (
    "report", "section", "claim", "rule", "cells", "of", "kind", "value", "low", "high", "relation", "unit", "before",
    "after", "scope", "raw", "start", "end", "sentence", "expected", "verdict", "severity", "message",
)  # fmt: skip
_TYPES = {
    **dict.fromkeys(("value", "low", "high", "expected"), "Float64"),
    **dict.fromkeys(("start", "end"), "Int64"),
}
_LABELS_OF_A_TABLE = 3  # a line with so many labels is a table run together


def claims(report: Any, previous: Any = None) -> pd.DataFrame:
    """Hold the quantities of the narrative against the cells that they speak of.

    Parameters
    ----------
    report : Report, Corpus or mapping of DataFrames
        A report as :func:`gidtk.read_report` gives it; a corpus; or frames by name: ``sections`` (``key``, ``text``)
        and ``cells`` (``table``, ``row``, ``column``, ``value``), and if wanted ``reports`` (``agency``, ``year``), all
        with a column ``report`` where there are several reports.
    previous : Report or mapping of DataFrames, optional
        The report of the year before, for growth. In a corpus the previous report of a unit is found.

    Returns
    -------
    DataFrame
        One row a quantity: ``report``, ``section``, ``claim`` (what it speaks of, such as ``received``; empty if it is
        tied to no cell), ``rule``, ``cells`` (their sum is meant; joined by ``;``), ``of`` (the whole of a share), then
        as in :func:`gidtk.quantities.quantities`: ``kind``, ``value``, ``low``, ``high``, ``relation``, ``unit``,
        ``before``, ``after``, ``scope``, ``raw``, ``start``, ``end`` (in the section's text), ``sentence``; and
        ``expected`` (what the tables give), ``verdict`` (``pass``, ``fail``, ``not assessable``), ``severity``
        (``error``; ``warning`` where the scope is another or unsure, for shares and growth; ``information``) and
        ``message``. A whole with its parts (``claim`` ``parts``) and a number said twice (``repeated``) have a further
        row. What is not tied, or whose cell has no number, is *not assessable*.

    Raises
    ------
    GidtkError
        If `report` or `previous` is none of these, or a column is missing.

    Notes
    -----
    An exact number passes when the cell has it, 余, 近, 约 when the cell lies in their interval, a share or growth when
    it agrees to half of its last printed digit. Ties follow patterns, not meaning: few are missed, and what is doubtful
    is left untied.

    Examples
    --------
    >>> import gidtk as gid
    >>> frame = claims(gid.read_report(gid.sample("anfu_2020.txt")))
    >>> frame.loc[frame["cells"] != "", ["raw", "cells", "verdict"]].values.tolist()
    [['11件', 'requests.received.total', 'pass']]
    """
    rows = [row for unit in units(report, previous) for row in _unit_rows(unit)]
    frame = pd.DataFrame(rows, columns=list(CLAIM_COLUMNS))
    return frame.astype({name: _TYPES.get(name, "str") for name in CLAIM_COLUMNS})


# ---------------------------------------------------------------- one report


def _unit_rows(unit: Unit) -> Iterator[tuple[Any, ...]]:
    said = list(_said(unit))
    for item in said:
        yield _row(unit, item.section, item.quantity, item.tie, judge(unit, item))
    yield from _parts(unit, said)
    yield from _repeated(unit, said)


def _said(unit: Unit) -> Iterator[Said]:
    for key, text in unit.sections:
        prose = _prose(text)
        flat = plain(prose)
        earlier: list[tuple[Quantity, Tie | None]] = []
        for quantity in find_quantities(prose):
            tie = find_tie(quantity, flat, key, unit.year, unit.values.keys(), earlier)
            earlier = [*earlier[-12:], (quantity, tie)]
            yield Said(key, flat, quantity, tie)


def _prose(text: str) -> str:
    """Return the text with the lines of a table blanked; positions stay."""
    return "\n".join(" " * len(line) if _is_table_line(line) else line for line in text.split("\n"))


def _is_table_line(line: str) -> bool:
    if not line.strip() or line.count("|") > 1:
        return bool(line.strip())
    if len(line) < 60 and match_cell(line.strip()) is not None:
        return True
    return any(mark in line for mark in _marks()) and len(find_labels(fold(line))) >= _LABELS_OF_A_TABLE


def _marks() -> tuple[str, ...]:
    """Return words of the tables' heads that prose has not."""
    captions = labels().captions
    return (captions["content"][0], captions["applicants"][0], labels().rows["received"].name(), "统计指标", "指标名称")


def _row(unit: Unit, section: str, quantity: Quantity, tie: Tie | None, judged: Judged) -> tuple[Any, ...]:
    q = quantity
    cells = ";".join(tie.cells) if tie else ""
    whole = ";".join(judged.whole)
    return (
        unit.report, section, tie.id if tie else "", tie.rule if tie else "", cells, whole, q.kind, q.value, q.low,
        q.high, q.relation, q.unit, q.before, q.after, q.scope, q.raw, q.start, q.end, q.sentence, judged.expected,
        judged.verdict, judged.severity, judged.message,
    )  # fmt: skip


# ---------------------------------------------------------------- wholes with parts, numbers said twice


def _parts(unit: Unit, said: list[Said]) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each whole whose parts, behind 其中, add up to it or exceed it."""
    facts = claim_cues()["parts"]
    for place, item in enumerate(said):
        whole = item.quantity
        if whole.value is None or whole.relation != "=" or whole.unit in ("", "%"):
            continue
        parts = _parts_of(said, place)
        if len(parts) < 2:
            continue
        total = sum(Decimal(str(part.value)) for part in parts)
        value = Decimal(str(whole.value))
        exact = all(part.relation == "=" for part in parts)
        verdict = "pass" if total == value else "fail" if total > value and exact else "not assessable"
        listed = " + ".join(part.raw for part in parts[:8]) + (" + …" if len(parts) > 8 else "")
        message = f"{whole.raw}: {listed} = {number(float(total))}"
        tie = Tie("parts", facts["rule"], "count", ())
        yield _row(unit, item.section, whole, tie, Judged(verdict, "warning", float(total), message))


def _parts_of(said: list[Said], place: int) -> list[Quantity]:
    """Return the quantities of the same unit behind 其中, up to where something else is said."""
    facts, whole = claim_cues()["parts"], said[place]
    end, closes = whole.quantity.end, facts["closes"]
    verbs: set[str] = set()  # those of the first part; another verb begins another matter
    parts: list[Quantity] = []
    for later in range(place + 1, len(said)):
        q = said[later].quantity
        between = whole.flat[end : q.start]
        if said[later].section != whole.section or len(between) > facts["reach"]:
            break
        opens = re.search(facts["opens"], between)
        if re.search(f"[{closes}\n]", between) or bool(opens) == bool(parts):
            break
        own = set(re.findall(facts["verbs"], between))
        if q.kind != "number" or q.unit != whole.quantity.unit or (parts and not own <= verbs):
            break
        if opens:
            verbs, closes = own, closes + (")" if "(" in between[: opens.start()] else "")
        parts.append(q)
        end = q.end
    return parts


def _repeated(unit: Unit, said: list[Said]) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each exact number that an earlier sentence gives otherwise for the same cells."""
    first: dict[tuple[Any, ...], Quantity] = {}
    for item in said:
        tie, q = item.tie, item.quantity
        if tie is None or tie.how != "count" or q.relation != "=" or q.value is None:
            continue
        key = (tie.cells, tie.period, q.scope)
        other = first.setdefault(key, q)
        if other is q:
            continue
        holds = other.value == q.value
        message = f"said twice: {other.raw or other.value} and {q.raw}"
        repeated = Tie("repeated", "N-14", "count", tie.cells)
        judged = Judged("pass" if holds else "fail", "warning", other.value, message)
        yield _row(unit, item.section, q, repeated, judged)
