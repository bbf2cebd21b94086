"""The six sections of a report, told apart from table rows that begin with the same numerals."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile
from typing import NamedTuple

from gidtk.blocks import Block, Grid, Paragraph
from gidtk.form import labels
from gidtk.issues import Issue
from gidtk.labels import fold, match_cell

__all__ = ["Section", "split_sections"]

LONGEST_HEADING = 45  # characters; a longer line that begins like one is a sentence


@dataclass(frozen=True)
class Section:
    """One section of a report.

    Attributes
    ----------
    key : str
        ``overview``, ``proactive_disclosure``, ``requests``, ``disputes``, ``problems``, ``other_matters``; ``front``
        for what stands before the first heading.
    number, title : str
        As printed.
    blocks : tuple of Paragraph or Grid
        What stands under the heading.
    tail : tuple of Paragraph or Grid
        Behind the last section: the footer of the page, such as 上一篇 and 版权所有; no part of the text.
    """

    key: str
    number: str
    title: str
    blocks: tuple[Block, ...]
    tail: tuple[Block, ...] = ()

    @property
    def text(self) -> str:
        """The paragraphs of the section, one a line; tables of the page are left to the cells."""
        return "\n".join(
            block.text.strip() for block in self.blocks if isinstance(block, Paragraph) and block.text.strip()
        )


class _Heading(NamedTuple):
    block: int
    start: int  # position in the paragraph
    end: int
    key: str
    number: str
    title: str
    opens: int = -1  # the block where a broken title begins; -1 for the same block


_MARKS = "#*> \t\u3000\xa0"  # before a heading, in Markdown: no text
_NUMERAL = re.compile(r"([一二三四五六七八九])[、.,，．\s]")


@cache
def _title_pattern() -> re.Pattern[str]:
    """Return one pattern for all exact titles behind a numeral, the longest first."""
    titles = [(title, key) for key, facts in labels().sections.items() for title in facts["titles"]]
    titles.sort(key=lambda pair: -len(pair[0]))
    groups = "|".join(f"(?P<{key}_{n}>{re.escape(fold(title).text)})" for n, (title, key) in enumerate(titles))
    return re.compile(rf"([一二三四五六七八九])[、.](?:{groups})")


@cache
def _exact_titles() -> dict[str, str]:
    return {fold(title).text: key for key, facts in labels().sections.items() for title in facts["titles"]}


@cache
def _footers() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in labels().footers))


@cache
def _match_patterns() -> dict[str, re.Pattern[str]]:
    return {key: re.compile(facts["match"]) for key, facts in labels().sections.items()}


def split_sections(blocks: Sequence[Block]) -> tuple[Section, list[Section], list[Issue]]:
    """Divide a page into what stands before the first heading and its sections.

    Parameters
    ----------
    blocks : sequence of Paragraph or Grid
        The page.

    Returns
    -------
    front : Section
        What stands before the first heading: title, dates, introduction.
    sections : list of Section
        In the order of the page. Every block is in exactly one section or in `front`.
    issues : list of Issue
        Sections that are missing.
    """
    found = list(_all_headings(blocks))
    chosen = _longest_rise(found, blocks)
    edges = [_Heading(0, 0, 0, "front", "", ""), *chosen]
    sections = [
        Section(here.key, here.number, here.title, tuple(_between(blocks, here, there)))
        for here, there in zip(edges, [*chosen, None], strict=True)
    ]
    if chosen:
        sections[-1] = _without_footer(sections[-1], _home([blocks[heading.block] for heading in chosen]))
    missing = [key for key in labels().sections if key not in {h.key for h in chosen}]
    issues = []
    if missing and chosen:
        names = "、".join(labels().sections[key]["zh"] for key in missing)
        issues.append(Issue("section_missing", "warning", f"no heading was found for {names}"))
    return sections[0], sections[1:], issues


def _all_headings(blocks: Sequence[Block]) -> Iterator[_Heading]:
    skip = 0
    for number, block in enumerate(blocks):
        if number < skip or not isinstance(block, Paragraph):
            continue
        found = list(_headings(number, block.text)) or list(_broken_heading(number, blocks))
        skip = max((heading.block for heading in found), default=number) + 1
        yield from found


def _broken_heading(number: int, blocks: Sequence[Block]) -> Iterator[_Heading]:
    """Yield the heading that a paragraph and the next printed one make together, where the title is broken."""
    first = blocks[number]
    if not isinstance(first, Paragraph) or len(first.text) > LONGEST_HEADING or not _NUMERAL.match(first.text.strip()):
        return
    for there in range(number + 1, min(number + 3, len(blocks))):
        second = blocks[there]
        if not isinstance(second, Paragraph):
            return
        if second.text.strip():
            whole = first.text.strip() + second.text.strip()
            numeral = _NUMERAL.match(whole)
            key = _exact_titles().get(fold(whole[2:]).text) if numeral else None
            if key and numeral:
                yield _Heading(there, 0, len(second.text), key, numeral.group(1), whole, number)
            return


def _headings(number: int, text: str) -> Iterator[_Heading]:
    line = text.strip()
    if not line or (match_cell(line) is not None and not _is_title(line)):
        return
    if len(line) <= LONGEST_HEADING and (whole := _whole_line(number, text, line)):
        yield whole
        return
    if len(line) < 4 or not _NUMERAL.search(line):
        return
    folded = fold(text)
    for hit in _title_pattern().finditer(folded.text):
        key = next(name.rsplit("_", 1)[0] for name, value in hit.groupdict().items() if value)
        start, end = folded.at(hit.start()), folded.at(hit.end() - 1) + 1
        yield _Heading(number, start, end, key, hit.group(1), text[start:end].strip())


def _is_title(line: str) -> bool:
    match = match_cell(line)
    return match is not None and match.kind == "section"


def _whole_line(number: int, text: str, line: str) -> _Heading | None:
    """Read a line as a heading: a numeral and the key words of a title, or an exact title without numeral."""
    folded = fold(line).text
    numeral = _NUMERAL.match(f"{folded} ")
    rest = folded[2:] if numeral else folded
    key = _exact_titles().get(rest.strip("。:"))
    if key is None and numeral and not set("。；;") & set(rest[:-1]):
        key = next((k for k, pattern in _match_patterns().items() if pattern.search(rest)), None)
    if key is None:
        return None
    return _Heading(number, 0, len(text), key, numeral.group(1) if numeral else "", line)


def _longest_rise(found: Sequence[_Heading], blocks: Sequence[Block]) -> list[_Heading]:
    """Return the longest run of headings in statutory order.

    Of equal ones it is the one with more under its headings, then the later one: a preamble and a list of links may
    name all six without a word between them.
    """
    order = {key: n for n, key in enumerate(labels().sections)}
    filled = [_has_text(blocks, here, there) for here, there in zip(found, [*found, None][1:], strict=True)]
    best: dict[int, tuple[tuple[int, ...], list[_Heading]]] = {}  # by the place of the last heading in the order
    for heading, full in zip(found, filled, strict=True):
        place = order[heading.key]
        rank, chain = max((best[n] for n in best if n < place), key=lambda entry: entry[0], default=((0, 0), []))
        chain = [*chain, heading]
        entry = ((rank[0] + 1, rank[1] + full, -order[chain[0].key], *heading[:2]), chain)
        if place not in best or entry[0] > best[place][0]:
            best[place] = entry
    return max(best.values(), key=lambda entry: entry[0], default=((), []))[1]


def _has_text(blocks: Sequence[Block], here: _Heading, there: _Heading | None) -> bool:
    return any(isinstance(b, Grid) or b.text.strip() for b in _between(blocks, here, there))


def _home(headings: Sequence[Block]) -> tuple[int, ...]:
    """Return the cells of layout that hold all headings of a report, and so the report."""
    cells = [heading.within for heading in headings if isinstance(heading, Paragraph)]
    return tuple(same[0] for same in takewhile(lambda same: len(set(same)) == 1, zip(*cells, strict=False)))


def _without_footer(section: Section, home: tuple[int, ...]) -> Section:
    """Return the last section with the footer of the page taken off its text: by its words, or by its place.

    What stands in another cell of layout than all headings is no part of the report, where the last heading has some
    text in its own.
    """
    inside = False
    for number, block in enumerate(section.blocks):
        if not isinstance(block, Paragraph) or not block.text.strip():
            continue
        at_home = block.within[: len(home)] == home
        if _footers().match(fold(block.text).text) or (inside and not at_home):
            return replace(section, blocks=section.blocks[:number], tail=section.blocks[number:])
        inside = inside or at_home
    return section


def _between(blocks: Sequence[Block], here: _Heading, there: _Heading | None) -> Iterator[Block]:
    last = (there.block if there.opens < 0 else there.opens) if there else len(blocks) - 1
    for number in range(here.block, last + 1):
        block = blocks[number]
        if isinstance(block, Grid):
            if there is None or number < last:
                yield block
            continue
        start = here.end if number == here.block else 0
        end = there.start if there and number == last else len(block.text)
        if start == 0 and end == len(block.text):
            yield block
        elif block.text[start:end].strip(_MARKS if start == 0 else None):
            yield replace(block, text=block.text[start:end])
