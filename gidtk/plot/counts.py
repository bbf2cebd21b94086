"""Counts of one report: bars, parts of a whole, keywords."""

from collections.abc import Callable, Collection, Sequence
from itertools import accumulate
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gidtk.errors import GidtkError
from gidtk.plot import canvas
from gidtk.plot.canvas import GAP, LABEL, MARGIN, NO_DATA, SMALL, TEXT, THICK, WIDTH
from gidtk.typeface import ACCENT, GREY, INK, LINE, MID, PALE, height, legible, style, width, wrap

__all__ = ["PARTS", "bars", "keywords", "shares"]

#: Twelve parts that differ in tone or hatching, so that they stay apart in grey print and for every eye.
PARTS = [(tone, hatch) for hatch in ("", "////", "....", "xxxx") for tone in (ACCENT, PALE, MID)]


def _rows(
    values: pd.Series,
    title: str,
    unit: str,
    note: str,
    missing: str,
    mark: Callable[[Axes, int, float, float], object],
) -> Figure:
    """One row for each value: label, mark, printed number; the scale leaves room for the widest number."""
    numbers, names = canvas.numbers(values), [" ".join(str(name).split()) for name in values.index]
    inner = WIDTH - 2 * MARGIN
    labels = [wrap(name, TEXT, 0.42 * inner) for name in names]
    printed = [legible(canvas.printed(number, missing)) for number in numbers]
    heights = [max(THICK + GAP, height(label, TEXT) + GAP / 2) for label in labels]
    left = GAP + max(width(label, TEXT) for label in labels)
    room = GAP + max(width(text, TEXT) for text in printed)
    low, high = min(0.0, *(number or 0 for number in numbers)), max(0.0, *(number or 0 for number in numbers))
    span = high - low or 1.0
    point = span / (inner - left - room * (2 if low < 0 else 1))  # data units in one point of width
    figure, axes = canvas.page(title, sum(heights), left=left, unit=unit, note=note)
    axes.set_xlim(low - room * point * (low < 0), low + span + room * point)
    axes.axvline(0, color=GREY, linewidth=0.6)
    for row, (end, number) in enumerate(zip(accumulate(heights), numbers, strict=True)):
        y, x, side = end - heights[row] / 2, number or 0, -1 if (number or 0) < 0 else 1
        if number is not None:
            mark(axes, row, y, number)
        place = (-GAP / (inner - left), y)
        axes.text(*place, labels[row], transform=axes.get_yaxis_transform(), ha="right", va="center", **LABEL)
        axes.text(x + side * GAP * point, y, printed[row], ha="left" if side > 0 else "right", va="center", **LABEL)
    told = [f"{name} {canvas.printed(number, missing)}" for name, number in zip(names, numbers, strict=True)]
    figure.set_label(canvas.describe(title, told, unit, note))
    return figure


def bars(
    values: pd.Series,
    *,
    title: str,
    xlabel: str = "",
    note: str = "",
    highlight: Collection[object] = (),
    empty: str = NO_DATA,
    missing: str = "—",
) -> Figure:
    """Draw one horizontal bar for each value, in the order given, with its number printed at the bar.

    Parameters
    ----------
    values : Series
        Numbers, labelled by the index. Null is a row that prints `missing`: never a bar of length zero.
    title, xlabel, note : str
        What the figure says, what is counted, and a remark below.
    highlight : collection
        Index labels to draw in the accent colour; without any, all bars are.
    empty : str
        The sentence that stands in the figure of an empty series.
    missing : str
        Printed in place of a null value.

    Returns
    -------
    Figure
        Its alternative text is given by :func:`alt_text`.

    Raises
    ------
    GidtkError
        If a value is no finite number, or `highlight` names a label that is not in the index.

    Examples
    --------
    >>> from gidtk.plot import alt_text
    >>> figure = bars(pd.Series({"自然人": 9, "法人": 2}), title="2020年收到的申请", xlabel="件")
    >>> alt_text(figure)
    '2020年收到的申请 (件)：自然人 9；法人 2。'
    """
    chosen = [highlight] if isinstance(highlight, str) else list(highlight)
    if absent := [label for label in chosen if label not in values.index]:
        raise GidtkError(f"highlight names {absent[0]!r}, which is no label of the values: {list(values.index)[:8]}")
    colors = [ACCENT if not chosen or label in chosen else MID for label in values.index]

    def bar(axes: Axes, row: int, y: float, value: float) -> object:
        return axes.barh(y, value, THICK, color=colors[row])

    with style():
        return _rows(values, title, xlabel, note, missing, bar) if len(values) else canvas.sentence(title, empty, note)


def keywords(
    frequency: pd.DataFrame,
    *,
    title: str,
    n: int = 20,
    xlabel: str = "",
    note: str = "",
    empty: str = NO_DATA,
) -> Figure:
    """Draw the most frequent words as dots on stems.

    Parameters
    ----------
    frequency : DataFrame
        One row for each word: `feature`, `frequency` (occurrences); further columns are not looked at.
    title, xlabel, note, empty : str
        As for :func:`bars`.
    n : int
        How many words at most; among words of equal frequency the order given decides.

    Returns
    -------
    Figure
        Most frequent word first.

    Raises
    ------
    GidtkError
        If one of the two columns is not there.

    Examples
    --------
    >>> from gidtk.plot import alt_text
    >>> words = pd.DataFrame({"feature": ["公开", "政务"], "frequency": [31, 40]})
    >>> alt_text(keywords(words, title="Most frequent words"))
    'Most frequent words: 政务 40; 公开 31.'
    """
    if not {"feature", "frequency"} <= set(frequency.columns):
        raise GidtkError(f"columns feature and frequency are needed, found {list(frequency.columns)}")
    top = frequency.sort_values("frequency", ascending=False, kind="stable").head(n)
    values = pd.Series(top["frequency"].to_list(), index=top["feature"].to_list())

    def dot(axes: Axes, row: int, y: float, value: float) -> object:
        return axes.plot([0, value], [y, y], color=ACCENT, linewidth=1.2, marker="o", markersize=5.5, markevery=[1])

    with style():
        return _rows(values, title, xlabel, note, "—", dot) if len(values) else canvas.sentence(title, empty, note)


