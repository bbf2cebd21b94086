"""The lessons at work: they run, solutions pass, stubs fail, and nbgrader makes and marks them."""

import contextlib
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from gidtk.errors import GidtkError
from gidtk.rerun import rerun
from gidtk.sealing import seal
from gidtk.selfcheck import feedback
from gidtk.teaching import CODE_STUB, TEXT_STUB, lessons, student_edition

LESSONS = lessons()
each = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
MARKED = LESSONS[:2]  # what nbgrader is tried on


def _read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instructor's edition, each lesson in a fresh kernel."""
    return tmp_path_factory.mktemp("lessons")


@each
def test_a_lesson_runs_and_its_solutions_pass_their_tests(path: Path, runs: Path) -> None:
    outcome = rerun(path, {}, runs / path.stem)
    assert outcome["status"].tolist() == ["ok"], outcome["message"].tolist()
    notebook = _read(runs / path.stem / outcome["notebook"][0])
    tests = [cell for cell in notebook.cells if cell.id.startswith("test-")]
    assert len(tests) >= 3
    for cell in tests:
        assert "".join(output["text"] for output in cell.outputs if output.output_type == "stream").startswith("✓")
    shown = [
        output.data.get("text/html", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    assert max(html.count("<tr") for html in shown if "gidtk-card" not in html) <= 32  # more is a wall of numbers
    page = (runs / path.stem / outcome["page"][0]).read_text(encoding="utf-8")
    assert "模拟数据" in page


@each
@pytest.mark.filterwarnings("ignore")
def test_every_stub_fails_its_test_and_the_rest_of_the_student_edition_runs(path: Path, tmp_path: Path) -> None:
    failed = set(_failures(student_edition(_read(path)), tmp_path))
    graded = {cell.id for cell in _read(path).cells if cell.id.startswith("test-")}
    stubs = {name.replace("test-", "answer-") for name in graded}
    assert failed == graded | stubs


def _failures(notebook: nbformat.NotebookNode, folder: Path) -> Iterator[str]:
    """Execute the code cells one after the other; yield the ids of those that fail."""
    space: dict[str, Any] = {"display": lambda *_: None}
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        for cell in notebook.cells:
            if cell.cell_type == "code":
                try:
                    exec(compile(cell.source, cell.id, "exec"), space)
                except Exception:
                    yield cell.id


def test_sealing_a_lesson_gives_the_entries_that_travel(tmp_path: Path) -> None:
    own = tmp_path / "course"
    (own / "instructor").mkdir(parents=True)
    shutil.copy(LESSONS[0], own)
    shutil.copy(LESSONS[0].parent / "instructor" / "checks.toml", own / "instructor")
    again = json.loads(seal("sample", tmp_path / "sealed", course=own).read_text(encoding="utf-8"))
    travelling = json.loads((LESSONS[0].parent / "checks.json").read_text(encoding="utf-8"))
    assert again == {number: facts for number, facts in travelling.items() if number.startswith("1.")}
    assert len(again) >= 3


def _own_course(folder: Path, *code: str) -> None:
    """Write a course of one lesson with one exercise."""
    (folder / "instructor").mkdir()
    cells = [new_code_cell("corpus = ''", metadata={"tags": ["parameters"]}), *map(new_code_cell, code)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), folder / "1-own.ipynb")
    book = '["1.1"]\nasks = "whole"\nanswer = "x"\nhint = "h"\n'
    (folder / "instructor" / "checks.toml").write_text(book, encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("x = 'a'  # check(\"1.1\", x)", r"exercise 1.1: the lesson gives 'a': a whole number is asked for"),
        (
            "x = 1 / 0",
            r"1-own.ipynb stops at \[\d\] ZeroDivisionError: division by zero: does it name reports or years",
        ),
    ],
)
def test_what_cannot_be_sealed_is_said(tmp_path: Path, code: str, message: str) -> None:
    _own_course(tmp_path, code)
    with pytest.raises(GidtkError, match=message):
        seal("sample", tmp_path, course=tmp_path)


def test_answers_are_taken_where_they_are_checked(tmp_path: Path) -> None:
    _own_course(tmp_path, 'x = 12  # check("1.1", x)', "x = 13")
    assert feedback("1.1", 12, seal("sample", tmp_path, course=tmp_path)).right


def test_a_folder_without_answers_is_not_sealed(tmp_path: Path) -> None:
    with pytest.raises(GidtkError, match=r"no instructor/checks.toml: give a folder of lessons"):
        seal("sample", tmp_path, course=tmp_path)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A course of nbgrader with an assignment of two lessons, set up as the guide says."""
    pytest.importorskip("nbgrader")
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    root = tmp_path_factory.mktemp("nbgrader")
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    config.ClearSolutions.code_stub = {"python": CODE_STUB}
    config.ClearSolutions.text_stub = TEXT_STUB
    config.ExecutePreprocessor.timeout = 300
    source = root / "source" / "week"
    source.mkdir(parents=True)
    for path in MARKED:
        shutil.copy(path, source)
    with contextlib.chdir(root):
        yield root, NbGraderAPI(config=config)


WRONG = {"2022": "2021", '"f2021"': '"f2019"', "iloc[0]": "iloc[0][:3]", '"total"]': '"natural"]', "1.5": "1.0"}
WRONG |= {'== "blank"': '!= "ok"', "column == 'total'": "column == 'natural'"}


def _changed(source: str) -> str:
    for right, wrong in WRONG.items():
        source = source.replace(right, wrong)
    return source


@pytest.mark.filterwarnings("ignore")
def test_nbgrader_makes_the_student_edition_and_marks_right_wrong_and_empty_work(
    course: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.api import Gradebook

    beside = Path(sys.executable).parent  # nbgrader calls alembic by its bare name
    monkeypatch.setenv("PATH", f"{beside}{os.pathsep}{os.environ['PATH']}")
    root, api = course
    made = api.generate_assignment("week")
    assert made["success"], made["log"]
    scores = {}
    for path in MARKED:
        released, own = _read(root / "release" / "week" / path.name), student_edition(_read(path))
        assert [cell.source.rstrip() for cell in released.cells] == [cell.source for cell in own.cells]
    for who in ("right", "wrong", "empty"):
        folder = root / "submitted" / who / "week"
        folder.mkdir(parents=True)
        for path in MARKED:
            work, full = _read(root / "release" / "week" / path.name), _read(path)
            for cell, answer in zip(work.cells, full.cells, strict=True):
                if answer.id.startswith("answer-") and answer.cell_type == "code" and who != "empty":
                    cell.source = answer.source if who == "right" else _changed(answer.source)
            nbformat.write(work, folder / path.name)
        marked = api.autograde("week", who)
        assert marked["success"], marked["log"]
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        for who in ("right", "wrong", "empty"):
            done = [item for notebook in book.find_submission("week", who).notebooks for item in notebook.grades]
            scores[who] = [
                float(item.auto_score) for item in done if item.auto_score is not None and "-test" in item.name
            ]
    assert len(scores["right"]) == sum(cell.id.startswith("test-") for path in MARKED for cell in _read(path).cells)
    assert min(scores["right"]) > 0
    assert max(scores["wrong"]) == 0
    assert max(scores["empty"]) == 0
