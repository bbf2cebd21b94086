"""Ruling lines and characters on a page become grids: for PDF, OFD and pictures of pages alike.

All positions are points; y grows upwards.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from gidtk.blocks import Grid, GridCell

__all__ = ["NEAR", "Char", "Rule", "Table", "cell_text", "join_line", "merged", "tables", "text_lines"]

NEAR = 3.0  # points between two positions that are one
MOST_RULES = 1_000  # of one direction on one page, dashes put together; the longest statutory table has 60
MOST_POSITIONS = 20_000  # of one table
DASH = 12.0  # points; shorter strokes may be the dashes of a line
_SMALLER = 0.8  # of the height of the other digit
_GLUED = 0.15  # of the height of a line: the gap between two digits of one number is smaller


class Char(NamedTuple):
    """A printed character.

    ``x0`` to ``x1`` and ``y0`` to ``y1`` are its place in the line, alike for `一` and `国`; ``x`` and ``y`` are the
    middle of its ink, which decides the cell that it stands in.
    """

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    x: float
    y: float


class Rule(NamedTuple):
    """A ruling line: where it lies and from where to where it runs."""

    at: float
    start: float
    end: float


Corner = tuple[int, int]


@dataclass
class Table:
    """A table of a page: row edges from the top, column edges from the left, the corner that owns each position."""

    ys: list[float]
    xs: list[float]
    owner: dict[Corner, Corner]

    def __post_init__(self) -> None:
        """Turn the row edges downwards, for bisection."""
        self._down = [-y for y in self.ys]

    def corner(self, x: float, y: float) -> Corner | None:
        """Return the upper left position of the cell that a point lies in; None outside the table."""
        if not (self.xs[0] < x < self.xs[-1] and self.ys[-1] < y < self.ys[0]):
            return None
        return self.owner.get((bisect_right(self._down, -y) - 1, bisect_right(self.xs, x) - 1))

    def grid(self, held: dict[Corner, list[Char]], place: str) -> Grid:
        """Return the table with the text of its cells."""
        spans: dict[Corner, tuple[int, int]] = {}
        for (row, column), (top, left) in self.owner.items():
            height, width = spans.get((top, left), (1, 1))
            spans[top, left] = max(height, row - top + 1), max(width, column - left + 1)
        cells = {
            (top, left): GridCell(
                cell_text(held.get((top, left), ()), self.xs[left + width] - self.xs[left]), top, left, height, width
            )
            for (top, left), (height, width) in spans.items()
        }
        width, height = len(self.xs) - 1, len(self.ys) - 1
        return Grid(tuple(tuple(cells[self.owner[r, c]] for c in range(width)) for r in range(height)), place)


# ---------------------------------------------------------------- rules


def merged(rules: Iterable[Rule]) -> list[Rule]:
    """Snap rules that lie side by side to one position, join the ones that touch and the dashes of a broken line."""
    rows: list[list[Rule]] = []
    for rule in sorted(rules):
        if rows and rule.at - rows[-1][-1].at <= NEAR and rule.at - rows[-1][0].at <= 2 * NEAR:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    joined = (rule for row in rows for rule in _joined(row))
    return [rule for rule in joined if rule.end - rule.start > 2 * NEAR]


def _joined(row: Sequence[Rule]) -> Iterator[Rule]:
    run: list[Rule] = []
    end = last = 0.0
    for rule in sorted(row, key=lambda rule: (rule.start, rule.end)):
        length = rule.end - rule.start
        if run and rule.start > end + (2 * NEAR if max(last, length) <= DASH else NEAR):
            yield Rule(fmean(piece.at for piece in run), run[0].start, end)
            run = []
        end = max(end, rule.end) if run else rule.end
        run.append(rule)
        last = length
    yield Rule(fmean(piece.at for piece in run), run[0].start, end)


def tables(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> Iterator[Table]:
    """Yield the tables that merged rules enclose, from the top of the page."""
    if max(len(horizontal), len(vertical)) > MOST_RULES:
        return
    for rows, columns in _connected(horizontal, vertical):
        rows = [*rows, *_open_edges(rows, columns)]
        columns = [*columns, *_open_edges(columns, rows)]
        ys = _positions(rule.at for rule in rows)[::-1]
        xs = _positions(rule.at for rule in columns)
        if len(ys) * len(xs) <= MOST_POSITIONS:
            yield from _apart(ys, xs, rows, columns)


def _apart(ys: Sequence[float], xs: Sequence[float], rows: Sequence[Rule], columns: Sequence[Rule]) -> Iterator[Table]:
    """Yield the tables that stand upon each other without a gap, told apart by their columns."""
    edges = [
        [x for x in xs if _ruled(_along(columns, x), low, high)] for high, low in pairwise(ys)
    ]  # of each row of positions
    start = 0
    for end in range(1, len(ys)):
        last = end == len(ys) - 1
        if last or (_strange(edges[end - 1], edges[end]) and _ruled(_along(rows, ys[end]), *_extent(edges, end))):
            inside = [x for x in xs if any(x in row for row in edges[start:end])]
            own = list(ys[start : end + 1])
            if len(inside) > 2:
                yield Table(own, inside, _owners(own, inside, rows, columns))
            start = end


def _extent(edges: Sequence[Sequence[float]], row: int) -> tuple[float, float]:
    """Return from where to where two neighbouring rows touch."""
    above, below = edges[row - 1], edges[row]
    return (max(above[0], below[0]), min(above[-1], below[-1])) if above and below else (0.0, 0.0)


def _strange(above: Sequence[float], below: Sequence[float]) -> bool:
    """Tell whether two neighbouring rows are of different tables: neither has all the column edges of the other."""
    return (
        not (set(above) <= set(below) or set(below) <= set(above)) or above[:1] != below[:1] or above[-1:] != below[-1:]
    )


def _along(rules: Iterable[Rule], at: float) -> list[Rule]:
    return [rule for rule in rules if abs(rule.at - at) <= NEAR]


def _ruled(rules: Iterable[Rule], start: float, end: float) -> bool:
    return any(rule.start - NEAR <= start and rule.end + NEAR >= end for rule in rules)


def _open_edges(rules: Sequence[Rule], across: Sequence[Rule]) -> Iterator[Rule]:
    """Yield the edges of a table left open, by a page break or by design: where the rules across end together."""
    if len(across) < 2 or not rules:
        return
    start, end = min(rule.at for rule in across), max(rule.at for rule in across)
    first, last = min(rule.at for rule in rules), max(rule.at for rule in rules)
    low, high = min(rule.start for rule in across), max(rule.end for rule in across)
    if low < first - 2 * NEAR and sum(rule.start - low <= NEAR for rule in across) >= 2:
        yield Rule(low, start, end)
    if high > last + 2 * NEAR and sum(high - rule.end <= NEAR for rule in across) >= 2:
        yield Rule(high, start, end)


def _connected(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Group rules that cross or touch."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for i, row in enumerate(horizontal):
        for j, column in enumerate(vertical):
            crosses = (
                row.start - NEAR <= column.at <= row.end + NEAR and column.start - NEAR <= row.at <= column.end + NEAR
            )
            if crosses:
                parent[root(i)] = root(len(horizontal) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for number, rule in enumerate([*horizontal, *vertical]):
        groups.setdefault(root(number), ([], []))[number >= len(horizontal)].append(rule)
    yield from sorted(groups.values(), key=lambda group: -max((rule.at for rule in group[0]), default=0.0))


def _positions(values: Iterable[float]) -> list[float]:
    near: list[list[float]] = []
    for value in sorted(values):
        if near and value - near[-1][0] <= NEAR:
            near[-1].append(value)
        else:
            near.append([value])
    return [fmean(group) for group in near]


def _owners(
    ys: Sequence[float], xs: Sequence[float], rows: Sequence[Rule], columns: Sequence[Rule]
) -> dict[Corner, Corner]:
    """Return, for every position of the grid, the upper left position of the cell that covers it."""
    below_row, at_column = [_along(rows, y) for y in ys], [_along(columns, x) for x in xs]
    owner: dict[Corner, Corner] = {}
    for r in range(len(ys) - 1):
        for c in range(len(xs) - 1):
            if (r, c) in owner:
                continue
            right = c
            while right + 2 < len(xs) and not _ruled(at_column[right + 1], ys[r + 1], ys[r]):
                right += 1
            below = r
            while below + 2 < len(ys) and not any(
                _ruled(below_row[below + 1], xs[k], xs[k + 1]) for k in range(c, right + 1)
            ):
                below += 1
            for i in range(r, below + 1):
                for j in range(c, right + 1):
                    owner.setdefault((i, j), (r, c))
    return owner


# ---------------------------------------------------------------- characters


def one_number(before: Char, char: Char) -> bool:
    """Tell whether two characters, one printed after the other, belong to one number."""
    if not (before.text.isdigit() or before.text in ".,") or not (char.text.isdigit() or char.text in ".,"):
        return False
    size = max(before.y1 - before.y0, char.y1 - char.y0, 4.0)
    return abs(char.y0 - before.y0) < 0.3 * size and -0.5 * size < char.x0 - before.x1 <= _GLUED * size


def text_lines(chars: Iterable[Char]) -> list[tuple[Char, ...]]:
    """Group characters into lines of text from top to bottom, each from left to right."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: (-c.y0 - c.y1, c.x)):
        if lines and lines[-1][0].y0 + lines[-1][0].y1 - char.y0 - char.y1 <= 0.7 * (char.y1 - char.y0):
            lines[-1].append(char)
        else:
            lines.append([char])
    return [tuple(sorted(line, key=lambda c: c.x)) for line in lines]


