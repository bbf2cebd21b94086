"""What stands between the labels of a text: printed cells, and what is no cell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gidtk.cuts import SIGNED_RUN
from gidtk.labels import Folded, Match, canonical
from gidtk.numbers import looks_printed

__all__ = ["Item", "items_between", "without_furniture"]

_RULES = r"+=─━═┄┈┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝┏┳┓┣╋┫┗┻┛-"
_RULING = re.compile(rf"\s*\|?\s*:?-{{3,}}:?\s*(?:\|\s*:?-{{3,}}:?\s*)*\|?\s*|\s*[{_RULES}]{{3,}}[\s{_RULES}]*")
_PAGE_NUMBER = re.compile(
    r"\s*[-—–－·•]+\s*\d{1,4}\s*[-—–－·•]+\s*|\s*第\s*\d{1,4}\s*页.{0,12}"
    r"|\s*(?:page\s*)?\d{1,4}\s*(?:/|of)\s*\d{1,4}\s*页?\s*",
    re.IGNORECASE,
)
_BORDERS = str.maketrans("｜│┃║", "||||")
_IN_BRACKETS = re.compile(r"[（(][^（()）\n]{0,80}[)）]")


@dataclass(frozen=True, slots=True)
class Item:
    """A label and what is printed between it and the next one."""

    match: Match
    tokens: list[tuple[str, int]]  # text, position in the source
    other: str  # what else stands before the next label
    prose: bool  # that stands on the line of the label or of a value
    glued: bool  # the first value follows without a separator
    same_line: bool  # no border or line break stands before the first value
    own_line: bool  # all values stand on the line of the label
    room: int  # cells printed behind the label, blank ones at the end included
    gap: str = ""  # everything between the label and the next one


def without_furniture(line: str) -> str:
    """Return a line, blanked where it is a ruling of a table or the number of a page.

    Examples
    --------
    >>> without_furniture("- 4 -"), without_furniture("4")
    ('     ', '4')
    """
    rule = _RULING.fullmatch(line) or _PAGE_NUMBER.fullmatch(line)
    return " " * len(line) if rule else line


def items_between(folded: Folded, found: Sequence[Match]) -> Iterator[Item]:
    """Yield each label with what is printed between it and the next one.

    Parameters
    ----------
    folded : Folded
        The text.
    found : sequence of Match
        Its labels, from first to last.

    Yields
    ------
    Item
    """
    for match, following in zip(found, [*found, None][1:], strict=True):
        begin = folded.at(match.end - 1) + 1
        end = folded.at(following.start) if following else len(folded.source)
        gap = folded.source[begin:end]
        tokens, other, prose, room = _tokens(gap, begin)
        if match.kind == "row" and not tokens and (inside := _in_note(folded, match)):
            tokens, other, prose = inside, "", False
        glued = bool(gap) and not gap[0].isspace() and gap[0].translate(_BORDERS) != "|"
        before = gap[: tokens[0][1] - begin].translate(_BORDERS) if tokens else ""
        same_line = set("|\t\n").isdisjoint(before)
        own_line = bool(tokens) and "\n" not in gap[: tokens[-1][1] - begin]
        yield Item(match, tokens, other, prose, glued, same_line, own_line, room, gap)


def _in_note(folded: Folded, match: Match) -> list[tuple[str, int]]:
    """Return the cells that a page prints between the lines of a label, inside the note that ends it."""
    start = folded.at(match.start)
    words = re.finditer(r"\S+", folded.source[start : folded.at(match.end - 1) + 1])
    found = [(_clean(word.group()), start + word.start()) for word in words]
    return [(text, at) for text, at in found if looks_printed(text)]


def _tokens(gap: str, begin: int) -> tuple[list[tuple[str, int]], str, bool, int]:
    """Split what is printed behind a label into cells, up to the first thing that is no cell content."""
    tokens: list[tuple[str, int]] = []
    room, position = 0, begin
    for number, line in enumerate(gap.split("\n")):
        cells = list(_cells(line, position, behind_label=number == 0))
        position += len(line) + 1
        room += len(cells)
        while cells and not cells[-1][0]:
            cells.pop()
        for place, (text, at) in enumerate(cells):
            run = gap.startswith(text) and SIGNED_RUN.fullmatch(text)
            if text and not looks_printed(text) and not run:
                return tokens, text, number == 0 or place > 0, room
            tokens.append((text, at))
    return tokens, "", False, room


def _cells(line: str, position: int, *, behind_label: bool) -> Iterator[tuple[str, int]]:
    flat = _IN_BRACKETS.sub(lambda m: re.sub(r"\s", "\0", m.group()), line.translate(_BORDERS))
    border = "|" if "|" in flat else "\t" if "\t" in flat.strip(" ") else ""
    if not border:
        for word in re.finditer(r"[^\s]+", flat):
            if text := _clean(word.group()):
                yield text, position + word.start()
        return
    parts, at = flat.split(border), position
    if not parts[-1].strip():
        parts.pop()
    for number, part in enumerate(parts):
        text = _clean(part)
        at_border = number == 0 and (behind_label or flat.lstrip().startswith(border))
        if text or not at_border:
            yield text, at + len(part) - len(part.lstrip())
        at += len(part) + 1


def _clean(text: str) -> str:
    return canonical(text).replace("\0", "").strip()
