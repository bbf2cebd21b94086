"""What adds up and what does not: three verdicts, and the one wrong cell that explains every failure."""

import functools

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import gidtk as gid
from gidtk.checks import SUSPECT_COLUMNS, VERDICT_COLUMNS, asked_rows, check_cells, subject_name, suspects
from gidtk.diagnosis import DIAGNOSIS_COLUMNS, diagnoses, kind_of_slip, kinds
from gidtk.errors import GidtkError
from gidtk.form import load_form, rules

GROUPS = ("natural", "company", "research", "nonprofit", "legal", "other")
OTHERS = ["other_no_correction", "other_unpaid", "other_misc"]
REPORT = gid.read_report(gid.sample("anfu_2020.txt"))
REQUESTS = [key for key in load_form("f2019").cells() if key[0] == "requests"]
REQUESTS_2021 = [key for key in load_form("f2021").cells() if key[0] == "requests"]
slowly = settings(deadline=None)


def frame(values):
    """Cells from {(table, row, column): value}."""
    cells = pd.DataFrame([(*key, value) for key, value in values.items()], columns=["table", "row", "column", "value"])
    return cells.astype({"value": "Float64"})


def values_of(cells):
    return dict(zip(zip(cells["table"], cells["row"], cells["column"], strict=True), cells["value"], strict=True))


def key(name):
    return tuple(name.split("."))


def changed(cells, changes):
    """Cells with other values, by "table.row.column"; the frame given stays as it is."""
    return frame(values_of(cells) | {key(name): value for name, value in changes.items()})


def named(cells):
    """The one suspect as (table, row, column), value and repair; None unless exactly one is named."""
    found = suspects(cells)
    return (*found.iloc[0][list(SUSPECT_COLUMNS[:5])],) if len(found) == 1 else None


def verdict(cells, rule, subject, narrative=""):
    found = check_cells(cells, narrative)
    (row,) = found[(found["rule"] == rule) & (found["subject"] == subject)].itertuples(index=False)
    return row


def wrong_values(value):
    """Ways to get a figure wrong: one more, a zero too many, digits swapped, left out."""
    swapped = int(str(value)[::-1])
    return sorted({value + 1, value * 10, swapped, 0} - {value})


# --- the bundled real report ------------------------------------------------------------------------------


def test_every_identity_of_the_real_report_passes():
    found = check_cells(REPORT.cells)
    printed = found[found["rule"].str.match("t[34]_")]
    assert printed["verdict"].tolist() == ["pass"] * (7 + 7 + 23 + 3)
    assert (printed["expected"] == printed["found"]).all()
    assert suspects(REPORT.cells).empty


def test_the_requests_told_in_its_text_agree_with_its_table():
    row = verdict(REPORT.cells, "n_received", "report", REPORT.text("overview"))
    assert (row.verdict, row.expected, row.found, row.severity) == ("pass", 11, 11, "warning")
    assert row.message.endswith("text 11, table 11")


def test_its_thirty_disputes_against_eleven_requests_are_a_warning():
    row = verdict(REPORT.cells, "p_disputes_requests", "report")
    assert (row.verdict, row.severity, row.found, row.expected) == ("fail", "warning", 30, 11)
    assert row.message.endswith("30 ≤ 11 ✗")
    assert (REPORT.verdicts["verdict"] == "fail").sum() == 1


# --- the finder -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", REQUESTS, ids="-".join)
def test_a_wrong_cell_of_table_3_is_named_with_the_value_that_repairs_it_and_left_as_printed(cell):
    right = values_of(REPORT.cells)[cell]
    for wrong in [*wrong_values(int(right)), right + 700]:
        cells = frame(values_of(REPORT.cells) | {cell: wrong})
        before = cells.copy()
        assert named(cells) == (*cell, wrong, right)
        pd.testing.assert_frame_equal(cells, before)


def test_the_form_of_2019_has_161_cells_in_table_3_and_the_form_of_2021_has_175():
    assert (len(REQUESTS), len(REQUESTS_2021)) == (161, 175)


