"""The panel: one row a report, unit by unit and year by year, one column a variable."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from gidtk import schemas
from gidtk.crosswalk import harmonise
from gidtk.errors import GidtkError
from gidtk.form import FORM_IDS, load_form
from gidtk.indicators import indicators as compute_indicators
from gidtk.measures import measures
from gidtk.units import superseded, unit_of
from gidtk.variables import ordered

__all__ = ["DUPLICATES", "IDENTITY", "Frames", "HasFrames", "indicator_columns", "panel", "variable_columns"]

DUPLICATES = ("error", "revised", "first", "keep")
FIRST = ("region_code", "agency", "year", "level", "form", "scope")
COUNTED = "same_unit_year"
IDENTITY = (*FIRST, *(name for name in schemas.schema("reports").names if name not in FIRST), COUNTED)

_WITH_INTERVAL = ("share", "difference", "growth", "log_growth")


class HasFrames(Protocol):
    """A corpus, or anything else with its frames ``reports`` and ``cells``."""

    @property
    def reports(self) -> pd.DataFrame:
        """One row a report."""

    @property
    def cells(self) -> pd.DataFrame:
        """One row a cell of a report."""


class Frames(NamedTuple):
    """The two frames that a panel is made of, where there is no corpus."""

    reports: pd.DataFrame
    cells: pd.DataFrame


def panel(
    source: HasFrames,
    *,
    scope: str | None = None,
    harmonised: bool = False,
    indicators: Iterable[str] = (),
    duplicates: str = "error",
) -> pd.DataFrame:
    """Make the panel of a corpus: one row a unit and year.

    Parameters
    ----------
    source : Corpus or Frames
        Anything with the frames ``reports`` and ``cells``.
    scope : str, optional
        Only reports whose figures are of this scope. Without it the scopes stand side by side in the column ``scope``:
        never take an agency's own figures and those of its whole area for one series.
    harmonised : bool, optional
        Add the columns of :func:`gidtk.crosswalk.harmonise`.
    indicators : iterable of str, optional
        Ids of :func:`gidtk.measures.measures` to add; of a share, growth or difference also its ``_n``, ``_low`` and
        ``_high``.
    duplicates : str, optional
        What to do where a unit has several reports of one year: ``error``; ``revised`` lets the one whose title says
        that it is revised replace those of the same scope, and stops where that does not leave one; ``first`` keeps
        the one that stands first in ``source.reports``; ``keep`` keeps all. The column ``same_unit_year`` counts them
        in any case.

    Returns
    -------
    DataFrame
        First whose report it is (:data:`IDENTITY`; codes are text), then the variables ``{row}_{column}``
        (``Float64``) of all forms that occur, in the order of the codebook, then what was asked for. Sorted by division
        code, agency and year, what is missing last. A cell without a number is missing, whatever the reason: the
        codebook counts the reasons. A variable is filled from the forms that print it under that very name: those of
        2019 and 2021 are joined by ``harmonised`` only.

    Raises
    ------
    GidtkError
        If a unit has several reports of one year, if a report or a cell stands twice, if columns are missing, or for a
        value of `duplicates` or `scope` that is not there.

    Examples
    --------
    >>> reports = pd.DataFrame({"report": ["a"], "agency": ["安福县人民政府"], "year": [2020], "form": ["f2019"]})
    >>> cells = pd.DataFrame({"report": ["a"], "row": ["granted"], "column": ["total"], "value": [9.0]})
    >>> panel(Frames(reports, cells))["granted_total"].tolist()
    [9.0]
    """
    ids = [indicators] if isinstance(indicators, str) else list(indicators)
    reports = _settled(_reports(source.reports, scope), duplicates)
    wide = _wide(reports, source.cells)
    frame = pd.concat([reports[list(IDENTITY)], wide], axis=1)
    parts = [harmonise(frame)] if harmonised else []
    parts += [_indicator_part(frame, ids)] if ids else []
    return pd.concat([frame, *parts], axis=1) if parts else frame


def _reports(reports: pd.DataFrame, scope: str | None) -> pd.DataFrame:
    """Return the reports asked for, with every column of their table."""
    _have(reports, ("report", "agency", "year", "form"), "reports")
    if twice := reports["report"][reports["report"].duplicated()].tolist():
        raise GidtkError(f"report {twice[0]} stands twice among the reports: give each of them once")
    kinds = schemas.empty_frame("reports").dtypes
    whole = reports.reindex(columns=list(kinds.index)).astype(kinds.to_dict())
    if scope is None:
        return whole
    known = sorted(whole["scope"].dropna().unique())
    if scope not in known:
        raise GidtkError(f"no report of scope {scope!r}: there are {', '.join(known) or 'none with a scope at all'}")
    return whole[whole["scope"] == scope]


def _have(frame: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    if gone := [column for column in columns if column not in frame.columns]:
        raise GidtkError(f"{name} without column {', '.join(gone)}: give the frame {name} of a corpus")


def _settled(reports: pd.DataFrame, duplicates: str) -> pd.DataFrame:
    """Return the reports in the order of the panel, with how many there are of each unit and year."""
    if duplicates not in DUPLICATES:
        raise GidtkError(f"duplicates={duplicates!r}: give one of {', '.join(DUPLICATES)}")
    unit = unit_of(reports)
    known = unit.notna() & reports["year"].notna()
    sizes = pd.Series(1, index=reports.index)
    sizes[known] = reports[known].groupby([unit[known], "year"])["report"].transform("size")
    of_year = reports.assign(unit=unit, **{COUNTED: sizes.astype("Int64")})
    if duplicates == "revised":
        of_year = of_year[~superseded(of_year)]
    if duplicates == "first":
        of_year = of_year[~_again(of_year, "first")]
    left = of_year[_again(of_year, False)]
    if duplicates != "keep" and len(left):
        raise GidtkError(_doubled(left))
    reports = of_year.drop(columns="unit")
    return reports.sort_values(["region_code", "agency", "year", "report"], kind="stable").reset_index(drop=True)


def _doubled(several: pd.DataFrame) -> str:
    groups = [
        f"{str(unit).strip()} {year}: "
        + ", ".join(f"{file or report} (scope {s or 'not known'})" for file, report, s in _named(rows))
        for (unit, year), rows in several.groupby(["unit", "year"])
    ]
    more = f"; and {len(groups) - 3} more" if len(groups) > 3 else ""
    return (
        f"several reports of one unit and year ({'; '.join(groups[:3])}{more}): choose a scope, or say "
        'duplicates="revised", "first" or "keep" (of gidtk export: --duplicates revised, first or keep)'
    )


def _again(reports: pd.DataFrame, keep: Literal["first", False]) -> pd.Series:
    known = reports["unit"].notna() & reports["year"].notna()
    return reports.duplicated(["unit", "year"], keep=keep) & known


def _named(rows: pd.DataFrame) -> Iterable[tuple[str, str, str]]:
    return rows[["file", "report", "scope"]].fillna("").itertuples(index=False, name=None)


def _wide(reports: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the values of the cells, one row a report and one column a variable."""
    _have(cells, ("report", "row", "column", "value"), "cells")
    lines = pd.Index(reports["report"]).get_indexer(pd.Index(cells["report"]))
    own = cells[lines >= 0]
    lines = lines[lines >= 0]
    places, names = variable_columns(own)
    known = ordered([*names, *_asked(reports["form"])])
    flat = lines * len(known) + pd.Index(known).get_indexer(pd.Index(names))[places]
    table = np.full(len(reports) * len(known), np.nan)
    table[flat] = own["value"].to_numpy(dtype=np.float64, na_value=np.nan)
    if len(np.unique(flat)) < len(flat):
        row = own[pd.Series(flat).duplicated().to_numpy()].iloc[0]
        raise GidtkError(f"cell {row['row']}_{row['column']} of report {row['report']} stands twice: give it once")
    return pd.DataFrame(table.reshape(len(reports), len(known)), columns=known).astype("Float64")


