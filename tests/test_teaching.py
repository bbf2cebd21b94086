"""The student edition: no answer, no hidden test, no output; and what else the lessons are held to."""

import ast
import json
import re
import shutil
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

import gidtk as gid
from gidtk import teaching
from gidtk.bundled import bundled
from gidtk.errors import GidtkError
from gidtk.parameters import declared
from gidtk.selfcheck import feedback
from gidtk.simulate.faults import KINDS
from gidtk.teaching import CODE_STUB, TEXT_STUB, captioned, lessons, planted, student_edition, write_course

LESSONS = lessons()
COURSE = bundled("notebooks") / "teaching"
each = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def _read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def _asked(cell: nbformat.NotebookNode) -> dict[str, Any]:
    return dict(cell.metadata.get("nbgrader", {}))


def _marked(source: str, kind: str) -> list[str]:
    """Return the lines between the markers of a kind."""
    return [
        line.strip()
        for part in re.findall(rf"### BEGIN {kind}\n(.*?)### END {kind}", source, re.DOTALL)
        for line in part.splitlines()
        if line.strip()
    ]


@each
def test_the_student_edition_holds_no_answer_no_hidden_test_and_no_output(path: Path) -> None:
    notebook = _read(path)
    edition = student_edition(notebook)
    asked = "\n".join(cell.source for cell in notebook.cells if cell.id.startswith("ask-"))
    kept = "\n".join(cell.source for cell in edition.cells)
    # a scaffold of the question that a student completes or changes may stand in the answer as it is
    answers = {line for cell in notebook.cells for line in _marked(cell.source, "SOLUTION")} - set(asked.splitlines())
    hidden = {line for cell in notebook.cells for line in _marked(cell.source, "HIDDEN TESTS")}
    models = {cell.source for cell in notebook.cells if cell.cell_type == "markdown" and _asked(cell).get("solution")}
    assert answers
    assert hidden
    assert models
    lines = {line.strip() for line in kept.splitlines()}
    assert not (answers | hidden) & lines
    assert not any(model in kept for model in models)
    assert "BEGIN" not in kept
    assert "HIDDEN" not in kept
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in edition.cells)


@each
def test_only_answers_and_tests_differ_between_the_editions(path: Path) -> None:
    notebook = _read(path)
    before = nbformat.writes(notebook)
    edition = student_edition(notebook)
    assert nbformat.writes(notebook) == before
    for own, kept in zip(notebook.cells, edition.cells, strict=True):
        assert own.metadata == kept.metadata
        if not own.id.startswith(("answer-", "test-")):
            assert own.source == kept.source


def test_an_answer_leaves_its_stub_where_it_stood() -> None:
    source = "rows = 1\nif rows:\n    ### BEGIN SOLUTION\n    rows = 2\n    ### END SOLUTION\nrows + 1"
    cell = nbformat.v4.new_code_cell(source, outputs=[nbformat.v4.new_output("stream", text="2")], execution_count=4)
    text = nbformat.v4.new_markdown_cell("the model answer", metadata={"nbgrader": {"solution": True}})
    kept, told = student_edition(nbformat.v4.new_notebook(cells=[cell, text])).cells
    stub = "\n".join(f"    {line}" for line in CODE_STUB.splitlines())
    assert kept.source == f"rows = 1\nif rows:\n{stub}\nrows + 1"
    assert (kept.outputs, kept.execution_count, told.source) == ([], None, TEXT_STUB)


@pytest.mark.parametrize(
    "source",
    [
        "### BEGIN SOLUTION\nx = 1",
        "x = 1\n### END SOLUTION",
        "### BEGIN HIDDEN TESTS\nassert x",
        "### BEGIN HIDDEN TESTS\nassert x\n### END SOLUTION",
    ],
)
def test_a_marker_without_its_partner_stops_the_edition(source: str) -> None:
    with pytest.raises(GidtkError, match=r"without its partner: mark both ends"):
        student_edition(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]))


def test_a_course_of_ones_own_is_written(tmp_path: Path) -> None:
    shutil.copy(LESSONS[2], tmp_path)
    written = write_course(tmp_path / "out", course=tmp_path)
    assert [path.name for path in written] == [LESSONS[2].name, "checks.json"]


