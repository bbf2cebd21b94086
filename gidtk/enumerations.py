"""Lists inside a text: which marks (一是 二是, （一） （二）, 首先 其次) belong together, and where each item runs."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, NamedTuple

__all__ = ["Entry", "Listing", "cues", "find_lists", "trimmed"]

# What may stand before a mark: the end of a line or a sentence or a colon, or also of a clause.
_BEFORE = {
    "line": r"(?:^|(?<=[。！？!?:：]))[^\S\n]{0,8}",
    "clause": r"(?:^|(?<=[。；;：:,，、！？!?\s)）]))[^\S\n]{0,8}",
}
_EDGES = " \u3000\t\n\r\xa0,，、;；。.:："


class Entry(NamedTuple):
    """One item of a list: its mark, where the mark stands, and the span of what it says."""

    mark: str
    place: int
    begin: int
    end: int


class Listing(NamedTuple):
    """A list: its items, whether the marks rise by one from the first, and whether an item may only name a topic."""

    entries: tuple[Entry, ...]
    regular: bool
    topics: bool


class _Mark(NamedTuple):
    number: int
    place: int
    end: int


class _Series(NamedTuple):
    patterns: tuple[re.Pattern[str], ...]
    fewest: int
    unmarked: bool
    topics: bool


@cache
def cues() -> dict[str, Any]:
    """Return the cues of the lexicon (``lexicon/problems.toml``)."""
    return tomllib.loads(files("gidtk").joinpath("lexicon/problems.toml").read_text(encoding="utf-8"))


def trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return a span without the white space and stops at its edges.

    Examples
    --------
    >>> trimmed("一是，人员不足。", 2, 8)
    (3, 7)
    """
    said = text[begin:end]
    first = begin + len(said) - len(said.lstrip(_EDGES))
    return first, max(first, begin + len(said.rstrip(_EDGES)))


def find_lists(text: str, begin: int = 0, end: int | None = None) -> list[Listing]:
    """Find the outermost lists of a text, in order.

    A list begins with the first mark of a series and takes every later one that does not fall back; a new first mark
    begins a new list. What lies inside an item is no list of its own here: ask again for the item's span.

    Parameters
    ----------
    text : str
        As printed.
    begin, end : int
        Where to look.

    Returns
    -------
    list of Listing
        Spans are places in `text`. The last item runs to the end of its paragraph (of as many paragraphs as the longest
        of the others), or to the sentence that leads to the next list. ``regular`` is False where a number is left out
        or said twice, or the first mark is missing.

    Examples
    --------
    >>> text = "公开方面，一是更新慢。二是形式单一。管理方面，一是人员不足。"
    >>> [[text[e.begin : e.end] for e in listing.entries] for listing in find_lists(text)]
    [['更新慢', '形式单一'], ['人员不足']]
    """
    end = len(text) if end is None else end
    runs = [(run, rank) for rank, series in enumerate(_series()) for run in _runs(text, begin, end, series)]
    runs.sort(key=lambda one: one[0][0].place)
    found: list[Listing] = []
    done = begin
    for place, (run, rank) in enumerate(runs, start=1):
        if run[0].place < done:
            continue
        following = next(
            (
                other[0].place
                for other, below in (runs[later] for later in range(place, len(runs)))
                if below <= rank and other[0].place > run[-1].place
            ),
            None,
        )
        limit = end if following is None else _lead(text, run[-1].end, following)
        found.append(_listing(text, run, limit, topics=_series()[rank].topics))
        done = max(run[-1].end, found[-1].entries[-1].end if found[-1].entries else 0)
    return [one for one in found if one.entries]


@cache
def _series() -> list[_Series]:
    return [
        _Series(
            tuple(re.compile(f"{_BEFORE[one['after']]}({mark})", re.MULTILINE) for mark in one["marks"]),
            one["fewest"],
            one.get("unmarked", False),
            one.get("topics", False),
        )
        for one in cues()["series"]
    ]


def _runs(text: str, begin: int, end: int, series: _Series) -> Iterator[list[_Mark]]:
    """Yield the runs of marks that make lists, an unmarked first item with them."""
    run: list[_Mark] = []
    for mark in _marks(text, begin, end, series.patterns):
        if mark.number == 1:
            yield from [run] if len(run) >= series.fewest else []
            run = [mark]
        elif run and 0 <= mark.number - run[-1].number <= 2:
            run.append(mark)
        elif series.unmarked and not run and mark.number == 2:
            colon = max(text.rfind(char, begin, mark.place) for char in ":：")
            paragraph = text.rfind("\n", begin, mark.place)
            run = [_Mark(1, colon + 1, colon + 1), mark] if colon > paragraph else []
    yield from [run] if run and len(run) >= series.fewest else []


def _marks(text: str, begin: int, end: int, patterns: Sequence[re.Pattern[str]]) -> list[_Mark]:
    found = [
        _Mark(number, match.start(1), match.end(1))
        for number, pattern in enumerate(patterns, start=1)
        for match in pattern.finditer(text, begin, end)
    ]
    return sorted(found, key=lambda mark: mark.place)


def _lead(text: str, low: int, high: int) -> int:
    """Return where the sentence begins that stands before a list."""
    return max((text.rfind(stop, low, high) for stop in "。！!？?\n"), default=-1) + 1 or high


def _listing(text: str, run: list[_Mark], limit: int, *, topics: bool) -> Listing:
    ends = [mark.place for mark in run[1:]]
    spans = [trimmed(text, mark.end, end) for mark, end in zip(run, ends, strict=False)]
    breaks = max((text.count("\n", *span) for span in spans), default=0)
    last = run[-1].end
    for _ in range(breaks + 1):
        newline = text.find("\n", trimmed(text, last, limit)[0], limit)
        last = limit if newline < 0 else newline
    spans.append(trimmed(text, run[-1].end, last))
    entries = tuple(
        Entry(text[mark.place : mark.end], mark.place, *span)
        for mark, span in zip(run, spans, strict=True)
        if span[0] < span[1]
    )
    rising = all(after.number - mark.number == 1 for mark, after in pairwise(run))
    return Listing(entries, rising and run[0].end > run[0].place, topics)
