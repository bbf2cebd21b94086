"""Sheets that people fill in: a new one never takes the place of one that somebody has written in."""

import os
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path

import pandas as pd

from gidtk.files import write_csv

__all__ = ["hand_out", "keep_filled"]


def hand_out(sheet: pd.DataFrame, path: str | os.PathLike[str], blanks: Sequence[str]) -> Path:
    """Write a sheet to be filled in as CSV; one of that name that has been filled in is renamed before.

    Parameters
    ----------
    sheet : DataFrame
        Such as :func:`gidtk.suspected.correction_sheet` and :func:`gidtk.decisions.decision_sheet` give.
    path : str or path
        The file; it is written as :func:`gidtk.write_csv` does.
    blanks : sequence of str
        The columns that people fill in.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    GidtkError
        If the folder cannot be made.

    Examples
    --------
    >>> import tempfile
    >>> sheet = pd.DataFrame({"cell": ["a"], "new": [""]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = hand_out(sheet.assign(new="9"), Path(folder, "sheet.csv"), ["new"])
    ...     file = hand_out(sheet, file, ["new"])
    ...     sorted(path.name for path in Path(folder).iterdir())
    ['sheet-filled-in.csv', 'sheet.csv']
    """
    keep_filled(path, blanks)
    return write_csv(sheet, path)


def keep_filled(path: str | os.PathLike[str], blanks: Sequence[str]) -> Path | None:
    """Rename a sheet that somebody has written in: ``NAME-filled-in.csv``, or with the next free number.

    Parameters
    ----------
    path : str or path
        A file that ends with ``.csv`` or ``.xlsx``; it need not be there.
    blanks : sequence of str
        The columns that people fill in. One that cannot be read counts as filled in.

    Returns
    -------
    Path or None
        Where the sheet is now; None if there is none, or nothing is written in it.
    """
    file = Path(path)
    if not file.exists() or not _written_in(file, blanks):
        return None
    endings = chain([""], (f"-{n}" for n in count(2)))
    named = (file.with_name(f"{file.stem}-filled-in{ending}{file.suffix}") for ending in endings)
    return file.replace(next(place for place in named if not place.exists()))


def _written_in(file: Path, blanks: Sequence[str]) -> bool:
    try:
        if file.suffix.lower() == ".xlsx":
            sheet = pd.read_excel(file, dtype=str, keep_default_na=False)
        else:
            sheet = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        return bool(sheet[list(blanks)].map(lambda cell: bool(str(cell).strip())).to_numpy().any())
    except Exception:  # saved by another program in its own way: somebody has worked on it
        return True
