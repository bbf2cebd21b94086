"""Whose report it is: from the page, and left open where the page does not say."""

import pytest

from gidtk.blocks import Paragraph
from gidtk.identity import Identity, read_identity
from gidtk.sections import split_sections

BODY = "一、总体情况\n正文。\n六、其他需要报告的事项\n无。"


def _identity(head: str, body: str = BODY) -> tuple[Identity, list[str]]:
    front, sections, _ = split_sections([Paragraph(line) for line in f"{head}\n{body}".split("\n")])
    identity, issues = read_identity(front, sections)
    return identity, [issue.message for issue in issues]


TITLES = [
    # head of the page, title, agency, year
    ("安福县2020年政府信息公开工作年度报告", "安福县2020年政府信息公开工作年度报告", "安福县", 2020),
    ("2024年上海市科学技术委员会政府信息公开工作年度报告", None, "上海市科学技术委员会", 2024),
    ("洪泽区人民政府2023年政府信息公开工作年度报告", None, "洪泽区人民政府", 2023),
    ("2018年建新镇政府信息公开年度报告", None, "建新镇", 2018),
    ("太平镇人民政府2022 年政府信息公开工作年度报告", None, "太平镇人民政府", 2022),
    ("太平镇人民政府2022年度政府信息公开工作年度报告", None, "太平镇人民政府", 2022),
    ("二〇二〇年安福县政府信息公开工作年度报告", None, "安福县", 2020),
    ("二○一一年安福县政府信息公开年度报告", None, "安福县", 2011),
    (
        "标题: 平潭综合实验区自然资源局2020年政府信息公开年度报告",
        "平潭综合实验区自然资源局2020年政府信息公开年度报告",
        "平潭综合实验区自然资源局",
        2020,
    ),
    ("关于报送《安福县2015年政府信息公开年度报告》的函", "安福县2015年政府信息公开年度报告", "安福县", 2015),
    ("安福县人民政府2020年政府信息公开工作年度报告（修订）", None, "安福县人民政府", 2020),
    ("【更正】安福县2020年政府信息公开工作年度报告", None, "安福县", 2020),
    ("2020年政府信息公开工作年度报告（安福县）", None, "安福县", 2020),
    ("廣州市國資委2020年政府信息公開工作年度報告", None, "广州市国资委", 2020),
    # broken over lines, printed twice, printed twice with and without the name
    ("安福县\n2020年政府信息公开工作年度报告", "安福县2020年政府信息公开工作年度报告", "安福县", 2020),
    ("2020年安福县政府信息公开\n工作年度报告", "2020年安福县政府信息公开工作年度报告", "安福县", 2020),
    ("安福县2020年政府信息公开\n\n工作年度报告", "安福县2020年政府信息公开工作年度报告", "安福县", 2020),
    ("安福县2020年政府信息公开工作年度报告\n安福县2020年政府信息公开工作年度报告", None, "安福县", 2020),
    (
        "2020年政府信息公开工作年度报告\n安福县2020年政府信息公开工作年度报告",
        "安福县2020年政府信息公开工作年度报告",
        "安福县",
        2020,
    ),
    (
        "当前位置：首页 > 2020年政府信息公开年报\n安福县2020年政府信息公开工作年度报告",
        "安福县2020年政府信息公开工作年度报告",
        "安福县",
        2020,
    ),
    ("# 安福县2020年政府信息公开工作年度报告", "安福县2020年政府信息公开工作年度报告", "安福县", 2020),
    ("安福县2020年政府信息公开⼯作年度报告", "安福县2020年政府信息公开工作年度报告", "安福县", 2020),  # a PDF's radical
    # the whole report on one line
    (
        "首页 安福县2020年政府信息公开工作年度报告 发布日期:2021-01-29 " + "本报告依据《条例》编制。" * 20,
        "安福县2020年政府信息公开工作年度报告",
        "安福县",
        2020,
    ),
    # nothing to go by
    ("政府信息公开工作年度报告格式模板", "政府信息公开工作年度报告格式模板", None, None),
    ("2020年政府信息公开工作年度报告", "2020年政府信息公开工作年度报告", None, 2020),
    ("通知公告", "", None, None),
    (
        "发布机构：安福县人民政府办公室\n2020年政府信息公开工作年度报告",
        "2020年政府信息公开工作年度报告",
        "安福县人民政府办公室",
        2020,
    ),
]