def join_line(line: Sequence[Char]) -> str:
    """Return the text of a line; a wide gap is a blank, and between two digits a small one too."""
    out = [line[0].text] if line else []
    for before, char in pairwise(line):
        size = max(before.y1 - before.y0, char.y1 - char.y0, 4.0)
        digits = before.text.isdigit() and char.text.isdigit()
        apart = char.x0 - before.x1 > (_GLUED if digits else 0.45) * size or (digits and _of_a_note(before, char))
        out.append(" " + char.text if apart else char.text)
    return "".join(out)


def _of_a_note(before: Char, char: Char) -> bool:
    """Tell whether one of two digits is much smaller than the other: the sign of a note."""
    sizes = before.y1 - before.y0, char.y1 - char.y0
    return min(sizes) < _SMALLER * max(sizes)


def cell_text(chars: Sequence[Char], width: float) -> str:
    """Return the text of a cell.

    A number goes on in the next line only where it fills the line with three digits or more; else the next line is
    set off by a blank, for it may hold another number.
    """
    if not chars:
        return ""
    size = chars[0].y1 - chars[0].y0
    downwards = max(c.x for c in chars) - min(c.x for c in chars) < 0.6 * size
    if downwards and len(chars) > 2 and not any(char.text.isdigit() for char in chars):
        return "".join(char.text for char in sorted(chars, key=lambda c: -c.y))
    out = ""
    for line, following in pairwise([*text_lines(chars), ()]):
        out += join_line(line)
        if following and line[-1].text.isdigit() and following[0].text.isdigit() and not _full(line, width):
            out += " "
    return out


def _full(line: Sequence[Char], width: float) -> bool:
    """Tell whether a line is a number of three digits or more with no room for another one."""
    digit = line[-1].x1 - line[-1].x0
    number = len(line) >= 3 and all(char.text.isdigit() or char.text in ".," for char in line)
    return number and width - (line[-1].x1 - line[0].x0) < 3 * digit
