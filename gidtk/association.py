"""Measures on the two-by-two table of two things counted: how far they are from independence.

The table is [[a, b], [c, d]]: for a word in a target corpus, `a` and `b` are its occurrences in target and reference,
`c` and `d` those of all other words; for a pair of words, `a` is how often both stand together.
"""

from __future__ import annotations

from math import erfc, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["adjusted", "chi_squared", "dispersion", "expected", "log_likelihood", "p_value"]

Numbers = NDArray[np.float64]


def _table(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Numbers:
    return np.array(np.broadcast_arrays(a, b, c, d), dtype=float)


def expected(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Numbers:
    """Return the four counts that independence would give, from the margins.

    Examples
    --------
    >>> expected(10, 10, 20, 60).tolist()
    [6.0, 14.0, 24.0, 56.0]
    """
    table = _table(a, b, c, d)
    whole = np.maximum(table.sum(axis=0), 1)
    left, right = table[0] + table[2], table[1] + table[3]
    upper, lower = table[0] + table[1], table[2] + table[3]
    return np.asarray(np.array([left * upper, right * upper, left * lower, right * lower]) / whole)


def log_likelihood(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Numbers:
    """Return G², twice the log-likelihood ratio: ``2 Σ O ln(O / E)`` over the four cells; an empty cell adds nothing.

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence. Computational Linguistics,
    19(1), 61-74.

    Examples
    --------
    >>> round(float(log_likelihood(10, 10, 20, 60)), 4)
    4.4734
    """
    observed, model = _table(a, b, c, d), expected(a, b, c, d)
    there = observed > 0
    ratio = np.where(there, observed, 1) / np.where(there, model, 1)
    return np.asarray(np.maximum(2 * (observed * np.log(ratio)).sum(axis=0), 0))


def chi_squared(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Numbers:
    """Return Pearson's chi-square without correction for continuity: ``Σ (O − E)² / E``.

    Examples
    --------
    >>> round(float(chi_squared(10, 10, 20, 60)), 4)
    4.7619
    """
    observed, model = _table(a, b, c, d), expected(a, b, c, d)
    return np.asarray(np.where(model > 0, (observed - model) ** 2 / np.where(model > 0, model, 1), 0).sum(axis=0))


def p_value(statistic: ArrayLike) -> Numbers:
    """Return the probability that a chi-square of one degree of freedom is at least this large.

    Examples
    --------
    >>> round(float(p_value(3.841459)), 6)
    0.05
    """
    values = np.asarray(statistic, dtype=float)
    flat = [erfc(sqrt(value / 2)) for value in values.ravel()]
    return np.asarray(flat).reshape(values.shape)


def adjusted(p: ArrayLike) -> Numbers:
    """Return p values adjusted for testing many words: the false discovery rate of Benjamini and Hochberg.

    ``min over j >= i of p_(j) m / j`` for the i-th smallest of m, at most 1.

    References
    ----------
    Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical
    Society, Series B, 57(1), 289-300.

    Examples
    --------
    >>> adjusted([0.01, 0.04, 0.03, 0.005]).round(4).tolist()
    [0.02, 0.04, 0.04, 0.02]
    """
    values = np.asarray(p, dtype=float)
    order = np.argsort(values, kind="stable")
    scaled = values[order] * len(values) / np.arange(1, len(values) + 1)
    result = np.empty_like(values)
    result[order] = np.minimum.accumulate(scaled[::-1])[::-1].clip(max=1)
    return result


def dispersion(counts: ArrayLike, sizes: ArrayLike) -> float:
    """Return Gries's DP of a word over parts of a corpus: ``Σ |share of its occurrences − share of all words| / 2``.

    0 where it is spread as evenly as the parts are large; near 1 where few small parts hold all of it.

    Parameters
    ----------
    counts, sizes : array
        Occurrences of the word, and number of all words, in each part.

    Returns
    -------
    float
        NaN if the word does not occur.

    References
    ----------
    Gries, S. Th. (2008). Dispersions and adjusted frequencies in corpora. International Journal of Corpus Linguistics,
    13(4), 403-437. doi:10.1075/ijcl.13.4.02gri

    Examples
    --------
    >>> dispersion([4, 0], [50, 50]), dispersion([2, 2], [50, 50])
    (0.5, 0.0)
    """
    found: Any = np.asarray(counts, dtype=float)
    whole: Any = np.asarray(sizes, dtype=float)
    if not found.sum():
        return float("nan")
    return float(np.abs(found / found.sum() - whole / whole.sum()).sum() / 2)
