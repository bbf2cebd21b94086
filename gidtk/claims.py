"""Claims: the quantities of the narrative held against the cells that they speak of."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd

from gidtk.claimties import Tie, claim_cues, find_tie, own_scope, worded
from gidtk.errors import GidtkError
from gidtk.form import labels
from gidtk.labels import find_labels, fold, match_cell
from gidtk.quantities import Quantity, find_quantities
from gidtk.quantitycues import plain

__all__ = ["CLAIM_COLUMNS", "claims"]

CLAIM_COLUMNS = (
    "report", "section", "claim", "rule", "cells", "of", "kind", "value", "low", "high", "relation", "unit", "before",
    "after", "scope", "raw", "start", "end", "sentence", "expected", "verdict", "severity", "message",
)  # fmt: skip
_TYPES = {
    **dict.fromkeys(("value", "low", "high", "expected"), "Float64"),
    **dict.fromkeys(("start", "end"), "Int64"),
}
_NEEDED = {"sections": ("key", "text"), "cells": ("table", "row", "column", "value")}
_LABELS_OF_A_TABLE = 3  # a line with so many labels is a table run together

Values = Mapping[str, float | None]


class _Unit(NamedTuple):
    """One report: what its claims are held against."""

    report: str
    agency: str
    year: int | None
    sections: tuple[tuple[str, str], ...]
    values: Values
    before: Values | None


class _Said(NamedTuple):
    """A quantity with its section, what it speaks of, and its verdict."""

    section: str
    flat: str
    quantity: Quantity
    tie: Tie | None


def claims(report: Any, previous: Any = None) -> pd.DataFrame:
    """Hold the quantities of the narrative against the cells that they speak of.

    Parameters
    ----------
    report : Report, Corpus or mapping of DataFrames
        A report as :func:`gidtk.read_report` gives it; a corpus; or frames by name: ``sections`` (``key``, ``text``)
        and ``cells`` (``table``, ``row``, ``column``, ``value``), and if wanted ``reports`` (``agency``, ``year``), all
        with a column ``report`` where there are several reports.
    previous : Report or mapping of DataFrames, optional
        The report of the year before, for growth. In a corpus the previous report of a unit is found.

    Returns
    -------
    DataFrame
        One row a quantity: ``report``, ``section``, ``claim`` (what it speaks of, such as ``received``; empty if it is
        tied to no cell), ``rule``, ``cells`` (their sum is meant; joined by ``;``), ``of`` (the whole of a share), then
        as in :func:`gidtk.quantities.quantities`: ``kind``, ``value``, ``low``, ``high``, ``relation``, ``unit``,
        ``before``, ``after``, ``scope``, ``raw``, ``start``, ``end`` (in the section's text), ``sentence``; and
        ``expected`` (what the tables give), ``verdict`` (``pass``, ``fail``, ``not assessable``), ``severity``
        (``error``; ``warning`` where the scope is another or unsure, for shares and growth; ``information``) and
        ``message``. A whole with its parts (``claim`` ``parts``) and a number said twice (``repeated``) have a further
        row. What is not tied, or whose cell has no number, is *not assessable*.

    Raises
    ------
    GidtkError
        If `report` or `previous` is none of these, or a column is missing.

    Notes
    -----
    An exact number passes when the cell has it, 余, 近, 约 when the cell lies in their interval, a share or growth when
    it agrees to half of its last printed digit. Ties follow patterns, not meaning: few are missed, and what is doubtful
    is left untied.

    Examples
    --------
    >>> import gidtk as gid
    >>> frame = claims(gid.read_report(gid.sample("anfu_2020.txt")))
    >>> frame.loc[frame["cells"] != "", ["raw", "cells", "verdict"]].values.tolist()
    [['11件', 'requests.received.total', 'pass']]
    """
    rows = [row for unit in _units(report, previous) for row in _unit_rows(unit)]
    frame = pd.DataFrame(rows, columns=list(CLAIM_COLUMNS))
    return frame.astype({name: _TYPES.get(name, "str") for name in CLAIM_COLUMNS})


# ---------------------------------------------------------------- reports in


def _units(report: Any, previous: Any) -> Iterator[_Unit]:
    sections, cells, reports = _frames(report)
    values = _values(cells)
    if previous is not None:
        _, earlier, _ = _frames(previous)
        old = list(_values(earlier).values())
        if len(old) > 1:
            raise GidtkError(f"previous holds {len(old)} reports: give one, or a corpus as report")
    about = _about(reports)
    by_unit = {(unit, year): id_ for id_, (_, year, unit) in about.items() if unit and year is not None}
    for id_, own in sections.groupby("report", sort=False):
        agency, year, unit = about.get(str(id_), ("", None, ""))
        if previous is not None:
            before: Values | None = old[0] if old else {}
        else:
            last = by_unit.get((unit, year - 1)) if year is not None else None
            before = None if last is None else values.get(last)
        texts = tuple(zip(own["key"].astype(str), own["text"].fillna("").astype(str), strict=True))
        yield _Unit(str(id_), agency, year, texts, values.get(str(id_), {}), before)


def _frames(report: Any) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return sections, cells and reports, each with a column ``report``."""
    if isinstance(report, Mapping):
        frames: dict[str, Any] = {name: report.get(name) for name in ("sections", "cells", "reports")}
    else:
        frames = {name: getattr(report, name, None) for name in ("sections", "cells", "reports")}
        source = getattr(report, "source", None)
        if source is not None and frames["sections"] is not None:
            frames["sections"] = pd.DataFrame(
                [(section.key, section.text) for section in report.sections], columns=["key", "text"]
            )
            frames["reports"] = pd.DataFrame({"agency": [report.agency], "year": [report.year]})
            frames = {name: frame.assign(report=source.sha256[:16]) for name, frame in frames.items()}
    for name, needed in _NEEDED.items():
        frame = frames[name]
        if not isinstance(frame, pd.DataFrame):
            raise GidtkError(
                f"{type(report).__name__} has no frame {name!r}: give a report, a corpus, or frames by their names"
            )
        if missing := [column for column in needed if column not in frame.columns]:
            raise GidtkError(f"{name} without column {', '.join(missing)}: give the frames of a report or a corpus")
    reports = frames["reports"] if isinstance(frames["reports"], pd.DataFrame) else pd.DataFrame()
    found = [frames["sections"], frames["cells"], reports]
    own, figures, about = (f if "report" in f.columns else f.assign(report="") for f in found)
    return own, figures, about


def _values(cells: pd.DataFrame) -> dict[str, dict[str, float | None]]:
    found: dict[str, dict[str, float | None]] = {}
    columns = (cells[name] for name in ("report", "table", "row", "column", "value"))
    for report, table, row, column, value in zip(*columns, strict=True):
        found.setdefault(str(report), {})[f"{table}.{row}.{column}"] = None if pd.isna(value) else float(value)
    return found


def _about(reports: pd.DataFrame) -> dict[str, tuple[str, int | None, str]]:
    """Return agency, year and unit of every report."""
    found = {}
    for row in reports.to_dict("records"):
        texts = {name: "" if pd.isna(row.get(name)) else str(row[name]) for name in ("agency", "region_code")}
        year = None if pd.isna(row.get("year")) else int(row["year"])
        found[str(row["report"])] = (texts["agency"], year, "|".join(filter(None, texts.values())))
    return found


# ---------------------------------------------------------------- one report


def _unit_rows(unit: _Unit) -> Iterator[tuple[Any, ...]]:
    said = list(_said(unit))
    for item in said:
        yield _row(unit, item.section, item.quantity, item.tie, _verdict(unit, item))
    yield from _parts(unit, said)
    yield from _repeated(unit, said)


def _said(unit: _Unit) -> Iterator[_Said]:
    for key, text in unit.sections:
        prose = _prose(text)
        flat = plain(prose)
        earlier: list[tuple[Quantity, Tie | None]] = []
        for quantity in find_quantities(prose):
            tie = find_tie(quantity, flat, key, unit.year, unit.values.keys(), earlier)
            earlier = [*earlier[-12:], (quantity, tie)]
            yield _Said(key, flat, quantity, tie)


def _prose(text: str) -> str:
    """Return the text with the lines of a table blanked; positions stay."""
    return "\n".join(" " * len(line) if _is_table_line(line) else line for line in text.split("\n"))


def _is_table_line(line: str) -> bool:
    if not line.strip() or line.count("|") > 1:
        return bool(line.strip())
    if len(line) < 60 and match_cell(line.strip()) is not None:
        return True
    return any(mark in line for mark in _marks()) and len(find_labels(fold(line))) >= _LABELS_OF_A_TABLE


def _marks() -> tuple[str, ...]:
    """Return words of the tables' heads that prose has not."""
    captions = labels().captions
    return (captions["content"][0], captions["applicants"][0], labels().rows["received"].name(), "统计指标", "指标名称")


def _row(unit: _Unit, section: str, quantity: Quantity, tie: Tie | None, judged: "_Judged") -> tuple[Any, ...]:
    q = quantity
    cells = ";".join(tie.cells) if tie else ""
    whole = ";".join(judged.whole)
    return (
        unit.report, section, tie.id if tie else "", tie.rule if tie else "", cells, whole, q.kind, q.value, q.low,
        q.high, q.relation, q.unit, q.before, q.after, q.scope, q.raw, q.start, q.end, q.sentence, judged.expected,
        judged.verdict, judged.severity, judged.message,
    )  # fmt: skip


# ---------------------------------------------------------------- verdicts


class _Judged(NamedTuple):
    verdict: str
    severity: str
    expected: float | None
    message: str
    whole: tuple[str, ...] = ()


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.10g}"


