"""A small writer of statutory tables with known figures, in the layouts that real pages have.

`draw_page` draws figures; a layout turns them into the text of a file. What a reader must find is
`Page.values`: the number printed at each cell, None where the cell is blank or a dash.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from gidtk.form import Form, labels, load_form
from gidtk.readers import read_bytes
from gidtk.tables import Cell, read_cells

Key = tuple[str, str, str]
REQUESTS_COLUMNS = ("natural", "company", "research", "nonprofit", "legal", "other", "total")
APPLICANTS = REQUESTS_COLUMNS[:-1]
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
MISC = ("other_no_correction", "other_unpaid", "other_misc")
SHORT = {"other_no_correction": "1.逾期不补正", "other_unpaid": "2.逾期不缴费", "other_misc": "3.其他"}
CAPTIONS = {
    ("rules", "norms"): "第二十条第（一）项",
    ("licences", "services"): "第二十条第（五）项",
    ("licences",): "第二十条第（五）项",
    ("penalties", "coercion"): "第二十条第（六）项",
    ("fees",): "第二十条第（八）项",
    ("procurement",): "第二十条第（九）项",
}
GROUPS = {
    "refused_secret": ("（三）不予公开", 8),
    "unable_not_held": ("（四）无法提供", 3),
    "declined_petition": ("（五）不予处理", 5),
    "other_no_correction": ("（六）其他处理", 3),
}
BALANCE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
RESULTS = "三、本年度办理结果"


@dataclass(frozen=True)
class Shape:
    """What a page does to the form besides its layout."""

    captions: bool = True
    extra_row: bool = False  # 其他主动公开文件 in the first block
    subtotal: bool = False  # 小计 behind the kinds of organisation
    short_labels: bool = False
    hybrid: bool = False  # one row 其他处理 in the form of 2021
    number_of_misc: bool = True  # 3.其他, else 其他 alone
    broken_heads: bool = False  # 本年新⏎制作数量
    norms: str = ""  # another wording of 规范性文件


@dataclass(frozen=True)
class Page:
    """A report: its form, what is printed in each cell, the number that this is, its shape."""

    form: Form
    printed: dict[Key, str]
    values: dict[Key, float | None]
    shape: Shape = field(default_factory=Shape)
    year: int = 2022
    damage: "Damage | None" = None


@dataclass(frozen=True)
class Spanned:
    """A cell of a table with what it spans; `head` for a column's head."""

    text: str
    height: int = 1
    width: int = 1
    head: bool = False


Row = list[Spanned]
Layout = Callable[[Page], str]
Damage = Callable[[list[list[Row]]], None]  # changes the three tables in place


def _skewed(rng: random.Random) -> int:
    return rng.choice((0, 0, 0, 0, 0, 0, 1, 2, rng.randrange(3, 40), rng.randrange(40, 4000)))


def draw_page(form_id: str, seed: int, shape: Shape | None = None) -> Page:
    """Draw a report whose figures add up: many zeros, some large."""
    rng = random.Random(seed)
    shape = shape or Shape()
    form = load_form(form_id)
    if shape.hybrid:
        form = form.with_rows("requests", MISC, ("other_handling",))
    values: dict[Key, float | None] = {}
    for row in form.rows("disclosure"):
        for column in form.columns("disclosure", row):
            amount = labels().columns["disclosure"][column].amount
            values["disclosure", row, column] = round(rng.random() * 900, 4) if amount == 10000 else _skewed(rng)
            if column == "items_change":
                values["disclosure", row, column] = rng.choice((0, 3, -2, 68))
    _draw_requests(rng, form, values)
    for row in form.rows("disputes"):
        parts = [_skewed(rng) for _ in OUTCOMES[:-1]]
        values |= {("disputes", row, c): v for c, v in zip(OUTCOMES, [*parts, sum(parts)], strict=True)}
    values = {key: values[key] for key in form.cells()}
    printed = {key: _print(key, value) for key, value in values.items()}
    return Page(form, printed, values, shape, 2022 if form_id == "f2021" else 2020)


