"""Saved pages, frames, HTML under other names, other encodings, and pages packed with gzip."""

import base64
import gzip
import quopri

import pytest

from gidtk.blocks import Grid, Paragraph
from gidtk.errors import UnreadableFileError
from gidtk.readers import html, mhtml, read_bytes, sniff
from gidtk.readers.decoding import decode

TABLE = "<table><tr><td>规章</td><td>5</td></tr></table>"
PAGE = f"<html><head><title>年报</title></head><body><p>一、总体情况</p>{TABLE}</body></html>"


def read(data: bytes | str, name: str = "a.mht") -> list:
    blocks = read_bytes(data.encode("utf-8") if isinstance(data, str) else data, name).blocks
    return [block.texts if isinstance(block, Grid) else block.text for block in blocks]


def part(content: str, encoding: str, transfer: str, **headers: str) -> bytes:
    data = content.encode(encoding)
    body = base64.encodebytes(data) if transfer == "base64" else quopri.encodestring(data)
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join(["Content-Type: text/html", f"Content-Transfer-Encoding: {transfer}", *lines])
    return head.encode("ascii") + b"\r\n\r\n" + body


def saved(*parts: bytes) -> bytes:
    head = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: http://www.anfu.gov.cn/\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----=b"\r\n\r\n'
    )
    return head + b"".join(b"------=b\r\n" + one + b"\r\n" for one in parts) + b"------=b--\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("transfer", ["quoted-printable", "base64"])
def test_a_saved_page_is_read_in_any_encoding(encoding, transfer):
    data = saved(part(PAGE, encoding, transfer))
    assert (sniff(data), read(data)) == ("mhtml", ["一、总体情况", [["规章", "5"]]])


def test_frames_of_a_saved_page_stand_where_they_are_shown():
    outer = '<html><body><p>前</p><iframe src="cid:frame-1@mhtml.blink"></iframe><frame src="http://a/b.htm"><p>后</p></body></html>'
    data = saved(
        part(outer, "utf-8", "base64"),
        part(f"<body>{TABLE}</body>", "utf-8", "base64", Content_ID="<frame-1@mhtml.blink>"),
        part("<body><p>乙</p></body>", "utf-8", "base64", Content_Location="http://a/b.htm"),
    )
    assert read(data) == ["前", [["规章", "5"]], "乙", "后"]


def test_a_frame_that_carries_its_page_is_read():
    inner = TABLE.replace('"', "&quot;").replace("<", "&lt;")
    assert read(f'<html><body><p>前</p><iframe srcdoc="{inner}"></iframe></body></html>') == ["前", [["规章", "5"]]]
    hidden = f'<p>前</p><iframe style="display:none" srcdoc="{inner}"></iframe>'
    assert read(f"<html><body>{hidden}<iframe src='other.html'></iframe></body></html>") == ["前"]


def test_frames_that_show_themselves_end():
    page = "<body><p>甲</p><iframe src='a'></iframe></body>"
    assert 1 < len(html.read(page, {"a": page})) < 9


@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.wps", "a"])
def test_the_content_decides_and_not_the_name(name):
    word = f'<html xmlns:w="urn:schemas-microsoft-com:office:word"><body><p class=MsoNormal>甲</p>{TABLE}</body></html>'
    assert read(word, name) == ["甲", [["规章", "5"]]]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "gb18030", "gbk"])
def test_pages_in_other_encodings_are_read(encoding):
    assert read(PAGE.encode(encoding), "a.html") == ["一、总体情况", [["规章", "5"]]]


def test_text_without_tags_is_not_taken_for_utf_16():
    assert decode("政府信息公开\x00".encode()) == "政府信息公开\x00"
    assert decode(b"") == ""


def test_a_page_packed_with_gzip_is_read_as_what_it_holds():
    document = read_bytes(gzip.compress(PAGE.encode("utf-8")), "a.html.gz")
    assert (document.format, [type(b) for b in document.blocks]) == ("html", [Paragraph, Grid])
    with pytest.raises(UnreadableFileError, match=r"a\.gz: the gzip file is damaged \(.*\): unpack it yourself"):
        read_bytes(gzip.compress(PAGE.encode("utf-8"))[:-12], "a.gz")
    with pytest.raises(UnreadableFileError, match=r"a\.gz: unpacks to more than the 67,108,864 bytes"):
        read_bytes(gzip.compress(gzip.compress(PAGE.encode("utf-8"))), "a.gz")


def test_a_saved_page_without_html_says_so():
    data = saved(b"Content-Type: image/png\r\n\r\nxx")
    with pytest.raises(UnreadableFileError, match=r"a\.mht: the saved page holds no HTML: save it again as HTML"):
        read(data)


def test_a_damaged_saved_page_says_so(monkeypatch):
    def broken(data):
        raise RecursionError

    monkeypatch.setattr(mhtml.email, "message_from_bytes", broken)
    with pytest.raises(
        UnreadableFileError, match=r"a\.mht: the saved page is damaged \(RecursionError\): save it again"
    ):
        read(saved(part(PAGE, "utf-8", "base64")))


def test_a_text_that_looks_like_headers_is_a_text():
    assert sniff("Title: 年报\nAuthor: 甲\n\n一、总体情况\n".encode()) == "text"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"Rar!\x1a\x07", "an archive"),
        (b"PK\x03\x04broken", "a damaged archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "an Excel workbook"),
    ],
)
def test_other_files_are_said_to_be_what_they_are(data, kind):
    message = rf"a\.bin: the file is {kind}; gidtk reads HTML, text, Word, OFD and PDF: save it as one of them"
    with pytest.raises(UnreadableFileError, match=message):
        read_bytes(data, "a.bin")