@st.composite
def figures(draw):
    """Table 三 of the form of 2021, whose figures add up."""
    results = [
        row for row in load_form("f2021").rows("requests") if row.startswith(("gran", "par", "ref", "un", "dec", "oth"))
    ]
    table = {}
    for group in GROUPS:
        column = dict(zip(results, draw(st.lists(st.integers(0, 400), min_size=21, max_size=21)), strict=True))
        column["concluded"] = sum(column.values())
        column["carried_out"] = draw(st.integers(0, 60))
        column["carried_in"] = draw(st.integers(0, column["concluded"] + column["carried_out"]))
        column["received"] = column["concluded"] + column["carried_out"] - column["carried_in"]
        table |= {(row, group): value for row, value in column.items()}
    for row in load_form("f2021").rows("requests"):
        table[row, "total"] = sum(table[row, group] for group in GROUPS)
    return {cell: table[cell[1:]] for cell in REQUESTS_2021}


@settings(slowly, max_examples=3)
@given(figures(), st.integers(0, 9))
def test_so_is_a_wrong_cell_of_any_table_of_the_form_of_2021(table, turn):
    assert set(check_cells(frame(table))["verdict"]) == {"pass", "not assessable"}
    assert suspects(frame(table)).empty
    for number, (cell, right) in enumerate(table.items()):
        ways = wrong_values(right)
        wrong = ways[(number + turn) % len(ways)]
        assert named(frame(table | {cell: wrong})) == (*cell, wrong, right)


@settings(slowly, max_examples=60)
@given(figures(), st.sampled_from(REQUESTS_2021), st.integers(0, 10**9))
def test_however_wrong_it_is(table, cell, wrong):
    expected = None if wrong == table[cell] else (*cell, wrong, table[cell])
    assert named(frame(table | {cell: wrong})) == expected


def pair(pool):
    return st.lists(st.sampled_from(pool), min_size=2, max_size=2, unique=True)


in_a_row = st.sampled_from(REQUESTS_2021).flatmap(lambda cell: pair([c for c in REQUESTS_2021 if c[1] == cell[1]]))
in_a_column = st.sampled_from(REQUESTS_2021).flatmap(lambda cell: pair([c for c in REQUESTS_2021 if c[2] == cell[2]]))
pairs = st.one_of(pair(REQUESTS_2021), in_a_row, in_a_column)


@settings(slowly, max_examples=100)
@given(
    figures(),
    pairs,
    st.sampled_from([(1, 1), (1, -1), (9, 9), (10, 3), (-1, -1), (400, 7)]),
)
def test_of_two_wrong_cells_none_is_named_and_no_other_is(table, cells, deltas):
    wrong = {cell: max(0, table[cell] + delta) for cell, delta in zip(cells, deltas, strict=True)}
    doubly = frame(table | wrong)
    assume(all(wrong[cell] != table[cell] for cell in cells))  # a cell at 0 cannot go below
    assert suspects(doubly).empty
    messages = check_cells(doubly)["message"]
    assert messages.str.contains("✗").any()
    assert not messages.str.contains("likely wrong cell").any()


def test_every_failed_verdict_of_the_table_names_the_cell_and_its_full_figures():
    cells = changed(REPORT.cells, {"requests.granted.company": 1_234_567})
    failed = check_cells(cells).query("verdict == 'fail' and severity == 'error'")
    assert failed[["rule", "subject"]].to_numpy().tolist() == [["t3_done_sum", "company"], ["t3_row_sum", "granted"]]
    hint = (
        "likely wrong cell 疑似有误: requests.granted.company, printed 1234567, 0 would repair it "
        "(数字不符 / the number differs)"
    )
    assert failed["message"].str.endswith(f"✗; {hint}").all()
    assert suspects(cells)["explains"].tolist() == [2]


# With granted.natural missing, its row and its column are not assessable, and fewer identities are left to judge by.
BESIDE_A_GAP = [
    ("columns that add up clear the rest of a row", {"requests.partial.natural": 2}, "requests.partial.natural"),
    ("rows that add up clear the rest of a column", {"requests.granted.legal": 4}, "requests.granted.legal"),
    ("no single value repairs both", {"requests.refused_third_party.natural": 1, "requests.granted.total": 7}, None),
]


