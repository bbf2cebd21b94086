"""Cells that run together: where one number ends and the next begins, if labels and arithmetic leave one answer.

``2000002`` behind a label of seven columns is seven numbers. ``1506015060`` may be cut in many ways; a cut is taken
only where the rules of the form hold for exactly one of them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations, islice

from gidtk.form import labels

__all__ = [
    "LONGEST_RUN",
    "SIGNED_RUN",
    "cut_dispute_run",
    "cut_each",
    "cut_run",
    "cut_runs",
    "may_be_one",
    "numbers_of",
]

LONGEST_RUN = 56  # digits of one row
SIGNED_RUN = re.compile(r"(\d{1,18})([增减+−–—-])(\d{1,18})")  # cells that run together, one of them a change
MOST_CUTS = 5_000  # ways to cut one row; beyond, the row is not read
MOST_STEPS = 100_000  # steps of the search for them; beyond, likewise


class _TooManyError(Exception):
    """A row has more ways to be cut than are tried."""


def _step(steps: Iterator[int]) -> None:
    if next(steps, None) is None:
        raise _TooManyError


def may_be_one(text: str) -> bool:
    """Tell whether a run of digits can be one number: it has no leading zero."""
    return not (len(text) > 1 and text.isdigit() and text.startswith("0"))


def cut_run(run: str, count: int) -> Iterator[tuple[str, ...]]:
    """Yield every way to cut a run of digits into `count` numbers without leading zeros.

    Examples
    --------
    >>> list(cut_run("1002", 3))
    [('10', '0', '2')]
    """
    if count == 1:
        if run and may_be_one(run):
            yield (run,)
        return
    longest = 1 if run[:1] == "0" else len(run) - count + 1
    for size in range(1, longest + 1):
        for rest in cut_run(run[size:], count - 1):
            yield (run[:size], *rest)


def _adding_up(run: str, count: int, steps: Iterator[int]) -> Iterator[tuple[str, ...]]:
    """Yield the cuts of a run whose last number is the sum of the others."""
    for size in range(-(-len(run) // count), len(run) - count + 2):
        total = run[len(run) - size :]
        if may_be_one(total):
            for parts in _summing_to(int(total), run[: len(run) - size], count - 1, size, steps):
                yield (*parts, total)


def _summing_to(total: int, run: str, count: int, longest: int, steps: Iterator[int]) -> Iterator[tuple[str, ...]]:
    """Yield the cuts of a run into numbers of at most `longest` digits that make a sum."""
    _step(steps)
    if count == 0:
        if not run and total == 0:
            yield ()
        return
    for size in range(1, 2 if run[:1] == "0" else min(longest, len(run) - count + 1) + 1):
        rest = total - int(run[:size])
        if rest < 0 or not run:
            return
        if len(run) - size <= (count - 1) * longest:
            for parts in _summing_to(rest, run[size:], count - 1, longest, steps):
                yield (run[:size], *parts)


def cut_runs(runs: Sequence[str], columns: Sequence[str], glued: bool) -> tuple[tuple[str, ...], ...]:
    """Return the ways to cut what is printed behind a label; none where a cell may simply be missing.

    Runs may as well have blank cells between them. So the ways to place them like this, cut no further than they must
    be, are returned too, with ``""`` for a blank cell. Runs that may all be one number are cut only where columns add
    up.

    Parameters
    ----------
    runs : sequence of str
        The runs of digits, between blanks.
    columns : sequence of str
        The columns; where the last one is ``total``, a cut must add up.
    glued : bool
        Whether the label itself runs together with them.
    """
    count = len(columns)
    digits = "".join(runs)
    if glued and (signed := SIGNED_RUN.fullmatch(digits)):
        return tuple(_cut_signed(signed, columns))
    if not count or not all(run.isdigit() for run in runs) or not count <= len(digits) <= LONGEST_RUN:
        return ()
    together, adds_up = glued and len(runs) == 1, columns[-1] == "total"
    if not together and all(map(may_be_one, runs)) and (not adds_up or len(runs) >= count):
        return ()
    if together and adds_up:
        found = _adding_up(runs[0], count, iter(range(MOST_STEPS)))
    else:
        ways = _tried(chain(cut_each(runs, count), () if together else _placed(runs, count)))
        found = filter(_adds_up, ways) if adds_up else ways
    try:
        cuts = tuple(islice(found, MOST_CUTS + 1))
    except _TooManyError:
        return ()
    return cuts if len(cuts) <= MOST_CUTS else ()


def _tried(ways: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    steps = iter(range(MOST_STEPS))
    for way in ways:
        _step(steps)
        yield way


def _cut_signed(run: re.Match[str], columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the ways to cut two runs with a sign between them, which belongs to the column of changes; or is a dash."""
    changing = {column for known in labels().columns.values() for column, label in known.items() if label.signed}
    place = next((n for n, column in enumerate(columns) if column in changing), 0)
    before, sign, behind = run.groups()
    count = len(columns) - place
    changes = [(sign + first, *rest) for first, *rest in cut_run(behind, count) if first != "0"] if count else []
    dashes = [(sign, *rest) for rest in cut_run(behind, count - 1)] if count > 1 and sign in "-−–—" else []
    for numbers in cut_run(before, place) if place else ():
        yield from (numbers + rest for rest in [*changes, *dashes])


