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
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module, metadata, resources
from numbers import Integral
from pathlib import Path
from typing import Any, cast

from gidtk.errors import GidtkError, MissingExtraError

__all__ = ["Tokenizer", "keep_words", "shared_tokenizer", "stopwords", "tokenize"]

Word = str | tuple[str, int]
Cut = Callable[[str], list[str]]

_BACKENDS = ("auto", "jieba", "rjieba")
_MATCHABLE = "\u4e00-\u9fd5a-zA-Z0-9+#&._%\\-"  # what jieba looks up; it cuts at every other character
_UNMATCHABLE = re.compile(f"[^{_MATCHABLE}]")
# Above U+33FF only U+4E00 to U+9FD5 are Han to jieba; to rjieba also the extensions (㙍, 𠮷, 鿫).
_RARE = re.compile("([\u3400-\u4dff\u9fd6-\ufeff\U00010000-\U0010ffff])")
_BALLAST = "\ue000\ue001"  # no text holds it as a word: both characters are cut off as rare


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
        Tokens as `Tokenizer.cut` gives them, one after the other.
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
    kept = _without(list(tokens), stopwords(*remove))
    return [token for token in kept if token.isalpha() or any(map(str.isalpha, token))]


def _without(tokens: list[str], dropped: frozenset[str]) -> Iterator[str]:
    beginnings = _beginnings(dropped)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        spans = (3, 2, 1) if token in beginnings else ()
        span = next((n for n in spans if "".join(tokens[place : place + n]) in dropped), 0)
        if not span:
            yield token
        place += span or 1


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
    known = _stopword_parts()
    for part in parts:
        if part not in known:
            raise GidtkError(f"no part {part!r} in the stop word list; the parts are: {', '.join(known)}")
    return frozenset().union(*(known[part] for part in parts))


def shared_tokenizer(words: Iterable[Word] = (), *, backend: str = "auto") -> Tokenizer:
    """Return a `Tokenizer` that is loaded once per process for the same words and back end.

    Parameters, Raises: as for `Tokenizer`. The four sets of words used last are kept.

    Examples
    --------
    >>> shared_tokenizer() is shared_tokenizer()
    True
    """
    name = _resolve(backend)
    return _shared(tuple(sorted(_requested(words).items())), name)


class Tokenizer:
    """Cuts text with jieba's algorithm, HMM off, and a dictionary of its own.

    Parameters
    ----------
    words
        Words to keep whole besides the lexicon. A `str` gets the frequency of a lexicon term (3,000 up to
        three characters, else 6,000), or keeps a higher one that it has; ``(word, freq)`` sets it. Their
        order does not matter. Counts are comparable only between texts cut with the same words, so give
        all names at once rather than each region its own.
    backend
        ``"jieba"``, ``"rjieba"``, or ``"auto"``: rjieba if it is installed. The tokens are the same.

    Attributes
    ----------
    backend : str
        The back end in use, ``"jieba"`` or ``"rjieba"``.
    fingerprint : str
        16 hexadecimal digits of the SHA-256 of dictionary, words and algorithm: the same for the same tokens.

    Raises
    ------
    GidtkError
        If `words` is one string; if a word is empty or has a character that jieba cuts at (brackets, book
        marks, spaces, Han outside U+4E00 to U+9FD5), so that it could never be found; if a frequency is
        not a whole number above 0, or a word has two of them; if the back end is unknown.
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
    """

    backend: str
    fingerprint: str

    def __init__(self, words: Iterable[Word] = (), *, backend: str = "auto") -> None:
        self.backend = _resolve(backend)
        dictionary = _dictionary(_requested(words))
        self.fingerprint = dictionary.fingerprint
        self._cut = _ENGINES[self.backend](dictionary)

    def cut(self, text: str) -> list[str]:
        """Cut `text` into tokens (词) that join to exactly that text, whitespace and punctuation included.

        Raises
        ------
        GidtkError
            If `text` is not a str, for instance None or NaN for a section that is missing.

        Examples
        --------
        >>> "".join(shared_tokenizer().cut("政务公开 2020"))
        '政务公开 2020'
        """
        if not isinstance(text, str):
            raise GidtkError(f"only a str can be cut, got {text!r}; drop missing texts first")
        return self._cut(text)

    def __repr__(self) -> str:
        """Show the fingerprint and the back end."""
        return f"<Tokenizer {self.fingerprint} {self.backend}>"


@dataclass(frozen=True)
class _Dictionary:
    """Word frequencies and their total as jieba counts it: a replaced frequency stays in the total."""

    frequency: dict[str, int]
    total: int
    fingerprint: str


def _dictionary(requested: Mapping[str, int | None]) -> _Dictionary:
    frequency, total, digest = _base()
    frequency = frequency | _lexicon()
    added = list(_lexicon().items())
    added += [(word, freq) for word, freq in _settle(requested, frequency) if frequency.get(word) != freq]
    content = "\n".join([digest, "HMM off", *(f"{word} {freq}" for word, freq in added)])
    return _Dictionary(
        frequency | dict(added),
        total + sum(freq for _, freq in added),
        hashlib.sha256(content.encode("utf-8")).hexdigest()[:16],
    )


