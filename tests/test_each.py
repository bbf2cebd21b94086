"""The runs that a corpus asks for."""

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gidtk as gid
from gidtk.each import each, reports_in
from gidtk.errors import GidtkError

ROWS = [
    ("360829", "安福县", "安福县人民政府", "江西省", 2020),
    ("360829", "安福县", "安福县人民政府", "江西省", 2019),
    ("110105", "朝阳区", "朝阳区人民政府", "北京市", 2020),
    ("110105", "朝阳区", "朝阳区教育委员会", "北京市", 2020),
    (None, None, "某局", None, 2020),
    ("110101", "东城区", "东城区人民政府", "北京市", None),
]
REPORTS = pd.DataFrame(ROWS, columns=["region_code", "region", "agency", "province", "year"]).astype({"year": "Int64"})
REGION_YEAR = [
    {"region": "360829", "year": 2019},
    {"region": "360829", "year": 2020},
    {"region": "朝阳区人民政府", "year": 2020},
    {"region": "朝阳区教育委员会", "year": 2020},
    {"region": "某局", "year": 2020},
]


@pytest.mark.parametrize(
    ("names", "given", "rows"),
    [
        (["region", "year"], {}, sorted(REGION_YEAR, key=lambda row: (row["region"], row["year"]))),
        (["year"], {}, [{"year": 2019}, {"year": 2020}]),
        (["year"], {"region": "360829"}, [{"year": 2019}, {"year": 2020}]),
        (["year"], {"region": "朝阳区", "lang": "en"}, [{"year": 2020}]),
        (["region"], {"year": "2019"}, [{"region": "360829"}]),
        (["region"], {}, [{"region": r} for r in ("110101", "360829", "朝阳区人民政府", "朝阳区教育委员会", "某局")]),
        (["province"], {}, [{"province": "北京市"}, {"province": "江西省"}]),
    ],
)
def test_there_is_one_run_for_each_combination_that_occurs(
    names: list[str], given: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    assert each(REPORTS, names, given) == rows


def test_values_are_plain_so_that_they_fit_a_notebook() -> None:
    assert {type(value) for row in each(REPORTS, ["region", "year"]) for value in row.values()} == {str, int}


@pytest.mark.parametrize(
    ("names", "given", "message"),
    [
        (["yaer"], {}, "each yaer: reports have no such column: they have region_code, region"),
        (["region", "year"], {"year": 1999}, "each region, year: no report has all of them"),
        (["year"], {"region": "000000"}, "each year: no report has it"),
    ],
)
def test_what_cannot_be_run_for_each_is_named(names: list[str], given: dict[str, Any], message: str) -> None:
    with pytest.raises(GidtkError, match=message):
        each(REPORTS, names, given)


def test_a_folder_a_file_and_a_corpus_give_the_same_runs(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    shutil.copy(gid.sample("anfu_2020.txt"), tmp_path / "files" / "a.txt")
    (tmp_path / "files" / "notes.md").write_text("no report", encoding="utf-8")
    gid.build_corpus(tmp_path / "files", tmp_path / "corpus", jobs=0)
    for source in (tmp_path / "files", tmp_path / "files" / "a.txt", tmp_path / "corpus", gid.sample()):
        assert each(source, ["region", "year", "province"]) == [
            {"region": "360829", "year": 2020, "province": "江西省"}
        ], source


def test_a_correction_of_a_report_shows_in_its_row(tmp_path: Path) -> None:
    gid.build_corpus(gid.sample(), tmp_path / "corpus", jobs=0)
    before = reports_in(tmp_path / "corpus")
    report = before["report"].iloc[0]
    assert before["verdicts"].str.len().tolist() == [16]
    (tmp_path / "corpus" / "corrections.csv").write_text(
        "report,table,row,column,old,new,reason,who,source\n"
        f"{report},requests,received,total,11,12,a slip,me,the scan\n",
        encoding="utf-8",
    )
    after = reports_in(tmp_path / "corpus")
    assert after["corrections"].notna().tolist() == [True]
    assert "corrections" not in before


@pytest.mark.parametrize(("made", "message"), [(False, "no such folder"), (True, "no report in it")])
def test_a_folder_without_reports_is_named_with_the_way_out(tmp_path: Path, made: bool, message: str) -> None:
    folder = tmp_path / "none"
    if made:
        folder.mkdir()
    with pytest.raises(
        GidtkError, match=rf"none: {message}.*: give a corpus, a folder of reports, a file, or 'sample'"
    ):
        reports_in(folder)


def test_of_several_reports_of_one_agency_and_year_each_has_its_run_and_is_found() -> None:
    reports = reports_in("sample")
    rows = each(reports, ["region", "year"], {"region": "329901", "year": 2022})
    assert sorted(row["region"] for row in rows) == sorted(
        reports.query("region_code == '329901' and year == 2022")["report"]
    )
    corpus = gid.open_corpus("sample")
    titles = [gid.find_report(corpus, row["region"], row["year"]).title or "" for row in rows]
    assert sum("修订" in title for title in titles) == 1


def test_a_run_of_all_years_is_one_for_each_agency_also_where_it_has_revised_a_report() -> None:
    rows = each("sample", ["region"])
    corpus = gid.open_corpus("sample")
    assert len(rows) == 25
    assert len(gid.years_of(corpus, "329901").reports) == 7
    assert {"region": "329901"} in rows
    assert all(len(gid.years_of(corpus, row["region"]).reports) for row in rows)


def test_the_id_of_a_report_stands_for_it_wherever_a_region_is_asked_for() -> None:
    corpus = gid.open_corpus("sample")
    for row in each("sample", ["region", "year"], {"region": "329901", "year": 2022}):
        assert gid.choose(corpus, row["region"], 2022).reports["report"].tolist() == [row["region"]]
        found = gid.peers_of(corpus, row["region"], 2022, within="country")
        assert row["region"] in set(found.reports["report"])
        assert len(found.reports) == 24


def test_every_run_of_the_bundled_corpus_finds_its_report_and_no_two_the_same() -> None:
    reports, corpus = reports_in("sample"), gid.open_corpus("sample")
    rows = each(reports, ["region", "year"])
    found = [gid.find_report(corpus, row["region"], row["year"]).source.sha256 for row in rows[::12]]
    assert len(set(found)) == len(found)
    assert len(rows) == len(reports)
