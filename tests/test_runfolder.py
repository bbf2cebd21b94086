"""The folder of a run's files: emptied for the next run, and nothing that a person wrote is lost."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest
from batches import write

from gidtk.rerun import rerun
from gidtk.runfolder import clear, discard, kept_folder, release, written

SHEET = "from pathlib import Path\nPath(output_dir, 'sheet.csv').write_text(f'codes\\n{lang}', encoding='utf-8')"
PARAMETERS = "lang: str = 'zh'\noutput_dir: str = ''\ncorpus: str = 'data'"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    write(tmp_path / "n.ipynb", SHEET, parameters=PARAMETERS)
    return tmp_path


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def change_the_data(folder: Path, text: str) -> None:
    (folder / "data" / "a.txt").write_text(text, encoding="utf-8")


def test_a_sheet_that_was_filled_in_is_kept_beside_when_its_run_is_repeated(here: Path) -> None:
    rerun("n.ipynb", {}, "out")
    (here / "out" / "n_files" / "sheet.csv").write_text("codes\nP2", encoding="utf-8")
    (here / "out" / "n_files" / "notes").mkdir()
    (here / "out" / "n_files" / "notes" / "mine.txt").write_text("看过原页", encoding="utf-8")
    assert rerun("n.ipynb", {}, "out").attrs == {"kept": 1, "aside": []}  # it need not be repeated: all stays
    assert tree(here / "out" / "n_files") == {"notes/mine.txt": "看过原页", "sheet.csv": "codes\nP2"}

    change_the_data(here, "1")
    assert rerun("n.ipynb", {}, "out").attrs == {"kept": 0, "aside": ["n_kept"]}
    assert tree(here / "out" / "n_files") == {"sheet.csv": "codes\nzh"}
    assert tree(here / "out" / "n_kept") == {"notes/mine.txt": "看过原页", "sheet.csv": "codes\nP2"}
    index = (here / "out" / "index.html").read_text(encoding="utf-8")
    assert 'href="n_kept/"' in index


def test_what_is_kept_is_never_written_over(here: Path) -> None:
    for n in ("1", "2", "3"):
        change_the_data(here, n)
        rerun("n.ipynb", {}, "out")
        (here / "out" / "n_files" / "sheet.csv").write_text(n, encoding="utf-8")
    rerun("n.ipynb", {}, "out", again=True)
    assert tree(here / "out" / "n_kept") == {"sheet.csv": "1", "sheet-2.csv": "2", "sheet-3.csv": "3"}


def test_files_that_are_as_the_run_left_them_are_not_kept(here: Path) -> None:
    for n in ("1", "2"):
        change_the_data(here, n)
        rerun("n.ipynb", {}, "out")
    assert {path.name for path in (here / "out").iterdir()} == {
        *("n.ipynb", "n.html", "n_files", "outcomes.csv", "results.csv", "index.html")
    }


def test_a_run_that_fails_loses_nothing_either(here: Path) -> None:
    rerun("n.ipynb", {}, "out")
    (here / "out" / "n_files" / "sheet.csv").write_text("codes\nP2", encoding="utf-8")
    write(here / "n.ipynb", "raise ValueError", parameters=PARAMETERS)
    assert rerun("n.ipynb", {}, "out")["status"].tolist() == ["failed"]
    assert tree(here / "out" / "n_kept") == {"sheet.csv": "codes\nP2"}
    assert not (here / "out" / "n_files").exists()


def test_without_the_notebook_that_tells_what_a_run_wrote_everything_is_kept(tmp_path: Path) -> None:
    (tmp_path / "n_files").mkdir()
    (tmp_path / "n_files" / "a.csv").write_text("1", encoding="utf-8")
    clear(tmp_path, "n")
    assert tree(tmp_path / "n_kept") == {"a.csv": "1"}
    assert kept_folder(tmp_path, "n") == "n_kept"
    assert written(tmp_path, "n") == {}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"metadata": {"gidtk": {"files": 3}}}', '{"metadata": 1}'])
def test_a_notebook_that_says_nothing_of_files_is_no_ground_to_take_any_away(tmp_path: Path, text: str) -> None:
    (tmp_path / "n_files").mkdir()
    (tmp_path / "n_files" / "a.csv").write_text("1", encoding="utf-8")
    (tmp_path / "n.ipynb").write_text(text, encoding="utf-8")
    clear(tmp_path, "n")
    assert tree(tmp_path / "n_kept") == {"a.csv": "1"}


def test_what_a_killed_run_left_is_taken_away(tmp_path: Path) -> None:
    clear(tmp_path, "n")
    (tmp_path / "n_files" / "half.csv").write_text("1", encoding="utf-8")
    clear(tmp_path, "n")
    assert tree(tmp_path / "n_files") == {}
    assert kept_folder(tmp_path, "n") is None
    discard(tmp_path, "n")
    assert list(tmp_path.iterdir()) == []


def test_a_run_killed_after_its_notebook_was_written_had_ended(tmp_path: Path) -> None:
    clear(tmp_path, "n")
    (tmp_path / "n_files" / "a.csv").write_text("1", encoding="utf-8")
    about = {"metadata": {"gidtk": {"files": written(tmp_path, "n")}}}
    (tmp_path / "n.ipynb").write_text(json.dumps(about), encoding="utf-8")
    now = (tmp_path / ".n.begun").stat().st_mtime_ns + 1
    os.utime(tmp_path / "n.ipynb", ns=(now, now))
    (tmp_path / "n_files" / "a.csv").write_text("2", encoding="utf-8")
    discard(tmp_path, "n")
    clear(tmp_path, "n")
    assert tree(tmp_path / "n_kept") == {"a.csv": "2"}


def test_a_folder_is_not_taken_away_that_no_run_has_begun(tmp_path: Path) -> None:
    (tmp_path / "n_files").mkdir()
    discard(tmp_path, "n")
    assert (tmp_path / "n_files").is_dir()
    release(tmp_path, "n")
    assert list(tmp_path.iterdir()) == []


def test_the_table_of_outcomes_is_as_before(here: Path) -> None:
    table = rerun("n.ipynb", {}, "out")
    assert not {"aside", "thumbnail"} & set(table.columns)
    read = pd.read_csv(here / "out" / "outcomes.csv", encoding="utf-8-sig")
    assert list(read.columns) == list(table.columns)
