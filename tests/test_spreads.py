"""How a quantity is spread over units: by hand, with weights, missing where nothing can be said."""

import math
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gidtk.errors import GidtkError
from gidtk.spreads import SPREAD_NAMES, spread, spreads

VALUES = st.lists(st.integers(0, 1000), min_size=1, max_size=12)


def gini(values, weights):
    mean = sum(w * y for y, w in zip(values, weights, strict=True)) / sum(weights)
    pairs = [(abs(a - b), v * w) for (a, v), (b, w) in product(zip(values, weights, strict=True), repeat=2)]
    return sum(gap * weight for gap, weight in pairs) / (2 * sum(weights) ** 2 * mean)


def test_by_hand():
    found = spread([1, 2, 3, 4, 5])  # midpoints of the weights at 0.1, 0.3, 0.5, 0.7, 0.9
    assert found[["units", "p10", "p25", "median", "p75", "p90"]].tolist() == pytest.approx([5, 1, 1.75, 3, 4.25, 5])
    assert found[["p90_p10", "iqr"]].tolist() == pytest.approx([4, 2.5])
    assert found["gini"] == pytest.approx(4 / 15)
    shares = [n / 3 for n in range(1, 6)]
    assert found["theil"] == pytest.approx(sum(s * math.log(s) for s in shares) / 5)


@given(VALUES, st.data())
def test_gini_is_the_mean_difference_of_all_pairs(values, data):
    weights = data.draw(st.lists(st.integers(1, 9), min_size=len(values), max_size=len(values)))
    found = spread(values, weights)
    if sum(values) == 0:
        assert found[["gini", "theil"]].isna().all()
        return
    assert found["gini"] == pytest.approx(gini(values, weights), abs=1e-9)
    assert found["theil"] >= 0


@given(VALUES, st.integers(1, 5))
def test_a_weight_counts_like_so_many_units(values, weight):
    one, many = spread(values, [weight] * len(values)), spread(values * weight)
    assert one[["gini", "theil"]].fillna(-1).tolist() == pytest.approx(many[["gini", "theil"]].fillna(-1).tolist())
    assert one["units"] == len(values)


def test_all_alike_is_no_spread():
    assert spread([7, 7, 7])[["p90_p10", "iqr", "gini", "theil"]].tolist() == [0, 0, 0, 0]


def test_missing_values_and_units_without_weight_are_left_out():
    assert spread([1, None, 3])["units"] == 2
    assert spread([1, 2, 3], [1, None, 0])["units"] == 1
    assert spread([-1, 3])[["gini", "theil"]].isna().all()
    assert spread([-1, 3])["median"] == 1
    nothing = spread([None])
    assert nothing["units"] == 0
    assert nothing.drop("units").isna().all()


def test_groups_are_kept_apart_and_columns_are_fixed_also_when_empty():
    frame = pd.DataFrame({"id": list("aab"), "year": [2021, 2021, 2021], "value": [1.0, 3.0, 5.0], "people": [3, 1, 1]})
    found = spreads(frame, ["year"])
    assert found[["id", "year", "units", "median"]].to_numpy().tolist() == [["a", 2021, 2, 2], ["b", 2021, 1, 5]]
    assert spreads(frame, ["year"], "people")["median"].tolist() == pytest.approx([1 + 2 * (0.5 - 0.375) / 0.5, 5])
    empty = spreads(frame[:0], ["year"])
    assert list(empty) == ["id", "year", *SPREAD_NAMES]
    assert empty.dtypes.equals(found.dtypes)


def test_errors_say_the_way_out():
    frame = pd.DataFrame({"id": ["a"], "value": [1.0]})
    with pytest.raises(GidtkError, match=r"by must be a list of columns, got the string 'year'; write \['year'\]"):
        spreads(frame, "year")
    with pytest.raises(GidtkError, match="a frame without column year, population: give it as indicators"):
        spreads(frame, ["year"], "population")
    with pytest.raises(GidtkError, match="2 values and 1 weights: give one weight for each value"):
        spread([1, 2], [1])
