"""PDF: what stands in which cell, however the lines of the table are drawn, over page breaks, and what is refused."""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pytest

pytest.importorskip("pypdfium2", reason='needs the extra "gidtk[pdf]"')

from conftest import ARGUMENTS
from drawings import Drawing, pdf
from pages import LAYOUTS, Page, blank_zeros, draw_page, missed, wrong

from gidtk.blocks import Grid, Paragraph
from gidtk.errors import MissingExtraError, UnreadableFileError
from gidtk.form import load_form
from gidtk.readers import pdf as reader
from gidtk.readers import read_bytes
from gidtk.tables import read_cells

XS = [100, 200, 250, 300]
ROWS = [["信息内容", "甲", "乙"], ["规章", "0", "12"], ["行政许可", "550", ""]]
YS = [700, 680, 660, 640]


def texts(*pages: Drawing) -> list[list[list[str]]]:
    return [block.texts for block in read_bytes(pdf(*pages), "a.pdf").blocks if isinstance(block, Grid)]


def lines(*pages: Drawing) -> list[str]:
    return [block.text for block in read_bytes(pdf(*pages), "a.pdf").blocks if isinstance(block, Paragraph)]


# --- how the lines of a table may be drawn ------------------------------------------------------------------


def dashes(drawing: Drawing, dash: float, gap: float, thick: float = 0.0) -> None:
    """Draw every line of the table as many short ones, or as small boxes."""
    for x in XS:
        y = 640.0
        while y < 700:
            end = min(y + dash, 700)
            drawing.box(x, y, x + thick, end, "f") if thick else drawing.line(x, y, x, end)
            y = end + gap
    for y in YS:
        at = 100.0
        while at < 300:
            end = min(at + dash, 300)
            drawing.box(at, y, end, y + thick, "f") if thick else drawing.line(at, y, end, y)
            at = end + gap


def thin_boxes(drawing: Drawing) -> None:
    for x in XS:
        drawing.box(x - 0.25, 640, x + 0.25, 700, "f")
    for y in YS:
        drawing.box(100, y - 0.25, 300, y + 0.25, "f")


def box_a_cell(drawing: Drawing) -> None:
    for x0, x1 in pairwise(XS):
        for y1, y0 in pairwise(YS):
            drawing.box(x0, y0, x1, y1)


def double(drawing: Drawing) -> None:
    drawing.lattice(XS, YS)
    drawing.lattice([x + 2 for x in XS], [y + 2 for y in YS])


def white_cells_on_black(drawing: Drawing) -> None:
    drawing.ops("0 g").box(99.5, 639.5, 300.5, 700.5, "f").ops("1 g")
    for x0, x1 in pairwise(XS):
        for y1, y0 in pairwise(YS):
            drawing.box(x0 + 0.5, y0 + 0.5, x1 - 0.5, y1 - 0.5, "f")
    drawing.ops("0 g")


def shaded(drawing: Drawing) -> None:
    drawing.ops("0.8 g").box(100, 680, 300, 700, "f").ops("1 g").box(110, 645, 290, 675, "f").ops("0 g")
    drawing.lattice(XS, YS)


def beside_white_lines(drawing: Drawing) -> None:
    drawing.lattice(XS, YS)
    drawing.ops("1 G").line(225, 640, 225, 700).line(100, 690, 300, 690).ops("0 G")


def open_sides(drawing: Drawing) -> None:
    for x in XS[1:-1]:
        drawing.line(x, 640, x, 700)
    for y in YS:
        drawing.line(100, y, 300, y)


def a_line_a_row(drawing: Drawing) -> None:
    drawing.ops("[3 2] 0 d").lattice(XS, YS).ops("[] 0 d")


DRAWN = {
    "lines": lambda d: d.lattice(XS, YS),
    "dash pattern": a_line_a_row,
    "short strokes": lambda d: dashes(d, 4, 3),
    "dots": lambda d: dashes(d, 0.75, 0.75, 0.75),
    "thin boxes": thin_boxes,
    "a box a cell": box_a_cell,
    "double lines": double,
    "white cells on black": white_cells_on_black,
    "shaded and white fills": shaded,
    "white lines besides": beside_white_lines,
    "open sides": open_sides,
}


