"""Word documents (DOCX, DOCM): paragraphs and tables of the main text, read from its XML alone. No macro is run."""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from lxml import etree

from gidtk.blocks import Block, Grid, GridCell, Paragraph
from gidtk.errors import UnreadableFileError
from gidtk.readers.numbering import Numbering
from gidtk.readers.pictures import MOST_SHOWN, Picture, packed
from gidtk.readers.spans import MOST_POSITIONS, MOST_SPAN
from gidtk.readers.zipped import unpacked

__all__ = ["main_part", "read"]

LARGEST_PART = 16 * 1024 * 1024  # bytes of one part once unpacked; a report has under two million

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", _W[1:-1].encode("ascii")),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", _R[1:-1].encode("ascii")),
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = f"{_W}txbxContent"
_SKIPPED = frozenset(
    {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "pPr", "rPr", "tcPr", "footnote", "rt")}
    | {_FALLBACK, _BOX}
)
_TEXT = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_P, _TC, _SPAN, _MERGE, _VAL = (f"{_W}{name}" for name in ("p", "tc", "gridSpan", "vMerge", "val"))
_T, _RUN, _TCPR = f"{_W}t", f"{_W}r", f"{_W}tcPr"
_BEFORE, _ROW_DELETED = f"{_W}trPr/{_W}gridBefore", f"{_W}trPr/{_W}del"
_CELL_DELETED = f"{_W}cellDel"
_RAISED = f"{_W}rPr/{_W}vertAlign"
_SPECIAL = (b"moveFrom", b"vanish", b"vertAlign", b"txbxContent", b"ruby", b"Fallback")
_DELETED = re.compile(rb"del(?<=\bdel)\b")
_PICTURES = (("{*}blip", f"{_R}embed"), ("{*}imagedata", f"{_R}id"))
_DRAWN = (b"blip", b"imagedata")
_NUMBERED = (b"numPr", b"pStyle")
_AROUND = frozenset(f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))

Chunk = Callable[[bytes, list[Picture]], list[Block]]


