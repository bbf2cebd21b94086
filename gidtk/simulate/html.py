"""HTML pages, as content systems, Word exports and hands have made them."""

import codecs
import html
from collections.abc import Callable, Iterator
from dataclasses import replace

from gidtk.simulate.layouts import Layout, Page
from gidtk.simulate.sheets import (
    Row,
    Shape,
    Spanned,
    disputes_by_line,
    expanded,
    requests_heads,
    split_results,
    starts,
)

__all__ = ["LAYOUTS"]

WriteCell = Callable[[Spanned], str]
WriteTable = Callable[[list[Row]], str]
STYLE = "body{max-width:60em;margin:auto;font-family:sans-serif}table{border-collapse:collapse}td,th{border:1px solid}"


def _cell(cell: Spanned, inner: str | None = None, tag: str = "td") -> str:
    spans = "".join(f' {name}="{n}"' for name, n in (("rowspan", cell.height), ("colspan", cell.width)) if n > 1)
    text = html.escape(cell.text).replace("\n", "<br />") if inner is None else inner
    return f"<{tag}{spans}>{text}</{tag}>"


def _table(rows: list[Row], write: WriteCell = _cell) -> str:
    body = "".join("<tr>" + "".join(map(write, row)) + "</tr>\n" for row in rows)
    return f'<table border="1"><tbody>\n{body}</tbody></table>'


def _body(page: Page, *tables: str) -> str:
    """Return the report with its tables already written."""
    written = iter(tables)
    lines = [
        f"<p>{html.escape(item)}</p>" if isinstance(item, str) else next(written) for item in list(page.items())[1:]
    ]
    return "\n".join([f"<h1>{html.escape(page.title)}</h1>", *lines])


def _page(page: Page, body: str, encoding: str = "utf-8", declared: str | None = "utf-8", style: str = STYLE) -> bytes:
    meta = f'<meta charset="{declared}">' if declared else ""
    head = (
        f"<head>{meta}<title>{html.escape(page.title)}</title>"
        f'<meta name="generator" content="gidtk simulate, simulated data"><style>{style}</style></head>'
    )
    text = f'<!DOCTYPE html>\n<html lang="zh">{head}\n<body>\n{body}\n</body></html>\n'
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le") if encoding == "utf-16" else text.encode(encoding)


def _each(write: WriteTable) -> Callable[[Page], bytes]:
    return lambda page: _page(page, _body(page, *map(write, page.tables)))


def _encoded(encoding: str, declared: str | None) -> Callable[[Page], bytes]:
    return lambda page: _page(page, _body(page, *map(_table, page.tables)), encoding, declared)


def _as_word(cell: Spanned) -> str:
    """Write a cell as Word exports it: the value deep in spans and conditional comments."""
    style = "text-align:center;line-height:150%;mso-pagination:widow-orphan"
    text = html.escape(cell.text).replace("\n", "<br />")
    inner = (
        f"<p class=MsoNormal align=center style='{style}'><!--[if !supportLists]--><span lang=EN-US "
        "style='font-size:10.5pt;font-family:宋体;mso-font-kerning:0pt'><font face='宋体'><font>"
        f"&nbsp;{text}</font></font><o:p></o:p></span><!--[endif]--></p>"
    )
    return _cell(cell, inner)


def _padded(rows: list[Row]) -> str:
    """Write an empty td at every position that a span would cover."""
    return _table([[Spanned(text) for text in row] for row in expanded(rows)])


def _skewed(page: Page) -> bytes:
    """Write table 二 with heads and values of one column in different spans."""
    first, *others = page.tables
    rows = []
    for row in first:
        wide = {1: 0, 2: 1, 3: 1}.get(len(row), 2 if row[0].head else 1)
        more = 2 if len(row) == 3 else 1
        rows.append([replace(cell, width=cell.width + 1) if n == wide else cell for n, cell in enumerate(row)])
        if more == 2:
            rows[-1] = [row[0], replace(row[1], width=2), replace(row[2], width=2)]
    return _page(page, _body(page, *map(_table, [rows, *others])))


def _split(heads: bool) -> Callable[[Page], bytes]:
    """Write table 二 as one table an article and table 三 as two tables, the second with or without heads."""

    def write(page: Page) -> bytes:
        first, second, third = page.tables
        edges = list(starts(first))
        parts = [first[a:b] for a, b in zip(edges, [*edges[1:], None], strict=True)]
        upper, lower = split_results(second)
        again = requests_heads(page.sheet) if heads else []
        halves = _table(upper) + "<p>— 4 —</p>" + _table(again + lower)
        return _page(page, _body(page, "<br>".join(map(_table, parts)), halves, _table(third)))

    return write


def _by_line(page: Page) -> bytes:
    first, second, _ = page.tables
    return _page(page, _body(page, *map(_table, (first, second, disputes_by_line(page.sheet)))))


