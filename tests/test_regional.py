"""Measures over groups: by hand, missing where nothing is known."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gidtk.errors import GidtkError
from gidtk.intervals import wilson
from gidtk.regional import FUNNEL_COLUMNS, POOLED_COLUMNS, dispersion, funnel, funnel_limits, pooled, rates_of


def rates(count, n):
    return pd.DataFrame({"id": "grant_rate", "year": 2021, "count": count, "n": n}).astype(
        {"count": "Float64", "n": "Float64"}
    )


def test_the_pooled_rate_is_not_the_mean_of_rates():
    r = pooled(rates([9, 50, 10], [10, 100, 40]), ["year"]).iloc[0]
    assert (r["units"], r["small_units"], r["count"], r["n"]) == (3, 1, 69, 150)
    assert (r["pooled_rate"], r["mean_of_rates"], r["median_of_rates"]) == pytest.approx((0.46, 0.55, 0.5))
    assert (r["low"], r["high"]) == pytest.approx(wilson(69, 150))


@pytest.mark.parametrize(("count", "n"), [(None, 10), (1, None), (0, 0), (11, 10)])
def test_a_unit_without_a_share_is_not_pooled(count, n):
    r = pooled(rates([5, count], [10, n]), ["year"]).iloc[0]
    assert (r["units"], r["count"], r["n"], r["pooled_rate"]) == (1, 5, 10, 0.5)
    alone = pooled(rates([count], [n]), ["year"]).iloc[0]
    assert alone["units"] == 0
    assert alone[["count", "n", "pooled_rate", "low", "high", "mean_of_rates", "median_of_rates"]].isna().all()


def test_columns_and_dtypes_are_fixed_also_when_empty():
    full, empty = pooled(rates([5], [10]), ["year"]), pooled(rates([5], [10])[:0], ["year"])
    assert list(empty) == ["id", "year", *POOLED_COLUMNS]
    assert len(empty) == 0
    assert empty.dtypes.equals(full.dtypes)


def test_errors_say_the_way_out():
    with pytest.raises(GidtkError, match=r"by must be a list of columns, got the string 'year'; write \['year'\]"):
        pooled(rates([5], [10]), "year")
    with pytest.raises(GidtkError, match="a frame without column province: give it as indicators"):
        pooled(rates([5], [10]), ["province"])


# --- funnel ---------------------------------------------------------------------------------------------------------


def at_most(count, n, rate):
    return sum(math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(count + 1))


def test_limits_by_hand():
    # n = 10, rate 0.5: P(X <= 1) = 11/1024, P(X <= 2) = 56/1024; 0.025 is 25.6/1024, so r = 2, a = 30.4/45
    limits = funnel_limits([10], 0.5).iloc[0]
    low = (2 - (56 - 25.6) / 45) / 10
    assert (limits["low95"], limits["high95"]) == pytest.approx((low, 1 - low))
    # 0.001 is 1.024/1024: P(X <= 0) = 1/1024 is less, so r = 1, a = (11 - 1.024) / 10
    assert limits["low998"] == pytest.approx((1 - (11 - 1.024) / 10) / 10)


@given(st.integers(1, 60), st.floats(0.01, 0.99))
def test_no_more_lies_beyond_a_limit_than_is_said(n, rate):
    limits = funnel_limits([n], rate).iloc[0]
    for tail, width in ((0.025, "95"), (0.001, "998")):
        below = [k for k in range(n + 1) if k / n < limits[f"low{width}"] - 1e-12]
        above = [k for k in range(n + 1) if k / n > limits[f"high{width}"] + 1e-12]
        assert at_most(max(below, default=-1), n, rate) <= tail + 1e-12
        assert at_most(n - min(above, default=n + 1), n, 1 - rate) <= tail + 1e-12
        assert 0 <= limits[f"low{width}"] <= limits[f"high{width}"] <= 1
    assert limits["low998"] <= limits["low95"] <= limits["high95"] <= limits["high998"]


@given(st.integers(1, 500), st.floats(0, 1))
def test_what_does_not_count_has_the_mirrored_limits(n, rate):
    one, other = funnel_limits([n], rate).iloc[0], funnel_limits([n], 1 - rate).iloc[0]
    assert one["low95"] == pytest.approx(1 - other["high95"], abs=1e-6)
    assert one["high998"] == pytest.approx(1 - other["low998"], abs=1e-6)


def test_large_n_has_the_limits_of_the_normal_distribution():
    limits = funnel_limits([1_000_000], 0.3).iloc[0]
    half = 1.959964 * math.sqrt(0.3 * 0.7 / 1_000_000)
    assert (limits["low95"], limits["high95"]) == pytest.approx((0.3 - half, 0.3 + half), abs=2e-6)


def test_units_outside_are_told_by_the_outermost_limit():
    frame = funnel([50, 62, 70, 38, 30, None, 5, 3], [100, 100, 100, 100, 100, 10, 0, 2], target=0.5)
    assert frame["outside"].fillna("?").tolist() == ["", "high95", "high998", "low95", "low998", "?", "?", "?"]
    assert frame.loc[5:].isna().all(axis=None)
    assert list(frame) == list(FUNNEL_COLUMNS)
    assert frame.dtypes.equals(funnel([], []).dtypes)


def test_the_target_is_the_pooled_rate_unless_given_and_the_index_stays():
    counts = pd.Series([9, 50], index=["a", "b"])
    frame = funnel(counts, pd.Series([10, 100], index=["x", "y"]))
    assert frame["target"].tolist() == pytest.approx([59 / 110] * 2)
    assert frame.index.tolist() == ["a", "b"]


def test_units_that_differ_by_chance_alone_are_seldom_outside_and_have_a_dispersion_of_1():
    random = np.random.default_rng(7)
    n = random.integers(1, 300, 4000)
    frame = funnel(random.binomial(n, 0.4), n, 0.4)
    assert (frame["outside"] != "").mean() <= 0.05
    assert frame["outside"].isin(["low998", "high998"]).mean() <= 0.002
    assert dispersion(frame["count"], n, 0.4) == pytest.approx(1, abs=0.07)


def test_dispersion_by_hand():
    # rates 0.4 and 0.6 of 25 each around 0.5: scores of -1 and 1
    assert dispersion([10, 15], [25, 25]) == pytest.approx(1)
    assert math.isnan(dispersion([0, 0], [5, 5]))
    assert math.isnan(dispersion([], []))


def test_errors_of_a_funnel_say_the_way_out():
    with pytest.raises(GidtkError, match="target 50: give a rate from 0 to 1"):
        funnel([5], [10], 50)
    with pytest.raises(GidtkError, match="2 counts and 1 n: give one n for each count"):
        rates_of([1, 2], [3])
