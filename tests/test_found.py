"""Finding the report of a region and year in a folder, a corpus or among the samples."""

import shutil
from pathlib import Path

import pytest

import gidtk as gid
from gidtk.errors import GidtkError, NotAReportError, UnreadableFileError
from gidtk.found import find_report

SAMPLE = gid.sample("anfu_2020.txt")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A report in a subfolder, beside files that hold none."""
    (tmp_path / "江西").mkdir()
    shutil.copy(SAMPLE, tmp_path / "江西" / "anfu.txt")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("明天开会。", encoding="utf-8")
    (tmp_path / ".DS_Store").write_bytes(b"\x00\x01")
    return tmp_path


def other_year(folder: Path, name: str = "anfu_2019.txt") -> None:
    text = SAMPLE.read_text(encoding="utf-8").replace("2020年", "2019年")
    (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("region", ["360829", "安福县", "安福县人民政府"])
def test_a_report_is_found_by_code_by_region_or_by_agency_past_files_that_hold_none(folder, region):
    assert find_report(folder, region, 2020).source.file == "anfu.txt"
    assert find_report(str(folder), region, 2020).agency == "安福县人民政府"


def test_the_year_decides_between_reports_of_one_region(folder):
    other_year(folder)
    assert find_report(folder, "360829", 2019).source.file == "anfu_2019.txt"
    assert find_report(folder, "360829", 2020).source.file == "anfu.txt"


def test_one_file_is_a_corpus(folder):
    assert find_report(folder / "江西" / "anfu.txt", "360829", 2020).year == 2020


def test_sample_stands_for_the_bundled_reports():
    assert find_report("sample", "360829", 2020).source.file == "anfu_2020.txt"


def test_codes_stay_text(folder):
    assert find_report(folder, "360829", 2020).region_code == "360829"
    for region in (360829, "0360829", "36082", ""):
        with pytest.raises(GidtkError, match="no report of"):
            find_report(folder, region, 2020)


@pytest.mark.parametrize(("region", "year"), [("110101", 2020), ("吉安市", 2020), ("360829", 2021)])
def test_a_missing_report_says_which_are_there_and_which_files_were_not_read(folder, region, year):
    other_year(folder)
    with pytest.raises(GidtkError) as error:
        find_report(folder, region, year)
    assert str(error.value) == (
        f"{folder}: no report of {region} for {year}; there is 安福县人民政府 2019, 安福县人民政府 2020; "
        "not read: broken.png, empty.html, notes.txt"
    )


def test_a_folder_without_reports_says_so(tmp_path):
    with pytest.raises(GidtkError) as error:
        find_report(tmp_path, "360829", 2020)
    assert str(error.value) == f"{tmp_path}: no report of 360829 for 2020; there is no report at all"


def test_several_reports_of_one_region_and_year_are_an_error_that_names_them(folder):
    shutil.copy(SAMPLE, folder / "again.txt")
    with pytest.raises(GidtkError) as error:
        find_report(folder, "360829", 2020)
    assert str(error.value) == (
        f"{folder}: 2 reports of 360829 for 2020 (again.txt, anfu.txt): name one file as the corpus"
    )


def test_a_folder_that_is_not_there_is_an_error_with_the_way_out(tmp_path):
    with pytest.raises(GidtkError) as error:
        find_report(tmp_path / "nowhere", "360829", 2020)
    assert str(error.value) == (
        f"{tmp_path / 'nowhere'}: no such folder: give a folder of reports, or 'sample' for the bundled ones"
    )


@pytest.mark.parametrize(
    ("name", "error", "found"),
    [
        ("broken.png", UnreadableFileError, "the picture is damaged"),
        ("notes.txt", NotAReportError, "no section, table or title"),
    ],
)
def test_one_file_that_cannot_be_read_says_why(folder, name, error, found):
    with pytest.raises(error, match=found):
        find_report(folder / name, "360829", 2020)
