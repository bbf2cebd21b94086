"""Word documents: merges both ways, what a page of Word prints besides the text of its file, and what is refused."""

import io
import random
import zipfile

import pytest
from pages import PROSE, Page, disclosure_rows, disputes_rows, draw_page, missed, requests_rows, title, wrong

from gidtk.blocks import Grid
from gidtk.errors import UnreadableFileError
from gidtk.form import load_form
from gidtk.readers import docx as reader
from gidtk.readers import read_bytes, sniff
from gidtk.tables import read_cells

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/xml"/></Types>'
)


def document(body: str, head: str = "", main: str = "word/document.xml", **parts: str) -> bytes:
    """Write a Word document by hand: the XML of its body, and other parts of its folder."""
    names = (
        f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr(main, f"{head}<w:document {names}><w:body>{body}</w:body></w:document>")
        for name, xml in parts.items():
            archive.writestr(f"word/{name}.xml", xml)
    return out.getvalue()


def p(text: str, before: str = "") -> str:
    return f"<w:p>{before}<w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def control(inside: str) -> str:
    return f"<w:sdt><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def r(inside: str) -> str:
    return f"<w:r>{inside}</w:r>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(row if row.startswith('<w:tr') else f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def texts(body: str, **parts: str) -> list:
    """The paragraphs as text, the tables as lists of rows."""
    blocks = read_bytes(document(body, **parts), "a.docx").blocks
    return [block.texts if isinstance(block, Grid) else block.text for block in blocks]


# --- tables -------------------------------------------------------------------------------------------------

DOWN, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def across(count: int) -> str:
    return f'<w:gridSpan w:val="{count}"/>'


def test_merges_both_ways_cover_their_positions():
    body = tbl(
        tc("合并", DOWN + across(2)) + tc("甲") + tc("乙", DOWN),
        tc("", GOES_ON + across(2)) + tc("1") + tc("", GOES_ON),
        tc("末") + tc("2") + tc("3") + tc("4"),
    )
    assert texts(body) == [[["合并", "合并", "甲", "乙"], ["合并", "合并", "1", "乙"], ["末", "2", "3", "4"]]]
    grid = read_bytes(document(body), "a.docx").blocks[0]
    assert (grid.rows[0][0].height, grid.rows[0][0].width, grid.rows[1][3] is grid.rows[0][3]) == (2, 2, True)


def test_a_cell_that_continues_nothing_keeps_its_place():
    body = tbl(tc("甲") + tc("乙"), tc("丙", GOES_ON + across(2)) + tc("5"), tc("丁") + tc("6") + tc("7"))
    assert texts(body) == [[["甲", "乙", ""], ["丙", "丙", "5"], ["丁", "6", "7"]]]
    assert texts(tbl(tc("规章", GOES_ON) + tc("5"), tc("", GOES_ON) + tc("6"))) == [[["规章", "5"], ["规章", "6"]]]


def test_a_row_that_begins_later_leaves_its_first_positions_empty():
    body = tbl(tc("甲") + tc("1"), '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>' + tc("2") + "</w:tr>")
    grid = read_bytes(document(body), "a.docx").blocks[0]
    assert (grid.texts, grid.rows[1][0]) == ([["甲", "1"], ["", "2"]], None)


def test_a_table_that_holds_tables_lays_out_the_page():
    inner = tbl(tc("规章") + tc("5"))
    body = tbl(f"<w:tc>{p('一、总体情况')}{inner}<w:p/></w:tc>" + tc("旁"))
    assert texts(body) == ["一、总体情况", [["规章", "5"]], "旁"]


def test_wrapped_and_tracked_content_is_read_as_it_stands_after_the_changes():
    row = control(f"<w:tr>{tc('行政许可')}{control(tc('5'))}</w:tr>")
    gone = f'<w:tr><w:trPr><w:del w:id="1"/></w:trPr>{tc("行政处罚")}{tc("9")}</w:tr>'
    added = f'<w:tr><w:trPr><w:ins w:id="2"/></w:trPr>{tc("行政强制")}{tc("6")}</w:tr>'
    table = f"<w:tbl>{row}{gone}{added}</w:tbl>"
    assert texts(table) == [[["行政许可", "5"], ["行政强制", "6"]]]
    run = "<w:r><w:t>{}</w:t></w:r>"
    changed = (
        f"<w:p>{run.format('共')}<w:del><w:r><w:delText>12</w:delText></w:r></w:del><w:ins>{run.format('15')}</w:ins>"
        f"<w:moveFrom>{run.format('甲')}</w:moveFrom><w:moveTo>{run.format('乙')}</w:moveTo>{run.format('件')}</w:p>"
    )
    assert texts(changed + f"<w:sdt><w:sdtContent>{p('内')}</w:sdtContent></w:sdt>") == ["共15乙件", "内"]


def test_hidden_text_fields_and_glosses_are_no_text():
    hidden = (
        '<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>显</w:t></w:r>'
    )
    field = (
        '<w:r><w:instrText>PAGE</w:instrText></w:r><w:fldSimple w:instr="DATE"><w:r><w:t>2023</w:t></w:r></w:fldSimple>'
    )
    ruby = r(f"<w:ruby><w:rt>{r('<w:t>gui</w:t>')}</w:rt><w:rubyBase>{r('<w:t>规</w:t>')}</w:rubyBase></w:ruby>")
    assert texts(f"<w:p>{hidden}{field}{ruby}</w:p>") == ["显2023规"]


def test_text_boxes_are_read_once_also_those_in_cells():
    box = f"<w:txbxContent>{p('框中')}</w:txbxContent>"
    either = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    shape = r(f"<mc:AlternateContent>{either}</mc:AlternateContent>")
    assert texts(f"<w:p>{shape}<w:r><w:t>正文</w:t></w:r></w:p>") == ["正文", "框中"]
    cell = f"<w:tc><w:p><w:r><w:t>规章</w:t></w:r>{shape}</w:p></w:tc>"
    assert texts(tbl(cell + tc("5"))) == [[["规章", "5"]], "框中"]


def test_breaks_divide_paragraphs_and_not_cells():
    broken = "<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r>"
    assert texts(f"<w:p>{broken}</w:p>" + tbl(f"<w:tc><w:p>{broken}</w:p></w:tc>" + tc("1"))) == [
        "甲",
        "乙",
        [["甲 乙", "1"]],
    ]


# --- numbers that Word writes -------------------------------------------------------------------------------


def numbering(*levels: tuple[str, str], more: str = "") -> str:
    written = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (kind, text) in enumerate(levels)
    )
    return (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">{written}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{more}</w:numbering>'
    )


