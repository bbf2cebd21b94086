"""The reports of one unit over the years, and those of its peers in one year."""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from gidtk.corpus import Corpus
from gidtk.errors import GidtkError
from gidtk.flags import flagged
from gidtk.units import unit_of

__all__ = ["WITHIN", "Chosen", "all_of", "peers_of", "years_of"]

WITHIN = ("country", "province", "prefecture")
_DIGITS = {"country": 0, "province": 2, "prefecture": 4}  # of a code, that peers have in common
_NAMES = ("region_code", "region", "agency", "report")
SIMULATED = "simulated"
FEW_CODES = 30  # that are sought one by one


class Chosen(NamedTuple):
    """Some reports of a corpus with their cells and verdicts; :func:`gidtk.panel.panel` takes it as it is.

    Attributes
    ----------
    reports, cells, verdicts : DataFrame
        As in the corpus.
    """

    reports: pd.DataFrame
    cells: pd.DataFrame
    verdicts: pd.DataFrame


def all_of(corpus: Corpus) -> Chosen:
    """Return all reports of a corpus, of several of one unit and year the revised one first.

    Parameters
    ----------
    corpus : Corpus
        As :func:`gidtk.open_corpus` gives it, or what was chosen from it.

    Returns
    -------
    Chosen
        For ``panel(…, duplicates="first")``, which then keeps the revised report.

    Examples
    --------
    >>> import gidtk as gid
    >>> found = all_of(gid.open_corpus("sample").select(years=2022, region="329901"))
    >>> found.reports["flags"].str.contains("revised").tolist()
    [True, False]
    """
    return Chosen(_sorted(corpus.reports).reset_index(drop=True), corpus.cells, corpus.verdicts)


def years_of(corpus: Corpus, region: str) -> Chosen:
    """Return all reports of one unit.

    Parameters
    ----------
    corpus : Corpus
        As :func:`gidtk.open_corpus` gives it.
    region : str
        A six-digit code, the name of a region, the full name of an agency, or the id of one report. A code or region
        stands for its government where the corpus has reports of departments too.

    Returns
    -------
    Chosen
        In the order of years; of several reports of one year the revised one first.

    Raises
    ------
    GidtkError
        If the corpus has no report of it, or those of several agencies.

    Examples
    --------
    >>> import gidtk as gid
    >>> years_of(gid.open_corpus("sample"), "329901").reports["year"].tolist()
    [2019, 2020, 2021, 2022, 2022, 2023, 2024]
    """
    return _chosen(corpus, _sorted(_of(corpus, region)))


def peers_of(corpus: Corpus, region: str, year: int, *, within: str = "province", peers: Iterable[str] = ()) -> Chosen:
    """Return the report of a unit of one year and those of its peers.

    Parameters
    ----------
    corpus : Corpus
        As :func:`gidtk.open_corpus` gives it.
    region : str
        As for :func:`years_of`.
    year : int
        The report year.
    within : str
        ``province`` or ``prefecture`` (by the first digits of the code), or ``country``.
    peers : iterable of str
        Codes or names to compare with, instead of those that `within` gives.

    Returns
    -------
    Chosen
        One report a unit (of several the revised one, else the first), by code and agency. Peers are agencies of the
        same kind and level whose figures are not known to be of another scope; simulated reports are peers of
        simulated reports only.

    Raises
    ------
    GidtkError
        If the unit has no report of that year, if a peer given has none, or for another value of `within`.

    Examples
    --------
    >>> import gidtk as gid
    >>> peers_of(gid.open_corpus("sample"), "329901", 2022).reports["region_code"].tolist()
    ['329901', '329902', '329903']
    """
    if within not in WITHIN:
        raise GidtkError(f"within={within!r}: give one of {', '.join(WITHIN)}")
    if isinstance(peers, str):
        raise GidtkError(f"peers must be a list of codes or names, got the string {peers!r}; write [{peers!r}]")
    own = _of_year(_of(corpus, region), region, year)
    named = [_of_year(_of(corpus, peer), peer, year) for peer in peers]
    found = pd.concat([own, *named]) if named else _alike(corpus.select(years=year).reports, own.iloc[0], within)
    found = found.drop_duplicates("report").sort_values(["region_code", "agency"], kind="stable")
    return _chosen(corpus, found.reset_index(drop=True))


