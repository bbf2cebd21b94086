"""The registry: a table that says whose report a file holds, and wins over what the page says."""

import csv
import difflib
import io
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from gidtk.agencies import is_below_county, kind
from gidtk.errors import GidtkError
from gidtk.readers import decode
from gidtk.regions import Region, find_region, region_of

__all__ = ["REGISTRY_COLUMNS", "Registry", "apply_registry", "place_regions", "read_registry"]

REGISTRY_COLUMNS = ("file", "agency", "region_code", "year", "url", "captured", "licence")
_IDENTITY = ("agency", "region_code", "year")  # what a page says too, so that the two can disagree
_FIRST_YEAR, _LAST_YEAR = 2007, 2100
_DIGITS = 6  # of the code of a county; those of townships have three or six more


@dataclass(frozen=True)
class Registry:
    """What a registry says, by file.

    Attributes
    ----------
    rows : dict
        File as named in the registry to its entries; empty ones are left out.
    """

    rows: Mapping[str, Mapping[str, str]]

    def match(self, files: list[str]) -> dict[str, str]:
        """Return which of the registry's names stands for which file.

        A name fits the file that bears it, else the only one whose path ends with it.
        """
        known = set(files)
        ends: dict[str, list[str]] = {}
        for file in files:
            parts = PurePosixPath(file).parts
            for n in range(1, len(parts)):
                ends.setdefault("/".join(parts[n:]), []).append(file)
        found = {}
        for name in self.rows:
            if name in known:
                found[name] = name
            elif len(ends.get(name, ())) == 1 and ends[name][0] not in self.rows:
                found[name] = ends[name][0]
        return found


def read_registry(path: str | os.PathLike[str] | None) -> Registry:
    """Read a registry.

    Parameters
    ----------
    path : str, path or None
        A CSV file with the column ``file`` and any of ``agency``, ``region_code``, ``year``, ``url``, ``captured``,
        ``licence``; further columns are passed over. Everything is text: ``011000`` keeps its zero. None for none.

    Returns
    -------
    Registry

    Raises
    ------
    GidtkError
        If the file cannot be read, lacks the column ``file``, names a file twice, or has a code or year that is none.

    Examples
    --------
    >>> read_registry(None).rows
    {}
    """
    if path is None:
        return Registry({})
    try:
        text = decode(Path(path).read_bytes())
        lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    except (OSError, csv.Error) as error:
        raise GidtkError(f"registry {path} cannot be read ({error}): give a CSV file") from None
    _check_columns(path, list(lines[0]) if lines else text.lstrip("\ufeff").strip().split(","))
    rows: dict[str, dict[str, str]] = {}
    for number, line in enumerate(lines, start=2):
        entries = {name: value for name in REGISTRY_COLUMNS if (value := (line.get(name) or "").strip())}
        file = entries.pop("file", "").replace("\\", "/")
        if not file and not entries:
            continue
        if not file or file in rows:
            fault = f"the file {file} stands twice" if file else "no file is named"
            raise GidtkError(f"registry {path}, line {number}: {fault}: give each file one line")
        rows[file] = _checked(entries, f"registry {path}, line {number}")
    return Registry(rows)


def _check_columns(path: str | os.PathLike[str], names: list[str]) -> None:
    for name in filter(None, names):
        near = difflib.get_close_matches(name.strip().lower().replace(" ", "_"), REGISTRY_COLUMNS, 1, 0.8)
        if near and name not in REGISTRY_COLUMNS:
            raise GidtkError(f"registry {path}: column {name!r}: did you mean {near[0]!r}?")
    if "file" not in names:
        raise GidtkError(
            f"registry {path} has no column 'file': the columns are {', '.join(REGISTRY_COLUMNS)}, of which it may "
            "leave out any but the first"
        )


def _checked(entries: dict[str, str], where: str) -> dict[str, str]:
    code, year = entries.get("region_code", "000000"), entries.get("year", "2020")
    if not re.fullmatch(r"\d{6}|\d{9}|\d{12}", code, re.ASCII):
        raise GidtkError(
            f"{where}: region_code {code!r} has no six digits (nine or twelve for a township): a spreadsheet may have "
            "taken a number of it; format the column as text"
        )
    if not (re.fullmatch(r"\d{4}", year, re.ASCII) and _FIRST_YEAR <= int(year) <= _LAST_YEAR):
        raise GidtkError(f"{where}: year {year!r} is no report year: give four digits, {_FIRST_YEAR} or later")
    return entries


