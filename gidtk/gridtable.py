"""Statutory tables that are tables on the page: HTML, Word, PDF with ruling lines.

A value stands to the right of its row label and below its column label. The order of the cells in the row is the
second witness: real pages give header and data rows different spans, so that the grid alone misleads.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gidtk.blocks import BAR, Grid, GridCell
from gidtk.form import Form, known_columns, labels, row_tables
from gidtk.labels import Match, match_cell
from gidtk.rows import (
    OUTCOMES,
    FoundRow,
    Heads,
    Printed,
    choose_columns,
    contradicted,
    in_form_order,
    reading_order,
    shows_more,
)
from gidtk.typos import near_cell

__all__ = ["GridState", "read_grid"]

_UNKNOWN = ""
_SEVERAL = re.compile(r"\s*\d[\d,.]*(?:\s+\d[\d,.]*)+\s*")
_UNIT = re.compile(r"[万亿千]?元")


@dataclass
class GridState:
    """What a grid hands on to the next one, where a table is split over two."""

    header: list[tuple[int, int, str]] = field(default_factory=list)  # first column, width, column id
    earlier: list[tuple[int, int, str]] = field(default_factory=list)  # those of them that stand in grids before
    orderly: bool = True  # they stand there in the order of their values
    units: dict[str, str] = field(default_factory=dict)
    above: str = ""  # what stands where heads do and is no label: those that are have their places
    edge: int = 0  # the first column right of every row label of this grid
    aligned: bool = False  # the heads belong to this grid, so that their positions count
    last_row: str = ""
    open_row: str = ""  # the last row of the grid before, if it has a label and no value
    blocks: list[tuple[int, int, str]] = field(default_factory=list)
    outcomes: list[tuple[int, int, str]] = field(default_factory=list)

    def take(self, heads: Heads) -> None:
        """Go on with a table that begins in running text."""
        self.header = [(place, 1, column) for place, column in enumerate(heads.header)]
        self.units, self.above, self.last_row = {}, heads.above, heads.last_row
        self.blocks, self.outcomes = [], []
        self.earlier, self.orderly = [], True


def distinct(row: Sequence[GridCell | None]) -> list[GridCell]:
    """Return the printed cells of a grid row from left to right, each once."""
    return list(dict.fromkeys(cell for cell in row if cell is not None))


def read_grid(grid: Grid, form: Form, state: GridState) -> Iterator[FoundRow]:
    """Find the rows of the statutory tables in a grid.

    Parameters
    ----------
    grid : Grid
        A table of the page.
    form : Form
        The form of the page.
    state : GridState
        Heads read so far; changed in place.

    Yields
    ------
    FoundRow
    """
    state.aligned, state.edge = False, _label_edge(grid)
    state.orderly, state.earlier = _total_last(state), list(state.header)
    open_row, state.open_row = state.open_row, ""
    for number, row in enumerate(grid.rows):
        cells = distinct(row)
        found = [(cell, match) for cell in cells if (match := near_cell(cell.text)) is not None]
        place = f"{grid.place}, row {number + 1}"
        label = _row_label(found, cells, state)
        if label is not None and row_tables()[label[1]] != "disputes":
            bare = any(cell is label[0] and match.kind == "column" for cell, match in found)
            read = _read_row(label, row, cells, place, form, state, bare)
            yield read
            state.last_row = label[1]
            state.open_row = "" if read.raw or number + 1 < len(grid.rows) else label[1]
        elif number == 0 and open_row and not found and _has_values(cells):
            raw = " ".join(cell.text.strip() for cell in cells if cell.text.strip().isdecimal())
            yield FoundRow(open_row, {}, raw, place)  # a page break stands between a label and its values
        elif _are_heads(found, cells):
            _read_heads(found, cells, number, state)
            yield from _side_headed(label, cells, place, state)
        elif state.outcomes:
            yield from _read_disputes(cells, place, state)
        elif not _has_values(cells):
            _note_above(found, cells, state)


def _has_values(cells: Sequence[GridCell]) -> bool:
    return any(cell.text.strip().replace(BAR, "").isdecimal() for cell in cells)


def _are_heads(found: Sequence[tuple[GridCell, Match]], cells: Sequence[GridCell]) -> bool:
    """Tell whether a row is one of heads or captions; 合计 before values is the label of a row that no form has."""
    if any(_in_disputes(match) for _, match in found):
        return True
    if any(match.kind == "column" for _, match in found):
        return not _has_values(cells)
    return any(_heads_a_table(match) for _, match in found)


def _heads_a_table(match: Match) -> bool:
    return match.kind == "caption" and match.id != "extra"


def _label_edge(grid: Grid) -> int:
    cells = {cell for row in grid.rows for cell in row if cell is not None}
    labelled = (cell for cell in cells if (match := match_cell(cell.text)) is not None and match.kind == "row")
    return max((cell.column + cell.width for cell in labelled), default=0)


def _in_disputes(match: Match) -> bool:
    return match.kind == "row" and row_tables()[match.id] == "disputes"


def _row_label(
    found: Sequence[tuple[GridCell, Match]], cells: Sequence[GridCell], state: GridState
) -> tuple[GridCell, str] | None:
    """Return the cell and id of the row label: the last label before the values."""
    heads = sum(match.kind == "column" for _, match in found)
    rows = []
    for cell, match in found:
        if match.kind == "row":
            rows.append((cell, match.id))
        elif match.kind == "column" and heads == 1 and cell is not cells[-1]:
            bare = labels().bare_row(match.id, state.last_row)
            rows += [(cell, bare)] if bare else []
    return rows[-1] if rows else None


def _read_heads(
    found: Sequence[tuple[GridCell, Match]], cells: Sequence[GridCell], number: int, state: GridState
) -> None:
    captions = {match.id for cell, match in found if match.kind == "caption" and cell.row == number}
    starts = captions & {"content", "applicants", "balance"} or any(c.startswith("item_") for c in captions)
    if state.last_row or starts:
        _forget(state)
    state.aligned = True
    for cell, match in found:
        spot = (cell.column, cell.width, match.id)
        if _in_disputes(match):
            _put(state.blocks, spot)
        elif match.kind == "column" and match.id in OUTCOMES and (match.id != "total" or _has_outcomes(found)):
            _put(state.outcomes, spot)
        elif match.kind == "column":
            _put(state.header, spot)
            if unit := _UNIT.search(match.text):
                state.units[match.id] = unit.group()
    _note_unknown_heads(found, cells, number, state)
    _note_above(found, cells, state)


def _note_above(found: Sequence[tuple[GridCell, Match]], cells: Sequence[GridCell], state: GridState) -> None:
    labelled = {cell for cell, _ in found}
    state.above += "".join(cell.text for cell in cells if cell not in labelled)


def _note_unknown_heads(
    found: Sequence[tuple[GridCell, Match]], cells: Sequence[GridCell], number: int, state: GridState
) -> None:
    """Keep the place of heads that are no column of the form, such as 小计, so that nothing slips under them."""
    heads = [cell for cell, match in found if match.kind == "column" or match.id == "content"]
    if not heads:
        return
    known = {cell for cell, match in found if match.id != "subtotal"}
    first = min(cell.column for cell in heads)
    for cell in cells:
        if cell.row == number and cell.column >= first and cell.text.strip() and cell not in known:
            _put(state.header, (cell.column, cell.width, _UNKNOWN))
    state.header = [spot for spot in state.header if spot[2] or not any(_holds(spot, other) for other in state.header)]


def _holds(wide: tuple[int, int, str], spot: tuple[int, int, str]) -> bool:
    """Tell whether a head stands above another one and more, so that it is no column."""
    return wide[1] > spot[1] and wide[0] <= spot[0] and spot[0] + spot[1] <= wide[0] + wide[1]


def _has_outcomes(found: Sequence[tuple[GridCell, Match]]) -> bool:
    return any(match.id in OUTCOMES and match.id != "total" for _, match in found)


def _put(spots: list[tuple[int, int, str]], spot: tuple[int, int, str]) -> None:
    if spot not in spots:
        spots.append(spot)


def _forget(state: GridState) -> None:
    state.header, state.units, state.above, state.last_row = [], {}, "", ""
    state.earlier, state.orderly = [], True
    state.blocks, state.outcomes = [], []


def _read_row(
    label: tuple[GridCell, str],
    row: Sequence[GridCell | None],
    cells: Sequence[GridCell],
    place: str,
    form: Form,
    state: GridState,
    bare: bool,
) -> FoundRow:
    cell, id_ = label
    values = [value for value in cells if value.column >= cell.column + cell.width]
    raw = " ".join(value.text.strip() for value in values).strip()
    header = [spot[2] for spot in sorted(state.header)]
    values = _without_frame(values, state)
    placed = state.aligned and None not in row and in_form_order(id_, [head for head in header if head], form)
    given = _by_position(values, state) if placed and _UNKNOWN in header else {}
    columns = choose_columns(id_, header, True, len(values), form)
    if columns and not (_counts(columns, id_, values, form, state) and _total_last(state)):
        columns = None
    if not given and columns and not contradicted(columns, row_tables()[id_], header, state.above):
        given = dict(zip(columns, values, strict=True))
    if not given and placed:
        given = _by_position(values, state)
    if not all(_level(value, cell) for column, value in given.items() if column != _UNKNOWN):
        given = {}
    printed = {
        column: Printed(value.text.strip(), f"{place}, column {value.column + 1}", state.units.get(column, ""))
        for column, value in given.items()
        if column != _UNKNOWN
    }
    return FoundRow(id_, printed, raw, place, bare=bare)


def _counts(columns: Sequence[str], row: str, values: Sequence[GridCell], form: Form, state: GridState) -> bool:
    """Tell whether as many heads as values tell what these are.

    Where heads are missing they do not if one of them is printed and was not read, if a cell holds two values, or if
    the heads are those of another grid.
    """
    if shows_more(columns, row, form, state.above):
        return False
    whole = (form.columns(row_tables()[row], row), *known_columns(row))
    complete = any(known and set(known) == {*columns} - {_UNKNOWN} for known in whole)
    return complete or (state.aligned and not any(_SEVERAL.fullmatch(value.text) for value in values))


def _total_last(state: GridState) -> bool:
    """Tell whether the heads of each grid are in the order of their values, where none stands above another one."""
    own = sorted(spot for spot in state.header if spot not in state.earlier)
    beside = all(a + width <= b for (a, width, _), (b, _, _) in pairwise(own))
    ids = [id_ for *_, id_ in own]
    return state.orderly and (not beside or reading_order(ids) == ids)


def _level(value: GridCell, label: GridCell) -> bool:
    """Tell whether a value stands in the rows of its label, no more and no less."""
    return not value.text.strip() or (value.row, value.height) == (label.row, label.height)


def _without_frame(values: Sequence[GridCell], state: GridState) -> list[GridCell]:
    """Drop blank cells that belong to the labels or lie beside the heads: the frame of the page, not the form."""
    left, right = state.edge, max((cell.column + cell.width for cell in values), default=0)
    if state.header and state.aligned:
        left = min(column for column, _, _ in state.header)
        right = max(column + width for column, width, _ in state.header)
    return [v for v in values if v.text.strip() or (v.column < right and v.column + v.width > left)]


def _by_position(values: Sequence[GridCell], state: GridState) -> dict[str, GridCell]:
    """Give values to columns by where they stand, where each value has one head and each head one value."""
    given: dict[str, GridCell] = {}
    for value in values:
        over = [
            id_
            for column, width, id_ in state.header
            if column < value.column + value.width and value.column < column + width
        ]
        if len(over) != 1 or (over[0] != _UNKNOWN and over[0] in given):
            return {}
        given[over[0]] = value
    return given


def _read_disputes(cells: Sequence[GridCell], place: str, state: GridState) -> Iterator[FoundRow]:
    """Yield the rows of table 四 from its one line of values."""
    outcomes = sorted(state.outcomes)
    sets = [tuple(OUTCOMES[id_] for _, _, id_ in outcomes[i : i + 5]) for i in range(0, len(outcomes), 5)]
    blocks = [id_ for _, _, id_ in sorted(state.blocks)]
    cells = [cell for cell in cells if cell.text.strip() or cell.column >= outcomes[0][0]]
    if not any(cell.text.strip() for cell in cells) and len(cells) != len(outcomes):
        return
    raw = " ".join(cell.text.strip() for cell in cells)
    if not blocks or sets != [tuple(OUTCOMES.values())] * len(blocks):
        yield from (FoundRow(block, {}, raw, place) for block in blocks)
    elif len(cells) == len(outcomes):
        for number, block in enumerate(blocks):
            part = cells[number * 5 : number * 5 + 5]
            yield FoundRow(
                block,
                {
                    column: Printed(cell.text.strip(), f"{place}, column {cell.column + 1}")
                    for column, cell in zip(sets[number], part, strict=True)
                },
                raw,
                place,
            )
    else:
        yield from (FoundRow(block, {}, raw, place) for block in blocks)
    state.outcomes = []


def _side_headed(
    label: tuple[GridCell, str] | None, cells: Sequence[GridCell], place: str, state: GridState
) -> Iterator[FoundRow]:
    """Yield a row of table 四 where each block is a line of its own with five values."""
    if label is None:
        return
    values = [cell for cell in cells if cell.column >= label[0].column + label[0].width]
    ids = [OUTCOMES[id_] for _, _, id_ in sorted(state.outcomes)]
    if ids == list(OUTCOMES.values()) and len(values) == 5 and not any(match_cell(v.text) for v in values):
        yield FoundRow(
            label[1],
            {c: Printed(v.text.strip(), f"{place}, column {v.column + 1}") for c, v in zip(ids, values, strict=True)},
            " ".join(v.text for v in values),
            place,
        )
