"""The command: what it prints and where, and how it ends."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import gidtk as gid
from gidtk.cli import main
from gidtk.form import load_form

SAMPLE = gid.sample("anfu_2020.txt")
ROOT = Path(gid.__file__).parent.parent

# The contract of `gidtk parse FILE --json`.
KEYS = {
    "report": ["title", "agency", "region", "region_code", "level", "year", "published", "form", "source"],
    "source": ["file", "sha256", "format"],
    "sections": ["key", "number", "title", "text"],
    "cells": ["table", "row", "column", "value", "raw", "status", "place"],
    "verdicts": ["rule", "subject", "verdict", "severity", "expected", "found", "message"],
    "issues": ["code", "severity", "message"],
}


def gidtk(*arguments, **options):
    """Run the command as a user does."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "PYTHONWARNINGS": "error"}
    env.pop("PYTHONUNBUFFERED", None)
    command = [sys.executable, "-m", "gidtk.cli", *map(str, arguments)]
    return subprocess.run(command, env=env, check=False, timeout=120, **({"capture_output": True} | options))


@pytest.fixture
def refused(tmp_path: Path) -> Path:
    """Files that hold no report."""
    (tmp_path / "page.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("明天开会。", encoding="utf-8")
    (tmp_path / "folder.txt").mkdir()
    return tmp_path


# file, what was found, the way out
REFUSED = [
    ("page.png", "the picture is damaged", "save it again"),
    ("empty.txt", "the file holds no text", "save the report again"),
    (
        "notes.txt",
        "no section, table or title of a disclosure annual report",
        "check that the page was saved with its text",
    ),
    ("folder.txt", "cannot be opened (", "gidtk build reads a folder"),
    ("nosuch.txt", "cannot be opened (No such file or directory)", "check the name and its rights"),
]


# --- as a process -----------------------------------------------------------------------------------------


def test_json_is_one_object_and_nothing_else_whatever_the_locale():
    done = gidtk("parse", SAMPLE, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode("utf-8")) == gid.read_report(SAMPLE).to_dict()


def test_a_summary_is_printed_whatever_the_locale():
    done = gidtk("parse", SAMPLE)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8").startswith("安福县2020年政府信息公开工作年度报告")


def test_a_file_that_is_not_there_ends_with_1_and_one_line_on_standard_error(tmp_path):
    done = gidtk("parse", "nosuch.txt", "--json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode("utf-8").splitlines() == [
        "gidtk: nosuch.txt: cannot be opened (No such file or directory): check the name and its rights"
    ]


@pytest.mark.skipif(os.name != "posix", reason="closed pipes are an error of their own on Windows")
@pytest.mark.parametrize("arguments", [("parse", SAMPLE), ("parse", SAMPLE, "--json"), ("--help",)], ids=len)
def test_a_reader_that_goes_away_is_no_error(arguments):
    reader, writer = os.pipe()
    os.close(reader)
    done = gidtk(*arguments, capture_output=False, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


# --- parse ------------------------------------------------------------------------------------------------


def test_json_has_exactly_the_keys_of_the_contract_in_their_order(capsys):
    assert main(["parse", str(SAMPLE), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["report", "sections", "cells", "verdicts", "issues"]
    assert list(found["report"]) == KEYS["report"]
    assert list(found["report"]["source"]) == KEYS["source"]
    for part in ("sections", "cells", "verdicts"):
        assert found[part]
        assert all(list(item) == KEYS[part] for item in found[part])


def test_json_holds_the_identity_sections_and_cells_of_the_report(capsys):
    main(["parse", str(SAMPLE), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["report"] | {"source": None} == {
        "title": "安福县2020年政府信息公开工作年度报告",
        "agency": "安福县人民政府",
        "region": "安福县",
        "region_code": "360829",
        "level": "county",
        "year": 2020,
        "published": "2021-01-29",
        "form": "f2019",
        "source": None,
    }
    assert [section["number"] for section in found["sections"]] == [*"一二三四五六"]
    assert [(c["table"], c["row"], c["column"]) for c in found["cells"]] == load_form("f2019").cells()
    assert {type(cell["value"]) for cell in found["cells"]} == {int}
    assert {type(row[name]) for row in found["verdicts"] for name in ("expected", "found")} == {int}


def test_json_has_null_where_there_is_no_number_and_lists_issues(tmp_path, capsys):
    text = SAMPLE.read_text(encoding="utf-8")
    (tmp_path / "cut.txt").write_text(text[: text.index("四、政府信息公开行政复议、行政诉讼情况\n")], encoding="utf-8")
    assert main(["parse", str(tmp_path / "cut.txt"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    gone = [cell for cell in found["cells"] if cell["table"] == "disputes"]
    assert {(cell["value"], cell["status"]) for cell in gone} == {(None, "absent")}
    assert {(row["expected"], row["found"]) for row in found["verdicts"] if row["verdict"] == "not assessable"} == {
        (None, None)
    }
    assert [list(issue) for issue in found["issues"]] == [KEYS["issues"]] * 2
    assert {issue["code"] for issue in found["issues"]} == {"section_missing", "table_missing"}


def test_the_summary_says_whose_report_it_is_and_what_does_not_add_up(capsys):
    assert main(["parse", str(SAMPLE)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:7] == [
        "安福县2020年政府信息公开工作年度报告",
        "  机关 agency     安福县人民政府 (360829 county government)",
        "  年度 year       2020 (2020-01-01/2020-12-31)",
        "  发布 published  2021-01-29",
        "  格式 form       f2019",
        "  单元格 cells    198 ok",
        "  核对 verdicts   41 pass, 1 fail",
    ]
    assert len(lines) == 8
    assert lines[7].startswith("  warning: p_disputes_requests report: ")
    assert lines[7].endswith("30 ≤ 11 ✗")


def test_the_summary_of_a_page_that_says_little_says_so(tmp_path, capsys):
    (tmp_path / "bare.txt").write_text("一、总体情况\n全年工作正常。\n", encoding="utf-8")
    assert main(["parse", str(tmp_path / "bare.txt")]) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        "(no title)\n  机关 agency     — (region unresolved)\n  年度 year       — (no period)\n  发布 published  —\n"
    )
    assert "  warning: neither words nor year tell which statutory form this is: no cell is read\n" in out


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["summary", "json"])
@pytest.mark.parametrize(("name", "found", "way_out"), REFUSED)
def test_a_file_that_holds_no_report_is_named_with_what_was_found_and_the_way_out(
    refused, capsys, options, name, found, way_out
):
    file = str(refused / name)
    assert main(["parse", file, *options]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith(f"gidtk: {file}: {found}")
    assert err.endswith(f"{way_out}\n")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such file names")
def test_a_file_name_of_two_lines_makes_no_second_line(tmp_path, capsys):
    assert main(["parse", str(tmp_path / "two\nlines.txt")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_what_is_printed_in_a_report_cannot_steer_the_terminal(tmp_path, capsys):
    title = "安福县\x1b[2J\x9b31m\u202e2020年政府信息公开工作年度报告"
    (tmp_path / "steering.txt").write_text(f"{title}\n一、总体情况\n全年工作正常。\n", encoding="utf-8")
    assert main(["parse", str(tmp_path / "steering.txt")]) == 0
    out = capsys.readouterr().out
    assert out.startswith("安福县 [2J 31m 2020年")
    assert all(char.isprintable() or char == "\n" for char in out)


# --- several files ----------------------------------------------------------------------------------------


def test_several_files_are_a_list_in_their_order(tmp_path, capsys):
    shutil.copy(SAMPLE, tmp_path / "again.txt")
    assert main(["parse", str(tmp_path / "again.txt"), str(SAMPLE), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [report["report"]["source"]["file"] for report in found] == ["again.txt", "anfu_2020.txt"]
    assert found[0]["cells"] == found[1]["cells"]


@pytest.mark.parametrize(("files", "count"), [(["notes.txt", SAMPLE, "page.png"], 1), (["notes.txt", "page.png"], 0)])
def test_one_bad_file_stops_no_other_and_ends_with_1(refused, capsys, files, count):
    names = [str(refused / file) for file in files]
    assert main(["parse", *names, "--json"]) == 1
    out, err = capsys.readouterr()
    assert len(json.loads(out)) == count
    assert [line.split(": ")[1] for line in err.splitlines()] == [str(refused / "notes.txt"), str(refused / "page.png")]


def test_summaries_are_set_apart_by_a_blank_line(refused, capsys):
    assert main(["parse", str(SAMPLE), str(refused / "notes.txt"), str(SAMPLE)]) == 1
    first, second = capsys.readouterr().out.strip().split("\n\n")
    assert first == second


# --- usage ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["parse"], "the following arguments are required: FILE"),
        (["parse", "x.txt", "--jsn"], "unrecognized arguments: --jsn"),
        (["read", "x.txt"], "invalid choice: 'read'"),
        (["run", "n.ipynb"], "the following arguments are required: -o"),
        (["run", "n.ipynb", "-o", "runs", "-p", "year"], "argument -p: expected 2 arguments"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_was_wrong(capsys, arguments, complaint):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    out, err = capsys.readouterr()
    assert (end.value.code, out) == (2, "")
    assert err.startswith("usage: gidtk")
    assert complaint in err.splitlines()[-1]


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"gidtk {gid.__version__}\n"


# --- run: arguments in, outcomes out; the runs themselves are in test_rerun.py -------------------------------


@pytest.fixture
def runs(monkeypatch):
    """Runs that end at once; the arguments that they were asked for."""
    asked = []

    def end(notebook, rows, out, **options):
        asked.append((notebook.name, rows, out, options))
        ends = [{"status": "failed" if row.get("year") == "1999" else "ok"} for row in rows]
        return pd.DataFrame(ends).assign(page="p.html", message="")

    monkeypatch.setattr(importlib.import_module("gidtk.rerun"), "rerun", end)
    return asked


def test_run_hands_over_parameters_as_they_are_typed(runs, capsys):
    arguments = [
        "run",
        "01-region-profile",
        "-p",
        "region",
        "011000",
        "-p",
        "year",
        "2020",
        "-o",
        "runs",
        "--timeout",
        "9",
    ]
    assert main(arguments) == 0
    ((notebook, rows, out, options),) = runs
    assert (notebook, rows, out) == ("01-region-profile.ipynb", [{"region": "011000", "year": "2020"}], "runs")
    assert options["timeout"] == 9
    assert capsys.readouterr().out == f"ok: {Path('runs', 'p.html')}\n"


def test_run_takes_one_run_a_row_of_a_table_and_ends_with_1_when_one_failed(runs, tmp_path, capsys):
    (tmp_path / "table.csv").write_text("region,year\n011000,1999\n360829,2020\n", encoding="utf-8")
    assert (
        main(["run", "01-region-profile", "--table", str(tmp_path / "table.csv"), "-p", "lang", "en", "-o", "runs"])
        == 1
    )
    assert runs[0][1] == [
        {"region": "011000", "year": "1999", "lang": "en"},
        {"region": "360829", "year": "2020", "lang": "en"},
    ]
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["failed", "ok"]


def test_run_without_a_notebook_of_that_name_ends_with_1_and_names_those_there_are(runs, capsys):
    assert main(["run", "nosuch", "-o", "runs"]) == 1
    out, err = capsys.readouterr()
    assert (out, runs) == ("", [])
    assert err.startswith("gidtk: nosuch: no such notebook: give a file, or the name of a bundled one: ")
    assert "01-region-profile" in err
