"""Section 五: the problems that a report names and the improvements that it announces or reports."""

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol, cast

import pandas as pd

from gidtk.enumerations import Entry, cues, find_lists, trimmed
from gidtk.errors import GidtkError
from gidtk.labels import simplified
from gidtk.problemparts import STOPS, Part, find_parts, names_lack, pattern, sentence_spans

__all__ = ["PROBLEM_COLUMNS", "HasSections", "HasText", "problems"]

PROBLEM_COLUMNS = ("kind", "number", "text", "mark", "begin", "end", "way", "block", "confidence")
_TYPES = dict.fromkeys(PROBLEM_COLUMNS, "str") | dict.fromkeys(("number", "begin", "end", "block"), "Int64")
_TYPES["confidence"] = "Float64"
_KEY = "problems"
_LONGEST_END = 120  # characters of what stands below a text: the agency, the date
_MOST_LEADS = 6  # words that lead to a problem, one behind the other: 同时,还存在问题,主要是


class HasText(Protocol):
    """What has the text of its sections by key: a report."""

    def text(self, key: str) -> str:
        """Return the text of a section."""


class HasSections(Protocol):
    """What has the sections of many reports: a corpus."""

    @property
    def sections(self) -> pd.DataFrame:
        """One row a section: ``report``, ``key``, ``text``."""


class _Item(NamedTuple):
    mark: str
    begin: int
    end: int
    way: str


def problems(source: str | HasText | HasSections | pd.DataFrame) -> pd.DataFrame:
    """Split section 五 into the problems named and the improvements announced.

    Headings divide the section; without them the first clause with a bridging cue (针对上述问题, 下一步, 今后) after a
    problem; without one, the lists or the first sentence on what will be done. A part is split at its lists (一是,
    （一）, 1., 首先, 一方面); a part on problems without a list, into the clauses that name a lack; a part on
    improvement without one, into its sentences.

    Parameters
    ----------
    source : str, Report, Corpus or DataFrame
        The section's text, as ``report.text("problems")`` gives it; a report; a corpus, or its sections (columns
        ``report``, ``key``, ``text``).

    Returns
    -------
    DataFrame
        One row an item, problems first:

        - ``report``: only for the sections of many reports.
        - ``kind``: ``problem`` or ``measure``; ``number``: from 1 within report and kind.
        - ``text``: as printed; ``mark``: the number before it, empty in prose.
        - ``begin``, ``end``: where it stands in the section's text.
        - ``way``: what divided the section (``heads``, ``bridge``, ``blocks``, ``lists``, ``plan``, ``alone``) and how
          the item was found (``list``, ``irregular``, ``prose``), joined by ``+``.
        - ``block``: the item of a list that holds a problem and its measure together; missing elsewhere.
        - ``confidence``: a rank from 0 to 1, for choosing what to look at; no probability.

        Empty when there is no item. The split follows cues, not meaning: read the section before counting its items.

    Raises
    ------
    GidtkError
        If the source is of another kind, or a frame lacks one of the three columns.

    References
    ----------
    The cues were read off annual reports; see ``lexicon/problems.toml``.

    Examples
    --------
    >>> frame = problems("但还存在不足:更新不及时,形式单一。下一步,一是加强培训。二是完善制度。")
    >>> frame["text"].tolist()
    ['更新不及时', '形式单一', '加强培训', '完善制度']
    """
    sections = source if isinstance(source, pd.DataFrame) else getattr(source, "sections", None)
    if isinstance(sections, pd.DataFrame):
        return _of_sections(sections)
    if not isinstance(source, str) and not hasattr(source, "text"):
        raise GidtkError(
            f"no section 五 in a {type(source).__name__}: give its text, a report, a corpus or its sections"
        )
    text = source if isinstance(source, str) else cast(HasText, source).text(_KEY)
    return pd.DataFrame(list(_rows(text)), columns=list(PROBLEM_COLUMNS)).astype(_TYPES)