def shares(
    counts: pd.Series,
    *,
    n: int | None,
    title: str,
    note: str = "",
    empty: str = NO_DATA,
    rest: str = "n − Σ",
    missing: str = "—",
) -> Figure:
    """Draw the parts of a whole as one stacked bar, over a list with the count and per cent of each part.

    Nothing is repaired: where the parts do not add up to `n`, the figure says so beside `n`. What is left of
    `n` is an open part; parts that exceed `n` are drawn to their own sum; per cents are always of `n`.

    Parameters
    ----------
    counts : Series
        Up to twelve counts that do not overlap, labelled by the index; null prints `missing`.
    n : int or None
        The whole, as the report prints it; None if it is not known (then there are no per cents).
    title, note, missing : str
        As for :func:`bars`.
    empty : str
        The sentence that stands in the figure if `n` and all counts are 0 or null.
    rest : str
        Label of the part of `n` that no count accounts for.

    Returns
    -------
    Figure
        Parts differ in tone or hatching, in the order of the list.

    Raises
    ------
    GidtkError
        If a count or `n` is negative or no number, or if there are more than twelve parts.

    Examples
    --------
    >>> from gidtk.plot import alt_text
    >>> alt_text(shares(pd.Series({"Granted": 3, "Refused": 1}), n=4, title="Outcomes"))
    'Outcomes (n = 4): Granted 3 (75.0%); Refused 1 (25.0%).'
    """
    numbers = canvas.numbers(counts)
    total, known = sum(number or 0 for number in numbers), 0 if n is None or pd.isna(n) else n
    if len(numbers) > len(PARTS):
        raise GidtkError(f"{len(numbers)} parts are more than {len(PARTS)}: group them, or draw bars()")
    if (least := min([known, *(number or 0 for number in numbers)])) < 0:
        raise GidtkError(f"{least} is no count: the whole and its parts are 0 or more; draw changes with bars()")
    with style():
        if not total and not known:
            return canvas.sentence(title, empty, note)
        parts = list(zip(map(str, counts.index), numbers, PARTS, strict=False))
        if known > total:
            parts.append((rest, known - total, ("white", "")))
        whole = f"n = {canvas.printed(known)}"
        if n is None or pd.isna(n):
            whole = f"n = {missing}, Σ = {canvas.printed(total)}"
        elif total > known or (total < known and None not in numbers):
            whole += f" ≠ Σ = {canvas.printed(total)}"
        return _stacked(parts, float(known), title, whole, note, missing)


def _stacked(
    parts: Sequence[tuple[str, float | None, tuple[str, str]]],
    n: float,
    title: str,
    whole: str,
    note: str,
    missing: str,
) -> Figure:
    inner, top, thick = WIDTH - 2 * MARGIN, 2 * TEXT * LINE, 2 * THICK
    count = [legible(canvas.printed(number, missing)) for _, number, _ in parts]
    share = [canvas.percent(number, n) if n and number is not None else "" for _, number, _ in parts]
    column = inner - width(">99.9%", TEXT) - 2 * GAP  # the counts end here, the per cents at the margin
    labels = [wrap(name, TEXT, column - max(width(text, TEXT) for text in count) - 4 * GAP) for name, _, _ in parts]
    heights = [height(label, TEXT) + GAP / 2 for label in labels]
    figure, axes = canvas.page(title, top + thick + 2 * GAP + sum(heights), note=note)
    point = sum(number or 0 for _, number, _ in parts) / inner  # data units in one point of width
    axes.set_xlim(0, inner * point)
    axes.text(0, 0, legible(whole), va="top", **LABEL)
    x, y = 0.0, top + thick + 2 * GAP
    for row, (_, number, (tone, hatch)) in enumerate(parts):
        look: dict[str, Any] = {"facecolor": tone, "hatch": hatch, "edgecolor": INK, "linewidth": 0.5}
        look["hatchcolor"] = "white" if tone == ACCENT else INK
        if number:
            axes.barh(top, number, thick, left=x, align="edge", **look)
            if share[row] and number / point > width(share[row], SMALL) + GAP:
                axes.text(x + number / 2, top - 2, share[row], size=SMALL, color=GREY, ha="center", va="bottom")
            x += number
        axes.add_patch(Rectangle((0.5 * point, y + 1.5), 2 * GAP * point, TEXT, **look))
        axes.text(3 * GAP * point, y, labels[row], va="top", **LABEL)
        axes.text(column * point, y, count[row], ha="right", va="top", **LABEL)
        axes.text(inner * point, y, share[row], ha="right", va="top", **LABEL)
        y += heights[row]
    told = [f"{name} {c}" + (f" ({s})" if s else "") for (name, _, _), c, s in zip(parts, count, share, strict=True)]
    figure.set_label(canvas.describe(title, told, whole, note))
    return figure
