"""How like the text of a section is to that of the year before, where it still names that year."""

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

__all__ = ["restated_facts"]

Numbers = npt.NDArray[np.float64]

SECTIONS = ("overview", "problems")
LONGEST = 20_000  # characters that are compared


def restated_facts(
    texts: Mapping[tuple[int, str], str], years: Numbers, previous: npt.NDArray[np.int64]
) -> dict[str, Numbers]:
    """Return which sections name the year before, and how like those are to that year's section.

    Parameters
    ----------
    texts : mapping
        Position of a report and key of a section to its text.
    years : array
        The year of each report.
    previous : array of int
        Position of the previous report, -1 for none.

    Returns
    -------
    dict
        For ``overview`` and ``problems``: ``old_year_``, how often the year before is named; ``likeness_``, twice the
        characters that stand in both in the same order over the characters of both, 0 to 1. Both are missing without
        the section in both years; the second is computed only where the year before is named, and is 0 elsewhere.
    """
    found = {f"{name}_{key}": np.full(len(years), np.nan) for name in ("old_year", "likeness") for key in SECTIONS}
    for n in np.flatnonzero((previous >= 0) & ~np.isnan(years)).tolist():
        old = re.compile(rf"(?<!\d){years[n] - 1:.0f}(?=\s*年)")
        for key in SECTIONS:
            now, before = (texts.get((m, key)) for m in (n, int(previous[n])))
            if now and before:
                named = len(old.findall(now))
                found[f"old_year_{key}"][n] = named
                like = fuzz.ratio(now[:LONGEST], before[:LONGEST]) / 100 if named else 0.0
                found[f"likeness_{key}"][n] = like
    return found
