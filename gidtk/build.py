"""Many files to a corpus: what is new is read, what is known is kept, and the tables are written in one order."""

import hashlib
import json
import os
import uuid
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gidtk import __version__
from gidtk.across import across_rules
from gidtk.archives import Fault, Found
from gidtk.corpus import Corpus, open_corpus
from gidtk.errors import GidtkError
from gidtk.files import make_folder, write_csv
from gidtk.flags import flag_reports
from gidtk.progress import Progress
from gidtk.reading import Item, fingerprint, read_guarded
from gidtk.registry import Registry, apply_registry, place_regions, read_registry
from gidtk.schemas import TABLES, schema, to_arrow, to_pandas
from gidtk.sources import Place, Sources, documents, find_places
from gidtk.store import PART, Store, arrange, is_corpus, part_name, table_of, write_parts
from gidtk.windows import draw_across
from gidtk.workers import Limits, Pool, open_pool

__all__ = ["build_corpus"]

BATCH = 32  # documents read in one call of a child process
BATCH_BYTES = 4 * 1024 * 1024  # of such a batch, if it has more than one document
READER = "gidtk.reading:read_batch"


class _Seen(NamedTuple):
    """A document, or a fault, that was found in a file on disk."""

    place: str
    size: int
    changed: int
    noted: int
    file: str
    sha256: str | None
    bytes: int | None
    kind: str | None
    message: str | None
    url: str | None
    captured: str | None


def build_corpus(
    sources: Sources,
    path: str | os.PathLike[str],
    *,
    registry: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    timeout: float = 60.0,
    progress: bool = False,
) -> Corpus:
    """Read many files into a corpus: a folder of Parquet tables.

    Parameters
    ----------
    sources : str, path or iterable of them
        Files, folders, patterns such as ``pages/**/*.html``, archives (zip, tar; also packed with gzip, bzip2, xz)
        and web archives (WARC; extra ``gidtk[warc]``), of which only what looks like a report is read.
    path : str or path
        The corpus folder; it is made when it is not there. What else lies in it stays.
    registry : str or path, optional
        A CSV file that says whose reports the files hold: ``file``, ``agency``, ``region_code``, ``year``, ``url``,
        ``captured``, ``licence``. It wins over the page; where they disagree is an issue. A code has six digits, that
        of a township nine or twelve; no list of townships comes with the package, so that one without a code from the
        registry has that of the county its name begins with, or none.
    jobs : int, optional
        How many processes read; one a core by default. 0 reads in this process, without limits of time and memory.
    scheduler : str, optional
        Address of a Dask scheduler whose workers read instead (extra ``gidtk[cluster]``). They are sent the bytes of
        the documents and need no access to the files.
    timeout : float
        Seconds of processor time for one document; five times as long by the clock. What takes longer is a failure.
    progress : bool
        Show a bar on standard error.

    Returns
    -------
    Corpus
        Tables ``reports``, ``sections``, ``cells``, ``verdicts``, ``issues``, ``failures``, ``files``; the failures
        lie beside them as ``failures.csv``. The corpus is exactly what the sources hold: the same documents and
        registry give the same tables, in whatever order and on however many processes they were read.

    Raises
    ------
    GidtkError
        If a source is missing, the folder holds something else under the name of a table, the registry is faulty, or
        the scheduler does not answer. No document raises: what cannot be read is a row of ``failures``.
    MissingExtraError
        If a scheduler is given and Dask is not installed.

    Notes
    -----
    A document is read once for its bytes: what this version has read is not read again, under whatever name. An
    interrupted build goes on where it stopped. Reports are ordered by region, agency and year. The rules over many
    reports (years of a unit, areas in an area) are drawn at the end for the whole corpus.

    Examples
    --------
    >>> import tempfile
    >>> import gidtk as gid
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     build_corpus(gid.sample(), folder, jobs=0).reports[["agency", "year", "cells_ok"]].values.tolist()
    [['安福县人民政府', 2020, 198]]
    """
    if timeout <= 0:
        raise GidtkError(f"timeout {timeout}: give how many seconds a document may take")
    said = read_registry(registry)
    folder = make_folder(path)
    places = find_places(sources, is_corpus)
    store = Store(folder, fingerprint())
    with store.locked(), Progress(progress, len(places)) as bar:
        owner = uuid.uuid4().hex
        limits = None if jobs == 0 and scheduler is None else Limits(timeout)
        with open_pool(jobs, scheduler, owner) as pool:
            seen = _read_new(places, store, pool, bar, (limits, owner, store.code, READER))
        bar.say("writing")
        _settle(store, seen, said)
    return open_corpus(folder)


# --- reading what is new -------------------------------------------------------------------------------------------


