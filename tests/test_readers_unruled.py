"""Tables of a PDF without ruling lines: where a text stands tells what it is."""

from pathlib import Path

import pytest
from drawings import Drawing, pdf
from pages import blank_zeros, draw_page, wrong
from test_damage import WRITERS

import gidtk as gid
from gidtk.blocks import Grid
from gidtk.form import load_form
from gidtk.readers import read_bytes
from gidtk.tables import read_cells

XS = (300, 340, 380, 420, 460, 500, 540)


def row(page: Drawing, y: float, *values: str) -> Drawing:
    for x, value in zip(XS, values, strict=True):
        if value:
            page.text(x, y, value)
    return page


def grids(page: Drawing) -> list[list[list[str]]]:
    return [block.texts for block in read_bytes(pdf(page), "a.pdf").blocks if isinstance(block, Grid)]


def test_a_label_of_two_lines_stands_beside_its_values_and_a_blank_keeps_its_column() -> None:
    page = row(Drawing(), 700, "11", "0", "3", "4", "5", "6", "29").text(100, 700, "一、本年新收")
    row(page, 670, "1", "", "", "2", "", "", "3").text(100, 676, "二、上年结转政府信").text(100, 664, "息公开申请数量")
    row(page, 640, "1", "0", "0", "2", "0", "0", "3").text(100, 640, "四、结转下年度")
    assert grids(page) == [
        [
            ["", "一、本年新收", "11", "0", "3", "4", "5", "6", "29"],
            ["", "二、上年结转政府信息公开申请数量", "1", "", "", "2", "", "", "3"],
            ["", "四、结转下年度", "1", "0", "0", "2", "0", "0", "3"],
        ]
    ]


def test_heads_stand_above_their_columns_and_a_heading_is_none() -> None:
    page = Drawing().text(100, 760, "三、收到和处理政府信息公开申请情况一览表的全部内容如下")
    row(page, 730, "自然", "商业", "科研", "社会", "法律", "其他", "总计")
    row(page, 718, "人", "企业", "机构", "公益", "服务", "", "")
    row(page, 700, "1", "0", "0", "2", "0", "0", "3").text(100, 700, "一、本年新收")
    assert ["自然人", "商业企业", "科研机构"] in [line[2:5] for line in grids(page)[0]]
    assert read_bytes(pdf(page), "a.pdf").blocks[0].text.startswith("三、收到")


def test_a_text_beside_two_rows_of_values_names_neither() -> None:
    page = row(Drawing(), 700, *"1234567").text(100, 700, "一、本年新收")
    row(page, 688, *"7654321").text(100, 694, "政府信息公开申请").text(100, 688, "数量")
    assert grids(page) == []


KINDS = ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
EXCHANGED = [KINDS[1], KINDS[0], *KINDS[2:]]


def narrow(step: float, kinds: list[str]) -> Drawing:
    """Draw heads of two lines, three characters in a column."""
    page = Drawing().text(100, 700, "一、本年新收政府信息公开申请数量")
    for n, (head, value) in enumerate(zip(["自然人", *kinds, "总计"], "1000203", strict=True)):
        page.text(300 + step * n, 730, head[:3]).text(310 + step * n, 700, value)
        if head[3:]:
            page.text(300 + step * n, 718, head[3:])
    return page


def received(page: Drawing) -> tuple[list[tuple[str, float | None]], set[str]]:
    """Return the statuses and values of the row, and the codes of the issues."""
    _, cells, issues = read_cells(read_bytes(pdf(page), "a.pdf").blocks, load_form("f2021"))
    own = [(cell.status, cell.value) for cell in cells if cell.row == "received"]
    return own, {issue.code for issue in issues}


def test_heads_that_touch_stand_above_columns_of_their_own() -> None:
    grid = grids(narrow(35, KINDS))[0]
    assert [row[3:7] for row in grid if row[3] == KINDS[0]] == [KINDS[:4]]
    assert received(narrow(35, KINDS))[0] == [("ok", int(n)) for n in "1000203"]


@pytest.mark.parametrize("step", [35, 30])
def test_exchanged_heads_leave_a_row_unreadable_whether_they_can_be_told_apart_or_not(step: float) -> None:
    assert received(narrow(step, KINDS))[0] == [("ok", int(n)) for n in "1000203"]
    cells, issues = received(narrow(step, EXCHANGED))
    assert cells == [("unreadable", None)] * 7
    assert "cells_unreadable" in issues


@pytest.mark.parametrize("form", ["f2019", "f2021"])
def test_no_number_is_invented_where_texts_touch(form: str) -> None:
    for seed in range(4):
        page = blank_zeros(draw_page(form, seed), tables=("requests",) if seed % 2 else ())
        _, cells, _ = read_cells(read_bytes(WRITERS["pdf without lines"](page), "a.pdf").blocks, load_form(form))
        assert wrong(page, {(cell.table, cell.row, cell.column): cell for cell in cells}) == {}


def test_simulated_reports_are_read_whole(tmp_path: Path) -> None:
    gid.simulate(tmp_path, regions=2, years=(2020, 2021), formats=["pdf"], layouts=["unruled"], seed=7, blanks=0)
    for path in tmp_path.glob("*.pdf"):
        cells = gid.read_report(path).cells
        assert set(cells["status"]) == {"ok"}
        assert set(cells["place"].str.extract(r"^page \d+, (table|line)")[0]) == {"table", "line"}
