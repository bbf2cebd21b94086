"""One printed number: read as its column asks, or not at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk.form import labels
from gidtk.numbers import STATUSES, looks_printed, read_number

COUNT = labels().columns["requests"]["natural"]
CHANGE = labels().columns["disclosure"]["items_change"]
YUAN = labels().columns["disclosure"]["amount_yuan"]
WAN = labels().columns["disclosure"]["amount_wan"]

CASES = [
    # column, printed, unit in the head, status, number
    (COUNT, "0", "", "ok", 0),
    (COUNT, " 23985", "", "ok", 23985),
    (COUNT, "１２", "", "ok", 12),
    (COUNT, "11,398,889", "", "ok", 11398889),
    (COUNT, "11，398，889", "", "ok", 11398889),
    (COUNT, "12件", "", "ok", 12),
    (COUNT, "22（其中修订 16 件）", "", "ok", 22),
    (COUNT, "55（含自然失效 29 件）", "", "ok", 55),
    (COUNT, "", "", "blank", None),
    (COUNT, "\u3000\xa0", "", "blank", None),
    (COUNT, "\u200b", "", "blank", None),
    (COUNT, "-", "", "dash", None),
    (COUNT, "——", "", "dash", None),
    (COUNT, "/", "", "dash", None),
    (COUNT, "／", "", "dash", None),
    (COUNT, "\\", "", "dash", None),
    (COUNT, "无", "", "unreadable", None),
    (COUNT, "1 2", "", "unreadable", None),
    (COUNT, "1\n2", "", "unreadable", None),
    (COUNT, "1,2", "", "unreadable", None),
    (COUNT, "12,34", "", "unreadable", None),
    (COUNT, "007", "", "unreadable", None),
    (COUNT, "3②", "", "unreadable", None),
    (COUNT, "3²", "", "unreadable", None),
    (COUNT, "①", "", "unreadable", None),
    (COUNT, "+3", "", "unreadable", None),
    (COUNT, "增3", "", "unreadable", None),
    (COUNT, "1.5", "", "unreadable", None),
    (COUNT, "3.0", "", "unreadable", None),
    (COUNT, "12元", "", "unreadable", None),
    (COUNT, "3万", "", "unreadable", None),
    (COUNT, "12500余", "", "unreadable", None),
    (COUNT, "12%", "", "unreadable", None),
    (COUNT, "二", "", "unreadable", None),
    (COUNT, "3(4)", "", "unreadable", None),
    (COUNT, "l2", "", "unreadable", None),
    (COUNT, "1234567890123456", "", "unreadable", None),
    (COUNT, "见附件", "", "unreadable", None),
    (CHANGE, "增68", "", "ok", 68),
    (CHANGE, "减2", "", "ok", -2),
    (CHANGE, "减少 2", "", "ok", -2),
    (CHANGE, "+1036", "", "ok", 1036),
    (CHANGE, "＋3", "", "ok", 3),
    (CHANGE, "-2", "", "ok", -2),
    (CHANGE, "--253", "", "ok", -253),
    (CHANGE, "－2", "", "ok", -2),
    (CHANGE, "1", "", "ok", 1),
    (CHANGE, "±2", "", "unreadable", None),
    (CHANGE, "增/减", "", "unreadable", None),
    (CHANGE, "增", "", "unreadable", None),
    (YUAN, "251000元", "", "ok", 251000),
    (YUAN, "1690.9913万元", "", "ok", 16909913),
    (YUAN, "5394432.52元", "", "ok", 5394432.52),
    (YUAN, "0.5亿元", "", "ok", 50_000_000),
    (YUAN, "8040", "", "ok", 8040),
    (YUAN, "103.3879", "万元", "ok", 1033879),
    (YUAN, "103.3879元", "万元", "ok", 103.3879),  # the unit in the cell is nearer
    (YUAN, "12件", "", "unreadable", None),
    (WAN, "59237.2449", "", "ok", 59237.2449),
    (WAN, "0.092", "", "ok", 0.092),
    (WAN, "18651.064104", "", "ok", 18651.064104),
    (WAN, "152790元", "", "ok", 15.279),
    (WAN, "-3", "", "unreadable", None),
]


@pytest.mark.parametrize(("column", "raw", "unit", "status", "value"), CASES)
def test_a_cell_is_read_as_its_column_asks(column, raw: str, unit: str, status: str, value: float | None) -> None:
    reading = read_number(raw, column, unit)
    assert (reading.status, reading.value) == (status, value)


@given(st.text(max_size=12), st.sampled_from([COUNT, CHANGE, YUAN, WAN]))
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_status_and_a_value_only_when_it_is_read(text: str, column) -> None:
    reading = read_number(text, column)
    assert reading.status in STATUSES
    assert (reading.value is not None) == (reading.status == "ok")


@given(st.integers(0, 10**15 - 1))
@settings(max_examples=100, deadline=None)
def test_a_printed_integer_is_itself(number: int) -> None:
    for written in (f"{number}", f"{number:,}", f" {number}\n"):
        assert read_number(written, COUNT).value == number


@pytest.mark.parametrize("token", ["0", "12", "增68", "-2", "251000元", "/", "—", "3(注)", "1,234", "1.5"])
def test_the_content_of_a_cell_looks_so(token: str) -> None:
    assert looks_printed(token)


@pytest.mark.parametrize("token", ["", "件", "12,比上年", "见附表", "规章", "12条，", "的", "（注）", "2.重复申请"])
def test_words_do_not_look_like_the_content_of_a_cell(token: str) -> None:
    assert not looks_printed(token)
