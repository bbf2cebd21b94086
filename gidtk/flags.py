"""What to know of a report before it is counted: versions, joint reports, several of one agency and year."""

import re
from typing import TYPE_CHECKING

import pandas as pd

from gidtk.errors import GidtkError
from gidtk.schemas import facts

if TYPE_CHECKING:
    from gidtk.report import Report

__all__ = ["flag_reports", "flagged", "notice"]


def flag_reports(reports: pd.DataFrame, same_bytes: set[str], differing: set[str]) -> pd.DataFrame:
    """Return the reports with their flags; none is dropped.

    Parameters
    ----------
    reports : DataFrame
        ``report``, ``sha256``, ``title``, ``agency``, ``region_code``, ``scope``, ``year``.
    same_bytes : set of str
        sha256 of documents that stand under several names.
    differing : set of str
        Reports of which registry and page disagree.

    Returns
    -------
    DataFrame
        With ``flags``, joined by ``;``, empty for none: ``second_report``, ``same_bytes``, ``revised``, ``joint``,
        ``same_unit_year`` (several reports of one agency and year, of the same scope as far as they say),
        ``other_scope`` (of one agency and year, of different scopes), ``registry_differs``, ``simulated`` (made by
        :func:`gidtk.simulate`, by the agency's name).

    Examples
    --------
    >>> same = ["甲局", "110000", None, 2020]
    >>> rows = [["a", "x", "2020年报告（修订）", *same], ["b", "y", "报告", *same]]
    >>> frame = pd.DataFrame(rows, columns=["report", "sha256", "title", "agency", "region_code", "scope", "year"])
    >>> flag_reports(frame, set(), set())["flags"].tolist()
    ['revised;same_unit_year', 'same_unit_year']
    """
    titles, words = reports["title"].fillna(""), facts()["titles"]
    unit = [reports["region_code"].fillna(""), reports["agency"], reports["year"]]
    whole = reports["agency"].notna() & reports["year"].notna()
    by_unit = reports["report"].groupby(unit)
    scopes = reports["scope"].fillna("").groupby(unit).transform("nunique")
    alike = reports["report"].groupby([*unit, reports["scope"].fillna("")]).transform("size")
    marks = {
        "second_report": reports["report"].str.contains("-", regex=False),
        "same_bytes": reports["sha256"].isin(same_bytes),
        "revised": titles.str.contains(words["revised"]),
        "joint": titles.map(lambda title: bool(re.search(words["joint"], title))),
        "same_unit_year": whole & ((by_unit.transform("size") > 1) & (scopes == 1) | (alike > 1)),
        "other_scope": whole & (scopes > 1),
        "registry_differs": reports["report"].isin(differing),
        "simulated": reports["agency"].str.contains(facts()["agencies"]["simulated"]),
    }
    columns = [mark.fillna(False).astype(bool).tolist() for mark in marks.values()]
    flags = [";".join(name for name, on in zip(marks, row, strict=True) if on) for row in zip(*columns, strict=True)]
    return reports.assign(flags=pd.Series(flags, index=reports.index, dtype="str"))


def flagged(reports: pd.DataFrame, flag: str) -> pd.Series:
    """Say which reports bear a flag.

    Parameters
    ----------
    reports : DataFrame
        With ``flags``, as :func:`flag_reports` gives them.
    flag : str
        One of them.

    Returns
    -------
    Series
        True or False, never missing.

    Examples
    --------
    >>> flagged(pd.DataFrame({"flags": ["revised;joint", None]}), "revised").tolist()
    [True, False]
    """
    return reports["flags"].fillna("").str.split(";").map(lambda flags: flag in flags).astype(bool)


def notice(reports: "pd.DataFrame | Report", lang: str = "zh") -> str:
    """Say that simulated reports are among them: it belongs beside every table and figure that they enter.

    Parameters
    ----------
    reports : DataFrame or Report
        With ``flags``, as a corpus has it; or one report.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    str
        A sentence, or nothing where every report is real.

    Examples
    --------
    >>> import gidtk as gid
    >>> notice(gid.open_corpus("sample").select(years=2019).reports, "en")
    'Contains simulated data: 24 of 24 reports were made by a program; places, agencies and figures are invented.'
    """
    if lang not in facts()["notice"]:
        raise GidtkError(f"lang {lang!r}: give 'zh' or 'en'")
    if isinstance(reports, pd.DataFrame):
        marked = flagged(reports, "simulated").tolist()
    else:
        marked = [re.search(facts()["agencies"]["simulated"], reports.agency or "") is not None]
    said: str = facts()["notice"][lang]
    return said.format(simulated=sum(marked), all=len(marked)) if any(marked) else ""