@pytest.mark.parametrize(("wrong", "name"), [case[1:] for case in BESIDE_A_GAP], ids=[case[0] for case in BESIDE_A_GAP])
def test_beside_a_missing_cell_the_finder_judges_by_what_is_left(wrong, name):
    cells = changed(REPORT.cells, {"requests.granted.natural": None, **wrong})
    assert named(cells) == (None if name is None else (*key(name), wrong[name], 0))


# Table 四 has one identity a row, so an error in it points at every cell of the row.
DISPUTES = [
    ("one too many in the total", [2, 0, 1, 0, 4], {"upheld", "corrected", "other", "pending", "total"}),
    ("a part larger than the gap", [5, 1, 0, 0, 3], {"upheld", "total"}),
    ("no part is as large as the gap", [1, 1, 1, 0, 0], {"total"}),
    ("it adds up", [1, 1, 1, 0, 3], set()),
]


@pytest.mark.parametrize(("printed", "candidates"), [case[1:] for case in DISPUTES], ids=[case[0] for case in DISPUTES])
def test_table_4_names_a_cell_only_when_no_other_would_do(printed, candidates):
    columns = load_form("f2019").columns("disputes", "review")
    row = {f"disputes.review.{column}": value for column, value in zip(columns, printed, strict=True)}
    cells = changed(REPORT.cells, row)
    assert set(suspects(cells)["column"]) == candidates
    found = verdict(cells, "t4_sum", "review")
    assert found.verdict == ("fail" if candidates else "pass")
    assert ("likely wrong cell" in found.message) == (len(candidates) == 1)


# --- how it may have come about ---------------------------------------------------------------------------

# cell, what is printed, the kind of slip; the right number is that of the real report
SLIPS = [
    ("requests.granted.natural", 90, "digit_added"),
    ("requests.granted.natural", 0, "zero_printed"),
    ("requests.granted.natural", 8, "digit_misread"),
    ("requests.granted.natural", 16, "number_differs"),
    ("requests.received.natural", 1, "digit_lost"),
    ("requests.received.total", 13, "total_not_updated"),
    ("requests.received.total", 110, "digit_added"),
    ("requests.granted.legal", 7, "digit_misread"),
]


@pytest.mark.parametrize(("cell", "printed", "kind"), SLIPS)
def test_a_wrong_cell_is_named_with_the_slip_that_it_may_be(cell, printed, kind):
    cells = changed(REPORT.cells, {cell: printed})
    assert suspects(cells)["kind"].tolist() == [kind]
    (guess,) = diagnoses(cells).itertuples(index=False)
    assert (guess.table, guess.kind, guess.cells, guess.printed) == ("requests", kind, cell, f"{printed}")
    assert guess.message.endswith(f"({kinds()[kind]['zh']} / {kinds()[kind]['en']})")
    assert verdict(cells, "t3_row_sum", key(cell)[1]).message.endswith(guess.message)


def test_transposed_digits_are_told():
    row = {f"disputes.review.{column}": 0 for column in ("upheld", "corrected", "other", "pending")}
    cells = changed(REPORT.cells, row | {"disputes.review.upheld": 51, "disputes.review.total": 15})
    assert dict(zip(suspects(cells)["column"], suspects(cells)["kind"], strict=True)) == {
        "upheld": "transposed",
        "total": "transposed",
    }


def test_two_cells_of_a_row_that_changed_places_are_told_and_neither_is_a_suspect():
    cells = changed(REPORT.cells, {"requests.granted.natural": 0, "requests.granted.company": 9})
    assert suspects(cells).empty
    (guess,) = diagnoses(cells).itertuples(index=False)
    assert (guess.kind, guess.cells) == ("swapped", "requests.granted.natural;requests.granted.company")
    assert (guess.printed, guess.repaired, guess.explains) == ("0;9", "9;0", 2)
    hint = "a possible cause 可能原因: requests.granted.natural and requests.granted.company, printed 0 and 9, 9 and 0"
    assert hint in verdict(cells, "t3_done_sum", "natural").message


