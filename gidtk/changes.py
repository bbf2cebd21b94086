"""What changed a pooled rate: the units' own rates, their weights, or units that came and went."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gidtk.errors import GidtkError
from gidtk.regional import rates_of

__all__ = ["CHANGE_COLUMNS", "contributions"]

CHANGE_COLUMNS = (
    "count_before", "n_before", "rate_before", "count", "n", "rate", "within", "composition", "entry", "total",
)  # fmt: skip


def contributions(before: pd.DataFrame, after: pd.DataFrame, unit: str = "unit") -> pd.DataFrame:
    """Divide the change of a pooled rate among the units, and into what each did and what it weighs.

    Parameters
    ----------
    before, after : DataFrame
        One row a unit: the column `unit`, ``count`` and ``n``, as :func:`gidtk.indicators` gives them for two years.
        Units with no rate are left out of their year.
    unit : str, optional
        The column that names the units.

    Returns
    -------
    DataFrame
        One row a unit, by name: `unit`, ``count_before``, ``n_before``, ``rate_before``, ``count``, ``n``, ``rate``
        (missing where the unit has no rate in that year), and its contributions to the change of the pooled rate, in
        the rate's unit: ``within`` (its rate changed), ``composition`` (it weighs more or less among all cases),
        ``entry`` (it is in one year only), ``total``. Those of all units add up to the change of the pooled rate.

    Raises
    ------
    GidtkError
        If a column is missing or a unit stands twice in one year.

    Notes
    -----
    With *w* a unit's share of all cases, *r* its rate, a bar for the mean of both years and *R* the pooled rate::

        within = (w + w') / 2 (r' - r)      composition = ((r + r') / 2 - R̄) (w' - w)

    A unit that is in one year only gives ``w' (r' - R̄)`` or ``-w (r - R̄)``. A large part of composition means that
    the pooled rate moved though the units did not.

    References
    ----------
    Kitagawa, E. M. (1955). Components of a difference between two rates. *Journal of the American Statistical
    Association*, 50(272), 1168-1194.

    Examples
    --------
    >>> before = pd.DataFrame({"unit": ["甲", "乙"], "count": [50, 10], "n": [100, 100]})
    >>> after = pd.DataFrame({"unit": ["甲", "乙"], "count": [50, 90], "n": [100, 300]})
    >>> contributions(before, after)[["within", "composition", "total"]].round(3).values.tolist()
    [[0.125, -0.031, 0.094], [0.0, -0.044, -0.044]]
    """
    one, other = _year(before, unit), _year(after, unit)
    frame = pd.concat([one.add_suffix("_before"), other], axis=1).sort_index()
    w, w2 = (_filled(frame[name] / frame[name].sum(), 0.0) for name in ("n_before", "n"))
    r, r2 = (_filled(frame[name], np.nan) for name in ("rate_before", "rate"))
    middle = (np.nansum(w * r) + np.nansum(w2 * r2)) / 2
    both = ~np.isnan(r) & ~np.isnan(r2)
    within = np.where(both, (w + w2) / 2 * (r2 - r), 0.0)
    composition = np.where(both, ((r + r2) / 2 - middle) * (w2 - w), 0.0)
    entry = np.where(both, 0.0, np.nan_to_num(w2 * (r2 - middle)) - np.nan_to_num(w * (r - middle)))
    if not (len(one) and len(other)):  # no pooled rate in one of the years, and no change of it
        within = composition = entry = np.full(len(frame), np.nan)
    parts = {"within": within, "composition": composition, "entry": entry, "total": within + composition + entry}
    found = frame.assign(**parts)[list(CHANGE_COLUMNS)].astype("Float64")
    return found.rename_axis(unit).reset_index().astype({unit: "str"})


def _year(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    if gone := [name for name in (unit, "count", "n") if name not in frame.columns]:
        raise GidtkError(f"a frame without column {', '.join(gone)}: give it as indicators() made it, with its units")
    rates = rates_of(frame["count"], frame["n"]).set_axis(pd.Index(frame[unit].astype("str"), name=unit)).dropna()
    if rates.index.has_duplicates:
        twice = rates.index[rates.index.duplicated()][0]
        raise GidtkError(f"unit {twice} stands twice in one year: give one measure and one year, each unit once")
    return rates


def _filled(column: pd.Series, gap: float) -> npt.NDArray[np.float64]:
    return np.asarray(column.to_numpy(dtype=np.float64, na_value=gap), dtype=np.float64)