def numbered(text: str, level: int = 0, list_: int = 1) -> str:
    return p(text, f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_}"/></w:numPr></w:pPr>')


LISTS = numbering(("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))


def test_headings_get_the_number_that_word_prints():
    body = numbered("总体情况") + numbered("主动公开", 1) + numbered("其他", 1) + numbered("细目", 2)
    body += numbered("主动公开政府信息情况") + numbered("许可", 1) + p("正文")
    assert texts(body, numbering=LISTS) == [
        "一、总体情况", "（一）主动公开", "（二）其他", "1.细目", "二、主动公开政府信息情况", "（一）许可", "正文",
    ]  # fmt: skip


def test_a_style_may_number_and_a_list_may_start_anew_or_be_silent():
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
        "</w:style>"
        '<w:style w:styleId="2"><w:basedOn w:val="1"/></w:style></w:styles>'
    )
    anew = (
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/>'
        '</w:lvlOverride></w:num><w:num w:numId="3"><w:abstractNumId w:val="8"/></w:num>'
    )
    lists = numbering(("chineseCounting", "%1、"), more=anew).replace(
        '<w:num w:numId="1">',
        '<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1">',
    )
    styled = '<w:pPr><w:pStyle w:val="2"/></w:pPr>'
    body = p("甲", styled) + numbered("乙") + numbered("丙", 0, 2) + numbered("丁", 0, 3) + numbered("戊", 0, 9)
    assert texts(body, numbering=lists, styles=styles) == ["一、甲", "二、乙", "四、丙", "丁", "戊"]
    off = p("己", '<w:pPr><w:pStyle w:val="2"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>')
    assert texts(off, numbering=lists, styles=styles) == ["己"]


def test_a_number_before_a_figure_stays_apart_from_it():
    lists = numbering(("decimal", "%1."))
    cell = f"<w:tc>{numbered('5')}</w:tc>"
    assert texts(tbl(tc("规章") + cell), numbering=lists) == [[["规章", "1. 5"]]]


# --- the file -----------------------------------------------------------------------------------------------


def test_other_names_and_the_strict_names_are_read():
    data = document(p("正文"), main="word/document2.xml")
    assert (sniff(data), read_bytes(data, "a.docm").blocks[0].text) == ("docx", "正文")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{STRICT}"><w:body>{p("严格")}</w:body></w:document>'
        )
    assert read_bytes(out.getvalue(), "a.docx").blocks[0].text == "严格"


