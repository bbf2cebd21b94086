"""Whether the cells of each report stand on the page in the order of the form."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gidtk.facts import TABLES, Spread
from gidtk.form import FORM_IDS, load_form

__all__ = ["order_facts"]

Numbers = npt.NDArray[np.float64]


def order_facts(cells: Spread, forms: Sequence[str | None]) -> dict[str, Numbers]:
    """Return how many cells of each table stand before one that the form prints before them.

    Parameters
    ----------
    cells : Spread
        The cells of the reports, with their places.
    forms : sequence of str or None
        The forms of the reports.

    Returns
    -------
    dict
        ``disorder_`` of each table, of the cells that have a place on the page; missing where fewer than two have.
    """
    found = {f"disorder_{table}": np.full(len(cells.values), np.nan) for table in TABLES}
    if cells.places is None:
        return found
    at = {key: n for n, key in enumerate(zip(cells.tables, cells.rows, cells.columns, strict=True))}
    for form in sorted({form for form in forms if form in FORM_IDS}):
        own = np.array([other == form for other in forms], dtype=bool)
        for table in TABLES:
            order = [at[cell] for cell in load_form(form).cells() if cell[0] == table and cell in at]
            if order:
                found[f"disorder_{table}"][own] = _back(cells.places[own][:, order])
    return found


def _back(places: Numbers) -> Numbers:
    """Count, line by line, the places that are below the largest one before them."""
    known = ~np.isnan(places)
    largest = np.maximum.accumulate(np.where(known, places, -np.inf), axis=1)
    steps = (places[:, 1:] < largest[:, :-1]).sum(axis=1).astype(np.float64)
    return np.where(known.sum(axis=1) > 1, steps, np.nan)
