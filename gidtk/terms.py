"""Terms found in running text: unlike tokens they may nest (政务公开 in 基层政务公开标准化规范化)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Literal, NamedTuple

import ahocorasick
import pandas as pd

from gidtk.documents import Groups, Texts, documents, group_of
from gidtk.errors import GidtkError

__all__ = ["Hit", "Matcher", "count_terms"]

Overlap = Literal["all", "longest"]
_COUNTS = {"feature": "str", "frequency": "int64", "docfreq": "int64", "documents": "int64", "group": "str"}


class Hit(NamedTuple):
    """An occurrence of a term: ``text[begin:end] == term``."""

    begin: int
    end: int
    term: str


class Matcher:
    """Finds many terms in one pass over a text (Aho-Corasick).

    Parameters
    ----------
    terms : iterable of str
        What to look for, character by character; upper and lower case differ.

    Raises
    ------
    GidtkError
        If no term is given, `terms` is one string, or a term is empty or no text.

    References
    ----------
    Aho, A. V., & Corasick, M. J. (1975). Efficient string matching: An aid to bibliographic search. Communications of
    the ACM, 18(6), 333-340. doi:10.1145/360825.360855

    Examples
    --------
    >>> matcher = Matcher(["政务公开", "基层政务公开"])
    >>> [hit.term for hit in matcher.find("基层政务公开", "all")]
    ['基层政务公开', '政务公开']
    >>> [hit.term for hit in matcher.find("基层政务公开", "longest")]
    ['基层政务公开']
    """

    def __init__(self, terms: Iterable[str]) -> None:
        if isinstance(terms, str):
            raise GidtkError(f"terms must be a list of terms, got the string {terms!r}; write [{terms!r}]")
        self.terms = tuple(dict.fromkeys(terms))
        if wrong := [term for term in self.terms if not isinstance(term, str) or not term]:
            raise GidtkError(f"a term must be text of at least one character, got {wrong[0]!r}; leave it out")
        if not self.terms:
            raise GidtkError("no term is given; give at least one")
        self._automaton = ahocorasick.Automaton()
        for term in self.terms:
            self._automaton.add_word(term, term)
        self._automaton.make_automaton()

    def find(self, text: str, overlap: Overlap = "all") -> list[Hit]:
        """Find the terms in a text.

        Parameters
        ----------
        text : str
            Any text; no term goes over what stands between its characters, a line break neither.
        overlap : str
            ``"all"``: every occurrence, also within and across others. ``"longest"``: from left to right, the longest
            term at a place, and none that begins inside one taken before.

        Returns
        -------
        list of Hit
            By place; of those that begin at one place the longest first.

        Raises
        ------
        GidtkError
            If `text` is no text, or `overlap` is another word.
        """
        if not isinstance(text, str):
            raise GidtkError(f"terms are found in a str, got {text!r}; drop missing texts first")
        if overlap not in ("all", "longest"):
            raise GidtkError(f"no way {overlap!r} to treat overlaps; the ways are: all, longest")
        hits = [Hit(last + 1 - len(term), last + 1, term) for last, term in self._automaton.iter(text)]
        hits.sort(key=lambda hit: (hit.begin, -hit.end))
        return hits if overlap == "all" else _longest(hits)


def _longest(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    free = 0
    for hit in hits:
        if hit.begin >= free:
            kept.append(hit)
            free = hit.end
    return kept


def count_terms(texts: Texts, terms: Iterable[str], *, overlap: Overlap = "all", groups: Groups = None) -> pd.DataFrame:
    """Count terms in running text, nested ones too (词语匹配计数).

    Unlike :func:`gidtk.frequency`, which counts the tokens of a text, the counts of one term do not depend on which
    other terms are asked for when `overlap` is ``"all"``. Counts of ``"all"`` and ``"longest"`` must not be compared,
    nor absolute counts of groups of different size.

    Parameters
    ----------
    texts : str, mapping, Series or DataFrame
        See :func:`gidtk.documents.documents`.
    terms : iterable of str
        What to count.
    overlap : str
        ``"all"`` counts 政务公开 also inside 基层政务公开; ``"longest"`` counts there only the longer one.
    groups : str, sequence of str, mapping or Series
        A variable of the frame, several, or the group of each document.

    Returns
    -------
    DataFrame
        One row a group (as text, sorted) and term (in the order given): ``feature``, ``frequency``, ``docfreq``
        (documents of the group with the term), ``documents`` (of the group), ``group``. A term that does not occur has
        the frequency 0; nothing is ever missing. Without documents the frame is empty.

    Raises
    ------
    GidtkError
        As for `Matcher` and :func:`gidtk.documents.documents`.

    Examples
    --------
    >>> count_terms("推进基层政务公开和政务公开", ["政务公开", "基层政务公开"])[["feature", "frequency"]]
      feature  frequency
    0    政务公开          2
    1  基层政务公开          1
    """
    matcher, given = Matcher(terms), documents(texts)
    by_group: dict[str, list[Counter[str]]] = defaultdict(list)
    for name, group in group_of(given, groups).items():
        by_group[group].append(Counter(hit.term for hit in matcher.find(given.texts[name], overlap)))
    rows = [
        (term, sum(c[term] for c in counted), sum(term in c for c in counted), len(counted), group)
        for group, counted in sorted(by_group.items())
        for term in matcher.terms
    ]
    return pd.DataFrame(rows, columns=list(_COUNTS)).astype(_COUNTS)