def variable_columns(cells: pd.DataFrame) -> tuple[npt.NDArray[np.intp], list[str]]:
    """Return for every cell the number of its variable, and the names of the variables.

    Examples
    --------
    >>> cells = pd.DataFrame({"row": ["granted", "granted", "partial"], "column": ["total", "legal", "total"]})
    >>> places, names = variable_columns(cells)
    >>> places.tolist(), names
    ([0, 1, 2], ['granted_total', 'granted_legal', 'partial_total'])
    """
    rows, row_names = pd.factorize(cells["row"])
    columns, column_names = pd.factorize(cells["column"])
    count = max(len(column_names), 1)
    places, pairs = pd.factorize(rows * count + columns)
    return places, [f"{row_names[pair // count]}_{column_names[pair % count]}" for pair in pairs.tolist()]


def _asked(forms: pd.Series) -> list[str]:
    """Return the variables that the forms of the reports ask for."""
    there = [form_id for form_id in FORM_IDS if (forms == form_id).any()]
    return [f"{row}_{column}" for form_id in there for _, row, column in load_form(form_id).cells()]


def indicator_columns(id_: str) -> dict[str, str]:
    """Return the columns that an indicator has in a panel, with the part of the indicator that each holds.

    Examples
    --------
    >>> indicator_columns("grant_rate")
    {'grant_rate': 'value', 'grant_rate_n': 'n', 'grant_rate_low': 'low', 'grant_rate_high': 'high'}
    """
    with_interval = measures()[id_].kind in _WITH_INTERVAL
    return {id_: "value"} | ({f"{id_}_{part}": part for part in ("n", "low", "high")} if with_interval else {})


def _indicator_part(frame: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    long = compute_indicators(frame, ids)
    columns = {
        name: long.loc[long["id"] == id_, part].to_numpy(dtype=np.float64, na_value=np.nan)
        for id_ in dict.fromkeys(ids)
        for name, part in indicator_columns(id_).items()
    }
    return pd.DataFrame(columns, index=frame.index).astype("Float64")
