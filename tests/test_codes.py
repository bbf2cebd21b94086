"""The code book and what an item names: several codes, their words, open and soft lacks, done and planned."""

import csv
from pathlib import Path

import pandas as pd
import pytest

import gidtk as gid
from gidtk.codes import BOOK_COLUMNS, code_items, problem_codes, split_codes
from gidtk.errors import GidtkError
from gidtk.problems import problems
from gidtk.specifics import SPECIFIC_COLUMNS, specifics

REAL = Path(__file__).parent / "cases/problems/real.csv"


def items(*rows):
    return pd.DataFrame(rows, columns=["kind", "text"])


def test_the_book_has_twelve_problems_and_the_measures_that_answer_them():
    book = problem_codes()
    assert list(book.columns) == list(BOOK_COLUMNS)
    assert book["code"].tolist() == [f"{kind}{n}" for kind in "PM" for n in range(1, 13)]
    assert book["zh"].str.len().gt(1).all()
    assert book["en"].str.isascii().all()
    assert set(book.loc[book["harmless"].fillna(False), "code"]) == {"P1", "P2", "P4", "P6", "P8"}
    assert book.loc[book["kind"] == "measure", "harmless"].isna().all()


def test_the_book_that_is_handed_out_may_be_changed_without_harm():
    book = problem_codes()
    book["zh"] = ""
    assert problem_codes()["zh"].ne("").all()


@pytest.mark.parametrize(
    ("kind", "text", "codes"),
    [
        ("problem", "更新不及时", "P2"),
        ("problem", "政策解读形式单一", "P4"),
        ("problem", "依申请公开答复不规范", "P5"),
        ("problem", "兼职人员多，更新慢", "P2;P8"),
        ("measure", "组织培训，规范答复", "M1;M5"),
        ("measure", "更新栏目。组织培训", "M2;M6"),  # the first sentence decides
        ("measure", "再接再厉。组织培训", "M1"),  # unless it says nothing
        ("problem", "天气不好", ""),
        ("remark", "更新不及时", ""),
    ],
)
def test_an_item_has_every_code_of_its_kind_with_a_cue(kind, text, codes):
    assert code_items(items((kind, text)))["codes"].tolist() == [codes]


def test_the_words_that_gave_a_code_are_kept():
    coded = code_items(items(("problem", "更新不及时，解读不及时")))
    assert coded["cues"].tolist() == ["P2: 更新 及时; P4: 解读"]


def test_harmless_is_said_only_where_the_book_says_it_of_every_code():
    texts = ("problem", "更新慢"), ("problem", "更新慢，答复不规范"), ("problem", "天气不好"), ("measure", "培训")
    assert code_items(items(*texts))["harmless"].tolist() == [True, False, pd.NA, pd.NA]


def test_coding_again_replaces_the_codes_and_keeps_the_index():
    frame = items(("problem", "更新慢"), ("problem", "人手少")).set_index(pd.Index([7, 3]))
    once = code_items(frame)
    assert once.index.tolist() == [7, 3]
    assert code_items(once).equals(once)
    assert code_items(frame.iloc[:0]).dtypes.to_dict() == once.dtypes.to_dict()


@pytest.mark.parametrize("function", [code_items, specifics])
def test_items_without_a_column_are_refused(function):
    with pytest.raises(GidtkError, match=r"^items without text: give what problems\(\) returns$"):
        function(pd.DataFrame({"kind": []}))


def test_the_codes_of_the_real_narrative_are_mostly_those_of_a_person():
    with REAL.open(encoding="utf-8", newline="") as lines:
        wanted = [set(row["codes"].split()) for row in csv.DictReader(lines) if row["file"] == "anfu_2020.txt"]
    coded = code_items(problems(gid.read_report(gid.sample("anfu_2020.txt"))))
    found = [set(split_codes(codes)) for codes in coded["codes"]]
    shared = sum(len(a & b) for a, b in zip(found, wanted, strict=True))
    assert shared == 8
    assert (sum(map(len, found)), sum(map(len, wanted))) == (9, 9)


