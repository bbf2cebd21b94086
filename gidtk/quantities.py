"""Quantities said in running text: value, relation, unit, what is counted, where it stands."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import pandas as pd

from gidtk.errors import GidtkError
from gidtk.numerals import last_unit, numeral_value
from gidtk.quantitycues import ABSENCE, MASKED, NUMBER, cues, mask, pattern, plain, sentence_spans

__all__ = ["QUANTITY_COLUMNS", "Quantity", "find_quantities", "quantities"]

_CLAUSE_ENDS = ",，;；。:：!?！？\n"
_RANGE_MARKS = ("-", "—", "–", "~", "～", "至", "到")
_SIZES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
LONGEST_NUMBER = 18  # characters; a longer run of digits is no quantity
LONGEST_SENTENCE = 300  # characters of a sentence kept before and behind a number
LONGEST_CLAUSE = 80  # characters looked at before and behind a number


class Quantity(NamedTuple):
    """One quantity as said: see :func:`quantities` for the meaning of the fields."""

    kind: str
    value: float | None
    low: float | None
    high: float | None
    relation: str
    unit: str
    per: str
    raw: str
    start: int
    end: int
    before: str
    after: str
    scope: str
    sentence: str
    step: float  # what the last printed digit counts


QUANTITY_COLUMNS = Quantity._fields[:-1]
_TYPES = {"value": "Float64", "low": "Float64", "high": "Float64", "start": "Int64", "end": "Int64"}


def quantities(text: str) -> pd.DataFrame:
    """Find every quantity that a text says.

    Document numbers, dates, telephone numbers, ordinals, list marks, titles in 《》, set phrases (三审三校, 一件事) and
    parts of the speech itself (三个方面) are passed over.

    Parameters
    ----------
    text : str
        Running text, such as ``report.text("overview")``.

    Returns
    -------
    DataFrame
        One row a quantity, in the order of the text: ``kind`` (``number``; ``vague`` for 数十, 几百 and ranges, which
        have bounds and no value; ``absence`` for 未发生, 没有收到), ``value`` (missing where vague), ``low`` and
        ``high`` (what it may stand for: 1200余 is 1200 to 1299; missing where open), ``relation`` (``=``, ``>`` for
        余, 多, 超过; ``<`` for 近, 不足; ``≈`` for 约), ``unit`` (as printed, 万 and 亿 taken into the value; ``%`` for
        百分之), ``per`` (每季度: 季度), ``raw``, ``start`` and ``end`` (positions in `text`), ``before`` and ``after``
        (the noun in front and behind: which of them is counted is not decided), ``scope`` (全县, 我局, …) and
        ``sentence``. Values are not to be added up: a sentence may state a whole and its parts.

    Raises
    ------
    GidtkError
        If `text` is not a str.

    Examples
    --------
    >>> frame = quantities("全年公开信息4.14万条，举办培训近百次，占6.7%；未发生行政复议。")
    >>> frame[["value", "relation", "unit", "raw"]].values.tolist()
    [[41400.0, '=', '条', '4.14万条'], [100.0, '<', '次', '近百次'], [6.7, '=', '%', '6.7%'], [0.0, '=', '', '未发生']]
    """
    if not isinstance(text, str):
        raise GidtkError(f"{type(text).__name__} is no text: give a str, such as report.text('overview')")
    frame = pd.DataFrame([found[:-1] for found in find_quantities(text)], columns=list(QUANTITY_COLUMNS))
    return frame.astype({name: _TYPES.get(name, "str") for name in QUANTITY_COLUMNS})


class _Hit(NamedTuple):
    """A quantity before its surroundings are looked at."""

    kind: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    relation: str
    unit: str
    start: int
    end: int
    step: Decimal


def find_quantities(text: str) -> list[Quantity]:
    """Return the quantities of a text as records; see :func:`quantities`.

    Examples
    --------
    >>> [(found.raw, found.low, found.high) for found in find_quantities("应急演练30余场")]
    [('30余场', 30.0, 39.0)]
    """
    flat = plain(text)
    masked = mask(flat)
    hits = sorted([*_numbers(masked), *_absences(masked)], key=lambda hit: hit.start)
    spans = sentence_spans(flat)
    starts = [start for start, _ in spans]
    found: list[Quantity] = []
    last_end = 0
    for place, hit in enumerate(hits):
        if hit.start < last_end:
            continue
        next_start = hits[place + 1].start if place + 1 < len(hits) else len(flat)
        begin, end = spans[bisect_right(starts, hit.start) - 1]
        found.append(_placed(text, flat, hit, (max(begin, last_end), min(end, max(next_start, hit.end))), begin, end))
        last_end = hit.end
    return found


def _placed(text: str, flat: str, hit: _Hit, room: tuple[int, int], begin: int, end: int) -> Quantity:
    lead = flat[max(room[0], hit.start - LONGEST_CLAUSE) : hit.start]
    follow = flat[hit.end : min(room[1], hit.end + LONGEST_CLAUSE)]
    clause = re.split(f"[{_CLAUSE_ENDS}]", lead)[-1]
    per = pattern("per").search(clause) or pattern("rate").search(clause)
    scopes = pattern("scope").findall(flat[max(begin, hit.start - 3 * LONGEST_CLAUSE) : hit.start])
    low, high = (None if bound is None else float(bound) for bound in (hit.low, hit.high))
    return Quantity(
        hit.kind,
        None if hit.value is None else float(hit.value),
        low,
        high,
        hit.relation,
        hit.unit,
        per[1] if per and hit.kind != ABSENCE else "",
        text[hit.start : hit.end],
        hit.start,
        hit.end,
        _noun_before(clause),
        _noun_behind(follow),
        scopes[-1] if scopes else "",
        text[max(begin, hit.start - LONGEST_SENTENCE) : min(end, hit.end + LONGEST_SENTENCE)].strip(),
        float(hit.step),
    )


# ---------------------------------------------------------------- numbers


def _numbers(masked: str) -> Iterator[_Hit]:
    """Yield the numbers with a unit, and those that need none."""
    open_value: Decimal | None = None  # a number that has no unit of its own: 3 of 3至5件
    open_start, open_end = 0, -1
    for found in NUMBER.finditer(masked):
        if found.start() < open_end:  # 万 of 1万5千
            continue
        number = _number(found)
        tail = pattern("suffix").match(masked, found.end())
        if number is None or tail is None:
            open_value = None
            continue
        lead = masked[max(0, found.start() - 14) : found.start()]
        head = pattern("prefix").search(lead)
        sized = _sized(number, tail)
        between = masked[open_end : found.start()].strip(" \t") if open_value is not None else None
        if open_value is not None and between in _RANGE_MARKS and tail["unit"] and open_value < sized:
            low = _scaled_like(open_value, number, sized, masked[open_start:open_end])
            yield _Hit("vague", None, low, sized, "≈", _unit(tail, head), open_start, _end(tail), last_unit(sized))
            open_value = None
            continue
        if open_value is not None and between == "" and tail["unit"] and sized < open_value:
            sized, start = sized + open_value, open_start
        else:
            start = found.start()
        hit = _hit(masked, found, tail, head, sized, start)
        if hit is not None:
            yield hit
            open_value = None
        else:
            open_value, open_start = sized, found.start()
            open_end = tail.end("size") if tail["size"] else found.end()


def _number(found: re.Match[str]) -> Decimal | None:
    if found["han"] is not None:
        return numeral_value(found["han"])
    digits = found["arabic"]
    return Decimal(digits.replace(",", "")) if len(digits) <= LONGEST_NUMBER else None


def _sized(number: Decimal, tail: re.Match[str]) -> Decimal:
    for char in tail["size"] + (tail["size2"] or ""):
        number *= _SIZES[char]
    return number


def _scaled_like(low: Decimal, number: Decimal, sized: Decimal, printed: str) -> Decimal:
    """Give the lower end of a range the size that is printed once: 3至5万 is 30000 to 50000."""
    return low if any(char in _SIZES for char in printed) or not number else low * (sized / number)


def _unit(tail: re.Match[str], head: re.Match[str] | None) -> str:
    unit: str = tail["unit"] or ""
    if head and head["percent"]:
        return "%"
    money = {"千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
    return "元" if unit in money else unit


def _end(tail: re.Match[str]) -> int:
    """Return where the quantity ends: behind its last part that is there."""
    return max(tail.end(name) for name in ("size", "more", "size2", "unit", "bound"))


def _hit(
    masked: str, found: re.Match[str], tail: re.Match[str], head: re.Match[str] | None, value: Decimal, start: int
) -> _Hit | None:
    """Return the quantity, or None where the number is none."""
    han = found["han"]
    many = han is not None and han[0] in cues()["small"]["bare"]
    if head and head["several"] and not many:  # 件数14件: 数 belongs to the noun
        head = None
    percent, several = bool(head and head["percent"]), bool(head and head["several"])
    unit, printed = _unit(tail, head), tail["unit"] or ""
    if tail["more"] == "几" and not (han and han.endswith("十")):
        return None
    if not printed and not percent and not _needs_no_unit(masked, found, tail):
        return None
    if han is not None and not percent and not _counts(masked, han, tail, head, found.start()):
        return None
    for name, size in (("千元", 1_000), ("万元", 10_000), ("亿元", 100_000_000)):
        value *= size if printed == name else 1
    step = last_unit(value)
    start = min(start, _head_start(head, found.start())) if start == found.start() else start
    end = _end(tail) if not percent or tail["size"] or printed else found.end()
    if several or tail["more"] == "几":
        ends = (value * 2, value * 10 - 1) if several else (value + 1, value + 9)
        return _Hit("vague", None, *ends, "≈", unit, start, end, step)
    relation = cues()["prefixes"].get(head["prefix"] or "", "") if head else ""
    bound = cues()["suffixes"].get(tail["bound"] or "", "")
    low, high, sign = _bounds(value, step, relation or bound, bool(tail["more"]))
    return _Hit("number", value, low, high, sign, unit, start, end, step)


def _head_start(head: re.Match[str] | None, start: int) -> int:
    return start - len(head.group()) if head else start


def _bounds(value: Decimal, step: Decimal, word: str, more: bool) -> tuple[Decimal | None, Decimal | None, str]:
    """Return what a number may stand for, and its relation."""
    last = step - 1 if value == value.to_integral_value() and step >= 1 else step
    if word == "<":
        return None, value, "<"
    if word == "near":
        return value - last, value, "<"
    if word == "≈":
        room = max(value / 20, step / 2)
        return value - room, value + room + (last if more else 0), "≈"
    if word == "upward":
        return value, None, "≈"
    if more:
        return value, None if word == ">" else value + last, ">"
    return (value, None, ">") if word == ">" else (value, value, "=")


def _needs_no_unit(masked: str, found: re.Match[str], tail: re.Match[str]) -> bool:
    """Tell whether a number stands without a unit: 3.2万, or behind 总数为 at the end of a clause, or 为零."""
    end = _end(tail)
    closed = end >= len(masked) or masked[end] in _CLAUSE_ENDS + "、)）"
    if not closed or tail["more"] == "来":
        return False
    if found[0] in ("0", "零") and pattern("zero").search(masked[max(0, found.start() - 4) : found.start()]):
        return True
    if found["arabic"] is None:
        return False
    if {"万", "亿"} & set(tail["size"] + (tail["size2"] or "")):
        return True
    return bool(pattern("unitless").search(masked[max(0, found.start() - 12) : found.start()]))


def _counts(masked: str, han: str, tail: re.Match[str], head: re.Match[str] | None, start: int) -> bool:
    """Tell whether Chinese numerals count something, or are part of a word."""
    facts, unit = cues()["small"], tail["unit"]
    hedged = bool(tail["more"] or (head and (head["prefix"] or head["several"])))
    if unit in cues()["arabic_only"]["units"] and not (len(han) > 1 or hedged):
        return False
    if han[0] in "百千万亿" and not hedged:
        return False
    if unit in facts["structural_units"] and len(han) == 1 and _structural(masked[tail.end("unit") :][:8]):
        return False
    if len(han) > 1 or hedged:
        return True
    if han == "二" or (han == "一" and start and masked[start - 1] in facts["before_one"] + MASKED):
        return han == "一" and _is_rate(masked, start)
    return han != "一" or _single_one(masked, tail, start)


def _structural(behind: str) -> bool:
    found = pattern("structural").search(behind)
    return bool(found and not set(behind[: found.start()]) & set(_CLAUSE_ENDS))


def _single_one(masked: str, tail: re.Match[str], start: int) -> bool:
    """Tell whether 一 with a measure word counts: a rate, at the end of a clause, or behind a verb of counting."""
    end = tail.end("unit")
    closed = end >= len(masked) or masked[end] in _CLAUSE_ENDS + "、)）"
    return closed or _is_rate(masked, start) or bool(pattern("counting").search(masked[max(0, start - 6) : start]))


def _is_rate(masked: str, start: int) -> bool:
    return bool(pattern("per").search(re.split(f"[{_CLAUSE_ENDS}]", masked[max(0, start - 20) : start])[-1]))


# ---------------------------------------------------------------- none at all


def _absences(masked: str) -> Iterator[_Hit]:
    """Yield what the text says there was none of."""
    nothing = Decimal(0)
    for found in pattern("absence").finditer(masked):
        if pattern("unless_before").search(masked[max(0, found.start() - 2) : found.start()]):
            continue
        yield _Hit(ABSENCE, nothing, nothing, nothing, "=", "", found.start(), found.end(), Decimal(1))


# ---------------------------------------------------------------- what is counted


def _noun_before(clause: str) -> str:
    """Return the noun in front of a number: the end of the clause behind its last verb."""
    stops = f"[{re.escape(cues()['nouns']['stops'])}]"
    text = re.split(stops, clause.rstrip(" \t"))[-1]
    per = pattern("per").search(text)
    text = text[: per.start()] if per and per.start() else text
    text = text[: pattern("trailing").search(text).start()]  # type: ignore[union-attr]
    verbs = list(pattern("verbs").finditer(text))
    for verb in reversed(verbs):
        if verb.end() < len(text):
            text = text[verb.end() :]
            break
    return text[-int(cues()["nouns"]["longest"]) :].strip()


def _noun_behind(follow: str) -> str:
    """Return the noun behind a number: up to the next word that goes on with the sentence."""
    text = re.split(f"[{re.escape(cues()['nouns']['stops'])}]", follow.lstrip(" \t"))[0]
    found = pattern("closing").search(text)
    text = text[: found.start()] if found else text
    return text[: int(cues()["nouns"]["longest"])].strip()
