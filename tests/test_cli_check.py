"""The command ``check``: findings for people, a sheet of decisions to fill in, and what was decided before."""

import argparse
import re
import shutil

import pandas as pd
import pytest

import gidtk as gid
from gidtk.build import build_corpus
from gidtk.cli import check
from gidtk.errors import GidtkError
from gidtk.simulate import simulate


def run(*argv):
    parser = argparse.ArgumentParser()
    check.add(parser.add_subparsers())
    arguments = parser.parse_args(["check", *map(str, argv)])
    return arguments.call(arguments)


@pytest.fixture(scope="module")
def panel(tmp_path_factory):
    """Simulated reports with faults in every one, and their answers."""
    folder = tmp_path_factory.mktemp("panel")
    simulate(folder, regions=3, years=(2022, 2024), seed=5, faults=1.0, layouts=["spans"])
    return folder


@pytest.fixture(scope="module")
def corpus(panel, tmp_path_factory):
    """A corpus of the simulated panel and of the bundled report, which has a region code."""
    folder = tmp_path_factory.mktemp("built") / "corpus"
    build_corpus([panel, gid.sample("anfu_2020.txt")], folder, jobs=0)
    return folder


def test_the_bundled_report_is_told_once_with_its_one_warning(capsys):
    assert run(gid.sample("anfu_2020.txt"), gid.sample("anfu_2020.txt")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("安福县人民政府 2020 (anfu_2020.txt, ")
    assert lines[1].startswith("  warning: p_disputes_requests report: ")
    assert lines[2:4] == ["warning: 1 p_disputes_requests", "information: 1 t2o_sign"]
    assert lines[-1].startswith("1 reports: ")
    assert lines[-1].endswith("; 0 findings decided; 0 files not read")


def test_every_planted_fault_is_told(corpus, panel, capsys, tmp_path):
    assert run(corpus, "--severity", "error", "--out", tmp_path / "findings.csv") == 0
    out = capsys.readouterr()
    assert "0 findings decided" in out.out
    sheet = pd.read_csv(tmp_path / "findings.csv", dtype=str, keep_default_na=False)
    found = {(row.agency, row.year, f"{row.rule} {row.subject}") for row in sheet.itertuples()}
    answers = pd.read_json(panel / "answers.json")["reports"]
    planted = {
        (facts["agency"], str(facts["year"]), broken)
        for facts in answers
        for fault in facts["faults"]
        for broken in fault["breaks"]
    }
    assert planted
    assert planted <= found


def test_a_filled_sheet_is_taken_the_next_time_and_a_changed_finding_is_not(corpus, capsys, tmp_path):
    run(corpus, "--out", tmp_path / "findings.csv")
    sheet = pd.read_csv(tmp_path / "findings.csv", dtype=str, keep_default_na=False)
    filled = sheet.assign(decision="accepted", who="me", why="looked at")
    filled.loc[0, "finding"] = "f-0000000000"
    gid.write_csv(filled, tmp_path / "decisions.csv")
    capsys.readouterr()
    assert run(corpus, "--decisions", tmp_path / "decisions.csv") == 0
    out = capsys.readouterr().out
    assert f"{len(sheet) - 1} findings decided" in out
    first = filled.iloc[0]
    stale = f"decision not applied, the finding is now changed: {first['report']} {first['rule']} {first['subject']}"
    assert stale in out.splitlines()


def test_a_named_file_that_is_no_report_gives_status_1_and_the_others_are_checked(capsys, tmp_path):
    file = tmp_path / "note.txt"
    file.write_text("nothing", encoding="utf-8")
    assert run(gid.sample("anfu_2020.txt"), file) == 1
    out = capsys.readouterr()
    assert re.match(r"gidtk: .*note\.txt: ", out.err)
    assert "1 files not read" in out.out


def test_where_nothing_is_to_be_checked_the_way_out_is_told(tmp_path):
    with pytest.raises(GidtkError, match="nosuch"):
        run(tmp_path / "nosuch")
    (tmp_path / "note.txt").write_text("nothing", encoding="utf-8")
    with pytest.raises(GidtkError, match=r"note\.txt: no report is there: give a corpus, or files of reports$"):
        run(tmp_path / "note.txt")


def test_a_corpus_gives_what_its_files_give(corpus, panel, capsys):
    assert run(corpus) == 0
    built = capsys.readouterr().out.splitlines()
    run(panel, gid.sample("anfu_2020.txt"))
    files = capsys.readouterr().out.splitlines()
    findings = [[line for line in lines if line.startswith("  ")] for lines in (built, files)]
    assert sorted(findings[0]) == sorted(findings[1])
    assert built[-1].partition(";")[0] == files[-1].partition(";")[0]


def test_the_decisions_of_a_corpus_are_taken_from_its_folder(corpus, capsys, tmp_path):
    corpus = shutil.copytree(corpus, tmp_path / "copy")
    run(corpus, "--out", tmp_path / "sheet.csv")
    sheet = pd.read_csv(tmp_path / "sheet.csv", dtype=str, keep_default_na=False)
    gid.write_csv(sheet.assign(decision="accepted", who="me", why="other cases"), corpus / "decisions.csv")
    capsys.readouterr()
    assert run(corpus) == 0
    out = capsys.readouterr().out
    assert f"{len(sheet)} findings decided" in out
    assert not [line for line in out.splitlines() if line.startswith("  ")]


def test_the_bundled_corpus_is_called_by_its_name(capsys):
    assert run("sample") == 0
    out = capsys.readouterr().out
    assert "模拟" in out
    assert "146 reports" in out
