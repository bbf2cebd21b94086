"""Statistics tables whose cells run together: ``条4251516其中：1.网站公开条41815092.政府公报公开条77``.

A run of digits behind a unit is one figure a column. It is cut only where exactly one way makes every whole the sum of
its parts, in every column, with no year's figure above that of all years. A blank cell is one of the ways, so a run
that may as well be a single figure is not cut.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from gidtk.cuts import cut_run, may_be_one
from gidtk.statlabels import Bare, Head, StatRow, bare_label, facts, is_known

__all__ = ["cut_rows", "read_runs"]

MOST_SUMS = 50_000  # sums of parts held at a time; beyond, the group is not cut

Way = tuple[str, ...]  # one figure a column, "" for a blank cell
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
    >>> from gidtk.statlabels import find_heads
    >>> text = "统计指标单位统计数(一)收到申请数件101.当面申请数件32.传真申请数件7"
    >>> [(row.label, row.raw) for row in read_runs(text, find_heads(text)[0], str)]
    [('(一)收到申请数', '10'), ('1.当面申请数', '3'), ('2.传真申请数', '7')]
    """
    runs = _bounded(list(_runs(text, head, breaks)))
    ways: Sequence[Way | None]
    if head.numbered or not runs:
        ways = [None] * len(runs)
    elif len(head.columns) == 1:
        ways = [None if run.digits is None or not may_be_one(run.digits) else (run.digits,) for run in runs]
    else:
        ways = cut_rows(runs, [column.id for column in head.columns])
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


@cache
def _unit_and_run() -> re.Pattern[str]:
    return re.compile(rf"(?P<unit>{'|'.join(facts()['units'])})(?P<run>\d[\d.,]*)")


@cache
def _goes_on() -> re.Pattern[str]:
    return re.compile(rf"[{facts()['goes_on']}]|(?:{'|'.join(facts()['units'])})")


def _runs(text: str, head: Head, breaks: frozenset[int]) -> Iterator[_Run]:
    begin, last = head.end, 0
    for found in _unit_and_run().finditer(text, head.end):
        label = text[begin : found.start()]
        if found.start() < begin or label.count("(") != label.count(")"):
            continue
        if _PROSE.search(label) or len(label) > _LONGEST:
            return
        *blanks, label = _split(label)
        for blank in blanks:
            unit = next(unit for unit in facts()["units"] if blank.endswith(unit))
            yield _Run(blank[: -len(unit)], unit, "", "", found.start())
        last = bare_label(label).ordinal or last
        digits, begin = _delimit(text, found, last)
        if not breaks.isdisjoint(range(found.start("run") + 1, begin)):
            digits = None
        stray = re.search(r"\d", _ORDINALS.sub("", _BRACKETS.sub("", label)))
        yield _Run(label, found["unit"], None if stray else digits, found["run"], found.start("run"))


def _split(label: str) -> list[str]:
    """Split a label off the rows without figures that run together with it, each with its unit.

    Examples
    --------
    >>> _split("涉及国家秘密件涉及商业秘密")
    ['涉及国家秘密件', '涉及商业秘密']
    """
    if not is_known(bare_label(label).text):
        for unit in facts()["units"]:
            first, found, rest = label.partition(unit)
            while found and not (is_known(bare_label(first).text) and (parts := _split(rest)) and _all_known(parts)):
                more, found, rest = rest.partition(unit)
                first += unit + more
            if found:
                return [first + unit, *parts]
    return [label]


def _all_known(parts: Sequence[str]) -> bool:
    return is_known(bare_label(parts[-1]).text)


def _bounded(runs: Sequence[_Run]) -> list[_Run]:
    """Doubt a run before a label that no table prints and nothing sets off: its first characters may be digits.

    So is a run whose own label ends in one that some table prints: it may be that row's.
    """
    bounded = []
    for run, following in zip(runs, [*runs[1:], None], strict=True):
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


# ---------------------------------------------------------------- two figures in a run


def cut_rows(runs: Sequence[_Run], columns: Sequence[str]) -> list[Way | None]:
    """Cut each run into a figure of this year and one of all years; None where that is not certain."""
    width = len(columns)
    digits = [run.digits for run in runs]
    if sorted(columns) != ["cumulative", "year"]:
        return [None] * len(runs)
    if any(run is not None and len(run) < width for run in digits) or "0" * width not in digits:
        return [None] * len(runs)  # zeros are left blank here, or may be
    ways = [_ways(run or "", columns) for run in digits]
    chosen: list[Way | None] = [found[0] if len(found) == 1 else None for found in ways]
    for group in _groups(runs):
        whole, *parts = (ways[number] for number in group)
        solution = _one_sum(whole, parts)
        if solution:
            for number, way in zip(group, solution, strict=True):
                chosen[number] = way
    return chosen


def _ways(digits: str, ids: Sequence[str]) -> list[Way]:
    """Return every way to read a run: cut in two, or as one figure beside a blank cell."""
    if not digits.isdigit():
        return []
    year, total = ids.index("year"), ids.index("cumulative")
    ways: list[Way] = [cut for cut in cut_run(digits, 2) if int(cut[year]) <= int(cut[total])]
    return ways + [(digits, ""), ("", digits)] if may_be_one(digits) else ways


def _groups(runs: Sequence[_Run]) -> Iterator[list[int]]:
    """Yield a whole and its parts: a row without a number, and the rows numbered from 1 that follow it."""
    group: list[int] = []
    for number, run in enumerate(runs):
        bare = run.bare
        if bare.ordinal is None:
            if len(group) > 1:
                yield group
            group = [] if bare.part else [number]
        elif group and bare.ordinal == len(group):
            group.append(number)
        else:
            group = []
    if len(group) > 1:
        yield group


def _one_sum(whole: Sequence[Way], parts: Sequence[Sequence[Way]]) -> list[Way] | None:
    """Return the one choice of ways in which the parts add up to the whole in both columns; None if there is not one.

    Parts need not be all there is to a whole. So there must be no other choice either in which one column adds up.
    """
    solutions = _choices(whole, parts, (0, 1))
    if len(solutions) != 1 or "" in {figure for way in solutions[0] for figure in way}:
        return None
    full, *rest = ([way for way in ways if "" not in way] for ways in (whole, *parts))
    return solutions[0] if all(_choices(full, rest, (column,)) == solutions for column in (0, 1)) else None


def _choices(whole: Sequence[Way], parts: Sequence[Sequence[Way]], columns: Sequence[int]) -> list[list[Way]]:
    """Return choices in which the parts add up to the whole in some columns: none, one, or several of more."""
    sums: dict[tuple[int, ...], list[list[Way]]] = {(0,) * len(columns): [[]]}
    for ways in parts:
        found: dict[tuple[int, ...], list[list[Way]]] = {}
        for total, choices in sums.items():
            for way in ways:
                key = tuple(a + b for a, b in zip(total, _figures(way, columns), strict=True))
                found.setdefault(key, []).extend([*choice, way] for choice in choices)
        sums = {key: choices[:2] for key, choices in found.items()}
        if len(sums) > MOST_SUMS:
            return []
    return [[way, *choice] for way in whole for choice in sums.get(_figures(way, columns), [])]


def _figures(way: Way, columns: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(way[column] or 0) for column in columns)
