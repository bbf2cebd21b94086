"""Labels with a slip: seen through, never confused."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk.form import load_form
from gidtk.labels import Match, find_labels, fold, match_cell, wordings
from gidtk.typos import find_near_labels, near_cell

CELLS = [
    # what is printed, the label, or None where another could be meant
    ("2.其他法律行政止公开", "refused_law"),  # a real page
    ("现行有效文件数", "in_force"),
    ("本年度制发件数", "issued"),
    ("上一年项目数", "items_before"),
    ("6.属于三类过程性信息", "refused_process"),
    ("四、结转下年继续办理", "carried_out"),
    ("1.申请人无正当理由逾期不补正、行政机关", "other_no_correction"),  # cut off
    ("三、本年度处理结果", "results"),
    ("本年制止件数", None),  # 制发 or 废止
    ("本年新作公数量", None),
    ("一、上年结转政府信息公开申请数量", None),  # the number says 新收, the words 结转
    ("本年新收政府信息公开申清数量", None),  # no number
    ("行政许司", None),  # too short
    ("非规范性文件", None),  # something added is another thing
    ("其他规范性文件", None),
    ("行政事业性收费项目", None),
    ("1.不属于国家秘密", None),
    ("复议后直接起诉", None),
    ("经复议后起诉", None),
    ("法律服务组织", None),
    ("其他主动公开信息", "extra"),  # a row of Hubei, no cell of the form
]


@pytest.mark.parametrize(("text", "label"), CELLS)
def test_a_slip_is_seen_through_only_where_one_label_can_be_meant(text: str, label: str | None) -> None:
    match = near_cell(text)
    assert (match.id if match else None) == label


LABELS = sorted({(kind, id_, text) for kind, id_, text in wordings() if kind in ("row", "column")})


@given(st.sampled_from(LABELS), st.data())
@settings(max_examples=400, deadline=None)
def test_one_slip_never_makes_another_label(label: tuple[str, str, str], data: st.DataObject) -> None:
    kind, id_, text = label
    at = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.sampled_from(["", "新", "公", "工", "其他", "１", "不"]))
    slipped = text[:at] + new + text[at + data.draw(st.integers(0, 2)) :]
    match = near_cell(slipped)
    if match is not None and match_cell(slipped) is None:
        assert (match.kind, match.id) == (kind, id_)


def _found(text: str) -> list[str]:
    folded = fold(text)
    return [match.id for match in find_near_labels(folded, find_labels(folded))]


@pytest.mark.parametrize(
    "text",
    [
        "1.属于国家秘密\n0\n2.其他法律行政止公开\n0\n3.危及“三安全一稳定”\n0",
        "1.属于国家秘密 | 0 |\n2.其他法律行政止公开 | 0 |\n3.危及“三安全一稳定” | 0 |",
        "1.属于国家秘密00000002.其他法律行政止公开00000003.危及“三安全一稳定”0000000",
    ],
)
def test_a_slip_is_seen_through_in_running_text(text: str) -> None:
    assert _found(text) == ["refused_secret", "refused_law", "refused_security"]


def test_prose_holds_no_label_with_a_slip() -> None:
    text = "行政许可 12\n依法公开规范性文伴3件。\n" + "本机关依法办理上一年项目数量核对工作，" * 30 + "\n行政处罚 3"
    assert _found(text) == ["licences", "penalties"]


@given(st.lists(st.sampled_from([text for _, _, text in LABELS] + ["12", "\n", "|", "情况说明如下"]), max_size=10))
@settings(max_examples=60, deadline=None)
def test_labels_with_and_without_slip_do_not_overlap(pieces: list[str]) -> None:
    folded = fold("".join(pieces))
    found: list[Match] = find_near_labels(folded, find_labels(folded))
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_no_label_of_a_form_is_near_another_row_of_it() -> None:
    for form in map(load_form, ("f2019", "f2021")):
        for table, rows, _ in form.blocks:
            for row in rows:
                match = near_cell(form.row_label(row).zh)
                assert match is not None
                assert match.id == row, (table, row)
