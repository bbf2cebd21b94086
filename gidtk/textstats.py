"""Counts and contexts of words in the vocabulary of quanteda: frequency (词频), tfidf, kwic (上下文关键词).

Every result is a data frame with fixed columns and types, also when it is empty, and carries in
``df.attrs["fingerprint"]`` which dictionary cut the texts: results with different fingerprints must not be
compared.

References
----------
Benoit, K., Watanabe, K., Wang, H., Nulty, P., Obeng, A., Müller, S., & Matsuo, A. (2018). quanteda: An R
package for the quantitative analysis of textual data. Journal of Open Source Software, 3(30), 774.
https://doi.org/10.21105/joss.00774
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import log10
from typing import Any

import pandas as pd

from gidtk.dictionary import Word
from gidtk.documents import VARIABLES, Groups, Texts, documents, group_of, result, tokenizer_for
from gidtk.errors import GidtkError
from gidtk.tokens import Tokenizer

__all__ = ["frequency", "kwic", "tfidf"]

Span = tuple[int, int]

_FREQUENCY = {"feature": "str", "frequency": "int64", "rank": "int64", "docfreq": "int64", "group": "str"}
_KWIC = {
    "docname": "str",
    "from": "int64",
    "to": "int64",
    "pre": "str",
    "keyword": "str",
    "post": "str",
    "pattern": "str",
    "sentence": "str",
    "tokens": "int64",
    **VARIABLES,
}
_TFIDF = {"docname": "str", "feature": "str", "frequency": "int64", "docfreq": "int64", "tfidf": "float64"}
_SENTENCE_END = re.compile(r"[。！？!?\n]")


def frequency(
    texts: Texts,
    *,
    groups: Groups = None,
    remove: Iterable[str] = ("function", "report"),
    names: Iterable[str] = (),
    words: Iterable[Word] = (),
    tokenizer: Tokenizer | None = None,
    n: int | None = None,
) -> pd.DataFrame:
    """Count the words of texts, by group if wanted (词频), as quanteda's ``textstat_frequency`` does.

    Frequencies are absolute. Groups of different size must not be compared by them without a base, and a
    term of the lexicon hides the shorter terms in it: 政务公开 is not counted inside
    基层政务公开标准化规范化.

    Parameters
    ----------
    texts
        One text, a mapping from document name to text, a Series whose index names the documents (the levels of a
        MultiIndex are joined by ``_``), or a frame with a column ``text`` and variables (``report``, ``year``,
        ``region``, ``section``, …); see `gidtk.documents.documents`. A missing text is an error, not an empty text.
    groups
        The group of every document (年份, 地区, …): a variable of the frame or several (``"year"``), or a mapping or
        Series by document name.
    remove
        Parts of the stop word list to drop; see `gidtk.tokens.stopwords`.
    names
        Columns of the frame with names to keep whole, each in its own text only: ``["region", "agency"]``.
    words
        Words to keep whole besides the lexicon, in all texts; see `gidtk.tokens.Tokenizer`.
    tokenizer
        The tokenizer to use, instead of `words`; also the way to keep or mask dates, quantities and names.
    n
        Keep the first `n` rows of each group only. Of words that tie at the end some are then left out.

    Returns
    -------
    DataFrame
        One row per word and group, sorted by group as text, frequency from high to low, word by code point:

        - ``feature`` (str): the word, as `gidtk.stopwords.keep_words` leaves it.
        - ``frequency`` (int64): how often it occurs in the group.
        - ``rank`` (int64): 1 for the most frequent; words with the same frequency share the smaller rank.
        - ``docfreq`` (int64): in how many documents of the group it occurs.
        - ``group`` (str): the group, ``"all"`` without `groups`. A group without any word has no row.

        A word that does not occur has no row; nothing in the frame is ever missing.

    Raises
    ------
    GidtkError
        If a text or a group is missing, documents have no name or two have the same, `n` is below 1, or both
        `words` and `tokenizer` are given; for the rest as in `gidtk.tokens.tokenize`.

    References
    ----------
    Benoit, K., et al. (2018). quanteda. Journal of Open Source Software, 3(30), 774. doi:10.21105/joss.00774

    Examples
    --------
    >>> frequency({"2020": "政务公开和政策解读", "2021": "政务公开"})
      feature  frequency  rank  docfreq group
    0    政务公开          2     1        2   all
    1    政策解读          1     2        1   all
    """
    if n is not None and n < 1:
        raise GidtkError(f"n must be at least 1, got {n}; leave it out for all words")
    cutter = tokenizer_for(words, tokenizer)
    given = documents(texts, names)
    group = group_of(given, groups)
    by_group: dict[str, list[list[str]]] = defaultdict(list)
    for name, counted in given.words(cutter, remove).items():
        by_group[group[name]].append(counted)
    rows = [row for name in sorted(by_group) for row in _ranked(by_group[name], name)[:n]]
    return result(rows, _FREQUENCY, cutter)


def tfidf(
    texts: Texts,
    *,
    remove: Iterable[str] = ("function", "report"),
    names: Iterable[str] = (),
    words: Iterable[Word] = (),
    tokenizer: Tokenizer | None = None,
    n: int | None = None,
) -> pd.DataFrame:
    """Weigh the words of each document by how few other documents have them (TF-IDF).

    The weight is ``frequency * log10(documents / docfreq)``, quanteda's default (``dfm_tfidf``): counts are not divided
    by length, and a word that stands in every document weighs 0. Higher means more particular to this document. The
    weights depend on which documents are given: those of two calls, and those of long and short documents, must not
    be compared.

    Parameters
    ----------
    texts, remove, names, words, tokenizer
        As for `frequency`; two documents at least, else every weight is 0.
    n
        Keep the first `n` rows of each document only.

    Returns
    -------
    DataFrame
        One row per document and word, documents in the order given, weight from high to low, word by code point:
        ``docname``, ``feature`` (str), ``frequency`` (int64, in the document), ``docfreq`` (int64, documents that have
        it), ``tfidf`` (float64). Nothing is ever missing.

    Raises
    ------
    GidtkError
        As for `frequency`.

    References
    ----------
    Spärck Jones, K. (1972). A statistical interpretation of term specificity and its application in retrieval.
    Journal of Documentation, 28(1), 11-21. doi:10.1108/eb026526

    Examples
    --------
    >>> tfidf({"2020": "疫情防控，政务公开", "2021": "政务公开"}, n=1)
      docname feature  frequency  docfreq    tfidf
    0    2020    疫情防控          1        1  0.30103
    1    2021    政务公开          1        2  0.00000
    """
    if n is not None and n < 1:
        raise GidtkError(f"n must be at least 1, got {n}; leave it out for all words")
    cutter = tokenizer_for(words, tokenizer)
    counted = {name: Counter(found) for name, found in documents(texts, names).words(cutter, remove).items()}
    docfreq = Counter(word for counts in counted.values() for word in counts)
    rows: list[tuple[Any, ...]] = []
    for name, counts in counted.items():
        weighed = [(word, k, docfreq[word], k * log10(len(counted) / docfreq[word])) for word, k in counts.items()]
        rows += [(name, *row) for row in sorted(weighed, key=lambda row: (-row[3], row[0]))[:n]]
    return result(rows, _TFIDF, cutter)


def kwic(
    texts: Texts,
    pattern: str | Sequence[str],
    *,
    window: int = 5,
    separator: str = " ",
    case_insensitive: bool = True,
    names: Iterable[str] = (),
    words: Iterable[Word] = (),
    tokenizer: Tokenizer | None = None,
) -> pd.DataFrame:
    """Show every occurrence of a pattern in its context (上下文关键词), as quanteda's ``kwic`` does.

    Whole tokens are matched. 信息 is therefore not found in 政府信息, but ``*信息*`` is; a phrase is found
    where the text is cut as the phrase is.

    Parameters
    ----------
    texts
        One text, a mapping, a Series, or a frame with a column ``text``; see `frequency`.
    pattern
        One pattern or several. A pattern is a word (政务公开), a glob for one token in which ``*`` stands
        for any characters and ``?`` for one (``政务*``), or a phrase: words and globs with spaces between
        them (``加强 *解读``). A word that the tokenizer cuts (政务公开工作) is a phrase of its tokens.
    window
        How many tokens to show on each side; 0 shows none.
    separator
        What to put between the tokens that are shown. The default lets the segmentation be seen; ``""`` reads
        like the text.
    case_insensitive
        Whether ``app`` finds APP.
    names, words, tokenizer
        As for `frequency`. With a tokenizer that masks, marks stand for what it masks, and are found.

    Returns
    -------
    DataFrame
        One row per occurrence, in the order of the documents, then by place; occurrences may overlap:

        - ``docname`` (str): name of the document; that of a single str is ``text1``.
        - ``from``, ``to`` (int64): first and last token of the occurrence. Tokens are counted from 1, with
          punctuation, figures and stop words and without whitespace.
        - ``pre``, ``keyword``, ``post`` (str): the tokens before, in and after it; ``""`` at the edge of a
          text.
        - ``pattern`` (str): the pattern that was found, as given.
        - ``sentence`` (str): the sentence it begins in, up to its 。, ！ or ？ or the line's end.
        - ``tokens`` (int64): how many tokens the document has, so that a place can be drawn.
        - ``report``, ``region``, ``level``, ``year``, ``section``: variables of the document; missing where the texts
          have none.

        A pattern that does not occur has no row.

    Raises
    ------
    GidtkError
        If a pattern is empty or none is given, `window` is negative, a text is missing, documents have no
        name or two have the same, or both `words` and `tokenizer` are given.

    References
    ----------
    Luhn, H. P. (1960). Key word-in-context index for technical literature (kwic index). American
    Documentation, 11(4), 288-295. doi:10.1002/asi.5090110403

    Benoit, K., et al. (2018). quanteda. Journal of Open Source Software, 3(30), 774. doi:10.21105/joss.00774

    Examples
    --------
    >>> found = kwic("解读不及时,政策解读单一。", "*解读", window=2)
    >>> found[["from", "to", "pre", "keyword", "post"]]
       from  to   pre keyword  post
    0     1   1            解读  不 及时
    1     5   5  及时 ,    政策解读  单一 。
    """
    if window < 0:
        raise GidtkError(f"window must be 0 or more tokens, got {window}")
    cutter = tokenizer_for(words, tokenizer)
    flags = re.DOTALL | (re.IGNORECASE if case_insensitive else 0)
    wanted = [pattern] if isinstance(pattern, str) else list(dict.fromkeys(pattern))
    phrases = {one: [re.compile(piece, flags) for piece in _pieces(one, cutter)] for one in wanted}
    if not phrases:
        raise GidtkError("no pattern is given; give a word, a glob or a phrase")
    given = documents(texts, names)
    rows: list[tuple[Any, ...]] = []
    for name, cut in given.cut(cutter):
        spaced, tokens = _spaced(cut)
        found = sorted((span, one) for one, phrase in phrases.items() for span in _spans(tokens, phrase))
        known = tuple(given.variable(name).values()) if found else ()
        for span, one in found:
            sentence = _sentence(cut, spaced[span[0]])
            rows.append((name, *_context(tokens, span, window, separator), one, sentence, len(tokens), *known))
    return result(rows, _KWIC, cutter)


def _spaced(tokens: list[str]) -> tuple[list[int], list[str]]:
    """Tokens without white space, and the place that each has among all tokens."""
    places = [place for place, token in enumerate(tokens) if not token.isspace()]
    return places, [tokens[place] for place in places]


def _sentence(tokens: list[str], place: int) -> str:
    """Text of the sentence that a token stands in."""
    first = next((n + 1 for n in range(place - 1, -1, -1) if _SENTENCE_END.search(tokens[n])), 0)
    last = next((n for n in range(place, len(tokens)) if _SENTENCE_END.search(tokens[n])), len(tokens) - 1)
    return "".join(tokens[first : last + 1]).strip()


def _ranked(texts: list[list[str]], group: str) -> list[tuple[Any, ...]]:
    counts = Counter(word for text in texts for word in text)
    docfreq = Counter(word for text in texts for word in set(text))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rank: dict[int, int] = {}
    for place, (_, count) in enumerate(ordered, start=1):
        rank.setdefault(count, place)
    return [(word, count, rank[count], docfreq[word], group) for word, count in ordered]


def _pieces(pattern: str, cutter: Tokenizer) -> list[str]:
    """Regular expressions for the tokens of a pattern, one for each."""
    pieces: list[str] = []
    for piece in pattern.split():
        tokens = [piece] if re.search("[*?]", piece) else cutter.cut(piece)
        pieces += [re.escape(token).replace(r"\*", ".*").replace(r"\?", ".") for token in tokens]
    if not pieces:
        raise GidtkError(f"the pattern {pattern!r} is empty; give a word, a glob or a phrase")
    return pieces


def _spans(tokens: list[str], phrase: list[re.Pattern[str]]) -> Iterator[Span]:
    """First and last place, from 0, of every run of tokens that the phrase matches."""
    types = set(tokens)
    fits = [{token for token in types if piece.fullmatch(token)} for piece in phrase]
    for first in range(len(tokens) - len(phrase) + 1):
        if all(tokens[first + place] in fit for place, fit in enumerate(fits)):
            yield first, first + len(phrase) - 1


def _context(tokens: list[str], span: Span, window: int, separator: str) -> tuple[int | str, ...]:
    first, last = span
    pre, post = tokens[max(0, first - window) : first], tokens[last + 1 : last + 1 + window]
    shown = (separator.join(part) for part in (pre, tokens[first : last + 1], post))
    return first + 1, last + 1, *shown
