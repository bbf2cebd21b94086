"""Measures over groups of units: the pooled rate beside the mean of rates, and the limits that chance draws."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from gidtk.errors import GidtkError
from gidtk.indicators import SMALL_N
from gidtk.intervals import wilson_limits

__all__ = ["FUNNEL_COLUMNS", "POOLED_COLUMNS", "dispersion", "funnel", "funnel_limits", "pooled", "rates_of"]

POOLED_COLUMNS = (
    "units",
    "small_units",
    "count",
    "n",
    "pooled_rate",
    "low",
    "high",
    "mean_of_rates",
    "median_of_rates",
)
_WHOLE = ("units", "small_units")

_TAILS = {"low95": 0.025, "high95": 0.025, "low998": 0.001, "high998": 0.001}  # what may lie beyond each limit
FUNNEL_COLUMNS = ("count", "n", "rate", "target", *_TAILS, "outside")

Numbers = npt.NDArray[np.float64]


def pooled(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Pool the rates of units by group.

    Parameters
    ----------
    frame : DataFrame
        Shares as :func:`gidtk.indicators.indicators` gives them, with any grouping column merged in.
    by : sequence of str
        The grouping columns; measures (``id``) are always kept apart.

    Returns
    -------
    DataFrame
        ``id``, the grouping columns, ``units`` (those with a count within a known n above 0), ``small_units`` (of
        these, with n below 30), ``count`` and ``n`` (their sums), ``pooled_rate`` (Σa/Σb, 0 to 1) with its Wilson 95 %
        interval ``low`` to ``high``, ``mean_of_rates`` and ``median_of_rates`` (of a/b). Missing without a unit.

    Raises
    ------
    GidtkError
        If `by` is a string, or a column is missing.

    Notes
    -----
    The pooled rate weighs requests, the mean of rates weighs units: never compare the one with the other. The interval
    takes all requests of a group as alike; where units differ it is too narrow.

    Examples
    --------
    >>> rates = pd.DataFrame({"id": "grant_rate", "year": 2021, "count": [9.0, 50.0], "n": [10.0, 100.0]})
    >>> pooled(rates, ["year"])[["pooled_rate", "mean_of_rates", "small_units"]].round(3).values.tolist()
    [[0.536, 0.7, 1]]
    """
    if isinstance(by, str):
        raise GidtkError(f"by must be a list of columns, got the string {by!r}; write [{by!r}]")
    keys = list(dict.fromkeys(["id", *by]))
    if gone := [name for name in (*keys, "count", "n") if name not in frame.columns]:
        raise GidtkError(
            f"a frame without column {', '.join(gone)}: give it as indicators() made it, with groups merged"
        )
    count, n = (frame[name].astype("Float64") for name in ("count", "n"))
    known = ((n > 0) & (count >= 0) & (count <= n)).fillna(False)
    rate = (count / n).where(known)
    parts = frame[keys].assign(
        _unit=known.astype("Int64"),
        _small=(known & (n < SMALL_N)).fillna(False).astype("Int64"),
        _count=count.where(known),
        _n=n.where(known),
        _rate=rate,
    )
    groups = parts.groupby(keys, sort=True, dropna=False)
    found = pd.DataFrame(
        {
            "units": groups["_unit"].sum(),
            "small_units": groups["_small"].sum(),
            "count": groups["_count"].sum(min_count=1),
            "n": groups["_n"].sum(min_count=1),
            "mean_of_rates": groups["_rate"].mean(),
            "median_of_rates": groups["_rate"].median(),
        }
    ).reset_index()
    low, high = wilson_limits(_numbers(found["count"]), _numbers(found["n"]))
    found = found.assign(pooled_rate=found["count"] / found["n"], low=low, high=high)
    dtypes = {name: "Int64" if name in _WHOLE else "Float64" for name in POOLED_COLUMNS}
    return found.astype(dtypes)[[*keys, *POOLED_COLUMNS]]


def _numbers(column: pd.Series) -> Numbers:
    return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)


def rates_of(counts: Any, n: Any) -> pd.DataFrame:
    """Return counts and n side by side as numbers, both missing where they make no share.

    Parameters
    ----------
    counts, n : Series or sequence
        Cases that count, and cases in all; of one length.

    Returns
    -------
    DataFrame
        ``count``, ``n``, ``rate`` (``Float64``) under the index of `counts`. All missing where one of the two is, where
        n is 0 or the count exceeds it.

    Raises
    ------
    GidtkError
        If the two are not of one length.

    Examples
    --------
    >>> rates_of([9, 3], [11, 0])["rate"].round(2).tolist()
    [0.82, <NA>]
    """
    above, below = (values if isinstance(values, pd.Series) else pd.Series(list(values)) for values in (counts, n))
    if len(above) != len(below):
        raise GidtkError(f"{len(above)} counts and {len(below)} n: give one n for each count")
    count, cases = above.astype("Float64"), below.astype("Float64").set_axis(above.index)
    known = ((cases > 0) & (count >= 0) & (count <= cases)).fillna(False).astype(bool)
    return pd.DataFrame({"count": count, "n": cases, "rate": count / cases}).where(known)


