"""Tables with known figures, in every layout, whole and damaged: no number but the one that the page prints."""

import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import (
    CUT_LAYOUTS,
    FIXED_LAYOUTS,
    HTML_LAYOUTS,
    LAYOUTS,
    SECTIONS,
    TEXT_LAYOUTS,
    Page,
    Row,
    Shape,
    blank_zeros,
    draw_page,
    missed,
    read_cells_of,
    vary,
    wrong,
)

from gidtk.errors import UnreadableFileError
from gidtk.form import load_form
from gidtk.readers import read_bytes
from gidtk.tables import read_cells

FORMS = ("f2019", "f2021")
SHAPES = {
    "as the notice has it": Shape(),
    "captions lost": Shape(captions=False),
    "an extra row": Shape(extra_row=True),
    "a column of subtotals": Shape(subtotal=True),
    "shortened labels, 其他 without number": Shape(short_labels=True, number_of_misc=False),
    "heads broken": Shape(broken_heads=True),
    "规范性文件 in the form of 2021": Shape(norms="规范性文件"),
    "a note in a label": Shape(norms="规范性文件（不含部门文件）"),
    "其他处理 in one row": Shape(hybrid=True),
}
READABLE = [*CUT_LAYOUTS, *HTML_LAYOUTS]
# what keeps the place of a blank cell
PLACED = ["row a line, pipes tight", "row a line, lone pipe first", "markdown", *HTML_LAYOUTS]
PLACED.remove("paragraphs")
seeds = st.integers(0, 10**6)
examples = settings(max_examples=4, deadline=None)


def _draw(form: str, seed: int, shape: Shape) -> Page:
    return draw_page("f2021" if shape.hybrid else form, seed, shape)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("layout", READABLE)
def test_every_figure_is_read_in_every_layout(layout: str, shape: str) -> None:
    for form in FORMS:
        page = _draw(form, len(layout) * 7 + len(shape), SHAPES[shape])
        cells = read_cells_of(LAYOUTS[layout](page), page.form)
        assert wrong(page, cells) == {}
        assert missed(page, cells) == {}
        assert set(cells) == set(page.values)


@pytest.mark.parametrize("layout", LAYOUTS)
@given(seed=seeds, form=st.sampled_from(FORMS), shape=st.sampled_from(list(SHAPES)))
@examples
def test_no_figure_is_invented_in_any_layout(layout: str, form: str, seed: int, shape: str) -> None:
    page = _draw(form, seed, SHAPES[shape])
    cells = read_cells_of(LAYOUTS[layout](page), page.form)
    assert wrong(page, cells) == {}
    assert layout not in READABLE or missed(page, cells) == {}


