"""Word documents (DOCX): paragraphs and tables of the main text, read from its XML alone. No macro is run."""

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from gidtk.blocks import Block, Grid, Paragraph
from gidtk.errors import UnreadableFileError
from gidtk.readers.spans import expand

__all__ = ["read"]

LARGEST_PART = 64 * 1024 * 1024  # bytes of the main text once unpacked

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset(
    (f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}pPr", f"{_W}rPr", f"{_W}tcPr", f"{_W}footnote")
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read(data: bytes, name: str = "") -> list[Block]:
    """Read a Word document.

    Parameters
    ----------
    data : bytes
        The file.
    name : str, optional
        Its name, for error messages.

    Returns
    -------
    list of Paragraph or Grid
        In the order of the document; merged cells are expanded. Deleted text is left out, inserted text is read.

    Raises
    ------
    UnreadableFileError
        If the file is damaged, is no Word document, or unpacks to more than a report can hold.
    """
    root = _document(data, name)
    body = root.find(f"{_W}body")
    page = _Counter()
    return list(_blocks(body, page)) if body is not None else []


class _Counter:
    def __init__(self) -> None:
        self.paragraphs = self.tables = 0


def _document(data: bytes, name: str) -> etree._Element:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("word/document.xml") as part:
            xml = part.read(LARGEST_PART + 1)
    except KeyError:
        raise UnreadableFileError(f"{name}: the archive holds no Word document: unpack it and give its files") from None
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFileError(f"{name}: the document is damaged or locked ({error}): save it again") from None
    if len(xml) > LARGEST_PART:
        raise UnreadableFileError(f"{name}: the document unpacks to more than {LARGEST_PART:,} bytes: it is no report")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFileError(f"{name}: the document is damaged ({error}): save it again") from None


def _blocks(parent: etree._Element, page: _Counter) -> Iterator[Block]:
    for child in parent:
        if child.tag == f"{_W}p":
            for line in _text(child).split("\n"):
                if line.strip():
                    page.paragraphs += 1
                    yield Paragraph(line.strip(), f"paragraph {page.paragraphs}")
            for box in child.iter(f"{_W}txbxContent"):
                if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                    yield from _blocks(box, page)
        elif child.tag == f"{_W}tbl":
            page.tables += 1
            yield Grid(expand(_rows(child)), f"table {page.tables}")
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}smartTag"):
            yield from _blocks(child, page)


def _text(element: etree._Element) -> str:
    return "".join(_pieces(element))


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag in _SKIPPED or child.tag in (_FALLBACK, f"{_W}txbxContent"):
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _TEXT:
            yield _TEXT[str(child.tag)]
        else:
            yield from _pieces(child)


def _rows(table: etree._Element) -> Iterator[list[tuple[str, int, int]]]:
    """Yield the rows as HTML would write them: a merged cell once, with its height and width."""
    grid = [list(_cells(row)) for row in table.iter(f"{_W}tr") if _belongs(row, table)]
    for number, row in enumerate(grid):
        yield [(text, _height(grid, number, column), width) for column, width, text, goes_on in row if not goes_on]


def _belongs(row: etree._Element, table: etree._Element) -> bool:
    """Tell whether a row is the table's own, not one of a table inside a cell."""
    return next(row.iterancestors(f"{_W}tbl")) is table


def _cells(row: etree._Element) -> Iterator[tuple[int, int, str, bool]]:
    """Yield first column, width, text of each cell, and whether it continues the one above."""
    column = 0
    if before := _number(row, "trPr/gridBefore"):
        yield column, before, "", False
        column += before
    for cell in row.iter(f"{_W}tc"):
        if next(cell.iterancestors(f"{_W}tr")) is not row:
            continue
        width = max(_number(cell, "tcPr/gridSpan"), 1)
        merge = cell.find(_path("tcPr/vMerge"))
        goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
        yield column, width, " ".join(filter(None, (_text(p).strip() for p in cell.iter(f"{_W}p")))), goes_on
        column += width


def _path(path: str) -> str:
    return "/".join(_W + step for step in path.split("/"))


def _number(element: etree._Element, path: str) -> int:
    found = element.find(_path(path))
    value = found.get(f"{_W}val", "") if found is not None else ""
    return min(int(value), 200) if value.isdigit() and len(value) < 10 else 0


def _height(grid: list[list[tuple[int, int, str, bool]]], number: int, column: int) -> int:
    height = 1
    for row in grid[number + 1 :]:
        if not any(start == column and goes_on for start, _, _, goes_on in row):
            break
        height += 1
    return height
