"""Spans of a text that stay one token: document numbers, dates, quantities, and the names of a report's own unit."""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from gidtk.errors import GidtkError

__all__ = ["Span", "check_kinds", "kinds", "mark", "spans"]

NAMES = "names"


class Span(NamedTuple):
    """Where a whole stands and of which kind it is."""

    begin: int
    end: int
    kind: str


@cache
def _facts() -> dict[str, Any]:
    facts = tomllib.loads((files("gidtk") / "lexicon" / "wholes.toml").read_text(encoding="utf-8"))
    units = "|".join(map(re.escape, sorted(facts.pop("units"), key=len, reverse=True)))
    for kind in facts.values():
        kind["pattern"] = "|".join(kind["patterns"]).replace("{units}", units)
    return facts


def kinds() -> tuple[str, ...]:
    """Return the kinds of wholes: ``documents``, ``dates``, ``quantities``, ``names``.

    Examples
    --------
    >>> kinds()
    ('documents', 'dates', 'quantities', 'names')
    """
    return tuple(_facts())


def check_kinds(given: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds given, in the order of the package; an unknown one raises."""
    wanted = [given] if isinstance(given, str) else list(given)
    if unknown := [kind for kind in wanted if kind not in kinds()]:
        raise GidtkError(f"no kind {unknown[0]!r} of wholes; the kinds are: {', '.join(kinds())}")
    return tuple(kind for kind in kinds() if kind in wanted)


def mark(kind: str) -> str:
    """Return the mark that a whole of this kind is replaced by.

    Examples
    --------
    >>> mark("dates")
    '〈D〉'
    """
    return str(_facts()[kind]["mark"])


def content() -> str:
    """Return all patterns as one text: what a fingerprint has to cover."""
    return "\n".join(f"{kind} {facts['mark']} {facts['pattern']}" for kind, facts in _facts().items())


@cache
def _pattern(wanted: tuple[str, ...], terms: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern whose groups are the kinds; a lexicon term that holds a figure comes first and is no whole."""
    groups = [f"(?P<{kind}>{_facts()[kind]['pattern']})" for kind in wanted if _facts()[kind]["pattern"]]
    alone = re.compile("|".join(groups))
    lexical = [re.escape(term) for term in sorted(terms, key=len, reverse=True) if groups and alone.search(term)]
    return re.compile("|".join([*lexical, *groups]) or r"(?!)")


def _named(names: Collection[str]) -> re.Pattern[str] | None:
    """Return a pattern of names, longest first; one character is no name."""
    long = sorted({name for name in names if isinstance(name, str) and len(name) > 1}, key=lambda n: (-len(n), n))
    return re.compile("|".join(map(re.escape, long))) if long else None


def spans(text: str, wanted: tuple[str, ...], names: Collection[str] = (), terms: tuple[str, ...] = ()) -> list[Span]:
    """Find the wholes of a text from left to right; names go first, none overlaps another.

    Parameters
    ----------
    text : str
        Any text.
    wanted : tuple of str
        Kinds with patterns, as `check_kinds` returns them.
    names : collection of str
        Names that this text's own report bears; the longest at a place wins, one character is no name.
    terms : tuple of str
        Terms that hold figures (12345热线) and stay with the dictionary.

    Returns
    -------
    list of Span
        In the order of the text.

    Examples
    --------
    >>> spans("2021年安福县300余条", ("dates", "quantities"), ["安福县"])
    [Span(begin=0, end=5, kind='dates'), Span(begin=5, end=8, kind='names'), Span(begin=8, end=13, kind='quantities')]
    """
    pattern = _pattern(wanted, terms)
    named = _named(names)
    found: list[Span] = []
    place = 0
    for match in named.finditer(text) if named else ():
        found += _between(pattern, text, place, match.start())
        found.append(Span(match.start(), match.end(), NAMES))
        place = match.end()
    found += _between(pattern, text, place, len(text))
    return found


def _between(pattern: re.Pattern[str], text: str, begin: int, end: int) -> Iterator[Span]:
    for match in pattern.finditer(text, begin, end):
        if match.lastgroup:
            yield Span(match.start(), match.end(), match.lastgroup)