def _sum(values: Values, cells: tuple[str, ...]) -> float | None:
    numbers = [values.get(cell) for cell in cells]
    return None if not numbers or any(n is None for n in numbers) else sum(n for n in numbers if n is not None)


def _open(tie: Tie | None, message: str) -> _Judged:
    return _Judged("not assessable", tie.severity if tie else "information", None, message)


def _verdict(unit: _Unit, item: _Said) -> _Judged:
    quantity, tie = item.quantity, item.tie
    if tie is None:
        return _open(None, "speaks of no cell of the tables 与表格无对应")
    scoped = tie if own_scope(quantity.scope, unit.agency) else tie._replace(severity=_milder(tie.severity))
    if tie.how == "share":
        return _share_verdict(unit.values, quantity, scoped)
    if tie.how in ("growth", "change"):
        return _growth_verdict(unit, item, scoped)
    if tie.period == "last" and unit.before is None:
        return _open(scoped, "speaks of the year before, whose report is not given 所述为上年，未提供上年年报")
    values = unit.values if tie.period == "this" else unit.before or {}
    cell = _sum(values, tie.cells)
    if cell is None:
        return _open(scoped, f"no number in {_named(tie.cells)} 表中无数字")
    expected = cell * tie.scale
    if tie.how == "rate":
        verdict, message = (
            ("fail", "some were carried out 有结转，或在期限内") if cell else ("pass", "none carried out")
        )
        return _Judged(verdict, scoped.severity, cell, f"{quantity.raw}: {message}: {_number(cell)}")
    holds = _within(quantity, expected)
    note = "" if holds else "; the text may count another scope 口径或有不同" if scoped.severity == "warning" else ""
    said = f"text {quantity.raw}, table {_number(expected)} ({_named(tie.cells)})"
    return _Judged("pass" if holds else "fail", scoped.severity, expected, said + note)


