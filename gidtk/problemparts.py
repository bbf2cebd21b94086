"""Where section 五 turns from problems to improvement: parts of one kind each."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from gidtk.enumerations import Listing, cues, find_lists, trimmed

__all__ = ["STOPS", "Part", "find_parts", "names_lack", "pattern", "sentence_spans"]

STOPS = "。！!？?\n"
_STOP = re.compile(f"[{STOPS}]")
_REACH = 600  # characters in front of a bridge that may be of its sentence


class Part(NamedTuple):
    """A stretch of the section that is of one kind, and how that was found."""

    kind: str
    begin: int
    end: int
    way: str
    block: int | None = None


@cache
def pattern(*names: str) -> re.Pattern[str]:
    """Return a cue of the lexicon as a pattern; several are alternatives."""
    wanted = (cues()[name] for name in names)
    return re.compile("|".join(one if isinstance(one, str) else "|".join(one) for one in wanted), re.MULTILINE)


@cache
def _bridge() -> re.Pattern[str]:
    mark = cues()["heads"]["mark"]
    return re.compile(
        rf"(?:^|(?<=[{STOPS}；;，,：:]))[^\S\n]{{0,8}}((?:{mark})?[^\S\n]{{0,8}}(?:{'|'.join(cues()['bridge'])}))"
    )


@cache
def _head() -> re.Pattern[str]:
    """Return the shape of a heading: a mark and what follows up to a stop, or a line or what a colon ends."""
    mark = cues()["heads"]["mark"]
    return re.compile(
        rf"(?:^|(?<=[{STOPS}]))[^\S\n]{{0,8}}(?:(?:{mark})[^\S\n]{{0,8}}(?P<marked>[^。:：\n]{{1,30}})[。:：]?|"
        rf"(?P<bare>[^，,。；;:：\n]{{2,30}})(?:[:：]|(?=\n)|$))",
        re.MULTILINE,
    )


def names_lack(text: str) -> bool:
    """Tell whether a clause of the text names a lack."""
    clauses = (clause.strip() for clause in re.split(rf"[{STOPS}，,；;：:]", text))
    return any(pattern("lack_open", "lack_soft").search(c) and not pattern("no_lack").search(c) for c in clauses)


def _heads(text: str) -> list[tuple[str, int, int]]:
    """Return the headings that say what follows: kind, where it begins, where its text ends."""
    found = []
    for match in _head().finditer(text):
        said = match["marked"] or match["bare"]
        first = said.split()[0] if said.split() else ""
        end = match.start("marked" if match["marked"] else "bare") + said.index(first) + len(first)
        for words, stop in ((said.strip(), match.end()), (first, end)):
            if kind := _head_kind(words):
                found.append((kind, match.start(), stop))
                break
    return found


def _head_kind(words: str) -> str:
    rules = cues()["heads"]
    kinds = (kind for kind in ("measure", "problem") if re.fullmatch(rules[kind], words))
    return "" if re.search(rules["both"], words) else next(kinds, "")


def find_parts(text: str) -> list[Part]:
    """Divide the text of the section into parts of one kind each, in its order.

    Examples
    --------
    >>> text = "更新不及时。下一步，加强培训。"
    >>> [(part.kind, text[part.begin : part.end]) for part in find_parts(text)]
    [('problem', '更新不及时。'), ('measure', '下一步，加强培训。')]
    """
    heads = _heads(text)
    if not heads:
        return _divided(text, 0, len(text))
    ends = [*(place for _, place, _ in heads[1:]), len(text)]
    parts = [Part(kind, begin, end, "heads") for (kind, _, begin), end in zip(heads, ends, strict=True)]
    if heads[0][0] == "measure":
        return [Part("problem", 0, heads[0][1], "heads"), *parts]
    if all(part.kind == "problem" for part in parts):
        return [own for part in parts for own in _divided(text, part.begin, part.end)]
    return parts


def _divided(text: str, begin: int, end: int) -> list[Part]:
    """Divide a stretch without headings at the first cue that holds."""
    lists = find_lists(text, begin, end)
    cut = _bridge_place(text, begin, end)
    if lists and (cut is None or cut >= lists[0].entries[0].begin) and (blocks := _blocks(text, lists[0])):
        return blocks
    if cut is not None and (early := _early_improvement(text, begin, cut)):
        first, turn = early
        edges = ((begin, first, "problem"), (first, turn, "measure"), (turn, cut, "problem"), (cut, end, "measure"))
        return [Part(kind, start, stop, "bridge") for start, stop, kind in edges if start < stop]
    way = "bridge"
    if cut is None:
        cut, way = _second_list(text, lists), "lists"
    if cut is None:
        cut, way = _plan_place(text, begin, end), "plan"
    if cut is not None:
        return [Part("problem", begin, cut, way), Part("measure", cut, end, way)]
    listed = [text[entry.begin : entry.end] for one in lists for entry in one.entries]
    does = [re.search(cues()["measure_verb"], said) is not None and not names_lack(said) for said in listed]
    return [Part("measure" if does and all(does) else "problem", begin, end, "alone")]


def _bridge_place(text: str, begin: int, end: int) -> int | None:
    """Return where the improvement begins: at the first bridge after a problem, else at the first bridge."""
    places: list[int] = []
    behind = begin
    for match in _bridge().finditer(text, begin, end):
        place = match.start(1)
        low = max(begin, place - _REACH)
        start = max(low, *(text.rfind(stop, low, place) + 1 for stop in STOPS))
        places.append(place if names_lack(text[start:place]) else start)
        before = text[behind:place]
        if names_lack(before) or pattern("announce").search(before):
            return places[-1]
        stop = _STOP.search(text, place, end)
        behind = stop.end() if stop else end
    return places[0] if places else None


def _early_improvement(text: str, begin: int, cut: int) -> tuple[int, int] | None:
    """Return where a report on improvements since the year before begins and ends, before this year's problems."""
    first = _bridge().search(text, begin, cut)
    stop = _STOP.search(text, first.end(1), cut) if first else None
    if first is None or stop is None or names_lack(text[max(begin, first.start(1) - _REACH) : first.start(1)]):
        return None
    turns = (
        start
        for start, end in sentence_spans(text, first.end(1), cut, STOPS)
        if pattern("turn").search(text, start, end)
    )
    turn = next(turns, None)
    if turn is None or names_lack(text[first.start(1) : turn]):
        return None
    return first.start(1), turn