@pytest.mark.parametrize("how", DRAWN)
def test_a_table_is_the_same_however_its_lines_are_drawn(how):
    page = Drawing()
    DRAWN[how](page)
    assert texts(page.values(ROWS, XS, 700)) == [ROWS]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_page_shown_turned_is_read_as_it_is_written(rotate):
    assert texts(Drawing(rotate=rotate).table(ROWS, XS, 700)) == [ROWS]


@pytest.mark.parametrize("turn", ["0 1 -1 0 500 10", "-1 0 0 -1 500 900", "0 -1 1 0 10 500"])
def test_a_page_written_turned_is_read_upright(turn):
    rows = [["甲2", "10", "32"], ["乙2", "550", "7"]]
    page = Drawing(size=(842, 842)).ops(f"q {turn} cm").table(rows, [100, 200, 250, 300], 300).ops("Q")
    assert texts(page) == [rows]


def test_a_drawing_inside_the_page_is_where_it_is_placed():
    page = Drawing(inside=Drawing().table(ROWS, XS, 700), matrix=(2, 0, 0, 2, 10, 10)).ops(
        "q 0.5 0 0 0.5 20 30 cm /F0 Do Q"
    )
    assert texts(page) == [ROWS]


def test_merged_cells_cover_their_positions():
    page = Drawing()
    for x, high in ((100, 700), (200, 700), (250, 680), (300, 700)):
        page.line(x, 640, x, high)
    for y, left in ((700, 100), (680, 200), (660, 200), (640, 100)):
        page.line(left, y, 300, y)
    page.text(103, 665, "合并").text(203, 685, "申请人情况").text(203, 665, "1").text(253, 665, "2")
    page.text(203, 645, "3").text(253, 645, "4")
    assert texts(page) == [[["合并", "申请人情况", "申请人情况"], ["合并", "1", "2"], ["合并", "3", "4"]]]


def test_tables_that_touch_are_told_apart_by_their_columns():
    page = Drawing().table([["甲", "1"], ["乙", "2"]], [100, 200, 300], 700)
    page.table([["丙", "3", "4"], ["丁", "5", "6"]], [100, 150, 220, 280], 660)
    assert texts(page) == [[["甲", "1"], ["乙", "2"]], [["丙", "3", "4"], ["丁", "5", "6"]]]


# --- what stands in a cell ----------------------------------------------------------------------------------


def cell(*printed: tuple[float, float, str], width: float = 40, high: float = 60) -> str:
    page = Drawing().lattice([100, 200, 200 + width], [700, 700 - high]).text(103, 660, "规章")
    for x, y, text in printed:
        page.text(x, y, text)
    return texts(page)[0][0][1]


def test_a_label_in_several_lines_is_one_and_text_written_downwards_too():
    assert cell((203, 685, "行政规范"), (203, 670, "性文件"), width=46) == "行政规范性文件"
    assert cell((203, 685, "结"), (203, 670, "果"), (203, 655, "维"), (203, 642, "持"), width=16) == "结果维持"


def test_numbers_on_two_lines_are_one_only_where_the_first_fills_its_line():
    assert cell((203, 685, "113988"), (203, 670, "89"), width=38) == "11398889"
    assert cell((203, 685, "7730."), (203, 670, "28"), width=60) == "7730.28"
    assert cell((203, 685, "1"), (203, 670, "2"), width=10) == "1 2"
    assert cell((203, 685, "10"), (203, 670, "25"), width=16) == "10 25"
    assert cell((203, 685, "100"), (203, 670, "25"), width=80) == "100 25"


def test_numbers_side_by_side_stay_two():
    assert cell((203, 670, "10"), (216, 670, "5")) == "10 5"


def test_a_number_that_overflows_its_cell_is_in_no_cell_a_number():
    page = Drawing().lattice(XS, [700, 680]).text(103, 685, "规章").text(230, 685, "11398889")
    assert texts(page) == [[["规章", "1139│8889", "1139│8889"]]]
    page = Drawing().lattice(XS, [700, 680]).text(103, 685, "规章").text(280, 685, "123456")
    assert texts(page)[0][0] == ["规章", "", "123456"]
    assert lines(page) == ["123456"]


