"""What the rules on structure and dates speak of: the identity of reports and their sections, as numbers."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from gidtk.chains import column_of
from gidtk.errors import GidtkError
from gidtk.form import FORM_IDS, labels, load_form
from gidtk.labels import canonical

__all__ = ["identity_facts", "section_facts", "texts_of"]

Numbers = npt.NDArray[np.float64]
Facts = dict[str, Numbers]

HEADINGS = {"proactive_disclosure": "disclosure", "requests": "requests", "disputes": "disputes"}

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=\s*年)")
_TITLE_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_PERIOD_SAID = re.compile(r"(?<!\d)(20\d\d)\s*年\s*1\s*月\s*1\s*日[^。]{0,12}12\s*月\s*31\s*日")


def identity_facts(reports: pd.DataFrame) -> Facts:
    """Return what the identity of each report says, as numbers; missing where it does not say.

    Returns
    -------
    dict
        ``year``, ``title_year``, ``period_year``, ``period_whole`` (1 for 1 January to 31 December of one year),
        ``days_after_year`` (from 31 December of the report year to publication), ``published_day``,
        ``form_first_year``, ``form_last_year``.
    """
    names = ("year", "title", "period", "published", "form")
    lines = [_identity(*values) for values in zip(*(column_of(reports, name) for name in names), strict=True)]
    keys = (
        "year",
        "title_year",
        "period_year",
        "period_whole",
        "days_after_year",
        "published_day",
        "form_first_year",
        "form_last_year",
    )
    table = np.array(lines, dtype=np.float64).reshape(-1, len(keys))
    return dict(zip(keys, table.T, strict=True))


def _identity(
    year: int | None, title: str | None, period: str | None, published: str | None, form: str | None
) -> list[float | None]:
    titled = {int(hit) for hit in _TITLE_YEAR.findall(canonical(title or ""))}
    first, _, last = (period or "").partition("/")
    one_year = bool(last) and first[:4] == last[:4]
    whole = one_year and first[4:] == "-01-01" and last[4:] == "-12-31"
    day = _day(published)
    after = (day - date(int(year), 12, 31)).days if day and year else None
    counted = day.month * 100 + day.day + 1200 * (day.year - int(year) - 1) if day and year else None
    years = load_form(form).years if form in FORM_IDS else (None, None)
    return [
        year,
        titled.pop() if len(titled) == 1 else None,
        int(first[:4]) if one_year and first[:4].isdecimal() else None,
        float(whole) if last else None,
        after,
        counted,
        *years,
    ]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def texts_of(reports: Sequence[str], sections: pd.DataFrame) -> dict[tuple[int, str], str]:
    """Return the text of every section in simplified characters and half-width forms, by report and key."""
    missing = [name for name in ("report", "key", "text") if name not in sections.columns]
    if missing:
        raise GidtkError(f"sections without column {', '.join(missing)}: give the sections of a corpus")
    at = {report: n for n, report in enumerate(reports)}
    found: dict[tuple[int, str], str] = {}
    for report, key, text in zip(*(column_of(sections, name) for name in ("report", "key", "text")), strict=True):
        if report in at:
            place = (at[report], key)
            found[place] = (found[place] + "\n" if place in found else "") + canonical(text or "")
    return found


def section_facts(
    reports: Sequence[str], sections: pd.DataFrame, texts: Mapping[tuple[int, str], str], years: Numbers
) -> Facts:
    """Return which sections each report has and which years its text names; missing for a report without sections.

    Returns
    -------
    dict
        ``sections_in_order``, ``sections_twice``, ``sections_misnumbered``, ``text_year`` (named most in the first
        section; missing where no year is named), ``other_periods`` (periods of another year) and, for each table,
        ``headed_`` (1 where its section is there).
    """
    order = {key: n for n, key in enumerate(labels().sections)}
    at = {report: n for n, report in enumerate(reports)}
    lines: list[list[tuple[str, str]]] = [[] for _ in reports]
    for report, key, number in zip(*(column_of(sections, name) for name in ("report", "key", "number")), strict=True):
        if report in at:
            lines[at[report]].append((str(key), str(number or "")))
    rows = []
    for n, found in enumerate(lines):
        keys = [key for key, _ in found if key in order]
        once = list(dict.fromkeys(keys))
        rising = sorted(once, key=order.__getitem__) == once
        wrong = sum(number != labels().sections[key]["number"] for key, number in found if key in order)
        heads = [float(key in once) for key in HEADINGS]
        text = "\n".join(texts.get((n, key), "") for key in once)
        others = sum(int(hit) != years[n] for hit in _PERIOD_SAID.findall(text))
        line = [len(once) * rising, len(keys) - len(once), wrong, _text_year(texts.get((n, "overview"), ""), years[n])]
        rows.append([*line, others, *heads] if found else [np.nan] * (len(line) + 1 + len(heads)))
    names = ("sections_in_order", "sections_twice", "sections_misnumbered", "text_year", "other_periods")
    keys_ = [*names, *(f"headed_{table}" for table in HEADINGS.values())]
    return dict(zip(keys_, np.array(rows, dtype=np.float64).reshape(-1, len(keys_)).T, strict=True))


def _text_year(text: str, year: float) -> float:
    """Return the year named most; of several the report's own."""
    counts = Counter(int(hit) for hit in _YEAR.findall(text))
    most = [one for one, n in counts.items() if n == max(counts.values())]
    return float(year if year in most else min(most)) if most else float("nan")
