"""A study folder: what is copied, that it is whole or not at all, and the command that makes it."""

import os
import shutil
import stat
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

import gidtk as gid
from gidtk import study, teaching
from gidtk.bundled import bundled
from gidtk.cli import main
from gidtk.errors import GidtkError
from gidtk.study import START, new_study, notebooks

NUMBERED = sorted(path.name for path in bundled("notebooks").glob("[0-9]*.ipynb"))


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_study(tmp_path_factory.mktemp("parent") / "研究 study")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a course, read-only as an installation may be, and with caches lying about."""
    package = tmp_path / "package"
    for name in (START, "teaching/1-report.ipynb", "teaching/instructor/key.md"):
        path = package / "notebooks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(writes(new_notebook(cells=[new_markdown_cell(f"# {name}？ A question?\n\n## more")])), "utf-8")
    sealed = "notebooks/teaching/checks.json"
    for name in (
        sealed,
        "notebooks/.ipynb_checkpoints/00-x.ipynb",
        "notebooks/__pycache__/x.pyc",
        "data/corpus/corpus.json",
    ):
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf-8")
    (package / "data" / "README.md").write_text("来源", encoding="utf-8")
    for path in package.rglob("*.*"):
        path.chmod(stat.S_IREAD)
    for module in (study, teaching):
        monkeypatch.setattr(module, "bundled", lambda kind: package / kind)
    return package


def test_it_holds_every_numbered_notebook_the_sample_reports_a_registry_and_a_readme(made):
    there = set(files(made))
    assert there >= {*NUMBERED, "README.md", "registry.csv", "data/README.md", "data/reports/anfu_2020.txt"}
    assert START in there
    assert [name for name in there if "corpus" in name or "/." in f"/{name}" or "__pycache__" in name] == []


def test_the_copies_are_those_of_the_package_byte_for_byte(made):
    for name in NUMBERED:
        assert (made / name).read_bytes() == (bundled("notebooks") / name).read_bytes()
    assert (made / "data/reports/anfu_2020.txt").read_bytes() == gid.sample("anfu_2020.txt").read_bytes()


def test_nothing_is_left_beside_it(made):
    assert [path.name for path in made.parent.iterdir()] == [made.name]


def test_no_lesson_in_it_holds_an_answer(made):
    lessons = sorted((made / "teaching").glob("*.ipynb"))
    assert len(lessons) == 8
    for path in lessons:
        assert "SOLUTION" not in path.read_text(encoding="utf-8")
        assert teaching.CODE_STUB.split("\n")[0] in path.read_text(encoding="utf-8")


def test_the_registry_of_the_folder_names_its_report_and_the_first_build_agrees_with_it(made, tmp_path):
    corpus = gid.build_corpus(made / "data" / "reports", tmp_path / "corpus", registry=made / "registry.csv", jobs=0)
    assert corpus.reports[["agency", "region_code", "year"]].values.tolist() == [["安福县人民政府", "360829", 2020]]
    assert "registry_differs" not in corpus.issues["code"].tolist()
    assert corpus.failures.empty


def test_the_readme_has_three_commands_that_exist(made, capsys):
    text = (made / "README.md").read_text(encoding="utf-8")
    commands = [line.split() for line in text.split("```")[1].splitlines() if line]
    assert [command[:2] for command in commands] == [["gidtk", "lab"], ["gidtk", "build"], ["gidtk", "run"]]
    for _, command, *options in commands:
        with pytest.raises(SystemExit) as end:
            main([command, "--help"])
        assert end.value.code == 0
        offered = capsys.readouterr().out
        assert [option for option in options if option.startswith("-") and option not in offered] == []


def test_the_student_edition_of_the_course_comes_along_and_the_answers_only_when_asked_for(course, tmp_path):
    student = files(new_study(tmp_path / "student"))
    assert [name for name in student if "teaching" in name] == ["teaching/1-report.ipynb", "teaching/checks.json"]
    instructor = files(new_study(tmp_path / "instructor-s own", key=True))
    own = {"1-report.ipynb", "checks.json", "instructor/key.md"}
    assert set(instructor) - set(student) == {f"teaching-key/{name}" for name in own}
    assert "data/corpus/corpus.json" not in instructor


@pytest.mark.skipif(os.name == "nt", reason="rights of Unix")
def test_what_is_read_only_in_the_package_can_be_written_in_the_copy(course, tmp_path):
    folder = new_study(tmp_path / "study")
    assert all(path.stat().st_mode & stat.S_IWUSR for path in folder.rglob("*"))
    shutil.rmtree(folder)


@pytest.mark.parametrize("there", ["", "a/b", "空 folder"])
def test_a_folder_is_made_with_its_parents_and_an_empty_one_is_taken(there, tmp_path):
    folder = tmp_path / "new" / there
    made = new_study(folder)
    listed = files(made)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert files(new_study(empty)) == listed
    assert made == folder


def test_the_current_folder_is_taken_where_it_is_empty(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    new_study(".")
    assert (tmp_path / START).is_file()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("name", [".hidden", "notes.txt", "sub"])
def test_a_folder_that_holds_anything_is_refused_and_left_as_it_is(name, tmp_path):
    (tmp_path / name).mkdir() if name == "sub" else (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(GidtkError) as error:
        new_study(tmp_path)
    assert (
        str(error.value) == f"{tmp_path} is not empty: a study folder is made where nothing is yet; give another name"
    )
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_in_its_place_is_refused(tmp_path):
    (tmp_path / "study").write_text("mine", encoding="utf-8")
    with pytest.raises(GidtkError, match=r"study is a file: a study folder is made where nothing is yet"):
        new_study(tmp_path / "study")


def test_a_folder_below_a_file_says_that_it_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(GidtkError, match=r"file cannot be made a folder \(.+\): give another one"):
        new_study(tmp_path / "file" / "study")


@pytest.mark.parametrize("there", [True, False])
def test_when_the_disk_is_full_nothing_is_left(there, tmp_path, monkeypatch):
    folder = tmp_path / "study"
    if there:
        folder.mkdir()
    copied = []

    def copyfile(source, target):
        copied.append(target)
        if len(copied) == 3:
            raise OSError(28, "No space left on device")
        return Path(target).write_bytes(Path(source).read_bytes())

    monkeypatch.setattr(study.shutil, "copyfile", copyfile)
    with pytest.raises(GidtkError) as error:
        new_study(folder)
    assert str(error.value) == f"{folder} cannot be made (No space left on device): nothing was left there"
    assert len(copied) == 3
    assert [*tmp_path.rglob("*")] == ([folder] if there else [])


def test_when_moving_into_an_empty_folder_fails_half_way_it_is_empty_again(tmp_path, monkeypatch):
    real, moved = Path.rename, []

    def rename(self, target):
        moved.append(target)
        if len(moved) == 3:
            raise OSError(5, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(GidtkError, match=r"Input/output error"):
        new_study(tmp_path)
    assert [*tmp_path.rglob("*")] == []


def test_the_list_of_notebooks_has_every_one_and_what_it_asks(course):
    listed = notebooks()
    assert listed.values.tolist() == [
        [START, f"{START}？ A question?"],
        ["teaching/1-report.ipynb", "teaching/1-report.ipynb？ A question?"],
    ]
    assert [str(kind) for kind in listed.dtypes] == ["str", "str"]


def test_a_notebook_without_a_heading_is_listed_by_its_name(course):
    path = course / "notebooks" / "05-silent.ipynb"
    path.write_text(writes(new_notebook(cells=[new_code_cell("# no heading"), new_markdown_cell("text")])), "utf-8")
    assert notebooks().set_index("file").loc["05-silent.ipynb", "question"] == "05-silent"


def test_every_bundled_notebook_asks_in_both_languages():
    questions = notebooks().set_index("file")["question"]
    assert [*NUMBERED] == [name for name in questions.index if "/" not in name]
    for name in NUMBERED:
        assert any("一" <= char <= "鿿" for char in questions[name]), name
        assert any(word.isascii() and word.isalpha() for word in questions[name].split()), name


def test_the_command_makes_it_and_says_what_comes_next(tmp_path, capsys):
    folder = tmp_path / "my study"
    assert main(["new", str(folder)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{folder}: {len(list(folder.rglob('*.ipynb')))} notebooks, data, registry.csv")
    assert second == f"next: gidtk lab '{folder}'"
    assert main(["new", str(folder)]) == 1
    assert capsys.readouterr().err.startswith(f"gidtk: {folder} is not empty")
