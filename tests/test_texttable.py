"""Tables in running text: what counts as a cell, and which rows are taken."""

import pytest

from gidtk.blocks import Paragraph
from gidtk.form import load_form
from gidtk.rows import FoundRow
from gidtk.textitems import without_furniture
from gidtk.texttable import read_text_tables


def _rows(text: str, form: str = "f2021") -> dict[str, FoundRow]:
    lines = [Paragraph(line, f"line {n}") for n, line in enumerate(text.split("\n"), start=1)]
    return {row.row: row for row in read_text_tables(lines, load_form(form))}


def _raw(row: FoundRow) -> dict[str, str]:
    return {column: printed.raw for column, printed in row.cells.items()}


THREE = {"issued": "2", "repealed": "0", "in_force": "2"}
RULES = [
    # how a real page prints one row of three values
    "信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n2\n0\n2",
    "信息内容 |\n本年制发件数 |\n本年废止件数 |\n现行有效件数 |\n规章 |\n2 |\n0 |\n2 |",
    "信息内容\n|\n本年制发件数\n|\n本年废止件数\n|\n现行有效件数\n|\n|\n规章\n|\n2\n|\n0\n|\n2\n|\n|",
    "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 | \n| 规章 | 2 | 0 | 2 | ",
    "|\n信息内容  |\n本年制发件数  |\n本年废止件数  |\n现行有效件数  |\n|\n规章  |\n2  |\n0  |\n2  |",
    "信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t2\t0\t2",
    "信息内容 本年制发件数 本年废止件数 现行有效件数 规章 2 0 2 行政规范性文件 1 1 1",
    "本年新\n\n制发件数\n规章\n2\n0\n2",  # heads that cannot be read: the form decides
    "信息内容\n本年制 本年废 现行有效件数\n发件数 止件数\n规章 2 0 2",  # likewise
    "规章 | 2 | 0 | 2",
    "规章\n2\n- 3 -\n0\n2",  # the number of a page between the values
    "规章\n2\n0\n第 3 页 共 10 页\n2",
    "规章\n2\n0\n+-------+\n2",
    "規章\n２\n０\n２",
    "规章（设区的市应提供）\n2\n0\n2",
]


@pytest.mark.parametrize("text", RULES)
def test_a_row_is_read_as_real_pages_lay_it_out(text: str) -> None:
    assert _raw(_rows(text)["rules"]) == THREE


NOT_TAKEN = [
    # text, what stands behind the label 规章
    ("规章\n2\n0", "2 0"),
    ("规章\n2\n0\n2\n2", "2 0 2 2"),
    ("规章\n2\n0件，其中\n2", "2"),
    ("信息内容\n现行有效件数\n本年制发件数\n规章\n2\n0\n2", "2 0 2"),  # heads against the order of the form
    ("信息内容\n本年废 本年制 现行有效件数\n止件数 发件数\n规章 2 0 2", "2 0 2"),  # likewise, none of them whole
]


@pytest.mark.parametrize(("text", "raw"), NOT_TAKEN)
def test_a_row_that_does_not_fit_its_columns_is_not_taken(text: str, raw: str) -> None:
    row = _rows(text)["rules"]
    assert (row.cells, row.raw) == ({}, raw)


def test_heads_decide_the_order_of_the_values() -> None:
    text = "信息内容\n现行有效件数\n本年制发件数\n本年废止件数\n规章\n9\n2\n1"
    assert _raw(_rows(text)["rules"]) == {"in_force": "9", "issued": "2", "repealed": "1"}


def test_a_head_that_is_no_column_of_the_form_keeps_its_place() -> None:
    row = _rows("信息内容\n本年制发件数\n小计\n本年废止件数\n规章\n2\n0\n3")["rules"]
    assert _raw(row) == {"issued": "2", "repealed": "3"}


def test_a_blank_cell_keeps_its_place_between_borders() -> None:
    rows = _rows("规章 | 2 |  | 5 |\n行政规范性文件 | 7 | | |")
    assert _raw(rows["rules"]) == {"issued": "2", "repealed": "", "in_force": "5"}
    assert _raw(rows["norms"]) == {"issued": "7", "repealed": "", "in_force": ""}


def test_blank_cells_moved_to_the_end_give_no_place() -> None:
    rows = _rows(
        "一、本年新收政府信息公开申请数量 | 3 | 3 | |||||||\n二、上年结转政府信息公开申请数量 | 1 | 1 | |||||||"
    )
    assert not any(row.cells for row in rows.values())


def test_a_value_stands_with_its_line() -> None:
    row = _rows("规章\n2\n0\n2")["rules"]
    assert [printed.place for printed in row.cells.values()] == ["line 2", "line 3", "line 4"]


