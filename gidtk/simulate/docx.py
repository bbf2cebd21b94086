"""Word documents: the least that Word opens, with cells merged both ways; the same bytes on every machine."""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from gidtk.simulate.layouts import Layout, Page
from gidtk.simulate.sheets import Row, Shape, Spanned, disputes_by_line, placed, starts

__all__ = ["LAYOUTS"]

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment that an archive can name
TEXT_WIDTH = 9000  # twentieths of a point

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"

_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_KIND}"/>'
    f'<Override PartName="/docProps/core.xml" ContentType="{_CORE}"/></Types>'
)
_LINKS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)

Run = Callable[[str], str]


@dataclass(frozen=True)
class _Style:
    """How a document is written."""

    run: Run
    small_tables: bool = False
    by_line: bool = False
    nested: bool = False


def _write(style: _Style) -> Callable[[Page], bytes]:
    def write(page: Page) -> bytes:
        core = (
            f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(page.title)}</dc:title>'
            f"<dc:description>{escape(page.notice)}</dc:description></cp:coreProperties>"
        )
        parts = {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _LINKS,
            "word/document.xml": _document(page, style),
            "docProps/core.xml": core,
        }
        return _archive(parts)

    return write


def _archive(parts: dict[str, str]) -> bytes:
    """Pack the parts without compression, whose result depends on the library."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.create_system, entry.external_attr = 0, 0
            archive.writestr(entry, text.encode("utf-8"))
    return file.getvalue()


def _document(page: Page, style: _Style) -> str:
    items = [
        _paragraph(item, _plain_run, "center" if n == 0 else "")
        if isinstance(item, str)
        else "".join(_table(rows, style) + _paragraph("", style.run) for rows in _parts(page, item, style))
        for n, item in enumerate(page.items())
    ]
    body = "".join(items)
    if style.nested:
        body = _laid_out(body)
    size = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" '
    size += 'w:left="1440" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>'
    return f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{body}{size}</w:body></w:document>'


def _parts(page: Page, rows: list[Row], style: _Style) -> Iterator[list[Row]]:
    """Yield the tables that one table of the form is written as."""
    first, _, third = page.tables
    if style.small_tables and rows is first:
        edges = list(starts(rows))
        yield from (rows[a:b] for a, b in zip(edges, [*edges[1:], None], strict=True))
    elif style.by_line and rows is third:
        yield disputes_by_line(page.sheet)
    else:
        yield rows


def _plain_run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _formatted_run(text: str) -> str:
    """Write a run with the font of every letter named, as WPS does."""
    fonts = '<w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体" w:hint="eastAsia"/>'
    properties = f'<w:rPr>{fonts}<w:kern w:val="0"/><w:sz w:val="21"/></w:rPr>'
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _ideographic_run(text: str) -> str:
    return _plain_run(f"\u3000{text}\u3000")


def _broken_run(text: str) -> str:
    """Write a text in several runs with marks of the spelling checker between, as Word leaves it."""
    middle = len(text) // 2
    first, last = '<w:proofErr w:type="spellStart"/>', '<w:proofErr w:type="spellEnd"/>'
    return first + _plain_run(text[:middle]) + last + _plain_run(text[middle:])


def _tracked_run(text: str) -> str:
    """Write a text as put in by a tracked change in the place of another one."""
    by = 'w:id="1" w:author="simulated"'
    gone = f"<w:del {by}><w:r><w:delText>99</w:delText></w:r></w:del>" if text.isdigit() else ""
    return gone + f"<w:ins {by}>{_plain_run(text)}</w:ins>" if text else ""


def _paragraph(text: str, run: Run, align: str = "") -> str:
    properties = f'<w:pPr><w:jc w:val="{align}"/></w:pPr>' if align else ""
    lines = "<w:r><w:br/></w:r>".join(run(line) for line in text.split("\n"))
    return f"<w:p>{properties}{lines}</w:p>"


def _table(rows: Sequence[Row], style: _Style) -> str:
    columns = max(sum(cell.width for cell in row) for row in rows)
    width = TEXT_WIDTH // columns
    grid = f'<w:gridCol w:w="{width}"/>' * columns
    lines: list[dict[int, str]] = [{} for _ in rows]
    for number, column, cell in placed(rows):
        for down in range(cell.height):
            lines[number + down][column] = _cell(cell, down, width, style.run)
    body = "".join(f"<w:tr>{''.join(line[column] for column in sorted(line))}</w:tr>" for line in lines)
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    properties = f'<w:tblPr><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr>'
    return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def _cell(cell: Spanned, down: int, width: int, run: Run) -> str:
    """Write a cell, or its continuation in a row further down."""
    properties = f'<w:tcW w:w="{width * cell.width}" w:type="dxa"/>'
    properties += f'<w:gridSpan w:val="{cell.width}"/>' if cell.width > 1 else ""
    if cell.height > 1:
        properties += "<w:vMerge/>" if down else '<w:vMerge w:val="restart"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{_paragraph('' if down else cell.text, run, 'center')}</w:tc>"


def _laid_out(body: str) -> str:
    """Put the report into a content control."""
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{body}</w:sdtContent></w:sdt>"


def _list() -> Iterator[Layout]:
    yield Layout("merged", _write(_Style(_plain_run)))
    yield Layout("formatted", _write(_Style(_formatted_run)))
    yield Layout("broken-heads", _write(_Style(_plain_run)), Shape(broken_heads=True))
    yield Layout("ideographic", _write(_Style(_ideographic_run)))
    yield Layout("broken-runs", _write(_Style(_broken_run)))
    yield Layout("tracked", _write(_Style(_tracked_run)))
    yield Layout("small-tables", _write(_Style(_plain_run, small_tables=True)))
    yield Layout("disputes-by-line", _write(_Style(_plain_run, by_line=True)))
    yield Layout("control", _write(_Style(_plain_run, nested=True)))
    yield Layout("mixed", _write(_Style(_plain_run)), mixed=True)


LAYOUTS = {layout.name: layout for layout in _list()}
