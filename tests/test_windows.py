"""Rules over many reports, over a corpus: in windows as in one go, written by the build, anew after corrections."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_across import prefecture, simulated

import gidtk as gid
from gidtk.across import across_rules, check_across
from gidtk.build import build_corpus
from gidtk.chains import unit_keys
from gidtk.corpus import open_corpus
from gidtk.simulate import simulate
from gidtk.windows import draw_across, drawn_anew, in_order, level_cells, windows

KEYS = ["report", "rule", "subject"]


def loader(cells, sections=None):
    """Give rows of frames; of the cells only those asked for."""

    def load(table, reports, only=()):
        frame = cells if table == "cells" else sections
        own = frame[frame["report"].isin(reports["report"])]
        pairs = pd.MultiIndex.from_frame(own[["row", "column"]]) if only else None
        return own[pairs.isin(list(only))] if only else own

    return load


NO_TEXT = pd.DataFrame({"report": [], "key": [], "number": [], "text": []}, dtype="str")


# --- windows ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(["甲", "乙", "丙", None]), st.sampled_from(["36", None]))), st.integers(1, 9))
def test_windows_hold_every_report_once_in_order_and_never_part_a_unit(rows, size):
    frame = pd.DataFrame(sorted(rows, key=str), columns=["agency", "region_code"])
    found = list(windows(frame, size))
    assert [n for window in found for n in window.index] == list(frame.index)
    units = [{key for key in unit_keys(window) if key is not None} for window in found]
    assert sum(map(len, units)) == len(set().union(*units))
    for window in found:
        keys = unit_keys(window)
        assert len(window) < size + len([key for key in keys if key == keys[-1]])


@pytest.mark.parametrize("size", [1, 7, 40, 1000])
def test_what_is_drawn_in_windows_is_what_is_drawn_in_one_go(size, monkeypatch):
    monkeypatch.setattr("gidtk.windows.WINDOW", size)
    reports, cells = simulated()
    reports, cells = reports[:60], cells[cells["report"].isin(reports["report"][:60])]
    found = list(draw_across(reports, loader(cells, NO_TEXT)))
    assert len(found) == {1: 10, 7: 5, 40: 2, 1000: 1}[size]
    expected = check_across(reports, cells, NO_TEXT)
    pd.testing.assert_frame_equal(pd.concat(found, ignore_index=True), expected)


def test_areas_are_held_against_their_parts_in_other_windows_by_a_few_cells(monkeypatch):
    monkeypatch.setattr("gidtk.windows.WINDOW", 3)
    asked = []
    reports, cells, _ = prefecture(4)
    reports = reports.sort_values(["region_code", "agency"], ignore_index=True)

    def load(table, own, only=()):
        asked.append((len(own), len(only)))
        return loader(cells, NO_TEXT)(table, own, only)

    found = pd.concat(list(draw_across(reports, load)), ignore_index=True)
    pd.testing.assert_frame_equal(found, check_across(reports, cells, NO_TEXT))
    assert found.loc[found["rule"] == "h_at_least_largest", "verdict"].tolist() == ["fail", *["not assessable"] * 2]
    assert asked[0] == (len(reports), len(level_cells()))
    assert max(size for size, only in asked if not only) <= 4


def test_without_reports_nothing_is_drawn():
    reports, cells = simulated()
    assert list(draw_across(reports[:0], loader(cells[:0], NO_TEXT))) == []


# --- anew after corrections -------------------------------------------------------------------------------------------


def changed(cells, report, row, column, more):
    at = (cells["report"] == report) & (cells["row"] == row) & (cells["column"] == column)
    assert at.sum() == 1
    return cells.assign(value=cells["value"].where(~at, cells["value"] + more))


def test_a_change_bears_on_the_unit_and_nothing_else_is_drawn():
    reports, cells = simulated()
    before = check_across(reports, cells, NO_TEXT)
    now = changed(cells, "003-2022", "carried_out", "total", 5)
    seen = []

    def load(table, own, only=()):
        seen.extend(own["report"])
        return loader(now, NO_TEXT)(table, own, only)

    after = drawn_anew(before, reports, {"003-2022"}, load)
    assert {report[:3] for report in seen} == {"003"}
    pd.testing.assert_frame_equal(after, in_order(check_across(reports, now, NO_TEXT), reports["report"]))
    failed = after[(after["verdict"] == "fail") & ~(before["verdict"] == "fail")]
    assert ["003-2023", "x_carried_in", "report"] in failed[KEYS].to_numpy().tolist()


def test_a_change_in_a_part_bears_on_the_whole_area():
    reports, cells, _ = prefecture(10, biggest=5)
    before = check_across(reports, cells, NO_TEXT)
    now = changed(cells, "360829", "received", "total", 20)
    after = drawn_anew(before, reports, {"360829"}, loader(now, NO_TEXT))
    pd.testing.assert_frame_equal(after, in_order(check_across(reports, now, NO_TEXT), reports["report"]))
    largest = after[(after["rule"] == "h_at_least_largest") & (after["subject"] == "received_total")]
    assert largest[["report", "verdict"]].to_numpy().tolist() == [["p", "fail"]]


# --- in a corpus ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Six units over four years, two of them with region codes; a township has nine digits."""
    folder = tmp_path_factory.mktemp("windows")
    files = simulate(folder / "s", regions=6, years=(2021, 2024), seed=8, faults=0.2, blanks=0, layouts=["spans"])
    codes = dict(zip(dict.fromkeys(files["agency"]), ["360829", "360829001"], strict=False))
    lines = [f"{row.file},{codes[row.agency]}" for row in files.itertuples() if row.agency in codes]
    (folder / "registry.csv").write_text("file,region_code\n" + "\n".join(lines), encoding="utf-8")
    return build_corpus(folder / "s", folder / "c", registry=folder / "registry.csv", jobs=0)


