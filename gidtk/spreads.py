"""How a quantity is spread over units: quantiles, and how far from equal it is."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gidtk.errors import GidtkError

__all__ = ["SPREAD_NAMES", "spread", "spreads"]

SPREAD_NAMES = ("units", "p10", "p25", "median", "p75", "p90", "p90_p10", "iqr", "gini", "theil")

Numbers = npt.NDArray[np.float64]


def spread(values: Any, weights: Any = None) -> pd.Series:
    """Tell how a quantity is spread over units.

    Parameters
    ----------
    values : Series or sequence
        One number a unit, such as requests, or requests per 10,000 inhabitants; missing ones are left out.
    weights : Series or sequence, optional
        What each unit weighs, such as its population: then `values` must be per head, and the measures are those among
        people. Units without a weight above 0 are left out.

    Returns
    -------
    Series
        ``units``; ``p10`` to ``p90`` with ``p90_p10`` and ``iqr``, their differences, in the unit of the values;
        ``gini`` (0: all equal, towards 1: one has all) and ``theil`` (0: all equal), missing where a value is below 0
        or all are 0. All missing without a unit. (``Float64``)

    Raises
    ------
    GidtkError
        If values and weights are not of one length.

    Notes
    -----
    Quantiles are those of the weighted distribution function, linear between the midpoints of the units' weights; Gini
    is ``Σ Σ w w' |y - y'| / (2 W² mean)``, Theil ``Σ w y/mean ln(y/mean) / W`` (0 ln 0 is 0), W the sum of weights.
    The Gini of few units cannot reach 1: with k equal weights it is at most ``1 - 1/k``.

    References
    ----------
    Cowell, F. A. (2011). *Measuring Inequality* (3rd ed.). Oxford University Press.

    Examples
    --------
    >>> spread([0, 0, 0, 8])[["median", "gini"]].tolist()
    [0.0, 0.75]
    """
    numbers = _numbers(values)
    weight = np.ones(len(numbers)) if weights is None else _numbers(weights)
    if len(weight) != len(numbers):
        raise GidtkError(f"{len(numbers)} values and {len(weight)} weights: give one weight for each value")
    known = ~np.isnan(numbers) & (weight > 0)
    y, w = numbers[known], weight[known]
    found: list[Any] = [float(len(y)), *[np.nan] * (len(SPREAD_NAMES) - 1)]
    if len(y):
        order = np.argsort(y, kind="stable")
        y, w = y[order], w[order]
        places = (np.cumsum(w) - w / 2) / w.sum()
        p10, p25, p50, p75, p90 = np.interp([0.1, 0.25, 0.5, 0.75, 0.9], places, y).tolist()
        found[1:] = [p10, p25, p50, p75, p90, p90 - p10, p75 - p25, *_inequality(y, w)]
    return pd.Series(found, index=list(SPREAD_NAMES)).astype("Float64")


def _inequality(y: Numbers, w: Numbers) -> tuple[float, float]:
    """Return Gini and Theil of values in rising order."""
    mean = (w * y).sum() / w.sum()
    if y[0] < 0 or mean == 0:
        return np.nan, np.nan
    below = np.cumsum(w) - w / 2  # of each value, the weight below it and half its own
    gini = 2 * (w * y * below).sum() / (w.sum() ** 2 * mean) - 1
    share = y / mean
    theil = (w * share * np.log(np.where(share > 0, share, 1.0))).sum() / w.sum()
    return float(max(gini, 0.0)), float(max(theil, 0.0))


def spreads(frame: pd.DataFrame, by: list[str], weights: str | None = None) -> pd.DataFrame:
    """Tell how the values of indicators are spread over units, group by group.

    Parameters
    ----------
    frame : DataFrame
        As :func:`gidtk.indicators` gives it, with any grouping column and weights merged in.
    by : list of str
        The grouping columns, such as ``["year"]``; indicators (``id``) are always kept apart.
    weights : str, optional
        The column with what each unit weighs.

    Returns
    -------
    DataFrame
        ``id``, the grouping columns, and the measures of :func:`spread`.

    Raises
    ------
    GidtkError
        If `by` is a string or a column is missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": "new_requests", "year": 2021, "value": [10.0, 30.0]})
    >>> spreads(frame, ["year"])[["id", "year", "units", "median", "gini"]].values.tolist()
    [['new_requests', 2021, 2.0, 20.0, 0.25]]
    """
    if isinstance(by, str):
        raise GidtkError(f"by must be a list of columns, got the string {by!r}; write [{by!r}]")
    keys = list(dict.fromkeys(["id", *by]))
    if gone := [name for name in (*keys, "value", *([weights] if weights else [])) if name not in frame.columns]:
        raise GidtkError(
            f"a frame without column {', '.join(gone)}: give it as indicators() made it, with groups merged"
        )
    rows = [
        (*(key if isinstance(key, tuple) else (key,)), *spread(own["value"], own[weights] if weights else None))
        for key, own in frame.groupby(keys, sort=True, dropna=False)
    ]
    found = pd.DataFrame(rows, columns=[*keys, *SPREAD_NAMES])
    return found.astype({**frame[keys].dtypes.to_dict(), **dict.fromkeys(SPREAD_NAMES, "Float64")})


def _numbers(values: Any) -> Numbers:
    series = values if isinstance(values, pd.Series) else pd.Series(list(values))
    return np.asarray(series.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
