"""Damaged pages: never a number that the page does not print at that label.

The oracle does not read. Every value of a page is a number that stands nowhere else, so that a number tells in which
row and column it was printed, and what is true after the damage follows from the damage alone.
"""

import io
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

import pytest
from drawings import Drawing, in_places, ofd, pdf, report
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pages import (
    CUT_LAYOUTS,
    FIXED_LAYOUTS,
    HTML_LAYOUTS,
    LAYOUTS,
    SECTIONS,
    Key,
    Page,
    Row,
    Shape,
    Spanned,
    draw_page,
    row_label,
    tables,
    title,
)
from realpages import PAGES, Paper, RealPage, Truth, cut_off, numbers, real_page, repacked
from test_tables import DAMAGES as ONCE
from test_tables import PADDED, _is_head, _is_label, _is_value, _pick

from gidtk.errors import GidtkError
from gidtk.form import labels, load_form, row_tables
from gidtk.readers import read_bytes
from gidtk.tables import Cell, read_cells

TABLE_LAYOUTS = [name for name in (*CUT_LAYOUTS, *HTML_LAYOUTS) if name not in FIXED_LAYOUTS]
SHAPES = {
    "as the notice has it": Shape(),
    "captions lost": Shape(captions=False),
    "an extra row": Shape(extra_row=True),
    "a column of subtotals": Shape(subtotal=True),
    "shortened labels": Shape(short_labels=True, number_of_misc=False),
    "其他处理 in one row": Shape(hybrid=True),
}


# ---------------------------------------------------------------- pages whose every value is a number of its own


def numbered_page(form: str, seed: int, shape: Shape) -> Page:
    """Return a page whose every value is a number of its own; nothing adds up."""
    page = draw_page("f2021" if shape.hybrid else form, seed, shape)
    drawn = dict(zip(page.values, numbers(random.Random(seed), len(page.values)), strict=True))
    printed = {key: f"增{n}" if key[2] == "items_change" else f"{n}" for key, n in drawn.items()}
    return replace(page, values=dict(drawn), printed=printed)


def truth_of(page: Page) -> Truth:
    """Return what the damaged page prints at each label: the label of the row, the column by the number."""
    own = {text: key for key, text in page.printed.items()}
    names = {row_label(page, row): row for _, row, _ in page.values}
    truth: Truth = {}
    for rows in tables(page):
        moved: dict[str, str] = {}
        for row in rows:
            moved = _heads(page, row) or moved
            label = ""
            for text in (text for cell in row for text in (cell.text.split() if " " in cell.text else [cell.text])):
                label = names.get(text, label)
                key = own.get(text)
                if key is not None:
                    stands = key[1] if key[0] == "disputes" else label
                    truth.setdefault((key[0], stands, moved.get(key[2], key[2])), set()).add(page.values[key] or 0)
    return truth


def _heads(page: Page, row: Row) -> dict[str, str]:
    """Return, for heads that were exchanged, which column stands at the place of which."""
    if not row or not all(cell.head for cell in row):
        return {}
    for table in ("disclosure", "requests"):
        ids = {label.zh: column for column, label in labels().columns[table].items()}
        now = [ids[cell.text] for cell in row if cell.text in ids]
        for _, rows, columns in page.form.blocks:
            whole = [c for c in columns if c not in ("natural", "total")] if "received" in rows else list(columns)
            if len(now) == len(whole) > 1 and sorted(now) == sorted(whole):
                return dict(zip(whole, now, strict=True))
    return {}


def shifted(page: Page) -> Truth:
    """Return what the damaged page prints below each head: a row that lost a cell stands below the heads of others."""
    names = {row_label(page, row): row for _, row, _ in page.values}
    ids = {label.zh: column for columns in labels().columns.values() for column, label in columns.items()}
    truth: Truth = {}
    for rows in tables(page):
        above: dict[int, str] = {}
        blocks: dict[int, str] = {}
        in_heads = False
        for row in in_places(rows):
            if in_heads := _note_heads(row, in_heads, above, blocks, ids, names):
                continue
            label = ""
            for column, cell in row:
                label = names.get(cell.text, label)
                number = _number(cell.text)
                for at in range(column, column + cell.width) if number is not None else ():
                    stands = blocks.get(at, label)
                    key = (row_tables().get(stands, ""), stands, above.get(at, ""))
                    truth.setdefault(key, set()).add(number)
    return truth


