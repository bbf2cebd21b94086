"""Which value belongs to which column."""

import pytest

from gidtk.form import load_form
from gidtk.rows import choose_columns, columns_in_order, reading_order

REQUESTS = ["natural", "company", "research", "nonprofit", "legal", "other", "total"]
TWO_LEVELS = ["natural", "total", "company", "research", "nonprofit", "legal", "other"]
RULES = ("made", "disclosed", "total_disclosed")

CASES = [
    # form, row, heads, all read, values, columns
    ("f2019", "rules", list(RULES), True, 3, RULES),
    ("f2019", "rules", [], True, 3, RULES),
    ("f2019", "rules", [], True, 2, None),
    ("f2019", "rules", ["made", "made", "total_disclosed"], True, 3, RULES),  # a head printed twice by mistake
    ("f2019", "rules", ["made", "", "total_disclosed"], True, 3, RULES),  # a head that cannot be read
    ("f2019", "rules", ["made", "total_disclosed"], True, 3, RULES),
    ("f2019", "rules", ["total_disclosed", "disclosed", "made"], True, 3, ("total_disclosed", "disclosed", "made")),
    ("f2019", "rules", ["total_disclosed", "made"], False, 3, None),
    ("f2019", "licences", ["decisions"], False, 1, None),  # two heads may be lost and two values with them
    ("f2021", "licences", ["decisions"], True, 1, ("decisions",)),
    ("f2021", "licences", ["items_before", "", "decisions"], True, 3, ("items_before", "items_change", "decisions")),
    ("f2021", "fees", ["decisions"], True, 1, None),  # its own head is lost, or the label is not its own
    ("f2019", "procurement", ["items_before", "items_change"], True, 2, None),
    ("f2019", "fees", ["items_before", "items_change", "decisions"], True, 2, None),
    ("f2021", "received", TWO_LEVELS, True, 7, tuple(REQUESTS)),
    ("f2021", "received", TWO_LEVELS, True, 6, None),
    ("f2021", "received", [], True, 7, tuple(REQUESTS)),
    ("f2021", "received", [*TWO_LEVELS, ""], True, 8, (*REQUESTS[:-1], "", "total")),  # 小计
    ("f2021", "received", [*TWO_LEVELS, ""], True, 7, None),  # a value is missing: which?
    ("f2021", "received", ["issued", "repealed", "in_force"], True, 7, tuple(REQUESTS)),
    ("f2021", "received", [*REQUESTS[1:-1], "natural", "total"], True, 7, None),  # the rows of heads are exchanged
    ("f2021", "received", [*REQUESTS[1:-1], "", "natural", "total"], True, 8, None),
]


@pytest.mark.parametrize(("form", "row", "header", "clean", "count", "columns"), CASES)
def test_labels_and_order_agree_on_the_columns_or_there_are_none(
    form: str, row: str, header: list[str], clean: bool, count: int, columns: tuple[str, ...] | None
) -> None:
    assert choose_columns(row, header, clean, count, load_form(form)) == columns


def test_the_total_of_a_head_on_two_levels_comes_last() -> None:
    assert reading_order(TWO_LEVELS) == REQUESTS
    between = ["natural", "company", "total", "research"]
    assert reading_order(between) == between
    assert reading_order(["upheld", "total"]) == ["upheld", "total"]


@pytest.mark.parametrize(
    ("row", "header", "columns"),
    [
        ("received", TWO_LEVELS, tuple(REQUESTS)),
        ("received", [*TWO_LEVELS, ""], ()),
        ("received", [], tuple(REQUESTS)),
        ("other_handling", TWO_LEVELS, tuple(REQUESTS)),  # a row of the other form
        ("rules", ["total_disclosed", "made"], ()),
    ],
)
def test_a_row_that_runs_together_has_the_columns_of_its_heads(row: str, header: list[str], columns: tuple) -> None:
    assert columns_in_order(row, header, load_form("f2019" if row == "rules" else "f2021")) == columns
