"""The texts that are counted: one text, named texts, or a frame of texts with its variables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gidtk.dictionary import Word
from gidtk.errors import GidtkError
from gidtk.stopwords import keep_words
from gidtk.tokens import Tokenizer, shared_tokenizer

__all__ = [
    "VARIABLES",
    "Documents",
    "Groups",
    "Texts",
    "as_text",
    "by_name",
    "documents",
    "group_of",
    "result",
    "some",
    "tokenizer_for",
]

Texts = str | Mapping[str, str] | pd.Series | pd.DataFrame
Groups = str | Sequence[str] | Mapping[str, object] | pd.Series | None

#: Variables of a document that results carry along, with their types; missing where the texts have none.
VARIABLES = {"report": "str", "region": "str", "level": "str", "year": "Int64", "section": "str"}


@dataclass(frozen=True)
class Documents:
    """Texts by name, and what is known of each.

    Attributes
    ----------
    texts : dict
        Document name to text, in the order given.
    variables : DataFrame
        One row a document, indexed by its name: the columns of the caller's frame but the text.
    names : dict
        Document name to the names that its own report bears.
    """

    texts: dict[str, str]
    variables: pd.DataFrame
    names: dict[str, tuple[str, ...]]

    def cut(self, tokenizer: Tokenizer) -> Iterator[tuple[str, list[str]]]:
        """Yield each document's name and its tokens, masked as the tokenizer says."""
        for name, text in self.texts.items():
            yield name, tokenizer.masked(text, self.names.get(name, ()))

    def words(self, tokenizer: Tokenizer, remove: Iterable[str]) -> dict[str, list[str]]:
        """Return each document's words, without the stop words of the parts named."""
        parts = tuple(remove)
        return {name: keep_words(tokens, parts) for name, tokens in self.cut(tokenizer)}

    def variable(self, name: str) -> dict[str, Any]:
        """Return the values of `VARIABLES` for a document; missing where there is none."""
        known: Any = self.variables.loc[name] if name in self.variables.index else {}
        return {variable: known.get(variable, pd.NA) for variable in VARIABLES}


def documents(texts: Texts, names: Iterable[str] = ()) -> Documents:
    """Bring texts into one shape.

    Parameters
    ----------
    texts : str, mapping, Series or DataFrame
        One text; document name to text; a Series whose index names the documents (the levels of a MultiIndex are
        joined by ``_``); or a frame with the column ``text`` and any variables. The documents of a frame are named by
        its column ``docname``, else by ``report`` and ``section`` (or ``key``) joined by ``_``, else by its index. Rows
        of one report and section are parts of one document, joined by a line break.
    names : iterable of str
        Columns of the frame that hold names of the document's own region or agency, such as ``["region", "agency"]``:
        each is kept whole in its own text and in no other.

    Returns
    -------
    Documents
        Texts, variables and names.

    Raises
    ------
    GidtkError
        If a text is missing, documents have no name or two have the same, or a column is not there.

    Examples
    --------
    >>> frame = pd.DataFrame({"report": ["r1", "r2"], "key": ["overview"] * 2, "text": ["甲", "乙"]})
    >>> documents(frame).texts
    {'r1_overview': '甲', 'r2_overview': '乙'}
    """
    columns = [names] if isinstance(names, str) else list(names)
    if isinstance(texts, pd.DataFrame):
        return _of_frame(texts, columns)
    if columns:
        raise GidtkError(f"names are columns of a frame ({', '.join(columns)}), but the texts are no frame")
    named = {"text1": texts} if isinstance(texts, str) else by_name(texts)
    _check_texts(named.items())
    return Documents(named, pd.DataFrame(index=pd.Index(list(named), dtype="str")), {})


def _check_texts(texts: Iterable[tuple[str, Any]]) -> None:
    if missing := [name for name, text in texts if not isinstance(text, str)]:
        raise GidtkError(f"no text in {some(missing)}; drop missing texts first, for instance with dropna()")


def _of_frame(frame: pd.DataFrame, columns: Sequence[str]) -> Documents:
    if absent := [column for column in ("text", *columns) if column not in frame.columns]:
        raise GidtkError(
            f"the frame of texts has no column {absent[0]!r}; it has: {', '.join(map(str, frame.columns))}"
        )
    if "section" not in frame.columns and "key" in frame.columns:
        frame = frame.rename(columns={"key": "section"})
    if "year" in frame.columns:
        frame = frame.assign(year=_years(frame["year"]))
    labels, parted = _labels(frame)
    _check_texts(zip(labels, frame["text"], strict=True))
    if not parted and (twice := [name for name, count in Counter(labels).items() if count > 1]):
        raise GidtkError(f"two documents are named {twice[0]!r}; every document needs a name of its own")
    parts: dict[str, list[str]] = {}
    for label, text in zip(labels, frame["text"], strict=True):
        parts.setdefault(label, []).append(text)
    variables = frame.drop(columns="text").set_axis(pd.Index(labels, dtype="str"), axis=0)
    variables = variables[~variables.index.duplicated()]
    named = {
        label: tuple(value for value in row if isinstance(value, str) and value)
        for label, row in zip(variables.index, variables[list(columns)].itertuples(index=False), strict=True)
    }
    return Documents({label: "\n".join(texts) for label, texts in parts.items()}, variables, named if columns else {})