def test_a_page_that_a_converter_put_in_whole_is_read():
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="/word/page.xml"/></Relationships>'
    )
    out = io.BytesIO(document(p("前") + '<w:altChunk r:id="r1"/><w:altChunk r:id="r9"/>' + p("后")))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/_rels/document.xml.rels", links)
        archive.writestr("word/page.xml", "<html><body><table><tr><td>规章</td><td>5</td></tr></table></body></html>")
    blocks = read_bytes(out.getvalue(), "a.docx").blocks
    assert [b.texts if isinstance(b, Grid) else b.text for b in blocks] == ["前", [["规章", "5"]], "后"]


@pytest.mark.parametrize("cut", [40, 300, -30])
def test_a_damaged_file_says_so(cut):
    data = document(p("正文" * 200))
    with pytest.raises(UnreadableFileError, match=r"a.docx: the (file is a damaged archive|document is damaged)"):
        read_bytes(data[:cut], "a.docx")
    with pytest.raises(UnreadableFileError, match=r"a.docx: the document is damaged \(.*\): save it again"):
        read_bytes(document("<w:p>"), "a.docx")


def test_a_locked_file_says_so():
    data = bytearray(document(p("正文")))
    for at in [i for i in range(len(data)) if data[i : i + 4] in (b"PK\x03\x04", b"PK\x01\x02")]:
        data[at + (6 if data[at + 2] == 3 else 8)] |= 1  # the mark of a password
    with pytest.raises(UnreadableFileError, match=r"a.docx: the document is damaged or locked \(.*password.*\): save"):
        read_bytes(bytes(data), "a.docx")


def test_a_document_without_text_says_so():
    with pytest.raises(UnreadableFileError, match=r"a\.docx: the file holds no text \(docx\): save the report again"):
        read_bytes(document("<w:p/>"), "a.docx")
    with pytest.raises(UnreadableFileError, match=r"a\.docx: the archive holds no Word document: unpack it"):
        reader.read(io.BytesIO(b"PK\x05\x06" + bytes(18)).getvalue(), "a.docx")


# --- against python-docx ------------------------------------------------------------------------------------


def written(drawn: Page) -> bytes:
    """Write a report with python-docx, its merged cells merged."""
    docx = pytest.importorskip("docx", reason="needs python-docx")
    made = docx.Document()
    made.add_paragraph(title(drawn))
    made.add_paragraph(PROSE)
    for rows in (disclosure_rows(drawn), requests_rows(drawn), disputes_rows(drawn)):
        width = sum(cell.width for cell in rows[0])
        table = made.add_table(len(rows), width)
        taken: set[tuple[int, int]] = set()
        for number, row in enumerate(rows):
            column = 0
            for cell in row:
                while (number, column) in taken:
                    column += 1
                corner = table.cell(number, column)
                end = number + cell.height - 1, column + cell.width - 1
                if end != (number, column):
                    corner = corner.merge(table.cell(*end))
                corner.text = cell.text
                taken |= {(i, j) for i in range(number, end[0] + 1) for j in range(column, end[1] + 1)}
                column += cell.width
        made.add_paragraph("以上。")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("seed", range(4))
def test_reports_are_read_whole_and_every_position_as_python_docx_has_it(seed):
    docx = pytest.importorskip("docx", reason="needs python-docx")
    drawn = draw_page(random.Random(seed).choice(("f2019", "f2021")), seed)
    data = written(drawn)
    blocks = read_bytes(data, "a.docx").blocks
    ours = [block.texts for block in blocks if isinstance(block, Grid)]
    assert ours == [[[c.text for c in row.cells] for row in t.rows] for t in docx.Document(io.BytesIO(data)).tables]
    _, cells, _ = read_cells(blocks, load_form(drawn.form.id))
    found = {(cell.table, cell.row, cell.column): cell for cell in cells}
    assert (wrong(drawn, found), missed(drawn, found)) == ({}, {})


def test_the_sign_of_a_note_is_no_digit_of_the_number_before_it():
    raised = "<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>2</w:t></w:r>"
    cell = f"<w:tc><w:p><w:r><w:t>13</w:t></w:r>{raised}</w:p></w:tc>"
    assert texts(tbl(tc("规章") + cell)) == [[["规章", "13 2"]]]


@pytest.mark.parametrize("name", ["word/document.xml", "word/numbering.xml"])
def test_a_part_that_lies_outside_the_file_is_damage(name):
    data = bytearray(document(p("正文", "<w:pPr><w:numPr/></w:pPr>"), numbering="<a/>"))
    entry = data.rindex(name.encode()) - 46
    data[entry + 42 : entry + 46] = (0xFFFFFF00).to_bytes(4, "little")  # where the directory says that it begins
    if "numbering" in name:
        assert read_bytes(bytes(data), "a.docx").blocks[0].text == "正文"
    else:
        with pytest.raises(
            UnreadableFileError, match=r"a.docx: the document is damaged or locked \(.*\): save it again"
        ):
            read_bytes(bytes(data), "a.docx")
