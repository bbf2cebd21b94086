"""Finding the labels of the forms in printed text.

Real pages break labels over lines, mix full and half width, print traditional characters or Kangxi radicals. So a
text is *folded* first: one canonical character for each printed one, white space and cell borders taken out, the way
back kept. On folded text a label is a plain regular expression.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from gidtk.form import labels

__all__ = [
    "Folded",
    "Match",
    "canonical",
    "find_labels",
    "fold",
    "match_cell",
    "simplified",
    "without_radicals",
    "wordings",
]

# U+2E80..2EF3 that NFKC leaves alone, as PDF text layers print them.
_PAIRS = (
    "⺟母⺠民⺩王⺬示⺯糸⺱网⺶羊⺷羊⺹老⺼肉⻁虎⻄西⻅见⻆角⻉贝⻋车⻑長⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼"
    "⻦鸟⻧卤⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟"
)
_RADICALS = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
_RADICALS |= zip(_PAIRS[::2], _PAIRS[1::2], strict=True)
_QUOTES = "“”\"'‘’「」『』﹃﹄"
_SEPARATORS = "|｜│┃\t\n\r\v\f\x1c\x1d\x1e\x1f\x85"
_SENTENCE_ENDS = "。；;!?！？：:"
_NUMBERED = re.compile(r"[1-8](?=[、.:)])")
_SECTION_NUMERALS = "一二三四五六七八"
_GAP, _NOTHING = " ", "\0"
LINE = 400  # characters of a text worth remembering: a line of a page is looked at by several stages
_GLOSS = re.compile(r"[（(][a-züɑāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,8}[)）]")
_TRADITIONAL_SIGN = re.compile(  # every character of the labels whose traditional form is another
    "[佈係內動務區問單國執報審對屬廢強後復採據數於會條業構機檔權決沒況減為無爲獲現當發確祕穩範糾"
    "納組結經維總織繳繼續罰舉萬處補製複規計訟訪許訴詢認說説請議護費購轉辦這進過錄開關項題額類體]"
)
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
            marks = out.isdecimal() and not char.isdecimal()  # a note's sign, as ² and ①, is no digit of a number
            out = out if len(out) == 1 and not marks else char
        self[code] = out
        return out


_TABLE = _Canonical()
# The commonest characters that have another form, replaced one by one: several times as fast as a table for all.
_COMMON = tuple((char, _TABLE[ord(char)]) for char in "，（）：；％“”\n\u3000\xa0")
_PLAIN = re.compile(r"[一-\u9fff0-9A-Za-z ,.()%:;/+\-、。《》〔〕\0]*")  # characters that are their own form


@cache
def _to_simplified() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=20_000)
def _simplify(char: str) -> str:
    if "\ud800" <= char <= "\udfff":
        return char  # half a character, as a page may write one by its number
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
    return _remembered(text) if len(text) <= LINE else _canonical(text)


def simplified(text: str) -> str:
    """Return the text in simplified characters, character for character.

    Examples
    --------
    >>> simplified("報告（１）")
    '报告（１）'
    """
    if _TRADITIONAL_SIGN.search(text) is None:
        return text
    return "".join(_simplify(c) if c > "\u2e7f" else c for c in text)


def _canonical(text: str) -> str:
    text = out = simplified(text)
    for char, form in _COMMON:
        out = out.replace(char, form)
    if _PLAIN.fullmatch(out) is None:
        out = text.translate(_TABLE)
    if _GLOSS.search(text):
        out = "".join(_blank_glosses(text, out))
    return out


_remembered = lru_cache(maxsize=4096)(_canonical)


def without_radicals(text: str) -> str:
    """Return a text with the radicals that a PDF prints for characters replaced by these.

    Examples
    --------
    >>> without_radicals("⼀⾏")
    '一行'
    """
    return text.translate(_CHARACTERS)


_CHARACTERS = {ord(radical): char for radical, char in _RADICALS.items()}


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
    breaks : frozenset of int
        The folded characters before which white space or a border stands.
    """

    text: str
    source: str
    _starts: list[int] = field(repr=False)
    _offsets: list[int] = field(repr=False)
    breaks: frozenset[int] = field(repr=False)

    def at(self, index: int) -> int:
        """Return the position in `source` of a folded character (the end of the last for the length)."""
        if index >= len(self.text):
            return len(self.source) if not self.text else self.at(len(self.text) - 1) + 1
        piece = bisect_right(self._starts, index) - 1
        return self._offsets[piece] + index - self._starts[piece]

    def broken(self, index: int) -> bool:
        """Tell whether white space, a border or the end of a sentence stands before a folded character."""
        if index == 0 or index >= len(self.text) or index in self.breaks:
            return True
        return self.text[index - 1] in _SENTENCE_ENDS


