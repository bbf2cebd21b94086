"""Measures over groups: by hand, missing where nothing is known."""

import pandas as pd
import pytest

from gidtk.errors import GidtkError
from gidtk.intervals import wilson
from gidtk.regional import POOLED_COLUMNS, pooled


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
