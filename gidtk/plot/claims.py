"""The claims strip: every quantity of a text as one square, in the order of the text, by its verdict."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gidtk.errors import GidtkError
from gidtk.plot import canvas
from gidtk.plot.canvas import GAP, LABEL, MARGIN, NO_DATA, TEXT, WIDTH
from gidtk.typeface import ACCENT, GREY, INK, PALE, height, legible, style, width, wrap

__all__ = ["claims_strip"]

_SIDE, _PITCH, _MOST = 10.0, 13.0, 1_500  # points: a square, from one to the next; squares that a page takes
_UNTIED = "untied"
#: Face, edge and hatching: the four stay apart in grey print. A failed claim has a cross besides.
_LOOKS = {
    "pass": (ACCENT, ACCENT, ""),
    "fail": (INK, INK, ""),
    "not assessable": (PALE, INK, "////"),
    _UNTIED: ("white", GREY, ""),
}


def claims_strip(
    claims: pd.DataFrame,
    *,
    title: str,
    by: str = "section",
    labels: Mapping[str, str] | None = None,
    note: str = "",
    empty: str = NO_DATA,
) -> Figure:
    """Draw which quantities of a text agree with the tables.

    Parameters
    ----------
    claims : DataFrame
        As :func:`gidtk.claims` gives it.
    title, note : str
        What is shown, and a foot note, in the reader's language.
    by : str
        The column whose values have a row each: ``section``, or ``report`` for several reports.
    labels : mapping, optional
        The name to print for a value of `by`, and for ``pass``, ``fail``, ``not assessable`` and ``untied``; one that
        is not named is printed itself.
    empty : str
        The sentence that stands in the figure if the text has no quantity.

    Returns
    -------
    Figure
        Rows in the order of the frame, squares in the order of the text; the legend counts them. A whole with its
        parts and a number said twice are no further squares.

    Raises
    ------
    GidtkError
        If a column is missing, or there are more than 1,500 quantities.

    Examples
    --------
    >>> import gidtk as gid
    >>> from gidtk.plot import alt_text
    >>> found = gid.claims(gid.read_report(gid.sample("anfu_2020.txt")))
    >>> alt_text(claims_strip(found, title="Claims of 2020"))
    'Claims of 2020: overview pass 1, untied 18.'
    """
    if lacking := [name for name in (by, "claim", "rule", "cells", "verdict") if name not in claims]:
        raise GidtkError(f"claims without {lacking[0]}: give what gidtk.claims() returns")
    own = claims[~claims["claim"].isin(["parts", "repeated"])]
    if len(own) > _MOST:
        raise GidtkError(f"{len(own)} quantities are more than {_MOST}: draw fewer sections or reports")
    verdicts = own["verdict"].where(own["cells"] != "", _UNTIED)
    rows: dict[str, list[str]] = {}
    for name, verdict in zip(own[by], verdicts, strict=True):
        rows.setdefault(str(name), []).append(str(verdict))
    with style():
        if not rows:
            return canvas.sentence(title, empty, note)
        return _strips(rows, labels or {}, title, note)


def _strips(rows: Mapping[str, list[str]], labels: Mapping[str, str], title: str, note: str) -> Figure:
    inner = WIDTH - 2 * MARGIN
    names = {name: " ".join(str(labels.get(name, name)).split()) for name in (*rows, *_LOOKS)}
    wrapped = {name: wrap(names[name], TEXT, 0.3 * inner) for name in rows}
    left = 2 * GAP + max(width(text, TEXT) for text in wrapped.values())
    per_line = int((inner - left) // _PITCH)
    heights = {
        name: max(height(wrapped[name], TEXT), _PITCH * -(-len(found) // per_line)) + GAP
        for name, found in rows.items()
    }
    legend = _legend(rows, names, inner - left)
    top = sum(height(text, TEXT) + GAP / 2 for _, text in legend) + GAP
    figure, axes = canvas.page(title, top + sum(heights.values()), left=left, note=note)
    axes.set_xlim(0, inner - left)
    y = 0.0
    for verdict, text in legend:
        _square(axes, verdict, 0, y + 2)
        axes.text(_PITCH + GAP, y, text, va="top", **LABEL)
        y += height(text, TEXT) + GAP / 2
    y = top
    for name, found in rows.items():
        axes.text(-2 * GAP, y, wrapped[name], ha="right", va="top", **LABEL)
        for place, verdict in enumerate(found):
            _square(axes, verdict, _PITCH * (place % per_line), y + 2 + _PITCH * (place // per_line))
        y += heights[name]
    told = [f"{names[name]} {_counted(found, names)}" for name, found in rows.items()]
    figure.set_label(canvas.describe(title, told, note=note))
    return figure


def _legend(rows: Mapping[str, list[str]], names: Mapping[str, str], room: float) -> list[tuple[str, str]]:
    """Return each verdict that occurs with its name and how many squares it has."""
    every = [verdict for found in rows.values() for verdict in found]
    shown = [(verdict, every.count(verdict)) for verdict in _LOOKS if verdict in every]
    return [
        (verdict, legible(wrap(f"{names[verdict]} {count}", TEXT, room - _PITCH - GAP))) for verdict, count in shown
    ]


def _counted(found: list[str], names: Mapping[str, str]) -> str:
    return ", ".join(f"{names[verdict]} {found.count(verdict)}" for verdict in _LOOKS if verdict in found)


def _square(axes: Axes, verdict: str, x: float, y: float) -> None:
    face, edge, hatch = _LOOKS[verdict]
    box = Rectangle((x, y), _SIDE, _SIDE, facecolor=face, edgecolor=edge, hatch=hatch, linewidth=0.6, clip_on=False)
    axes.add_patch(box)
    if verdict == "fail":
        low, high = 2.5, _SIDE - 2.5
        for ends in ((low, high), (high, low)):
            axes.plot([x + low, x + high], [y + ends[0], y + ends[1]], color="white", linewidth=1.2)
