"""From the pages of a printed document to blocks: what stands in the tables, and paragraphs from the lines between."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from gidtk.blocks import BAR, Block, Grid, GridCell, Paragraph
from gidtk.issues import Issue
from gidtk.readers.rulings import NEAR, Char, Corner, Rule, Table, join_line, merged, one_number, tables, text_lines
from gidtk.readers.unruled import columned

__all__ = ["MOST_CHARACTERS", "MOST_LINES", "MOST_PAGES", "Sheet", "blocks", "picture_issue"]

MOST_PAGES = 300
PAPER = 240  # the least of red, green and blue in a colour that is as good as white
MOST_CHARACTERS = 200_000  # of one page; a full page of text has under 3,000
MOST_LINES = 60_000  # straight lines of one page, a dot of a dotted one counted as a line

_ROOM = (
    3.2  # characters left in the last line of a cell whose text goes on: two, for a comma begins no line, and margins
)
NARROWEST = 12  # characters of a line that goes on in the next one
MARGIN = 0.12  # of a page's height, above and below, where a bare number is the number of the page
_BEGINS = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．])")
_HEADING = re.compile(r"\s*[一二三四五六七八九]、\S{2,28}$")
_VALUE = re.compile(r"[\s\d.,%/+\-—–增减万亿元件]*")


@dataclass(frozen=True)
class Sheet:
    """One page as printed.

    Attributes
    ----------
    number : int
        Counted from 1.
    bottom, top : float
        Its lower and upper edge.
    chars : sequence of Char
        In the order in which they are printed.
    horizontal, vertical : sequence of Rule
        Its ruling lines, as drawn.
    note : str
        What else its place must say, such as that the page was read by OCR.
    pictured : bool
        Whether a picture covers it.
    name : str
        What its place says instead of the number of the page, such as which picture of a document it is.
    """

    number: int
    bottom: float
    top: float
    chars: Sequence[Char]
    horizontal: Sequence[Rule]
    vertical: Sequence[Rule]
    note: str = ""
    pictured: bool = False
    name: str = ""

    @property
    def place(self) -> str:
        """Where its blocks stand."""
        return f"{self.name or f'page {self.number}'}{self.note}"


@dataclass(frozen=True)
class _Line:
    """A line of text outside the tables."""

    chars: tuple[Char, ...]
    text: str
    page: str
    number: int
    in_margin: bool

    @property
    def top(self) -> float:
        return max(char.y1 for char in self.chars)

    @property
    def size(self) -> float:
        return max(char.y1 - char.y0 for char in self.chars)

    @property
    def alone(self) -> bool:
        """Tell whether it is no part of a paragraph: cells side by side, or a value."""
        size = self.size
        wide = any(b.x0 - a.x1 > 1.2 * size for a, b in pairwise(self.chars))
        return wide or _VALUE.fullmatch(self.text) is not None


@dataclass(frozen=True)
class _Part:
    """A table, or the part of one that a page holds."""

    grid: Grid
    top: float
    xs: Sequence[float]
    full: frozenset[Corner]  # cells whose last line fills them, so that their text may go on

    def edges(self, cell: GridCell) -> tuple[float, float]:
        return self.xs[cell.column], self.xs[cell.column + cell.width]


_Item = _Line | _Part


def blocks(sheets: Sequence[Sheet]) -> list[Block]:
    """Return the blocks of a document, page by page from top to bottom.

    A table that a page break divides stays two grids, but a row that it divides is put together in the first one.
    """
    pages = [_items(sheet) for sheet in sheets]
    _without_furniture(pages)
    _mend(pages)
    lines = [item for page in pages for item in page if isinstance(item, _Line)]
    right = max((line.chars[-1].x1 for line in lines if not line.in_margin), default=0.0)
    found: list[Block] = []
    for is_line, run in groupby((item for page in pages for item in page), key=lambda item: isinstance(item, _Line)):
        if is_line:
            found += _paragraphs([item for item in run if isinstance(item, _Line)], right)
        else:
            found += [item.grid for item in run if isinstance(item, _Part) and item.grid.rows]
    return found


def picture_issue(sheets: Sequence[Sheet], issues: list[Issue] | None) -> None:
    """Note which pages are pictures, so that nothing of them was read."""
    pages = ", ".join(str(sheet.number) for sheet in sheets if sheet.pictured and not sheet.chars)
    if pages and issues is not None:
        issues.append(Issue("pages_are_pictures", "warning", f"page {pages}: a picture without text; not read"))


def _items(sheet: Sheet) -> list[_Item]:
    on_page = list(tables(merged(sheet.horizontal), merged(sheet.vertical)))
    held: list[dict[Corner, list[Char]]] = [{} for _ in on_page]
    rest = []
    own = [_place(char, on_page) for char in sheet.chars]
    for char, places in _spread(sheet.chars, own):
        for table, corner in places:
            if table < 0:
                rest.append(char)
            else:
                held[table].setdefault(corner, []).append(char)
    for cells in filter(_lacks_rules, held):
        rest += [char for chars in cells.values() for char in chars if char.text != BAR]
        cells.clear()
    items: list[_Item] = [
        _part(table, cells, f"{sheet.place}, table {number}")
        for number, (table, cells) in enumerate(zip(on_page, held, strict=True), start=1)
        if cells
    ]
    for found in list(columned(rest, sheet.place, len(items) + 1)):
        items.append(_Part(found.grid, found.top, found.xs, frozenset()))
        rest = [char for char in rest if char not in found.chars]
    height = sheet.top - sheet.bottom
    for number, line in enumerate(text_lines(rest), start=1):
        y = line[0].y - sheet.bottom
        in_margin = not MARGIN * height < y < (1 - MARGIN) * height
        items.append(_Line(line, join_line(line), sheet.place, number, in_margin))
    items.sort(key=lambda item: -item.top)
    return items


_Place = tuple[int, Corner]


def _place(char: Char, on_page: Sequence[Table]) -> _Place:
    for number, table in enumerate(on_page):
        if (corner := table.corner(char.x, char.y)) is not None:
            return number, corner
    return -1, (0, 0)


def _spread(chars: Sequence[Char], own: Sequence[_Place]) -> Iterator[tuple[Char, list[_Place]]]:
    """Yield each character with the cells that it is printed in: all those that its number runs over.

    Such digits may be one number that overflows its cell, or two that touch. They stand whole in each of the cells,
    with a bar where the ruling line is, so that no cell holds a number.
    """
    start = 0
    for end in range(1, len(chars) + 1):
        if end == len(chars) or not one_number(chars[end - 1], chars[end]):
            places = list(dict.fromkeys(own[start:end]))
            for n in range(start, end):
                if n > start and own[n] != own[n - 1] and min(own[n - 1 : n + 1]) >= (0,):
                    yield chars[n]._replace(text=BAR, x1=chars[n].x0, x=chars[n].x0), places
                yield chars[n], places
            start = end


def _lacks_rules(cells: dict[Corner, list[Char]]) -> bool:
    """Tell whether some cells of a table hold several values each, so that it is ruled in one direction only."""
    stacked: Counter[int] = Counter()
    for (row, _), chars in cells.items():
        values = [list(filter(_is_number, join_line(line).split())) for line in text_lines(chars)]
        if any(len(words) > 2 for words in values):
            return True
        stacked[row] += sum(bool(words) for words in values) > 1
    return any(count > 1 for count in stacked.values())


def _is_number(word: str) -> bool:
    return _VALUE.fullmatch(word) is not None and any(map(str.isdigit, word))


def _part(table: Table, held: dict[Corner, list[Char]], place: str) -> _Part:
    grid = table.grid(held, place)
    full = set()
    for cell in grid.rows[-1]:
        if cell is not None and (chars := held.get((cell.row, cell.column))):
            line = text_lines(chars)[-1]
            room = table.xs[cell.column + cell.width] - table.xs[cell.column] - (line[-1].x1 - line[0].x0)
            if room < _ROOM * max(char.y1 - char.y0 for char in line):
                full.add((cell.row, cell.column))
    return _Part(grid, table.ys[0], table.xs, frozenset(full))


# ---------------------------------------------------------------- page breaks


def _without_furniture(pages: Sequence[list[_Item]]) -> None:
    """Take page numbers away, and running titles where they are printed again, in place."""
    ends = [{item for item in (items[:1] + items[-1:]) if isinstance(item, _Line)} for items in pages]
    shifts = Counter(int(line.text) - n for n, lines in enumerate(ends) for line in lines if line.text.isdecimal())
    counted = {shift for shift, times in shifts.items() if times > 1} | {1}
    seen: set[tuple[str, int]] = set()
    for number, items in enumerate(pages):
        running = []
        for edge in (0, -1):
            if items and _is_page_number(items[edge], number, counted):
                items.pop(edge)
            while items and _print_key(items[edge]) in seen:
                items.pop(edge)
            running += [_print_key(items[edge])] if items else []
        seen.update(key for key in running if key)


def _print_key(item: _Item) -> tuple[str, int] | None:
    """Return what a running title has in common on all pages: its text and its height on the page."""
    if not isinstance(item, _Line) or not item.in_margin or _VALUE.fullmatch(item.text):
        return None
    return item.text, round(item.top / 4)


def _is_page_number(item: _Item, number: int, shifts: Collection[int]) -> bool:
    """Tell whether a line is the number of its page: with its signs, or bare and counting up from page to page."""
    if not isinstance(item, _Line) or not item.in_margin or len(item.text) > 12:
        return False
    text = item.text.replace(" ", "")
    bare = text.strip("-—–－_·第页共/").replace("/", "")
    return bare.isdecimal() and (text != bare or int(bare) - number in shifts)


def _mend(pages: Sequence[list[_Item]]) -> None:
    """Put rows together that page breaks divide, in place."""
    filled = [page for page in pages if page]
    for above, below in pairwise(filled):
        upper, lower = above[-1], below[0]
        if isinstance(upper, _Part) and isinstance(lower, _Part):
            above[-1], below[0] = _mended(upper, lower)


def _mended(upper: _Part, lower: _Part) -> tuple[_Part, _Part]:
    heads = _repeated(upper.grid, lower.grid)
    if heads >= len(lower.grid.rows):
        return upper, lower
    above, below = _printed(upper.grid.rows[-1]), _printed(lower.grid.rows[heads])
    if len(above) != len(below) or len(upper.grid.rows) < 2:
        return upper, lower
    pairs = list(zip(above, below, strict=True))
    if any(abs(a - b) > 2 * NEAR for x, y in pairs for a, b in zip(upper.edges(x), lower.edges(y), strict=True)):
        return upper, lower
    last = len(upper.grid.rows) - 1
    own = [(x, y) for x, y in pairs if x.row == last and y.height == 1]
    if not own or not _complete_each_other(own, upper.full):
        return upper, lower
    texts = {x: x.text + y.text for x, y in own}
    mended = {x: x._replace(text=text) for x, text in texts.items()}
    row = tuple(mended.get(cell, cell) if cell else None for cell in upper.grid.rows[-1])
    rest = lower.grid.rows[:heads] + lower.grid.rows[heads + 1 :]
    return (
        replace(upper, grid=replace(upper.grid, rows=(*upper.grid.rows[:-1], row))),
        replace(lower, grid=_renumbered(rest, heads, lower.grid)),
    )


def _renumbered(rows: Sequence[tuple[GridCell | None, ...]], gone: int, grid: Grid) -> Grid:
    """Return a grid without one row: the cells below move up, the ones that span it lose a row."""
    moved: dict[GridCell, GridCell] = {}
    for cell in (cell for row in rows for cell in row if cell is not None):
        spans = cell.row <= gone < cell.row + cell.height
        row = cell.row - 1 if cell.row > gone else cell.row
        moved[cell] = cell._replace(row=row, height=cell.height - spans)
    return replace(grid, rows=tuple(tuple(moved[cell] if cell else None for cell in row) for row in rows))


def _printed(row: Sequence[GridCell | None]) -> list[GridCell]:
    return list(dict.fromkeys(cell for cell in row if cell is not None))


def _repeated(upper: Grid, lower: Grid) -> int:
    """Count the rows at the head of a table that the next page prints again."""
    count = 0
    for above, below in zip(upper.texts, lower.texts, strict=False):
        if above != below or not any(text and not _VALUE.fullmatch(text) for text in above):
            break
        count += 1
    return count


def _complete_each_other(pairs: Sequence[tuple[GridCell, GridCell]], full: frozenset[Corner]) -> bool:
    """Tell whether two rows are halves of one: all values stand in one of them, and a label may go on."""
    above = [_VALUE.fullmatch(x.text) is not None for x, _ in pairs if x.text]
    below = [_VALUE.fullmatch(y.text) is not None for _, y in pairs if y.text]
    if not above or not below or (any(above) and any(below)) or not (any(above) or any(below)):
        return False
    if all(above) or any(x.text and _VALUE.fullmatch(x.text) and y.text for x, y in pairs):
        return False
    both = [(x, y) for x, y in pairs if x.text and y.text]
    return all(
        (x.row, x.column) in full and not _BEGINS.match(y.text) and not _VALUE.fullmatch(y.text) for x, y in both
    )


# ---------------------------------------------------------------- paragraphs


def _paragraphs(lines: Sequence[_Line], right: float) -> Iterator[Paragraph]:
    """Join the lines of a paragraph: a line goes on when it is full and the next one neither indented nor set off."""
    left = min((line.chars[0].x0 for line in lines), default=0.0)
    steps = [a.top - b.top for a, b in pairwise(lines) if a.page == b.page]
    step = median(steps) if steps else 0.0
    text, begins = "", None
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        begins = begins or line
        text += line.text
        if following is not None and _goes_on(line, following, left, right, step):
            continue
        yield Paragraph(text, f"{begins.page}, line {begins.number}")
        text, begins = "", None


def _goes_on(line: _Line, following: _Line, left: float, right: float, step: float) -> bool:
    if line.alone or following.alone or _HEADING.match(line.text) or _HEADING.match(following.text):
        return False
    apart = line.page == following.page and line.top - following.top > 1.4 * min(step, 2.2 * line.size)
    full = line.chars[-1].x1 > max(right - 2.0 * line.size, left + NARROWEST * line.size)
    return full and not apart and following.chars[0].x0 < left + 1.2 * line.size
