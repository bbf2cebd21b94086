"""Plain text: every line is a paragraph."""

from gidtk.blocks import Block, Paragraph

__all__ = ["read"]


def read(text: str) -> list[Block]:
    r"""Split a text into its lines, blank ones included, so that no text is lost.

    Examples
    --------
    >>> read("规章\\n0")[1]
    Paragraph(text='0', place='line 2')
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [Paragraph(line, f"line {number}") for number, line in enumerate(lines, start=1)]
