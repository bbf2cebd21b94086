"""Measures over groups of units: the pooled rate beside the mean and the median of rates."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from gidtk.errors import GidtkError
from gidtk.indicators import SMALL_N
from gidtk.intervals import wilson_limits

__all__ = ["POOLED_COLUMNS", "pooled"]

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


def _numbers(column: pd.Series) -> npt.NDArray[np.float64]:
    return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