def _read_new(places: list[Place], store: Store, pool: Pool, bar: Progress, how: tuple[Any, ...]) -> list[_Seen]:
    """List the documents of all files; those that are not known are read into the journal."""
    seen: list[_Seen] = []
    known = _known(store)
    batches = _batches(_listed(places, _remembered(store), known, seen, bar))
    waiting: dict[Future[list[dict[str, bytes]]], int] = {}
    for batch in batches:
        while len(waiting) >= 2 * pool.slots():
            _gather(waiting, store, bar)
        waiting[pool.executor.submit(read_guarded, batch, *how)] = len(batch)
    while waiting:
        _gather(waiting, store, bar)
    return seen


def _gather(waiting: dict[Future[list[dict[str, bytes]]], int], store: Store, bar: Progress) -> None:
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        number = waiting.pop(future)
        try:
            answers = future.result()
        except GidtkError:
            raise
        except Exception as error:  # the cluster is gone, or a worker has no gidtk
            reason = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            raise GidtkError(
                f"a batch of {number} documents was lost ({reason}): what was read is kept; build again to go on"
            ) from error
        failed = 0
        for answer in answers:
            store.note(answer)
            with pa.ipc.open_stream(answer["failures"]) as stream:
                failed += len(stream.read_all())
        bar.done(number, failed)


def _known(store: Store) -> set[str]:
    """Return the sha256 of what was read; what failed for want of an optional part is not among them."""
    known: set[str] = set()
    for data in store.readings("reports"):
        known.update(data["sha256"].to_pylist())
    for data in store.readings("failures"):
        settled = data.filter(pc.not_equal(data["kind"], "missing_extra"))
        known.update(settled["sha256"].to_pylist())
    return known


def _remembered(store: Store) -> dict[tuple[str, int, int, int], list[_Seen]]:
    """Return what the last build found in each file that was not changed since."""
    file = store.work / "state" / "places.parquet"
    found: dict[tuple[str, int, int, int], list[_Seen]] = {}
    if store.state() and file.exists():
        table = pq.read_table(file, partitioning=None)
        for row in map(_Seen._make, zip(*(table[name].to_pylist() for name in _Seen._fields), strict=True)):
            found.setdefault(row[:4], []).append(row)
    return found


def _listed(
    places: Iterable[Place],
    remembered: dict[tuple[str, int, int, int], list[_Seen]],
    known: set[str],
    seen: list[_Seen],
    bar: Progress,
) -> Iterator[Item]:
    """Yield the documents that are to be read, each once; write down all that are found."""
    for place in places:
        old = remembered.get((place.name, place.size, place.changed, place.noted), [])
        if old and all(row.sha256 in known or (row.sha256 is None and row.kind != "missing_extra") for row in old):
            seen += old
            bar.done(1)
            continue
        number = 0
        for found in documents(place):
            number += 1
            if isinstance(found, Fault):
                seen.append(_fault(place, found))
                bar.done(1, 1)
                continue
            sha256 = hashlib.sha256(found.data).hexdigest()
            seen.append(_document(place, found, sha256))
            if sha256 in known:
                bar.done(1)
            else:
                known.add(sha256)
                yield Item(found.name, sha256, found.data)
        bar.expect(number - 1)


def _fault(place: Place, fault: Fault) -> _Seen:
    return _Seen(*place[1:], fault.name, None, None, fault.kind, fault.message, None, None)


