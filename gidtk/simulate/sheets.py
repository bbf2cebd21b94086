"""The statutory tables as a notice prints them: rows of cells with what they span, labels from the form data."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from gidtk.form import Form, labels
from gidtk.simulate.counts import Key

__all__ = ["Row", "Shape", "Sheet", "Spanned", "disputes_by_line", "expanded", "tables"]

OUTCOMES = 5  # columns of one kind of dispute


@dataclass(frozen=True)
class Shape:
    """What a page does to the form besides its layout."""

    captions: bool = True
    extra_row: bool = False
    subtotal: bool = False
    short_labels: bool = False
    broken_heads: bool = False


@dataclass(frozen=True)
class Spanned:
    """A cell of a table with what it spans; `head` for a column's head."""

    text: str
    height: int = 1
    width: int = 1
    head: bool = False


Row = list[Spanned]


@dataclass(frozen=True)
class Sheet:
    """What the tables of one report print: its form, the text of each cell, its shape."""

    form: Form
    printed: Mapping[Key, str]
    shape: Shape


@cache
def _captions(form_id: str) -> dict[str, str]:
    """Return the caption of each small table of table 二, by its first row."""
    text = files("gidtk").joinpath("forms", f"{form_id}.toml").read_text(encoding="utf-8")
    return {part["rows"][0]: part["caption"] for part in tomllib.loads(text)["disclosure"]}


def _caption(name: str) -> str:
    return labels().captions[name][0]


