"""Documents to rows of a corpus: what a child process does, a batch at a time."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from gidtk import __version__
from gidtk import report as reports
from gidtk.errors import GidtkError, MissingExtraError, NotAReportError, UnreadableFileError
from gidtk.readers import ocr, read_bytes
from gidtk.report import Report, Source
from gidtk.schemas import schema
from gidtk.volumes import split_document
from gidtk.workers import Limits, guarded

__all__ = ["READ_TABLES", "Item", "fingerprint", "lost_rows", "read_batch", "read_guarded", "report_rows"]

READ_TABLES = ("reports", "sections", "cells", "verdicts", "issues", "failures")
_KINDS = (
    (MissingExtraError, "missing_extra"),
    (NotAReportError, "not_a_report"),
    (UnreadableFileError, "unreadable"),
    (MemoryError, "memory"),
    (RecursionError, "unreadable"),
)

Rows = dict[str, list[dict[str, Any]]]


class Item(NamedTuple):
    """A document to be read."""

    name: str
    sha256: str
    data: bytes


@cache
def fingerprint() -> str:
    """Return what tells this version of the code that reads from any other: the version and a hash of its files.

    With the extra ``gidtk[ocr]`` it is another one: the same bytes give more rows, so that they are read again.
    """
    package = Path(__file__).parent
    files = sorted(
        path
        for path in package.rglob("*")
        if path.suffix in (".py", ".toml") and path.relative_to(package).parts[0] not in ("bundled", "cli", "simulate")
    )
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{__version__}+{digest.hexdigest()[:12]}" + (".ocr" if ocr.installed() else "")


def read_guarded(
    items: Sequence[Item], limits: Limits | None, owner: str, code: str, function: str
) -> list[dict[str, bytes]]:
    """Read a batch in a child process of this one; a document that ends it becomes a failure.

    Parameters
    ----------
    items : sequence of Item
        The batch.
    limits : Limits or None
        For one document; None reads in this process.
    owner : str
        As for :func:`gidtk.workers.guarded`.
    code : str
        The fingerprint of the caller's gidtk.
    function : str
        What reads, as for :class:`gidtk.workers.Guard`: :func:`read_batch`.

    Returns
    -------
    list of dict
        Table to rows in Arrow's stream format.

    Raises
    ------
    GidtkError
        If this is another version of gidtk than the caller's.
    """
    if code != fingerprint():
        raise GidtkError(
            f"a worker of the cluster has gidtk {fingerprint()}, this machine {code}: install the same version and "
            "extras on all"
        )
    if limits is None:
        return [read_batch(items, lambda: None)]
    answers, lost = guarded(function, items, limits, owner)
    return [*answers, *([lost_rows(lost, limits)] if lost else [])]


def read_batch(items: Sequence[Item], started: Callable[[], None]) -> dict[str, bytes]:
    """Read documents; `started` is called before each.

    Returns
    -------
    dict
        Table to rows in Arrow's stream format, in the order of the documents. A document in which no report is read
        is a row of ``failures``.
    """
    tables = []
    for item in items:
        started()
        tables.append(_read(item))
    return _packed(tables)


def _read(item: Item) -> dict[str, pa.Table]:
    try:
        return _arrow(_rows(item))
    except Exception as error:
        kind = next((kind for class_, kind in _KINDS if isinstance(error, class_)), "error")
        message = str(error).removeprefix(f"{item.name}: ")
        if not isinstance(error, GidtkError):
            message = f"{type(error).__name__}: {message}"[:500]
        return _arrow({"failures": [_failure(item, kind, message)]})


def _rows(item: Item) -> Rows:
    rows: Rows = {table: [] for table in READ_TABLES}
    for number, report in enumerate(_reports(item), start=1):
        id_ = item.sha256[:16] + (f"-{number}" if number > 1 else "")
        for table, found in report_rows(report, id_).items():
            rows[table] += found
    return rows


def _reports(item: Item) -> list[Report]:
    document = read_bytes(item.data, item.name)
    source = Source(item.name, item.sha256, document.format)
    return [reports._build(part, source, item.name) for part in split_document(document)]


def report_rows(report: Report, id_: str) -> Rows:
    """Return the rows of one report in the tables of a corpus.

    Examples
    --------
    >>> import gidtk as gid
    >>> rows = report_rows(gid.read_report(gid.sample("anfu_2020.txt")), "x")
    >>> {table: len(found) for table, found in rows.items()}
    {'reports': 1, 'sections': 6, 'cells': 198, 'verdicts': 42, 'issues': 0}
    """
    whole = report.to_dict()
    identity = whole["report"]
    own = {field.name: identity.get(field.name, getattr(report, field.name, None)) for field in schema("reports")}
    own |= {
        "report": id_,
        **report.source._asdict(),
        "cells_ok": sum(cell["status"] == "ok" for cell in whole["cells"]),
        "cells_all": len(whole["cells"]),
    }
    parts: Rows = {table: whole[table] for table in ("sections", "cells", "verdicts", "issues")}
    return {"reports": [own], **{table: [{"report": id_, **row} for row in rows] for table, rows in parts.items()}}


def lost_rows(lost: Sequence[tuple[Item, str]], limits: Limits) -> dict[str, bytes]:
    """Return the failures of documents that ended the process that read them."""
    told = {
        "timeout": f"took more than {limits.seconds:g} seconds of processor time: give a smaller or plainer version",
        "crashed": "ended the process that read it, twice: the file is damaged or made to harm",
    }
    return _packed([_arrow({"failures": [_failure(item, kind, told[kind])]}) for item, kind in lost])


def _failure(item: Item, kind: str, message: str) -> dict[str, Any]:
    return {"file": item.name, "sha256": item.sha256, "kind": kind, "message": message}


def _arrow(rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, pa.Table]:
    return {table: _table(rows.get(table, []), table) for table in READ_TABLES}


def _table(rows: list[dict[str, Any]], table: str) -> pa.Table:
    wanted = schema(table)
    arrays = []
    for field in wanted:
        column = [row.get(field.name) for row in rows]
        if field.type == pa.float64():
            column = [None if value is None else float(value) for value in column]
        try:
            arrays.append(pa.array(column, type=field.type))
        except UnicodeEncodeError:  # half a character, as a page may write one by its number
            whole = [value and value.encode("utf-8", errors="replace").decode("utf-8") for value in column]
            arrays.append(pa.array(whole, type=field.type))
    return pa.Table.from_arrays(arrays, schema=wanted)


def _packed(tables: Sequence[Mapping[str, pa.Table]]) -> dict[str, bytes]:
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    packed = {}
    for table in READ_TABLES:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, schema(table), options=options) as stream:
            stream.write_table(pa.concat_tables([parts[table] for parts in tables]).combine_chunks())
        packed[table] = sink.getvalue().to_pybytes()
    return packed
