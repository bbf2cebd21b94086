"""What of a corpus can be looked at, and the rows that are chosen."""

import pandas as pd
import pytest

import gidtk as gid
from gidtk.choices import (
    LONGEST,
    agencies,
    chosen,
    find_agency,
    heading,
    labelled,
    narrowed,
    table_name,
    tables,
    years,
)
from gidtk.corpus import Corpus
from gidtk.errors import GidtkError
from gidtk.schemas import empty_frame, schema

ANFU = "360829 安福县人民政府"
ABOUT = ["agency", "year", "form", "file"]
TABLES = ["disclosure", "requests", "disputes", "statistics", "verdicts", "sections", "issues"]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return gid.open_corpus("sample")


@pytest.fixture(scope="module")
def revised(corpus) -> tuple[str, int]:
    """An agency and year of which there are two reports."""
    reports = corpus.reports[corpus.reports["flags"].fillna("").str.contains("revised")]
    return f"{reports['region_code'].iloc[0]} {reports['agency'].iloc[0]}", int(reports["year"].iloc[0])


def reports(*rows: dict) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(empty_frame("reports").columns))
    return frame.astype(empty_frame("reports").dtypes)


ROWS = reports(
    {"report": "a", "file": "b.html", "region_code": "110105", "region": "朝阳区", "agency": "朝阳区财政局"}
    | {"kind": "department", "province": "北京市", "year": 2020},
    {"report": "b", "file": "c.html", "region_code": "110105", "region": "朝阳区", "agency": "朝阳区人民政府"}
    | {"kind": "government", "province": "北京市", "year": 2021},
    {"report": "c", "file": "d.html", "title": "某局年度报告", "year": 2019},
    {"report": "d", "file": "e <b>.html"},
)


def test_agencies_are_listed_once_in_the_order_of_their_codes(corpus):
    listed = agencies(corpus.reports)
    assert listed == sorted(set(listed))
    assert len(listed) == 25
    assert ANFU in listed


def test_without_an_agency_the_title_names_a_report_and_without_a_title_its_file():
    assert agencies(ROWS) == ["110105 朝阳区人民政府", "110105 朝阳区财政局", "e <b>.html", "某局年度报告"]


@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("财政", ["110105 朝阳区财政局"]),
        (" 1101 ", ["110105 朝阳区人民政府", "110105 朝阳区财政局"]),
        ("北京", ["110105 朝阳区人民政府", "110105 朝阳区财政局"]),
        ("E <B>", ["e <b>.html"]),
        (".*", []),
        ("(", []),
    ],
)
def test_find_looks_for_plain_text_in_name_code_and_places(find, found):
    assert agencies(ROWS, find) == found


@pytest.mark.parametrize("region", ["110105", "朝阳区", "朝阳区人民政府", "110105 朝阳区人民政府"])
def test_of_several_agencies_of_a_division_its_government_is_found(region):
    assert find_agency(ROWS, region) == "110105 朝阳区人民政府"


def test_an_agency_is_found_by_its_own_name_and_the_first_without_any():
    assert find_agency(ROWS, "朝阳区财政局") == "110105 朝阳区财政局"
    assert find_agency(ROWS, "e <b>.html") == "e <b>.html"
    assert find_agency(ROWS) == "110105 朝阳区人民政府"


def test_a_region_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(GidtkError) as error:
        find_agency(ROWS, "360829")
    assert str(error.value).startswith(
        "region '360829': the corpus has no report of it; there is 110105 朝阳区人民政府; "
    )
    with pytest.raises(GidtkError, match=r"there is no report at all$"):
        find_agency(reports(), "")


def test_years_are_those_of_the_agency_in_order_and_a_missing_one_is_none(corpus):
    assert years(corpus.reports, ANFU) == [2020]
    assert years(corpus.reports, agencies(corpus.reports)[0]) == [2019, 2020, 2021, 2022, 2023, 2024]
    assert years(ROWS, "e <b>.html") == []


def test_narrowing_keeps_the_reports_of_the_agency_and_year_and_of_what_was_chosen_before(corpus, revised):
    assert narrowed(corpus, ANFU).reports["year"].tolist() == [2020]
    assert narrowed(corpus, ANFU, 2021).reports.empty
    agency, year = revised
    assert len(narrowed(corpus, agency, year).reports) == 2
    assert narrowed(corpus.select(years=year - 1), agency, year).reports.empty


def test_tables_without_a_row_are_not_offered(corpus):
    offered = tables(narrowed(corpus, ANFU))
    assert offered[:3] == ["disclosure", "requests", "disputes"]
    assert "statistics" not in offered
    assert tables(narrowed(corpus, ANFU, 1999)) == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("year", [2020, 1999])
