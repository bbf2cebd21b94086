"""The folder of a corpus: whole states only, whatever ended the build before, and tables in one order."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gidtk import store
from gidtk.errors import GidtkError
from gidtk.schemas import TABLES, schema
from gidtk.store import CARD, Store, arrange, is_corpus, part_name, read_card, table_files, write_parts


def rows(*reports: str) -> pa.Table:
    """Rows of the table issues, numbered within each report."""
    lines = [{"report": report, "code": str(n)} for n, report in enumerate(reports)]
    return pa.Table.from_pylist(lines, schema=schema("issues"))


def packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


def filled(state: Store) -> None:
    """Write a next state with one row in each table."""
    folder = state.begin()
    for table in TABLES:
        write_parts(schema(table).empty_table(), table, folder)
    (folder / "failures.csv").write_text("file\n", encoding="utf-8")


# --- the tables -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pile", [1, 3, 100_000])
def test_rows_are_put_in_the_order_of_the_reports_part_by_part(tmp_path: Path, pile: int, monkeypatch) -> None:
    monkeypatch.setattr(store, "PART", 2)
    monkeypatch.setattr(store, "PILE", pile)
    readings = [rows("c", "c", "x"), rows("a"), rows("e", "b", "b"), rows("d", "a")]
    count = arrange(readings, pa.array(list("abcde")), "issues", tmp_path)
    files = sorted((tmp_path / "issues").iterdir())
    assert [file.name for file in files] == [part_name(n) for n in range(3)]
    found = [pq.read_table(file, partitioning=None).select(["report", "code"]).to_pylist() for file in files]
    lines = [" ".join(row["report"] + row["code"] for row in part) for part in found]
    assert lines == ["a0 a1 b1 b2", "c0 c1 d0", "e0"]
    assert count == 8
    assert not list(tmp_path.glob("*.piles"))


def test_a_table_without_rows_is_one_empty_part(tmp_path: Path) -> None:
    assert arrange([], pa.array([], pa.string()), "cells", tmp_path) == 0
    write_parts(schema("files").empty_table(), "files", tmp_path)
    for table in ("cells", "files"):
        (file,) = (tmp_path / table).iterdir()
        assert pq.read_table(file, partitioning=None).schema.equals(schema(table))


# --- states ---------------------------------------------------------------------------------------------------------


def test_a_batch_that_was_noted_is_read_again_and_half_a_one_is_not(tmp_path: Path) -> None:
    first = Store(tmp_path, "code")
    with first.locked():
        first.note({"issues": packed(rows("a"))})
        (first.journal / "000002.part").mkdir()
    later = Store(tmp_path, "code")
    with later.locked():
        later.note({"issues": packed(rows("b"))})
        assert [table["report"].to_pylist() for table in later.readings("issues")] == [["a"], ["b"]]
        assert not list(later.journal.glob("*.part"))


def test_what_other_code_read_is_not_taken_over(tmp_path: Path) -> None:
    old = Store(tmp_path, "old")
    with old.locked():
        old.note({"issues": packed(rows("a"))})
        filled(old)
        old.finish({"gidtk": "1"}, {"inputs": "i"})
        assert old.state()["inputs"] == "i"
    new = Store(tmp_path, "new")
    with new.locked():
        assert list(new.readings("issues")) == []
        assert new.state() == {}
    assert not old.journal.exists()


@pytest.mark.parametrize("moved", range(len(TABLES) + 3))
def test_a_move_that_was_broken_off_anywhere_is_finished(tmp_path: Path, moved: int, monkeypatch) -> None:
    first = Store(tmp_path, "code")
    with first.locked():
        filled(first)
        first.finish({"gidtk": "first"}, {"inputs": "1"})
        filled(first)
        calls = 0
        whole = Path.replace

        def broken(self: Path, target: Path) -> Path:
            nonlocal calls
            calls += 1
            if calls > moved:
                raise KeyboardInterrupt
            return whole(self, target)

        monkeypatch.setattr(Path, "replace", broken)
        with pytest.raises(KeyboardInterrupt):
            first.finish({"gidtk": "second"}, {"inputs": "2"})
        monkeypatch.undo()
    assert is_corpus(tmp_path)
    assert all(table_files(tmp_path, table) for table in TABLES)
    assert read_card(tmp_path)["gidtk"] == "second"
    later = Store(tmp_path, "code")
    with later.locked():
        assert later.state()["inputs"] == "2"
    assert json.loads((tmp_path / CARD).read_text(encoding="utf-8")) == {"gidtk": "second"}
    assert not later.ready.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([".gidtk", CARD, "failures.csv", *TABLES])


def test_a_folder_that_holds_something_else_under_the_name_of_a_table_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "cells").mkdir()
    with (
        pytest.raises(GidtkError, match="holds cells and is no corpus; nothing is put in its place"),
        Store(tmp_path, "code").locked(),
    ):
        pass


def test_a_folder_without_a_card_is_no_corpus_and_says_nothing_of_itself(tmp_path: Path) -> None:
    assert not is_corpus(tmp_path)
    assert read_card(tmp_path) == {}
    (tmp_path / CARD).write_text("{", encoding="utf-8")
    assert read_card(tmp_path) == {}
