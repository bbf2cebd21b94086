"""Segmentation (分词) of report text with one fixed dictionary that nothing else can change.

The dictionary is that of jieba (结巴分词) with the package's lexicon of disclosure terms (政务公开,
依申请公开, …) laid over it and, if wanted, words of the caller's own. It is built in memory: the global
dictionary of jieba, its logger and its cache file in the temporary folder are neither used nor touched.
New-word guessing by a hidden Markov model (HMM 新词发现) is always off, because the guesses change with
the sentence and counts would change with them.

Two back ends give the same tokens: ``jieba`` itself, and ``rjieba``, a port to Rust that is about twenty
times faster (``pip install "gidtk[fast]"``).

References
----------
Sun, Junyi. jieba (结巴中文分词), version 0.42.1. https://github.com/fxsjy/jieba
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from gidtk import wholes
from gidtk.dictionary import (
    ENGINES,
    Word,
    dictionary_of,
    requested_words,
    resolve_backend,
    tag_of,
    terms_with_figures,
)
from gidtk.errors import GidtkError
from gidtk.stopwords import keep_words

__all__ = ["Token", "Tokenizer", "shared_tokenizer", "tokenize"]


class Token(NamedTuple):
    """A token with its tag and its place.

    Attributes
    ----------
    text : str
        As it stands in the text.
    tag : str
        A kind of wholes (``documents``, ``dates``, ``quantities``, ``names``); a tag of the lexicon (``gcore``,
        ``greq``, …); a part of speech of jieba's dictionary (``n``, ``v``, …), one for each word whatever stands
        around it; ``own`` for a word of the caller's; ``m`` for figures, ``eng`` for Latin letters, ``x`` for marks
        and white space, ``unknown`` for what no dictionary has.
    begin, end : int
        Its place in the text, in characters from 0; ``text[begin:end]`` is the token.
    """

    text: str
    tag: str
    begin: int
    end: int


def tokenize(
    text: str,
    *,
    words: Iterable[Word] = (),
    remove: Iterable[str] = ("function", "report"),
    backend: str = "auto",
) -> list[str]:
    """Cut a text into the words that are counted (分词并去停用词).

    Parameters
    ----------
    text
        Running text. Fold traditional characters before, as the lexicon is in simplified ones.
    words
        Words to keep whole besides the lexicon, such as names of regions and agencies; see `Tokenizer`.
    remove
        Parts of the stop word list to drop; see `stopwords`. ``()`` drops none.
    backend
        ``"auto"``, ``"jieba"`` or ``"rjieba"``; the result is the same.

    Returns
    -------
    list of str
        Words in reading order, as `keep_words` leaves them: no whitespace, no punctuation, no bare numbers.

    Raises
    ------
    GidtkError
        If `text` is not a str, or a word, a part or the back end is not one that can be used.
    MissingExtraError
        If `backend` is ``"rjieba"`` and that package is not installed.

    Examples
    --------
    >>> tokenize("2020年,我县主动公开政府信息1203条。")
    ['主动公开', '政府信息']
    """
    return keep_words(shared_tokenizer(words, backend=backend).cut(text), remove)


def shared_tokenizer(words: Iterable[Word] = (), *, backend: str = "auto") -> Tokenizer:
    """Return a `Tokenizer` that is loaded once per process for the same words and back end.

    Parameters, Raises: as for `Tokenizer`. The four sets of words used last are kept.

    Examples
    --------
    >>> shared_tokenizer() is shared_tokenizer()
    True
    """
    name = resolve_backend(backend)
    return _shared(tuple(sorted(requested_words(words).items())), name)


class Tokenizer:
    """Cuts text with jieba's algorithm, HMM off, and a dictionary of its own.

    Parameters
    ----------
    words
        Words to keep whole besides the lexicon. A `str` gets the frequency of a lexicon term (3,000 up to
        three characters, else 6,000), or keeps a higher one that it has; ``(word, freq)`` sets it. Their
        order does not matter. Counts are comparable only between texts cut with the same words; the names of
        a report's own region and agency are given to `cut` with its text and belong to no dictionary.
    backend
        ``"jieba"``, ``"rjieba"``, or ``"auto"``: rjieba if it is installed. The tokens are the same.
    whole
        Kinds of spans to keep as one token: ``"documents"`` (〔2021〕30号), ``"dates"`` (2021年1月29日),
        ``"quantities"`` (300余条).
    mask
        Kinds that `masked` replaces by a mark: those of `whole` (then they are also kept whole) and ``"names"``.

    Attributes
    ----------
    backend : str
        The back end in use, ``"jieba"`` or ``"rjieba"``.
    fingerprint : str
        16 hexadecimal digits of the SHA-256 of dictionary, words, algorithm and wholes: the same for the same
        tokens. Names given with a text are part of that text's data, not of the fingerprint.

    Raises
    ------
    GidtkError
        If `words` is one string; if a word is empty or has a character that jieba cuts at (brackets, book
        marks, spaces, Han outside U+4E00 to U+9FD5), so that it could never be found; if a frequency is
        not a whole number above 0, or a word has two of them; if the back end or a kind of wholes is unknown.
    MissingExtraError
        If `backend` is ``"rjieba"`` and that package is not installed.

    References
    ----------
    Sun, Junyi. jieba (结巴中文分词), version 0.42.1. https://github.com/fxsjy/jieba

    messense. jieba-rs, the port behind rjieba. https://github.com/messense/jieba-rs

    Examples
    --------
    >>> Tokenizer(["枫田镇"]).cut("枫田镇 依申请公开2件。")
    ['枫田镇', ' ', '依申请公开', '2', '件', '。']
    >>> Tokenizer(whole=["quantities"], mask=["dates"]).masked("2021年依申请公开2件。")
    ['〈D〉', '依申请公开', '2件', '。']
    """

    backend: str
    fingerprint: str

    def __init__(
        self,
        words: Iterable[Word] = (),
        *,
        whole: Iterable[str] = (),
        mask: Iterable[str] = (),
        backend: str = "auto",
    ) -> None:
        self.backend = resolve_backend(backend)
        self._own = requested_words(words)
        self._mask = wholes.check_kinds(mask)
        self._whole = wholes.check_kinds({*wholes.check_kinds(whole), *self._mask})
        dictionary = dictionary_of(self._own)
        self.fingerprint = _fingerprint(dictionary.fingerprint, self._whole, self._mask)
        self._cut = ENGINES[self.backend](dictionary)

    def cut(self, text: str, names: Collection[str] = ()) -> list[str]:
        """Cut `text` into tokens (词) that join to exactly that text, whitespace and punctuation included.

        Parameters
        ----------
        text
            Any text.
        names
            Names that this text's own report bears (安福县, 安福县人民政府): each is one token here, the longest at
            a place, and no other text's tokens change. A name of one character is passed over.

        Returns
        -------
        list of str
            Tokens in reading order.

        Raises
        ------
        GidtkError
            If `text` is not a str, for instance None or NaN for a section that is missing.

        Examples
        --------
        >>> "".join(shared_tokenizer().cut("政务公开 2020"))
        '政务公开 2020'
        >>> shared_tokenizer().cut("安福县人民政府信息公开", ["安福县人民政府", "安福县"])
        ['安福县人民政府', '信息公开']
        """
        if not isinstance(text, str):
            raise GidtkError(f"only a str can be cut, got {text!r}; drop missing texts first")
        if not self._whole and not names:
            return self._cut(text)
        return [token for piece, kind in self._pieces(text, names) for token in ([piece] if kind else self._cut(piece))]

    def masked(self, text: str, names: Collection[str] = ()) -> list[str]:
        """Cut `text` as `cut` does and put a mark (〈D〉, 〈N〉, 〈W〉, 〈U〉) for each span of the kinds to mask.

        Parameters, Raises: as for `cut`.

        Returns
        -------
        list of str
            As many tokens as `cut` gives; equal to them where nothing is to be masked.

        Examples
        --------
        >>> Tokenizer(mask=["names"]).masked("安福县政务公开", ["安福县"])
        ['〈U〉', '政务公开']
        """
        if not self._mask:
            return self.cut(text, names)
        return [
            token
            for piece, kind in self._pieces(text, names)
            for token in ([wholes.mark(kind) if kind in self._mask else piece] if kind else self._cut(piece))
        ]

    def tag(self, text: str, names: Collection[str] = ()) -> list[Token]:
        """Cut `text` and say of every token what it is and where it stands.

        Parameters, Raises: as for `cut`.

        Returns
        -------
        list of Token
            The tokens of `cut`, with the same tags whatever the back end.

        Examples
        --------
        >>> [(token.text, token.tag) for token in shared_tokenizer().tag("做好政务公开2次。")]
        [('做好', 'v'), ('政务公开', 'gcore'), ('2', 'm'), ('次', 'q'), ('。', 'x')]
        """
        tokens: list[Token] = []
        place = 0
        for piece, kind in self._pieces(text, names):
            for token in [piece] if kind else self._cut(piece):
                end = place + len(token)
                tokens.append(Token(token, kind or tag_of(token, self._own), place, end))
                place = end
        return tokens

    def _pieces(self, text: str, names: Collection[str]) -> Iterator[tuple[str, str]]:
        """Pieces of a text with their kind, empty for what the dictionary cuts."""
        if not isinstance(text, str):
            raise GidtkError(f"only a str can be cut, got {text!r}; drop missing texts first")
        place = 0
        for span in wholes.spans(text, self._whole, names, terms_with_figures()):
            if span.begin > place:
                yield text[place : span.begin], ""
            yield text[span.begin : span.end], span.kind
            place = span.end
        if place < len(text):
            yield text[place:], ""

    def __repr__(self) -> str:
        """Show the fingerprint and the back end."""
        return f"<Tokenizer {self.fingerprint} {self.backend}>"


def _fingerprint(dictionary: str, whole: tuple[str, ...], mask: tuple[str, ...]) -> str:
    """Return the dictionary's own fingerprint where no span is kept whole, else one that covers the patterns too."""
    if not whole:
        return dictionary
    content = "\n".join([dictionary, wholes.content(), f"whole {' '.join(whole)}", f"mask {' '.join(mask)}"])
    return hashlib.sha256(content.encode("utf-8")).hexdigest()[:16]


@lru_cache(maxsize=4)
def _shared(words: tuple[tuple[str, int | None], ...], backend: str) -> Tokenizer:
    given = [word if freq is None else (word, freq) for word, freq in words]
    return Tokenizer(given, backend=backend)
