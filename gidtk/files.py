"""Writing files whole or not at all, and tables that no spreadsheet takes for formulas."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from gidtk.errors import GidtkError

__all__ = ["inert", "make_folder", "write_csv", "write_whole"]


def make_folder(folder: str | os.PathLike[str]) -> Path:
    """Return a folder, made when it is not there."""
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GidtkError(f"{folder} cannot be made a folder ({error.strerror}): give another one") from None
    return path


def write_whole(folder: Path, contents: Mapping[str, bytes | str]) -> None:
    """Write files of one folder whole or not at all: aside on the same disk, then moved.

    Parameters
    ----------
    folder : Path
        It must be there.
    contents : mapping
        File name to content; text is written in UTF-8 with Unix line ends.
    """
    with tempfile.TemporaryDirectory(prefix=".gidtk-", dir=folder, ignore_cleanup_errors=True) as aside:
        for name, content in contents.items():
            Path(aside, name).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        for name in contents:
            Path(aside, name).replace(folder / name)


def inert(value: Any) -> Any:
    """Return a value as a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> inert("=HYPERLINK(1)"), inert(-3), inert(["a"]), inert("-")
    ("'=HYPERLINK(1)", -3, '["a"]', '-')
    """
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    risky = isinstance(value, str) and value.startswith(tuple("=+-@\t\r")) and value != "-"
    return f"'{value}" if risky else value


def write_csv(frame: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    r"""Write a table as CSV that opens rightly in Excel: UTF-8 with BOM, text never a formula, whole or not at all.

    Parameters
    ----------
    frame : DataFrame
        Its index is left out. Text that begins like a formula (``=``, ``+``, ``-``, ``@``) is given a ``'`` before
        it; missing values are empty.
    path : str or path
        The file; its folder is made when it is not there.

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
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = write_csv(pd.DataFrame({"raw": ["=1+1"], "n": [3]}), Path(folder, "cells.csv"))
    ...     file.read_text(encoding="utf-8-sig")
    "raw,n\n'=1+1,3\n"
    """
    path = Path(path)
    folder = make_folder(path.parent)
    safe = frame.astype(object).map(inert)
    safe.columns = [inert(name) for name in frame.columns]
    write_whole(folder, {path.name: "\ufeff" + safe.to_csv(index=False, lineterminator="\n")})
    return path
