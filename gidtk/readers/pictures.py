"""Pictures that a document shows among its text: where they stand, what they hold, and what OCR reads in them.

None is opened before it is asked for: only a report that lacks a table has its pictures read.
"""

import base64
import binascii
import hashlib
import math
import re
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from gidtk.blocks import Block
from gidtk.errors import UnreadableFileError
from gidtk.issues import Issue
from gidtk.readers import ocr
from gidtk.readers.sheets import blocks

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

__all__ = ["CODE", "Picture", "Seen", "packed", "picture_of", "read_pictures", "read_so"]

CODE = "pictures_not_read"
MOST_SHOWN = 500  # pictures of one file that are noted
MOST_READ = 16  # of them, that are read: a report scanned page by page has about eight
LARGEST = 16 * 1024 * 1024  # bytes of one picture
LEAST = (400, 100)  # dots across and down: a smaller picture holds no statutory table
LONGEST = 600.0  # seconds of processor time for the pictures of one file, where the process has no limit of its own

_NAMED = 3  # of the pictures, in a message
_ICON = 2000  # characters of a picture written into a page; less is an icon
_KIND = re.compile(r"\.(?:jpe?g|png|bmp|tiff?|webp|emf|wmf)$", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]", re.IGNORECASE)
_DATA = re.compile(r"data:(image/[\w+.-]{1,20})?[^,]{0,200}?(;base64)?,", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\w.\-]+")

_WHY = {
    "absent": "they are not in the file; save the page with its pictures, or read them alone",
    "extra": f"read them by OCR with {ocr.INSTALL}",
    "kind": "they are damaged or of a kind that is not read; save them as PNG",
    "large": f"more than {ocr.MOST_PIXELS:,} dots or {LARGEST:,} bytes; read them alone, in parts",
    "many": f"more than {MOST_READ} pictures; read them alone",
    "slow": "the time for one file is used up; read them alone, or build with a longer timeout",
}


class Picture(NamedTuple):
    """A picture that a document shows.

    Attributes
    ----------
    at : int
        How many blocks of the document stand before it.
    name : str
        As the document calls it.
    load : callable
        Returns its bytes; None where the document has only its name.
    """

    at: int
    name: str
    load: Callable[[], bytes | None]


class Seen(NamedTuple):
    """What OCR read in a picture: its place, and the blocks in it."""

    picture: Picture
    place: str
    blocks: list[Block]


def picture_of(at: int, source: str, folder: Path | None = None) -> Picture | None:
    """Return the picture that a page names by an address; None where that is none.

    Parameters
    ----------
    at : int
        How many blocks stand before it.
    source : str
        The address: the picture itself (``data:``), or the name of a file beside the page. Nothing is fetched.
    folder : Path, optional
        Where the page lies. Only files in it and below are read, whatever the address or a link says.

    Returns
    -------
    Picture or None

    Examples
    --------
    >>> picture_of(2, "files/a.png").name, picture_of(2, "data:text/plain,a") is None
    ('a.png', True)
    """
    source = source.strip()
    if source[:5].lower() == "data:":
        head = _DATA.match(source)
        if head is None or head[1] is None or "svg" in head[1] or len(source) < _ICON:
            return None
        return Picture(at, f"data:{head[1].lower()}", lambda: _written(source[head.end() :], bool(head[2])))
    name = _spelt(re.split(r"[?#]", source, maxsplit=1)[0])
    last = re.split(r"[/\\]", name)[-1]
    return Picture(at, last, lambda: _beside(folder, name)) if last else None


def _spelt(source: str) -> str:
    """Return an address with its characters in place of their numbers (%E8…)."""
    if "%" not in source:
        return source
    raw = unquote_to_bytes(source)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _written(text: str, in_base64: bool) -> bytes:
    raw = unquote_to_bytes(text)
    try:
        return base64.b64decode(raw) if in_base64 else raw
    except binascii.Error:
        return b""


def _beside(folder: Path | None, name: str) -> bytes | None:
    """Return the bytes of a file in a folder or below; None where it is not there, or elsewhere."""
    if folder is None or _ELSEWHERE.match(name) or "\0" in name:
        return None
    try:
        base = folder.resolve(strict=True)
        file = (base / name.replace("\\", "/")).resolve(strict=True)
        if not file.is_relative_to(base) or not file.is_file():
            return None
        with file.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except (OSError, ValueError, RuntimeError):
        return None