def test_characters_are_kept_as_printed():
    assert texts(Drawing().table([["⼀、⾏政", "０"], ["規章", "-"]], [100, 200, 300], 700)) == [
        [["⼀、⾏政", "０"], ["規章", "-"]]
    ]


# --- page breaks --------------------------------------------------------------------------------------------


def split(above: list[list[str]], below: list[list[str]], *, number: str = "- 3 -", xs=(100, 200, 250, 300)):
    first = Drawing().table(above, xs, 60 + 20 * len(above)).text(280, 30, number)
    return texts(first, Drawing().table(below, xs, 800))


LABEL = "（二）部分公开（区分"  # fills its cell of 100 points


@pytest.mark.parametrize(
    ("above", "below", "row"),
    [
        (["规章", "", ""], ["", "3", "12"], ["规章", "3", "12"]),
        ([LABEL, "", ""], ["处理）", "3", "12"], [LABEL + "处理）", "3", "12"]),
        ([LABEL, "3", "12"], ["处理）", "", ""], [LABEL + "处理）", "3", "12"]),
        (["", "3", "12"], ["规章", "", ""], None),
    ],
    ids=["numbers on the next page", "half of the label and the numbers", "half of the label", "label below"],
)
def test_a_row_that_a_page_break_divides_is_put_together(above, below, row):
    head, rest = ["信息内容", "甲", "乙"], ["行政许可", "7", "8"]
    found = split([head, above], [below, rest])
    if row is None:
        assert found == [[head, above], [below, rest]]
    else:
        assert found == [[head, row], [rest]]
    again = split([head, above], [head, below, rest])
    assert again == ([[head, above], [head, below, rest]] if row is None else [[head, row], [head, rest]])


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["规章", "", ""], ["行政规范性文件", "3", "12"]),
        ([LABEL, "", ""], ["（三）不予公开", "3", "12"]),
        ([LABEL, "", ""], ["3.其他", "3", "12"]),
        (["结果维持", "结果纠正", "总计"], ["1", "2", "3"]),
        (["规章", "1", "2"], ["", "3", "4"]),
        (["规章", "1", ""], ["", "", "4"]),
        (["规章", "", ""], ["行政许可", "", ""]),
    ],
)
def test_rows_on_two_pages_stay_two(above, below):
    head = ["信息内容", "甲", "乙"]
    assert split([head, above], [below, ["末", "9", "9"]]) == [[head, above], [below, ["末", "9", "9"]]]


def test_tables_with_other_columns_are_not_put_together():
    first = Drawing().table([["信息内容", "甲", "乙"], ["规章", "", ""]], XS, 100)
    second = Drawing().table([["", "3", "12"]], [100, 180, 240, 300], 800)
    assert texts(first, second) == [[["信息内容", "甲", "乙"], ["规章", "", ""]], [["", "3", "12"]]]


def test_page_numbers_go_and_values_stay():
    page = Drawing().text(100, 780, "第一页").text(100, 500, "12").text(100, 480, "0").text(290, 30, "— 3 —")
    assert lines(page, Drawing().text(290, 30, "- 4 -").text(290, 700, "末")) == ["第一页", "12", "0", "末"]
    assert lines(Drawing().text(100, 400, "规章").text(100, 380, "5")) == ["规章", "5"]
    bare = [Drawing().text(100, 700, f"第{n}段。").text(290, 30, str(n)) for n in (7, 8)]
    assert lines(*bare) == ["第7段。", "第8段。"]


@pytest.mark.parametrize("values", [("0", "0"), ("7", "0"), ("12", "3")])
def test_a_bare_number_at_the_edge_of_a_page_that_counts_no_pages_is_a_value(values):
    pages = [Drawing().text(100, 700, "规章。").text(100, 60, value) for value in values]
    assert lines(*pages) == ["规章。", values[0], "规章。", values[1]]


