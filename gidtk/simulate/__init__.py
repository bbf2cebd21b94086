"""Reports with known figures: every number, claim and fault that a reader or a checker should find is in the answers.

No place, person or figure in them is real, and every file says so on its face.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any

import pandas as pd

from gidtk.errors import GidtkError
from gidtk.files import inert, make_folder, write_whole
from gidtk.simulate import docx, html, pdf, text
from gidtk.simulate.counts import FIRST_YEAR
from gidtk.simulate.drafts import Draft, draw_drafts
from gidtk.simulate.layouts import Answer, Layout, lay_out
from gidtk.simulate.narrative import phrases

__all__ = ["ANSWER_COLUMNS", "FILE_COLUMNS", "FORMATS", "layout_names", "simulate"]

FORMATS = {"html": html.LAYOUTS, "docx": docx.LAYOUTS, "pdf": pdf.LAYOUTS, "txt": text.LAYOUTS}
FILE_COLUMNS = ("file", "agency", "year", "form", "format", "layout", "cells", "readable", "faults")
ANSWER_COLUMNS = ("file", "table", "row", "column", "value", "raw", "status")
MOST_REGIONS = 999
LAST_YEAR = 2099
EVERY = "all"


@dataclass(frozen=True)
class _Written:
    """One file with what should be found in it."""

    name: str
    format: str
    draft: Draft
    layout: Layout
    content: bytes
    answers: list[Answer]


def simulate(
    out: str | os.PathLike[str],
    *,
    regions: int = 24,
    years: tuple[int, int] = (2019, 2024),
    seed: int = 1,
    formats: Sequence[str] = ("html",),
    layouts: Sequence[str] | str | None = None,
    faults: float = 0.0,
    reuse: float = 0.5,
    shared: float = 0.3,
    blanks: float = 0.1,
    revised: int = 0,
) -> pd.DataFrame:
    """Write reports with known figures, and the answers to hold a reading against.

    The figures add up as the forms ask (勾稽关系); what is carried into a year was carried out of the one before. A
    report is the same whatever other regions, years, formats and layouts are written beside it.

    Parameters
    ----------
    out : str or path
        A folder; it is made when it is not there. Files of the same names are replaced, others stay.
    regions : int
        How many regions, 1 to 999. They are called 模拟县001 and the like; no real place is used, so none has a code.
    years : tuple of int
        First and last report year, from 2019 on: 2019 and 2020 on the form of 2019, later ones on that of 2021.
    seed : int
        The same seed gives the same bytes.
    formats : sequence of str
        Some of ``html``, ``docx``, ``pdf``, ``txt``.
    layouts : sequence of str, "all" or None
        Names of layouts (:func:`layout_names`): every report is written in each of them. ``"all"`` for all layouts.
        None lets each region keep to one layout a format, as a content system does.
    faults : float
        Share of the reports with one planted contradiction.
    reuse, shared : float
        The chance that a sentence is worded as in the year before, and that it is worded as in general use.
    blanks : float
        Share of the regions that leave zeros blank or print a dash, where the layout keeps a blank in its place.
    revised : int
        How many of the reports with a planted contradiction come out a second time, put right and marked as revised.

    Returns
    -------
    DataFrame
        One row a file: ``file``, ``agency``, ``year``, ``form``, ``format``, ``layout``, ``cells`` (cells of the
        form), ``readable`` (cells with a number that a person can read) and ``faults`` (kinds, joined by ``;``).

    Raises
    ------
    GidtkError
        If an argument is out of its range or the folder cannot be written to.

    Notes
    -----
    Beside the reports stand ``answers.csv`` (one row a file and cell: ``value``, ``raw``, ``status`` as a reader
    should find them) and ``answers.json`` (for every report: claims with their bounds and the cells they speak of,
    problems and measures with codes, planted faults with what they break, the share of the text that is reused).
    Everything is written, or nothing.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = simulate(folder, regions=2, years=(2020, 2021), layouts=["spans"])
    >>> files[["file", "form", "cells"]].to_dict("records")[0]
    {'file': 'simulated_001_2020_spans.html', 'form': 'f2019', 'cells': 198}
    """
    _check(regions, years, seed, revised, {"faults": faults, "reuse": reuse, "shared": shared, "blanks": blanks})
    chosen = _chosen(formats, layouts)
    drafts = [
        draft
        for number in range(1, regions + 1)
        for draft in draw_drafts(seed, number, years, faults=faults, reuse=reuse, shared=shared, blanks=blanks)
    ]
    for draft in [draft for draft in drafts if draft.faults][:revised]:
        of = (draft.year, draft.year)
        right = next(draw_drafts(seed, draft.unit.number, of, faults=0, reuse=reuse, shared=shared, blanks=blanks))
        drafts.insert(drafts.index(draft) + 1, replace(right, revised=True))
    written = [item for draft in drafts for item in _written(draft, chosen)]
    about = {"seed": seed, "faults": faults, "reuse": reuse, "shared": shared, "blanks": blanks, "revised": revised}
    contents: dict[str, bytes | str] = {item.name: item.content for item in written}
    contents["answers.csv"] = "\ufeff" + _answers_table(written).to_csv(index=False, lineterminator="\n")
    contents["answers.json"] = _answers_json(written, about)
    try:
        write_whole(make_folder(out), contents)
    except GidtkError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise GidtkError(f"{os.fspath(out)!r} cannot be written to ({reason}): give another folder") from None
    return _files_table(written)


def layout_names(format_: str) -> list[str]:
    """Return the names of the layouts of a format.

    Examples
    --------
    >>> layout_names("docx")[:2]
    ['merged', 'formatted']
    """
    if format_ not in FORMATS:
        raise GidtkError(f"no format {format_!r}: the formats are {', '.join(FORMATS)}")
    return list(FORMATS[format_])


def _check(regions: int, years: tuple[int, int], seed: int, revised: int, shares: dict[str, float]) -> None:
    if not 1 <= regions <= MOST_REGIONS:
        raise GidtkError(f"regions {regions}: give a number from 1 to {MOST_REGIONS}")
    if len(years) != 2 or not FIRST_YEAR <= years[0] <= years[1] <= LAST_YEAR:
        raise GidtkError(
            f"years {years}: give the first and the last report year, from {FIRST_YEAR} to {LAST_YEAR}; "
            "earlier forms are not simulated"
        )
    if seed < 0:
        raise GidtkError(f"seed {seed}: give a whole number that is not negative")
    if revised < 0:
        raise GidtkError(f"revised {revised}: give a whole number that is not negative")
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise GidtkError(f"{name} {share}: give a share from 0 to 1")


Chosen = dict[str, tuple[list[Layout], bool]]


def _chosen(formats: Sequence[str], layouts: Sequence[str] | str | None) -> Chosen:
    """Return the layouts of each format, and whether a report is written in all of them."""
    if isinstance(formats, str) or not formats:
        raise GidtkError(f"formats {formats!r}: give a list of {', '.join(FORMATS)}")
    known = {format_: layout_names(format_) for format_ in formats}
    if layouts is None:
        certain = {f: [item for item in FORMATS[f].values() if item.certain] for f in known}
        return {format_: (items, False) for format_, items in certain.items()}
    names = [name for all_ in known.values() for name in all_] if layouts == EVERY else layouts
    if isinstance(names, str) or not names:
        raise GidtkError(f"layouts {layouts!r}: give a list of names, or {EVERY!r}")
    for name in names:
        if not any(name in all_ for all_ in known.values()):
            listed = "; ".join(f"{format_}: {', '.join(all_)}" for format_, all_ in known.items())
            raise GidtkError(f"no layout {name!r} in these formats: the layouts are {listed}")
    return {f: ([FORMATS[f][name] for name in dict.fromkeys(names) if name in all_], True) for f, all_ in known.items()}


def _written(draft: Draft, chosen: Chosen) -> Iterator[_Written]:
    for format_, (items, every) in chosen.items():
        for layout in items if every else [items[draft.unit.habit // 512 % len(items)]]:
            content, answers = lay_out(draft, layout)
            again = "_revised" if draft.revised else ""
            name = f"simulated_{draft.unit.number:03}_{draft.year}{again}_{layout.name}.{format_}"
            yield _Written(name, format_, draft, layout, content, answers)


def _answers_table(written: Sequence[_Written]) -> pd.DataFrame:
    rows = [
        (item.name, a.table, a.row, a.column, "" if a.value is None else f"{a.value}", inert(a.raw), a.status)
        for item in written
        for a in item.answers
    ]
    return pd.DataFrame(rows, columns=list(ANSWER_COLUMNS))


def _files_table(written: Sequence[_Written]) -> pd.DataFrame:
    rows = [
        (
            item.name,
            item.draft.unit.agency,
            item.draft.year,
            item.draft.form.id,
            item.format,
            item.layout.name,
            len(item.answers),
            sum(answer.value is not None for answer in item.answers),
            ";".join(fault.kind for fault in item.draft.faults),
        )
        for item in written
    ]
    return pd.DataFrame(rows, columns=list(FILE_COLUMNS))


def _answers_json(written: Sequence[_Written], about: dict[str, Any]) -> str:
    reports = [(draft, list(items)) for draft, items in groupby(written, key=lambda item: item.draft)]
    by_year: dict[tuple[int, int], Draft] = {(d.unit.number, d.year): d for d, _ in reports if not d.revised}
    facts = [
        {
            "files": [item.name for item in items],
            "title": draft.title,
            "agency": draft.unit.agency,
            "region": draft.unit.region,
            "region_code": None,
            "year": draft.year,
            "published": draft.published,
            "form": draft.form.id,
            "claims": [asdict(claim) for claim in draft.narrative.claims],
            "problems": [asdict(named) for named in draft.narrative.problems],
            "measures": [asdict(named) for named in draft.narrative.measures],
            "reused": _reused(draft, by_year),
            "faults": [asdict(fault) for fault in draft.faults],
        }
        for draft, items in reports
    ]
    whole = {"simulated": True, "notice": phrases()["notice"], **about, "reports": facts}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _reused(draft: Draft, others: dict[tuple[int, int], Draft]) -> dict[str, float | None]:
    """Return the share of the prose, in characters, whose sentences stand in the report of the year before.

    And the share whose sentences stand in another region's report of the same year. None where there is no such
    report.
    """
    before = others.get((draft.unit.number, draft.year - 1))
    peers = [d for (number, year), d in others.items() if year == draft.year and number != draft.unit.number]
    return {
        "previous": _share(draft, set(before.narrative.sentences)) if before else None,
        "peers": _share(draft, {s for d in peers for s in d.narrative.sentences}) if peers else None,
    }


def _share(draft: Draft, known: set[str]) -> float:
    sentences = draft.narrative.sentences
    whole = sum(map(len, sentences))
    return round(sum(len(sentence) for sentence in sentences if sentence in known) / whole, 4) if whole else 0.0
