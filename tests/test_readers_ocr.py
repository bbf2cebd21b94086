"""Pictures of pages: never a wrong number, each figure borne out by a sum or not given."""

import io
import random
from contextlib import suppress

import pytest
from noto_cjk_sans_otc import FONT_PATH
from PIL import Image, ImageDraw, ImageFont

import gidtk as gid
from gidtk.blocks import Grid
from gidtk.errors import UnreadableFileError
from gidtk.issues import Issue
from gidtk.readers import ocr, read_bytes
from gidtk.readers.rulings import Char
from gidtk.report import Report
from gidtk.tables import Cell
from gidtk.witness import confirmed

engine = pytest.mark.skipif(not ocr.installed(), reason="the OCR engine is not installed")


FONT = ImageFont.truetype(FONT_PATH, 24)
TITLE = "安福县2022年政府信息公开工作年度报告"
OUTCOMES = ["结果\n维持", "结果\n纠正", "其他\n结果", "尚未\n审结", "总计"]
BLOCKS = ["行政复议", "未经复议直接起诉", "复议后起诉"]
DISPUTES = [10, 1, 0, 2, 13, 0, 0, 0, 0, 0, 5, 0, 8, 0, 12]  # the last five do not add up
FIRST = [
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "0", "0", "0"],
    ["行政规范性文件", "2", "1", "31"],
]


def scanned() -> Image.Image:
    """Draw a page as a scanner sees it: dots, and no text."""
    page = Image.new("RGB", (1500, 1150), "white")
    pen = ImageDraw.Draw(page)

    def cell(text: str, left: float, top: float, right: float, bottom: float) -> None:
        pen.rectangle((left, top, right, bottom), outline="black", width=2)
        pen.multiline_text(((left + right) / 2, (top + bottom) / 2), text, "black", FONT, anchor="mm", align="center")

    pen.text((500, 60), TITLE, "black", FONT)
    pen.text((120, 130), "二、主动公开政府信息情况", "black", FONT)
    for y, row in enumerate(FIRST):
        for x, text in enumerate(row):
            cell(text, 120 + 300 * x, 190 + 60 * y, 420 + 300 * x, 250 + 60 * y)
    pen.text((120, 440), "四、政府信息公开行政复议、行政诉讼情况", "black", FONT)
    for number, block in enumerate(BLOCKS):
        cell(block, 120 + 420 * number, 500, 540 + 420 * number, 560)
    for x, value in enumerate(DISPUTES):
        cell(OUTCOMES[x % 5], 120 + 84 * x, 560, 204 + 84 * x, 680)
        cell(str(value), 120 + 84 * x, 680, 204 + 84 * x, 740)
    pen.text((120, 800), "五、存在的主要问题及改进情况", "black", FONT)
    pen.text((120, 860), "无。", "black", FONT)
    return page


def as_file(picture: Image.Image, kind: str) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Report:
    file = tmp_path_factory.mktemp("scan") / "scan.pdf"
    file.write_bytes(as_file(scanned(), "PDF"))
    return gid.read_report(file)


@engine
def test_a_scan_gives_the_figures_that_sums_bear_out_and_no_other(scan: Report) -> None:
    found = scan.disputes.to_numpy(dtype=float, na_value=-1).ravel().tolist()
    assert found == [*DISPUTES[:10], *[-1] * 5]
    wrong = scan.cells[scan.cells["row"] == "suit_after_review"]
    assert wrong["status"].tolist() == ["unreadable"] * 5
    assert wrong["raw"].tolist() == ["5", "0", "8", "0", "12"]


@engine
def test_no_sum_bears_out_a_figure_of_the_first_table(scan: Report) -> None:
    norms = scan.cells[scan.cells["row"] == "norms"]
    assert norms["status"].tolist() == ["unreadable"] * 3
    assert norms["raw"].tolist() == ["2", "1", "31"]


@engine
def test_what_ocr_read_says_so(scan: Report) -> None:
    printed = scan.cells[scan.cells["status"].isin(["ok", "unreadable"])]
    assert printed["place"].str.contains("(OCR)", regex=False).all()
    assert [issue.message for issue in scan.issues if issue.code == "read_by_ocr"] == [
        "page 1: read by OCR; a figure counts only where the rules of the form confirm it"
    ]
    assert scan.title == TITLE


