"""The dictionary that texts are cut with, and the two engines that cut with it: jieba and rjieba."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module, metadata, resources
from numbers import Integral
from pathlib import Path
from typing import Any, cast

from gidtk.errors import GidtkError, MissingExtraError

__all__ = [
    "ENGINES",
    "Cut",
    "Dictionary",
    "Word",
    "common_words",
    "dictionary_of",
    "lexicon_terms",
    "requested_words",
    "resolve_backend",
    "stopword_parts",
    "tag_of",
    "terms_with_figures",
]

Word = str | tuple[str, int]
Cut = Callable[[str], list[str]]

_BACKENDS = ("auto", "jieba", "rjieba")
_MATCHABLE = "\u4e00-\u9fd5a-zA-Z0-9+#&._%\\-"  # what jieba looks up; it cuts at every other character
_UNMATCHABLE = re.compile(f"[^{_MATCHABLE}]")
# Above U+33FF only U+4E00 to U+9FD5 are Han to jieba; to rjieba also the extensions (㙍, 𠮷, 鿫).
_RARE = re.compile("([\u3400-\u4dff\u9fd6-\ufeff\U00010000-\U0010ffff])")
_BALLAST = "\ue000\ue001"  # no text holds it as a word: both characters are cut off as rare


@dataclass(frozen=True)
class Dictionary:
    """Word frequencies and their total as jieba counts it: a replaced frequency stays in the total."""

    frequency: dict[str, int]
    total: int
    fingerprint: str


def dictionary_of(requested: Mapping[str, int | None]) -> Dictionary:
    """Return jieba's dictionary with the lexicon and the requested words laid over it."""
    frequency, total, digest = _base()
    frequency = frequency | _lexicon()
    added = list(_lexicon().items())
    added += [(word, freq) for word, freq in _settle(requested, frequency) if frequency.get(word) != freq]
    content = "\n".join([digest, "HMM off", *(f"{word} {freq}" for word, freq in added)])
    return Dictionary(
        frequency | dict(added),
        total + sum(freq for _, freq in added),
        hashlib.sha256(content.encode("utf-8")).hexdigest()[:16],
    )


def _settle(requested: Mapping[str, int | None], known: Mapping[str, int]) -> list[tuple[str, int]]:
    """Give every requested word its frequency, in an order that is not that of the request."""
    usual = {word: max(3000 if len(word) <= 3 else 6000, known.get(word, 0)) for word in requested}
    return [(word, usual[word] if freq is None else freq) for word, freq in sorted(requested.items())]


@lru_cache(maxsize=1)
def _content() -> bytes:
    return Path(str(metadata.distribution("jieba").locate_file("jieba/dict.txt"))).read_bytes()


@lru_cache(maxsize=1)
def _base() -> tuple[dict[str, int], int, str]:
    """Frequencies of jieba's own dictionary, their total, and what says which dictionary it is."""
    jieba, content = metadata.distribution("jieba"), _content()
    fields = content.decode("utf-8").split()  # word, frequency, part of speech, and so on
    counts = list(map(int, fields[1::3]))
    digest = f"jieba {jieba.version} {hashlib.sha256(content).hexdigest()}"
    return dict(zip(fields[::3], counts, strict=True)), sum(counts), digest


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, int]:
    lines = (line.split() for line in _data("userdict.txt"))
    return {word: int(freq) for word, freq, _tag in lines}


@lru_cache(maxsize=1)
def _tags() -> dict[str, str]:
    """Part of speech of every word of jieba's dictionary, and the tag of every term of the lexicon over it."""
    fields = _content().decode("utf-8").split()
    lines = (line.split() for line in _data("userdict.txt"))
    return dict(zip(fields[::3], fields[2::3], strict=True)) | {word: tag for word, _freq, tag in lines}


def tag_of(token: str, own: Mapping[str, int | None]) -> str:
    """Return the tag of a token: of the lexicon, else jieba's, else what kind of characters it is made of."""
    if tag := _tags().get(token):
        return tag
    if token in own:
        return "own"
    if not any(map(str.isalpha, token)):
        return "m" if any(map(str.isnumeric, token)) else "x"
    return "eng" if token.isascii() else "unknown"


@lru_cache(maxsize=1)
def common_words(count: int) -> frozenset[str]:
    """Return the most frequent words of jieba's dictionary; of words that tie, those first by code point."""
    frequency = _base()[0]
    return frozenset(sorted(frequency, key=lambda word: (-frequency[word], word))[:count])


@lru_cache(maxsize=1)
def lexicon_terms() -> tuple[str, ...]:
    """Return the terms of the lexicon, in its order."""
    return tuple(_lexicon())


@lru_cache(maxsize=1)
def terms_with_figures() -> tuple[str, ...]:
    """Return the terms of the lexicon that hold a figure (12345热线, 一件事一次办), in its order."""
    return tuple(term for term in _lexicon() if any(map(str.isnumeric, term)))


@lru_cache(maxsize=1)
def stopword_parts() -> dict[str, frozenset[str]]:
    """Return the stop words by part."""
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


def requested_words(words: Iterable[Word]) -> dict[str, int | None]:
    """Return words and the frequencies asked for (None for the usual one); what can never match raises."""
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


def resolve_backend(backend: str) -> str:
    """Return the engine to use: with ``auto`` the fast one where it is installed."""
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


def _jieba_engine(dictionary: Dictionary) -> Cut:
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


def _rjieba_engine(dictionary: Dictionary) -> Cut:
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


ENGINES: Mapping[str, Callable[[Dictionary], Cut]] = {"jieba": _jieba_engine, "rjieba": _rjieba_engine}
