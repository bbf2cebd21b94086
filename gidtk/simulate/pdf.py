"""PDF with a text layer, drawn page by page with the packaged font: ruling lines, page breaks, page numbers."""

import io
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import matplotlib as mpl
from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.transforms import IdentityTransform

from gidtk.simulate.layouts import Layout, Page
from gidtk.simulate.sheets import Row, Spanned, placed
from gidtk.typeface import style, wrap

__all__ = ["LAYOUTS"]

WIDTH, HEIGHT = 595.0, 842.0  # points of a page of A4
LEFT, TOP, BOTTOM = 60.0, 780.0, 70.0
ROOM = WIDTH - 2 * LEFT
BODY, SMALL = 10.5, 8.5  # sizes of the text and of the tables
LEADING = 1.4
PAD, ABOVE = 3.0, 5.0  # room at the sides of a cell's text, and above and below it

Segment = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Style:
    """How the document is drawn."""

    ruled: bool = True
    boxes: bool = False  # ruling lines as thin boxes
    heads_again: bool = False  # on every page of a table
    broken_rows: bool = False  # a row may go over the page break
    radicals: bool = False  # code points of radicals in the place of ideographs, as browsers print


@dataclass
class _Sheet:
    """One page: texts with their left or middle and baseline, and lines."""

    texts: list[tuple[float, float, str, float, str]] = field(default_factory=list)
    lines: list[Segment] = field(default_factory=list)


@dataclass
class _Flow:
    """The pages so far and how far down the last one is filled."""

    pages: list[_Sheet] = field(default_factory=lambda: [_Sheet()])
    y: float = TOP

    def turn(self) -> None:
        self.pages.append(_Sheet())
        self.y = TOP

    def room(self) -> float:
        return self.y - BOTTOM


def _write(look: _Style) -> Callable[[Page], bytes]:
    def write(page: Page) -> bytes:
        with style():
            flow = _Flow()
            for number, item in enumerate(page.items()):
                if isinstance(item, str):
                    _paragraph(flow, item, middle=number == 0)
                else:
                    _table(flow, item, look)
            return _draw(flow.pages, page, look)

    return write


def _paragraph(flow: _Flow, text: str, middle: bool) -> None:
    """Set a paragraph, its first line indented by two characters."""
    size = BODY + 3 if middle else BODY
    lines = wrap(text if middle else f"国国{text}", size, ROOM).split("\n")
    for number, line in enumerate(lines):
        if flow.room() < size * LEADING:
            flow.turn()
        flow.y -= size * LEADING
        if middle:
            flow.pages[-1].texts.append((WIDTH / 2, flow.y, line, size, "center"))
        else:
            first = number == 0
            flow.pages[-1].texts.append((LEFT + 2 * size * first, flow.y, line[2 * first :], size, "left"))
    flow.y -= 3


def _widths(columns: int) -> list[float]:
    """Return the widths of the columns of a table of the form."""
    if columns == 10:
        return [24.0, 52.0, ROOM - 76 - 7 * 38.0, *[38.0] * 7]
    return [ROOM / columns] * columns


def _lines_of(cell: Spanned, column: int, widths: Sequence[float]) -> list[str]:
    return wrap(cell.text, SMALL, sum(widths[column : column + cell.width]) - 2 * PAD).split("\n")


def _heights(rows: Sequence[Row], widths: Sequence[float]) -> list[float]:
    heights = [SMALL * LEADING + 2 * ABOVE] * len(rows)
    for number, column, cell in sorted(placed(rows), key=lambda entry: entry[2].height):
        needed = len(_lines_of(cell, column, widths)) * SMALL * LEADING + 2 * ABOVE
        last = number + cell.height - 1
        heights[last] += max(0.0, needed - sum(heights[number : last + 1]))
    return heights


def _table(flow: _Flow, rows: list[Row], look: _Style) -> None:
    """Set a table, over as many pages as it takes."""
    widths = _widths(max(sum(cell.width for cell in row) for row in rows))
    heads = next((n for n, row in enumerate(rows) if not row[-1].head), 0)
    flow.y -= PAD
    start, drawn = 0, Counter[tuple[int, int]]()
    while start < len(rows):
        heights = _heights(rows, widths)
        end = start
        while end < len(rows) and sum(heights[start : end + 1]) <= flow.room():
            end += 1
        if look.broken_rows and heads < end < len(rows):
            last = next((n for n in range(end - 1, max(start, heads), -1) if _broken(rows, n, widths)), end)
            rows, end = (_broken(rows, last, widths), last + 1) if last < end else (rows, end)
            heights = _heights(rows, widths)
        if end > start and (start or end > heads):
            _part(flow, rows, range(start, end), heights, widths, look, drawn)
            start = end
        if start < len(rows):
            flow.turn()
            if look.heads_again and start > heads:
                _part(flow, rows, range(heads), heights, widths, look, Counter())
    flow.y -= 2 * PAD


