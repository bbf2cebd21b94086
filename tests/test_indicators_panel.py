"""Indicators over a panel: each by hand, flagged where it says little, missing where it cannot be computed."""

import math

import pandas as pd
import pytest

from gidtk.errors import GidtkError
from gidtk.form import load_form
from gidtk.formula import names
from gidtk.indicators import INDICATOR_COLUMNS, indicators, wilson
from gidtk.measures import KINDS, flag_names, measures
from gidtk.panel import indicator_columns
from gidtk.variables import LONGEST_NAME, variables


def panel(*rows):
    base = {"report": "a", "region_code": "360829", "agency": "甲", "year": 2021, "form": "f2021"}
    frame = pd.DataFrame([{**base, "report": f"r{n}", **row} for n, row in enumerate(rows)])
    return frame.astype({c: "Float64" for c in frame if c in variables() or c == "population"})


def one(id_, *rows, at=-1):
    return indicators(panel(*rows), [id_]).iloc[at]


def test_every_formula_names_variables_of_every_form_it_holds_for():
    for m in measures().values():
        assert m.kind in KINDS
        for form in m.forms:
            known = [f"{r}_{c}" for _, r, c in load_form(form).cells()] + list(m.needs)
            for text in filter(
                None, (m.formula, m.numerator, m.denominator, m.less_numerator, m.less_denominator, m.n)
            ):
                names(text.replace("prev.", ""), known)


def test_names_fit_and_do_not_collide():
    made = [n for id_ in measures() for n in indicator_columns(id_)]
    assert len(set(made)) == len(made)
    assert not set(made) & set(variables())
    assert [n for n in made if len(n) > LONGEST_NAME] == []


def test_share():
    r = one("grant_rate", {"granted_total": 30, "concluded_total": 40})
    assert (r["count"], r["n"], r["value"], r["flag"]) == (30, 40, 0.75, "")
    assert (r["low"], r["high"]) == pytest.approx(wilson(30, 40))


@pytest.mark.parametrize(
    ("row", "flag"),
    [
        ({"granted_total": 3, "concluded_total": 4}, "small_n"),
        ({"granted_total": 0, "concluded_total": 0}, "n_is_0"),
        ({"granted_total": None, "concluded_total": 50}, "missing_input"),
        ({"granted_total": 60, "concluded_total": 50}, "above_n"),
        ({"granted_total": 60, "concluded_total": 50, "form": "f2014"}, "not_in_form"),
        ({"granted_total": 60, "concluded_total": 50, "form": None}, "not_in_form"),
    ],
)
def test_flags(row, flag):
    r = one("grant_rate", row)
    assert r["flag"] == flag
    assert flag in flag_names("en")
    assert pd.isna(r["value"]) == (flag != "small_n")


def test_growth_needs_the_year_before():
    rows = [
        {"year": 2020, "received_total": 100, "form": "f2019"},
        {"year": 2021, "received_total": 120},
        {"year": 2023, "received_total": 5},
    ]
    f = indicators(panel(*rows), ["request_growth", "request_log_growth"])
    g = f[f["id"] == "request_growth"].reset_index(drop=True)
    assert g["value"].tolist()[1] == pytest.approx(0.2)
    assert g["value"].isna().tolist() == [True, False, True]
    logs = f[f["id"] == "request_log_growth"].reset_index(drop=True)
    assert logs["value"][1] == pytest.approx(math.log(1.2))
    assert logs["low"][1] == pytest.approx(math.log1p(g["low"][1]))


def test_stock_of_2019_form_is_no_stock_of_2021():
    rows = [
        {"year": 2020, "form": "f2019", "norms_total_disclosed": 50},
        {"year": 2021, "norms_issued": 5},
    ]
    assert pd.isna(one("norms_issue_ratio", *rows)["value"])


def test_difference():
    r = one(
        "grant_gap", {"granted_natural": 56, "concluded_natural": 70, "granted_company": 48, "concluded_company": 80}
    )
    assert (round(r["value"], 4), round(r["low"], 4), round(r["high"], 4), r["n"]) == (0.2, 0.0524, 0.3339, 70)


def test_entropy_and_concentration():
    even = {f"received_{a}": 10 for a in ("natural", "company", "research", "nonprofit", "legal", "other")}
    single = dict.fromkeys(even, 0) | {"received_natural": 60}
    assert one("applicant_entropy", even)["value"] == pytest.approx(1)
    assert one("applicant_entropy", single)["value"] == pytest.approx(0)
    assert one("applicant_concentration", even)["value"] == pytest.approx(1 / 6)
    assert one("applicant_concentration", single)["value"] == 1
    nothing = one("applicant_entropy", dict.fromkeys(even, 0))
    assert pd.isna(nothing["value"])
    assert nothing["flag"] == "n_is_0"


def full(form, **given):
    return {"form": form, **{f"{r}_{c}": 0 for _, r, c in load_form(form).cells()}, **given}


def test_reason_entropy_is_comparable_over_forms_and_other_counts_once():
    a = one("reason_entropy", full("f2019", refused_law_total=5, other_handling_total=5))
    b = one("reason_entropy", full("f2021", refused_law_total=5, other_misc_total=2, other_unpaid_total=3))
    assert a["value"] == pytest.approx(math.log(2)) == b["value"]
    t = one("top_reason_share", full("f2021", refused_law_total=6, other_misc_total=2, other_unpaid_total=3))
    assert (t["count"], t["n"]) == (6, 11)


def test_other_rate_in_a_panel_of_both_forms():
    f = indicators(
        panel(
            full("f2019", year=2020, other_handling_total=4, concluded_total=40),
            full("f2021", other_misc_total=2, concluded_total=40),
        ),
        ["other_rate"],
    )
    assert f["value"].tolist() == [0.1, 0.05]


def test_population():
    assert pd.isna(one("requests_per_10000", {"received_total": 50})["value"])
    r = one("requests_per_10000", {"received_total": 50, "population": 500000})
    assert r["value"] == pytest.approx(1)


def test_forms():
    assert one("unpaid_rate", full("f2019"))["flag"] == "not_in_form"


def test_shape_empty_and_all():
    e = indicators(panel({})[:0])
    a = indicators(panel(full("f2021")))
    assert tuple(e.columns) == tuple(a.columns) == INDICATOR_COLUMNS
    assert e.dtypes.to_dict() == a.dtypes.to_dict()
    assert len(a) == len(measures())
    assert indicators(panel({}), [])["id"].tolist() == []


def test_order_and_ids_and_errors():
    f = indicators(panel({"year": 2020}, {"year": 2021}), ["refusal_rate", "grant_rate"])
    assert f[["report", "id"]].values.tolist() == [
        ["r0", "refusal_rate"],
        ["r0", "grant_rate"],
        ["r1", "refusal_rate"],
        ["r1", "grant_rate"],
    ]
    for bad, m in (("grant_rate", "must be a list"), (["x"], "no indicator 'x'")):
        with pytest.raises(GidtkError, match=m):
            indicators(panel({}), bad)
    with pytest.raises(GidtkError, match="without column form"):
        indicators(panel({}).drop(columns="form"))
