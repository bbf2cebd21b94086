"""OFD, the national layout format: the same blocks as of the same pages as PDF, and what is refused."""

import io
import re
import zipfile

import pytest
from drawings import Drawing, ofd, pdf, report
from pages import blank_zeros, draw_page, missed, wrong

from gidtk.blocks import Grid
from gidtk.errors import UnreadableFileError
from gidtk.form import load_form
from gidtk.readers import ofd as reader
from gidtk.readers import read_bytes, sheets, sniff
from gidtk.tables import read_cells

XS = [100, 200, 250, 300]
ROWS = [["信息内容", "甲", "乙"], ["规章", "0", "12"], ["行政许可", "550", ""]]


def read(data: bytes) -> list:
    return [b.texts if isinstance(b, Grid) else b.text for b in read_bytes(data, "a.ofd").blocks]


def changed(data: bytes, part: str, *changes: tuple[str, str]) -> bytes:
    """Return the document with some text of a part put in place of another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode("utf-8")
            for before, after in changes if name == part else ():
                text, count = re.subn(before, after, text)
                assert count, before
            new.writestr(name, text)
    return out.getvalue()


PAGE = "Doc_0/Pages/Page_0/Content.xml"
ONE = Drawing().text(100, 750, "一、总体情况").table(ROWS, XS, 700)


@pytest.mark.parametrize("namespace", ["http://www.ofdspec.org/2016", "http://www.ofdspec.org"])
def test_texts_and_paths_become_paragraphs_and_grids(namespace):
    data = ofd(ONE, namespace=namespace)
    assert (sniff(data), read(data)) == ("ofd", ["一、总体情况", ROWS])


@pytest.mark.parametrize("seed", range(4))
def test_whole_reports_are_read_as_the_same_pages_as_pdf_are(seed):
    pytest.importorskip("pypdfium2", reason='needs the extra "gidtk[pdf]"')
    drawn = draw_page(("f2019", "f2021")[seed % 2], seed)
    drawn = blank_zeros(drawn) if seed > 1 else drawn
    pages = report(drawn)
    blocks = read_bytes(ofd(*pages), "a.ofd").blocks
    assert read(ofd(*pages)) == read(pdf(*pages))
    _, cells, _ = read_cells(blocks, load_form(drawn.form.id))
    found = {(cell.table, cell.row, cell.column): cell for cell in cells}
    assert (wrong(drawn, found), missed(drawn, found)) == ({}, {})


def test_lines_drawn_as_filled_boxes_count_and_white_ones_do_not():
    page = Drawing().values(ROWS, XS, 700)
    for x in XS:
        page.box(x - 0.3, 640, x + 0.3, 700, "f")
    for y in (700, 680, 660, 640):
        page.box(100, y - 0.3, 300, y + 0.3, "f")
    assert read(ofd(page)) == [ROWS]
    white = r'<ofd:FillColor Value="255 255 255"/>'
    data = changed(ofd(page), PAGE, (r'(Fill="true">)', rf"\1{white}"))
    assert read(data) == ["信息内容 甲 乙", "规章 0 12", "行政许可 550"]


def test_groups_templates_and_moved_text_stand_where_they_are_placed():
    data = changed(
        ofd(ONE),
        PAGE,
        (r"<ofd:Layer>", "<ofd:Layer><ofd:PageBlock>"),
        (r"</ofd:Layer>", "</ofd:PageBlock></ofd:Layer>"),
    )
    assert read(data) == ["一、总体情况", ROWS]
    scaled = changed(ofd(ONE), PAGE, (r' Size="(\S+?)"', r' CTM="2 0 0 2 0 0" Size="\1"'), (r'DeltaX="[^"]*"', ""))
    assert "一、总体情况" in "".join(map(str, read(scaled)))
    template = changed(
        ofd(Drawing().text(100, 600, "正文"), ONE),
        "Doc_0/Document.xml",
        (
            r"</ofd:CommonData>",
            r'<ofd:TemplatePage ID="9" BaseLoc="/Doc_0/pages/page_1/content.xml"/></ofd:CommonData>',
        ),
        (r'<ofd:Page ID="1".*?/>', ""),
    )
    template = changed(template, PAGE, (r"<ofd:Content>", '<ofd:Template TemplateID="9"/><ofd:Content>'))
    assert read(template) == ["一、总体情况", ROWS, "正文"]


def test_steps_between_characters_may_be_written_short_and_downwards():
    short = changed(ofd(Drawing().text(100, 700, "本年新收")), PAGE, (r'DeltaX="\S+ \S+ \S+"', 'DeltaX="g 3 3.5278"'))
    assert read(short) == ["本年新收"]
    apart = changed(ofd(Drawing().text(100, 700, "12")), PAGE, (r'DeltaX="\S+"', 'DeltaX="9"'))
    assert read(apart) == ["1 2"]
    down = changed(
        ofd(Drawing().lattice([100, 120, 200], [720, 600]).text(103, 700, "结果维持")),
        PAGE,
        (r'DeltaX="[^"]+"', 'DeltaY="g 3 4"'),
    )
    assert read(down) == [[["结果维持", ""]]]


def test_what_is_not_shown_is_not_read():
    unruled = ["一、总体情况", "信息内容 甲 乙", "规章 0 12", "行政许可 550"]
    assert read(changed(ofd(ONE), PAGE, (r"<ofd:PathObject", '<ofd:PathObject Visible="false"'))) == unruled
    more = Drawing().text(100, 750, "一、总体情况")
    assert read(changed(ofd(more, ONE), PAGE, (r"<ofd:TextObject", '<ofd:TextObject Visible="false"'))) == [
        "一、总体情况", ROWS,
    ]  # fmt: skip


def test_scans_are_said_to_be_scans():
    picture = '<ofd:ImageObject Boundary="0 0 210 297" ResourceID="3"/>'
    empty = changed(ofd(Drawing()), PAGE, ("<ofd:Layer>", f"<ofd:Layer>{picture}"))
    with pytest.raises(UnreadableFileError, match=r"a\.ofd: the ofd holds pictures of pages and no text \(a scan\)"):
        read_bytes(empty, "a.ofd")


@pytest.mark.parametrize(
    ("part", "before", "after", "message"),
    [
        ("OFD.xml", "Doc_0/Document.xml", "Doc_1/Document.xml", r"damaged \('no part Doc_1/Document.xml'\)"),
        (PAGE, "</ofd:Page>", "", r"damaged \(.*\): save it again or as PDF"),
        ("Doc_0/Document.xml", "Content.xml", "Lost.xml", r"damaged \('no part Pages/Page_0/Lost.xml'\)"),
    ],
)
def test_a_damaged_document_says_so(part, before, after, message):
    with pytest.raises(UnreadableFileError, match=rf"a\.ofd: the OFD document is {message}"):
        read_bytes(changed(ofd(ONE), part, (before, after)), "a.ofd")


def test_too_much_is_no_report(monkeypatch):
    monkeypatch.setattr(reader, "MOST_LINES", 3)
    assert read(ofd(ONE)) == ["一、总体情况", "信息内容 甲 乙", "规章 0 12", "行政许可 550"]
    monkeypatch.setattr(reader, "MOST_CHARACTERS", 3)
    with pytest.raises(UnreadableFileError, match=r"a\.ofd: page 1 holds more than 3 characters"):
        read_bytes(ofd(ONE), "a.ofd")
    monkeypatch.setattr(reader, "MOST_PAGES", 1)
    with pytest.raises(UnreadableFileError, match=r"a\.ofd: 2 pages, more than the 1 that a report may have"):
        read_bytes(ofd(ONE, ONE), "a.ofd")
    monkeypatch.setattr(reader, "LARGEST_PART", 30)
    with pytest.raises(UnreadableFileError, match=r"a\.ofd: a page unpacks to more than 30 bytes: it is no report"):
        read_bytes(ofd(ONE), "a.ofd")


def test_a_page_without_anything_has_no_blocks():
    assert sheets.blocks([]) == []
    with pytest.raises(UnreadableFileError, match=r"a\.ofd: the file holds no text \(ofd\): save the report again"):
        read_bytes(ofd(Drawing()), "a.ofd")
