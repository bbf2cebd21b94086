"""Intervals of shares, of their differences and of growth: 95 % unless told otherwise, missing in, missing out."""

import numpy as np
import numpy.typing as npt

__all__ = ["Z95", "difference_limits", "growth_limits", "wilson", "wilson_limits"]

Z95 = 1.959963984540054
Numbers = npt.NDArray[np.float64]


def wilson(count: float, n: float, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson score interval of a share, 95 % unless told otherwise.

    Parameters
    ----------
    count, n : float
        Cases that count, and cases in all; `n` above 0.
    z : float, optional
        Quantile of the normal distribution.

    Returns
    -------
    tuple of float
        Lower and upper limit, within 0 and 1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of the
    American Statistical Association*, 22(158), 209-212.

    Examples
    --------
    >>> [round(limit, 3) for limit in wilson(9, 11)]
    [0.523, 0.949]
    """
    low, high = wilson_limits(np.array([count], dtype=np.float64), np.array([n], dtype=np.float64), z)
    return float(low[0]), float(high[0])


def wilson_limits(count: Numbers, n: Numbers, z: float = Z95) -> tuple[Numbers, Numbers]:
    """Return Wilson score intervals of many shares; NaN where `n` is 0, below `count` or missing.

    Examples
    --------
    >>> low, high = wilson_limits(np.array([9.0, 1.0]), np.array([11.0, 0.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.523, nan], [0.949, nan])
    """
    with np.errstate(all="ignore"):
        share = np.where((n > 0) & (count >= 0) & (count <= n), count / n, np.nan)
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return np.maximum(0.0, middle - half), np.minimum(1.0, middle + half)


def difference_limits(
    count: Numbers, n: Numbers, less_count: Numbers, less_n: Numbers, z: float = Z95
) -> tuple[Numbers, Numbers]:
    """Return intervals of the difference of two independent shares, by the hybrid score method.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of
    eleven methods. *Statistics in Medicine*, 17(8), 873-890. Method 10.

    Examples
    --------
    >>> low, high = difference_limits(*(np.array([float(x)]) for x in (56, 70, 48, 80)))
    >>> float(low[0].round(4)), float(high[0].round(4))
    (0.0524, 0.3339)
    """
    (low, high), (less_low, less_high) = wilson_limits(count, n, z), wilson_limits(less_count, less_n, z)
    with np.errstate(all="ignore"):
        share, less = count / n, less_count / less_n
        gap = share - less
        below = np.sqrt((share - low) ** 2 + (less_high - less) ** 2)
        above = np.sqrt((high - share) ** 2 + (less - less_low) ** 2)
    return gap - below, gap + above


def growth_limits(now: Numbers, before: Numbers, z: float = Z95) -> tuple[Numbers, Numbers]:
    """Return intervals of the growth of a count that varies as a Poisson count does; NaN where one of the two is 0.

    The interval is that of the log of the ratio, with variance ``1 / now + 1 / before``. Counts of requests vary
    more than that where few people file many: it is the narrowest that can be defended.

    Examples
    --------
    >>> low, high = growth_limits(np.array([120.0]), np.array([100.0]))
    >>> float(low[0].round(3)), float(high[0].round(3))
    (-0.08, 0.565)
    """
    with np.errstate(all="ignore"):
        known = (now > 0) & (before > 0)
        log_ratio = np.where(known, np.log(now / before), np.nan)
        half = z * np.sqrt(1 / now + 1 / before)
    return np.exp(log_ratio - half) - 1, np.exp(log_ratio + half) - 1
