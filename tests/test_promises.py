"""What is paired inside a report and matched between years, against texts whose answers are known."""

import json
import time

import pandas as pd
import pytest

import gidtk as gid
from gidtk.codes import code_items
from gidtk.errors import GidtkError
from gidtk.flows import FLOW_COLUMNS, problem_flow
from gidtk.likeness import clauses, core, likeness
from gidtk.pairs import PAIR_COLUMNS, pair_items
from gidtk.problems import problems
from gidtk.promises import PROMISE_COLUMNS, RECURRENCE_COLUMNS, promises, recurrences


def sections(**texts):
    """Report to its section 五, or to a pair of 总体情况 and section 五."""
    rows = []
    for report, text in texts.items():
        overview, five = text if isinstance(text, tuple) else ("", text)
        rows += [[report, "overview", overview], [report, "problems", five]]
    return pd.DataFrame(rows, columns=["report", "key", "text"])


def reports(first=2020, **agencies):
    frame = pd.DataFrame({"report": list(agencies), "agency": list(agencies.values())})
    return frame.assign(year=range(first, first + len(frame)))


# --- likeness ---------------------------------------------------------------------------------------------


def test_numbers_dates_and_formulas_do_not_count():
    assert likeness(["2020年举办政策解读培训3次"], ["2021年进一步举办政策解读培训12次"])[0, 0] == 1
    assert likeness(["更新不及时"], ["更新不及时"])[0, 0] == 1
    assert likeness(["进一步加强工作"], ["进一步加强工作"])[0, 0] == 0  # nothing is said
    assert core("加强。") == ""


def test_likeness_has_a_row_and_a_column_for_each_also_without_any():
    assert likeness([], ["甲"]).shape == (0, 1)
    assert likeness(["甲"], []).shape == (1, 0)
    assert clauses("") == []


# --- pairs ------------------------------------------------------------------------------------------------


def test_a_measure_is_paired_with_the_problem_that_it_answers():
    pairs = pair_items(problems("存在不足：更新不及时，答复不规范。下一步，一是加强答复审核；二是定期更新；三是种树。"))
    assert list(pairs.columns) == list(PAIR_COLUMNS)
    assert pairs[["measure", "problem"]].astype(object).fillna(0).values.tolist() == [[1, 2], [2, 1], [3, 0]]
    assert pairs.loc[0, "code"] == "5"
    assert pairs.loc[2, ["code", "way"]].tolist() == ["", ""]


def test_what_stands_in_one_item_is_paired_whatever_it_says():
    pairs = pair_items(problems("1.天不够蓝。今后，多种树。2.更新不及时。今后，多浇水。"))
    assert pairs[["measure", "problem", "score"]].values.tolist() == [[1, 1, 1], [2, 2, 1]]
    assert pairs["way"].str.startswith("block").all()


def test_pairs_stay_inside_their_report():
    frame = problems(sections(a="更新不及时。", b="下一步，定期更新。"))
    assert pair_items(frame)[["report", "problem"]].isna().values.tolist() == [[False, True]]


# --- recurrences ------------------------------------------------------------------------------------------


def matched(first, second, **options):
    return recurrences(problems(sections(a=first, b=second)), reports(a="甲局", b="甲局"), **options)


@pytest.mark.parametrize(
    ("before", "now", "again"),
    [
        ("栏目更新不及时。", "2021年栏目更新仍不及时。", "text"),
        ("栏目更新不及时。", "发布滞后，时效不强。", "code"),
        ("栏目更新不及时。", "答复不规范。", "no"),
        ("下一步，加强培训。", "答复不规范。", "no"),
    ],
)
def test_a_problem_comes_again_in_its_words_or_in_its_kind(before, now, again):
    own = matched(before, now).query("report == 'b'")
    assert set(own["again"]) >= {again}
    assert own["previous"].eq("a").all()


def test_without_a_report_of_the_year_before_nothing_is_said():
    frame = recurrences(problems(sections(a="更新慢。", b="更新慢。")), reports(a="甲局", b="乙局"))
    assert list(frame.columns) == list(RECURRENCE_COLUMNS)
    assert frame[["previous", "previous_number", "likeness", "codes", "again"]].isna().all(axis=None)
    gap = reports(a="甲局", b="甲局").assign(year=[2019, 2021])
    assert recurrences(problems(sections(a="更新慢。", b="更新慢。")), gap)["again"].isna().all()


def test_the_wording_counts_before_the_code():
    own = matched("一是发布滞后。二是栏目更新不及时。", "一是栏目更新不及时。").query("report == 'b'")
    assert own[["previous_number", "likeness", "again"]].values.tolist() == [[2, 1, "text"]]


def test_frames_without_items_have_the_same_columns_and_types():
    none, some = matched("", ""), matched("更新慢。", "更新慢。")
    assert none.dtypes.to_dict() == some.dtypes.to_dict()


# --- promises ---------------------------------------------------------------------------------------------


def kept(promise, told, announced=""):
    frame = sections(a=f"下一步，{promise}。", b=(told, announced))
    return promises(problems(frame), reports(a="甲局", b="甲局"), frame).query("report == 'a'").iloc[0]


@pytest.mark.parametrize(
    ("told", "announced", "outcome", "done"),
    [
        ("全年建立了政策解读联审制度，公开3条。", "", "reported", True),
        ("将建立政策解读联审制度。", "", "reported", False),
        ("公开3条。", "下一步，将建立政策解读联审制度。", "promised again", None),
        ("公开3条。", "下一步，多种树。", "not found", None),
        ("", "", "not found", None),
    ],
)
def test_a_promise_is_reported_made_again_or_not_found(told, announced, outcome, done):
    row = kept("将建立政策解读联审制度", told, announced)
    assert (row["next"], row["outcome"]) == ("b", outcome)
    assert pd.isna(row["done"]) if done is None else row["done"] == done
    assert pd.isna(row["next_number"]) == (outcome != "promised again")


