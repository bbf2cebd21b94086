"""The tables of a corpus: their columns, kinds and bilingual labels, declared once in ``forms/tables.toml``."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
import pyarrow as pa

from gidtk.errors import GidtkError

__all__ = ["PLACES", "TABLES", "empty_frame", "facts", "schema", "to_arrow", "to_pandas"]

TABLES = ("reports", "sections", "cells", "verdicts", "issues", "failures", "files")
PLACES = ("region_code", "region", "agency", "report")  # columns of `reports` by which a report is asked for
_KINDS = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64()}
_DTYPES = {"text": "str", "whole": "Int64", "number": "Float64"}


@cache
def facts() -> dict[str, Any]:
    """Return what ``forms/tables.toml`` says: the tables, flags, kinds of failure, words to look for."""
    return tomllib.loads(files("gidtk").joinpath("forms", "tables.toml").read_text(encoding="utf-8"))


def _columns(table: str) -> dict[str, list[str]]:
    if table not in TABLES:
        raise GidtkError(f"no table {table!r}: a corpus has {', '.join(TABLES)}")
    columns: dict[str, list[str]] = facts()[table]["columns"]
    return columns


@cache
def schema(table: str) -> pa.Schema:
    """Return the Arrow schema of a table, with its labels in the metadata of table and fields.

    Parameters
    ----------
    table : str
        ``reports``, ``sections``, ``cells``, ``verdicts``, ``issues``, ``failures`` or ``files``.

    Returns
    -------
    pyarrow.Schema
        Each field has ``zh`` and ``en`` in its metadata.

    Raises
    ------
    GidtkError
        If there is no such table.

    Examples
    --------
    >>> schema("cells").field("value").metadata[b"en"].decode()[:30]
    "number in the column's unit; m"
    """
    fields = [
        pa.field(name, _KINDS[kind], metadata={"zh": zh, "en": en}) for name, (kind, zh, en) in _columns(table).items()
    ]
    return pa.schema(fields, metadata={"zh": facts()[table]["zh"], "en": facts()[table]["en"]})


def to_pandas(data: pa.Table, table: str) -> pd.DataFrame:
    """Return an Arrow table as a frame with the columns and dtypes of a corpus table."""
    dtypes = {name: _DTYPES[kind] for name, (kind, _, _) in _columns(table).items()}
    chosen = [name for name in data.column_names if name in dtypes]
    mapped = {pa.int64(): pd.Int64Dtype(), pa.float64(): pd.Float64Dtype()}
    frame: pd.DataFrame = data.select(chosen).replace_schema_metadata().to_pandas(types_mapper=mapped.get)
    return frame.astype({name: dtypes[name] for name in chosen})


def to_arrow(frame: pd.DataFrame, table: str) -> pa.Table:
    """Return a frame as an Arrow table of a corpus table's schema; columns that it lacks are missing."""
    wanted = schema(table)
    arrays = [
        pa.array(frame[field.name], type=field.type, from_pandas=True)
        if field.name in frame.columns
        else pa.nulls(len(frame), field.type)
        for field in wanted
    ]
    return pa.Table.from_arrays(arrays, schema=wanted)


def empty_frame(table: str) -> pd.DataFrame:
    """Return a corpus table without rows.

    Examples
    --------
    >>> empty_frame("failures").dtypes.astype(str).to_dict()
    {'file': 'str', 'sha256': 'str', 'kind': 'str', 'message': 'str'}
    """
    return to_pandas(schema(table).empty_table(), table)
