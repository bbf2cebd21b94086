"""The page that every figure is laid out on: title, body and foot in points, numbers as they are printed."""

from collections.abc import Collection, Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import floor, isfinite, log10
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from gidtk.errors import GidtkError
from gidtk.typeface import GREY, INK, LINE, height, wrap

__all__ = [
    "GAP",
    "HALO",
    "LABEL",
    "MARGIN",
    "NO_DATA",
    "SMALL",
    "TEXT",
    "THICK",
    "TITLE",
    "WIDTH",
    "dark",
    "describe",
    "needs",
    "numbers",
    "page",
    "percent",
    "printed",
    "row_names",
    "sentence",
]

NO_DATA = "没有可以显示的数字。No figures to show."
WIDTH, MARGIN, GAP, THICK = 518.0, 12.0, 6.0, 11.0  # points: the page is 18 cm wide
TITLE, TEXT, SMALL = 12.0, 9.0, 8.0  # font sizes in points

HALO = [withStroke(linewidth=2.5, foreground="white")]  # keeps print legible where it stands on a line
LABEL: dict[str, Any] = {"size": TEXT, "color": INK, "linespacing": LINE}


def needs(frame: pd.DataFrame, *columns: str) -> None:
    """Refuse a frame that lacks a column."""
    if absent := [column for column in columns if column not in frame.columns]:
        raise GidtkError(f"the frame to draw has no column {absent[0]!r}; it has: {', '.join(map(str, frame.columns))}")


def row_names(frame: pd.DataFrame, highlight: Collection[object]) -> list[str]:
    """Return the labels of the rows in one line each; what is to be marked must be among them."""
    names = [" ".join(str(name).split()) for name in frame.index]
    if gone := [name for name in highlight if str(name) not in names]:
        raise GidtkError(f"highlight names {gone[0]!r}, which is no label of the frame: {names[:8]}")
    return names


def numbers(values: pd.Series) -> list[float | None]:
    """Take the numbers of a series; null is None. What is no number is the caller's mistake."""
    try:
        numbers = [None if pd.isna(value) else value for value in pd.to_numeric(values)]
    except (TypeError, ValueError) as error:
        raise GidtkError(f"values to draw must be numbers or null: {error}") from error
    if wrong := [value for value in numbers if value is not None and not isfinite(value)]:
        raise GidtkError(f"{wrong[0]} cannot be drawn: give a finite number, or null where there is none")
    return numbers


def printed(value: float | None, missing: str = "—") -> str:
    """Print a number: integers whole, others with four significant digits and never less than one decimal."""
    if value is None:
        return missing
    if value == int(value):
        return f"{int(value):,}".replace("-", "−")
    digits = max(1, 3 - floor(log10(abs(value))))
    return f"{value:,.{digits}f}".rstrip("0").rstrip(".").replace("-", "−")


def percent(part: float, whole: float) -> str:
    """Print part of whole in per cent to one decimal, halves up; never 0 for little or 100 for nearly all."""
    share = Decimal(str(part)) * 100 / Decimal(str(whole))
    if 0 < share < Decimal("0.05") or Decimal("99.95") <= share < 100:
        return "<0.1%" if share < 1 else ">99.9%"
    return f"{share:.0f}%" if share in (0, 100) else f"{share.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def dark(tone: tuple[float, float, float, float]) -> bool:
    """Whether print on this tone has to be white: by its luminance."""
    red, green, blue = to_rgb(tone[:3])
    return 0.299 * red + 0.587 * green + 0.114 * blue < 0.55


def describe(title: str, parts: Sequence[str], unit: str = "", note: str = "") -> str:
    """Say title, unit and parts in one sentence, as the title's language punctuates it, then the note."""
    chinese = any("\u4e00" <= char <= "\u9fff" for char in title)
    colon, comma, stop, more = ("：", "；", "。", "……（共 {} 项）") if chinese else (": ", "; ", ".", "… ({} in all)")
    shown = parts if len(parts) <= 12 else [*parts[:10], more.format(len(parts))]
    head = " ".join(title.split()).rstrip("。.") + (f" ({unit})" if unit else "")
    return " ".join(filter(None, [head + colon + comma.join(shown).rstrip("。.") + stop, *note.split()]))


def page(title: str, body: float, *, left: float = 0.0, unit: str = "", note: str = "") -> tuple[Figure, Axes]:
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


def sentence(title: str, said: str, note: str) -> Figure:
    """Return a figure that says in one sentence why there is nothing to draw."""
    text = wrap(said, TEXT + 1, WIDTH - 2 * MARGIN)
    figure, axes = page(title, height(text, TEXT + 1) + 2 * GAP, note=note)
    axes.text(0, GAP, text, size=TEXT + 1, color=GREY, va="top", linespacing=LINE)
    figure.set_label(describe(title, [" ".join(said.split())], note=note))
    return figure
