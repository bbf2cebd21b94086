"""Over the years: carry-overs, points of a trend, what may be compared."""

from typing import Any

import pandas as pd
import pytest

import gidtk as gid
from gidtk.crosswalk import crosswalk
from gidtk.errors import GidtkError
from gidtk.overyears import CARRY_COLUMNS, CARRY_STATES, POINT_COLUMNS, carry_over, compared, over_years


def panel(years: list[int], carried_in: list[Any], carried_out: list[Any], agency: Any = "甲") -> pd.DataFrame:
    frame = pd.DataFrame({"report": [f"r{n}" for n in range(len(years))], "region_code": "360829", "agency": agency})
    frame["year"], frame["form"] = years, ["f2019" if year < 2021 else "f2021" for year in years]
    return frame.assign(
        carried_in_total=pd.array(carried_in, "Float64"), carried_out_total=pd.array(carried_out, "Float64")
    )


CHAINS = [
    ("what is carried out is carried in", [2020, 2021], [0, 2], [2, 0], ["no report before", "agrees"], [None, 0]),
    ("one too many", [2020, 2021], [0, 3], [2, 0], ["no report before", "differs"], [None, 1]),
    ("one too few, years not in order", [2021, 2020], [1, 0], [0, 2], ["differs", "no report before"], [-1, None]),
    ("a blank is no zero", [2020, 2021], [0, None], [0, 0], ["no report before", "no number"], [None, None]),
    ("nor one of the year before", [2020, 2021], [0, 0], [None, 0], ["no report before", "no number"], [None, None]),
    ("a missing year breaks the chain", [2019, 2021], [0, 2], [2, 0], ["no report before"] * 2, [None, None]),
]


@pytest.mark.parametrize(
    ("years", "into", "out", "states", "gaps"), [c[1:] for c in CHAINS], ids=[c[0] for c in CHAINS]
)
def test_a_chain_of_carry_overs(years: Any, into: Any, out: Any, states: Any, gaps: Any) -> None:
    found = carry_over(panel(years, into, out))
    assert found["state"].tolist() == states
    assert [None if pd.isna(gap) else int(gap) for gap in found["gap"]] == gaps
    assert set(found["state"]) <= set(CARRY_STATES)


def test_units_are_chained_apart() -> None:
    found = carry_over(panel([2020, 2021, 2020, 2021], [0, 2, 0, 5], [2, 0, 5, 0], ["甲", "甲", "乙", "乙"]))
    assert found["state"].tolist() == ["no report before", "agrees"] * 2


def test_without_reports_or_without_the_cells_the_columns_are_the_same() -> None:
    bare = panel([2020], [1], [1]).drop(columns=["carried_in_total", "carried_out_total"])
    full = carry_over(panel([2020], [1], [1]))
    for frame in (carry_over(panel([], [], [], [])), carry_over(bare)):
        assert list(frame.columns) == list(CARRY_COLUMNS)
        assert frame.dtypes.equals(full.dtypes)


def test_the_chain_says_what_the_rule_says() -> None:
    found = gid.all_of(gid.open_corpus("sample"))
    chain = carry_over(gid.panel(found, duplicates="first"))
    across = gid.check_across(found.reports, found.cells)
    rule = across[(across["rule"] == "x_carried_in")].set_index("report")["verdict"]
    words = {"agrees": "pass", "differs": "fail", "no number": "not assessable"}
    own = chain[chain["state"] != "no report before"].set_index("report")["state"].map(words)
    both = own.index.intersection(rule.index)
    assert len(both) > 100
    assert own[both].equals(rule[both].astype(own.dtype))


def test_points_come_by_name_and_year_with_label_unit_and_interval() -> None:
    frame = gid.panel(gid.years_of(gid.open_corpus("sample"), "139901"))
    found = over_years(frame.iloc[::-1], ["grant_rate", "received_total", "norms_made"], "en")
    assert list(found.columns) == list(POINT_COLUMNS)
    assert found["year"].tolist() == [*range(2019, 2025)] * 3
    assert found["panel"].drop_duplicates().tolist() == [
        "Grant rate",
        "New requests: Total (cases)",
        "Normative documents: Newly made this year (cases, Form of 2019 (trial))",
    ]
    rates = found[found["name"] == "grant_rate"]
    assert rates[["low", "high", "n"]].notna().all().all()
    assert found.loc[found["name"] == "received_total", ["low", "high", "n"]].isna().all().all()
    assert found.loc[found["name"] == "norms_made", "value"].isna().tolist() == [False] * 2 + [True] * 4


def test_a_unit_that_the_label_says_already_is_not_said_again() -> None:
    frame = gid.panel(gid.years_of(gid.open_corpus("sample"), "139901"))
    assert over_years(frame, ["fees_amount_wan"], "en")["panel"].iloc[0].count("10,000 yuan") == 1


def test_a_variable_that_the_panel_lacks_is_left_out_and_an_unknown_one_refused() -> None:
    frame = panel([2020], [1], [2]).assign(mine=1.0)
    assert over_years(frame, ["norms_issued"]).empty
    assert list(over_years(frame, []).columns) == list(POINT_COLUMNS)
    with pytest.raises(GidtkError, match="'mine' is neither a variable of a form nor an indicator"):
        over_years(frame, ["mine"])


def test_compared_has_the_quantities_of_the_crosswalk_with_grade_and_caveat() -> None:
    frame = gid.panel(gid.years_of(gid.open_corpus("sample"), "139901"))
    found = compared(frame, "zh").set_index("name")
    assert found.columns.tolist() == ["label", "unit", *range(2019, 2025), "grade", "caveat"]
    assert "h_fees" not in found.index
    assert found.loc["h_received", range(2019, 2025)].tolist() == frame["received_total"].tolist()
    assert set(found["grade"]) == {"high", "medium", "low"}
    assert found["caveat"].to_dict() == {name: crosswalk()[name].caveat_zh for name in found.index}


def test_what_no_year_has_is_left_out() -> None:
    assert compared(panel([2020, 2021], [None, None], [2, 0]))["name"].tolist() == ["h_carried_out"]
    assert compared(panel([], [], [])).empty


@pytest.mark.parametrize(
    "frame", [panel([2020, 2020], [0, 0], [0, 0]), panel([2020, 2021], [0, 0], [0, 0], ["甲", "乙"])]
)
def test_what_is_not_one_report_a_year_of_one_unit_is_refused(frame: pd.DataFrame) -> None:
    with pytest.raises(GidtkError, match="compared needs one report a year of one unit"):
        compared(frame)
    with pytest.raises(GidtkError, match="without column report, year"):
        carry_over(frame.drop(columns=["report", "year"]))
