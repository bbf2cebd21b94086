"""HTML pages: paragraphs and tables in reading order, page furniture left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from lxml import etree

from gidtk.blocks import Block, Grid, Paragraph
from gidtk.readers.spans import MOST_SPAN, expand

__all__ = ["read"]

DEEPEST = 200  # nested elements; a page of a content system has about 40

MOST_SHOWN = 500  # pictures of one page that are noted

_SOURCES = ("src", "data-src", "data-original", "original-src")  # also where a script is to load it later
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
_CELLS = frozenset(("td", "th"))  # of a table that lays out the page; those of a grid are not walked
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|crumbs?|breadcrumbs?|share|bdshare\w*|social\w*|toolbar|footer|foot|copyright|sidebar|"
    r"pagination|related|qrcode|ewm|search)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = tuple(re.compile(p) for p in (r"display\s*:\s*none", r"visibility\s*:\s*hidden"))
_KEEP = re.compile(r"第二十条|本年新收|总体情况|信息公开.{0,8}年度报告")
_RAISED = frozenset(("sup", "sub"))  # as the sign of a note: no digit of the number before it
_LIFTED = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
_WHITE = " \t\r\n\f\v"
_APART = _BLOCKS | _RAISED
_SPACE = re.compile(f"[{_WHITE}]+")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # read by lxml, not written

# Elements that only dress a text: they are taken off, so that a paragraph is its text.
_INLINE = ("span", "font", "b", "strong", "i", "em", "u", "o:p", "a", "small", "big", "ins", "label")
_GRID, _ASIDE_INLINE = "{gidtk}grid", "{gidtk}aside"  # what is known of an element before that; no page writes them
_NAMED = etree.XPath("(//@class|//@id|//@role)/..")
_ARTICLE = etree.XPath(
    "boolean(descendant::td[*[4]][string-length(.) > 600]|descendant::th[*[4]][string-length(.) > 600])"
)


def read(
    text: str, frames: Mapping[str, str] | None = None, pictures: list[tuple[int, str]] | None = None
) -> list[Block]:
    """Read an HTML page.

    Parameters
    ----------
    text : str
        The decoded page.
    frames : mapping of str to str, optional
        The pages that its frames may show, by their address.
    pictures : list of (int, str), optional
        Takes up the pictures that the page shows: how many blocks stand before each, and its address.

    Returns
    -------
    list of Paragraph or Grid
        Layout tables that hold other tables are taken apart; a table without inner tables is a grid.

    Examples
    --------
    >>> read("<p>规章</p><table><tr><td>0<td>1<tr><td colspan=2>2</table>")[1].texts
    [['0', '1'], ['2', '2']]
    """
    page = _Page(frames=frames or {}, pictures=[] if pictures is None else pictures)
    _enter(text, page, 0)
    return page.blocks


def _enter(text: str, page: "_Page", depth: int) -> None:
    """Walk the page of a text, its own or that of a frame."""
    data = text.encode("utf-8", errors="replace")
    root = _parse(data)
    if root is None:
        return
    page.flush()
    lowered = data.lower()
    if _hides(lowered.decode("latin-1")):
        for element in [e for e in root.iter(etree.Element) if _hides((e.get("style") or "").lower())]:
            _drop(element)
    if b"vertical-align" in lowered:
        for element in root.iter("span", "font"):
            if _LIFTED.search(element.get("style") or ""):
                element.tag = "sup"
    page.aside |= _prepared(root)
    _walk(root, page, depth)
    page.flush()


def _prepared(root: etree._Element) -> set[etree._Element]:
    """Mark the tables of data, take off what only dresses a text, and return the furniture of the page."""
    for table in list(root.iter("table")):
        if _is_grid(table):
            table.tag = _GRID
            for part in table:
                etree.strip_attributes(part, "class", "id", "role")  # nothing in it is furniture
    named = cast("list[etree._Element]", _NAMED(root))
    aside = {element for element in (*root.iter(*_ASIDE), *named) if _is_furniture(element)}
    for element in aside:
        if element.tag in _INLINE:
            element.tag = _ASIDE_INLINE
    etree.strip_tags(root, *_INLINE)
    return aside


def _hides(lowered: str) -> bool:
    return any(pattern.search(lowered) for pattern in _HIDDEN)


def _drop(element: etree._Element) -> None:
    """Take out what the page does not show; what follows it stays."""
    parent, tail = element.getparent(), element.tail
    if parent is None:
        element.clear()
        return
    if tail:
        tail = _UNWRITABLE.sub("", tail)
        before = element.getprevious()
        if before is None:
            parent.text = _UNWRITABLE.sub("", parent.text or "") + tail
        else:
            before.tail = _UNWRITABLE.sub("", before.tail or "") + tail
    parent.remove(element)


def _parse(data: bytes) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


@dataclass
class _Page:
    blocks: list[Block] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    tables: int = 0
    paragraphs: int = 0
    frames: Mapping[str, str] = field(default_factory=dict)
    aside: set[etree._Element] = field(default_factory=set)  # navigation and other furniture
    pictures: list[tuple[int, str]] = field(default_factory=list)
    cells: int = 0  # of layout, so far
    within: tuple[int, ...] = ()  # those that are open

    def show(self, picture: etree._Element) -> None:
        source = next(filter(None, map(picture.get, _SOURCES)), "")
        if source and len(self.pictures) < MOST_SHOWN:
            before = any(not text.isspace() for text in self.pending if text)
            self.pictures.append((len(self.blocks) + before, source))

    def flush(self) -> None:
        if not self.pending:
            return
        text = _squeezed("".join(self.pending))
        self.pending.clear()
        if text:
            self.paragraphs += 1
            self.blocks.append(Paragraph(text, f"paragraph {self.paragraphs}", self.within))


def _walk(element: etree._Element, page: _Page, depth: int) -> None:
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in ("iframe", "frame"):
        _frame(element, page, depth)
        return
    if tag in _SKIPPED or element in page.aside:
        return
    if tag == "img":
        page.show(element)
        return
    if tag == _GRID:
        page.flush()
        page.tables += 1
        page.blocks.append(Grid(expand(_rows(element)), f"table {page.tables}"))
        for picture in element.iter("img"):
            page.show(picture)
        return
    block, outer = tag in _BLOCKS, page.within
    if block:
        page.flush()
    if tag in _CELLS:
        page.cells += 1
        page.within = (*outer, page.cells)
    if element.text:
        page.pending.append(element.text)
    for child in element:
        edge = " " if child.tag in _RAISED else ""
        if depth < DEEPEST:
            page.pending.append(edge)
            _walk(child, page, depth + 1)
            page.pending.append(edge)
        else:
            page.pending.append(f"{edge}{_text(child)}{edge}")
        if child.tail:
            page.pending.append(child.tail)
    if block:
        page.flush()
        page.within = outer


def _frame(element: etree._Element, page: _Page, depth: int) -> None:
    """Walk the page that a frame shows, where the file holds it."""
    source = element.get("srcdoc") or page.frames.get(element.get("src") or "")
    if source and depth + _FRAME < DEEPEST:
        _enter(source, page, depth + _FRAME)


def _is_furniture(element: etree._Element) -> bool:
    names = element.get("class"), element.get("id"), element.get("role")
    if element.tag not in _ASIDE and not _names_furniture(*names):
        return False
    text = _text(element)
    return len(text) < 2_000 and not _KEEP.search(text)


@lru_cache(maxsize=1024)
def _names_furniture(*names: str | None) -> bool:
    return _FURNITURE.search(" ".join(filter(None, names))) is not None


def _text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _is_grid(table: etree._Element) -> bool:
    """Tell a table of data from one that lays out the page: it holds no table, and no cell holds an article."""
    if next(table.iterdescendants("table"), None) is not None or _ARTICLE(table):
        return False
    return any(len(row) > 1 and sum(1 for _ in row.iterchildren("td", "th")) > 1 for row in table.iter("tr"))


def _rows(table: etree._Element) -> list[list[tuple[str, int, int]]]:
    """Return text and spans of the cells of a table of data."""
    etree.strip_elements(table, *_SKIPPED, with_tail=False)
    return [
        [(_cell_text(c), _span(c.get("rowspan")), _span(c.get("colspan"))) for c in tr.iterchildren("td", "th")]
        for tr in table.iter("tr")
    ]


@lru_cache(maxsize=256)
def _span(written: str | None) -> int:
    digits = re.match(r"\s*(\d{1,9})", written or "")
    return min(max(int(digits.group(1)), 1), MOST_SPAN) if digits else 1


def _cell_text(cell: etree._Element) -> str:
    if not len(cell):
        return _squeezed(cell.text or "")
    pieces: list[str] = []
    _gather(cell, pieces)
    return _squeezed("".join(pieces))


def _squeezed(text: str) -> str:
    text = text.strip(_WHITE)
    return text if text.isalnum() else _SPACE.sub(" ", text)


def _gather(element: etree._Element, pieces: list[str]) -> None:
    """Collect the text of a cell; blocks and line breaks inside it become blanks."""
    pieces.append(element.text or "")
    for child in element:
        edge = " " if child.tag in _APART else ""
        if len(child):
            pieces.append(edge)
            _gather(child, pieces)
            pieces += edge, child.tail or ""
        else:
            pieces += edge, child.text or "", edge, child.tail or ""
