"""The words of some reports against those of all others."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from gidtk.errors import GidtkError
from gidtk.keyness import keyness

__all__ = ["REST", "TARGET", "against_rest", "sides"]

TARGET, REST = "target", "rest"
_MASK = "\u3008"  # begins the mark of what the tokenizer masked


def sides(texts: pd.DataFrame, reports: Iterable[str]) -> pd.Series:
    """Tell which texts are of some reports.

    Parameters
    ----------
    texts : DataFrame
        With ``report``, as :func:`gidtk.narratives` gives it.
    reports : iterable of str
        The ids of the reports.

    Returns
    -------
    Series
        ``target`` or ``rest``, under the index of `texts`.

    Examples
    --------
    >>> sides(pd.DataFrame({"report": ["a", "b"]}), ["b"]).tolist()
    ['rest', 'target']
    """
    return pd.Series(np.where(texts["report"].isin(set(reports)), TARGET, REST), index=texts.index, dtype="str")


def against_rest(texts: pd.DataFrame, reports: Iterable[str], **options: Any) -> pd.DataFrame:
    """Compare the words of some reports with those of all others.

    Parameters
    ----------
    texts : DataFrame
        ``report``, ``text``, as :func:`gidtk.narratives` gives it with ``by="report"``.
    reports : iterable of str
        The ids of the reports whose words are looked for.
    **options
        As for :func:`gidtk.keyness`, but its groups.

    Returns
    -------
    DataFrame
        As :func:`gidtk.keyness` gives it, without the marks of what the tokenizer masks; empty where one of the sides
        has no text, so that there is nothing to compare.

    Raises
    ------
    GidtkError
        If a column is missing, or groups are given; for the rest as for :func:`gidtk.keyness`.

    Examples
    --------
    >>> texts = pd.DataFrame({"report": ["a", "b"], "text": ["疫情防控，疫情防控", "政务公开，政务公开"]})
    >>> against_rest(texts, ["a"])[["feature", "n_target", "n_reference"]].values.tolist()
    [['疫情防控', 2, 0], ['政务公开', 0, 2]]
    >>> against_rest(texts.head(1), ["a"]).empty
    True
    """
    if missing := [name for name in ("report", "text") if name not in texts.columns]:
        raise GidtkError(f"texts have no column {missing[0]!r}: give what narratives() returns")
    if given := [name for name in ("groups", "reference") if name in options]:
        raise GidtkError(f"{given[0]} is given: groups are the reports and all others; use keyness() for other ones")
    grouped = texts.assign(group=sides(texts, reports))
    if set(grouped["group"]) != {TARGET, REST}:
        two = pd.DataFrame({"report": [TARGET, REST], "text": "", "group": [TARGET, REST]})
        options = {name: value for name, value in options.items() if name != "names"}
        return keyness(two, TARGET, groups="group", **options)
    found = keyness(grouped, TARGET, groups="group", **options)
    kept = found[~found["feature"].str.startswith(_MASK)].reset_index(drop=True)
    kept.attrs = found.attrs
    return kept
