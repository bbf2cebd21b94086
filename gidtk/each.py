"""The runs that a corpus asks for: one for each region and year, or for whatever else its reports differ in."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from gidtk.bundled import bundled
from gidtk.corpus import CORRECTIONS, open_corpus
from gidtk.errors import GidtkError, NotAReportError, UnreadableFileError
from gidtk.flags import notice
from gidtk.regions import region_of
from gidtk.report import Report, read_reports
from gidtk.schemas import PLACES
from gidtk.store import is_corpus, read_card

__all__ = ["each", "reports_in"]

_READ = ("file", "sha256", "agency", "region", "region_code", "province", "level", "year", "form", "flags")


def reports_in(corpus: str | os.PathLike[str]) -> pd.DataFrame:
    """Return the reports of a corpus, of a folder of files or of one file, as one table.

    Parameters
    ----------
    corpus : str or path
        As for :func:`gidtk.find_report`; ``sample`` for the bundled reports.

    Returns
    -------
    DataFrame
        One row a report, in the order of files: of a built corpus its table ``reports``, of files ``file``,
        ``sha256``, ``agency``, ``region``, ``region_code``, ``province``, ``level``, ``year`` (Int64), ``form`` and
        ``flags`` (``simulated`` or nothing); missing is what the report does not say. A corpus adds what shows that a
        report's other rows changed: ``code`` (what read it), and the columns ``verdicts`` and ``corrections``, which
        digest those of each report.

    Raises
    ------
    GidtkError
        If there is no such folder, or no report in it.

    Examples
    --------
    >>> reports_in("sample").query("region_code == '360829'")[["agency", "year"]].values.tolist()
    [['安福县人民政府', 2020]]
    """
    folder = bundled("data") / "corpus" if str(corpus) == "sample" else Path(corpus)
    if not folder.exists():
        raise GidtkError(f"{corpus}: no such folder: give a corpus, a folder of reports, a file, or 'sample'")
    if is_corpus(folder):
        return _of_corpus(folder)
    files = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file())
    rows = [_row(report) for path in files if not path.name.startswith(".") for report in _read(path)]
    if not rows:
        raise GidtkError(f"{corpus}: no report in it: give a corpus, a folder of reports, a file, or 'sample'")
    frame = pd.DataFrame(rows, columns=list(_READ))
    return frame.astype({name: "Int64" if name == "year" else "str" for name in _READ})


def _read(path: Path) -> list[Report]:
    try:
        return read_reports(path)
    except (NotAReportError, UnreadableFileError):
        return []


def _row(report: Report) -> list[Any]:
    place = region_of(report.region_code, report.year or 0) if report.region_code else None
    own = {"file": report.source.file, "sha256": report.source.sha256, "province": place.province if place else None}
    own["flags"] = "simulated" if notice(report) else ""
    return [own[name] if name in own else getattr(report, name) for name in _READ]


def _of_corpus(folder: Path) -> pd.DataFrame:
    corpus = open_corpus(folder)
    verdicts = corpus.table("verdicts")
    added: dict[str, Any] = {"verdicts": _digests(verdicts)}
    if (folder / CORRECTIONS).exists():
        sheet = pd.read_csv(folder / CORRECTIONS, dtype=str, encoding="utf-8-sig", keep_default_na=False)
        added["corrections"] = _digests(sheet) if "report" in sheet else {}
    found = {name: corpus.reports["report"].map(digests) for name, digests in added.items()}
    return corpus.reports.assign(code=str(read_card(folder).get("code", "")), **found)


def _digests(rows: pd.DataFrame) -> dict[str, str]:
    """Digest the rows of each report."""
    hashes = pd.util.hash_pandas_object(rows, index=False)
    by_report = hashes.groupby(rows["report"].to_numpy(), sort=False)
    return {str(report): hashlib.sha256(own.to_numpy().tobytes()).hexdigest()[:16] for report, own in by_report}


def each(
    reports: pd.DataFrame | str | os.PathLike[str], names: Sequence[str], given: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return one row of parameters for each combination of values that occurs among reports.

    Parameters
    ----------
    reports : DataFrame, str or path
        As :func:`reports_in` gives it, or what that takes.
    names : sequence of str
        Parameters, such as ``["region", "year"]``. ``region`` is the code of a report's division; where a year has
        several reports of that division, or it has no code, the agency's name; where the agency has several, such as
        a revised one, the report's id: so that each run finds its one report. Where neither `names` nor `given` has
        ``year``, a run is of all years: the code, or the agency's name where the code is that of several agencies. Any
        other name is a column of the table.
    given : mapping, optional
        Parameters that every run has; those that `names` could hold keep only the reports that fit.

    Returns
    -------
    list of dict
        In the order of the values; reports that lack one of them are left out.

    Raises
    ------
    GidtkError
        If a name is no column, or no report has all values.

    Examples
    --------
    >>> each("sample", ["region", "year"], {"region": "360829"})
    [{'region': '360829', 'year': 2020}]
    """
    frame = reports if isinstance(reports, pd.DataFrame) else reports_in(reports)
    if {"region_code", "agency", "year"} <= {*frame}:
        of_one_year = "year" in names or "year" in (given or {})
        frame = frame.assign(region=_unmistakable(frame) if of_one_year else _of_all_years(frame))
    if lost := [name for name in names if name not in frame]:
        raise GidtkError(f"each {lost[0]}: reports have no such column: they have {', '.join(frame.columns)}")
    original = reports if isinstance(reports, pd.DataFrame) else frame
    for name, value in (given or {}).items():
        if name == "region":
            places = [frame["region"], *(original[p] for p in PLACES if p in original)]
            fits = [place.astype("string").eq(str(value)).fillna(False) for place in places]
            frame = frame[pd.concat(fits, axis=1).any(axis=1)]
        elif name in frame:
            frame = frame[frame[name].astype("string").eq(str(value)).fillna(False)]
    found = frame[list(names)].dropna().drop_duplicates().sort_values(list(names), kind="stable")
    if found.empty:
        raise GidtkError(f"each {', '.join(names)}: no report has {'all of them' if len(names) > 1 else 'it'}")
    return [{str(key): value for key, value in row.items()} for row in found.astype(object).to_dict("records")]


def _unmistakable(frame: pd.DataFrame) -> pd.Series:
    """Return the code where it names one report of a year, else the agency where that does, else the report's id."""

    def alone(name: str) -> pd.Series:
        sizes = frame.groupby([name, "year"], dropna=False)[name].transform("size")
        return frame[name].notna() & (sizes == 1)

    named = frame["agency"].where(alone("agency"), frame["report"]) if "report" in frame else frame["agency"]
    return frame["region_code"].where(alone("region_code"), named)


def _of_all_years(frame: pd.DataFrame) -> pd.Series:
    """Return the code where it is that of one agency, else the agency."""
    agencies = frame.groupby("region_code", dropna=False)["agency"].transform("nunique")
    return frame["region_code"].where(frame["region_code"].notna() & (agencies <= 1), frame["agency"])