def test_a_number_split_over_two_cells_is_told():
    cells = changed(REPORT.cells, {"requests.received.natural": 1, "requests.received.company": 1})
    (guess,) = diagnoses(cells).itertuples(index=False)
    assert (guess.kind, guess.printed, guess.repaired) == ("split", "1;1", "11;0")


def test_many_rows_that_no_cell_explains_may_be_a_shifted_block():
    rows = ("received", "granted", "unable_not_held", "concluded", "refused_law")
    shifted = {f"requests.{row}.{column}": n for n, row in enumerate(rows, 3) for column in ("research", "legal")}
    cells = changed(REPORT.cells, shifted)
    assert suspects(cells).empty
    assert diagnoses(cells)["kind"].tolist() == ["shifted"]
    assert diagnoses(cells)["cells"].tolist() == [""]


def test_a_sound_report_has_no_diagnosis_and_the_columns_stay():
    assert diagnoses(REPORT.cells).empty
    assert tuple(diagnoses(REPORT.cells).columns) == DIAGNOSIS_COLUMNS
    wrong = changed(REPORT.cells, {"requests.granted.natural": 90})
    assert diagnoses(REPORT.cells).dtypes.to_dict() == diagnoses(wrong).dtypes.to_dict()


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_every_slip_has_a_kind_with_a_name_in_both_languages(printed, repaired):
    assume(printed != repaired)
    facts = kinds()[kind_of_slip(("requests", "granted", "legal"), printed, repaired)]
    assert facts["zh"]
    assert facts["en"].isascii()


# --- the verdicts of every rule ---------------------------------------------------------------------------

TOLD = "2020年，共收到政府信息公开申请{}件。"
# rule, subject, cells changed in the real report, text of section 一, verdict, expected, found
CASES = [
    ("t3_balance", "company", {}, "", "pass", 0, 0),
    ("t3_balance", "natural", {"requests.carried_in.natural": 3}, "", "fail", 11, 14),
    ("t3_balance", "natural", {"requests.carried_in.natural": None}, "", "not assessable", None, None),
    ("t3_done_sum", "total", {}, "", "pass", 11, 11),
    ("t3_done_sum", "total", {"requests.declined_bulk.total": 1}, "", "fail", 12, 11),
    ("t3_done_sum", "total", {"requests.declined_bulk.total": None}, "", "not assessable", None, None),
    ("t3_row_sum", "granted", {}, "", "pass", 9, 9),
    ("t3_row_sum", "granted", {"requests.granted.legal": 2}, "", "fail", 11, 9),
    ("t3_row_sum", "granted", {"requests.granted.total": None}, "", "not assessable", None, None),
    ("t4_sum", "suit_direct", {}, "", "pass", 15, 15),
    ("t4_sum", "suit_direct", {"disputes.suit_direct.pending": 8}, "", "fail", 22, 15),
    ("t4_sum", "suit_direct", {"disputes.suit_direct.pending": None}, "", "not assessable", None, None),
    ("p_disputes_requests", "report", {"requests.concluded.total": 30}, "", "pass", 30, 30),
    ("p_disputes_requests", "report", {"requests.concluded.total": 29}, "", "fail", 29, 30),
    ("p_disputes_requests", "report", {"requests.concluded.total": None}, "", "not assessable", None, None),
    ("n_received", "report", {}, TOLD.format(11), "pass", 11, 11),
    ("n_received", "report", {}, "去年收到申请9件，今年收到申请１１件。", "pass", 11, 11),
    ("n_received", "report", {}, "共收到政府信息公開申請11件。", "pass", 11, 11),
    ("n_received", "report", {"requests.received.total": 1203}, TOLD.format("1,203"), "pass", 1203, 1203),
    ("n_received", "report", {"requests.received.total": 0}, TOLD.format(0), "pass", 0, 0),
    ("n_received", "report", {}, TOLD.format(12), "fail", 11, 12),
    ("n_received", "report", {"requests.received.total": None}, TOLD.format(11), "not assessable", None, None),
    ("n_received", "report", {}, "全年未收到政府信息公开申请，公开信息11条。", "not assessable", None, None),
    ("n_received", "report", {}, "", "not assessable", None, None),
]