def book_file(folder, text):
    file = folder / "book.toml"
    file.write_text(text, encoding="utf-8")
    return file


OWN = '[[code]]\nid = "X1"\nkind = "problem"\nzh = "甲"\nen = "a"\ncues = ["慢"]\n'


def test_a_book_of_ones_own_is_read(tmp_path):
    book = problem_codes(book_file(tmp_path, OWN))
    assert code_items(items(("problem", "更新慢"), ("measure", "慢")), book)["codes"].tolist() == ["X1", ""]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"no \[\[code\]\] in it: give each code with id, kind, zh, en and cues"),
        ("x = = 1", r"no TOML \(.*\)"),
        (OWN.replace('en = "a"\n', ""), "code X1 lacks en: every code has id, kind, zh, en and cues"),
        (OWN.replace("problem", "remark"), "code X1 is of kind 'remark': the kinds are problem and measure"),
        (OWN.replace("慢", "("), r"a cue of code X1 is no regular expression \(.*\)"),
        (OWN.replace("X1", "X 1"), "the code 'X 1' holds a blank, a comma or a semicolon: these part several codes"),
        (OWN + OWN, "the code X1 stands twice: give every code once"),
    ],
)
def test_a_faulty_book_is_refused(tmp_path, text, message):
    file = book_file(tmp_path, text)
    with pytest.raises(GidtkError, match=f"^{file}: {message}$"):
        problem_codes(file)


def test_a_book_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(GidtkError, match=r"the code book cannot be read \(.*\): give a TOML file in UTF-8$"):
        problem_codes(tmp_path / "none.toml")


# --- specifics --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("仅公开3条", {"quantity"}),
        ("公开百余条", set()),
        ("每季度更新", {"date"}),
        ("2023年底前建成", {"date"}),
        ("县财政局未更新", {"body"}),
        ("洪泽区更新慢", {"place"}),
        ("东双沟镇、岔河镇更新慢", {"place"}),
        ("各乡镇、有关部门、我县、本局更新慢", set()),
        ("向苏木乡镇、街道延伸", set()),
        ("人手不足", set()),
    ],
)
def test_what_an_item_names_is_told_and_classes_are_no_names(text, named):
    row = specifics(items(("problem", text))).iloc[0]
    assert {name for name in ("quantity", "date", "body", "place") if row[name]} == named
    assert row["specific"] == bool(named)


@pytest.mark.parametrize(
    ("text", "lack", "vague"),
    [
        ("解读有待加强", "soft", True),
        ("解读仍需进一步提升", "soft", True),
        ("更新不及时", "open", False),
        ("更新不及时，解读有待加强", "both", False),
        ("安福县解读有待加强", "soft", False),
        ("内容多", "none", False),
    ],
)
def test_a_lack_is_open_or_soft(text, lack, vague):
    assert specifics(items(("problem", text)))[["lack", "vague"]].values.tolist() == [[lack, vague]]


@pytest.mark.parametrize(
    ("text", "time", "vague"),
    [
        ("将加强培训", "planned", True),
        ("已印发办法", "done", False),
        ("完成改版", "done", False),
        ("已印发办法，将持续推进", "both", False),
        ("办好培训", "none", False),
        ("将培训3次", "planned", False),
    ],
)
def test_a_measure_is_done_or_planned(text, time, vague):
    assert specifics(items(("measure", text)))[["time", "vague"]].values.tolist() == [[time, vague]]


def test_lack_is_missing_for_measures_and_time_for_problems():
    frame = specifics(items(("problem", "更新不及时"), ("measure", "已办")))
    assert frame[["lack", "time"]].isna().values.tolist() == [[False, True], [True, False]]
    assert set(SPECIFIC_COLUMNS) <= set(frame)
    assert specifics(frame.iloc[:0]).dtypes.to_dict() == frame.dtypes.to_dict()
