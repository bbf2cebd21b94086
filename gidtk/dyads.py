"""Pairs of reports of different units that share text: found by MinHash, measured exactly.

References
----------
Broder, A. Z. (1997). On the resemblance and containment of documents. Proceedings of Compression and Complexity of
SEQUENCES 1997, 21-29. https://doi.org/10.1109/SEQUEN.1997.666900
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gidtk.alignment import check_length, share, standing, widened
from gidtk.comparable import Section, read_sections
from gidtk.errors import GidtkError
from gidtk.masking import KINDS, mask
from gidtk.relations import LEVELS, stem
from gidtk.shingles import Shingles, candidates, common_shingles, shared, shingle

__all__ = ["DYAD_COLUMNS", "dyads"]

DYAD_COLUMNS = {
    "id_i": "str",
    "id_j": "str",
    "year_i": "Int64",
    "year_j": "Int64",
    "section": "str",
    "measure": "str",
    "value": "Float64",
}
_FEW = 3  # what stands with no more units than these is not common, however small the corpus
_SPARE = 3  # candidates measured for one that is kept


class _Text(NamedTuple):
    """A section ready to be compared."""

    section: Section
    form: str
    weights: NDArray[np.int32]
    shingles: Shingles


def dyads(
    texts: pd.DataFrame,
    *,
    k: int = 8,
    masked: Collection[str] = KINDS,
    lags: Collection[int] = (0,),
    n: int = 5,
    common: float = 0.1,
    by: str = "section",
) -> pd.DataFrame:
    """Measure what reports took over from those of other units: one row a pair, section and measure (文本相似对).

    Each section is compared with the same one of other units; where many are there, with those that MinHash with
    banding (LSH) proposes, and with superiors. Every value is computed from the two texts themselves.

    Parameters
    ----------
    texts : DataFrame
        As for `reuse`; with ``region_code`` superiors are known.
    k : int
        The shortest passage that counts as taken over, in characters.
    masked : collection of str
        What is masked before comparing.
    lags : collection of int
        Years between the report i and its donor j: 0 for the same year (a direction of copying cannot be told then), 1
        for the year before.
    n : int
        How many donors of each section and lag to keep, and how many superiors beside them. Memory and time are bounded
        by it.
    common : float
        Passages of `k` that more than this share of the units print are common: they propose no pair, and `distinct`
        leaves them out. What no more than three units print is never common.
    by : str
        ``section`` or ``report``; see `reuse`.

    Returns
    -------
    DataFrame
        ``id_i`` (the report that may have copied), ``id_j`` (the donor), ``year_i``, ``year_j``, ``section``,
        ``measure``, ``value``, sorted by the first six. ``reused``: share of the characters of i in passages of `k` or
        more that stand in j. ``distinct``: of the k-grams of i that are not common, the share that stand in j; missing
        where all are common. Both are of i, not symmetric. Pairs without any passage in common have no row; a pair
        that has no row shared less than those that have, or was not proposed: its value is unknown, not 0. Reports
        without a year, and pairs of one unit, have none.

    Raises
    ------
    GidtkError
        If an argument is out of its range; for the texts as in `reuse`.

    Notes
    -----
    Up to 256 texts of a section and year are all compared. Of more, those whose signatures (512 values in 256 bands)
    meet: about nine in ten of the pairs whose uncommon passages have a Jaccard index of 0.1, nearly all with 0.15. A
    short text that was taken from a very long one has a low index and may be missed, unless it is a superior's.

    Examples
    --------
    >>> texts = pd.DataFrame({
    ...     "report": ["a", "b"], "agency": ["甲县人民政府", "乙县人民政府"], "year": 2020, "key": "overview",
    ...     "text": ["甲县开通了掌上公开小程序，共3个栏目。", "乙县开通了掌上公开小程序，全年公开8条。"],
    ... })
    >>> dyads(texts)[["id_i", "measure", "value"]].round(3).values.tolist()
    [['a', 'distinct', 0.455], ['a', 'reused', 0.684], ['b', 'distinct', 0.417], ['b', 'reused', 0.65]]
    """
    check_length(k)
    _check(lags, n, common)
    rows = [
        row
        for sections in _by_key(read_sections(texts, by)).values()
        for row in _rows(sections, k, masked, sorted(set(lags)), n, common)
    ]
    frame = pd.DataFrame(rows, columns=list(DYAD_COLUMNS)).astype(DYAD_COLUMNS)
    return frame.sort_values(list(DYAD_COLUMNS)[:-1], kind="stable", ignore_index=True)


def _check(lags: Collection[int], n: int, common: float) -> None:
    if isinstance(lags, str) or not lags or any(not isinstance(lag, int) or lag < 0 for lag in lags):
        raise GidtkError(f"lags {lags!r}: give years as whole numbers from 0, such as (0, 1)")
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise GidtkError(f"n {n!r}: give the number of donors to keep, a whole number from 1")
    if not 0 <= common <= 1:
        raise GidtkError(f"common {common}: give a share from 0 to 1")


def _by_key(given: Sequence[Section]) -> dict[str, list[Section]]:
    found: dict[str, list[Section]] = defaultdict(list)
    for section in given:
        if section.year is not None:
            found[section.key].append(section)
    return found


def _rows(
    sections: Sequence[Section], k: int, masked: Collection[str], lags: Sequence[int], n: int, common: float
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of one section key, year by year: only the years that are needed are at hand."""
    by_year: dict[int, list[Section]] = defaultdict(list)
    for section in sections:
        by_year[section.year or 0].append(section)
    ready: dict[int, list[_Text]] = {}
    for year in sorted(by_year):
        ready = {then: ready[then] for then in ready if then >= year - max(lags)}
        ready[year] = [_prepared(section, k, masked) for section in by_year[year]]
        for lag in lags:
            if year - lag in ready:
                yield from _year(ready[year], ready[year - lag] if lag else (), k, n, common)


