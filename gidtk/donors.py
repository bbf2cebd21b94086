"""The best donors of each section: from whom a text was most likely taken over."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import pandas as pd

from gidtk.comparable import read_sections
from gidtk.dyads import DYAD_COLUMNS
from gidtk.errors import GidtkError
from gidtk.relations import RELATIONS, relation

__all__ = ["DONOR_COLUMNS", "donors"]

DONOR_COLUMNS = {
    "report": "str",
    "unit": "str",
    "year": "Int64",
    "section": "str",
    "rank": "Int64",
    "donor": "str",
    "donor_unit": "str",
    "donor_year": "Int64",
    "relation": "str",
    "reused": "Float64",
    "distinct": "Float64",
}


def donors(
    pairs: pd.DataFrame, texts: pd.DataFrame, *, n: int = 3, among: Collection[str] = RELATIONS, least: float = 0.0
) -> pd.DataFrame:
    """Rank the best donors of each section (最可能的文本来源).

    Parameters
    ----------
    pairs : DataFrame
        As `dyads` gives them.
    texts : DataFrame
        The texts that they were made from.
    n : int
        How many donors of each section.
    among : collection of str
        Which donors, by the relation of their division to the report's: of ``superior``, ``subordinate``,
        ``same_region``, ``same_superior``, ``other``, ``unknown``.
    least : float
        The least share reused.

    Returns
    -------
    DataFrame
        ``report``, ``unit``, ``year``, ``section``, ``rank`` (from 1), ``donor``, ``donor_unit``, ``donor_year``,
        ``relation``, ``reused``, ``distinct`` (see `dyads`), best first: by `reused`, then `distinct`, then the id.

    Raises
    ------
    GidtkError
        If columns are missing, a pair names a report that is not among the texts, or an argument is out of its range.

    Examples
    --------
    >>> texts = pd.DataFrame({
    ...     "report": ["a", "b"], "agency": ["甲县人民政府", "乙市人民政府"], "region_code": ["360829", "360800"],
    ...     "year": 2020, "key": "overview", "text": ["开通了掌上公开小程序，共3个栏目。", "开通了掌上公开小程序。"],
    ... })
    >>> from gidtk.dyads import dyads
    >>> donors(dyads(texts), texts, among=["superior"])[["report", "donor", "relation"]].values.tolist()
    [['a', 'b', 'superior']]
    """
    if absent := [name for name in DYAD_COLUMNS if name not in pairs.columns]:
        raise GidtkError(f"pairs have no column {absent[0]!r}: give what dyads() returns")
    if unknown := [name for name in among if name not in RELATIONS]:
        raise GidtkError(f"no relation {unknown[0]!r}: the relations are {', '.join(RELATIONS)}")
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise GidtkError(f"n {n!r}: give the number of donors, a whole number from 1")
    about = {section.report: section for section in read_sections(texts, "report")}
    values: dict[tuple[Any, ...], dict[str, float | None]] = defaultdict(dict)
    for *pair, measure, value in zip(*(pairs[name].tolist() for name in DYAD_COLUMNS), strict=True):
        values[tuple(pair)][measure] = None if pd.isna(value) else float(value)
    ranked: dict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for (i, j, year, donor_year, section), measures in values.items():
        if absent := [report for report in (i, j) if report not in about]:
            raise GidtkError(f"report {absent[0]!r} of the pairs is not among the texts: give the texts of dyads()")
        kind = relation(about[i].region_code, about[j].region_code)
        reused, distinct = measures.get("reused"), measures.get("distinct")
        if kind in among and reused is not None and reused >= least:
            facts = (j, about[j].unit or None, donor_year, kind, reused, distinct)
            ranked[i, section].append((-reused, -(distinct or 0.0), j, donor_year, year, facts))
    rows = [
        (report, about[report].unit or None, year, section, rank, *facts)
        for (report, section), found in sorted(ranked.items())
        for rank, (_, _, _, _, year, facts) in enumerate(sorted(found)[:n], start=1)
    ]
    return pd.DataFrame(rows, columns=list(DONOR_COLUMNS)).astype(DONOR_COLUMNS)
