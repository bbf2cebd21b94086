"""Formulae: what they compute, what is missing, what they refuse, and that nothing in them is ever executed."""

import math
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gidtk.errors import GidtkError
from gidtk.form import load_form
from gidtk.formula import evaluate, names
from gidtk.grammar import DEEPEST, LONGEST, fill, parse

FRAME = pd.DataFrame(
    {
        "granted_total": [9, 0, None, 4],
        "concluded_total": [11, 0, 5, 8],
        "refused_law_total": [1, 0, 2, 3],
        "refused_secret_total": [1, 0, 1, None],
    },
    index=["a", "b", "c", "d"],
)


def values(text, frame=FRAME, prev=None):
    return [None if pd.isna(value) else value for value in evaluate(text, frame, prev)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("granted_total + 1", [10, 1, None, 5]),
        ("-granted_total", [-9, 0, None, -4]),
        ("2 * granted_total - concluded_total / 2", [12.5, 0, None, 4]),
        ("concluded_total / granted_total", [11 / 9, None, None, 2]),
        ("abs(granted_total - concluded_total)", [2, 0, None, 4]),
        ("log(concluded_total)", [math.log(11), None, math.log(5), math.log(8)]),
        ("sqrt(granted_total - 4)", [math.sqrt(5), None, None, 0]),
        ("min(granted_total, 5)", [5, 0, None, 4]),
        ("max(granted_total, concluded_total)", [11, 0, None, 8]),
        ("count(granted_total, concluded_total, refused_secret_total)", [3, 3, 2, 2]),
        ("sum(granted_total, 1, 2)", [12, 3, None, 7]),
        ("granted_total <= concluded_total", [True, True, None, True]),
        ("0 < granted_total < 5", [False, False, None, True]),
        ("not granted_total == 0 and concluded_total > 0", [True, False, None, True]),
        ("granted_total > 5 or concluded_total == 0", [True, True, None, False]),
        ("concluded_total != 5", [True, True, False, True]),
    ],
)
def test_a_formula_computes_and_a_missing_input_gives_a_missing_result(text, expected):
    assert values(text) == pytest.approx(expected)
    assert evaluate(text, FRAME).index.tolist() == ["a", "b", "c", "d"]


def test_even_a_true_half_of_an_or_does_not_hide_a_missing_half():
    assert values("concluded_total == 5 or granted_total > 0") == [True, False, None, True]


@pytest.mark.parametrize(("text", "dtype"), [("granted_total", "Float64"), ("granted_total > 1", "boolean")])
@pytest.mark.parametrize("frame", [FRAME, FRAME[:0]], ids=["rows", "no rows"])
def test_numbers_are_float64_and_comparisons_boolean_also_when_empty(text, dtype, frame):
    assert evaluate(text, frame).dtype == dtype


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float64", "boolean"])
def test_columns_of_any_numeric_kind_are_taken(dtype):
    frame = pd.DataFrame({"granted_total": pd.array([1, 0], dtype="Int64").astype(dtype)})
    assert values("granted_total + 1", frame) == [2, 1]


def test_infinite_numbers_are_missing():
    assert values("granted_total", pd.DataFrame({"granted_total": [np.inf, -np.inf, 1e308]})) == [None, None, 1e308]
    assert values("granted_total * 10", pd.DataFrame({"granted_total": [1e308]})) == [None]


# --- patterns ---------------------------------------------------------------------------------------------


def everything(form, changes=None):
    row = {f"{r}_{c}": 1.0 for _, r, c in load_form(form).cells()} | (changes or {})
    return {"form": form, **row}


def test_a_pattern_stands_for_all_its_variables_of_the_form():
    frame = pd.DataFrame([everything("f2019"), everything("f2021")])
    assert values('sum("other_*_total")', frame) == [1, 3]
    assert values('sum("refused_*_total", granted_total)', frame) == [9, 9]
    assert values('count("*_decisions")', frame) == [4, 3]
    assert values('max("*_items_change")', frame) == [1, None]


def test_a_variable_missing_from_its_own_form_makes_the_sum_missing():
    frame = pd.DataFrame([everything("f2021", {"other_misc_total": None}), everything("f2019")])
    assert values('sum("other_*_total")', frame) == [None, 1]
    assert values('sum("refused_*_total")', FRAME.assign(form="f2019")) == [None] * 4  # six of eight are not there


def test_without_a_column_form_the_rows_that_stand_for_others_are_told_by_what_is_printed():
    frame = pd.DataFrame(
        {"other_handling_total": [2, None, None], "other_no_correction_total": [None, 1, 1],
         "other_unpaid_total": [None, 1, None], "other_misc_total": [None, 1, 1]}
    )  # fmt: skip
    assert values('sum("other_*_total")', frame) == [2, 3, None]


def test_the_previous_report_is_spoken_of_with_prev():
    prev = pd.DataFrame({"granted_total": [4, 3], "form": ["f2019", "f2021"]}, index=["d", "a"])
    assert values("granted_total - prev.granted_total", FRAME, prev) == [6, None, None, 0]
    whole = pd.DataFrame([everything("f2019")])
    assert values('sum("prev.other_*_total")', whole, pd.DataFrame([everything("f2021")])) == [3]


def test_a_variable_that_the_frame_lacks_but_a_form_prints_is_missing():
    assert values("licences_decisions", FRAME) == [None] * 4


# --- names and holes --------------------------------------------------------------------------------------


