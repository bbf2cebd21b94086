"""Pictures of pages, read by OCR: characters and ruling lines in the terms of a PDF's. Needs the extra ``gidtk[ocr]``.

The engine's models come inside its package, so that it works offline. What it reads is a guess: the place of every
block says so, and a figure counts only where the rules of the form confirm it (:mod:`gidtk.witness`).
"""

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any
from unicodedata import east_asian_width

import numpy as np
from PIL import Image, ImageOps, ImageSequence

from gidtk.blocks import Block
from gidtk.errors import UnreadableFileError
from gidtk.issues import Issue
from gidtk.readers.rulings import Char, Corner, Rule, Table, merged, tables
from gidtk.readers.sheets import Sheet, blocks

__all__ = [
    "INSTALL", "NOTE", "frames", "installed", "ocr_issue", "picture_sheet", "picture_size", "read",
]  # fmt: skip

NOTE = " (OCR)"  # in the place of every block of a page that was read so
INSTALL = 'pip install "gidtk[ocr]"'
MOST_PAGES = 40  # of one file: a page takes seconds
MOST_PIXELS = 40_000_000  # of one picture; A4 at 300 dots an inch has 9 million
WIDTH = 595.0  # points of a page of A4, which a picture without a size of its own is taken for
DOTS = 180  # dots an inch at which a page of a PDF is drawn to be read

_KINDS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_SHORTEST = 40  # the least ruling line, as a part of the page's width
_DARK = 160  # grey below which a dot is ink
_LEAST_INK = 0.004  # of the area of a cell; less is the grain of the scan
_ROUND = frozenset("。oOQ○〇")  # alone in its place it is a zero; as every figure it must be confirmed
_EDGE = 3  # dots at the edges of a cell that belong to its rules


def installed() -> bool:
    """Tell whether the engine is installed."""
    return find_spec("rapidocr_onnxruntime") is not None


def read(data: bytes, name: str = "", issues: list[Issue] | None = None) -> list[Block]:
    """Read a picture of a page.

    Parameters
    ----------
    data : bytes
        A PNG, JPEG, GIF, BMP, WebP or TIFF file, with one page or several.
    name : str, optional
        Its name, for error messages.
    issues : list of Issue, optional
        Takes up that the pages were read by OCR.

    Returns
    -------
    list of Paragraph or Grid
        Page by page from top to bottom. Every place ends in ``(OCR)``.

    Raises
    ------
    UnreadableFileError
        If the engine is not installed, or the picture is damaged or too large.
    """
    if not installed():
        raise UnreadableFileError(
            f"{name}: the file is a picture: give a version with text, or read it by OCR with {INSTALL}"
        )
    sheets = [
        picture_sheet(image, number, WIDTH / image.shape[1]) for number, image in enumerate(frames(data, name), 1)
    ]
    ocr_issue(sheets, issues)
    return blocks(sheets)


