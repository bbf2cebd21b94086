"""Which readings of the rows of a table take part in a choice, one a row, whose sums hold in every column."""

from collections.abc import Sequence

__all__ = ["balanced"]

MOST_SUMS = 5_000  # sums of rows held at a time; beyond, nothing is said

Numbers = tuple[int, ...]


def balanced(rows: Sequence[Sequence[Numbers]]) -> list[list[Numbers]] | None:
    """Return of each row the readings that take part in a choice that adds up to zero in every column.

    Parameters
    ----------
    rows : sequence
        For each row its readings; a reading is one number a column, negative where the row stands on the other side
        of the rule.

    Returns
    -------
    list of list, or None
        The readings left of each row, in their order: no row has one left where no choice adds up. None where more
        than :data:`MOST_SUMS` sums would have to be held.

    Notes
    -----
    The sums that the first rows can make are a layer, the next row makes the next layer of it. What does not lead
    from nothing at the first layer to zero at the last takes part in no choice. So the answer is exact, though no
    choice is ever written out.

    Examples
    --------
    >>> balanced([[(1, 12), (11, 2)], [(1, 1), (11, 1)], [(-12, -13)]])
    [[(1, 12)], [(11, 1)], [(-12, -13)]]
    >>> balanced([[(1,), (2,)], [(3,), (4,)], [(-9,)]])
    [[], [], []]
    """
    left = _within_reach(rows)
    if not all(left):
        return [[] for _ in rows]
    open_rows = sorted((n for n, row in enumerate(left) if len(row) > 1), key=lambda n: -_spread(left[n]))
    columns = [c for c in range(len(left[0][0])) if any(row[0][c] != other[c] for row in left for other in row)]
    start = tuple(sum(row[0][c] for row in left if len(row) == 1) for c in columns)
    short = {n: [tuple(reading[c] for c in columns) for reading in left[n]] for n in open_rows}
    layers = _layers(start, [short[n] for n in open_rows])
    if layers is None:
        return None
    goal = layers[-1]
    for number, before in zip(reversed(open_rows), reversed(layers[:-1]), strict=True):
        taken = [{state for state in before if _plus(state, reading) in goal} for reading in short[number]]
        left[number] = [reading for reading, states in zip(left[number], taken, strict=True) if states]
        goal = set().union(*taken)
    return left if goal else [[] for _ in rows]


def _within_reach(rows: Sequence[Sequence[Numbers]]) -> list[list[Numbers]]:
    """Leave out the readings that no choice of the other rows, each column by itself, can bring to zero."""
    left = [list(row) for row in rows]
    changed = True
    while changed and all(left):
        changed = False
        least, most = _ends(left)
        low, high = ([sum(column) for column in zip(*ends, strict=True)] for ends in (least, most))
        for number, row in enumerate(left):
            others = list(zip(low, high, least[number], most[number], strict=True))
            kept = [
                reading
                for reading in row
                if all(
                    a - own_a + n <= 0 <= b - own_b + n for n, (a, b, own_a, own_b) in zip(reading, others, strict=True)
                )
            ]
            if len(kept) < len(row):
                left[number], changed = kept, True
    return left


def _layers(start: Numbers, rows: Sequence[Sequence[Numbers]]) -> list[set[Numbers]] | None:
    """Return the sums after no row, one row, and so on, that the rows to come may still bring to zero."""
    least, most = _ends(rows)
    layers = [{start}]
    for number, row in enumerate(rows):
        low = [sum(column) for column in zip(*least[number + 1 :], strict=True)] or [0] * len(start)
        high = [sum(column) for column in zip(*most[number + 1 :], strict=True)] or [0] * len(start)
        layer = {_plus(state, reading) for state in layers[-1] for reading in row}
        layer = {state for state in layer if all(a + n <= 0 <= b + n for n, a, b in zip(state, low, high, strict=True))}
        if len(layer) > MOST_SUMS:
            return None
        layers.append(layer)
    return layers


def _ends(rows: Sequence[Sequence[Numbers]]) -> tuple[list[list[int]], list[list[int]]]:
    """Return the least and the greatest number of each row in each column."""
    sides = [list(zip(*row, strict=True)) for row in rows]
    return [[min(c) for c in side] for side in sides], [[max(c) for c in side] for side in sides]


def _spread(row: Sequence[Numbers]) -> int:
    widths: list[int] = [max(column) - min(column) for column in zip(*row, strict=True)]
    return max(widths)


def _plus(one: Numbers, other: Numbers) -> Numbers:
    return tuple(a + b for a, b in zip(one, other, strict=True))