def _one_table(page: Page) -> bytes:
    """Write all three tables as one, the section titles between them as rows."""
    first, second, third = page.tables
    heads = [heading for heading, _ in page.sections.values()]
    rows = [*first, [Spanned(heads[2], 1, 10)], *second, [Spanned(heads[3], 1, 15)], *third]
    lines = [line for line in page.items() if isinstance(line, str) and line not in (page.title, heads[2], heads[3])]
    body = "\n".join(f"<p>{html.escape(line)}</p>" + (_table(rows) if line == heads[1] else "") for line in lines)
    return _page(page, f"<h1>{page.title}</h1>\n{body}")


def _metadata(page: Page) -> bytes:
    """Write navigation and a table of metadata before the report, and a footer behind it."""
    date = page.front[0]
    head = (
        '<div class="nav"><a href="#">首页</a> &gt; <a href="#">政务公开</a> &gt; <a href="#">年报</a></div>\n'
        "<table><tr><td>索引号</td><td>000000/SIM-00001</td><td>分类</td><td>模拟数据</td></tr>"
        f"<tr><td>名称</td><td colspan=3>{page.title}</td></tr>"
        f"<tr><td>发布机构</td><td>{page.agency}</td><td>时间</td><td>{date[-10:]}</td></tr></table>\n"
    )
    tail = '\n<p>【打印】【关闭】</p><div class="footer"><p>版权所有：模拟网站 simulated</p></div>'
    return _page(page, head + _body(page, *map(_table, page.tables)) + tail)


def _layout_tables(page: Page) -> bytes:
    """Write the report inside tables that lay out the page."""
    body = _body(page, *map(_table, page.tables))
    return _page(
        page,
        "<table width=1000><tr><td width=200><ul><li>公开指南</li><li>公开制度</li></ul></td><td><table><tr><td>"
        f"{body}</td></tr></table></td></tr><tr><td colspan=2>模拟网站 simulated</td></tr></table>",
        style="",
    )


def _furniture(page: Page) -> bytes:
    """Write the report among the divs, scripts and share bars of a content system."""
    body = _body(page, *map(_table, page.tables))
    return _page(
        page,
        '<div id="header" class="header"><div class="search"><input name="q"><button>搜索</button></div></div>\n'
        '<script>var n = "一、1 二、2 3";</script><div class="breadcrumb">首页 &gt; 年报</div>\n'
        '<div class="main"><div class="left menu"><ul><li><a href="#">政策文件</a></li></ul></div>'
        f'<div class="content"><div id="zoom"><div class="TRS_Editor">{body}</div></div></div></div>\n'
        '<div class="bdsharebuttonbox share">分享到：<a>微博</a></div><div style="display:none">浏览次数 12</div>\n'
        '<div class="footer">模拟网站 simulated</div>',
    )


def _unclosed(page: Page) -> bytes:
    """Write tables whose cells and rows are not closed."""
    return _page(page, _body(page, *map(_table, page.tables)).replace("</td>", "").replace("</tr>", ""))


def _paragraphs(rows: list[Row]) -> str:
    """Write cells as paragraphs, no table at all, as sites do that flatten pasted tables."""
    return "\n".join(f"<p>{html.escape(cell.text)}</p>" for row in rows for cell in row)


def _heads_as_th(cell: Spanned) -> str:
    return _cell(cell, tag="th" if cell.head else "td")


def _no_break(cell: Spanned) -> str:
    return _cell(cell, html.escape(cell.text) or "&nbsp;")


def _list() -> Iterator[Layout]:
    plain = _each(_table)
    yield Layout("spans", plain)
    yield Layout("heads", _each(lambda rows: _table(rows, _heads_as_th)))
    yield Layout("word", _each(lambda rows: _table(rows, _as_word)))
    yield Layout("no-break", _each(lambda rows: _table(rows, _no_break)))
    yield Layout("broken-heads", plain, Shape(broken_heads=True))
    yield Layout("padded", _each(_padded))
    yield Layout("skewed", _skewed)
    yield Layout("split", _split(heads=False))
    yield Layout("split-heads", _split(heads=True))
    yield Layout("metadata", _metadata)
    yield Layout("layout-tables", _layout_tables)
    yield Layout("furniture", _furniture)
    yield Layout("one-table", _one_table)
    yield Layout("unclosed", _unclosed)
    yield Layout("paragraphs", _each(_paragraphs), blanks="lost")
    yield Layout("disputes-by-line", _by_line)
    yield Layout("no-captions", plain, Shape(captions=False))
    yield Layout("extra-row", plain, Shape(extra_row=True))
    yield Layout("subtotal", plain, Shape(subtotal=True))
    yield Layout("short-labels", plain, Shape(short_labels=True))
    yield Layout("mixed", plain, mixed=True)
    yield Layout("gbk", _encoded("gb18030", "gbk"))
    yield Layout("gbk-as-utf-8", _encoded("gb18030", "utf-8"))
    yield Layout("no-charset", _encoded("utf-8", None))
    yield Layout("utf-16", _encoded("utf-16", "utf-16"))


LAYOUTS = {layout.name: layout for layout in _list()}