def test_running_titles_are_read_once():
    pages = [Drawing().text(250, 800, "洪泽区人民政府").text(100, 700, f"第{n}段。") for n in "甲乙丙"]
    assert lines(*pages) == ["洪泽区人民政府", "第甲段。", "第乙段。", "第丙段。"]
    head = ["信息内容", "甲", "乙"]
    first = Drawing().text(250, 800, "年度报告").table([head, ["规章", "", ""]], XS, 100)
    second = Drawing().text(250, 800, "年度报告").table([["", "3", "12"]], XS, 780)
    assert texts(first, second) == [[head, ["规章", "3", "12"]]]


# --- text between the tables --------------------------------------------------------------------------------


def test_full_lines_go_on_and_short_indented_or_distant_ones_begin_a_paragraph():
    full = "政" * 40
    page = Drawing().text(120, 780, full[:38]).text(100, 765, full).text(100, 750, "完。")
    page.text(120, 735, full[:38]).text(120, 720, "又一段。")
    page.text(100, 705, full).text(100, 690, "二、主动公开政府信息情况").text(100, 650, full)
    assert lines(page) == [full[:38] + full + "完。", full[:38], "又一段。", full, "二、主动公开政府信息情况", full]


def test_rows_without_lines_stay_lines():
    page = Drawing().text(100, 780, "1.属于国家秘密").text(300, 780, "0").text(350, 780, "3")
    page.text(100, 765, "2.其他法律行政法规禁止公开").text(300, 765, "1").text(350, 765, "2")
    assert lines(page) == ["1.属于国家秘密 0 3", "2.其他法律行政法规禁止公开 1 2"]


@pytest.mark.parametrize("ruled", ["rows", "columns"])
def test_a_table_ruled_in_one_direction_only_is_read_as_lines(ruled):
    page = Drawing().box(100, 640, 300, 700)
    for y in YS if ruled == "rows" else ():
        page.line(100, y, 300, y)
    for x in XS if ruled == "columns" else ():
        page.line(x, 640, x, 700)
    page.values([["信息内容", "甲", "乙"], ["规章", "0", "12"], ["行政许可", "5", "6"]], XS, 700)
    assert (texts(page), lines(page)) == ([], ["信息内容 甲 乙", "规章 0 12", "行政许可 5 6"])


def test_blocks_say_where_they_stand():
    page = Drawing().text(100, 780, "一、总体情况").table(ROWS, XS, 700)
    blocks = read_bytes(pdf(Drawing().text(100, 700, "封面"), page), "a.pdf").blocks
    assert [block.place for block in blocks] == ["page 1, line 1", "page 2, line 1", "page 2, table 1"]


# --- whole reports, printed by a browser --------------------------------------------------------------------

STYLES = {
    "collapsed": "table{border-collapse:collapse} td{border:1px solid black}",
    "separate": "table{border-spacing:1px} td{border:1px solid black}",
    "dotted": "table{border-collapse:collapse} td{border:1px dotted black}",
    "double": "table{border-collapse:collapse} td{border:3px double black}",
    "narrow": "table{border-collapse:collapse;width:430px;font-size:9px} td{border:1px solid black}",
    "tall rows": "table{border-collapse:collapse} td{border:1px solid black;line-height:40px}",
    "justified": "table{border-collapse:collapse;width:100%} td{border:1px solid black;text-align-last:justify}",
    "no lines": "td{border:0}",
    "lines between columns": "table{border-collapse:collapse} td{border:0;border-left:1px solid}",
}
UNRULED = ("no lines", "lines between columns")  # a blank cell leaves no trace there
FOOTER = "<div style='font-size:9px;width:100%;text-align:center'>- <span class=pageNumber></span> -</div>"


def held(data: bytes, drawn: Page) -> tuple[dict, dict]:
    blocks = read_bytes(data, "a.pdf").blocks
    _, cells, _ = read_cells(blocks, load_form(drawn.form.id))
    found = {(cell.table, cell.row, cell.column): cell for cell in cells}
    return wrong(drawn, found), missed(drawn, found)


