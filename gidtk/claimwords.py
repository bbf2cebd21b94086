"""The words around a number: whose figure it is, of which year, whether of requests, whether only of a part."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any

from gidtk.quantities import Quantity

__all__ = ["CLAUSE_ENDS", "LONGEST_SENTENCE", "Place", "claim_cues", "own_scope", "place_of", "worded"]

LONGEST_SENTENCE = 300  # characters in front of a number
CLAUSE_ENDS = re.compile(r"[,，;；。\n()（）]")


@cache
def claim_cues() -> dict[str, Any]:
    """Return the patterns as ``lexicon/claims.toml`` has them."""
    return tomllib.loads(files("gidtk").joinpath("lexicon/claims.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)
def worded(pattern: str, year: int | None, end: str = "") -> re.Pattern[str]:
    """Return a pattern of the lexicon compiled, its words and years put in.

    Examples
    --------
    >>> bool(worded("{last}年结转", 2021).search("2020年结转3件"))
    True
    """
    for _ in range(2):  # words may hold words
        for name, words in claim_cues()["words"].items():
            pattern = pattern.replace(f"{{{name}}}", words)
    for name, step in (("last", -1), ("this", 0), ("next", 1)):
        pattern = pattern.replace(f"{{{name}}}", str(year + step) if year else "(?!)")
    return re.compile(pattern + end)


@dataclass(frozen=True)
class Place:
    """A quantity with the words around it."""

    quantity: Quantity
    flat: str  # the section, plain
    section: str
    year: int | None
    lead: str  # its clause, up to the number
    follow: str  # behind the number, up to the end of the clause
    sentence: str  # the sentence up to the number, with the one before that it goes on with

    @cached_property
    def on_requests(self) -> bool:
        """Tell whether the nearest topic in front of the number is that of requests."""
        topics = claim_cues()["topics"]
        start = self.quantity.start
        text = self.flat[max(0, start - topics["reach"]) : start + min(len(self.follow), 12)]
        nearest = {
            name: max((m.end() for m in re.finditer(topics[name], text)), default=-1)
            for name in topics
            if name != "reach"
        }
        return nearest["requests"] > nearest["others"] or (max(nearest.values()) < 0 and self.section == "requests")

    @property
    def guarded(self) -> bool:
        """Tell whether the number speaks of a part of the year, of all years, or of a plan."""
        guards = claim_cues()["guards"]
        near = self.sentence[-120:]
        return bool(worded(guards["other_period"], self.year).search(near) or re.search(guards["plan"], self.lead))

    @property
    def period(self) -> str:
        """Return which year a count speaks of: ``this``, ``last``, or empty for another one."""
        guards = claim_cues()["guards"]
        text = re.sub(guards["comparison"], "", self.sentence)
        found = list(re.finditer(guards["other_year"], text))
        if not found:
            return "this"
        last = found[-1]
        if last["year"]:
            step = int(last["year"]) - self.year if self.year else 1
            return {0: "this", -1: "last"}.get(step, "")
        return "last" if last.group() in guards["last_year"] else ""

    @property
    def on_disclosure(self) -> bool:
        """Tell whether a dispute is one about disclosure."""
        around = self.sentence[-80:] + self.quantity.raw + self.follow
        return (
            bool(re.search(claim_cues()["guards"]["disclosure"], around))
            or self.section == "disputes"
            or self.on_requests
        )

    @property
    def says_a_part(self) -> bool:
        """Tell whether a number may be that of a part only; what stands in closed brackets is an aside."""
        return bool(re.search(claim_cues()["guards"]["part"], re.sub(r"\([^()]*\)", "", self.sentence)))


def place_of(quantity: Quantity, flat: str, section: str, year: int | None, last_end: int) -> Place:
    """Return a quantity with the words around it; what stands before the end of the last quantity is none of them."""
    floor = max(0, quantity.start - LONGEST_SENTENCE)
    begin = _sentence_begin(flat, floor, quantity.start)
    sentence = flat[begin : quantity.start]
    if re.match(claim_cues()["guards"]["goes_on"], sentence.lstrip()):
        sentence = flat[_sentence_begin(flat, floor, max(floor, begin - 1)) : quantity.start]
    lead = CLAUSE_ENDS.split(flat[max(begin, last_end, quantity.start - 90) : quantity.start])[-1]
    follow = flat[quantity.end : quantity.end + 60]
    stop = re.search(r"[,，;；。\n)）]", follow)
    return Place(quantity, flat, section, year, lead, follow[: stop.start()] if stop else follow, sentence)


def _sentence_begin(flat: str, floor: int, place: int) -> int:
    return max(floor, *(flat.rfind(mark, floor, place) + 1 for mark in "。!?！？\n"))


def own_scope(scope: str, agency: str) -> bool:
    """Tell whether a scope word names the unit that reports.

    Parameters
    ----------
    scope : str
        A scope word (全县, 我局, 县政府办); empty for none.
    agency : str
        The agency that reports; empty when it is not known.

    Returns
    -------
    bool
        False where the word names another circle, or where it cannot be told.

    Examples
    --------
    >>> own_scope("全县", "安福县人民政府"), own_scope("全县", "安福县教育局"), own_scope("", "安福县教育局")
    (True, False, True)
    """
    facts = claim_cues()["scope"]
    if not scope:
        return True
    area = re.search(facts["area"], scope)
    government = re.search(facts["government"], agency)
    if area:
        return bool(government and area[1] in government.groups())
    if re.search(facts["own"], scope):
        return bool(agency) and government is None
    return agency.endswith(scope)