def test_names_lists_the_variables_of_a_formula_once_in_its_order():
    known = ["a", "b_1", "b_2", "c"]
    assert names('c + sum("b_*") / prev.a - c + max("prev.b_*")', known) == [
        "c",
        "b_1",
        "b_2",
        "prev.a",
        "prev.b_1",
        "prev.b_2",
    ]


def test_holes_are_filled_and_an_unknown_one_is_refused():
    assert fill("{a} < {most}", a="x_total", most=0.5) == "x_total < 0.5"
    with pytest.raises(GidtkError, match=r"^formula 'a < \{b\}', position 5: nothing to put for \{b\}; known are c$"):
        fill("a < {b}", c=1)


# --- what is refused --------------------------------------------------------------------------------------

REFUSED = [
    ("", 1, "it breaks off"),
    ("granted_total +", 16, "it breaks off"),
    ("granted_total concluded_total", 15, "it breaks off"),
    ("granted_total; 1", 14, "';' is not a character"),
    ("__import__('os')", 1, "is not allowed"),
    ("granted_total.real", 1, "is not allowed"),
    ("prev.a.b", 1, "is not allowed"),
    ("open('x')", 1, "is not allowed"),
    ("sum", None, None),
    ("sum()", 1, "is not allowed"),
    ("log(1, 2)", 1, "log takes one number"),
    ("log('a_*')", 5, "is not allowed"),
    ("abs(x=1)", 1, "is not allowed"),
    ("lambda: 1", 7, "':' is not a character"),
    ("a if b else c", 1, "is not allowed"),
    ("a ** 2", 1, "is not allowed"),
    ("a % 2", 3, "'%' is not a character"),
    ("a in b", 1, "is not allowed"),
    ("True", 1, "is not allowed"),
    ("'text'", 1, "is not allowed"),
    ("(1, 2)", 1, "is not allowed"),
    ("1e999", 1, "a number runs into a word"),
    ("1or 2", 1, "a number runs into a word"),
    ("a + (b > 1)", 6, "a number is wanted here"),
    ("a and b > 1", 1, "true or false is wanted here"),
    ("not a", 5, "true or false is wanted here"),
    ("sum(a > 1)", 5, "a number is wanted here"),
    ("a\\b", 2, "is not a character"),
    ("甲", 1, "is not a character"),
]


@pytest.mark.parametrize(("text", "position", "why"), REFUSED, ids=[case[0] or "empty" for case in REFUSED])
def test_what_is_no_formula_is_refused_with_its_position(text, position, why):
    if position is None:
        assert parse(text).text == text  # a variable of that name
        return
    with pytest.raises(GidtkError) as error:
        parse(text)
    message = str(error.value)
    where = r"\d+" if why == "it breaks off" else position  # Python's own parser says where; its versions differ
    assert re.match(f"{re.escape(f'formula {text!r}, position ')}{where}: ", message)
    assert why in message
    assert message.endswith("and, or, not, abs, log, sqrt, sum, min, max, count")


def test_a_formula_too_long_or_too_deep_is_refused():
    with pytest.raises(GidtkError, match=rf"^formula of {LONGEST + 2:,} characters .*: at most {LONGEST:,}; split it$"):
        parse("1" * (LONGEST + 2))
    for text in ("(" * 300 + "1" + ")" * 300, "-" * 500 + "1", "+".join(["1"] * 400), "abs(" * 60 + "1" + ")" * 60):
        with pytest.raises(GidtkError, match=f"nested deeper than {DEEPEST} levels|breaks off"):
            parse(text)


def test_an_unknown_variable_is_named_with_the_likely_one():
    with pytest.raises(GidtkError) as error:
        evaluate("1 + grantd_total", FRAME)
    assert (
        str(error.value)
        == "formula '1 + grantd_total', position 5: no variable 'grantd_total'; did you mean granted_total?"
    )
    with pytest.raises(GidtkError, match=r"no pattern 'zzz_\*'; variables are named row_column, as received_total$"):
        evaluate('sum("zzz_*")', FRAME)
    with pytest.raises(GidtkError, match=r"no variable 'nowhere_at_all'"):
        names("nowhere_at_all", ["a"])


def test_without_a_previous_report_prev_is_refused():
    with pytest.raises(GidtkError, match=r"^formula 'prev\.a', position 1: there is no 'prev' here to speak of"):
        evaluate("prev.a", FRAME)


def test_two_previous_reports_under_one_index_are_refused():
    with pytest.raises(GidtkError, match=r"^two previous reports under one index"):
        evaluate("prev.granted_total", FRAME, FRAME.loc[["a", "a"]])


numbers = st.one_of(st.none(), st.integers(-50, 50))


@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=6))
def test_a_formula_over_many_rows_is_the_formula_over_each(rows):
    frame = pd.DataFrame(rows, columns=["a_x", "b_x", "c_x"]).astype("Float64")
    text = 'sum("*_x") / (c_x - b_x) + max(a_x, 2)'
    known = frame.assign(**{n: frame[n] for n in frame})
    whole = values(text.replace('"*_x"', "a_x, b_x, c_x"), known)
    for n, (a, b, c) in enumerate(rows):
        gone = None in (a, b, c) or c == b
        assert whole[n] == (None if gone else pytest.approx((a + b + c) / (c - b) + max(a, 2)))


@given(st.text(alphabet="ab_1 .,+-*/()<>=!\"'notrd", max_size=40))
def test_any_text_gives_a_formula_or_an_error_of_ours(text):
    try:
        found = evaluate(text, pd.DataFrame({"a": [1.0, None], "b": [2.0, 0.0]}))
    except GidtkError:
        return
    assert len(found) == 2
