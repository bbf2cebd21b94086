"""What fails, what cannot be assessed and why, what is likely wrong: counted, named, and corrected by hand."""

import shutil

import pandas as pd
import pytest

import gidtk as gid
from gidtk.corrections import CORRECTION_COLUMNS, read_corrections
from gidtk.errors import GidtkError
from gidtk.findings import COUNT_COLUMNS, FAILURE_COLUMNS, UNASSESSED_COLUMNS, failures_by_year, rule_counts, unassessed
from gidtk.form import load_form, rules
from gidtk.shown import value_names
from gidtk.subjects import cell_name, input_names, subject_names
from gidtk.suspected import WRONG_COLUMNS, correction_sheet, likely_wrong


@pytest.fixture(scope="module")
def corpus():
    return gid.open_corpus("sample")


def verdict(report, rule, verdict, severity="error", message=""):
    return (report, rule, "report", verdict, severity, None, None, message)


def frame(*rows):
    columns = ["report", "rule", "subject", "verdict", "severity", "expected", "found", "message"]
    return pd.DataFrame(rows, columns=columns)


VERDICTS = frame(
    verdict("a", "t3_balance", "pass"),
    verdict("a", "t3_balance", "fail"),
    verdict("b", "t3_balance", "fail"),
    verdict("b", "c_gaps", "fail", "warning"),
    verdict("b", "t3_row_sum", "not assessable"),
    verdict("c", "s_contact", "fail", "information"),
)


def test_rules_are_counted_the_gravest_first():
    assert rule_counts(VERDICTS).values.tolist() == [
        ["error", "t3_balance", 1, 2, 0, 2],
        ["error", "t3_row_sum", 0, 0, 1, 0],
        ["warning", "c_gaps", 0, 1, 0, 1],
        ["information", "s_contact", 0, 1, 0, 1],
    ]


def test_a_year_counts_reports_once_and_only_those_that_could_be_held():
    reports = pd.DataFrame({"report": ["a", "b", "c"], "year": [2020, 2021, None]})
    found = failures_by_year(VERDICTS, reports)
    assert found.values.tolist() == [
        ["t3_balance", "error", 2020, 1, 1, 1.0],
        ["t3_balance", "error", 2021, 1, 1, 1.0],
        ["c_gaps", "warning", 2021, 1, 1, 1.0],
    ]


def test_every_verdict_of_the_sample_is_counted_once(corpus):
    counts = rule_counts(corpus.verdicts)
    assert int(counts[["pass", "fail", "not_assessable"]].sum().sum()) == len(corpus.verdicts)
    gaps = unassessed(corpus.verdicts, corpus.cells)
    assert gaps["times"].sum() == counts["not_assessable"].sum()
    assert set(gaps["reason"]) <= set(value_names("reason"))


@pytest.mark.parametrize(
    ("message", "status", "reason", "example"),
    [
        ("x: not assessable, no number in requests.granted.total", "blank", "blank", "requests.granted.total"),
        ("x: not assessable, no number in granted_total", "dash", "dash", "granted_total"),
        ("x: not assessable, no number in a.b.c, requests.granted.total and 3 more", "absent", "absent", None),
        ("x: not assessable, no number in granted_total; previous report b", "unreadable", "unreadable", None),
        ("x: not assessable, no number in prev.granted_total; previous report b", "blank", "previous", None),
        ("x: not assessable, no number in usual.granted_total", "blank", "previous", None),
        ("x: not assessable, no number in over_total", "blank", "derived", ""),
        ("x: not assessable, a divisor is 0", "blank", "zero", ""),
        ("x: not assessable, the text does not say", "blank", "text", ""),
    ],
)
def test_why_a_rule_cannot_be_assessed(message, status, reason, example):
    cells = pd.DataFrame(
        [["a", "requests", "granted", "total", status], ["a", "requests", "partial", "total", "ok"]],
        columns=["report", "table", "row", "column", "status"],
    )
    (row,) = unassessed(frame(verdict("a", "x", "not assessable", message=message)), cells).to_dict("records")
    assert (row["reason"], row["times"], row["reports"]) == (reason, 1, 1)
    assert example is None or row["example"] == example


def test_an_unreadable_input_is_named_before_a_blank_one():
    cells = pd.DataFrame(
        [["a", "requests", "granted", "total", "blank"], ["a", "requests", "partial", "total", "unreadable"]],
        columns=["report", "table", "row", "column", "status"],
    )
    message = "x: not assessable, no number in granted_total, partial_total"
    found = unassessed(frame(verdict("a", "x", "not assessable", message=message)), cells)
    assert found[["reason", "example"]].values.tolist() == [["unreadable", "partial_total"]]


