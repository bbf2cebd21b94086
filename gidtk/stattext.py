"""Statistics tables in running text: one cell a line, blanks between the cells, or no separator at all."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate, pairwise

from gidtk.blocks import Paragraph
from gidtk.labels import Folded, fold
from gidtk.numbers import looks_printed
from gidtk.statheads import Head, StatTable, find_heads
from gidtk.statlabels import StatRow, bare_label, facts, is_known, is_unit
from gidtk.statruns import read_runs
from gidtk.textitems import without_furniture

__all__ = ["read_lines"]

_ORDINAL = re.compile(r"\(?\d{1,2}[.、)]")
_SENTENCE = re.compile(r"[。;!?]")
LONGEST = 150  # characters of a label; more is prose


def read_lines(paragraphs: Sequence[Paragraph]) -> Iterator[StatTable]:
    """Find the statistics tables in a run of paragraphs.

    A table begins with its head (指标, 单位, columns of figures). Every row is a label, a unit and as many figures as
    the head has columns; a row with more or fewer is kept and not read. So is a whole table whose first row is of no
    table known, for then its head may not have been read to its end.

    Examples
    --------
    >>> text = "指 标 名 称 计量 单位 2016 年度 历年 累计 主动公开文件数 条 201 370 其中：1.政府网站公开数 条 172"
    >>> [(row.label, row.raw, row.values is not None) for row in next(read_lines([Paragraph(text)])).rows]
    [('主动公开文件数', '201 370', True), ('其中:1.政府网站公开数', '172', False)]
    """
    lines = [without_furniture(paragraph.text) for paragraph in paragraphs]
    folded = fold("\n".join(lines))
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))

    def place(index: int) -> str:
        line = bisect_right(starts, folded.at(index)) - 1
        return paragraphs[min(line, len(paragraphs) - 1)].place

    heads = find_heads(folded.text)
    for head, following in zip(heads, [*heads[1:], None], strict=False):
        end = following.start if following else len(folded.text)
        rows = list(_Walk(folded, head, end, place).rows()) if folded.broken(head.end) else []
        rows = rows or read_runs(folded.text[:end], head, place, folded.breaks)
        if not rows or not is_known(bare_label(rows[0].label).text):
            rows = [replace(row, values=None) for row in rows]
        yield StatTable(head.columns, tuple(rows))


@cache
def _starts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(facts()["ends"]), re.compile(f"[{facts()['goes_on']}]")


def _is_value(token: str) -> bool:
    return looks_printed(token) and not _ORDINAL.fullmatch(token)


@dataclass
class _Open:
    """The row that is being read."""

    label: list[str] = field(default_factory=list)
    unit: str = ""
    values: list[tuple[str, str]] = field(default_factory=list)
    before: int | None = None  # the running number printed before the label
    certain: bool = True


@dataclass
class _Walk:
    folded: Folded
    head: Head
    end: int
    place: Callable[[int], str]

    def rows(self) -> Iterator[StatRow]:
        """Yield the rows below the head, up to the foot of the table or the first sentence."""
        row = _Open()
        for token, at in self._tokens():
            if _is_value(token) and (row.label or self.head.numbered):
                self._enter_value(row, token, at)
            elif is_unit(token) and row.label and not row.unit:
                row.certain = row.certain and (not row.values or self.head.numbered)
                row.unit, row.values = token, []
            else:
                if row.label and (row.unit or row.values):
                    yield from self._close(row, token)
                    row = _Open(before=self._next_number(row))
                row.label.append(token)
                if self._ends(row):
                    return
        if row.label and (row.unit or row.values):
            yield from self._close(row, "")

    def _tokens(self) -> Iterator[tuple[str, int]]:
        edges = [self.head.end, *(b for b in sorted(self.folded.breaks) if self.head.end < b < self.end), self.end]
        tokens = [(self.folded.text[a:b], a) for a, b in pairwise(edges)]
        lettered = 0
        while tokens and tokens[0][0] and set(tokens[0][0]) <= set(facts()["letters"]):
            lettered += len(tokens.pop(0)[0])
        number = 1
        while lettered and tokens and tokens[0][0] == str(number):
            number += 1
            del tokens[0]
        return iter(tokens)

    def _enter_value(self, row: _Open, token: str, at: int) -> None:
        if not row.label:
            row.before = int(token) if token.isdigit() else None
        else:
            row.values.append((token, self.place(at)))

    def _next_number(self, row: _Open) -> int | None:
        """Return the running number that stands before the next label, where the table has such numbers."""
        last = row.values[-1][0] if row.values else ""
        return int(last) if self.head.numbered and last.isdigit() else None

    def _close(self, row: _Open, following: str) -> Iterator[StatRow]:
        values, count = list(row.values), len(self.head.columns)
        if self.head.numbered:
            if not row.unit:
                return  # the head of a group, between two running numbers
            own, after = row.before, self._next_number(row)
            if not following and len(values) == count and len(values) > 0:
                row.certain = row.certain and own is not None
            elif own is not None and after == own + 1:
                values.pop()
            else:
                row.certain = False
        if following and _starts()[1].match(following):
            row.certain = False
        raw = " ".join(text for text, _ in values)
        place = values[0][1] if values else ""
        if not values and row.unit:
            values = [("", "")] * count
        certain = row.certain and len(values) == count
        yield StatRow("".join(row.label), row.unit, tuple(values) if certain else None, raw, place)

    def _ends(self, row: _Open) -> bool:
        label = "".join(row.label)
        return bool(len(label) > LONGEST or _SENTENCE.search(label) or _starts()[0].match(row.label[-1]))
