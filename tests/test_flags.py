"""Flags: what to know of a report before it is counted."""

import pandas as pd
import pytest

import gidtk as gid
from gidtk.errors import GidtkError
from gidtk.flags import flag_reports, notice

COLUMNS = ["report", "sha256", "title", "agency", "region_code", "scope", "year"]
CASES = [
    ([("a", "x", "甲县2020年报告", "甲县人民政府", "110101", None, 2020)], [""]),
    ([("a-2", "x", "报告", "甲县", None, None, 2020)], ["second_report"]),
    ([("a", "x", "报告（更正）", "甲县", None, None, 2020)], ["revised"]),
    ([("a", "x", "甲县财政局、税务局报告", "甲县财政局、税务局", None, None, 2020)], ["joint"]),
    ([("a", "x", "报告", "模拟县001人民政府", None, None, 2020)], ["simulated"]),
    ([("a", "x", "报告", "模拟器材公司", None, None, 2020)], [""]),
    ([("a", "x", "报告", None, None, None, None), ("b", "y", None, None, None, None, None)], ["", ""]),
    (
        [("a", "x", "报告", "甲县", None, None, 2020), ("b", "y", "报告", "甲县", None, None, 2020)],
        ["same_unit_year"] * 2,
    ),
    (
        [("a", "x", "报告", "甲县", None, "own", 2020), ("b", "y", "报告", "甲县", None, "area", 2020)],
        ["other_scope"] * 2,
    ),
    ([("a", "x", "报告", "甲县", None, None, 2020), ("b", "y", "报告", "甲县", None, None, 2021)], ["", ""]),
]


@pytest.mark.parametrize(("rows", "flags"), CASES)
def test_each_report_bears_its_flags_and_none_is_dropped(rows, flags):
    assert flag_reports(pd.DataFrame(rows, columns=COLUMNS), set(), set())["flags"].tolist() == flags


def test_bytes_under_several_names_and_a_registry_that_disagrees_are_flagged():
    frame = pd.DataFrame(CASES[0][0], columns=COLUMNS)
    assert flag_reports(frame, {"x"}, {"a"})["flags"].tolist() == ["same_bytes;registry_differs"]


def test_the_notice_counts_the_simulated_reports_and_is_silent_where_all_are_real():
    reports = gid.open_corpus("sample").reports
    assert "146 份报告中有 145 份" in notice(reports)
    assert notice(reports[reports["region_code"] == "360829"]) == ""
    assert notice(reports.iloc[:0], "en") == ""


def test_the_notice_of_one_report_says_whether_it_is_simulated():
    assert notice(gid.find_report("sample", "360829", 2020)) == ""
    simulated = gid.find_report("sample", "329901", 2019)
    assert "1 of 1 reports were made by a program" in notice(simulated, "en")


def test_a_language_that_there_is_not_is_named():
    with pytest.raises(GidtkError, match="lang 'fr': give 'zh' or 'en'"):
        notice(gid.open_corpus("sample").reports, "fr")
