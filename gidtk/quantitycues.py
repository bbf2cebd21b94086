"""The cues of quantities, compiled once: what is masked, units, and the words around a number."""

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from gidtk.labels import canonical
from gidtk.numerals import HAN_NUMERALS

__all__ = ["ABSENCE", "NUMBER", "cues", "mask", "pattern", "plain", "sentence_spans"]

MASKED = "\0"
_KEPT = frozenset('\n“”"‘’「」\r')
NUMBER = re.compile(
    rf"(?<!\d)(?<!\d[.,])(?<![A-Za-z])(?P<arabic>\d++(?:,\d{{3}}(?!\d))*+(?:\.\d++)?)|(?P<han>[{HAN_NUMERALS}]++(?:点[零〇一二三四五六七八九]++)?)"
)
ABSENCE = "absence"


@cache
def cues() -> dict[str, Any]:
    """Return the cues as ``lexicon/quantities.toml`` has them."""
    return tomllib.loads(files("gidtk").joinpath("lexicon/quantities.toml").read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """Return the text in half-width forms and simplified characters, its quotation marks and line ends kept.

    Examples
    --------
    >>> plain("“公開”１２條")
    '“公开”12条'
    """
    return "".join(old if old in _KEPT else new for old, new in zip(text, canonical(text), strict=True))


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Return a compiled pattern by its name.

    Examples
    --------
    >>> pattern("suffix").match("余条以上").groupdict()
    {'size': '', 'more': '余', 'size2': None, 'unit': '条', 'bound': '以上'}
    """
    return re.compile(_PATTERNS[name]())


def _mask() -> str:
    return "|".join(f"(?:{mask})" for mask in cues()["masks"])


def _units() -> str:
    units = cues()["units"]
    ordered = sorted(units, key=lambda unit: (-len(unit), unit))
    return "|".join(re.escape(unit) + (f"(?![{units[unit]}])" if units[unit] else "") for unit in ordered)


def _suffix() -> str:
    more = "".join(cues()["more"])
    return (
        rf"[ \t]{{0,2}}(?P<size>[十百千万亿]{{0,2}})[ \t]{{0,2}}(?P<more>[{more}])?[ \t]{{0,2}}(?P<size2>[万亿])?"
        rf"[ \t]{{0,3}}(?P<unit>{_units()})?[ \t]{{0,2}}(?P<bound>{_any(cues()['suffixes'])})?"
    )


def _prefix() -> str:
    nots = cues()["prefix_not"]
    words = sorted(cues()["prefixes"], key=lambda word: (-len(word), word))
    listed = "|".join((f"(?<!{nots[word]})" if word in nots else "") + re.escape(word) for word in words)
    return rf"(?P<prefix>{listed})?(?P<several>[{cues()['small']['several']}])?(?P<percent>百分之)?[ \t]{{0,3}}\Z"


def _absence() -> str:
    facts = cues()[ABSENCE]
    return f"(?:{facts['verbs']}|{facts['plain']})(?!{facts['unless_after']})(?:{facts['not_one']})?"


_PATTERNS: dict[str, Callable[[], str]] = {
    "mask": _mask,
    "fixed": lambda: _any(cues()["fixed"]),
    "suffix": _suffix,
    "prefix": _prefix,
    "absence": _absence,
    "unless_before": lambda: cues()[ABSENCE]["unless_before"],
    "scope": lambda: cues()["scope"]["pattern"],
    "per": lambda: cues()["per"]["pattern"],
    "rate": lambda: cues()["per"]["rate"],
    "zero": lambda: cues()["unitless"]["zero"],
    "unitless": lambda: cues()["unitless"]["cue"],
    "trailing": lambda: rf"(?:[ \t]|{_any(cues()['nouns']['trailing'])}){{0,6}}\Z",
    "verbs": lambda: rf"(?<!{cues()['nouns']['nominal']})(?:{_any(cues()['nouns']['verbs'])})(?:了)?",
    "closing": lambda: _any(cues()["nouns"]["closing"]),
    "counting": lambda: rf"(?:{_any(cues()['small']['counting'])})(?:{_any(cues()['small']['fillers'])})?\Z",
    "structural": lambda: _any(cues()["small"]["structural"]),
}


def mask(text: str) -> str:
    r"""Return plain text with everything masked that holds a number and is no quantity; positions stay.

    Examples
    --------
    >>> mask("2020年1月29日收到3件(国办发〔2020〕12号)").replace("\0", "·")
    '··········收到3件(国办发·········)'
    """
    for name in ("mask", "fixed"):
        text = pattern(name).sub(lambda found: MASKED * len(found.group()), text)
    return text


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return where the sentences of a text stand: they end at 。！？ and at line ends.

    Examples
    --------
    >>> sentence_spans("一。二")
    [(0, 2), (2, 3)]
    """
    edges = [0, *(found.end() for found in re.finditer(r"[。!?！？]|\n", text)), len(text)]
    return [(start, end) for start, end in pairwise(edges) if start < end]
