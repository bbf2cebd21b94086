"""Finding the labels of the forms in printed text.

Real pages break labels over lines, mix full and half width, print traditional characters or Kangxi radicals. So a
text is *folded* first: one canonical character for each printed one, white space and cell borders taken out, the way
back kept. On folded text a label is a plain regular expression.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from gidtk.form import labels

__all__ = ["Folded", "Match", "canonical", "find_labels", "fold", "match_cell"]

# U+2E80..2EF3 that NFKC leaves alone, as PDF text layers print them.
_PAIRS = (
    "⺟母⺠民⺩王⺬示⺯糸⺱网⺶羊⺷羊⺹老⺼肉⻁虎⻄西⻅见⻆角⻉贝⻋车⻑長⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼"
    "⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟"
)
_RADICALS = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_QUOTES = "“”\"'‘’「」『』﹃﹄"
_SEPARATORS = "|｜│┃\t\n\r\v\f\x1c\x1d\x1e\x1f\x85"
_SENTENCE_ENDS = "。；;!?！？：:"
_GAP, _NOTHING = " ", "\0"
_GLOSS = re.compile(r"[（(][a-züɑāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,8}[)）]")
_TRADITIONAL_SIGNS = frozenset("開報條請數總規項機關會為與務處決")
_VALUE = re.compile(r"[\d+\-±/.,—–增减万亿元件项]*")


class _Canonical(dict[int, str]):
    """Character table for ``str.translate``, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in _SEPARATORS or char.isspace():
            out = _GAP
        elif char in _QUOTES or unicodedata.category(char) in ("Cf", "Cc", "Mn"):
            out = _NOTHING
        else:
            out = _RADICALS.get(char) or unicodedata.normalize("NFKC", char)
            out = out if len(out) == 1 else char
        self[code] = out
        return out


_TABLE = _Canonical()


@cache
def _to_simplified() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=20_000)
def _simplify(char: str) -> str:
    out: str = _to_simplified().convert(char)
    return out if len(out) == 1 else char


def canonical(text: str) -> str:
    """Return the text in simplified characters and half-width forms, character for character.

    Line breaks become blanks and quotation marks NUL, so that positions stay those of `text`.

    Examples
    --------
    >>> canonical("報告（１）")
    '报告(1)'
    """
    if _TRADITIONAL_SIGNS & set(text):
        text = "".join(_simplify(c) if c > "\u2e7f" else c for c in text)
    out = text.translate(_TABLE)
    if _GLOSS.search(text):
        out = "".join(_blank_glosses(text, out))
    return out


def _blank_glosses(text: str, out: str) -> list[str]:
    chars = list(out)
    for gloss in _GLOSS.finditer(text):
        chars[gloss.start() : gloss.end()] = _NOTHING * len(gloss.group())
    return chars


@dataclass(frozen=True)
class Folded:
    """Folded text and the way back to what was printed.

    Attributes
    ----------
    text : str
        Canonical characters without white space, borders and quotation marks.
    source : str
        What was printed.
    """

    text: str
    source: str
    _starts: list[int] = field(repr=False)
    _offsets: list[int] = field(repr=False)
    _breaks: frozenset[int] = field(repr=False)

    def at(self, index: int) -> int:
        """Return the position in `source` of a folded character (the end of the last for the length)."""
        if index >= len(self.text):
            return len(self.source) if not self.text else self.at(len(self.text) - 1) + 1
        piece = bisect_right(self._starts, index) - 1
        return self._offsets[piece] + index - self._starts[piece]

    def broken(self, index: int) -> bool:
        """Tell whether white space, a border or the end of a sentence stands before a folded character."""
        if index == 0 or index >= len(self.text) or index in self._breaks:
            return True
        return self.text[index - 1] in _SENTENCE_ENDS


def fold(text: str) -> Folded:
    r"""Fold a text for matching labels.

    Examples
    --------
    >>> fold("本年新\\n制作 数量").text
    '本年新制作数量'
    """
    out = canonical(text)
    starts, offsets, breaks, length = [], [], set(), 0
    pieces = []
    last_end = 0
    for piece in re.finditer(r"[^ \0]+", out):
        starts.append(length)
        offsets.append(piece.start())
        if _GAP in out[last_end : piece.start()]:
            breaks.add(length)
        last_end = piece.end()
        length += len(piece.group())
        pieces.append(piece.group())
    return Folded("".join(pieces), text, starts, offsets, frozenset(breaks))