def _groups(rows: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Return the head of each group of results by the group's first row, with its height."""
    heads = {name: _caption(name) for name in ("refused", "unable", "declined")}
    heads["other"] = labels().rows["other_handling"].zh
    groups = {}
    for prefix, head in heads.items():
        members = [row for row in rows if row.startswith(f"{prefix}_") and row != "other_handling"]
        if members:
            groups[members[0]] = (head, len(members))
    return groups


def _row_label(sheet: Sheet, row: str) -> str:
    label = sheet.form.row_label(row)
    if sheet.shape.short_labels and label.also and row.startswith("other_"):
        return min(label.also, key=len)
    return label.zh


def _head(sheet: Sheet, table: str, column: str) -> str:
    label = labels().columns[table][column]
    own = (wording for wording in label.also if wording in sheet.form.signs)
    text = label.zh if any(sign in label.zh for sign in sheet.form.signs) else next(own, label.zh)
    return f"{text[:3]}\n{text[3:]}" if sheet.shape.broken_heads and len(text) >= 6 else text


def disclosure_rows(sheet: Sheet) -> list[Row]:
    """Return table 二, its small tables under one another in a grid of four columns."""
    rows: list[Row] = []
    for table, ids, columns in sheet.form.blocks:
        if table != "disclosure":
            continue
        widths = {1: (3,), 2: (1, 2), 3: (1, 1, 1)}[len(columns)]
        if sheet.shape.captions:
            rows.append([Spanned(_captions(sheet.form.id)[ids[0]], width=4, head=True)])
        heads = [Spanned(_head(sheet, table, c), width=w, head=True) for c, w in zip(columns, widths, strict=True)]
        rows.append([Spanned(_caption("content"), head=True), *heads])
        for row in ids:
            cells = [Spanned(sheet.printed[table, row, c], width=w) for c, w in zip(columns, widths, strict=True)]
            rows.append([Spanned(_row_label(sheet, row)), *cells])
        if sheet.shape.extra_row and "rules" in ids:
            rows.append([Spanned(_caption("extra")), *(Spanned("0", width=w) for w in widths)])
    return rows


def requests_heads(sheet: Sheet) -> list[Row]:
    """Return the three head rows of table 三."""
    natural, *kinds, total = (
        Spanned(_head(sheet, "requests", c), head=True) for c in sheet.form.columns("requests", "received")
    )
    kinds += [Spanned(_caption("subtotal"), head=True)] if sheet.shape.subtotal else []
    return [
        [Spanned(_caption("balance"), 3, 3, True), Spanned(_caption("applicants"), 1, len(kinds) + 2, True)],
        [
            replace(natural, height=2),
            Spanned(_caption("organisations"), 1, len(kinds), True),
            replace(total, height=2),
        ],
        kinds,
    ]


def _subtotal(texts: Sequence[str]) -> str:
    """Return the sum of the kinds of organisation, blank where one of them is."""
    return str(sum(map(int, texts))) if all(text.isdigit() for text in texts) else ""


def requests_rows(sheet: Sheet) -> list[Row]:
    """Return table 三 with its heads."""
    rows = requests_heads(sheet)
    names = sheet.form.rows("requests")
    results = [row for row in names if row not in ("received", "carried_in", "carried_out")]
    groups = _groups(names)
    for row in names:
        texts = [sheet.printed["requests", row, c] for c in sheet.form.columns("requests", row)]
        if sheet.shape.subtotal:
            texts.insert(-1, _subtotal(texts[1:-1]))
        start: Row = [Spanned(_caption("results"), len(results))] if row == results[0] else []
        if group := groups.get(row):
            start.append(Spanned(*group))
        inner = any(row.startswith(f"{first.split('_')[0]}_") for first in groups)
        start.append(Spanned(_row_label(sheet, row), 1, 3 if row not in results else 1 if inner else 2))
        rows.append(start + [Spanned(text) for text in texts])
    return rows


def _outcomes(sheet: Sheet) -> list[str]:
    return [labels().columns["disputes"][c].zh for c in sheet.form.columns("disputes", "review")]


def disputes_rows(sheet: Sheet) -> list[Row]:
    """Return table 四."""
    names = _outcomes(sheet)
    review, direct, after = (_row_label(sheet, row) for row in sheet.form.rows("disputes"))
    values = [
        Spanned(sheet.printed["disputes", row, c])
        for row in sheet.form.rows("disputes")
        for c in sheet.form.columns("disputes", row)
    ]
    return [
        [Spanned(review, 1, OUTCOMES, True), Spanned(_caption("litigation"), 1, 2 * OUTCOMES, True)],
        [
            *(Spanned(name, 2, 1, True) for name in names),
            Spanned(direct, 1, OUTCOMES, True),
            Spanned(after, 1, OUTCOMES, True),
        ],
        [Spanned(name, head=True) for name in names * 2],
        values,
    ]


def disputes_by_line(sheet: Sheet) -> list[Row]:
    """Return table 四 with one line a kind of dispute, as some pages print it."""
    rows: list[Row] = [[Spanned("", head=True), *(Spanned(name, head=True) for name in _outcomes(sheet))]]
    for row in sheet.form.rows("disputes"):
        values = [Spanned(sheet.printed["disputes", row, c]) for c in sheet.form.columns("disputes", row)]
        rows.append([Spanned(_row_label(sheet, row)), *values])
    return rows


def tables(sheet: Sheet) -> list[list[Row]]:
    """Return the three tables."""
    return [disclosure_rows(sheet), requests_rows(sheet), disputes_rows(sheet)]


def starts(rows: Sequence[Row]) -> Iterator[int]:
    """Yield where each small table of table 二 begins: at its caption, else at its head."""
    content = _caption("content")
    heads = {n for n, row in enumerate(rows) if row[0].text == content}
    yield from sorted(n - 1 if n and len(rows[n - 1]) == 1 else n for n in heads)


def split_results(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return table 三 in two halves, the second from （四）on, each with its own vertical head."""
    middle = next(n for n, row in enumerate(rows) if row[0].text == _caption("unable"))
    first = next(n for n, row in enumerate(rows) if row[0].text == _caption("results"))
    head = [[replace(row[0], height=middle - first), *row[1:]] if n == first else row for n, row in enumerate(rows)]
    rest = [[Spanned(_caption("results"), len(rows) - middle - 1), *rows[middle]], *rows[middle + 1 :]]
    return head[:middle], rest


def expanded(rows: Sequence[Row]) -> list[list[str]]:
    """Return the text at every position; a spanned cell's text stands at its first position.

    Examples
    --------
    >>> expanded([[Spanned("a", 2, 1), Spanned("b", 1, 2)], [Spanned("c"), Spanned("d")]])
    [['a', 'b', ''], ['', 'c', 'd']]
    """
    taken: dict[tuple[int, int], str] = {}
    for number, column, cell in placed(rows):
        for i in range(cell.height):
            for j in range(cell.width):
                taken[number + i, column + j] = cell.text if i == j == 0 else ""
    width = max((column for _, column in taken), default=-1) + 1
    return [[taken.get((number, column), "") for column in range(width)] for number in range(len(rows))]


def placed(rows: Sequence[Row]) -> Iterator[tuple[int, int, Spanned]]:
    """Yield row, column and cell of every cell."""
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            taken |= {(number + i, column + j) for i in range(cell.height) for j in range(cell.width)}
            yield number, column, cell
            column += cell.width
