"""Many reports: finding one in a folder of files."""

import os
from pathlib import Path

from gidtk.bundled import sample
from gidtk.errors import GidtkError, NotAReportError, UnreadableFileError
from gidtk.report import Report, read_report

__all__ = ["find_report"]


def find_report(corpus: str | os.PathLike[str], region: str, year: int) -> Report:
    """Find the report of a region and year in a folder of files.

    Parameters
    ----------
    corpus : str or path
        A folder of reports (subfolders included), or one file; ``sample`` for the bundled reports.
    region : str
        A six-digit code such as ``360829``, or a name such as 安福县.
    year : int
        The year reported on.

    Returns
    -------
    Report

    Raises
    ------
    GidtkError
        If the folder is missing, if none or several of its reports are of that region and year, or if the one file
        cannot be read.

    Examples
    --------
    >>> find_report("sample", "360829", 2020).agency
    '安福县人民政府'
    """
    folder = sample() if str(corpus) == "sample" else Path(corpus)
    if not folder.exists():
        raise GidtkError(f"{corpus}: no such folder: give a folder of reports, or 'sample' for the bundled ones")
    reports, unread = _read(folder)
    found = [report for report in reports if report.year == year and _is_of(report, region)]
    if len(found) == 1:
        return found[0]
    if found:
        files = ", ".join(report.source.file for report in found)
        raise GidtkError(
            f"{corpus}: {len(found)} reports of {region} for {year} ({files}): name one file as the corpus"
        )
    there = (
        ", ".join(sorted({f"{r.agency or r.title or r.source.file} {r.year}" for r in reports})[:8])
        or "no report at all"
    )
    gaps = f"; not read: {', '.join(unread[:8])}" if unread else ""
    raise GidtkError(f"{corpus}: no report of {region} for {year}; there is {there}{gaps}")


def _read(folder: Path) -> tuple[list[Report], list[str]]:
    """Read what can be read; of the other files return the names."""
    if folder.is_file():
        return [read_report(folder)], []
    reports, unread = [], []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        try:
            reports.append(read_report(path))
        except (NotAReportError, UnreadableFileError):
            unread.append(path.name)
    return reports, unread


def _is_of(report: Report, region: str) -> bool:
    return region in (report.region_code, report.region, report.agency)