def _years(given: pd.Series) -> pd.Series:
    """Return years as whole numbers, missing where there is none."""
    try:
        return pd.to_numeric(given).astype("Int64")
    except (TypeError, ValueError) as error:
        raise GidtkError(f"the column year must hold years or nothing: {error}") from None


def _labels(frame: pd.DataFrame) -> tuple[list[str], bool]:
    """Document names of the rows of a frame, and whether rows of one name are parts of one document."""
    if "docname" in frame.columns:
        return [str(value) for value in frame["docname"]], False
    if "report" not in frame.columns:
        return [_name(label) for label in frame.index], False
    columns = [column for column in ("report", "section") if column in frame.columns]
    if any(frame[column].isna().any() for column in columns):
        raise GidtkError(f"a row of the texts has no {' or '.join(columns)}; every document needs a name")
    return ["_".join(map(as_text, row)) for row in frame[columns].itertuples(index=False)], "section" in columns


def group_of(given: Documents, groups: Groups) -> dict[str, str]:
    """Return the group of every document, as text; all in ``"all"`` without groups.

    Parameters
    ----------
    given : Documents
        The documents.
    groups : str, sequence of str, mapping, Series or None
        A variable of the documents (``"year"``) or several, whose values are joined by ``_``; or a mapping or Series
        from document name to group.

    Returns
    -------
    dict
        Document name to group.

    Raises
    ------
    GidtkError
        If a variable is unknown or a document has no group.

    Examples
    --------
    >>> group_of(documents({"a": "甲", "b": "乙"}), {"a": 2020, "b": 2021})
    {'a': '2020', 'b': '2021'}
    """
    if groups is None:
        return dict.fromkeys(given.texts, "all")
    if isinstance(groups, str | list | tuple) and all(isinstance(name, str) for name in groups):
        return _by_variables(given, [groups] if isinstance(groups, str) else list(groups))
    named = by_name(groups)
    if missing := [name for name in given.texts if pd.isna(named.get(name))]:
        raise GidtkError(f"no group for {some(missing)}; every document needs one")
    return {name: as_text(named[name]) for name in given.texts}


def _by_variables(given: Documents, names: list[str]) -> dict[str, str]:
    if absent := [name for name in names if name not in given.variables.columns]:
        known = ", ".join(map(str, given.variables.columns)) or "none"
        raise GidtkError(f"the documents have no variable {absent[0]!r}; they have: {known}")
    chosen = given.variables[names]
    if missing := [str(name) for name in chosen.index[chosen.isna().any(axis=1)]]:
        raise GidtkError(f"no group for {some(missing)}; every document needs one")
    return {
        str(name): "_".join(map(as_text, row))
        for name, row in zip(chosen.index, chosen.itertuples(index=False), strict=True)
    }


def by_name(given: object) -> dict[str, Any]:
    """Key the values by document name; two values of one name would silently become one."""
    if not isinstance(given, (Mapping, pd.Series)):
        raise GidtkError(f"documents need names: give a mapping or a Series, not a {type(given).__name__}")
    named: dict[str, Any] = {}
    for key, value in given.items():
        if (name := _name(key)) in named:
            raise GidtkError(f"two documents are named {name!r}; every document needs a name of its own")
        named[name] = value
    return named


def _name(key: Hashable) -> str:
    return "_".join(map(as_text, key)) if isinstance(key, tuple) else as_text(key)


def as_text(value: object) -> str:
    """Return a value as text; a whole number is one without a point, also in a column that pandas made floats of.

    Examples
    --------
    >>> as_text(2020.0), as_text("2020"), as_text(0.5)
    ('2020', '2020', '0.5')
    """
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def some(names: list[str]) -> str:
    """Quote the first names of a list and say how many more there are."""
    return ", ".join(map(repr, names[:3])) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def tokenizer_for(words: Iterable[Word], tokenizer: Tokenizer | None) -> Tokenizer:
    """Return the tokenizer given, else the shared one with these words."""
    if tokenizer is None:
        return shared_tokenizer(words)
    if tuple(words):
        raise GidtkError("words and tokenizer are both given; give the words to Tokenizer(words) instead")
    return tokenizer


def result(rows: Iterable[Sequence[Any]], types: Mapping[str, str], tokenizer: Tokenizer) -> pd.DataFrame:
    """Return rows as a frame with fixed columns and types, which carries the tokenizer's fingerprint."""
    frame = pd.DataFrame(list(rows), columns=list(types)).astype(dict(types))
    frame.attrs["fingerprint"] = tokenizer.fingerprint
    return frame
