"""Reading a corpus back: whole, or the part that was selected."""

import pytest

import gidtk as gid
from gidtk.corpus import open_corpus
from gidtk.errors import GidtkError
from gidtk.found import find_report

SAMPLE = gid.sample("anfu_2020.txt")


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
