"""The units of a panel, an agency of a region, and the report of the year before of each."""

import numpy as np
import pandas as pd

from gidtk.chains import previous_positions, unit_keys
from gidtk.flags import flagged

__all__ = ["previous", "superseded", "unit_of"]


def unit_of(frame: pd.DataFrame) -> pd.Series:
    """Return the unit of each report: region code and agency, or the agency alone.

    Parameters
    ----------
    frame : DataFrame
        ``region_code`` and ``agency``.

    Returns
    -------
    Series
        Text under the index of `frame`; missing where both are.

    Examples
    --------
    >>> unit_of(pd.DataFrame({"region_code": ["360829", None], "agency": ["甲县", "乙局"]})).tolist()
    ['360829 甲县', '乙局']
    """
    names = [None if key is None else " ".join(filter(None, key)) for key in unit_keys(frame)]
    return pd.Series(names, index=frame.index, dtype="str")


def previous(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the report of the year before of each row's unit; all missing where there is none.

    Parameters
    ----------
    panel : DataFrame
        ``region_code``, ``agency``, ``year`` and any other columns; ``scope`` decides between several of that year.

    Returns
    -------
    DataFrame
        The columns of `panel` under its index.

    Examples
    --------
    >>> panel = pd.DataFrame({"agency": ["甲", "甲"], "year": [2020, 2021], "received_total": [5, 7]})
    >>> previous(panel)["received_total"].tolist()
    [nan, 5.0]
    """
    at = previous_positions(panel)
    before = panel.reset_index(drop=True).reindex(np.where(at < 0, len(panel), at))
    return before.set_axis(panel.index)


def superseded(reports: pd.DataFrame) -> pd.Series:
    """Say of which reports the unit has one of the same year and scope that is revised.

    Parameters
    ----------
    reports : DataFrame
        ``region_code``, ``agency``, ``year``, ``scope`` and ``flags``, as ``corpus.reports``.

    Returns
    -------
    Series
        True or False under the index of `reports`, never missing.

    Examples
    --------
    >>> reports = pd.DataFrame({"region_code": "1", "agency": "甲县", "year": [2020, 2020, 2021], "scope": None})
    >>> superseded(reports.assign(flags=["", "revised", ""])).tolist()
    [True, False, False]
    """
    revised = flagged(reports, "revised")
    same = [unit_of(reports), reports["year"], reports["scope"].fillna("")]
    return ~revised & revised.groupby(same).transform("any").fillna(False).astype(bool)
