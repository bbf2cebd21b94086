"""Tables in the formats of other programs: CSV, Excel, Stata, SPSS, Parquet; labels travel with the data."""

import io
import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from gidtk.codebook import codebook
from gidtk.errors import GidtkError, MissingExtraError
from gidtk.files import inert, make_folder, write_csv, write_whole
from gidtk.variables import column_facts, value_labels

__all__ = ["FORMATS", "write_table"]

LONGEST_LABEL = 80  # characters that Stata takes of a label of a variable
LONGEST_TEXT = 2045  # bytes of a text in Stata; longer ones are long strings (strL)
MOST_ROWS = 1_048_575  # of an Excel sheet, without its head
LONGEST_CELL = 32_767  # characters of a cell of Excel
_UNDATED = datetime(2000, 1, 1)  # the same table gives the same file


def write_table(
    frame: pd.DataFrame, path: str | os.PathLike[str], book: pd.DataFrame | None = None, *, lang: str = "zh"
) -> Path:
    """Write a table by the end of the file's name, whole or not at all.

    Parameters
    ----------
    frame : DataFrame
        A panel, or another table of a corpus.
    path : str or path
        Ends with ``.csv`` (UTF-8 with BOM), ``.xlsx``, ``.dta`` (Stata 14 and later, format 118), ``.sav`` (SPSS; extra
        ``gidtk[spss]``) or ``.parquet``; its folder is made when it is not there.
    book : DataFrame, optional
        The codebook, for labels; made from the frame where it is not given.
    lang : str, optional
        ``zh`` or ``en``: the language of labels in Stata and SPSS.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    GidtkError
        For another ending; for more rows or longer texts than the format takes.
    MissingExtraError
        If SPSS is asked for and pyreadstat is not installed.

    Notes
    -----
    Codes are text in every format, dates of publication are dates in Stata and SPSS. Columns such as ``form``,
    ``level`` and ``status`` are numbers with value labels there. Text that a spreadsheet would take for a formula is
    given a ``'`` in CSV and Excel. What is missing is missing in every format, but for text in Stata, which is empty.

    Examples
    --------
    >>> import tempfile
    >>> frame = pd.DataFrame({"region_code": ["011000"], "year": [2020]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = write_table(frame, f"{folder}/panel.dta")
    ...     pd.read_stata(file).to_dict(orient="records")
    [{'region_code': '011000', 'year': 2020}]
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise GidtkError(f"{path.name}: tables are written as {', '.join(FORMATS)}: give the file one of these endings")
    if suffix == ".csv":
        return write_csv(frame, path)
    book = codebook(frame) if book is None else book
    folder = make_folder(path.parent)
    write_whole(folder, {path.name: _WRITERS[suffix](frame, book, lang, path.name)})
    return path


def _labels(book: pd.DataFrame, lang: str) -> dict[str, str]:
    return {name: label or name for name, label in zip(book["name"], book[lang].fillna(""), strict=True)}


# --- Excel ----------------------------------------------------------------------------------------------------------


def _excel(frame: pd.DataFrame, book: pd.DataFrame, lang: str, name: str) -> bytes:
    from openpyxl import Workbook

    if len(frame) > MOST_ROWS:
        raise GidtkError(f"{name}: {len(frame):,} rows, Excel takes {MOST_ROWS:,}: write .csv, .dta or .parquet")
    _check_texts(frame, name)
    workbook = Workbook(write_only=True)
    workbook.properties.created = workbook.properties.modified = _UNDATED
    for title, table in (("data", frame), ("codebook", book)):
        sheet = workbook.create_sheet(title)
        sheet.freeze_panes = "A2"
        sheet.append([_cell(sheet, str(column)) for column in table.columns])
        for row in table.astype(object).itertuples(index=False, name=None):
            sheet.append([_cell(sheet, value) for value in row])
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _check_texts(frame: pd.DataFrame, name: str) -> None:
    texts = (value for column in frame for value in frame[column] if isinstance(value, str))
    longest = max(map(len, texts), default=0)
    if longest >= LONGEST_CELL:
        raise GidtkError(f"{name}: a text of {longest:,} characters, Excel takes {LONGEST_CELL:,}: write .csv")


def _cell(sheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if value is None or pd.isna(value):
        return None
    if not isinstance(value, str):
        return value.item() if isinstance(value, np.generic) else value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", inert(value)))
    cell.number_format = "@"
    return cell


# --- Stata and SPSS -------------------------------------------------------------------------------------------------


def _coded(frame: pd.DataFrame, lang: str) -> tuple[pd.DataFrame, dict[str, dict[float, str]]]:
    """Return a frame whose columns have the kinds of statistics programs, and the labels of its codes."""
    columns: dict[str, Any] = {}
    labels: dict[str, dict[float, str]] = {}
    for name in map(str, frame.columns):
        values = frame[name]
        known = value_labels(name)
        if known and set(values.dropna()) <= known.keys():
            columns[name] = values.map({text: fact["code"] for text, fact in known.items()}).astype("Float64")
            labels[name] = {fact["code"]: fact[lang] for fact in known.values()}
        else:
            columns[name] = _dates(values) if column_facts(name).get("kind") == "date" else values
    return pd.DataFrame({name: _plain(values) for name, values in columns.items()}, index=frame.index), labels


def _dates(values: pd.Series) -> pd.Series:
    """Return ISO dates as dates, where all that are there are dates."""
    dates = pd.to_datetime(values, format="%Y-%m-%d", errors="coerce")
    return dates if dates.notna().equals(values.notna()) else values


def _plain(values: pd.Series) -> pd.Series:
    """Return numbers as whole numbers where all are, else as floats, and the rest as text, empty where missing."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return values
    if not pd.api.types.is_numeric_dtype(values):
        return values.astype(object).where(values.notna(), "").astype(str).astype(object)
    numbers = values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    whole = len(numbers) > 0 and not np.isnan(numbers).any() and (numbers % 1 == 0).all() and abs(numbers).max() < 2**31
    return pd.Series(numbers.astype(np.int32) if whole else numbers, index=values.index)


