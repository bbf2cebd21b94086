"""The typeface of the figures: a Chinese font that is there, and text that is legible in it.

Figures are drawn under :func:`style`: matplotlib's own defaults, the packaged font *Noto Sans CJK SC* and behind it
*DejaVu Sans*, which matplotlib brings along. Outside that block `matplotlib.rcParams` are as they were; the font stays
in matplotlib's list in memory, where a packaged file goes before a system font of the same name.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import matplotlib as mpl
import matplotlib.style as mpl_style
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.rcsetup import cycler
from noto_cjk_sans_otc import FONT_PATH

__all__ = ["height", "legible", "style", "use_style", "width", "wrap"]

FAMILIES = ("Noto Sans CJK SC", "DejaVu Sans")
INK, GREY, ACCENT, MID, PALE = "#222222", "#666666", "#1f5a7a", "#7fa8bf", "#c9d6de"
LINE = 1.5  # line height in em

_STYLE = {
    "font.family": list(FAMILIES),
    "text.parse_math": False,  # a dollar sign in a label is a dollar sign
    "svg.hashsalt": "gidtk",  # the same figure, the same bytes
    "hatch.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.prop_cycle": cycler(color=[ACCENT, MID, PALE, GREY]),
}


@cache
def _fonts() -> tuple[FT2Font, FT2Font]:
    """Make the packaged fonts known to matplotlib, once, and open the faces that are drawn with."""
    fontManager.addfont(FONT_PATH)
    packaged = (str(FONT_PATH), mpl.get_data_path())
    fontManager.ttflist.sort(key=lambda entry: not entry.fname.startswith(packaged))  # stable
    found = [fontManager.findfont(family, fallback_to_default=False) for family in FAMILIES]
    return FT2Font(found[0], face_index=found[0].face_index), FT2Font(found[1], face_index=found[1].face_index)


@contextmanager
def style() -> Iterator[None]:
    """Draw in the house style inside a ``with`` block; afterwards matplotlib is set as it was before.

    Yields
    ------
    None

    Examples
    --------
    >>> with style():
    ...     mpl.rcParams["font.family"][0]
    'Noto Sans CJK SC'
    """
    _fonts()
    with mpl_style.context(_STYLE, after_reset=True):
        yield


def use_style() -> None:
    """Set the house style for the rest of the session: for a notebook that draws figures of its own.

    Only this function changes ``matplotlib.rcParams`` for good. Pass labels through :func:`legible`.

    Examples
    --------
    >>> with mpl.rc_context():
    ...     use_style()
    ...     mpl.rcParams["font.family"][0]
    'Noto Sans CJK SC'
    """
    _fonts()
    mpl_style.use(_STYLE)


@cache
def _font_of(char: str) -> FT2Font | None:
    return next((font for font in _fonts() if font.get_char_index(ord(char))), None)


def legible(text: object) -> str:
    r"""Write a text in characters that the fonts have: what they lack appears as its code, never as a box.

    Parameters
    ----------
    text : object
        What to print. White space becomes a blank (a line break stays), invisible marks are left out.

    Returns
    -------
    str
        The text to draw; a character without a glyph, or from a private area, as ``〔U+…〕``.

    Examples
    --------
    >>> legible("㙍村、𠮷水、\ue000镇")
    '㙍村、𠮷水、〔U+E000〕镇'
    """
    return "".join(map(_legible_char, str(text)))


def _legible_char(char: str) -> str:
    if char.isspace():
        return char if char == "\n" else " "
    kind = unicodedata.category(char)
    if kind in ("Cc", "Cf") or "VARIATION SELECTOR" in unicodedata.name(char, ""):
        return ""
    return char if kind != "Co" and _font_of(char) else f"〔U+{ord(char):04X}〕"


@cache
def _em(char: str) -> float:
    font = _font_of(char)
    return font.load_char(ord(char), LoadFlags.NO_SCALE).horiAdvance / font.units_per_EM if font else 0.0


def width(text: str, size: float) -> float:
    """Return the width in points of the longest line of a text; hinting makes glyphs wider than they are designed."""
    return 1.03 * size * max(sum(map(_em, line)) for line in text.split("\n"))


# A run of Latin letters and digits, or one character; marks that may not begin or end a line stick to it.
_UNIT = re.compile(r"[（《“‘「『【〔]*(?:[!-~\u00a1-\u024f]+|[^\s])[，。、；：？！）》”’」』】〕％…—]*|\s")


def wrap(text: object, size: float, room: float) -> str:
    """Break a text into lines up to `room` points wide, between Chinese characters and Latin words."""
    lines: list[str] = []
    for paragraph in legible(text).strip().split("\n"):
        lines.append("")
        for unit in _UNIT.findall(paragraph):
            for piece in [unit] if width(unit, size) <= room else list(unit):
                if lines[-1].strip() and width((lines[-1] + piece).rstrip(), size) > room:
                    lines.append("")
                lines[-1] = (lines[-1] + piece).lstrip()
    return "\n".join(line.rstrip() for line in lines)


def height(text: str, size: float) -> float:
    """Return the height in points of a text with its lines."""
    return (text.count("\n") + 1) * size * LINE if text else 0.0
