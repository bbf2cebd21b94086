"""Dictionary coding (词典编码): themes counted by lists of terms, negated hits apart."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from gidtk.dictionary import Word
from gidtk.documents import VARIABLES, Texts, documents, result, tokenizer_for
from gidtk.errors import GidtkError
from gidtk.terms import Matcher
from gidtk.themebook import Themes, load_themes
from gidtk.tokens import Tokenizer

__all__ = ["load_themes", "theme_counts", "theme_hits", "theme_rates"]

_HITS = {
    "docname": "str",
    "theme": "str",
    "term": "str",
    "begin": "int64",
    "end": "int64",
    "negated": "boolean",
    "negation": "str",
    "sentence": "str",
    **VARIABLES,
}
_COUNTS = {
    "docname": "str",
    "theme": "str",
    "hits": "int64",
    "negated": "int64",
    "tokens": "int64",
    "per_1000": "Float64",
    **VARIABLES,
}
_RATES = {
    "theme": "str",
    "documents": "int64",
    "with_theme": "int64",
    "hits": "int64",
    "negated": "int64",
    "tokens": "int64",
    "per_1000": "Float64",
    "share_with": "Float64",
}
_SENTENCE_END = re.compile(r"[。！？!?\n]")


class _Finder:
    """The two matchers of a dictionary of themes: one for terms, one for what negates them."""

    def __init__(self, themes: Themes) -> None:
        self.negation = themes.negation
        self.home = {term: theme.id for theme in themes.themes for term in theme.terms}
        self.terms = Matcher(self.home)
        against = [*themes.negation.words, *themes.negation.exceptions]
        self.against = Matcher(against) if against else None

    def find(self, text: str) -> Iterator[tuple[str, str, int, int, str]]:
        """Theme, term, place and negating word (empty if none) of every hit."""
        exceptions, hits = set(self.negation.exceptions), self.terms.find(text, "longest")
        negations = self.against.find(text, "longest") if self.against and hits else []
        negations = [hit for hit in negations if hit.term not in exceptions]
        ends = [hit.end for hit in negations]
        for hit in hits:
            place = bisect_right(ends, hit.begin) - 1
            word = ""
            if place >= 0 and hit.begin - ends[place] <= self.negation.window:
                between = text[ends[place] : hit.begin]
                word = "" if set(between) & set(self.negation.clause_end) else negations[place].term
            yield self.home[hit.term], hit.term, hit.begin, hit.end, word


def theme_hits(texts: Texts, themes: Themes | None = None) -> pd.DataFrame:
    """Find every term of a dictionary of themes in running text, with the sentence it stands in.

    Where terms overlap, the longest at a place counts. Read hits before trusting counts of them.

    Parameters
    ----------
    texts : str, mapping, Series or DataFrame
        See :func:`gidtk.documents.documents`.
    themes : Themes
        As `load_themes` gives them; the package's by default.

    Returns
    -------
    DataFrame
        One row a hit, documents in the order given, then by place: ``docname``, ``theme`` (id), ``term``, ``begin``,
        ``end`` (characters from 0), ``negated`` (boolean), ``negation`` (the word that negates it, else missing),
        ``sentence``, then ``report``, ``region``, ``level``, ``year``, ``section``, missing where the texts have none.

    Raises
    ------
    GidtkError
        If a text is missing or documents cannot be told apart.

    Examples
    --------
    >>> theme_hits("未发生行政复议，加强政策解读。")[["theme", "term", "negated"]]
                theme  term  negated
    0        remedies  行政复议     True
    1  interpretation  政策解读    False
    """
    finder, given = _Finder(themes or load_themes()), documents(texts)
    rows: list[tuple[Any, ...]] = []
    for name, text in given.texts.items():
        found = list(finder.find(text))
        known = tuple(given.variable(name).values()) if found else ()
        breaks = [match.end() for match in _SENTENCE_END.finditer(text)] if found else []
        for theme, term, begin, end, word in found:
            sentence = _sentence(text, breaks, begin)
            rows.append((name, theme, term, begin, end, bool(word), word or None, sentence, *known))
    return pd.DataFrame(rows, columns=list(_HITS)).astype(_HITS)


def _sentence(text: str, breaks: list[int], place: int) -> str:
    after = bisect_right(breaks, place)
    begin = breaks[after - 1] if after else 0
    return text[begin : breaks[after] if after < len(breaks) else len(text)].strip()


def theme_counts(
    texts: Texts,
    themes: Themes | None = None,
    *,
    words: Iterable[Word] = (),
    tokenizer: Tokenizer | None = None,
) -> pd.DataFrame:
    """Count themes in each text, per 1,000 tokens (词典编码).

    Parameters
    ----------
    texts : str, mapping, Series or DataFrame
        See :func:`gidtk.documents.documents`. A frame's ``report``, ``region``, ``level``, ``year``, ``section`` are
        carried along for `theme_rates`.
    themes : Themes
        As `load_themes` gives them; the package's by default.
    words, tokenizer
        What the tokens of the denominator are cut with; see `gidtk.frequency`.

    Returns
    -------
    DataFrame
        One row a document and theme, in their orders: ``docname``, ``theme``; ``hits`` (not negated), ``negated``;
        ``tokens`` (words and figures of the document, punctuation left out); ``per_1000 = 1000 hits / tokens`` (missing
        without tokens); then the variables. A theme that does not occur has 0 hits.

    Raises
    ------
    GidtkError
        As for `theme_hits`.

    Notes
    -----
    Rates of different dictionaries, or of texts cut with different fingerprints, must not be compared. A higher rate is
    more talk of a theme; whether anything was done is not in it.

    Examples
    --------
    >>> found = theme_counts("未发生行政复议，加强政策解读。", load_themes({"x": {"terms": ["政策解读", "行政复议"]}}))
    >>> found[["theme", "hits", "negated", "tokens", "per_1000"]]
      theme  hits  negated  tokens  per_1000
    0     x     1        1       5     200.0
    """
    chosen, cutter, given = themes or load_themes(), tokenizer_for(words, tokenizer), documents(texts)
    finder = _Finder(chosen)
    rows: list[tuple[Any, ...]] = []
    for name, tokens in given.cut(cutter):
        counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        for theme, _, _, _, word in finder.find(given.texts[name]):
            counts[bool(word)][theme] += 1
        size = sum(any(map(str.isalnum, token)) for token in tokens)
        known = tuple(given.variable(name).values())
        for theme in (theme.id for theme in chosen.themes):
            hits, negated = counts[False][theme], counts[True][theme]
            rows.append((name, theme, hits, negated, size, 1000 * hits / size if size else None, *known))
    return result(rows, _COUNTS, cutter)


def theme_rates(counts: pd.DataFrame, by: str | Sequence[str] = "year") -> pd.DataFrame:
    """Add up theme counts by region, year, level or any of them together (交叉表).

    The rate is pooled, all hits of a group over all its tokens, so that long texts weigh more: it is not the mean of
    the documents' rates. Missing groups are kept as a group of their own. ``rates.pivot(index="theme", columns="year",
    values="per_1000")`` makes a table of it.

    Parameters
    ----------
    counts : DataFrame
        As `theme_counts` gives it.
    by : str or sequence of str
        Variables to add up by.

    Returns
    -------
    DataFrame
        One row a group and theme, groups sorted, themes in the order of `counts`: the variables of `by`; ``theme``;
        ``documents`` (of the group), ``with_theme`` (those with a hit that is not negated); ``hits``, ``negated``,
        ``tokens``; ``per_1000`` (missing without tokens), ``share_with = with_theme / documents``.

    Raises
    ------
    GidtkError
        If a column is not there or `by` names none.

    Examples
    --------
    >>> texts = pd.DataFrame({"docname": ["a", "b"], "year": [2020, 2021], "text": ["政策解读", "公开信息"]})
    >>> theme_rates(theme_counts(texts, load_themes({"x": {"terms": ["解读"]}})))[["year", "theme", "hits", "per_1000"]]
       year theme  hits  per_1000
    0  2020     x     1    1000.0
    1  2021     x     0       0.0
    """
    variables = [by] if isinstance(by, str) else list(by)
    if not variables:
        raise GidtkError("no variable to add up by is given; give one such as 'year'")
    needed = [*variables, "theme", "hits", "negated", "tokens"]
    if absent := [name for name in needed if name not in counts.columns]:
        raise GidtkError(f"the counts have no column {absent[0]!r}; they have: {', '.join(map(str, counts.columns))}")
    order = {theme: place for place, theme in enumerate(dict.fromkeys(counts["theme"]))}
    frame = counts.assign(documents=1, with_theme=(counts["hits"] > 0).astype("int64"))
    sums = ["documents", "with_theme", "hits", "negated", "tokens"]
    grouped = frame.groupby([*variables, "theme"], dropna=False, sort=False, observed=True)[sums].sum().reset_index()
    grouped["_order"] = grouped["theme"].map(order)
    grouped = grouped.sort_values([*variables, "_order"], kind="stable", ignore_index=True)
    grouped["per_1000"] = 1000 * grouped["hits"] / grouped["tokens"].where(grouped["tokens"] > 0)
    grouped["share_with"] = grouped["with_theme"] / grouped["documents"]
    rates = grouped[[*variables, *_RATES]].astype(_RATES)
    rates.attrs = dict(counts.attrs)
    return rates
