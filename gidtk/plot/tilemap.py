"""A map of tiles: one square a provincial division, each of the same size, where it lies roughly.

The grid is an arrangement of our own (``provinces.csv``): neighbours stand near each other, distances and sizes mean
nothing.
"""

import csv
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gidtk.errors import GidtkError
from gidtk.plot import canvas
from gidtk.plot.canvas import MARGIN, NO_DATA, SMALL, TEXT, WIDTH
from gidtk.typeface import ACCENT, GREY, INK, MID, PALE, legible, style, width

__all__ = ["Tile", "provinces", "tilemap"]

WIDE, HIGH = 62.0, 44.0  # of a tile, in points
INNER = WIDTH - 2 * MARGIN
DRAWN: dict[str, Any] = {"edgecolor": GREY, "linewidth": 0.8}
FAINT: dict[str, Any] = {"edgecolor": GREY, "linewidth": 0.8, "linestyle": (0, (3, 2))}
OPEN: dict[str, Any] = {"edgecolor": PALE, "linewidth": 0.5, "hatch": "////"}


class Tile(NamedTuple):
    """A provincial division: its code, its short names, and where its tile stands, counted from the top left."""

    code: str
    zh: str
    en: str
    row: int
    column: int


@cache
def provinces() -> dict[str, Tile]:
    """Return the 34 provincial divisions by code, in the order of codes.

    Examples
    --------
    >>> provinces()["360000"].zh, len(provinces())
    ('江西', 34)
    """
    lines = files("gidtk").joinpath("plot", "provinces.csv").read_text(encoding="utf-8").splitlines()
    read = csv.DictReader(lines)
    return {row["code"]: Tile(row["code"], row["zh"], row["en"], int(row["row"]), int(row["column"])) for row in read}


def tilemap(
    values: pd.Series,
    *,
    title: str,
    lang: str = "zh",
    share: bool = False,
    below: Mapping[str, str] | None = None,
    faint: Collection[str] = (),
    xlabel: str = "",
    note: str = "",
    empty: str = NO_DATA,
    missing: str = "—",
) -> Figure:
    """Draw one tile a province, its number printed in it and its tone darker for a larger number.

    Parameters
    ----------
    values : Series
        Numbers, labelled by the province's code of six digits. A province without a value is an open, hatched tile that
        prints `missing`: never the tone of 0.
    title, xlabel, note : str
        What the figure says, what is counted, and a remark below.
    lang : str
        Language of the names of the provinces, ``zh`` or ``en``.
    share : bool
        Whether values are shares of 1, printed in per cent.
    below : mapping
        A second line for a tile by code, such as its n.
    faint : collection of str
        Codes of tiles that keep their number and get a dashed edge in place of a tone: shares of few cases, which would
        else be the most striking ones. Say in the note what it means.
    empty : str
        The sentence of a figure without any value.
    missing : str
        Printed in place of a value.

    Returns
    -------
    Figure
        White is 0, the darkest tone the largest number that is not faint.

    Raises
    ------
    GidtkError
        If a label is no code of a province or stands twice, or a value is negative or no number.

    Examples
    --------
    >>> from gidtk.plot import alt_text
    >>> alt_text(tilemap(pd.Series({"360000": 3, "440000": 12}), title="各省报告数", xlabel="份"))
    '各省报告数 (份)：江西 3；广东 12。'
    """
    codes = [str(code) for code in values.index]
    if wrong := [code for code in codes if code not in provinces() or codes.count(code) > 1]:
        raise GidtkError(f"{wrong[0]!r} is no code of a province, or stands twice: give codes such as '360000' once")
    numbers = dict(zip(codes, canvas.numbers(values), strict=True))
    known = {code: number for code, number in numbers.items() if number is not None}
    if any(number < 0 for number in known.values()):
        raise GidtkError(f"{min(known.values())} is below 0: the tones of a map of tiles begin at 0")
    with style():
        if not known:
            return canvas.sentence(title, empty, note)
        printed = {code: canvas.percent(n, 1) if share else canvas.printed(n) for code, n in known.items()}
        figure = _draw(known, printed, below or {}, set(faint), title, lang, xlabel, note, missing)
        told = [
            " ".join(filter(None, [_name(tile, lang), printed[code], (below or {}).get(code, "")]))
            for code, tile in provinces().items()
            if code in known
        ]
        figure.set_label(canvas.describe(title, told, xlabel, note))
        return figure


def _name(tile: Tile, lang: str) -> str:
    return tile.en if lang == "en" else tile.zh


def _draw(
    known: Mapping[str, float],
    printed: Mapping[str, str],
    below: Mapping[str, str],
    faint: set[str],
    title: str,
    lang: str,
    xlabel: str,
    note: str,
    missing: str,
) -> Figure:
    tiles = provinces().values()
    rows, columns = max(tile.row for tile in tiles) + 1, max(tile.column for tile in tiles) + 1
    left = (INNER - columns * WIDE) / 2
    tones = LinearSegmentedColormap.from_list("tones", ["white", PALE, MID, ACCENT])
    most = max([number for code, number in known.items() if code not in faint], default=0.0) or 1.0
    figure, axes = canvas.page(title, rows * HIGH, unit=xlabel, note=note)
    axes.set_xlim(-left, INNER - left)
    for tile in tiles:
        x, y = tile.column * WIDE, tile.row * HIGH
        there = tile.code in known
        toned = there and tile.code not in faint
        tone = tones(known[tile.code] / most) if toned else (1.0, 1.0, 1.0, 1.0)
        axes.add_patch(
            Rectangle(
                (x + 1, y + 1), WIDE - 2, HIGH - 2, facecolor=tone, **(DRAWN if toned else FAINT if there else OPEN)
            )
        )
        ink = "white" if canvas.dark(tone) else INK if there else GREY
        lines = [_name(tile, lang), printed.get(tile.code, missing), below.get(tile.code, "") if there else ""]
        _lines(axes, x, y, lines, ink)
    return figure


def _lines(axes: Axes, x: float, y: float, lines: list[str], ink: str) -> None:
    """Print name, number and what stands below it in the middle of a tile."""
    texts = [legible(text) for text in lines if text]
    step = HIGH / (len(texts) + 0.5)
    for k, text in enumerate(texts):
        size = (SMALL if k != 1 else TEXT) * min(1.0, (WIDE - 4) / width(text, SMALL if k != 1 else TEXT))
        place = (x + WIDE / 2, y + (k + 0.75) * step)
        axes.text(*place, text, size=size, color=ink, ha="center", va="center")