@pytest.mark.parametrize("mark", ["", "/", "-", "——"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_blank_or_a_dash_never_becomes_a_number(layout: str, mark: str) -> None:
    for form in FORMS:
        page = blank_zeros(draw_page(form, len(layout)), mark)
        assert wrong(page, read_cells_of(LAYOUTS[layout](page), page.form)) == {}


@pytest.mark.parametrize("layout", PLACED)
def test_a_blank_cell_that_keeps_its_place_is_blank(layout: str) -> None:
    for form in FORMS:
        page = blank_zeros(draw_page(form, 3))
        cells = read_cells_of(LAYOUTS[layout](page), page.form)
        assert missed(page, cells) == {}
        assert {cells[key].status for key, value in page.values.items() if value is None} == {"blank"}


@pytest.mark.parametrize("layout", READABLE)
def test_a_dash_is_a_dash(layout: str) -> None:
    page = blank_zeros(draw_page("f2019", 4), "/")
    cells = read_cells_of(LAYOUTS[layout](page), page.form)
    assert missed(page, cells) == {}
    assert {cells[key].status for key, value in page.values.items() if value is None} == {"dash"}


PRINTED = [
    # cell, as printed, number
    (("disclosure", "penalties", "items_change"), "增68", 68),
    (("disclosure", "penalties", "items_change"), "减2", -2),
    (("disclosure", "penalties", "items_change"), "+1036", 1036),
    (("disclosure", "penalties", "items_change"), "--253", -253),
    (("disclosure", "procurement", "amount_yuan"), "251000元", 251000),
    (("disclosure", "procurement", "amount_yuan"), "160.5964万元", 1605964),
    (("disclosure", "norms", "made"), "22（其中修订16件）", 22),
    (("disclosure", "norms", "made"), "２２", 22),
    (("disclosure", "licences", "decisions"), "11,398,889", 11398889),
    (("requests", "received", "natural"), "12件", 12),
    (("disputes", "review", "upheld"), "3宗", 3),
]


@pytest.mark.parametrize("layout", READABLE)
def test_a_number_is_read_as_real_pages_write_it(layout: str) -> None:
    for key, raw, value in PRINTED:
        page = vary(draw_page("f2019", 5), {key: (raw, value)})
        cells = read_cells_of(LAYOUTS[layout](page), page.form)
        assert wrong(page, cells) == {}
        assert cells[key].value == value, (raw, cells[key])


@pytest.mark.parametrize("layout", READABLE)
def test_traditional_characters_and_full_width_digits_are_read(layout: str) -> None:
    opencc = pytest.importorskip("opencc")
    text = LAYOUTS[layout](draw_page("f2019", 6))
    page = draw_page("f2019", 6)
    for written in (
        opencc.OpenCC("s2t").convert(text),
        re.sub(r"(?<=[\s|>])(\d+)(?=[\s|<])", lambda m: m.group().translate(_WIDE), text),
    ):
        cells = read_cells_of(written, page.form)
        assert wrong(page, cells) == {}
        assert missed(page, cells) == {}


_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


# ---------------------------------------------------------------- damage


def _pick(
    rng: random.Random, tables: list[list[Row]], wanted: Callable[[Row, int], bool]
) -> tuple[list[Row], int, int]:
    spots = [
        (rows, number, column)
        for rows in tables
        for number, row in enumerate(rows)
        for column in range(len(row))
        if wanted(row, column)
    ]
    return rng.choice(spots)


def _is_value(row: Row, column: int) -> bool:
    return not row[column].head and bool(re.fullmatch(r"[增减]?[\d.]+", row[column].text))


def _is_head(row: Row, column: int) -> bool:
    return row[column].head


def _is_label(row: Row, column: int) -> bool:
    return not row[column].head and not _is_value(row, column)


def delete_row(rng: random.Random, tables: list[list[Row]]) -> None:
    rows, number, _ = _pick(rng, tables, lambda row, column: True)
    del rows[number]


def delete_value(rng: random.Random, tables: list[list[Row]]) -> None:
    rows, number, column = _pick(rng, tables, _is_value)
    del rows[number][column]


def blank_value(rng: random.Random, tables: list[list[Row]]) -> None:
    rows, number, column = _pick(rng, tables, _is_value)
    rows[number][column] = replace(rows[number][column], text="")


def delete_head(rng: random.Random, tables: list[list[Row]]) -> None:
    rows, number, column = _pick(rng, tables, lambda row, column: _is_head(row, column) and len(row) > 1)
    del rows[number][column]


def blank_head(rng: random.Random, tables: list[list[Row]]) -> None:
    rows, number, column = _pick(rng, tables, _is_head)
    rows[number][column] = replace(rows[number][column], text="")


def delete_label(rng: random.Random, tables: list[list[Row]]) -> None:
    rows, number, column = _pick(rng, tables, _is_label)
    del rows[number][column]


def blank_label(rng: random.Random, tables: list[list[Row]]) -> None:
    rows, number, column = _pick(rng, tables, _is_label)
    rows[number][column] = replace(rows[number][column], text="")


def garble_label(rng: random.Random, tables: list[list[Row]]) -> None:
    rows, number, column = _pick(rng, tables, _is_label)
    rows[number][column] = replace(rows[number][column], text="工作要求")


def swap_rows(rng: random.Random, tables: list[list[Row]]) -> None:
    rows = rng.choice(tables[:2])
    one, other = (rng.choice([n for n, row in enumerate(rows) if not row[0].head]) for _ in range(2))
    first, second = (next(c for c in range(len(rows[n])) if _is_value(rows[n], c)) - 1 for n in (one, other))
    rows[one][first:], rows[other][second:] = rows[other][second:], rows[one][first:]


def double_table(rng: random.Random, tables: list[list[Row]]) -> None:
    number = rng.randrange(3)
    tables[number] = tables[number] + tables[number]


def double_table_with_one_other_figure(rng: random.Random, tables: list[list[Row]]) -> None:
    number = rng.randrange(3)
    copy = [list(row) for row in tables[number]]
    rows, row, column = _pick(rng, [copy], _is_value)
    rows[row][column] = replace(rows[row][column], text=f"{rows[row][column].text}9")
    tables[number] = tables[number] + copy


def double_row(rng: random.Random, tables: list[list[Row]]) -> None:
    rows, number, _ = _pick(rng, tables, _is_value)
    rows.insert(number, rows[number])


DAMAGES = {
    name: damage
    for name, damage in list(globals().items())
    if callable(damage) and name.startswith(("delete_", "blank_v", "blank_h", "blank_l", "garble_", "swap_", "double_"))
}
# Where cells run together, a lost digit leaves a page that a person reads wrongly too.
# A writer that fills its rows up prints the values behind a lost one under other heads.
PADDED = ("markdown", "empty td instead of spans")
AMBIGUOUS = {"delete_value", "blank_value", "double_table_with_one_other_figure"}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name not in FIXED_LAYOUTS])
@given(seed=seeds, form=st.sampled_from(FORMS), shape=st.sampled_from(list(SHAPES)[:5]))
@settings(max_examples=2, deadline=None)
def test_damage_makes_no_number_that_the_page_does_not_print_there(
    layout: str, damage: str, form: str, seed: int, shape: str
) -> None:
    if (layout not in READABLE and damage in AMBIGUOUS) or (layout in PADDED and damage == "delete_value"):
        return
    whole = _draw(form, seed, SHAPES[shape])
    page = replace(whole, damage=lambda tables: DAMAGES[damage](random.Random(seed), tables))
    found = wrong(page, read_cells_of(LAYOUTS[layout](page), page.form))
    if damage == "double_table_with_one_other_figure":
        found = {key: pair for key, pair in found.items() if str(pair[0]) != f"{page.printed[key]}9"}
    assert found == {}


