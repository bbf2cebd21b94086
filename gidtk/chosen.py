"""Which reports of a corpus are looked at: those of a place and a year, what they are called, which are missing."""

from collections.abc import Hashable
from dataclasses import replace

import pandas as pd

from gidtk.agencies import kind
from gidtk.corpus import Corpus
from gidtk.errors import GidtkError
from gidtk.units import superseded, unit_of

__all__ = ["choose", "chosen_name", "coverage", "of_region", "one_report", "standing"]

_NAMES = ("region", "agency", "prefecture", "province", "report")
_SAID = {
    "zh": {
        "all": "全部报告",
        "counted": "{n} 份报告，{units} 个机关，{years}",
        "missing": "；首末年份之间缺 {gaps} 份：{named}",
        "comma": "、",
        "stop": "。",
        "undated": "没有年份",
        "others": "等",
    },
    "en": {
        "all": "All reports",
        "counted": "Reports: {n}; agencies: {units}; {years}",
        "missing": "; missing between first and last year: {gaps} ({named})",
        "comma": ", ",
        "stop": ".",
        "undated": "without a year",
        "others": " and others",
    },
}
_FEW = 8  # missing reports named
_ID = 16  # digits of a report's id, which may all be decimal


def of_region(reports: pd.DataFrame, region: str) -> pd.Series:
    """Tell which reports are of a place.

    Parameters
    ----------
    reports : DataFrame
        ``region_code`` and any of ``region``, ``agency``, ``prefecture``, ``province``, ``report``, as
        ``corpus.reports``.
    region : str
        The first digits of a code (``36`` a province, ``3608`` a prefecture, ``360829`` a county), or the whole name of
        a region, agency, prefecture or province, or the id of one report; empty for every report.

    Returns
    -------
    Series
        Boolean, under the index of `reports`.

    Examples
    --------
    >>> reports = pd.DataFrame({"region_code": ["360829", "110105"], "region": ["安福县", "朝阳区"]})
    >>> of_region(reports, "36").tolist(), of_region(reports, "朝阳区").tolist()
    ([True, False], [False, True])
    """
    if not region:
        return pd.Series(True, index=reports.index)
    if region.isascii() and region.isdigit() and len(region) < _ID:
        return reports["region_code"].astype("str").str.startswith(region).fillna(False).astype(bool)
    known = [name for name in _NAMES if name in reports.columns]
    return (reports[known] == region).fillna(False).any(axis=1).astype(bool)


def choose(corpus: Corpus, region: str = "", year: int = 0) -> Corpus:
    """Choose the reports of a place and a year, by code or by name.

    Parameters
    ----------
    corpus : Corpus
        As :func:`gidtk.open_corpus` gives it.
    region : str
        The first digits of a code, or a name; see :func:`of_region`. Empty for every place.
    year : int
        The year reported on; 0 for every year.

    Returns
    -------
    Corpus
        With these reports only.

    Raises
    ------
    GidtkError
        If there is none; the message says what is there.

    Examples
    --------
    >>> choose(gid.open_corpus("sample"), "安福县", 2020).cells  # doctest: +SKIP
    """
    reports = corpus.reports
    fits = of_region(reports, region)
    wanted = fits & (reports["year"] == year).fillna(False).astype(bool) if year else fits
    if wanted.any() or not (region or year):
        ids = tuple(reports.loc[wanted, "report"].tolist())
        return replace(corpus, chosen=(*corpus.chosen, ("report", ids))) if region or year else corpus
    there = reports[fits] if fits.any() else reports
    pairs = there[["agency", "year"]].itertuples(index=False, name=None)
    listed = sorted({f"{agency} {year}" for agency, year in pairs})
    what = " ".join(filter(None, (region, str(year) if year else "")))
    raise GidtkError(f"{corpus.path}: no report of {what}; there is {', '.join(listed[:8]) or 'no report at all'}")


def standing(corpus: Corpus, asked: str = "") -> Corpus:
    """Leave out the reports whose revised version is there too, so that no text counts twice.

    Parameters
    ----------
    corpus : Corpus
        As :func:`gidtk.open_corpus` gives it.
    asked : str
        Id of a report that stays in any case, and in place of its revision; any other text has no effect.

    Returns
    -------
    Corpus
        Without reports that are not flagged ``revised`` where another one of the same agency, year and scope is.

    Examples
    --------
    >>> import gidtk as gid
    >>> corpus = gid.open_corpus("sample")
    >>> len(corpus.reports), len(standing(corpus).reports)
    (146, 145)
    """
    reports = corpus.reports
    gone, itself = superseded(reports), reports["report"] == asked
    if (gone & itself).any():
        unit, year = unit_of(reports), reports["year"]
        same = unit.isin(unit[itself]) & year.isin(year[itself])
        gone = gone & ~same | same & ~itself
    if not gone.any():
        return corpus
    return replace(corpus, chosen=(*corpus.chosen, ("report", tuple(reports.loc[~gone, "report"].tolist()))))


