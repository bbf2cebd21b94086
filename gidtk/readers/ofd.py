"""OFD (GB/T 33190), the national layout format: the text and path objects of its pages, in the terms of a PDF's.

No library on PyPI gives the paths that rule a table without a copyleft dependency, so the XML is read here; only
what a page of text and tables needs.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple
from unicodedata import east_asian_width

from lxml import etree

from gidtk.blocks import Block
from gidtk.errors import UnreadableFileError
from gidtk.issues import Issue
from gidtk.readers import ocr
from gidtk.readers.pictures import MOST_SHOWN, Picture, packed
from gidtk.readers.rulings import NEAR, Char, Rule
from gidtk.readers.sheets import MOST_CHARACTERS, MOST_LINES, MOST_PAGES, PAPER, Sheet, blocks, picture_issue
from gidtk.readers.zipped import unpacked

__all__ = ["read"]

LARGEST_PART = 16 * 1024 * 1024  # bytes of one page once unpacked
POINT = 72 / 25.4  # points in a millimetre, the unit of OFD
_LISTS = ("DocumentRes", "PublicRes")
DEEPEST = 32  # groups inside groups
_A4 = (0.0, 0.0, 210.0, 297.0)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_STEP = re.compile(r"([SMLQBAC])([^SMLQBAC]*)")

Matrix = tuple[float, ...]
_SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class _Shown(NamedTuple):
    """A picture on a page: the number of the page, the part that holds it, and whether it covers the page."""

    page: int
    part: str
    whole: bool


def read(
    data: bytes, name: str = "", issues: list[Issue] | None = None, pictures: list[Picture] | None = None
) -> list[Block]:
    """Read an OFD document.

    Parameters
    ----------
    data : bytes
        The file.
    name : str, optional
        Its name, for error messages.
    issues : list of Issue, optional
        Takes up which pages are pictures, and whether they were read.
    pictures : list of Picture, optional
        Takes up the pictures among the text.

    Returns
    -------
    list of Paragraph or Grid
        Page by page from top to bottom, as of a PDF. Pages that are pictures are read by OCR where the extra
        ``gidtk[ocr]`` is installed.

    Raises
    ------
    UnreadableFileError
        If the file is damaged or holds more than a report can.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            document = _Document(archive, name)
            sheets = list(document.sheets())
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFileError(f"{name}: the OFD document is damaged ({error}): save it again or as PDF") from None
    opened = partial(zipfile.ZipFile, io.BytesIO(data))
    whole = {shown.page: partial(packed, opened, shown.part) for shown in document.pictures if shown.whole}
    sheets = [_seen(sheet, whole) for sheet in sheets]
    picture_issue(sheets, issues)
    ocr.ocr_issue(sheets, issues)
    found = blocks(sheets)
    if pictures is not None:
        read_so = {sheet.number for sheet in sheets if sheet.note}
        for shown in document.pictures:
            if shown.page not in read_so:
                at = sum(_page_of(block) <= shown.page for block in found)
                pictures.append(Picture(at, posixpath.basename(shown.part), partial(packed, opened, shown.part)))
    return found


def _seen(sheet: Sheet, whole: Mapping[int, Callable[[], bytes | None]]) -> Sheet:
    """Return a page as OCR reads it, where it is a picture; else as it is."""
    if not sheet.pictured or sheet.chars or sheet.number not in whole or sheet.number > ocr.MOST_PAGES:
        return sheet
    data = whole[sheet.number]() if ocr.installed() else None
    size = ocr.picture_size(data) if data else None
    if data is None or size is None or size[0] * size[1] > ocr.MOST_PIXELS:
        return sheet
    try:
        image = next(ocr.frames(data, ""))
    except UnreadableFileError:
        return sheet
    return ocr.picture_sheet(image, sheet.number, ocr.WIDTH / image.shape[1])


def _page_of(block: Block) -> int:
    return int(block.place.removeprefix("page ").split(",")[0].split()[0])