def packed(opened: Callable[[], zipfile.ZipFile], part: str) -> bytes | None:
    """Return a picture that is a part of a package; None where it is not there or damaged."""
    try:
        with opened() as archive, archive.open(part) as stream:
            return stream.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError):
        return None


def read_pictures(pictures: Sequence[Picture], format_: str) -> tuple[list[Seen], list[Issue]]:
    """Read pictures of a document by OCR, those that are large enough for a table.

    Parameters
    ----------
    pictures : sequence of Picture
        In the order of the document.
    format_ : str
        Of the document, for the messages.

    Returns
    -------
    list of Seen
        One a picture that was read. Every place names the picture and ends in ``(OCR)``.
    list of Issue
        Which pictures were not read, and the way out.
    """
    seen: list[Seen] = []
    left_out: dict[str, list[str]] = {}
    clock = _Clock()
    for number, picture, data in _distinct(pictures):
        why = _refused(picture, data)
        if why == "" and data is not None:
            why = "many" if len(seen) >= MOST_READ else "slow" if clock.late() else ""
            if why == "":
                try:
                    seen.append(_seen(picture, number, data))
                except UnreadableFileError:
                    why = "kind"
                clock.lap()
        if why:
            left_out.setdefault(why, []).append(picture.name)
    return seen, [_left_out(names, why, format_) for why, names in sorted(left_out.items()) if why != "small"]


def read_so(seen: Sequence[Seen]) -> list[Issue]:
    """Return the issue that says which pictures were read by OCR; none where none was."""
    places = ", ".join(one.place for one in seen if one.blocks)
    words = f"{places}: read by OCR; a figure counts only where the rules of the form confirm it"
    return [Issue("read_by_ocr", "warning", words)] if places else []


def _distinct(pictures: Iterable[Picture]) -> Iterator[tuple[int, Picture, bytes | None]]:
    """Yield each picture once, with its number and bytes, however often it is shown."""
    known: set[bytes | str] = set()
    for number, picture in enumerate(pictures, start=1):
        data = picture.load()
        key = picture.name if data is None else hashlib.sha256(data).digest()
        if key not in known:
            known.add(key)
            yield number, picture, data


def _refused(picture: Picture, data: bytes | None) -> str:
    """Return why a picture is not read; empty where it is, ``small`` where nobody needs to be told."""
    telling = _KIND.search(picture.name) is not None
    if data is None:
        return "absent" if telling else "small"
    if len(data) > LARGEST:
        return "large"
    size = ocr.picture_size(data)
    if size is None:
        return "kind" if telling or picture.name.startswith("data:") else "small"
    if size[0] * size[1] > ocr.MOST_PIXELS:
        return "large"
    if size[0] < LEAST[0] or size[1] < LEAST[1]:
        return "small"
    return "" if ocr.installed() else "extra"


def _seen(picture: Picture, number: int, data: bytes) -> Seen:
    own = "" if picture.name.startswith("data:") else f" {_UNSAFE.sub('_', picture.name)[-60:]}"
    image = next(ocr.frames(data, picture.name))
    sheet = replace(ocr.picture_sheet(image, number, ocr.WIDTH / image.shape[1]), name=f"picture {number}{own}")
    return Seen(picture, sheet.name, blocks([sheet]))


def _left_out(names: Sequence[str], why: str, format_: str) -> Issue:
    listed = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    return Issue(CODE, "warning", f"{len(names)} pictures in the {format_} were not read ({listed}): {_WHY[why]}")


class _Clock:
    """Tells whether a picture more would take the process beyond the processor time it may use."""

    def __init__(self) -> None:
        self.end, self.last, self.longest = _limit(), _now(), 0.0

    def lap(self) -> None:
        now = _now()
        self.longest, self.last = max(self.longest, now - self.last), now

    def late(self) -> bool:
        return self.last + 1.5 * self.longest > self.end


def _now() -> float:
    return time.process_time()


def _limit() -> float:
    """Return when the pictures of a file must end: at the limit of the process, as a worker has one."""
    soft = resource.getrlimit(resource.RLIMIT_CPU)[0] if resource else -1
    return min(_now() + LONGEST, float(soft) if soft > 0 else math.inf)
