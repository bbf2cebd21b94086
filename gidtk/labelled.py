"""A table as people read it: columns and codes in the reader's language; the names lie in ``forms/shown.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from gidtk.variables import column_facts, value_labels, variables

__all__ = ["code_words", "labelled"]


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(files("gidtk").joinpath("forms", "shown.toml").read_text(encoding="utf-8"))


def labelled(frame: pd.DataFrame, lang: str = "zh") -> pd.DataFrame:
    """Return a table with its columns and codes in words.

    Parameters
    ----------
    frame : DataFrame
        Any table of the toolkit; its index is left out. What is returned is for reading, not for computing.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    DataFrame
        Its first column is the index of what is shown, named in the corner. Columns are renamed where their label is
        known and not yet taken; codes such as ``f2019`` or ``fail`` are in words; missing values are an empty text.

    Examples
    --------
    >>> shown = labelled(pd.DataFrame({"year": [2020], "state": ["differs"], "gap": [None]}), "en")
    >>> shown.columns.name, shown.to_dict("index")
    ('Year', {2020: {'Check': 'differs', 'Difference': ''}})
    """
    end = "en" if lang == "en" else "zh"
    words = {name: code_words(name, lang) for name in map(str, frame.columns)}
    shown = pd.DataFrame(
        {
            place: pd.Series([_shown(value, words[str(name)]) for value in frame.iloc[:, place]], dtype=object)
            for place, name in enumerate(frame.columns)
        }
    )
    taken: set[str] = set()
    heads = []
    for name in frame.columns:
        label = _name(name, end)
        heads.append(name if label in taken else label)
        taken.add(label)
    table = pd.DataFrame(shown.to_numpy(dtype=object), columns=pd.Index(heads, dtype=object))
    return table.set_index(heads[0]).rename_axis(index=None, columns=heads[0]) if heads else table


def _name(name: Any, end: str) -> Any:
    if not isinstance(name, str):
        return name
    if name in variables():
        return getattr(variables()[name], end)
    return {**column_facts(name), **_facts()["columns"].get(name, {})}.get(end, name)


def code_words(name: str, lang: str = "zh") -> dict[str, str]:
    """Return what the codes of a column are called, in their order.

    Examples
    --------
    >>> code_words("verdict", "zh")
    {'pass': '相符', 'fail': '不符', 'not assessable': '无法核对'}
    """
    known = _facts()["values"].get(name) or value_labels(name)
    return {code: facts["en" if lang == "en" else "zh"] for code, facts in known.items()}


def _shown(value: Any, words: Mapping[str, str]) -> Any:
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, str) or not words:
        return value
    return "; ".join(words.get(code, code) for code in value.split(";"))