def apply_registry(
    reports: pd.DataFrame, names: Mapping[str, list[str]], registry: Registry
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Let a registry say whose reports they are.

    Parameters
    ----------
    reports : DataFrame
        As read.
    names : mapping
        sha256 of a document to the files that hold it.
    registry : Registry
        What is said of the files.

    Returns
    -------
    DataFrame
        The reports, with what the registry says in place of what the page says.
    DataFrame
        Issues: ``registry_differs`` where registry and page disagree, ``registry_conflict`` where the registry says
        different things of one document under several names.
    list of str
        Names in the registry that no file bears.
    """
    files = [file for held in names.values() for file in held]
    matched = registry.match(files)
    said = {file: registry.rows[name] for name, file in matched.items()}
    frame = reports.astype(object).where(reports.notna(), None)
    rows: list[dict[str, Any]] = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
    issues: list[tuple[str, str, str, str]] = []
    for row in rows if said else ():
        entries = [said[file] for file in names.get(row["sha256"], ()) if file in said]
        if not entries:
            continue
        if any(other != entries[0] for other in entries):
            listed = ", ".join(file for file in names[row["sha256"]] if file in said)
            issues.append(_issue(row, "registry_conflict", f"the registry says different things of {listed}"))
        issues += list(_differences(row, entries[0]))
        row.update(_settled(row, entries[0]))
    settled = pd.DataFrame(rows, columns=list(reports.columns)).astype(reports.dtypes.to_dict())
    lost = [name for name in registry.rows if name not in matched]
    columns = ["report", "code", "severity", "message"]
    return settled, pd.DataFrame(issues, columns=columns).astype("str"), lost


def _issue(row: Mapping[str, Any], code: str, message: str) -> tuple[str, str, str, str]:
    return row["report"], code, "warning", message


def _differences(row: Mapping[str, Any], entries: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for name in _IDENTITY:
        said, read = entries.get(name), row[name]
        if said and read is not None and said != str(read):
            yield _issue(row, "registry_differs", f"{name}: the registry says {said}, the page {read}")


def _settled(row: Mapping[str, Any], entries: Mapping[str, str]) -> dict[str, Any]:
    """Return what a registry says of a report, and what follows from it; a township stays one below its county."""
    new: dict[str, Any] = {**entries}
    if "year" in entries:
        new["year"] = int(entries["year"])
    year, agency = new.get("year") or row["year"] or _LAST_YEAR, entries.get("agency") or row["agency"] or ""
    named = entries.get("agency", row["agency"]) != row["agency"]
    if named:
        new["kind"] = kind(agency)
        if "region_code" not in entries and (found := find_region(agency, year)):
            new["region_code"] = found.code
    code = new.get("region_code") or ""
    below = is_below_county(agency) or (row["level"] == "township" and not named) or len(code) > _DIGITS
    if code and code != row["region_code"]:
        region = region_of(code[:_DIGITS], year)
        new["region"] = region.name if region else row["region"]
        new["level"] = region.level if region else _level(code)
    if below:
        new["level"] = "township"
    return new


def _level(code: str) -> str:
    """Return the level that the digits of a code say: it ends in zeros where it stands for a whole."""
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def place_regions(reports: pd.DataFrame) -> pd.DataFrame:
    """Return the reports with the names of the province and the prefecture that they lie in, by the report's year.

    A code that the list does not have is placed by its first digits. Missing where these are not known either, and
    the prefecture where none stands between.
    """
    found: list[Region | None] = [
        None if pd.isna(code) else _around(code, _LAST_YEAR if pd.isna(year) else int(year))
        for code, year in zip(reports["region_code"], reports["year"], strict=True)
    ]
    places = {
        name: pd.Series([getattr(region, name, None) or None for region in found], index=reports.index, dtype="str")
        for name in ("province", "prefecture")
    }
    return reports.assign(**places)


def _around(code: str, year: int) -> Region | None:
    """Return the division of a code, or the nearest above it that the list has."""
    return next(filter(None, (region_of(code[:n] + "0" * (6 - n), year) for n in (6, 4, 2))), None)
