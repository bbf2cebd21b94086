"""Tables without ruling lines: values that stand under one another, the label beside them, the heads above.

Only a table with many columns is found so; narrow ones are read as running text, where each label has its line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, median_low
from typing import NamedTuple

from gidtk.blocks import Grid, GridCell
from gidtk.readers.rulings import Char, join_line

__all__ = ["Columned", "columned"]

FEWEST = 5  # values side by side that begin a table
_FILLED = 0.6  # of the columns of a table: what each of the rows that tell them must have
_GAP = 0.6  # of the size of a character: what parts two texts side by side
_HEAD_GAP = 0.2  # likewise: what parts two heads, where each then stands above a column of its own
_LEADING = 2.2  # of the size of a character: the longest step between two lines of one text
_TIGHT = 1.65  # likewise, where no two rows of values tell how far apart rows are
_STEP = 0.8  # of the least step between two rows of values, likewise
_APART = 4.0  # of the size of a character: the longest step between two lines of heads
_LONGEST_HEAD = 12  # characters above the values; a longer text is no head, unless it leaves the labels free
_REACH = 2.5  # of the size of a character: how far left of the values such a text may begin
_POINTS = ".．、"  # behind the number of a label, which may stand off
_VALUE = re.compile(r"[-—–−/\\]+|[增减+-]?\d[\d,]*(?:\.\d+)?[万亿]?[元件项]?")


class _Piece(NamedTuple):
    """A text with nothing close beside it, on one line."""

    text: str
    x0: float
    x1: float
    y: float
    size: float  # of the characters of the page
    chars: tuple[Char, ...]


@dataclass(frozen=True)
class _Text:
    """Lines above each other that are one text."""

    pieces: tuple[_Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def x0(self) -> float:
        return min(piece.x0 for piece in self.pieces)

    @property
    def x1(self) -> float:
        return max(piece.x1 for piece in self.pieces)

    @property
    def middle(self) -> float:
        return (self.pieces[0].y + self.pieces[-1].y) / 2

    def beside(self, y: float, size: float) -> bool:
        """Tell whether it stands at a height of the page."""
        return self.pieces[-1].y - size / 2 < y < self.pieces[0].y + size / 2


@dataclass(frozen=True)
class Columned:
    """A table found by the places of its texts.

    Attributes
    ----------
    grid : Grid
        Two columns of labels, the outer one first, then one a column of values.
    top : float
        Where it begins.
    xs : list of float
        The edges of its columns.
    chars : frozenset of Char
        The characters that it holds.
    """

    grid: Grid
    top: float
    xs: list[float]
    chars: frozenset[Char]


def columned(chars: Sequence[Char], place: str, first: int) -> Iterator[Columned]:
    """Yield the tables of a page that have no ruling lines.

    Parameters
    ----------
    chars : sequence of Char
        What stands outside the ruled tables.
    place : str
        The page.
    first : int
        The number of the first table.

    Yields
    ------
    Columned
        From the top of the page. A table whose labels do not tell its rows apart is left out.
    """
    signs = [char for char in chars if char.text > "\u2e7f"]
    if not signs:
        return
    pieces = _pieces(chars, median((c.x1 - c.x0 + c.y1 - c.y0) / 2 for c in signs))  # fonts lie about either
    rows = list(_rows([piece for piece in pieces if _VALUE.fullmatch(piece.text)]))
    for group in _groups([row for row in rows if len(row) >= FEWEST]):
        table = _table(group, rows, pieces, f"{place}, table {first}")
        if table is not None:
            first += 1
            yield table


def _pieces(chars: Sequence[Char], size: float) -> list[_Piece]:
    """Return the texts of a page: what is printed on, character by character, and what stands close behind it."""
    runs: list[list[Char]] = []
    for char in chars:
        if runs and _close(runs[-1][-1], char, size, 0.8):
            runs[-1].append(char)
        else:
            runs.append([char])
    joined: list[list[Char]] = []
    for run in sorted(runs, key=lambda run: run[0].x0):
        before = next((other for other in joined if _close(other[-1], run[0], size, 0.5)), None)
        if before is None:
            joined.append(run)
        else:
            before += run
    return [_piece(run, size) for run in joined]


def _piece(run: Sequence[Char], size: float) -> _Piece:
    return _Piece(join_line(run), run[0].x0, run[-1].x1, median(c.y0 + c.y1 for c in run) / 2, size, tuple(run))


def _close(before: Char, char: Char, size: float, level: float) -> bool:
    """Tell whether a character stands close behind another, at its height but for a share of the size."""
    if abs(before.y0 + before.y1 - char.y0 - char.y1) > 2 * level * size:
        return False
    gap = 2 * _GAP if before.text in _POINTS else _GAP
    return -0.5 * size < char.x0 - before.x1 < gap * size


def _rows(values: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Group values that stand at one height, from the top."""
    row: list[_Piece] = []
    for piece in sorted(values, key=lambda piece: -piece.y):
        if row and row[0].y - piece.y > 0.4 * piece.size:
            yield sorted(row, key=lambda piece: piece.x0)
            row = []
        row.append(piece)
    if row:
        yield sorted(row, key=lambda piece: piece.x0)


