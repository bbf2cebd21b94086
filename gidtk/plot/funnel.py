"""The funnel plot: rates over their n, between the limits that chance alone seldom passes."""

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gidtk.plot import canvas
from gidtk.plot.canvas import GAP, LABEL, MARGIN, NO_DATA, SMALL, TEXT, WIDTH
from gidtk.typeface import ACCENT, GREY, INK, LINE, PALE, legible, style, width

__all__ = ["funnel"]

INNER = WIDTH - 2 * MARGIN
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
BODY = 250.0  # height in points of the drawing
MOST_NAMES = 8  # of units outside the outer limits


def funnel(
    points: pd.DataFrame,
    *,
    title: str,
    limits: pd.DataFrame | None = None,
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
        As :func:`gidtk.regional.funnel` gives it, labelled by its index: ``n``, ``rate``, ``target``, the limits
        ``low95``, ``high95``, ``low998``, ``high998`` and ``outside``. A unit without a rate is not drawn; say in the
        note how many there are.
    title, xlabel, note : str
        What the figure says, what n is, and a remark below.
    limits : DataFrame
        The curves, as :func:`gidtk.regional.funnel_limits` gives them; the points' own limits if not given.
    highlight : collection
        Labels to name and to draw in the accent colour; units outside the outer limits are named too, up to eight.
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
    >>> limits = {"low95": 0.4, "high95": 0.9, "low998": 0.3, "high998": 1.0}
    >>> points = pd.DataFrame({"n": [11, 40], "rate": [0.8, 0.2], "target": 0.6, **limits, "outside": ["", "low998"]})
    >>> alt_text(funnel(points.set_axis(["甲县", "乙县"]), title="公开率"))
    '公开率 (n)：甲县 80.0% (n = 11)；乙县 20.0% (n = 40, low998)。'
    """
    canvas.needs(points, "n", "rate", "target", "low95", "high95", "low998", "high998", "outside")
    names = canvas.row_names(points, highlight)
    known = points.set_axis(names)[(points["rate"].notna() & (points["n"] > 0)).fillna(False).to_numpy(dtype=bool)]
    marked = {str(name) for name in highlight}
    with style():
        if known.empty:
            return canvas.sentence(title, empty, note)
        curves = (known if limits is None else limits).dropna(subset=["n", "low95"]).sort_values("n")
        figure = _funnel(known, curves.astype({"n": float}), marked, key, title, xlabel, note)
        columns = (known[column].tolist() for column in ("rate", "n", "outside"))
        told = [
            f"{name} {canvas.percent(rate, 1)} (n = {canvas.printed(n)}" + (f", {outside})" if outside else ")")
            for name, rate, n, outside in zip(known.index, *columns, strict=True)
        ]
        figure.set_label(canvas.describe(title, told, xlabel))
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
    most = float(max(known["n"].max(), curves["n"].max()))
    axes.set_xscale("log")
    axes.set_xlim(0.8, max(most, 2.0) * 1.25)
    for tick in TICKS:
        axes.plot([0.8, most * 1.25], [_at(tick, head)] * 2, color=PALE if tick else GREY, linewidth=0.6, zorder=0)
        place = (-GAP / 2 / (INNER - left), _at(tick, head))
        axes.text(
            *place, f"{tick:.0%}", transform=axes.get_yaxis_transform(), size=SMALL, color=GREY, ha="right", va="center"
        )
    for n in (n for power in range(7) for n in (10**power, 3 * 10**power) if n <= most * 1.1):
        axes.text(n, head + BODY + GAP / 2, f"{n:,}", size=SMALL, color=GREY, ha="center", va="top")
    for tail, line in [("95", (0, (4, 3))), ("998", "-")]:
        for side in ("low", "high"):
            y = [_at(float(value), head) for value in curves[f"{side}{tail}"]]
            axes.plot(curves["n"], y, color=GREY, linewidth=0.9, linestyle=line, zorder=1)
    target = float(known["target"].iloc[0])
    axes.plot([0.8, most * 1.25], [_at(target, head)] * 2, color=INK, linewidth=0.8, zorder=1)
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
    named = list(dict.fromkeys([*(name for name in known.index if name in marked), *outer]))[: MOST_NAMES + len(marked)]
    boxes: list[tuple[float, float, float, float]] = []
    point = (INNER - left) / (axes.transData.transform((axes.get_xlim()[1], 0)) - axes.transData.transform((0.8, 0)))[0]
    origin = axes.transData.transform((0.8, 0))[0]
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
        x = (axes.transData.transform((float(row["n"]), 0))[0] - origin) * point
        y, wide = _at(float(row["rate"]), head), width(text, SMALL)
        right = x + 6 + wide < INNER - left
        box = (x + 6, y - 6, x + 6 + wide, y + 6) if right else (x - 6 - wide, y - 6, x - 6, y + 6)
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in boxes):
            continue
        boxes.append(box)
        place = ((box[0] if right else box[2]) / (INNER - left), y)
        color, ha = ACCENT if name in marked else GREY, "left" if right else "right"
        axes.text(*place, text, transform=axes.get_yaxis_transform(), size=SMALL, color=color, ha=ha, va="center")
