"""From blocks to cells: exactly the cells of the form, each once, with what is printed and whether it could be read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from gidtk.blocks import Block, Grid, Paragraph
from gidtk.form import Form, labels
from gidtk.gridtable import GridState, read_grid
from gidtk.issues import Issue
from gidtk.numbers import read_number
from gidtk.readers.ocr import NOTE
from gidtk.rows import FoundRow, Heads
from gidtk.tablecuts import solve_cuts
from gidtk.texttable import read_text_tables

__all__ = ["Cell", "read_cells"]


class Cell(NamedTuple):
    """One cell of the form.

    Attributes
    ----------
    table, row, column : str
        Which cell, in the ids of the form.
    value : int, float or None
        The number printed, in the column's unit; None unless `status` is ``ok``.
    raw : str
        What is printed.
    status : str
        ``ok``; ``blank``; ``dash`` (``-``, ``—``, ``/``); ``absent``: the row or column is not on the page;
        ``unreadable``: something is there and cannot be read for certain.
    place : str
        Where it stands in the file; empty where nothing stands.
    """

    table: str
    row: str
    column: str
    value: int | float | None
    raw: str
    status: str
    place: str


def read_cells(blocks: Sequence[Block], form: Form) -> tuple[Form, list[Cell], list[Issue]]:
    """Read the cells of the statutory tables.

    Parameters
    ----------
    blocks : sequence of Paragraph or Grid
        The page.
    form : Form
        The form that the page uses.

    Returns
    -------
    Form
        The form with the rows that the page prints, where it mixes two forms.
    list of Cell
        The cells of that form, each once, in its order.
    list of Issue
        What the page did: rows printed twice, rows that mix two forms, amounts without a unit, tables missing.
    """
    found = list(_found_rows(blocks, form))
    used = _mixed_form(found, form)
    issues = [_mixed_issue(used)] if used is not form else []
    rows, doubled = _settle(found)
    issues += doubled
    rows = solve_cuts(rows, used)
    dropped = _lines_dropped(blocks)
    if dropped:
        issues.append(
            Issue(
                "lines_dropped",
                "error",
                "repeated lines are missing from this text: its tables cannot be read",
            )
        )
        rows = {row: FoundRow(row, raw=item.raw, place=item.place) for row, item in rows.items()}
    cells = [_cell(table, row, column, rows.get(row)) for table, row, column in used.cells()]
    if dropped:
        cells = [cell._replace(status="unreadable") if cell.status == "blank" else cell for cell in cells]
    return used, cells, issues + list(_issues(cells, rows))


def _found_rows(blocks: Sequence[Block], form: Form) -> Iterator[FoundRow]:
    """Yield the rows of a page; what OCR read apart from its text, for neither goes on in the other."""
    seen = [block for block in blocks if NOTE in block.place]
    yield from _rows_of([block for block in blocks if NOTE not in block.place] if seen else blocks, form)
    yield from _rows_of(seen, form)


def _rows_of(blocks: Sequence[Block], form: Form) -> Iterator[FoundRow]:
    state = GridState()
    for is_grid, run in groupby(blocks, key=lambda block: isinstance(block, Grid)):
        if is_grid:
            for grid in run:
                yield from read_grid(grid, form, state)  # type: ignore[arg-type]
        else:
            heads = Heads()
            yield from read_text_tables([block for block in run if isinstance(block, Paragraph)], form, heads)
            if heads.header and heads.last_row:
                state.take(heads)


def _mixed_form(found: Iterable[FoundRow], form: Form) -> Form:
    """Return the form with the rows that the page prints in place of the form's own (其他处理 in one row or three)."""
    printed = {row.row for row in found if row.raw or row.cells}
    for ours in labels().alternatives:
        for theirs in labels().alternatives:
            own = ours[0] in form.rows("requests")
            if ours != theirs and own and not printed & set(ours) and printed & set(theirs):
                return form.with_rows("requests", ours, theirs)
    return form


