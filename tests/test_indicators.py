"""Counts and shares: each with its denominator and interval, and missing wherever a figure is."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gidtk as gid
from gidtk.errors import GidtkError
from gidtk.form import load_form
from gidtk.indicators import ANSWER_COLUMNS, SHARE_COLUMNS, answers, shares, wilson

ANFU = gid.read_report(gid.sample("anfu_2020.txt")).cells
OTHERS = ("other_no_correction", "other_unpaid", "other_misc")


def cells(form="f2019", default=0, without=(), **values):
    """Cells of a form, all of one value but those given as table_row_column with double underscores."""
    given = {tuple(name.split("__")): value for name, value in values.items()}
    rows = [(*cell, given.pop(cell, default)) for cell in load_form(form).cells() if cell[1] not in without]
    rows += [(*cell, value) for cell, value in given.items()]
    return pd.DataFrame(rows, columns=["table", "row", "column", "value"]).astype({"value": "Float64"})


def share(frame, id_):
    """One share as count, n, share, low, high; None for missing."""
    row = shares(frame).set_index("id").loc[id_]
    return tuple(None if pd.isna(row[name]) else row[name] for name in SHARE_COLUMNS[3:])


# --- the interval -----------------------------------------------------------------------------------------

# Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion: comparison of seven methods.
# Statistics in Medicine, 17(8), 857-872; table I, score method without continuity correction.
NEWCOMBE = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)]


@pytest.mark.parametrize(("count", "n", "low", "high"), NEWCOMBE)
def test_the_wilson_interval_is_the_published_one(count, n, low, high):
    assert tuple(round(limit, 4) for limit in wilson(count, n)) == (low, high)


@pytest.mark.parametrize("n", [1, 7, 100, 10**6])
@pytest.mark.parametrize("z", [1.0, 1.959963984540054])
def test_at_the_edges_it_has_a_closed_form(n, z):
    assert wilson(0, n, z) == pytest.approx((0, z * z / (n + z * z)))
    assert wilson(n, n, z) == pytest.approx((n / (n + z * z), 1))
    half = math.sqrt(z * z / (4 * (n + z * z)))
    assert wilson(n / 2, n, z) == pytest.approx((0.5 - half, 0.5 + half))


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_it_holds_the_share_stays_in_bounds_and_mirrors(count_n):
    count, n = count_n
    low, high = wilson(count, n)
    assert 0 <= low < high <= 1
    assert low - 1e-12 <= count / n <= high + 1e-12
    assert wilson(n - count, n) == pytest.approx((1 - high, 1 - low))
    assert all(
        (limit - count / n) ** 2 == pytest.approx(1.959963984540054**2 * limit * (1 - limit) / n, abs=1e-9)
        for limit in (low, high)
    )


# --- shares -----------------------------------------------------------------------------------------------


def test_the_shares_of_the_real_report_are_these():
    found = shares(ANFU).set_index("id")
    assert {id_: (row["count"], row["n"]) for id_, row in found.iterrows()} == {
        "grant_rate": (9, 11),
        "grant_or_partial_rate": (9, 11),
        "refusal_rate": (2, 11),
        "unable_rate": (0, 11),
        "declined_rate": (0, 11),
        "natural_share": (11, 11),
        "carry_out_rate": (0, 11),
        "review_correction_rate": (1, 15),
        "suit_correction_rate": (3, 14),
    }
    assert found.loc["grant_rate", ["share", "low", "high"]].tolist() == pytest.approx(
        [9 / 11, 0.5230, 0.9486], abs=1e-4
    )


REQUESTS = {
    "requests__received__total": 30,
    "requests__received__natural": 24,
    "requests__carried_in__total": 2,
    "requests__granted__total": 10,
    "requests__partial__total": 3,
    "requests__refused_law__total": 4,
    "requests__refused_inquiry__total": 1,
    "requests__unable_not_held__total": 5,
    "requests__declined_repeat__total": 2,
    "requests__concluded__total": 25,
    "requests__carried_out__total": 7,
}
DISPUTES = {
    "disputes__review__upheld": 3,
    "disputes__review__corrected": 1,
    "disputes__review__other": 2,
    "disputes__review__pending": 9,
    "disputes__review__total": 15,
    "disputes__suit_direct__upheld": 4,
    "disputes__suit_after_review__corrected": 2,
    "disputes__suit_after_review__pending": 8,
}
COUNTED = [
    ("grant_rate", 10, 25),
    ("grant_or_partial_rate", 13, 25),
    ("refusal_rate", 5, 25),
    ("unable_rate", 5, 25),
    ("declined_rate", 2, 25),
    ("natural_share", 24, 30),
    ("carry_out_rate", 7, 32),
    ("review_correction_rate", 1, 6),
    ("suit_correction_rate", 2, 6),
]


@pytest.mark.parametrize("form", ["f2019", "f2021"])
@pytest.mark.parametrize(("id_", "count", "n"), COUNTED)
def test_a_share_is_its_count_over_its_denominator_with_its_interval(form, id_, count, n):
    assert share(cells(form, **REQUESTS, **DISPUTES), id_) == pytest.approx((count, n, count / n, *wilson(count, n)))


def test_every_share_has_a_case():
    assert [case[0] for case in COUNTED] == shares(ANFU)["id"].tolist()


def test_a_denominator_of_0_leaves_share_and_interval_missing_not_0():
    found = shares(cells())
    assert (found["n"] == 0).all()
    assert (found["count"] == 0).all()
    assert found[["share", "low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize("blank", [None, pd.NA, float("nan")])
@pytest.mark.parametrize("cell", ["requests__granted__total", "requests__concluded__total"])
def test_a_blank_cell_leaves_everything_of_its_share_missing_not_0(cell, blank):
    found = cells(**(REQUESTS | {cell: blank}))
    assert share(found, "grant_rate") == (None,) * 5
    assert share(found, "natural_share")[:2] == (24, 30)


@pytest.mark.parametrize("row", ["granted", "concluded", "refused_security"])
def test_a_row_left_out_of_the_frame_is_missing_too(row):
    id_ = "refusal_rate" if row.startswith("refused") else "grant_rate"
    found = cells(**REQUESTS)
    assert share(found[found["row"] != row], id_) == (None,) * 5


def test_a_count_above_its_denominator_is_shown_without_a_share():
    assert share(cells(requests__granted__total=12, requests__concluded__total=9), "grant_rate") == (
        12,
        9,
        None,
        None,
        None,
    )


# --- answers ----------------------------------------------------------------------------------------------


def test_answers_are_counted_in_six_groups_for_any_kind_of_applicant():
    assert answers(ANFU)["id"].tolist() == ["granted", "partial", "refused", "unable", "declined", "other"]
    assert answers(cells(**REQUESTS))["count"].tolist() == [10, 3, 5, 5, 2, 0]
    assert answers(cells(requests__granted__legal=4, requests__other_handling__legal=1), "legal")["count"].tolist() == [
        4,
        0,
        0,
        0,
        0,
        1,
    ]


def test_a_blank_cell_leaves_its_group_missing_and_the_others_counted():
    counts = answers(cells(**REQUESTS, requests__refused_secret__total=None))["count"]
    assert counts.isna().tolist() == [False, False, True, False, False, False]
    assert counts.dropna().tolist() == [10, 3, 5, 2, 0]


@pytest.mark.parametrize(
    ("form", "values", "other"),
    [
        ("f2019", {"requests__other_handling__total": 6}, 6),
        ("f2021", {f"requests__{row}__total": n for n, row in enumerate(OTHERS, start=1)}, 6),
        ("f2021", {"requests__other_unpaid__total": None}, None),
    ],
)
def test_other_handling_is_one_row_or_three_as_the_form_has_it(form, values, other):
    found = answers(cells(form, **values)).set_index("id")["count"]["other"]
    assert (None if pd.isna(found) else found) == other


def test_a_report_of_2019_that_prints_the_three_rows_of_2021_counts_them():
    hybrid = cells(without=("other_handling",), **{f"requests__{row}__total": 2 for row in OTHERS})
    assert answers(hybrid)["count"].tolist() == [0, 0, 0, 0, 0, 6]
    one_gone = hybrid[hybrid["row"] != "other_misc"]
    assert answers(one_gone)["count"].isna().tolist() == [False] * 5 + [True]


def test_a_column_that_no_cell_has_counts_nothing():
    assert answers(ANFU, "nobody")["count"].isna().all()


# --- shape and errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("call", "columns"), [(answers, ANSWER_COLUMNS), (shares, SHARE_COLUMNS)])
def test_columns_and_dtypes_are_the_same_with_figures_and_without(call, columns):
    empty = cells()[:0]
    assert tuple(call(ANFU).columns) == columns
    assert call(empty).dtypes.to_dict() == call(ANFU).dtypes.to_dict()
    assert call(empty)["count"].isna().all()
    assert call(empty)[["id", "zh", "en"]].equals(call(ANFU)[["id", "zh", "en"]])


@pytest.mark.parametrize("call", [answers, shares])
def test_two_reports_at_once_and_frames_that_hold_no_cells_are_refused(call):
    with pytest.raises(GidtkError, match="stands twice: check the cells of one report at a time"):
        call(pd.concat([ANFU, ANFU]))
    with pytest.raises(GidtkError, match="cells without column value: give the cells of a report"):
        call(ANFU.drop(columns="value"))
