"""Decisions on findings: bound to what was found, kept over rebuilds, told when they no longer fit."""

import pandas as pd
import pytest

import gidtk as gid
from gidtk.decisions import (
    DECISION_COLUMNS,
    SHEET_COLUMNS,
    decide,
    decision_labels,
    decision_sheet,
    findings,
    read_decisions,
)
from gidtk.errors import GidtkError
from gidtk.files import write_csv

REPORT = gid.read_report(gid.sample("anfu_2020.txt"))
HEAD = ",".join(DECISION_COLUMNS)
REPORTS = pd.DataFrame({"report": ["a1"], "agency": ["=甲县"], "year": pd.array([2020], dtype="Int64")})


def verdicts(changes=None):
    """The verdicts of the bundled report with some cells changed."""
    cells = REPORT.cells.copy()
    for (row, column), value in (changes or {}).items():
        cells.loc[(cells["row"] == row) & (cells["column"] == column), "value"] = value
    return gid.check_cells(cells, REPORT.text("overview")).assign(report="a1")


def filled(found, **decision):
    given = {"decision": "source error", "who": "me", "why": "the scan says so"} | decision
    return decision_sheet(found).assign(**given)


def sheet(folder, text):
    file = folder / "decisions.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_sheet_has_what_failed_with_the_gravest_first():
    found = decision_sheet(verdicts({("granted", "natural"): 90}), REPORTS)
    assert tuple(found.columns) == SHEET_COLUMNS
    assert found["severity"].tolist() == ["error", "error", "warning"]
    assert found[["agency", "year"]].drop_duplicates().to_numpy().tolist() == [["=甲县", 2020]]
    assert (found[["decision", "who", "why"]] == "").all(axis=None)
    assert "likely wrong cell" in found["message"].iloc[0]


def test_a_sheet_of_nothing_has_the_same_columns():
    assert tuple(decision_sheet(verdicts()[:0]).columns) == SHEET_COLUMNS
    assert tuple(decision_sheet(verdicts()[:0], REPORTS).columns) == SHEET_COLUMNS


def test_a_filled_sheet_is_written_read_and_joined_to_the_same_findings_of_a_rebuild(tmp_path):
    found = verdicts({("granted", "natural"): 90})
    file = write_csv(filled(found).merge(REPORTS[["report"]]), tmp_path / "decisions.csv")
    decisions = read_decisions(file)
    assert tuple(decisions.columns) == DECISION_COLUMNS
    joined, stale = decide(verdicts({("granted", "natural"): 90}), decisions)
    assert stale.empty
    decided = joined[joined["decision"].notna()]
    assert set(decided["verdict"]) == {"fail"}
    assert len(decided) == 3
    assert decided[["decision", "who", "why"]].drop_duplicates().to_numpy().tolist() == [
        ["source error", "me", "the scan says so"]
    ]
    pd.testing.assert_frame_equal(joined[list(found.columns)], found)
    again = decision_sheet(joined)
    assert again["decision"].tolist() == ["source error"] * 3  # what was decided stands in the next sheet


@pytest.mark.parametrize(
    ("now", "state"),
    [({("granted", "natural"): 91}, "changed"), ({}, "pass"), ({("granted", "natural"): None}, "not assessable")],
)
def test_a_decision_does_not_carry_over_to_another_finding(now, state):
    decisions = filled(verdicts({("granted", "natural"): 90}))
    joined, stale = decide(verdicts(now), decisions)
    assert joined["decision"].notna().sum() == 1  # disputes against requests: the same finding as before
    assert stale["rule"].tolist() == ["t3_done_sum", "t3_row_sum"]
    assert stale["now"].tolist() == [state] * 2


def test_a_decision_on_a_report_that_is_gone_is_told():
    decisions = filled(verdicts())
    _, stale = decide(verdicts()[:0], decisions)
    assert stale["now"].tolist() == ["gone"]
    assert tuple(stale.columns) == (*DECISION_COLUMNS, "now")
    _, none = decide(verdicts(), decisions[:0])
    assert (len(none), none.columns.tolist()) == (0, stale.columns.tolist())


def test_a_mark_follows_what_was_found_and_not_the_wording():
    found = verdicts({("granted", "natural"): 90})
    reworded = found.assign(message="other words", severity="warning")
    comparable = found["found"].notna()
    assert findings(found)[comparable].tolist() == findings(reworded)[comparable].tolist()
    assert findings(found).str.fullmatch("f-[0-9a-f]{10}").all()
    assert findings(found.assign(report="b2")).ne(findings(found)).all()


def test_a_rule_that_is_no_single_comparison_is_marked_by_the_numbers_it_tells():
    text = "采购 / procurement: procurement_projects {}, procurement_amount_yuan 0 ✗; previous report 0a1"
    facts = {"report": "a1", "rule": "t2o_procurement", "subject": "report", "verdict": "fail", "severity": "warning"}
    lines = [facts | {"expected": None, "found": None, "message": text.format(n)} for n in (1, 2, 1)]
    one, other, again = findings(pd.DataFrame(lines))
    assert one == again != other


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"decisions without column {', '.join(DECISION_COLUMNS)}: its first line must be {HEAD}"),
        (
            f"{HEAD}\na1,t4_sum,review,f-1,maybe,me,x",
            "line 2: no decision 'maybe': give one of accepted, source error, parser error",
        ),
        (
            f"{HEAD}\na1,t4_sum,review,,accepted,me,",
            "line 2: finding, why left empty: a decision says on what, by whom and why",
        ),
        (
            f"{HEAD}\na1,t4_sum,review,f-1,accepted,me,x\na1,t4_sum,review,f-2,accepted,me,x",
            "line 3: a1 t4_sum review is decided twice: keep one line",
        ),
    ],
)
def test_a_sheet_with_a_fault_names_the_line_the_rule_and_the_way_out(tmp_path, text, message):
    file = sheet(tmp_path, text)
    with pytest.raises(GidtkError) as error:
        read_decisions(file)
    assert str(error.value).startswith(str(file))
    assert str(error.value).endswith(message)


def test_a_line_without_a_decision_is_passed_over(tmp_path):
    found = read_decisions(sheet(tmp_path, f"{HEAD}\na1,t4_sum,review,f-1,,,\n"))
    assert (len(found), tuple(found.columns)) == (0, DECISION_COLUMNS)


def test_what_may_be_decided_has_a_label_in_both_languages():
    assert all(facts["zh"] and facts["en"].isascii() for facts in decision_labels().values())


def test_frames_without_a_column_are_refused():
    with pytest.raises(GidtkError, match=r"^verdicts without column report: give them as gidtk makes them$"):
        findings(verdicts().drop(columns="report"))
    with pytest.raises(GidtkError, match=r"^decisions without column who: give them as gidtk makes them$"):
        decide(verdicts(), filled(verdicts()).drop(columns="who"))
    with pytest.raises(GidtkError, match=r"^reports without column year: give them as gidtk makes them$"):
        decision_sheet(verdicts(), REPORTS.drop(columns="year"))