def test_a_corpus_has_the_verdicts_over_many_reports_beside_those_of_one(corpus):
    assert set(corpus.reports["region_code"].fillna("").str.len()) == {0, 6, 9}
    verdicts = corpus.verdicts
    own = verdicts["rule"].isin(list(across_rules()))
    expected = check_across(corpus.reports, corpus.cells, corpus.sections)
    pd.testing.assert_frame_equal(verdicts[own].reset_index(drop=True), expected)
    assert {"t3_balance", "x_carried_in", "s_sections"} <= set(verdicts["rule"])
    assert verdicts["report"].drop_duplicates().tolist() == corpus.reports["report"].tolist()


def test_a_selection_keeps_what_the_year_before_it_says(corpus):
    last = corpus.select(years=2024).verdicts
    assert len(last[last["rule"] == "x_carried_in"]) == 6
    whole = corpus.verdicts
    expected = whole[whole["report"].isin(last["report"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(last, expected)


def test_a_correction_bears_on_the_report_of_the_next_year_also_where_only_that_is_chosen(corpus):
    def carried(chosen):
        found = chosen.verdicts
        return found[(found["rule"] == "x_carried_in") & (found["report"] == later)]["verdict"].item()

    agency = corpus.reports["agency"].iloc[0]
    chain = corpus.reports[corpus.reports["agency"] == agency].set_index("year")["report"]
    earlier, later = chain[2022], chain[2023]
    cells = corpus.cells
    cell = cells[(cells["report"] == earlier) & (cells["row"] == "carried_out") & (cells["column"] == "total")]
    before, value = corpus.verdicts, int(cell["value"].item())
    assert carried(corpus) == "pass"
    line = f"{earlier},requests,carried_out,total,{value},{value + 4},a slip,me,the scan"
    sheet = corpus.path / "corrections.csv"
    sheet.write_text(f"report,table,row,column,old,new,reason,who,source\n{line}\n", encoding="utf-8")
    try:
        again = open_corpus(corpus.path)
        assert carried(again) == carried(open_corpus(corpus.path).select(years=2023)) == "fail"
        same = ~again.verdicts["report"].isin(chain)
        pd.testing.assert_frame_equal(again.verdicts[same], before[~before["report"].isin(chain)])
    finally:
        sheet.unlink()


def test_a_year_that_is_added_and_taken_away_leaves_no_trace(tmp_path):
    text = gid.sample("anfu_2020.txt").read_text(encoding="utf-8")
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "2020.txt").write_text(text, encoding="utf-8")
    later = tmp_path / "s" / "2021.txt"

    def rules():
        verdicts = build_corpus(tmp_path / "s", tmp_path / "c", jobs=0).verdicts
        assert not verdicts.duplicated(KEYS).any()
        return set(verdicts["rule"])

    alone = rules()
    later.write_text(text.replace("2020年", "2019年"), encoding="utf-8")
    assert {"x_carried_in", "x_missing_year"} <= rules() - alone
    later.unlink()
    assert rules() == alone
