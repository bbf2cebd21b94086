"""Figures read by OCR: one counts only where arithmetic bears it out."""

from collections.abc import Iterator, Sequence

from gidtk.readers.ocr import NOTE
from gidtk.sums import Key, sums_of
from gidtk.tables import Cell

__all__ = ["confirmed"]


def confirmed(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells of a report; what OCR read and no sum of the form bears out is unreadable.

    A figure is borne out when it takes part in a sum that holds and in none that fails. What OCR gives as blank may
    be a figure that it overlooked: it is unreadable too.

    Parameters
    ----------
    cells : sequence of Cell
        The cells of one report.

    Returns
    -------
    list of Cell
        Cells that no OCR read are as they were.

    Examples
    --------
    >>> row = [Cell("disputes", "review", column, n, str(n), "ok", "page 1 (OCR), table 3, row 4") for column, n in
    ...     {"upheld": 1, "corrected": 0, "other": 0, "pending": 0, "total": 1}.items()]
    >>> [cell.status for cell in confirmed(row)] == ["ok"] * 5
    True
    >>> [cell.status for cell in confirmed([*row[:4], row[4]._replace(value=7, raw="7")])] == ["unreadable"] * 5
    True
    """
    if not any(NOTE in cell.place for cell in cells):
        return list(cells)
    values = {(cell.table, cell.row, cell.column): cell.value for cell in cells}
    held, broken = set[Key](), set[Key]()
    for item in sums_of(tuple(values)):
        sides = item.sides(values)
        if sides is not None and not item.most:
            (held if item.holds(*sides) else broken).update((*item.left, *item.right))
    return list(_judged(cells, held - broken))


def _judged(cells: Sequence[Cell], good: set[Key]) -> Iterator[Cell]:
    for cell in cells:
        doubtful = NOTE in cell.place and (cell.table, cell.row, cell.column) not in good
        yield cell._replace(value=None, status="unreadable") if doubtful and cell.status != "absent" else cell
