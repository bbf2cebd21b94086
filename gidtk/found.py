"""The report of a region and year: found in a corpus, in a folder of files, or among the samples."""

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gidtk.bundled import sample
from gidtk.corpus import Corpus, open_corpus
from gidtk.errors import GidtkError, NotAReportError, UnreadableFileError
from gidtk.report import Report, read_report
from gidtk.schemas import PLACES
from gidtk.store import is_corpus

__all__ = ["find_report"]


def find_report(corpus: str | os.PathLike[str] | Corpus, region: str, year: int) -> Report:
    """Find the report of a region and year in a corpus or a folder of files.

    Parameters
    ----------
    corpus : str, path or Corpus
        A corpus, a folder of reports (subfolders included), or one file; ``sample`` for the bundled ones.
    region : str
        A six-digit code such as ``360829``, or a name such as 安福县; of a corpus also the id of a report, where an
        agency has several of a year.
    year : int
        The year reported on.

    Returns
    -------
    Report
        From a corpus: as its tables have it, see :meth:`Corpus.report`.

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
    if isinstance(corpus, Corpus):
        return _find_in_corpus(corpus, region, year)
    if str(corpus) == "sample" and not any(_is_of(report, region) for report in _read(sample())[0]):
        return _find_in_corpus(open_corpus("sample"), region, year)
    folder = sample() if str(corpus) == "sample" else Path(corpus)
    if not folder.exists():
        raise GidtkError(f"{corpus}: no such folder: give a folder of reports, or 'sample' for the bundled ones")
    if is_corpus(folder):
        return _find_in_corpus(open_corpus(folder), region, year)
    reports, unread = _read(folder)
    found = [report for report in reports if report.year == year and _is_of(report, region)]
    if len(found) == 1:
        return found[0]
    if found:
        files = ", ".join(report.source.file for report in found)
        raise GidtkError(
            f"{corpus}: {len(found)} reports of {region} for {year} ({files}): name one file as the corpus"
        )
    there = sorted({f"{r.agency or r.title or r.source.file} {r.year}" for r in reports})
    gaps = f"; not read: {', '.join(unread[:8])}" if unread else ""
    raise _none(corpus, region, year, there, gaps)


def _none(corpus: object, region: str, year: int, there: Sequence[str], gaps: str) -> GidtkError:
    listed = ", ".join(there[:8]) or "no report at all"
    return GidtkError(f"{corpus}: no report of {region} for {year}; there is {listed}{gaps}")


def _find_in_corpus(corpus: Corpus, region: str, year: int) -> Report:
    found = _called(corpus.select(years=int(year)), region)
    if len(found) == 1:
        return corpus.report(found["report"].iloc[0])
    if len(found):
        listed = ", ".join(f"{row.report} {row.agency} ({row.file})" for row in found.head(8).itertuples())
        raise GidtkError(
            f"{corpus.path}: {len(found)} reports of {region} for {year}: {listed}; "
            "give the agency's full name, or the id of one"
        )
    own = _called(corpus, region)
    there = own if len(own) else corpus.table("reports", ["agency", "year"])
    raise _none(corpus.path, region, year, sorted({f"{row.agency} {row.year}" for row in there.itertuples()}), "")


def _called(corpus: Corpus, region: str) -> pd.DataFrame:
    """Return the reports that go by a code, a name or an id; only the columns that tell them apart are loaded."""
    reports = corpus.table("reports", [*PLACES, "year", "file"])
    return reports[(reports[list(PLACES)] == region).fillna(False).any(axis=1)]


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
