"""Rules over many reports: chains of years, areas within areas, planted faults; in groups as in one go."""

from functools import cache

import pandas as pd
import pytest

import gidtk as gid
from gidtk.across import ACROSS_COLUMNS, check_across
from gidtk.chains import parts_below, previous_positions
from gidtk.errors import GidtkError
from gidtk.regions import divisions
from gidtk.simulate.drafts import draw_drafts

YEARS = (2019, 2024)
BY_CHANCE = {"x_ratio", "x_difference", "t2o_change", "t3_bulk", "t3_one_applicant", "t3_one_result", "t3_remainder"}


@cache
def simulated():
    """Reports and cells of 25 units over six years, as a corpus has them."""
    reports, cells = [], []
    for number in range(1, 26):
        for draft in draw_drafts(1, number, YEARS, faults=0, reuse=0.5, shared=0.3, blanks=0):
            id_ = f"{number:03}-{draft.year}"
            identity = {"form": draft.form.id, "year": draft.year, "agency": draft.unit.agency, "title": draft.title}
            period = f"{draft.year}-01-01/{draft.year}-12-31"
            reports.append({"report": id_, **identity, "published": draft.published, "period": period})
            cells += [(id_, *key, value, f"增{value}", "ok") for key, value in draft.values.items()]
    columns = ["report", "table", "row", "column", "value", "raw", "status"]
    return pd.DataFrame(reports), pd.DataFrame(cells, columns=columns).astype({"value": "Float64"})


def unit(number, changes=None, without=()):
    """The frames of one unit with some cells changed: {(year, variable): value}, or {(year, "=name"): fact}."""
    reports, cells = simulated()
    reports = reports[reports["report"].str.startswith(f"{number:03}-") & ~reports["year"].isin(without)]
    cells = cells[cells["report"].isin(reports["report"])].copy()
    reports = reports.set_index("report", drop=False)
    names = pd.MultiIndex.from_arrays([cells["report"].str[4:].astype(int), cells["row"] + "_" + cells["column"]])
    for (year, name), value in (changes or {}).items():
        if name.startswith("="):
            reports.loc[f"{number:03}-{year}", name[1:]] = value
        else:
            at = names.get_indexer([(year, name)])
            assert (at >= 0).all()
            cells.iloc[at, cells.columns.get_loc("value")] = value
    return reports.reset_index(drop=True), cells


@cache
def figures():
    _, cells = simulated()
    keys = zip(cells["report"], cells["row"] + "_" + cells["column"], strict=True)
    return dict(zip(keys, cells["value"].tolist(), strict=True))


def value(number, year, name):
    return figures()[f"{number:03}-{year}", name]


@cache
def sound(number):
    return failures(unit(number))


def failures(frames):
    found = check_across(*frames)
    failed = found[found["verdict"] == "fail"]
    return {(r.rule, r.subject, int(r.report[4:])) for r in failed.itertuples()}


def test_a_panel_without_faults_fails_nothing_but_what_chance_brings():
    found = check_across(*simulated())
    assert set(found.loc[found["verdict"] == "fail", "rule"]) <= BY_CHANCE
    assert set(found["verdict"]) == {"pass", "fail"}
    assert found["message"].str.len().max() < 400


# --- planted faults: found all, nothing else reported -------------------------------------------------------


def carried(n):
    return {(2023, "carried_in_total"): value(n, 2023, "carried_in_total") + 2}, {("x_carried_in", "report", 2023)}


def carried_by_applicant(n):
    more = {(2022, "carried_in_legal"): value(n, 2022, "carried_in_legal") + 1}
    return more, {("x_carried_in_applicants", "legal", 2022)}


def pending(n):
    more = value(n, 2023, "suit_direct_total") + 3
    return {(2022, "suit_direct_pending"): more}, {("x_pending_cases", "suit_direct", 2023)}


def stock(n):
    change = {(2023, "norms_in_force"): value(n, 2023, "norms_in_force") + 3}
    return change, {("x_in_force", "norms", 2023), ("x_in_force", "norms", 2024)}


def repealed(n):
    many = value(n, 2023, "norms_in_force") + value(n, 2024, "norms_issued") + 1
    return {(2024, "norms_repealed"): many}, {("x_repealed", "norms", 2024), ("x_in_force", "norms", 2024)}


def items(n):
    change = {(2020, "fees_items_before"): value(n, 2020, "fees_items_before") + 1}
    return change, {("x_items", "fees", 2020)}


def disclosed(n):
    change = {(2020, "norms_total_disclosed"): value(n, 2020, "norms_total_disclosed") + 1}
    return change, {("x_disclosed_all", "norms", 2020)}