@dataclass(frozen=True, slots=True)
class Match:
    """A label found in folded text.

    Attributes
    ----------
    kind : str
        ``row``, ``column``, ``caption`` or ``section``.
    id : str
        The label's id.
    start, end : int
        Where it stands in the folded text.
    text : str
        The label as found, folded, with the note in brackets that may follow it.
    """

    kind: str
    id: str
    start: int
    end: int
    text: str


_ORDINAL = re.compile(r"^(?:\(([一二三四五六七])\)|([一二三四])、|(\d)\.)")
_NOTE = r"(?:\([^()]{0,80}\))?"


def _pattern(label: str, *, needs_ordinal: bool) -> str:
    text = fold(label).text
    ordinal = _ORDINAL.match(text)
    if ordinal is None:
        return re.escape(text)
    body = re.escape(text[ordinal.end() :])
    bracketed, listed, digit = ordinal.groups()
    prefix = rf"\(?{bracketed}\)[、.]?" if bracketed else rf"{listed}[、.]" if listed else rf"{digit}[、.:)]"
    return prefix + body if needs_ordinal else f"(?:{prefix})?{body}"


def _entries() -> list[tuple[str, str, str]]:
    """Return (kind, id, pattern) of every label, the longest wording first."""
    known = labels()
    rows = {row: (label.zh, *label.also) for row, label in known.rows.items()}
    columns = {c: (label.zh, *label.also) for cols in known.columns.values() for c, label in cols.items()}
    columns["other_result"] = (known.columns["disputes"]["other"].zh,)
    columns["other"] = (known.columns["requests"]["other"].zh,)
    sections = {key: tuple(facts["titles"]) for key, facts in known.sections.items()}
    found = []
    for kind, names in (
        ("row", rows),
        ("column", columns),
        ("caption", known.captions),
        ("section", sections),
    ):
        for id_, wordings in names.items():
            for wording in wordings:
                bare = kind == "row" and id_ in known.bare_after
                pattern = _pattern(wording, needs_ordinal=bare)
                found.append((len(fold(wording).text), kind, id_, pattern + (_NOTE if kind != "section" else "")))
    found.sort(key=lambda entry: -entry[0])
    return [(kind, id_, p if kind != "section" else f"(?:[一二三四五六七八][、.])?{p}") for _, kind, id_, p in found]


@cache
def _vocabulary() -> tuple[re.Pattern[str], list[tuple[str, str]]]:
    entries = _entries()
    return re.compile("|".join(f"({p})" for _, _, p in entries)), [(kind, id_) for kind, id_, _ in entries]


def _to_match(found: re.Match[str]) -> Match:
    kind, id_ = _vocabulary()[1][found.lastindex - 1]  # type: ignore[operator]
    return Match(kind, id_, found.start(), found.end(), found.group())


def find_labels(folded: Folded) -> list[Match]:
    """Find the labels that stand in a table, not in the middle of a sentence.

    A label counts when something sets it off on both sides: white space, a cell border, the end of a sentence, a
    number, or another label that counts.
    """
    pattern = _vocabulary()[0]
    found: list[Match] = []
    for hit in pattern.finditer(folded.text):
        match = _to_match(hit)
        chained = bool(found) and _VALUE.fullmatch(folded.text, found[-1].end, match.start) is not None
        if (folded.broken(match.start) or chained) and _ends_well(folded, match.end):
            found.append(match)
    return found


def _ends_well(folded: Folded, end: int) -> bool:
    if folded.broken(end) or folded.text[end] in "0123456789-/—":
        return True
    return _vocabulary()[0].match(folded.text, end) is not None


@lru_cache(maxsize=4096)
def match_cell(text: str) -> Match | None:
    r"""Return the label that a table cell holds, or None.

    Examples
    --------
    >>> match_cell("（二）\\n部分公开").id
    'partial'
    """
    if not text or len(text) > 200:
        return None
    folded = fold(text).text
    if not folded or folded[:2].isdigit():
        return None
    hit = _vocabulary()[0].fullmatch(folded)
    return _to_match(hit) if hit else None