@engine
def test_a_picture_is_read_as_a_page(scan: Report) -> None:
    document = read_bytes(as_file(scanned().crop((0, 0, 1500, 400)), "PNG"), "a.png")
    assert document.format == "picture"
    assert all(block.place.startswith("page 1 (OCR), ") for block in document.blocks)
    assert [block.texts for block in document.blocks if isinstance(block, Grid)] == [FIRST]


def test_without_the_engine_a_picture_says_the_way_out(monkeypatch):
    monkeypatch.setattr(ocr, "installed", lambda: False)
    with pytest.raises(UnreadableFileError, match=r'a\.png: the file is a picture: .* with pip install "gidtk\[ocr\]"'):
        read_bytes(b"\x89PNG\r\n\x1a\n", "a.png")


@engine
@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"II*\x00\x08"])
def test_a_damaged_picture_says_so(data):
    with pytest.raises(UnreadableFileError, match=r"a\.png: the picture is damaged \(.*\): save it again"):
        read_bytes(data, "a.png")


@engine
def test_a_picture_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(ocr, "MOST_PIXELS", 99)
    with pytest.raises(UnreadableFileError, match=r"a\.png: more than 99 dots or 40 pages: give its pages apart"):
        read_bytes(as_file(Image.new("RGB", (10, 10)), "PNG"), "a.png")


def test_a_picture_is_upright_and_on_white_paper():
    clear = Image.new("RGBA", (6, 4))
    clear.putpixel((5, 0), (0, 0, 0, 255))
    dots = next(ocr.frames(as_file(clear, "PNG"), "a.png"))
    assert (dots.shape, int(dots.sum()), int(dots[0, 5].sum())) == ((4, 6, 3), 23 * 3 * 255, 0)
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.new("RGB", (6, 4)).save(stream, "JPEG", exif=exif)
    assert next(ocr.frames(stream.getvalue(), "a.jpg")).shape == (6, 4, 3)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_mutated_picture_is_read_or_refused(kind: str):
    rng = random.Random(kind)
    whole = as_file(Image.new("RGB", (40, 30), "white"), kind)
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(rng.choice((1, 2, 9))):
            data[rng.randrange(min(len(data), 300))] = rng.randrange(256)
        size = ocr.picture_size(bytes(data))
        if size and size[0] * size[1] <= 100_000:
            with suppress(UnreadableFileError):
                assert next(ocr.frames(bytes(data), "a")).ndim == 3


@engine
def test_an_empty_picture_holds_no_text():
    with pytest.raises(UnreadableFileError, match=r"a\.png: the file holds no text"):
        read_bytes(as_file(Image.new("RGB", (400, 300), "white"), "PNG"), "a.png")


def test_the_characters_of_a_line_are_spread_by_their_width():
    chars = list(ocr._chars("规章 12", (0, 0, 70, 10), 100, 1.0))
    assert [(char.text, char.x0) for char in chars] == [("规", 0.0), ("章", 20.0), ("1", 50.0), ("2", 60.0)]
    assert all(isinstance(char, Char) and (char.y0, char.y1) == (90.0, 100.0) for char in chars)


def test_pages_without_text_are_not_said_to_be_read():
    issues: list[Issue] = []
    ocr.ocr_issue([], issues)
    assert issues == []


COLUMNS = ("upheld", "corrected", "other", "pending", "total")
ROWS = [
    # figures of a row, whether OCR read them, what becomes of them
    ((1, 0, 0, 0, 1), True, "ok"),
    ((1, 0, 0, 0, 2), True, "unreadable"),
    ((1, 0, 0, 0, None), True, "unreadable"),
    ((1, 0, 0, 0, 2), False, "ok"),
]


@pytest.mark.parametrize(("figures", "by_ocr", "status"), ROWS)
def test_a_figure_read_by_ocr_counts_only_where_a_sum_bears_it_out(figures, by_ocr, status):
    place = f"page 1{ocr.NOTE if by_ocr else ''}, table 1, row 2"
    row = [
        Cell("disputes", "review", column, n, "" if n is None else str(n), "blank" if n is None else "ok", place)
        for column, n in zip(COLUMNS, figures, strict=True)
    ]
    found = confirmed(row)
    assert {cell.status for cell in found} == {status}
    assert [cell.raw for cell in found] == [cell.raw for cell in row]
    assert all((cell.value is None) == (cell.status != "ok") for cell in found)
