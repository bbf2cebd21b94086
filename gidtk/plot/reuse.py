"""Who took over text from whom, as a network in two columns: donors and receivers."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from gidtk.errors import GidtkError
from gidtk.plot import canvas
from gidtk.plot.canvas import GAP, LABEL, MARGIN, NO_DATA, SMALL, TEXT, WIDTH
from gidtk.typeface import ACCENT, GREY, LINE, MID, height, style, width, wrap

__all__ = ["reuse_network"]

_COLUMNS = ("unit", "donor_unit", "reused")
_ROOM = 0.33  # of the width, for the names of one side
_THICKEST = 5.0  # points


def reuse_network(
    donors: pd.DataFrame,
    *,
    title: str,
    n: int = 30,
    heads: tuple[str, str] = ("来源 Donors", "使用 Receivers"),
    highlight: Sequence[str] = (),
    note: str = "",
    empty: str = NO_DATA,
) -> Figure:
    """Draw the strongest ties between donors (left) and those that took text over (right).

    Parameters
    ----------
    donors : DataFrame
        One row a tie, as `gidtk.donors.donors` gives them: ``unit``, ``donor_unit``, ``reused`` (a share). Rows of one
        pair of units (of several years or sections) are one tie with their mean; rows without a share are left out.
    title, note, empty : str
        As for :func:`gidtk.plot.bars`.
    n : int
        How many ties at most, the strongest; ties of the same strength come by their names.
    heads : tuple of str
        What stands above the two columns.
    highlight : sequence of str
        Units whose ties are drawn in the accent colour; without any, all are.

    Returns
    -------
    Figure
        The thickness of a line is the share, which is printed at the receiver where it has one tie; a unit may stand in
        both columns. Units with the strongest ties come first.

    Raises
    ------
    GidtkError
        If a column is missing, a share is not from 0 to 1, `n` is below 1, or `highlight` names no unit.

    Examples
    --------
    >>> from gidtk.plot import alt_text
    >>> ties = pd.DataFrame({"unit": ["乙县"], "donor_unit": ["甲市"], "reused": [0.4]})
    >>> alt_text(reuse_network(ties, title="2020年文本来源"))
    '2020年文本来源：甲市 → 乙县 40.0%。'
    """
    if absent := [name for name in _COLUMNS if name not in donors.columns]:
        raise GidtkError(f"donors have no column {absent[0]!r}: {', '.join(_COLUMNS)} are needed")
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise GidtkError(f"n {n!r}: give the number of ties, a whole number from 1")
    ties = _ties(donors, n)
    units = {name for tie in ties for name in tie[:2]}
    if absent := [name for name in highlight if name not in {*donors["unit"], *donors["donor_unit"]}]:
        raise GidtkError(f"highlight names {absent[0]!r}, which is no unit of the ties: {sorted(units)[:8]}")
    with style():
        return _drawn(ties, title, heads, highlight, note) if ties else canvas.sentence(title, empty, note)


def _ties(donors: pd.DataFrame, n: int) -> list[tuple[str, str, float]]:
    """Return the strongest ties: donor, receiver, mean share."""
    shares: dict[tuple[str, str], list[float]] = {}
    values = canvas.numbers(donors["reused"])
    for unit, donor, value in zip(donors["unit"].tolist(), donors["donor_unit"].tolist(), values, strict=True):
        if value is None:
            continue
        if not 0 <= value <= 1:
            raise GidtkError(f"reused {value}: a share is from 0 to 1")
        shares.setdefault((str(donor), str(unit)), []).append(float(value))
    ties = [(donor, unit, sum(found) / len(found)) for (donor, unit), found in shares.items()]
    return sorted(ties, key=lambda tie: (-tie[2], tie[0], tie[1]))[:n]


def _drawn(
    ties: list[tuple[str, str, float]], title: str, heads: tuple[str, str], highlight: Sequence[str], note: str
) -> Figure:
    inner = WIDTH - 2 * MARGIN
    sides = [list(dict.fromkeys(donor for donor, _, _ in ties)), list(dict.fromkeys(unit for _, unit, _ in ties))]
    told = {unit: sum(tie[1] == unit for tie in ties) for unit in sides[1]}
    single = {tie[1]: canvas.percent(tie[2], 1) for tie in ties if told[tie[1]] == 1}
    names = [
        {unit: wrap(unit, TEXT, _ROOM * inner) for unit in sides[0]},
        {unit: wrap(f"{unit} {single.get(unit, '')}".strip(), TEXT, _ROOM * inner) for unit in sides[1]},
    ]
    above = [wrap(head, SMALL, _ROOM * inner) for head in heads]
    top = max(height(head, SMALL) for head in above) + GAP
    heights = [[height(label, TEXT) + GAP for label in side.values()] for side in names]
    body = top + max(map(sum, heights))
    places = [_places(list(side), tall, top, body) for side, tall in zip(names, heights, strict=True)]
    left = max(width(label, TEXT) for label in [*names[0].values(), above[0]]) + GAP
    right = inner - max(width(label, TEXT) for label in [*names[1].values(), above[1]]) - GAP
    figure, axes = canvas.page(title, body, note=note)
    axes.set_xlim(0, inner)
    for donor, unit, value in reversed(ties):
        chosen = not highlight or donor in highlight or unit in highlight
        axes.add_patch(_curve((left, places[0][donor]), (right, places[1][unit]), value, chosen))
    for side, (x, align) in enumerate(((left - GAP, "right"), (right + GAP, "left"))):
        axes.text(x, 0, above[side], ha=align, va="top", size=SMALL, color=GREY, linespacing=LINE)
        for unit, label in names[side].items():
            axes.text(x, places[side][unit], label, ha=align, va="center", **LABEL)
    parts = [f"{donor} → {unit} {canvas.percent(value, 1)}" for donor, unit, value in ties]
    figure.set_label(canvas.describe(title, parts, note=note))
    return figure


def _curve(begin: tuple[float, float], end: tuple[float, float], value: float, chosen: bool) -> PathPatch:
    """Return the line of a tie, its thickness the share."""
    middle = (begin[0] + end[0]) / 2
    path = Path([begin, (middle, begin[1]), (middle, end[1]), end], [Path.MOVETO, *[Path.CURVE4] * 3])
    look = {"color": ACCENT if chosen else MID, "alpha": 0.85 if chosen else 0.5}
    return PathPatch(path, fill=False, linewidth=max(_THICKEST * value, 0.5), capstyle="butt", **look)


def _places(units: list[str], heights: list[float], top: float, bottom: float) -> dict[str, float]:
    """Return the middle of every label, the side spread over the whole height."""
    spare = (bottom - top - sum(heights)) / len(units)
    found, edge = {}, top
    for unit, tall in zip(units, heights, strict=True):
        found[unit] = edge + (tall + spare) / 2
        edge += tall + spare
    return found
