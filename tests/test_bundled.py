"""The notebooks and sample data that travel with the package."""

from pathlib import Path

import pandas as pd
import pytest

import gidtk as gid
from gidtk import bundled
from gidtk.bundled import find_notebook
from gidtk.errors import GidtkError
from gidtk.schemas import TABLES

NOTEBOOK = "01-region-profile"


def test_the_sample_is_a_real_report_that_reads_whole():
    assert (gid.read_report(gid.sample("anfu_2020.txt")).cells["status"] == "ok").all()


def test_without_a_name_the_sample_is_the_folder_of_the_reports():
    assert gid.sample().is_dir()
    assert gid.sample() / "anfu_2020.txt" == gid.sample("anfu_2020.txt")


@pytest.mark.parametrize(
    "name", ["nosuch.txt", "..", ".", "../README.md", "../reports/anfu_2020.txt", "/", "anfu_2020.txt/"]
)
def test_another_name_is_refused_with_the_names_there_are(name):
    with pytest.raises(GidtkError) as error:
        gid.sample(name)
    known = ", ".join(sorted(path.name for path in gid.sample().iterdir()))
    assert str(error.value) == f"no bundled report {name!r}: there are {known}"


def test_every_sample_has_its_source_and_licence_written_beside_it():
    readme = (bundled.bundled("data") / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in gid.sample().iterdir() if path.name not in readme] == []


def test_the_bundled_corpus_is_what_its_reports_give_today(tmp_path):
    data = bundled.bundled("data")
    sources = [data / "reports", data / "simulated" / "reports.zip"]
    built = gid.build_corpus(sources, tmp_path / "corpus", registry=data / "simulated" / "registry.csv", jobs=0)
    for table in TABLES:
        pd.testing.assert_frame_equal(built.table(table), gid.open_corpus("sample").table(table))


def test_a_package_without_its_folders_says_how_to_get_them(monkeypatch, tmp_path):
    monkeypatch.setattr(bundled, "files", lambda package: tmp_path / package)
    with pytest.raises(GidtkError) as error:
        bundled.bundled("notebooks")
    assert (
        str(error.value) == f"the notebooks folder of gidtk is missing beside {tmp_path / 'gidtk'}: install gidtk again"
    )


@pytest.mark.parametrize("inside", [True, False])
def test_folders_are_found_inside_an_installed_package_and_beside_a_checkout(monkeypatch, tmp_path, inside):
    monkeypatch.setattr(bundled, "files", lambda package: tmp_path / package)
    (tmp_path / "data").mkdir()
    (tmp_path / "gidtk" / "bundled" / "data").mkdir(parents=True)
    if not inside:
        (tmp_path / "gidtk" / "bundled" / "data").rmdir()
    assert bundled.bundled("data") == tmp_path / ("gidtk/bundled/data" if inside else "data")


@pytest.mark.parametrize("name", [NOTEBOOK, f"{NOTEBOOK}.ipynb"])
def test_a_bundled_notebook_is_found_by_its_name_with_and_without_ending(name):
    assert find_notebook(name) == bundled.bundled("notebooks") / f"{NOTEBOOK}.ipynb"


def test_a_file_of_that_name_comes_before_the_bundled_one(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path(f"{NOTEBOOK}.ipynb").write_text("{}", encoding="utf-8")
    assert find_notebook(f"{NOTEBOOK}.ipynb") == Path(f"{NOTEBOOK}.ipynb")
    assert find_notebook(tmp_path / f"{NOTEBOOK}.ipynb") == tmp_path / f"{NOTEBOOK}.ipynb"


@pytest.mark.parametrize(
    "name", ["nosuch", "nosuch.ipynb", f"elsewhere/{NOTEBOOK}", f"elsewhere/{NOTEBOOK}.ipynb", "", "."]
)
def test_a_notebook_that_is_not_there_is_refused_with_the_names_there_are(name):
    with pytest.raises(GidtkError) as error:
        find_notebook(name)
    known = ", ".join(sorted(path.stem for path in bundled.bundled("notebooks").glob("*.ipynb")))
    assert NOTEBOOK in known
    assert str(error.value) == f"{name}: no such notebook: give a file, or the name of a bundled one: {known}"
