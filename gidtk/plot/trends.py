"""Lines over years that stop at a missing year and at a change of the statutory form."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gidtk.errors import GidtkError
from gidtk.plot import canvas
from gidtk.plot.canvas import GAP, HALO, LABEL, MARGIN, NO_DATA, SMALL, TEXT, WIDTH
from gidtk.plot.points import Point, divided, read_points, shown, spans, told
from gidtk.typeface import ACCENT, GREY, INK, LINE, MID, PALE, height, legible, style, width, wrap

__all__ = ["trend"]

INNER = WIDTH - 2 * MARGIN
BODY = 78.0  # height in points of the drawing of one panel
MOST_PANELS = 12
LOOKS: list[dict[str, Any]] = [
    {"color": ACCENT, "marker": "o", "linestyle": "-", "markerfacecolor": ACCENT},
    {"color": GREY, "marker": "s", "linestyle": "--", "markerfacecolor": "white"},
    {"color": MID, "marker": "^", "linestyle": ":", "markerfacecolor": MID},
]


class _Scale(NamedTuple):
    """Where a year stands across, and a value below the top of its panel."""

    years: list[int]
    left: float
    low: float
    high: float
    top: float

    def x(self, year: int) -> float:
        return (self.years.index(year) + 0.5) * self.step

    @property
    def step(self) -> float:
        return (INNER - self.left) / len(self.years)

    def y(self, value: float) -> float:
        return self.top + BODY * (1 - (value - self.low) / (self.high - self.low))


def trend(
    points: pd.DataFrame,
    *,
    title: str,
    share: bool = False,
    forms: Mapping[str, str] | None = None,
    xlabel: str = "",
    note: str = "",
    empty: str = NO_DATA,
    missing: str = "—",
) -> Figure:
    """Draw values over years, one panel a quantity; a line never runs over a missing year or a change of form.

    Parameters
    ----------
    points : DataFrame
        One row a point: ``year`` and ``value``; where they are there also ``low`` and ``high`` (an interval), ``n``
        (printed below), ``form`` (a dashed line stands where it changes), ``panel`` (what is measured) and ``series``
        (up to three lines in a panel). A year between the first and the last that has no row, or no value, prints
        `missing`.
    title, xlabel, note : str
        What the figure says, the unit, and a remark below.
    share : bool
        Whether values are shares of 1, printed in per cent.
    forms : mapping
        How a form is called; by default as it is.
    empty, missing : str
        The sentence of a figure without values; what stands in place of a value.

    Returns
    -------
    Figure
        Panels below each other, each with a scale of its own that holds 0. Values are printed where a panel has one
        series; a broken line, an open mark and a third kind tell several series apart in grey print.

    Raises
    ------
    GidtkError
        If a column is missing, a value is no finite number, a point comes twice, or there are more than 12 panels or
        three series.

    Examples
    --------
    >>> from gidtk.plot import alt_text
    >>> points = pd.DataFrame({"year": [2019, 2021], "value": [9, 12], "form": ["f2019", "f2021"]})
    >>> alt_text(trend(points, title="新收申请", xlabel="件"))
    '新收申请 (件)：2019 9, 2020 —, 2021 12；f2019 | f2021。'
    """
    read = read_points(points)
    panels, series = (list(dict.fromkeys(getattr(p, name) for p in read)) for name in ("panel", "series"))
    for what, names, most in [("panels", panels, MOST_PANELS), ("series", series, len(LOOKS))]:
        if len(names) > most:
            raise GidtkError(f"{len(names)} {what} are more than {most}: choose some")
    with style():
        if all(point.value is None for point in read):
            return canvas.sentence(title, empty, note)
        years = list(range(min(p.year for p in read), max(p.year for p in read) + 1))
        called = {form: str((forms or {}).get(form, form)) for form in dict.fromkeys(p.form for p in read) if form}
        parts = [told([p for p in read if p.panel == name], years, share, missing) for name in panels]
        figure = _panels(read, panels, series, years, called, title, share, xlabel, note, missing)
        names = [text for _, _, text in spans(read, called)]
        changes = [" | ".join(names)] if len(names) > 1 else []
        figure.set_label(canvas.describe(title, [*parts, *changes], xlabel, note))
        return figure


def _panels(
    points: list[Point],
    panels: list[str],
    series: list[str],
    years: list[int],
    called: Mapping[str, str],
    title: str,
    share: bool,
    xlabel: str,
    note: str,
    missing: str,
) -> Figure:
    ticks = {name: _ticks([p for p in points if p.panel == name], share) for name in panels}
    left = GAP + max(width(_tick(tick, share), SMALL) for marks in ticks.values() for tick in marks)
    runs = spans(points, called)
    scale = _Scale(years, left, 0.0, 1.0, 0.0)
    names = [wrap(text, SMALL, (scale.x(last) - scale.x(first)) + scale.step - GAP) for first, last, text in runs]
    head = max((height(name, SMALL) for name in names), default=0.0) + GAP / 2
    key = height("x", TEXT) + GAP / 2 if len(series) > 1 else 0.0
    labels = [wrap(name, TEXT, INNER) for name in panels]
    with_n = any(point.n is not None for point in points)
    under = SMALL * LINE * (2 if with_n else 1) + GAP
    sizes = [height(label, TEXT) + SMALL * LINE + BODY + under + GAP for label in labels]
    figure, axes = canvas.page(title, key + head + sum(sizes), left=left, unit=xlabel, note=note)
    axes.set_xlim(0, INNER - left)
    if len(series) > 1:
        _key(axes, series, -left)
    for (first, last, _), name in zip(runs, names, strict=True):
        place = ((scale.x(first) + scale.x(last)) / 2, key)
        axes.text(*place, name, size=SMALL, color=GREY, ha="center", va="top", linespacing=LINE)
    for (_, before, _), (after, _, _) in pairwise(runs):
        x = (scale.x(before) + scale.x(after)) / 2
        axes.plot([x, x], [key, key + head + sum(sizes) - GAP], color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
    top = key + head
    for name, label, size in zip(panels, labels, sizes, strict=True):
        axes.text(-left, top, label, va="top", path_effects=HALO, **LABEL)
        own = _Scale(years, left, ticks[name][0], ticks[name][-1], top + height(label, TEXT) + SMALL * LINE)
        _grid(axes, own, ticks[name], share)
        _marks(axes, own, [p for p in points if p.panel == name], series, share, missing, with_n)
        top += size
    return figure


def _ticks(points: list[Point], share: bool) -> list[float]:
    """Return the marks of a scale that holds 0 and every value and limit."""
    known = [v for p in points for v in (p.value, p.low, p.high) if v is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    steps = MaxNLocator(nbins=3, steps=[1, 2, 2.5, 5, 10], integer=not share, min_n_ticks=2)
    marks = [float(tick) for tick in steps.tick_values(low, high if high > low else low + 1.0)]
    if share and low >= 0 and high <= 1:
        marks = [tick for tick in marks if tick < 1] + ([1.0] if marks[-1] >= 1 else [])
    return marks


def _tick(value: float, share: bool) -> str:
    return f"{100 * value:g}%" if share else canvas.printed(value)


def _key(axes: Axes, series: list[str], x: float) -> None:
    for name, look in zip(series, LOOKS, strict=False):
        text = legible(name)
        axes.plot([x, x + 20], [TEXT * LINE / 2] * 2, linewidth=1.4, markersize=5, markevery=[1], clip_on=False, **look)
        axes.text(x + 20 + GAP, 0, text, va="top", **LABEL)
        x += 20 + 4 * GAP + width(text, TEXT)


def _grid(axes: Axes, scale: _Scale, ticks: list[float], share: bool) -> None:
    wide = INNER - scale.left
    for tick in ticks:
        axes.plot([0, wide], [scale.y(tick)] * 2, color=GREY if tick == 0 else PALE, linewidth=0.6, zorder=0)
        text = _tick(tick, share)
        axes.text(-GAP / 2, scale.y(tick), text, size=SMALL, color=GREY, ha="right", va="center")


def _marks(
    axes: Axes,
    scale: _Scale,
    points: list[Point],
    series: list[str],
    share: bool,
    missing: str,
    with_n: bool,
) -> None:
    drawn = [name for name in series if any(p.series == name for p in points)]
    for name in drawn:
        own = [point for point in points if point.series == name and point.value is not None]
        look = LOOKS[series.index(name)]
        shift = (drawn.index(name) - (len(drawn) - 1) / 2) * 8.0
        for run in divided(own):
            x, y = [scale.x(p.year) + shift for p in run], [scale.y(p.value or 0.0) for p in run]
            axes.plot(x, y, linewidth=1.4, markersize=5, **look)
        for p in own:
            if p.low is not None and p.high is not None:
                at = scale.x(p.year) + shift
                axes.plot([at, at], [scale.y(p.low), scale.y(p.high)], color=look["color"], linewidth=1.0, zorder=1)
    known = [point for point in points if point.value is not None]
    bottom = scale.top + BODY
    for year in scale.years:
        axes.text(scale.x(year), bottom + GAP, str(year), size=SMALL, color=INK, ha="center", va="top")
        if all(point.year != year for point in known):
            axes.text(scale.x(year), bottom - GAP, missing, size=SMALL, color=GREY, ha="center", va="bottom")
    if len(drawn) == 1:
        _numbers(axes, scale, known, share)
    if with_n:
        counted = next((name for name in drawn for p in points if p.series == name and p.n is not None), "")
        _counts(axes, scale, [point for point in points if point.series == counted], bottom)


def _numbers(axes: Axes, scale: _Scale, known: list[Point], share: bool) -> None:
    """Print each value over its point, unless they stand too close."""
    years = [point.year for point in known]
    texts = [shown(point.value, share, "") for point in known]
    if len(set(years)) < len(years) or max(width(text, SMALL) for text in ["", *texts]) + 2 > scale.step:
        return
    for point, text in zip(known, texts, strict=True):
        ends = [end for end in (point.value, point.high) if end is not None]
        place = (scale.x(point.year), scale.y(max(ends)) - 0.8 * GAP)
        axes.text(*place, text, size=SMALL, color=INK, ha="center", va="bottom", path_effects=HALO)


def _counts(axes: Axes, scale: _Scale, points: list[Point], bottom: float) -> None:
    """Print n below the years; where a year has several forms, one after the other."""
    found = {year: [canvas.printed(p.n) for p in points if p.year == year and p.n is not None] for year in scale.years}
    texts = {year: "n " + " + ".join(numbers) for year, numbers in found.items() if numbers}
    size = SMALL * min([1.0, *((scale.step - 2) / width(text, SMALL) for text in texts.values())])
    for year, text in texts.items():
        place = (scale.x(year), bottom + GAP + SMALL * LINE)
        axes.text(*place, text, size=size, color=GREY, ha="center", va="top")
