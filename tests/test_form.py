"""The statutory forms: what they hold, and which one a page uses."""

import pytest

from gidtk.errors import GidtkError
from gidtk.form import FORM_IDS, detect_form, expand_ids, known_columns, labels, load_form, row_tables, rules


@pytest.mark.parametrize(("form", "cells"), [("f2008", 0), ("f2019", 198), ("f2021", 200)])
def test_a_form_has_its_number_of_cells(form: str, cells: int) -> None:
    found = load_form(form).cells()
    assert len(found) == len(set(found)) == cells


def test_an_unknown_form_names_the_known_ones() -> None:
    with pytest.raises(GidtkError, match=r"^no form 'f1999': the forms are f2008, f2014, f2019, f2021$"):
        load_form("f1999")


def test_every_row_and_column_of_a_form_has_a_label_in_both_languages() -> None:
    for form in map(load_form, ("f2019", "f2021")):
        for table, row, column in form.cells():
            for label in (form.row_label(row), labels().columns[table][column]):
                assert label.name("zh")
                assert label.name("en").isascii()


def test_a_variable_name_fits_into_stata() -> None:
    names = {f"{row}_{column}" for form in FORM_IDS for _, row, column in load_form(form).cells()}
    assert max(map(len, names)) <= 32


def test_every_operand_of_a_rule_is_a_row_or_column_of_a_form() -> None:
    rows, columns = set(row_tables()), {c for cols in labels().columns.values() for c in cols}
    for rule in rules().values():
        if rule["each"] in ("column", "row"):
            known = sorted(rows if rule["each"] == "column" else columns)
            assert all(expand_ids([operand], known) for side in ("left", "right") for operand in rule[side])


def test_a_mixed_form_has_the_rows_in_place_of_its_own() -> None:
    mixed = load_form("f2021").with_rows(
        "requests", ("other_no_correction", "other_unpaid", "other_misc"), ("other_handling",)
    )
    names = mixed.rows("requests")
    assert names[names.index("declined_confirm") + 1 : names.index("concluded")] == ["other_handling"]
    assert len(mixed.cells()) == 200 - 14
    assert load_form("f2021").rows("requests") != names  # the form itself is as it was


def test_a_row_knows_the_columns_of_both_forms() -> None:
    assert known_columns("licences") == (("decisions",), ("items_before", "items_change", "decisions"))
    assert load_form("f2021").columns("disclosure", "services") == ()


@pytest.mark.parametrize(
    ("text", "year", "form"),
    [
        ("规章本年制发件数本年废止件数现行有效件数", 2019, "f2021"),  # words before the year: a late filer
        ("本年新制作数量本年新公开数量对外公开总数量", 2022, "f2019"),
        ("回应公众关注热点或重大舆情数", None, "f2014"),
        ("总体情况", 2020, "f2019"),
        ("总体情况", 2024, "f2021"),
        ("概述", 2010, "f2008"),
        ("总体情况", None, None),
        ("总体情况", 1999, None),
        ("本年制发件数本年新制作数量", 2020, "f2019"),  # as many words of one as of the other: the year
        ("本年制发件数本年新制作数量", None, None),
    ],
)
def test_words_then_the_year_decide_the_form(text: str, year: int | None, form: str | None) -> None:
    found = detect_form(text, year)
    assert (found.id if found else None) == form
