"""What a reader hands over: paragraphs and grids, in reading order."""

from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["BAR", "Block", "Grid", "GridCell", "Paragraph"]

BAR = "│"  # in the text of a cell: here digits of two cells touch, so that no number can be told


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text that stands on a line of its own.

    Attributes
    ----------
    text : str
        The text as printed, without the line break.
    place : str
        Where it stands in the file, such as ``line 12``.
    within : tuple of int
        The cells of layout that hold it, the outermost first: what stands beside or under a report is not in its cell.
    """

    text: str
    place: str = ""
    within: tuple[int, ...] = field(default=(), compare=False, repr=False)


class GridCell(NamedTuple):
    """One printed cell of a table, before spans are expanded.

    Attributes
    ----------
    text : str
        The text as printed; empty for a blank cell.
    row, column : int
        The upper left corner, counted from 0.
    height, width : int
        How many rows and columns the cell spans.
    """

    text: str
    row: int
    column: int
    height: int = 1
    width: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as a rectangle: every position names the printed cell that covers it.

    Attributes
    ----------
    rows : tuple of tuple of GridCell or None
        Spans are expanded: a cell that spans two columns stands twice. ``None`` where a row of the page is
        shorter than the others, so that nothing was printed.
    place : str
        Where it stands in the file, such as ``table 2``.
    """

    rows: tuple[tuple[GridCell | None, ...], ...]
    place: str = ""

    @property
    def texts(self) -> list[list[str]]:
        """The text at every position; empty where nothing was printed."""
        return [[cell.text if cell else "" for cell in row] for row in self.rows]


Block = Paragraph | Grid
