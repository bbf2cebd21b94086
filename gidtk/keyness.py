"""Keyness (关键性): words that one group of texts has more often, or less often, than the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from gidtk.association import adjusted, chi_squared, expected, log_likelihood, p_value
from gidtk.dictionary import Word
from gidtk.documents import Groups, Texts, as_text, documents, group_of, result, some, tokenizer_for
from gidtk.errors import GidtkError
from gidtk.tokens import Tokenizer

__all__ = ["keyness"]

_FLOATS = ("g2", "chi2", "p", "p_adjusted", "log_ratio")
_COLUMNS = {
    "feature": "str",
    **dict.fromkeys(_FLOATS, "float64"),
    "n_target": "int64",
    "n_reference": "int64",
    "rate_target": "float64",
    "rate_reference": "float64",
    "docfreq_target": "int64",
    "docfreq_reference": "int64",
    "dp_target": "Float64",
    "dp_reference": "Float64",
}
Counts = dict[str, Counter[str]]


def keyness(
    texts: Texts,
    target: object,
    *,
    groups: Groups,
    reference: Sequence[object] | None = None,
    min_frequency: int = 2,
    remove: Iterable[str] = ("function", "report"),
    names: Iterable[str] = (),
    words: Iterable[Word] = (),
    tokenizer: Tokenizer | None = None,
    n: int | None = None,
) -> pd.DataFrame:
    """Compare the words of one group with those of the others, as quanteda's ``textstat_keyness`` does.

    ``g2`` is the log-likelihood ratio of the table of a word against all other words, in target and reference (four
    cells); ``chi2`` is Pearson's without correction. Both carry a minus where the target has the word *less* often.
    They say how sure it is that the rates differ, and grow with the corpus: they must not be compared between pairs of
    corpora of different size. How much the rates differ is ``log_ratio = log2(rate_target / rate_reference)``: 1 is
    twice as often; a count of 0 is taken as 0.5. A word of one report only (high ``dp_target``, ``docfreq_target`` 1)
    is no property of the group, whatever its g2: p values treat words as drawn one by one, which they are not.

    Parameters
    ----------
    texts
        A mapping, a Series, or a frame with a column ``text``; see `gidtk.frequency`.
    target
        The group whose words are looked for.
    groups
        The group of every document: a variable of the frame (``"year"``), or a mapping or Series by document name.
    reference
        The groups to compare with; all others by default.
    min_frequency
        Leave out words with fewer occurrences in target and reference together. The p values are adjusted for as many
        tests as words are left, so choose it before looking.
    remove, names, words, tokenizer
        As for `gidtk.frequency`.
    n
        Keep the `n` words with the highest and the `n` with the lowest g2 only.

    Returns
    -------
    DataFrame
        One row a word, signed g2 from high to low, then by code point: ``feature``; ``g2``, ``chi2`` (signed); ``p``
        (of g2, one degree of freedom); ``p_adjusted`` (Benjamini-Hochberg); ``log_ratio``; ``n_target``,
        ``n_reference`` (occurrences); ``rate_target``, ``rate_reference`` (per 1,000 words); ``docfreq_target``,
        ``docfreq_reference`` (documents with the word); ``dp_target``, ``dp_reference`` (Gries's DP over documents, 0
        even, 1 all in one; missing where the word does not occur). Empty if either side has no word.

    Raises
    ------
    GidtkError
        If `target` or a reference is no group, the target is its own reference, or there is nothing to compare with;
        if `min_frequency` or `n` is below 1; for the rest as for `gidtk.frequency`.

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence. Computational Linguistics,
    19(1), 61-74.

    Gries, S. Th. (2008). Dispersions and adjusted frequencies in corpora. International Journal of Corpus Linguistics,
    13(4), 403-437. doi:10.1075/ijcl.13.4.02gri

    Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical
    Society, Series B, 57(1), 289-300.

    Examples
    --------
    >>> texts = {"2020": "疫情防控，疫情防控，政务公开", "2021": "政务公开，政务公开，政策解读"}
    >>> found = keyness(texts, "2020", groups={"2020": 2020, "2021": 2021})
    >>> found[["feature", "g2", "log_ratio", "n_target", "n_reference"]].round(3)
      feature     g2  log_ratio  n_target  n_reference
    0    疫情防控  3.819        2.0         2            0
    1    政务公开 -0.680       -1.0         1            2
    """
    for value, what in [(min_frequency, "min_frequency"), (1 if n is None else n, "n")]:
        if value < 1:
            raise GidtkError(f"{what} must be at least 1, got {value}")
    cutter = tokenizer_for(words, tokenizer)
    given = documents(texts, names)
    group = group_of(given, groups)
    chosen = _sides(sorted(set(group.values())), as_text(target), reference)
    counted = {name: Counter(found) for name, found in given.words(cutter, remove).items()}
    sides = [{name: counts for name, counts in counted.items() if group[name] in side} for side in chosen]
    frame = result(_rows(sides[0], sides[1], min_frequency), _COLUMNS, cutter)
    return frame if n is None or len(frame) <= 2 * n else pd.concat([frame.head(n), frame.tail(n)], ignore_index=True)


def _sides(known: list[str], target: str, reference: Sequence[object] | None) -> tuple[list[str], list[str]]:
    given = [reference] if isinstance(reference, str) else reference
    against = [name for name in known if name != target] if given is None else [as_text(name) for name in given]
    if absent := [name for name in (target, *against) if name not in known]:
        raise GidtkError(f"no document is in the group {absent[0]!r}; the groups are: {some(known)}")
    if not against or target in against:
        raise GidtkError(f"nothing to compare the group {target!r} with; the groups are: {some(known)}")
    return [target], against


def _rows(target: Counts, reference: Counts, least: int) -> list[tuple[Any, ...]]:
    sums = [_total(side) for side in (target, reference)]
    sizes = [side.total() for side in sums]
    features = sorted(word for word, count in (sums[0] + sums[1]).items() if count >= least)
    if not features or not all(sizes):
        return []
    a, b = (np.array([side[word] for word in features], dtype=float) for side in sums)
    table = (a, b, sizes[0] - a, sizes[1] - b)
    sign = np.where(a >= expected(*table)[0], 1.0, -1.0)
    g2 = log_likelihood(*table)
    p = p_value(g2)
    ratio = np.log2(np.maximum(a, 0.5) / sizes[0]) - np.log2(np.maximum(b, 0.5) / sizes[1])
    numbers = zip(sign * g2, sign * chi_squared(*table), p, adjusted(p), ratio, strict=True)
    spreads = [_spread(side, features) for side in (target, reference)]
    rows = [
        (
            word,
            *measures,
            *(side[word] for side in sums),
            *(1000 * side[word] / size for side, size in zip(sums, sizes, strict=True)),
            *(spread[word][0] for spread in spreads),
            *(spread[word][1] for spread in spreads),
        )
        for word, measures in zip(features, numbers, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _total(counts: Counts) -> Counter[str]:
    total: Counter[str] = Counter()
    for found in counts.values():
        total.update(found)
    return total


def _spread(counts: Counts, features: list[str]) -> dict[str, tuple[int, float | None]]:
    """In how many documents each word stands, and its DP: what documents without it lack, and the others' distance."""
    sizes = {name: found.total() for name, found in counts.items()}
    whole = sum(sizes.values())
    total = _total(counts)
    holding: dict[str, list[str]] = {word: [] for word in features}
    for name, found in counts.items():
        for word in found:
            if word in holding:
                holding[word].append(name)
    spread: dict[str, tuple[int, float | None]] = {}
    for word, names in holding.items():
        far = sum(abs(counts[name][word] / total[word] - sizes[name] / whole) for name in names)
        absent = 1 - sum(sizes[name] for name in names) / whole
        spread[word] = (len(names), max(0.0, far + absent) / 2 if names else None)
    return spread
