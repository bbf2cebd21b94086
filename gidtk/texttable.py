"""Statutory tables that lie in running text: one cell a line, rows with pipes, Markdown, or no separator at all.

The text is read as labels with what is printed between them. Values follow their row label, so a row is taken only
when the number of values fits its columns; nothing is counted off across labels.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from gidtk.blocks import Paragraph
from gidtk.cuts import cut_dispute_run, cut_runs, may_be_one
from gidtk.form import Form, labels, row_tables
from gidtk.labels import find_labels, fold
from gidtk.rows import OUTCOMES, FoundRow, Heads, Printed, choose_columns, columns_in_order, contradicted, reading_order
from gidtk.tablecuts import narrowed
from gidtk.textitems import Item, items_between, without_furniture
from gidtk.typos import find_near_labels

__all__ = ["read_text_tables"]

Place = Callable[[int], str]
LONGEST_GAP = 200  # characters between two heads; a longer gap is prose
_HEADER_UNIT = re.compile(r"[万亿千]?元")


@dataclass
class _State:
    header: list[str] = field(default_factory=list)
    clean: bool = True
    units: dict[str, str] = field(default_factory=dict)
    above: str = ""  # what is printed where heads stand, read or not
    last_row: str = ""
    in_table: bool = False  # a caption or a head was read since the last section title
    blocks: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)


def read_text_tables(paragraphs: Sequence[Paragraph], form: Form, heads: Heads | None = None) -> list[FoundRow]:
    """Find the rows of the statutory tables in a run of paragraphs.

    Parameters
    ----------
    paragraphs : sequence of Paragraph
        Lines in reading order, without a grid between them.
    form : Form
        The form of the page.
    heads : Heads, optional
        Takes up the heads below which the text ends.

    Returns
    -------
    list of FoundRow
        In the order of the page; a row that is printed twice stands twice.
    """
    lines = [without_furniture(paragraph.text) for paragraph in paragraphs]
    source = "\n".join(lines)
    folded = fold(source)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))

    def place(position: int) -> str:
        return paragraphs[min(bisect_right(starts, position) - 1, len(paragraphs) - 1)].place

    items = list(items_between(folded, find_near_labels(folded, find_labels(folded))))
    if items and _may_go_on(items[-1], len(source.rstrip())):
        items[-1] = replace(items[-1], tokens=[], other=" ".join(text for text, _ in items[-1].tokens))
    return list(_walk(items, form, place, heads or Heads()))


def _may_go_on(last: Item, end: int) -> bool:
    """Tell whether cells that run together are the end of the text: of a file that was cut off, nobody knows where."""
    return last.glued and len(last.tokens) == 1 and last.tokens[0][1] + len(last.tokens[0][0]) >= end


def _walk(items: Sequence[Item], form: Form, place: Place, heads: Heads) -> Iterator[FoundRow]:
    state = _State()
    kept = _positions_kept(items)
    for item in items:
        kind, id_ = item.match.kind, item.match.id
        if kind == "section":
            state = _State()
        elif kind == "caption":
            _enter_caption(state, id_, item)
        elif kind == "column" and item.prose and item.tokens:
            continue  # a sentence that begins with a label
        elif kind == "row" and (item.prose or _in_a_sentence(item, state)):
            if state.in_table:
                yield FoundRow(id_, {}, item.other[:40], "")
        elif kind == "column" and item.tokens and (row := labels().bare_row(id_, state.last_row)):
            yield replace(_make_row(row, item, state, form, place, kept), bare=True)
            state.last_row = row
        elif kind == "column" and _is_outcome(state, id_):
            state.outcomes.append(id_)
            yield from _disputes(state, item, place)
        elif kind == "column":
            _enter_column(state, id_, item)
        elif row_tables()[id_] == "disputes":
            state.blocks.append(id_)
            yield from _disputes(state, item, place)
        else:
            yield _make_row(id_, item, state, form, place, kept)
            state.last_row = id_
    heads.header, heads.above, heads.last_row = reading_order(state.header), state.above, state.last_row


def _in_a_sentence(item: Item, state: _State) -> bool:
    """Tell whether a label and one number behind it may as well be prose: no head above, no border between."""
    return not state.in_table and len(item.tokens) == 1 and item.same_line


def _positions_kept(items: Sequence[Item]) -> bool:
    """Tell whether blank cells keep their place: some row has a blank between two values."""
    return any(item.match.kind == "row" and any(not text for text, _ in item.tokens) for item in items)


def _enter_caption(state: _State, caption: str, item: Item) -> None:
    if caption in ("organisations", "litigation"):
        _note_above(state, item)
        return
    if caption == "subtotal":
        state.header.append("")
        _note_above(state, item)
        return
    if caption.startswith("item_") or caption in ("content", "balance", "applicants"):
        state.in_table = True
        _forget(state)
        state.outcomes, state.blocks = [], []
        if caption == "content":
            state.clean = not item.other
        _note_above(state, item)


def _forget(state: _State) -> None:
    state.header, state.units, state.clean, state.above, state.last_row = [], {}, True, "", ""


def _note_above(state: _State, item: Item) -> None:
    """Keep a head and what stands between it and the next one, unless it is prose."""
    if item.match.kind == "column":
        state.above += item.match.text
    if len(item.gap) <= LONGEST_GAP:
        state.above += "".join(item.gap.split())


def _is_outcome(state: _State, column: str) -> bool:
    return column in OUTCOMES and (column != "total" or bool(state.outcomes))


def _enter_column(state: _State, column: str, item: Item) -> None:
    if state.last_row:
        _forget(state)
    state.in_table = True
    state.header.append(column)
    state.clean = state.clean and not item.other and not item.tokens
    _note_above(state, item)
    if unit := _HEADER_UNIT.search(item.match.text):
        state.units[column] = unit.group()


def _make_row(row: str, item: Item, state: _State, form: Form, place: Place, kept: bool) -> FoundRow:
    tokens = list(item.tokens)
    raw = " ".join(text for text, _ in tokens) or item.other[:40]
    where = place(tokens[0][1]) if tokens else ""
    own = form.columns(row_tables()[row], row)
    if contradicted(own, row_tables()[row], state.header, state.above):
        return FoundRow(row, {}, raw, where)
    columns = choose_columns(row, state.header, state.clean, len(tokens), form)
    if columns is None and kept and item.own_line:
        tokens = _padded(tokens, item.room, own)
        columns = choose_columns(row, state.header, state.clean, len(tokens), form)
    several = item.glued and len(tokens) == 1 < len(own)  # one run, however many cells it is
    if columns is not None and not several and all(may_be_one(text) for text, _ in tokens):
        cells = {
            column: Printed(text, place(at), state.units.get(column, ""))
            for column, (text, at) in zip(columns, tokens, strict=True)
            if column
        }
        return FoundRow(row, cells, raw, where)
    return _run_together(row, item, state.header, form, raw, where)


def _run_together(row: str, item: Item, header: Sequence[str], form: Form, raw: str, where: str) -> FoundRow:
    """Return a row whose cells have no visible borders, with the ways to cut them."""
    columns = columns_in_order(row, header, form)
    runs = [text for text, _ in item.tokens]
    if cuts := cut_runs(runs, columns, item.glued):
        return FoundRow(row, {}, raw, where, cuts, columns)
    counted = (item.glued and len(runs) == 1) or not (runs or item.other)
    return FoundRow(row, {}, raw, where, (), (columns or form.columns(row_tables()[row], row)) if counted else ())


def _padded(tokens: list[tuple[str, int]], room: int, columns: Sequence[str]) -> list[tuple[str, int]]:
    """Add the blank cells at the end of a row that has room for them."""
    missing = len(columns) - len(tokens)
    if not tokens or missing <= 0 or room < len(columns):
        return tokens
    return tokens + [("", tokens[-1][1])] * missing


def _disputes(state: _State, item: Item, place: Place) -> Iterator[FoundRow]:
    """Yield the rows of table 四 once its values follow the labels."""
    if not item.tokens:
        return
    blocks = list(dict.fromkeys(state.blocks))
    sets = len(state.outcomes) // 5
    ordered = state.outcomes == list(OUTCOMES) * sets and sets > 0
    tokens = item.tokens
    raw, columns = " ".join(text for text, _ in tokens), tuple(OUTCOMES.values())
    if ordered and sets == 3 and len(blocks) == 3:
        whole = len(tokens) == 15 and all(may_be_one(text) for text, _ in tokens)
        ways = () if whole else cut_dispute_run([text for text, _ in tokens], item.glued)
        for number, block in enumerate(blocks):
            part = slice(number * 5, number * 5 + 5)
            row = FoundRow(block, {}, raw, place(tokens[0][1]), (), columns)
            yield replace(row, cells=_printed(tokens[part], place)) if whole else narrowed(row, _parts(ways, part))
    elif ordered and sets == 1 and item.match.kind == "row" and len(tokens) == 5:
        yield FoundRow(item.match.id, _printed(tokens, place), raw, place(tokens[0][1]))
        return
    else:
        for block in blocks:
            yield FoundRow(block, {}, raw, place(tokens[0][1]))
    state.outcomes, state.blocks = [], []


def _printed(tokens: Sequence[tuple[str, int]], place: Place) -> dict[str, Printed]:
    return {column: Printed(text, place(at)) for column, (text, at) in zip(OUTCOMES.values(), tokens, strict=True)}


def _parts(ways: Sequence[tuple[str, ...]], part: slice) -> tuple[tuple[str, ...], ...]:
    return tuple(dict.fromkeys(way[part] for way in ways))
