"""Web pages saved in one file (MHTML): the page, its frames in their places, and the pictures that it shows."""

import email
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from email.errors import MessageError
from email.message import Message
from functools import partial
from itertools import islice
from urllib.parse import urljoin

from gidtk.blocks import Block
from gidtk.errors import UnreadableFileError
from gidtk.readers import html
from gidtk.readers.decoding import decode
from gidtk.readers.pictures import Picture, picture_of

__all__ = ["is_mhtml", "read"]

MOST_PARTS = 5_000  # a saved page has some hundred pictures and styles
MOST_PAGES = 20  # of a saved page, its frames, from which the address of a picture is understood
_HEADER = re.compile(rb"[\w-]+:[^\n]*\n")
_MULTIPART = re.compile(rb"^content-type:\s*multipart/(?:related|alternative|mixed)", re.IGNORECASE | re.MULTILINE)


def is_mhtml(head: bytes) -> bool:
    """Tell whether a file begins like a saved page: the headers of a mail that holds several parts."""
    return _HEADER.match(head) is not None and _MULTIPART.search(head) is not None


def read(data: bytes, name: str = "", pictures: list[Picture] | None = None) -> list[Block]:
    """Read a saved page.

    Parameters
    ----------
    data : bytes
        The file.
    name : str, optional
        Its name, for error messages.
    pictures : list of Picture, optional
        Takes up the pictures that the page shows.

    Returns
    -------
    list of Paragraph or Grid
        The page with its frames where they stand.

    Raises
    ------
    UnreadableFileError
        If the file is damaged or holds no page.
    """
    try:
        message = email.message_from_bytes(data)
        parts = list(_pages(message))
    except (MessageError, RecursionError, ValueError, LookupError) as error:
        raise UnreadableFileError(
            f"{name}: the saved page is damaged ({type(error).__name__}): save it again as HTML"
        ) from None
    if not parts:
        raise UnreadableFileError(f"{name}: the saved page holds no HTML: save it again as HTML")
    frames = {key: text for keys, text in parts for key in keys}
    shown: list[tuple[int, str]] = []
    blocks = html.read(parts[0][1], frames, shown)
    if pictures is not None and shown:
        pictures += filter(None, _shown(message, shown, list(frames)))
    return blocks


def _parts(message: Message) -> Iterator[tuple[list[str], Message]]:
    """Yield the parts of a file, each with the names that a page knows it by."""
    for part in islice(message.walk(), MOST_PARTS):
        names = [str(part.get("Content-Location") or "")]
        if id_ := str(part.get("Content-ID") or "").strip("<> "):
            names.append(f"cid:{id_}")
        yield [name for name in names if name], part


def _pages(message: Message) -> Iterator[tuple[list[str], str]]:
    """Yield the pages of a file, the first one the main page."""
    for names, part in _parts(message):
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield names, decode(content)


def _shown(message: Message, shown: Iterable[tuple[int, str]], pages: Sequence[str]) -> Iterator[Picture | None]:
    """Yield the pictures that a page shows; those that are parts of the file can be opened."""
    images = {key: part for keys, part in _parts(message) if part.get_content_maintype() == "image" for key in keys}
    for at, source in shown:
        picture = picture_of(at, source)
        part = next((images[key] for key in _addresses(source, pages) if key in images), None)
        yield picture._replace(load=partial(_content, part)) if picture and part else picture


def _addresses(source: str, pages: Sequence[str]) -> Iterator[str]:
    """Yield the addresses that a picture may have, from any page of the file."""
    yield source
    for page in pages[:MOST_PAGES]:
        with suppress(ValueError):
            yield urljoin(page, source)


def _content(part: Message) -> bytes | None:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else None
