"""Labels with a slip of the pen: seen through only where no other label could be meant.

A text counts as a label when few characters differ, every other label is clearly farther away, and its number, where
the form gives it one, is printed and agrees. Something added to a whole label (非规范性文件) is another thing, no slip.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from gidtk.labels import Folded, Match, fold, match_cell, wordings

__all__ = ["find_near_labels", "near_cell"]

SHORTEST = 5  # characters of a label without its number; shorter ones differ from each other in two
PER_SLIP = 4  # characters of a label for each one that may differ
SHORTEST_START = 6  # characters of a label that is cut off
LONGEST_GAP = 400  # characters between two labels; a longer gap is prose

_ORDINAL = re.compile(r"\(([一二三四五六七])\)[、.]?|([一二三四])[、.]|(\d)[、.:)]")
_NOTE = re.compile(r"\([^()]{0,80}\)$")
_RUN = re.compile(r"(?:[1-8](?=[.、:)]))?[^\d]{5,60}")
_SENTENCE = frozenset("。；;!?！？")


def _split(text: str) -> tuple[str, str]:
    ordinal = _ORDINAL.match(text)
    if ordinal is None:
        return "", text
    return next(filter(None, ordinal.groups())), text[ordinal.end() :]


@cache
def _bodies() -> tuple[tuple[str, str, str, str], ...]:
    """Return kind, id, number and text of every wording of a row, column or caption."""
    named = ((kind, id_, *_split(fold(text).text)) for kind, id_, text in wordings() if kind != "section")
    return tuple(dict.fromkeys(named))


@cache
def _characters() -> frozenset[str]:
    return frozenset("".join(label for _, _, _, label in _bodies()))


@lru_cache(maxsize=4096)
def _near(text: str) -> tuple[str, str] | None:
    ordinal, body = _split(text)
    body = _NOTE.sub("", body) or body
    strange = sum(char not in _characters() for char in body)
    if len(body) < SHORTEST or strange * PER_SLIP > len(body):
        return None
    distances: dict[tuple[str, str], int] = {}
    candidates: list[tuple[int, tuple[str, str]]] = []
    for kind, id_, number, label in _bodies():
        cut_off = len(body) >= SHORTEST_START and label.startswith(body)
        slips = 0 if cut_off else Levenshtein.distance(body, label)
        distances[kind, id_] = min(slips, distances.get((kind, id_), slips))
        if number == ordinal and label not in body and len(label) >= SHORTEST and slips * PER_SLIP <= len(label):
            candidates.append((slips, (kind, id_)))
    if not candidates:
        return None
    slips, winner = min(candidates)
    others = (distance for key, distance in distances.items() if key != winner)
    return winner if min(others) >= slips + max(2, slips) else None


@lru_cache(maxsize=4096)
def near_cell(text: str) -> Match | None:
    """Return the label that a table cell holds, with or without a slip, or None.

    Examples
    --------
    >>> near_cell("2.其他法律行政止公开").id
    'refused_law'
    >>> near_cell("其他规范性文件") is None
    True
    """
    match = match_cell(text)
    if match is not None or not SHORTEST <= len(text) <= 80 or text.isascii():
        return match
    folded = fold(text).text
    near = _near(folded)
    return Match(*near, 0, len(folded), folded) if near else None


def find_near_labels(folded: Folded, found: Sequence[Match]) -> list[Match]:
    """Add to the labels found in a text those with a slip that stand alone between borders or numbers."""
    edges = [0, *(match.end for match in found)]
    starts = [*(match.start for match in found), len(folded.text)]
    near = [match for start, end in zip(edges, starts, strict=True) for match in _in_gap(folded, start, end)]
    return sorted([*found, *near], key=lambda match: match.start)


def _in_gap(folded: Folded, start: int, end: int) -> Iterator[Match]:
    if end - start > LONGEST_GAP:
        return
    for run in _RUN.finditer(folded.text, start, end):
        cuts = [i for i in range(run.start(), run.end() + 1) if folded.broken(i) or i in (run.start(), run.end())]
        pieces = [(run.start(), run.end()), *pairwise(cuts)]
        for first, last in dict.fromkeys(pieces):
            text = folded.text[first:last]
            if _SENTENCE.isdisjoint(text) and _set_off(folded, first) and _set_off(folded, last):
                near = _near(text)
                if near is not None:
                    yield Match(*near, first, last, text)
                    if last == run.end():
                        break


def _set_off(folded: Folded, index: int) -> bool:
    return folded.broken(index) or folded.text[index - 1].isdigit() or folded.text[index].isdigit()