def funnel(counts: Any, n: Any, target: float | None = None) -> pd.DataFrame:
    """Hold the rate of every unit against what chance alone would give with its n: the limits of a funnel plot.

    Parameters
    ----------
    counts, n : Series or sequence
        Cases that count, and cases in all, of every unit.
    target : float, optional
        The rate that the limits are drawn around, 0 to 1; the pooled rate of the units if not given.

    Returns
    -------
    DataFrame
        One row a unit under the index of `counts`: ``count``, ``n``, ``rate``, ``target``, ``low95`` to ``high95`` and
        ``low998`` to ``high998``, the limits within which the rate of a unit with this n and the target as its chance
        would lie 95 and 99.8 times of 100 (``Float64``, 0 to 1), and ``outside``: ``""`` within both, else the
        outermost limit passed (``low95``, ``high95``, ``low998``, ``high998``). All missing where there is no rate.

    Raises
    ------
    GidtkError
        If the two are not of one length, or the target is no rate.

    Notes
    -----
    The limits are those of the binomial distribution itself, with interpolation between whole counts: with *r* the
    smallest count of which ``P(X <= r)`` exceeds *q* (0.025, 0.001), the lower limit is ``(r - a) / n`` where ``a`` is
    ``(P(X <= r) - q) / P(X = r)``; the upper one is drawn in the same way from the cases that do not count. Of 1,000
    units that differ by chance alone, no more than 50 lie outside the first limits and 2 outside the second. Where
    :func:`dispersion` is far above 1 the units differ more than chance allows, and the limits tell little of the single
    one. Outside is not bad: ask what the unit does otherwise, or counts otherwise.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. *Statistics in Medicine*, 24(8),
    1185-1202.

    Examples
    --------
    >>> frame = funnel([9, 80, 30], [11, 100, 100])
    >>> frame["outside"].tolist(), frame.loc[1, ["low998", "high998"]].round(2).tolist()
    (['', 'high998', 'low998'], [0.4, 0.72])
    """
    if target is not None and not 0 <= target <= 1:
        raise GidtkError(f"target {target}: give a rate from 0 to 1")
    rates = rates_of(counts, n)
    limits = funnel_limits(rates["n"], _pooled_rate(rates) if target is None else target)
    frame = pd.concat([rates, limits.drop(columns="n")], axis=1)
    outside = pd.Series("", index=frame.index, dtype="str").where(frame["rate"].notna())
    for name in ("low95", "high95", "low998", "high998"):
        side = frame["rate"] < frame[name] if name.startswith("low") else frame["rate"] > frame[name]
        outside = outside.mask(side.fillna(False).astype(bool), name)
    return frame.assign(outside=outside)[list(FUNNEL_COLUMNS)]


def _pooled_rate(rates: pd.DataFrame) -> float:
    known = rates.dropna()
    return float(known["count"].sum() / known["n"].sum()) if len(known) else float("nan")


def funnel_limits(n: Any, target: float) -> pd.DataFrame:
    """Return the limits of a funnel plot for any n: the curves beside the points of :func:`funnel`.

    Parameters
    ----------
    n : Series or sequence
        Cases in all.
    target : float
        The rate that the limits are drawn around.

    Returns
    -------
    DataFrame
        ``n``, ``target``, ``low95``, ``high95``, ``low998``, ``high998`` (``Float64``); missing where n is 0 or
        missing.

    Examples
    --------
    >>> funnel_limits([10, 1000], 0.5)[["low95", "high95"]].round(3).values.tolist()
    [[0.132, 0.868], [0.469, 0.531]]
    """
    series = (n if isinstance(n, pd.Series) else pd.Series(list(n))).astype("Float64")
    cases = _numbers(series.where(series > 0))
    columns = {
        name: _low(tail, cases, target) if name.startswith("low") else 1 - _low(tail, cases, 1 - target)
        for name, tail in _TAILS.items()
    }
    frame = pd.DataFrame({"n": cases, "target": np.where(np.isnan(cases), np.nan, target), **columns})
    return frame.set_axis(series.index).astype("Float64")


def _low(tail: float, n: Numbers, rate: float) -> Numbers:
    """Return the lower limit of a binomial share, interpolated between whole counts: no more than `tail` lies below."""
    low, high = np.full(len(n), -1.0), n.copy()  # P(X <= low) <= tail < P(X <= high)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        over = _at_most(middle, n, rate) > tail
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    below, upto = _at_most(high - 1, n, rate), _at_most(high, n, rate)
    with np.errstate(all="ignore"):
        limit = (high - (upto - tail) / (upto - below)) / n
    return np.clip(limit, 0.0, 1.0)


def _at_most(count: Numbers, n: Numbers, rate: float) -> Numbers:
    """Return the probability of at most so many of n."""
    with np.errstate(all="ignore"):
        inner: Numbers = special.betainc(n - count, count + 1, 1 - rate)
    return np.where(count < 0, 0.0, np.where(count >= n, 1.0, inner))


def dispersion(counts: Any, n: Any, target: float | None = None) -> float:
    """Return how much more the rates of units vary than chance allows: 1 for chance alone.

    Parameters
    ----------
    counts, n, target
        As for :func:`funnel`.

    Returns
    -------
    float
        The mean of the squared standard scores of the rates around the target; NaN where there is no rate, or where
        the target is 0 or 1.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. *Statistics in Medicine*, 24(8),
    1185-1202.

    Examples
    --------
    >>> round(dispersion([9, 80, 30], [11, 100, 100]), 1)
    18.0
    """
    rates = funnel(counts, n, target).dropna(subset=["rate"])
    if rates.empty or not 0 < rates["target"].iloc[0] < 1:
        return float("nan")
    variance = rates["target"] * (1 - rates["target"]) / rates["n"]
    return float(((rates["rate"] - rates["target"]) ** 2 / variance).mean())
