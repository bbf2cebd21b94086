"""Which reports are there, which are missing."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gidtk as gid
from gidtk.coverage import COVERAGE_COLUMNS, YEAR_COLUMNS, coverage, province_codes, years_there
from gidtk.errors import GidtkError


def reports(rows: list[tuple[str | None, str | None, int | None]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["region_code", "agency", "year"]).astype({"year": "Int64"})
    texts = frame.astype({"region_code": "str", "agency": "str"})
    return texts.assign(report=[f"r{n}" for n in range(len(rows))], cells_ok=198, cells_all=198)


CODES = [("360829", "360000"), ("110105001", "110000"), ("36082", None), ("36082x", None), (None, None), ("", None)]


@pytest.mark.parametrize(("code", "province"), CODES)
def test_a_province_is_the_first_two_digits_of_a_whole_code(code: str | None, province: str | None) -> None:
    (found,) = province_codes(pd.DataFrame({"region_code": [code]}))
    assert found == province if province else pd.isna(found)


def test_a_missing_year_is_a_row_with_no_report() -> None:
    found = years_there(reports([("360829", "甲", 2022), ("360829", "甲", 2019), ("360829", "甲", 2022)]))
    assert found["year"].tolist() == [2019, 2020, 2021, 2022]
    assert found["reports"].tolist() == [1, 0, 0, 2]
    assert found["report"].fillna("").tolist() == ["r1", "", "", "r0"]
    assert found["cells_ok"].isna().tolist() == [False, True, True, False]


def test_the_years_asked_for_are_those_shown() -> None:
    found = years_there(reports([("360829", "甲", 2022)]), years=[2021, 2022, 2023])
    assert found["reports"].tolist() == [0, 1, 0]


def test_a_frame_without_reports_has_the_same_columns_and_kinds() -> None:
    empty, full = (years_there(reports(rows)) for rows in ([], [("360829", "甲", 2022)]))
    assert list(empty.columns) == list(full.columns) == list(YEAR_COLUMNS)
    assert empty.dtypes.equals(full.dtypes)
    none = coverage(reports([]), province_codes(reports([])))
    assert list(none.columns) == list(COVERAGE_COLUMNS)
    assert len(none) == 0


def test_reports_of_several_units_are_refused() -> None:
    with pytest.raises(GidtkError, match=r"reports of 2 units \(360829 甲, 360829 乙\): give those of one"):
        years_there(reports([("360829", "甲", 2022), ("360829", "乙", 2022)]))


def test_coverage_counts_units_missing_years_and_doubles_and_keeps_the_unknown() -> None:
    frame = reports(
        [
            ("360829", "甲", 2019),
            ("360829", "甲", 2020),
            ("360830", "乙", 2020),
            ("360830", "乙", 2020),
            (None, "丙", 2019),
        ]
    )
    found = coverage(frame, province_codes(frame))
    assert found["group"].fillna("?").tolist() == ["360000", "?"]
    assert found[["units", "reports", "unit_years", "missing", "several"]].to_numpy().tolist() == [
        [2, 4, 4, 1, 1],
        [1, 1, 2, 1, 0],
    ]


def test_a_report_without_a_year_fills_no_year() -> None:
    frame = reports([("360829", "甲", 2019), ("360829", "甲", None), ("360829", "甲", 2020)])
    found = coverage(frame, province_codes(frame))
    assert found[["reports", "unit_years", "missing", "several"]].to_numpy().tolist() == [[3, 2, 0, 0]]


UNITS = st.tuples(st.sampled_from(["110101", "360829", "360830"]), st.sampled_from("甲乙"), st.integers(2008, 2024))


@given(st.lists(UNITS, min_size=1, max_size=30))
def test_what_is_there_and_what_is_missing_add_up(rows: list[tuple[str, str, int]]) -> None:
    frame = reports(rows)
    found = coverage(frame, province_codes(frame))
    assert (found["reports"] - found["several"] + found["missing"] == found["unit_years"]).all()
    assert (found["missing"] >= 0).all()
    assert found["reports"].sum() == len(rows)


def test_the_sample_lacks_the_years_of_its_one_real_report() -> None:
    frame = gid.open_corpus("sample").reports
    found = coverage(frame, province_codes(frame)).set_index("group")
    assert found["missing"].to_dict() == {code: 5 if code == "360000" else 0 for code in found.index}