@pytest.mark.parametrize("layout", READABLE)
def test_two_swapped_rows_keep_their_values(layout: str) -> None:
    if layout in FIXED_LAYOUTS:
        pytest.skip("its writer needs the rows in order")
    for seed in range(4):
        whole = draw_page(FORMS[seed % 2], seed)
        page = replace(whole, damage=lambda tables, seed=seed: swap_rows(random.Random(seed), tables))
        cells = read_cells_of(LAYOUTS[layout](page), page.form)
        assert wrong(page, cells) == {}
        assert len(missed(page, cells)) <= 14  # the group that a row is moved under may not be its own


@pytest.mark.parametrize("layout", LAYOUTS)
@given(seed=seeds, form=st.sampled_from(FORMS), share=st.floats(0, 1))
@examples
def test_a_file_cut_anywhere_gives_no_number_but_what_is_left(layout: str, form: str, seed: int, share: float) -> None:
    page = draw_page(form, seed)
    text = LAYOUTS[layout](page)
    left = text[: int(len(text) * share)].rstrip() + " "
    try:
        found = wrong(page, read_cells_of(left, page.form))
    except UnreadableFileError:
        found = {}  # nothing but markup is left
    assert {key: pair for key, pair in found.items() if not left.strip().endswith(f"{pair[0]}")} == {}


PROSE_LINES = [
    "行政许可 1342 件，比上年增加 12 件。",
    "行政处罚：46 件",
    "行政处罚 46 件",
    "行政强制46件，其中查封12件",
    "规范性文件 3 件、规章 2 件。",
    "（一）予以公开 17 件，占比 30%。",
    "一、本年新收政府信息公开申请数量 17 件。",
    "1.属于国家秘密的 3 件；2.重复申请 5 件。",
    "行政复议 5 件，结果维持 3 件，结果纠正 2 件。",
    "总计 99 件，其他 3 件。",
    "— 12 —",
    "第 3 页 共 10 页",
]


@pytest.mark.parametrize(
    "layout", [n for n in LAYOUTS if "one line" not in n and "at all" not in n and "row a" not in n]
)
@given(seed=seeds, form=st.sampled_from(FORMS), line=st.sampled_from(PROSE_LINES))
@examples
def test_a_sentence_that_begins_with_a_label_gives_no_number(layout: str, form: str, seed: int, line: str) -> None:
    page = draw_page(form, seed)
    text = LAYOUTS[layout](page)
    lines = re.split(r"(?<=</p>)|(?<=\n)", text)
    inserted = f"<p>{line}</p>" if "<p>" in text else f"{line}\n"
    lines.insert(random.Random(seed).randrange(len(lines)), inserted)
    assert wrong(page, read_cells_of("".join(lines), page.form)) == {}


@pytest.mark.parametrize("line", ["行政处罚 46件", "行政处罚 46", "行政处罚46件", "行政强制：3件"])
def test_figures_in_prose_stay_in_prose_where_the_table_is_a_picture(line: str) -> None:
    text = f"安福县2022年政府信息公开工作年度报告\n{SECTIONS[0]}\n{line}\n{SECTIONS[1]}\n{line}\n{SECTIONS[2]}\n"
    cells = read_cells_of(text, load_form("f2021"))
    assert {cell.status for cell in cells.values()} == {"absent"}


# ---------------------------------------------------------------- statuses and issues


