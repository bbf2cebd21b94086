"""Who reports and whose figures: told by name and by the report's own words, never inferred."""

import pytest

from gidtk.agencies import is_agency, kind, scope

KINDS = [
    ("安福县人民政府", "government"),
    ("淮安市洪泽区", "government"),
    ("湘西土家族苗族自治州人民政府", "government"),
    ("上海市人民政府办公厅", "department"),
    ("广州市国资委", "department"),
    ("国家发展和改革委员会", "department"),
    ("平潭综合实验区自然资源与生态环境局", "department"),
    ("太平镇人民政府", "township"),
    ("拖市镇", "township"),
    ("大乡政府", "township"),
    ("石家庄市桥西区中山街道办事处", "street_office"),
    ("中山街道", "street_office"),
    ("中山街道办", "street_office"),
    ("莲湖区残疾人联合会", None),
    ("苏州工业园区管理委员会", None),
    ("某某高新区管委会", None),
    ("上海申通地铁集团有限公司", None),
]


@pytest.mark.parametrize(("agency", "expected"), KINDS)
def test_the_name_tells_the_kind_or_nothing_does(agency: str, expected: str | None) -> None:
    assert kind(agency) == expected


SCOPES = [
    ("本报告数据由各乡镇、县直各单位上报后汇总编制。", "area"),
    ("本年度报告由县政府办公室综合各乡镇和县直部门报告编制而成。", "area"),
    ("报告中所列数据涵盖全市各级行政机关。", "area"),
    ("统计数据为全县汇总。", "area"),
    ("本报告仅反映本机关政府信息公开情况。", "own"),
    ("所列数据不含所属单位。", "own"),
    ("统计口径为本级。", "own"),
    ("统计数据仅包括本机关，不含所属单位。", "own"),
    # said of something else, or not at all
    ("本报告中所列数据的统计期限为2020年1月1日至12月31日。", None),
    ("加快推进全县一体化公开平台建设，各乡镇各部门主动公开信息。", None),
    ("", None),
    # both said: nothing is decided
    ("统计口径为本级。数据由各部门上报后汇总编制。", None),
]


@pytest.mark.parametrize(("text", "expected"), SCOPES)
def test_the_scope_is_what_the_report_says_and_left_open_where_it_does_not(text: str, expected: str | None) -> None:
    found = scope(text.replace("，", ","))
    assert (found.id if found else None) == expected
    assert found is None or found.words in text.replace("，", ",")


@pytest.mark.parametrize("name", ["", "格式模板", "XX县", "××局"])
def test_a_blank_form_has_no_agency(name: str) -> None:
    assert not is_agency(name)
