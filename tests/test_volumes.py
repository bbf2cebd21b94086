"""Several reports in one file: told apart for certain, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest
from pages import LAYOUTS, Page, draw_page, title

from gidtk.blocks import Paragraph
from gidtk.report import read_report, read_reports
from gidtk.volumes import split_reports

SECTIONS = ["一、总体情况", "好。", "五、存在的主要问题及改进情况", "无。", "六、其他需要报告的事项", "无。"]
YEARS = (2023, 2022)
ANFU, JIAN = "安福县2020年政府信息公开工作年度报告", "吉安县2020年政府信息公开工作年度报告"
FILES = [
    # lines, how many reports
    ([ANFU, *SECTIONS], 1),
    ([ANFU, *SECTIONS, JIAN, *SECTIONS], 2),
    ([ANFU, *SECTIONS, ANFU.replace("2020", "2021"), *SECTIONS], 2),
    ([ANFU, ANFU, *SECTIONS], 1),  # the title printed twice
    ([ANFU, JIAN, *SECTIONS], 1),  # a list of links
    ([ANFU, *SECTIONS, JIAN], 1),  # the next page
    ([ANFU, *SECTIONS, *SECTIONS], 1),  # no second title: not told apart
    ([ANFU, *SECTIONS, ANFU, *SECTIONS], 1),  # the same report twice
    ([], 1),
]


@pytest.mark.parametrize(("lines", "count"), FILES)
def test_reports_are_told_apart_by_their_titles_and_sections(lines: list[str], count: int) -> None:
    blocks = [Paragraph(line) for line in lines]
    parts = split_reports(blocks)
    assert len(parts) == count
    assert [block for part in parts for block in part] == blocks


def drawn(year: int) -> Page:
    return replace(draw_page("f2021", year), year=year)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    pages = [drawn(year) for year in YEARS]
    file = tmp_path / "two.txt"
    file.write_text("\n".join(LAYOUTS["cell a line"](page) for page in pages), encoding="utf-8")
    return file


def test_each_report_of_a_file_has_its_own_cells(two: Path, tmp_path: Path) -> None:
    reports = read_reports(two)
    for year, report in zip(YEARS, reports, strict=True):
        page = drawn(year)
        alone = tmp_path / f"{year}.txt"
        alone.write_text(LAYOUTS["cell a line"](page), encoding="utf-8")
        expected = read_report(alone)
        columns = ["table", "row", "column", "value", "raw", "status"]
        assert report.cells[columns].equals(expected.cells[columns])
        assert (report.title, report.year) == (title(page), year)


def test_reading_them_as_one_says_so_and_gives_no_number_of_either_where_they_differ(two: Path) -> None:
    report = read_report(two)
    first, second = (each.cells.set_index(["table", "row", "column"]) for each in read_reports(two))
    whole = report.cells.set_index(["table", "row", "column"])
    read = whole[whole["status"] == "ok"]
    assert [issue.message for issue in report.issues if issue.code == "several_reports"] == [
        "the file holds 2 reports; rows that differ are not read: gidtk.read_reports gives each report"
    ]
    assert (first.loc[read.index, "value"] == read["value"]).all()
    assert (second.loc[read.index, "value"] == read["value"]).all()
