"""Figures of words: what they show is what the frames hold, and they say it in words."""

import pandas as pd
import pytest

from gidtk.errors import GidtkError
from gidtk.keyness import keyness
from gidtk.plot import alt_text
from gidtk.plot.words import dispersion, heatmap, lollipop
from gidtk.textstats import kwic

TEXTS = {
    "安福县 2019": "政务公开平台，政策解读。疫情防控。",
    "安福县 2020": "疫情防控，疫情防控，政务公开，复工复产。",
    "安福县 2021": "政务公开，政务公开，政策解读，新媒体。",
}
YEARS = {name: name[-4:] for name in TEXTS}


@pytest.fixture
def figures():
    words = keyness(TEXTS, "2020", groups=YEARS, min_frequency=1)
    rates = pd.DataFrame({"theme": ["疫情", "疫情", "公开"], "year": [2020, 2021, 2020], "per_1000": [4.2, None, 31.0]})
    return {
        "lollipop": lollipop(words, title="2020年的关键词", xlabel="G²"),
        "dispersion": dispersion(kwic(TEXTS, "*公开*"), title="公开在各年报告中的位置"),
        "heatmap": heatmap(rates, title="主题与年度", xlabel="每千词"),
    }


def test_every_figure_says_its_numbers_in_words(figures):
    assert "疫情防控" in alt_text(figures["lollipop"])
    assert all(name in alt_text(figures["dispersion"]) for name in TEXTS)
    assert "疫情" in alt_text(figures["heatmap"])
    assert "31.0" in alt_text(figures["heatmap"])


def test_what_is_missing_is_drawn_as_missing_and_never_as_zero(figures):
    printed = [text.get_text() for text in figures["heatmap"].findobj(lambda item: hasattr(item, "get_text"))]
    assert "—" in printed
    assert "0.0" not in printed


def test_an_empty_frame_is_a_sentence():
    none = keyness({"a": "", "b": ""}, 1, groups={"a": 1, "b": 2})
    assert "没有" in alt_text(lollipop(none, title="词"))
    assert "没有" in alt_text(heatmap(pd.DataFrame({"theme": [], "year": [], "per_1000": []}), title="主题"))


def test_a_cell_twice_or_too_many_rows_are_refused():
    twice = pd.DataFrame({"theme": ["a", "a"], "year": [1, 1], "per_1000": [1.0, 2.0]})
    with pytest.raises(GidtkError, match="comes twice; add up the rates"):
        heatmap(twice, title="x")
    many = pd.DataFrame({"theme": [str(n) for n in range(200)], "year": 1, "per_1000": 1.0})
    with pytest.raises(GidtkError, match="200 rows are more than"):
        heatmap(many, title="x")


def test_a_column_missing_is_named():
    with pytest.raises(GidtkError, match="per_1000"):
        heatmap(pd.DataFrame({"theme": [], "year": []}), title="x")
