"""What archives hold: each member under its name, every expansion bounded, damage a fault beside what is read."""

import bz2
import gzip
import io
import lzma
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gidtk import archives
from gidtk.archives import Fault, Found, archive_kind, clean_name, is_aside, looks_like_report, members
from gidtk.sources import documents, find_places

PAGE = "<p>安福县2020年政府信息公开工作年度报告</p><p>受理申请</p>".encode()


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def warc(pages: dict[str, tuple[bytes, int]]) -> bytes:
    out = b""
    for url, (page, status) in pages.items():
        body = f"HTTP/1.1 {status} OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n".encode() + page
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2021-02-01T00:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{len(out):012}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        out += head.encode() + body + b"\r\n\r\n"
    return out


def read(folder: Path) -> list[Found | Fault]:
    return [found for place in find_places(folder) for found in documents(place)]


MEMBERS = {"甲/a.html": PAGE, "乙/b.html": PAGE + b"2"}
PACKED: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "zip": zipped,
    "tar": tarred,
    "tar.gz": lambda members: gzip.compress(tarred(members)),
    "tar.bz2": lambda members: bz2.compress(tarred(members)),
    "tar.xz": lambda members: lzma.compress(tarred(members)),
    "zip in a zip": lambda members: zipped({"内.zip": zipped(members)}),
}


@pytest.mark.parametrize("kind", PACKED)
def test_an_archive_gives_its_members_under_its_name(kind: str, tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(PACKED[kind](MEMBERS))
    inner = "x.bin/内.zip" if kind == "zip in a zip" else "x.bin"
    assert read(tmp_path) == [Found(f"{inner}/{name}", data) for name, data in MEMBERS.items()]


def test_names_of_members_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zipped({"../../etc/a.html": PAGE, "/b.html": PAGE, "c\x1b[2J.html": PAGE}))
    (tmp_path / "y.tar").write_bytes(tarred({"../../d.html": PAGE}))
    assert [found.name for found in read(tmp_path)] == [
        "x.zip/etc/a.html", "x.zip/b.html", "x.zip/c [2J.html", "y.tar/d.html"
    ]  # fmt: skip


def test_a_member_named_on_a_chinese_windows_keeps_its_name(tmp_path: Path) -> None:
    data = zipped({"xxxxxx.html": PAGE})
    (tmp_path / "x.zip").write_bytes(data.replace(b"xxxxxx.html", "安福县.html".encode("gb18030")))
    assert [found.name for found in read(tmp_path)] == ["x.zip/安福县.html"]


def test_of_a_web_archive_only_answers_that_look_like_a_report_are_read(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc")
    pages = {
        "https://a.gov.cn/1.html": (PAGE, 200),
        "https://a.gov.cn/2.html": (PAGE, 404),
        "https://a.gov.cn/3.html": (b"<p>news</p>", 200),
        "https://a.gov.cn/4.html": (PAGE.decode().encode("gb18030"), 200),
    }
    for name, data in (("a.warc", warc(pages)), ("b.warc.gz", gzip.compress(warc(pages)))):
        (tmp_path / name).write_bytes(data)
    found = [item for item in read(tmp_path) if isinstance(item, Found)]
    assert [item.url for item in found] == ["https://a.gov.cn/1.html", "https://a.gov.cn/4.html"] * 2
    assert {(item.captured or "")[:10] for item in found} == {"2021-02-01"}
    assert found[0].data == PAGE


def test_without_the_extra_a_web_archive_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "fastwarc.warc", None)
    (tmp_path / "a.warc").write_bytes(warc({"https://a.gov.cn/1.html": (PAGE, 200)}))
    (fault,) = read(tmp_path)
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.message) == (
        "missing_extra",
        'a web archive; reading it needs fastwarc: pip install "gidtk[warc]"',
    )


def test_a_damaged_archive_is_a_fault_and_what_came_before_is_read(tmp_path: Path) -> None:
    data = tarred({"a.html": PAGE, "b.html": b"x" * 4000})
    (tmp_path / "x.tar").write_bytes(data[:1800])
    (tmp_path / "y.zip").write_bytes(zipped(MEMBERS)[:-30])
    found = read(tmp_path)
    assert found[0] == Found("x.tar/a.html", PAGE)
    assert {(item.name, item.kind) for item in found[1:] if isinstance(item, Fault)} == {
        ("x.tar", "archive"),
        ("y.zip", "archive"),
    }