def _issues(text: str, form: str) -> dict[str, str]:
    _, _, issues = read_cells(read_bytes(text.encode(), "page").blocks, load_form(form))
    return {issue.code: issue.message for issue in issues}


def test_a_row_that_stands_twice_with_other_figures_is_not_read() -> None:
    head = "信息内容\n本年处理决定数量\n行政处罚\n"
    text = f"{SECTIONS[1]}\n{head}46\n行政强制\n0\n{head}64\n"
    cells = read_cells_of(text, load_form("f2021"))
    assert cells["disclosure", "penalties", "decisions"].status == "unreadable"
    assert cells["disclosure", "penalties", "decisions"].raw == "46 ｜ 64"
    assert cells["disclosure", "coercion", "decisions"].value == 0
    assert (
        _issues(text, "f2021")["row_printed_twice"]
        == "行政处罚 stands twice with different figures (line 5; line 11): not read"
    )


def test_a_row_whose_label_is_followed_by_words_in_a_table_is_unreadable() -> None:
    text = "第二十条第（六）项\n信息内容\n本年处理决定数量\n行政处罚\n见附表\n行政强制\n0\n"
    cells = read_cells_of(text, load_form("f2021"))
    assert (
        cells["disclosure", "penalties", "decisions"].status,
        cells["disclosure", "penalties", "decisions"].raw,
    ) == (
        "unreadable",
        "见附表",
    )
    assert "1 cells of table disclosure are printed but cannot be read for certain" in _issues(text, "f2021").values()


def test_a_row_with_nothing_behind_its_label_is_blank() -> None:
    cells = read_cells_of("信息内容\n本年处理决定数量\n行政处罚\n行政强制\n", load_form("f2021"))
    assert cells["disclosure", "penalties", "decisions"].status == "blank"
    assert cells["disclosure", "licences", "decisions"].status == "absent"


def test_a_text_whose_repeated_lines_are_lost_is_not_read() -> None:
    text = (
        "第二十条第（一）项\n信息内容\n本年新制作数量\n规章\n0\n规范性文件\n第二十条第（五）项\n行政许可\n7\n第二十条第（六）项\n"
        "行政处罚\n5\n"
    )
    cells = read_cells_of(text, load_form("f2019"))
    assert all(cell.value is None for cell in cells.values())
    assert (
        _issues(text, "f2019")["lines_dropped"]
        == "repeated lines are missing from this text: its tables cannot be read"
    )


def test_a_page_without_tables_says_so() -> None:
    messages = _issues("一、总体情况\n文。\n", "f2021")
    assert messages["table_missing"] == "table 四 is not in the text of the file: a picture, an annex or lost"


def test_an_amount_without_unit_is_flagged() -> None:
    text = "信息内容\n采购项目数量\n采购总金额\n政府集中采购\n6\n251000\n"
    assert _issues(text, "f2019")["amount_without_unit"] == "政府集中采购 251000: no unit is printed; read as 元"


@pytest.mark.parametrize(("kinds", "read"), [("商业企 科研机", True), ("科研机 商业企", False)])
def test_heads_in_running_text_hold_for_the_grid_that_goes_on(kinds: str, *, read: bool) -> None:
    text = f"{SECTIONS[2]}<p>申请人情况</p><p>自然人 总计</p><p>{kinds} 社会公 法律服 其他</p>"
    text += "<p>2.逾期不缴费 1 0 0 0 0 0 1</p><table><tr><td>（七）总计</td>" + "<td>3</td>" * 7 + "</tr></table>"
    cells = read_cells_of(text, load_form("f2021"))
    assert {cell.status for cell in cells.values() if cell.row == "concluded"} == {"ok" if read else "unreadable"}


def test_a_mixed_form_is_named() -> None:
    page = draw_page("f2021", 1, Shape(hybrid=True))
    message = _issues(TEXT_LAYOUTS["cell a line"](page), "f2021")["mixed_form"]
    assert message == "table 三 prints 其他处理 as another form does; its rows are read as printed"


@pytest.mark.parametrize(
    ("own", "read"), [("", [9.0] * 7), ("<tr><td>（七）总计</td>" + "<td>5 5</td>" * 3 + "</tr>", [None] * 7)]
)
def test_a_bare_total_is_the_row_only_where_no_row_has_its_label(own: str, read: list) -> None:
    heads = ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    rows = [heads, ["（六）其他处理", *"1111111"], ["合计", *"9999999"]]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows) + own
    cells = read_cells(read_bytes(f"<table>{table}</table>".encode(), "a.html").blocks, load_form("f2019"))[1]
    assert [cell.value for cell in cells if cell.row == "concluded"] == read
