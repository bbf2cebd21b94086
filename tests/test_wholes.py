"""Spans that stay whole: what is one, what only looks like one, and no text takes long."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk.errors import GidtkError
from gidtk.wholes import check_kinds, kinds, mark, spans

FOUND = [
    ("印发〔2021〕30号文件", "documents", ["〔2021〕30号"]),
    ("国务院令第711号", "documents", ["第711号"]),
    ("(2020)5号、[2020]6号", "documents", ["(2020)5号", "[2020]6号"]),
    ("2021年1月29日发布", "dates", ["2021年1月29日"]),
    ("2021-01-29、2021/1/9、2021.1.29", "dates", ["2021-01-29", "2021/1/9", "2021.1.29"]),
    ("2020年度和2019年,1月至12月31日,3月份", "dates", ["2020年度", "2019年", "1月", "12月31日", "3月份"]),
    ("二〇二一年一月二十九日", "dates", ["二〇二一年一月二十九日"]),
    ("公开300余条,4.14万条", "quantities", ["300余条", "4.14万条"]),
    ("1,203件、12,345,678元、6.7%", "quantities", ["1,203件", "12,345,678元", "6.7%"]),
    ("7.8个百分点,1.2亿人次,14万余条", "quantities", ["7.8个百分点", "1.2亿人次", "14万余条"]),
    ("一百二十三件、两万多件、十余次", "quantities", ["一百二十三件", "两万多件", "十余次"]),
]
NOT_FOUND = [
    ("一次性、一体化、一件事", "quantities"),
    ("拨打0791-8888888", "quantities"),
    ("COVID-19例", "documents"),
    ("IPv6个", "quantities"),
    ("12021年", "dates"),
    ("字号大小", "documents"),
]


@pytest.mark.parametrize(("text", "kind", "found"), FOUND)
def test_wholes_are_found_whole(text: str, kind: str, found: list[str]) -> None:
    assert [text[span.begin : span.end] for span in spans(text, (kind,))] == found


@pytest.mark.parametrize(("text", "kind"), NOT_FOUND)
def test_what_only_looks_like_a_whole_is_none(text: str, kind: str) -> None:
    assert spans(text, (kind,)) == []


def test_the_longest_name_wins_and_a_date_in_a_name_is_the_names() -> None:
    text = "安福县人民政府2020年,安福县"
    found = spans(text, ("dates",), ["安福县", "安福县人民政府2020年", "县", "", None])  # type: ignore[list-item]
    assert [(text[s.begin : s.end], s.kind) for s in found] == [("安福县人民政府2020年", "names"), ("安福县", "names")]


def test_a_term_of_the_lexicon_keeps_its_figure() -> None:
    assert spans("12345件", ("quantities",), terms=("12345件",)) == []


def test_names_are_no_patterns() -> None:
    assert spans("安福县", (), ["安.县", "(", "[安福县]"]) == []


@given(text=st.text("0123456789年月日,.〔〕第号一十百余件条%安福县-", max_size=60))
@settings(max_examples=300)
def test_wholes_are_in_order_apart_and_not_empty(text: str) -> None:
    place = 0
    for span in spans(text, kinds()[:3], ["安福县"]):
        assert place <= span.begin < span.end <= len(text)
        place = span.end


@pytest.mark.parametrize("piece", ["1", "1,", "1,234", "一", "十百", "2021年", "〔2021〕", "20", "安福", "1."])
def test_time_grows_with_the_text_and_not_faster(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    start = time.perf_counter()
    spans(text, kinds()[:3], ["安福县"])
    assert time.perf_counter() - start < 5


def test_kinds_are_checked_and_marked() -> None:
    assert check_kinds(["names", "dates"]) == ("dates", "names")
    assert [mark(kind) for kind in kinds()] == ["〈W〉", "〈D〉", "〈N〉", "〈U〉"]
    with pytest.raises(
        GidtkError, match="no kind 'years' of wholes; the kinds are: documents, dates, quantities, names"
    ):
        check_kinds(["years"])
