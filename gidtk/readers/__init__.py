"""From a file to blocks. The reader is picked by what the file holds, not by its name."""

import gzip
import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from gidtk.blocks import Block
from gidtk.errors import UnreadableFileError
from gidtk.issues import Issue
from gidtk.readers import docx, html, mhtml, ocr, ofd, office, pdf, text
from gidtk.readers.decoding import decode
from gidtk.readers.pictures import CODE, Picture, picture_of, read_pictures, read_so

__all__ = ["decode", "read_blocks", "read_bytes", "sniff"]

LARGEST = 64 * 1024 * 1024  # bytes; the largest report seen has under one per cent of that
LARGEST_TEXT = 16 * 1024 * 1024  # bytes of a page or a text; Word exports have under a million
MOST_BLOCKS = 50_000  # paragraphs and tables; a report has some hundred

_MARKUP = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|table|div|p|tr|td|span|meta)\b", re.IGNORECASE)
_MAGIC = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (("WordDocument", "doc"), ("Workbook", "an Excel workbook"), ("PowerPoint Document", "a presentation"))


class Document(NamedTuple):
    """The blocks of a file, the format they were read from, what could not be read, and the pictures it shows."""

    blocks: list[Block]
    format: str
    issues: tuple[Issue, ...] = ()
    pictures: tuple[Picture, ...] = ()


def read_blocks(path: str | os.PathLike[str]) -> list[Block]:
    """Read a file into paragraphs and grids, in reading order.

    Parameters
    ----------
    path : str or path
        An HTML page, also saved as MHTML, a text file, a Word document (DOCX), an OFD document, a PDF with a text
        layer (extra ``gidtk[pdf]``); DOC, WPS and RTF where LibreOffice is installed; scans and pictures of pages
        by OCR (extra ``gidtk[ocr]``). Also packed with gzip.

    Returns
    -------
    list of Paragraph or Grid
        No text of the document is lost; scripts, navigation and other furniture of the page are left out. Every
        grid is a rectangle with its spans expanded.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, is too large, or is of a kind that no reader takes.

    Examples
    --------
    >>> import gidtk as gid
    >>> gid.read_blocks(gid.sample("anfu_2020.txt"))[0]
    Paragraph(text='安福县2020年政府信息公开工作年度报告', place='line 1')
    """
    return read_bytes(load_bytes(path), str(path)).blocks


