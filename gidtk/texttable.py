"""Statutory tables that lie in running text: one cell a line, rows with pipes, Markdown, or no separator at all.

The text is read as labels with what is printed between them. Values follow their row label, so a row is taken only
when the number of values fits its columns; nothing is counted off across labels.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice

from gidtk.blocks import Paragraph
from gidtk.form import Form, labels, row_tables
from gidtk.labels import Folded, Match, canonical, find_labels, fold
from gidtk.numbers import looks_printed
from gidtk.rows import MOST_CUTS, FoundRow, Printed, choose_columns, cut_run

__all__ = ["read_text_tables"]

_MARKDOWN_RULE = re.compile(r"\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?\s*")
_PAGE_NUMBER = re.compile(r"\s*[-—–－]\s*\d{1,4}\s*[-—–－]\s*|\s*第\s*\d{1,4}\s*页.{0,12}")
_IN_BRACKETS = re.compile(r"[（(][^（()）\n]{0,80}[)）]")
_OUTCOMES = ("upheld", "corrected", "other_result", "pending", "total")
Place = Callable[[int], str]
_HEADER_UNIT = re.compile(r"[万亿千]?元")


@dataclass(frozen=True, slots=True)
class _Item:
    """A label and what is printed between it and the next one."""

    match: Match
    tokens: list[tuple[str, int]]  # text, position in the source
    other: str  # what else stands before the next label
    prose: bool  # that stands on the line of the label or of a value
    glued: bool  # the first value follows without a separator
    room: int  # cells printed behind the label, blank ones at the end included


@dataclass
class _State:
    header: list[str] = field(default_factory=list)
    clean: bool = True
    units: dict[str, str] = field(default_factory=dict)
    last_row: str = ""
    blocks: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)


def read_text_tables(paragraphs: Sequence[Paragraph], form: Form) -> list[FoundRow]:
    """Find the rows of the statutory tables in a run of paragraphs.

    Parameters
    ----------
    paragraphs : sequence of Paragraph
        Lines in reading order, without a grid between them.
    form : Form
        The form of the page.

    Returns
    -------
    list of FoundRow
        In the order of the page; a row that is printed twice stands twice.
    """
    lines = [_without_furniture(paragraph.text) for paragraph in paragraphs]
    source = "\n".join(lines)
    folded = fold(source)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))

    def place(position: int) -> str:
        return paragraphs[min(bisect_right(starts, position) - 1, len(paragraphs) - 1)].place

    items = list(_items(folded, find_labels(folded)))
    return list(_walk(items, form, place))


def _without_furniture(line: str) -> str:
    rule = _MARKDOWN_RULE.fullmatch(line) or _PAGE_NUMBER.fullmatch(line)
    return " " * len(line) if rule else line


def _items(folded: Folded, found: Sequence[Match]) -> Iterator[_Item]:
    for match, following in zip(found, [*found, None][1:], strict=True):
        begin = folded.at(match.end - 1) + 1
        end = folded.at(following.start) if following else len(folded.source)
        gap = folded.source[begin:end]
        tokens, other, prose, room = _tokens(gap, begin)
        glued = bool(gap) and not gap[0].isspace() and gap[0] not in "|｜"
        yield _Item(match, tokens, other, prose, glued, room)


def _tokens(gap: str, begin: int) -> tuple[list[tuple[str, int]], str, bool, int]:
    """Split what is printed behind a label into cells, up to the first thing that is no cell content."""
    tokens: list[tuple[str, int]] = []
    room, position = 0, begin
    for number, line in enumerate(gap.split("\n")):
        cells = list(_cells(line, position, behind_label=number == 0))
        position += len(line) + 1
        room += len(cells)
        while cells and not cells[-1][0]:
            cells.pop()
        for place, (text, at) in enumerate(cells):
            if text and not looks_printed(text):
                return tokens, text, number == 0 or place > 0, room
            tokens.append((text, at))
    return tokens, "", False, room


def _cells(line: str, position: int, *, behind_label: bool) -> Iterator[tuple[str, int]]:
    flat = _IN_BRACKETS.sub(lambda m: re.sub(r"\s", "\0", m.group()), line.replace("｜", "|"))
    border = "|" if "|" in flat else "\t" if "\t" in flat.strip(" ") else ""
    if not border:
        for word in re.finditer(r"[^\s]+", flat):
            yield _clean(word.group()), position + word.start()
        return
    parts, at = flat.split(border), position
    if not parts[-1].strip():
        parts.pop()
    for number, part in enumerate(parts):
        text = _clean(part)
        at_border = number == 0 and (behind_label or flat.lstrip().startswith(border))
        if text or not at_border:
            yield text, at + len(part) - len(part.lstrip())
        at += len(part) + 1


def _clean(text: str) -> str:
    return canonical(text).replace("\0", "").strip()


def _walk(items: Sequence[_Item], form: Form, place: Place) -> Iterator[FoundRow]:
    state = _State()
    kept = _positions_kept(items)
    for item in items:
        kind, id_ = item.match.kind, item.match.id
        if kind == "section":
            state = _State()
        elif kind == "caption":
            _enter_caption(state, id_, item)
        elif kind in ("row", "column") and item.prose and (kind == "row" or item.tokens):
            continue  # a sentence that begins with a label
        elif kind == "column" and (row := _bare_row(state, id_, item)):
            yield _make_row(row, item, state, form, place, kept)
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


def _positions_kept(items: Sequence[_Item]) -> bool:
    """Tell whether blank cells keep their place: some row has a blank between two values."""
    return any(item.match.kind == "row" and any(not text for text, _ in item.tokens) for item in items)


def _enter_caption(state: _State, caption: str, item: _Item) -> None:
    if caption in ("organisations", "litigation"):
        return
    if caption == "subtotal":
        state.clean = False
        return
    if caption.startswith("item_") or caption in ("content", "balance", "applicants"):
        state.header, state.units, state.clean, state.last_row = [], {}, True, ""
        state.outcomes, state.blocks = [], []
        if caption == "content":
            state.clean = not item.other


def _bare_row(state: _State, column: str, item: _Item) -> str | None:
    """Return the row that a label stands for which also heads a column, such as 总计 behind the results."""
    names = {"other": "other_misc", "total": "concluded"}
    row = names.get(column)
    if row and item.tokens and state.last_row in labels().bare_after[row]:
        return row
    return None


def _is_outcome(state: _State, column: str) -> bool:
    return column in ("upheld", "corrected", "other_result", "pending") or (column == "total" and bool(state.outcomes))


def _enter_column(state: _State, column: str, item: _Item) -> None:
    if state.last_row:
        state.header, state.units, state.clean, state.last_row = [], {}, True, ""
    state.header.append(column)
    state.clean = state.clean and not item.other and not item.tokens
    if unit := _HEADER_UNIT.search(item.match.text):
        state.units[column] = unit.group()


def _make_row(row: str, item: _Item, state: _State, form: Form, place: Place, kept: bool) -> FoundRow:
    tokens = list(item.tokens)
    raw = " ".join(text for text, _ in tokens) or item.other[:40]
    where = place(tokens[0][1]) if tokens else ""
    columns = choose_columns(row, state.header, state.clean, len(tokens), form)
    if columns is None and kept and item.room > len(tokens):
        padded = tokens + [("", tokens[-1][1] if tokens else 0)] * (item.room - len(tokens))
        columns = choose_columns(row, state.header, state.clean, len(padded), form)
        tokens = padded if columns else tokens
    if columns is not None and all(_could_be_one(text) for text, _ in tokens):
        cells = {
            column: Printed(text, place(at), state.units.get(column, ""))
            for column, (text, at) in zip(columns, tokens, strict=True)
        }
        return FoundRow(row, cells, raw, where)
    for target in dict.fromkeys((form.columns(row_tables()[row], row), tuple(state.header))):
        cuts = tuple(islice(_cuts(item, len(target)), MOST_CUTS + 1)) if target else ()
        if cuts:
            return FoundRow(row, {}, raw, where, cuts if len(cuts) <= MOST_CUTS else (), target)
    return FoundRow(row, {}, raw, where)


def _could_be_one(text: str) -> bool:
    return not (len(text) > 1 and text.isdigit() and text.startswith("0"))


def _cuts(item: _Item, count: int) -> Iterator[tuple[str, ...]]:
    """Yield the ways to cut cells that run together; none where a cell may simply be missing."""
    runs = [text for text, _ in item.tokens]
    if not runs or not all(text.isdigit() for text in runs) or len("".join(runs)) < count:
        return
    run_together = item.glued and len(runs) == 1
    if run_together or any(not _could_be_one(text) for text in runs):
        yield from _cut_runs(runs, count, run_together)


def _cut_runs(runs: Sequence[str], count: int, free: bool) -> Iterator[tuple[str, ...]]:
    if not runs:
        if count == 0:
            yield ()
        return
    head = runs[0]
    sizes = [1] if _could_be_one(head) and not free else range(1, len(head) + 1)
    for size in sizes:
        if size > count:
            return
        for first in cut_run(head, size):
            for rest in _cut_runs(runs[1:], count - size, free):
                yield first + rest


def _disputes(state: _State, item: _Item, place: Place) -> Iterator[FoundRow]:
    """Yield the rows of table 四 once its values follow the labels."""
    if not item.tokens:
        return
    blocks = list(dict.fromkeys(state.blocks))
    sets = len(state.outcomes) // 5
    ordered = state.outcomes == list(_OUTCOMES) * sets and sets > 0
    tokens = item.tokens
    raw = " ".join(text for text, _ in tokens)
    if ordered and sets == 3 and len(blocks) == 3:
        values = _fifteen(item)
        for number, block in enumerate(blocks):
            part = values[number * 5 : number * 5 + 5]
            cells = {c: Printed(text, place(at)) for c, (text, at) in zip(_ids(), part, strict=True)} if part else {}
            yield FoundRow(block, cells, raw, place(tokens[0][1]))
    elif ordered and sets == 1 and item.match.kind == "row" and len(tokens) == 5:
        cells = {c: Printed(text, place(at)) for c, (text, at) in zip(_ids(), tokens, strict=True)}
        yield FoundRow(item.match.id, cells, raw, place(tokens[0][1]))
        return
    else:
        for block in blocks:
            yield FoundRow(block, {}, raw, place(tokens[0][1]))
    state.outcomes, state.blocks = [], []


def _ids() -> tuple[str, ...]:
    return ("upheld", "corrected", "other", "pending", "total")


def _fifteen(item: _Item) -> list[tuple[str, int]]:
    if len(item.tokens) == 15 and all(_could_be_one(text) for text, _ in item.tokens):
        return item.tokens
    cuts = list(islice(_cuts(item, 15), MOST_CUTS))
    adding_up = [cut for cut in cuts if len(cuts) == 1 or _adds_up(cut)]
    if len(adding_up) != 1:
        return []
    return [(text, item.tokens[0][1]) for text in adding_up[0]]


def _adds_up(cut: Sequence[str]) -> bool:
    numbers = [int(text) for text in cut]
    return all(sum(numbers[i : i + 4]) == numbers[i + 4] for i in (0, 5, 10))
