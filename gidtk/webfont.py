"""A web font with just the characters of a page, so that a page shows no boxes where no Chinese font is installed."""

import base64
import io
from functools import cache

import uharfbuzz as hb  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont
from noto_cjk_sans_otc import FONT_PATH

__all__ = ["FAMILY", "font_face"]

FAMILY = "gidtk Noto Sans SC"
_FACE = "Noto Sans CJK SC"
_ALWAYS = {*range(0x3000, 0x3020), *range(0xFF01, 0xFF5F), 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026}
_SAID = {0, 13, 14}  # of a font's names: copyright and licence


@cache
def _face() -> hb.Face:
    with TTCollection(str(FONT_PATH), lazy=True) as faces:
        number = next(n for n, face in enumerate(faces) if face["name"].getDebugName(1) == _FACE)
    return hb.Face(hb.Blob.from_file_path(str(FONT_PATH)), number)


def font_face(text: str) -> str:
    """Return the CSS rule that brings the Chinese characters of a text along, about 150 bytes each.

    Parameters
    ----------
    text : str
        The page. Latin letters are left to the reader's own fonts.

    Returns
    -------
    str
        An ``@font-face`` rule whose font lies inside it; empty for a text without such characters.

    Examples
    --------
    >>> font_face("安福县")[:41], font_face("plain")
    ('@font-face{font-family:"gidtk Noto Sans S', '')
    """
    wanted = {ord(char) for char in set(text) if ord(char) > 0x2E7F}
    if not wanted:
        return ""
    wish = hb.SubsetInput()
    wish.sets(hb.SubsetInputSets.UNICODE).set(wanted | _ALWAYS)
    wish.sets(hb.SubsetInputSets.NAME_ID).set(_SAID)
    wish.sets(hb.SubsetInputSets.LAYOUT_FEATURE_TAG).clear()
    wish.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE
    drawn = io.BytesIO(wish.subset(_face()).blob.data)
    with TTFont(drawn, lazy=True, recalcTimestamp=False) as font, io.BytesIO() as file:
        font.flavor = "woff"
        font.save(file)
        data = base64.b64encode(file.getvalue()).decode("ascii")
    return f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff;base64,{data}) format("woff")}}'