def test_a_bomb_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "FREE", 10_000)
    monkeypatch.setattr(archives, "RATIO", 2)
    (tmp_path / "x.zip").write_bytes(zipped({f"{n}.html": b"0" * 4000 for n in range(20)}))
    (tmp_path / "y.tgz").write_bytes(gzip.compress(tarred({f"{n}.html": b"0" * 4000 for n in range(20)})))
    faults = [item for item in read(tmp_path) if isinstance(item, Fault)]
    assert [item.name for item in faults] == ["x.zip", "y.tgz"]
    assert all("unpack it yourself and give the folder" in item.message for item in faults)


def test_archives_too_deep_are_faults(tmp_path: Path) -> None:
    data = zipped(MEMBERS)
    for _ in range(4):
        data = zipped({"x.zip": data})
    (tmp_path / "x.zip").write_bytes(data)
    (fault,) = read(tmp_path)
    assert isinstance(fault, Fault)
    assert "lies more than 2 archives deep: unpack the outer ones" in fault.message


@given(
    st.binary(max_size=400),
    st.sampled_from([b"PK\x03\x04", b"\x1f\x8b", b"BZh9", b"\xfd7zXZ\x00", b"WARC/1.0\r\n", b""]),
)
def test_no_bytes_bring_an_archive_reader_down(data: bytes, magic: bytes) -> None:
    stream = io.BytesIO(magic + data)
    if archive_kind(stream):
        assert all(isinstance(item, Found | Fault) for item in archives.members(stream, "x", len(data)))


@given(st.text(max_size=60))
def test_a_clean_name_is_a_label(name: str) -> None:
    clean = clean_name(name)
    assert not clean.startswith("/")
    assert ".." not in clean.split("/")
    assert clean_name(clean) == clean
    assert not {"Cc", "Cf", "Zl", "Zp"} & {unicodedata.category(char) for char in clean}


@pytest.mark.parametrize(
    ("data", "like"),
    [
        (PAGE, True),
        (PAGE.decode().encode("gb18030"), True),
        ("信息公開 年度報告 行政複議".encode("big5"), True),
        ("<p>政府信息公开指南</p>".encode(), False),
        (b"%PDF-1.7", True),
        (b"", False),
    ],
)
def test_what_looks_like_a_report_is_told_by_its_words(data: bytes, like: bool) -> None:
    assert looks_like_report(data) == like


@pytest.mark.parametrize("name", ["a/.git/x.html", "a/main.css", "__MACOSX/a.html", "~$a.docx"])
def test_what_stands_beside_reports_is_no_document(name: str) -> None:
    assert is_aside(name)


# --- one archive, as a stream ---------------------------------------------------------------------------------------


def of(data: bytes) -> list[Found | Fault]:
    return list(members(io.BytesIO(data), "x", len(data)))


@pytest.mark.parametrize(("kind", "expected"), [(kind, kind.partition(".")[0][:3]) for kind in PACKED])
def test_an_archive_is_told_by_its_content_and_its_stream_is_at_its_beginning(kind: str, expected: str) -> None:
    stream = io.BytesIO(PACKED[kind](MEMBERS))
    assert archive_kind(stream) == expected
    assert stream.tell() == 0


@pytest.mark.parametrize(
    "data",
    [b"", PAGE, gzip.compress(PAGE), b"PK", zipped({"word/document.xml": b"<w/>"})],
    ids=["nothing", "a page", "gzip", "half a zip", "docx"],
)
def test_what_is_no_archive_is_none(data: bytes) -> None:
    assert archive_kind(io.BytesIO(data)) == ""


def test_a_member_that_is_too_large_is_a_fault_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST", 1000)
    for packed in (zipped, tarred):
        large, small = of(packed({"a.html": b"x" * 1001, "b.html": PAGE}))
        assert isinstance(large, Fault)
        assert "1,001 bytes, more than the 1,000 that a report may have: unpack it" in large.message
        assert small == Found("x/b.html", PAGE)


def test_more_members_than_the_bound_end_the_archive_with_what_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    for packed in (zipped, tarred):
        found = of(packed({f"{n}.html": PAGE for n in range(5)}))
        assert [type(item) for item in found] == [Found, Found, Found, Fault]


def test_a_long_name_keeps_its_two_ends() -> None:
    name = clean_name("a" * 400 + "b" * 400 + ".html")
    assert len(name) == archives.LONGEST_NAME + 1
    assert name.startswith("aaa")
    assert name.endswith("b.html")