def tenfold(n):
    before = value(n, 2023, "penalties_decisions")
    return {(2024, "penalties_decisions"): before * 100}, {("x_tenfold", "penalties_decisions", 2024)}


def fees_in_yuan(n):
    change = {(2024, "fees_amount_wan"): value(n, 2023, "fees_amount_wan") * 8500}
    return change, {("x_fee_unit", "report", 2024)}


def zero(n):
    return {(2024, "licences_decisions"): 0}, {("x_sudden_zero", "licences_decisions", 2024)}


def disputes(n):
    more = value(n, 2023, "concluded_total") + value(n, 2024, "concluded_total") + 1
    change = {(2024, "suit_direct_total"): more}
    return change, {("x_disputes_concluded", "report", 2024)}


def corrected(n):
    more = value(n, 2023, "concluded_total") + value(n, 2024, "concluded_total") + 1
    return {(2024, "suit_direct_corrected"): more}, {("x_corrected_concluded", "report", 2024)}


def suits(n):
    return {(2024, "suit_after_review_total"): 900}, {("x_suits_from_reviews", "report", 2024)}


def negative(n):
    return {(2022, "granted_legal"): -1}, {("c_whole_numbers", "requests", 2022)}


def copied(n):
    _, cells = unit(n)
    old = cells[(cells["report"] == f"{n:03}-2023") & (cells["table"] == "requests")]
    change = {(2024, f"{c.row}_{c.column}"): c.value for c in old.itertuples()}
    broken = {("x_same_table", "requests", 2024)}
    for column in ("natural", "company", "research", "nonprofit", "legal", "other", "total"):
        if value(n, 2023, f"carried_in_{column}") != value(n, 2023, f"carried_out_{column}"):
            whole = column == "total"
            broken.add(("x_carried_in", "report", 2024) if whole else ("x_carried_in_applicants", column, 2024))
    return change, broken


def late(n):
    return {(2023, "=published"): "2025-03-01"}, {("s_published_late", "report", 2023)}


def last_year_in_title(n):
    return {(2023, "=title"): "2022年政府信息公开工作年度报告"}, {("s_title_year", "report", 2023)}


def half_a_year(n):
    return {(2023, "=period"): "2023-01-01/2023-06-30"}, {("s_period", "report", 2023)}


PLANTERS = [
    carried, carried_by_applicant, pending, stock, repealed, items, disclosed, tenfold, fees_in_yuan, zero, disputes,
    corrected, suits, negative, copied, late, last_year_in_title, half_a_year,
]  # fmt: skip


def roomy():
    """Units with figures large enough in every year for each fault to show."""
    wanted = ("penalties_decisions", "licences_decisions", "concluded_total", "norms_in_force")
    years = range(2021, 2025)
    numbers = [n for n in range(1, 26) if all(value(n, year, name) >= 30 for year in years for name in wanted)]
    return [n for n in numbers if all(value(n, year, "fees_amount_wan") > 10 for year in years)]


@pytest.mark.parametrize("planter", PLANTERS, ids=lambda planter: planter.__name__)
def test_a_planted_fault_is_found_and_nothing_else_is_reported(planter):
    chosen = roomy()[:3]
    assert len(chosen) == 3
    for number in chosen:
        change, broken = planter(number)
        assert failures(unit(number, change)) - sound(number) == broken


def test_a_carry_over_that_the_simulation_broke_is_found_by_the_year_before():
    planted, reports, cells = set(), [], []
    for number in range(1, 16):
        for draft in draw_drafts(9, number, YEARS, faults=0.6, reuse=0.5, shared=0.3, blanks=0):
            id_ = f"{number:03}-{draft.year}"
            planted |= {id_ for fault in draft.faults if fault.kind == "carry_broken"}
            reports.append({"report": id_, "form": draft.form.id, "year": draft.year, "agency": draft.unit.agency})
            cells += [(id_, *key, value) for key, value in draft.values.items()]
    frame = pd.DataFrame(cells, columns=["report", "table", "row", "column", "value"]).astype({"value": "Float64"})
    found = check_across(pd.DataFrame(reports), frame)
    failed = found[(found["rule"] == "x_carried_in") & (found["verdict"] == "fail")]
    assert len(planted) >= 4
    assert planted <= set(failed["report"])


def test_rows_that_changed_places_show_in_the_profile_of_reasons():
    number = roomy()[0]
    right = {(year, "unable_not_held_total"): 300 for year in (2023, 2024)} | {(2024, "refused_secret_total"): 1}
    swapped = right | {(2024, "unable_not_held_total"): 1, (2024, "refused_secret_total"): 300}
    new = failures(unit(number, swapped)) - failures(unit(number, right))
    assert ("x_profile", "report", 2024) in new


