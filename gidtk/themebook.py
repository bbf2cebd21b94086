"""Dictionaries of themes (主题词典): categories with their terms and what negates them, from plain TOML."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from gidtk.errors import GidtkError

__all__ = ["Negation", "Theme", "Themes", "load_themes"]


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