def test_the_course_is_written_with_its_checks_and_never_over_a_students_work(tmp_path: Path) -> None:
    written = write_course(tmp_path / "course")
    assert [path.name for path in written] == [*(path.name for path in LESSONS), "checks.json"]
    written[0].write_text("my work", encoding="utf-8")
    written[1].unlink()
    assert write_course(tmp_path / "course") == [written[1]]
    assert written[0].read_text(encoding="utf-8") == "my work"


@each
def test_a_lesson_keeps_the_house_style(path: Path) -> None:
    notebook = _read(path)
    cells = notebook.cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    exercises = [cell for cell in cells if cell.id.startswith("ask-")]
    assert cells[0].source.startswith("# 第")
    assert len([cell for cell in cells if not cell.id.startswith(("ask-", "answer-", "test-"))]) <= 25
    assert 4 <= len(exercises) <= 6
    kinds = [re.search(r"（(\S+) ", cell.source) for cell in exercises]
    assert len({kind[1] for kind in kinds if kind}) >= 4
    assert all(len(cell.source.splitlines()) <= 20 for cell in code)
    assert all(len(line) <= 100 for cell in code for line in cell.source.splitlines())
    assert not any(cell.outputs or cell.execution_count for cell in code)
    assert {"questions", "objectives"} <= set(re.findall("[a-z]+", cells[1].source.lower()))
    assert [cell.id for cell in cells[-3:]] == ["points", "terms", "reading"]
    assert list(declared(path)) == ["corpus"]
    assert len({cell.id for cell in cells}) == len(cells)


@each
def test_text_between_headings_is_short(path: Path) -> None:
    for cell in _read(path).cells:
        if cell.cell_type == "markdown" and cell.id not in ("terms", "reading") and not _asked(cell):
            prose = [line for line in cell.source.splitlines() if not line.startswith(("|", "#", "```"))]
            assert len("".join(prose)) <= 520, cell.id


@each
def test_code_in_a_question_is_no_wider_than_its_box(path: Path) -> None:
    for cell in _read(path).cells:
        for block in re.findall(r"```python\n(.*?)```", cell.source, re.DOTALL):
            for line in block.splitlines():
                assert sum(2 if ord(char) > 0x2E7F else 1 for char in line) <= 74, (cell.id, line)


@each
def test_every_heading_has_its_english(path: Path) -> None:
    for cell in _read(path).cells:
        for heading in re.findall(r"(?m)^#{1,2} (.+)$", cell.source if cell.cell_type == "markdown" else ""):
            assert re.search(r"[\u4e00-\u9fff].*[A-Za-z]{3}", heading), heading


@each
def test_the_cells_are_marked_as_nbgrader_wants_them(path: Path) -> None:
    cells = _read(path).cells
    ids = [_asked(cell)["grade_id"] for cell in cells if _asked(cell)]
    assert len(set(ids)) == len(ids)
    for before, cell in pairwise(cells):
        asked = _asked(cell)
        assert bool(asked) == cell.id.startswith(("answer-", "test-"))
        if cell.id.startswith("test-"):
            assert (asked["grade"], asked["locked"], asked["solution"]) == (True, True, False)
            assert before.id == cell.id.replace("test", "answer")
            assert _marked(cell.source, "HIDDEN TESTS")
        if asked.get("grade"):
            assert asked["points"] > 0
        if cell.cell_type == "markdown" and asked:
            assert (asked["grade"], asked["solution"], asked["locked"]) == (True, True, False)


@each
def test_a_table_or_figure_says_when_its_data_are_simulated(path: Path) -> None:
    for cell in _read(path).cells:
        for call in re.findall(
            r"(?:captioned|plot\.\w+)\(.*", cell.source if cell.cell_type == "code" else "", re.DOTALL
        ):
            assert re.search(r'notice|真实数据|举例|\), ""', call), cell.source


@each
def test_every_cell_has_its_place_in_the_slides(path: Path) -> None:
    kinds = {
        cell.id: cell.metadata["slideshow"]["slide_type"] for cell in _read(path).cells if "slideshow" in cell.metadata
    }
    assert set(kinds.values()) <= {"slide", "subslide", "-", "skip"}
    assert kinds["title"] == "slide"
    assert kinds["parameters"] == "skip"
    assert all(kind == "skip" for name, kind in kinds.items() if name.startswith(("answer-", "test-")))


