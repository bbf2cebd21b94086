"""Two figures that run together in a statistics table: ``4251516`` is 425 this year and 1516 in all years.

A run is cut only where exactly one way makes a whole the sum of its parts, in both columns, with no year's figure above
that of all years. A blank cell is one of the ways, so a run that may as well be a single figure is not cut.
"""

from collections.abc import Callable, Iterator, Sequence

from gidtk.cuts import cut_run, may_be_one
from gidtk.statlabels import Bare

__all__ = ["Way", "cut_rows"]

MOST_SUMS = 5_000  # sums of parts held at a time; beyond, the group is not cut

Way = tuple[str, ...]  # one figure a column, "" for a blank cell


def cut_rows(digits: Sequence[str | None], labels: Sequence[Bare], columns: Sequence[str]) -> list[Way | None]:
    """Cut each run of digits into a figure of this year and one of all years; None where that is not certain.

    Parameters
    ----------
    digits : sequence of (str or None)
        The run of each row, None where it is not known.
    labels : sequence of Bare
        The label of each row: a row without a number is the whole of the rows numbered from 1 that follow it.
    columns : sequence of str
        ``year`` and ``cumulative``, in the order of the page.

    Examples
    --------
    >>> from gidtk.statlabels import bare_label
    >>> names = ["主动公开信息数", "其中：1.网站公开", "2.政府公报公开", "行政诉讼数", "行政申诉数"]
    >>> runs = ["4251516", "4181509", "77", "00", "12"]
    >>> cut_rows(runs, [bare_label(name) for name in names], ["year", "cumulative"])
    [('425', '1516'), ('418', '1509'), ('7', '7'), ('0', '0'), None]
    """
    width = len(columns)
    if sorted(columns) != ["cumulative", "year"]:
        return [None] * len(digits)
    if any(run is not None and len(run) < width for run in digits) or "0" * width not in digits:
        return [None] * len(digits)  # zeros are left blank here, or may be
    year, total = columns.index("year"), columns.index("cumulative")
    ways = [_ways(run or "") for run in digits]
    chosen: list[Way | None] = [found[0] if len(found) == 1 else None for found in ways]
    for group in _groups(labels):
        whole, *parts = (ways[number] for number in group)
        solution = _one_sum(whole, parts, lambda way: int(way[year]) <= int(way[total]))
        if solution:
            for number, way in zip(group, solution, strict=True):
                chosen[number] = way
    return chosen


def _ways(digits: str) -> list[Way]:
    """Return every way to read a run: cut in two, or as one figure beside a blank cell.

    Examples
    --------
    >>> _ways("100"), _ways("05")
    ([('10', '0'), ('100', ''), ('', '100')], [('0', '5')])
    """
    if not digits.isdigit():
        return []
    return [*cut_run(digits, 2), *([(digits, ""), ("", digits)] if may_be_one(digits) else [])]


def _groups(labels: Sequence[Bare]) -> Iterator[list[int]]:
    """Yield a whole and its parts: a row without a number, and the rows numbered from 1 that follow it."""
    group: list[int] = []
    for number, bare in enumerate(labels):
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


def _one_sum(whole: Sequence[Way], parts: Sequence[Sequence[Way]], grows: Callable[[Way], bool]) -> list[Way] | None:
    """Return the one choice of ways in which the parts add up to the whole in both columns; None if there is not one.

    Parts need not be all there is to a whole, and reports err. So, besides, every year's figure of the choice must be
    within that of all years, and among the choices of which this is true for all rows but one there must be no other
    in which at least one column adds up.
    """
    rows = [whole, *parts]
    solutions = _choices(whole, parts, (0, 1))
    if len(solutions) != 1 or not all(all(way) and grows(way) for way in solutions[0]):
        return None
    for spared in range(len(rows)):
        full, *rest = ([w for w in row if all(w) and (n == spared or grows(w))] for n, row in enumerate(rows))
        if not all(_choices(full, rest, (column,)) == solutions for column in (0, 1)):
            return None
    return solutions[0]


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