def _draw_requests(rng: random.Random, form: Form, values: dict[Key, float | None]) -> None:
    results = [r for r in form.rows("requests") if r not in ("received", "carried_in", "concluded", "carried_out")]
    for column in APPLICANTS:
        numbers = {row: rng.choice((0, 0, _skewed(rng))) for row in results}
        numbers["concluded"] = sum(numbers.values())
        numbers["carried_out"] = rng.choice((0, 0, _skewed(rng)))
        load = numbers["concluded"] + numbers["carried_out"]
        numbers["carried_in"] = min(load, rng.choice((0, 0, _skewed(rng))))
        numbers["received"] = load - numbers["carried_in"]
        values |= {("requests", row, column): number for row, number in numbers.items()}
    for row in form.rows("requests"):
        values["requests", row, "total"] = sum(int(values["requests", row, c] or 0) for c in APPLICANTS)


def _print(key: Key, value: float | None) -> str:
    if key[2] == "items_change" and value:
        return f"增{value}" if value > 0 else f"减{-value}"
    return f"{value}"


def vary(page: Page, changes: dict[Key, tuple[str, float | None]]) -> Page:
    """Return the page with other print, and the number that this stands for, in some cells."""
    printed = {**page.printed, **{key: raw for key, (raw, _) in changes.items()}}
    values = {**page.values, **{key: value for key, (_, value) in changes.items()}}
    return replace(page, printed=printed, values=values)


def blank_zeros(page: Page, mark: str = "", tables: tuple[str, ...] = ("disclosure", "requests", "disputes")) -> Page:
    """Return the page with its zeros left blank, or printed as a dash."""
    return vary(page, {k: (mark, None) for k, v in page.values.items() if v == 0 and k[0] in tables})


# ---------------------------------------------------------------- tables as rows of spanned cells


def row_label(page: Page, row: str) -> str:
    """Return the label that the page prints for a row."""
    shape = page.shape
    if row == "norms" and shape.norms:
        return shape.norms
    if row == "other_misc" and not shape.number_of_misc:
        return "其他"
    if shape.short_labels and row in SHORT:
        return SHORT[row]
    return page.form.row_label(row).zh


def _head(page: Page, table: str, column: str) -> str:
    text = labels().columns[table][column].zh
    if page.shape.broken_heads and len(text) >= 6:
        return text[:3] + "\n" + text[3:]
    return text


def disclosure_rows(page: Page) -> list[Row]:
    """Return table 二, its small tables under one another in a grid of four columns."""
    rows: list[Row] = []
    for table, ids, columns in page.form.blocks:
        if table != "disclosure":
            continue
        widths = {1: (3,), 2: (1, 2), 3: (1, 1, 1)}[len(columns)]
        if page.shape.captions:
            rows.append([Spanned(CAPTIONS[ids], width=4, head=True)])
        heads = [Spanned(_head(page, table, c), width=w, head=True) for c, w in zip(columns, widths, strict=True)]
        rows.append([Spanned("信息内容", head=True), *heads])
        for row in ids:
            cells = [Spanned(page.printed[table, row, c], width=w) for c, w in zip(columns, widths, strict=True)]
            rows.append([Spanned(row_label(page, row)), *cells])
        if page.shape.extra_row and "rules" in ids:
            rows.append([Spanned("其他主动公开文件"), *(Spanned("7777", width=w) for w in widths)])
    return rows


def requests_heads(page: Page) -> list[Row]:
    """Return the three head rows of table 三."""
    sub = [Spanned("小计", head=True)] if page.shape.subtotal else []
    head = {c: Spanned(_head(page, "requests", c), head=True) for c in APPLICANTS}
    kinds = [head[c] for c in APPLICANTS[1:]] + sub
    return [
        [Spanned(BALANCE, 3, 3, True), Spanned("申请人情况", 1, 7 + len(sub), True)],
        [
            replace(head["natural"], height=2),
            Spanned("法人或其他组织", 1, len(kinds), True),
            Spanned("总计", 2, 1, True),
        ],
        kinds,
    ]