def _groups(rows: Sequence[list[_Piece]]) -> Iterator[list[list[_Piece]]]:
    """Yield neighbouring rows whose values stand under one another."""
    group: list[list[_Piece]] = []
    for row in rows:
        if group and _columns([*group, row]) is None:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _columns(rows: Sequence[Sequence[_Piece]]) -> list[tuple[float, float]] | None:
    """Return from where to where each column goes; None where values would share one, or rows have few in common."""
    columns: list[list[float]] = []
    for piece in sorted((piece for row in rows for piece in row), key=lambda piece: piece.x0):
        if columns and piece.x0 < columns[-1][1]:
            columns[-1][1] = max(columns[-1][1], piece.x1)
        else:
            columns.append([piece.x0, piece.x1])
    edges = [(left, right) for left, right in columns]
    clear = all(len({_column(piece, edges) for piece in row}) == len(row) for row in rows)
    return edges if clear and all(len(row) > _FILLED * len(edges) for row in rows) else None


def _column(piece: _Piece, columns: Sequence[tuple[float, float]]) -> int:
    """Return the column that a value stands in, -1 if in none or in several."""
    over = [n for n, (left, right) in enumerate(columns) if piece.x0 < right and left < piece.x1]
    return over[0] if len(over) == 1 else -1


def _table(
    group: Sequence[list[_Piece]], rows: Sequence[list[_Piece]], pieces: Sequence[_Piece], place: str
) -> Columned | None:
    columns = _columns(group)
    if columns is None or len(columns) < FEWEST:
        return None
    left, size = columns[0][0], group[0][0].size
    high, low = group[0][0].y, group[-1][0].y
    inside = [row for row in rows if low - size < row[0].y < high + size]
    if any(_column(piece, columns) < 0 for row in inside for piece in row):
        return None
    labels = [
        p for p in pieces if p.x1 < left and low - 3 * size < p.y < high + 3 * size and not _VALUE.fullmatch(p.text)
    ]
    step = min(
        [(_LEADING if len(inside) > 1 else _TIGHT) * size, *(_STEP * (a[0].y - b[0].y) for a, b in pairwise(inside))]
    )
    texts = list(_texts(labels, step))
    named = [_nearest(row[0].y, texts, size) for row in inside]
    chosen = [text for text in named if text is not None]
    if len(set(map(id, chosen))) < len(chosen):
        return None  # one text beside two rows of values
    heads = list(_texts(_heads(pieces, columns, high, size), step))
    if not chosen and not heads:
        return None
    used = [*chosen, *heads]
    outer = [t for t in texts if not any(t is n for n in chosen) and low - size < t.middle < high + size]
    top = max((t.pieces[0].y for t in (*used, *outer)), default=high) + size / 2
    lines = [*_head_rows(heads, columns), *_value_rows(inside, named, outer, columns)]
    made = tuple(
        tuple(GridCell(text, n, column, 1, width) for text, column, width in line for _ in range(width))
        for n, line in enumerate(lines)
    )
    own = [piece for text in (*used, *outer) for piece in text.pieces] + [piece for row in inside for piece in row]
    middles = [(a[1] + b[0]) / 2 for a, b in pairwise(columns)]
    xs = [min((t.x0 for t in texts), default=left), left - size, left, *middles, columns[-1][1]]
    return Columned(Grid(made, place), top, xs, frozenset(char for piece in own for char in piece.chars))


def _texts(pieces: Iterable[_Piece], step: float) -> Iterator[_Text]:
    """Put lines together that stand close under one another."""
    open_: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.y):
        above = next((t for t in open_ if _goes_on(t[-1], piece, step)), None)
        if above is None:
            open_.append([piece])
        else:
            above.append(piece)
    yield from (_Text(tuple(text)) for text in open_)


