"""Masks take out what changes between copies, and nothing else; every character of a form leads back to the text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gidtk.errors import GidtkError
from gidtk.masking import KINDS, mask, own_names, sentences, shown

# text, as compared
CASES = [
    ("2020年,我县主动公开300余条。", "〈D〉,〈U〉主动公开〈N〉条。"),
    ("２０２０年，公开３条", "〈D〉,公开〈N〉条"),
    ("2023年度本局收到12,500件", "〈D〉〈U〉收到〈N〉件"),
    ("2020年1月1日至2020年12月31日", "〈D〉至〈D〉"),
    ("于3月5日、2021-01-29、2021.1.9发布", "于〈D〉、〈D〉、〈D〉发布"),
    ("二〇二一年三月十五日", "〈D〉"),
    ("赣府发〔2021〕30号、国务院令第711号", "赣府发〈W〉、国务院令〈W〉"),
    ("赣府办字(2021) 3号", "赣府办字〈W〉"),
    ("增长12.3%，占6.7％", "增长〈N〉,占〈N〉"),
    ("4.14万条、1.2亿人次、14万余条", "〈N〉条、〈N〉人次、〈N〉条"),
    ("一百二十三件，十余次，两千多件，三百件", "〈N〉件,〈N〉次,〈N〉件,〈N〉件"),
]
KEPT = [
    "一是健全机制，二是加强培训",
    "我们将进一步推进五公开、一网通办",
    "本级政府和我市级部门",
    "建立三审三校制度",
    "千方百计，万一",
    "百姓满意",
]


@pytest.mark.parametrize(("text", "compared"), CASES)
def test_what_changes_between_copies_is_masked(text, compared):
    assert shown(mask(text).form) == compared


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_number_date_or_name_stays(text):
    assert shown(mask(text).form) == text.replace("，", ",")


@pytest.mark.parametrize(
    ("kinds", "compared"),
    [
        ((), "2020年我县见赣府发〔2020〕3号共5条"),
        ("numbers", "〈N〉年我县见赣府发〔〈N〉〕〈N〉号共〈N〉条"),
        (("dates", "names"), "〈D〉〈U〉见赣府发〔2020〕3号共5条"),
        (["documents"], "2020年我县见赣府发〈W〉共5条"),
    ],
)
def test_only_the_kinds_asked_for_are_masked(kinds, compared):
    assert shown(mask("2020年我县见赣府发〔2020〕3号共5条", kinds).form) == compared


def test_the_longest_of_the_given_names_is_masked():
    text = "安福县人民政府办公室、安福县人民政府和安福县"
    assert shown(mask(text, names=own_names("安福县人民政府办公室")).form) == "〈U〉、〈U〉和〈U〉"
    assert shown(mask("安福县", names="安福县").form) == "〈U〉"
    assert shown(mask("a.c和abc", names=["a.c"]).form) == "〈U〉和abc"


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("安福县人民政府",), ("安福县", "安福县人民政府")),
        (("城关街道办事处", "城关街道"), ("城关", "城关街道", "城关街道办事处")),
        (("人民政府",), ("人民政府",)),
        (("",), ()),
        ((), ()),
    ],
)
def test_a_name_without_the_ending_of_an_office_is_a_name(names, found):
    assert {*found} - {"城关"} <= {*own_names(*names)} <= {*found}


def test_a_page_that_prints_the_private_characters_does_not_pass_for_masked():
    form = mask("\ue003条和3条").form
    assert form[0] == "\ufffd"
    assert form[3] == "\ue003"


@given(st.text("年月日0123456789〇一二十百〔〕号第我县 \n。，a", max_size=60), st.sets(st.sampled_from(KINDS)))
def test_every_character_of_a_form_leads_back_to_the_text(text, kinds):
    masked = mask(text, kinds)
    assert len(masked.form) == len(masked.starts) == len(masked.ends)
    assert (masked.starts < masked.ends).all()
    assert (masked.ends[:-1] <= masked.starts[1:]).all()
    left_out = set(range(len(text))) - {n for s, e in zip(masked.starts, masked.ends, strict=True) for n in range(s, e)}
    assert all(text[n].isspace() for n in left_out)
    for n in range(len(masked.form)):
        if not masked.masks(n):
            printed = text[masked.starts[n] : masked.ends[n]]
            assert len(printed) == 1
            assert shown(masked.form[n]) == printed.replace("，", ",")


@pytest.mark.parametrize(
    "piece", ["1", "1,", "一", "十", "一十", "2020年", "〔2020〕", "（一）", "我", "1.", "二〇", " ", "甲：", "一、甲"]
)
def test_repetition_does_not_make_masking_slow(piece):
    start = time.perf_counter()
    list(sentences(mask(piece * 30_000)))
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("公开3条。答复2件！", ["公开〈N〉条", "答复〈N〉件"]),
        ("（一）主动公开。公开了。\n（二）依申请公开\n答复了。", ["公开了", "答复了"]),
        ("(三)平台建设：改版了。", ["改版了"]),
        ("一、总体情况\n公开了。", ["公开了"]),
        ("主要问题是：一是不新；二是不全。", ["不新", "不全"]),
        ("主要问题是：1.不新。2.不全。", ["不新", "不全"]),
        ("成绩如下：公开3条", ["成绩如下:公开〈N〉条"]),
        ("增长1.5倍。3.5万条", ["增长〈N〉倍", "〈N〉条"]),
        ("无。", ["无"]),
        ("一是。", []),
        ("。；\n ", []),
        ("", []),
    ],
)
def test_sentences_leave_out_headings_leads_and_marks(text, found):
    masked = mask(text)
    assert [shown(masked.form[begin:end]) for begin, end in sentences(masked)] == found


@given(st.text("（一）二是：；。\n公开1. ", max_size=40))
def test_sentences_are_in_order_and_do_not_overlap(text):
    masked = mask(text)
    places = [place for span in sentences(masked) for place in span]
    assert places == sorted(places)
    assert all(0 <= place <= len(masked.form) for place in places)


@pytest.mark.parametrize("text", [None, float("nan"), 3])
def test_a_missing_text_is_an_error(text):
    with pytest.raises(GidtkError, match=r"only a str can be compared.*drop missing texts first"):
        mask(text)


def test_an_unknown_mask_is_an_error_that_lists_the_known():
    with pytest.raises(GidtkError, match="no mask 'years': the masks are names, documents, dates, numbers"):
        mask("", ["years"])
