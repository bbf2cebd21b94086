"""Tables and sentences as people read them: words for codes, per cent for shares, and nothing that becomes markup."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from gidtk.errors import GidtkError
from gidtk.shown import column_names, say, show_table, value_names

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def parsed(thing):
    return html.fromstring(f"<div>{thing._repr_html_()}</div>")


def cells(table):
    return [[cell.text_content() for cell in row.iter("td")] for row in parsed(table).iter("tr")][1:]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("new", 0.125, "12.5%"),
        ("year", 2020, "2020"),
        ("tokens", 12345, "12,345"),
        ("g2", -3.0, "−3"),
        ("g2", 0.0, "0"),
        ("p", 0.00002, "2.0e−05"),
        ("log_ratio", 1.23456, "1.235"),
        ("expected", 8.05, "8.05"),
        ("expected", 999.9999, "1,000"),
        ("specific", True, "是"),
        ("specific", False, "否"),
        ("verdict", "not assessable", "无法核对"),
        ("kind", "problem", "问题"),
        ("kind", "transposed", "数字前后颠倒"),
        ("rule", "t3_balance", "新收＋上年结转＝办理总计＋结转下年"),
        ("section", "problems", "存在的主要问题及改进情况"),
        ("section", "all", "全文"),
        ("form", "f2019", "2019年格式（试行）"),
        ("flags", "revised;simulated", "修订版; 模拟"),
        ("flags", "unheard of;revised", "unheard of; 修订版"),
        ("agency", "360829", "360829"),
        ("agency", " a\n b ", "a b"),
    ],
)
def test_a_cell_says_what_it_holds(column, value, said):
    assert cells(show_table(pd.DataFrame({column: [value]}))) == [[said]]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT])
def test_what_is_missing_is_a_dash_and_never_zero(missing):
    frame = pd.DataFrame({"new": pd.Series([missing, 0.0], dtype="object")})
    assert cells(show_table(frame)) == [["—"], ["0.0%"]]


def test_heads_are_in_the_language_asked_for_and_unknown_ones_stay():
    frame = pd.DataFrame({"year": [2020], "x": [1], "own": [2]})
    heads = {lang: [h.text for h in parsed(show_table(frame, lang=lang)).iter("th")] for lang in ("zh", "en")}
    assert heads == {"zh": ["年度", "x", "本报告"], "en": ["Year", "x", "This report"]}
    named = show_table(frame, labels={"x": "甲"})
    assert [h.text for h in parsed(named).iter("th")] == ["年度", "甲", "本报告"]


def test_nothing_in_a_table_becomes_markup():
    frame = pd.DataFrame({HOSTILE: [HOSTILE], "agency": [HOSTILE]})
    tree = parsed(show_table(frame, title=HOSTILE, note=HOSTILE, labels={"agency": HOSTILE}))
    assert {e.tag for e in tree.iter()} <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert [c.text_content() for c in tree.iter("td")] == [HOSTILE] * 2
    empty = parsed(show_table(frame.head(0), title=HOSTILE))
    assert {e.tag for e in empty.iter()} == {"div", "p"}


@given(st.text(max_size=40))
def test_whatever_a_report_says_is_said_as_text(text):
    flat = " ".join(text.split())
    said = say(text)
    assert "<" not in said._repr_html_().replace("<p>", "").replace("</p>", "")
    assert str(said) == flat


def test_a_table_says_how_much_of_it_is_shown_and_carries_its_note():
    table = show_table(pd.DataFrame({"year": range(2000, 2020)}), title="各年", note="模拟", rows=3)
    assert len(cells(table)) == 3
    assert "各年" in table.caption
    assert "前3行，共20行" in table.caption
    assert table.caption.endswith("模拟")
    assert "3 of 20" in show_table(table.frame, rows=3, lang="en").caption
    assert "of" not in show_table(table.frame, lang="en").caption


def test_a_table_without_rows_says_so_under_its_title():
    table = show_table(pd.DataFrame({"year": []}), title="各年", note="模拟")
    assert str(table) == "各年　模拟\n没有可列的内容。"
    assert parsed(table).text_content() == "各年　模拟没有可列的内容。"


def test_a_long_text_is_cut_in_the_table_and_whole_in_the_frame():
    table = show_table(pd.DataFrame({"text": ["长" * 10_000]}))
    assert cells(table) == [["长" * 399 + "…"]]
    assert len(table.frame["text"].iloc[0]) == 10_000


def test_text_stands_left_and_numbers_right():
    tree = parsed(show_table(pd.DataFrame({"agency": ["安福县人民政府"], "year": [2020]})))
    text, number = tree.iter("td")
    assert (text.get("style"), text.get("class")) == ("text-align: left", "words")
    assert number.get("style") == "text-align: right"


def test_a_date_or_a_short_word_stays_in_one_line():
    tree = parsed(show_table(pd.DataFrame({"published": ["2021-01-29"], "status": ["ok"]}), lang="en"))
    assert [cell.get("style") for cell in tree.iter("td")] == ["text-align: left; white-space: nowrap"] * 2
    assert [cell.text_content() for cell in tree.iter("th")][1] == "Status"


def test_columns_and_codes_have_names_in_both_languages():
    assert column_names().keys() == column_names("en").keys()
    for column in ("verdict", "severity", "reason", "relation", "kind", "again", "outcome", "lack", "time", "rule"):
        zh, en = (value_names(column, lang) for lang in ("zh", "en"))
        assert zh.keys() == en.keys()
        assert all([*zh.values(), *en.values()])
    assert value_names("agency") == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [({"lang": "fr"}, "lang 'fr': give zh or en"), ({"rows": 0}, "rows must be at least 1, got 0")],
)
def test_a_wrong_wish_is_named(options, message):
    with pytest.raises(GidtkError, match=message):
        show_table(pd.DataFrame(), **options)


def test_empty_sentences_are_left_out():
    assert say("", "一句。", " ")._repr_html_() == "<p>一句。</p>"
