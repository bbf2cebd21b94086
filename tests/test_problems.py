"""Section 五 splits by its cues: what is named as a problem, what is announced, and nothing out of nothing."""

import csv
import json
import re
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gidtk as gid
from gidtk.enumerations import cues, find_lists
from gidtk.errors import GidtkError
from gidtk.problemparts import find_parts
from gidtk.problems import PROBLEM_COLUMNS, problems

HERE = Path(__file__).parent
REAL = Path(gid.__file__).parents[2] / "shared" / "reports"

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
    (
        "a clause on a lack of something is no bridge, whatever it begins with",
        "与要求相比还存在一定的差距，对条例宣传不够，对公开工作认识不深的问题。\n下一步，加强学习。",
        ["对条例宣传不够", "对公开工作认识不深"],
        ["下一步，加强学习"],
    ),
    (
        "对存在的问题 is a bridge",
        "更新不及时。对存在的问题，我局已逐项整改。",
        ["更新不及时"],
        ["对存在的问题，我局已逐项整改"],
    ),
    (
        "a heading may ask for improvement",
        "1.更新不及时。\n2.人手不足。\n三、整改要求\n1.定期更新。\n2.充实人手。",
        ["更新不及时", "人手不足"],
        ["定期更新", "充实人手"],
    ),
    (
        "the date below the text is no measure",
        "主要存在更新不及时等问题。今后，将及时更新。\n某某县教育局\n2014年3月25日",
        ["更新不及时"],
        ["今后，将及时更新"],
    ),
    (
        "what leads to the problems is no part of the first, and 很难 names a lack",
        "目前我镇信息公开工作面临宣传力度不大、时间上很难一致等问题。\n今后，加强宣传。\n二0一七年",
        ["宣传力度不大", "时间上很难一致"],
        ["今后，加强宣传"],
    ),
    (
        "what was improved since the year before stands before this year's problems",
        "2023年，我市针对2022年存在的问题作了改进，一是加强了培训，二是完善了栏目。但仍存在以下问题：一是更新不及时，"
        "二是形式单一。下一步，一是加强审核，二是丰富形式。",
        ["更新不及时", "形式单一"],
        ["加强了培训", "完善了栏目", "加强审核", "丰富形式"],
    ),
    (
        "traditional characters are read and printed as they stand",
        "存在問題：一是內容不夠全面；二是更新不及時。改進措施：一是豐富內容；二是加快更新。",
        ["內容不夠全面", "更新不及時"],
        ["豐富內容", "加快更新"],
    ),
    (
        "each problem has a heading, and what was done another",
        "问题一：内容不全面。整改情况：已补充内容。问题二：更新不及时。整改情况：已建立台账。",
        ["内容不全面", "更新不及时"],
        ["已补充内容", "已建立台账"],
    ),
    (
        "a list may begin behind a colon",
        "更新不及时。2023年，我县将做好以下工作：一、提升质量。运用图表。二、加强督查。",
        ["更新不及时"],
        ["提升质量。运用图表", "加强督查"],
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


# --- annotated texts --------------------------------------------------------------------------------------


def marked():
    """Our own texts with their items marked: label, text, what stands between the marks."""
    for part in (HERE / "cases/problems/marked.txt").read_text(encoding="utf-8").split("## ")[1:]:
        label, _, body = part.partition("\n")
        found = re.findall("⟦(.)(.*?)⟧", body, re.DOTALL)
        text = re.sub("⟦.|⟧", "", body).strip()
        yield pytest.param(
            text, [{"p": "problem", "m": "measure"}[k] for k, _ in found], [t for _, t in found], id=label
        )


@pytest.mark.parametrize(("text", "kinds", "said"), list(marked()))
def test_the_items_are_those_that_a_person_marked(text, kinds, said):
    frame = problems(text)
    order = frame.sort_values("begin")
    assert list(zip(order["kind"], order["text"], strict=True)) == list(zip(kinds, said, strict=True))


def real_rows(file):
    with (HERE / "cases/problems/real.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["file"] == file]


@pytest.mark.parametrize("file", ["anfu_2020.txt", "hongze_2023.pdf"])
def test_every_item_of_the_real_narratives_is_found_and_nothing_else(file):
    path = gid.sample(file) if file.startswith("anfu") else REAL / file
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    frame = problems(gid.read_report(path))
    found = [(kind, str(n), text[:4], text[-4:]) for kind, n, text in frame[["kind", "number", "text"]].values.tolist()]
    wanted = [(row["kind"], row["number"], row["begin"], row["end"]) for row in real_rows(file)]
    hits = sum((Counter(found) & Counter(wanted)).values())
    assert (hits / len(found), hits / len(wanted)) == (1, 1)


# --- many reports, other sources --------------------------------------------------------------------------


SECTIONS = pd.DataFrame(
    [
        ["b", "problems", "一是更新慢。"],
        ["a", "overview", "一是成绩大。"],
        ["a", "problems", "更新不及时。下一步，加强培训。"],
        ["b", "problems", "二是人手少。"],
        ["c", "problems", None],
    ],
    columns=["report", "key", "text"],
)


def test_the_sections_of_many_reports_give_the_items_of_each_in_order():
    frame = problems(SECTIONS)
    assert list(frame.columns) == ["report", *PROBLEM_COLUMNS]
    assert frame[["report", "kind", "number", "text"]].values.tolist() == [
        ["b", "problem", 1, "更新慢"],
        ["b", "problem", 2, "人手少"],
        ["a", "problem", 1, "更新不及时"],
        ["a", "measure", 1, "下一步，加强培训"],
    ]


def test_a_corpus_and_a_report_are_sources_too():
    class Corpus:
        sections = SECTIONS

    assert problems(Corpus()).equals(problems(SECTIONS))
    report = gid.read_report(gid.sample("anfu_2020.txt"))
    assert problems(report).equals(problems(report.text("problems")))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (SECTIONS.drop(columns="key"), "sections without key: give the columns report, key and text"),
        (3, "no section 五 in a int: give its text, a report, a corpus or its sections"),
    ],
)
def test_another_source_is_refused(source, message):
    with pytest.raises(GidtkError, match=f"^{message}$"):
        problems(source)


