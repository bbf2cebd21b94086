"""Labels in printed text: found where they head a row or column, not in the middle of a sentence."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk.form import labels
from gidtk.labels import canonical, find_labels, fold, match_cell, wordings

CELLS = [
    # what a cell holds, the label it is
    ("规章", "rules"),
    (" 规 章 ", "rules"),
    ("行政规范性文件", "norms"),
    ("规范性檔案", "norms"),  # vocabulary changed by a converter: 广州 2020
    ("规章（设区的市、自治州人民政府应提供相关数据）", "rules"),  # 拖市 2020
    ("本年新\n制作数量", "made"),
    ("本年增/", "items_change"),  # 安福 2020
    ("本年收费金额（单位：万元）", "amount_wan"),
    ("(一)予以公开", "granted"),
    ("（一）予以公开", "granted"),
    ("一、予以公开", None),
    ("1．属于国家秘密", "refused_secret"),
    ("1、属于国家秘密", "refused_secret"),
    ("属于国家秘密", "refused_secret"),
    ("2.属于国家秘密", None),
    ("3.危及“三安全一稳定”", "refused_security"),
    ("3.危及三安全一稳定", "refused_security"),
    ("⼀、本年新收政府信息公开申请数量", "received"),  # Kangxi radicals, Chrome's PDF
    ("報(bào)告行政許可", None),
    ("行政許(xǔ)可", "licences"),  # pinyin glosses
    ("行政許可", "licences"),
    ("政府集中採購", "procurement"),
    ("未經複議直接起訴", "suit_direct"),
    ("总计", "total"),
    ("（七）总计", "concluded"),
    ("3.其他", "other_misc"),
    ("其他", "other"),
    ("其他结果", "other_result"),
    ("", None),
    ("12", None),
    ("行政处罚46件", None),
    ("依法作出行政处罚", None),
    ("规" * 201, None),
]


@pytest.mark.parametrize(("text", "label"), CELLS)
def test_a_cell_is_the_label_it_holds(text: str, label: str | None) -> None:
    match = match_cell(text)
    assert (match.id if match else None) == label


def test_every_wording_of_the_forms_is_its_own_label() -> None:
    seen = {}
    for kind, id_, text in wordings():
        match = match_cell(text)
        assert match is not None, text
        if kind in ("row", "caption"):
            assert (match.kind, match.id) == (kind, id_)
        seen.setdefault(fold(text).text, set()).add((kind, id_))
    shared = {text: ids for text, ids in seen.items() if len({kind for kind, _ in ids}) > 1}
    assert shared == {}


RUNNING = [
    # text, the labels found in it
    ("行政许可\n333\n行政处罚 552", ["licences", "penalties"]),
    ("行政许可201其他对外管理服务事项000", ["licences", "services"]),
    ("数量21710000218", []),
    (
        "8.属于行政查询事项00000000（四）无法提供1.本机关不掌握相关政府信息1",
        ["refused_inquiry", "unable", "unable_not_held"],
    ),
    ("00000042.重复申请0000000", ["declined_repeat"]),
    ("其他文件777第二十条第（五）项信息内容本年处理决定数量行政许可12", ["item_5", "content", "decisions", "licences"]),
    ("根据第二十条第（五）项的规定", []),
    ("全年作出行政处罚46件", []),
    ("行政处罚：46件", []),
    ("行政处罚决定46件", []),
    ("行政许可、行政处罚等信息", []),
    ("其他0五、存在的主要问题及改进情况一是", ["other", "problems"]),  # a numbered title right behind a number
    ("其他0存在的主要问题及改进情况一是", ["other"]),
    ("其他，五、存在的主要问题及改进情况一是", []),
    ("“三公”经费。行政处罚 46 件", ["penalties"]),  # a sentence that begins with a label: the tables must see it
]


@pytest.mark.parametrize(("text", "found"), RUNNING)
def test_labels_are_found_where_something_sets_them_off(text: str, found: list[str]) -> None:
    assert [match.id for match in find_labels(fold(text))] == found


@given(st.text(alphabet="规章 行政\n（一）报告報1|“”\u2ed3\u3000\x00\u200b", max_size=40))
@settings(max_examples=150, deadline=None)
def test_folding_keeps_the_way_back(text: str) -> None:
    folded = fold(text)
    assert len(canonical(text)) == len(text)
    places = [folded.at(i) for i in range(len(folded.text))]
    assert places == sorted(set(places))
    assert all(canonical(text)[place] == char for place, char in zip(places, folded.text, strict=True))
    assert folded.at(len(folded.text)) <= len(text)


@given(
    st.lists(st.sampled_from([text for _, _, text in wordings()] + ["12", " ", "\n", "|", "。", "情况"]), max_size=12)
)
@settings(max_examples=100, deadline=None)
def test_labels_do_not_overlap_and_stand_in_the_text(pieces: list[str]) -> None:
    folded = fold("".join(pieces))
    found = find_labels(folded)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(folded.text[match.start : match.end] == match.text for match in found)


def test_a_footer_pattern_is_no_label() -> None:
    assert not [pattern for pattern in labels().footers if match_cell(pattern)]


def test_half_a_character_stays_as_it_is() -> None:
    assert canonical("國\udf3e") == "国\udf3e"