def _milder(severity: str) -> str:
    return "warning" if severity == "error" else severity


def _named(cells: tuple[str, ...]) -> str:
    return " + ".join(cells[:3]) + (f" + {len(cells) - 3} more" if len(cells) > 3 else "")


def _within(quantity: Quantity, expected: float) -> bool:
    low, high = quantity.low, quantity.high
    slack = 1e-9 * max(1.0, abs(expected))
    rounded = quantity.step < 1 or (quantity.step > 1 and bool(quantity.value) and "万" in quantity.raw)
    if quantity.relation == "=" and rounded:
        slack += quantity.step / 2
    return (low is None or expected >= low - slack) and (high is None or expected <= high + slack)


def _agrees(quantity: Quantity, percent: float, sign: int = 1) -> bool:
    """Tell whether a percentage agrees to half of its last printed digit."""
    printed = re.search(r"\d+(?:\.(\d+))?", quantity.raw.replace(",", ""))
    step = 10.0 ** -len(printed[1] or "") if printed else quantity.step
    if quantity.relation == "=" and quantity.value is not None:
        return abs(sign * quantity.value - percent) <= step / 2 + 1e-9
    low, high = quantity.low, quantity.high
    size = sign * percent
    return (low is None or size >= low - step / 2) and (high is None or size <= high + step / 2)


def _share_verdict(values: Values, quantity: Quantity, tie: Tie) -> _Judged:
    part = _sum(values, tie.cells)
    wholes = [(of, whole) for of in tie.of if (whole := _sum(values, of))]
    if part is None or not wholes:
        return _open(tie, "no number in the cells of the share 表中无数字")
    shares = [(100 * part / whole, of) for of, whole in wholes]
    fitting = next((pair for pair in shares if _agrees(quantity, pair[0])), None)
    expected, of = fitting or shares[0]
    said = f"text {quantity.raw}, tables {_number(round(expected, 2))} % ({_named(tie.cells)} of {_named(of)})"
    return _Judged("pass" if fitting else "fail", tie.severity, round(expected, 4), said, of)


