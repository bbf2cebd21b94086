"""The statistics table (统计表) of reports before 2019: from blocks to cells.

Cells of table ``statistics`` have the columns ``year`` (本年度) and, where the page prints it, ``cumulative``
(历年累计). Their rows are the indicators of the national table of 2014, each once; then, in the order of the page,
those that only a province's table prints (``s08_…``) and those that no table known prints (``extra_…``, an id made of
the label). Figures that stand in the prose alone stay there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from gidtk.blocks import Block, Grid, Paragraph
from gidtk.form import Form, Label
from gidtk.issues import Issue
from gidtk.numbers import read_number
from gidtk.statgrid import Columns, joined, lines_as_grids, read_grid
from gidtk.statheads import StatTable, settle_columns
from gidtk.statlabels import StatRow, money, name_rows
from gidtk.stattext import read_lines
from gidtk.tables import Cell

__all__ = ["read_statistics"]

TABLE = "statistics"
FEWEST_KNOWN = 2  # rows of known tables; a page with fewer has no statistics table, whatever its heads say


@dataclass
class _Found:
    """One indicator, and what was read of it in each column, once or more."""

    label: Label
    cells: dict[str, list[Cell]] = field(default_factory=dict)


def read_statistics(
    blocks: Sequence[Block], form: Form, year: int | None = None
) -> tuple[Form, list[Cell], list[Issue]]:
    """Read the cells of the statistics table.

    Parameters
    ----------
    blocks : sequence of Paragraph or Grid
        The page.
    form : Form
        ``f2014``, whose indicators are all given, or ``f2008``, which has none of its own.
    year : int, optional
        The year reported on: a column of another year is not read.

    Returns
    -------
    Form
        The form with the rows and columns that the page prints beyond it.
    list of Cell
        The cells of that form, each once, in its order.
    list of Issue
        What the page did: a table missing, rows that are not of the form, rows printed twice with other figures.

    Examples
    --------
    >>> from gidtk.form import load_form
    >>> lines = ["指标名称 计量单位 2011年度 历年累计", "主动公开信息数 条 425 1516", "行政申诉数 条 0 0"]
    >>> form, cells, _ = read_statistics([Paragraph(line) for line in lines], load_form("f2008"), 2011)
    >>> [(cell.row, cell.column, cell.value) for cell in cells]
    [('s14_pub', 'year', 425), ('s14_pub', 'cumulative', 1516), ('s08_appeals', 'year', 0),
     ('s08_appeals', 'cumulative', 0)]
    """
    rows: dict[str, _Found] = {}
    issues: list[Issue] = []
    tables = [(table, list(name_rows(table.rows))) for table in _tables(blocks)]
    tables = [(table, named) for table, named in tables if any(known for _, _, known in named)]
    if sum(known for _, named in tables for _, _, known in named) < FEWEST_KNOWN:
        tables = []
    for table, named in tables:
        columns = settle_columns(table.columns, year)
        if "year" not in columns:
            issues.append(
                Issue(
                    "column_unsure", "warning", f"no column of the statistics table is surely of {year or 'one year'}"
                )
            )
        for row, label, _ in named:
            found = rows.setdefault(label.id, _Found(label))
            for cell in _cells(row, label, columns):
                found.cells.setdefault(cell.column, []).append(cell)
    used = _with_rows(form, rows)
    cells = []
    for _, id_, column in used.cells():
        readings = rows[id_].cells.get(column, []) if id_ in rows else []
        cells.append(_settle(readings) if readings else Cell(TABLE, id_, column, None, "", "absent", ""))
    return used, cells, [*issues, *_issues(form, used, cells, rows)]


def _tables(blocks: Sequence[Block]) -> Iterator[StatTable]:
    columns: list[Columns] = []
    for is_grid, run in groupby(blocks, key=lambda block: isinstance(block, Grid)):
        parts: Iterable[Block | list[Paragraph]] = run
        if not is_grid:
            parts = joined(list(lines_as_grids([block for block in run if isinstance(block, Paragraph)])))
        for part in parts:
            if isinstance(part, Grid):
                tables, columns = read_grid(part, columns)
                yield from tables
            elif isinstance(part, list):
                yield from read_lines(part)


def _cells(row: StatRow, label: Label, columns: Sequence[str]) -> Iterator[Cell]:
    """Yield the cells of a printed row: this year's, and that of all years where the table has it."""
    for column in dict.fromkeys(["year", *filter(None, columns)]):
        if row.values is None or column not in columns:
            status = "unreadable" if row.raw else "blank"
            yield Cell(TABLE, label.id, column, None, row.raw, status, _place(row.place, label))
            continue
        raw, place = row.values[columns.index(column)]
        reading = read_number(raw, label, row.unit if label.amount and money(row.unit) else "")
        value, status = reading.value, reading.status
        if status == "ok" and bool(money(row.unit)) != bool(label.amount):
            value, status = None, "unreadable"  # a count in yuan, or a sum of money without its unit
        yield Cell(TABLE, label.id, column, value, raw, status, _place(place, label))


def _place(place: str, label: Label) -> str:
    return f"{place}: {label.zh}" if label.id.startswith("extra_") else place


def _with_rows(form: Form, rows: Mapping[str, _Found]) -> Form:
    """Return the form with the rows that only the page prints, and each row with the columns that the page has."""
    own = form.rows(TABLE)
    order = dict.fromkeys([*own, *rows])

    def columns(row: str) -> tuple[str, ...]:
        return tuple(rows[row].cells) if row in rows else ("year",)

    blocks = tuple((TABLE, tuple(run), names) for names, run in groupby(order, key=columns))
    named = {row: {"zh": found.label.zh, "en": found.label.en} for row, found in rows.items()}
    return replace(form, blocks=blocks, overrides={**named, **form.overrides})


def _settle(readings: Sequence[Cell]) -> Cell:
    """Return the one reading of a cell that stands several times on the page; unreadable where they differ."""
    sure = [cell for cell in readings if cell.status != "unreadable"] or readings
    if len({(cell.status, cell.value) for cell in sure}) == 1:
        return sure[0]
    raw = " ｜ ".join(cell.raw for cell in sure)
    return sure[0]._replace(value=None, status="unreadable", raw=raw)


def _issues(form: Form, used: Form, cells: Sequence[Cell], rows: Mapping[str, _Found]) -> Iterator[Issue]:
    if not rows:
        severity = "warning" if form.rows(TABLE) else "info"
        yield Issue(
            "table_missing",
            severity,
            "the statistics table (统计表) is not in the text of the file: a picture, an annex, or in prose only",
        )
    for row, found in rows.items():
        if any(len({(c.status, c.value) for c in own if c.status != "unreadable"}) > 1 for own in found.cells.values()):
            yield Issue("row_printed_twice", "error", f"{used.row_label(row).zh} stands twice with different figures")
    if unreadable := sum(cell.status == "unreadable" for cell in cells):
        yield Issue(
            "cells_unreadable",
            "warning",
            f"{unreadable} cells of table {TABLE} are printed but cannot be read for certain",
        )
    beyond = [row for row in rows if row not in form.rows(TABLE) and (form.rows(TABLE) or row.startswith("extra_"))]
    if beyond:
        names = "; ".join(f"{row} = {rows[row].label.zh} ({rows[row].label.unit})" for row in beyond)
        yield Issue("rows_beyond_form", "info", f"{len(beyond)} indicators are not of the national table: {names}")