def _document(place: Place, found: Found, sha256: str) -> _Seen:
    return _Seen(*place[1:], found.name, sha256, len(found.data), None, None, found.url, found.captured)


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    size = 0
    for item in items:
        if batch and (len(batch) >= BATCH or size + len(item.data) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += len(item.data)
    if batch:
        yield batch


# --- writing the tables --------------------------------------------------------------------------------------------


def _settle(store: Store, seen: list[_Seen], registry: Registry) -> None:
    """Write the tables of the corpus from what was read, unless they are what they would be."""
    found = pd.DataFrame(seen, columns=list(_Seen._fields)).astype({"bytes": "Int64"})
    places = pa.Table.from_pandas(found, schema=_PLACES, preserve_index=False)
    inputs = _digest(seen, registry)
    state = store.state()
    if state.get("inputs") == inputs:
        _remember(places, store.work / "state")
        return
    folder = store.begin()
    names = _names(found)
    files = found[found["sha256"].notna()].drop_duplicates(["file", "sha256"]).sort_values(["file", "sha256"])
    read = _read(store, "reports", set(names))
    failed = _read(store, "failures", set(names) - set(read["sha256"]))
    reports, issues, lost = _described(read, names, files, registry)
    failures = _failures(failed, names, found, lost)
    ids = pa.array(reports["report"].tolist(), pa.string())
    counts = read["sha256"].value_counts()
    files = files.assign(reports=files["sha256"].map(counts).fillna(0).astype("Int64"))
    frames = {"reports": reports, "failures": failures, "files": files}
    for table, frame in frames.items():
        write_parts(to_arrow(frame, table), table, folder)
    rows = {table: len(frame) for table, frame in frames.items()}
    for table in ("sections", "cells", "issues"):
        rows[table] = arrange(store.readings(table), ids, table, folder)
    across = (to_arrow(frame, "verdicts") for frame in draw_across(reports, partial(_rows_of, folder)))
    rows["verdicts"] = arrange(chain(_own(store.readings("verdicts")), across), ids, "verdicts", folder)
    if len(issues):
        rows["issues"] += len(issues)
        pq.write_table(to_arrow(issues, "issues"), folder / "issues" / "registry.parquet")
    write_csv(failures, folder / "failures.csv")
    for table, frame in (("reports", read), ("failures", failed)):
        pq.write_table(to_arrow(frame, table), folder / "state" / f"{table}.parquet")
    _remember(places, folder / "state")
    card = {"gidtk": __version__, "code": store.code, "rows": {table: rows[table] for table in TABLES}}
    store.finish(card, {"inputs": inputs})


def _own(readings: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the verdicts that were drawn from one report when it was read."""
    across = pa.array(list(across_rules()), pa.string())
    for data in readings:
        yield data.filter(pc.invert(pc.is_in(data["rule"], value_set=across)))


def _rows_of(folder: Path, table: str, reports: pd.DataFrame, only: Collection[tuple[str, str]] = ()) -> pd.DataFrame:
    """Return the rows of some reports, of a table that is arranged; reports are told by their positions."""
    names = [folder / table / part_name(number) for number in sorted({n // PART for n in reports.index})]
    rows = pc.field("report").isin(pa.array(reports["report"].tolist(), pa.string()))
    for n, name in enumerate(("row", "column") if only else ()):
        rows = rows & pc.field(name).isin(pa.array(sorted({pair[n] for pair in only})))
    return to_pandas(table_of(names, table).to_table(columns=_NEEDED[table], filter=rows), table)


_NEEDED = {
    "cells": ["report", "table", "row", "column", "value", "raw", "status", "place"],
    "sections": ["report", "key", "number", "text"],
}
_PLACES = pa.schema(
    [
        (name, pa.int64() if name in ("size", "changed", "noted", "bytes") else pa.string())
        for name in _Seen._fields
    ]
)  # fmt: skip


def _remember(places: pa.Table, folder: Path) -> None:
    file = folder / "places.parquet"
    if not (file.exists() and pq.read_table(file, partitioning=None).equals(places)):
        aside = file.with_suffix(".part")
        pq.write_table(places, aside)
        aside.replace(file)


def _digest(seen: list[_Seen], registry: Registry) -> str:
    """Return a hash of all that decides the tables, beside the code."""
    documents = sorted(tuple(map(str, row[4:])) for row in seen)
    rows = sorted((file, sorted(entries.items())) for file, entries in registry.rows.items())
    return hashlib.sha256(json.dumps([documents, rows]).encode()).hexdigest()


def _names(found: pd.DataFrame) -> dict[str, list[str]]:
    """Return the names of every document, by its sha256."""
    held = found[found["sha256"].notna()]
    return {str(sha256): sorted(set(files)) for sha256, files in held.groupby("sha256")["file"]}


def _read(store: Store, table: str, documents: set[str]) -> pd.DataFrame:
    """Return the reports or the failures that were read of the documents, the newest reading of each."""
    data = pa.concat_tables([schema(table).empty_table(), *store.readings(table)])
    frame = to_pandas(data, table)
    frame = frame[frame["sha256"].isin(documents)]
    key = "report" if table == "reports" else "sha256"
    return frame.drop_duplicates(key, keep="last").sort_values(key, ignore_index=True)


def _described(
    read: pd.DataFrame, names: dict[str, list[str]], files: pd.DataFrame, registry: Registry
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Return the reports in their order, with what registry and files say of them."""
    web = files[files["url"].notna()].drop_duplicates("sha256").set_index("sha256")
    reports = read.assign(
        file=read["sha256"].map({sha256: held[0] for sha256, held in names.items()}).astype("str"),
        url=read["sha256"].map(web["url"]).astype("str"),
        captured=read["sha256"].map(web["captured"]).astype("str"),
    )
    reports, issues, lost = apply_registry(reports, names, registry)
    reports = place_regions(reports)
    several = {sha256 for sha256, held in names.items() if len(held) > 1}
    differing = set(issues.loc[issues["code"] == "registry_differs", "report"])
    reports = flag_reports(reports, several, differing)
    order = ["region_code", "agency", "year", "report"]
    return reports.sort_values(order, ignore_index=True), issues, lost


def _failures(failed: pd.DataFrame, names: dict[str, list[str]], found: pd.DataFrame, lost: list[str]) -> pd.DataFrame:
    """Return a row for every name under which no report was read."""
    by_name = [
        (file, row.sha256, row.kind, row.message) for row in failed.itertuples() for file in names[str(row.sha256)]
    ]
    faults = found.loc[found["kind"].notna(), ["file", "sha256", "kind", "message"]].itertuples(index=False, name=None)
    unmet = [(file, None, "not_found", "named in the registry, not among the sources") for file in lost]
    rows = pd.DataFrame([*by_name, *faults, *unmet], columns=["file", "sha256", "kind", "message"])
    return rows.astype("str").drop_duplicates().sort_values(["file", "sha256"], ignore_index=True)
