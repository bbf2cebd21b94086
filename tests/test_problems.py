"""Section 五 splits by its cues: what is named as a problem, what is announced, and nothing out of nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gidtk as gid
from gidtk.problems import PROBLEM_COLUMNS, problems

# label, text, problems, measures
CASES = [
    (
        "enumerated on both sides of a bridge",
        "存在的问题:一是更新不及时;二是形式单一。下一步,一是加强培训;二是完善制度。",
        ["更新不及时", "形式单一"],
        ["加强培训", "完善制度"],
    ),
    (
        "headings on lines of their own",
        "（一）主要问题\n公开内容不够全面，解读形式单一。\n（二）改进措施\n加强业务培训。完善工作机制。",
        ["公开内容不够全面", "解读形式单一"],
        ["加强业务培训", "完善工作机制"],
    ),
    (
        "headings with enumerations below them",
        "(一)存在的主要问题。\n一是人员不足。二是平台建设滞后。\n(二)改进情况。\n一是配强人员。二是建设平台。",
        ["人员不足", "平台建设滞后"],
        ["配强人员", "建设平台"],
    ),
    (
        "headings glued to their text by a colon",
        "（一）存在问题：公开不够及时。（二）改进措施：加强培训。完善制度。",
        ["公开不够及时"],
        ["加强培训", "完善制度"],
    ),
    (
        "problems that are numbered like headings are no headings",
        "（一）公开意识不足。（二）更新不及时。下一步，将加强培训。",
        ["公开意识不足", "更新不及时"],
        ["下一步，将加强培训"],
    ),
    (
        "measures that are numbered like headings stay whole",
        "更新不及时。（二）下一步将加强平台建设。",
        ["更新不及时"],
        ["下一步将加强平台建设"],
    ),
    (
        "problems without enumeration: the clauses that name a lack",
        "虽然取得一定成绩，但还存在一些问题和不足，主要是：平台建设需要进一步加强，解读仍有待提升等。今后着力改进。",
        ["平台建设需要进一步加强", "解读仍有待提升"],
        ["今后着力改进"],
    ),
    (
        "the year ahead is a bridge",
        "主动公开不够。\n2021年，我局将加强学习。",
        ["主动公开不够"],
        ["2021年，我局将加强学习"],
    ),
    ("针对上述问题 is a bridge", "公开不够。针对上述问题，加强学习。", ["公开不够"], ["针对上述问题，加强学习"]),
    ("measures only", "下一步，一是加强培训。二是完善制度。", [], ["加强培训", "完善制度"]),
    ("problems only", "一是人员不足。二是更新不及时。", ["人员不足", "更新不及时"], []),
    (
        "an enumeration goes on where a number is left out",
        "一是人员不足。三是更新不及时。",
        ["人员不足", "更新不及时"],
        [],
    ),
    ("an enumeration begins at 一是", "二是形式单一。一是更新不及时。", ["更新不及时"], []),
    (
        "a heading on improvement counts more than a bridge before it",
        "（一）主要问题\n今后公开仍需加强，更新不及时。\n（二）改进措施\n加强培训。",
        ["今后公开仍需加强", "更新不及时"],
        ["加强培训"],
    ),
    ("一是 inside a word is no mark", "统一是非标准不够。", ["统一是非标准不够"], []),
]
NOTHING = [
    ("empty", ""),
    ("white space", " \n\u3000\n"),
    ("无", "无"),
    ("无。", "无。"),
    ("headings without text", "（一）主要问题\n（二）改进措施"),
    ("a heading on lacks without text", "（一）主要不足\n（二）改进措施"),
    ("headings on lacks without text", "（一）存在问题及不足\n（二）改进措施。"),
    ("an announcement of problems that names none", "但也存在一些不足。"),
    ("the statement that there are none", "我局不存在突出问题和不足，未发现明显不足。"),
    ("no problem found", "暂无不足。"),
    ("prose that names no lack", "全年主动公开信息300条，群众满意。"),
]


def items(text, kind):
    frame = problems(text)
    return frame.loc[frame["kind"] == kind, "text"].tolist()


@pytest.mark.parametrize(("text", "named", "announced"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_section_splits_into_problems_and_measures(text, named, announced):
    assert (items(text, "problem"), items(text, "measure")) == (named, announced)


@pytest.mark.parametrize("text", [c[1] for c in NOTHING], ids=[c[0] for c in NOTHING])
def test_where_nothing_is_named_nothing_is_found(text):
    assert problems(text).empty


def test_two_enumerations_in_one_part_are_both_split():
    assert items("公开方面，一是更新不及时。二是形式单一。管理方面，一是人员不足。二是制度滞后。", "problem") == [
        "更新不及时",
        "形式单一",
        "人员不足",
        "制度滞后",
    ]


def test_the_real_report_names_three_problems_and_four_measures():
    text = gid.read_report(gid.sample("anfu_2020.txt")).text("problems")
    named, announced = items(text, "problem"), items(text, "measure")
    assert [item[:8] for item in named] == ["政府信息公开平台", "政策发布解读的质", "基层政务公开标准"]
    assert [item[:8] for item in announced] == [
        "加快推进全县一体",
        "持续深化基层政务",
        "加强和改进政策发",
        "不断推进全县政务",
    ]
    assert problems(text)["number"].tolist() == [1, 2, 3, 1, 2, 3, 4]


def test_columns_and_dtypes_are_the_same_with_items_and_without():
    assert tuple(problems("").columns) == PROBLEM_COLUMNS
    assert problems("").dtypes.to_dict() == problems("一是更新不及时。").dtypes.to_dict()


@given(
    st.lists(
        st.sampled_from([*"一二三是（）。，：；\n ", "一是", "二是", "不足", "下一步", "（一）主要问题", "公开"])
    ).map("".join)
)
def test_items_are_printed_text_numbered_from_1_within_their_kind(text):
    frame = problems(text)
    flat = text.replace("\n", "").replace(" ", "")
    assert all(item and item.replace(" ", "") in flat for item in frame["text"])
    for _, own in frame.groupby("kind"):
        assert own["number"].tolist() == list(range(1, len(own) + 1))