def _mixed_issue(form: Form) -> Issue:
    rows = [row for rows in labels().alternatives for row in rows if row in form.rows("requests")]
    names = "、".join(labels().rows[row].name() for row in rows)
    return Issue("mixed_form", "info", f"table 三 prints {names} as another form does; its rows are read as printed")


_BEST_FIRST: tuple[Callable[[FoundRow], object], ...] = (
    lambda item: item.cells,
    lambda item: item.cuts,
    lambda item: item.raw,
)


def _settle(found: Iterable[FoundRow]) -> tuple[dict[str, FoundRow], list[Issue]]:
    """Choose one reading a row; two readings that differ leave the row unreadable."""
    rows: dict[str, list[FoundRow]] = {}
    for item in found:
        rows.setdefault(item.row, []).append(item)
    settled, issues = {}, []
    for row, items in rows.items():
        items = [item for item in items if not item.bare] or items  # its own label tells it better than its place
        if any(item.raw and not item.cells for item in items):
            items = [item for item in items if item.raw or not item.cells]  # what is not printed tells nothing
        if any(NOTE in item.place for item in items):
            items = [item for item in items if item.raw and NOTE not in item.place] or items  # text before OCR
        full = next(filter(None, ([i for i in items if known(i)] for known in _BEST_FIRST)), items)
        texts = {tuple((c, p.raw) for c, p in item.cells.items()) or (("", item.raw),) for item in full}
        if len(texts) == 1:
            settled[row] = full[0]
            continue
        places = "; ".join(dict.fromkeys(item.place for item in full))
        label = labels().rows[row].zh
        issues.append(
            Issue(
                "row_printed_twice",
                "error",
                f"{label} stands twice with different figures ({places}): not read",
            )
        )
        settled[row] = FoundRow(row, raw=" ｜ ".join(item.raw for item in full), place=full[0].place)
    return settled, issues


def _lines_dropped(blocks: Sequence[Block]) -> bool:
    """Tell whether an extractor dropped repeated lines: 信息内容 stands under the first caption and under no other."""
    lines = [block.text.strip() for block in blocks if isinstance(block, Paragraph)]
    captions = sum(line.startswith("第二十条第") and len(line) < 16 for line in lines)
    return captions >= 3 and lines.count(labels().captions["content"][0]) == 1


def _cell(table: str, row: str, column: str, found: FoundRow | None) -> Cell:
    if found is None:
        return Cell(table, row, column, None, "", "absent", "")
    printed = found.cells.get(column)
    if printed is None:
        if found.cells and column not in found.columns:
            return Cell(table, row, column, None, "", "absent", "")
        return Cell(table, row, column, None, found.raw, "unreadable" if found.raw else "blank", found.place)
    reading = read_number(printed.raw, labels().columns[table][column], printed.header_unit)
    return Cell(table, row, column, reading.value, printed.raw, reading.status, printed.place)


def _issues(cells: Sequence[Cell], rows: dict[str, FoundRow]) -> Iterator[Issue]:
    tables = dict.fromkeys(cell.table for cell in cells)
    for table in tables:
        own = [cell for cell in cells if cell.table == table]
        if all(cell.status == "absent" for cell in own):
            number = labels().sections[_SECTION[table]]["number"]
            yield Issue(
                "table_missing",
                "warning",
                f"table {number} is not in the text of the file: a picture, an annex or lost",
            )
        if unreadable := sum(cell.status == "unreadable" for cell in own):
            yield Issue(
                "cells_unreadable",
                "warning",
                f"{unreadable} cells of table {table} are printed but cannot be read for certain",
            )
    for cell in cells:
        column = labels().columns[cell.table][cell.column]
        if column.amount and cell.value and column.unit == "元":
            found = rows[cell.row].cells[cell.column]
            if not found.header_unit and not read_number(found.raw, column).unit:
                yield Issue(
                    "amount_without_unit",
                    "warning",
                    f"{labels().rows[cell.row].zh} {cell.raw}: no unit is printed; read as 元",
                )


_SECTION = {"disclosure": "proactive_disclosure", "requests": "requests", "disputes": "disputes"}
