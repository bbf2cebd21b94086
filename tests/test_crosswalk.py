"""The crosswalk: each form by its own formula, a grade and a caveat with every quantity, nothing else compared."""

import pandas as pd
import pytest
from test_panel import frames

from gidtk.crosswalk import GRADES, crosswalk, harmonise
from gidtk.errors import GidtkError
from gidtk.form import load_form
from gidtk.formula import names
from gidtk.panel import Frames, panel
from gidtk.variables import variables


@pytest.fixture
def both() -> Frames:
    return frames(
        ("360829", "甲县政府", 2020, "f2019"),
        ("360829", "甲县政府", 2021, "f2021"),
        ("110000", "乙市政府", 2021, "f2021"),
    )


def test_harmonised_columns_are_made_of_each_form_by_its_own_formula(both: Frames) -> None:
    found = panel(both, harmonised=True)
    made = [name for name, item in crosswalk().items() if item.grade != "none"]
    assert [name for name in found.columns if name in crosswalk()] == made
    item = crosswalk()["h_norms_made"]
    assert set(item.formulas) >= {"f2019", "f2021"}
    assert found["h_norms_made"].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("name", crosswalk())
def test_every_formula_of_the_crosswalk_names_variables_of_its_form(name: str) -> None:
    item = crosswalk()[name]
    assert item.grade in GRADES
    assert item.zh
    assert item.en
    for form, text in item.formulas.items():
        known = [variable.name for variable in variables().values() if form in variable.forms]
        assert names(text, known) != [] or item.grade == "none"
        assert set(names(text, known)) <= set(known)


def test_harmonising_needs_the_form() -> None:
    with pytest.raises(GidtkError, match="a panel without the column form cannot be harmonised"):
        harmonise(pd.DataFrame({"year": [2020]}))


def test_every_quantity_says_what_a_reader_must_know_in_both_languages() -> None:
    for item in crosswalk().values():
        assert item.name.startswith("h_")
        assert len(item.name) <= 32
        assert bool(item.caveat_zh) == bool(item.caveat_en)
        assert item.caveat_zh or item.grade == "high"
        assert item.unit or item.grade == "none"
        assert item.formulas


def test_what_may_not_be_compared_makes_no_column(both: Frames) -> None:
    never = {name for name, item in crosswalk().items() if item.grade == "none"}
    assert never
    assert not never & set(harmonise(panel(both)))


def test_a_form_without_the_quantity_and_a_missing_input_give_missing() -> None:
    columns = {"received_total": [None, 5, None, 9], "carried_in_total": [1, 2, 3, 4]}
    numbers = pd.DataFrame(columns).astype("Float64").assign(form=["f2014", "f2019", "f2021", None])
    assert harmonise(numbers)["h_load"].fillna(-1).tolist() == [-1, 7, -1, -1]


def test_a_variable_that_both_forms_print_in_table_two_is_compared_by_the_crosswalk_alone() -> None:
    shared = set.intersection(
        *({f"{r}_{c}" for t, r, c in load_form(form).cells() if t == "disclosure"} for form in ("f2019", "f2021"))
    )
    told = {text for item in crosswalk().values() for form, text in item.formulas.items() if form == "f2021"}
    assert {name for name in shared if not any(name in text for text in told)} == set()


def test_the_index_stays_and_the_columns_are_there_also_when_empty(both: Frames) -> None:
    made = panel(both).set_axis(["x", "y", "z"])
    assert harmonise(made).index.tolist() == ["x", "y", "z"]
    assert harmonise(made[:0]).dtypes.equals(harmonise(made).dtypes)