def numbers_of(cut: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers of a way to read a row; a blank is zero, and a blank total what it should be."""
    *parts, total = (int(text or 0) for text in cut)
    return (*parts, total if cut[-1] else sum(parts))


def _adds_up(cut: Sequence[str]) -> bool:
    *parts, total = numbers_of(cut)
    return sum(parts) == total


def _placed(runs: Sequence[str], count: int) -> Iterator[tuple[str, ...]]:
    """Yield every way to give the runs to some of the columns, none cut but what cannot be one number."""
    for size in range(len(runs), count):
        for numbers in cut_each(runs, size, cut_all=False):
            for places in combinations(range(count), size):
                own = dict(zip(places, numbers, strict=True))
                yield tuple(own.get(place, "") for place in range(count))


def cut_each(runs: Sequence[str], count: int, *, cut_all: bool = True) -> Iterator[tuple[str, ...]]:
    """Yield every way to cut runs into so many numbers; without `cut_all` only those that cannot be one number."""
    if not runs:
        if count == 0:
            yield ()
        return
    head = runs[0]
    for size in range(1, min(len(head), count) + 1 if cut_all or not may_be_one(head) else 2):
        for first in cut_run(head, size):
            for rest in cut_each(runs[1:], count - size, cut_all=cut_all):
                yield first + rest


def cut_dispute_run(runs: Sequence[str], glued: bool) -> tuple[tuple[str, ...], ...]:
    """Return the ways to cut the fifteen values of table 四 so that each five add up; ``""`` for a blank cell.

    Examples
    --------
    >>> [way[:5] for way in cut_dispute_run(["100010000002002"], glued=True)]
    [('1', '0', '0', '0', '1')]
    """
    text = "".join(runs)
    if not text.isdigit() or not 15 <= len(text) <= LONGEST_RUN or (not glued and len(runs) == 1 and may_be_one(text)):
        return ()
    edges = frozenset(sum(map(len, runs[:n])) for n in range(1, len(runs)))
    blank = filter(_fives_add_up, _tried(_placed(runs, 15))) if all(map(may_be_one, runs)) and not glued else ()
    found = chain(_in_fives(text, 3, edges, 0, iter(range(MOST_STEPS))), blank)
    try:
        ways = tuple(islice(found, MOST_CUTS + 1))
        if glued and _fits_without_zeros(text, iter(range(MOST_STEPS))):
            return ()
    except _TooManyError:
        return ()
    return ways if len(ways) <= MOST_CUTS else ()


def _fits_without_zeros(run: str, steps: Iterator[int]) -> bool:
    """Tell whether a run may be table 四 of a page that leaves zeros blank: fewer numbers, and each five add up too."""
    reached = {(0, 0)}  # how many digits stand behind, how many numbers they are
    for _ in range(3):
        for start, numbers in tuple(reached):
            for count in range(2, 6):
                for end in range(start + count, len(run) + 1):
                    cuts = _adding_up(run[start:end], count, steps)
                    if (end, numbers + count) not in reached and any("0" not in cut for cut in cuts):
                        reached.add((end, numbers + count))
    return any(end == len(run) and numbers < 15 for end, numbers in reached)


def _fives_add_up(cut: Sequence[str]) -> bool:
    numbers = [int(text or 0) for text in cut]
    return all(sum(numbers[start : start + 4]) == numbers[start + 4] for start in (0, 5, 10))


def _in_fives(
    run: str, groups: int, edges: frozenset[int], offset: int, steps: Iterator[int]
) -> Iterator[tuple[str, ...]]:
    if groups == 0:
        if not run:
            yield ()
        return
    for size in range(5, len(run) - 5 * (groups - 1) + 1):
        for first in _adding_up(run[:size], 5, steps):
            ends = {offset + sum(map(len, first[: n + 1])) for n in range(5)}
            inside = {edge for edge in edges if offset < edge <= offset + size}
            if inside <= ends:
                for rest in _in_fives(run[size:], groups - 1, edges, offset + size, steps):
                    yield first + rest
