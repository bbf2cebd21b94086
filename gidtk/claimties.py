"""Which cells of the tables a quantity of the narrative speaks of: patterns from ``lexicon/claims.toml``."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from gidtk.claimwords import CLAUSE_ENDS, LONGEST_SENTENCE, Place, claim_cues, place_of, worded
from gidtk.quantities import Quantity
from gidtk.quantitycues import ABSENCE, cues

__all__ = ["Tie", "find_tie"]

Cells = tuple[str, ...]


class Tie(NamedTuple):
    """What a quantity speaks of.

    Attributes
    ----------
    id, rule : str
        The claim and the rule that checks it.
    how : str
        ``count``, ``share``, ``growth``, ``change`` (a difference from the year before) or ``rate``.
    cells : tuple of str
        The cells whose sum it states, as ``table.row.column``.
    of : tuple of tuple of str
        Wholes that a share may be of.
    severity : str
        ``error`` or ``warning``.
    scale : float
        How many of the quantity's units one unit of the cells is.
    period : str
        ``this`` or ``last`` year.
    sign : int
        -1 for a fall.
    """

    id: str
    rule: str
    how: str
    cells: Cells
    of: tuple[Cells, ...] = ()
    severity: str = "error"
    scale: float = 1.0
    period: str = "this"
    sign: int = 1


def _cells(choices: Sequence[Sequence[str]], known: Collection[str]) -> Cells:
    """Return the first sum whose cells the form has."""
    return next((tuple(cells) for cells in choices if all(cell in known for cell in cells)), ())


def find_tie(
    quantity: Quantity,
    flat: str,
    section: str,
    year: int | None,
    known: Collection[str],
    earlier: Sequence[tuple[Quantity, Tie | None]],
) -> Tie | None:
    """Return what a quantity speaks of, or None where the words leave doubt.

    Parameters
    ----------
    quantity : Quantity
        The quantity.
    flat, section : str
        The section's text in plain form, and its key.
    year : int or None
        The report year.
    known : collection of str
        The cells that the report's form has, as ``table.row.column``.
    earlier : sequence of (Quantity, Tie or None)
        The quantities of the section in front of it, with their ties.
    """
    place = place_of(quantity, flat, section, year, earlier[-1][0].end if earlier else 0)
    if quantity.per or place.guarded:
        return None
    tie = _share(place, earlier, known) or _growth(place, earlier, known)
    if tie is None:
        context = [tie.id for other, tie in earlier if tie and other.start >= quantity.start - len(place.sentence)]
        tie = next((found for facts in claim_cues()["ties"] if (found := _match(facts, place, known, context))), None)
    if tie is None or tie.how != "count":
        return tie
    period = place.period
    return tie._replace(period=period) if period else None


# ---------------------------------------------------------------- counts, rates and shares of their own


def _match(facts: Mapping[str, Any], place: Place, known: Collection[str], context: Sequence[str]) -> Tie | None:
    quantity = place.quantity
    if not _unit_fits(facts, quantity) or not _worded_so(facts, place):
        return None
    if facts.get("within") and not (context and context[-1] in _closed(facts["within"])):
        return None
    by = facts.get("by", {})
    base = next((name for name in reversed(context) if name in by), "") if by else ""
    cells = _cells(by.get(base, ()) if by else facts["cells"], known)
    if not cells:
        return None
    if (facts.get("topic") and not place.on_requests) or (facts.get("public") and not place.on_disclosure):
        return None
    if facts.get("total") and quantity.kind != ABSENCE and place.says_a_part:
        return None
    how = "rate" if "rate" in facts else "share" if facts.get("share") else "count"
    severity = {"rate": "information", "share": "warning"}.get(how, facts.get("severity", "error"))
    of = ((facts["of"],),) if "of" in facts and facts["of"] in known else ()
    return Tie(facts["id"], facts["rule"], how, cells, of, severity, float(facts.get("scale", 1)))


@cache
def _siblings() -> dict[str, frozenset[str]]:
    """Return for each claim those that stand beside it as parts of the same whole."""
    return {facts["id"]: frozenset(facts.get("within", ())) for facts in claim_cues()["ties"]}


def _closed(names: Sequence[str]) -> set[str]:
    """Return the names with the claims that depend on them."""
    return {*names, *(id_ for id_, within in _siblings().items() if within & set(names))}


def _unit_fits(facts: Mapping[str, Any], quantity: Quantity) -> bool:
    if quantity.kind == ABSENCE:
        return "none" in facts
    if facts.get("share") or "rate" in facts:
        return quantity.unit == "%" and ("rate" not in facts or quantity.value == facts["rate"])
    return quantity.unit in facts.get("units", claim_cues()["matches"]["units"]) and "before" in facts


def _worded_so(facts: Mapping[str, Any], place: Place) -> bool:
    quantity, year = place.quantity, place.year
    if quantity.kind == ABSENCE:
        matches = claim_cues()["matches"]
        said = re.sub(cues()[ABSENCE]["not_one"], "", quantity.raw)
        clause = CLAUSE_ENDS.split(said + place.flat[quantity.end : quantity.end + matches["absence_reach"]])[0]
        return bool(worded(f"(?:{matches['absence']})?{facts['none']}", year).match(clause))
    if not worded(f"(?:{facts['before']})", year, r"\Z").search(place.lead):
        return False
    behind = place.flat[quantity.end : quantity.end + 40].lstrip(" ").replace("（", "(")
    return "after" not in facts or bool(worded(facts["after"], year).match(behind))


# ---------------------------------------------------------------- shares and growth of what was said before


def _share(place: Place, earlier: Sequence[tuple[Quantity, Tie | None]], known: Collection[str]) -> Tie | None:
    """Tie a share that follows its count: 予以公开9件,占81.8%."""
    facts, quantity = claim_cues()["share"], place.quantity
    if quantity.unit != "%" or not earlier:
        return None
    other, tie = earlier[-1]
    between = place.flat[other.end : quantity.start]
    found = worded(facts["before"], place.year, r"\Z").search(between) if len(between) < 30 else None
    if found is None or tie is None or tie.how != "count" or not tie.of or tie.period != "this":
        return None
    whole = found["whole"]
    received, concluded = ("requests.received.total",), ("requests.concluded.total",)
    if re.search(facts["concluded"], whole):
        of: tuple[Cells, ...] = (concluded,)
    elif re.search(facts["received"], whole):
        of = (received,)
    else:
        of = tuple(dict.fromkeys([*tie.of, concluded, received, (*received, "requests.carried_in.total")]))
    return Tie(
        f"{tie.id}_share", facts["rule"], "share", tie.cells, tuple(w for w in of if set(w) <= set(known)), "warning"
    )


def _growth(place: Place, earlier: Sequence[tuple[Quantity, Tie | None]], known: Collection[str]) -> Tie | None:
    """Tie a change against the year before to the count that it speaks of."""
    facts, quantity = claim_cues()["growth"], place.quantity
    units = ("%", *claim_cues()["matches"]["units"])
    begin = _behind(earlier[-1][0], place.flat) if earlier else 0
    near = place.flat[max(begin, quantity.start - facts["reach"]) : quantity.start]
    found = worded(facts["change"], place.year, r"\Z").search(near)
    if found is None and earlier and earlier[-1][1] and earlier[-1][1].how == "change":
        found = worded(facts["follows"], place.year, r"\Z").match(near)
    if found is None or quantity.unit not in units:
        return None
    sign = -1 if re.search(facts["down"], found["way"]) else 1
    how = "growth" if quantity.unit == "%" else "change"
    subject = near[: found.start()]
    if worded(facts["subject"], place.year, r"\Z").search(subject) and place.on_requests:
        cells = next(
            (c for f in claim_cues()["ties"] if f["id"] == "received" and (c := _cells(f["cells"], known))), ()
        )
        return Tie(f"received_{how}", facts["rule"], how, cells, severity="warning", sign=sign) if cells else None
    said = earlier[:-1] if earlier and _mentions(earlier[-1][0], place) else earlier
    tie = said[-1][1] if said else None
    if tie is None or tie.how not in ("count", "change") or tie.period != "this":
        return None
    if re.search(r"[^,，。;；:：、)）\n 且并数量约]", subject):
        return None
    spoken_of = tie.id.removesuffix("_change")  # 增加6件,增长12%
    return Tie(f"{spoken_of}_{how}", facts["rule"], how, tie.cells, (), "warning", tie.scale, "this", sign)


def _mentions(quantity: Quantity, place: Place) -> bool:
    """Tell whether a quantity is the figure of the year before: 去年20件."""
    text = place.flat[max(0, quantity.start - 14) : quantity.end]
    return bool(worded(claim_cues()["growth"]["mention"], place.year, r"\Z").search(text))


def _behind(quantity: Quantity, flat: str) -> int:
    """Return where a quantity ends; with what it counts where it says that there is none."""
    if quantity.kind != ABSENCE:
        return quantity.end
    stop = CLAUSE_ENDS.search(flat, quantity.end, quantity.end + LONGEST_SENTENCE)
    return stop.start() if stop else quantity.end