@pytest.fixture(scope="module")
def browser(chromium_path):
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("style", STYLES)
def test_reports_printed_by_a_browser_are_read_whole(style, browser):
    rng = random.Random(style)
    for form, blank, scale in (("f2019", False, 1.3), ("f2021", True, 0.9)):
        drawn = draw_page(form, rng.randrange(1000))
        drawn = blank_zeros(drawn) if blank else drawn
        layout = rng.choice(("spans", "word export"))
        browser.set_content(LAYOUTS[layout](drawn).replace("</head>", f"<style>{STYLES[style]}</style></head>"))
        data = browser.pdf(
            format="A4",
            scale=scale,
            display_header_footer=True,
            footer_template=FOOTER,
            margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"),
        )
        false, lost = held(data, drawn)
        assert false == {}
        assert not lost or (blank and style in UNRULED)


# --- what cannot be read ------------------------------------------------------------------------------------

PICTURE = "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x40 EI Q"


def test_scans_are_said_to_be_scans(monkeypatch):
    monkeypatch.setattr(reader.ocr, "installed", lambda: False)
    issues: list = []
    assert reader.read(pdf(Drawing().ops(PICTURE), Drawing().ops(PICTURE)), "a.pdf", issues) == []
    assert [issue.message for issue in issues] == ["page 1, 2: a picture without text; not read"]


def test_hidden_text_behind_a_picture_was_made_by_ocr_and_is_not_read():
    hidden = Drawing().ops(PICTURE, "3 Tr").text(100, 700, "规章 5").ops("0 Tr")
    assert lines(hidden, Drawing().text(100, 700, "正文")) == ["正文"]
    seen = Drawing().ops(PICTURE).text(100, 700, "规章 5")
    assert lines(seen) == ["规章 5"]


@pytest.mark.parametrize("cut", [20, 200, 0.5])
def test_a_damaged_file_says_so(cut):
    data = pdf(Drawing().table(ROWS, XS, 700))
    data = data[: int(cut * len(data)) if cut < 1 else cut]
    with pytest.raises(UnreadableFileError, match=r"a.pdf: the PDF cannot be opened \(.*\): save it again, without"):
        read_bytes(data, "a.pdf")


def test_too_many_pages_or_characters_are_no_report(monkeypatch):
    monkeypatch.setattr(reader, "MOST_PAGES", 2)
    with pytest.raises(UnreadableFileError, match=r"a.pdf: 3 pages, more than the 2 that a report may have"):
        read_bytes(pdf(*[Drawing()] * 3), "a.pdf")
    monkeypatch.setattr(reader, "MOST_CHARACTERS", 2)
    with pytest.raises(UnreadableFileError, match=r"a.pdf: page 1 holds more than 2 characters"):
        read_bytes(pdf(Drawing().text(9, 9, "信息公开")), "a.pdf")


def test_too_many_lines_are_no_table(monkeypatch):
    monkeypatch.setattr(reader, "MOST_LINES", 3)
    page = Drawing().table(ROWS, XS, 700)
    assert texts(page) == []
    assert lines(page) == ["信息内容 甲 乙", "规章 0 12", "行政许可 550"]


def test_without_the_extra_the_error_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(MissingExtraError, match=r'a.pdf: reading PDF needs an extra: pip install "gidtk\[pdf\]"'):
        read_bytes(pdf(Drawing()), "a.pdf")


def test_threads_read_one_at_a_time_and_the_same():
    pages = [pdf(Drawing().table([[f"规章{n}", str(n)]], [100, 200, 300], 700)) for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda data: read_bytes(data, "a.pdf").blocks[0].texts, pages))
    assert found == [[[f"规章{n}", str(n)]] for n in range(24)]


def test_an_empty_page_has_no_table():
    assert reader.read(pdf(Drawing()), "a.pdf") == []
    assert reader.read(pdf(replace(Drawing(), size=(10, 10))), "a.pdf") == []


def test_the_sign_of_a_note_is_no_digit_of_the_number_before_it():
    page = Drawing().table([["规章", "13"], ["行政许可", "7"]], [60, 200, 300], 700)
    page.text(213, 688, "2", 6)
    assert texts(page) == [[["规章", "13 2"], ["行政许可", "7"]]]
