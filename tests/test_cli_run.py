"""``gidtk run``: what the command asks the library for, and what it says of what came back."""

import importlib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from batches import write

import gidtk as gid
from gidtk.cli import main


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Runs that end at once, those of 1999 badly; what they were asked for."""
    calls: list[dict[str, Any]] = []

    def end(notebook: Path, rows: list[dict[str, Any]], out: str, **options: Any) -> pd.DataFrame:
        calls.append({"notebook": notebook, "rows": rows, "out": out, **options})
        bad = [str(row.get("year")) == "1999" for row in rows]
        table = pd.DataFrame({"status": ["failed" if b else "ok" for b in bad], "message": ["no report"] * len(bad)})
        table["page"] = [None if b else "p.html" for b in bad]
        table.attrs["kept"] = 1
        return table

    monkeypatch.setattr(importlib.import_module("gidtk.rerun"), "rerun", end)
    return calls


def test_each_takes_the_values_of_the_reports_that_the_notebook_would_read(asked: list[dict[str, Any]]) -> None:
    assert main(["run", "01-region-profile", "--each", "region, year", "-p", "year", "2020", "-o", "runs"]) == 0
    (call,) = asked
    assert {"region": "360829", "year": 2020} in call["rows"]
    assert {row["year"] for row in call["rows"]} == {2020}
    assert call["reports"]["region_code"].tolist().count("360829") >= 1


def test_the_corpus_of_each_can_be_given_and_one_without_reports_is_named(
    asked: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = str(gid.sample("anfu_2020.txt"))
    assert main(["run", "01-region-profile", "--each", "region", "-p", "corpus", sample, "-o", "runs"]) == 0
    assert asked[0]["rows"] == [{"region": "360829", "corpus": sample}]
    assert main(["run", "01-region-profile", "--each", "region", "-p", "corpus", str(tmp_path), "-o", "runs"]) == 1
    assert main(["run", "01-region-profile", "--each", "regoin", "-o", "runs"]) == 1
    nowhere, misspelt = capsys.readouterr().err.splitlines()
    assert nowhere.startswith(f"gidtk: {tmp_path}: no report in it: give a corpus")
    assert misspelt.startswith("gidtk: each regoin: reports have no such column: they have ")
    assert len(asked) == 1


def test_a_notebook_without_a_corpus_has_nothing_to_go_by(
    asked: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = write(tmp_path / "n.ipynb")
    assert main(["run", str(notebook), "--each", "region", "-o", "runs"]) == 1
    said = f"gidtk: {notebook} declares no corpus: --each has no reports to go by; give --table instead\n"
    assert capsys.readouterr().err == said
    assert asked == []


def test_a_table_over_a_folder_without_reports_is_left_to_the_notebook(
    asked: list[dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text("region\n011000\n", encoding="utf-8")
    main(["run", "01-region-profile", "--table", str(tmp_path / "t.csv"), "-p", "corpus", "nowhere", "-o", "runs"])
    assert asked[0]["rows"] == [{"region": "011000", "corpus": "nowhere"}]
    assert asked[0]["reports"] is None


def test_one_run_over_a_corpus_knows_its_reports_too(asked: list[dict[str, Any]], tmp_path: Path) -> None:
    main(["run", "02-region-over-years", "-o", "runs"])
    assert len(asked[0]["reports"]) == 146
    (tmp_path / "n.txt").touch()
    main(["run", "02-region-over-years", "-p", "corpus", str(tmp_path), "-o", "runs"])  # files are left to the notebook
    assert asked[1]["reports"] is None


def test_options_reach_the_library_and_its_own_choice_holds_without_them(asked: list[dict[str, Any]]) -> None:
    main(["run", "01-region-profile", "-o", "runs"])
    options = ["--jobs", "3", "--timeout", "9", "--scheduler", "tcp://x:1", "--again", "--cold", "--quiet"]
    main(["run", "01-region-profile", "-o", "runs", *options])
    names = ("jobs", "timeout", "scheduler", "again", "fork", "progress")
    assert [tuple(call[name] for name in names) for call in asked] == [
        (None, 600, None, False, True, True),
        (3, 9, "tcp://x:1", True, False, False),
    ]


def test_of_many_runs_the_failures_are_named_and_the_rest_counted(
    asked: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.csv").write_text("year\n1999\n2020\n2021\n", encoding="utf-8")
    assert main(["run", "01-region-profile", "--table", str(tmp_path / "t.csv"), "-o", "runs"]) == 1
    index = Path("runs", "index.html")
    assert capsys.readouterr().out == f"failed: no report\nok: 2 of 3 runs, 1 of them done before: {index}\n"


def test_ctrl_c_ends_in_one_line_that_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(importlib.import_module("gidtk.rerun"), "rerun", stopped)
    assert main(["run", "01-region-profile", "-o", "runs"]) == 130
    index = Path("runs", "index.html")
    assert capsys.readouterr().err == f"gidtk: stopped; the same command goes on: {index} shows what is done\n"


@pytest.mark.parametrize("arguments", [["--each", "year", "--table", "t.csv"], ["--jobs", "two"]])
def test_what_does_not_go_together_is_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["run", "01-region-profile", "-o", "runs", *arguments])
    assert end.value.code == 2