def ocr_issue(sheets: Sequence[Sheet], issues: list[Issue] | None) -> None:
    """Note which pages were read by OCR."""
    pages = ", ".join(str(sheet.number) for sheet in sheets if sheet.note == NOTE and sheet.chars)
    if pages and issues is not None:
        words = f"page {pages}: read by OCR; a figure counts only where the rules of the form confirm it"
        issues.append(Issue("read_by_ocr", "warning", words))


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return how many dots a picture has across and down, from its first bytes; None if it is none or damaged.

    Of one so large that Pillow does not open it this is only that it is too large.
    """
    try:
        with _opened(data) as picture:
            return int(picture.width), int(picture.height)
    except Image.DecompressionBombError:
        return MOST_PIXELS, MOST_PIXELS
    except _DAMAGED:
        return None


def frames(data: bytes, name: str) -> Iterator[Any]:
    """Yield the pages of a picture file as arrays of dots, upright and on white paper.

    Raises
    ------
    UnreadableFileError
        If the picture is damaged or too large.
    """
    try:
        with _opened(data) as picture:
            pages = ImageSequence.Iterator(picture)
            for number, frame in enumerate(iter(lambda: _quietly(next, pages, None), None), 1):
                if frame.width * frame.height > MOST_PIXELS or number > MOST_PAGES:
                    raise UnreadableFileError(
                        f"{name}: more than {MOST_PIXELS:,} dots or {MOST_PAGES} pages: give its pages apart"
                    )
                yield np.asarray(_quietly(_on_paper, frame))
    except UnreadableFileError:
        raise
    except (Image.DecompressionBombError, *_DAMAGED) as error:
        raise UnreadableFileError(f"{name}: the picture is damaged ({error}): save it again") from None


_DAMAGED = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, OverflowError, TypeError, KeyError)


def _opened(data: bytes) -> Any:
    """Open a picture of a kind that is dots and nothing else; no dot is read yet.

    Its size is bounded before a dot is read, so that Pillow's own bound need not speak.
    """
    return _quietly(Image.open, io.BytesIO(data), formats=_KINDS)


def _quietly(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Call a function of Pillow, which warns of what is damaged and goes on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*given, **named)


def _on_paper(frame: Any) -> Any:
    """Return a picture upright and without its transparency, as it shows on white paper."""
    frame = ImageOps.exif_transpose(frame)
    if frame.mode not in ("RGBA", "LA", "PA") and "transparency" not in frame.info:
        return frame.convert("RGB")
    clear = frame.convert("RGBA")
    paper = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(paper, clear).convert("RGB")


@cache
def _engine() -> Any:
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR()


def picture_sheet(image: Any, number: int, scale: float) -> Sheet:
    """Read one page from its picture.

    Parameters
    ----------
    image : numpy.ndarray
        Its dots: rows, columns, red, green and blue.
    number : int
        Of the page, from 1.
    scale : float
        Points in a dot.

    Returns
    -------
    Sheet
    """
    import cv2

    height = image.shape[0]
    ink = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) < _DARK).astype("uint8")
    horizontal = list(_rules(ink, scale, across=True))
    vertical = list(_rules(ink, scale, across=False))
    on_page = list(tables(merged(horizontal), merged(vertical)))
    lines = [list(_chars(text, box, height, scale)) for box, text in _lines(image)]
    homes = [{(n, corner) for n, table in enumerate(on_page) for corner in _corners(line, table)} for line in lines]
    crossed = set().union(*(own for own in homes if len(own) > 1))  # by lines that run over the rule between cells
    chars = [char for line, own in zip(lines, homes, strict=True) if not own & crossed for char in line]
    seen = set().union(*homes) - crossed
    for n, table in enumerate(on_page):
        for corner in dict.fromkeys(table.owner.values()):
            if (n, corner) not in seen:
                left, top, right, bottom = _cell_box(table, corner, height, scale)
                found = _in_cell(image[top:bottom, left:right], ink[top:bottom, left:right], (n, corner) in crossed)
                for (x0, y0, x1, y1), text in found:
                    chars += _chars(text, (left + x0, top + y0, left + x1, top + y1), height, scale)
    return Sheet(number, 0.0, height * scale, chars, horizontal, vertical, note=NOTE, pictured=True)


Box = tuple[float, float, float, float]


def _lines(image: Any) -> Iterator[tuple[Box, str]]:
    """Yield the lines of text that the engine sees, with the boxes around them."""
    found, _ = _engine()(image)
    for box, text, _ in found or ():
        xs, ys = [point[0] for point in box], [point[1] for point in box]
        yield (min(xs), min(ys), max(xs), max(ys)), "0" if text.strip() in _ROUND else text


def _corners(line: Sequence[Char], table: Table) -> set[Corner]:
    return {corner for char in line if (corner := table.corner(char.x, char.y)) is not None}


def _rules(ink: Any, scale: float, *, across: bool) -> Iterator[Rule]:
    """Yield the ruling lines of one direction: runs of ink much longer than a stroke."""
    import cv2

    height, width = ink.shape
    longest = max(width // _SHORTEST, 20)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (longest, 1) if across else (1, longest))
    runs = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(runs)
    for x, y, wide, high, _ in boxes[1:].tolist():
        if across:
            yield Rule((height - y - high / 2) * scale, x * scale, (x + wide) * scale)
        else:
            yield Rule((x + wide / 2) * scale, (height - y - high) * scale, (height - y) * scale)


def _chars(text: str, box: Box, height: float, scale: float) -> Iterator[Char]:
    """Yield the characters of a line of text, spread over its box by their width."""
    left, top, right, bottom = box
    widths = [2 if east_asian_width(char) in "WFA" else 1 for char in text]
    step = (right - left) / max(sum(widths), 1)
    low, high = (height - bottom) * scale, (height - top) * scale
    at = left
    for char, width in zip(text, widths, strict=True):
        x0, x1 = at * scale, (at + width * step) * scale
        at += width * step
        if not char.isspace():
            yield Char(char, x0, x1, low, high, (x0 + x1) / 2, (low + high) / 2)


def _in_cell(cell: Any, ink: Any, several_lines: bool) -> list[tuple[Box, str]]:
    """Return the text of a cell that was not seen on the page: the engine looks for none as small as a digit."""
    if not ink.size or ink.mean() <= _LEAST_INK:
        return []
    if several_lines and (lines := list(_lines(cell))):
        return lines
    read, _ = _engine()(cell, use_det=False, use_cls=False)
    text = read[0][0].strip() if read else ""
    ys, xs = ink.nonzero()
    box = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)
    return [(box, "0" if text in _ROUND else text)] if text else []


def _cell_box(table: Table, corner: Corner, height: int, scale: float) -> tuple[int, int, int, int]:
    own = [place for place, owner in table.owner.items() if owner == corner]
    rows, columns = [row for row, _ in own], [column for _, column in own]
    left, right = table.xs[min(columns)] / scale, table.xs[max(columns) + 1] / scale
    top, bottom = height - table.ys[min(rows)] / scale, height - table.ys[max(rows) + 1] / scale
    return int(left) + _EDGE, int(top) + _EDGE, int(right) - _EDGE, int(bottom) - _EDGE
