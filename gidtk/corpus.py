"""Many reports: finding one in a folder of files."""

import os
from collections.abc import Iterator
from pathlib import Path

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
        If the folder is missing, or if none or several of its reports are of that region and year.

    Examples
    --------
    >>> find_report("sample", "360829", 2020).agency
    '安福县人民政府'
    """
    folder = Path(corpus)
    if str(corpus) == "sample":
        from gidtk.bundled import sample

        folder = sample()
    if not folder.exists():
        raise GidtkError(f"{corpus}: no such folder: give a folder of reports, or 'sample' for the bundled ones")
    reports = list(_reports(folder))
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
    raise GidtkError(f"{corpus}: no report of {region} for {year}; there is {there}")


def _reports(folder: Path) -> Iterator[Report]:
    files = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        if path.name.startswith("."):
            continue
        try:
            yield read_report(path)
        except (NotAReportError, UnreadableFileError):
            continue


def _is_of(report: Report, region: str) -> bool:
    return region in (report.region_code, report.region, report.agency)
