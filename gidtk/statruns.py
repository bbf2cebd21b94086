"""Statistics tables whose cells run together: ``条4251516其中：1.网站公开条41815092.政府公报公开条77``.

A run of digits behind a unit is one figure a column. Where it ends must be certain: the number of the next label may
run together with it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from gidtk.cuts import may_be_one
from gidtk.form import load_form
from gidtk.statcuts import Way, cut_rows
from gidtk.statheads import Head
from gidtk.statlabels import Bare, StatRow, bare_label, facts, is_known, name_rows

__all__ = ["read_runs"]

_PROSE = re.compile(r"[。;!?]")
_BRACKETS = re.compile(r"\([^()]*\)")
_ORDINALS = re.compile(r"(?:^|(?<=\D))\d{1,2}[.、)](?!\d)")
_LONGEST = 150


@dataclass(frozen=True)
class _Run:
    label: str
    unit: str
    digits: str | None  # empty for a blank cell; None where the run cannot be told from what stands beside it
    printed: str
    at: int

    @property
    def bare(self) -> Bare:
        return bare_label(self.label)


def read_runs(
    text: str, head: Head, place: Callable[[int], str], breaks: frozenset[int] = frozenset()
) -> list[StatRow]:
    """Read the rows below a head, where nothing separates the cells.

    Parameters
    ----------
    text : str
        Folded text up to the end of the table.
    head : Head
        The head of the table.
    place : callable
        Gives the place of a character.
    breaks : frozenset of int
        The characters before which white space stands; a run with one inside is not read.

    Examples
    --------
    >>> from gidtk.statheads import find_heads
    >>> text = "统计指标单位统计数(一)收到申请数件101.当面申请数件32.传真申请数件7"
    >>> [(row.label, row.raw, row.values is not None) for row in read_runs(text, find_heads(text)[0], str)]
    [('(一)收到申请数', '10', True), ('1.当面申请数', '3', True), ('2.传真申请数', '7', False)]
    """
    runs = _bounded(list(_runs(text, head, breaks)))
    ways: Sequence[Way | None]
    if head.numbered or not runs:
        ways = [None] * len(runs)
    elif len(head.columns) == 1:
        ways = _in_turn(runs)
    else:
        columns = [column.id for column in head.columns]
        ways = cut_rows([run.digits for run in runs], [run.bare for run in runs], columns)
    return [
        StatRow(
            run.label,
            run.unit,
            tuple((figure, place(run.at)) for figure in way) if way else None,
            run.printed if run.digits is None else run.digits,
            place(run.at),
        )
        for run, way in zip(runs, ways, strict=True)
    ]


def _in_turn(runs: Sequence[_Run]) -> list[Way | None]:
    """Return the one figure of each run that ends where the next indicator of the national table begins.

    Where another follows, the label and unit between them may be lost, and the digits of two rows are one run.
    """
    printed = (StatRow(run.label, run.unit, None, "", "") for run in runs)
    ids = [label.id for _, label, _ in name_rows(printed)]
    order = load_form("f2014").rows("statistics")
    turns = set(pairwise([*order, ""]))
    if len(ids) != len(runs):
        return [None] * len(runs)
    return [
        (run.digits,) if turn in turns and run.digits is not None and may_be_one(run.digits) else None
        for run, turn in zip(runs, pairwise([*ids, ""]), strict=True)
    ]


@cache
def _units() -> re.Pattern[str]:
    return re.compile("|".join(facts()["units"]))


@cache
def _unit_and_run() -> re.Pattern[str]:
    return re.compile(rf"(?P<unit>{_units().pattern})(?P<run>\d[\d.,]*)")


@cache
def _goes_on() -> re.Pattern[str]:
    return re.compile(rf"[{facts()['goes_on']}]|(?:{_units().pattern})")


def _runs(text: str, head: Head, breaks: frozenset[int]) -> Iterator[_Run]:
    begin, last = head.end, 0
    for found in _unit_and_run().finditer(text, head.end):
        label = text[begin : found.start()]
        if _PROSE.search(label) or len(label) > _LONGEST:
            return
        if found.start() < begin or label.count("(") != label.count(")"):
            continue
        if not is_known(bare_label(label).text):
            blanks, label = _split(label)
            for blank, unit in blanks:
                yield _Run(blank, unit, "", "", found.start())
        last = bare_label(label).ordinal or last
        digits, begin = _delimit(text, found, last)
        if not breaks.isdisjoint(range(found.start("run") + 1, begin)):
            digits = None
        stray = re.search(r"\d", _ORDINALS.sub("", _BRACKETS.sub("", label)))
        yield _Run(label, found["unit"], None if stray else digits, found["run"], found.start("run"))
    for blank, unit in _split(text[begin:])[0]:
        yield _Run(blank, unit, "", "", begin)


def _split(text: str) -> tuple[list[tuple[str, str]], str]:
    """Return the rows without figures with which a text begins, label and unit, and what is left.

    Examples
    --------
    >>> _split("涉及国家秘密件涉及商业秘密")
    ([('涉及国家秘密', '件')], '涉及商业秘密')
    """
    rows, begin = [], 0
    for found in _units().finditer(text):
        label = text[begin : found.start()]
        if len(label) > _LONGEST:
            break
        if is_known(bare_label(label).text):
            rows.append((label, found.group()))
            begin = found.end()
    return rows, text[begin:]


def _bounded(runs: Sequence[_Run]) -> list[_Run]:
    """Doubt a run before a label that no table prints and nothing sets off: its first characters may be digits.

    So is a run whose own label ends in one that some table prints: it may be that row's.
    """
    bounded = []
    for run, following in zip(runs, [*runs[1:], None], strict=False):
        bare = run.bare.text
        swallows = not is_known(bare) and any(is_known(bare[start:]) for start in range(1, len(bare) - 2))
        open_end = following is not None and bare_label(following.label).text == following.label
        if swallows or (open_end and following is not None and not is_known(following.label)):
            run = replace(run, digits=None)
        bounded.append(run)
    return bounded


def _delimit(text: str, found: re.Match[str], last: int) -> tuple[str | None, int]:
    """Return the digits of a run and where the next label begins; None where the digits are not certain.

    The number of the next label may run together with the figure: ``1509`` and ``2.`` in ``15092.``. It is 1 or goes on
    from the last one.
    """
    run, end = found["run"], found.end()
    if run[-1] not in ".," and text[end : end + 1] not in ("、", ")"):
        return (None if _goes_on().match(text, end) else run), end
    body = run.rstrip(".,")
    fitting = {str(n) for n in (1, last + 1) if body.endswith(str(n))}
    if len(fitting) != 1 or not body.isdigit():
        return None, end
    ordinal = fitting.pop()
    return body[: -len(ordinal)], found.start("run") + len(body) - len(ordinal)