@pytest.mark.parametrize(("rule", "subject", "changes", "text", "expected"), [(*c[:4], c[4:]) for c in CASES])
def test_a_rule_passes_fails_or_is_not_assessable(rule, subject, changes, text, expected):
    row = verdict(changed(REPORT.cells, changes), rule, subject, text)
    right, left = (None if pd.isna(number) else number for number in (row.expected, row.found))
    assert (row.verdict, right, left) == expected
    assert row.severity == rules()[rule]["severity"]
    assert row.message.startswith(f"{rules()[rule]['zh']} / {rules()[rule]['en']}: ")
    gone = [name for name, value in changes.items() if value is None]
    assert all(name in row.message for name in gone)
    assert ("not assessable" in row.message) == (row.verdict == "not assessable")


def test_the_cases_hold_every_rule_with_every_verdict():
    here = [rule for rule, facts in rules().items() if facts.get("table") != "statistics" and "formula" not in facts]
    wanted = {(rule, outcome) for rule in here for outcome in ("pass", "fail", "not assessable")}
    assert {(case[0], case[4]) for case in CASES} == wanted


def test_a_text_that_tells_another_count_may_count_another_scope():
    assert verdict(REPORT.cells, "n_received", "report", TOLD.format(12)).message.endswith(
        "text 12, table 11; the text may count another scope"
    )


# --- what is missing --------------------------------------------------------------------------------------


def asks_for(cell):
    """The rule and subject of every verdict that needs a cell of table 三."""
    _, row, column = cell
    ends = ("received", "carried_in", "carried_out")
    yield "t3_row_sum", row
    if row in (*ends, "concluded"):
        yield "t3_balance", column
    if row not in ends:
        yield "t3_done_sum", column
    if cell[1:] in (("concluded", "total"), ("carried_in", "total")):
        yield "p_disputes_requests", "report"
    if cell[1:] == ("received", "total"):
        yield "n_received", "report"


@pytest.mark.parametrize("cell", REQUESTS, ids="-".join)
def test_a_missing_cell_leaves_its_rules_not_assessable_and_no_others(cell):
    values, text = values_of(REPORT.cells), REPORT.text("overview")
    without = {other: value for other, value in values.items() if other != cell}
    for cells in (frame(values | {cell: None}), frame(without)):
        found = check_cells(cells, text).set_index(["rule", "subject"])
        gone = found[found["verdict"] == "not assessable"]
        assert set(gone.index) == set(asks_for(cell))
        assert gone[["expected", "found"]].isna().all(axis=None)
        assert gone["message"].str.contains(".".join(cell), regex=False).all()


@pytest.mark.parametrize("row", ["granted", "refused_law", "other_handling", "concluded", "received"])
def test_a_row_left_out_of_the_frame_is_missing_too(row):
    cells = REPORT.cells[REPORT.cells["row"] != row]
    found = check_cells(cells)
    touched = found[found["rule"].isin({rule for rule, _ in asks_for(("requests", row, "natural"))} - {"t3_row_sum"})]
    assert set(touched["verdict"]) == {"not assessable"}


def test_a_column_left_out_of_the_frame_is_missing_too():
    cells = REPORT.cells[REPORT.cells["column"] != "total"]
    found = check_cells(cells)
    assert set(found[found["rule"].isin(["t3_row_sum", "t4_sum"])]["verdict"]) == {"not assessable"}


def test_a_report_without_figures_passes_nothing():
    cells = REPORT.cells.assign(value=pd.array([None] * len(REPORT.cells), dtype="Float64"))
    found = check_cells(cells, REPORT.text("overview"))
    assert set(found["verdict"]) == {"not assessable"}
    assert suspects(cells).empty
    (message,) = found[found["rule"] == "p_disputes_requests"]["message"]
    assert message.endswith("disputes.suit_direct.total, disputes.suit_after_review.total and 2 more")


# --- a report that prints 其他处理 as the other form does ---------------------------------------------------


def split_others(values, parts):
    """Put the three rows of the form of 2021 in place of the one of the form of 2019."""
    kept = {cell: value for cell, value in values.items() if cell[1] != "other_handling"}
    return kept | {("requests", row, column): parts[row] for row in OTHERS for column in (*GROUPS, "total")}


