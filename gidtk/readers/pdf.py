"""PDF with a text layer: characters and ruling lines of every page, by PDFium. Needs the extra ``gidtk[pdf]``."""

import ctypes
import math
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from gidtk.blocks import Block
from gidtk.errors import MissingExtraError, UnreadableFileError
from gidtk.issues import Issue
from gidtk.readers import ocr
from gidtk.readers.rulings import NEAR, Char, Rule
from gidtk.readers.sheets import MOST_CHARACTERS, MOST_LINES, MOST_PAGES, PAPER, Sheet, blocks, picture_issue

__all__ = ["read"]

MOST_OBJECTS = 200_000  # drawn on one page; the densest table has a few thousand
MOST_FILLS = 200  # large dark fills of one page that white cells may stand on
DEEPEST = 6  # drawings inside drawings
_ONE_AT_A_TIME = threading.Lock()  # PDFium is not made for threads
_UNSEEN = frozenset((9, 10, 13, 32, 0xA0, 0xAD, 0x200B, 0x3000, 0xFEFF, 0xFFFE, 0xFFFF))
_UNKNOWN = "\ufffd"


def read(data: bytes, name: str = "", issues: list[Issue] | None = None) -> list[Block]:
    """Read a PDF.

    Parameters
    ----------
    data : bytes
        The file.
    name : str, optional
        Its name, for error messages.
    issues : list of Issue, optional
        Takes up which pages are pictures, so that nothing of them was read.

    Returns
    -------
    list of Paragraph or Grid
        Page by page from top to bottom. A table that a page break divides is two grids. Pages that are pictures are
        read by OCR where the extra ``gidtk[ocr]`` is installed; hidden text behind a picture was made by OCR too,
        and nobody has seen it: it is not read.

    Raises
    ------
    MissingExtraError
        If the extra is not installed.
    UnreadableFileError
        If the file is damaged, locked by a password, has too many pages, or more on a page than a report can have.
    """
    try:
        import pypdfium2 as pdfium
    except ImportError:
        raise MissingExtraError(f'{name}: reading PDF needs an extra: pip install "gidtk[pdf]"') from None
    try:
        with _ONE_AT_A_TIME, pdfium.PdfDocument(data) as document:
            if len(document) > MOST_PAGES:
                raise UnreadableFileError(
                    f"{name}: {len(document)} pages, more than the {MOST_PAGES} that a report may have"
                )
            sheets = [_sheet(document, number, name) for number in range(len(document))]
            if ocr.installed():
                sheets = [_seen(document, sheet) for sheet in sheets]
    except pdfium.PdfiumError as error:
        raise UnreadableFileError(
            f"{name}: the PDF cannot be opened ({error}): save it again, without a password"
        ) from None
    picture_issue(sheets, issues)
    ocr.ocr_issue(sheets, issues)
    return blocks(sheets)


def _sheet(document: Any, number: int, name: str) -> Sheet:
    page = document[number]
    try:
        text = page.get_textpage()
        if text.count_chars() > MOST_CHARACTERS or _count(page.raw) > MOST_OBJECTS:
            raise UnreadableFileError(
                f"{name}: page {number + 1} holds more than {MOST_CHARACTERS:,} characters or lines: it is no report"
            )
        turn = _Turn(_quarter_turns(text))
        left, bottom, right, top = page.get_mediabox()
        edges = [turn.point(left, bottom), turn.point(right, top)]
        horizontal, vertical, covered = _drawn(page.raw, turn)
        low, high = sorted(y for _, y in edges)
        pictured = covered > (right - left) * (top - bottom) / 2
        return Sheet(number + 1, low, high, _chars(text, turn, pictured), horizontal, vertical, pictured=pictured)
    finally:
        page.close()


def _seen(document: Any, sheet: Sheet) -> Sheet:
    """Return a page as OCR reads it, where it is a picture; else as it is."""
    if not sheet.pictured or sheet.chars or sheet.number > ocr.MOST_PAGES:
        return sheet
    page = document[sheet.number - 1]
    try:
        size = page.get_width() * page.get_height()
        scale = min(ocr.DOTS / 72, (ocr.MOST_PIXELS / max(size, 1.0)) ** 0.5)
        dots = page.render(scale=scale, rev_byteorder=True).to_numpy()
        return ocr.picture_sheet(dots[:, :, :3].copy(), sheet.number, 1 / scale)
    finally:
        page.close()


