"""How specific an item of section 五 is: what it names, whether its lack is open or soft, done or only planned."""

import re
from functools import cache
from typing import Any

import ahocorasick
import pandas as pd

from gidtk.enumerations import cues
from gidtk.errors import GidtkError
from gidtk.labels import simplified
from gidtk.regions import divisions

__all__ = ["SPECIFIC_COLUMNS", "specifics"]

SPECIFIC_COLUMNS = ("quantity", "date", "body", "place", "lack", "time", "specific", "vague")
_NAMED = ("quantity", "date", "body", "place")
_YEARS = (2015, 2024)
_TYPES = dict.fromkeys(_NAMED, "boolean") | dict.fromkeys(("lack", "time"), "str")
_TYPES |= dict.fromkeys(("specific", "vague"), "boolean")


def specifics(items: pd.DataFrame) -> pd.DataFrame:
    """Tell how specific problems and measures are.

    Parameters
    ----------
    items : DataFrame
        As :func:`gidtk.problems` gives them: ``kind`` and ``text``; further columns stay.

    Returns
    -------
    DataFrame
        The items with these columns:

        - ``quantity``, ``date``, ``body``, ``place`` (boolean): whether the text has a number with a unit, a date or
          term, the name of a body or of a place. Own names (我县, 本局) and classes (各乡镇, 有关部门) are no names.
        - ``lack``: of a problem, ``open`` (不及时, 缺乏), ``soft`` (有待加强, 需进一步), ``both`` or ``none``; missing
          for a measure.
        - ``time``: of a measure, ``done`` (已, 完成), ``planned`` (将, 进一步), ``both`` or ``none``; missing for a
          problem.
        - ``specific``: any of the first four. ``vague``: not specific, and the lack soft or nothing done.

    Raises
    ------
    GidtkError
        If a column is missing.

    Notes
    -----
    Bodies are those of the usual fields of government (财政局, 卫健委); places are divisions of county level and above,
    and towns in a list of towns. A name of another kind is missed. Shares are comparable within one form and kind;
    longer items are more often specific.

    Examples
    --------
    >>> from gidtk.problems import problems
    >>> frame = specifics(problems("解读有待加强。下一步，一是将每季度培训1次。二是已明确专人。"))
    >>> frame[["lack", "time", "specific", "vague"]].values.tolist()
    [['soft', nan, False, True], [nan, 'planned', True, False], [nan, 'done', False, False]]
    """
    if missing := [name for name in ("kind", "text") if name not in items]:
        raise GidtkError(f"items without {missing[0]}: give what problems() returns")
    rows = [_row(kind, simplified(str(text))) for kind, text in zip(items["kind"], items["text"], strict=True)]
    added = pd.DataFrame(rows, columns=list(SPECIFIC_COLUMNS), index=items.index).astype(_TYPES)
    return items.drop(columns=added.columns, errors="ignore").join(added)


def _row(kind: str, text: str) -> tuple[Any, ...]:
    rules = cues()["specifics"]
    named = [re.search(rules[name], text) is not None for name in ("quantity", "date", "body", "town")]
    named[-1] = named[-1] or any(True for _ in _places().iter(text))
    lack: Any = pd.NA
    time: Any = pd.NA
    if kind == "problem":
        lack = _either(text, ("soft", cues()["lack_soft"]), ("open", cues()["lack_open"]))
    else:
        time = _either(text, ("done", rules["done"]), ("planned", rules["planned"]))
    return (
        *named,
        lack,
        time,
        any(named),
        not any(named) and (lack == "soft" if kind == "problem" else time == "planned"),
    )


@cache
def _places() -> ahocorasick.Automaton:
    """Return what finds the names of divisions of county level and above, as they were before and after 2019."""
    automaton = ahocorasick.Automaton()
    for name in sorted({region.name for year in _YEARS for region in divisions(year) if len(region.name) > 2}):
        automaton.add_word(name, name)
    automaton.make_automaton()
    return automaton


def _either(text: str, *ways: tuple[str, str]) -> str:
    """Return which of two cues a text has: the name of one, ``both`` or ``none``."""
    found = [name for name, pattern in ways if re.search(pattern, text)]
    return "both" if len(found) == 2 else "".join(found) or "none"