def _settle(requested: Mapping[str, int | None], known: Mapping[str, int]) -> list[tuple[str, int]]:
    """Give every requested word its frequency, in an order that is not that of the request."""
    usual = {word: max(3000 if len(word) <= 3 else 6000, known.get(word, 0)) for word in requested}
    return [(word, usual[word] if freq is None else freq) for word, freq in sorted(requested.items())]


@lru_cache(maxsize=1)
def _base() -> tuple[dict[str, int], int, str]:
    """Frequencies of jieba's own dictionary, their total, and what says which dictionary it is."""
    jieba = metadata.distribution("jieba")
    content = Path(str(jieba.locate_file("jieba/dict.txt"))).read_bytes()
    fields = content.decode("utf-8").split()  # word, frequency, part of speech, and so on
    counts = list(map(int, fields[1::3]))
    digest = f"jieba {jieba.version} {hashlib.sha256(content).hexdigest()}"
    return dict(zip(fields[::3], counts, strict=True)), sum(counts), digest


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, int]:
    lines = (line.split() for line in _data("userdict.txt"))
    return {word: int(freq) for word, freq, _tag in lines}


@lru_cache(maxsize=1)
def _stopword_parts() -> dict[str, frozenset[str]]:
    parts: dict[str, list[str]] = {}
    for line in _data("stopwords.txt"):
        if line.startswith("# "):
            current = parts.setdefault(line.split()[1], [])
        else:
            current.append(line)
    return {name: frozenset(words) for name, words in parts.items()}


def _data(name: str) -> list[str]:
    text = (resources.files("gidtk") / "lexicon" / name).read_text(encoding="utf-8")
    return text.splitlines()


def _requested(words: Iterable[Word]) -> dict[str, int | None]:
    if isinstance(words, str):
        raise GidtkError(f"words must be a list of words, got the string {words!r}; write [{words!r}]")
    requested: dict[str, int | None] = {}
    for item in words:
        word, freq = _word_and_freq(item)
        if requested.setdefault(word, freq) != freq:
            raise GidtkError(f"the word {word!r} is given with two frequencies; keep one")
    return requested


def _word_and_freq(item: object) -> tuple[str, int | None]:
    match item:
        case str(word):
            _check_word(word)
            return word, None
        case (str(word), Integral() as freq) if int(freq) > 0:
            _check_word(word)
            return word, int(freq)
    raise GidtkError(f"a word must be a str or (word, freq) with a whole number above 0, got {item!r}")


def _check_word(word: str) -> None:
    if not word:
        raise GidtkError("an empty word cannot be added; leave it out of words")
    if bad := _UNMATCHABLE.search(word):
        raise GidtkError(
            f"the word {word!r} can never be found, because jieba cuts at {bad[0]!r}; "
            "leave it out of words and count it in the text by a pattern"
        )


def _resolve(backend: str) -> str:
    if backend not in _BACKENDS:
        raise GidtkError(f"no back end {backend!r}; the back ends are: {', '.join(_BACKENDS)}")
    if backend == "jieba" or (backend == "auto" and not _has_rjieba()):
        return "jieba"
    if not _has_rjieba():
        raise MissingExtraError('the back end "rjieba" is not installed; run: pip install "gidtk[fast]"')
    return "rjieba"


def _has_rjieba() -> bool:
    try:
        import_module("rjieba")
    except ImportError:
        return False
    return True


def _jieba_engine(dictionary: _Dictionary) -> Cut:
    with warnings.catch_warnings():  # of 2020: Python 3.12 warns of its string escapes
        warnings.simplefilter("ignore")
        jieba: Any = import_module("jieba")
    engine = jieba.Tokenizer()
    engine.FREQ, engine.total = _with_prefixes(dictionary.frequency), dictionary.total
    engine.initialized = True  # so it reads no dictionary, logs nothing and writes no cache file
    return cast(Cut, partial(engine.lcut, HMM=False))


def _with_prefixes(frequency: Mapping[str, int]) -> dict[str, int]:
    """Add every beginning of a word with the frequency 0, as jieba's search wants it."""
    result = dict(frequency)
    for word in frequency:
        for end in range(1, len(word)):
            result.setdefault(word[:end], 0)
    return result


def _rjieba_engine(dictionary: _Dictionary) -> Cut:
    rjieba: Any = import_module("rjieba")
    engine = rjieba.Jieba.empty()
    for word, freq in dictionary.frequency.items():
        engine.add_word(word, freq, None)
    engine.add_word(_BALLAST, dictionary.total - sum(dictionary.frequency.values()), None)
    return partial(_cut_around_rare, partial(engine.cut, hmm=False))


def _cut_around_rare(cut: Cut, text: str) -> list[str]:
    """Cut `text` with every rare character as a token of its own, as jieba has it."""
    if not _RARE.search(text):
        return cut(text)
    tokens: list[str] = []
    for place, piece in enumerate(_RARE.split(text)):
        tokens += [piece] if place % 2 else cut(piece)
    return tokens


_ENGINES: Mapping[str, Callable[[_Dictionary], Cut]] = {"jieba": _jieba_engine, "rjieba": _rjieba_engine}


@lru_cache(maxsize=4)
def _shared(words: tuple[tuple[str, int | None], ...], backend: str) -> Tokenizer:
    given = [word if freq is None else (word, freq) for word, freq in words]
    return Tokenizer(given, backend=backend)
