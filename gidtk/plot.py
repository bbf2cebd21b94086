"""Figures of the toolkit: bars, parts of a whole, keywords.

What a figure says (title, unit, note, the sentence for no data) is given by the caller in the caller's language. A
figure carries its alternative text (:func:`alt_text`); :func:`show` puts it into a notebook, :func:`save` into a file.
"""

from collections.abc import Callable, Collection, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate
from math import floor, isfinite, log10
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gidtk.errors import GidtkError
from gidtk.figure import alt_text, save, show
from gidtk.typeface import ACCENT, GREY, INK, LINE, MID, PALE, height, legible, style, use_style, width, wrap

__all__ = ["alt_text", "bars", "keywords", "legible", "save", "shares", "show", "style", "use_style"]

#: Twelve parts that differ in tone or hatching, so that they stay apart in grey print and for every eye.
PARTS = [(tone, hatch) for hatch in ("", "////", "....", "xxxx") for tone in (ACCENT, PALE, MID)]
NO_DATA = "没有可以显示的数字。No figures to show."
WIDTH, MARGIN, GAP, THICK = 518.0, 12.0, 6.0, 11.0  # points: the page is 18 cm wide
TITLE, TEXT, SMALL = 12.0, 9.0, 8.0  # font sizes in points

_TEXT: dict[str, Any] = {"size": TEXT, "color": INK, "linespacing": LINE}


def _numbers(values: pd.Series) -> list[float | None]:
    """Take the numbers of a series; null is None. What is no number is the caller's mistake."""
    try:
        numbers = [None if pd.isna(value) else value for value in pd.to_numeric(values)]
    except (TypeError, ValueError) as error:
        raise GidtkError(f"values to draw must be numbers or null: {error}") from error
    if wrong := [value for value in numbers if value is not None and not isfinite(value)]:
        raise GidtkError(f"{wrong[0]} cannot be drawn: give a finite number, or null where there is none")
    return numbers


def _number(value: float | None, missing: str = "—") -> str:
    """Print a number: integers whole, others with four significant digits and never less than one decimal."""
    if value is None:
        return missing
    if value == int(value):
        return f"{int(value):,}".replace("-", "−")
    digits = max(1, 3 - floor(log10(abs(value))))
    return f"{value:,.{digits}f}".rstrip("0").rstrip(".").replace("-", "−")


def _percent(part: float, whole: float) -> str:
    """Print part of whole in per cent to one decimal, halves up; never 0 for little or 100 for nearly all."""
    share = Decimal(str(part)) * 100 / Decimal(str(whole))
    if 0 < share < Decimal("0.05") or Decimal("99.95") <= share < 100:
        return "<0.1%" if share < 1 else ">99.9%"
    return f"{share:.0f}%" if share in (0, 100) else f"{share.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def _describe(title: str, parts: Sequence[str], unit: str = "") -> str:
    """Say title, unit and parts in one sentence, with the punctuation of the title's language."""
    chinese = any("\u4e00" <= char <= "\u9fff" for char in title)
    colon, comma, stop, more = ("：", "；", "。", "……（共 {} 项）") if chinese else (": ", "; ", ".", "… ({} in all)")
    shown = parts if len(parts) <= 12 else [*parts[:10], more.format(len(parts))]
    head = " ".join(title.split()).rstrip("。.") + (f" ({unit})" if unit else "")
    return head + colon + comma.join(shown).rstrip("。.") + stop


def _page(title: str, body: float, *, left: float = 0.0, unit: str = "", note: str = "") -> tuple[Figure, Axes]:
    """Lay out title, body and foot, all in points; the y axis of the body counts points from its top."""
    inner = WIDTH - 2 * MARGIN
    head, unit, foot = wrap(title, TITLE, inner), wrap(unit, SMALL, inner - left), wrap(note, SMALL, inner)
    top = MARGIN + height(head, TITLE) + GAP
    under = top + body + GAP
    below = under + height(unit, SMALL)
    whole = below + (GAP + height(foot, SMALL) if foot else 0.0) + MARGIN
    figure = Figure(figsize=(WIDTH / 72, whole / 72))
    for text, x, y, size, color in [
        (head, MARGIN, MARGIN, TITLE, INK),
        (unit, MARGIN + left, under, SMALL, GREY),
        (foot, MARGIN, below + GAP, SMALL, GREY),
    ]:
        if text:
            figure.text(x / WIDTH, 1 - y / whole, text, size=size, color=color, va="top", linespacing=LINE)
    box = ((MARGIN + left) / WIDTH, 1 - (top + body) / whole, (inner - left) / WIDTH, body / whole)
    axes = figure.add_axes(box, ylim=(body, 0))
    axes.set_axis_off()
    return figure, axes


