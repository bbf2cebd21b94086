"""What the commands print: one line a message, and nothing in it that could steer a terminal."""

import sys

from gidtk.errors import GidtkError

__all__ = ["complain", "line"]


def line(text: str) -> str:
    """Return a text as one line that cannot steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def complain(error: GidtkError) -> None:
    """Say on standard error what went wrong."""
    print(line(f"gidtk: {error}"), file=sys.stderr)