def _of_sections(sections: pd.DataFrame) -> pd.DataFrame:
    if missing := {"report", "key", "text"} - {*sections.columns}:
        raise GidtkError(f"sections without {', '.join(sorted(missing))}: give the columns report, key and text")
    own = sections[sections["key"] == _KEY]
    texts = own["text"].fillna("").groupby(own["report"], sort=False).agg("\n".join)
    rows = [(report, *row) for report, text in texts.items() for row in _rows(text)]
    return pd.DataFrame(rows, columns=["report", *PROBLEM_COLUMNS]).astype({"report": "str"} | _TYPES)


def _rows(text: str) -> Iterator[tuple[object, ...]]:
    flat = simplified(text)
    signed = re.search(cues()["signed"], flat[-_LONGEST_END:])
    parts = find_parts(flat[: len(flat) - len(signed[0])] if signed else flat)
    for kind in ("problem", "measure"):
        found = ((part, item) for part in parts if part.kind == kind for item in _items(flat, part))
        for number, (part, item) in enumerate(found, start=1):
            sure = round(cues()["confidence"][part.way] * cues()["confidence"][item.way], 2)
            said = text[item.begin : item.end]
            yield kind, number, said, item.mark, item.begin, item.end, f"{part.way}+{item.way}", part.block, sure


# --- the items of a part ----------------------------------------------------------------------------------


def _items(text: str, part: Part) -> Iterator[_Item]:
    lists = find_lists(text, part.begin, part.end)
    if lists:
        for one in lists:
            way = "list" if one.regular else "irregular"
            for entry in one.entries:
                own = _unfolded(text, entry, part.kind) if one.topics else [entry]
                yield from (_Item(e.mark, e.begin, e.end, way) for e in own)
        return
    spans = list(_lack_spans(text, part) if part.kind == "problem" else _measure_spans(text, part))
    for begin, end in spans:
        mark = re.match(cues()["heads"]["mark"], text[begin:end])
        said = trimmed(text, begin + (mark.end() if mark else 0), end)
        if said[0] < said[1]:
            yield _Item(mark[0] if mark else "", *said, "prose")


def _unfolded(text: str, entry: Entry, kind: str) -> Iterator[Entry]:
    """Yield an item, or the items of the list inside it where its own head only names a topic."""
    inner = find_lists(text, entry.begin, entry.end)
    head = text[entry.begin : inner[0].entries[0].place] if inner else ""
    says = names_lack(head) if kind == "problem" else bool(re.search(cues()["measure_verb"], head))
    if not inner or says:
        yield entry
        return
    yield from (own for one in inner for own in one.entries)


def _lack_spans(text: str, part: Part) -> Iterator[tuple[int, int]]:
    """Yield the clauses that name a lack; of 甲不足、乙滞后 each."""
    for begin, end in sentence_spans(text, part.begin, part.end, STOPS + "，,；;：:"):
        for _ in range(_MOST_LEADS):
            lead = re.search(cues()["lead"], text[begin:end])
            begin += lead.end() if lead else 0
        if lead := re.search(cues()["tail"], text[begin:end]):
            end = begin + lead.start()
        if names_lack(text[begin:end]):
            yield from _coordinate(text, begin, end)


def _coordinate(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = begin
    for stop in [*(m.start() for m in re.finditer("、", text[begin:end])), end - begin]:
        said = text[start : begin + stop]
        if spans and start > spans[-1][1] and re.match(cues()["dependent"], said):
            spans[-1] = (spans[-1][0], begin + stop)
        elif names_lack(said):
            spans.append((start, begin + stop))
        else:
            continue
        start = begin + stop + 1
    if spans and spans[-1][1] < end:
        spans[-1] = (spans[-1][0], end)
    yield from spans


def _measure_spans(text: str, part: Part) -> list[tuple[int, int]]:
    """Return the sentences; those that only announce measures are left out where others say some."""
    spans = list(sentence_spans(text, part.begin, part.end, STOPS + "；;：:"))
    said = [span for span in spans if not pattern("frame").search(text[slice(*span)])]
    return said or [span for span in spans if not re.fullmatch(cues()["nothing"], text[slice(*span)])]
