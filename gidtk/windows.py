"""The rules over many reports, drawn over a whole corpus: a few units at a time, so that memory stays flat."""

from collections.abc import Collection, Iterator
from typing import Protocol

import numpy as np
import pandas as pd

from gidtk.across import ACROSS_COLUMNS, across_rules, check_across
from gidtk.chains import column_of, parts_below, unit_keys
from gidtk.checks import verdict_frame
from gidtk.form import FORM_IDS, load_form, rules

__all__ = ["Load", "draw_across", "drawn_anew", "in_order", "level_cells", "windows"]

WINDOW = 512  # reports at a time, and what is left of the last unit among them


class Load(Protocol):
    """Gives the rows that some reports have in the table ``cells`` or ``sections``; of the cells perhaps some only."""

    def __call__(self, table: str, reports: pd.DataFrame, only: Collection[tuple[str, str]] = ()) -> pd.DataFrame:
        """Return the rows of a table; `only` names rows and columns of the cells wanted, empty for all."""


def draw_across(reports: pd.DataFrame, load: Load) -> Iterator[pd.DataFrame]:
    """Draw the rules over many reports for a whole corpus.

    Parameters
    ----------
    reports : DataFrame
        All reports of the corpus, those of a unit beside each other.
    load : Load
        Gives the cells and sections of some of them.

    Yields
    ------
    DataFrame
        As :func:`gidtk.across.check_across` gives it, for some units at a time: by report in the order given, then by
        rule in the order of the rules. What is yielded together is nothing but a matter of memory.
    """
    levels = _levels(reports, load)
    for window in windows(reports):
        own = check_across(window, load("cells", window), load("sections", window), each=("report", "years"))
        above = levels[levels["report"].isin(window["report"])]
        yield in_order(pd.concat([own, above], ignore_index=True), window["report"]) if len(above) else own


def windows(reports: pd.DataFrame, size: int | None = None) -> Iterator[pd.DataFrame]:
    """Cut reports into runs of whole units, each no longer than `size` (512 if not given) and one unit.

    Examples
    --------
    >>> reports = pd.DataFrame({"agency": ["甲", "甲", "乙", "乙", "丙"], "region_code": None})
    >>> [window["agency"].tolist() for window in windows(reports, 3)]
    [['甲', '甲', '乙', '乙'], ['丙']]
    """
    keys, size = unit_keys(reports), size or WINDOW
    start = 0
    for n in range(1, len(keys) + 1):
        whole = n == len(keys) or keys[n] is None or keys[n] != keys[n - 1]
        if whole and (n - start >= size or n == len(keys)):
            yield reports.iloc[start:n]
            start = n


def level_cells() -> frozenset[tuple[str, str]]:
    """Return the rows and columns of the cells that the rules over levels speak of."""
    known = {f"{row}_{column}": (row, column) for id_ in FORM_IDS for _, row, column in load_form(id_).cells()}
    facts = [rule for rule in rules().values() if rule["each"] == "levels"]
    names = {name for rule in facts for _, subjects in rule["over"].items() for name in subjects}
    return frozenset(known[name] for name in names)


def _levels(reports: pd.DataFrame, load: Load, wanted: Collection[int] | None = None) -> pd.DataFrame:
    """Draw the rules over levels, year by year, for all whole areas or those at the positions wanted."""
    parts = parts_below(reports)
    chosen = {n: below for n, below in parts.items() if wanted is None or n in wanted}
    years: dict[int, set[int]] = {}
    all_years = column_of(reports, "year")
    for n, (below, whole) in chosen.items():
        years.setdefault(int(all_years[n]), set()).update([n, *below, *(whole or ())])
    found = [verdict_frame([], ACROSS_COLUMNS)]
    for _, places in sorted(years.items()):
        own = reports.iloc[sorted(places)]
        drawn = check_across(own, load("cells", own, level_cells()), each=("levels",))
        asked = set(reports["report"].iloc[[n for n in chosen if n in places]])
        found.append(drawn[drawn["report"].isin(asked)])
    return pd.concat(found, ignore_index=True)


def in_order(verdicts: pd.DataFrame, reports: pd.Series) -> pd.DataFrame:
    """Return verdicts by report in the order given, then by rule in the order of the rules."""
    places = {report: n for n, report in enumerate(reports.tolist())}
    ranks = {rule: n for n, rule in enumerate(rules())}
    keys = (verdicts["rule"].map(ranks).fillna(len(ranks)), verdicts["report"].map(places).fillna(len(places)))
    return verdicts.iloc[np.lexsort([key.to_numpy() for key in keys])].reset_index(drop=True)


def drawn_anew(verdicts: pd.DataFrame, reports: pd.DataFrame, changed: Collection[str], load: Load) -> pd.DataFrame:
    """Draw the rules over many reports again where cells of some reports were changed.

    Parameters
    ----------
    verdicts : DataFrame
        As they stand; it is left as it is.
    reports : DataFrame
        All reports of the corpus.
    changed : collection of str
        The reports whose cells were changed.
    load : Load
        Gives the cells as they are now, and the sections.

    Returns
    -------
    DataFrame
        The verdicts, with those anew that the changes bear on: of all reports of the units, and of the whole areas that
        the reports are part of. Reports that have no verdict in `verdicts` get none.
    """
    keys, ids = unit_keys(reports), reports["report"].tolist()
    units = {key for key, id_ in zip(keys, ids, strict=True) if id_ in changed and key is not None}
    touched = [n for n, (key, id_) in enumerate(zip(keys, ids, strict=True)) if key in units or id_ in changed]
    areas = {
        n
        for n, (below, whole) in parts_below(reports).items()
        if any(ids[m] in changed for m in (n, *below, *(whole or ())))
    }
    order = sorted(touched, key=lambda n: (keys[n] or ("", ""), n))
    found = [
        check_across(window, load("cells", window), load("sections", window), each=("report", "years"))
        for window in windows(reports.iloc[order])
    ]
    found.append(_levels(reports, load, areas))
    kinds = verdicts["rule"].map({rule: rules()[rule]["each"] for rule in across_rules()})
    stale = kinds.isin(["report", "years"]) & verdicts["report"].isin([ids[n] for n in touched])
    stale |= (kinds == "levels") & verdicts["report"].isin([ids[n] for n in areas])
    there = set(verdicts["report"])
    parts = [verdicts[~stale], *(part[part["report"].isin(there)] for part in found)]
    whole = pd.concat(parts, ignore_index=True)[list(verdicts.columns)].astype(verdicts.dtypes.to_dict())
    return in_order(whole, verdicts["report"].drop_duplicates())