def test_rows_that_slipped_by_one_are_told_by_the_profile_that_they_would_have():
    number = roomy()[0]
    rows = ["unable_not_held", "unable_must_create", "unable_unclear", "declined_petition"]
    right = {(2023, f"{row}_total"): n for row, n in zip(rows, (300, 90, 0, 0), strict=True)}
    slipped = right | {(2024, f"{row}_total"): n for row, n in zip(rows, (0, 300, 90, 0), strict=True)}
    found = check_across(*unit(number, slipped))
    (row,) = found[(found["rule"] == "x_profile") & (found["report"] == f"{number:03}-2024")].itertuples()
    assert row.verdict == "fail"
    distance = float(row.message.partition("shifted by one row it would be ")[2].partition(";")[0])
    assert distance < 0.1 < 0.5 < row.found


def test_a_missing_year_is_told_once_and_breaks_the_chain():
    number = roomy()[0]
    found = check_across(*unit(number, without=(2022,)))
    assert failures(unit(number, without=(2022,))) - sound(number) == {("x_missing_year", "report", 2023)}
    assert not found["report"].eq(f"{number:03}-2023").mul(found["rule"].eq("x_carried_in")).any()


# --- the break of 2021 --------------------------------------------------------------------------------------


def test_over_the_break_of_2021_only_what_both_forms_print_is_compared():
    number = roomy()[0]
    found = check_across(*unit(number))
    at_break = found[(found["report"] == f"{number:03}-2021") & found["message"].str.contains("previous report")]
    rules = set(at_break["rule"])
    assert {"x_carried_in", "x_pending_cases", "x_tenfold", "x_same_table"} <= rules
    assert not {"x_in_force", "x_repealed", "x_disclosed_all", "x_items", "x_fee_unit"} & rules
    compared = set(at_break.loc[at_break["rule"] == "x_tenfold", "subject"])
    assert "licences_decisions" in compared
    assert not {"fees_amount_wan", "norms_in_force", "procurement_projects", "services_decisions"} & compared


# --- which report is the previous one -----------------------------------------------------------------------


def chain(*rows):
    return pd.DataFrame(rows, columns=["agency", "year", "scope"]).assign(region_code=None)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("甲", 2020, None), ("甲", 2021, None), ("乙", 2022, None)], [-1, 0, -1]),
        ([("甲", 2020, "own"), ("甲", 2020, "area"), ("甲", 2021, "area")], [-1, -1, 1]),
        ([("甲", 2020, "own"), ("甲", 2020, "own"), ("甲", 2021, "own")], [-1, -1, -1]),
        ([("甲", 2020, None), ("甲", 2021, "own")], [-1, 0]),
        ([(None, 2020, None), (None, 2021, None)], [-1, -1]),
        ([("甲", None, None), ("甲", 2021, None)], [-1, -1]),
    ],
)
def test_the_previous_report_is_the_only_one_of_the_unit_and_the_year_before(rows, expected):
    assert previous_positions(chain(*rows)).tolist() == expected


def test_two_reports_of_one_unit_and_year_are_told_and_not_chosen_between():
    reports, cells = unit(1)
    twin = reports[reports["year"] == 2022].assign(report="001-2022b")
    doubled = pd.concat([reports, twin], ignore_index=True)
    both = pd.concat([cells, cells[cells["report"] == "001-2022"].assign(report="001-2022b")], ignore_index=True)
    found = check_across(doubled, both)
    failed = found[(found["rule"] == "x_one_report") & (found["verdict"] == "fail")]
    assert failed["report"].tolist() == ["001-2022", "001-2022b"]
    assert "001-2023" not in set(found.loc[found["rule"] == "x_carried_in", "report"])


# --- areas within areas -------------------------------------------------------------------------------------


def prefecture(total, biggest=5, without=None, own=7):
    """A prefecture's whole-area report, one of every county in it, and the city's own."""
    counties = [r.code for r in divisions(2022) if r.level == "county" and r.code.startswith("3608")]
    rows = [("p", "360800", "prefecture", "area", "吉安市人民政府", total)]
    rows += [(c, c, "county", "area", f"{c}政府", biggest if c == "360829" else 1) for c in counties if c != without]
    rows += [("own", "360800", "prefecture", "own", "吉安市人民政府", own)] if own is not None else []
    columns = ["report", "region_code", "level", "scope", "agency", "received"]
    reports = pd.DataFrame(rows, columns=columns).assign(form="f2021", year=2022, kind="government")
    cells = reports[["report"]].assign(table="requests", row="received", column="total", value=reports["received"])
    return reports, cells, len(counties)


