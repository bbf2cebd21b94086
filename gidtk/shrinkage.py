"""Rates of units with few cases: drawn towards what all units show; and ranks with the range that chance leaves."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from gidtk.errors import GidtkError
from gidtk.regional import rates_of

__all__ = ["RANK_COLUMNS", "SHRUNK_COLUMNS", "Prior", "fitted_prior", "rank_ranges", "shrunk"]

SHRUNK_COLUMNS = ("count", "n", "rate", "shrunk", "low", "high", "weight")
RANK_COLUMNS = ("count", "n", "rate", "rank", "low", "high")

Numbers = npt.NDArray[np.float64]


class Prior(NamedTuple):
    """How the rates of units are spread: a beta distribution, told by its mean and how alike the cases of a unit are.

    Attributes
    ----------
    mean : float
        The pooled rate of the units.
    correlation : float
        0 where the units differ by chance alone, 1 where every unit answers all cases alike; the correlation between
        two cases of one unit. ``alpha + beta`` of the beta distribution is ``(1 - correlation) / correlation``.
    """

    mean: float
    correlation: float

    @property
    def alpha(self) -> float:
        """First parameter of the beta distribution; infinite where the units differ by chance alone."""
        return self.mean * self._size

    @property
    def beta(self) -> float:
        """Second parameter of the beta distribution."""
        return (1 - self.mean) * self._size

    @property
    def _size(self) -> float:
        return np.inf if self.correlation == 0 else (1 - self.correlation) / self.correlation


def fitted_prior(counts: Any, n: Any) -> Prior:
    """Fit the beta distribution that the rates of units were drawn from, by moments.

    Parameters
    ----------
    counts, n : Series or sequence
        Cases that count, and cases in all, of every unit; those that make no share are left out.

    Returns
    -------
    Prior
        NaN without two units or with a pooled rate of 0 or 1.

    Notes
    -----
    With *k* units, ``N`` the sum of n, ``p`` the pooled rate and ``S = Σ n (rate - p)²``::

        correlation = (S / (p (1 - p)) - (k - 1)) / (N - Σ n² / N - (k - 1))

    held within 0 and 1: of what the rates vary, the part that chance does not bring. Units with more cases weigh more.

    References
    ----------
    Kleinman, J. C. (1973). Proportions with extraneous variance: single and independent samples. *Journal of the
    American Statistical Association*, 68(341), 46-54.

    Examples
    --------
    >>> prior = fitted_prior([9, 80, 30], [11, 100, 100])
    >>> round(prior.mean, 3), round(prior.correlation, 3)
    (0.564, 0.457)
    """
    rates = rates_of(counts, n).dropna()
    count, cases = (rates[name].to_numpy(dtype=np.float64) for name in ("count", "n"))
    if len(cases) < 2 or not 0 < count.sum() < cases.sum():
        return Prior(float("nan"), float("nan"))
    mean, whole, spare = count.sum() / cases.sum(), cases.sum(), len(cases) - 1
    variation = (cases * (count / cases - mean) ** 2).sum() / (mean * (1 - mean))
    room = whole - (cases**2).sum() / whole - spare
    correlation = (variation - spare) / room if room > 0 else 0.0
    return Prior(float(mean), float(min(max(correlation, 0.0), 1.0)))


def shrunk(counts: Any, n: Any, prior: Prior | None = None) -> pd.DataFrame:
    """Draw the rates of units towards the rate of all of them, the more so the fewer cases a unit has.

    Parameters
    ----------
    counts, n : Series or sequence
        Cases that count, and cases in all, of every unit.
    prior : Prior, optional
        How rates are spread; :func:`fitted_prior` of these units if not given.

    Returns
    -------
    DataFrame
        One row a unit under the index of `counts`: ``count``, ``n``, ``rate``, ``shrunk`` (0 to 1), its 95 % interval
        ``low`` to ``high``, and ``weight``, what the unit's own rate weighs in it (0 to 1). Missing where there is no
        rate, and ``shrunk`` and what follows also where no prior can be fitted.

    Notes
    -----
    ``shrunk = (count + alpha) / (n + alpha + beta)``, with the beta distribution of :func:`fitted_prior`: the mean of
    what is known of a unit's rate after its cases were seen (empirical Bayes); the interval holds the middle 95 % of
    it. It takes the prior as known for certain, and is somewhat too narrow with few units. Where the units differ by
    chance alone every rate is drawn to the pooled one.

    References
    ----------
    Kleinman, J. C. (1973). Proportions with extraneous variance: single and independent samples. *Journal of the
    American Statistical Association*, 68(341), 46-54.

    Examples
    --------
    >>> shrunk([0, 80, 30], [2, 100, 100])[["rate", "shrunk", "weight"]].round(2).values.tolist()
    [[0.0, 0.18, 0.67], [0.8, 0.8, 0.99], [0.3, 0.3, 0.99]]
    """
    rates = rates_of(counts, n)
    prior = fitted_prior(counts, n) if prior is None else prior
    count, cases, rate = (rates[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in SHRUNK_COLUMNS[:3])
    parts = _posterior(count, cases, rate, prior)
    return rates.assign(**dict(zip(SHRUNK_COLUMNS[3:], parts, strict=True))).astype("Float64")


def _posterior(count: Numbers, n: Numbers, rate: Numbers, prior: Prior) -> tuple[Numbers, ...]:
    """Return mean, limits and the weight of the unit's own rate."""
    if prior.correlation == 0:
        middle = np.where(np.isnan(n), np.nan, prior.mean)
        return middle, middle, middle, middle * 0
    if prior.correlation == 1:
        return rate, rate, rate, np.where(np.isnan(n), np.nan, 1.0)
    alpha, beta = count + prior.alpha, n - count + prior.beta
    low, high = (special.betaincinv(alpha, beta, q) for q in (0.025, 0.975))
    return alpha / (alpha + beta), low, high, n / (alpha + beta)


