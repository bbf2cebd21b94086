"""Rules over many reports: tables beside each other, years of one unit, areas within areas, structure and dates.

The rules are the formulae of ``forms/rules.toml``; the sums of one report are in :mod:`gidtk.checks`.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from gidtk.checks import VERDICT_COLUMNS, number_text, verdict_frame
from gidtk.form import FORM_IDS, expand_ids, load_form, rules
from gidtk.formula import Formula, Variables, compute, fill, mentions, parse
from gidtk.gathered import Gathered, gather

__all__ = ["ACROSS_COLUMNS", "EACH", "across_rules", "check_across"]

ACROSS_COLUMNS = ("report", *VERDICT_COLUMNS)
EACH = ("report", "years", "levels")  # what a verdict of these rules speaks of

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_SIGNS = {"Eq": "=", "NotEq": "≠", "Lt": "<", "LtE": "≤", "Gt": ">", "GtE": "≥"}
_NEEDS_SECTIONS = re.compile(r"\b(?:sections_|headed_|text_year|other_periods|old_year_|likeness_|hits\b|length\b)")
_NEEDS_PLACES = re.compile(r"\bdisorder_")


class _Applied(NamedTuple):
    """A rule written out for one subject."""

    rule: str
    subject: str
    facts: Mapping[str, Any]
    formula: Formula
    when: Formula | None


def check_across(
    reports: pd.DataFrame,
    cells: pd.DataFrame,
    sections: pd.DataFrame | None = None,
    *,
    each: Collection[str] = EACH,
) -> pd.DataFrame:
    """Hold reports against the rules that need more than the sums of one report.

    Parameters
    ----------
    reports : DataFrame
        One row a report: ``report`` (id), ``form``, ``year``, ``agency`` and, as far as known, ``region_code`` (text),
        ``level``, ``kind``, ``scope``, ``title``, ``period``, ``published``. All years of a unit must come in one
        call, and with rules over levels all areas within an area; otherwise the reports may be given in groups.
    cells : DataFrame
        ``report``, ``table``, ``row``, ``column``, ``value`` and, if known, ``status``, ``raw`` and ``place``.
    sections : DataFrame, optional
        ``report``, ``key``, ``number``, ``text``. Without it the rules on text and structure are left out.
    each : collection of str
        Only rules that speak of these: one ``report``, ``years`` (a report and the one before), ``levels`` (a report of
        a whole area and those below it).

    Returns
    -------
    DataFrame
        ``report`` and the columns of :func:`gidtk.check_cells`, by report in the order given, then by rule in the
        order of the rules. A rule has a row for the reports that it speaks of: those of its forms, levels and kinds,
        for which its condition holds, and with a report of the year before where it needs one. A missing number makes
        it *not assessable*. ``expected`` and ``found`` are missing where a rule is no single comparison.

    Raises
    ------
    GidtkError
        If a column is missing, a report or a cell stands twice, or a region code is not text of six digits.

    Notes
    -----
    The previous report of a unit is the one of the year before with the same region code and agency; of several,
    the one of the same scope; where that does not decide, there is none (rule ``x_one_report`` tells of it).

    Examples
    --------
    >>> import gidtk as gid
    >>> report = gid.read_report(gid.sample("anfu_2020.txt"))
    >>> reports = pd.DataFrame([{"report": "a", "form": "f2019", "year": 2020, "agency": report.agency}])
    >>> found = check_across(reports, report.cells.assign(report="a"))
    >>> found.loc[found["verdict"] == "fail", ["rule", "subject"]].to_numpy().tolist()
    [['t2o_sign', 'report']]
    """
    state = gather(reports, cells, sections)
    found = [_verdicts(applied, state) for applied in _all_applied() if applied.facts["each"] in each]
    found = [part for part in found if len(part.at)]
    if not found:
        return verdict_frame([], ACROSS_COLUMNS)
    order = np.argsort(np.concatenate([part.at for part in found]), kind="stable")
    columns = [np.concatenate(parts)[order].tolist() for parts in zip(*(part.columns for part in found), strict=True)]
    return verdict_frame(columns, ACROSS_COLUMNS)


class _Found(NamedTuple):
    """The verdicts of a rule on one subject: the positions of their reports, and the columns."""

    at: npt.NDArray[np.int64]
    columns: tuple[npt.NDArray[Any], ...] = ()


@cache
def across_rules() -> dict[str, int]:
    """Return the rules that :func:`check_across` draws, with their places in the order of all rules.

    Examples
    --------
    >>> "x_carried_in" in across_rules(), "t3_balance" in across_rules()
    (True, False)
    """
    return {rule: n for n, (rule, facts) in enumerate(rules().items()) if "formula" in facts}


@cache
def _all_applied() -> tuple[_Applied, ...]:
    return tuple(item for rule, facts in rules().items() if "formula" in facts for item in _written_out(rule, facts))


def _written_out(rule: str, facts: Mapping[str, Any]) -> Iterator[_Applied]:
    thresholds = {name: value for name, value in facts.items() if isinstance(value, int | float)}
    ((hole, subjects),) = facts.get("over", {"": ["report"]}).items()
    for subject in subjects:
        values = {**thresholds, **({hole: subject} if hole else {})}
        when = parse(fill(facts["when"], **values)) if "when" in facts else None
        yield _Applied(rule, subject, facts, parse(fill(facts["formula"], **values)), when)


@cache
def _printed(form_id: str | None) -> frozenset[str]:
    """Return the variables that a form prints, and every name that no form prints: those are derived."""
    cells = load_form(form_id).cells() if form_id in FORM_IDS else []
    return frozenset(f"{row}_{column}" for _, row, column in cells)


@cache
def _of_any_form() -> frozenset[str]:
    return frozenset().union(*map(_printed, FORM_IDS))


def _speaks(applied: _Applied, state: Gathered) -> Flags:
    """Tell of which reports a rule speaks, before its condition."""
    formulae = [applied.formula.text, applied.when.text if applied.when else ""]
    untold = state.texts is None and "raw" not in applied.facts and any(map(_NEEDS_SECTIONS.search, formulae))
    if untold or ("place" not in state.cells.columns and any(map(_NEEDS_PLACES.search, formulae))):
        return np.zeros(len(state.ids), dtype=bool)
    return _of_form(applied, state)


def _of_form(applied: _Applied, state: Gathered) -> Flags:
    facts, size = applied.facts, len(state.ids)
    needs: dict[str, set[str]] = {}
    for formula in filter(None, (applied.formula, applied.when)):
        for scope, name, pattern in mentions(formula):
            if not pattern and name in _of_any_form():
                needs.setdefault(scope, set()).add(name)
    here = set().union(*(names for scope, names in needs.items() if scope != "prev"))
    keep = np.ones(size, dtype=bool)
    if here:
        keep &= _print(here, state.forms)
    for scope, befores in (("prev", state.before[:1]), ("usual", state.before)):
        for before in befores if needs.get(scope) else ():
            keep &= _print(needs[scope], [state.forms[n] if n >= 0 else None for n in before.tolist()])
    for name, values in (("forms", state.forms), ("levels", state.levels), ("kinds", state.kinds)):
        if name in facts:
            keep &= np.array([value in facts[name] for value in values], dtype=bool)
    if facts["each"] == "years":
        keep &= state.before[0] >= 0
    if facts["each"] == "levels":
        keep &= state.parents
    return keep


def _print(names: set[str], forms: Sequence[str | None]) -> Flags:
    """Tell which of the forms print all these variables."""
    known = {form: names <= _printed(form) for form in set(forms)}
    return np.array([known[form] for form in forms], dtype=bool)


def _verdicts(applied: _Applied, state: Gathered) -> _Found:
    at = np.flatnonzero(_speaks(applied, state))
    if not len(at):
        return _Found(at)
    scopes = {name: _narrowed(variables, at, applied) for name, variables in state.scopes.items()}
    if "patterns" in applied.facts or "section" in applied.facts:
        own = scopes[""]
        scopes[""] = Variables({**own.columns, **_sought(applied.facts, state, at)}, own.size, own.forms)
    meant = compute(applied.when, scopes) if applied.when else np.ones(len(at))
    held = compute(applied.formula, scopes)
    kept = np.flatnonzero(meant != 0)
    unknown = (np.isnan(meant) | np.isnan(held))[kept]
    verdicts = np.where(unknown, "not assessable", np.where(held[kept] != 0, "pass", "fail")).astype(object)
    sides = applied.formula.sides()
    left, right = (compute(side, scopes)[kept] for side in sides) if sides else (np.full(len(kept), np.nan),) * 2
    messages = _messages(applied, state, scopes, (at, kept), verdicts.tolist(), (left, right))
    ids = np.array(state.ids, dtype=object)[at[kept]]
    words = [np.full(len(kept), word, dtype=object) for word in (applied.rule, applied.subject)]
    severity = np.full(len(kept), applied.facts["severity"], dtype=object)
    numbers = (np.where(unknown, np.nan, side) for side in (right, left))
    columns = (ids, *words, verdicts, severity, *numbers, np.array(messages, dtype=object))
    return _Found(at[kept], columns)


def _narrowed(variables: Variables, at: npt.NDArray[np.int64], applied: _Applied) -> Variables:
    """Take the reports that a rule speaks of, and of their variables those that it names."""
    named = [name for f in (applied.formula, applied.when) if f for _, name, pattern in mentions(f) if not pattern]
    patterns = any(pattern for f in (applied.formula, applied.when) if f for _, _, pattern in mentions(f))
    chosen = variables.columns if patterns else {n: variables.columns[n] for n in named if n in variables.columns}
    forms = None if variables.forms is None else variables.forms[at]
    return Variables({name: numbers[at] for name, numbers in chosen.items()}, len(at), forms)


def _messages(
    applied: _Applied,
    state: Gathered,
    scopes: Mapping[str, Variables],
    places: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    verdicts: Sequence[str],
    sides: tuple[Numbers, Numbers],
) -> list[str]:
    """Return what is said of each verdict: the rule, its numbers, the report before."""
    facts, sign = applied.facts, _SIGNS.get(applied.formula.sign(), "")
    said = f"{facts['zh']} / {facts['en']}"
    at, kept = places
    found = []
    for n, verdict, left, right in zip(kept.tolist(), verdicts, *(side.tolist() for side in sides), strict=True):
        if verdict == "not assessable":
            gone = [name for name, value in _inputs(applied, scopes, n) if np.isnan(value)]
            found.append(
                f"{said}: not assessable, " + (f"no number in {', '.join(gone[:3])}" if gone else "a divisor is 0")
            )
        elif sign:
            found.append(f"{said}: {number_text(left)} {sign} {number_text(right)}")
        elif verdict == "pass":
            found.append(said)
        else:
            shown = [f"{name} {number_text(value)}" for name, value in _inputs(applied, scopes, n)]
            found.append(f"{said}: {', '.join(shown[:4])}")
        if verdict == "fail":
            found[-1] += " ✗" + _hint(applied, state, int(at[n]))
        if facts["each"] == "years":
            found[-1] += f"; previous report {state.ids[state.before[0][at[n]]]}"
    return found


def _hint(applied: _Applied, state: Gathered, at: int) -> str:
    facts = applied.facts
    if "hint" not in facts:
        return ""
    number = number_text(state.scopes[""].columns[facts["hint"]][at])
    return f"; {facts['hint_zh']} / {facts['hint_en']} {number}"


def _inputs(applied: _Applied, scopes: Mapping[str, Variables], n: int) -> Iterator[tuple[str, float]]:
    """Yield the names that a rule speaks of with their numbers for one report."""
    seen = set()
    for formula in filter(None, (applied.when, applied.formula)):
        for scope, name, pattern in mentions(formula):
            full = f"{scope}.{name}" if scope else name
            if full not in seen:
                seen.add(full)
                own = scopes[scope].columns
                if not pattern:
                    yield full, float(own[name][n]) if name in own else float("nan")
                else:
                    numbers = [float(own[one][n]) for one in expand_ids([name], list(own))]
                    yield full, sum(numbers)


def _sought(facts: Mapping[str, Any], state: Gathered, at: npt.NDArray[np.int64]) -> dict[str, Numbers]:
    """Return ``hits`` and ``length`` for a rule that seeks patterns in sections or in raw cells."""
    if "raw" in facts:
        return {"hits": _raw_hits(facts, state, at)}
    hits, length = np.full(len(at), np.nan), np.full(len(at), np.nan)
    patterns = [re.compile(pattern) for pattern in facts.get("patterns", ())]
    texts = state.texts or {}
    for place, n in enumerate(at.tolist()):
        found = [texts[n, key] for key in facts["section"] if (n, key) in texts]
        if found:
            text = "\n".join(found)
            hits[place] = sum(pattern.search(text) is not None for pattern in patterns)
            length[place] = len("".join(text.split()))
    return {"hits": hits, "length": length}


def _raw_hits(facts: Mapping[str, Any], state: Gathered, at: npt.NDArray[np.int64]) -> Numbers:
    """Count the cells, other than 0, in whose printed text a pattern is found; missing without such text."""
    cells = state.cells
    if "raw" not in cells.columns:
        return np.full(len(at), np.nan)
    wanted = _wanted(tuple(facts["raw"]))
    named = cells["row"].astype("str") + "_" + cells["column"].astype("str")
    own = cells[named.isin(wanted) & cells["value"].notna() & (cells["value"] != 0)]
    hit = own["raw"].astype("str").str.contains("|".join(facts["patterns"]), regex=True, na=False)
    counts = own.loc[hit.to_numpy(dtype=bool), "report"].value_counts()
    return np.array([float(counts.get(state.ids[n], 0)) for n in at.tolist()])


@cache
def _wanted(patterns: Sequence[str]) -> frozenset[str]:
    ends = tuple(pattern.lstrip("*") for pattern in patterns)
    return frozenset(name for name in _of_any_form() if name.endswith(ends))
