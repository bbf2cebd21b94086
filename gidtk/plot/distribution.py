"""How counts of many reports are spread: every report a dot, on a scale that skewed counts need."""

from collections.abc import Collection, Mapping
from itertools import accumulate
from math import log10
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gidtk.errors import GidtkError
from gidtk.plot import canvas
from gidtk.plot.canvas import GAP, LABEL, MARGIN, NO_DATA, SMALL, TEXT, WIDTH
from gidtk.typeface import ACCENT, GREY, INK, LINE, PALE, height, legible, style, width, wrap

__all__ = ["distribution"]

INNER = WIDTH - 2 * MARGIN
MOST_ROWS = 60
FEWEST_FOR_A_BOX = 5
ROW = 22.0


def distribution(
    values: pd.DataFrame,
    *,
    title: str,
    highlight: Collection[object] = (),
    log: bool = True,
    none: str = "—",
    xlabel: str = "",
    note: str = "",
    empty: str = NO_DATA,
) -> Figure:
    """Draw every report as a dot, one row a group, with median and quartiles where there are five or more.

    Parameters
    ----------
    values : DataFrame
        Labelled by its index: ``group`` and ``value`` (0 or more). A missing value is counted beside n, never drawn.
    title, xlabel, note : str
        What the figure says, what is counted, and a remark below.
    highlight : collection
        Labels of dots to draw in the accent colour.
    log : bool
        Whether the scale is that of ``log(1 + value)``, on which 0 has a place.
    none : str
        What is printed at the right of a group without any value.
    empty : str
        The sentence of a figure without a value.

    Returns
    -------
    Figure
        Groups in the order of the frame. At the right: the median and n; ``n = 3 (+2)`` says that two reports more have
        no number.

    Raises
    ------
    GidtkError
        If a column is missing, a value is negative or no number, there are more than 60 groups, or `highlight` names
        a label that is not there.

    Examples
    --------
    >>> from gidtk.plot import alt_text
    >>> values = pd.DataFrame({"group": ["江西", "江西", "广东"], "value": [11, 40, None]})
    >>> alt_text(distribution(values, title="新收申请", xlabel="件"))
    '新收申请 (件)：江西 11 – 25.5 – 40, n = 2；广东 —, n = 0 (+1)。'
    """
    canvas.needs(values, "group", "value")
    labels = canvas.row_names(values, highlight)
    numbers = canvas.numbers(values["value"])
    if any(number is not None and number < 0 for number in numbers):
        raise GidtkError(f"{min(n for n in numbers if n is not None)} is below 0: give counts")
    marked, groups = {str(name) for name in highlight}, [str(name) for name in values["group"]]
    rows: dict[str, list[tuple[float | None, bool]]] = {name: [] for name in dict.fromkeys(groups)}
    for group, number, label in zip(groups, numbers, labels, strict=True):
        rows[group].append((number, label in marked))
    if len(rows) > MOST_ROWS:
        raise GidtkError(f"{len(rows)} groups are more than {MOST_ROWS}: choose some")
    with style():
        if all(number is None for number in numbers):
            return canvas.sentence(title, empty, note)
        said = {name: _said([number for number, _ in row], none) for name, row in rows.items()}
        figure = _draw(rows, said, log, title, xlabel, note)
        told = [f"{name} {_span([n for n, _ in row], none)}, {said[name][1]}" for name, row in rows.items()]
        figure.set_label(canvas.describe(title, told, xlabel, note))
        return figure


def _said(numbers: list[float | None], none: str) -> tuple[str, str]:
    known = [number for number in numbers if number is not None]
    gaps = len(numbers) - len(known)
    return (
        canvas.printed(float(np.median(known))) if known else none,
        f"n = {len(known):,}" + (f" (+{gaps:,})" if gaps else ""),
    )


def _span(numbers: list[float | None], none: str) -> str:
    known = [number for number in numbers if number is not None]
    ends = [min(known), float(np.median(known)), max(known)] if known else []
    return " – ".join(dict.fromkeys(map(canvas.printed, ends))) or none


def _ticks(most: float, log: bool) -> list[float]:
    if not log:
        step = 10 ** int(log10(most))
        step = next(step * k for k in (0.2, 0.5, 1.0, 2.0) if most <= 5 * step * k)
        return [step * k for k in range(int(most / step) + 2)]
    marks = [0.0, *(float(k * 10**power) for power in range(8) for k in (1, 3))]
    return marks[: next(k for k, mark in enumerate(marks) if mark >= most) + 1]


def _draw(
    rows: Mapping[str, list[tuple[float | None, bool]]],
    said: Mapping[str, tuple[str, str]],
    log: bool,
    title: str,
    xlabel: str,
    note: str,
) -> Figure:
    labels = [wrap(name, TEXT, 0.3 * INNER) for name in rows]
    left = GAP + max(width(label, TEXT) for label in labels)
    median, count = (max(width(text[k], TEXT) for text in said.values()) for k in (0, 1))
    heights = [max(ROW, height(label, TEXT) + GAP / 2) for label in labels]
    most = max([1.0, *(number for row in rows.values() for number, _ in row if number is not None)])
    ticks = _ticks(most, log)
    line = INNER - left - median - count - 5 * GAP

    def x(number: float) -> float:
        return line * (log10(1 + number) / log10(1 + ticks[-1]) if log else number / ticks[-1])

    figure, axes = canvas.page(title, sum(heights) + SMALL * LINE + GAP / 2, left=left, unit=xlabel, note=note)
    axes.set_xlim(-GAP, INNER - left - GAP)
    _scale(axes, [(x(tick), canvas.printed(tick)) for tick in ticks], sum(heights))
    for (name, row), label, end, tall in zip(rows.items(), labels, accumulate(heights), heights, strict=True):
        y = end - tall / 2
        axes.text(-2 * GAP, y, label, ha="right", va="center", **LABEL)
        right = INNER - left - 2 * GAP
        axes.text(right, y, legible(said[name][1]), ha="right", va="center", **LABEL)
        axes.text(right - count - GAP, y, legible(said[name][0]), ha="right", va="center", **LABEL)
        known = [number for number, _ in row if number is not None]
        if len(known) >= FEWEST_FOR_A_BOX:
            low, middle, high = (x(float(q)) for q in np.quantile(known, [0.25, 0.5, 0.75]))
            axes.add_patch(Rectangle((low, y - 6), high - low, 12, facecolor=PALE, edgecolor="none", zorder=1))
            axes.plot([middle, middle], [y - 7, y + 7], color=INK, linewidth=1.4, zorder=2)
        for number, on in sorted(((n, on) for n, on in row if n is not None), key=lambda dot: dot[1]):
            look: dict[str, Any] = (
                {"color": ACCENT, "markersize": 7.5} if on else {"color": GREY, "markersize": 5, "alpha": 0.75}
            )
            face = ACCENT if on else "none"
            axes.plot([x(number)], [y], marker="o", markerfacecolor=face, markeredgewidth=0.9, zorder=3, **look)
    return figure


def _scale(axes: Axes, ticks: list[tuple[float, str]], bottom: float) -> None:
    """Draw the lines of a scale, and the numbers that have room."""
    free = float("-inf")
    for x, text in ticks:
        axes.plot([x, x], [0, bottom], color=PALE if x else GREY, linewidth=0.6, zorder=0)
        if x - width(text, SMALL) / 2 > free:
            axes.text(x, bottom + GAP / 2, text, size=SMALL, color=GREY, ha="center", va="top")
            free = x + width(text, SMALL) / 2 + GAP / 2
