"""Problem flow between years: what is named, and what is named again."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from gidtk.errors import GidtkError
from gidtk.plot import canvas
from gidtk.plot.canvas import GAP, LABEL, MARGIN, NO_DATA, SMALL, TEXT, WIDTH
from gidtk.typeface import ACCENT, GREY, INK, PALE, height, legible, style, width, wrap

__all__ = ["problem_flow"]

_BAR, _TALL, _MOST = 16.0, 18.0, 12  # points: width of a bar, height of the tallest; years that fit the page


def problem_flow(
    flow: pd.DataFrame,
    *,
    title: str,
    labels: Mapping[str, str] | None = None,
    unit: str = "",
    note: str = "",
    empty: str = NO_DATA,
    missing: str = "—",
    again: str = "↻",
) -> Figure:
    """Draw how many reports name each kind of problem, year by year, and how many name it again.

    Each code has a lane. A bar is as tall as the number of reports that name the code, which stands above it; a band
    between two years is as thick as the number that named it in both.

    Parameters
    ----------
    flow : DataFrame
        As :func:`gidtk.flows.problem_flow` gives it: ``year``, ``code``, ``named``, ``again``.
    title, unit, note : str
        What is shown, what is counted, and a foot note, in the reader's language.
    labels : mapping, optional
        Code to the name to print; a code without one is printed itself.
    empty : str
        The sentence that stands in the figure if nothing is named.
    missing : str
        What is printed for a year without reports between the others.
    again : str
        How the alternative text says that a number was named again.

    Returns
    -------
    Figure
        Lanes in the order of the frame.

    Raises
    ------
    GidtkError
        If a column is missing, a year and code stand twice, or there are more than 12 years.

    Examples
    --------
    >>> from gidtk.plot import alt_text
    >>> flow = pd.DataFrame({"year": [2020, 2021], "code": "P2", "named": [3, 4], "again": [0, 2]})
    >>> alt_text(problem_flow(flow, title="Problems named", labels={"P2": "Timeliness"}))
    'Problems named: Timeliness 2020 3, 2021 4 (↻ 2).'
    """
    if lacking := [name for name in ("year", "code", "named", "again") if name not in flow]:
        raise GidtkError(f"flow without {lacking[0]}: give what problem_flow() of gidtk.flows returns")
    columns = (flow[name].tolist() for name in ("year", "code", "named", "again"))
    cells = {(int(year), str(code)): (int(named), int(kept)) for year, code, named, kept in zip(*columns, strict=True)}
    if len(cells) < len(flow):
        raise GidtkError("a year and code stand twice in the flow: draw one group of reports at a time")
    codes = list(dict.fromkeys(code for _, code in cells))
    years = list(range(min(year for year, _ in cells), max(year for year, _ in cells) + 1)) if cells else []
    if len(years) > _MOST:
        raise GidtkError(f"{len(years)} years are more than {_MOST}: choose fewer, or write the table")
    most = max((named for named, _ in cells.values()), default=0)
    with style():
        if not most:
            return canvas.sentence(title, empty, note)
        names = {code: " ".join((labels or {}).get(code, code).split()) for code in codes}
        return _lanes(cells, codes, years, names, _TALL / most, title, unit, note, missing, again)


def _lanes(
    cells: Mapping[tuple[int, str], tuple[int, int]],
    codes: list[str],
    years: list[int],
    names: Mapping[str, str],
    scale: float,
    title: str,
    unit: str,
    note: str,
    missing: str,
    again: str,
) -> Figure:
    inner = WIDTH - 2 * MARGIN
    wrapped = {code: wrap(names[code], TEXT, 0.3 * inner) for code in codes}
    left = 2 * GAP + max(width(text, TEXT) for text in wrapped.values())
    lane = max(SMALL + _TALL + 2.5 * GAP, *(height(text, TEXT) + GAP for text in wrapped.values()))
    top = TEXT + 2 * GAP
    figure, axes = canvas.page(title, top + lane * len(codes), left=left, unit=unit, note=note)
    axes.set_xlim(0, inner - left)
    step = (inner - left) / len(years)
    places = {year: step * (n + 0.5) for n, year in enumerate(years)}
    for year, x in places.items():
        axes.text(x, 0, str(year), ha="center", va="top", **LABEL)
    told = []
    for row, code in enumerate(codes):
        foot = top + lane * (row + 1) - GAP
        middle = foot - _TALL / 2
        axes.text(-2 * GAP, middle, wrapped[code], ha="right", va="center", **LABEL)
        axes.plot([0, inner - left], [foot + GAP / 2] * 2, color=PALE, linewidth=0.5)
        parts = []
        for year, x in places.items():
            named, kept = cells.get((year, code), (None, 0))
            shown = legible(canvas.printed(named, missing))
            axes.text(x, foot - _TALL - GAP / 2, shown, size=SMALL, color=INK, ha="center", va="bottom")
            if named:
                axes.add_patch(Rectangle((x - _BAR / 2, foot - named * scale), _BAR, named * scale, color=ACCENT, lw=0))
            if kept and year - 1 in places:
                start, end, thick = places[year - 1] + _BAR / 2, x - _BAR / 2, kept * scale
                corners = [(start, foot), (start, foot - thick), (end, foot - thick), (end, foot)]
                axes.add_patch(Polygon(corners, facecolor=PALE, edgecolor=GREY, linewidth=0.4))
            parts.append(f"{year} {shown}" + (f" ({again} {kept})" if kept else ""))
        told.append(f"{names[code]} {', '.join(parts)}")
    figure.set_label(canvas.describe(title, told, unit, note))
    return figure
