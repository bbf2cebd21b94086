"""Cells that run together are cut only where one answer is left."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import REQUESTS_COLUMNS, TEXT_LAYOUTS, blank_zeros, draw_page, missed, read_cells_of, wrong

from gidtk import cuts
from gidtk.cuts import cut_dispute_run, cut_run, cut_runs, may_be_one
from gidtk.form import load_form
from gidtk.rows import FoundRow
from gidtk.tablecuts import solve_cuts

RULES = ("made", "disclosed", "total_disclosed")


@given(st.lists(st.integers(0, 999), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_the_true_cut_is_among_all_cuts(numbers: list[int]) -> None:
    texts = tuple(map(str, numbers))
    ways = list(cut_run("".join(texts), len(texts)))
    assert texts in ways
    assert len(set(ways)) == len(ways)
    assert all("".join(way) == "".join(texts) and all(map(may_be_one, way)) for way in ways)


@given(st.lists(st.integers(0, 300), min_size=6, max_size=6))
@settings(max_examples=100, deadline=None)
def test_a_row_of_table_three_is_cut_so_that_it_adds_up(parts: list[int]) -> None:
    texts = tuple(map(str, [*parts, sum(parts)]))
    ways = cut_runs(["".join(texts)], REQUESTS_COLUMNS, glued=True)
    assert texts in ways
    assert all(sum(map(int, way[:-1])) == int(way[-1]) for way in ways)


@pytest.mark.parametrize(
    ("runs", "columns", "glued", "ways"),
    [
        (["000"], RULES, True, (("0", "0", "0"),)),
        (["9921"], RULES, True, (("9", "9", "21"), ("9", "92", "1"), ("99", "2", "1"))),
        (["00"], RULES, True, ()),
        (["000"], RULES, False, (("0", "0", "0"),)),  # on a line of its own
        (["0", "00"], RULES, False, (("0", "0", "0"),)),
        (["1", "2"], RULES, False, ()),  # a cell is missing
        (["20180"], RULES, True, (("2", "0", "180"), ("20", "1", "80"), ("20", "18", "0"), ("201", "8", "0"))),
        (["2.5"], RULES, True, ()),
        ([], RULES, True, ()),
        (["1000001"], REQUESTS_COLUMNS, True, (("1", "0", "0", "0", "0", "0", "1"),)),
        (["1000002"], REQUESTS_COLUMNS, True, ()),
        (["1" * 3000], REQUESTS_COLUMNS, True, ()),
        (["1" * 54], REQUESTS_COLUMNS, True, ()),  # too many ways to try them all
        (["0" + "1" * 54], REQUESTS_COLUMNS, False, ()),
    ],
)
def test_a_run_is_cut_in_every_way_that_its_columns_allow(
    runs: list[str], columns: tuple[str, ...], glued: bool, ways: tuple
) -> None:
    assert cut_runs(runs, columns, glued) == ways


@pytest.mark.parametrize(
    ("runs", "glued", "first"),
    [
        (["0", "00", "0", "0", "0", "00", "0", "00", "0", "0", "0", "0"], False, ("0",) * 5),  # 平潭 2020
        (["100010000002002"], True, ("1", "0", "0", "0", "1")),
        (["1000100000020020"], True, ()),  # one digit too many
        (["100020000000000"], True, ()),  # does not add up
        (["1", "0"], True, ()),
        (["5"] * 14, False, ()),
        (["172119591609528932274173217101760"], True, ()),  # so would be fewer, zeros left blank
    ],
)
def test_table_four_is_cut_where_each_five_add_up(runs: list[str], glued: bool, first: tuple[str, ...]) -> None:
    ways = cut_dispute_run(runs, glued)
    assert [way[:5] for way in ways] == ([first] if first else [])


def _row(row: str, run: str, columns: tuple[str, ...] = RULES) -> FoundRow:
    return FoundRow(row, {}, run, "line 1", cut_runs([run], columns, glued=True), columns)


def test_a_search_with_too_many_steps_is_given_up_and_nothing_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    fifteen = ["100010000002002"]
    assert cut_runs(["1000001"], REQUESTS_COLUMNS, True)
    assert cut_dispute_run(fifteen, True)
    monkeypatch.setattr(cuts, "MOST_STEPS", 2)
    assert not cut_runs(["1000001"], REQUESTS_COLUMNS, True)
    assert not cut_dispute_run(fifteen, True)


def test_as_many_digits_as_columns_are_cut_where_the_page_prints_its_zeros() -> None:
    rows = {"rules": _row("rules", "000"), "norms": _row("norms", "123"), "fees": _row("fees", "00", RULES[:2])}
    solved = solve_cuts(rows, load_form("f2019"))
    assert [p.raw for p in solved["norms"].cells.values()] == ["1", "2", "3"]


def test_nothing_is_cut_where_a_row_shows_that_blanks_are_left_out() -> None:
    rows = {"rules": _row("rules", "000"), "licences": _row("licences", "12"), "norms": _row("norms", "123")}
    solved = solve_cuts({**rows, "coercion": _row("coercion", "000")}, load_form("f2019"))
    assert [row for row in solved if solved[row].cells] == ["rules", "coercion"]  # three zeros are three numbers


def test_nothing_is_cut_where_no_zero_shows_that_zeros_are_printed() -> None:
    assert solve_cuts({"norms": _row("norms", "123")}, load_form("f2019"))["norms"].cells == {}


@pytest.mark.parametrize("layout", ["no separator", "no separator at all"])
@given(seed=st.integers(0, 10**6), form=st.sampled_from(["f2019", "f2021"]))
@settings(max_examples=25, deadline=None)
def test_pages_without_separators_give_no_wrong_number(layout: str, seed: int, form: str) -> None:
    page = draw_page(form, seed)
    one = [blank_zeros(page, "", (table,)) for table in ("disclosure", "requests", "disputes")]
    for printed in (page, blank_zeros(page), blank_zeros(page, "-"), *one):
        assert wrong(printed, read_cells_of(TEXT_LAYOUTS[layout](printed), printed.form)) == {}


def test_most_of_a_page_without_separators_is_read() -> None:
    pages = [draw_page(form, seed) for form in ("f2019", "f2021") for seed in range(10)]
    lost = sum(len(missed(page, read_cells_of(TEXT_LAYOUTS["no separator"](page), page.form))) for page in pages)
    assert lost < 0.15 * sum(len(page.values) for page in pages)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_a_digit_changed_in_a_run_gives_no_number_that_is_not_printed(seed: int) -> None:
    rng = random.Random(seed)
    page = draw_page("f2019", seed)
    text = TEXT_LAYOUTS["no separator"](page)
    digits = [
        i for i, char in enumerate(text) if char.isdigit() and text.index("三、收到") < i < text.index("四、政府")
    ]
    at = rng.choice(digits)
    broken = text[:at] + text[at + 1 :]
    found = wrong(page, read_cells_of(broken, page.form))
    spoiled = {key[1] for key in found}
    assert len(spoiled) <= 1  # at most the row that lost a digit and still adds up everywhere
    assert {key[0] for key in found} <= {"requests"}


def test_a_cut_keeps_the_place() -> None:
    row = replace(_row("rules", "000"), place="line 7")
    assert {p.place for p in solve_cuts({"rules": row}, load_form("f2019"))["rules"].cells.values()} == {"line 7"}