@pytest.mark.parametrize(("head", "title", "agency", "year"), TITLES)
def test_title_agency_and_year_are_as_the_page_says(
    head: str, title: str | None, agency: str | None, year: int | None
) -> None:
    identity, _ = _identity(head)
    assert (identity.agency, identity.year) == (agency, year)
    assert title is None or (identity.title or "") == title


DATES = [
    ("日期:2021-01-29 字号:[]", "2021-01-29"),
    ("发布时间：2022年01月30日 15:52", "2022-01-30"),
    ("发布日期：2021/1/9", "2021-01-09"),
    ("2021年1月9日", "2021-01-09"),
    ("发布时间：", None),
    ("发布日期：2021-13-40", None),
    ("统计期限为2020年1月1日至2020年12月31日。", None),
    ("发布日期：202119", None),
]


@pytest.mark.parametrize(("line", "date"), DATES)
def test_the_date_of_publication_is_read_or_left_open(line: str, date: str | None) -> None:
    assert _identity(f"安福县2020年政府信息公开工作年度报告\n{line}")[0].published == date


def test_the_period_gives_the_year_where_the_title_does_not() -> None:
    identity, _ = _identity("安福县政府信息公开工作年度报告\n统计期限为2020年1月1日至12月31日")
    assert identity.year == 2020


def test_two_years_that_differ_are_said() -> None:
    identity, messages = _identity("安福县2021年政府信息公开工作年度报告\n统计期限为2020年1月1日起至2020年12月31日止")
    assert identity.year == 2021
    assert "the title says 2021, the period of its figures 2020" in messages


def test_what_is_missing_is_said() -> None:
    assert _identity("通知公告")[1] == ["the page does not say: title, agency, year, published"]


def test_an_agency_without_a_known_division_is_said() -> None:
    identity, messages = _identity("某某镇2020年政府信息公开工作年度报告")
    assert (identity.region, identity.region_code, identity.level) == (None, None, "township")
    assert "某某镇: no division of county level or above for certain" in messages


PERIODS = [
    ("统计期限为2020年1月1日至12月31日", "2020-01-01/2020-12-31"),
    ("统计期限自2023年1月1日起至2023年12月31日止", "2023-01-01/2023-12-31"),
    ("统计期限为2019 年 5 月 15 日—2019年12月31日", "2019-05-15/2019-12-31"),
    ("时间从2020年12月1日到2021年11月30日", "2020-12-01/2021-11-30"),
    ("统计期限为202011日至1231日", None),
    ("统计期限为2020年1月1日至2020年13月31日", None),
    ("统计期限为2020年12月31日至2020年1月1日", None),
]


@pytest.mark.parametrize(("line", "period"), PERIODS)
def test_the_period_is_what_the_page_prints_or_nothing(line: str, period: str | None) -> None:
    assert _identity(f"安福县2020年政府信息公开工作年度报告\n{line}。")[0].period == period


def test_every_part_of_the_identity_has_the_words_it_was_read_from() -> None:
    title, dated, period = "安福县2020年政府信息公开工作年度报告", "发布日期：2021-01-29", "2020年1月1日至12月31日"
    identity, _ = _identity(f"{title}\n{dated}\n统计期限为{period}，数据为全县汇总。")
    assert identity.evidence == {
        "title": title,
        "agency": title,
        "year": title,
        "period": period,
        "scope": "数据为全县",
        "published": dated,
    }
    assert (identity.kind, identity.scope) == ("government", "area")