def test_a_missing_value_is_shown_as_missing_and_text_is_escaped() -> None:
    table = pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "rate": [0.5, None], "name": ["<b>", "甲"]})
    shown = captioned(table, "模拟 simulated", index=False).to_html()
    assert shown.count("缺失 NA") == 2
    assert "0.500" in shown
    assert "&lt;b&gt;" in shown
    assert "<caption>模拟 simulated</caption>" in shown
    assert "<caption>" not in captioned(table, "").to_html()


def test_what_is_not_zero_is_not_shown_as_zero() -> None:
    shown = captioned(pd.DataFrame({"p": [1e-8, -1e-8, 0.25, 0.0]}), "", index=False).to_html()
    assert re.findall(r">([^<>]+)</td>", shown) == ["&lt;0.001", "&gt;-0.001", "0.250", "0.000"]


def test_the_key_lists_what_a_simulation_planted(tmp_path: Path) -> None:
    gid.simulate(tmp_path, regions=8, years=(2020, 2022), seed=3, faults=0.5)
    key = planted(tmp_path / "answers.json")
    told = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))["reports"]
    assert len(key) == sum(len(fault["cells"]) for report in told for fault in report["faults"]) > 0
    for row in key[key["breaks"] != ""].drop_duplicates("file").itertuples():
        found = gid.read_report(tmp_path / row.file).verdicts.query("verdict == 'fail'")
        assert set(row.breaks.split(";")) <= set(found["rule"] + " " + found["subject"])


@pytest.mark.parametrize("text", ["", "{}", '{"reports": [{}]}'])
def test_another_file_is_no_key(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(GidtkError, match=r"no answers of a simulation: give the answers.json of gidtk simulate"):
        planted(tmp_path / "a.json")


def _guide() -> dict[str, object]:
    text = (COURSE / "instructor" / "guide.md").read_text(encoding="utf-8")
    return {number: ast.literal_eval(value) for number, value in re.findall(r"(?m)^\| (\d\.\d) \| `(.+?)` \|", text)}


def test_the_guide_has_the_answer_of_every_exercise_that_checks_itself() -> None:
    sealed = json.loads((COURSE / "checks.json").read_text(encoding="utf-8"))
    told = _guide()
    assert list(told) == list(sealed)
    assert [number for number, value in told.items() if not feedback(number, value, COURSE / "checks.json").right] == []


def test_every_check_has_a_test_and_a_hint_that_is_not_its_answer() -> None:
    asked = tomllib.loads((COURSE / "instructor" / "checks.toml").read_text(encoding="utf-8"))
    called = [number for path in LESSONS for number in re.findall(r'check\("(\d\.\d)"', _sources(path))]
    assert called == list(asked)
    for number, value in _guide().items():
        if isinstance(value, str) and len(value) > 3 and not value.isascii():
            assert value not in asked[number]["hint"]


def _sources(path: Path) -> str:
    return "\n".join(cell.source for cell in _read(path).cells if cell.cell_type == "code")


def test_the_key_that_travels_is_that_of_the_sample() -> None:
    key = pd.read_csv(COURSE / "instructor" / "planted.csv", encoding="utf-8-sig")
    assert set(key["kind"]) == set(KINDS)
    reports = gid.open_corpus("sample").reports.merge(key[["agency", "year"]].drop_duplicates(), on=["agency", "year"])
    assert set(key["agency"]) == set(reports["agency"])


def test_three_profiles_and_eight_sessions_are_designed() -> None:
    text = (COURSE / "design.md").read_text(encoding="utf-8")
    assert all(profile in text for profile in ("doctoral student", "official in a disclosure office", "lecturer"))
    assert len(re.findall(r"(?m)^\| [1-8] \|", text)) == 8
    assert sum(int(minutes) for minutes in re.findall(r"(?m)^\| .+ \| (\d+) \|", text)) == 90


@each
def test_the_minutes_of_a_session_are_ninety(path: Path) -> None:
    line = _read(path).cells[0].source.split("时间 Time")[1]
    assert sum(int(minutes) for minutes in re.findall(r"\d+", line)) == 90


def test_a_course_whose_sealed_answers_are_gone_says_how_to_get_them(tmp_path, monkeypatch):
    (tmp_path / "teaching").mkdir()
    monkeypatch.setattr(teaching, "bundled", lambda kind: tmp_path)
    with pytest.raises(GidtkError, match=r"checks\.json of the course is missing: install gidtk again"):
        write_course(tmp_path / "course")
