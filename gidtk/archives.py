"""What archives hold, member by member: zip, tar and web archives (WARC), every expansion bounded.

A member's name is only ever a label: nothing is unpacked to disk. A member that is damaged or too large is handed on
as a fault, and the others are read.
"""

import bz2
import gzip
import io
import lzma
import re
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

from gidtk.readers import LARGEST, docx
from gidtk.schemas import facts

__all__ = ["Found", "Fault", "archive_kind", "clean_name", "looks_like_report", "members"]

MOST_MEMBERS = 500_000  # of one archive with all archives inside it
MOST_INDEX = 128 * 1024 * 1024  # bytes of a zip archive's list of members
DEEPEST = 2  # archives within archives
FREE = 1024**3  # bytes that any archive may unpack to
RATIO = 200  # and so many times its own size; pages of text pack 5 to 50 times
LONGEST_NAME = 300

_PACKED: tuple[tuple[bytes, Callable[[Any], Any]], ...] = (
    (b"\x1f\x8b", lambda stream: gzip.GzipFile(fileobj=stream)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, OverflowError,
    NotImplementedError, RuntimeError, struct.error, UnicodeError,
)  # fmt: skip


class Found(NamedTuple):
    """A document: its name in the corpus, its bytes, and where a web archive has it from."""

    name: str
    data: bytes
    url: str | None = None
    captured: str | None = None


class Fault(NamedTuple):
    """Something that could not be opened: its name in the corpus, the kind of failure and what was found."""

    name: str
    kind: str
    message: str


class _TooMuchError(Exception):
    """An archive unpacks to more than its bound."""


@dataclass
class _Budget:
    """How much an archive may still unpack to."""

    bytes: int
    members: int = field(default_factory=lambda: MOST_MEMBERS)

    def spend(self, size: int) -> None:
        self.bytes -= size
        self.members -= 1
        if self.bytes < 0 or self.members < 0:
            raise _TooMuchError


def archive_kind(stream: IO[bytes]) -> str:
    """Tell what archive a file is by its content; the stream is left at its beginning.

    Returns
    -------
    str
        ``zip``, ``tar``, ``warc``; empty for anything else: a Word or OFD document is no archive, nor is a page that
        is packed with gzip.

    Examples
    --------
    >>> archive_kind(io.BytesIO(b"WARC/1.0" + bytes(9))), archive_kind(io.BytesIO(b"<html>"))
    ('warc', '')
    """
    head = stream.read(512)
    stream.seek(0)
    if head.startswith(b"PK\x03\x04"):
        return "zip" if _is_plain_zip(stream) else ""
    inner = head
    for magic, opened in _PACKED:
        if head.startswith(magic):
            try:
                inner = opened(stream).read(512)
            except _DAMAGED:
                return ""
            finally:
                stream.seek(0)
    if inner.startswith(b"WARC/"):
        return "warc"
    return "tar" if inner[257:262] == b"ustar" else ""


def _is_plain_zip(stream: IO[bytes]) -> bool:
    try:
        _check_index(stream)
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
    except (_TooMuchError, *_DAMAGED):
        return True  # as an archive it is told what is wrong with it
    finally:
        stream.seek(0)
    office = docx.main_part(names) or any(
        name.startswith(("xl/", "ppt/")) or name.lstrip("/").casefold() == "ofd.xml" for name in names
    )
    return not office


def _check_index(stream: IO[bytes]) -> None:
    """Refuse a zip archive whose list of members would fill the memory."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(size - 66_000, 0))
    tail = stream.read()
    end = tail.rfind(b"PK\x05\x06")
    if end >= 0 and len(tail) - end >= 22:
        (index,) = struct.unpack_from("<I", tail, end + 12)
        if index == 0xFFFFFFFF and tail[max(end - 20, 0) :].startswith(b"PK\x06\x07"):
            (place,) = struct.unpack_from("<Q", tail, end - 12)
            stream.seek(min(place, size))
            record = stream.read(56)
            index = struct.unpack_from("<Q", record, 40)[0] if len(record) == 56 else 0
        if min(index, size) > MOST_INDEX:
            raise _TooMuchError
    stream.seek(0)


def members(stream: IO[bytes], name: str, size: int) -> Iterator[Found | Fault]:
    """Read the documents of an archive, archives inside it included.

    Parameters
    ----------
    stream : file
        Open for reading bytes; it can seek.
    name : str
        The archive's name in the corpus; those of its members begin with it.
    size : int
        Its size in bytes, which bounds what it may unpack to.

    Yields
    ------
    Found or Fault
        Of a web archive only responses that look like a report are handed on.
    """
    yield from _members(stream, name, _Budget(FREE + RATIO * size), DEEPEST)


def _members(stream: IO[bytes], name: str, budget: _Budget, depth: int) -> Iterator[Found | Fault]:
    opened = {"zip": _zip_members, "tar": _tar_members, "warc": _warc_members}[archive_kind(stream)]
    try:
        for found in opened(stream, name, budget):
            if isinstance(found, Fault) or not archive_kind(inner := io.BytesIO(found.data)):
                yield found
            elif depth:
                yield from _members(inner, found.name, budget, depth - 1)
            else:
                yield Fault(found.name, "archive", f"lies more than {DEEPEST} archives deep: unpack the outer ones")
    except _TooMuchError:
        yield Fault(
            name,
            "archive",
            f"unpacks to more than {MOST_MEMBERS:,} members or {FREE // 1024**3} GB + {RATIO} times its size; what "
            "came before that is read: unpack it yourself and give the folder",
        )
    except _DAMAGED as error:
        yield Fault(name, "archive", f"is damaged ({_told(error)}); what came before that is read: copy it again")


def _told(error: Exception) -> str:
    return clean_name(str(error))[:120] or type(error).__name__


def _zip_members(stream: IO[bytes], name: str, budget: _Budget) -> Iterator[Found | Fault]:
    _check_index(stream)
    with zipfile.ZipFile(stream) as archive:
        for member in archive.infolist():
            label = f"{name}/{_member_name(member)}"
            if member.is_dir() or is_aside(label):
                continue
            budget.spend(min(member.file_size, LARGEST))
            if fault := _too_large(label, member.file_size):
                yield fault
                continue
            try:
                with archive.open(member) as opened:
                    yield Found(label, _read(opened))
            except _DAMAGED as error:
                yield Fault(label, "archive", f"cannot be unpacked ({_told(error)}): copy the archive again")


def _member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; those written on a Chinese Windows are in GBK and not marked so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    return clean_name(name)


def _tar_members(stream: IO[bytes], name: str, budget: _Budget) -> Iterator[Found | Fault]:
    head = stream.read(8)
    stream.seek(0)
    opened: Any = next((packed(stream) for magic, packed in _PACKED if head.startswith(magic)), stream)
    with tarfile.open(fileobj=_Bounded(opened, budget), mode="r:") as archive:  # type: ignore[call-overload]
        while (member := archive.next()) is not None:
            archive.members.clear()  # it would keep them all
            label = f"{name}/{clean_name(member.name)}"
            if not member.isfile() or is_aside(label):
                budget.spend(0)
                continue
            budget.spend(0)
            if fault := _too_large(label, member.size):
                yield fault
            elif body := archive.extractfile(member):
                yield Found(label, _read(body))


class _Bounded:
    """A stream that is read forward, no more than its budget and no piece larger than a document."""

    def __init__(self, stream: Any, budget: _Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= LARGEST + 1024:
            raise _TooMuchError
        data: bytes = self._stream.read(size)
        self._budget.bytes -= len(data)
        return data

    def seek(self, place: int) -> int:
        here = self._stream.tell()
        self._budget.bytes -= max(place - here, 0)
        if self._budget.bytes < 0:
            raise _TooMuchError
        return int(self._stream.seek(place))

    def tell(self) -> int:
        return int(self._stream.tell())


def _warc_members(stream: IO[bytes], name: str, budget: _Budget) -> Iterator[Found | Fault]:
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError:
        yield Fault(name, "missing_extra", 'a web archive; reading it needs fastwarc: pip install "gidtk[warc]"')
        return
    records = ArchiveIterator(
        stream, record_types=WarcRecordType.response, max_content_length=LARGEST, parse_http=True, auto_decode="all"
    )
    for record in records:
        status = getattr(record.http_headers, "status_code", None)
        if status is not None and status != 200:
            continue
        data = record.reader.read(LARGEST + 1)
        budget.spend(len(data))
        if len(data) <= LARGEST and looks_like_report(data):
            url = clean_text(record.headers.get("WARC-Target-URI") or "")
            captured = clean_text(record.headers.get("WARC-Date") or "")
            yield Found(f"{name}/{clean_name(url)}", data, url or None, captured or None)


def looks_like_report(data: bytes) -> bool:
    """Tell cheaply whether a page of a web archive may be a report: its words, without reading it.

    Documents that are not plain text (PDF, Word, OFD) pass: their words cannot be seen without reading them.

    Examples
    --------
    >>> looks_like_report("<p>政府信息公开工作年度报告：受理申请3件".encode("gb18030")), looks_like_report(b"<p>news")
    (True, False)
    """
    if data.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x1f\x8b")):
        return True
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:200]:
        return len(data) > 2000  # UTF-16, or nothing that a page would hold
    encodings = ("utf-8", "gb18030", "big5")
    return any(all(_has(group, encoding, data) for group in facts()["web"]["groups"]) for encoding in encodings)


def _has(words: list[str], encoding: str, data: bytes) -> bool:
    return any(bytes_ in data for word in words if (bytes_ := word.encode(encoding, errors="ignore")))


def is_aside(name: str) -> bool:
    """Tell whether a file only stands beside reports: hidden, a style sheet, a script, a table.

    Examples
    --------
    >>> is_aside("2020/安福_files/main.css"), is_aside("2020/.DS_Store"), is_aside("2020/安福.html")
    (True, True, False)
    """
    parts = name.split("/")
    aside = facts()["aside"]
    return (
        name.casefold().endswith(tuple(aside["suffixes"]))
        or any(part in aside["names"] for part in parts)
        or any(part.startswith((".", "~$")) for part in parts)
    )


def clean_text(text: str) -> str:
    """Return a text without the characters that steer a terminal or a page, and none that cannot be written."""
    whole = text.encode("utf-8", errors="replace").decode("utf-8")
    return "".join(" " if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") else char for char in whole)[:2000]


def clean_name(name: str) -> str:
    r"""Return a name as a label: forward slashes, no way up, no control characters, bounded in length.

    Examples
    --------
    >>> clean_name("..\\..\\a\x1b/./b.html"), clean_name("/etc/passwd")
    ('a /b.html', 'etc/passwd')
    """
    parts = re.split(r"[\\/]+", clean_text(name))
    kept = "/".join(part for part in parts if part not in ("", ".", ".."))
    return kept if len(kept) <= LONGEST_NAME else f"{kept[: LONGEST_NAME // 2]}…{kept[-LONGEST_NAME // 2 :]}"


def _too_large(label: str, size: int) -> Fault | None:
    if size <= LARGEST:
        return None
    return Fault(label, "archive", f"{size:,} bytes, more than the {LARGEST:,} that a report may have: unpack it")


def _read(stream: IO[bytes]) -> bytes:
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise _TooMuchError
    return data
