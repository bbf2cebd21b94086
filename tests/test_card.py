"""A report as a card: everything printed is text, every table has header cells, every figure is whole."""

from dataclasses import replace

import pytest
from lxml import html

import gidtk as gid
from gidtk.card import report_card
from gidtk.issues import Issue
from gidtk.report import Report, Source, read_report

ANFU = read_report(gid.sample("anfu_2020.txt"))
NAMES = {"disclosure": (8, 8), "requests": (23, 7), "disputes": (3, 5)}
SCRIPT = "<script>alert('1')</script>"
PICTURE = '"><img src=x onerror="alert(1)">'


def card(report):
    """The card as a tree."""
    return html.fragment_fromstring(report_card(report), create_parent="div")


def with_cell(report, row, column, **facts):
    cells = tuple(c._replace(**facts) if (c.row, c.column) == (row, column) else c for c in report._cells)
    return replace(report, _cells=cells)


def cell(report, row, column):
    """One cell of the card, found by its place in the form."""
    own = [c for c in report._cells if c.table == "requests"]
    table = card(report).findall(".//table")[1]
    rows, columns = ([*dict.fromkeys(getattr(c, name) for c in own)] for name in ("row", "column"))
    return table.findall("tbody/tr")[rows.index(row)].findall("td")[columns.index(column)]