def _prepared(section: Section, k: int, masked: Collection[str]) -> _Text:
    masked_text = mask(section.text, masked, section.names)
    form = masked_text.form
    return _Text(section, form, masked_text.weights.astype(np.int32), shingle(form, k))


def _year(
    askers: Sequence[_Text], earlier: Sequence[_Text], k: int, n: int, common: float
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of one year; donors are the earlier texts, or where there are none the askers themselves."""
    texts = [*askers, *earlier]
    owners = [text.section.owner for text in texts]
    shingles = [text.shingles for text in texts]
    usual = common_shingles(shingles, owners, max(_FEW, int(common * len(set(owners)))))
    rare = [~np.isin(found.hashes, usual) for found in shingles]
    asks = np.arange(len(texts)) < len(askers)
    gives = ~asks if earlier else asks
    met: dict[int, set[int]] = defaultdict(set)
    for i, j in candidates(shingles, rare, owners, asks, gives, _SPARE * n):
        met[i].add(j)
    above = _by_stem(texts, gives)
    for i in range(len(askers)):
        superiors = _superiors(texts[i], above, owners[i])
        measured = [_measured(texts[i], rare[i], texts[j], j, k) for j in sorted(met[i].union(superiors))]
        found = sorted((item for item in measured if item[0]), key=lambda item: (-(item[0] or 0), item[2]))
        best = {item[2] for item in found[:n]} | {item[2] for item in [x for x in found if x[2] in superiors][:n]}
        for reused, distinct, j in found:
            if j in best:
                one, other = texts[i].section, texts[j].section
                pair = (one.report, other.report, one.year, other.year, one.key)
                yield *pair, "reused", reused
                yield *pair, "distinct", distinct


def _by_stem(texts: Sequence[_Text], gives: NDArray[np.bool_]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, (text, gives_) in enumerate(zip(texts, gives, strict=True)):
        if gives_ and text.section.region_code:
            found[stem(text.section.region_code)].append(number)
    return found


def _superiors(text: _Text, above: Mapping[str, list[int]], owner: str) -> set[int]:
    """Return the texts of the divisions above; of a division with very many units the first hundred."""
    own = stem(text.section.region_code or "")
    return {j for digits in LEVELS if digits < len(own) for j in above.get(own[:digits], ())[:100]}


def _measured(
    text: _Text, rare: NDArray[np.bool_], donor: _Text, number: int, k: int
) -> tuple[float | None, float | None, int]:
    """Return both measures of a pair, from the two texts themselves."""
    if not len(rare):
        return share(text.weights, standing(text.form, [donor.form], k)), None, number
    hits = shared(text.form, text.shingles, donor.form, donor.shingles, k)
    begun = np.zeros(len(rare), dtype=np.bool_)
    begun[text.shingles.places[hits]] = True
    return share(text.weights, widened(begun, k)), float(hits[rare].mean()) if rare.any() else None, number
