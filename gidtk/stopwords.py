"""Stop words (停用词): which tokens are words that count, by parts of the list that the caller chooses."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from gidtk.dictionary import stopword_parts
from gidtk.errors import GidtkError

__all__ = ["keep_words", "pad_stopwords", "stopwords"]


def keep_words(tokens: Iterable[str], remove: Iterable[str] = ("function", "report")) -> list[str]:
    """Keep of all tokens those that are words and no stop words.

    A word has at least one letter, Han or other. Figures (``1203``, ``6.7%``, ``〇``) are therefore
    dropped: what they say depends on what they count, and in a table of frequencies each year's figures
    would be new "words". A figure inside a term of the lexicon stays (``12345热线``). Upper and lower case
    are left as printed. A stop word that was cut into two or three tokens (我/县) is dropped too, so that
    no 县 is counted for every 我县.

    Parameters
    ----------
    tokens
        Tokens as :meth:`gidtk.tokens.Tokenizer.cut` gives them, one after the other.
    remove
        Parts of the stop word list to drop; see `stopwords`.

    Returns
    -------
    list of str
        The words that are left, in their order.

    Raises
    ------
    GidtkError
        If a part of the stop word list is unknown.

    Examples
    --------
    >>> keep_words(["本", "年", "IPv6", " ", "6.7%", "政务公开", "。"], remove=["function"])
    ['IPv6', '政务公开']
    """
    return [token for token in pad_stopwords(list(tokens), remove) if token.isalpha() or any(map(str.isalpha, token))]


def pad_stopwords(tokens: list[str], remove: Iterable[str] = ("function", "report")) -> list[str]:
    """Put an empty string in the place of each token of a stop word, so that what stood apart stays apart.

    Parameters, Raises: as for `keep_words`.

    Returns
    -------
    list of str
        As many as `tokens`.

    Examples
    --------
    >>> pad_stopwords(["我", "县", "政务公开"], ["function"])
    ['', '', '政务公开']
    """
    dropped = stopwords(*remove)
    beginnings = _beginnings(dropped)
    padded = tokens.copy()
    place = 0
    while place < len(tokens):
        span = 0
        if tokens[place] in beginnings:
            span = next((n for n in (3, 2, 1) if "".join(tokens[place : place + n]) in dropped), 0)
            padded[place : place + span] = [""] * min(span, len(tokens) - place)
        place += span or 1
    return padded


@lru_cache(maxsize=8)
def _beginnings(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word[:end] for word in words for end in range(1, len(word) + 1))


def stopwords(*parts: str) -> frozenset[str]:
    """Stop words (停用词) of the named parts of the package's list.

    Parameters
    ----------
    *parts
        ``"function"`` (功能词与量词: grammar and measure words), ``"report"`` (年报套语: fixed parts of
        nearly every report), ``"exhortation"`` (号召用语: 坚持, 贯彻落实, …). Negations (不, 未, 没有, 无)
        are in none, because problems are said with them.

    Returns
    -------
    frozenset of str
        All words of these parts; empty if no part is named.

    Raises
    ------
    GidtkError
        If a part is unknown; the message lists the known ones.

    Examples
    --------
    >>> "的" in stopwords("function"), "贯彻落实" in stopwords("function", "report")
    (True, False)
    """
    known = stopword_parts()
    for part in parts:
        if part not in known:
            raise GidtkError(f"no part {part!r} in the stop word list; the parts are: {', '.join(known)}")
    return frozenset().union(*(known[part] for part in parts))
