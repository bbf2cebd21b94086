"""How much of a report is copied: from the unit's report of the year before, and from what many print.

The unit of counting is the printed character without white space. Who copied from whom in other regions is in
`gidtk.dyads`; what two texts have in common, passage by passage, in `gidtk.alignment`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gidtk.alignment import check_length, share, standing
from gidtk.boilerplate import Crowd, check_at_least, numbered
from gidtk.comparable import Section, read_sections
from gidtk.masking import KINDS, mask, sentences

__all__ = ["REUSE_COLUMNS", "reuse"]

REUSE_COLUMNS = {
    "report": "str",
    "unit": "str",
    "year": "Int64",
    "section": "str",
    "characters": "Int64",
    "previous": "str",
    "new": "Float64",
    "repeated": "Float64",
    "sentences": "Int64",
    "boilerplate": "Float64",
}


def reuse(
    texts: pd.DataFrame,
    *,
    k: int = 8,
    masked: Collection[str] = KINDS,
    at_least: int = 3,
    by: str = "section",
) -> pd.DataFrame:
    """Measure how much of each text is new, against the unit's own report of the year before (新内容占比).

    Two measures of copying are given, because they answer different questions. `new` counts passages: half a sentence
    that stands in last year's text is not new. `repeated` counts whole sentences: one word changed, and the sentence is
    not repeated. With formulas that all reports share, `new` is low for everybody: compare it among units, and with
    `boilerplate`.

    Parameters
    ----------
    texts : DataFrame
        One row a section: ``report`` (its id), ``year`` (of the report), ``key`` (of the section), ``text``; ``unit``,
        or ``agency`` with ``region_code``, says whose it is; ``agency`` and ``region`` are names to mask. The tables of
        a corpus give it: ``corpus.sections.merge(corpus.reports, on="report", suffixes=("", "_report"))``.
    k : int
        The shortest passage that counts as copied, in characters. Report it with the result.
    masked : collection of str
        What is masked before comparing: ``names``, ``documents``, ``dates``, ``numbers`` (see `gidtk.masking.mask`);
        ``()`` for nothing. Without masks every change of a number or year is new content.
    at_least : int
        In how many reports of the year, whatever its section, a sentence stands to be boilerplate.
    by : str
        ``section``: each section against the same one of the year before. ``report``: all sections of a report as one
        text, so that what moved to another section is not new; the section is then called ``all``.

    Returns
    -------
    DataFrame
        One row a section (or report), in the order given. ``report``, ``unit``, ``year``, ``section``.
        ``characters``: printed ones, without white space. ``previous``: the report compared with; if the unit has
        several of that year, all of them, joined by ``;``, and what stands in any is copied. ``new``: share of the
        characters outside passages of `k` or more that stand in the previous one (1 where it lacks the section).
        ``repeated``: share of the characters of sentences, headings and the lead of a list left out, whose sentences
        stand there whole. ``sentences``: how many there are. ``boilerplate``: the share of the characters of sentences
        that stand in at least `at_least` reports of the year.

        Missing, never 0: ``unit`` where the table has none, ``new`` and ``repeated`` without a previous report, every
        share of a text without characters or sentences, ``boilerplate`` in a year with fewer than `at_least` reports.

    Raises
    ------
    GidtkError
        If a column is not there, a text is missing, a report has two years, or an argument is out of its range.

    Notes
    -----
    A passage has no gaps. The characters in passages of k or more are exactly those of the k-grams in common, so the
    share needs no alignment, and its time grows with the length of the texts. Reports of `gidtk.simulate` have in
    ``answers.json`` under ``reused``: ``previous``, which is `repeated` by report with nothing masked, and ``peers``,
    which is `boilerplate` by report with nothing masked and `at_least` 2.

    Examples
    --------
    >>> texts = pd.DataFrame({
    ...     "report": ["a", "b"], "agency": "安福县人民政府", "year": [2019, 2020], "key": "overview",
    ...     "text": ["2019年公开信息12条。机构不健全。", "2020年公开信息300条。本年新设了公开专栏。"],
    ... })
    >>> reuse(texts)[["report", "previous", "characters", "new", "repeated"]]
      report previous  characters       new  repeated
    0      a      NaN          19      <NA>      <NA>
    1      b        a          24  0.416667  0.590909
    """
    check_length(k)
    check_at_least(at_least)
    given = read_sections(texts, by)
    by_unit: dict[str, list[int]] = defaultdict(list)
    for number, section in enumerate(given):
        by_unit[section.owner].append(number)
    measured: dict[int, _Measured] = {}
    for numbers in by_unit.values():
        measured |= _unit({n: given[n] for n in numbers}, k, masked)
    crowd = Crowd((section.year, section.report, measured[n].said) for n, section in enumerate(given))
    rows = [
        (
            *(section.report, section.unit or None, section.year, section.key),
            *measured[n][:4],
            len(measured[n].said),
            _common(section.year, measured[n], crowd, at_least),
        )
        for n, section in enumerate(given)
    ]
    return pd.DataFrame(rows, columns=list(REUSE_COLUMNS)).astype(REUSE_COLUMNS)


class _Measured(NamedTuple):
    """What a unit's own texts tell of one of them, and its sentences with their characters."""

    characters: int
    previous: str | None
    new: float | None
    repeated: float | None
    said: NDArray[np.uint64]
    weights: NDArray[np.int64]


def _unit(sections: Mapping[int, Section], k: int, masked: Collection[str]) -> dict[int, _Measured]:
    """Measure the texts of one unit; only they are at hand in the form in which they are compared."""
    forms = {n: mask(section.text, masked, section.names) for n, section in sections.items()}
    told = {n: sentences(form) for n, form in forms.items()}
    said = {n: numbered(form, told[n]) for n, form in forms.items()}
    years = {section.report: section.year for section in sections.values()}
    found = {}
    for n, section in sections.items():
        form, new, repeated = forms[n], None, None
        weights = np.array([form.weights[begin:end].sum() for begin, end in told[n]], dtype=np.int64)
        before = sorted(report for report, year in years.items() if section.year and year == section.year - 1)
        if before:
            old = [m for m, other in sections.items() if other.report in before and other.key == section.key]
            copied = share(form.weights, standing(form.form, [forms[m].form for m in old], k))
            new = None if copied is None else 1 - copied
            repeated = share(weights, np.isin(said[n], [number for m in old for number in said[m].tolist()]))
        found[n] = _Measured(int(form.weights.sum()), ";".join(before) or None, new, repeated, said[n], weights)
    return found


def _common(year: int | None, found: _Measured, crowd: Crowd, at_least: int) -> float | None:
    """Return the share of the characters of sentences in boilerplate."""
    if year is None or crowd.reports[year] < at_least:
        return None
    return share(found.weights, crowd.counts(year, found.said) >= at_least)
