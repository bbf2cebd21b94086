"""Every number can be followed back to the page."""

from pathlib import Path

import pytest

import gidtk as gid
from gidtk.errors import GidtkError

PAGE = """<h1>某县2022年政府信息公开工作年度报告</h1><p>二、主动公开政府信息情况</p>
<table><tr><td colspan=4>第二十条第（一）项</td></tr>
<tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>
<tr><td>规章</td><td>1</td><td><b>&lt;7&gt;</b></td><td></td></tr></table>"""


@pytest.fixture
def page(tmp_path: Path) -> gid.Report:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    return gid.read_report(tmp_path / "page.html")


def test_every_number_of_the_real_report_is_marked_where_it_is_printed() -> None:
    report = gid.read_report(gid.sample("anfu_2020.txt"))
    for cell in report.cells.itertuples():
        shown = report.explain(cell.table, cell.row, cell.column)
        assert shown.lines[-1][shown.marked] == cell.raw, shown


def test_a_cell_of_a_grid_is_marked_in_its_row(page: gid.Report) -> None:
    shown = page.explain("disclosure", "rules", "issued")
    assert (shown.lines, shown.marked) == ((("规章", "1", "<7>", ""),), 1)
    assert str(shown).splitlines()[-1] == "  规章 | 【1】 | <7> | "


def test_what_is_printed_is_escaped_in_the_notebook(page: gid.Report) -> None:
    markup = page.explain("disclosure", "rules", "repealed")._repr_html_()
    assert "<mark>&lt;7&gt;</mark>" in markup
    assert "<7>" not in markup


def test_an_absent_cell_says_that_it_is_not_on_the_page(page: gid.Report) -> None:
    shown = page.explain("requests", "granted", "total")
    assert (shown.lines, shown.marked) == ((), -1)
    assert str(shown) == "requests.granted.total: absent (printed: —)\n  not on the page"


def test_a_cell_that_the_form_lacks_is_named(page: gid.Report) -> None:
    with pytest.raises(
        GidtkError, match=r"page.html: form f2021 has no cell disclosure.rules.made; report.cells lists"
    ):
        page.explain("disclosure", "rules", "made")