class _Turn:
    """Turns a page so that its text stands upright; pages are turned by quarters."""

    def __init__(self, quarters: int) -> None:
        self.quarters = quarters

    def point(self, x: float, y: float) -> tuple[float, float]:
        return ((x, y), (-y, x), (-x, -y), (y, -x))[self.quarters]

    def box(self, x0: float, y0: float, x1: float, y1: float) -> "Box":
        if not self.quarters:
            return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
        (a, b), (c, d) = self.point(x0, y0), self.point(x1, y1)
        return min(a, c), min(b, d), max(a, c), max(b, d)


def _quarter_turns(text: Any) -> int:
    """Return by how many quarters, with the clock, most characters of a page are turned."""
    import pypdfium2.raw as raw

    count = text.count_chars()
    angles = (raw.FPDFText_GetCharAngle(text.raw, index) for index in range(0, count, max(count // 200, 1)))
    turns = Counter(round(angle / (math.pi / 2)) % 4 for angle in angles if angle >= 0)
    return turns.most_common(1)[0][0] if turns else 0


def _hidden(text: Any, index: int) -> bool:
    import pypdfium2.raw as raw

    mode = raw.FPDFTextObj_GetTextRenderMode(raw.FPDFText_GetTextObject(text, index))
    return bool(mode == raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _chars(text: Any, turn: _Turn, pictured: bool) -> list[Char]:
    import pypdfium2.raw as raw

    unicode, ink_box, loose_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetCharBox, raw.FPDFText_GetLooseCharBox
    line = raw.FS_RECTF()
    left, right, low, high = (ctypes.c_double() for _ in range(4))
    to_ink, to_line = [ctypes.byref(edge) for edge in (left, right, low, high)], ctypes.byref(line)
    chars: list[Char] = []
    handle = text.raw
    for index in range(text.count_chars()):
        code = unicode(handle, index)
        if code in _UNSEEN or not ink_box(handle, index, *to_ink):
            continue
        if pictured and _hidden(handle, index):
            continue
        loose_box(handle, index, to_line)
        if turn.quarters:
            ink = turn.box(left.value, low.value, right.value, high.value)
            x0, y0, x1, y1 = turn.box(line.left, line.bottom, line.right, line.top)
            x, y = (ink[0] + ink[2]) / 2, (ink[1] + ink[3]) / 2
        else:
            x0, y0, x1, y1 = line.left, line.bottom, line.right, line.top
            x, y = (left.value + right.value) / 2, (low.value + high.value) / 2
        unsure = code == 0 or (48 <= code <= 57 and raw.FPDFText_HasUnicodeMapError(handle, index))
        chars.append(Char(_UNKNOWN if unsure else chr(code), x0, x1, y0, y1, x, y))
    return chars


# ---------------------------------------------------------------- what is drawn


def _count(page: Any) -> int:
    import pypdfium2.raw as raw

    return int(raw.FPDFPage_CountObjects(page))


Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class _Shape(NamedTuple):
    """What is drawn, whether it is a picture or a path, and the way from the drawing that holds it to the page."""

    raw: Any
    picture: bool
    outer: Matrix


def _drawn(page: Any, turn: _Turn) -> tuple[list[Rule], list[Rule], float]:
    """Return the horizontal and vertical lines of a page, and the area that pictures cover.

    Lines are strokes, thin boxes and the edges of boxes.
    """
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    dark: list[Box] = []
    covered = 0.0
    for number, shape in enumerate(_shapes(page, _SAME, 0)):
        if number > MOST_OBJECTS or len(horizontal) + len(vertical) > MOST_LINES:
            return [], [], covered
        ink = None if shape.picture else _ink(shape.raw)
        if ink is None and not shape.picture:
            continue
        bounds = _bounds(shape, turn)
        if shape.picture:
            covered += (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])
            continue
        thin = min(bounds[2] - bounds[0], bounds[3] - bounds[1]) <= NEAR / 2
        if ink == "dark":
            dark += [] if thin or len(dark) >= MOST_FILLS else [bounds]
        elif not any(_inside(bounds, other) for other in dark):
            continue
        for x0, y0, x1, y1 in [bounds] if thin else [turn.box(*a, *b) for a, b in _segments(shape)]:
            if y1 - y0 <= NEAR / 2:
                horizontal.append(Rule((y0 + y1) / 2, x0, x1))
            if x1 - x0 <= NEAR / 2:
                vertical.append(Rule((x0 + x1) / 2, y0, y1))
    return horizontal, vertical, covered


_EDGES = tuple(ctypes.c_float() for _ in range(4))
_TO_EDGES = tuple(map(ctypes.byref, _EDGES))


def _bounds(shape: _Shape, turn: _Turn) -> Box:
    """Return the box around a shape on the page, the width of its line included."""
    import pypdfium2.raw as raw

    left, bottom, right, top = _EDGES
    raw.FPDFPageObj_GetBounds(shape.raw, *_TO_EDGES)
    (x0, y0), (x1, y1) = (left.value, bottom.value), (right.value, top.value)
    if shape.outer is not _SAME:
        (x0, y0), (x1, y1) = _point(x0, y0, shape.outer), _point(x1, y1, shape.outer)
    return turn.box(x0, y0, x1, y1)


def _inside(inner: Box, outer: Box) -> bool:
    x0, y0, x1, y1 = outer
    return x0 - NEAR <= inner[0] and inner[2] <= x1 + NEAR and y0 - NEAR <= inner[1] and inner[3] <= y1 + NEAR


def _shapes(holder: Any, matrix: Matrix, depth: int) -> Iterator[_Shape]:
    """Yield the paths and pictures of a page and of the drawings inside it."""
    import pypdfium2.raw as raw

    count, get = (
        (raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject)
        if depth
        else (raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject)
    )
    kind_of = raw.FPDFPageObj_GetType
    path, picture, drawing = raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM
    for number in range(min(count(holder), MOST_OBJECTS)):
        shape = get(holder, number)
        kind = kind_of(shape)
        if kind in (path, picture):
            yield _Shape(shape, kind == picture, matrix)
        elif kind == drawing and depth < DEEPEST:
            yield from _shapes(shape, _product(_matrix(shape), matrix), depth + 1)


def _matrix(shape: Any) -> Matrix:
    import pypdfium2.raw as raw

    own = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(shape, own)
    return own.a, own.b, own.c, own.d, own.e, own.f


def _point(x: float, y: float, matrix: Matrix) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


_COLOUR = tuple(ctypes.c_uint() for _ in range(4))
_TO_COLOUR = tuple(map(ctypes.byref, _COLOUR))


def _ink(shape: Any) -> str | None:
    """Return whether a path is drawn in a colour that shows (``dark``) or filled like paper (``paper``); else None."""
    import pypdfium2.raw as raw

    mode, stroked = ctypes.c_int(), raw.FPDF_BOOL()
    raw.FPDFPath_GetDrawMode(shape, mode, stroked)
    if stroked.value and raw.FPDFPageObj_GetStrokeColor(shape, *_TO_COLOUR) and _shows():
        return "dark"
    if mode.value == raw.FPDF_FILLMODE_NONE or not raw.FPDFPageObj_GetFillColor(shape, *_TO_COLOUR):
        return None
    return "dark" if _shows() else "paper" if _COLOUR[3].value > 200 else None


def _shows() -> bool:
    red, green, blue, opaque = (part.value for part in _COLOUR)
    return min(red, green, blue) < PAPER and opaque > 0


def _segments(shape: _Shape) -> Iterator[tuple[Point, Point]]:
    """Yield the straight segments of a path in page coordinates."""
    import pypdfium2.raw as raw

    own = _matrix(shape.raw)
    matrix = own if shape.outer is _SAME else _product(own, shape.outer)
    x, y = ctypes.c_float(), ctypes.c_float()
    to_point = ctypes.byref(x), ctypes.byref(y)
    start = here = (0.0, 0.0)
    for number in range(raw.FPDFPath_CountSegments(shape.raw)):
        segment = raw.FPDFPath_GetPathSegment(shape.raw, number)
        raw.FPDFPathSegment_GetPoint(segment, *to_point)
        there = _point(x.value, y.value, matrix)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = there
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield here, there
        here = there
        if raw.FPDFPathSegment_GetClose(segment):
            yield here, start
            here = start
