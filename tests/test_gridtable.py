"""Tables that are tables on the page: a value has the row on its left and the column above it."""

import pytest

from gidtk.blocks import Grid
from gidtk.form import load_form
from gidtk.gridtable import GridState, read_grid
from gidtk.readers import html
from gidtk.rows import FoundRow
from gidtk.tables import read_cells

HEAD = "<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>"


def _rows(*tables: str, form: str = "f2021") -> dict[str, FoundRow]:
    state, found = GridState(), {}
    for block in html.read("".join(f"<table>{table}</table>" for table in tables)):
        assert isinstance(block, Grid)
        found.update({row.row: row for row in read_grid(block, load_form(form), state)})
    return found


def _raw(row: FoundRow) -> dict[str, str]:
    return {column: printed.raw for column, printed in row.cells.items()}


def _line(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


ROWS = [
    # tables, what the row 规章 holds
    (HEAD + _line("规章", "2", "0", "3"), {"issued": "2", "repealed": "0", "in_force": "3"}),
    (
        _line("信息内容", "现行有效件数", "本年制发件数", "本年废止件数") + _line("规章", "3", "2", "0"),
        {"in_force": "3", "issued": "2", "repealed": "0"},
    ),
    (_line("规章", "2", "0", "3"), {"issued": "2", "repealed": "0", "in_force": "3"}),  # heads lost
    (_line("规章", "2", "0"), {}),
    (HEAD + _line("规章", "2", "0"), {}),
    (HEAD + _line("规章", "2", "", "3"), {"issued": "2", "repealed": "", "in_force": "3"}),
    (HEAD + _line("规章", "2", "0", "3", "4"), {}),
    (
        _line("信息内容", "本年制发件数", "备注", "本年废止件数", "现行有效件数") + _line("规章", "2", "9", "0", "3"),
        {"issued": "2", "repealed": "0", "in_force": "3"},
    ),
    (_line("信息内容", "本年制发件数", "备注", "本年废止件数", "现行有效件数") + _line("规章", "2", "0", "3"), {}),
    (
        _line("", "信息内容", "本年制发件数", "本年废止件数", "现行有效件数", "")
        + _line("", "规章", "2", "0", "3", ""),
        {"issued": "2", "repealed": "0", "in_force": "3"},
    ),
    (
        HEAD + _line("规章", "2", "0", "3") + _line("其他主动公开文件", "7", "7", "7"),
        {"issued": "2", "repealed": "0", "in_force": "3"},
    ),
]


@pytest.mark.parametrize(("table", "cells"), ROWS)
def test_a_row_is_read_where_heads_and_order_agree(table: str, cells: dict[str, str]) -> None:
    assert _raw(_rows(table)["rules"]) == cells


def test_an_extra_row_does_not_end_the_table() -> None:
    rows = _rows(
        _line("信息内容", "现行有效件数", "本年制发件数", "本年废止件数")
        + _line("其他主动公开文件", "7", "7", "7")
        + _line("规章", "3", "2", "0")
    )
    assert _raw(rows["rules"]) == {"in_force": "3", "issued": "2", "repealed": "0"}


@pytest.mark.parametrize("values", ["9", "9│9"])
def test_a_total_before_values_is_no_head_though_a_caption_stands_in_its_row(values: str) -> None:
    kinds = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
    foreign = f"<tr><td>（三）不予公开</td><td>合计</td><td colspan=7>{values}</td></tr>"
    rows = _rows(_line("", "", *kinds) + foreign + _line("", "1.属于国家秘密", *"1234567"))
    assert list(_raw(rows["refused_secret"]).values()) == list("1234567")


def test_two_heads_do_not_tell_two_values_where_a_third_one_is_printed_and_not_read() -> None:
    heads = "<tr><td colspan=2>信息内容 上一年项目数量</td><td>本年增/减</td><td>处理决定数量</td></tr>"
    values = "<tr><td>行政处罚</td><td>1370</td><td colspan=2>增763 64</td></tr>"
    found = (_rows(heads + values, form="f2019"), _rows(heads, values, form="f2019"))
    assert [_raw(rows["penalties"]) for rows in found] == [{}, {}]


def test_heads_hold_for_the_table_that_goes_on() -> None:
    rows = _rows(HEAD + _line("规章", "2", "0", "3"), _line("行政规范性文件", "5", "1", "9"))
    assert _raw(rows["norms"]) == {"issued": "5", "repealed": "1", "in_force": "9"}


def test_a_value_stands_with_its_table_row_and_column() -> None:
    row = _rows(HEAD + _line("规章", "2", "0", "3"))["rules"]
    assert [printed.place for printed in row.cells.values()] == [f"table 1, row 2, column {n}" for n in (2, 3, 4)]


def test_the_label_next_to_the_values_is_the_row() -> None:
    rows = _rows(
        "<tr><td rowspan=3>（六）其他处理</td><td>1.逾期不补正</td>" + "<td>1</td>" * 7 + "</tr>"
        + _line("2.逾期不缴费", *"2222222") + _line("其他", *"3333333")
    )  # fmt: skip
    assert {row: found.cells["natural"].raw for row, found in rows.items()} == {
        "other_no_correction": "1",
        "other_unpaid": "2",
        "other_misc": "3",
    }


def test_heads_that_are_printed_again_are_no_row() -> None:
    kinds = _line("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
    rows = _rows(_line("2.逾期不缴费", *"2222222"), kinds + _line("（七）总计", *"3333333"))
    assert list(rows) == ["other_unpaid", "concluded"]


def test_a_label_with_a_slip_is_seen_through() -> None:
    assert _rows(_line("2.其他法律行政止公开", *"1000001"))["refused_law"].cells["total"].raw == "1"


HEADS_IN_ONE_CELL = [
    # how heads are printed that no cell holds alone, whether the order of the form may stand for them
    ("自然人商业企业科研机构社会公益组织法律服务机构其他总计", True),
    ("自然人科研机构商业企业社会公益组织法律服务机构其他总计", False),
    ("自然人 总计 商业企业 科研机构 社会公益组织 法律服务机构 其他", True),  # on two levels
    ("单位：件", True),
]


@pytest.mark.parametrize(("heads", "read"), HEADS_IN_ONE_CELL)
def test_the_order_of_the_form_stands_for_no_heads_that_show_another_one(heads: str, *, read: bool) -> None:
    row = _rows(f"<tr><td></td><td colspan=7>{heads}</td></tr>" + _line("2.逾期不缴费", *"1234567"))["other_unpaid"]
    assert bool(row.cells) is read
    assert row.raw == "1 2 3 4 5 6 7"


KINDS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
SPANNED = HEAD + "<tr><td>规章</td><td rowspan=2>2</td><td>0</td><td>3</td></tr>" + _line("行政规范性文件", "1", "9")
SIX = _line("2.逾期不缴费", "1", "2", "3 4", "5", "6", "7")
NOT_CERTAIN = [
    # tables, the row that stands in them and is not read
    ((SPANNED,), "rules"),
    ((SPANNED,), "norms"),
    (
        (
            _line("", "", "自然人", *KINDS, "总计")
            + "<tr><td rowspan=2>（六）其他处理</td><td></td>"
            + "<td>1</td>" * 7
            + "</tr>"
            + _line("", *"2222222"),
        ),
        "other_handling",
    ),
    ((_line("", "自然人", "商业企 科研机业 构", *KINDS[2:], "总计"), SIX), "other_unpaid"),
    ((_line("", *KINDS, "总计"), SIX), "other_unpaid"),
]


@pytest.mark.parametrize(("tables", "row"), NOT_CERTAIN)
def test_a_row_is_not_read_where_cells_span_others_or_hold_several(tables: tuple[str, ...], row: str) -> None:
    found = _rows(*tables)[row]
    assert (found.cells, bool(found.raw)) == ({}, True)


def test_heads_of_another_grid_that_are_not_all_there_name_no_column() -> None:
    assert _rows(_line("其他", ""), _line("2.逾期不缴费", "48"))["other_unpaid"].cells == {}


def test_a_head_above_others_is_no_column_even_if_it_cannot_be_read() -> None:
    heads = "<tr><td></td><td rowspan=2>自然人</td><td colspan=6>法人等机构 总计</td></tr>" + _line("", *KINDS, "")
    row = _rows(heads + _line("2.逾期不缴费", *"1234567"))["other_unpaid"]
    assert list(_raw(row).values()) == list("1234567")
    assert list(_raw(row)) == ["natural", "company", "research", "nonprofit", "legal", "other", "total"]


def test_a_total_that_stands_beside_the_kinds_is_not_taken_to_stand_above_them() -> None:
    top = "<tr><td rowspan=2></td><td rowspan=2>自然人</td><td colspan=5>法人或其他组织</td><td rowspan=2>{}</td></tr>"
    row = _line("2.逾期不缴费", *"1234567")
    assert _rows(top.format("总计") + _line(*KINDS) + row)["other_unpaid"].cells["total"].raw == "7"
    assert _rows(top.format("其他") + _line(*KINDS[:4], "总计") + row)["other_unpaid"].cells == {}


def test_table_four_needs_all_its_heads() -> None:
    names = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    top = "<tr><td colspan=5>行政复议</td><td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr>"
    values = _line(*(str(n) for n in range(15)))
    whole = _rows(top + _line(*names * 3) + values)
    assert _raw(whole["suit_after_review"]) == dict(
        zip(("upheld", "corrected", "other", "pending", "total"), ("10", "11", "12", "13", "14"), strict=True)
    )
    assert not any(row.cells for row in _rows(top + _line(*names * 2, *names[:4]) + values).values())
    assert not any(row.cells for row in _rows(top + _line(*names * 3) + _line(*"12345678901234")).values())


def test_a_row_whose_values_a_page_break_parts_from_its_label_is_not_blank() -> None:
    upper, lower = HEAD + _line("规章", "", "", ""), _line("以及其他", "2", "0", "3")
    (_, cells, _) = read_cells(
        html.read(f"<table>{upper}</table><table>{lower}{_line('行政规范性文件', '5', '1', '9')}</table>"),
        load_form("f2021"),
    )
    statuses = {(cell.row, cell.status) for cell in cells if cell.row in ("rules", "norms")}
    assert statuses == {("rules", "unreadable"), ("norms", "ok")}
    assert {cell.status for cell in read_cells(html.read(f"<table>{upper}</table>"), load_form("f2021"))[1][:3]} == {
        "blank"
    }
