"""Sheets that people fill in by hand (CSV): everything is text, and a fault names its line and the way out."""

import csv
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gidtk.errors import GidtkError
from gidtk.readers import decode

__all__ = ["Line", "read_sheet"]

Line = tuple[int, dict[str, str]]

LONGEST_FIELD = 100_000


def read_sheet(path: str | os.PathLike[str], what: str, asked: Sequence[str]) -> Iterator[Line]:
    """Read a sheet; yield its lines with their numbers in the file.

    Parameters
    ----------
    path : str or path
        A CSV file, in UTF-8 or as Chinese Excel saves it; further columns are passed over.
    what : str
        What the sheet is, for messages.
    asked : sequence of str
        The columns that it must have.

    Yields
    ------
    tuple of int and dict
        Line number, and column to its text without white space around. The ``'`` that keeps a spreadsheet from
        taking a text for a formula is taken off. Empty lines are passed over.

    Raises
    ------
    GidtkError
        If the file cannot be read as CSV or a column is missing.
    """
    try:
        text = decode(Path(path).read_bytes()).removeprefix("\ufeff")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        names = [str(name).strip() for name in reader.fieldnames or ()]
        reader.fieldnames = names
        missing = [name for name in asked if name not in names]
        if missing:
            raise GidtkError(
                f"{path}: {what} without column {', '.join(missing)}: its first line must be {','.join(asked)}"
            )
        for line in reader:
            found = {name: _plain(line.get(name)) for name in names}
            if any(found.values()):
                yield reader.line_num, found
    except OSError as error:
        raise GidtkError(f"{path}: {what} cannot be read ({error.strerror}): give a CSV file") from None
    except csv.Error as error:
        raise GidtkError(f"{path}: {what} is no CSV ({error}): save it as CSV, UTF-8") from None


def _plain(text: str | Sequence[str] | None) -> str:
    whole = text if isinstance(text, str) else ""
    plain = whole.strip()
    return plain[1:] if plain.startswith("'") and plain[1:2] in tuple("=+-@") else plain


def asked_of(line: Mapping[str, str], names: Sequence[str]) -> list[str]:
    """Return which of some columns a line leaves empty.

    Examples
    --------
    >>> asked_of({"who": "", "why": "a slip"}, ["who", "why"])
    ['who']
    """
    return [name for name in names if not line.get(name)]