def rank_ranges(counts: Any, n: Any, *, draws: int = 4000, seed: int = 2019, least: int = 10) -> pd.DataFrame:
    """Rank units by their rates, each rank with the range that so few cases leave it.

    Parameters
    ----------
    counts, n : Series or sequence
        Cases that count, and cases in all, of every unit.
    draws : int, optional
        How many times the rates are drawn.
    seed : int, optional
        Of the random numbers: the same seed gives the same ranges.
    least : int, optional
        Units with fewer cases have no rank.

    Returns
    -------
    DataFrame
        One row a unit under the index of `counts`: ``count``, ``n``, ``rate``, ``rank`` (``Float64``; 1 is the highest
        rate, equal rates share the mean of their places), and ``low`` to ``high``, the middle 95 % of its ranks over
        the draws. Rank and range are missing where there is no rate, or too few cases.

    Raises
    ------
    GidtkError
        If the two are not of one length, or `draws` is below 100.

    Notes
    -----
    Each unit's rate is drawn from the beta distribution with ``count + 1/2`` and ``n - count + 1/2``, what its own
    cases leave open (Jeffreys). A rank compares what is not alike: regions with other laws, requests and habits of
    counting. A table of ranks without these ranges says more than is known; this package shows none by itself.

    References
    ----------
    Goldstein, H., & Spiegelhalter, D. J. (1996). League tables and their limitations: statistical issues in comparisons
    of institutional performance. *Journal of the Royal Statistical Society: Series A*, 159(3), 385-443.

    Examples
    --------
    >>> rank_ranges([9, 80, 30, 1], [11, 100, 100, 2])[["rank", "low", "high"]].values.tolist()
    [[1.0, 1.0, 2.0], [2.0, 1.0, 2.0], [3.0, 3.0, 3.0], [<NA>, <NA>, <NA>]]
    """
    if draws < 100:
        raise GidtkError(f"draws {draws}: give 100 or more, for the ends of a range to mean anything")
    rates = rates_of(counts, n)
    kept = (rates["n"] >= least).fillna(False).to_numpy(dtype=bool)
    count, cases = (rates.loc[kept, name].to_numpy(dtype=np.float64) for name in ("count", "n"))
    random = np.random.default_rng(seed)
    drawn = random.beta(count + 0.5, cases - count + 0.5, size=(draws, len(cases)))
    places = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    found = np.full((3, len(rates)), np.nan)
    found[0, kept] = rates.loc[kept, "rate"].rank(ascending=False).to_numpy(dtype=np.float64)
    if len(cases):
        found[1:, kept] = np.quantile(places, (0.025, 0.975), axis=0, method="nearest")
    return rates.assign(**dict(zip(RANK_COLUMNS[3:], found, strict=True))).astype("Float64")
