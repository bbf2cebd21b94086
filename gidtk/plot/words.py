"""Figures of words: what is key to a group, where a word stands in its texts, themes over years."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gidtk.documents import as_text
from gidtk.errors import GidtkError
from gidtk.plot import canvas
from gidtk.plot.canvas import GAP, LABEL, MARGIN, NO_DATA, SMALL, TEXT, THICK, WIDTH
from gidtk.typeface import ACCENT, GREY, INK, LINE, MID, PALE, height, legible, style, width, wrap

__all__ = ["dispersion", "heatmap", "lollipop"]

MOST_COLUMNS, MOST_ROWS = 16, 60
INNER = WIDTH - 2 * MARGIN


def _labels(texts: Sequence[str], share: float) -> tuple[list[str], float]:
    """Labels broken into lines, and the width in points of the column that they need."""
    wrapped = [wrap(" ".join(str(text).split()), TEXT, share * INNER) for text in texts]
    return wrapped, GAP + max(width(label, TEXT) for label in wrapped)


def lollipop(
    keyness: pd.DataFrame,
    *,
    title: str,
    measure: str = "g2",
    n: int = 10,
    level: float = 0.05,
    xlabel: str = "",
    note: str = "",
    empty: str = NO_DATA,
) -> Figure:
    """Draw the words that are key to a group as dots to the right, and those it lacks to the left.

    Parameters
    ----------
    keyness : DataFrame
        As :func:`gidtk.keyness.keyness` gives it: ``feature``, ``p_adjusted`` and the measure.
    title, xlabel, note : str
        What the figure says, what is measured (and which side is which), and a remark below.
    measure : str
        ``"g2"``, ``"chi2"`` or ``"log_ratio"``; by it the words are chosen and placed.
    n : int
        How many words on each side at most.
    level : float
        A word whose adjusted p is not below it has an open dot.
    empty : str
        The sentence that stands in the figure of an empty frame.

    Returns
    -------
    Figure
        Highest value first. Side and colour say the same, so that it can be read in grey print.

    Raises
    ------
    GidtkError
        If a column is not there, a value is no finite number, or `n` is below 1.

    Examples
    --------
    >>> from gidtk.plot import alt_text
    >>> words = pd.DataFrame({"feature": ["疫情防控", "村务"], "g2": [12.5, -3.0], "p_adjusted": [0.001, 0.08]})
    >>> alt_text(lollipop(words, title="2020年的关键词", xlabel="G²"))
    '2020年的关键词 (G²)：疫情防控 12.5；村务 −3。'
    """
    if n < 1:
        raise GidtkError(f"n must be at least 1, got {n}")
    canvas.needs(keyness, "feature", "p_adjusted", measure)
    ordered = keyness.sort_values(measure, ascending=False, kind="stable")
    right, left = ordered[ordered[measure] >= 0].head(n), ordered[ordered[measure] < 0].tail(n)
    chosen = pd.concat([right, left])
    numbers = canvas.numbers(chosen[measure])
    if not numbers:
        with style():
            return canvas.sentence(title, empty, note)
    values = [number or 0.0 for number in numbers]
    names = [str(name) for name in chosen["feature"]]
    sure = [bool(p < level) for p in chosen["p_adjusted"]]
    with style():
        figure = _lollipops(names, values, sure, title, xlabel, note)
        told = [f"{name} {canvas.printed(value)}" for name, value in zip(names, values, strict=True)]
        figure.set_label(canvas.describe(title, told, xlabel, note))
        return figure


def _lollipops(names: list[str], values: list[float], sure: list[bool], title: str, xlabel: str, note: str) -> Figure:
    labels, left = _labels(names, 0.35)
    decimals = 1 if max(map(abs, values)) >= 10 else 2
    printed = [f"{value:,.{decimals}f}".replace("-", "−") for value in values]
    heights = [max(THICK + GAP, height(label, TEXT) + GAP / 2) for label in labels]
    room = 2 * GAP + max(width(text, TEXT) for text in printed)
    low, high = min(0.0, *values), max(0.0, *values)
    point = (high - low or 1.0) / (INNER - left - room * (2 if low < 0 else 1))  # data units in a point of width
    figure, axes = canvas.page(title, sum(heights), left=left, unit=xlabel, note=note)
    axes.set_xlim(low - room * point * (low < 0), high + room * point)
    axes.axvline(0, color=GREY, linewidth=0.6)
    for row, (end, value) in enumerate(zip(accumulate(heights), values, strict=True)):
        y, side = end - heights[row] / 2, -1 if value < 0 else 1
        _dot(axes, value, y, sure[row])
        place = (-GAP / (INNER - left), y)
        axes.text(*place, labels[row], transform=axes.get_yaxis_transform(), ha="right", va="center", **LABEL)
        ha = "left" if side > 0 else "right"
        axes.text(value + side * 1.5 * GAP * point, y, printed[row], ha=ha, va="center", **LABEL)
    return figure


def _dot(axes: Axes, value: float, y: float, sure: bool) -> None:
    color = ACCENT if value >= 0 else GREY
    axes.plot([0, value], [y, y], color=color, linewidth=1.2)
    axes.plot([value], [y], color=color, marker="o", markersize=5.5, markerfacecolor=color if sure else "white")


def dispersion(
    places: pd.DataFrame,
    *,
    title: str,
    rows: str = "docname",
    order: Sequence[object] | None = None,
    xlabel: str = "",
    note: str = "",
    empty: str = NO_DATA,
) -> Figure:
    """Draw where a word stands in its texts: a line from the first to the last token, a tick for each occurrence.

    Parameters
    ----------
    places : DataFrame
        As :func:`gidtk.kwic` gives it: ``from`` and ``tokens``, and the column of the rows.
    title, xlabel, note : str
        What the figure says, what the line is, and a remark below.
    rows : str
        What a row is: ``"docname"``, ``"pattern"``, ``"year"``, … Occurrences of several texts in one row lie over
        each other, each at its share of its own text.
    order : sequence
        The rows to draw, also those without an occurrence; in the order of `places` by default.
    empty : str
        The sentence that stands in the figure when there is no row.

    Returns
    -------
    Figure
        Each row prints how often the word occurs.

    Raises
    ------
    GidtkError
        If a column is not there, or there are more than 60 rows.

    Examples
    --------
    >>> import gidtk as gid
    >>> from gidtk.plot import alt_text
    >>> found = gid.kwic({"2020": "政务公开。政策解读", "2021": "公开"}, "政务公开")
    >>> alt_text(dispersion(found, title="政务公开", order=["2020", "2021"]))
    '政务公开：2020 1；2021 0。'
    """
    canvas.needs(places, rows, "from", "tokens")
    names = list(dict.fromkeys(map(as_text, places[rows] if order is None else order)))
    if len(names) > MOST_ROWS:
        raise GidtkError(
            f"{len(names)} rows are more than {MOST_ROWS}: choose some by order, or another column for rows"
        )
    found: dict[str, list[float]] = {name: [] for name in names}
    for name, place, tokens in zip(map(as_text, places[rows]), places["from"], places["tokens"], strict=True):
        if name in found:
            found[name].append((place - 0.5) / tokens)
    with style():
        figure = _strips(found, title, xlabel, note) if names else canvas.sentence(title, empty, note)
        if names:
            told = [f"{name} {len(marks)}" for name, marks in found.items()]
            figure.set_label(canvas.describe(title, told, xlabel, note))
        return figure


def _strips(found: Mapping[str, list[float]], title: str, xlabel: str, note: str) -> Figure:
    labels, left = _labels(list(found), 0.35)
    heights = [max(THICK + GAP, height(label, TEXT) + GAP / 2) for label in labels]
    counts = [canvas.printed(len(marks)) for marks in found.values()]
    room = 2 * GAP + max(width(text, TEXT) for text in counts)
    figure, axes = canvas.page(title, sum(heights), left=left, unit=xlabel, note=note)
    line = INNER - left - room
    axes.set_xlim(0, (INNER - left) / line)  # the line is 1 wide
    for row, (end, marks) in enumerate(zip(accumulate(heights), found.values(), strict=True)):
        y = end - heights[row] / 2
        axes.plot([0, 1], [y, y], color=PALE, linewidth=0.8)
        axes.vlines(marks, y - THICK / 2, y + THICK / 2, color=ACCENT, linewidth=0.9)
        axes.text(-GAP / line, y, labels[row], ha="right", va="center", **LABEL)
        axes.text(1 + room / line, y, counts[row], ha="right", va="center", **LABEL)
    return figure


def heatmap(
    rates: pd.DataFrame,
    *,
    title: str,
    rows: str = "theme",
    columns: str = "year",
    values: str = "per_1000",
    labels: Mapping[str, str] | None = None,
    decimals: int = 1,
    xlabel: str = "",
    note: str = "",
    empty: str = NO_DATA,
    missing: str = "—",
) -> Figure:
    """Draw a table of numbers as tones of one colour, each number printed in its cell: themes by year.

    Parameters
    ----------
    rates : DataFrame
        One row a cell, as :func:`gidtk.themes.theme_rates` gives it.
    title, xlabel, note : str
        What the figure says, what is measured, and a remark below.
    rows, columns, values : str
        Columns of the frame: what stands at the left, at the top, and in the cells.
    labels : mapping
        What to print for a row or column, such as ``load_themes().labels("en")``; else it is printed as it is.
    decimals : int
        Decimals of the printed numbers.
    empty, missing : str
        The sentence of a figure without cells; what stands in a cell without a number.

    Returns
    -------
    Figure
        Rows and columns in the order of the frame. White is 0 (or the least number, if that is below), the darkest tone
        the largest number; a cell without a number is white and prints `missing`, never 0.

    Raises
    ------
    GidtkError
        If a column is not there, a cell comes twice, a value is no finite number, or there are more than 60 rows or 16
        columns.

    Examples
    --------
    >>> from gidtk.plot import alt_text
    >>> rates = pd.DataFrame({"theme": ["epidemic", "epidemic"], "year": [2020, 2021], "per_1000": [4.25, None]})
    >>> alt_text(heatmap(rates, title="Themes by year", xlabel="per 1,000 words"))
    'Themes by year (per 1,000 words): epidemic 2020 4.2, 2021 —.'
    """
    canvas.needs(rates, rows, columns, values)
    places = zip(map(as_text, rates[rows]), map(as_text, rates[columns]), strict=True)
    cells = [(*place, number) for place, number in zip(places, canvas.numbers(rates[values]), strict=True)]
    if twice := [pair for pair, times in pd.Series([cell[:2] for cell in cells]).value_counts().items() if times > 1]:
        raise GidtkError(f"the cell {twice[0]} comes twice; add up the rates by {rows} and {columns} first")
    down, across = list(dict.fromkeys(row for row, _, _ in cells)), list(dict.fromkeys(c for _, c, _ in cells))
    for names, most, what in [(down, MOST_ROWS, "rows"), (across, MOST_COLUMNS, "columns")]:
        if len(names) > most:
            raise GidtkError(f"{len(names)} {what} are more than {most}: choose some, or group them")
    numbers = {(row, column): number for row, column, number in cells}
    named = {name: str((labels or {}).get(name, name)) for name in (*down, *across)}
    with style():
        if not cells:
            return canvas.sentence(title, empty, note)
        shown = {
            place: missing if (number := numbers.get(place)) is None else f"{number:,.{decimals}f}".replace("-", "−")
            for place in ((row, column) for row in down for column in across)
        }
        figure = _tiles(down, across, numbers, shown, named, title, xlabel, note)
        told = [f"{named[r]} " + ", ".join(f"{named[c]} {shown[r, c]}" for c in across) for r in down]
        figure.set_label(canvas.describe(title, told, xlabel, note))
        return figure


def _tiles(
    down: list[str],
    across: list[str],
    numbers: Mapping[tuple[str, str], float | None],
    shown: Mapping[tuple[str, str], str],
    named: Mapping[str, str],
    title: str,
    xlabel: str,
    note: str,
) -> Figure:
    labels, left = _labels([named[row] for row in down], 0.3)
    wide = min((INNER - left) / len(across), 60.0)
    heads = [wrap(named[column], SMALL, wide - 2) for column in across]
    top = max(height(head, SMALL) for head in heads) + GAP / 2
    heights = [max(2 * THICK, height(label, TEXT) + GAP / 2) for label in labels]
    size = SMALL * min(1.0, (wide - 2) / max(width(text, SMALL) for text in shown.values()))
    known = [number for number in numbers.values() if number is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    tones = LinearSegmentedColormap.from_list("tones", ["white", PALE, MID, ACCENT])
    figure, axes = canvas.page(title, top + sum(heights), left=left, unit=xlabel, note=note)
    axes.set_xlim(0, INNER - left)
    for column, head in enumerate(heads):
        place = ((column + 0.5) * wide, top - GAP / 2)
        axes.text(*place, head, size=SMALL, color=INK, ha="center", va="bottom", linespacing=LINE)
    for row, end in enumerate(accumulate(heights, initial=top)):
        if row == len(down):
            break
        axes.text(-GAP, end + heights[row] / 2, labels[row], ha="right", va="center_baseline", **LABEL)
        for column, name in enumerate(across):
            number = numbers.get((down[row], name))
            tone = tones((number - low) / (high - low)) if number is not None and high > low else (1.0, 1.0, 1.0, 1.0)
            box = Rectangle((column * wide, end), wide, heights[row], facecolor=tone, edgecolor=GREY, linewidth=0.4)
            axes.add_patch(box)
            text = legible(shown[down[row], name])
            place = ((column + 0.5) * wide, end + heights[row] / 2)
            axes.text(*place, text, size=size, color="white" if canvas.dark(tone) else INK, ha="center", va="center")
    return figure
