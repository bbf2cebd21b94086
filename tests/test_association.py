"""Measures on a two-by-two table: by hand, and against scipy where it is installed."""

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk.association import adjusted, chi_squared, dispersion, expected, log_likelihood, p_value

counts = st.integers(0, 5000)


def test_a_worked_example() -> None:
    """10 of 30 words in the target, 10 of 70 in the reference."""
    observed, model = (10, 10, 20, 60), (6, 14, 24, 56)
    assert expected(*observed).tolist() == list(model)
    by_hand = 2 * sum(o * log(o / e) for o, e in zip(observed, model, strict=True))
    assert log_likelihood(*observed) == pytest.approx(by_hand)
    assert chi_squared(*observed) == pytest.approx(16 / 6 + 16 / 14 + 16 / 24 + 16 / 56)


@settings(deadline=None)
@given(a=counts, b=counts, c=st.integers(1, 10**6), d=st.integers(1, 10**6))
def test_g2_chi2_and_p_are_those_of_scipy(a: int, b: int, c: int, d: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    if not a + b:
        assert log_likelihood(a, b, c, d) == chi_squared(a, b, c, d) == 0
        return
    for ours, kind in [(log_likelihood, "log-likelihood"), (chi_squared, "pearson")]:
        theirs = stats.chi2_contingency([[a, b], [c, d]], correction=False, lambda_=kind)
        assert ours(a, b, c, d) == pytest.approx(theirs.statistic, rel=1e-6, abs=1e-6)
        assert p_value(theirs.statistic) == pytest.approx(theirs.pvalue, rel=1e-6, abs=1e-300)


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_p_values_are_those_of_scipy_and_never_smaller(p: list[float]) -> None:
    stats = pytest.importorskip("scipy.stats")
    assert adjusted(p) == pytest.approx(stats.false_discovery_control(p))
    assert (adjusted(p) >= np.array(p) - 1e-12).all()


def test_no_p_value_is_no_array_of_errors() -> None:
    assert adjusted([]).tolist() == p_value([]).tolist() == []


def test_independence_is_no_evidence_and_empty_tables_are_none() -> None:
    assert log_likelihood([5, 0, 0], [10, 0, 0], [10, 3, 0], [20, 4, 0]).tolist() == pytest.approx([0, 0, 0])
    assert p_value(0) == 1


@pytest.mark.parametrize(
    ("found", "sizes", "dp"),
    [
        ([1, 2, 3], [10, 20, 30], 0),
        ([9, 0, 0], [10, 20, 30], (5 / 6 + 1 / 3 + 1 / 2) / 2),
        ([1, 1], [1, 3], 0.25),
    ],
)
def test_dispersion_by_hand(found: list[int], sizes: list[int], dp: float) -> None:
    assert dispersion(found, sizes) == pytest.approx(dp)


def test_a_word_that_does_not_occur_has_no_dispersion() -> None:
    assert np.isnan(dispersion([0, 0], [3, 4]))
