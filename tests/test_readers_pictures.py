"""Tables shown as pictures: read where the text has them not, never from elsewhere, never a wrong number."""

import base64
import io
import os
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from drawings import Drawing, as_file, ofd, picture
from pages import HTML_LAYOUTS, PROSE, SECTIONS, Page, disputes_rows, draw_page, html_table, missed, title, wrong
from PIL import Image
from test_readers_docx import document, p

import gidtk as gid
from gidtk import pictured
from gidtk.blocks import Block
from gidtk.errors import UnreadableFileError
from gidtk.readers import ocr, pictures, read_bytes
from gidtk.readers.pictures import Picture, picture_of, read_pictures
from gidtk.readers.sheets import Sheet
from gidtk.reading import fingerprint
from gidtk.report import Report

engine = pytest.mark.skipif(not ocr.installed(), reason="the OCR engine is not installed")

PAGE = draw_page("f2021", 1)
DISPUTES = picture(disputes_rows(PAGE), [72] * 15)
PNG = as_file(DISPUTES)
WRITTEN = "data:image/png;base64," + base64.b64encode(PNG).decode("ascii")
NAME = "表四.png"
Writer = Callable[[Path, bytes], Path]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine read each picture once for all tests."""
    monkeypatch.setattr(ocr, "picture_sheet", lambda image, number, scale: _sheet(image.tobytes(), image.shape, number))


_picture_sheet = ocr.picture_sheet


@cache
def _sheet(dots: bytes, shape: tuple[int, ...], number: int) -> Sheet:
    image = np.frombuffer(dots, dtype="uint8").reshape(shape)
    return (
        _picture_sheet(image, 1, ocr.WIDTH / shape[1])
        if number == 1
        else replace(_sheet(dots, shape, 1), number=number)
    )


def lines(page: Page = PAGE, shown: str = "") -> list[str]:
    """Return the lines of a report whose table 四 is something else."""
    found = [title(page)]
    for number, heading in enumerate(SECTIONS):
        found += [heading, PROSE if number in (0, 4) else "无。"]
        found += [shown] if shown and number == 3 else []
    return found


def html(source: str) -> bytes:
    body = "".join(line if line[0] == "<" else f"<p>{line}</p>" for line in lines(shown=f'<img src="{source}">'))
    return f"<html><head><meta charset=utf-8></head><body>{body}</body></html>".encode()


# ---------------------------------------------------------------- where pictures are


def in_page(folder: Path, png: bytes) -> Path:
    """Write the picture into the page."""
    file = folder / "a.html"
    file.write_bytes(html("data:image/png;base64," + base64.b64encode(png).decode("ascii")))
    return file


def beside_page(folder: Path, png: bytes) -> Path:
    """Write the picture beside the page, as browsers save it."""
    (folder / "a_files").mkdir()
    (folder / "a_files" / NAME).write_bytes(png)
    file = folder / "a.html"
    file.write_bytes(html(f"./a_files/{quote(NAME)}?v=1"))
    return file


def in_saved_page(source: str, **headers: str) -> Writer:
    def write(folder: Path, png: bytes) -> Path:
        message = EmailMessage()
        message["Content-Type"] = "multipart/related"
        for content, own in ((html(source), {"Content-Location": "http://www.anfu.gov.cn/a/b.html"}), (png, headers)):
            part = EmailMessage()
            kind = ("text", "html") if content is not png else ("image", "png")
            part.set_content(content, *kind)
            for name, value in own.items():
                part[name.replace("_", "-")] = value
            message.attach(part)
        file = folder / "a.mht"
        file.write_bytes(message.as_bytes())
        return file

    return write


def in_word(folder: Path, png: bytes) -> Path:
    drawing = '<w:p><w:r><w:drawing><a:blip xmlns:a="urn:a" r:embed="rId7"/></w:drawing></w:r></w:p>'
    body = "".join(line if line[0] == "<" else p(line) for line in lines(shown=drawing))
    out = io.BytesIO(document(body))
    with zipfile.ZipFile(out, "a") as archive:
        relation = '<Relationship Id="rId7" Target="media/image1.png"/>'
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relation}</Relationships>")
        archive.writestr("word/media/image1.png", png)
    file = folder / "a.docx"
    file.write_bytes(out.getvalue())
    return file


def with_image(data: bytes, png: bytes, boundary: str) -> bytes:
    """Return an OFD document with a picture on its first page."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode("utf-8")
            if name.endswith("Page_0/Content.xml"):
                image = f'<ofd:ImageObject ID="8" Boundary="{boundary}" ResourceID="5"/>'
                text = text.replace("</ofd:Layer>", f"{image}</ofd:Layer>")
            if name == "Doc_0/Document.xml":
                text = text.replace("</ofd:CommonData>", "<ofd:DocumentRes>Res.xml</ofd:DocumentRes></ofd:CommonData>")
            new.writestr(name, text)
        media = '<MultiMedia ID="5" Type="Image"><MediaFile>image_5.png</MediaFile></MultiMedia>'
        new.writestr("Doc_0/Res.xml", f'<Res BaseLoc="Res"><MultiMedias>{media}</MultiMedias></Res>')
        new.writestr("Doc_0/Res/image_5.png", png)
    return out.getvalue()