def _number(text: str) -> float | None:
    digits = text.removeprefix("增")
    return float(digits) if digits.isdecimal() else None


def _note_heads(
    cells: Sequence[tuple[int, Spanned]],
    go_on: bool,
    above: dict[int, str],
    blocks: dict[int, str],
    ids: dict[str, str],
    names: dict[str, str],
) -> bool:
    """Note which column stands where, and which row of table 四; tell whether this is a row of heads."""
    if not all(cell.head for _, cell in cells):
        return False
    if not go_on:
        above.clear()
        blocks.clear()
    for column, cell in cells:
        spots = range(column, column + cell.width)
        above.update(dict.fromkeys(spots, ids.get(cell.text, "")))
        row = names.get(cell.text, "")
        blocks.update(dict.fromkeys(spots, row) if row_tables().get(row) == "disputes" else {})
    return True


def counted(page: Page) -> Truth:
    """Return what the damaged page prints at each label where values are told apart by their count alone."""
    names = {row_label(page, row): row for _, row, _ in page.values}
    truth: Truth = {}
    for row in (row for rows in tables(page) for row in rows):
        texts = [cell.text for cell in row]
        last = max((n for n, text in enumerate(texts) if text in names), default=-1)
        for text, key in zip(texts[last + 1 :], _in_order(page, names[texts[last]] if last >= 0 else ""), strict=False):
            if (number := _number(text)) is not None:
                truth.setdefault(key, set()).add(number)
    return truth


def _in_order(page: Page, row: str) -> list[Key]:
    """Return the cells of a row from left to right; of table 四 where the row has no label."""
    if not row:
        return [key for key in page.values if key[0] == "disputes"]
    keys = [key for key in page.values if key[1] == row]
    return [*keys[:-1], ("requests", row, "小计"), keys[-1]] if page.shape.subtotal and len(keys) == 7 else keys


def invented(truth: Truth, cells: Sequence[Cell]) -> list[str]:
    """Return the numbers that do not stand at their label."""
    return [
        f"{cell.table}.{cell.row}.{cell.column}: {cell.value} of {sorted(truth.get(cell[:3], ()))}; {cell.place}"
        for cell in cells
        if cell.value is not None and cell.value not in truth.get(cell[:3], ())
    ]


def cells_of(data: bytes, form: str) -> list[Cell]:
    """Read a file as far as its cells; none where it is refused."""
    try:
        return read_cells(read_bytes(data, "page").blocks, load_form(form))[1]
    except GidtkError:
        return []


def drawn(page: Page, write: Callable[..., bytes]) -> bytes:
    """Draw the pages; nothing where a row is wider than its table."""
    try:
        return write(*report(page))
    except (IndexError, ValueError):
        return b""


def unruled(*sheets: Drawing) -> bytes:
    """Write pages without their lines."""
    return pdf(*(Drawing([op for op in sheet.content if not op.endswith(" l S")]) for sheet in sheets))


def word(page: Page) -> bytes:
    """Write the tables of a page as a Word document, merged cells merged as Word does."""
    body = [_line(title(page))]
    for heading, rows in zip(SECTIONS[1:4], tables(page), strict=True):
        body += [_line(heading), "<w:tbl>", *_word_rows(rows), "</w:tbl>"]
    return package("".join(body))


