"""The folder of a corpus: tables as Parquet, the journal of what was read, and the move from one state to the next.

A build writes what it reads to the journal, batch by batch; then all tables anew, aside; then they are moved into
place. Whenever it is ended, the next call goes on from there: no step is done by halves.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from gidtk.errors import GidtkError
from gidtk.schemas import TABLES, schema

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = [
    "CARD",
    "PART",
    "Store",
    "arrange",
    "is_corpus",
    "part_name",
    "read_card",
    "table_files",
    "table_of",
    "write_parts",
]

CARD = "corpus.json"
PART = 512  # reports in one file of a table
PILE = 100_000  # rows that are sorted into parts at a time
_WORK = ".gidtk"
_POSITION = "position"


def is_corpus(folder: Path) -> bool:
    """Tell whether a folder is a corpus, or one that is being built."""
    return (folder / CARD).is_file() or (folder / _WORK / "ready" / CARD).is_file() or (folder / _WORK).is_dir()


def read_card(folder: Path) -> dict[str, Any]:
    """Return what a corpus says of itself: version, rows of its tables; empty where there is no whole corpus."""
    for file in (folder / _WORK / "ready" / CARD, folder / CARD):
        with suppress(OSError, ValueError):
            card: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            return card
    return {}


def table_files(folder: Path, table: str) -> list[Path]:
    """Return the files of a table of a corpus, in order; those of a build that is being moved into place first."""
    for home in (folder / _WORK / "ready" / table, folder / table):
        if home.is_dir():
            return sorted(home.glob("*.parquet"))
    return []


def table_of(files: Sequence[Path], table: str) -> Any:
    """Return files of a table as one dataset, of which nothing is read."""
    return ds.dataset([str(file) for file in files], schema=schema(table), format="parquet", partitioning=None)


class Store:
    """The files of a corpus that is being built.

    Parameters
    ----------
    folder : Path
        The corpus.
    code : str
        What reads: readings of other code are not taken over.
    """

    def __init__(self, folder: Path, code: str) -> None:
        self.folder = folder
        self.work = folder / _WORK
        self.journal = self.work / "journal" / code
        self.next = self.work / "next"
        self.ready = self.work / "ready"
        self.code = code
        self._count = 0

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second build out of the folder, finish an interrupted move, and clear what other code left."""
        self.work.mkdir(exist_ok=True)
        with (self.work / "lock").open("wb") as lock:
            if fcntl:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    raise GidtkError(f"{self.folder}: another build is at work here: wait for its end") from None
            self._move()
            self._check_names()
            shutil.rmtree(self.next, ignore_errors=True)
            for old in (self.work / "journal").glob("*"):
                if old != self.journal:
                    shutil.rmtree(old, ignore_errors=True)
            self.journal.mkdir(parents=True, exist_ok=True)
            for half in self.journal.glob("*.part"):
                shutil.rmtree(half, ignore_errors=True)
            self._count = max((int(batch.name) for batch in self._batches()), default=0)
            yield

    def _check_names(self) -> None:
        """Keep off what a user has in the folder under the name of a table."""
        taken = [name for name in (*TABLES, "failures.csv") if (self.folder / name).exists()]
        if taken and not (self.folder / CARD).is_file():
            raise GidtkError(
                f"{self.folder} holds {', '.join(taken)} and is no corpus; nothing is put in its place: give another "
                "folder"
            )

    # --- the journal ------------------------------------------------------------------------------------------

    def _batches(self) -> list[Path]:
        return sorted(batch for batch in self.journal.glob("*") if batch.name.isdecimal())

    def note(self, answer: Mapping[str, bytes]) -> None:
        """Write what was read of a batch to the journal, whole or not at all."""
        self._count += 1
        aside = self.journal / f"{self._count:06}.part"
        aside.mkdir()
        for table, data in answer.items():
            (aside / f"{table}.arrow").write_bytes(data)
        aside.rename(aside.with_suffix(""))

    def readings(self, table: str) -> Iterator[pa.Table]:
        """Yield what was read, of a table: of the last build by the same code, then of the journal."""
        if self.state():
            kept = self.work / "state" / f"{table}.parquet"
            for file in [kept] if kept.exists() else self._parts(table):
                yield pq.read_table(file, schema=schema(table), partitioning=None)
        for batch in self._batches():
            with pa.OSFile(str(batch / f"{table}.arrow")) as source, pa.ipc.open_stream(source) as stream:
                yield stream.read_all()

    def _parts(self, table: str) -> list[Path]:
        return [file for file in table_files(self.folder, table) if file.name.startswith("part-")]

    # --- from one state to the next -----------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Return what the last build by the same code left; empty for none."""
        with suppress(OSError, ValueError):
            state: dict[str, Any] = json.loads((self.work / "state" / "state.json").read_text(encoding="utf-8"))
            if state["code"] == self.code and (self.folder / CARD).is_file():
                return state
        return {}

    def begin(self) -> Path:
        """Return an empty folder for the next state of the corpus."""
        shutil.rmtree(self.next, ignore_errors=True)
        (self.next / "state").mkdir(parents=True)
        return self.next

    def finish(self, card: Mapping[str, Any], state: Mapping[str, Any]) -> None:
        """Put the next state in the place of the last one, and drop the journal."""
        _write_json(self.next / "state" / "state.json", {"code": self.code, **state})
        _write_json(self.next / CARD, card)
        self.next.rename(self.ready)
        self._move()

    def _move(self) -> None:
        """Move what is ready into place; a move that was broken off is taken up where it stopped."""
        if not self.ready.is_dir():
            return
        old = self.work / "old"
        # the state goes last but for the card: with an old state, new tables are not taken for readings
        names = [*TABLES, "failures.csv", CARD, "state"]
        for name in names:
            source, target = self.ready / name, (self.work if name == "state" else self.folder) / name
            if not source.exists():
                continue
            if target.is_dir():
                shutil.rmtree(old, ignore_errors=True)
                target.rename(old)
            source.replace(target)
        shutil.rmtree(self.journal, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(self.ready)
        self.journal.mkdir(parents=True, exist_ok=True)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def write_parts(data: pa.Table, table: str, folder: Path) -> None:
    """Write a table of a corpus that is in memory, in its order, so many rows a file as a part has reports."""
    (folder / table).mkdir()
    for number in range(max(-(-len(data) // PART), 1)):
        _write(data.slice(number * PART, PART), folder / table / part_name(number))


def part_name(number: int) -> str:
    """Return the name of a file of a table; those of the same reports bear the same name in every table."""
    return f"part-{number:05}.parquet"


def _write(data: pa.Table, file: Path) -> None:
    with file.open("wb") as stream:
        pq.write_table(data.combine_chunks(), stream, compression="zstd")


def arrange(readings: Iterable[pa.Table], reports: pa.Array, table: str, folder: Path) -> int:
    """Write a table in the order of the reports, part by part, holding no more than a part or a pile of rows.

    Parameters
    ----------
    readings : iterable of Table
        Rows of the table; those of one report stand together and in order.
    reports : Array
        The reports of the corpus in order; rows of others are left out.
    table : str
        Its name.
    folder : Path
        Where the folder of that name is made.

    Returns
    -------
    int
        How many rows.
    """
    home, piles = folder / table, folder / f"{table}.piles"
    home.mkdir()
    parts = max(-(-len(reports) // PART), 1)
    for number in range(parts):
        (piles / f"{number:05}").mkdir(parents=True)
    for count, pile in enumerate(_piles(readings)):
        _sort_out(pile, reports, piles, count)
    rows = 0
    for number in range(parts):
        found = [_read_pile(file) for file in sorted((piles / f"{number:05}").iterdir())]
        whole = _in_order(pa.concat_tables(found)) if found else schema(table).empty_table()
        _write(whole.cast(schema(table)), home / part_name(number))
        rows += len(whole)
        shutil.rmtree(piles / f"{number:05}")
    shutil.rmtree(piles)
    return rows


def _piles(readings: Iterable[pa.Table]) -> Iterator[pa.Table]:
    pile: list[pa.Table] = []
    for data in readings:
        pile.append(data)
        if sum(map(len, pile)) >= PILE:
            yield pa.concat_tables(pile)
            pile = []
    if pile:
        yield pa.concat_tables(pile)


def _sort_out(pile: pa.Table, reports: pa.Array, piles: Path, count: int) -> None:
    """Write the rows of a pile to the parts that their reports belong to."""
    position = pc.index_in(pile["report"], value_set=reports).combine_chunks()
    pile = pile.append_column(_POSITION, position).filter(pc.is_valid(position))
    if not len(pile):
        return
    pile = _in_order(pile, keep=True)
    part = pile[_POSITION].to_numpy() // PART
    edges = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(part)]
    for start, end in pairwise(edges):
        rows = pile.slice(start, end - start)
        file = piles / f"{part[start]:05}" / f"{count:06}.arrow"
        with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_stream(sink, rows.schema) as stream:
            stream.write_table(rows)


def _read_pile(file: Path) -> pa.Table:
    with pa.OSFile(str(file)) as source, pa.ipc.open_stream(source) as stream:
        return stream.read_all()


def _in_order(data: pa.Table, *, keep: bool = False) -> pa.Table:
    order = np.argsort(data[_POSITION].to_numpy(), kind="stable")
    return (data if keep else data.drop_columns([_POSITION])).take(pa.array(order))