def in_ofd(folder: Path, png: bytes) -> Path:
    page = Drawing()
    for number, line in enumerate(lines()):
        page.text(60, 780 - 20 * number, line)
    file = folder / "a.ofd"
    file.write_bytes(with_image(ofd(page), png, "20 180 170 40"))
    return file


WRITERS: dict[str, Writer] = {
    "in the page": in_page,
    "beside the page": beside_page,
    "by its number": in_saved_page("cid:x@y", Content_ID="<x@y>"),
    "by its address": in_saved_page("../img/1.png", Content_Location="http://www.anfu.gov.cn/img/1.png"),
    "in a Word document": in_word,
    "in an OFD document": in_ofd,
}


@engine
@pytest.mark.parametrize("where", WRITERS)
def test_a_missing_table_is_read_from_its_picture(where: str, tmp_path: Path) -> None:
    report = gid.read_report(WRITERS[where](tmp_path, PNG))
    own = report.cells[report.cells["table"] == "disputes"]
    printed = [PAGE.values["disputes", row, column] for row, column in zip(own["row"], own["column"], strict=True)]
    assert own["value"].fillna(-1).tolist() == printed
    assert own["place"].str.fullmatch(r"picture 1( \S+)? \(OCR\), table 1, row 4(, column \d+)?").all()
    assert set(report.cells.loc[report.cells["table"] != "disputes", "status"]) == {"absent"}
    told = {issue.code: issue.message for issue in report.issues}
    assert told["read_by_ocr"].endswith(": read by OCR; a figure counts only where the rules of the form confirm it")
    assert "pictures_not_read" not in told
    assert report.title == title(PAGE)
    assert report.text("problems") == PROSE
    assert "【" in str(report.explain("disputes", "review", "total"))


@engine
def test_the_same_bytes_give_the_same_rows_from_an_archive(tmp_path: Path) -> None:
    file = in_page(tmp_path, PNG)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(file, "a.html")
    corpus = gid.build_corpus(tmp_path / "all.zip", tmp_path / "corpus", jobs=0)
    found = corpus.cells[["table", "row", "column", "value", "status", "place"]].astype(object)
    assert found.fillna("").values.tolist() == (
        gid.read_report(file).cells[found.columns].astype(object).fillna("").values.tolist()
    )


@engine
def test_what_was_read_without_the_engine_is_read_again_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = in_page(tmp_path, PNG)
    read = []
    for there in (False, True):
        monkeypatch.setattr(ocr, "installed", lambda there=there: there)
        fingerprint.cache_clear()
        read.append(int((gid.build_corpus([file], tmp_path / "corpus", jobs=0).cells["status"] == "ok").sum()))
    assert read == [0, 15]


def test_a_picture_that_is_not_in_the_archive_is_named(tmp_path: Path) -> None:
    file = beside_page(tmp_path, PNG)
    corpus = gid.build_corpus([file], tmp_path / "corpus", jobs=0)
    told = corpus.issues.set_index("code")["message"]
    assert told["pictures_not_read"] == (
        f"1 pictures in the html were not read ({NAME}): they are not in the file; save the page with its pictures, or "
        "read them alone"
    )


# ---------------------------------------------------------------- what the text has is not read again


def refuse(*_: object) -> None:
    pytest.fail("a picture was read")


def test_where_no_table_is_missing_no_picture_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictured, "read_pictures", refuse)
    file = tmp_path / "a.html"
    image = f"<body><img src='{WRITTEN}'>"
    file.write_text(HTML_LAYOUTS["spans"](PAGE).replace("<body>", image), encoding="utf-8")
    codes = {issue.code for issue in gid.read_report(file).issues}
    assert not codes & {"pictures_not_read", "read_by_ocr"}


def test_a_page_that_is_no_report_has_no_picture_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pictured, "read_pictures", refuse)
    file = tmp_path / "news.html"
    file.write_text(f"<p>{'今日要闻。' * 100}</p><img src='{WRITTEN}'>", encoding="utf-8")
    with pytest.raises(gid.NotAReportError):
        gid.read_report(file)


