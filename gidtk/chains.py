"""Which reports belong together: those of one unit year by year, and those of the areas inside an area."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from gidtk.errors import GidtkError
from gidtk.regions import divisions

__all__ = ["Parts", "chain_facts", "parts_below", "previous_positions", "unit_keys"]

Positions = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Parts = dict[int, tuple[list[int], list[int] | None]]

AREA, OWN = "area", "own"  # values of `scope`
_BELOW = {"province": ("prefecture", 2), "prefecture": ("county", 4), "county": ("township", 6)}
_ABOVE = dict(_BELOW.values())
_DEPARTMENT = "department"
_CODE = re.compile(r"\d{6}(?:\d{3}){0,2}", re.ASCII)  # nine or twelve digits for a township


def column_of(frame: pd.DataFrame, name: str) -> list[Any]:
    """Return a column as plain values, None for missing; all None where the frame has no such column."""
    if name not in frame.columns:
        return [None] * len(frame)
    return [None if value is pd.NA or value != value else value for value in frame[name].tolist()]


def unit_keys(reports: pd.DataFrame) -> list[tuple[str, str] | None]:
    """Return the unit of each report: region code and agency, or the agency alone; None where both are missing.

    Examples
    --------
    >>> unit_keys(pd.DataFrame({"region_code": ["360829", None, None], "agency": ["甲县", "乙局", None]}))
    [('360829', '甲县'), ('', '乙局'), None]
    """
    pairs = zip(column_of(reports, "region_code"), column_of(reports, "agency"), strict=True)
    return [(str(code or ""), str(agency or "")) if code or agency else None for code, agency in pairs]


def previous_positions(reports: pd.DataFrame, back: int = 1) -> Positions:
    """Return where the report of the same unit some years before stands, -1 where there is none.

    Of several reports of that year the one of the same scope is taken; where that does not decide, none.

    Parameters
    ----------
    reports : DataFrame
        ``region_code``, ``agency``, ``year``, and ``scope`` if known.
    back : int
        How many years before.

    Examples
    --------
    >>> frame = pd.DataFrame({"agency": ["甲"] * 3, "year": [2020, 2019, 2022]})
    >>> previous_positions(frame).tolist()
    [1, -1, -1]
    """
    places = _places(reports)
    scopes = column_of(reports, "scope")
    found = []
    for n, (unit, year) in enumerate(zip(unit_keys(reports), column_of(reports, "year"), strict=True)):
        before = places.get((unit, year - back), []) if unit is not None and year is not None else []
        alike = [m for m in before if scopes[m] == scopes[n]]
        found.append(before[0] if len(before) == 1 else alike[0] if len(alike) == 1 else -1)
    return np.array(found, dtype=np.int64)


def _places(reports: pd.DataFrame) -> dict[tuple[tuple[str, str], int], list[int]]:
    places: dict[tuple[tuple[str, str], int], list[int]] = {}
    for n, (unit, year) in enumerate(zip(unit_keys(reports), column_of(reports, "year"), strict=True)):
        if unit is not None and year is not None:
            places.setdefault((unit, int(year)), []).append(n)
    return places


def chain_facts(reports: pd.DataFrame) -> Mapping[str, Numbers]:
    """Return where each report stands in the chain of its unit.

    Returns
    -------
    mapping
        ``reports_of_year`` (reports of the unit and year, this one included), ``earlier_reports`` (earlier years with
        a report) and ``years_since_last`` (missing where there is none earlier).
    """
    places = _places(reports)
    years: dict[tuple[str, str], list[int]] = {}
    for owner, year in places:
        years.setdefault(owner, []).append(year)
    rows = []
    for unit, year in zip(unit_keys(reports), column_of(reports, "year"), strict=True):
        if unit is None or year is None:
            rows.append((np.nan, 0.0, np.nan))
            continue
        earlier = [other for other in years[unit] if other < year]
        rows.append((len(places[unit, year]), len(earlier), year - max(earlier) if earlier else np.nan))
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return dict(zip(("reports_of_year", "earlier_reports", "years_since_last"), table.T, strict=True))


def parts_below(reports: pd.DataFrame) -> Parts:
    """Return, for each report of a whole area, the reports of the areas one level below it.

    Returns
    -------
    dict
        Position of the report to two lists of positions: reports of areas below in the same year; and those that
        must add up to it (one of every area below, and the agency's own), None where one of them is not there.

    Notes
    -----
    Areas are told by the digits of their codes. Only reports that say they are of a whole area add up to one. Below a
    county no list says which townships there are, so that the second list is never complete there.
    """
    facts = [_Area(*values) for values in zip(*(column_of(reports, name) for name in _Area._fields), strict=True)]
    below: dict[tuple[int, str, str], list[int]] = {}
    own: dict[tuple[str, int, str | None], list[int]] = {}
    for n, area in enumerate(facts):
        if area.region_code is not None and not _CODE.fullmatch(str(area.region_code)):
            raise GidtkError(f"region_code {area.region_code!r}: six digits as text are wanted; read codes as text")
        if area.region_code and area.year:
            if area.level in _ABOVE and area.kind != _DEPARTMENT:
                prefix = area.region_code[: _ABOVE[area.level]]
                below.setdefault((int(area.year), area.level, prefix), []).append(n)
            if area.scope == OWN:
                own.setdefault((area.region_code, int(area.year), area.agency), []).append(n)
    found: Parts = {}
    for n, area in enumerate(facts):
        if area.scope != AREA or area.level not in _BELOW or not (area.region_code and area.year):
            continue
        lower, digits = _BELOW[area.level]
        prefix, year = area.region_code[:digits], int(area.year)
        parts = below.get((year, lower, prefix), [])
        if parts and area.kind != _DEPARTMENT:
            itself = own.get((area.region_code, year, area.agency), [])
            found[n] = (parts, _complete(prefix, year, lower, parts, itself, facts))
    return found


class _Area(NamedTuple):
    """What is known of the area that a report is of."""

    region_code: str | None
    level: str | None
    year: int | None
    scope: str | None
    kind: str | None
    agency: str | None


def _complete(
    prefix: str, year: int, level: str, below: list[int], own: list[int], facts: list[_Area]
) -> list[int] | None:
    """Return one whole-area report of every area below and the own one; None where that cannot be had."""
    asked = {region.code for region in divisions(year) if region.level == level and region.code.startswith(prefix)}
    whole = [m for m in below if facts[m].scope == AREA]
    codes = [str(facts[m].region_code) for m in whole]
    there = asked and set(codes) == asked and len(codes) == len(asked) and len(own) == 1
    return whole + own if there else None
