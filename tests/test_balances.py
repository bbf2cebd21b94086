"""What is left of the readings of a table's rows is exactly what some choice needs whose sums hold."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk import balances
from gidtk.balances import balanced

NUMBERS = st.integers(-4, 4)
ROWS = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(st.tuples(*[NUMBERS] * width), min_size=1, max_size=4, unique=True), min_size=1)
)


def by_hand(rows: list[list[tuple[int, ...]]]) -> list[list[tuple[int, ...]]]:
    """Try every choice."""
    good = [choice for choice in product(*rows) if not any(map(sum, zip(*choice, strict=True)))]
    return [[reading for reading in row if any(c[n] == reading for c in good)] for n, row in enumerate(rows)]


@given(ROWS.filter(lambda rows: len(rows) <= 6))
@settings(max_examples=300, deadline=None)
def test_what_is_left_takes_part_in_a_choice_that_adds_up(rows: list[list[tuple[int, ...]]]) -> None:
    assert balanced(rows) == by_hand(rows)


def test_nothing_is_said_where_too_many_sums_would_be_held(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[(n, 0), (0, n)] for n in range(7, 13)] + [[(-30, -27)]]
    assert balanced(rows) == by_hand(rows)
    monkeypatch.setattr(balances, "MOST_SUMS", 2)
    assert balanced(rows) is None


def test_no_reading_of_a_row_leaves_none_of_any() -> None:
    assert balanced([[(1,)], [], [(-1,)]]) == [[], [], []]