def requests_rows(page: Page) -> list[Row]:
    """Return table 三 with its heads."""
    rows = requests_heads(page)
    names = page.form.rows("requests")
    results = [row for row in names if row not in ("received", "carried_in", "carried_out")]
    for row in names:
        cells = [Spanned(page.printed["requests", row, c]) for c in REQUESTS_COLUMNS]
        if page.shape.subtotal:
            known = [page.values["requests", row, c] for c in APPLICANTS[1:]]
            cells.insert(-1, Spanned(str(sum(int(v or 0) for v in known))))
        start: Row = []
        if row == results[0]:
            start.append(Spanned(RESULTS, len(results)))
        group = GROUPS.get(row)
        if group:
            start.append(Spanned(group[0], group[1]))
        inner = row.startswith(("refused", "unable", "declined")) or row in MISC
        start.append(Spanned(row_label(page, row), 1, 3 if row not in results else 1 if inner else 2))
        rows.append(start + cells)
    return rows


def disputes_rows(page: Page) -> list[Row]:
    """Return table 四."""
    names = [labels().columns["disputes"][c].zh for c in OUTCOMES]
    values = [Spanned(page.printed["disputes", row, c]) for row in page.form.rows("disputes") for c in OUTCOMES]
    return [
        [Spanned("行政复议", 1, 5, True), Spanned("行政诉讼", 1, 10, True)],
        [
            *(Spanned(name, 2, 1, True) for name in names),
            Spanned("未经复议直接起诉", 1, 5, True),
            Spanned("复议后起诉", 1, 5, True),
        ],
        [Spanned(name, head=True) for name in names * 2],
        values,
    ]


def tables(page: Page) -> list[list[Row]]:
    """Return the three tables, damaged if the page is."""
    made = [disclosure_rows(page), requests_rows(page), disputes_rows(page)]
    if page.damage:
        page.damage(made)
    return made


# ---------------------------------------------------------------- the text around them

PROSE = "本机关全年主动公开政府信息1342条，其中行政处罚46件、行政许可12件，比上年增加3.5%。"
SECTIONS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)


def title(page: Page) -> str:
    """Return the title of the report."""
    return f"安福县{page.year}年政府信息公开工作年度报告"


def around(page: Page, written: tuple[str, str, str], between: str = "\n") -> str:
    """Put three written tables under their section titles."""
    lines = [
        title(page),
        f"发布日期：{page.year + 1}-01-29",
        f"本报告所列数据的统计期限为{page.year}年1月1日至12月31日。",
        SECTIONS[0],
        PROSE,
    ]
    for heading, table in zip(SECTIONS[1:4], written, strict=True):
        lines += [heading, table]
    return between.join([*lines, SECTIONS[4], "存在的问题：一是主动公开不够。二是人员不足。", SECTIONS[5], "无。", ""])


# ---------------------------------------------------------------- layouts of plain text


