"""Words that stand together: collocations (搭配) side by side, co-occurrence (共现) within a sentence, as a network."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from gidtk.association import log_likelihood, p_value
from gidtk.dictionary import Word
from gidtk.documents import Groups, Texts, documents, group_of, result, tokenizer_for
from gidtk.errors import GidtkError
from gidtk.stopwords import keep_words, pad_stopwords
from gidtk.tokens import Tokenizer

__all__ = ["collocations", "cooccurrence"]

_PAIRS = {
    "first": "str",
    "second": "str",
    "frequency": "int64",
    "first_frequency": "int64",
    "second_frequency": "int64",
    "g2": "float64",
    "p": "float64",
    "pmi": "float64",
    "logdice": "float64",
    "group": "str",
}
_EDGES = {
    "source": "str",
    "target": "str",
    "sentences": "int64",
    "source_sentences": "int64",
    "target_sentences": "int64",
    "g2": "float64",
    "npmi": "float64",
    "jaccard": "float64",
}
_SENTENCE = re.compile(r"[。！？!?；;\n]")


def collocations(
    texts: Texts,
    *,
    window: int = 1,
    min_frequency: int = 2,
    groups: Groups = None,
    remove: Iterable[str] = ("function", "report"),
    names: Iterable[str] = (),
    words: Iterable[Word] = (),
    tokenizer: Tokenizer | None = None,
    n: int | None = None,
) -> pd.DataFrame:
    """Find pairs of words that stand together more often than by chance (搭配), in their order.

    A pair is a word and one of the `window` tokens that follow it. Punctuation, figures and stop words are never part
    of a pair and never skipped: 政府 和 信息 is no pair with the window 1, and no pair crosses a mark. With ``N`` pairs
    in all, ``a`` of this pair, ``f1`` with this first and ``f2`` with this second word:

    - ``g2``: log-likelihood of the two-by-two table; how sure it is that the pair is no chance, with a minus if it is
      rarer than chance. Grows with the corpus: not to be compared between corpora.
    - ``pmi = log2(a N / (f1 f2))``: how much more often than by chance; high for rare words, so not for rows with a
      small frequency.
    - ``logdice = 14 + log2(2 a / (f1 + f2))``: at most 14; does not depend on the size of the corpus, so groups may
      be compared by it.

    Parameters
    ----------
    texts
        One text, a mapping, a Series, or a frame with a column ``text``; see `gidtk.frequency`.
    window
        How many tokens to the right are paired with a word.
    min_frequency
        Leave out rarer pairs.
    groups
        As for `gidtk.frequency`; each group is a corpus of its own.
    remove, names, words, tokenizer
        As for `gidtk.frequency`.
    n
        Keep the first `n` rows of each group only.

    Returns
    -------
    DataFrame
        One row a pair, sorted by group, g2 from high to low, then the words: ``first``, ``second``, ``frequency``
        (``a``), ``first_frequency`` (``f1``), ``second_frequency`` (``f2``), ``g2``, ``p`` (one degree of freedom, not
        adjusted), ``pmi``, ``logdice``, ``group``. Nothing is ever missing.

    Raises
    ------
    GidtkError
        If `window`, `min_frequency` or `n` is below 1; for the rest as for `gidtk.frequency`.

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence. Computational Linguistics,
    19(1), 61-74.

    Church, K. W., & Hanks, P. (1990). Word association norms, mutual information, and lexicography. Computational
    Linguistics, 16(1), 22-29.

    Rychlý, P. (2008). A lexicographer-friendly association score. Proceedings of RASLAN 2008, 6-9.

    Examples
    --------
    >>> found = collocations("加强政策解读，加强政策解读，加强培训。")
    >>> found[["first", "second", "frequency", "pmi", "logdice"]].round(2)
      first second  frequency  pmi  logdice
    0    加强   政策解读          2  0.0    13.68
    """
    _check(window=window, min_frequency=min_frequency, n=n)
    cutter = tokenizer_for(words, tokenizer)
    given = documents(texts, names)
    group = group_of(given, groups)
    parts = tuple(remove)
    pairs: dict[str, Counter[tuple[str, str]]] = {}
    for name, tokens in given.cut(cutter):
        pairs.setdefault(group[name], Counter()).update(_pairs(pad_stopwords(tokens, parts), window))
    rows = [row for name in sorted(pairs) for row in _scored(pairs[name], name, min_frequency)[:n]]
    return result(rows, _PAIRS, cutter)


def _check(**numbers: int | None) -> None:
    for name, number in numbers.items():
        if number is not None and number < 1:
            raise GidtkError(f"{name} must be at least 1, got {number}")


def _pairs(tokens: list[str], window: int) -> Iterator[tuple[str, str]]:
    """Pairs of words within runs: a mark, a figure or a line break ends a run; an empty token only takes its place."""
    run: list[str] = []
    for token in [*tokens, "\n"]:
        if not token or any(map(str.isalpha, token)):
            run.append(token)
        elif "\n" in token or not token.isspace():
            for place, first in enumerate(run):
                if first:
                    yield from ((first, second) for second in run[place + 1 : place + 1 + window] if second)
            run = []


def _scored(pairs: Counter[tuple[str, str]], group: str, least: int) -> list[tuple[Any, ...]]:
    firsts: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for (first, second), count in pairs.items():
        firsts[first] += count
        seconds[second] += count
    kept = sorted(pair for pair, count in pairs.items() if count >= least)
    if not kept:
        return []
    a = np.array([pairs[pair] for pair in kept], dtype=float)
    f1 = np.array([firsts[first] for first, _ in kept], dtype=float)
    f2 = np.array([seconds[second] for _, second in kept], dtype=float)
    whole = pairs.total()
    g2 = log_likelihood(a, f1 - a, f2 - a, whole - f1 - f2 + a)
    pmi = np.log2(a * whole / (f1 * f2))
    measures = zip(np.where(pmi < 0, -g2, g2), p_value(g2), pmi, 14 + np.log2(2 * a / (f1 + f2)), strict=True)
    rows = [
        (*pair, pairs[pair], firsts[pair[0]], seconds[pair[1]], *numbers, group)
        for pair, numbers in zip(kept, measures, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row[5], row[0], row[1]))


def cooccurrence(
    texts: Texts,
    *,
    features: int | Iterable[str] = 100,
    min_sentences: int = 2,
    remove: Iterable[str] = ("function", "report"),
    names: Iterable[str] = (),
    words: Iterable[Word] = (),
    tokenizer: Tokenizer | None = None,
) -> pd.DataFrame:
    """Find which words stand in the same sentences (共现), as the edges of a network.

    A sentence ends at 。！？； or a line break; how often a word stands in one does not matter. With ``S`` sentences
    that have a word, ``a`` with both words, ``f1`` and ``f2`` with either:

    - ``g2``: log-likelihood of the two-by-two table, with a minus if the pair is rarer than chance.
    - ``npmi = log2(a S / (f1 f2)) / -log2(a / S)``: from -1 over 0 (chance) to 1 (never apart); 0 for a pair in every
      sentence.
    - ``jaccard = a / (f1 + f2 - a)``: the share of the sentences with either that have both.

    Only `npmi` and `jaccard` may be compared between corpora, with the same `features`.

    Parameters
    ----------
    texts
        One text, a mapping, a Series, or a frame with a column ``text``; see `gidtk.frequency`.
    features
        How many of the words that stand in the most sentences to look at, or the words themselves. It bounds the
        network: n words have at most n (n - 1) / 2 edges.
    min_sentences
        Leave out edges with fewer common sentences.
    remove, names, words, tokenizer
        As for `gidtk.frequency`.

    Returns
    -------
    DataFrame
        One row a pair, ``sentences`` from many to few, then the words: ``source``, ``target`` (source before target by
        code point; the edge has no direction), ``sentences``, ``source_sentences``, ``target_sentences``, ``g2``,
        ``npmi``, ``jaccard``. Nothing is ever missing.

    Raises
    ------
    GidtkError
        If `features` or `min_sentences` is below 1; for the rest as for `gidtk.frequency`.

    References
    ----------
    Bouma, G. (2009). Normalized (pointwise) mutual information in collocation extraction. Proceedings of the Biennial
    GSCL Conference, 31-40.

    Examples
    --------
    >>> edges = cooccurrence("政务公开和政策解读。政策解读、政务公开。政策解读。", min_sentences=1)
    >>> edges[["source", "target", "sentences", "jaccard"]].round(2)
      source target  sentences  jaccard
    0   政务公开   政策解读          2     0.67
    """
    _check(min_sentences=min_sentences, features=features if isinstance(features, int) else 1)
    cutter = tokenizer_for(words, tokenizer)
    parts = tuple(remove)
    sentences = [
        set(keep_words(sentence, parts))
        for _, tokens in documents(texts, names).cut(cutter)
        for sentence in _sentences(tokens)
    ]
    found = Counter(word for sentence in sentences for word in sentence)
    if isinstance(features, int):
        wanted = set(sorted(found, key=lambda word: (-found[word], word))[:features])
    else:
        wanted = {features} if isinstance(features, str) else set(features)
    edges = Counter(pair for sentence in sentences for pair in combinations(sorted(sentence & wanted), 2))
    whole = sum(map(bool, sentences))
    return result(_edges(edges, found, whole, min_sentences), _EDGES, cutter)


def _sentences(tokens: list[str]) -> Iterator[list[str]]:
    sentence: list[str] = []
    for token in tokens:
        if _SENTENCE.search(token):
            yield sentence
            sentence = []
        else:
            sentence.append(token)
    yield sentence


def _edges(edges: Counter[tuple[str, str]], found: Counter[str], whole: int, least: int) -> list[tuple[Any, ...]]:
    kept = sorted((pair for pair, count in edges.items() if count >= least), key=lambda pair: (-edges[pair], pair))
    if not kept:
        return []
    a = np.array([edges[pair] for pair in kept], dtype=float)
    f1, f2 = (np.array([found[pair[side]] for pair in kept], dtype=float) for side in (0, 1))
    pmi = np.log2(a * whole / (f1 * f2))
    rarity = -np.log2(a / whole)
    npmi = np.where(rarity > 0, pmi / np.where(rarity > 0, rarity, 1), 0)
    g2 = np.where(pmi < 0, -1, 1) * log_likelihood(a, f1 - a, f2 - a, whole - f1 - f2 + a)
    measures = zip(g2, npmi, a / (f1 + f2 - a), strict=True)
    return [
        (*pair, edges[pair], found[pair[0]], found[pair[1]], *numbers)
        for pair, numbers in zip(kept, measures, strict=True)
    ]
