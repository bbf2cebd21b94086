"""Numbers that Word writes itself: 一、 before a heading that is text without a number in the file."""

from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree

__all__ = ["Numbering"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE = frozenset(
    ("chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCounting",
     "taiwaneseCountingThousand", "japaneseDigitalTenThousand", "taiwaneseDigital")
)  # fmt: skip
_SILENT = frozenset(("none", "bullet"))
DEEPEST = 9  # levels of a list
MOST = 9_999  # Word counts no further in Chinese


class _Level(NamedTuple):
    kind: str
    text: str  # such as `（%1）`
    start: int


class Numbering:
    """The lists of a document, counted as its paragraphs are read in order.

    Parameters
    ----------
    numbering, styles : lxml element or None
        The parts ``word/numbering.xml`` and ``word/styles.xml``.
    """

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._family: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._styles = _numbered_styles(styles) if styles is not None else {}
        if numbering is not None:
            self._read(numbering)

    def _read(self, numbering: etree._Element) -> None:
        shared = {_get(a, "abstractNumId"): _levels(a) for a in numbering.iterchildren(f"{W}abstractNum")}
        for num in numbering.iterchildren(f"{W}num"):
            id_, family = _get(num, "numId"), _value(num, "abstractNumId")
            own = dict(shared.get(family, {}))
            for change in num.iterchildren(f"{W}lvlOverride"):
                own |= _levels(change)
                level, start = _count(_get(change, "ilvl")), _value(change, "startOverride")
                if start.isdigit() and level in own:
                    own[level] = own[level]._replace(start=_count(start))
                    family = f"{family} {id_}"  # a list that starts anew
            self._levels[id_], self._family[id_] = own, family

    def number(self, paragraph: etree._Element) -> str:
        """Return the number that Word prints before a paragraph, with its sign; empty for none."""
        if not self._levels:
            return ""
        id_, level = self._list_of(paragraph)
        levels = self._levels.get(id_, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(self._family[id_], {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        if levels[level].kind in _SILENT:
            return ""
        text = levels[level].text
        for above in range(level + 1):
            if above in levels:
                written = _written(counts.get(above, levels[above].start), levels[above].kind)
                text = text.replace(f"%{above + 1}", written)
        return text

    def _list_of(self, paragraph: etree._Element) -> tuple[str, int]:
        style = _value(paragraph, "pPr/pStyle")
        id_, level = self._styles.get(style, ("", 0))
        own = paragraph.find(f"{W}pPr/{W}numPr")
        if own is not None:
            id_ = _value(own, "numId") or id_
            level = _count(_value(own, "ilvl") or str(level))
        return id_, level


def _numbered_styles(styles: etree._Element) -> Mapping[str, tuple[str, int]]:
    """Return list and level of each style, with those of the styles that it is based on."""
    own: dict[str, tuple[str, str, str]] = {}
    for style in styles.iterchildren(f"{W}style"):
        number = _value(style, "pPr/numPr/numId"), _value(style, "pPr/numPr/ilvl")
        own[_get(style, "styleId")] = (*number, _value(style, "basedOn"))
    found = {}
    for name in own:
        id_, level, base = own[name]
        for _ in range(DEEPEST):
            if id_ or base not in own:
                break
            id_, inherited, base = own[base]
            level = level or inherited
        if id_:
            found[name] = (id_, _count(level or "0"))
    return found


def _levels(holder: etree._Element) -> dict[int, _Level]:
    return {
        _count(_get(lvl, "ilvl")): _Level(
            _value(lvl, "numFmt") or "decimal", _value(lvl, "lvlText"), _count(_value(lvl, "start") or "1")
        )
        for lvl in holder.iterchildren(f"{W}lvl")
    }


def _get(element: etree._Element, name: str) -> str:
    return element.get(W + name) or ""


def _value(element: etree._Element, path: str) -> str:
    found = element.find("/".join(W + step for step in path.split("/")))
    return _get(found, "val") if found is not None else ""


def _count(text: str) -> int:
    return min(int(text), MOST) if text.isdecimal() and len(text) < 9 else 0


def _written(number: int, kind: str) -> str:
    """Write a number as Word does.

    Examples
    --------
    >>> [_written(n, "chineseCounting") for n in (3, 10, 12, 20, 105)]
    ['三', '十', '十二', '二十', '一百零五']
    """
    if kind in _CHINESE and 0 < number <= MOST:
        return _chinese(number, _DIGITS, "十百千")
    if kind == "chineseLegalSimplified" and 0 < number <= MOST:
        return _chinese(number, _LEGAL, "拾佰仟")
    if kind.startswith("decimalEnclosedCircle") and 0 < number <= len(_CIRCLED):
        return _CIRCLED[number - 1]
    if kind in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        return chr(ord("a" if kind == "lowerLetter" else "A") + number - 1)
    return str(number)


def _chinese(number: int, digits: str, units: str) -> str:
    out, zero = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            out += (digits[0] if zero else "") + digits[digit] + (units[place - 1] if place else "")
            zero = False
        else:
            zero = bool(out)
    return out[1:] if out.startswith(digits[1] + units[0]) else out
