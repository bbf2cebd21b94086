"""Several reports in one file: told apart where each has a title of its own and sections under it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from gidtk.blocks import Block, Paragraph
from gidtk.identity import title_of
from gidtk.readers import Document
from gidtk.sections import split_sections

__all__ = ["split_document", "split_reports"]

FEWEST_SECTIONS = 3  # that a report of its own has; a list of links or a preamble has none


def split_reports(blocks: Sequence[Block]) -> list[tuple[Block, ...]]:
    """Divide a file into the reports that it holds.

    Parameters
    ----------
    blocks : sequence of Paragraph or Grid
        The file.

    Returns
    -------
    list of tuple of Paragraph or Grid
        One part a report; the whole file where it holds one, or where the parts cannot be told apart for certain.

    Examples
    --------
    >>> lines = ["{}县2020年政府信息公开工作年度报告", "一、总体情况", "好。", "五、存在的主要问题及改进情况", "无。",
    ...     "六、其他需要报告的事项", "无。"]
    >>> file = [Paragraph(line.format(name)) for name in ("安福", "吉安") for line in lines]
    >>> [part[0].text for part in split_reports(file)]
    ['安福县2020年政府信息公开工作年度报告', '吉安县2020年政府信息公开工作年度报告']
    """
    starts = list(_starts(blocks))
    if len(starts) < 2:
        return [tuple(blocks)]
    edges = [0, *starts[1:], len(blocks)]
    parts = [tuple(blocks[here:there]) for here, there in pairwise(edges)]
    whole = all(len(split_sections(part)[1]) >= FEWEST_SECTIONS for part in parts)
    return parts if whole else [tuple(blocks)]


def split_document(document: Document) -> list[Document]:
    """Divide a file as :func:`split_reports` does, each picture with the report that it stands in."""
    parts, start = [], 0
    for blocks in split_reports(document.blocks):
        end = start + len(blocks)
        own = [p._replace(at=p.at - start) for p in document.pictures if start < p.at <= end or p.at == start == 0]
        parts.append(document._replace(blocks=list(blocks), pictures=tuple(own)))
        start = end
    return parts


def _starts(blocks: Sequence[Block]) -> Iterator[int]:
    """Yield where a title stands that names another agency or year than the one before it."""
    last = None
    for number, block in enumerate(blocks):
        named = title_of(block.text) if isinstance(block, Paragraph) else None
        if named is not None and named != last:
            last = named
            yield number