def _growth_verdict(unit: _Unit, item: _Said, tie: Tie) -> _Judged:
    quantity = item.quantity
    now = _sum(unit.values, tie.cells)
    then = _sum(unit.before, tie.cells) if unit.before is not None else _mentioned(item, unit.year)
    if now is None or then is None or (tie.how == "growth" and not then):
        return _open(tie, "the figure of the year before is not known 缺上年数字")
    if tie.how == "change":
        expected = (now - then) * tie.scale
        holds = _within(quantity, tie.sign * expected)
        said = f"text {'−' if tie.sign < 0 else '+'}{quantity.raw}, tables {_number(expected)}"
    else:
        expected = 100 * (now - then) / then
        holds = _agrees(quantity, expected, tie.sign)
        said = f"text {'−' if tie.sign < 0 else '+'}{quantity.raw}, recomputed {_number(round(expected, 2))} %"
    message = f"{said} ({_number(then)} → {_number(now)})"
    return _Judged("pass" if holds else "fail", tie.severity, round(expected, 4), message)


def _mentioned(item: _Said, year: int | None) -> float | None:
    """Return the figure of the year before that the text itself mentions beside the growth."""
    facts = claim_cues()["growth"]
    around = item.flat[max(0, item.quantity.start - facts["reach"]) : item.quantity.end + facts["reach"] // 2]
    found = worded(facts["mention"], year).search(around)
    return float(found["n"]) if found else None


# ---------------------------------------------------------------- wholes with parts, numbers said twice


def _parts(unit: _Unit, said: list[_Said]) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each whole whose parts, behind 其中, add up to it or exceed it."""
    facts = claim_cues()["parts"]
    for place, item in enumerate(said):
        whole = item.quantity
        if whole.value is None or whole.relation != "=" or whole.unit in ("", "%"):
            continue
        parts = _parts_of(said, place)
        if len(parts) < 2:
            continue
        total = sum(Decimal(str(part.value)) for part in parts)
        value = Decimal(str(whole.value))
        exact = all(part.relation == "=" for part in parts)
        verdict = "pass" if total == value else "fail" if total > value and exact else "not assessable"
        listed = " + ".join(part.raw for part in parts[:8]) + (" + …" if len(parts) > 8 else "")
        message = f"{whole.raw}: {listed} = {_number(float(total))}"
        tie = Tie("parts", facts["rule"], "count", ())
        yield _row(unit, item.section, whole, tie, _Judged(verdict, "warning", float(total), message))


def _parts_of(said: list[_Said], place: int) -> list[Quantity]:
    """Return the quantities of the same unit behind 其中, up to where something else is said."""
    facts, whole = claim_cues()["parts"], said[place]
    end, closes = whole.quantity.end, facts["closes"]
    verbs: set[str] = set()  # those of the first part; another verb begins another matter
    parts: list[Quantity] = []
    for number in range(place + 1, len(said)):
        q = said[number].quantity
        between = whole.flat[end : q.start]
        if said[number].section != whole.section or len(between) > facts["reach"]:
            break
        opens = re.search(facts["opens"], between)
        if re.search(f"[{closes}\n]", between) or bool(opens) == bool(parts):
            break
        own = set(re.findall(facts["verbs"], between))
        if q.kind != "number" or q.unit != whole.quantity.unit or (parts and not own <= verbs):
            break
        if opens:
            verbs, closes = own, closes + (")" if "(" in between[: opens.start()] else "")
        parts.append(q)
        end = q.end
    return parts


def _repeated(unit: _Unit, said: list[_Said]) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each exact number that an earlier sentence gives otherwise for the same cells."""
    first: dict[tuple[Any, ...], Quantity] = {}
    for item in said:
        tie, q = item.tie, item.quantity
        if tie is None or tie.how != "count" or q.relation != "=" or q.value is None:
            continue
        key = (tie.cells, tie.period, q.scope)
        other = first.setdefault(key, q)
        if other is q:
            continue
        holds = other.value == q.value
        message = f"said twice: {other.raw or other.value} and {q.raw}"
        repeated = Tie("repeated", "N-14", "count", tie.cells)
        judged = _Judged("pass" if holds else "fail", "warning", other.value, message)
        yield _row(unit, item.section, q, repeated, judged)
