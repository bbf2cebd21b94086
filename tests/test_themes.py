"""Themes: longest term, negation apart, counts per 1,000 tokens; the lists are data."""

from pathlib import Path

import pandas as pd
import pytest

from gidtk.errors import GidtkError
from gidtk.themes import load_themes, theme_counts, theme_hits, theme_rates

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
"""


@pytest.fixture
def own(tmp_path: Path):
    (tmp_path / "t.toml").write_text(OWN, encoding="utf-8")
    return load_themes(tmp_path / "t.toml")


def test_the_bundled_themes_have_names_in_both_languages_and_terms():
    themes = load_themes()
    assert len(themes.themes) >= 10
    for theme in themes.themes:
        assert theme.zh
        assert theme.en
        assert theme.terms


def test_the_longest_term_counts_once(own):
    found = theme_hits("政务公开和公开", own)
    assert found["term"].tolist() == ["政务公开", "公开"]


def test_what_is_negated_is_told_apart(own):
    found = theme_hits("未公开。政务公开。", own)
    assert found["negated"].tolist() == [True, False]


def test_counts_have_every_theme_also_where_it_does_not_occur(own):
    frame = pd.DataFrame({"text": ["政务公开平台", "新闻"], "year": [2020, 2021], "report": ["a", "b"]})
    counts = theme_counts(frame, own)
    assert len(counts) == 4
    assert counts.groupby("theme")["hits"].sum().to_dict() == {"openness": 1, "money": 0}
    rates = theme_rates(counts, by="year")
    assert set(rates["theme"]) == {"openness", "money"}


def test_an_empty_text_gives_the_columns_and_types_of_a_full_one(own):
    assert theme_hits("", own).dtypes.to_dict() == theme_hits("公开", own).dtypes.to_dict()


@pytest.mark.parametrize("content", ["", "themes = 1", "[a]\nterms = ['']", "not toml ["])
def test_a_file_that_holds_no_themes_says_so(tmp_path: Path, content: str):
    (tmp_path / "t.toml").write_text(content, encoding="utf-8")
    with pytest.raises(GidtkError, match=r"t\.toml"):
        load_themes(tmp_path / "t.toml")
