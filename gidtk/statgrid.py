"""Statistics tables that are tables on the page: a figure stands in the row of its label, below the head of its column.

The unit between the two is the witness that the row is not shifted against the heads.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from gidtk.blocks import Grid, GridCell, Paragraph
from gidtk.labels import fold
from gidtk.statheads import Column, StatTable, read_column
from gidtk.statlabels import StatRow, facts, is_unit

__all__ = ["Columns", "joined", "lines_as_grids", "read_grid"]

_BORDERS = str.maketrans("｜│┃║", "||||")


@dataclass(frozen=True)
class Columns:
    """Where the columns of one table stand: the label's first, the unit's (-1 where there is none), the figures'."""

    label: int
    unit: int
    figures: tuple[tuple[int, int, Column], ...]  # first column, first behind it, what it holds
    width: int  # of the grid


@cache
def _names(kind: str) -> re.Pattern[str]:
    return re.compile(facts()[kind])


def _is(kind: str, cell: GridCell | None) -> bool:
    return cell is not None and _names(kind).fullmatch(fold(cell.text).text) is not None


def read_grid(grid: Grid, before: Sequence[Columns]) -> tuple[list[StatTable], list[Columns]]:
    """Find the statistics tables in a grid.

    Parameters
    ----------
    grid : Grid
        A table of the page.
    before : sequence of Columns
        The columns of the grid before it, which a table split over pages goes on with.

    Returns
    -------
    list of StatTable
        One a head; two where the page prints two halves side by side.
    list of Columns
        What the next grid may go on with.

    Examples
    --------
    >>> from gidtk.blocks import GridCell
    >>> lines = [["统计指标", "单位", "统计数"], ["（一）收到申请数", "件", "12"]]
    >>> rows = tuple(tuple(GridCell(t, r, c) for c, t in enumerate(line)) for r, line in enumerate(lines))
    >>> read_grid(Grid(rows, "table 1"), [])[0][0].rows[0].values
    (('12', 'table 1, row 2, column 3'),)
    """
    columns = [found for found in before if found.width == len(grid.rows[0])] if grid.rows else []
    open_rows: list[list[StatRow]] = [[] for _ in columns]
    tables: list[StatTable] = []
    number = 0
    while number < len(grid.rows):
        if heads := list(_heads(grid, number)):
            tables += _tables(columns, open_rows)
            columns, open_rows = heads, [[] for _ in heads]
            number += max(_height(grid, number, found) for found in heads)
            continue
        for found, rows in zip(columns, open_rows, strict=True):
            rows += _row(grid, number, found)
        number += 1
    return tables + _tables(columns, open_rows), columns


def _tables(columns: Sequence[Columns], rows: Sequence[Sequence[StatRow]]) -> list[StatTable]:
    return [
        StatTable(tuple(column for _, _, column in found.figures), tuple(own))
        for found, own in zip(columns, rows, strict=True)
        if own
    ]


def _heads(grid: Grid, number: int) -> Iterator[Columns]:
    """Yield the columns of each table whose head stands in a row."""
    row = grid.rows[number]
    starts = [c for c, cell in enumerate(row) if _is("indicator", cell) and (c == 0 or row[c - 1] is not cell)]
    if not starts or any(cell is not None and cell.row != number for cell in (row[c] for c in starts)):
        return
    for start, end in zip(starts, [*starts[1:], len(row)], strict=True):
        own = row[start]
        inside = [c for c in range(start, end) if row[c] is not own and not _is("sequence", row[c])]
        unit = next((c for c in inside if _is("unit", row[c])), -1)
        height = own.height if own else 1
        figures = list(_figures(grid.rows[number : number + height], [c for c in inside if c != unit]))
        if figures and (unit >= 0 or any(column.id for _, _, column in figures)):
            yield Columns(start, unit, tuple(figures), len(row))


