"""From bytes to blocks: text and HTML, any encoding, any damage, in bounded space."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk.blocks import Grid, Paragraph
from gidtk.errors import UnreadableFileError
from gidtk.readers import LARGEST, decode, html, load_bytes, read_blocks, read_bytes, sniff, text

REPORT = "安福县2020年政府信息公开工作年度报告\n一、总体情况\n本机关全年主动公开政府信息。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize(
    "declared", ["", "<meta charset='utf-8'>", "<meta charset='gbk'>", "<meta charset='iso-8859-1'>"]
)
def test_a_page_is_decoded_whatever_it_declares(encoding: str, declared: str) -> None:
    page = f"<html><head>{declared}</head><body><p>{REPORT}</p></body></html>" * 3
    assert decode(page.encode(encoding)) == page


def test_a_page_in_traditional_characters_is_decoded() -> None:
    page = "廣州市國資委年度報告，政府信息公開工作總體情況，主動公開政府信息。" * 5
    assert decode(page.encode("big5")) == page


def test_a_page_cut_inside_a_character_is_decoded() -> None:
    assert decode(REPORT.encode()[:-1]) == REPORT[:-1]


@pytest.mark.parametrize(
    ("data", "format_"),
    [
        (REPORT.encode(), "text"),
        (b"\n\n<!DOCTYPE html><p>x", "html"),
        ("<吉安市2020年要点>的通知".encode(), "text"),  # angle brackets are no markup
        (b"<TABLE><TR>", "html"),
        (b"%PDF-1.7", "pdf"),
        (b"PK\x03\x04rest", "a damaged archive"),
        (b"\x89PNG", "picture"),
    ],
)
def test_the_content_decides_the_format(data: bytes, format_: str) -> None:
    assert sniff(data) == format_


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a.txt: the file holds no text"),
        (b" \n\t ", "a.txt: the file holds no text"),
        (b"PK\x03\x04rest", "a.txt: the file is a damaged archive; gidtk reads HTML, text"),
        (b"a\x00b\x00\x00", "a.txt: the file is neither a document nor text"),
    ],
)
def test_what_is_no_report_text_says_what_it_is(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_bytes(data, "a.txt")
    assert str(caught.value).startswith(message)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(
        UnreadableFileError, match=r"none\.txt: cannot be opened \(No such file or directory\): check the name"
    ):
        read_blocks(tmp_path / "none.txt")


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.html"
    with file.open("wb") as stream:
        stream.truncate(LARGEST + 1)
    with pytest.raises(UnreadableFileError, match=r"67,108,865 bytes, more than the 67,108,864 that a report may have"):
        load_bytes(file)


# ---------------------------------------------------------------- text


def test_every_line_is_a_paragraph_with_its_place() -> None:
    assert text.read("规章\r\n\r0") == [Paragraph("规章", "line 1"), Paragraph("", "line 2"), Paragraph("0", "line 3")]


@given(st.text(alphabet="规章|-: 0\n\\", max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_is_lost_and_grids_are_rectangles(written: str) -> None:
    blocks = text.read(written)
    kept = "".join(
        block.text if isinstance(block, Paragraph) else "".join("".join(row) for row in block.texts) for block in blocks
    )
    assert [c for c in kept if c in "规章0"] == [c for c in written if c in "规章0"]
    assert all(len({len(row) for row in block.rows}) == 1 for block in blocks if isinstance(block, Grid))


@pytest.mark.parametrize(
    ("written", "grids"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |", [[["a", "b"], ["1", "2"]]]),
        ("| a | b |\n| 1 | 2 |", []),  # no rule: rows with pipes
        ("|---|---|\n|---|---|", []),
        ("| a | b |\n|---|---|\n| 1 |\nc", [[["a", "b"]]]),
        ("| a | b |\n|---|---|\n| 1 |", [[["a", "b"], ["1", ""]]]),  # cut off by the end of the file
        ("| a<br>b | c\\|d |\n| :---: | --- |", [[["a b", "c\\|d"]]]),
    ],
)
def test_a_markdown_table_is_a_grid(written: str, grids: list) -> None:
    assert [block.texts for block in text.read(written) if isinstance(block, Grid)] == grids


# ---------------------------------------------------------------- html


def _texts(page: str) -> list[str]:
    return [block.text for block in html.read(page) if isinstance(block, Paragraph)]


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        ("<p>一<br>二</p>三", ["一", "二", "三"]),
        ("<div>一<p>二</p>三</div>", ["一", "二", "三"]),
        ("<p>一<span>二</span><font>三</font></p>", ["一二三"]),
        ("<p>一</p><script>二</script><style>三</style>", ["一"]),
        ("<p>一</p><div class='nav'>首页</div><div id='share'>微信</div>", ["一"]),
        ("<p>一</p><div class='navigate-content'>二</div>", ["一", "二"]),
        ("<p>一</p><p style='display: none'>赌博广告</p>", ["一"]),
        ("<p>一<span style='VISIBILITY:Hidden'>赌博<b>广告</b></span>二</p>", ["一二"]),
        ("<p><b>一</b><i style='display:none'>广告</i>二</p>", ["一二"]),
        ("<p>一<i style='display:none'>广告</i>\b二</p>", ["一二"]),
        ("<div class='footer'>一、总体情况</div>", ["一、总体情况"]),  # a report in a badly named box
        ("<p>一<!-- 二 --></p>", ["一"]),
        ("<p>&nbsp;&#24320;&ensp;</p>", ["\xa0开\u2002"]),
        ("<table><tr><td>一</td></tr></table>", ["一"]),  # one column lays out the page
    ],
)
def test_paragraphs_are_what_a_reader_sees(page: str, texts: list[str]) -> None:
    assert _texts(page) == texts


def test_tables_inside_tables_are_taken_apart() -> None:
    page = "<table><tr><td>菜单</td><td><p>一</p><table><tr><td>规章</td><td>0</td></tr></table></td></tr></table>"
    blocks = html.read(page)
    assert [b.texts for b in blocks if isinstance(b, Grid)] == [[["规章", "0"]]]
    assert _texts(page) == ["菜单", "一"]


cells = st.tuples(st.text(alphabet="规章01", max_size=3), st.integers(0, 5), st.integers(0, 5))


@given(st.lists(st.lists(cells, min_size=2, max_size=5), min_size=1, max_size=5))
@settings(max_examples=80, deadline=None)
def test_every_grid_is_a_rectangle_of_its_cells(rows: list) -> None:
    body = "".join(
        "<tr>" + "".join(f"<td rowspan={h} colspan={w}>{t}</td>" for t, h, w in row) + "</tr>" for row in rows
    )
    (grid,) = html.read(f"<table>{body}</table>")
    assert isinstance(grid, Grid)
    assert len({len(row) for row in grid.rows}) == 1
    placed = [cell for row in grid.rows for cell in dict.fromkeys(row) if cell is not None and cell in row]
    assert {(c.row, c.column) for c in placed} == {(c.row, c.column) for c in dict.fromkeys(placed)}
    assert sorted(c.text for c in set(placed)) == sorted(t for row in rows for t, _, _ in row)


HEAD = "<p>安福县2020年政府信息公开工作年度报告</p><p>一、总体情况</p>"
BOMBS = {
    "colspan": HEAD + "<table><tr><td colspan=1000000000>规章</td><td rowspan=1000000000>0</td></tr>"
    + "<tr><td colspan=999999999 rowspan=99999>1</td><td>2</td></tr>" * 500 + "</table>",
    "nested tables": HEAD + "<table><tr><td>a" * 10_000 + "规章" + "</td></tr></table>" * 10_000,
    "nested tables that are not closed": HEAD + "<table><tr><td>a<td>b" * 10_000,
    "nested spans": f"{HEAD}<table><tr><td>规章</td><td>{'<span>' * 10_000}1{'</span>' * 10_000}</td></tr></table>",
    "nested boxes": HEAD + "<div class='nav'>" * 10_000 + "正文",
    "entities": "<!DOCTYPE html [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(9))
    + f"]><html><body>{HEAD}&j;</body></html>",
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_gives_a_bounded_page(bomb: str) -> None:
    blocks = read_bytes(BOMBS[bomb].encode(), "bomb.html").blocks
    size = sum(len(b.text) if isinstance(b, Paragraph) else sum(map(len, b.rows)) for b in blocks)
    assert size < 500_000
    assert "安福县2020年政府信息公开工作年度报告" in [b.text for b in blocks[:2] if isinstance(b, Paragraph)]


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_read_or_refused(seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(
        (f"<table>{HEAD}<tr><td>规章</td><td>0</td></tr></table>" * 2).encode(rng.choice(["utf-8", "gb18030"]))
    )
    for _ in range(rng.randrange(30)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    try:
        said, blocks = "x: ", read_bytes(bytes(data), "x").blocks
    except UnreadableFileError as error:
        said, blocks = str(error), []
    assert said.startswith("x: ")
    assert all(isinstance(block, Grid | Paragraph) for block in blocks)


@pytest.mark.parametrize(
    "raised", ["<sup>2</sup>", "<sub>2</sub>", "<span style='Vertical-Align: super'>2</span>", "<b><sup>2</sup></b>"]
)
def test_the_sign_of_a_note_is_no_digit_of_the_number_before_it(raised: str) -> None:
    page = f"<p>共13{raised}件</p><table><tr><td>规章</td><td>13{raised}</td></tr></table>"
    paragraph, grid = html.read(page)
    assert isinstance(paragraph, Paragraph)
    assert isinstance(grid, Grid)
    assert (paragraph.text, grid.texts) == ("共13 2 件", [["规章", "13 2"]])


def test_a_number_that_is_raised_as_a_whole_is_read() -> None:
    grid = html.read("<table><tr><td>规章</td><td><sup>13</sup></td></tr></table>")[0]
    assert isinstance(grid, Grid)
    assert grid.texts == [["规章", "13"]]


def test_a_row_of_a_text_that_the_end_of_the_file_cuts_off_lacks_its_last_cells() -> None:
    grid = text.read("| 规章 | | 0 |\n|---|---|---|\n| 规范性文件 | | 2 |\n| 行政许可 | ")[0]
    assert isinstance(grid, Grid)
    assert [[cell and cell.text for cell in row] for row in grid.rows][1:] == [
        ["规范性文件", "", "2"],
        ["行政许可", None, None],
    ]
