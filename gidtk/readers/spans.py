"""From printed cells with spans to a rectangle of positions, bounded."""

from collections.abc import Iterable

from gidtk.blocks import GridCell

__all__ = ["MOST_POSITIONS", "MOST_SPAN", "expand"]

MOST_SPAN = 200  # columns or rows that one cell may cover; the widest statutory table has 15
MOST_POSITIONS = 200_000  # positions of one grid after its spans are expanded


def expand(rows: Iterable[list[tuple[str, int, int]]]) -> tuple[tuple[GridCell | None, ...], ...]:
    """Expand spans: from cells with height and width to a rectangle of positions.

    Parameters
    ----------
    rows : iterable of list of (str, int, int)
        Text, rowspan and colspan of each printed cell.

    Returns
    -------
    tuple of tuple of GridCell or None
        None where nothing was printed because the row is shorter than the widest one.
    """
    listed = list(rows)
    placed: list[dict[int, GridCell]] = [{} for _ in listed]
    positions = 0
    for number, row in enumerate(listed):
        column = 0
        for text, height, width in row:
            while column in placed[number]:
                column += 1
            height = min(height, len(listed) - number)
            positions += height * width
            if positions > MOST_POSITIONS:
                height, width = 1, 1
            cell = GridCell(text, number, column, height, width)
            if height == width == 1:  # by far the most
                placed[number][column] = cell
                column += 1
                continue
            for line in placed[number : number + height]:
                for covered in range(column, column + width):
                    line.setdefault(covered, cell)
            column += width
    columns = range(max((max(line, default=-1) + 1 for line in placed), default=0))
    return tuple(tuple(map(line.get, columns)) for line in placed)