def test_simulated_reports_give_back_every_problem_and_measure(tmp_path):
    gid.simulate(tmp_path, regions=4, years=(2019, 2021), seed=5, formats=("txt", "html"), layouts="all")
    answers = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))["reports"]
    for report in answers:
        wanted = [*(("problem", p["text"]) for p in report["problems"])]
        wanted += [*(("measure", m["text"]) for m in report["measures"])]
        for file in report["files"][:3]:
            frame = problems(gid.read_report(tmp_path / file))
            assert list(zip(frame["kind"], frame["text"], strict=True)) == wanted, file


# --- evidence ---------------------------------------------------------------------------------------------


def test_every_item_says_where_it_stands_and_how_it_was_found():
    text = "（一）存在的问题。一是更新慢。三是人手少。（二）改进措施。加强培训。"
    frame = problems(text)
    assert [text[b:e] for b, e in frame[["begin", "end"]].values.tolist()] == frame["text"].tolist()
    assert frame[["mark", "way", "confidence"]].values.tolist() == [
        ["一是", "heads+irregular", 0.76],
        ["三是", "heads+irregular", 0.76],
        ["", "heads+prose", 0.76],
    ]
    assert frame["block"].isna().all()


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("（一）存在问题。更新慢，人手不足。（二）改进措施。加强培训。", "heads"),
        ("人手不足。下一步，加强培训。", "bridge"),
        ("1.人手不足。今后，增派人员。2.更新不及时。今后，按周更新。", "blocks"),
        ("一是人手不足。\n一是增派人员。二是加强培训。", "lists"),
        ("人手不足。我局将增派人员。", "plan"),
        ("人手不足。", "alone"),
    ],
)
def test_what_divided_the_section_is_said(text, way):
    assert {part.way for part in find_parts(text)} == {way}
    assert set(problems(text)["way"].str.partition("+")[0]) == {way}


def test_problem_and_measure_of_one_item_share_their_block():
    frame = problems("1.人手不足。今后，增派人员。2.更新不及时。今后，按周更新。")
    assert frame[["kind", "block"]].values.tolist() == [["problem", 1], ["problem", 2], ["measure", 1], ["measure", 2]]


def test_every_way_has_its_confidence_between_0_and_1():
    ways = {"heads", "bridge", "blocks", "lists", "plan", "alone", "list", "irregular", "prose"}
    assert set(cues()["confidence"]) == ways
    assert all(0 < value <= 1 for value in cues()["confidence"].values())


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("一、甲\n二、乙", [["甲", "乙"]]),
        ("①甲；②乙", [["甲", "乙"]]),
        ("一要甲。二要乙。", [["甲", "乙"]]),
        ("其一，甲。其二，乙。", [["甲", "乙"]]),
        ("首先，甲。最后，乙。", [["甲", "乙"]]),
        ("2021年1.5万件", []),
        ("一、甲", []),
        ("（1）甲；（2）乙", [["甲", "乙"]]),
        ("一是甲；首先乙，其次丙。二是丁。", [["甲；首先乙，其次丙", "丁"]]),
        ("一是。二是乙。", [["乙"]]),
    ],
)
def test_lists_of_every_series_are_found_and_what_is_inside_them_is_not(text, items):
    assert [[text[e.begin : e.end] for e in one.entries] for one in find_lists(text)] == items


@pytest.mark.parametrize(
    "unit", ["\n", "　", "一是", "（一）", "甲不足、", "存在问题：", "，", "一是不及时。二是好。", "下一步，", "如"]
)
def test_hostile_repetition_is_read_in_time_that_grows_with_the_text(unit):
    begin = time.perf_counter()
    problems(unit * (20_000 // len(unit)))
    assert time.perf_counter() - begin < 10


def test_columns_and_dtypes_are_the_same_with_items_and_without():
    assert tuple(problems("").columns) == PROBLEM_COLUMNS
    assert problems(SECTIONS.iloc[:0]).dtypes.to_dict() == problems(SECTIONS).dtypes.to_dict()
    assert problems("").dtypes.to_dict() == problems("一是更新不及时。").dtypes.to_dict()


@given(
    st.lists(
        st.sampled_from([*"一二三是（）。，：；\n ", "一是", "二是", "不足", "下一步", "（一）主要问题", "公开"])
    ).map("".join)
)
def test_items_are_printed_text_numbered_from_1_within_their_kind(text):
    frame = problems(text)
    flat = text.replace("\n", "").replace(" ", "")
    assert all(item and re.sub(r"\s", "", item) in re.sub(r"\s", "", flat) for item in frame["text"])
    spans = sorted(frame[["begin", "end"]].values.tolist())
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    for _, own in frame.groupby("kind"):
        assert own["number"].tolist() == list(range(1, len(own) + 1))
