"""Dictionary coding (词典编码): themes counted by lists of terms, negated hits apart."""

from __future__ import annotations

import os
import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from gidtk.dictionary import Word
from gidtk.documents import VARIABLES, Texts, documents, result, tokenizer_for
from gidtk.errors import GidtkError
from gidtk.terms import Matcher
from gidtk.tokens import Tokenizer

__all__ = ["Negation", "Theme", "Themes", "load_themes", "theme_counts", "theme_hits", "theme_rates"]

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


class Theme(NamedTuple):
    """A category: its id, its labels and its terms."""

    id: str
    zh: str
    en: str
    terms: tuple[str, ...]


class Negation(NamedTuple):
    """What negates a hit, how many characters before it, which marks end that, and which words only look like it."""

    words: tuple[str, ...]
    window: int
    clause_end: str
    exceptions: tuple[str, ...]


class Themes(NamedTuple):
    """Categories and what negates them, as `load_themes` reads them.

    Attributes
    ----------
    themes : tuple of Theme
        In the order of the file.
    negation : Negation
        What negates a hit.
    """

    themes: tuple[Theme, ...]
    negation: Negation

    def labels(self, lang: str = "zh") -> dict[str, str]:
        """Return the label of every category by its id, in ``"zh"`` or ``"en"``."""
        return {theme.id: theme.en if lang == "en" else theme.zh for theme in self.themes}


@cache
def _packaged() -> str:
    return (files("gidtk") / "lexicon" / "themes.toml").read_text(encoding="utf-8")


def load_themes(source: str | os.PathLike[str] | Mapping[str, Any] | None = None) -> Themes:
    """Load a dictionary of themes (主题词典) from plain TOML.

    Parameters
    ----------
    source : path, mapping or None
        A TOML file, or what one holds; the package's own by default. A table with ``terms`` (a list) is a category,
        with ``zh`` and ``en`` as its labels if given; a table inside it is a category ``outer.inner``. A table
        ``negation`` may set ``words``, ``window``, ``clause_end`` and ``except``; what it leaves out is as in the
        package.

    Returns
    -------
    Themes
        Categories and negation.

    Raises
    ------
    GidtkError
        If the file cannot be read or is no TOML, a key is unknown, a term is empty or stands in two categories, or
        there is no category.

    Examples
    --------
    >>> load_themes({"water": {"zh": "水", "terms": ["河长制"]}}).themes
    (Theme(id='water', zh='水', en='water', terms=('河长制',)),)
    """
    own = tomllib.loads(_packaged())
    given, name = (own, "themes.toml") if source is None else _read(source)
    negation = given.get("negation", {})
    if not isinstance(negation, Mapping) or (wrong := sorted(set(negation) - set(own["negation"]))):
        found = negation if not isinstance(negation, Mapping) else wrong[0]
        raise GidtkError(f"{name}: negation has the key {found!r}; its keys are: {', '.join(own['negation'])}")
    facts = own["negation"] | dict(negation)
    themes = tuple(_themes({key: value for key, value in given.items() if key != "negation"}, name))
    if not themes:
        raise GidtkError(f"{name}: no category; give a table with a list of terms")
    homes: dict[str, str] = {}
    for theme in themes:
        for term in theme.terms:
            if homes.setdefault(term, theme.id) != theme.id:
                raise GidtkError(f"{name}: the term {term!r} is in {homes[term]} and in {theme.id}; keep one")
    window = facts["window"]
    if not isinstance(window, int) or window < 0:
        raise GidtkError(f"{name}: the window of negation must be a whole number of characters, got {window!r}")
    words = (_listed(facts["words"], f"{name}: negation.words"), _listed(facts["except"], f"{name}: negation.except"))
    return Themes(themes, Negation(words[0], window, str(facts["clause_end"]), words[1]))


def _read(source: str | os.PathLike[str] | Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    if isinstance(source, Mapping):
        return source, "the themes given"
    path = Path(source)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")), path.name
    except OSError as error:
        raise GidtkError(f"{path.name} cannot be read ({error.strerror}); give the path of a TOML file") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GidtkError(f"{path.name} is no TOML in UTF-8: {error}") from None


def _themes(tables: Mapping[str, Any], name: str, outer: str = "") -> Iterator[Theme]:
    for key, table in tables.items():
        id_ = f"{outer}{key}"
        if not isinstance(table, Mapping):
            raise GidtkError(f"{name}: {id_} is {table!r}; a category is a table with zh, en and a list of terms")
        if "terms" in table:
            terms = _listed(table["terms"], f"{name}: {id_}.terms")
            yield Theme(id_, str(table.get("zh", id_)), str(table.get("en", id_)), terms)
        yield from _themes({k: v for k, v in table.items() if k not in ("terms", "zh", "en")}, name, f"{id_}.")


def _listed(given: object, name: str) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(term, str) and term for term in given):
        raise GidtkError(f"{name} must be a list of words of at least one character, got {given!r}")
    return tuple(dict.fromkeys(given))


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