def test_nothing_gives_empty_frames_of_fixed_columns(corpus):
    none, cells = corpus.verdicts.head(0), corpus.cells.head(0)
    reports = corpus.reports.head(0)
    made = {
        COUNT_COLUMNS: rule_counts(none),
        FAILURE_COLUMNS: failures_by_year(none, reports),
        UNASSESSED_COLUMNS: unassessed(none, cells),
        WRONG_COLUMNS: likely_wrong(none, cells),
    }
    full = [
        rule_counts(corpus.verdicts),
        failures_by_year(corpus.verdicts, corpus.reports),
        unassessed(corpus.verdicts, corpus.cells),
        likely_wrong(corpus.verdicts, corpus.cells),
    ]
    for (columns, empty), filled in zip(made.items(), full, strict=True):
        assert tuple(empty.columns) == columns
        assert empty.empty
        assert empty.dtypes.tolist() == filled.dtypes.tolist()
        assert len(filled)
    assert correction_sheet(likely_wrong(none, cells), reports).columns[:9].tolist() == list(CORRECTION_COLUMNS)


def test_a_cell_that_alone_explains_its_table_is_the_only_suspect(corpus):
    wrong = likely_wrong(corpus.verdicts, corpus.cells)
    sizes = wrong.groupby(["report", "table"])["alone"].agg(["size", "all", "any"])
    assert (sizes["all"] == (sizes["size"] == 1)).all()
    assert (sizes["any"] == sizes["all"]).all()


def test_a_filled_in_line_repairs_the_corpus_and_an_empty_one_does_nothing(corpus, tmp_path):
    folder = tmp_path / "corpus"
    shutil.copytree(corpus.path, folder)
    wrong = likely_wrong(corpus.verdicts, corpus.cells)
    sheet = correction_sheet(wrong, corpus.reports)
    gid.write_csv(sheet, folder / "corrections.csv")
    assert read_corrections(folder / "corrections.csv").empty
    assert not (gid.open_corpus(folder).cells["status"] == "corrected").any()
    at = wrong.index[wrong["alone"]][0]
    filled = sheet.astype({"year": "object"})
    filled.loc[at, ["new", "reason", "who", "source"]] = [sheet.loc[at, "suggested"], "a slip", "me", "the page"]
    gid.write_csv(filled, folder / "corrections.csv")
    mended = gid.open_corpus(folder)
    cell = mended.cells[mended.cells["status"] == "corrected"]
    assert cell[["report", "table", "row", "column"]].values.tolist() == [
        wrong.loc[at, ["report", "table", "row", "column"]].tolist()
    ]
    own = mended.verdicts[mended.verdicts["report"] == wrong.loc[at, "report"]]
    sums = [rule for rule, facts in rules().items() if "left" in facts]
    assert not ((own["verdict"] == "fail") & own["rule"].isin(sums) & (own["severity"] == "error")).any()


def test_a_sheet_is_no_formula_and_says_numbers_as_they_were_read():
    wrong = pd.DataFrame(
        [["a", "disclosure", "fees", "amount_wan", 59237.2449, None]],
        columns=["report", "table", "row", "column", "value", "repaired"],
    )
    reports = pd.DataFrame({"report": ["a"], "agency": ["=HYPERLINK(1)"], "year": [None], "file": ["@x"]})
    (line,) = correction_sheet(wrong, reports).to_dict("records")
    assert (line["old"], line["suggested"], line["new"]) == ("59237.2449", "", "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_cell_and_subject_has_a_name(corpus, lang):
    for form in ("f2014", "f2019", "f2021"):
        for table, row, column in load_form(form).cells():
            name = cell_name(table, row, column, lang)
            assert row not in name.split(" · ")
    named = subject_names(corpus.verdicts, lang)
    bare = corpus.verdicts.loc[named == corpus.verdicts["subject"], "subject"]
    assert set(bare) == set()


def test_an_input_of_the_year_before_says_so():
    inputs = pd.Series(["prev.carried_out_total", "requests.granted.total", "", "nosuch"], index=[3, 1, 2, 0])
    assert input_names(inputs, "en").tolist() == [
        "year before: Carried out · Total",
        "Disclosed · Total",
        "",
        "nosuch",
    ]


@pytest.mark.parametrize(
    "call",
    [
        lambda: rule_counts(pd.DataFrame()),
        lambda: failures_by_year(VERDICTS, pd.DataFrame()),
        lambda: unassessed(VERDICTS, pd.DataFrame()),
        lambda: likely_wrong(VERDICTS, pd.DataFrame()),
        lambda: correction_sheet(pd.DataFrame(), pd.DataFrame()),
        lambda: subject_names(pd.DataFrame()),
    ],
)
def test_a_missing_column_is_named(call):
    with pytest.raises(GidtkError, match="missing: give the frames as gidtk makes them"):
        call()
