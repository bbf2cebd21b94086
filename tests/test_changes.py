"""What changed a pooled rate: by hand, parts that add up, units that come and go."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gidtk.changes import CHANGE_COLUMNS, contributions
from gidtk.errors import GidtkError


def year(**units):
    rows = [(name, count, n) for name, (count, n) in units.items()]
    return pd.DataFrame(rows, columns=["unit", "count", "n"]).astype({"count": "Float64", "n": "Float64"})


def test_by_hand():
    # weights 1/2, 1/2 then 1/4, 3/4; rates 0.5, 0.1 then 0.5, 0.3; pooled 0.3 then 0.35, their mean 0.325
    found = contributions(year(a=(50, 100), b=(10, 100)), year(a=(50, 100), b=(90, 300))).set_index("unit")
    assert found.loc["a", ["within", "composition", "entry"]].tolist() == pytest.approx([0, 0.175 * -0.25, 0])
    assert found.loc["b", ["within", "composition", "entry"]].tolist() == pytest.approx([0.625 * 0.2, -0.125 * 0.25, 0])
    assert found["total"].sum() == pytest.approx(0.05)


def test_units_that_come_and_go_by_hand():
    # pooled 0.4 then 0.6, their mean 0.5; a leaves with rate 0.4, b comes with 0.6
    found = contributions(year(a=(4, 10)), year(b=(6, 10))).set_index("unit")
    assert found["entry"].tolist() == pytest.approx([0.1, 0.1])
    assert found[["within", "composition"]].to_numpy().tolist() == [[0, 0], [0, 0]]
    assert found.loc["a", ["count", "n", "rate"]].isna().all()


CASES = st.integers(1, 50).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
PAIRS = st.dictionaries(st.sampled_from("abcdef"), CASES, min_size=1)


@given(PAIRS, PAIRS)
def test_the_parts_add_up_to_the_change_of_the_pooled_rate(before, after):
    found = contributions(year(**before), year(**after))
    old, new = (sum(c for c, _ in units.values()) / sum(n for _, n in units.values()) for units in (before, after))
    assert found["total"].sum() == pytest.approx(new - old, abs=1e-12)
    assert found["unit"].tolist() == sorted({*before, *after})


def test_a_unit_without_a_rate_is_left_out_of_its_year():
    found = contributions(year(a=(4, 10), b=(None, 5)), year(a=(6, 10), b=(3, 0))).set_index("unit")
    assert found.index.tolist() == ["a"]
    assert found.loc["a", "within"] == pytest.approx(0.2)


def test_without_a_year_there_is_no_change_to_divide():
    found = contributions(year(a=(4, 10)), year())
    assert found[["within", "composition", "entry", "total"]].isna().all(axis=None)


def test_columns_and_dtypes_are_fixed_also_when_empty():
    full, empty = contributions(year(a=(4, 10)), year(a=(4, 10))), contributions(year(), year())
    assert list(empty) == ["unit", *CHANGE_COLUMNS]
    assert empty.dtypes.equals(full.dtypes)


def test_errors_say_the_way_out():
    with pytest.raises(GidtkError, match="a frame without column unit: give it as indicators"):
        contributions(year(a=(1, 2)).rename(columns={"unit": "x"}), year())
    twice = pd.concat([year(a=(1, 2)), year(a=(2, 3))])
    with pytest.raises(GidtkError, match="unit a stands twice in one year: give one measure and one year"):
        contributions(twice, year())