def _goes_on(above: _Piece, piece: _Piece, step: float) -> bool:
    return 0.5 * piece.size < above.y - piece.y < step and above.x0 < piece.x1 and piece.x0 < above.x1


def _nearest(y: float, texts: Sequence[_Text], size: float) -> _Text | None:
    """Return the text beside a row of values that stands nearest to them."""
    return max((text for text in texts if text.beside(y, size)), key=lambda text: text.x1, default=None)


def _heads(
    pieces: Sequence[_Piece], columns: Sequence[tuple[float, float]], high: float, size: float
) -> Iterator[_Piece]:
    """Yield what stands above the values, upwards as far as it is short and close."""
    y = high
    for piece in sorted((p for p in pieces if p.y > high + size / 2), key=lambda piece: piece.y):
        if piece.x1 < columns[0][0]:
            continue
        parts = _apart(piece, columns)
        long = any(len(part.text) > _LONGEST_HEAD for part in parts)
        too_long = long and piece.x0 < columns[0][0] - _REACH * size
        if piece.y - y > _APART * size or too_long or _VALUE.fullmatch(piece.text):
            return
        y = piece.y
        yield from parts


def _apart(piece: _Piece, columns: Sequence[tuple[float, float]]) -> list[_Piece]:
    """Return heads that stand so close to each other that they seem one text."""
    gaps = [b.x0 - a.x1 for a, b in pairwise(piece.chars)]
    wide = median_low(gaps) + _HEAD_GAP * piece.size if gaps else 0.0
    cuts = [n for n, gap in enumerate(gaps, start=1) if gap > wide]
    parts = [_piece(piece.chars[a:b], piece.size) for a, b in pairwise([0, *cuts, len(piece.chars)])]
    above = [_above(part, columns) for part in parts]
    return parts if all(b < c for (_, b), (c, _) in pairwise(above)) else [piece]


_Line = list[tuple[str, int, int]]  # text, first column, width


def _head_rows(heads: Iterable[_Text], columns: Sequence[tuple[float, float]]) -> Iterator[_Line]:
    """Yield the heads, each text that stands at a height of its own in a row of its own."""
    level: list[tuple[_Text, int, int]] = []
    for head in sorted(heads, key=lambda head: -head.middle):
        first, last = _above(head, columns)
        if level and (level[-1][0].middle - head.middle > 3 or any(a <= last and first <= b for _, a, b in level)):
            yield _filled([(text.text, a + 2, b - a + 1) for text, a, b in level], len(columns) + 2)
            level = []
        level.append((head, first, last))
    if level:
        yield _filled([(text.text, a + 2, b - a + 1) for text, a, b in level], len(columns) + 2)


def _above(head: _Text | _Piece, columns: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """Return the first and last column that a head stands above; the nearest one where it stands between two."""
    middles = [(left + right) / 2 for left, right in columns]
    under = [n for n, middle in enumerate(middles) if head.x0 <= middle <= head.x1]
    nearest = min(range(len(middles)), key=lambda n: abs(middles[n] - (head.x0 + head.x1) / 2))
    return (under[0], under[-1]) if under else (nearest, nearest)


def _value_rows(
    rows: Sequence[list[_Piece]],
    named: Sequence[_Text | None],
    outer: Sequence[_Text],
    columns: Sequence[tuple[float, float]],
) -> Iterator[_Line]:
    beside: dict[int, list[str]] = {}
    for text in outer:
        nearest = min(range(len(rows)), key=lambda n: abs(rows[n][0].y - text.middle))
        beside.setdefault(nearest, []).append(text.text)
    for number, (row, label) in enumerate(zip(rows, named, strict=True)):
        line = [(" ".join(beside.get(number, ())), 0, 1), (label.text if label else "", 1, 1)]
        yield _filled(line + [(piece.text, _column(piece, columns) + 2, 1) for piece in row], len(columns) + 2)


def _filled(cells: Sequence[tuple[str, int, int]], width: int) -> _Line:
    """Return a row with a blank cell wherever there is none."""
    taken = {column + n for _, column, wide in cells for n in range(wide)}
    blanks = [("", column, 1) for column in range(width) if column not in taken]
    return sorted([*cells, *blanks], key=lambda cell: cell[1])
