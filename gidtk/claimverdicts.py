"""Whether what the narrative says agrees with the cells that it speaks of."""

import re
from typing import NamedTuple

from gidtk.claimties import Tie
from gidtk.claimunits import Unit, Values
from gidtk.claimwords import claim_cues, own_scope, worded
from gidtk.quantities import Quantity

__all__ = ["Judged", "Said", "judge", "number"]


class Said(NamedTuple):
    """A quantity with its section, what it speaks of, and its verdict."""

    section: str
    flat: str
    quantity: Quantity
    tie: Tie | None


class Judged(NamedTuple):
    """A verdict with what the tables give, the reason, and the whole that a share fits."""

    verdict: str
    severity: str
    expected: float | None
    message: str
    whole: tuple[str, ...] = ()


def number(value: float | None) -> str:
    """Print a number for a message.

    Examples
    --------
    >>> number(1200.0), number(None)
    ('1200', '—')
    """
    return "—" if value is None else f"{value:.10g}"


def _sum(values: Values, cells: tuple[str, ...]) -> float | None:
    numbers = [values.get(cell) for cell in cells]
    return None if not numbers or any(n is None for n in numbers) else sum(n for n in numbers if n is not None)


def _open(tie: Tie | None, message: str) -> Judged:
    return Judged("not assessable", tie.severity if tie else "information", None, message)


def judge(unit: Unit, item: Said) -> Judged:
    """Hold what is said against the cells that it speaks of."""
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
        return _rate_verdict(quantity, scoped, cell)
    holds = _within(quantity, expected)
    note = "" if holds else "; the text may count another scope 口径或有不同" if scoped.severity == "warning" else ""
    said = f"text {quantity.raw}, table {number(expected)} ({_named(tie.cells)})"
    return Judged("pass" if holds else "fail", scoped.severity, expected, said + note)


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


def _rate_verdict(quantity: Quantity, tie: Tie, carried_out: float) -> Judged:
    """Judge 100 per cent: nothing was carried out, or the sentence says that what was is within its time limit."""
    verdict, message = "pass", "none carried out 无结转"
    if carried_out:
        explained = re.search(claim_cues()["guards"]["explained"], quantity.sentence)
        verdict = "not assessable" if explained else "fail"
        message = "some were carried out 有结转" + (", as the text may say 文中或已说明" if explained else "")
    return Judged(verdict, tie.severity, carried_out, f"{quantity.raw}: {message}: {number(carried_out)}")


def _share_verdict(values: Values, quantity: Quantity, tie: Tie) -> Judged:
    part = _sum(values, tie.cells)
    wholes = [(of, whole) for of in tie.of if (whole := _sum(values, of))]
    if part is None or not wholes:
        return _open(tie, "no number in the cells of the share 表中无数字")
    shares = [(100 * part / whole, of) for of, whole in wholes]
    fitting = next((pair for pair in shares if _agrees(quantity, pair[0])), None)
    expected, of = fitting or shares[0]
    said = f"text {quantity.raw}, tables {number(round(expected, 2))} % ({_named(tie.cells)} of {_named(of)})"
    return Judged("pass" if fitting else "fail", tie.severity, round(expected, 4), said, of)


def _growth_verdict(unit: Unit, item: Said, tie: Tie) -> Judged:
    quantity = item.quantity
    now = _sum(unit.values, tie.cells)
    then = _sum(unit.before, tie.cells) if unit.before is not None else _mentioned(item, unit.year)
    if now is None or then is None or (tie.how == "growth" and not then):
        return _open(tie, "the figure of the year before is not known 缺上年数字")
    if tie.how == "change":
        expected = (now - then) * tie.scale
        holds = _within(quantity, tie.sign * expected)
        said = f"text {'−' if tie.sign < 0 else '+'}{quantity.raw}, tables {number(expected)}"
    else:
        expected = 100 * (now - then) / then
        holds = _agrees(quantity, expected, tie.sign)
        said = f"text {'−' if tie.sign < 0 else '+'}{quantity.raw}, recomputed {number(round(expected, 2))} %"
    message = f"{said} ({number(then)} → {number(now)})"
    return Judged("pass" if holds else "fail", tie.severity, round(expected, 4), message)


def _mentioned(item: Said, year: int | None) -> float | None:
    """Return the figure of the year before that the text itself mentions beside the growth."""
    facts = claim_cues()["growth"]
    around = item.flat[max(0, item.quantity.start - facts["reach"]) : item.quantity.end + facts["reach"] // 2]
    found = worded(facts["mention"], year).search(around)
    return float(found["n"]) if found else None
