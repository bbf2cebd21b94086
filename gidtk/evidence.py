"""How a cell was found: what is printed, where it stands, and the words around it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from gidtk.blocks import Block, Grid, Paragraph

__all__ = ["Evidence", "find_evidence"]

AROUND = 8  # lines of text shown before the one that holds a value


@dataclass(frozen=True, slots=True)
class Evidence:
    """The place of a cell on its page.

    Attributes
    ----------
    cell : str
        ``table.row.column``.
    said : str
        Value or status, and what is printed.
    place : str
        Where it stands in the file.
    lines : tuple of tuple of str
        The printed cells of the table row, or the lines of text up to the value.
    marked : int
        Which of the last line's entries is the cell; -1 for none.
    """

    cell: str
    said: str
    place: str
    lines: tuple[tuple[str, ...], ...]
    marked: int

    def __str__(self) -> str:
        """Return the evidence as text, the cell between 【 and 】."""
        shown = [" | ".join(line) for line in self.lines[:-1]]
        for line in self.lines[-1:]:
            shown.append(" | ".join(f"【{text}】" if n == self.marked else text for n, text in enumerate(line)))
        return "\n".join(
            [f"{self.cell}: {self.said}", f"  {self.place or 'not on the page'}", *(f"  {s}" for s in shown)]
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td><mark>{escape(text)}</mark></td>"
                if line is self.lines[-1] and n == self.marked
                else f"<td>{escape(text)}</td>"
                for n, text in enumerate(line)
            )
            + "</tr>"
            for line in self.lines
        )
        head = f"{escape(self.cell)}: {escape(self.said)} ({escape(self.place or 'not on the page')})"
        return f"<p>{head}</p><table>{rows}</table>"


def find_evidence(cell: str, said: str, raw: str, place: str, blocks: Iterable[Block]) -> Evidence:
    """Find the words around a cell among the blocks of its page."""
    grid = re.match(r"(.+), row (\d+)(?:, column (\d+))?$", place)
    if grid:
        rows = next((block for block in blocks if isinstance(block, Grid) and block.place == grid[1]), None)
        if rows is None or not 0 < int(grid[2]) <= len(rows.rows):
            return Evidence(cell, said, place, (), -1)
        printed = list(dict.fromkeys(c for c in rows.rows[int(grid[2]) - 1] if c is not None))
        wanted = int(grid[3]) - 1 if grid[3] else -1
        marked = next((n for n, c in enumerate(printed) if c.column <= wanted < c.column + c.width), -1)
        return Evidence(cell, said, place, (tuple(c.text for c in printed),), marked)
    lines = [block for block in blocks if isinstance(block, Paragraph) and block.text.strip()]
    at = next((n for n, line in enumerate(lines) if place and line.place == place), None)
    if at is None:
        return Evidence(cell, said, place, (), -1)
    before = tuple((line.text.strip(),) for line in lines[max(0, at - AROUND) : at])
    text = lines[at].text.strip()
    start = text.find(raw) if raw else -1
    parts = (text,) if start < 0 else tuple(filter(None, (text[:start], raw, text[start + len(raw) :])))
    return Evidence(cell, said, place, (*before, parts), parts.index(raw) if raw in parts else -1)