def _stata(frame: pd.DataFrame, book: pd.DataFrame, lang: str, name: str) -> bytes:
    plain, labels = _coded(frame, lang)
    told = _labels(book, lang)
    long = [c for c in plain.columns if plain[c].dtype == object and plain[c].map(_bytes).max() > LONGEST_TEXT]
    stream = io.BytesIO()
    plain.to_stata(
        stream,
        write_index=False,
        version=118,
        time_stamp=_UNDATED,
        data_label="gidtk",
        variable_labels={column: told.get(column, column)[:LONGEST_LABEL] for column in plain.columns},
        value_labels={column: codes for column, codes in labels.items() if column in plain.columns},
        convert_strl=long,
        convert_dates={c: "td" for c in plain.columns if pd.api.types.is_datetime64_any_dtype(plain[c])},
    )
    return stream.getvalue()


def _bytes(text: str) -> int:
    return len(text.encode("utf-8"))


def _spss(frame: pd.DataFrame, book: pd.DataFrame, lang: str, name: str) -> bytes:
    try:
        import pyreadstat
    except ImportError:
        raise MissingExtraError(f'{name}: writing SPSS needs an extra: pip install "gidtk[spss]"') from None
    plain, labels = _coded(frame, lang)
    told = _labels(book, lang)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "data.sav")
        pyreadstat.write_sav(
            plain,
            str(file),
            file_label="gidtk",
            column_labels=[told.get(column, column) for column in plain.columns],
            variable_value_labels=labels,
        )
        return file.read_bytes()


# --- Parquet --------------------------------------------------------------------------------------------------------


def _parquet(frame: pd.DataFrame, book: pd.DataFrame, lang: str, name: str) -> bytes:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    told = {language: _labels(book, language) for language in ("zh", "en")}
    fields = [
        field.with_metadata({key: told[key].get(field.name, field.name) for key in told}) for field in table.schema
    ]
    sink = io.BytesIO()
    pq.write_table(table.cast(pa.schema(fields, metadata=table.schema.metadata)), sink, compression="zstd")
    return sink.getvalue()


_WRITERS: Mapping[str, Callable[[pd.DataFrame, pd.DataFrame, str, str], bytes]] = {
    ".xlsx": _excel,
    ".dta": _stata,
    ".sav": _spss,
    ".parquet": _parquet,
}
FORMATS = (".csv", *_WRITERS)
