"""Text as it is compared: numbers, dates, document numbers and the unit's own names masked, white space out.

Every mask counts as one character, the same for all of its kind, so that a sentence of which only the year was changed
is a copy; each character of the form knows where it stands in the text.
"""

import re
import tomllib
from collections.abc import Collection
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gidtk.errors import GidtkError

__all__ = ["KINDS", "Masked", "mask", "own_names", "sentences", "shown"]

KINDS = ("names", "documents", "dates", "numbers")
_FIRST = 0xE000  # of the private characters that stand for masks
_STOLEN = {_FIRST + n: "\ufffd" for n in range(len(KINDS))}  # a page that prints them does not pass for masked


class Masked(NamedTuple):
    """A text and the form in which it is compared.

    Attributes
    ----------
    text : str
        As printed.
    form : str
        White space out, punctuation of one width, one private character for each mask.
    starts, ends : array of int
        Where each character of the form begins and ends in the text.
    """

    text: str
    form: str
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @property
    def weights(self) -> NDArray[np.int64]:
        """How many printed characters each character of the form stands for."""
        return self.ends - self.starts

    def masks(self, place: int) -> bool:
        """Return whether the character at a place of the form is a mask."""
        return _FIRST <= ord(self.form[place]) < _FIRST + len(KINDS)


@cache
def _facts() -> dict[str, Any]:
    facts = tomllib.loads(files("gidtk").joinpath("lexicon/masks.toml").read_text(encoding="utf-8"))
    facts["patterns"] = {item["kind"]: item["patterns"] for item in facts["mask"]}
    facts["shown"] = {item["kind"]: item["shown"] for item in facts["mask"]}
    facts["table"] = str.maketrans(facts["fold"]["from"], facts["fold"]["to"]) | _STOLEN
    return facts


def mask(text: str, kinds: Collection[str] = KINDS, names: Collection[str] = ()) -> Masked:
    """Return a text in the form in which it is compared.

    Parameters
    ----------
    text : str
        As printed.
    kinds : collection of str
        What to mask, of ``names``, ``documents``, ``dates`` and ``numbers``; ``()`` masks nothing. White space is
        always left out and full-width digits and punctuation are always the same as narrow ones.
    names : collection of str
        Names of the unit (:func:`own_names`), masked with ``names`` beside its words for itself (我县, 本局).

    Returns
    -------
    Masked
        ``form`` is what to compare; ``starts`` and ``ends`` lead back to the text.

    Raises
    ------
    GidtkError
        If `text` is no str or a kind is unknown.

    Examples
    --------
    >>> shown(mask("安福县2020年公开信息300余条。", names=["安福县"]).form)
    '〈U〉〈D〉公开信息〈N〉条。'
    >>> mask("2020年， 公开", kinds=()).form
    '2020年,公开'
    """
    if not isinstance(text, str):
        raise GidtkError(f"only a str can be compared, got {text!r}; drop missing texts first")
    chosen = tuple(kinds) if not isinstance(kinds, str) else (kinds,)
    given = (names,) if isinstance(names, str) else tuple(sorted(set(names)))
    if unknown := [kind for kind in chosen if kind not in KINDS]:
        raise GidtkError(f"no mask {unknown[0]!r}: the masks are {', '.join(KINDS)}")
    folded = text.translate(_facts()["table"])
    form: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for found in _pattern(frozenset(chosen), given).finditer(folded):
        begin, end = found.span()
        form.append(folded[position:begin])
        starts += range(position, begin)
        ends += range(position + 1, begin + 1)
        if found.lastgroup != "space":
            form.append(chr(_FIRST + KINDS.index(str(found.lastgroup))))
            starts.append(begin)
            ends.append(end)
        position = end
    form.append(folded[position:])
    starts += range(position, len(folded))
    ends += range(position + 1, len(folded) + 1)
    return Masked(text, "".join(form), np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))


def shown(form: str) -> str:
    """Return a form with its masks as people see them: ``〈N〉``, ``〈D〉``, ``〈W〉``, ``〈U〉``.

    Examples
    --------
    >>> shown(mask("2020年公开 12 条，见赣府发〔2020〕3号。").form)
    '〈D〉公开〈N〉条,见赣府发〈W〉。'
    """
    return form.translate({_FIRST + n: _facts()["shown"][kind] for n, kind in enumerate(KINDS)})


@lru_cache(maxsize=512)
def _pattern(kinds: frozenset[str], names: tuple[str, ...]) -> re.Pattern[str]:
    given = sorted((re.escape(name.translate(_facts()["table"])) for name in names if name), key=len, reverse=True)
    wanted = {kind: (given if kind == "names" else []) + _facts()["patterns"][kind] for kind in KINDS if kind in kinds}
    groups = [f"(?P<{kind}>{'|'.join(patterns)})" for kind, patterns in wanted.items()]
    return re.compile("|".join([*groups, r"(?P<space>\s+)"]))


def own_names(*names: str) -> tuple[str, ...]:
    """Return the names by which a unit may call itself: those given, and without the endings of offices.

    Examples
    --------
    >>> own_names("安福县人民政府办公室", "安福县")
    ('安福县', '安福县人民政府', '安福县人民政府办公室')
    """
    found: set[str] = set()
    for name in names:
        while len(name) > 1 and name not in found:
            found.add(name)
            name = next((name.removesuffix(e) for e in _facts()["names"]["endings"] if name.endswith(e)), "")
    return tuple(sorted(found))


@cache
def _cuts() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    facts = _facts()["sentences"]
    ends = re.escape(facts["ends"])
    return re.compile("|".join(facts["skipped"])), re.compile(f"[^{ends}]+"), re.compile(f"\\s*(?:{facts['marks']})")


def sentences(masked: Masked) -> list[tuple[int, int]]:
    r"""Return the sentences of a text, as places in its form.

    A sentence ends at ``。``, ``；``, ``！``, ``？`` or the line's end, which are no part of it. Headings, what
    announces a list (``主要问题是：一是…``) and the marks of its items (``一是``) are left out.

    Examples
    --------
    >>> masked = mask("（一）主动公开。公开3条。还有不足：一是不新；二是不全。")
    >>> [masked.form[begin:end] for begin, end in sentences(masked)] == ["公开\ue003条", "不新", "不全"]
    True
    """
    skipped, sentence, marks = _cuts()
    text, position = masked.text, 0
    found: list[tuple[int, int]] = []
    while position < len(text):
        if head := skipped.match(text, position):
            position = max(head.end(), position + 1)
        elif told := sentence.match(text, position):
            mark = marks.match(text, position, told.end())
            found.append((mark.end() if mark else position, told.end()))
            position = told.end()
        else:
            position += 1
    places = np.searchsorted(masked.starts, np.array(found, dtype=np.int64).reshape(-1, 2)).tolist()
    return [(begin, end) for begin, end in places if begin < end]
