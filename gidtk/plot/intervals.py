"""Shares of units side by side, each a dot with its interval."""

from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from gidtk.errors import GidtkError
from gidtk.plot import canvas
from gidtk.plot.canvas import GAP, LABEL, MARGIN, NO_DATA, SMALL, TEXT, THICK, WIDTH
from gidtk.typeface import ACCENT, GREY, INK, LINE, MID, PALE, height, legible, style, width, wrap

__all__ = ["intervals"]

INNER = WIDTH - 2 * MARGIN
MOST_ROWS = 60
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


class _Row(NamedTuple):
    """A share with its limits, what is printed of it and of its n, and whether it is marked."""

    value: float | None
    low: float | None
    high: float | None
    said: str
    counted: str
    marked: bool


def intervals(
    rates: pd.DataFrame,
    *,
    title: str,
    highlight: Collection[object] = (),
    reference: float | None = None,
    xlabel: str = "",
    note: str = "",
    empty: str = NO_DATA,
    missing: str = "—",
) -> Figure:
    """Draw one share a row as a dot with its interval, in the order given: an order by size would make a league table.

    Parameters
    ----------
    rates : DataFrame
        Labelled by its index: ``value`` (0 to 1), ``low``, ``high`` and ``n``. A row without a value prints `missing`
        and its n.
    title, xlabel, note : str
        What the figure says, what the share is of, and a remark below.
    highlight : collection
        Labels to draw in the accent colour with a filled dot.
    reference : float
        A share to draw as a dashed line: name it in the note.
    empty, missing : str
        The sentence of a figure without a row; what stands in place of a share.

    Returns
    -------
    Figure
        The scale runs from 0 to 100 %, so that the width of an interval says how much is known.

    Raises
    ------
    GidtkError
        If a column is missing, a share is not within 0 and 1, there are more than 60 rows, or `highlight` names a label
        that is not there.

    Examples
    --------
    >>> from gidtk.plot import alt_text
    >>> rates = pd.DataFrame({"value": [9 / 11, None], "low": [0.52, None], "high": [0.95, None], "n": [11, 0]})
    >>> alt_text(intervals(rates.set_axis(["甲县", "乙县"]), title="公开率"))
    '公开率：甲县 81.8%, 52.0% – 95.0% (n = 11)；乙县 — (n = 0)。'
    """
    canvas.needs(rates, "value", "low", "high", "n")
    names = canvas.row_names(rates, highlight)
    if len(names) > MOST_ROWS:
        raise GidtkError(
            f"{len(names)} rows are more than {MOST_ROWS}: choose some, or draw a funnel or a distribution"
        )
    value, low, high, n = (canvas.numbers(rates[name]) for name in ("value", "low", "high", "n"))
    if wrong := [x for x in [*value, *low, *high, reference] if x is not None and not 0 <= x <= 1]:
        raise GidtkError(f"{wrong[0]} is no share: give values from 0 to 1")
    said = [missing if v is None else canvas.percent(v, 1) for v in value]
    counts = [f"n = {canvas.printed(k, missing)}" for k in n]
    limits = [
        f", {canvas.percent(a, 1)} – {canvas.percent(b, 1)}"
        if v is not None and a is not None and b is not None
        else ""
        for v, a, b in zip(value, low, high, strict=True)
    ]
    with style():
        if not names:
            return canvas.sentence(title, empty, note)
        marked = {str(name) for name in highlight}
        rows = list(map(_Row, value, low, high, said, counts, [name in marked for name in names]))
        figure = _interval_rows(names, rows, reference, title, xlabel, note)
        parts = [f"{name} {s}{r} ({c})" for name, s, r, c in zip(names, said, limits, counts, strict=True)]
        figure.set_label(canvas.describe(title, parts, xlabel, note))
        return figure


def _interval_rows(
    names: list[str],
    rows: Sequence[_Row],
    reference: float | None,
    title: str,
    xlabel: str,
    note: str,
) -> Figure:
    labels = [wrap(name, TEXT, 0.35 * INNER) for name in names]
    left = GAP + max(width(label, TEXT) for label in labels)
    share, count = max(width(r.said, TEXT) for r in rows), max(width(r.counted, TEXT) for r in rows)
    heights = [max(THICK + GAP, height(label, TEXT) + GAP / 2) for label in labels]
    foot = SMALL * LINE + GAP / 2
    line = INNER - left - share - count - 4 * GAP  # the points from 0 to 100 %
    figure, axes = canvas.page(title, sum(heights) + foot, left=left, unit=xlabel, note=note)
    axes.set_xlim(-GAP / line, (INNER - left - GAP) / line)
    for tick in TICKS:
        axes.plot([tick, tick], [0, sum(heights)], color=PALE if tick else GREY, linewidth=0.6, zorder=0)
        axes.text(tick, sum(heights) + GAP / 2, f"{tick:.0%}", size=SMALL, color=GREY, ha="center", va="top")
    if reference is not None:
        axes.plot([reference] * 2, [0, sum(heights)], color=INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    for row, end in enumerate(accumulate(heights)):
        value, low, high, said, counted, marked = rows[row]
        y = end - heights[row] / 2
        axes.text(-2 * GAP / line, y, labels[row], ha="right", va="center", **LABEL)
        if low is not None and high is not None:
            axes.plot([low, high], [y, y], color=ACCENT if marked else MID, linewidth=2.2 if marked else 1.2)
        if value is not None:
            look: dict[str, Any] = {
                "markerfacecolor": ACCENT if marked else "white",
                "markersize": 6.5 if marked else 5,
            }
            axes.plot([value], [y], marker="o", color=ACCENT if marked else GREY, zorder=3, **look)
        right = (INNER - left - 2 * GAP) / line
        axes.text(right, y, legible(counted), ha="right", va="center", **LABEL)
        axes.text(right - (count + GAP) / line, y, legible(said), ha="right", va="center", **LABEL)
    return figure