@engine
def test_a_table_of_the_text_wins_over_its_picture(tmp_path: Path) -> None:
    other = draw_page("f2021", 2)  # the text prints another table 四, and no table 三
    image = f'<img src="{WRITTEN}">{html_table(disputes_rows(other))}'
    body = "".join(line if line[0] == "<" else f"<p>{line}</p>" for line in lines(shown=image))
    file = tmp_path / "a.html"
    file.write_text(f"<html><body>{body}", encoding="utf-8")
    report = gid.read_report(file)
    cells = {(c.table, c.row, c.column): c for c in report._cells}
    assert {key: cell.value for key, cell in cells.items() if key[0] == "disputes"} == {
        key: value for key, value in other.values.items() if key[0] == "disputes"
    }
    assert wrong(other, cells) == {}
    assert [issue.message for issue in report.issues if issue.code == "pictures_without_tables"] == [
        "picture 1: read by OCR; none of the tables that are missing was found there"
    ]


# ---------------------------------------------------------------- pictures and nothing else


@engine
@pytest.mark.parametrize(
    "data",
    [
        f'<html><body><img src="{WRITTEN}"></body></html>'.encode(),
        with_image(ofd(Drawing()), PNG, "0 0 210 297"),
    ],
)
def test_a_document_of_pictures_is_read_as_the_scan_that_it_is(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = _sheet(np.asarray(DISPUTES).tobytes(), np.asarray(DISPUTES).shape, 1)
    above = ocr._chars(title(PAGE), (0, -60, 500, -30), DISPUTES.height, ocr.WIDTH / DISPUTES.width)
    monkeypatch.setattr(ocr, "picture_sheet", lambda *_: replace(sheet, chars=[*above, *sheet.chars]))
    (tmp_path / "a").write_bytes(data)
    report = gid.read_report(tmp_path / "a")
    assert report.title == title(PAGE)
    cells = {(c.table, c.row, c.column): c for c in report._cells}
    assert wrong(PAGE, cells) == {}
    assert {key[0] for key in missed(PAGE, cells)} == {"disclosure", "requests"}
    assert [issue.code for issue in report.issues].count("read_by_ocr") == 1


@pytest.mark.parametrize(
    "data", [f'<html><img src="{WRITTEN}">'.encode(), with_image(ofd(Drawing()), PNG, "0 0 210 297")]
)
def test_without_the_engine_pictures_alone_say_the_way_out(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "installed", lambda: False)
    with pytest.raises(UnreadableFileError, match=r'pictures of pages and no text .* with pip install "gidtk\[ocr\]"'):
        read_bytes(data, "a")


def test_without_the_engine_the_cells_are_absent_and_the_way_out_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ocr, "installed", lambda: False)
    report = gid.read_report(in_word(tmp_path, PNG))
    assert set(report.cells["status"]) == {"absent"}
    assert [issue.message for issue in report.issues if issue.code == "pictures_not_read"] == [
        '1 pictures in the docx were not read (image1.png): read them by OCR with pip install "gidtk[ocr]"'
    ]


# ---------------------------------------------------------------- what must not be read

AWAY = [
    "../x.png", "a/../../x.png", "/etc/x.png", "{outside}/x.png", "file://{outside}/x.png", "http://a/x.png",
    "//a/x.png", "C:\\x.png", "\\\\a\\x.png", "..%2Fx.png", "%2e%2e/x.png", "..\\x.png", "link.png", "linked/x.png",
    "fifo.png", "folder.png", "x\0.png", "none.png", "x" * 5000 + ".png", "javascript:x.png",
]  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are made otherwise there")
@pytest.mark.parametrize("source", AWAY)
def test_nothing_outside_the_folder_is_opened(source: str, tmp_path: Path) -> None:
    folder = tmp_path / "page"
    (folder / "folder.png").mkdir(parents=True)
    (tmp_path / "x.png").write_bytes(PNG)
    (folder / "link.png").symlink_to(tmp_path / "x.png")
    (folder / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / "fifo.png")
    found = picture_of(0, source.replace("{outside}", str(tmp_path)), folder)
    assert found is not None
    assert found.load() is None


