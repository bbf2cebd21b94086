"""Codings: the sheets that coders filled in, read back and checked."""

import io
import os
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import load_workbook

from gidtk.codes import problem_codes, split_codes
from gidtk.errors import GidtkError
from gidtk.files import inert
from gidtk.filled import read_sheet

__all__ = ["CODING_COLUMNS", "NO_CODE", "read_codings"]

CODING_COLUMNS = ("item", "coder", "codes", "note", "file", "line")
NO_CODE = "0"  # what a coder writes where no code fits; an empty cell is not coded yet
_ASKED = ("item", "text", "codes", "coder")
_WORKBOOKS = (".xlsx", ".xlsm")
LARGEST = 64 * 1024 * 1024  # bytes of a workbook once unpacked
MOST_LINES, MOST_COLUMNS = 200_000, 64  # that are looked at


def read_codings(
    paths: Sequence[str | os.PathLike[str]],
    sheet: pd.DataFrame | None = None,
    *,
    book: pd.DataFrame | None = None,
) -> pd.DataFrame:
    r"""Read the coders' sheets back and check them.

    Parameters
    ----------
    paths : sequence of str or path
        Filled-in sheets, ``.csv`` or ``.xlsx``. A cell of ``codes`` holds one code or several, parted by ``;``, a comma
        or a blank; ``0`` where no code fits; nothing where the item is not coded yet.
    sheet : DataFrame, optional
        What was handed out: then items that were not, that are gone, or whose text was changed are errors.
    book : DataFrame, optional
        The code book.

    Returns
    -------
    DataFrame
        One row an item and coder: ``item``, ``coder``, ``codes`` (joined by ``;``, sorted; ``0`` for no code; missing
        where not coded), ``note``, ``file``, ``line``. For :func:`gidtk.agreement.agreement`.

    Raises
    ------
    GidtkError
        If a file cannot be read or lacks a column; a row has no item or coder; a code is not in the book, or of the
        other kind; ``0`` stands beside a code; a coder coded an item twice; or, with `sheet`, for what was changed.
        The message names up to five faults.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "first.csv")
    ...     _ = file.write_text("item,text,codes,coder\na-p1,更新慢,P2 P1,first\n", encoding="utf-8")
    ...     read_codings([file])["codes"].tolist()
    ['P1;P2']
    """
    book = problem_codes() if book is None else book
    kinds = {str(code): str(kind) for code, kind in zip(book["code"], book["kind"], strict=True)}
    lines = [(Path(path).name, number, line) for path in paths for number, line in _lines(path)]
    faults = [f"{file}, line {n}: {fault}" for file, n, line in lines for fault in _faults(line, kinds)]
    faults += list(_doubled(lines))
    if sheet is not None:
        faults += list(_changed(lines, dict(zip(sheet["item"], sheet["text"], strict=True))))
    if faults:
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise GidtkError("; ".join(faults[:5]) + more)
    rows = [
        (line["item"], line["coder"], ";".join(split_codes(line["codes"])) or pd.NA, line.get("note", ""), file, number)
        for file, number, line in lines
    ]
    texts = [name for name in CODING_COLUMNS if name != "line"]
    frame = pd.DataFrame(rows, columns=list(CODING_COLUMNS))
    return frame.astype(dict.fromkeys(texts, "str") | {"line": "Int64"})


_Line = tuple[str, int, Mapping[str, str]]


def _lines(path: str | os.PathLike[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    if Path(path).suffix.lower() not in _WORKBOOKS:
        yield from read_sheet(path, "coding sheet", _ASKED)
        return
    try:
        rows = _cells(Path(path).read_bytes())
    except GidtkError as error:
        raise GidtkError(f"{path}: {error}") from None
    except Exception as error:  # openpyxl raises what it likes for a damaged file
        raise GidtkError(f"{path}: coding sheet is no Excel workbook ({error}): save it as .xlsx or .csv") from None
    head, *body = rows or [[]]
    if missing := [name for name in _ASKED if name not in head]:
        raise GidtkError(
            f"{path}: coding sheet without column {missing[0]}: its first line must have {','.join(_ASKED)}"
        )
    yield from ((n, dict(zip(head, row, strict=False))) for n, row in enumerate(body, start=2) if any(row))


def _cells(data: bytes) -> list[list[str]]:
    """Return the cells of the first sheet of a workbook as text, bounded."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > LARGEST:
            raise GidtkError(f"the workbook unpacks to more than {LARGEST:,} bytes: it is no coding sheet")
    workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        rows = workbook.worksheets[0].iter_rows(max_row=MOST_LINES, max_col=MOST_COLUMNS, values_only=True)
        return [[_plain(value) for value in row] for row in rows]
    finally:
        workbook.close()


def _plain(value: Any) -> str:
    text = "" if value is None else str(value).strip()
    return text[1:] if text.startswith("'") and inert(text[1:]) == text else text


def _bare(text: str) -> str:
    """Return a text without what sheets and spreadsheet programs add or take: white space and a leading quote."""
    return re.sub(r"[\s\x00-\x1f]+", "", text).lstrip("'")


def _faults(line: Mapping[str, str], kinds: Mapping[str, str]) -> Iterator[str]:
    for name in ("item", "coder"):
        if not line[name]:
            yield f"no {name}: the sheet that was handed out names it in every row"
    codes = split_codes(line["codes"])
    if NO_CODE in codes and len(codes) > 1:
        yield f"{NO_CODE} beside {codes[-1]}: {NO_CODE} says that no code fits"
    kind = {"p": "problem", "m": "measure"}.get(line["item"].rpartition("-")[2][:1], "")
    for code in codes:
        if code != NO_CODE and code not in kinds:
            yield f"no code {code!r} in the book: its codes are {', '.join(kinds)}"
        elif code != NO_CODE and kind and kinds[code] != kind:
            yield f"code {code} is for a {kinds[code]}, {line['item']} is a {kind}"


def _doubled(lines: Sequence[_Line]) -> Iterator[str]:
    seen: dict[tuple[str, str], str] = {}
    for file, number, line in lines:
        place = f"{file}, line {number}"
        first = seen.setdefault((line["item"], line["coder"]), place)
        if first != place:
            yield f"{place}: {line['coder']} coded {line['item']} already ({first}): keep one row"


def _changed(lines: Sequence[_Line], handed: Mapping[str, str]) -> Iterator[str]:
    found: dict[str, set[str]] = {}
    for file, number, line in lines:
        found.setdefault(file, set()).add(line["item"])
        if line["item"] not in handed:
            yield f"{file}, line {number}: no item {line['item']!r} was handed out"
        elif _bare(line["text"]) != _bare(handed[line["item"]]):
            yield f"{file}, line {number}: the text of {line['item']} was changed: code the text that was handed out"
    for file, items in found.items():
        if gone := [item for item in handed if item not in items]:
            yield f"{file}: {len(gone)} items are gone, the first is {gone[0]}: hand in every row, coded or not"