class _Document:
    """An OFD file while it is read."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive, self.name = archive, name
        self.pictures: list[_Shown] = []
        self.media: dict[str, dict[str, str]] = {}  # by list of resources: its files by their numbers
        self.names = {entry.replace("\\", "/").lstrip("/").casefold(): entry for entry in archive.namelist()}

    def _find(self, base: str, location: str) -> str:
        """Return the part that a location in `base` means: from there, else from the root of the file."""
        location = location.strip().replace("\\", "/")
        beside = posixpath.normpath(posixpath.join("" if location[:1] == "/" else posixpath.dirname(base), location))
        for path in (beside, location):
            if found := self.names.get(path.lstrip("/").casefold()):
                return found
        raise KeyError(f"no part {location}")

    def _xml(self, part: str) -> etree._Element:
        if self.archive.getinfo(part).file_size > LARGEST_PART:
            raise UnreadableFileError(
                f"{self.name}: a page unpacks to more than {LARGEST_PART:,} bytes: it is no report"
            )
        xml = unpacked(self.archive, part)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(xml, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise OSError(str(error)) from None
        for element in root.iter(etree.Element):
            element.tag = etree.QName(element).localname  # files name the namespace in many ways, or not at all
        return root

    def sheets(self) -> Iterator[Sheet]:
        entry = self._find("", "OFD.xml")
        number = 0
        for main in (self._find(entry, root.text or "") for root in self._xml(entry).iter("DocRoot")):
            document = self._xml(main)
            box = _box(document.findtext(".//CommonData/PageArea/PhysicalBox")) or _A4
            templates = {t.get("ID"): t.get("BaseLoc", "") for t in document.iter("TemplatePage")}
            pages = document.findall("Pages/Page")
            if number + len(pages) > MOST_PAGES:
                raise UnreadableFileError(
                    f"{self.name}: {number + len(pages)} pages, more than the {MOST_PAGES} that a report may have"
                )
            for page in pages:
                number += 1
                page_part = self._find(main, page.get("BaseLoc", ""))
                root = self._xml(page_part)
                ids = [t.get("TemplateID") for t in root.iter("Template")]
                roots = [root, *(self._xml(self._find(main, templates[id_])) for id_ in ids if id_ in templates)]
                sheet, shown = self._sheet(number, roots, _box(root.findtext("Area/PhysicalBox")) or box)
                if shown:
                    lists = [(main, location.text or "") for tag in _LISTS for location in document.iter(tag)] + [
                        (page_part, location.text or "") for location in root.iter("PageRes")
                    ]
                    self._show(number, shown, lists, sheet.pictured)
                yield sheet

    def _show(self, number: int, shown: Sequence[str], lists: Sequence[tuple[str, str]], whole: bool) -> None:
        """Note the pictures of a page, by their numbers in the lists of the document and of the page."""
        files: dict[str, str] = {}
        for base, location in lists:
            files |= self._media(base, location)
        parts = [part for id_ in shown if (part := files.get(id_))]
        room = max(MOST_SHOWN - len(self.pictures), 0)
        self.pictures += [_Shown(number, part, whole and len(parts) == 1) for part in parts[:room]]

    def _media(self, base: str, location: str) -> dict[str, str]:
        """Return the files of a list of resources by their numbers; none where the list is missing or damaged."""
        try:
            part = self._find(base, location)
            if part not in self.media:
                root = self._xml(part)
                found = [(m.get("ID", ""), m.findtext("MediaFile") or "") for m in root.iter("MultiMedia")]
                self.media[part] = {id_: file for id_, name in found if (file := self._file(part, root, name))}
            return self.media[part]
        except (KeyError, OSError, UnreadableFileError, zipfile.BadZipFile):
            return {}

    def _file(self, part: str, root: etree._Element, name: str) -> str:
        for path in (posixpath.join(root.get("BaseLoc", "").strip(), name.strip()), name):
            try:
                return self._find(part, path)
            except KeyError:
                continue
        return ""

    def _sheet(self, number: int, roots: Sequence[etree._Element], box: Matrix) -> tuple[Sheet, list[str]]:
        page = _Page()
        for layer in (layer for root in roots for layer in root.findall("Content/Layer")):
            page.draw(layer, (POINT, 0.0, 0.0, -POINT, 0.0, 0.0), 0)
        if len(page.chars) > MOST_CHARACTERS:
            raise UnreadableFileError(f"{self.name}: page {number} holds more than {MOST_CHARACTERS:,} characters")
        if len(page.horizontal) + len(page.vertical) > MOST_LINES:
            page.horizontal, page.vertical = [], []
        top, bottom = -box[1] * POINT, -(box[1] + box[3]) * POINT
        pictured = page.covered > box[2] * box[3] * POINT**2 / 2
        sheet = Sheet(number, bottom, top, page.chars, page.horizontal, page.vertical, pictured=pictured)
        return sheet, page.pictures


class _Page:
    """What is drawn on a page, in points."""

    def __init__(self) -> None:
        self.chars: list[Char] = []
        self.horizontal: list[Rule] = []
        self.vertical: list[Rule] = []
        self.covered = 0.0
        self.pictures: list[str] = []  # their numbers in the lists of resources

    def draw(self, group: etree._Element, matrix: Matrix, depth: int) -> None:
        for shape in group:
            if shape.get("Visible") == "false":
                continue
            x, y, width, height = _box(shape.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
            placed = _product((1.0, 0.0, 0.0, 1.0, x, y), matrix)
            own = _product(tuple(_numbers(shape.get("CTM"))) if len(_numbers(shape.get("CTM"))) == 6 else _SAME, placed)
            if shape.tag == "TextObject":
                self._text(shape, own)
            elif shape.tag == "PathObject":
                self._path(shape, own)
            elif shape.tag == "ImageObject":
                self.covered += width * height * POINT**2
                self.pictures.append(shape.get("ResourceID", ""))
            elif shape.tag == "PageBlock" and depth < DEEPEST:
                self.draw(shape, matrix, depth + 1)

    def _text(self, shape: etree._Element, matrix: Matrix) -> None:
        size = _float(shape.get("Size"), 0.0)
        wide = _float(shape.get("HScale"), 1.0)
        x = y = 0.0
        for code in shape.iter("TextCode"):
            x, y = _float(code.get("X"), x), _float(code.get("Y"), y)
            text = code.text or ""
            steps, falls = _deltas(code.get("DeltaX"), len(text)), _deltas(code.get("DeltaY"), len(text))
            at, low = x, y
            for number, char in enumerate(text):
                width = size * wide * (1.0 if east_asian_width(char) in "WF" else 0.5)
                step = steps[number] if number < len(steps) else 0.0 if falls else width
                if not char.isascii() and width < step <= size:
                    width = step  # a sign that is as wide as a character in this font, such as “
                if not char.isspace():
                    self.chars.append(_char(char, at, low, width, size, matrix))
                at += step
                low += falls[number] if number < len(falls) else 0.0

    def _path(self, shape: etree._Element, matrix: Matrix) -> None:
        stroked = shape.get("Stroke") != "false" and _shows(shape.find("StrokeColor"))
        if not stroked and not (shape.get("Fill") == "true" and _shows(shape.find("FillColor"))):
            return
        for x0, y0, x1, y1 in _segments(shape.findtext("AbbreviatedData") or "", matrix):
            if abs(y1 - y0) <= NEAR / 2:
                self.horizontal.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            if abs(x1 - x0) <= NEAR / 2:
                self.vertical.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def _char(text: str, x: float, y: float, width: float, size: float, matrix: Matrix) -> Char:
    (x0, y0), (x1, y1) = _point(x, y + 0.12 * size, matrix), _point(x + width, y - 0.88 * size, matrix)
    left, right, low, high = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    return Char(text, left, right, low, high, (left + right) / 2, (low + high) / 2)


def _segments(data: str, matrix: Matrix) -> Iterator[tuple[float, float, float, float]]:
    start = here = (0.0, 0.0)
    for step, written in _STEP.findall(data):
        numbers = _numbers(written)
        there = _point(numbers[-2], numbers[-1], matrix) if len(numbers) >= 2 else start
        if step in "SM":
            start = there
        elif step in "LC":
            yield (*here, *there)
        here = there


def _shows(colour: etree._Element | None) -> bool:
    """Tell whether a colour shows on paper; black where none is given, or in a palette that is not looked up."""
    value = _numbers(colour.get("Value")) if colour is not None else []
    return colour is None or (colour.get("Alpha") != "0" and (len(value) != 3 or min(value) < PAPER))


def _point(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _numbers(text: str | None) -> list[float]:
    return [float(number) for number in _NUMBER.findall(text or "")]


def _float(text: str | None, default: float) -> float:
    return next(iter(_numbers(text)), default)


def _box(text: str | None) -> Matrix | None:
    numbers = _numbers(text)
    return tuple(numbers) if len(numbers) == 4 else None


def _deltas(text: str | None, count: int) -> list[float]:
    """Return the steps from character to character; ``g 3 5`` stands for three steps of 5."""
    out: list[float] = []
    words = iter((text or "").split())
    for word in words:
        if len(out) >= count:
            break
        if word == "g":
            times, step = _float(next(words, None), 0.0), _float(next(words, None), 0.0)
            out += [step] * int(min(max(times, 0.0), count))
        else:
            out.append(_float(word, 0.0))
    return out[:count]
