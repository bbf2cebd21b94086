"""A table whose cells run together is cut as far as its sums decide, cell by cell."""

from gidtk.cuts import cut_dispute_run, cut_runs
from gidtk.form import load_form
from gidtk.rows import FoundRow
from gidtk.tablecuts import narrowed, solve_cuts

FORM = load_form("f2019")
COLUMNS = FORM.columns("requests", "received")
CHANGES = ("items_before", "items_change", "decisions")


def _table(rows: dict[str, str], glued: bool = True) -> dict[str, FoundRow]:
    """Return table 三, every row not named all zeros."""
    texts = {row: rows.get(row, "0" * 7) for row in FORM.rows("requests")}
    return {
        row: FoundRow(row, {}, run, "", cut_runs(run.split(" "), COLUMNS, glued and " " not in run), COLUMNS)
        for row, run in texts.items()
    }


def _read(rows: dict[str, str]) -> dict[str, dict[str, str]]:
    solved = solve_cuts(_table(rows), FORM)
    return {row: {column: p.raw for column, p in solved[row].cells.items()} for row in rows}


def test_a_row_that_adds_up_in_two_ways_is_cut_as_the_columns_want_it() -> None:
    rows = {"received": "112000013", "granted": "100000010", "partial": "1200003", "concluded": "112000013"}
    found = _read(rows)
    assert found["received"] == found["concluded"]
    assert (found["received"]["natural"], found["received"]["company"]) == ("11", "2")


def test_a_cell_is_read_that_is_the_same_in_all_cuts() -> None:
    rows = {"received": "112000013", "granted": "112000013", "concluded": "112000013"}
    alike = {"research": "0", "nonprofit": "0", "legal": "0", "other": "0", "total": "13"}
    assert _read(rows) == dict.fromkeys(rows, alike)


def test_a_rule_that_no_cut_fulfils_leaves_the_rows_of_the_other() -> None:
    rows = {"received": "120000012", "granted": "110000011", "concluded": "120000012"}
    found = _read(rows)
    assert (
        found["received"]
        == found["concluded"]
        == dict(zip(COLUMNS, ["12", "0", "0", "0", "0", "0", "12"], strict=True))
    )
    assert found["granted"] == {}


def test_one_row_without_its_total_does_not_tell_that_zeros_are_left_blank() -> None:
    rows = {"received": "120000012", "granted": "120000012", "refused_law": "000000", "concluded": "120000012"}
    assert _read(rows)["received"]["natural"] == "12"
    assert _read({**rows, "refused_secret": "11"})["received"] == {}


def test_runs_between_blanks_may_be_cut_or_stand_beside_blank_cells() -> None:
    ways = cut_runs(["20", "1", "0", "0", "21"], COLUMNS, glued=False)
    assert ways
    assert all("" in way for way in ways)
    assert narrowed(FoundRow("received", columns=COLUMNS), ways).cells == {}
    ways = cut_runs(["5", "10", "0", "0", "0", "6"], COLUMNS, glued=False)
    assert ("5", "1", "0", "0", "0", "0", "6") in ways


def test_a_sign_tells_where_what_stands_before_it_ends() -> None:
    assert cut_runs(["12增53"], CHANGES, glued=True) == (("12", "增5", "3"),)
    assert cut_runs(["12增0"], CHANGES[:2], glued=True) == ()
    row = FoundRow("licences", {}, "12-535", "", cut_runs(["12-535"], CHANGES, glued=True), CHANGES)
    zeros = FoundRow("rules", {}, "000", "", cut_runs(["000"], CHANGES, glued=True), CHANGES)
    solved = solve_cuts({"rules": zeros, "licences": row}, FORM)["licences"]
    assert {column: p.raw for column, p in solved.cells.items()} == {"items_before": "12"}


def test_the_cells_of_table_four_that_every_cut_agrees_on_are_read() -> None:
    ways = cut_dispute_run(["1120013" + "0" * 10], glued=True)
    assert {way[2:] for way in ways} == {("0", "0", "13", *"0000000000")}
    assert len(ways) == 2