def test_three_rows_of_other_handling_are_summed_as_one_is():
    hybrid = split_others(values_of(REPORT.cells), dict.fromkeys(OTHERS, 0))
    found = check_cells(frame(hybrid)).query("severity == 'error'")
    assert set(found["verdict"]) == {"pass"}
    assert set(found["subject"]) >= set(OTHERS)
    wrong = hybrid | {("requests", "other_unpaid", "legal"): 4}
    assert named(frame(wrong)) == ("requests", "other_unpaid", "legal", 4, 0)


def test_one_of_the_three_asks_for_the_two_others():
    hybrid = split_others(values_of(REPORT.cells), dict.fromkeys(OTHERS, 0))
    two = {cell: value for cell, value in hybrid.items() if cell[1] != "other_misc"}
    row = verdict(frame(two), "t3_done_sum", "natural")
    assert row.verdict == "not assessable"
    assert row.message.endswith("no number in requests.other_misc.natural")


@pytest.mark.parametrize(
    ("present", "asked"),
    [(["other_handling"], ["other_handling"]), (["other_misc"], OTHERS), ([], ["other_handling", *OTHERS])],
)
def test_a_table_must_have_the_rows_of_one_form_or_the_other(present, asked):
    rows = asked_rows("requests", present)
    assert {row for row in rows if row.startswith("other_")} == set(asked)
    assert len(rows) == 22 + len(asked)


# --- shape and errors -------------------------------------------------------------------------------------

EMPTY = frame({})


@pytest.mark.parametrize(
    ("call", "columns"),
    [
        (check_cells, VERDICT_COLUMNS),
        (functools.partial(check_cells, narrative=TOLD.format(3)), VERDICT_COLUMNS),
        (suspects, SUSPECT_COLUMNS),
    ],
)
def test_columns_and_dtypes_are_the_same_with_rows_and_without(call, columns):
    wrong = changed(REPORT.cells, {"requests.granted.natural": 90})
    assert tuple(call(EMPTY).columns) == columns
    assert call(EMPTY).dtypes.to_dict() == call(wrong).dtypes.to_dict() == call(REPORT.cells).dtypes.to_dict()


def test_no_cells_give_no_verdict_but_that_the_text_cannot_be_held_against_them():
    assert check_cells(EMPTY)[["rule", "verdict"]].to_numpy().tolist() == [["n_received", "not assessable"]]
    assert suspects(EMPTY).empty


def test_the_order_of_the_cells_changes_no_verdict():
    shuffled = REPORT.cells.iloc[::-1].reset_index(drop=True)
    ours, theirs = (
        check_cells(cells).sort_values(["rule", "subject"], ignore_index=True) for cells in (REPORT.cells, shuffled)
    )
    pd.testing.assert_frame_equal(ours, theirs)


@pytest.mark.parametrize("call", [check_cells, suspects])
def test_cells_without_a_column_are_refused_with_the_way_out(call):
    with pytest.raises(GidtkError) as error:
        call(REPORT.cells.drop(columns=["row", "value"]))
    assert str(error.value) == "cells without column row, value: give the cells of a report, as report.cells has them"


@pytest.mark.parametrize("call", [check_cells, suspects])
def test_two_reports_at_once_are_refused_with_the_way_out(call):
    with pytest.raises(GidtkError) as error:
        call(pd.concat([REPORT.cells, REPORT.cells]))
    assert str(error.value) == "cell disclosure.rules.made stands twice: check the cells of one report at a time"


@pytest.mark.parametrize(
    ("rule", "subject", "zh", "en"),
    [
        ("t3_row_sum", "received", "本年新收政府信息公开申请数量", "New requests"),
        ("t3_done_sum", "natural", "自然人", "Natural persons"),
        ("t4_sum", "review", "行政复议", "Administrative reconsideration"),
        ("n_received", "report", "本报告", "this report"),
    ],
)
def test_a_verdict_says_what_it_speaks_of_in_both_languages(rule, subject, zh, en):
    assert (subject_name(rule, subject), subject_name(rule, subject, "en")) == (zh, en)
