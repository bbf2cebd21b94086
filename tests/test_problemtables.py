"""Section 五 as tables that people read."""

import pandas as pd
import pytest

from gidtk.codes import code_items
from gidtk.errors import GidtkError
from gidtk.problems import problems
from gidtk.problemtables import code_names, filled_sheets, specificity, with_items
from gidtk.specifics import specifics

SECTIONS = pd.DataFrame(
    {
        "report": ["a", "b", "c"],
        "key": "problems",
        "text": ["一是解读有待加强。二是3个栏目更新慢。下一步，将加强培训。", "一是更新不及时。", "无。"],
    }
)
REPORTS = pd.DataFrame({"report": ["a", "b", "c", "d"], "year": [2020, 2021, 2021, 2021]})


@pytest.fixture(scope="module")
def items():
    return specifics(code_items(problems(SECTIONS)))


def test_codes_are_named_in_the_order_of_their_numbers():
    named = code_names(pd.Series(["P10;P2", None, "X1"], index=[3, 1, 2]))
    assert named.tolist() == ["P2 时效；P10 监督与考核", "", "X1"] or named.iloc[0].startswith("P2 时效；P10 ")
    assert named.index.tolist() == [3, 1, 2]
    assert code_names(pd.Series(["Q1"]), "en", pd.DataFrame({"code": ["Q1"], "en": ["own"]})).tolist() == ["Q1 own"]


def test_items_are_found_by_report_kind_and_number(items):
    table = pd.DataFrame({"report": ["a", "a", "b", None], "number": [2, 1, 1, 1]})
    said = with_items(table, items, kind="problem")["text"]
    assert said.iloc[0] == "3个栏目更新慢"
    assert said.iloc[2] == "更新不及时"
    assert pd.isna(said.iloc[3])
    measures = with_items(table.head(2), items, kind="measure", name="plan")["plan"]
    assert measures.isna().tolist() == [True, False]
    assert with_items(table.head(0), items, kind="problem")["text"].empty


def test_shares_are_of_items_and_reports_those_with_an_item(items):
    found = specificity(items, REPORTS)
    assert found[["year", "kind", "reports", "items", "specific_share"]].values.tolist() == [
        [2020, "problem", 1, 2, 0.5],
        [2020, "measure", 1, 1, 0.0],
        [2021, "problem", 1, 1, 0.0],
    ]
    assert specificity(items.head(0), REPORTS).dtypes.tolist() == found.dtypes.tolist()


def test_sheets_are_listed_by_name_without_what_excel_leaves(tmp_path):
    for name in ("b.xlsx", "a.CSV", "~$b.xlsx", ".c.csv", "notes.txt"):
        (tmp_path / name).touch()
    assert [file.name for file in filled_sheets(str(tmp_path))] == ["a.CSV", "b.xlsx"]
    assert filled_sheets("") == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda items, folder: code_names(pd.Series(["P1"]), "fr"), "lang 'fr': give zh or en"),
        (lambda items, folder: with_items(REPORTS, items, kind="problem"), "the table has no column 'number'"),
        (lambda items, folder: with_items(items, REPORTS, kind="problem"), "items without kind"),
        (lambda items, folder: with_items(items, items, kind="x"), "no items of kind 'x'"),
        (lambda items, folder: specificity(items, SECTIONS), "no column 'year'"),
        (lambda items, folder: specificity(REPORTS, REPORTS), "no column 'kind'"),
        (lambda items, folder: filled_sheets(str(folder / "gone")), "no such folder"),
        (lambda items, folder: filled_sheets(str(folder)), "no sheet .* is in it"),
    ],
)
def test_a_wrong_wish_is_named(items, tmp_path, call, message):
    with pytest.raises(GidtkError, match=message):
        call(items, tmp_path)
