"""The rows of the statistics tables (统计表) before 2019: what a label and a unit count.

The facts lie in ``forms/f2014.toml`` (the national table), ``forms/f2008.toml`` (annexes of provinces) and
``forms/statistics.toml`` (how a table is recognised). An indicator of no table known is kept under an id made of its
label: ``extra_`` and eight hexadecimal digits of its SHA-256, so that one label has one id in every report and two
labels never share one.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from gidtk.form import Label
from gidtk.labels import fold

__all__ = [
    "Bare",
    "Indicator",
    "StatRow",
    "bare_label",
    "facts",
    "is_known",
    "is_unit",
    "money",
    "name_rows",
]

_MONEY = {"元": 1, "千元": 1_000, "万元": 10_000}
_ORDINALS = re.compile(
    r"(?P<part>其中[:,]?)|(?P<digit>\d{1,2})[.、)](?!\d)|\((?P<inner>\d{1,2})\)[.、]?"
    r"|[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十]{1,3}\)[、.]?"
)
_NOTE = re.compile(r"\(([^()]*)\)$")


@dataclass(frozen=True, slots=True)
class StatRow:
    """A row as printed.

    Attributes
    ----------
    label, unit : str
        What stands under indicator and unit; an empty unit where none is printed.
    values : tuple of (str, str) or None
        What is printed in each column, and where; None where no figure can be given to a column for certain.
    raw, place : str
        Everything printed behind the unit, and where.
    """

    label: str
    unit: str
    values: tuple[tuple[str, str], ...] | None
    raw: str
    place: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator that some table prints: its label, and the row above it that it needs to say what it counts."""

    label: Label
    under: str
    notes: tuple[str, ...]


class Bare(NamedTuple):
    """A label without its number, and what the number said."""

    text: str
    ordinal: int | None  # 1 for ``1.`` and ``(1)``
    part: bool  # 其中 stands before it


@cache
def facts() -> dict[str, Any]:
    """Return ``forms/statistics.toml``: how a table is recognised."""
    return tomllib.loads(files("gidtk").joinpath("forms", "statistics.toml").read_text(encoding="utf-8"))


def _rows() -> Iterator[dict[str, Any]]:
    for name, key in (("f2014", "statistics"), ("f2008", "annex")):
        data = tomllib.loads(files("gidtk").joinpath("forms", f"{name}.toml").read_text(encoding="utf-8"))
        yield from data[key]["rows"]


@cache
def _indicators() -> dict[str, tuple[Indicator, ...]]:
    """Return the indicators of every bare wording: several where the label needs the row above it."""
    found: dict[str, list[Indicator]] = {}
    for row in _rows():
        label = Label(row["id"], row["zh"], row["en"], unit=row["unit"], amount=row.get("amount", 0))
        note = _NOTE.search(fold(row["zh"]).text)
        for wording in (row["zh"], *row.get("also", ())):
            bare = _without_note(bare_label(wording).text)
            found.setdefault(bare, []).append(Indicator(label, row.get("under", ""), (note[1],) if note else ()))
    return {wording: tuple(indicators) for wording, indicators in found.items()}


def _without_note(text: str) -> str:
    return _NOTE.sub("", text).rstrip("*:")


@cache
def _heads() -> tuple[str, ...]:
    return tuple(sorted((fold(head).text for head in facts()["heads"]), key=len, reverse=True))


def bare_label(text: str) -> Bare:
    """Return a printed label without numbers, 其中 and the heads of groups that run together with it.

    Examples
    --------
    >>> bare_label("其中：1.网站公开")
    Bare(text='网站公开', ordinal=1, part=True)
    >>> bare_label("一、主动公开情况（一）主动公开政府信息数").text
    '主动公开政府信息数'
    """
    rest, ordinal, part = fold(text).text, None, False
    while rest:
        if found := _ORDINALS.match(rest):
            ordinal = int(found["digit"] or found["inner"]) if found["digit"] or found["inner"] else ordinal
            part = part or bool(found["part"])
            rest = rest[found.end() :]
        elif head := next((head for head in _heads() if rest.startswith(head)), ""):
            rest, ordinal, part = rest[len(head) :], None, False
        else:
            break
    return Bare(rest, ordinal, part)


def _candidates(bare: str) -> tuple[Indicator, ...]:
    """Return the indicators that a bare label may be; a note in brackets must be their own, or a unit."""
    text = bare.rstrip("*:")
    exact = _indicators().get(text)
    if exact:
        return exact
    note = _NOTE.search(text)
    if note is None:
        return ()
    found = _indicators().get(_without_note(text), ())
    if is_unit(note[1]):
        return found
    return tuple(i for i in found if any(own[:4] == note[1][:4] for own in i.notes))


def is_known(bare: str) -> bool:
    """Tell whether some table prints a label."""
    return bool(_candidates(bare))


def is_unit(text: str) -> bool:
    """Tell whether a text is a unit, also in brackets.

    Examples
    --------
    >>> is_unit("条"), is_unit("（件）"), is_unit("条例")
    (True, True, False)
    """
    return fold(text).text.strip("()") in facts()["units"]


def money(unit: str) -> int:
    """Return how many yuan a unit is; 0 for a count."""
    return _MONEY.get(unit.strip("()"), 0)


def name_rows(rows: Iterable[StatRow]) -> Iterator[tuple[StatRow, Label, bool]]:
    """Yield each row of figures with its indicator, and whether a table known prints it.

    A label that needs the row above it (被依法纠错数, of reconsideration or of litigation) is known only where that row
    was read; after a label that is not known nothing is above.

    Examples
    --------
    >>> names = ("行政诉讼数量", "被依法纠错数", "上访数", "被依法纠错数")
    >>> [label.id for _, label, _ in name_rows(StatRow(name, "件", None, "", "") for name in names)]
    ['s14_lit', 's14_lit_fix', 'extra_...', 'extra_...']
    """
    above: list[str] = []
    whole = ""
    for row in rows:
        bare = bare_label(row.label)
        text, unit = bare.text, row.unit.strip("()")
        if not unit and not is_known(text) and (tail := _unit_behind(text)):
            text, unit = text[: -len(tail)], tail
        if not text:
            above = []
            continue
        fitting = [i for i in _candidates(text) if not i.under or i.under in above]
        known = len(fitting) == 1
        if known:
            label = fitting[0].label
            above = [*above[: above.index(fitting[0].under) + 1], label.id] if fitting[0].under else [label.id]
        else:
            above = []
            if not unit:
                continue
            label = _extra(f"{whole}/{text}" if bare.part or bare.ordinal else text, row.label, unit)
        if not (bare.part or bare.ordinal):
            whole = text
        yield StatRow(row.label, unit, row.values, row.raw, row.place), label, known


def _unit_behind(text: str) -> str:
    return next((unit for unit in facts()["units"] if text.endswith(unit) and is_known(text[: -len(unit)])), "")


def _extra(key: str, printed: str, unit: str) -> Label:
    digest = hashlib.sha256(key.encode("utf-8")).hexdigest()[:8]
    return Label(f"extra_{digest}", " ".join(printed.split()), " ".join(printed.split()), unit=unit, amount=money(unit))
