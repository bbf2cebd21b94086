"""Tables that a report shows as pictures: read by OCR where the text has them not, and put in their place."""

from collections.abc import Sequence
from typing import NamedTuple

from gidtk.blocks import Block, Grid, Paragraph
from gidtk.form import Form
from gidtk.identity import Identity
from gidtk.issues import Issue
from gidtk.readers import Document
from gidtk.readers.pictures import Seen, read_pictures, read_so
from gidtk.statistics import read_statistics
from gidtk.tables import Cell, read_cells

__all__ = ["Pictured", "read_tables", "with_pictures"]

LITTLE = 300  # characters of a page that is only the frame of its pictures


class Pictured(NamedTuple):
    """The blocks of a report with those of its pictures, and what is to be said of the pictures."""

    blocks: list[Block]
    issues: list[Issue]


def read_tables(blocks: Sequence[Block], form: Form, year: int | None) -> tuple[Form, list[Cell], list[Issue]]:
    """Read the cells of a form, of the statutory tables or of the statistics table, as :func:`read_cells` does."""
    return read_statistics(blocks, form, year) if form.statistics else read_cells(blocks, form)


def with_pictures(
    document: Document, form: Form | None, cells: Sequence[Cell], identity: Identity, has_sections: bool
) -> Pictured:
    """Read the pictures of a report that lacks a table.

    Parameters
    ----------
    document : Document
        The report.
    form : Form or None
        The form that its text tells; without one every table may be in a picture.
    cells : sequence of Cell
        What its text gives.
    identity : Identity
        What its text says of itself. A long text without form, title and sections is no report: its pictures are left.
    has_sections : bool
        Whether its text has sections. Where it has, only tables that are missing are taken from the pictures; else
        the pictures are the report.

    Returns
    -------
    Pictured
        With the very blocks of the document where no picture gave anything.
    """
    missing = _missing(cells)
    if form is None and identity.title is None and not has_sections and _length(document.blocks) > LITTLE:
        return Pictured(document.blocks, [])
    if not document.pictures or (form is not None and not missing):
        return Pictured(document.blocks, [])
    seen, told = read_pictures(document.pictures, document.format)
    kept = [one for one in seen if form is None or not has_sections or _has_rows(one, form, missing, identity.year)]
    if has_sections and form is not None:
        kept = [one._replace(blocks=[block for block in one.blocks if isinstance(block, Grid)]) for one in kept]
    kept = [one for one in kept if one.blocks]
    told += [*read_so(kept), *_empty([one for one in seen if all(one.place != other.place for other in kept)])]
    return Pictured(_placed(document.blocks, kept) if kept else document.blocks, told)


def _missing(cells: Sequence[Cell]) -> set[str]:
    """Return the tables of which nothing is on the page."""
    return {cell.table for cell in cells} - {cell.table for cell in cells if cell.status != "absent"}


def _length(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks if isinstance(block, Paragraph))


def _has_rows(seen: Seen, form: Form, missing: set[str], year: int | None) -> bool:
    """Tell whether a picture shows a row of a table that is missing."""
    _, cells, _ = read_tables(seen.blocks, form, year)
    return any(cell.table in missing and cell.status != "absent" for cell in cells)


def _placed(blocks: Sequence[Block], seen: Sequence[Seen]) -> list[Block]:
    placed: list[Block] = []
    start = 0
    for one in sorted(seen, key=lambda one: one.picture.at):
        placed += [*blocks[start : one.picture.at], *one.blocks]
        start = max(one.picture.at, start)
    return [*placed, *blocks[start:]]


def _empty(seen: Sequence[Seen]) -> list[Issue]:
    """Say which pictures were read in vain."""
    places = ", ".join(one.place for one in seen)
    words = f"{places}: read by OCR; none of the tables that are missing was found there"
    return [Issue("pictures_without_tables", "info", words)] if places else []