def one_report(corpus: Corpus, region: str, year: int = 0) -> "pd.Series":
    """Find the report of one agency and year.

    Parameters
    ----------
    corpus : Corpus
        As :func:`gidtk.open_corpus` gives it.
    region : str
        A code or a name; see :func:`of_region`. Of several agencies of one division its government is meant.
    year : int
        The year reported on; 0 for the latest that there is.

    Returns
    -------
    Series
        Its row of the table of reports, and ``unit``. Of several versions of one year the one published last.

    Raises
    ------
    GidtkError
        If there is none, or none with a year, or reports of several agencies; the message names them.

    Examples
    --------
    >>> import gidtk as gid
    >>> one_report(gid.open_corpus("sample"), "360829")["agency"]
    '安福县人民政府'
    """
    found = choose(corpus, region, year).reports
    found = found.assign(unit=unit_of(found)).sort_values(["year", "published"], kind="stable", na_position="first")
    government = found[[kind(name) == "government" for name in found["agency"].fillna("").tolist()]]
    kept = government if government["unit"].nunique() == 1 else found
    if kept["unit"].nunique(dropna=False) > 1:
        named = sorted(set(kept["unit"].fillna("?")))
        raise GidtkError(
            f"{corpus.path}: region {region!r} is {len(named)} agencies ({', '.join(named[:8])}): "
            "give a whole code or the agency's full name"
        )
    dated = kept[kept["year"].notna()]
    if dated.empty:
        raise GidtkError(f"{corpus.path}: the report of {region} has no year: give it in the registry")
    return dated.iloc[-1]


def chosen_name(reports: pd.DataFrame, region: str = "", lang: str = "zh") -> str:
    """Return what chosen reports are called in a title.

    Parameters
    ----------
    reports : DataFrame
        The reports that :func:`choose` chose.
    region : str
        What was asked for.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    str
        The agency, or the region, prefecture or province that all of them share; else what was asked for.

    Examples
    --------
    >>> chosen_name(pd.DataFrame({"agency": ["甲县", "乙县"], "province": ["江西省", "江西省"]}), "36")
    '江西省'
    >>> chosen_name(pd.DataFrame({"agency": ["甲县"]}), "", "en")
    'All reports'
    """
    if not region:
        return _words(lang)["all"]
    for name in ("agency", "region", "prefecture", "province"):
        if name in reports and reports[name].notna().all() and reports[name].nunique() == 1:
            return str(reports[name].iloc[0])
    return region


def coverage(reports: pd.DataFrame, lang: str = "zh") -> str:
    """Say how many reports of how many agencies and years there are, and which years of an agency are missing.

    Parameters
    ----------
    reports : DataFrame
        ``agency``, ``region_code``, ``year``, as ``corpus.reports``.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    str
        One sentence. Missing are years between an agency's first and last report.

    Examples
    --------
    >>> coverage(pd.DataFrame({"region_code": ["1"] * 2, "agency": ["甲县"] * 2, "year": [2019, 2021]}), "en")
    'Reports: 2; agencies: 1; 2019–2021; missing between first and last year: 1 (甲县 2020).'
    """
    words, years, units = _words(lang), reports["year"].dropna(), unit_of(reports)
    span = "–".join(str(int(year)) for year in dict.fromkeys((years.min(), years.max()))) if len(years) else ""
    said = words["counted"].format(n=len(reports), units=units.nunique(), years=span or words["undated"])
    gaps = [gap for unit, own in reports.groupby(units.to_numpy(), sort=True) for gap in _gaps(unit, own)]
    named = words["comma"].join(gaps[:_FEW]) + words["others"] * (len(gaps) > _FEW)
    return said + (words["missing"].format(gaps=len(gaps), named=named) if gaps else "") + words["stop"]


def _words(lang: str) -> dict[str, str]:
    if lang not in _SAID:
        raise GidtkError(f"lang {lang!r}: give zh or en")
    return _SAID[lang]


def _gaps(unit: Hashable, own: pd.DataFrame) -> list[str]:
    """Name the years between the first and the last report of a unit that have none."""
    there = {int(year) for year in own["year"].dropna()}
    name = own["agency"].iloc[0] if own["agency"].notna().all() else unit
    return [f"{name} {year}" for year in range(min(there, default=0), max(there, default=0)) if year not in there]
