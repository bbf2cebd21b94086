"""The funnel plot: rates over their n, between the limits that chance alone seldom passes."""

import math
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gidtk.plot import canvas
from gidtk.plot.canvas import GAP, HALO, LABEL, MARGIN, NO_DATA, SMALL, TEXT, WIDTH
from gidtk.regional import funnel_limits
from gidtk.typeface import ACCENT, GREY, INK, LINE, PALE, legible, style, width

__all__ = ["funnel"]

INNER = WIDTH - 2 * MARGIN
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
BODY = 250.0  # height in points of the drawing
LEAST = 0.8  # where the scale of n begins
MOST_NAMES = 8  # of units outside the outer limits


def funnel(
    points: pd.DataFrame,
    *,
    title: str,
    highlight: Collection[object] = (),
    key: Sequence[str] = ("95 %", "99.8 %"),
    xlabel: str = "n",
    note: str = "",
    empty: str = NO_DATA,
) -> Figure:
    """Draw the rate of every unit over its n, with the limits that chance alone seldom passes.

    Parameters
    ----------
    points : DataFrame
        As :func:`gidtk.regional.funnel` gives it, labelled by its index: ``n``, ``rate``, ``target`` and
        ``outside``. A unit without a rate is not drawn; say in the
        note how many there are.
    title, xlabel, note : str
        What the figure says, what n is, and a remark below.
    highlight : collection
        Labels to name and to draw in the accent colour; units outside the outer limits are named
        too, unless they are more than eight.
    key : sequence of str
        What the inner and the outer limits are called.
    empty : str
        The sentence of a figure without a rate.

    Returns
    -------
    Figure
        n on a scale of logarithms; units in the accent colour are those asked for, not the best or worst.

    Raises
    ------
    GidtkError
        If a column is missing or `highlight` names a label that is not there.

    Examples
    --------
    >>> from gidtk.plot import alt_text
    >>> from gidtk import regional
    >>> points = regional.funnel([9, 80, 30], [11, 100, 100]).set_axis(["甲县", "乙县", "丙县"])
    >>> alt_text(funnel(points, title="公开率"))
    '公开率 (n)：甲县 81.8% (n = 11)；乙县 80.0% (n = 100, high998)；丙县 30.0% (n = 100, low998)。'
    """
    canvas.needs(points, "n", "rate", "target", "outside")
    names = canvas.row_names(points, highlight)
    known = points.set_axis(names)[(points["rate"].notna() & (points["n"] > 0)).fillna(False).to_numpy(dtype=bool)]
    marked = {str(name) for name in highlight}
    with style():
        if known.empty:
            return canvas.sentence(title, empty, note)
        most = math.ceil(max(2.0, float(known["n"].max())) * 1.2)
        steps = sorted({*range(1, min(most, 60) + 1), *np.geomspace(1, most, 200).round().astype(int).tolist()})
        curves = funnel_limits(steps, float(known["target"].iloc[0]))
        figure = _funnel(known, curves, marked, key, title, xlabel, note)
        columns = (known[column].tolist() for column in ("rate", "n", "outside"))
        told = [
            f"{name} {canvas.percent(rate, 1)} (n = {canvas.printed(n)}" + (f", {outside})" if outside else ")")
            for name, rate, n, outside in zip(known.index, *columns, strict=True)
        ]
        figure.set_label(canvas.describe(title, told, xlabel, note))
        return figure


def _funnel(
    known: pd.DataFrame,
    curves: pd.DataFrame,
    marked: set[str],
    key: Sequence[str],
    title: str,
    xlabel: str,
    note: str,
) -> Figure:
    left, head, foot = GAP + width("100%", SMALL), TEXT * LINE + GAP, SMALL * LINE + GAP / 2
    figure, axes = canvas.page(title, head + BODY + foot, left=left, unit=xlabel, note=note)
    most = float(curves["n"].max())
    axes.set_xscale("log")
    axes.set_xlim(LEAST, most)
    for tick in TICKS:
        axes.plot([LEAST, most], [_at(tick, head)] * 2, color=PALE if tick else GREY, linewidth=0.6, zorder=0)
        place = (-GAP / 2 / (INNER - left), _at(tick, head))
        axes.text(
            *place, f"{tick:.0%}", transform=axes.get_yaxis_transform(), size=SMALL, color=GREY, ha="right", va="center"
        )
    for n in (n for power in range(7) for n in (10**power, 3 * 10**power) if n <= most / 1.05):
        axes.text(n, head + BODY + GAP / 2, f"{n:,}", size=SMALL, color=GREY, ha="center", va="top")
    for tail, line in [("95", (0, (4, 3))), ("998", "-")]:
        for side in ("low", "high"):
            y = [_at(float(value), head) for value in curves[f"{side}{tail}"]]
            axes.plot(curves["n"], y, color=GREY, linewidth=0.9, linestyle=line, zorder=1)
    target = float(known["target"].iloc[0])
    axes.plot([LEAST, most], [_at(target, head)] * 2, color=INK, linewidth=0.8, zorder=1)
    _funnel_key(axes, key, INNER - left)
    _funnel_points(axes, known, marked, head, left)
    return figure


def _at(share: float, head: float) -> float:
    return head + BODY * (1 - share)


def _funnel_key(axes: Axes, key: Sequence[str], wide: float) -> None:
    x = 0.0
    for text, line in zip(map(legible, key), [(0, (4, 3)), "-"], strict=False):
        ends = [x / wide, (x + 22) / wide]
        axes.plot(ends, [TEXT * LINE / 2] * 2, color=GREY, lw=0.9, ls=line, transform=axes.get_yaxis_transform())
        axes.text((x + 22 + GAP) / wide, 0, text, transform=axes.get_yaxis_transform(), va="top", **LABEL)
        x += 22 + 4 * GAP + width(text, TEXT)


def _funnel_points(axes: Axes, known: pd.DataFrame, marked: set[str], head: float, left: float) -> None:
    """Draw the points; name those asked for and those outside the outer limits where their names have room."""
    outer = [name for name, side in zip(known.index, known["outside"], strict=True) if str(side).endswith("998")]
    outer = outer if len(outer) <= MOST_NAMES else []  # some of many would be a choice that nobody made
    named = list(dict.fromkeys([*(name for name in known.index if name in marked), *outer]))
    boxes: list[tuple[float, float, float, float]] = []
    wide = INNER - left
    for name in sorted(known.index, key=lambda label: label in marked):
        row = known.loc[name]
        look: dict[str, Any] = (
            {"color": ACCENT, "markerfacecolor": ACCENT, "markersize": 7}
            if name in marked
            else {"color": GREY, "markerfacecolor": "white", "markersize": 5}
        )
        axes.plot([float(row["n"])], [_at(float(row["rate"]), head)], marker="o", zorder=3, **look)
    for name in named:
        row, text = known.loc[name], legible(name)
        x = wide * math.log(float(row["n"]) / LEAST) / math.log(axes.get_xlim()[1] / LEAST)  # in points
        y, long = _at(float(row["rate"]), head), width(text, SMALL)
        right = x + 6 + long < wide
        box = (x + 6, y - 14, x + 6 + long, y - 2) if right else (x - 6 - long, y - 14, x - 6, y - 2)
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in boxes):
            continue
        boxes.append(box)
        put: dict[str, Any] = {"color": ACCENT if name in marked else GREY, "ha": "left" if right else "right"}
        place = ((box[0] if right else box[2]) / wide, y - 8)
        put |= {"transform": axes.get_yaxis_transform(), "path_effects": HALO}
        axes.text(*place, text, size=SMALL, va="center", **put)