def read(data: bytes, name: str = "", chunk: Chunk | None = None, pictures: list[Picture] | None = None) -> list[Block]:
    """Read a Word document.

    Parameters
    ----------
    data : bytes
        The file.
    name : str, optional
        Its name, for error messages.
    chunk : callable, optional
        Reads a page that a converter put into the document whole (``altChunk``), and takes up its pictures.
    pictures : list of Picture, optional
        Takes up the pictures that the document shows, in the order of its text.

    Returns
    -------
    list of Paragraph or Grid
        In the order of the document; merged cells are expanded, and the numbers that Word writes itself stand before
        their paragraphs. Deleted and hidden text is left out, inserted text is read.

    Raises
    ------
    UnreadableFileError
        If the file is damaged, is no Word document, or unpacks to more than a report can hold.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            reading = _Reading(archive, name, chunk)
            found = list(reading.blocks())
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zipfile.LargeZipFile) as error:
        raise UnreadableFileError(f"{name}: the document is damaged or locked ({error}): save it again") from None
    if pictures is not None:
        for at, shown in reading.pictures:
            pictures.append(shown if isinstance(shown, Picture) else _picture(at, shown, data))
    return found


def _picture(at: int, part: str, data: bytes) -> Picture:
    opened = partial(zipfile.ZipFile, io.BytesIO(data))
    return Picture(at, posixpath.basename(part), partial(packed, opened, part))


def main_part(names: list[str]) -> str | None:
    """Return the part of an archive that is the main text of a Word document; None if it is none."""
    found = [name for name in names if name.startswith("word/document") and name.endswith(".xml")]
    return min(found, key=len, default=None)


class _Cell(NamedTuple):
    """A cell as a row of the file lists it: where it starts, and whether it continues the one above."""

    column: int
    width: int
    text: str
    goes_on: bool


class _Reading:
    """One document while it is read."""

    def __init__(self, archive: zipfile.ZipFile, name: str, chunk: Chunk | None) -> None:
        self.archive, self.name, self.chunk = archive, name, chunk
        main = main_part(archive.namelist())
        if main is None:
            raise UnreadableFileError(f"{name}: the archive holds no Word document: unpack it and give its files")
        self.folder, self.main = posixpath.split(main)
        xml = self._bytes(main)
        self.body = self._parsed(xml).find(f"{_W}body")
        self.plain = not _names(xml, _SPECIAL) and _DELETED.search(xml) is None
        self.numbering = self._numbering() if _names(xml, _NUMBERED) else None
        self.drawn = _names(xml, _DRAWN)
        self.paragraphs = self.tables = self.count = 0
        self.relations: dict[str, str] | None = None
        self.pictures: list[tuple[int, str | Picture]] = []  # how many blocks stand before it; its part

    def _numbering(self) -> Numbering | None:
        lists = self._part("numbering.xml")
        return None if lists is None else Numbering(lists, self._part("styles.xml"))

    def _bytes(self, part: str) -> bytes:
        if self.archive.getinfo(part).file_size > LARGEST_PART:
            raise UnreadableFileError(
                f"{self.name}: the document unpacks to more than {LARGEST_PART:,} bytes: it is no report"
            )
        return unpacked(self.archive, part)

    def _parsed(self, xml: bytes) -> etree._Element:
        for strict, usual in _STRICT:
            xml = xml.replace(strict, usual)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(xml, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableFileError(f"{self.name}: the document is damaged ({error}): save it again") from None

    def _part(self, name: str) -> etree._Element | None:
        """Return another part of the document; None where it is not there or damaged, for the text can do without."""
        try:
            return self._parsed(self._bytes(posixpath.join(self.folder, name)))
        except (KeyError, UnreadableFileError, zipfile.BadZipFile):
            return None

    def blocks(self) -> Iterator[Block]:
        for block in self._blocks(self.body) if self.body is not None else ():
            self.count += 1
            yield block

    def _blocks(self, parent: etree._Element) -> Iterator[Block]:
        for child in parent:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child)
            elif child.tag == f"{_W}altChunk" and self.chunk is not None:
                yield from self._chunk(child.get(f"{_R}id", ""))
            elif child.tag in _AROUND:
                yield from self._blocks(child)

    def _target(self, id_: str) -> str:
        """Return the part that another part of the document is related to; empty where there is none."""
        if self.relations is None:
            found = self._part(f"_rels/{self.main}.rels")
            self.relations = {r.get("Id", ""): r.get("Target", "") for r in (found if found is not None else ())}
        target = self.relations.get(id_, "")
        return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(self.folder, target))

    def _chunk(self, id_: str) -> list[Block]:
        """Read a page that stands in the document."""
        part, shown = self._target(id_), list[Picture]()
        data = self._bytes(part) if part in self.archive.namelist() else b""
        blocks = self.chunk(data, shown) if self.chunk is not None else []
        self.pictures += [(0, picture._replace(at=picture.at + self.count)) for picture in shown]
        return blocks

    def _show(self, element: etree._Element) -> None:
        """Note the pictures in an element, as drawings of today and of old."""
        for tag, name in _PICTURES if self.drawn else ():
            ids = (picture.get(name) for picture in element.iter(tag))
            parts = [(self.count, self._target(id_)) for id_ in ids if id_]
            self.pictures += parts[: max(MOST_SHOWN - len(self.pictures), 0)]

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Block]:
        for line in self._text(paragraph).split("\n"):
            if line.strip():
                self.paragraphs += 1
                yield Paragraph(line.strip(), f"paragraph {self.paragraphs}")
        self._show(paragraph)
        if not self.plain:
            yield from self._text_boxes(paragraph)

    def _text_boxes(self, element: etree._Element) -> Iterator[Block]:
        for box in element.iter(_BOX):
            inside = any(above.tag in (_FALLBACK, _BOX) for above in box.iterancestors())
            if not inside:
                yield from self._blocks(box)

    def _text(self, paragraph: etree._Element) -> str:
        number = self.numbering.number(paragraph) if self.numbering else ""
        text = "".join((_plain_pieces if self.plain else _pieces)(paragraph))
        return f"{number} {text}" if number[-1:].isalnum() else number + _set_off(number, text)

    def _table(self, table: etree._Element) -> Iterator[Block]:
        if table.find(f".//{_W}tc//{_W}tbl") is not None:
            for cell in table.iter(f"{_W}tc"):  # it lays out the page
                if next(cell.iterancestors(f"{_W}tbl")) is table:
                    yield from self._blocks(cell)
            return
        rows = [list(self._cells(row)) for row in table.iter(f"{_W}tr") if self.plain or row.find(_ROW_DELETED) is None]
        if any(rows):
            self.tables += 1
            yield Grid(_expanded(rows), f"table {self.tables}")
        self._show(table)
        if not self.plain:
            yield from self._text_boxes(table)

    def _cells(self, row: etree._Element) -> Iterator[_Cell]:
        column = _number(row.find(_BEFORE))
        for cell in row.iter(_TC):
            width, goes_on = 1, False
            for mark in (mark for properties in cell.iterchildren(_TCPR) for mark in properties):
                if mark.tag == _SPAN:
                    width = max(_number(mark), 1)
                elif mark.tag == _MERGE:
                    goes_on = mark.get(_VAL, "continue") == "continue"
                elif mark.tag == _CELL_DELETED:
                    break
            else:
                paragraphs = (p for p in cell.iter(_P) if self.plain or _own(p, cell))
                text = " ".join(filter(None, (self._text(p).strip() for p in paragraphs)))
                yield _Cell(column, width, text.replace("\n", " "), goes_on)
                column += width


def _names(xml: bytes, words: tuple[bytes, ...]) -> bool:
    """Tell whether one of some words stands in a part: several times as fast as a pattern of all."""
    return any(word in xml for word in words)


def _set_off(number: str, text: str) -> str:
    """Return the text behind a number; a figure behind `1.` stands apart, for it is not 1.5."""
    return " " + text if number and text[:1].isdigit() else text


def _own(paragraph: etree._Element, cell: etree._Element) -> bool:
    return next((above.tag == f"{_W}tc" for above in paragraph.iterancestors(f"{_W}tc", _BOX)), True)


def _plain_pieces(paragraph: etree._Element) -> Iterator[str]:
    """Yield the text of a paragraph in a document where nothing is deleted, hidden or set aside."""
    for piece in paragraph.iter(_T, *_TEXT):
        if piece.tag == _T:
            yield piece.text or ""
        elif (run := piece.getparent()) is not None and run.tag == _RUN:
            yield _TEXT[str(piece.tag)]


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _TEXT:
            yield _TEXT[str(child.tag)]
        elif child.tag != f"{_W}r":
            yield from _pieces(child)
        elif not _hidden(child):
            edge = " " if child.find(_RAISED) is not None else ""  # the sign of a note is no digit of a number
            yield edge
            yield from _pieces(child)
            yield edge


def _hidden(run: etree._Element) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(_VAL, "1") not in ("0", "false", "off")


def _expanded(rows: list[list[_Cell]]) -> tuple[tuple[GridCell | None, ...], ...]:
    """Put the cells where they start; one that continues the cell above makes that one higher."""
    heads: list[dict[int, tuple[int, _Cell]]] = []  # for each row and start: the row and cell of the whole
    heights: dict[tuple[int, int], int] = {}
    for number, row in enumerate(rows):
        heads.append({})
        for cell in row:
            above = heads[number - 1].get(cell.column) if cell.goes_on and number else None
            head = above if above and above[1].width == cell.width else (number, cell)
            heads[number][cell.column] = head
            heights[head[0], cell.column] = number - head[0] + 1
    columns = min(max((cell.column + cell.width for row in rows for cell in row), default=0), MOST_POSITIONS)
    if columns * len(rows) > MOST_POSITIONS:
        columns = max(map(len, rows))
        heads = [
            {n: (number, cell._replace(column=n, width=1)) for n, cell in enumerate(r)} for number, r in enumerate(rows)
        ]
        heights = {}
    made: dict[tuple[int, int], GridCell] = {}
    grid: list[tuple[GridCell | None, ...]] = []
    for starts in heads:
        line: list[GridCell | None] = [None] * columns
        for column, (top, cell) in starts.items():
            if (top, column) not in made:
                height = heights.get((top, column), 1)
                made[top, column] = GridCell(cell.text, top, column, height, cell.width)
            line[column : column + cell.width] = [made[top, column]] * cell.width
        grid.append(tuple(line))
    return tuple(grid)


def _number(found: etree._Element | None) -> int:
    value = found.get(_VAL, "") if found is not None else ""
    return min(int(value), MOST_SPAN) if value.isdecimal() and len(value) < 10 else 0
