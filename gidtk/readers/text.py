"""Plain text: every line is a paragraph, and a Markdown table is a grid."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from gidtk.blocks import Block, Grid, GridCell, Paragraph

__all__ = ["read"]

_BORDER = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-+:?")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read(text: str) -> list[Block]:
    r"""Split a text into its lines, blank ones included, so that no text is lost.

    Consecutive lines with as many cells between pipes, one of them a line of hyphens, are a Markdown table.

    Examples
    --------
    >>> read("规章\n0")[1]
    Paragraph(text='0', place='line 2')
    >>> read("| 规章 | 0 |\n|---|---|\n| 规范性文件 | 2 |")[0].texts
    [['规章', '0'], ['规范性文件', '2']]
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    split = list(_split(lines))
    blocks: list[Block] = []
    for width, run in groupby(split, key=lambda entry: len(entry[2])):
        entries = list(run)
        rows = [cells for _, _, cells in entries]
        if width > 1 and any(map(_is_rule, rows)) and not all(map(_is_rule, rows)):
            blocks.append(_grid(rows, entries[0][0]))
        else:
            blocks += [Paragraph(line, f"line {number}") for number, line, _ in entries]
    return blocks


def _split(lines: Sequence[str]) -> Iterator[tuple[int, str, list[str | None]]]:
    """Yield number, text and cells of every line; a row that the end of the file cuts off lacks its last cells."""
    last = max((number for number, line in enumerate(lines, start=1) if line.strip()), default=0)
    above = 0
    for number, line in enumerate(lines, start=1):
        cells: list[str | None] = [*_cells(line)]
        if number == last and above > len(cells):
            begun = cells or _cells(f"{line}|")
            cells = [*begun, *[None] * (above - len(begun))] if begun else []
        above = len(cells)
        yield number, line, cells


def _cells(line: str) -> list[str]:
    """Return what stands between the pipes of a line that begins and ends with one."""
    flat = line.strip()
    if not (len(flat) > 1 and flat[0] == flat[-1] == "|"):
        return []
    return [_BREAK.sub(" ", cell).strip() for cell in _BORDER.split(flat)[1:-1]]


def _is_rule(cells: Sequence[str | None]) -> bool:
    return all(cell is not None and _RULE.fullmatch(cell) for cell in cells)


def _grid(rows: Sequence[Sequence[str | None]], line: int) -> Grid:
    return Grid(tuple(_placed(rows)), f"table at line {line}")


def _placed(rows: Sequence[Sequence[str | None]]) -> Iterator[tuple[GridCell | None, ...]]:
    printed = [cells for cells in rows if not _is_rule(cells)]
    for number, cells in enumerate(printed):
        yield tuple(None if text is None else GridCell(text, number, column) for column, text in enumerate(cells))