def load_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return the content of a file, bounded in size."""
    file = Path(path)
    try:
        size = file.stat().st_size
        if size > LARGEST:
            raise UnreadableFileError(
                f"{path}: {size:,} bytes, more than the {LARGEST:,} that a report may have: is it an archive?"
            )
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        way = "gidtk build reads a folder" if file.is_dir() else "check the name and its rights"
        raise UnreadableFileError(f"{path}: cannot be opened ({reason}): {way}") from error


def sniff(data: bytes) -> str:
    """Return the format of a file's content.

    Returns
    -------
    str
        ``html``, ``mhtml``, ``text``, ``docx``, ``pdf``, ``ofd``, ``doc``, ``wps``, ``rtf``, ``picture``, ``gzip``, or
        in words what it is instead.

    Examples
    --------
    >>> sniff(b"<html>"), sniff(b"GIF89a")
    ('html', 'picture')
    """
    head = data[:4096].lstrip()
    if head.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if head.startswith(_OLE):
        return next((kind for name, kind in _STREAMS if name.encode("utf-16-le") in data), "wps")
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if mhtml.is_mhtml(head):
        return "mhtml"
    if _MARKUP.search(decode(data[:65536])):
        return "html"
    return "pdf" if b"%PDF-" in head[:1024] else "text"


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "a damaged archive"
    if docx.main_part(names):
        return "docx"
    if any(name.lstrip("/").casefold() == "ofd.xml" for name in names):
        return "ofd"
    return "an Excel workbook" if any(name.startswith("xl/") for name in names) else "an archive"


def read_bytes(data: bytes, name: str, folder: Path | None = None) -> Document:
    """Read the content of a file into blocks.

    Parameters
    ----------
    data : bytes
        The content.
    name : str
        Its name, for error messages.
    folder : Path, optional
        Where the file lies, so that pictures beside a saved page can be found; else they are not there.

    Returns
    -------
    Document
        Its pictures are not read yet, unless it holds nothing else: that is for who finds a table missing.

    Raises
    ------
    UnreadableFileError
        If the content is of a kind that no reader takes, or holds no text.
    """
    format_ = sniff(data)
    if format_ == "gzip":
        data = _unpacked(data, name)
        format_ = sniff(data)
    if len(data) > (LARGEST_TEXT if format_ in ("html", "text") else LARGEST):
        raise UnreadableFileError(
            f"{name}: {len(data):,} bytes of {format_}, more than a report may have: give its parts"
        )
    issues: list[Issue] = []
    pictures: list[Picture] = []
    readers: dict[str, Callable[[bytes, str], list[Block]]] = {
        "docx": partial(docx.read, chunk=_chunk, pictures=pictures),
        "pdf": partial(pdf.read, issues=issues),
        "ofd": partial(ofd.read, issues=issues, pictures=pictures),
        "doc": partial(office.read, suffix="doc", pictures=pictures),
        "wps": partial(office.read, suffix="wps", pictures=pictures),
        "rtf": partial(office.read, suffix="rtf", pictures=pictures),
        "picture": partial(ocr.read, issues=issues),
        "mhtml": partial(mhtml.read, pictures=pictures),
        "html": partial(_read_html, pictures=pictures, folder=folder),
        "text": _read_text,
    }
    if format_ not in readers:
        raise UnreadableFileError(
            f"{name}: the file is {format_}; gidtk reads HTML, text, Word, OFD and PDF: save it as one of them"
        )
    blocks = readers[format_](data, name)
    if not blocks and pictures:
        seen, told = read_pictures(pictures, format_)
        blocks, pictures = [block for one in seen for block in one.blocks], []
        issues += [*told, *read_so(seen)]
    if not blocks and any(issue.code in ("pages_are_pictures", CODE) for issue in issues):
        raise UnreadableFileError(
            f"{name}: the {format_} holds pictures of pages and no text (a scan): give a version with text, or read "
            f"it by OCR with {ocr.INSTALL}"
        )
    if not blocks:
        raise UnreadableFileError(f"{name}: the file holds no text ({format_}): save the report again")
    _check_count(len(blocks), "paragraphs", name)
    return Document(blocks, format_, tuple(issues), tuple(pictures))


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            inner = stream.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError(f"{name}: the gzip file is damaged ({error}): unpack it yourself") from None
    if len(inner) > LARGEST or sniff(inner[:65536]) == "gzip":
        raise UnreadableFileError(f"{name}: unpacks to more than the {LARGEST:,} bytes that a report may have")
    return inner


def _chunk(data: bytes, pictures: list[Picture]) -> list[Block]:
    """Read a page that stands inside a Word document."""
    head = data[:4096].lstrip()
    return mhtml.read(data, "", pictures) if mhtml.is_mhtml(head) else _read_html(data, "", pictures, None)


def _read_html(data: bytes, name: str, pictures: list[Picture], folder: Path | None) -> list[Block]:
    shown: list[tuple[int, str]] = []
    blocks = html.read(decode(data), pictures=shown)
    pictures += filter(None, (picture_of(at, source, folder) for at, source in shown))
    return blocks


def _read_text(data: bytes, name: str) -> list[Block]:
    content = decode(data)
    if content.count("\x00") > len(content) // 100:
        raise UnreadableFileError(f"{name}: the file is neither a document nor text: save the report as HTML")
    _check_count(max(map(content.count, "\n\r")), "lines", name)
    return text.read(content) if content.strip() else []


def _check_count(count: int, what: str, name: str) -> None:
    if count > MOST_BLOCKS:
        raise UnreadableFileError(
            f"{name}: {count:,} {what}, more than the {MOST_BLOCKS:,} that a report may have: give its parts"
        )
