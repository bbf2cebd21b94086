"""Corrections by hand: applied where the cell is what it was, refused elsewhere, never hidden."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gidtk as gid
from gidtk.corrections import CORRECTION_COLUMNS, ISSUE_COLUMNS, apply_corrections, read_corrections, recheck
from gidtk.errors import GidtkError
from gidtk.files import write_csv

HEAD = ",".join(CORRECTION_COLUMNS)
ASKED = "a correction says where, why and who"
CELLS = pd.DataFrame(
    [
        ("a1", "requests", "granted", "natural", 90.0, "90", "ok"),
        ("a1", "requests", "granted", "total", None, "", "blank"),
        ("a1", "requests", "partial", "total", None, "/", "dash"),
        ("a1", "disclosure", "fees", "amount_wan", 59237.2449, "59237.2449", "ok"),
        ("b2", "requests", "granted", "natural", 3.0, "3", "ok"),
    ],
    columns=["report", "table", "row", "column", "value", "raw", "status"],
).astype({"value": "Float64"})


def corrections(*lines):
    return pd.DataFrame(lines, columns=list(CORRECTION_COLUMNS)).astype("str")


def line(old, new, row="granted", column="natural", report="a1", table="requests"):
    return (report, table, row, column, old, new, "a slip", "me", "the scan")


def sheet(folder, text, encoding="utf-8"):
    file = folder / "corrections.csv"
    file.write_text(text, encoding=encoding)
    return file


@pytest.mark.parametrize(
    ("correction", "at", "value"),
    [
        (line("90", "9"), 0, 9),
        (line("90.0", "1,203"), 0, 1203),
        (line("90", ""), 0, None),
        (line("", "7", column="total"), 1, 7),
        (line("/", "0", row="partial", column="total"), 2, 0),
        (line("59237.2449", "5.92372449", row="fees", column="amount_wan", table="disclosure"), 3, 5.92372449),
    ],
)
def test_a_correction_changes_value_and_status_and_leaves_what_is_printed(correction, at, value):
    before = CELLS.copy()
    found, issues = apply_corrections(CELLS, corrections(correction))
    assert issues.empty
    assert tuple(issues.columns) == ISSUE_COLUMNS
    new = found["value"].iloc[at]
    assert pd.isna(new) if value is None else new == value
    assert found["status"].iloc[at] == "corrected"
    assert found["raw"].tolist() == CELLS["raw"].tolist()
    untouched = [n for n in range(len(CELLS)) if n != at]
    pd.testing.assert_frame_equal(found.iloc[untouched], CELLS.iloc[untouched], check_dtype=False)
    pd.testing.assert_frame_equal(CELLS, before)


@pytest.mark.parametrize(
    ("correction", "code", "message"),
    [
        (line("91", "9"), "correction_refused", "it was corrected from 91, now the cell is 90; not applied"),
        (line("", "9"), "correction_refused", "it was corrected from nothing, now the cell is 90; not applied"),
        (
            line("/", "9", column="total"),
            "correction_refused",
            "it was corrected from /, now the cell is ''; not applied",
        ),
        (line("9", "1", row="grnted"), "correction_without_cell", "there is no such cell"),
        (line("9", "1", report="zz"), "correction_without_cell", "there is no such cell"),
    ],
)
def test_a_correction_of_what_is_not_there_is_refused_and_told(correction, code, message):
    found, issues = apply_corrections(CELLS, corrections(correction))
    pd.testing.assert_frame_equal(found, CELLS)
    (issue,) = issues.itertuples(index=False)
    assert (issue.report, issue.code, issue.severity) == (correction[0], code, "warning")
    assert issue.message.endswith(message)
    assert ".".join(correction[1:4]) in issue.message


def test_a_correction_is_not_applied_twice():
    once, _ = apply_corrections(CELLS, corrections(line("90", "9")))
    twice, issues = apply_corrections(once, corrections(line("90", "9")))
    assert twice["value"].iloc[0] == 9
    assert issues["code"].tolist() == ["correction_refused"]


def test_cells_under_any_index_are_corrected():
    found, _ = apply_corrections(CELLS.set_axis([5] * len(CELLS)), corrections(line("90", "9")))
    assert found["value"].tolist()[0] == 9


def test_without_corrections_nothing_changes():
    found, issues = apply_corrections(CELLS, corrections())
    pd.testing.assert_frame_equal(found, CELLS)
    assert tuple(issues.columns) == ISSUE_COLUMNS


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_any_number_is_corrected_into_any_other(old, new):
    cells = CELLS.assign(value=pd.array([old] * len(CELLS), dtype="Float64"))
    found, issues = apply_corrections(cells, corrections(line(str(old), str(new))))
    assert (found["value"].iloc[0], len(issues)) == (new, 0)


# --- the sheet ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_sheet_is_read_as_text_in_the_encodings_of_spreadsheets(tmp_path, encoding):
    text = f"{HEAD},note\n011000aa, requests ,granted,natural,0090,9,抄写有误,本人,扫描件第三页，见正文,x\n,,,,,,,,\n"
    found = read_corrections(sheet(tmp_path, text.replace("，见正文", ""), encoding))
    assert found.to_numpy().tolist() == [
        ["011000aa", "requests", "granted", "natural", "0090", "9", "抄写有误", "本人", "扫描件第三页"]
    ]
    assert set(map(str, found.dtypes)) == {"str"}


def test_what_is_written_is_read_back_and_no_spreadsheet_takes_it_for_a_formula(tmp_path):
    given = corrections((*line("-", "9")[:6], "=HYPERLINK(1)", "+me", "@scan"))
    file = write_csv(given, tmp_path / "corrections.csv")
    assert ",=H" not in file.read_text(encoding="utf-8-sig")
    pd.testing.assert_frame_equal(read_corrections(file), given)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"corrections without column {', '.join(CORRECTION_COLUMNS)}: its first line must be {HEAD}"),
        (HEAD.replace("reason,", ""), f"corrections without column reason: its first line must be {HEAD}"),
        (
            f"{HEAD}\na1,requests,granted,natural,1,2,,me,x",
            "line 2: reason left empty: a correction says where, why and who",
        ),
        (
            f"{HEAD}\n\na1,,granted,natural,1,2,a slip,,x",
            "line 3: table, who left empty: a correction says where, why and who",
        ),
        (
            f"{HEAD}\na1,requests,granted,natural,1,2件,a slip,me,x",
            "line 2: new '2件' is no number: give digits such as 1203 or 12.5, or nothing",
        ),
        (
            f"{HEAD}\na1,requests,granted,natural,1,1e5,a slip,me,x",
            "line 2: new '1e5' is no number: give digits such as 1203 or 12.5, or nothing",
        ),
        (
            f"{HEAD}\na1,requests,granted,natural,1,2,a slip,me,x\na1,requests,granted,natural,1,3,a slip,me,x",
            "line 3: requests.granted.natural of a1 is corrected twice: keep one",
        ),
    ],
)
def test_a_sheet_with_a_fault_names_the_line_the_rule_and_the_way_out(tmp_path, text, message):
    file = sheet(tmp_path, text)
    with pytest.raises(GidtkError) as error:
        read_corrections(file)
    assert str(error.value).startswith(f"{file}")
    assert str(error.value).endswith(message)


def test_a_sheet_that_cannot_be_read_says_so(tmp_path):
    with pytest.raises(GidtkError, match=r"nosuch\.csv: corrections cannot be read \(No such file or directory\)"):
        read_corrections(tmp_path / "nosuch.csv")
    with pytest.raises(GidtkError, match=r"corrections is no CSV \(.*\): save it as CSV, UTF-8$"):
        read_corrections(sheet(tmp_path, f'{HEAD}\n"a1"x,requests'))


@pytest.mark.parametrize(("frame", "what"), [(0, "cells"), (1, "corrections")])
def test_frames_without_a_column_are_refused(frame, what):
    frames = [CELLS, corrections()]
    frames[frame] = frames[frame].drop(columns="row")
    with pytest.raises(GidtkError, match=f"^{what} without column row: give them as gidtk reads them$"):
        apply_corrections(*frames)


# --- the verdicts of a corrected report -----------------------------------------------------------------------


def test_the_sums_of_a_corrected_report_are_drawn_anew_and_all_else_stays():
    report = gid.read_report(gid.sample("anfu_2020.txt"))
    wrong = report.cells.assign(report="a1")
    wrong.loc[(wrong["row"] == "granted") & (wrong["column"] == "natural"), ["value", "raw"]] = [90, "90"]
    text = report.text("overview")
    before = pd.concat([gid.check_cells(wrong, text).assign(report=name) for name in ("a1", "b2")], ignore_index=True)
    cells, issues = apply_corrections(wrong, corrections(line("90", "9")))
    assert issues.empty
    after = recheck(before, cells, ["a1"])
    assert after.columns.tolist() == before.columns.tolist()
    assert after.dtypes.to_dict() == before.dtypes.to_dict()
    right = gid.check_cells(report.cells, text).assign(report="a1")
    pd.testing.assert_frame_equal(after[after["report"] == "a1"].reset_index(drop=True), right)
    pd.testing.assert_frame_equal(after[after["report"] == "b2"], before[before["report"] == "b2"])