def _sentence(title: str, sentence: str, note: str) -> Figure:
    text = wrap(sentence, TEXT + 1, WIDTH - 2 * MARGIN)
    figure, axes = _page(title, height(text, TEXT + 1) + 2 * GAP, note=note)
    axes.text(0, GAP, text, size=TEXT + 1, color=GREY, va="top", linespacing=LINE)
    figure.set_label(_describe(title, [" ".join(sentence.split())]))
    return figure


def _rows(
    values: pd.Series,
    title: str,
    unit: str,
    note: str,
    missing: str,
    mark: Callable[[Axes, int, float, float], object],
) -> Figure:
    """One row for each value: label, mark, printed number; the scale leaves room for the widest number."""
    numbers, names = _numbers(values), [" ".join(str(name).split()) for name in values.index]
    inner = WIDTH - 2 * MARGIN
    labels = [wrap(name, TEXT, 0.42 * inner) for name in names]
    printed = [legible(_number(number, missing)) for number in numbers]
    heights = [max(THICK + GAP, height(label, TEXT) + GAP / 2) for label in labels]
    left = GAP + max(width(label, TEXT) for label in labels)
    room = GAP + max(width(text, TEXT) for text in printed)
    low, high = min(0.0, *(number or 0 for number in numbers)), max(0.0, *(number or 0 for number in numbers))
    span = high - low or 1.0
    point = span / (inner - left - room * (2 if low < 0 else 1))  # data units in one point of width
    figure, axes = _page(title, sum(heights), left=left, unit=unit, note=note)
    axes.set_xlim(low - room * point * (low < 0), low + span + room * point)
    axes.axvline(0, color=GREY, linewidth=0.6)
    for row, (end, number) in enumerate(zip(accumulate(heights), numbers, strict=True)):
        y, x, side = end - heights[row] / 2, number or 0, -1 if (number or 0) < 0 else 1
        if number is not None:
            mark(axes, row, y, number)
        place = (-GAP / (inner - left), y)
        axes.text(*place, labels[row], transform=axes.get_yaxis_transform(), ha="right", va="center", **_TEXT)
        axes.text(x + side * GAP * point, y, printed[row], ha="left" if side > 0 else "right", va="center", **_TEXT)
    told = [f"{name} {_number(number, missing)}" for name, number in zip(names, numbers, strict=True)]
    figure.set_label(_describe(title, told, unit))
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
        return _rows(values, title, xlabel, note, missing, bar) if len(values) else _sentence(title, empty, note)


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
        return _rows(values, title, xlabel, note, "—", dot) if len(values) else _sentence(title, empty, note)


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
    >>> alt_text(shares(pd.Series({"Granted": 3, "Refused": 1}), n=4, title="Outcomes"))
    'Outcomes (n = 4): Granted 3 (75.0%); Refused 1 (25.0%).'
    """
    numbers = _numbers(counts)
    total, known = sum(number or 0 for number in numbers), 0 if n is None or pd.isna(n) else n
    if len(numbers) > len(PARTS):
        raise GidtkError(f"{len(numbers)} parts are more than {len(PARTS)}: group them, or draw bars()")
    if (least := min([known, *(number or 0 for number in numbers)])) < 0:
        raise GidtkError(f"{least} is no count: the whole and its parts are 0 or more; draw changes with bars()")
    with style():
        if not total and not known:
            return _sentence(title, empty, note)
        parts = list(zip(map(str, counts.index), numbers, PARTS, strict=False))
        if known > total:
            parts.append((rest, known - total, ("white", "")))
        whole = f"n = {_number(known)}"
        if n is None or pd.isna(n):
            whole = f"n = {missing}, Σ = {_number(total)}"
        elif total > known or (total < known and None not in numbers):
            whole += f" ≠ Σ = {_number(total)}"
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
    count = [legible(_number(number, missing)) for _, number, _ in parts]
    share = [_percent(number, n) if n and number is not None else "" for _, number, _ in parts]
    column = inner - width(">99.9%", TEXT) - 2 * GAP  # the counts end here, the per cents at the margin
    labels = [wrap(name, TEXT, column - max(width(text, TEXT) for text in count) - 4 * GAP) for name, _, _ in parts]
    heights = [height(label, TEXT) + GAP / 2 for label in labels]
    figure, axes = _page(title, top + thick + 2 * GAP + sum(heights), note=note)
    point = sum(number or 0 for _, number, _ in parts) / inner  # data units in one point of width
    axes.set_xlim(0, inner * point)
    axes.text(0, 0, legible(whole), va="top", **_TEXT)
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
        axes.text(3 * GAP * point, y, labels[row], va="top", **_TEXT)
        axes.text(column * point, y, count[row], ha="right", va="top", **_TEXT)
        axes.text(inner * point, y, share[row], ha="right", va="top", **_TEXT)
        y += heights[row]
    told = [f"{name} {c}" + (f" ({s})" if s else "") for (name, _, _), c, s in zip(parts, count, share, strict=True)]
    figure.set_label(_describe(title, told, whole))
    return figure
