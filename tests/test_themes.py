"""Themes: longest term, negation apart, counts per 1,000 tokens; the lists are data."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk.errors import GidtkError
from gidtk.themebook import Negation, Theme, load_themes
from gidtk.themes import theme_counts, theme_hits, theme_rates
from gidtk.tokens import shared_tokenizer

OWN = """
[negation]
words = ["未", "没有", "不"]
window = 4

[openness]
zh = "公开"
en = "Openness"
terms = ["政务公开", "公开"]

[money]
zh = "资金"
en = "Money"
terms = ["财政资金"]

[money.special]
terms = ["专项资金"]
"""
FRAME = pd.DataFrame(
    {
        "report": ["a", "b", "c", "d"],
        "region": ["安福县", "安福县", "平都镇", None],
        "level": ["county", "county", "township", "township"],
        "year": [2020, 2021, 2020, 2021],
        "text": ["政务公开平台，财政资金", "未公开", "", "公开。公开"],
    }
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory):
    file = tmp_path_factory.mktemp("themes") / "t.toml"
    file.write_text("\ufeff" + OWN, encoding="utf-8")  # as Windows Notepad saves it
    return load_themes(file)


# --- the dictionary ---------------------------------------------------------------------------------------


def test_the_bundled_themes_have_names_in_both_languages_and_terms():
    themes = load_themes()
    assert len(themes.themes) >= 10
    for theme in themes.themes:
        assert re.search("[一-龥]", theme.zh)
        assert re.fullmatch("[a-z ]+", theme.en)
        assert theme.terms
    assert {"不", "未", "没有", "无"} <= set(themes.negation.words)


def test_no_exception_of_the_package_is_without_a_negation_in_it():
    negation = load_themes().negation
    assert [word for word in negation.exceptions if not any(no in word for no in negation.words)] == []


def test_a_table_in_a_table_is_a_category_of_its_own(own):
    assert own.themes[1:] == (
        Theme("money", "资金", "Money", ("财政资金",)),
        Theme("money.special", "money.special", "money.special", ("专项资金",)),
    )
    assert own.labels() == {"openness": "公开", "money": "资金", "money.special": "money.special"}
    assert own.labels("en")["openness"] == "Openness"


def test_what_a_dictionary_leaves_out_of_negation_is_as_in_the_package(own):
    package = load_themes().negation
    assert own.negation == Negation(("未", "没有", "不"), 4, package.clause_end, package.exceptions)


REFUSED = [
    ("", "no category; give a table with a list of terms"),
    ("themes = 1", "themes is 1; a category is a table"),
    ("[a]\nterms = ['']", "a.terms must be a list of words of at least one character, got ['']"),
    ("[a]\nterms = '公开'", "a.terms must be a list of words"),
    ("[a]\nterms = ['公开']\n[b]\nterms = ['公开']", "the term '公开' is in a and in b; keep one"),
    ("[a]\nterms = ['x']\n[negation]\nwords = '不'", "negation.words must be a list"),
    ("[a]\nterms = ['x']\n[negation]\nwindow = -1", "the window of negation must be a whole number of characters"),
    ("[a]\nterms = ['x']\n[negation]\nnot = ['不']", "negation has the key 'not'; its keys are: words, window"),
    ("not toml [", "is no TOML in UTF-8"),
]


@pytest.mark.parametrize(("content", "message"), REFUSED)
def test_a_file_that_holds_no_themes_says_so(tmp_path: Path, content: str, message: str):
    (tmp_path / "t.toml").write_text(content, encoding="utf-8")
    with pytest.raises(GidtkError, match=rf"t\.toml.*{re.escape(message)}"):
        load_themes(tmp_path / "t.toml")


def test_a_file_that_is_not_there_or_not_utf_8_says_so(tmp_path: Path):
    with pytest.raises(GidtkError, match=r"none\.toml cannot be read \(No such file"):
        load_themes(tmp_path / "none.toml")
    (tmp_path / "gbk.toml").write_bytes(OWN.encode("gbk"))
    with pytest.raises(GidtkError, match=r"gbk\.toml is no TOML in UTF-8"):
        load_themes(tmp_path / "gbk.toml")


# --- hits -------------------------------------------------------------------------------------------------


def test_the_longest_term_counts_once(own):
    found = theme_hits("政务公开和公开", own)
    assert found["term"].tolist() == ["政务公开", "公开"]


NEGATED = [
    ("全年未发生行政复议。", ["未"]),
    ("没有收到依申请公开", ["没有"]),
    ("无行政诉讼、行政复议", ["无", None]),
    ("未收到申请，推进政策解读", [None]),
    ("不断加强政策解读", [None]),
    ("政策解读不及时", [None]),
    ("未来加强政策解读", [None]),
    ("不断加强、未开展政策解读", ["未"]),
    ("不属于本机关职责范围内的政策解读", [None]),
    ("未能按照时限政策解读", ["未"]),
    ("未能够完全按照时限政策解读", [None]),
    ("未\n政策解读", [None]),
    ("尚未建立政策解读", ["尚未"]),
]


@pytest.mark.parametrize(("text", "words"), NEGATED)
def test_a_hit_is_negated_within_its_clause_and_the_window(text: str, words: list[str | None]):
    found = theme_hits(text)
    assert [None if pd.isna(word) else word for word in found["negation"]] == words
    assert found["negated"].tolist() == [word is not None for word in words]


def test_a_window_of_nothing_negates_only_what_stands_right_before(own):
    near = load_themes({"negation": {"window": 0, "words": ["未"]}, "x": {"terms": ["公开"]}})
    assert theme_hits("未公开，未能公开", near)["negated"].tolist() == [True, False]
    never = load_themes({"negation": {"words": [], "except": []}, "x": {"terms": ["公开"]}})
    assert theme_hits("未公开", never)["negated"].tolist() == [False]


@given(text=st.text("政务公开财资金未没有不断，。\n 1", max_size=40))
@settings(deadline=None)
def test_places_lead_back_to_the_text_and_do_not_overlap(own, text: str):
    place = 0
    for row in theme_hits(text, own).itertuples():
        assert text[row.begin : row.end] == row.term
        assert row.begin >= place
        assert row.term in row.sentence
        place = row.end


# --- counts and rates -------------------------------------------------------------------------------------


def test_counts_have_every_theme_also_where_it_does_not_occur(own):
    counts = theme_counts(FRAME, own)
    assert len(counts) == 4 * 3
    assert counts.groupby("theme")["hits"].sum().to_dict() == {"openness": 3, "money": 1, "money.special": 0}
    assert counts["negated"].sum() == 1
    assert counts.attrs == {"fingerprint": shared_tokenizer().fingerprint}


def test_rates_per_1000_tokens_and_missing_without_tokens(own):
    counts = theme_counts(FRAME, own)
    row = counts[(counts["report"] == "a") & (counts["theme"] == "openness")].iloc[0]
    assert row["tokens"] == 3  # 政务公开, 平台, 财政资金
    assert row["per_1000"] == pytest.approx(1000 / 3)
    assert counts[counts["report"] == "c"]["per_1000"].isna().all()


def test_rates_of_groups_are_pooled(own):
    rates = theme_rates(theme_counts(FRAME, own), by="year")
    assert rates["year"].tolist() == [2020] * 3 + [2021] * 3
    assert rates["theme"].tolist() == ["openness", "money", "money.special"] * 2
    first = rates.iloc[0]
    assert (first["documents"], first["with_theme"], first["hits"], first["tokens"]) == (2, 1, 1, 3)
    assert (first["per_1000"], first["share_with"]) == (pytest.approx(1000 / 3), 0.5)
    assert rates.attrs == {"fingerprint": shared_tokenizer().fingerprint}


@pytest.mark.parametrize("by", ["region", "level", ["level", "year"], ["region", "year", "level"]])
def test_every_way_to_add_up_has_the_same_sum_and_keeps_the_missing(own, by):
    counts = theme_counts(FRAME, own)
    rates = theme_rates(counts, by)
    for column in ("hits", "negated", "tokens"):
        assert rates[column].sum() == counts[column].sum()


def test_what_cannot_be_added_up_says_so(own):
    counts = theme_counts(FRAME, own)
    with pytest.raises(GidtkError, match="no variable to add up by"):
        theme_rates(counts, [])
    with pytest.raises(GidtkError, match="the counts have no column 'town'; they have: docname, theme"):
        theme_rates(counts, "town")


def test_an_empty_text_gives_the_columns_and_types_of_a_full_one(own):
    assert theme_hits("", own).dtypes.to_dict() == theme_hits("公开", own).dtypes.to_dict()
    none, full = theme_counts({}, own), theme_counts("公开", own)
    assert none.dtypes.to_dict() == full.dtypes.to_dict()
    assert theme_rates(none).dtypes.to_dict() == theme_rates(full).dtypes.to_dict()
