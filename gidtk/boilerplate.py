"""Sentences that many reports of a year have in common."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gidtk.comparable import Section, read_sections
from gidtk.errors import GidtkError
from gidtk.masking import KINDS, Masked, mask, sentences, shown

__all__ = ["BOILERPLATE_COLUMNS", "Crowd", "boilerplate", "check_at_least", "numbered"]

Numbers = NDArray[np.uint64]
BOILERPLATE_COLUMNS = {"year": "Int64", "reports": "Int64", "share": "Float64", "sentence": "str", "masked": "str"}


class Crowd:
    """In how many reports of each year a sentence stands; a sentence is a number of eight bytes.

    Parameters
    ----------
    told : iterable of tuple
        Year (None is left out), report and the sentences (:func:`numbered`) of every section.

    Attributes
    ----------
    reports : Counter
        How many reports each year has.
    """

    def __init__(self, told: Iterable[tuple[int | None, str, Numbers]]) -> None:
        by_report: dict[tuple[int, str], list[Numbers]] = defaultdict(list)
        for year, report, said in told:
            if year is not None:
                by_report[year, report].append(said)
        self.reports = Counter(year for year, _ in by_report)
        by_year: dict[int, list[Numbers]] = defaultdict(list)
        for (year, _), parts in by_report.items():
            by_year[year].append(np.unique(np.concatenate(parts)))
        self._counts = {year: np.unique(np.concatenate(each), return_counts=True) for year, each in by_year.items()}

    def counts(self, year: int, said: Numbers) -> NDArray[np.int64]:
        """Return in how many reports of the year each of some sentences stands."""
        known, counts = self._counts[year]
        if not len(known):
            return np.zeros(len(said), dtype=np.int64)
        places = np.minimum(np.searchsorted(known, said), len(known) - 1)
        return np.where(known[places] == said, counts[places], 0)


def numbered(form: Masked, places: Sequence[tuple[int, int]]) -> Numbers:
    """Return the number of each sentence of a form: the same for the same words.

    Examples
    --------
    >>> form = mask("公开3条。公开4条。")
    >>> len(set(numbered(form, sentences(form)).tolist()))
    1
    """
    told = (form.form[begin:end].encode("utf-8", "surrogatepass") for begin, end in places)
    return np.array([int.from_bytes(blake2b(said, digest_size=8).digest()) for said in told], dtype=np.uint64)


def check_at_least(at_least: int) -> None:
    """Raise if it is no number of reports."""
    if isinstance(at_least, bool) or not isinstance(at_least, int) or at_least < 2:
        raise GidtkError(f"at_least {at_least!r}: give the number of reports, a whole number from 2")


def boilerplate(texts: pd.DataFrame, *, at_least: int = 3, masked: Collection[str] = KINDS) -> pd.DataFrame:
    """List the sentences that stand in many reports of a year (套话).

    Parameters
    ----------
    texts : DataFrame
        As for `reuse`.
    at_least : int
        In how many reports of the year a sentence stands.
    masked : collection of str
        What is masked before sentences are compared.

    Returns
    -------
    DataFrame
        One row a year and sentence, the most frequent of each year first: ``year``, ``reports`` (how many of the year
        have it), ``share`` (of the reports of that year among the texts), ``sentence`` (as the first of them prints
        it), ``masked`` (as compared, with ``〈N〉`` and the like). Reports without a year are left out.

    Raises
    ------
    GidtkError
        If `at_least` is below 2 or a mask is unknown; for the texts as in `reuse`.

    Examples
    --------
    >>> texts = pd.DataFrame({
    ...     "report": ["a", "b"], "agency": ["甲县人民政府", "乙县人民政府"], "year": 2020, "key": "overview",
    ...     "text": ["甲县公开信息12条。机构不健全。", "乙县公开信息7条。"],
    ... })
    >>> boilerplate(texts, at_least=2)
       year  reports  share  sentence      masked
    0  2020        2    1.0  甲县公开信息12条  〈U〉公开信息〈N〉条
    """
    check_at_least(at_least)
    given = [section for section in read_sections(texts) if section.year is not None]
    crowd = Crowd((section.year, section.report, _told(section, masked)[2]) for section in given)
    rows: dict[tuple[int, str], tuple[int, int, float, str, str]] = {}
    for section in given:
        form, places, said = _told(section, masked)
        year = section.year or 0
        for (begin, end), count in zip(places, crowd.counts(year, said).tolist(), strict=True):
            sentence = form.form[begin:end]
            if count >= at_least and (year, sentence) not in rows:
                printed = form.text[form.starts[begin] : form.ends[end - 1]]
                rows[year, sentence] = (year, count, count / crowd.reports[year], printed, shown(sentence))
    ordered = sorted(rows.values(), key=lambda row: (row[0], -row[1], row[4]))
    return pd.DataFrame(ordered, columns=list(BOILERPLATE_COLUMNS)).astype(BOILERPLATE_COLUMNS)


def _told(section: Section, masked: Collection[str]) -> tuple[Masked, list[tuple[int, int]], Numbers]:
    form = mask(section.text, masked, section.names)
    places = sentences(form)
    return form, places, numbered(form, places)