def _of(corpus: Corpus, region: str) -> pd.DataFrame:
    """Return the reports of the one unit that a code or name stands for."""
    reports = corpus.reports
    found = reports[(reports[list(_NAMES)] == region).fillna(False).any(axis=1)]
    units = unit_of(found)
    if units.nunique() > 1 and units[(found["kind"] == "government").fillna(False)].nunique() == 1:
        found = found[(found["kind"] == "government").fillna(False)]
    if found.empty:
        there = sorted({" ".join(filter(None, pair)) for pair in _pairs(reports)})
        raise GidtkError(
            f"{corpus.path.name}: no report of {region!r}; there is {', '.join(there[:8]) or 'none at all'}"
        )
    if (agencies := sorted(found["agency"].fillna("").unique()))[1:]:
        raise GidtkError(
            f"{corpus.path.name}: {region!r} stands for {', '.join(agencies[:8])}: give one of them in full"
        )
    return found


def _pairs(reports: pd.DataFrame) -> Iterable[tuple[str, str]]:
    return reports[["region_code", "agency"]].fillna("").itertuples(index=False, name=None)


def _sorted(reports: pd.DataFrame) -> pd.DataFrame:
    return (
        reports.assign(_later=~flagged(reports, "revised"))
        .sort_values(["year", "_later"], kind="stable")
        .drop(columns="_later")
    )


def _of_year(reports: pd.DataFrame, region: str, year: int) -> pd.DataFrame:
    found = _sorted(reports[(reports["year"] == year).fillna(False)])
    if found.empty:
        years = ", ".join(str(known) for known in sorted(reports["year"].dropna().unique()))
        raise GidtkError(f"no report of {region!r} for {year}; there are those of {years or 'unknown years'}")
    return found.head(1)


def _alike(reports: pd.DataFrame, own: pd.Series, within: str) -> pd.DataFrame:
    """Return the reports of a year that may be held beside one of them, and itself."""
    code, digits = own["region_code"], _DIGITS[within]
    near = pd.Series(True, index=reports.index)
    if digits:
        near = reports["region_code"].str[:digits] == (None if pd.isna(code) else code[:digits])
    for name in ("kind", "level"):
        near &= reports[name].isna() if pd.isna(own[name]) else reports[name] == own[name]
    if not pd.isna(own["scope"]):
        near &= reports["scope"].isna() | (reports["scope"] == own["scope"])
    drawn = flagged(reports, SIMULATED)
    near &= drawn == (SIMULATED in str(own["flags"]))
    unit, itself = unit_of(reports), reports["report"] == own["report"]
    near = near & ~unit.isin(unit[itself].dropna()) | itself  # of its own unit this very report
    found = _sorted(reports[near.fillna(False).astype(bool)])
    return found[~unit_of(found).duplicated() | unit_of(found).isna()]


def _chosen(corpus: Corpus, reports: pd.DataFrame) -> Chosen:
    """Return the reports with their cells and verdicts, of which no more is loaded than the corpus has to."""
    years, codes = reports["year"].unique().tolist(), reports["region_code"].unique().tolist()
    dated = len(years) and not reports["year"].isna().any()
    placed = 0 < len(codes) <= FEW_CODES and not reports["region_code"].isna().any()
    part = corpus.select(years=years if dated else None, region=codes if placed else None)
    ids = reports["report"].tolist()
    cells, verdicts = (frame[frame["report"].isin(ids)].reset_index(drop=True) for frame in (part.cells, part.verdicts))
    return Chosen(reports.reset_index(drop=True), cells, verdicts)
