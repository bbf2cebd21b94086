"""PDF with a text layer: tables from their ruling lines, paragraphs from the lines of text between them.

Needs the extra ``gidtk[pdf]``.
"""

import ctypes
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from gidtk.blocks import Block, Grid, GridCell, Paragraph
from gidtk.errors import MissingExtraError, UnreadableFileError

__all__ = ["read"]

MOST_PAGES = 300
MOST_LINES = 20_000  # ruling lines of one page
_UNSEEN = frozenset((0, 9, 10, 13, 32, 0xA0, 0x3000, 0xFFFE, 0xFFFF))
NEAR = 3.0  # points between two positions that are one


class Char(NamedTuple):
    """A printed character, in points; y grows upwards.

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


@dataclass(frozen=True)
class _Line:
    """A line of text outside the tables."""

    chars: tuple[Char, ...]

    @property
    def text(self) -> str:
        return join_line(self.chars)

    @property
    def top(self) -> float:
        return max(char.y1 for char in self.chars)


def read(data: bytes, name: str = "") -> list[Block]:
    """Read a PDF.

    Parameters
    ----------
    data : bytes
        The file.
    name : str, optional
        Its name, for error messages.

    Returns
    -------
    list of Paragraph or Grid
        Page by page from top to bottom. A table that a page break divides is two grids. Empty for scans.

    Raises
    ------
    MissingExtraError
        If the extra is not installed.
    UnreadableFileError
        If the file is damaged, locked by a password or has too many pages.
    """
    try:
        import pypdfium2 as pdfium
    except ImportError:
        raise MissingExtraError(f'{name}: reading PDF needs an extra: pip install "gidtk[pdf]"') from None
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise UnreadableFileError(
            f"{name}: the PDF cannot be opened ({error}): save it again, without a password"
        ) from None
    with document:
        if len(document) > MOST_PAGES:
            raise UnreadableFileError(
                f"{name}: {len(document)} pages, more than the {MOST_PAGES} that a report may have"
            )
        pages = [list(_page(document[number], number + 1)) for number in range(len(document))]
    return list(_joined(pages))


def _page(page: Any, number: int) -> Iterator[tuple[float, Block | _Line]]:
    """Yield the blocks and lines of a page with their upper edge, from top to bottom."""
    chars, (horizontal, vertical) = _chars(page), _rules(page)
    found: list[tuple[float, Block | _Line]] = []
    used: set[Char] = set()
    for count, (ys, xs, cells) in enumerate(tables(horizontal, vertical), start=1):
        inside = [char for char in chars if xs[0] < char.x < xs[-1] and ys[-1] < char.y < ys[0]]
        used.update(inside)
        found.append((ys[0], _grid(ys, xs, cells, inside, f"page {number}, table {count}")))
    rest = [char for char in chars if char not in used]
    found += [(line.top, line) for line in map(_Line, text_lines(rest)) if line.text.strip()]
    found.sort(key=lambda pair: -pair[0])
    yield from found


def _chars(page: Any) -> list[Char]:
    import pypdfium2.raw as raw

    text = page.get_textpage()
    line = raw.FS_RECTF()
    left, right, low, high = (ctypes.c_double() for _ in range(4))
    chars = []
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text.raw, index)
        if code in _UNSEEN or not raw.FPDFText_GetCharBox(text.raw, index, left, right, low, high):
            continue
        raw.FPDFText_GetLooseCharBox(text.raw, index, line)
        x, y = (left.value + right.value) / 2, (low.value + high.value) / 2
        chars.append(Char(chr(code), line.left, line.right, line.bottom, line.top, x, y))
    return chars


def _rules(page: Any) -> tuple[list[Rule], list[Rule]]:
    """Return the horizontal and vertical ruling lines of a page: strokes, thin boxes and the edges of boxes."""
    import pypdfium2.raw as raw

    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    for shape in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4):
        if not _visible(shape):
            continue
        for (x0, y0), (x1, y1) in _strokes(shape):
            if len(horizontal) + len(vertical) > MOST_LINES:
                return [], []
            if abs(y1 - y0) <= NEAR / 2 < abs(x1 - x0):
                horizontal.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x1 - x0) <= NEAR / 2 < abs(y1 - y0):
                vertical.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return _merged(horizontal), _merged(vertical)


def _visible(shape: Any) -> bool:
    """Tell whether a path is drawn with a line or filled with another colour than paper."""
    import pypdfium2.raw as raw

    mode, stroked = ctypes.c_int(), raw.FPDF_BOOL()
    raw.FPDFPath_GetDrawMode(shape.raw, mode, stroked)
    if stroked.value:
        return True
    colour = [ctypes.c_uint() for _ in range(4)]
    filled = mode.value != raw.FPDF_FILLMODE_NONE and raw.FPDFPageObj_GetFillColor(shape.raw, *colour)
    return bool(filled) and min(part.value for part in colour[:3]) < 240 and colour[3].value > 0


def _strokes(shape: Any) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the straight segments of a path in page coordinates."""
    import pypdfium2.raw as raw

    matrix = shape.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    start = here = (0.0, 0.0)
    for number in range(raw.FPDFPath_CountSegments(shape.raw)):
        segment = raw.FPDFPath_GetPathSegment(shape.raw, number)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        there = matrix.on_point(x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = there
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield here, there
        here = there
        if raw.FPDFPathSegment_GetClose(segment):
            yield here, start
            here = start


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Snap rules that lie side by side to one position and join the ones that touch."""
    rows: list[list[Rule]] = []
    for rule in sorted(rules):
        if rows and rule.at - rows[-1][-1].at <= NEAR and rule.at - rows[-1][0].at <= 2 * NEAR:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    out = []
    for row in rows:
        at = sum(rule.at for rule in row) / len(row)
        start, end = None, 0.0
        for rule in sorted(row, key=lambda rule: rule.start):
            if start is None:
                start, end = rule.start, rule.end
            elif rule.start <= end + NEAR:
                end = max(end, rule.end)
            else:
                out.append(Rule(at, start, end))
                start, end = rule.start, rule.end
        if start is not None:
            out.append(Rule(at, start, end))
    return out


Table = tuple[list[float], list[float], dict[tuple[int, int], tuple[int, int]]]


def tables(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> Iterator[Table]:
    """Yield the tables that rules enclose: row edges from the top, column edges, the corner that owns each position."""
    for rows, columns in _connected(horizontal, vertical):
        rows = [*rows, *_open_edges(rows, columns)]
        ys = _positions(rule.at for rule in rows)[::-1]
        xs = _positions(rule.at for rule in columns)
        if len(ys) >= 2 and len(xs) >= 2 and (len(ys) > 2 or len(xs) > 2):
            yield ys, xs, _owners(ys, xs, rows, columns)


def _open_edges(rows: Sequence[Rule], columns: Sequence[Rule]) -> Iterator[Rule]:
    """Yield the edge of a table that a page break left open: where its columns end together beyond the last row."""
    if len(columns) < 2 or not rows:
        return
    left, right = min(rule.at for rule in columns), max(rule.at for rule in columns)
    low, high = min(rule.at for rule in rows), max(rule.at for rule in rows)
    bottom, top = min(rule.start for rule in columns), max(rule.end for rule in columns)
    if bottom < low - 2 * NEAR and sum(rule.start - bottom <= NEAR for rule in columns) >= 2:
        yield Rule(bottom, left, right)
    if top > high + 2 * NEAR and sum(top - rule.end <= NEAR for rule in columns) >= 2:
        yield Rule(top, left, right)


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
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > NEAR:
            out.append(value)
    return out


def _owners(
    ys: Sequence[float], xs: Sequence[float], rows: Sequence[Rule], columns: Sequence[Rule]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Return, for every position of the grid, the upper left position of the cell that covers it."""

    def ruled(rules: Sequence[Rule], at: float, start: float, end: float) -> bool:
        return any(abs(r.at - at) <= NEAR and r.start - NEAR <= start and r.end + NEAR >= end for r in rules)

    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r in range(len(ys) - 1):
        for c in range(len(xs) - 1):
            if (r, c) in owner:
                continue
            right = c
            while right + 2 < len(xs) and not ruled(columns, xs[right + 1], ys[r + 1], ys[r]):
                right += 1
            below = r
            while below + 2 < len(ys) and not any(
                ruled(rows, ys[below + 1], xs[k], xs[k + 1]) for k in range(c, right + 1)
            ):
                below += 1
            for i in range(r, below + 1):
                for j in range(c, right + 1):
                    owner.setdefault((i, j), (r, c))
    return owner


def _grid(
    ys: Sequence[float],
    xs: Sequence[float],
    owner: dict[tuple[int, int], tuple[int, int]],
    chars: Sequence[Char],
    place: str,
) -> Grid:
    down = [-y for y in ys]
    held: dict[tuple[int, int], list[Char]] = {}
    for char in chars:
        row, column = bisect_right(down, -char.y) - 1, bisect_right(xs, char.x) - 1
        if (row, column) in owner:
            held.setdefault(owner[row, column], []).append(char)
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for (row, column), (top, left) in owner.items():
        height, width = spans.get((top, left), (1, 1))
        spans[top, left] = max(height, row - top + 1), max(width, column - left + 1)
    cells = {
        (top, left): GridCell(
            cell_text(held.get((top, left), []), xs[left + width] - xs[left]), top, left, height, width
        )
        for (top, left), (height, width) in spans.items()
    }
    return Grid(tuple(tuple(cells[owner[r, c]] for c in range(len(xs) - 1)) for r in range(len(ys) - 1)), place)


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
    """Return the text of a line; a gap wider than a third of a character is a blank."""
    out = [line[0].text] if line else []
    for before, char in pairwise(line):
        size = max(before.y1 - before.y0, char.y1 - char.y0, 4.0)
        out.append(" " + char.text if char.x0 - before.x1 > 0.45 * size else char.text)
    return "".join(out)


def cell_text(chars: Sequence[Char], width: float) -> str:
    """Return the text of a cell.

    A number that fills its line goes on in the next one; one that does not is set off by a blank, for it is another.
    """
    if len(chars) > 2 and max(c.x for c in chars) - min(c.x for c in chars) < 0.6 * (chars[0].y1 - chars[0].y0):
        return "".join(char.text for char in sorted(chars, key=lambda c: -c.y))  # written downwards
    out = ""
    for line, following in pairwise([*text_lines(chars), ()]):
        out += join_line(line)
        if following and line[-1].text.isdigit() and line[-1].x1 - line[0].x0 < 0.6 * width:
            out += " "
    return out


def _joined(pages: Sequence[Sequence[tuple[float, Block | _Line]]]) -> Iterator[Block]:
    """Put lines together to paragraphs, also over a page break."""
    items = [item for page in _without_page_numbers(pages) for item in page]
    for is_line, run in groupby(items, key=lambda item: isinstance(item, _Line)):
        if is_line:
            yield from _paragraphs([item for item in run if isinstance(item, _Line)])
        else:
            yield from (item for item in run if isinstance(item, Grid))


def _without_page_numbers(pages: Sequence[Sequence[tuple[float, Block | _Line]]]) -> Iterator[list[Block | _Line]]:
    for page in pages:
        items = [item for _, item in page]
        while items and _is_page_number(items[-1]):
            items.pop()
        while items and _is_page_number(items[0]):
            items.pop(0)
        yield items


def _is_page_number(item: Block | _Line) -> bool:
    if not isinstance(item, _Line):
        return False
    text = item.text.replace(" ", "").strip("-—–－_·第页共/ ")
    return len(item.text) <= 12 and (text.isdigit() or not text)


def _paragraphs(lines: Sequence[_Line]) -> Iterator[Paragraph]:
    """Join the lines of a paragraph: a line goes on when it is full and the next one is not indented."""
    if not lines:
        return
    left = min(line.chars[0].x0 for line in lines)
    right = max(line.chars[-1].x1 for line in lines)
    text, number = "", 0
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        text += line.text
        size = line.chars[0].y1 - line.chars[0].y0
        full = line.chars[-1].x1 > right - 2.0 * size
        goes_on = following is not None and full and following.chars[0].x0 < left + 1.2 * size
        if not goes_on:
            number += 1
            yield Paragraph(text, f"line {number}")
            text = ""