def _line(text: str) -> str:
    return f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def package(body: str) -> bytes:
    """Write a Word document with a body."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        archive.writestr("word/document.xml", f"<w:document {space}><w:body>{body}</w:body></w:document>")
    return out.getvalue()


def _word_rows(rows: Sequence[Row]) -> Iterator[str]:
    taken: dict[tuple[int, int], int] = {}  # what cells from above cover: their width
    for number, row in enumerate(rows):
        written, column, waiting = [], 0, list(row)
        while waiting or (number, column) in taken:
            width = taken.get((number, column), 0)
            if width:
                written.append(_word_cell("", width, "<w:vMerge/>"))
            else:
                cell = waiting.pop(0)
                width = cell.width
                taken |= {(number + n, column): width for n in range(1, cell.height)}
                written.append(_word_cell(cell.text, width, '<w:vMerge w:val="restart"/>' if cell.height > 1 else ""))
            column += width
        yield f"<w:tr>{''.join(written)}</w:tr>"


def _word_cell(text: str, width: int, merge: str) -> str:
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{width}"/>{merge}</w:tcPr>{_line(text)}</w:tc>'


WRITERS: dict[str, Callable[[Page], bytes]] = {
    **{name: lambda page, name=name: LAYOUTS[name](page).encode() for name in TABLE_LAYOUTS},
    "docx": word,
    "pdf": lambda page: drawn(page, pdf),
    "ofd": lambda page: drawn(page, ofd),
    "pdf without lines": lambda page: drawn(page, unruled),
}


# ---------------------------------------------------------------- damage

Damage = Callable[[random.Random, list[list[Row]]], None]


def swap_labels(rng: random.Random, made: list[list[Row]]) -> None:
    rows = rng.choice(made[:2])
    spots = [
        (n, c)
        for n, row in enumerate(rows)
        for c in range(len(row) - 1)
        if _labels_values(row, c) and row[c + 1].text != "7777"
    ]
    (n, c), (m, d) = rng.sample(spots, 2)
    one, other = rows[n][c], rows[m][d]
    rows[n][c], rows[m][d] = replace(one, text=other.text), replace(other, text=one.text)


def _labels_values(row: Row, column: int) -> bool:
    return _is_label(row, column) and _is_value(row, column + 1)


def swap_heads(rng: random.Random, made: list[list[Row]]) -> None:
    rows = [row for row in (*made[0], *made[1]) if len(row) > 2 and all(cell.head for cell in row)]
    row = rng.choice([row for row in rows if row[0].height == 1])
    first = 1 if row[0].text == "信息内容" else 0
    known = [n for n in range(first, len(row)) if row[n].text != "小计"]
    if len(known) > 1:
        n, m = rng.sample(known, 2)
        row[n], row[m] = replace(row[n], text=row[m].text), replace(row[m], text=row[n].text)


def delete_column(rng: random.Random, made: list[list[Row]]) -> None:
    """Delete a column of values, its head stays."""
    rows = rng.choice(made)
    at = rng.randrange(1, 8)
    for row in rows:
        if len(row) > at and _is_value(row, len(row) - at):
            del row[len(row) - at]


def delete_all_heads_of_a_row(rng: random.Random, made: list[list[Row]]) -> None:
    rows, number, _ = _pick(rng, made, _is_head)
    del rows[number]


def delete_rows_from_one_on(rng: random.Random, made: list[list[Row]]) -> None:
    rows = rng.choice(made)
    start = rng.randrange(len(rows))
    del rows[start : start + rng.randrange(1, 6)]


def double_part_of_a_table(rng: random.Random, made: list[list[Row]]) -> None:
    rows = rng.choice(made)
    start = rng.randrange(len(rows))
    end = start + rng.randrange(1, 8)
    at = rng.randrange(len(rows) + 1)
    rows[at:at] = [list(row) for row in rows[start:end]]


def shuffle_rows(rng: random.Random, made: list[list[Row]]) -> None:
    """Bring the rows of a table into another order, heads too."""
    rows = rng.choice(made[:2])
    rng.shuffle(rows)


def move_row_to_another_table(rng: random.Random, made: list[list[Row]]) -> None:
    one, other = rng.sample(made, 2)
    row = one.pop(rng.randrange(len(one)))
    other.insert(rng.randrange(len(other) + 1), row)


def join_two_values(rng: random.Random, made: list[list[Row]]) -> None:
    rows, number, column = _pick(rng, made, lambda row, c: _is_value(row, c) and c + 1 < len(row))
    one, other = rows[number][column : column + 2]
    rows[number][column : column + 2] = [replace(one, text=f"{one.text} {other.text}", width=one.width + other.width)]


def a_foreign_row(rng: random.Random, made: list[list[Row]]) -> None:
    rows, number, column = _pick(rng, made[:2], _labels_values)
    foreign = [replace(cell, text=str(90_000_000 + n)) for n, cell in enumerate(rows[number][column + 1 :])]
    label = rng.choice(("其中：重大事项", "非行政许可", "规章以外的文件", "（八）其他", "3.其他材料", "合计", ""))
    rows.insert(number + rng.randrange(2), [Spanned(label, 1, rows[number][column].width), *foreign])


def a_foreign_column(rng: random.Random, made: list[list[Row]]) -> None:
    """Put a column of other figures among the kinds of organisation, head included."""
    rows = made[1]
    at = rng.randrange(1, 6)
    rows[0][1] = replace(rows[0][1], width=rows[0][1].width + 1)
    rows[1][1] = replace(rows[1][1], width=rows[1][1].width + 1)
    rows[2].insert(len(rows[2]) - at, Spanned(rng.choice(("比上年", "增幅", "备注", "其中")), head=True))
    for number, row in enumerate(rows[3:]):
        row.insert(len(row) - 1 - at, Spanned(str(80_000_000 + number)))


OURS: dict[str, Damage] = {
    name: damage
    for name, damage in list(globals().items())
    if callable(damage) and name.startswith(("swap_", "delete_", "double_", "shuffle_", "move_", "join_", "a_foreign"))
}
DAMAGES: dict[str, Damage] = {**ONCE, **OURS}
# A row that lost a cell goes on below the heads of others where its cells have places, and where it is filled up.
SHIFTING = {
    "delete_value",
    "delete_column",
    "join_two_values",
    "delete_label",
    "delete_head",
    "move_row_to_another_table",
}
SHIFTS: dict[str, Callable[[Page], Truth]] = {
    **dict.fromkeys((*PADDED, "pdf", "ofd", "pdf without lines"), shifted),
    "row a line, tabs padded": counted,
}


def _harm(made: list[list[Row]], damage: Damage, seed: int) -> None:
    with suppress(IndexError, ValueError):  # nothing of the kind is on the page
        damage(random.Random(seed), made)
    made[:] = [[row for row in rows if row] or [[Spanned("")]] for rows in made]


def harmed(layout: str, damage: str, form: str, shape: str, seed: int) -> list[str]:
    """Return the inventions of one damaged page."""
    whole = numbered_page(form, seed, SHAPES[shape])
    page = replace(whole, damage=lambda made: _harm(made, DAMAGES[damage], seed))
    truth = truth_of(page)
    if layout in SHIFTS and damage in SHIFTING:
        for key, found in SHIFTS[layout](page).items():
            truth.setdefault(key, set()).update(found)
    if damage == "double_table_with_one_other_figure":
        truth = {key: found | {float(f"{n:g}9") for n in found} for key, found in truth.items()}
    return invented(truth, cells_of(WRITERS[layout](page), page.form.id))


@pytest.mark.parametrize("layout", WRITERS)
@given(
    seed=st.integers(0, 10**6),
    form=st.sampled_from(("f2019", "f2021")),
    shape=st.sampled_from(list(SHAPES)),
    damage=st.sampled_from(list(DAMAGES)),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_number_stands_where_the_damaged_page_does_not_print_it(
    layout: str, damage: str, form: str, shape: str, seed: int
) -> None:
    assert harmed(layout, damage, form, shape, seed) == []


@pytest.mark.parametrize("layout", [name for name in WRITERS if name not in ("docx", "ofd")])
@given(seed=st.integers(0, 10**6), form=st.sampled_from(("f2019", "f2021")), share=st.floats(0, 1))
@settings(max_examples=5, deadline=None)
def test_a_file_cut_anywhere_gives_no_number_but_what_is_left(layout: str, form: str, seed: int, share: float) -> None:
    page = numbered_page(form, seed, Shape())
    data = WRITERS[layout](page)
    left = data[: int(len(data) * share)]
    cells = cells_of(left, form)
    last = left.decode(errors="ignore").rstrip(" |│｜\n\xa0")
    assert [cell for cell in invented(truth_of(page), cells) if not last.endswith(cell.split()[1])] == []


# ---------------------------------------------------------------- packages and drawn pages


def parts_of(layout: str, data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [name for name in archive.namelist() if name != "OFD.xml"]


def cut_package(rng: random.Random, layout: str, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def cut_part(rng: random.Random, layout: str, data: bytes) -> bytes:
    """Cut a part of the package, and close its elements or not."""
    name = rng.choice(parts_of(layout, data))
    left = cut_off(part_of(data, name), rng.random())
    if rng.random() < 0.8:
        root = etree.fromstring(left, etree.XMLParser(recover=True)) if left else None
        left = b"" if root is None else etree.tostring(root)
    return repacked(data, {name: left})


def lose_part(rng: random.Random, layout: str, data: bytes) -> bytes:
    return repacked(data, {rng.choice(parts_of(layout, data)): None})


def lose_elements(rng: random.Random, layout: str, data: bytes) -> bytes:
    """Take elements of one kind out of a part: one, or several rows, texts or lines."""
    name = rng.choice(parts_of(layout, data))
    root = etree.fromstring(part_of(data, name))
    found: dict[str, list[etree._Element]] = {}
    for element in list(root.iter(etree.Element))[1:]:
        found.setdefault(etree.QName(element).localname, []).append(element)
    kind = rng.choice([kind for kind in found for _ in range(8 if kind in SEVERAL else 1)] or [""])
    several = rng.choice((1, 2, 8, 40)) if kind in SEVERAL else 1
    for element in rng.sample(found.get(kind, []), min(several, len(found.get(kind, [])))):
        element.getparent().remove(element)
    return repacked(data, {name: etree.tostring(root)})


SEVERAL = ("tr", "TextObject", "PathObject")  # what may be lost several times and makes no other page


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


DRAWN = [name for name, shape in SHAPES.items() if not shape.subtotal]  # as wide as the tables that are drawn
LOSSES = (cut_package, cut_part, lose_part, lose_elements)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("layout", ["docx", "ofd"])
@given(seed=st.integers(0, 10**6), form=st.sampled_from(("f2019", "f2021")), shape=st.sampled_from(DRAWN))
@settings(max_examples=8, deadline=None)
def test_a_package_that_lost_a_part_gives_no_number_but_what_is_left(
    layout: str, loss: Callable[[random.Random, str, bytes], bytes], form: str, shape: str, seed: int
) -> None:
    page = numbered_page(form, seed, SHAPES[shape])
    data = loss(random.Random(seed), layout, WRITERS[layout](page))
    assert invented(truth_of(page), cells_of(data, page.form.id)) == []


@pytest.mark.parametrize("write", [pdf, ofd], ids=["pdf", "ofd"])
@given(seed=st.integers(0, 10**6), form=st.sampled_from(("f2019", "f2021")), what=st.sampled_from(("lines", "texts")))
@settings(max_examples=12, deadline=None)
def test_a_drawn_page_that_lost_lines_or_texts_gives_no_number_but_what_is_left(
    write: Callable[..., bytes], form: str, what: str, seed: int
) -> None:
    page, rng = numbered_page(form, seed, Shape()), random.Random(seed)
    sheets = report(page)
    share = rng.choice((0.003, 0.02, 0.1, 0.5))
    for sheet in sheets:
        sheet.content = [op for op in sheet.content if op.endswith(" l S") != (what == "lines") or rng.random() > share]
    assert invented(truth_of(page), cells_of(write(*sheets), form)) == []


# ---------------------------------------------------------------- real pages


def lose_rows(rng: random.Random, page: RealPage) -> None:
    for row in rng.sample(page.rows(), rng.choice((1, 1, 2, 5))):
        page.drop(row)


def lose_cells(rng: random.Random, page: RealPage) -> None:
    for cell in _some_cells(rng, page):
        page.drop(cell)


def _some_cells(rng: random.Random, page: RealPage) -> list[Any]:
    """Choose one cell in some rows of values, or one of the heads: both together make another page."""
    labels_ = [label for label, _ in page.labelled()]
    rows = [row for row in page.rows() if _holds(page.cells(row), labels_)]
    heads = [cell for cells, _ in page.heads() for cell in cells]
    if rng.random() < 0.3:
        return [rng.choice(heads)]
    chosen = rng.sample(rows, rng.choice((1, 2, 5)))
    return [rng.choice([cell for cell in page.cells(row) if not _holds([cell], heads)]) for row in chosen]


def _holds(cells: Sequence[Any], wanted: Sequence[Any]) -> bool:
    return any(cell is other or (isinstance(cell, tuple) and cell == other) for cell in cells for other in wanted)


def blank_cells(rng: random.Random, page: RealPage) -> None:
    for cell in _some_cells(rng, page):
        page.write(cell, "")


def exchange_rows(rng: random.Random, page: RealPage) -> None:
    page.exchange(*rng.sample(page.rows(), 2))


def exchange_labels(rng: random.Random, page: RealPage) -> None:
    (one, row), (other, second) = rng.sample(page.labelled(), 2)
    texts = page.text(one), page.text(other)
    page.write(one, texts[1])
    page.write(other, texts[0])
    names = {row: second, second: row}
    page.truth = {(table, names.get(r, r), column): found for (table, r, column), found in page.truth.items()}


def exchange_heads(rng: random.Random, page: RealPage) -> None:
    heads, keys = rng.choice([block for block in page.heads() if len(block[0]) > 1])
    n, m = rng.sample(range(len(heads)), 2)
    texts = page.text(heads[n]), page.text(heads[m])
    page.write(heads[n], texts[1])
    page.write(heads[m], texts[0])
    columns = [column for _, _, column in keys[: len(heads)]]
    names = {columns[n]: columns[m], columns[m]: columns[n]}
    moved = {key: page.truth.pop(key) for key in keys}
    page.truth |= {(table, row, names.get(column, column)): found for (table, row, column), found in moved.items()}


def double_rows(rng: random.Random, page: RealPage) -> None:
    page.double(rng.choice(page.rows()))


def double_a_table(rng: random.Random, page: RealPage) -> None:
    page.double_table(rng.choice(page.rows()))


def cut(rng: random.Random, page: RealPage) -> None:
    page.cut(rng)


def lose_lines(rng: random.Random, page: RealPage) -> None:
    if isinstance(page, Paper):
        page.lose_lines(rng)


HARMS = (
    lose_rows,
    lose_cells,
    blank_cells,
    exchange_rows,
    exchange_labels,
    exchange_heads,
    double_rows,
    double_a_table,
    cut,
    lose_lines,
)
Harm = Callable[[random.Random, RealPage], None]


def harmed_page(name: str, harm: Harm | None, seed: int) -> tuple[Truth, list[Cell]]:
    """Return what a real page with numbers of our own prints once it is damaged, and what is read."""
    page = real_page(name, seed)
    if harm:
        harm(random.Random(seed), page)
    try:
        return page.truth, read_cells(page.read(), load_form(page.form.id))[1]
    except GidtkError:
        return page.truth, []


@pytest.mark.parametrize("name", PAGES)
def test_a_real_page_with_numbers_of_our_own_is_read_whole(name: str) -> None:
    truth, cells = harmed_page(name, None, 1)
    assert invented(truth, cells) == []
    assert sum(cell.value is not None for cell in cells) >= 0.97 * len(truth)


@pytest.mark.parametrize(
    ("name", "harm"), [(name, harm) for name in PAGES for harm in HARMS if harm is not lose_lines or "pdf" in name]
)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=4, deadline=None)
def test_a_damaged_real_page_gives_no_number_that_it_does_not_print(name: str, harm: Harm, seed: int) -> None:
    assert invented(*harmed_page(name, harm, seed)) == []