def _blocks(text: str, listing: Listing) -> list[Part]:
    """Return problem and measure of each item, if the items of a list hold both."""
    cuts = [(entry, _bridge_place(text, entry.begin, entry.end)) for entry in listing.entries]
    if sum(cut is not None and cut > entry.begin for entry, cut in cuts) < 2:
        return []
    parts = []
    for number, (entry, cut) in enumerate(cuts, start=1):
        split = entry.end if cut is None else cut
        parts.append(Part("problem", entry.begin, split, "blocks", number))
        parts.append(Part("measure", split, entry.end, "blocks", number))
    return parts


def _second_list(text: str, lists: list[Listing]) -> int | None:
    """Return where the first list begins that names no lack, after one that does."""
    lacking = [any(names_lack(text[entry.begin : entry.end]) for entry in one.entries) for one in lists]
    for before, one, lacks in zip(lists, lists[1:], lacking[1:], strict=False):
        if lacking[0] and not lacks:
            return max(before.entries[-1].end, text.rfind("\n", 0, one.entries[0].place) + 1)
    return None


def _plan_place(text: str, begin: int, end: int) -> int | None:
    """Return where the first sentence on what will be done begins, without a lack in it."""
    listed = [(one.entries[0].place, one.entries[-1].end) for one in find_lists(text, begin, end)]
    firsts = [first for first, _ in listed]
    for start, stop in sentence_spans(text, begin, end, STOPS):
        said = text[start:stop]
        place = bisect_right(firsts, start)
        if place and start < listed[place - 1][1]:
            continue
        if pattern("plan").search(said) and not names_lack(said):
            return start
    return None


def sentence_spans(text: str, begin: int, end: int, stops: str) -> Iterator[tuple[int, int]]:
    """Yield the spans between stops, without white space at their edges; a colon that ends one stays with it."""
    for match in re.compile(f"[^{stops}]+").finditer(text, begin, end):
        first, last = trimmed(text, match.start(), match.end())
        if first < last:
            yield first, last + (last < match.end() and text[last] in ":：")
