"""Damaged pages: never a number that the page does not print at that label.

The oracle does not read. Every value of a page is a number that stands nowhere else, so that a number tells in which
row and column it was printed, and what is true after the damage follows from the damage alone.
"""

import copy
import io
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from drawings import Drawing, ofd, pdf, report
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html
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
from test_tables import DAMAGES as ONCE
from test_tables import PADDED, _is_head, _is_label, _is_value, _pick

import gidtk
from gidtk.errors import GidtkError
from gidtk.form import labels, load_form
from gidtk.readers import read_bytes
from gidtk.tables import Cell, read_cells

Truth = dict[Key, set[float]]
REAL = Path(gidtk.__file__).parents[2] / "shared" / "reports"
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


def numbers(rng: random.Random, count: int) -> list[int]:
    """Return numbers of one to five digits, no two alike and none a year or the number of a label."""
    few = rng.sample(range(9, 100), min(count // 4, 80))
    some = rng.sample(range(100, 1900), min(count // 2, 900))
    rest = rng.sample(range(3000, 99999), count - len(few) - len(some))
    drawn = [*few, *some, *rest]
    rng.shuffle(drawn)
    return drawn


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
# A writer that fills its rows up prints the values behind a lost one under other heads.
SHIFTING = {
    "delete_value",
    "delete_column",
    "join_two_values",
    "delete_label",
    "delete_head",
    "move_row_to_another_table",
}
SHIFTS = (*PADDED, "row a line, tabs padded", "pdf", "ofd", "pdf without lines")


# Heads of two lines that touch their neighbours are not read, and then the order of the form decides.
HEADS_UNREAD = ("pdf without lines", "swap_heads")


def _harm(made: list[list[Row]], damage: Damage, seed: int) -> None:
    with suppress(IndexError, ValueError):  # nothing of the kind is on the page
        damage(random.Random(seed), made)
    made[:] = [[row for row in rows if row] or [[Spanned("")]] for rows in made]


def harmed(layout: str, damage: str, form: str, shape: str, seed: int) -> list[str]:
    """Return the inventions of one damaged page."""
    whole = numbered_page(form, seed, SHAPES[shape])
    page = replace(whole, damage=lambda made: _harm(made, DAMAGES[damage], seed))
    truth = truth_of(page)
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
    if not (layout in SHIFTS and damage in SHIFTING) and (layout, damage) != HEADS_UNREAD:
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


# ---------------------------------------------------------------- real pages


def real(name: str) -> Path:
    """Return a real page; without it the test is skipped, visibly."""
    path = REAL / name
    return path if path.is_file() else pytest.skip(f"the real page {name} is not beside this checkout")


class Tree:
    """A real page as a tree, its values replaced by numbers of their own."""

    def __init__(self, data: bytes, form: str, seed: int) -> None:
        self.word = data[:2] == b"PK"
        self.data = data
        if self.word:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self.root = etree.fromstring(archive.read("word/document.xml"))
        else:
            self.root = html.fromstring(data.decode())
        lines = [row for row in self.rows() if len(self.cells(row)) > 1]
        spots = [cell for row in lines for cell in self._values(self.cells(row))]
        keys = load_form(form).cells()
        assert len(spots) == len(keys)  # the page has every cell of its form, in its order
        drawn = numbers(random.Random(seed), len(keys))
        self.truth: Truth = {}
        self.values = {}
        for cell, key, number in zip(spots, keys, drawn, strict=True):
            self.write(cell, f"增{number}" if key[2] == "items_change" else f"{number}")
            self.truth[key] = {number}
            self.values[self.text(cell)] = key

    def rows(self) -> list[etree._Element]:
        return list(self.root.iter(f"{W}tr" if self.word else "tr"))

    def cells(self, row: etree._Element) -> list[etree._Element]:
        return [cell for cell in row if cell.tag in (f"{W}tc", "td", "th")]

    def text(self, cell: etree._Element) -> str:
        return "".join("".join(cell.itertext()).split())

    def write(self, cell: etree._Element, text: str) -> None:
        if self.word:
            for run in list(cell.iter(f"{W}r")):
                run.getparent().remove(run)
            run = etree.SubElement(next(cell.iter(f"{W}p")), f"{W}r")
            etree.SubElement(run, f"{W}t").text = text
        else:
            for child in list(cell):
                cell.remove(child)
            cell.text = text

    def _values(self, cells: list[etree._Element]) -> list[etree._Element]:
        """Return the cells behind the last one that holds words."""
        words = [n for n, cell in enumerate(cells) if sum("\u4e00" <= c <= "\u9fff" for c in self.text(cell)) > 1]
        behind = cells[words[-1] + 1 :] if words else cells
        return [cell for cell in behind if cell.find(f".//{W}vMerge") is None]

    def labelled(self) -> list[tuple[etree._Element, str]]:
        """Return the label cell of each row of values of tables 二 and 三 with its row."""
        found = []
        for row in self.rows():
            cells = self.cells(row)
            first = next((n for n, cell in enumerate(cells) if self.text(cell) in self.values), 0)
            if first:
                found.append((cells[first - 1], self.values[self.text(cells[first])][1]))
        return found

    def file(self) -> bytes:
        if not self.word:
            return html.tostring(self.root, encoding="utf-8")
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive, zipfile.ZipFile(out, "w") as copy:
            for name in archive.namelist():
                copy.writestr(name, etree.tostring(self.root) if name == "word/document.xml" else archive.read(name))
        return out.getvalue()


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def lose_rows(rng: random.Random, tree: Tree) -> None:
    for row in rng.sample(tree.rows(), rng.choice((1, 1, 2, 5))):
        row.getparent().remove(row)


def lose_cells(rng: random.Random, tree: Tree) -> None:
    """Take cells out of rows of values, or one out of the heads: both together make another page."""
    rows = [label.getparent() for label, _ in tree.labelled()]
    others = [row for row in tree.rows() if row not in rows and len(tree.cells(row)) > 1]
    for row in rng.sample(rows, rng.choice((1, 2, 5))) if rng.random() < 0.7 else [rng.choice(others)]:
        row.remove(rng.choice(tree.cells(row)))


def blank_cells(rng: random.Random, tree: Tree) -> None:
    for row in rng.sample(tree.rows(), rng.choice((1, 2, 5))):
        tree.write(rng.choice(tree.cells(row)), "")


def exchange_rows(rng: random.Random, tree: Tree) -> None:
    one, other = rng.sample(tree.rows(), 2)
    mark = etree.Element("mark")
    one.addprevious(mark)
    other.addprevious(one)
    mark.addprevious(other)
    mark.getparent().remove(mark)


def exchange_labels(rng: random.Random, tree: Tree) -> None:
    (one, row), (other, second) = rng.sample(tree.labelled(), 2)
    texts = tree.text(one), tree.text(other)
    tree.write(one, texts[1])
    tree.write(other, texts[0])
    names = {row: second, second: row}
    tree.truth = {(table, names.get(r, r), column): found for (table, r, column), found in tree.truth.items()}


def double_rows(rng: random.Random, tree: Tree) -> None:
    row = rng.choice(tree.rows())
    row.addnext(copy.deepcopy(row))


def double_a_table(rng: random.Random, tree: Tree) -> None:
    table = rng.choice(tree.rows()).getparent()
    table.addnext(copy.deepcopy(table))


HARMS = (lose_rows, lose_cells, blank_cells, exchange_rows, exchange_labels, double_rows, double_a_table)


def harmed_tree(name: str, form: str, harm: Callable[[random.Random, Tree], None], seed: int) -> list[str]:
    """Return the inventions of a real page with numbers of our own, damaged."""
    tree = Tree(real(name).read_bytes(), form, seed)
    harm(random.Random(seed), tree)
    return invented(tree.truth, cells_of(tree.file(), form))


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize(
    ("name", "form"), [("blank_template_2021.docx", "f2021"), ("shanghai_office_2019.html", "f2019")]
)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=4, deadline=None)
def test_a_damaged_real_page_gives_no_number_that_it_does_not_print(
    name: str, form: str, harm: Callable[[random.Random, Tree], None], seed: int
) -> None:
    assert harmed_tree(name, form, harm, seed) == []
