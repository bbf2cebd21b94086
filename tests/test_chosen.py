"""Which reports are looked at: by code, first digits, name and year; what is not there is named."""

import pandas as pd
import pytest

import gidtk as gid
from gidtk.chosen import choose, chosen_name, coverage, of_region, one_report, standing
from gidtk.errors import GidtkError
from gidtk.narratives import NARRATIVE_COLUMNS, narratives


@pytest.fixture(scope="module")
def corpus():
    return gid.open_corpus("sample")


@pytest.mark.parametrize(
    ("region", "year", "reports"),
    [
        ("", 0, 146),
        ("360829", 0, 1),
        ("安福县", 2020, 1),
        ("安福县人民政府", 0, 1),
        ("139901", 0, 6),
        ("1399", 2021, 3),
        ("河北省", 2021, 3),
        ("", 2020, 25),
    ],
)
def test_a_place_is_a_code_its_first_digits_or_a_name(corpus, region, year, reports):
    found = choose(corpus, region, year)
    assert len(found.reports) == reports
    assert set(found.sections["report"]) <= set(found.reports["report"])


def test_of_what_was_chosen_before_nothing_comes_back(corpus):
    assert len(choose(corpus.select(years=2021), "13").reports) == 3
    assert len(choose(choose(corpus, "13"), "", 2021).reports) == 3


@pytest.mark.parametrize(
    ("region", "year", "message"),
    [
        ("999999", 0, "corpus: no report of 999999; there is 安福县人民政府 2020"),
        ("安福", 0, "no report of 安福; there is"),
        ("360829", 2019, "no report of 360829 2019; there is 安福县人民政府 2020$"),
        ("", 1999, "no report of 1999; there is"),
    ],
)
def test_a_place_without_a_report_is_told_with_what_is_there(corpus, region, year, message):
    with pytest.raises(GidtkError, match=message):
        choose(corpus, region, year)


def test_a_name_is_no_pattern_and_a_missing_code_is_no_prefix():
    reports = pd.DataFrame({"region_code": ["360829", None], "agency": ["甲.*", "nan局"]})
    assert of_region(reports, ".*").tolist() == [False, False]
    assert of_region(reports, "甲.*").tolist() == [True, False]
    assert of_region(reports, "3").tolist() == [True, False]


def test_one_report_is_the_latest_and_of_several_versions_the_last_published(corpus):
    assert one_report(corpus, "139901")["year"] == 2024
    revised = one_report(corpus, "329901", 2022)
    assert "revised" in revised["flags"]
    assert revised["unit"] == "329901 模拟区007人民政府"


def test_one_report_of_a_place_with_many_agencies_names_them(corpus):
    with pytest.raises(GidtkError, match=r"region '13' is 3 agencies \(139901 模拟县001人民政府, "):
        one_report(corpus, "13", 2020)


def test_of_the_agencies_of_a_division_its_government_is_meant(corpus, tmp_path):
    text = gid.sample("anfu_2020.txt").read_text(encoding="utf-8")
    lines = ["file,agency,region_code,year"]
    for name in ("人民政府", "财政局"):
        (tmp_path / f"{name}.txt").write_text(text.replace("安福县人民政府", f"安福县{name}"), encoding="utf-8")
        lines.append(f"{name}.txt,安福县{name},360829,2020")
    (tmp_path / "registry.csv").write_text("\n".join(lines), encoding="utf-8")
    sources = [tmp_path / "人民政府.txt", tmp_path / "财政局.txt"]
    built = gid.build_corpus(sources, tmp_path / "corpus", registry=tmp_path / "registry.csv", jobs=0)
    assert one_report(built, "360829")["agency"] == "安福县人民政府"
    assert one_report(built, "安福县财政局")["agency"] == "安福县财政局"


def test_a_report_without_a_year_is_no_report_of_a_year(tmp_path):
    text = gid.sample("anfu_2020.txt").read_text(encoding="utf-8")
    (tmp_path / "undated.txt").write_text(text.replace("2020", "").replace("2021", ""), encoding="utf-8")
    built = gid.build_corpus(tmp_path / "undated.txt", tmp_path / "corpus", jobs=0)
    assert built.reports["year"].isna().all()
    with pytest.raises(GidtkError, match="the report of 安福县 has no year: give it in the registry"):
        one_report(built, "安福县")