def fold(text: str) -> Folded:
    r"""Fold a text for matching labels.

    Examples
    --------
    >>> fold("本年新\n制作 数量").text
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
_NOTE = r"(?:\((?![一二三四五六七]\)|\d+\))[^()]{0,80}\))?"  # not the number of the next label, not a value


def _pattern(label: str, *, needs_ordinal: bool) -> tuple[str, str]:
    """Return the pattern of a label and the characters that it may begin with."""
    text = fold(label).text
    ordinal = _ORDINAL.match(text)
    if ordinal is None:
        return re.escape(text), text[0]
    body = text[ordinal.end() :]
    bracketed, listed, digit = ordinal.groups()
    prefix = rf"\(?{bracketed}\)[、.]?" if bracketed else rf"{listed}[、.]" if listed else rf"{digit}[、.:)]"
    first = f"({bracketed}" if bracketed else listed or digit
    return (prefix + re.escape(body), first) if needs_ordinal else (f"(?:{prefix})?{re.escape(body)}", first + body[0])


def wordings() -> list[tuple[str, str, str]]:
    """Return (kind, id, text) of every wording of every label."""
    known = labels()
    rows = {row: (label.zh, *label.also) for row, label in known.rows.items()}
    columns = {c: (label.zh, *label.also) for cols in known.columns.values() for c, label in cols.items()}
    columns["other_result"] = (known.columns["disputes"]["other"].zh,)
    columns["other"] = (known.columns["requests"]["other"].zh,)
    sections = {key: tuple(facts["titles"]) for key, facts in known.sections.items()}
    named = {"row": rows, "column": columns, "caption": known.captions, "section": sections}
    return [(kind, id_, text) for kind, names in named.items() for id_, texts in names.items() for text in texts]


@cache
def _entries() -> list[tuple[str, str, str, str]]:
    """Return (kind, id, pattern, first characters) of every label, the longest wording first."""
    found = []
    for kind, id_, text in sorted(wordings(), key=lambda entry: -len(fold(entry[2]).text)):
        pattern, first = _pattern(text, needs_ordinal=kind == "row" and id_ in labels().bare)
        if kind == "section":
            pattern, first = rf"(?:[{_SECTION_NUMERALS}][、.])?{pattern}", first + _SECTION_NUMERALS
        found.append((kind, id_, pattern if kind == "section" else pattern + _NOTE, first))
    return found


class _Vocabulary(dict[str, tuple[re.Pattern[str], list[tuple[str, str]]]]):
    """The labels by the character that they begin with; to try every label at every place would take long."""

    def __missing__(self, first: str) -> tuple[re.Pattern[str], list[tuple[str, str]]]:
        own = [(kind, id_, pattern) for kind, id_, pattern, begins in _entries() if first in begins]
        either = "|".join(f"({pattern})" for _, _, pattern in own) or "(?!)"
        self[first] = re.compile(either), [(kind, id_) for kind, id_, _ in own]
        return self[first]

    def match(self, text: str, start: int = 0, *, whole: bool = False) -> Match | None:
        """Return the label that stands at a place of a folded text, or is the whole of it."""
        if start >= len(text):
            return None
        pattern, named = self[text[start]]
        hit = pattern.fullmatch(text, start) if whole else pattern.match(text, start)
        return Match(*named[hit.lastindex - 1], hit.start(), hit.end(), hit.group()) if hit and hit.lastindex else None


_VOCABULARY = _Vocabulary()


@cache
def _firsts() -> str:
    """Return the characters that labels begin with."""
    return "".join(sorted(set("".join(first for *_, first in _entries()))))


@cache
def _behind_an_edge() -> re.Pattern[str]:
    """Return the pattern of what may begin a label behind the end of a sentence or a number."""
    return re.compile(rf"[{re.escape(_firsts())}](?:(?<=[{_SENTENCE_ENDS}].)|(?<=\d\D))")


@cache
def _caption() -> re.Pattern[str]:
    """Return the pattern of the first character of a caption."""
    known = labels().captions
    captions = [wording for id_ in known if id_ == "content" or id_.startswith("item_") for wording in known[id_]]
    folded = [fold(caption).text for caption in captions]
    return re.compile("|".join(f"{re.escape(text[0])}(?={re.escape(text[1:])})" for text in folded))


def find_labels(folded: Folded) -> list[Match]:
    """Find the labels that stand in a table, not in the middle of a sentence.

    A label counts when something sets it off on both sides: white space, a cell border, the end of a sentence, a
    number, or another label that counts.
    """
    found: list[Match] = []
    for start in _possible_starts(folded):
        at: int | None = start
        while at is not None and (not found or at >= found[-1].end):
            match = _label_at(folded, at, found)
            if match is None:
                break
            found.append(match)
            at = _behind_values(folded.text, match.end)
    return found


def _behind_values(text: str, start: int) -> int:
    """Return where the values end that may follow a label; the number of the next label is none of them."""
    value = _VALUE.match(text, start)
    end = value.end() if value else start
    return end - 2 if end - 2 >= start and _NUMBERED.match(text, end - 2) else end


def _possible_starts(folded: Folded) -> list[int]:
    """Return where a label may begin that does not follow another one: looking everywhere would take long."""
    firsts = _firsts()
    found = {start for start in (0, *folded.breaks) if folded.text[start : start + 1] in firsts}
    for pattern in (_behind_an_edge(), _caption(), _NUMBERED):
        found.update(mark.start() for mark in pattern.finditer(folded.text))
    return sorted(found)


def _label_at(folded: Folded, start: int, found: Sequence[Match]) -> Match | None:
    match = _VOCABULARY.match(folded.text, start)
    if match is None:
        return None
    chained = bool(found) and _VALUE.fullmatch(folded.text, found[-1].end, start) is not None
    begins_well = folded.broken(start) or chained or _takes_up(folded, match)
    return match if begins_well and (_ends_well(folded, match.end) or _heads_section(folded, match)) else None


def _takes_up(folded: Folded, match: Match) -> bool:
    """Tell whether a label is sure where the cells before it run together with something unknown.

    So are a numbered row behind a digit, and the head of a table followed by another label.
    """
    if match.kind == "row":
        return folded.text[match.start - 1].isdigit() and _ORDINAL.match(match.text) is not None
    heads = match.kind == "caption" and (match.id == "content" or match.id.startswith("item_"))
    return heads and _VOCABULARY.match(folded.text, match.end) is not None


def _heads_section(folded: Folded, match: Match) -> bool:
    """Tell whether a match is the numbered title of a section right behind a number; its text may follow at once."""
    numbered = match.kind == "section" and match.text[0] in _SECTION_NUMERALS and match.text[1] == "、"
    return numbered and folded.text[match.start - 1 : match.start].isdigit()


def _ends_well(folded: Folded, end: int) -> bool:
    if folded.broken(end) or folded.text[end] in "0123456789-/—":
        return True
    return _VOCABULARY.match(folded.text, end) is not None


@lru_cache(maxsize=4096)
def match_cell(text: str) -> Match | None:
    r"""Return the label that a table cell holds, or None.

    Examples
    --------
    >>> match_cell("（二）\n部分公开").id
    'partial'
    """
    if not text or len(text) > 200:
        return None
    folded = fold(text).text
    if not folded or folded[:2].isdigit():
        return None
    return _VOCABULARY.match(folded, whole=True)