def is_inert(tree):
    """Tell that nothing in the card runs, loads or listens."""
    tags = {element.tag for element in tree.iter()}
    attributes = {name for element in tree.iter() for name in element.attrib}
    known = {
        "div",
        "style",
        "h3",
        "dl",
        "dt",
        "dd",
        "details",
        "summary",
        "ul",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    return tags <= known and attributes <= {"class", "title", "scope", "open"}


# --- what it shows ----------------------------------------------------------------------------------------


def test_jupyter_shows_the_card():
    assert ANFU._repr_html_() == report_card(ANFU)


def test_the_card_says_whose_report_it_is_and_what_was_found():
    tree = card(ANFU)
    facts = dict(zip((t.text for t in tree.iter("dt")), (d.text for d in tree.iter("dd")), strict=True))
    assert tree.find(".//h3").text == "安福县2020年政府信息公开工作年度报告"
    assert facts == {
        "机关 Agency": "安福县人民政府",
        "地区 Region": "安福县 360829 county",
        "年度 Year": "2020",
        "发布 Published": "2021-01-29",
        "格式 Form": "f2019",
        "来源 Source": f"anfu_2020.txt (text, sha256 {ANFU.source.sha256[:12]}…)",
        "单元格 Cells": "198 ok",
        "核对 Verdicts": "41 pass, 1 fail, 0 not assessable",
    }


def test_what_does_not_add_up_stands_open_before_the_tables():
    first = card(ANFU).find(".//details")
    assert first.find("summary").text == "不相符 What does not add up (1)"
    assert first.get("open") is not None
    (item,) = first.iter("li")
    assert item.text.endswith("(warning: p_disputes_requests, report)")


def test_a_report_without_failures_has_no_such_list_and_issues_have_theirs():
    calm = replace(
        with_cell(ANFU, "concluded", "total", value=30),
        issues=(Issue("a", "info", "第一"), Issue("b", "error", "第二")),
    )
    calm = with_cell(calm, "nothing", "nothing")
    summaries = [s.text for s in card(replace(calm, _cells=())).iter("summary")]
    assert summaries == ["问题 Issues (2)"]
    assert [item.text for item in card(replace(calm, _cells=())).iter("li")] == ["info: 第一", "error: 第二"]


def test_every_table_has_header_cells_for_its_rows_and_columns():
    tables = card(ANFU).findall(".//table")
    assert len(tables) == 3
    for table, (rows, columns) in zip(tables, NAMES.values(), strict=True):
        heads = table.findall("thead/tr/th")
        lines = table.findall("tbody/tr")
        assert [head.get("scope") for head in heads] == ["col"] * columns
        assert len(lines) == rows
        assert all(line.find("th").get("scope") == "row" for line in lines)
        assert all(len(line.findall("td")) == columns for line in lines)
        assert all(head.text for head in table.iter("th"))


def test_tables_carry_the_number_and_names_of_their_section():
    assert [s.text for s in card(ANFU).iter("summary")][1:] == [
        "二、主动公开政府信息情况 Proactive disclosure",
        "三、收到和处理政府信息公开申请情况 Requests received and handled",
        "四、政府信息公开行政复议、行政诉讼情况 Administrative reconsideration and litigation",
    ]


def test_a_figure_is_shown_whole_with_what_is_printed_beside_it():
    shown = with_cell(ANFU, "received", "natural", value=12_345_678_901, raw="123.45678901亿")
    assert (cell(shown, "received", "natural").text, cell(shown, "received", "natural").get("title")) == (
        "12,345,678,901",
        "123.45678901亿",
    )
    assert cell(with_cell(ANFU, "received", "natural", value=0.1 + 0.2), "received", "natural").text == "0.3"
    assert cell(ANFU, "granted", "natural").text == "9"


@pytest.mark.parametrize(
    ("status", "raw", "shown"),
    [("blank", "", "空"), ("dash", "/", "—"), ("absent", "", "缺"), ("unreadable", "1l", "?")],
)
def test_a_cell_without_a_number_shows_its_status_and_never_a_number(status, raw, shown):
    gap = cell(with_cell(ANFU, "granted", "legal", value=None, status=status, raw=raw), "granted", "legal")
    assert (gap.text, gap.get("class"), gap.get("title")) == (shown, "gidtk-gap", f"{status}: {raw}")


def test_a_report_of_which_nothing_is_known_has_a_card():
    unknown = dict.fromkeys(("title", "agency", "region", "region_code", "level", "year", "published", "form"))
    tree = card(replace(ANFU, **unknown, issues=(), _form=None, _cells=()))
    assert tree.find(".//h3").text == "anfu_2020.txt"
    assert [d.text for d in tree.iter("dd")][:5] == ["—"] * 5
    assert tree.find(".//table") is None


# --- hostile text -----------------------------------------------------------------------------------------

HOSTILE = SCRIPT + PICTURE + "&lt;&amp;"


@pytest.mark.parametrize("name", ["title", "agency", "region", "published"])
def test_what_a_report_says_of_itself_is_text(name):
    tree = card(replace(ANFU, **{name: HOSTILE}))
    assert is_inert(tree)
    assert HOSTILE in (tree.find(".//h3").text + " ".join(d.text for d in tree.iter("dd")))


def test_file_names_and_issues_are_text():
    tree = card(replace(ANFU, source=Source(HOSTILE, HOSTILE, HOSTILE), issues=(Issue("c", HOSTILE, HOSTILE),)))
    assert is_inert(tree)
    assert f"{HOSTILE}: {HOSTILE}" in [item.text for item in tree.iter("li")]
    assert any(d.text.startswith(HOSTILE) for d in tree.iter("dd"))


@pytest.mark.parametrize("status", ["ok", "unreadable"])
def test_what_is_printed_in_a_cell_is_text(status):
    value = 9 if status == "ok" else None
    report = with_cell(ANFU, "granted", "natural", raw=HOSTILE, value=value, status=status)
    assert is_inert(card(report))
    assert cell(report, "granted", "natural").get("title").endswith(HOSTILE)


def test_labels_are_text(monkeypatch):
    monkeypatch.setattr(Report, "row_name", lambda self, row, lang="zh": HOSTILE)
    monkeypatch.setattr(Report, "column_name", lambda self, table, column, lang="zh": HOSTILE)
    tree = card(ANFU)
    assert is_inert(tree)
    assert {head.text for head in tree.iter("th")} == {HOSTILE}


def test_a_hostile_file_gives_an_inert_card(tmp_path):
    text = gid.sample("anfu_2020.txt").read_text(encoding="utf-8")
    text = text.replace("安福县2020年", "安福县<img src=x onerror=alert(1) 2020年", 1).replace(
        "\n9\n", "\n9(<script>)\n"
    )
    path = tmp_path / "hostile.txt"
    path.write_text(text, encoding="utf-8")
    report = read_report(path)
    assert "<img src=x onerror=alert(1) " in report.title
    assert cell(report, "granted", "natural").get("title") == "9(<script>)"
    assert is_inert(card(report))