def _broken(rows: Sequence[Row], number: int, widths: Sequence[float]) -> list[Row]:
    """Break a row in two: the first lines of its label above, the rest and the values below; empty if it has one."""
    columns = {id(cell): column for n, column, cell in placed(rows) if n == number}
    row = rows[number]
    labels = {n: _lines_of(cell, columns[id(cell)], widths) for n, cell in enumerate(row) if cell.height == 1}
    at = next((n for n, lines in labels.items() if len(lines) > 1 and not row[n].head), -1)
    if at < 0:
        return []
    room = len(labels[at]) // 2
    taller = [
        [replace(cell, height=cell.height + 1) if n < number < n + cell.height else cell for cell in cells]
        for n, cells in enumerate(rows)
    ]
    begun = [replace(cell, height=cell.height + 1) for cell in row[:at]]
    blanks = [replace(cell, text="") for cell in row[at + 1 :]]
    upper = [*begun, replace(row[at], text="".join(labels[at][:room])), *blanks]
    lower = [replace(row[at], text="".join(labels[at][room:])), *row[at + 1 :]]
    return [*taller[:number], upper, lower, *taller[number + 1 :]]


def _part(
    flow: _Flow,
    rows: Sequence[Row],
    part: range,
    heights: Sequence[float],
    widths: Sequence[float],
    look: _Style,
    drawn: Counter[tuple[int, int]],
) -> None:
    """Draw the part of a table that stands on this page; `drawn` counts the lines of a cell on earlier pages."""
    sheet = flow.pages[-1]
    tops = [flow.y - sum(heights[part.start : n]) for n in range(part.start, part.stop + 1)]
    for number, column, cell in placed(rows):
        first, last = max(number, part.start), min(number + cell.height, part.stop)
        if first >= last:
            continue
        top, low = tops[first - part.start], tops[last - part.start]
        left = LEFT + sum(widths[:column])
        right = left + sum(widths[column : column + cell.width])
        if look.ruled:
            sheet.lines += [(left, top, right, top), (left, low, right, low)]
            sheet.lines += [(left, top, left, low), (right, top, right, low)]
        room = len(rows) if cell.height == 1 or last == number + cell.height else int((top - low) / (SMALL * LEADING))
        lines = _lines_of(cell, column, widths)[drawn[number, column] :][: max(room, 1)]
        drawn[number, column] += len(lines)
        base = (top + low) / 2 + len(lines) * SMALL * LEADING / 2 - SMALL * 1.1
        for n, line in enumerate(lines):
            sheet.texts.append(((left + right) / 2, base - n * SMALL * LEADING, line, SMALL, "center"))
    flow.y = tops[-1]


@cache
def _radicals() -> dict[int, int]:
    """Return the radical of every ideograph that is one."""
    return {ord(unicodedata.normalize("NFKD", chr(code))): code for code in range(0x2F00, 0x2FD6)}


def _draw(pages: Sequence[_Sheet], page: Page, look: _Style) -> bytes:
    file = io.BytesIO()
    facts = {"Title": page.title, "Subject": page.notice, "Creator": "gidtk simulate", "CreationDate": None}
    mpl.rcParams["pdf.fonttype"] = 3
    with PdfPages(file, metadata=facts) as document:
        for number, sheet in enumerate(pages, start=1):
            figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72)
            FigureCanvasPdf(figure)
            place = IdentityTransform()
            for x, y, text, size, align in [*sheet.texts, (WIDTH / 2, BOTTOM / 2, f"- {number} -", BODY, "center")]:
                printed = text.translate(_radicals()) if look.radicals else text
                figure.text(x, y, printed, fontsize=size, ha=align, va="baseline", transform=place)
            figure.add_artist(_rules(sheet.lines, look))
            document.savefig(figure)
    return file.getvalue()


def _rules(lines: Sequence[Segment], look: _Style) -> LineCollection | PolyCollection:
    """Return the ruling lines of a page, each once."""
    each = list(dict.fromkeys(lines))
    if not look.boxes:
        ends = [[(x0, y0), (x1, y1)] for x0, y0, x1, y1 in each]
        return LineCollection(ends, linewidths=0.6, colors="black", transform=IdentityTransform())
    boxes = [
        [(x0 - 0.2, y0 + 0.2), (x1 + 0.2, y0 + 0.2), (x1 + 0.2, y1 - 0.2), (x0 - 0.2, y1 - 0.2)]
        for x0, y0, x1, y1 in each
    ]
    return PolyCollection(boxes, facecolors="black", linewidths=0, transform=IdentityTransform())


def _list() -> Iterator[Layout]:
    yield Layout("ruled", _write(_Style()))
    yield Layout("boxes", _write(_Style(boxes=True)))
    yield Layout("heads-again", _write(_Style(heads_again=True)))
    yield Layout("broken-rows", _write(_Style(broken_rows=True)))
    yield Layout("radicals", _write(_Style(radicals=True)))
    yield Layout("unruled", _write(_Style(ruled=False)), blanks="kept")


LAYOUTS = {layout.name: layout for layout in _list()}