def _figures(rows: Sequence[Sequence[GridCell | None]], columns: Sequence[int]) -> Iterator[tuple[int, int, Column]]:
    """Yield the columns of figures: each is as wide as the lowest cell of its head, which says what it holds."""
    for cell, run in groupby(columns, key=lambda c: next((row[c] for row in reversed(rows) if row[c]), None)):
        spanned = list(run)
        if cell is not None and cell.text.strip():
            yield spanned[0], spanned[-1] + 1, read_column(cell.text) or Column("")


def _height(grid: Grid, number: int, found: Columns) -> int:
    cell = grid.rows[number][found.label]
    return cell.height if cell is not None else 1


def _row(grid: Grid, number: int, found: Columns) -> Iterator[StatRow]:
    row, place = grid.rows[number], f"{grid.place}, row {number + 1}"
    first = found.unit if found.unit >= 0 else found.figures[0][0]
    named = [cell for cell in dict.fromkeys(row[found.label : first]) if cell is not None and cell.text.strip()]
    if not named:
        return
    label = named[-1]
    if label.column + label.width > found.figures[0][0]:
        yield StatRow(label.text, "", None, "", "")  # the head of a group
        return
    unit = row[found.unit] if found.unit >= 0 else None
    unit_text = unit.text.strip() if unit is not None else ""
    printed = [list(dict.fromkeys(row[start:stop])) for start, stop, _ in found.figures]
    straight = (
        label.height == 1
        and label.column >= found.label
        and (is_unit(unit_text) or not re.search(r"\w", unit_text))
        and all(_alone(cells, start, stop) for cells, (start, stop, _) in zip(printed, found.figures, strict=True))
    )
    texts = [" ".join(cell.text.strip() for cell in cells if cell is not None).strip() for cells in printed]
    values = tuple((text, f"{place}, column {f[0] + 1}") for text, f in zip(texts, found.figures, strict=True))
    unit_text = unit_text if is_unit(unit_text) else ""
    yield StatRow(label.text, unit_text, values if straight else None, " ".join(filter(None, texts)), place)


def _alone(cells: Sequence[GridCell | None], start: int, stop: int) -> bool:
    """Tell whether one cell stands below a head, and speaks of its row and column only."""
    cell = cells[0]
    inside = cell is None or (cell.height == 1 and start <= cell.column and cell.column + cell.width <= stop)
    return len(cells) == 1 and (inside or cell is None or not cell.text.strip())


def lines_as_grids(paragraphs: Sequence[Paragraph]) -> Iterator[list[Paragraph] | Grid]:
    """Yield the lines of a text, those that are rows with pipes or tabs under a head as a grid.

    Examples
    --------
    >>> lines = ["附表", "统计指标|单位|统计数", "收到申请数|件|12"]
    >>> [type(part).__name__ for part in lines_as_grids([Paragraph(line) for line in lines])]
    ['list', 'Grid']
    """
    printed = [paragraph for paragraph in paragraphs if paragraph.text.strip()]
    for width, run in groupby(printed, key=lambda paragraph: len(_cells(paragraph.text))):
        lines = list(run)
        grid = Grid(
            tuple(
                tuple(GridCell(text, number, column) for column, text in enumerate(_cells(line.text)))
                for number, line in enumerate(lines)
            ),
            lines[0].place,
        )
        if width > 2 and any(list(_heads(grid, number)) for number in range(len(lines))):
            yield grid
        else:
            yield lines


def _cells(line: str) -> list[str]:
    flat = line.translate(_BORDERS).strip(" \u3000")
    border = "|" if "|" in flat else "\t"
    if border not in flat:
        return [flat]
    if border == "|" and flat.startswith("|"):
        flat = flat[1:].removesuffix("|")
    return [part.strip() for part in flat.split(border)]


def joined(parts: Sequence[list[Paragraph] | Grid]) -> Iterator[list[Paragraph] | Grid]:
    """Yield the parts with neighbouring lines together, so that a table in running text stays whole."""
    for is_grid, run in groupby(parts, key=lambda part: isinstance(part, Grid)):
        if is_grid:
            yield from run
        else:
            yield [line for part in run if not isinstance(part, Grid) for line in part]
