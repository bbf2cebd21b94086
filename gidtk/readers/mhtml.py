"""Web pages saved in one file (MHTML): the page, its frames in their places, the pictures left out."""

import email
import re
from email.errors import MessageError
from email.message import Message

from gidtk.blocks import Block
from gidtk.errors import UnreadableFileError
from gidtk.readers import html
from gidtk.readers.decoding import decode

__all__ = ["is_mhtml", "read"]

MOST_PARTS = 5_000  # a saved page has some hundred pictures and styles
_HEADER = re.compile(rb"[\w-]+:[^\n]*\n")
_MULTIPART = re.compile(rb"^content-type:\s*multipart/(?:related|alternative|mixed)", re.IGNORECASE | re.MULTILINE)


def is_mhtml(head: bytes) -> bool:
    """Tell whether a file begins like a saved page: the headers of a mail that holds several parts."""
    return _HEADER.match(head) is not None and _MULTIPART.search(head) is not None


def read(data: bytes, name: str = "") -> list[Block]:
    """Read a saved page.

    Parameters
    ----------
    data : bytes
        The file.
    name : str, optional
        Its name, for error messages.

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
        parts = list(_pages(email.message_from_bytes(data)))
    except (MessageError, RecursionError, ValueError, LookupError) as error:
        raise UnreadableFileError(
            f"{name}: the saved page is damaged ({type(error).__name__}): save it again as HTML"
        ) from None
    if not parts:
        raise UnreadableFileError(f"{name}: the saved page holds no HTML: save it again as HTML")
    frames = {key: text for keys, text in parts for key in keys}
    return html.read(parts[0][1], frames)


def _pages(message: Message) -> list[tuple[list[str], str]]:
    """Return the pages of a file, the first one the main page, each with the names that frames know it by."""
    pages = []
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            break
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            names = [str(part.get("Content-Location") or "")]
            if id_ := str(part.get("Content-ID") or "").strip("<> "):
                names.append(f"cid:{id_}")
            if isinstance(content, bytes):
                pages.append(([name for name in names if name], decode(content)))
    return pages
