"""Tables for people: labels of columns, words for codes."""

import tomllib
from importlib.resources import files

import pandas as pd
import pytest

from gidtk.crosswalk import GRADES
from gidtk.labelled import code_words, labelled
from gidtk.overyears import CARRY_COLUMNS, CARRY_STATES
from gidtk.regional import POOLED_COLUMNS
from gidtk.schemas import facts, schema

FACTS = tomllib.loads(files("gidtk").joinpath("forms", "shown.toml").read_text(encoding="utf-8"))


def test_columns_and_codes_are_in_the_language_asked_for() -> None:
    frame = pd.DataFrame({"year": [2020], "form": ["f2019"], "state": ["no number"], "n": [3.0], "mine": ["fail"]})
    zh, en = labelled(frame, "zh"), labelled(frame, "en")
    assert [zh.columns.name, *zh.columns] == ["年度", "格式", "核对", "分母 n", "mine"]
    assert zh.loc[2020].tolist() == ["2019年格式", "缺少数字", 3, "fail"]
    assert en.loc[2020].tolist() == ["f2019", "no number", 3, "fail"]


def test_what_is_missing_is_empty_and_several_codes_are_all_told() -> None:
    frame = pd.DataFrame({"report": ["a", "b"], "flags": ["revised;simulated", None], "gap": [pd.NA, 2]})
    assert labelled(frame, "en")["Flags"].tolist() == ["revised; simulated", ""]
    assert labelled(frame, "en")["Difference"].tolist() == ["", 2]


def test_no_column_is_lost_where_two_have_one_label() -> None:
    frame = pd.DataFrame([[1, 2, 3]], columns=["agency", "year", "Year"])
    assert labelled(frame, "en").columns.tolist() == ["Year", "Year"]
    assert labelled(pd.DataFrame(), "en").empty


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("state", CARRY_STATES),
        ("grade", GRADES[:-1]),
        ("flags", facts()["flags"]),
        ("verdict", ["pass", "fail", "not assessable"]),
        ("severity", ["error", "warning", "information"]),
        ("outside", ["low95", "high95", "low998", "high998"]),
        ("form", ["f2008", "f2014", "f2019", "f2021"]),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_code_of_the_tables_shown_has_words(name: str, codes: list[str], lang: str) -> None:
    words = code_words(name, lang)
    assert [code for code in codes if not words.get(code)] == []


@pytest.mark.parametrize("name", [*CARRY_COLUMNS, *(n for n in POOLED_COLUMNS if n in FACTS["columns"])])
def test_every_label_is_there_in_both_languages(name: str) -> None:
    assert FACTS["columns"][name]["zh"]
    assert FACTS["columns"][name]["en"].isascii()


def test_a_column_of_a_corpus_without_a_short_label_has_its_long_one() -> None:
    long = schema("reports").field("licence").metadata[b"zh"].decode()
    assert labelled(pd.DataFrame({"year": [2020], "licence": ["CC"]}), "zh").columns.tolist() == [long]