def test_the_unit_in_the_head_goes_with_the_value() -> None:
    text = "信息内容\n采购项目数量\n采购总金额（万元，保留四位小数）\n政府集中采购\n3\n103.3879"
    assert _rows(text, "f2019")["procurement"].cells["amount_yuan"].header_unit == "万元"


def test_other_and_total_are_rows_only_behind_the_results() -> None:
    head = "自然人\n商业企业\n科研机构\n社会公益组织\n法律服务机构\n其他\n总计\n"
    seven = "1\n0\n0\n0\n0\n0\n1\n"
    rows = _rows(f"{head}1.逾期不补正\n{seven}2.逾期不缴费\n{seven}其他\n{seven}总计\n{seven}")
    assert [row for row, found in rows.items() if found.cells] == [
        "other_no_correction",
        "other_unpaid",
        "other_misc",
        "concluded",
    ]
    assert "other_misc" not in _rows(f"{head}（一）予以公开\n{seven}其他\n{seven}")


def test_an_extra_row_is_no_row_of_the_form() -> None:
    rows = _rows("规章\n2\n0\n2\n其他主动公开文件\n7\n7\n7\n行政规范性文件\n1\n1\n1")
    assert _raw(rows["rules"]) == THREE
    assert list(rows) == ["rules", "norms"]


DISPUTES = "行政复议\n行政诉讼\n结果维持\n结果纠正\n其他结果\n尚未审结\n总计\n未经复议直接起诉\n复议后起诉\n" + (
    "结果维持\n结果纠正\n其他结果\n尚未审结\n总计\n" * 2
)


def test_table_four_is_read_behind_its_heads() -> None:
    rows = _rows(DISPUTES + "\n".join(map(str, range(15))))
    assert _raw(rows["suit_direct"]) == {"upheld": "5", "corrected": "6", "other": "7", "pending": "8", "total": "9"}


@pytest.mark.parametrize("count", [14, 16])
def test_table_four_is_not_read_with_a_value_too_few_or_many(count: int) -> None:
    rows = _rows(DISPUTES + "\n".join("1" * count))
    assert len(rows) == 3
    assert not any(row.cells for row in rows.values())


def test_table_four_is_not_read_where_a_head_is_lost() -> None:
    rows = _rows(DISPUTES.replace("尚未审结\n", "", 1) + "1\n" * 15)
    assert not any(row.cells for row in rows.values())


@pytest.mark.parametrize(
    "line", ["- 3 -", "— 12 —", "第3页", "第 3 页 共 10 页", "3/10", "Page 3 of 10", "|---|---|", "├──┼──┤", "-----"]
)
def test_rulings_and_page_numbers_are_no_cells(line: str) -> None:
    assert without_furniture(line) == " " * len(line)


@pytest.mark.parametrize("line", ["-", "3", "--", "/", "- - -", "   -   ", "3 4", "第二十条第（一）项", "-3", "—"])
def test_cells_are_no_rulings(line: str) -> None:
    assert without_furniture(line) == line


def test_values_between_the_lines_of_a_label_with_a_note_are_its_values() -> None:
    text = "（二）部分公开（区分处理的，只计这一情 98 8 0 0 0 6 112\n形，不计其他情形）\n1.属于国家秘密 0 0 0 0 0 0 0"
    assert _rows(text)["partial"].raw == "98 8 0 0 0 6 112"
    assert _raw(_rows(text)["partial"])["total"] == "112"
    assert _rows(text.replace(" 112", ""))["partial"].cells == {}
    assert _rows("规章（其中修订 3 件）2 0 9")["rules"].raw == "2 0 9"


def test_a_head_that_was_read_between_broken_ones_in_another_order_forbids_the_order_of_the_form():
    kinds = {"商业企": "业", "科研机": "构", "社会公": "益组织", "法律服": "务机构"}
    values = "一、本年新收政府信息公开申请数量 1 0 0 0 2 0 3"
    for order, read in (("商业企 科研机 社会公 法律服 其他", True), ("商业企 科研机 社会公 其他 法律服", False)):
        tails = " ".join(kinds[head] for head in order.split() if head in kinds)
        found = _rows(f"申请人情况\n自然人 法人或其他组织 总计\n{order}\n{tails}\n{values}")["received"]
        assert bool(found.cells) == read


def test_cells_that_run_together_at_the_end_of_a_text_may_go_on_where_it_was_cut_off():
    text = "采购项目数量采购总金额政府集中采购20"
    assert _raw(_rows(text, "f2019")["procurement"]) == {}
    assert _rows(f"{text}三、收到和处理政府信息公开申请情况", "f2019")["procurement"].cuts
