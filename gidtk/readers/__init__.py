"""From a file to blocks. The reader is picked by what the file holds, not by its name."""

import io
import os
import re
import zipfile
from pathlib import Path
from typing import NamedTuple

from gidtk.blocks import Block
from gidtk.errors import UnreadableFileError
from gidtk.readers import docx, html, pdf, text

__all__ = ["decode", "read_blocks", "read_bytes", "sniff"]

LARGEST = 64 * 1024 * 1024  # bytes; the largest report seen has under one per cent of that

_MARKUP = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|table|div|p|tr|td|span|meta)\b", re.IGNORECASE)
_KINDS = (
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)


class Document(NamedTuple):
    """The blocks of a file and the format they were read from."""

    blocks: list[Block]
    format: str


def read_blocks(path: str | os.PathLike[str]) -> list[Block]:
    """Read a file into paragraphs and grids, in reading order.

    Parameters
    ----------
    path : str or path
        An HTML page, a text file, a Word document (DOCX) or a PDF with a text layer (extra ``gidtk[pdf]``).

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
        raise UnreadableFileError(f"{path}: cannot be opened ({reason}): check the name and its rights") from error


def sniff(data: bytes) -> str:
    """Return the format of a file's content: ``html``, ``text``, ``docx``, ``pdf``, or what it is instead."""
    head = data[:1024].lstrip()
    if head.startswith(b"PK\x03\x04"):
        return _zipped(data)
    for magic, name in _KINDS:
        if head.startswith(magic):
            return name
    return "html" if _MARKUP.search(decode(data[:65536])) else "text"


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "a damaged archive"
    if "word/document.xml" in names:
        return "docx"
    return "an OFD document" if "OFD.xml" in names else "an archive"


def read_bytes(data: bytes, name: str) -> Document:
    """Read the content of a file into blocks.

    Raises
    ------
    UnreadableFileError
        If the content is of a kind that no reader takes, or holds no text.
    """
    format_ = sniff(data)
    if format_ in ("docx", "pdf"):
        blocks = (docx if format_ == "docx" else pdf).read(data, name)
        if not blocks:
            raise UnreadableFileError(
                f"{name}: the {format_} holds no text, perhaps pictures of pages: give a text version"
            )
        return Document(blocks, format_)
    if format_ not in ("html", "text"):
        raise UnreadableFileError(
            f"{name}: the file is {format_}; this version reads HTML, text, DOCX and PDF: save it as one of them"
        )
    content = decode(data)
    if not content.strip():
        raise UnreadableFileError(f"{name}: the file holds no text: save the page again")
    if "\x00" in content and content.count("\x00") > len(content) // 100:
        raise UnreadableFileError(f"{name}: the file is neither a document nor text: save the report as HTML")
    reader = html.read if format_ == "html" else text.read
    return Document(reader(content), format_)


def decode(data: bytes) -> str:
    """Decode a page: a byte order mark wins, then valid UTF-8, then what the bytes look like.

    The encoding that a page declares is not trusted: pages of government sites often declare another one.

    Examples
    --------
    >>> decode("政府信息公开".encode("gb18030"))
    '政府信息公开'
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > len(data) - 4:
            return data[: error.start].decode("utf-8")
    from resiliparse.parse.encoding import detect_encoding

    encoding = detect_encoding(data) or "gb18030"
    encoding = "gb18030" if encoding.lower() in ("gbk", "gb2312", "gb18030") else encoding
    return data.decode(encoding, errors="replace")