@pytest.mark.parametrize(
    ("frame", "region", "said"),
    [
        ({"agency": ["甲县", "甲县"]}, "1", "甲县"),
        ({"agency": ["甲县", "乙县"], "prefecture": ["丙市", "丙市"]}, "1", "丙市"),
        ({"agency": ["甲县", None], "province": ["丁省", None]}, "36", "36"),
        ({"agency": ["甲县"]}, "", "全部报告"),
    ],
)
def test_what_was_chosen_has_a_name(frame, region, said):
    assert chosen_name(pd.DataFrame(frame), region) == said


def test_coverage_names_the_missing_years_of_each_agency():
    rows = [("1", "甲", 2019), ("1", "甲", 2022), ("2", "乙", 2020), (None, None, None)]
    frame = pd.DataFrame(rows, columns=["region_code", "agency", "year"])
    assert coverage(frame) == "4 份报告，2 个机关，2019–2022；首末年份之间缺 2 份：甲 2020、甲 2021。"
    assert coverage(frame.tail(1), "en") == "Reports: 1; agencies: 0; without a year."
    many = pd.DataFrame({"region_code": "1", "agency": "甲", "year": [2000, 2020]})
    assert coverage(many).endswith("甲 2008等。")


@pytest.mark.parametrize("function", [chosen_name, lambda frame, lang: coverage(frame, lang)])
def test_another_language_is_refused(function):
    with pytest.raises(GidtkError, match="lang 'fr': give zh or en"):
        function(pd.DataFrame({"agency": [], "region_code": [], "year": []}), lang="fr")


def test_narratives_have_one_row_a_section_or_a_report(corpus):
    own = choose(corpus, "360829")
    sections = narratives(own)
    assert tuple(sections.columns) == NARRATIVE_COLUMNS
    assert sections["key"].tolist() == ["overview", "problems", "other_matters"]
    (report,) = narratives(own, by="report").to_dict("records")
    assert report["text"] == "\n".join(sections["text"])
    assert "key" not in report
    assert report["unit"] == "360829 安福县人民政府"
    assert narratives(own, ["problems"])["key"].tolist() == ["problems"]
    assert gid.frequency(narratives(own, by="report"))["docfreq"].max() == 1


def test_a_section_without_text_is_no_narrative(corpus):
    class Bare:
        sections = pd.DataFrame({"report": ["a", "a"], "key": ["overview", "problems"], "text": ["", None]})
        reports = corpus.reports.head(1).assign(report="a")

    assert narratives(Bare).empty
    assert "key" not in narratives(Bare, by="report")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keys": []}, r"keys \[\]: name sections in a list"),
        ({"keys": "overview"}, "keys 'overview': name sections in a list"),
        ({"by": "year"}, "by 'year': give section or report"),
    ],
)
def test_a_wrong_wish_for_narratives_is_named(corpus, options, message):
    with pytest.raises(GidtkError, match=message):
        narratives(corpus, **options)


def test_a_report_whose_revision_is_there_is_left_out_and_no_other(corpus):
    left = standing(corpus).reports
    (gone,) = corpus.reports[~corpus.reports["report"].isin(left["report"])].itertuples()
    assert (gone.region_code, gone.year, "revised" in gone.flags) == ("329901", 2022, False)
    assert len(standing(corpus).sections) < len(corpus.sections)
    one = choose(corpus, "360829")
    assert standing(one) is one
    assert standing(choose(corpus, "329901", 2022)).reports["flags"].str.contains("revised").tolist() == [True]
    ids = corpus.reports.query("region_code == '329901' and year == 2022").set_index("report")["flags"]
    (first,) = ids.index[~ids.str.contains("revised")]
    assert standing(corpus, first).reports["report"].isin(ids.index).sum() == 1
    assert one_report(standing(corpus, first), first, 2022)["report"] == first
    assert len(standing(corpus, "329901").reports) == len(left)
