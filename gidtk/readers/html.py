"""HTML pages: paragraphs and tables in reading order, page furniture left out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from gidtk.blocks import Block, Grid, Paragraph
from gidtk.readers.spans import MOST_SPAN, expand

__all__ = ["read"]

DEEPEST = 200  # nested elements; a page of a content system has about 40

_FRAME = 40  # levels that a frame counts for, so that frames inside frames end

_SKIPPED = frozenset(
    (
        "script", "style", "noscript", "template", "select", "option", "button", "textarea", "input", "iframe",
        "object", "embed", "svg", "canvas", "audio", "video", "head", "link", "meta", "title", "map",
    )
)  # fmt: skip
_ASIDE = frozenset(("nav", "header", "footer", "aside"))
_BLOCKS = frozenset(
    (
        "p", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt",
        "dd", "pre", "blockquote", "center", "table", "tr", "td", "th", "caption", "br", "hr", "body", "html",
        "tbody", "thead", "tfoot", "fieldset", "address", "figure", "figcaption",
    )
)  # fmt: skip
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|crumbs?|breadcrumbs?|share|bdshare\w*|social\w*|toolbar|footer|foot|copyright|sidebar|"
    r"pagination|related|qrcode|ewm|search)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_KEEP = re.compile(r"第二十条|本年新收|总体情况|信息公开.{0,8}年度报告")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")


def read(text: str, frames: Mapping[str, str] | None = None) -> list[Block]:
    """Read an HTML page.

    Parameters
    ----------
    text : str
        The decoded page.
    frames : mapping of str to str, optional
        The pages that its frames may show, by their address.

    Returns
    -------
    list of Paragraph or Grid
        Layout tables that hold other tables are taken apart; a table without inner tables is a grid.

    Examples
    --------
    >>> read("<p>规章</p><table><tr><td>0<td>1<tr><td colspan=2>2</table>")[1].texts
    [['0', '1'], ['2', '2']]
    """
    root = _parse(text)
    if root is None:
        return []
    page = _Page(frames=frames or {})
    _walk(root, page, 0)
    page.flush()
    return page.blocks


def _parse(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        return etree.fromstring(text.encode("utf-8", errors="replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


@dataclass
class _Page:
    blocks: list[Block] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    tables: int = 0
    paragraphs: int = 0
    frames: Mapping[str, str] = field(default_factory=dict)

    def flush(self) -> None:
        text = _squeezed("".join(self.pending))
        self.pending.clear()
        if text:
            self.paragraphs += 1
            self.blocks.append(Paragraph(text, f"paragraph {self.paragraphs}"))


def _walk(element: etree._Element, page: _Page, depth: int) -> None:
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in ("iframe", "frame"):
        _frame(element, page, depth)
        return
    if tag in _SKIPPED or _is_furniture(element):
        return
    if tag == "table" and _is_grid(rows := _rows(element), element):
        page.flush()
        page.tables += 1
        page.blocks.append(Grid(expand(map(_spans, rows)), f"table {page.tables}"))
        return
    block = tag in _BLOCKS
    if block:
        page.flush()
    if element.text:
        page.pending.append(element.text)
    for child in element:
        if depth < DEEPEST:
            _walk(child, page, depth + 1)
        else:
            page.pending.append(_text(child))
        if child.tail:
            page.pending.append(child.tail)
    if block:
        page.flush()


def _frame(element: etree._Element, page: _Page, depth: int) -> None:
    """Walk the page that a frame shows, where the file holds it."""
    source = element.get("srcdoc") or page.frames.get(element.get("src") or "")
    if source and depth + _FRAME < DEEPEST and not _HIDDEN.search(element.get("style") or ""):
        page.flush()
        root = _parse(source)
        if root is not None:
            _walk(root, page, depth + _FRAME)
        page.flush()


def _is_furniture(element: etree._Element) -> bool:
    if _HIDDEN.search(element.get("style") or ""):
        return True
    aside = element.tag in _ASIDE
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    if not aside and (names == "  " or not _FURNITURE.search(names)):
        return False
    text = _text(element)
    return len(text) < 2_000 and not _KEEP.search(text)


def _text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _rows(table: etree._Element) -> list[list[etree._Element]]:
    return [list(tr.iterchildren("td", "th")) for tr in table.iter("tr")]


def _is_grid(rows: list[list[etree._Element]], table: etree._Element) -> bool:
    """Tell a table of data from one that lays out the page: it holds no table, and no cell holds an article."""
    if max(map(len, rows), default=0) <= 1 or table.find(".//table") is not None:
        return False
    return not any(len(cell) > 3 and len(_text(cell)) > 600 for row in rows for cell in row)


def _spans(row: list[etree._Element]) -> list[tuple[str, int, int]]:
    return [(_cell_text(cell), _span(cell.get("rowspan")), _span(cell.get("colspan"))) for cell in row]


def _span(written: str | None) -> int:
    if not written:
        return 1
    digits = re.match(r"\s*(\d{1,9})", written)
    return min(max(int(digits.group(1)), 1), MOST_SPAN) if digits else 1


def _cell_text(cell: etree._Element) -> str:
    pieces = [str(text) for text in cell.itertext() if text and not text.isspace()]
    if len(pieces) > 1 or (pieces and cell.find(".//*[@style]") is not None) or cell.find(".//script") is not None:
        pieces = list(_cell_lines(cell))
    return _squeezed("".join(pieces))


def _squeezed(text: str) -> str:
    return _SPACE.sub(" ", text).strip(" ")


def _cell_lines(element: etree._Element) -> Iterator[str]:
    """Yield the text of a cell; blocks and line breaks inside it become blanks."""
    if element.text:
        yield element.text
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag not in _SKIPPED and not _HIDDEN.search(child.get("style") or ""):
            if tag in _BLOCKS:
                yield " "
            yield from _cell_lines(child)
            if tag in _BLOCKS:
                yield " "
        if child.tail:
            yield child.tail
