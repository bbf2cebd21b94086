"""What the rules over many reports speak of, beside single cells: counts over tables, likeness to the year before."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from gidtk.errors import GidtkError
from gidtk.form import FORM_IDS, column_label, expand_ids, labels, load_form, rules
from gidtk.places import place_numbers

__all__ = ["Facts", "Spread", "pair_facts", "spread", "table_facts"]

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Facts = dict[str, Numbers]

TABLES = ("disclosure", "requests", "disputes")


@dataclass(frozen=True)
class Spread:
    """The cells of many reports, one line a report and one column a variable.

    Attributes
    ----------
    names, tables, rows, columns : tuple of str
        The variables (``row_column``), and the table, row and column of each.
    values : array
        Their numbers, NaN for missing.
    there : array of bool
        Whether the report has the cell at all: a form does not print the rows of another.
    status : array of str or None
        The status of each cell, empty where it is not there; None where the cells tell no status.
    places : array or None
        A number for the place of each cell on its page, which rises down the page; NaN where none is told; None where
        the cells tell no places.
    """

    names: tuple[str, ...]
    tables: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: Numbers
    there: Flags
    status: npt.NDArray[np.object_] | None
    places: Numbers | None = None

    def table(self, name: str) -> Flags:
        """Return which variables are of a table."""
        return np.array([table == name for table in self.tables], dtype=bool)

    def block(self, rows: Sequence[str], columns: Sequence[str]) -> tuple[Numbers, Flags]:
        """Return numbers of some rows and columns (reports, rows, columns), and whether they are there."""
        at = {key: n for n, key in enumerate(zip(self.rows, self.columns, strict=True))}
        shape = (len(self.values), len(rows), len(columns))
        values, there = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
        for a, row in enumerate(rows):
            for b, column in enumerate(columns):
                if (row, column) in at:
                    values[:, a, b] = self.values[:, at[row, column]]
                    there[:, a, b] = self.there[:, at[row, column]]
        return values, there


def spread(reports: Sequence[str], cells: pd.DataFrame) -> Spread:
    """Lay the cells of many reports out as one line a report.

    Parameters
    ----------
    reports : sequence of str
        The ids of the reports, each once.
    cells : DataFrame
        ``report``, ``table``, ``row``, ``column``, ``value``, and ``status`` and ``place`` if known. Cells of other
        reports, and of the statistics tables before 2019, are left out.

    Raises
    ------
    GidtkError
        If a column is missing or a cell of a report stands twice.
    """
    missing = [name for name in ("report", "table", "row", "column", "value") if name not in cells.columns]
    if missing:
        raise GidtkError(f"cells without column {', '.join(missing)}: give the cells of a corpus")
    lines = pd.Index(list(reports), dtype="str").get_indexer(pd.Index(cells["report"].tolist(), dtype="str"))
    kept = (lines >= 0) & cells["table"].isin(TABLES).to_numpy(dtype=bool)
    own, lines = cells[kept], lines[kept]
    codes = np.zeros(len(own), dtype=np.int64)
    for part in ("table", "row", "column"):
        numbers, found = pd.factorize(own[part])
        codes = codes * max(len(found), 1) + numbers
    places, codes = pd.factorize(codes, sort=True)
    firsts = np.full(len(codes), len(own), dtype=np.int64)
    np.minimum.at(firsts, places, np.arange(len(own)))
    keys = own.iloc[firsts][["table", "row", "column"]].astype(object).to_numpy().tolist()
    at = lines * max(len(codes), 1) + places
    if len(at) and np.bincount(at).max() > 1:
        order = np.argsort(at, kind="stable")
        twice = own.iloc[order[1:][np.diff(at[order]) == 0][0]]
        cell = ".".join(str(twice[name]) for name in ("table", "row", "column"))
        raise GidtkError(f"report {twice['report']}: cell {cell} stands twice: each cell of a report once")
    values = np.full((len(reports), len(codes)), np.nan)
    values[lines, places] = own["value"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    there = np.zeros(values.shape, dtype=bool)
    there[lines, places] = True
    status = None
    if "status" in own.columns:
        status = np.full(values.shape, "", dtype=object)
        status[lines, places] = own["status"].to_numpy(dtype=object)
    heights = None
    if "place" in own.columns:
        heights = np.full(values.shape, np.nan)
        heights[lines, places] = place_numbers(own["place"])
    tables, rows, columns = (tuple(str(key[n]) for key in keys) for n in range(3))
    names = tuple(f"{row}_{column}" for row, column in zip(rows, columns, strict=True))
    return Spread(names, tables, rows, columns, values, there, status, heights)


def table_facts(cells: Spread) -> Facts:
    """Return counts over the tables of each report.

    Returns
    -------
    dict
        For each table: ``cells_``, ``absent_``, ``gaps_`` (blank or a dash), ``read_`` (not absent), ``odd_`` (numbers
        that cannot be), ``nonzero_``; and ``over_concluded``, ``over_total``, ``derivable_rows``, ``reasons``,
        ``twin_numbers`` (numbers other than 0 of two groups of applicants that are the same in every row). A count is
        missing where a missing number could change whether it is 0.
    """
    found: Facts = {}
    for table in TABLES:
        own = cells.table(table)
        values, there = cells.values[:, own], cells.there[:, own]
        status = cells.status[:, own] if cells.status is not None else None
        known, none = ~np.isnan(values), ~there.any(axis=1)
        odd = np.zeros(values.shape, dtype=bool)
        for n, column in enumerate(np.array(cells.columns)[own]):
            odd[:, n] = _odd(values[:, n], table, str(column))
        missing = (there & ~known).any(axis=1)
        found[f"cells_{table}"] = _counted(there, none)
        found[f"odd_{table}"] = _counted(odd, ~known.any(axis=1))
        found[f"nonzero_{table}"] = _counted(known & (values != 0), missing | none, sure=True)
        found[f"read_{table}"] = (known if status is None else there & (status != "absent")).sum(axis=1).astype(float)
        untold = none | (status is None)
        printed = status if status is not None else np.full(values.shape, "", dtype=object)
        found[f"absent_{table}"] = _counted(printed == "absent", untold)
        found[f"gaps_{table}"] = _counted((printed == "blank") | (printed == "dash"), untold)
    return found | _request_facts(cells)


def _odd(numbers: Numbers, table: str, column: str) -> Flags:
    label = column_label(table, column)
    broken = (numbers % 1 != 0) & ~np.isnan(numbers) & (label.amount == 0)
    return np.asarray(broken | ((numbers < 0) & (not label.signed)))


def _counted(hits: Flags, unknown: npt.ArrayLike, sure: bool = False) -> Numbers:
    """Count hits a report; missing where it is unknown, unless a hit was found and `sure` says that this decides."""
    count = hits.sum(axis=tuple(range(1, hits.ndim))).astype(np.float64)
    return np.where(np.asarray(unknown) & ~((count > 0) & sure), np.nan, count)


@cache
def _request_ids() -> tuple[list[str], list[str], list[str]]:
    """Return the results, the reasons not to disclose among them, and the groups of applicants of table 三."""
    rows = [row for form_id in FORM_IDS for row in load_form(form_id).rows("requests")]
    known = list(dict.fromkeys(rows))
    results = expand_ids(rules()["t3_done_sum"]["right"], known)
    return results, expand_ids(rules()["x_profile"]["rows"], known), list(rules()["t3_row_sum"]["right"])


def _request_facts(cells: Spread) -> Facts:
    results, _, groups = _request_ids()
    whole = list(rules()["t3_row_sum"]["left"])
    rows = list(dict.fromkeys(row for row, t in zip(cells.rows, cells.tables, strict=True) if t == "requests"))
    table, there = cells.block(rows, groups)
    totals, total_there = cells.block(rows, whole)
    details, _ = cells.block(results, [*groups, *whole])
    concluded, _ = cells.block(rules()["t3_done_sum"]["left"], [*groups, *whole])
    every, every_there = np.concatenate([table, totals], axis=2), np.concatenate([there, total_there], axis=2)
    none = ~every_there.any(axis=(1, 2))
    gaps = (every_there & np.isnan(every)).any(axis=(1, 2)) | none
    pairs = [
        ((table[:, :, a] == table[:, :, b]) | ~there[:, :, a]).all(axis=1) * (table[:, :, a] > 0).sum(axis=1)
        for a, b in combinations(range(len(groups)), 2)
    ]
    lacking = (every_there & np.isnan(every)).sum(axis=2) == 1
    return {
        "over_concluded": _counted(details > concluded, gaps, sure=True),
        "over_total": _counted(table > totals, gaps, sure=True),
        "derivable_rows": _counted(lacking, none),
        "twin_numbers": np.where(gaps, np.nan, np.max(pairs, axis=0)),
        "reasons": _profile(cells).sum(axis=1),
    }


def _profile(cells: Spread) -> Numbers:
    """Return the numbers of each reason not to disclose; rows that one form prints as one are added up."""
    _, reasons, _ = _request_ids()
    merged = {row for group in labels().alternatives for row in group}
    single, *sides = (
        cells.block(list(group), rules()["t3_row_sum"]["left"])[0][:, :, 0]
        for group in ([row for row in reasons if row not in merged], *labels().alternatives)
    )
    sides = [side.sum(axis=1) for side in sides]
    several = np.where(np.isnan(sides[0]), sides[1], sides[0])
    return np.column_stack([single, several])


def pair_facts(cells: Spread, previous: npt.NDArray[np.int64]) -> Facts:
    """Return how alike each report is to the previous one; missing where there is none.

    Returns
    -------
    dict
        For each table: ``both_`` (cells with a number in both years), ``same_`` (equal ones), ``shared_`` (of both,
        those that are not 0 in both), ``alike_`` (equal ones of these); ``profile_distance``, the Jensen-Shannon
        divergence (base 2, 0 to 1) of the reasons not to disclose; ``profile_shifted``, what it would be with this
        year's numbers one row up or down, whichever is less.

    References
    ----------
    Lin, J. (1991). Divergence measures based on the Shannon entropy. *IEEE Transactions on Information Theory*,
    37(1), 145-151.
    """
    none = previous < 0
    found: Facts = {}
    for table in TABLES:
        here = cells.values[:, cells.table(table)]
        there = np.where(none[:, None], np.nan, here[previous])
        both = ~np.isnan(here) & ~np.isnan(there)
        shared = both & ((here != 0) | (there != 0))
        counts = {"both": both, "same": both & (here == there), "shared": shared, "alike": shared & (here == there)}
        found |= {f"{k}_{table}": np.where(none, np.nan, v.sum(axis=1).astype(np.float64)) for k, v in counts.items()}
    profile = _profile(cells)
    before = np.where(none[:, None], np.nan, profile[previous])
    found["profile_distance"] = _divergence(profile, before)
    shifted = [_divergence(np.roll(profile, step, axis=1), before) for step in (1, -1)]
    found["profile_shifted"] = np.minimum(*shifted)
    return found


def _divergence(one: Numbers, other: Numbers) -> Numbers:
    with np.errstate(all="ignore"):
        p, q = (part / part.sum(axis=1, keepdims=True) for part in (one, other))
        middle = (p + q) / 2
        parts = [np.where(part > 0, part * np.log2(part / middle), part * 0) for part in (p, q)]
        return np.asarray((parts[0].sum(axis=1) + parts[1].sum(axis=1)) / 2)