def test_the_sentence_that_speaks_of_the_promise_is_shown():
    row = kept("将建立政策解读联审制度", "公开3条。建立了政策解读联审制度；办好培训。")
    assert (row["said"], row["likeness"]) == ("建立了政策解读联审制度", 1)


def test_of_the_last_report_nothing_is_said():
    frame = sections(a="下一步，加强培训。")
    found = promises(problems(frame), reports(a="甲局"), frame)
    assert list(found.columns) == list(PROMISE_COLUMNS)
    assert found.drop(columns=["report", "number"]).isna().all(axis=None)
    assert promises(problems(frame.iloc[:0]), reports(a="甲局"), frame).dtypes.to_dict() == found.dtypes.to_dict()


# --- flow -------------------------------------------------------------------------------------------------


def test_the_flow_counts_reports_named_again_and_dropped():
    frame = problems(sections(a="更新不及时，答复不规范。", b="更新不及时。一是更新不及时。", c="人手不足。"))
    flow = problem_flow(frame, reports(a="甲局", b="甲局", c="乙局").assign(year=[2020, 2021, 2021]))
    assert list(flow.columns) == list(FLOW_COLUMNS)
    assert flow.values.tolist() == [
        [2020, "P2", 1, 1, 0, 0, 0],
        [2020, "P5", 1, 1, 0, 0, 0],
        [2020, "P8", 1, 0, 0, 0, 0],
        [2021, "P2", 2, 1, 1, 1, 0],
        [2021, "P5", 2, 0, 1, 0, 1],
        [2021, "P8", 2, 1, 1, 0, 0],
    ]


def test_a_report_without_a_year_is_left_out_and_an_empty_flow_keeps_its_types():
    frame = problems(sections(a="更新不及时。"))
    none = problem_flow(frame, reports(a="甲局").assign(year=pd.array([pd.NA], dtype="Int64")))
    assert none.empty
    assert none.dtypes.to_dict() == problem_flow(frame, reports(a="甲局")).dtypes.to_dict()


# --- errors -----------------------------------------------------------------------------------------------


ITEMS, OWNERS, TEXTS = problems(sections(a="更新慢。")), reports(a="甲局"), sections(a="更新慢。")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pair_items(ITEMS.drop(columns="number")), "items without number: give the columns kind, number, text"),
        (
            lambda: recurrences(ITEMS, OWNERS.drop(columns="year")),
            "reports without year: give the columns report, year",
        ),
        (lambda: promises(ITEMS.drop(columns="report"), OWNERS, TEXTS), "items without report: give the columns"),
        (lambda: promises(ITEMS, OWNERS, TEXTS.drop(columns="key")), "sections without key: give the columns"),
        (lambda: problem_flow(ITEMS, OWNERS, kind="x"), "no items of kind 'x': the kinds are problem and measure"),
    ],
)
def test_frames_that_lack_something_are_refused(call, message):
    with pytest.raises(GidtkError, match=f"^{message}"):
        call()


# --- simulated reports ------------------------------------------------------------------------------------


def test_in_simulated_reports_every_problem_that_comes_again_is_matched(tmp_path):
    gid.simulate(tmp_path, regions=6, years=(2019, 2022), seed=3, formats=("txt",), layouts=["lines"])
    answers = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))["reports"]
    texts, owners, planted = [], [], {}
    for answer in answers:
        file = answer["files"][0]
        texts.append([file, "problems", gid.read_report(tmp_path / file).text("problems")])
        owners.append([file, answer["agency"], answer["year"]])
        planted[answer["agency"], answer["year"]] = {p["text"]: p["code"] for p in answer["problems"]}
    items = code_items(problems(pd.DataFrame(texts, columns=["report", "key", "text"])))
    frame = pd.DataFrame(owners, columns=["report", "agency", "year"])
    found = recurrences(items, frame).merge(items, on=["report", "number"]).merge(frame, on="report")
    found = found[(found["kind"] == "problem") & found["previous"].notna()]
    assert len(found) > 30
    for text, agency, year, again in found[["text", "agency", "year", "again"]].itertuples(index=False):
        before, code = planted[agency, year - 1], planted[agency, year][text]
        assert (again == "text") == (text in before), text
        assert again != "no" or code not in before.values(), text


# --- what a hostile page holds ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("five", "told"),
    [
        ("一是更新不及时。" * 8_000, ""),
        ("下一步，" + "一是建立政策解读联审制度。" * 4_000, "建立了政策解读联审制度，" * 8_000),
        ("下一步，" + "建立政策解读联审制度，" * 8_000, "政策解读" * 20_000),
    ],
)
def test_pages_without_end_are_compared_in_bounded_time(five, told):
    frame = sections(a=(told, five), b=(told, five))
    items = problems(frame)
    begun = time.perf_counter()
    pair_items(items)
    recurrences(items, reports(a="甲局", b="甲局"))
    promises(items, reports(a="甲局", b="甲局"), frame)
    assert time.perf_counter() - begun < 60


def test_where_two_reports_may_be_the_next_one_neither_is_taken():
    frame = sections(a="下一步，加强培训。", b="", c="")
    twice = reports(a="甲局", b="甲局", c="甲局").assign(year=[2020, 2021, 2021])
    assert promises(problems(frame), twice, frame)["next"].isna().all()
