"""Shrunk rates and ranks: by hand, against simulated truth, missing where nothing is known."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gidtk.errors import GidtkError
from gidtk.shrinkage import RANK_COLUMNS, SHRUNK_COLUMNS, Prior, fitted_prior, rank_ranges, shrunk


def test_the_prior_by_hand():
    # p = 0.5, S = 2 * 10 * 0.3² = 1.8, S / 0.25 = 7.2; k - 1 = 1; N - Σn²/N - 1 = 20 - 10 - 1 = 9
    prior = fitted_prior([8, 2], [10, 10])
    assert prior == pytest.approx((0.5, 6.2 / 9))
    size = (1 - 6.2 / 9) / (6.2 / 9)
    assert (prior.alpha, prior.beta) == pytest.approx((size / 2, size / 2))


def test_a_shrunk_rate_by_hand():
    row = shrunk([1], [4], Prior(0.5, 0.2)).iloc[0]  # alpha = beta = 2
    assert (row["rate"], row["shrunk"], row["weight"]) == pytest.approx((0.25, 3 / 8, 0.5))


def test_the_interval_is_that_of_the_beta_distribution():
    # alpha = beta = 0.5 and no case for or against but one each: Beta(1.5, 1.5), whose quantiles lie around 1/2
    row = shrunk([1], [2], Prior(0.5, 0.5)).iloc[0]
    assert row["low"] + row["high"] == pytest.approx(1)
    # Beta(1, 3) after no hit of two with a prior of Beta(1, 1): P(X <= x) = 1 - (1 - x)^3
    row = shrunk([0], [2], Prior(0.5, 1 / 3)).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((1 - 0.975 ** (1 / 3), 1 - 0.025 ** (1 / 3)))


def test_units_that_are_alike_are_drawn_to_the_pooled_rate():
    frame = shrunk([5, 50, 1], [10, 100, 2])
    assert frame["shrunk"].tolist() == pytest.approx([0.5] * 3)
    assert frame["weight"].tolist() == [0, 0, 0]


def test_units_that_answer_all_cases_alike_keep_their_rates():
    frame = shrunk([10, 0], [10, 10], Prior(0.5, 1.0))
    assert frame[["shrunk", "low", "high", "weight"]].to_numpy().tolist() == [[1, 1, 1, 1], [0, 0, 0, 1]]


def test_the_spread_that_was_put_in_is_found_and_shrunk_rates_lie_nearer_to_the_truth():
    random = np.random.default_rng(3)
    n = random.integers(2, 120, 3000)
    truth = random.beta(3, 7, 3000)
    counts = random.binomial(n, truth)
    prior = fitted_prior(counts, n)
    assert (prior.mean, prior.correlation) == pytest.approx((0.3, 1 / 11), abs=0.01)
    frame = shrunk(counts, n)
    assert ((frame["low"] <= truth) & (truth <= frame["high"])).mean() == pytest.approx(0.95, abs=0.015)
    assert ((frame["shrunk"] - truth) ** 2).mean() < 0.7 * ((frame["rate"] - truth) ** 2).mean()


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=2, max_size=12))
def test_a_shrunk_rate_lies_between_its_own_and_the_pooled_one(pairs):
    counts, n = [min(count, cases) for count, cases in pairs], [cases for _, cases in pairs]
    prior, frame = fitted_prior(counts, n), shrunk(counts, n)
    if math.isnan(prior.mean):
        assert frame[["shrunk", "low", "high", "weight"]].isna().all(axis=None)
        return
    assert 0 <= prior.correlation <= 1
    assert (frame["shrunk"] >= frame["rate"].clip(upper=prior.mean) - 1e-9).all()
    assert (frame["shrunk"] <= frame["rate"].clip(lower=prior.mean) + 1e-9).all()


def test_a_unit_without_a_rate_has_nothing_and_the_index_stays():
    frame = shrunk(pd.Series([5, None, 3, 9], index=list("abcd")), [10, 10, 0, 12])
    assert frame.index.tolist() == list("abcd")
    assert frame.loc[["b", "c"]].isna().all(axis=None)
    assert frame.loc[["a", "d"]].notna().all(axis=None)
    assert list(frame) == list(SHRUNK_COLUMNS)
    assert frame.dtypes.equals(shrunk([], []).dtypes)


def test_one_unit_alone_gives_no_prior():
    assert all(map(math.isnan, fitted_prior([5], [10])))
    assert shrunk([5], [10])["shrunk"].isna().all()


# --- ranks ----------------------------------------------------------------------------------------------------------


def test_ranks_of_units_far_apart_are_certain_and_of_alike_ones_are_not():
    frame = rank_ranges([950, 50, 500, 6, 5], [1000, 1000, 1000, 10, 10])
    assert frame["rank"].tolist() == [1, 5, 3.5, 2, 3.5]
    assert (frame.loc[0, "low"], frame.loc[1, "high"]) == (1, 5)
    assert (frame.loc[1, ["low", "high"]] == 5).all()
    assert frame.loc[4, "low"] <= 2 < 4 <= frame.loc[4, "high"]


def test_units_with_few_cases_have_no_rank():
    frame = rank_ranges([9, 1, None], [10, 2, 30])
    assert frame["rank"].isna().tolist() == [False, True, True]
    assert frame.loc[0, ["rank", "low", "high"]].tolist() == [1, 1, 1]
    assert rank_ranges([9, 1], [10, 2], least=1)["rank"].tolist() == [1, 2]


def test_the_same_seed_gives_the_same_ranges():
    one, other = (rank_ranges([5, 6, 7], [20, 20, 20], seed=4) for _ in range(2))
    assert one.equals(other)


def test_columns_and_dtypes_are_fixed_also_when_empty():
    assert list(rank_ranges([], [])) == list(RANK_COLUMNS)
    assert rank_ranges([], []).dtypes.equals(rank_ranges([9], [10]).dtypes)


def test_errors_say_the_way_out():
    with pytest.raises(GidtkError, match="draws 10: give 100 or more"):
        rank_ranges([1], [20], draws=10)
    with pytest.raises(GidtkError, match="1 counts and 2 n: give one n for each count"):
        shrunk([1], [2, 3])
