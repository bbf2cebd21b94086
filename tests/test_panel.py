"""The panel: one row a unit and year, nothing spliced that is not comparable, nothing dropped in silence."""

import pandas as pd
import pytest

import gidtk as gid
from gidtk.errors import GidtkError
from gidtk.form import load_form
from gidtk.panel import FIRST, Frames, panel
from gidtk.variables import LONGEST_NAME, variables


def frames(*units: tuple[str, str, int, str], value: float = 1.0) -> Frames:
    """Reports (code, agency, year, form) whose every cell holds one number."""
    reports = pd.DataFrame(units, columns=["region_code", "agency", "year", "form"])
    reports.insert(0, "report", [f"r{n}" for n in range(len(units))])
    cells = [
        (report, table, row, column, value, str(value), "ok")
        for report, form in zip(reports["report"], reports["form"], strict=True)
        for table, row, column in load_form(form).cells()
    ]
    return Frames(reports, pd.DataFrame(cells, columns=["report", "table", "row", "column", "value", "raw", "status"]))


@pytest.fixture
def both() -> Frames:
    return frames(
        ("360829", "甲县政府", 2020, "f2019"),
        ("360829", "甲县政府", 2021, "f2021"),
        ("110000", "乙市政府", 2021, "f2021"),
    )


def test_rows_are_sorted_by_code_agency_and_year_and_codes_are_text(both: Frames) -> None:
    found = panel(both)
    assert found[["region_code", "year"]].to_numpy().tolist() == [["110000", 2021], ["360829", 2020], ["360829", 2021]]
    assert str(found["region_code"].dtype) == "str"
    assert list(found.columns[:6]) == list(FIRST)


def test_columns_of_one_form_are_missing_in_the_other_and_never_joined(both: Frames) -> None:
    found = panel(both).set_index(["region_code", "year"])
    assert pd.isna(found.loc[("360829", 2021), "norms_made"])
    assert pd.isna(found.loc[("360829", 2020), "norms_issued"])
    assert found.loc[("360829", 2020), "norms_made"] == 1


def test_a_cell_without_a_number_is_missing_and_never_zero() -> None:
    one = frames(("360829", "甲县政府", 2020, "f2019"))
    blank = one.cells.assign(value=pd.Series([pd.NA] * len(one.cells), dtype="Float64"), status="blank")
    assert panel(Frames(one.reports, blank)).filter(like="_total").isna().all(axis=None)


def test_the_sample_keeps_every_number(tmp_path) -> None:
    corpus = gid.build_corpus(gid.sample(), tmp_path / "c", jobs=0)
    row = gid.panel(corpus).iloc[0]
    for cell in corpus.cells.itertuples():
        assert row[f"{cell.row}_{cell.column}"] == cell.value


def test_several_reports_of_a_unit_and_year_are_never_chosen_in_silence() -> None:
    two = frames(("360829", "甲县政府", 2020, "f2019"), ("360829", "甲县政府", 2020, "f2019"))
    said = r"several reports of one unit and year \(360829 甲县政府 2020: r0 .*, r1 .*\).*, first or keep"
    with pytest.raises(GidtkError, match=said):
        panel(two)
    assert panel(two, duplicates="first")["report"].tolist() == ["r0"]
    kept = panel(two, duplicates="keep")
    assert kept["same_unit_year"].tolist() == [2, 2]


def test_a_revised_report_replaces_those_of_its_scope_and_no_other() -> None:
    old = ("360829", "甲县政府", 2020, "f2019")
    three = frames(old, old, ("360829", "乙县政府", 2020, "f2019"))
    flags = pd.Series(["same_unit_year", "revised;same_unit_year", ""], dtype="str")
    found = panel(Frames(three.reports.assign(flags=flags), three.cells), duplicates="revised")
    assert found[["report", "same_unit_year"]].to_numpy().tolist() == [["r2", 1], ["r1", 2]]
    for flags, scope in ((["", "", ""], None), (["revised", "revised", ""], None), (["revised", "", ""], "own")):
        scopes = pd.Series([scope, None, None], dtype="str")
        doubled = three.reports.assign(flags=pd.Series(flags, dtype="str"), scope=scopes)
        with pytest.raises(GidtkError, match="several reports of one unit and year"):
            panel(Frames(doubled, three.cells), duplicates="revised")


FAULTS = [
    ({"duplicates": "last"}, "duplicates='last': give one of error, revised, first, keep"),
    ({"scope": "area"}, "no report of scope 'area': there are none with a scope at all"),
    ({"indicators": ["nosuch"]}, "no indicator 'nosuch': the indicators are"),
]


@pytest.mark.parametrize(("asked", "message"), FAULTS)
def test_what_is_not_there_says_what_is(both: Frames, asked: dict, message: str) -> None:
    with pytest.raises(GidtkError) as caught:
        panel(both, **asked)
    assert str(caught.value).startswith(message)


def test_frames_that_lack_a_column_or_repeat_a_cell_say_so(both: Frames) -> None:
    with pytest.raises(GidtkError, match="reports without column form: give the frame reports of a corpus"):
        panel(Frames(both.reports.drop(columns="form"), both.cells))
    with pytest.raises(GidtkError, match="cells without column value: give the frame cells of a corpus"):
        panel(Frames(both.reports, both.cells.drop(columns="value")))
    with pytest.raises(GidtkError, match="cell rules_made of report r0 stands twice: give it once"):
        panel(Frames(both.reports, pd.concat([both.cells, both.cells[:1]])))


# --- names -----------------------------------------------------------------------------------------------------


def test_every_variable_has_a_name_that_stata_takes_and_labels_in_both_languages() -> None:
    for name, item in variables().items():
        assert len(name) <= LONGEST_NAME
        assert name.isidentifier()
        assert item.zh
        assert item.en
        assert item.forms


@pytest.mark.parametrize("form", ["f2019", "f2021"])
def test_every_cell_of_a_form_has_unit_and_legal_basis(form: str) -> None:
    own = [item for item in variables().values() if form in item.forms]
    assert [item.name for item in own if not item.unit or not item.basis] == []