def levels(frames):
    found = check_across(*frames[:2])
    own = found[found["rule"].str.startswith("h_") & (found["subject"] == "received_total")]
    assert set(own["report"]) <= {"p"}
    return dict(zip(own["rule"], own["verdict"], strict=True))


def test_a_whole_area_is_the_sum_of_its_parts_where_every_part_is_there():
    right = prefecture(0)[2] - 1 + 5 + 7
    assert levels(prefecture(right)) == {"h_at_least_largest": "pass", "h_sum_of_parts": "pass"}
    assert levels(prefecture(right + 1)) == {"h_at_least_largest": "pass", "h_sum_of_parts": "fail"}


@pytest.mark.parametrize("gap", [{"without": "360829"}, {"own": None}])
def test_with_a_part_missing_the_sum_is_not_assessable(gap):
    assert levels(prefecture(3, **gap))["h_sum_of_parts"] == "not assessable"


def test_a_whole_area_below_one_of_its_parts_fails():
    assert levels(prefecture(4))["h_at_least_largest"] == "fail"
    assert levels(prefecture(None))["h_at_least_largest"] == "not assessable"


def test_a_report_that_does_not_say_it_is_of_a_whole_area_is_held_against_none():
    reports, cells, _ = prefecture(3)
    assert levels((reports.assign(scope=None), cells)) == {}
    assert parts_below(reports.assign(scope="own")) == {}


def test_a_code_that_is_no_text_of_six_digits_is_refused():
    reports, cells, _ = prefecture(3)
    with pytest.raises(GidtkError, match=r"^region_code 36080: six digits as text are wanted; read codes as text$"):
        check_across(reports.assign(region_code=[36080] + [36081] * (len(reports) - 1)), cells)


# --- in groups, in any order, when empty --------------------------------------------------------------------


def test_units_given_in_groups_give_the_same_rows():
    reports, cells = simulated()
    whole = check_across(reports, cells)
    parts = [check_across(*unit(number)) for number in range(1, 26)]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)


def test_the_order_of_reports_and_cells_changes_no_verdict():
    reports, cells = unit(3)
    found = check_across(reports.iloc[::-1].reset_index(drop=True), cells.iloc[::-1].reset_index(drop=True))
    keys = ["report", "rule", "subject"]
    ours, theirs = (frame.sort_values(keys, ignore_index=True) for frame in (check_across(reports, cells), found))
    pd.testing.assert_frame_equal(ours, theirs)


def test_columns_and_dtypes_are_the_same_with_reports_and_without():
    reports, cells = unit(1)
    found, empty = check_across(reports, cells), check_across(reports[:0], cells[:0])
    assert tuple(empty.columns) == ACROSS_COLUMNS
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == found.dtypes.to_dict()


def test_a_report_without_cells_passes_no_rule_on_figures():
    reports, cells = unit(1)
    found = check_across(reports, cells[cells["report"] != "001-2023"])
    own = found[found["report"] == "001-2023"]
    passed = own.loc[own["verdict"] == "pass", "rule"]
    assert {rule.partition("_")[0] for rule in passed} <= {"s", "x"}
    assert set(passed[passed.str.startswith("x_")]) <= {"x_missing_year", "x_one_report"}


def test_frames_that_are_not_those_of_a_corpus_are_refused():
    reports, cells = unit(1)
    with pytest.raises(GidtkError, match=r"^reports without column form, year: give the reports of a corpus$"):
        check_across(reports.drop(columns=["form", "year"]), cells)
    with pytest.raises(GidtkError, match=r"^cells without column value: give the cells of a corpus$"):
        check_across(reports, cells.drop(columns="value"))
    with pytest.raises(GidtkError, match=r"^sections without column text: give the sections of a corpus$"):
        check_across(reports, cells, pd.DataFrame({"report": [], "key": []}))
    with pytest.raises(GidtkError, match=r"^report 001-2019 stands twice: give each report once$"):
        check_across(pd.concat([reports, reports]), cells)
    with pytest.raises(GidtkError, match=r"^report 001-2019: cell disclosure\.rules\.made stands twice"):
        check_across(reports, pd.concat([cells, cells]))


def test_a_read_report_fits_as_it_is():
    report = gid.read_report(gid.sample("anfu_2020.txt"))
    facts = {"report": "a", "form": report.form, "year": report.year, "agency": report.agency, "level": report.level}
    sections = pd.DataFrame([(s.key, s.number, s.text) for s in report.sections], columns=["key", "number", "text"])
    found = check_across(pd.DataFrame([facts]), report.cells.assign(report="a"), sections.assign(report="a"))
    assert set(found.loc[found["verdict"] == "fail", "rule"]) == {"t2o_sign"}  # it prints a change without its sign