def test_chosen_rows_have_fixed_columns_and_types_also_when_there_are_none(table, year, corpus):
    frame = chosen(narrowed(corpus, ANFU, year), table)
    kind = "cells" if table in TABLES[:4] else table
    assert list(frame.columns) == [*ABOUT, *schema(kind).names]
    wanted = {**empty_frame("reports")[ABOUT].dtypes, **empty_frame(kind).dtypes}
    assert frame.dtypes.to_dict() == wanted
    assert len(frame) == 0 or year == 2020


def test_chosen_cells_are_exactly_those_of_the_report(corpus):
    frame = chosen(narrowed(corpus, ANFU, 2020), "requests")
    report = gid.read_report(gid.sample("anfu_2020.txt"))
    own = report.cells.query("table == 'requests'").reset_index(drop=True)
    pd.testing.assert_frame_equal(frame[list(own.columns)], own)


def test_all_years_come_in_their_order(corpus):
    frame = chosen(narrowed(corpus, agencies(corpus.reports)[0]), "disputes")
    assert frame["year"].is_monotonic_increasing
    assert frame["year"].nunique() == 6


@pytest.mark.parametrize("table", ["cells", "Requests", "", "reports"])
def test_a_table_that_is_none_is_refused_with_those_there_are(table, corpus):
    with pytest.raises(GidtkError) as error:
        chosen(corpus, table)
    assert str(error.value) == f"no table {table!r}: there is {', '.join(TABLES)}"


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_a_name_in_both_languages(table):
    assert any("一" <= char <= "鿿" for char in table_name(table, "zh"))
    assert table_name(table, "en").isascii()


def test_another_language_is_refused(corpus):
    for call in (lambda: table_name("requests", "fr"), lambda: labelled(chosen(corpus, "issues"), "fr")):
        with pytest.raises(GidtkError, match=r"^lang 'fr': give 'zh' or 'en'$"):
            call()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("year", [2020, 1999])
def test_labelled_rows_are_text_with_as_many_rows_and_headings_in_the_language(lang, table, year, corpus):
    frame = chosen(narrowed(corpus, ANFU, year), table)
    shown = labelled(frame, lang)
    assert len(shown) == len(frame)
    assert {str(kind) for kind in shown.dtypes} == {"str"}
    assert not shown.isna().any(axis=None)
    assert all((lang == "en") == name.isascii() for name in shown.columns)
    assert shown.columns[0] == heading("year", lang)
    assert heading("report", lang) not in shown


def test_labels_say_row_column_and_unit_and_a_missing_value_is_empty_never_zero(corpus):
    frame = chosen(narrowed(corpus, ANFU, 2020), "disclosure")
    frame.loc[0, ["value", "status", "raw"]] = [pd.NA, "dash", "—"]
    frame.loc[frame.index[-1], "value"] = 1234567.5
    shown = labelled(frame, "zh")
    assert shown.loc[0, ["数值", "状态", "原文"]].tolist() == ["", "横线", "—"]
    assert shown.iloc[-1][["数值", "单位"]].tolist() == ["1,234,567.5", "元"]
    assert labelled(frame, "en").loc[0, ["Row", "Unit", "Status"]].tolist() == ["Government rules", "cases", "dash"]


def test_rules_are_said_in_the_language_and_an_unknown_one_by_its_id(corpus):
    frame = chosen(narrowed(corpus, ANFU), "verdicts")
    frame.loc[0, "rule"] = "of_another_version"
    assert labelled(frame, "zh")[["对象", "结论"]].iloc[1].tolist() == ["商业企业", "通过"]
    assert labelled(frame, "zh")["规则"].iloc[1] == gid.rules()[frame["rule"].iloc[1]]["zh"]
    assert labelled(frame, "en")["Rule"].iloc[0] == "of_another_version"


def test_the_file_is_named_only_where_a_year_has_several_reports(corpus, revised):
    agency, year = revised
    two = labelled(chosen(narrowed(corpus, agency, year), "disputes"), "en")
    assert two.columns[-1] == "File"
    assert two["File"].nunique() == 2
    assert "File" not in labelled(chosen(narrowed(corpus, agency, year - 1), "disputes"), "en")


def test_a_text_without_end_is_cut_for_showing_and_whole_in_the_rows(corpus):
    frame = chosen(narrowed(corpus, ANFU), "sections")
    frame.loc[0, "text"] = "长" * (LONGEST + 1)
    shown = labelled(frame, "zh")["正文"].iloc[0]
    assert (len(shown), shown[-1]) == (LONGEST, "…")
    assert len(frame.loc[0, "text"]) == LONGEST + 1


def test_a_form_that_is_not_known_leaves_the_common_labels(corpus):
    frame = chosen(narrowed(corpus, ANFU), "requests")
    frame["form"] = pd.Series([None] * len(frame), dtype="str")
    assert labelled(frame, "en")["Row"].iloc[0] == "New requests"