def _cells(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        for cell in row:
            yield cell.text


def _by_cell(join: str, write: Callable[[str], str] = str) -> Layout:
    def layout(page: Page) -> str:
        first, second, third = (join.join(write(text) for text in _cells(rows)) for rows in tables(page))
        return around(page, (first, second, third), join if "\n" in join else "\n")

    return layout


def _by_row(write: Callable[[list[str], int], str]) -> Layout:
    def layout(page: Page) -> str:
        first, second, third = ("\n".join(_written_rows(rows, write)) for rows in tables(page))
        return around(page, (first, second, third))

    return layout


def _written_rows(rows: list[Row], write: Callable[[list[str], int], str]) -> Iterator[str]:
    width = max(sum(cell.width for cell in row) for row in rows)
    for row in rows:
        yield write([cell.text for cell in row], width - len(row))


def markdown(page: Page) -> str:
    """Write every position of the grid: spanned cells once and blank behind, as converters do."""

    def table(rows: list[Row]) -> str:
        lines = []
        grid = expanded(rows)
        for number, row in enumerate(grid):
            lines.append("| " + " | ".join(text.replace("\n", "<br>") for text in row) + " |")
            if number == 0:
                lines.append("|" + " --- |" * len(row))
        return "\n" + "\n".join(lines) + "\n"

    first, second, third = map(table, tables(page))
    return around(page, (first, second, third)).replace("\n二、", "\n## 二、").replace("\n三、收", "\n## 三、收")


def expanded(rows: list[Row]) -> list[list[str]]:
    """Return the text at every position; a spanned cell's text stands at its first position."""
    taken: dict[tuple[int, int], str] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            for i in range(cell.height):
                for j in range(cell.width):
                    taken[number + i, column + j] = cell.text if i == j == 0 else ""
            column += cell.width
    width = max((column for _, column in taken), default=-1) + 1
    return [[taken.get((number, column), "") for column in range(width)] for number in range(len(rows))]


def one_line(page: Page) -> str:
    """Write the whole report on one physical line."""
    return " ".join(_by_cell("\n")(page).split())


def no_separator(page: Page) -> str:
    """Write the cells with nothing between them."""
    first, second, third = ("".join(text.replace("\n", "") for text in _cells(rows)) for rows in tables(page))
    return around(page, (first, second, third))


def no_separator_at_all(page: Page) -> str:
    """Write the whole report as one run."""
    first, second, third = ("".join(text.replace("\n", "") for text in _cells(rows)) for rows in tables(page))
    return around(page, (first, second, third), "")


TEXT_LAYOUTS: dict[str, Layout] = {
    "cell a line": _by_cell("\n"),
    "cell a line, blank between": _by_cell("\n\n"),
    "cell a line, indented": _by_cell("\n", lambda text: f"   {text} "),
    "cell a line, ideographic blanks": _by_cell("\n\n", lambda text: f"\u3000\u3000{text}"),
    "cell a line, no-break blanks": _by_cell("\n", lambda text: f"\xa0{text}\xa0"),
    "cell a line, broken into blank-separated lines": lambda page: _by_cell("\n\n")(page).replace("\n\n", "\n"),
    "row a line, pipes, padded behind": _by_row(lambda row, pad: " | ".join(row) + " | " + "|" * pad),
    "row a line, pipes, short": _by_row(lambda row, pad: " | ".join(row)),
    "row a line, pipes around": _by_row(lambda row, pad: "| " + " | ".join(row) + " | "),
    "row a line, pipes tight": _by_row(lambda row, pad: "|" + "|".join(row) + "|" + "|" * pad),
    "row a line, lone pipe first": _by_row(lambda row, pad: "| " + " | ".join(row) + " |" + " |" * pad),
    "row a line, full-width pipes": _by_row(lambda row, pad: "｜".join(row) + "｜"),
    "row a line, box borders": _by_row(lambda row, pad: "│" + "│".join(row) + "│"),
    "row a line, tabs": _by_row(lambda row, pad: "\t".join(row)),
    "row a line, tabs padded": _by_row(lambda row, pad: "\t".join(row) + "\t" * pad),
    "row a line, blanks": _by_row(lambda row, pad: "  ".join(text.replace("\n", "") for text in row)),
    "cell a line, each with a pipe": _by_row(
        lambda row, pad: "\n".join(f"{text} |" for text in row) + ("\n" + "|" * pad if pad else "")
    ),
    "cell a line, pipe alone between": _by_row(
        lambda row, pad: "\n|\n".join(row) + "\n|" + ("\n" + "|" * pad if pad else "")
    ),
    "cell a line, pipe and indent": _by_row(lambda row, pad: "| \n " + "\n ".join(f"{text}  | " for text in row)),
    "label with its pipe on the next line": _by_row(
        lambda row, pad: f"{row[0]}\n|\n" + "\n".join(f"{text} |" for text in row[1:])
    ),
    "markdown": markdown,
    "one line": one_line,
    "no separator": no_separator,
    "no separator at all": no_separator_at_all,
}
# layouts in which a person sees where one cell ends and the next begins
CUT_LAYOUTS = [name for name in TEXT_LAYOUTS if not name.startswith("no separator")]
# ---------------------------------------------------------------- layouts of HTML


def _td(cell: Spanned, inner: str | None = None, tag: str = "td") -> str:
    spans = "".join(
        f' {name}="{n}"' for name, n in (("rowspan", cell.height), ("colspan", cell.width)) if n > 1
    )  # fmt: skip
    text = cell.text.replace("\n", "<br />") if inner is None else inner
    return f"<{tag}{spans}>{text}</{tag}>"


def html_table(rows: list[Row], write: Callable[[Spanned], str] = _td) -> str:
    """Write a table with its spans."""
    body = "".join("<tr>" + "".join(write(cell) for cell in row) + "</tr>" for row in rows)
    return f"<table border='1'><tbody>{body}</tbody></table>"


def _html(page: Page, written: tuple[str, str, str], head: str = "", tail: str = "") -> str:
    text = around(page, ("@0", "@1", "@2"))
    body = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    for number, table in enumerate(written):
        body = body.replace(f"<p>@{number}</p>", table)
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{head}{body}{tail}</body></html>"


def _each(write: Callable[[list[Row]], str]) -> Layout:
    def layout(page: Page) -> str:
        first, second, third = map(write, tables(page))
        return _html(page, (first, second, third))

    return layout


def _word(cell: Spanned) -> str:
    inner = (
        "<p class=MsoNormal align=center style='text-align:center'><!--[if !supportLists]--><span lang=EN-US>"
        f"<font face='宋体'><font>&nbsp;{cell.text}</font></font><o:p></o:p></span><!--[endif]--></p>"
    )
    return _td(cell, inner)


def _nbsp(cell: Spanned) -> str:
    return _td(cell, cell.text or "&nbsp;")


def html_padded(page: Page) -> str:
    """Write an empty td at every position that a span would cover."""
    first, second, third = (
        html_table([[Spanned(text) for text in row] for row in expanded(rows)]) for rows in tables(page)
    )
    return _html(page, (first, second, third))


def html_skewed_spans(page: Page) -> str:
    """Write table 二 as 上海 2019 does: heads and values of one column with different spans."""
    rows = []
    first, second, third = tables(page)
    for row in first:
        if len(row) == 4 and row[0].head:
            rows.append([row[0], row[1], replace(row[2], width=2), row[3]])
        elif len(row) == 4:
            rows.append([row[0], replace(row[1], width=2), row[2], row[3]])
        elif len(row) == 1:
            rows.append([replace(row[0], width=5)])
        elif len(row) == 2:
            rows.append([row[0], replace(row[1], width=4)])
        else:
            rows.append([row[0], replace(row[1], width=2), replace(row[2], width=2)])
    return _html(page, (html_table(rows), html_table(second), html_table(third)))


def html_split(page: Page) -> str:
    """Write table 三 as two tables, the second without heads, and table 二 as one table a block."""
    first, second, third = tables(page)
    starts = [n for n, row in enumerate(first) if len(row) == 1 or (row[0].text == "信息内容")]
    starts = [n for n in starts if n - 1 not in starts]
    pieces = [first[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]
    middle = next(n for n, row in enumerate(second) if row[0].text == "（四）无法提供")
    head = [row if row[0].text != RESULTS else [replace(row[0], height=10), *row[1:]] for row in second[:middle]]
    rest = [[Spanned(RESULTS, len(second) - middle - 1), *second[middle]], *second[middle + 1 :]]
    return _html(
        page,
        ("".join(map(html_table, pieces)), html_table(head) + "<p>— 4 —</p>" + html_table(rest), html_table(third)),
    )


def html_split_with_heads(page: Page) -> str:
    """Write table 三 as two tables, each with its heads."""
    first, second, third = tables(page)
    middle = next(n for n, row in enumerate(second) if row[0].text == "（四）无法提供")
    head = [row if row[0].text != RESULTS else [replace(row[0], height=10), *row[1:]] for row in second[:middle]]
    rest = [[Spanned(RESULTS, len(second) - middle - 1), *second[middle]], *second[middle + 1 :]]
    written = html_table(head) + html_table(requests_heads(page) + rest)
    return _html(page, (html_table(first), written, html_table(third)))


def html_metadata(page: Page) -> str:
    """Write a table of metadata before the report, navigation around it and slogans behind it."""
    head = (
        "<div class='nav'><a href='/'>首页</a> &gt; <a>政府信息公开</a> &gt; <a>年报</a></div>"
        "<table><tr><td>索引号</td><td>014000/2023-00011</td><td>分类</td><td>政府信息公开年报</td></tr>"
        f"<tr><td>名称</td><td colspan=3>{title(page)}</td></tr>"
        "<tr><td>发布机构</td><td>安福县人民政府办公室</td><td>公开日期</td><td>2023-01-29</td></tr></table>"
    )
    tail = "<p>【打印】【关闭】</p><div class='footer'><p>版权所有：安福县人民政府</p></div>"
    first, second, third = map(html_table, tables(page))
    return _html(page, (first, second, third), head, tail)


def html_layout_tables(page: Page) -> str:
    """Write the report inside a table that lays out the page."""
    inner = _each(html_table)(page)
    start = inner.index("<body>") + len("<body>")
    end = inner.index("</body>")
    body = inner[start:end]
    return (
        f"{inner[:start]}<table width=1000><tr><td width=200><ul><li>政务公开</li></ul></td><td><table><tr><td>{body}"
        f"</td></tr></table></td></tr><tr><td colspan=2>备案号</td></tr></table>{inner[end:]}"
    )


def html_one_table(page: Page) -> str:
    """Write all three tables as one, section titles between them as paragraphs of a cell."""
    first, second, third = tables(page)
    rows = [*first, [Spanned(SECTIONS[2], 1, 10)], *second, [Spanned(SECTIONS[3], 1, 15)], *third]
    return _html(page, (html_table(rows), "", ""))


def html_unclosed(page: Page) -> str:
    """Write tables whose cells and rows are not closed."""
    return _each(html_table)(page).replace("</td>", "").replace("</tr>", "")


def html_one_column(page: Page) -> str:
    """Write cells as paragraphs, no table at all, as sites do that flatten pasted tables."""
    first, second, third = ("".join(f"<p>{text}</p>" for text in _cells(rows)) for rows in tables(page))
    return _html(page, (first, second, third))


def html_side_disputes(page: Page) -> str:
    """Write table 四 with one line a kind of dispute."""
    names = [labels().columns["disputes"][c].zh for c in OUTCOMES]
    rows = [[Spanned("", head=True), *(Spanned(name, head=True) for name in names)]]
    for row in page.form.rows("disputes"):
        rows.append([Spanned(row_label(page, row)), *(Spanned(page.printed["disputes", row, c]) for c in OUTCOMES)])
    first, second, _ = map(html_table, tables(page))
    return _html(page, (first, second, html_table(rows)))


HTML_LAYOUTS: dict[str, Layout] = {
    "spans": _each(html_table),
    "heads as th": _each(lambda rows: html_table(rows, lambda c: _td(c, tag="th" if c.head else "td"))),
    "word export": _each(lambda rows: html_table(rows, _word)),
    "no-break blanks": _each(lambda rows: html_table(rows, _nbsp)),
    "empty td instead of spans": html_padded,
    "skewed spans": html_skewed_spans,
    "split tables": html_split,
    "split tables with heads": html_split_with_heads,
    "metadata first": html_metadata,
    "layout tables": html_layout_tables,
    "one table": html_one_table,
    "unclosed cells": html_unclosed,
    "paragraphs": html_one_column,
    "disputes one a line": html_side_disputes,
}
LAYOUTS = {**TEXT_LAYOUTS, **HTML_LAYOUTS}
# HTML layouts whose writer needs the whole form
FIXED_LAYOUTS = ("split tables", "split tables with heads", "disputes one a line", "skewed spans")


# ---------------------------------------------------------------- reading, and holding it against what is printed


def read_cells_of(text: str, form: Form) -> dict[Key, Cell]:
    """Read a written page as far as its cells."""
    blocks = read_bytes(text.encode("utf-8"), "page").blocks
    _, cells, _ = read_cells(blocks, load_form(form.id))
    return {(cell.table, cell.row, cell.column): cell for cell in cells}


def wrong(page: Page, cells: dict[Key, Cell]) -> dict[Key, tuple[float | None, float | None]]:
    """Return the cells whose number is not the one that the page prints there: found and printed."""
    return {
        key: (cell.value, page.values.get(key))
        for key, cell in cells.items()
        if cell.value is not None and not _same(cell.value, page.values.get(key))
    }


def missed(page: Page, cells: dict[Key, Cell]) -> dict[Key, str]:
    """Return the cells that hold a number on the page and none in the reading, with their status."""
    return {
        key: cells[key].status if key in cells else "no such cell"
        for key, value in page.values.items()
        if value is not None and (key not in cells or cells[key].value is None)
    }


def _same(one: float, other: float | None) -> bool:
    return other is not None and abs(one - other) < 1e-6