def test_a_link_that_stays_in_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.png").write_bytes(PNG)
    (tmp_path / "b.png").symlink_to(tmp_path / "a" / "x.png")
    names = ["a/x.png", "./a/x.png", "a\\x.png", "b.png", "a%2Fx.png", "a/x.png#1"]
    assert [found.load() == PNG for name in names if (found := picture_of(0, name, tmp_path))] == [True] * 6


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def empty_png(width: int, height: int) -> bytes:
    """Return a PNG that says it has so many dots, and holds none."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


LARGE = "more than 40,000,000 dots or 16,777,216 bytes; read them alone, in parts"
KIND = "they are damaged or of a kind that is not read; save them as PNG"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='900' height='900'/>"
HOSTILE = [
    # a picture, why it is not read
    (empty_png(30_000, 30_000), LARGE),
    (empty_png(12_000, 10_000), LARGE),
    (bytes(16 * 1024 * 1024 + 1), LARGE),
    (PNG[: len(PNG) // 2], KIND),
    (PNG[:20], KIND),
    (empty_png(900, 900), KIND),
    (SVG, KIND),
    (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 900 900\n",
        KIND,
    ),
    (b"", KIND),
]


@engine
@pytest.mark.parametrize(("data", "why"), HOSTILE)
def test_a_hostile_picture_is_refused_and_said(data: bytes, why: str) -> None:
    found, told = read_pictures([Picture(0, "a.png", lambda: data)], "docx")
    assert (found, [issue.message for issue in told]) == ([], [f"1 pictures in the docx were not read (a.png): {why}"])


@pytest.mark.parametrize("size", [(1, 1), (399, 900), (900, 99)])
def test_a_picture_too_small_for_a_table_is_passed_over(size: tuple[int, int]) -> None:
    data = as_file(Image.new("RGB", size))
    assert read_pictures([Picture(0, "a.png", lambda: data)], "html") == ([], [])


@pytest.mark.parametrize("source", ["logo.gif", "seal", "data:image/svg+xml;base64,AAAA", "data:text/html,<p>", ""])
def test_an_icon_is_no_picture_of_a_table(source: str) -> None:
    found = picture_of(0, source)
    assert read_pictures([found] if found else [], "html") == ([], [])


def numbered(count: int) -> list[Picture]:
    files = [as_file(Image.new("RGB", (400, 100 + number))) for number in range(count)]
    return [Picture(0, f"{n}.png", lambda data=data: data) for n, data in enumerate(files)]


@engine
def test_so_many_pictures_are_read_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_seen", lambda picture, number, data: pictures.Seen(picture, f"{number}", []))
    monkeypatch.setattr(pictures, "MOST_READ", 3)
    twice = [*numbered(5), *numbered(5)]
    found, told = read_pictures(twice, "docx")
    assert [one.place for one in found] == ["1", "2", "3"]
    assert [issue.message for issue in told] == [
        "2 pictures in the docx were not read (3.png, 4.png): more than 16 pictures; read them alone"
    ]


@engine
def test_the_time_for_one_file_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_seen", lambda picture, number, data: pictures.Seen(picture, f"{number}", []))
    times = iter([0.0, 400.0])
    monkeypatch.setattr(pictures, "_now", lambda: next(times))
    monkeypatch.setattr(pictures, "_limit", lambda: 600.0)
    found, told = read_pictures(numbered(2), "docx")
    assert ([one.place for one in found], told[0].message) == (
        ["1"],
        "1 pictures in the docx were not read (1.png): the time for one file is used up; read them alone, or build "
        "with a longer timeout",
    )


def test_many_unclosed_pictures_take_no_time(tmp_path: Path) -> None:
    blocks: list[Block] = read_bytes(b"<p>a</p>" + b"<img src=a.png " * 100_000, "a.html").blocks
    assert len(blocks) == 1
    many = read_bytes(b"<p>a</p>" + b"<img src=a.png>" * 20_000, "a.html")
    assert len(many.pictures) == 500


def test_pictures_stand_where_the_page_shows_them() -> None:
    page = (
        "<p>甲<img src=1.png></p><img src=2.png><p>乙</p><div class=nav><img src=3.png></div>"
        "<table><tr><td>1<td>2<img src=4.png></table>"
    )
    shown = read_bytes(page.encode(), "a.html").pictures
    assert [(picture.at, picture.name) for picture in shown] == [(1, "1.png"), (1, "2.png"), (3, "4.png")]


def test_every_report_of_a_file_has_its_own_pictures() -> None:
    one, two = lines(), [line.replace("安福", "吉安") for line in lines()]
    body = "".join(f"<p>{line}</p>" for line in one) + "<img src=1.png>" + "".join(f"<p>{line}</p>" for line in two)
    parts = gid.volumes.split_document(read_bytes((body + "<img src=2.png>").encode(), "a.html"))
    assert [[(p.at, p.name) for p in part.pictures] for part in parts] == [[(13, "1.png")], [(13, "2.png")]]


def test_missed_cells_of_a_picture_have_a_status(tmp_path: Path) -> None:
    report: Report = gid.read_report(in_page(tmp_path, PNG))
    cells = {(c.table, c.row, c.column): c for c in report._cells}
    assert wrong(PAGE, cells) == {}
    assert set(missed(PAGE, cells).values()) <= {"absent", "unreadable"}
