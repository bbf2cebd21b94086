"""The reports of one call with all that the formulae of the rules speak of: their own numbers, and those of others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gidtk.chains import chain_facts, column_of, parts_below, previous_positions
from gidtk.errors import GidtkError
from gidtk.facts import Spread, pair_facts, spread, table_facts
from gidtk.formula import Variables
from gidtk.order import order_facts
from gidtk.restated import restated_facts
from gidtk.structure import identity_facts, section_facts, texts_of

__all__ = ["Gathered", "gather"]

Flags = npt.NDArray[np.bool_]

USUAL_YEARS = 3  # how many years the usual number of a unit is the median of


@dataclass(frozen=True)
class Gathered:
    """The reports of one call with all that the formulae speak of."""

    ids: list[str]
    forms: list[str | None]
    levels: list[str | None]
    kinds: list[str | None]
    before: Sequence[npt.NDArray[np.int64]]  # positions of the reports one, two, three years before
    parents: Flags
    scopes: Mapping[str, Variables]
    texts: Mapping[tuple[int, str], str] | None
    cells: pd.DataFrame


def gather(reports: pd.DataFrame, cells: pd.DataFrame, sections: pd.DataFrame | None) -> Gathered:
    """Lay out reports, their cells and sections for the rules; frames as for :func:`gidtk.across.check_across`.

    Raises
    ------
    GidtkError
        If a column is missing or a report stands twice.
    """
    missing = [name for name in ("report", "form", "year", "agency") if name not in reports.columns]
    if missing:
        raise GidtkError(f"reports without column {', '.join(missing)}: give the reports of a corpus")
    ids = [str(value) for value in column_of(reports, "report")]
    if len(set(ids)) < len(ids):
        twice = next(name for n, name in enumerate(ids) if name in ids[:n])
        raise GidtkError(f"report {twice} stands twice: give each report once")
    wide = spread(ids, cells)
    before = [previous_positions(reports, back) for back in range(1, USUAL_YEARS + 1)]
    facts = {**identity_facts(reports), **chain_facts(reports), **table_facts(wide), **pair_facts(wide, before[0])}
    texts = None
    if sections is not None:
        texts = texts_of(ids, sections)
        facts |= section_facts(ids, sections, texts, facts["year"])
        facts |= restated_facts(texts, facts["year"], before[0])
    facts |= order_facts(wide, column_of(reports, "form"))
    forms = np.array(column_of(reports, "form"), dtype=object)
    own = Variables({**dict(zip(wide.names, wide.values.T, strict=True)), **facts}, len(ids), forms)
    parts = parts_below(reports)
    scopes = {
        "": own,
        "prev": _taken(own, before[0]),
        "usual": _usual(own, wide, before),
        "largest": _over_parts(own, wide, {n: below for n, (below, _) in parts.items()}, "max"),
        "together": _over_parts(own, wide, {n: whole for n, (_, whole) in parts.items() if whole}, "sum"),
    }
    levels, kinds = column_of(reports, "level"), column_of(reports, "kind")
    parents = np.array([n in parts for n in range(len(ids))], dtype=bool)
    return Gathered(ids, forms.tolist(), levels, kinds, before, parents, scopes, texts, cells)


def _taken(own: Variables, at: npt.NDArray[np.int64]) -> Variables:
    """Return the variables of other reports in the places of these; missing where the position is -1."""
    none = at < 0
    forms = own.forms[at] if own.forms is not None else None
    if forms is not None:
        forms[none] = None
    return Variables({k: np.where(none, np.nan, v[at]) for k, v in own.columns.items()}, own.size, forms)


def _usual(own: Variables, wide: Spread, before: Sequence[npt.NDArray[np.int64]]) -> Variables:
    """Return the median of each variable over the years before, where every one of them has a number."""
    whole = np.all([at >= 0 for at in before], axis=0)
    lines = [np.where(whole[:, None], wide.values[at], np.nan) for at in before]
    medians = np.median(lines, axis=0) if len(wide.values) else wide.values
    return Variables(dict(zip(wide.names, medians.T, strict=True)), own.size, own.forms)


def _over_parts(own: Variables, wide: Spread, parts: Mapping[int, list[int] | None], how: str) -> Variables:
    """Return the largest number, or the sum, over the reports below each report of an area."""
    joined = np.full(wide.values.shape, np.nan)
    for n, below in parts.items():
        lines = wide.values[below or []]
        if how == "sum":
            joined[n] = lines.sum(axis=0)
        else:
            joined[n] = np.where(np.isnan(lines).all(axis=0), np.nan, np.nan_to_num(lines, nan=-np.inf).max(axis=0))
    return Variables(dict(zip(wide.names, joined.T, strict=True)), own.size, own.forms)
