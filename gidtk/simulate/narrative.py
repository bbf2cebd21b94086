"""The prose of a simulated report, put together from phrases of our own, with what it claims and how much is reused."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from gidtk.form import Form
from gidtk.simulate.counts import Key, Unit, Values

__all__ = ["Claim", "Narrative", "Named", "compose", "phrases"]

NUMERALS = "一二三四五六"
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Claim:
    """A quantity said in the text.

    Attributes
    ----------
    code, section, text : str
        What it is about, where it stands, the sentence.
    value, low, high : float
        The number as said, and what it may stand for: 1200余 is 1200 to 1299.
    relation : str
        ``=``, ``>=`` (余), ``~`` (约), ``share`` or ``growth``.
    unit : str
        What is counted; ``%`` for shares and growth.
    cells : tuple of str
        The cells whose sum it speaks of, as ``table.row.column``; empty if no table has it.
    of : str
        The whole of a share.
    holds : bool or None
        Whether it agrees with the tables (a planted fault may make it false); None where they leave a blank.
    """

    code: str
    section: str
    text: str
    value: int | float
    low: int | float
    high: int | float
    relation: str
    unit: str
    cells: tuple[str, ...] = ()
    of: str = ""
    holds: bool | None = True


@dataclass(frozen=True)
class Named:
    """A problem or a measure: its code and its words."""

    code: str
    text: str


@dataclass(frozen=True)
class Narrative:
    """The prose of one report.

    Attributes
    ----------
    sections : mapping
        Section key to its paragraphs.
    sentences : tuple of str
        Every sentence, once, in order; problems and measures count as sentences.
    patterns : mapping
        Slot to the wording chosen for it, numbers left open: what next year may use again.
    claims, problems, measures : tuple
        What the text says.
    """

    sections: Mapping[str, tuple[str, ...]]
    sentences: tuple[str, ...]
    patterns: Mapping[str, str]
    claims: tuple[Claim, ...]
    problems: tuple[Named, ...]
    measures: tuple[Named, ...]


@cache
def phrases() -> dict[str, Any]:
    """Return the phrases of the lexicon."""
    return tomllib.loads(files("gidtk").joinpath("lexicon/phrases.toml").read_text(encoding="utf-8"))


def one_of(rng: np.random.Generator, choices: list[str]) -> str:
    """Draw one of several phrases."""
    return choices[int(rng.integers(len(choices)))]


def expand(rng: np.random.Generator, text: str) -> str:
    """Put a phrase in the place of every name that the lexicon has; other names stay.

    Examples
    --------
    >>> expand(np.random.default_rng(1), "{n}、{who}")[:4]
    '{n}、'
    """
    known = phrases()["phrases"]
    return _NAME.sub(lambda name: expand(rng, one_of(rng, known[name[1]])) if name[1] in known else name[0], text)


@dataclass
class _Writer:
    """What is at hand while one report is written."""

    seed: int
    rng: np.random.Generator
    year: int
    values: Values
    before: Values | None
    old: Mapping[str, str]
    reuse: float
    shared: float
    received: int | None
    patterns: dict[str, str] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)

    def wording(self, slot: str, choices: list[str]) -> str:
        """Choose the wording of a slot: last year's, the one in general use, or a new one."""
        again, common = self.rng.random() < self.reuse, self.rng.random() < self.shared
        new = expand(self.rng, one_of(self.rng, choices))
        if again and slot in self.old:
            new = self.old[slot]
        elif common:
            rng = np.random.default_rng([self.seed, *slot.encode("utf-8")])
            new = expand(rng, one_of(rng, choices))
        self.patterns[slot] = new
        return new.replace("{year}", str(self.year))

    def slot(self, name: str, section: str) -> str:
        """Return the sentence of a slot; empty where there is nothing to say."""
        if not name.startswith("#"):
            return self.wording(name, phrases()["phrases"][name])
        claim = self.claim(name[1:], section)
        self.claims += [claim] if claim else []
        return claim.text if claim else ""

    def claim(self, code: str, section: str, number: int | None = None) -> Claim | None:
        """Say one quantity."""
        facts = phrases()["claims"][code]
        say, none = self.wording(code, facts["say"]), self.wording(f"{code}.none", facts.get("none", [""]))
        cells = self._cells(facts)
        if facts["unit"] == "%":
            return self._percent(code, section, facts, cells[0], say)
        drawn = int(self.rng.lognormal(*facts["log"])) if "log" in facts else 0
        true = int(sum(self.values[key] for key in cells)) if cells else drawn if number is None else number
        told = self.received if code == "received" and self.received is not None else true
        said, low, high, relation, words = self._rounded(told, bool(facts.get("loose")))
        text = say.replace("{n}", words) if told or not none else none
        names = tuple(".".join(key) for key in cells)
        return Claim(code, section, text, said, low, high, relation, facts["unit"], names, holds=told == true)

    def _cells(self, facts: Mapping[str, Any]) -> list[Key]:
        form = "f2019" if self.year < 2021 else "f2021"
        cell = facts.get("cell", "")
        names = facts.get("sum") or [cell[form] if isinstance(cell, dict) else cell]
        return [_key(name) for name in names if name]

    def _percent(self, code: str, section: str, facts: Mapping[str, Any], cell: Key, say: str) -> Claim | None:
        number, growth = self.values[cell], bool(facts.get("growth"))
        whole = (self.before or {}).get(cell, 0) if growth else self.values[_key(facts["of"])]
        percent = round(100 * (number - (whole if growth else 0)) / whole, 1) if whole else 0
        if not percent:
            return None
        text = say.replace("{n}", f"{abs(percent):.1f}").replace("{way}", phrases()["ways"][percent < 0])
        edges = (round(percent - 0.05, 2), round(percent + 0.05, 2))
        relation = "growth" if growth else "share"
        return Claim(code, section, text, percent, *edges, relation, "%", (".".join(cell),), facts.get("of", ""))

    def _rounded(self, number: int, loose: bool) -> tuple[int, float, float, str, str]:
        """Return the number as said, its bounds, the relation and the words."""
        way = self.rng.random()
        if not loose or number < 100 or way < 0.6:
            return number, number, number, "=", str(number)
        unit = int(10 ** (len(str(number)) - 2))
        if way < 0.85:
            said = number // unit * unit
            return said, said, said + _last_unit(said) - 1, ">=", phrases()["over"].replace("{n}", str(said))
        said = round(number / unit) * unit
        room = max(said // 20, _last_unit(said) // 2)
        return said, said - room, said + room, "~", phrases()["about"].replace("{n}", str(said))


def _key(name: str) -> Key:
    table, row, column = name.split(".")
    return table, row, column


def _last_unit(number: int) -> int:
    """Return what the last digit that is not 0 counts: 100 for 1200."""
    digits = str(number)
    return int(10 ** (len(digits) - len(digits.rstrip("0"))))


def compose(
    seed: int,
    unit: Unit,
    year: int,
    form: Form,
    values: Values,
    *,
    before: Values | None = None,
    previous: Narrative | None = None,
    reuse: float = 0.5,
    shared: float = 0.3,
    received: int | None = None,
) -> Narrative:
    """Write the prose of one report.

    Parameters
    ----------
    seed, unit, year, form, values
        Whose report it is, and its figures.
    before, previous : optional
        Figures and prose of the year before.
    reuse, shared : float
        The chance that a wording is last year's, and that it is the one in general use.
    received : int, optional
        A false number of new requests, to plant a contradiction.
    """
    old = previous.patterns if previous else {}
    rng = np.random.default_rng([seed, unit.number, year, 1])
    writer = _Writer(seed, rng, year, values, before, old, reuse, shared, received)
    overview = list(_overview(writer))
    codes = _codes(writer, [named.code for named in previous.problems] if previous else [])
    problems, measures = (
        tuple(Named(code, writer.wording(f"{code}.{kind}", phrases()["problems"][code][kind])) for code in codes)
        for kind in ("problem", "measure")
    )
    matters = _other_matters(writer, form)
    sections = {
        "overview": tuple(_headed(overview, unit.habit % 2 == 0)),
        "problems": tuple(_five(writer, problems, measures, unit.habit // 2 % 2 == 0)),
        "other_matters": (matters,),
    }
    sentences = [text for _, texts in overview for text in texts]
    sentences += [named.text for named in problems + measures]
    return Narrative(sections, (*sentences, matters), writer.patterns, tuple(writer.claims), problems, measures)


def _overview(writer: _Writer) -> Iterator[tuple[str, list[str]]]:
    for part in phrases()["overview"]:
        yield part.get("head", ""), [text for name in part["slots"] if (text := writer.slot(name, "overview"))]


def _headed(parts: list[tuple[str, list[str]]], own_line: bool) -> Iterator[str]:
    number = 0
    for head, texts in parts:
        if not head:
            yield "".join(texts)
            continue
        title = f"（{NUMERALS[number]}）{head}"
        number += 1
        yield from [title, "".join(texts)] if own_line else [f"{title}。{''.join(texts)}"]


def _codes(writer: _Writer, old: list[str]) -> list[str]:
    """Choose which problems are named: some of last year's again."""
    rng, known = writer.rng, list(phrases()["problems"])
    count = int(rng.integers(2, 5))
    kept = [code for code in old if rng.random() < writer.reuse][:count]
    order = [known[n] for n in rng.permutation(len(known)).tolist()]
    return kept + [code for code in order if code not in kept][: count - len(kept)]


def _five(writer: _Writer, problems: tuple[Named, ...], measures: tuple[Named, ...], in_heads: bool) -> Iterator[str]:
    words = phrases()["five"]
    for number, (kind, items) in enumerate((("problem", problems), ("measure", measures))):
        lead = writer.wording(f"{kind}_lead", words[f"{kind}_lead"])
        listed = "；".join(mark + named.text for mark, named in zip(words["marks"], items, strict=False)) + "。"
        if in_heads:
            yield f"（{NUMERALS[number]}）{words[f'{kind}_head']}"
        yield lead + listed


def _other_matters(writer: _Writer, form: Form) -> str:
    """Say what 六 asks for: since 2021 the fees for handling requests."""
    words = phrases()["phrases"]
    if ("requests", "other_unpaid", "total") not in form.cells():
        return writer.wording("nothing", words["nothing"])
    unpaid = int(writer.values["requests", "other_unpaid", "total"])
    paid = int(writer.rng.integers(0, 3)) * int(writer.rng.random() < 0.15)
    none = writer.wording("no_fee", words["no_fee"])
    if not unpaid + paid:
        return none
    numbers = {"fee_notices": unpaid + paid, "fee_yuan": 100 * paid}
    claims = [writer.claim(code, "other_matters", number) for code, number in numbers.items()]
    writer.claims += [claim for claim in claims if claim]
    return "".join(claim.text for claim in claims if claim)
