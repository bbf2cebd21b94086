"""Finding a report in a folder, and reading a corpus back: whole, or the part that was selected."""

import shutil
from pathlib import Path

import pytest

import gidtk as gid
from gidtk.corpus import find_report, open_corpus
from gidtk.errors import GidtkError, NotAReportError, UnreadableFileError

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


# --- reading a corpus back -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    from gidtk.build import build_corpus

    folder = tmp_path_factory.mktemp("corpus")
    text = gid.sample("anfu_2020.txt").read_text(encoding="utf-8")
    for year in (2019, 2020):
        (folder / "s").mkdir(exist_ok=True)
        (folder / "s" / f"anfu_{year}.txt").write_text(text.replace("2020", str(year)), encoding="utf-8")
    (folder / "s" / "jian.txt").write_text(text.replace("安福县", "吉安县"), encoding="utf-8")
    return build_corpus(folder / "s", folder / "c", jobs=0)


SELECTIONS = [
    ({}, 3),
    ({"years": 2020}, 2),
    ({"years": [2019, 2020]}, 3),
    ({"years": []}, 0),
    ({"region": "36"}, 3),
    ({"region": "360829"}, 2),
    ({"region": "11"}, 0),
    ({"level": "county"}, 3),
    ({"level": "province"}, 0),
    ({"form": "f2019"}, 3),
    ({"years": 2020, "region": "360829"}, 1),
]


@pytest.mark.parametrize(("chosen", "count"), SELECTIONS)
def test_a_selection_holds_its_reports_and_their_rows(built, chosen, count):
    part = open_corpus(built.path).select(**chosen)
    assert len(part.reports) == count
    assert len(part.cells) == 198 * count
    assert set(part.sections["report"]) == set(part.reports["report"])
    assert part.cells.dtypes.equals(built.cells.dtypes)


def test_selections_add_up(built):
    part = built.select(region="3608").select(years=2019)
    assert len(part) == 1
    assert repr(part) == "<Corpus c: 1 reports of 1 agencies, 2019 to 2019; 0 files not read>"
    assert len(built.select(region=["11", "360829"])) == 2


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"region": 36}, "region_code 36: give text, as '360829'"),
        ({"years": "2020"}, "year '2020': give a whole number"),
        ({"level": 1}, "level 1: give text"),
    ],
)
def test_what_is_selected_is_of_the_right_kind(built, chosen, message):
    with pytest.raises(GidtkError) as caught:
        built.select(**chosen)
    assert str(caught.value) == message


def test_dask_gives_the_same_rows(built):
    pytest.importorskip("dask.dataframe")
    whole = built.dask("cells").compute().reset_index(drop=True)
    assert whole.astype(built.cells.dtypes.to_dict()).equals(built.cells)
    assert len(built.select(years=2019).dask("cells")) == 198


@pytest.mark.parametrize("region", ["360829", "安福县", "安福县人民政府"])
def test_a_report_of_a_corpus_is_as_it_was_read(built, region):
    report, read = find_report(built, region, 2020), gid.read_report(built.path.parent / "s" / "anfu_2020.txt")
    assert report.cells.equals(read.cells)
    assert report.verdicts.equals(read.verdicts)
    assert report.narrative == read.narrative
    assert (report.title, report.agency, report.year, report.kind) == (read.title, read.agency, read.year, read.kind)
    assert find_report(built.path, region, 2020).cells.equals(read.cells)


def test_a_report_that_is_not_in_the_corpus_says_so(built):
    with pytest.raises(
        GidtkError, match="no report of 110000 for 2020; there is 吉安县人民政府 2020, 安福县人民政府 2019"
    ):
        find_report(built, "110000", 2020)
    with pytest.raises(GidtkError, match="no report 'x': the column report of the table reports has their names"):
        built.report("x")


def test_corrections_are_applied_and_the_sums_drawn_again(built):
    report = built.select(years=2020, region="360829").reports["report"].item()
    header = "report,table,row,column,old,new,reason,who,source\n"
    lines = [f"{report},requests,granted,total,9,90,a test,me,the page", f"{report},requests,partial,total,7,8,no,me,x"]
    sheet = built.path / "corrections.csv"
    sheet.write_text(header + "\n".join(lines), encoding="utf-8")
    try:
        corpus = open_corpus(built.path)
        cell = corpus.cells.set_index(["report", "table", "row", "column"]).loc[
            (report, "requests", "granted", "total")
        ]
        assert cell[["value", "raw", "status"]].tolist() == [90.0, "9", "corrected"]
        failed = corpus.verdicts[(corpus.verdicts["verdict"] == "fail") & (corpus.verdicts["severity"] == "error")]
        assert set(failed["report"]) == {report}
        assert set(failed["rule"]) == {"t3_done_sum", "t3_row_sum"}
        assert corpus.issues["code"].value_counts().get("correction_refused") == 1
        assert set(open_corpus(built.path).select(years=2019).cells["status"]) == {"ok"}
    finally:
        sheet.unlink()
    assert set(open_corpus(built.path).cells["status"]) == {"ok"}


def test_a_folder_that_is_no_corpus_says_how_to_build_one(tmp_path):
    with pytest.raises(
        GidtkError, match=r"is no corpus: give a folder that holds corpus\.json, as gidtk build makes it"
    ):
        open_corpus(tmp_path)
