"""Figures of words: what they show is what the frames hold, and they say it in words."""

from pathlib import Path

import pandas as pd
import pytest
from figures import check_room, check_same_bytes, drawn, printed
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gidtk.errors import GidtkError
from gidtk.keyness import keyness
from gidtk.plot import alt_text
from gidtk.plot.words import dispersion, heatmap, lollipop
from gidtk.textstats import kwic
from gidtk.typeface import ACCENT, GREY

LONG = "国务院办公厅政府信息与政务公开办公室关于规范政府信息公开平台有关事项的通知"
ENGLISH = "Grassroots standards, interpretation of policies and responses to public concerns"
TEXTS = {
    "安福县 2019": "政务公开平台，政策解读。疫情防控。",
    "安福县 2020": "疫情防控，疫情防控，政务公开，复工复产。",
    "安福县 2021": "政务公开，政务公开，政策解读，新媒体。",
}
YEARS = {name: name[-4:] for name in TEXTS}


def key(features: list[str], g2: list[float], p: list[float] | None = None) -> pd.DataFrame:
    return pd.DataFrame({"feature": features, "g2": g2, "p_adjusted": p or [0.01] * len(g2)})


def cells(rows: list[str], columns: list[object], values: list[float | None]) -> pd.DataFrame:
    return pd.DataFrame({"theme": rows, "year": columns, "per_1000": values})


FIGURES = {
    "lollipop": lambda: lollipop(
        keyness(TEXTS, "2020", groups=YEARS, min_frequency=1), title="2020年的关键词", xlabel="G²"
    ),
    "only more": lambda: lollipop(key(["公开", "政务"], [9.5, 1234567.0]), title=LONG * 2, note=LONG * 3),
    "only less": lambda: lollipop(key(["公开", "政务"], [-9.5, -0.01]), title="少"),
    "long words": lambda: lollipop(
        key([LONG, ENGLISH, "㙍𠮷\ue000"], [3.0, 0.0, -3000.0]), title="长词", xlabel=ENGLISH * 2
    ),
    "nothing key": lambda: lollipop(key([], []), title="无", empty=LONG * 2),
    "dispersion": lambda: dispersion(kwic(TEXTS, "*公开*"), title="公开在各年报告中的位置", xlabel="从文首到文尾"),
    "sixty rows": lambda: dispersion(
        kwic({f"{LONG}{n}": "公开，" * n + "解读" for n in range(1, 61)}, "公开"), title=ENGLISH * 2
    ),
    "nowhere": lambda: dispersion(kwic(TEXTS, "没有的词"), title="无"),
    "heatmap": lambda: heatmap(
        cells(["疫情", "疫情", "公开"], [2020, 2021, 2020], [4.2, None, 31.0]), title="主题与年度", xlabel="每千词"
    ),
    "sixteen columns": lambda: heatmap(
        cells([ENGLISH] * 16, [f"{LONG[:6]}{n}" for n in range(16)], [n * 1111.0 for n in range(16)]),
        title=LONG * 2,
        note=ENGLISH * 3,
    ),
    "all zero": lambda: heatmap(cells(["疫情"], [2020], [0.0]), title="全部为零"),
    "below zero": lambda: heatmap(cells(["疫情", "公开"], [2020, 2020], [-2.0, 2.0]), title="增减"),
    "no cells": lambda: heatmap(cells([], [], []), title="无"),
}


@pytest.fixture(params=FIGURES)
def figure(request: pytest.FixtureRequest) -> Figure:
    return FIGURES[request.param]()


def test_no_text_is_clipped_and_no_two_overlap(figure: Figure) -> None:
    check_room(figure, least=1)


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_figure_gives_the_same_bytes_and_no_warning(name: str, tmp_path: Path) -> None:
    check_same_bytes(FIGURES[name], tmp_path)


def test_a_figure_says_its_title_and_numbers_in_words() -> None:
    words = key(["疫情防控", "村务"], [12.5, -3.0], [0.001, 0.08])
    assert (
        alt_text(lollipop(words, title="2020年的关键词", xlabel="G²"))
        == "2020年的关键词 (G²)：疫情防控 12.5；村务 −3。"
    )
    found = kwic({"a": "公开，公开", "b": "解读"}, "公开")
    assert alt_text(dispersion(found, title="Places", order=["a", "b"])) == "Places: a 2; b 0."
    rates = cells(["x", "x", "y"], [2020, 2021, 2020], [4.25, None, 31.0])
    assert (
        alt_text(heatmap(rates, title="主题", labels={"x": "疫情"}))
        == "主题：疫情 2020 4.2, 2021 —；y 2020 31.0, 2021 —。"
    )


# --- keyness ----------------------------------------------------------------------------------------------


def test_dots_stand_at_their_values_highest_first_and_on_both_sides() -> None:
    words = key(["甲", "乙", "丙", "丁"], [1.0, 9.0, -2.0, 0.0])
    dots = [line for line in lollipop(words, title="词").axes[0].lines if line.get_marker() == "o"]
    assert [float(line.get_xdata()[0]) for line in dots] == [9, 1, 0, -2]
    colors = [to_rgb(line.get_color()) for line in dots]
    assert colors == [to_rgb(ACCENT)] * 3 + [to_rgb(GREY)]


def test_a_word_that_may_be_chance_has_an_open_dot() -> None:
    figure = lollipop(key(["甲", "乙"], [9.0, 8.0], [0.04, 0.05]), title="词")
    dots = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert [to_rgb(line.get_markerfacecolor()) for line in dots] == [to_rgb(ACCENT), (1, 1, 1)]


def test_each_side_has_at_most_n_words_the_outermost() -> None:
    words = key([f"词{n}" for n in range(20)], [float(n - 10) for n in range(20)])
    shown = [text for text in printed(lollipop(words, title="图", n=2)) if text.startswith("词")]
    assert shown == ["词19", "词18", "词1", "词0"]


def test_another_measure_chooses_and_places_the_words() -> None:
    words = key(["甲", "乙"], [9.0, 8.0]).assign(log_ratio=[1.0, 2.0])
    assert alt_text(lollipop(words, title="词", measure="log_ratio")) == "词：乙 2；甲 1。"


# --- dispersion -------------------------------------------------------------------------------------------


def test_ticks_stand_at_the_share_of_the_text_before_them() -> None:
    found = kwic({"a": "公开，解读，公开"}, "公开")
    (marks,) = dispersion(found, title="位置").axes[0].collections
    assert [segment[0][0] for segment in marks.get_segments()] == pytest.approx([0.5 / 5, 4.5 / 5])


def test_texts_of_one_year_are_one_row_and_a_year_without_the_word_says_0() -> None:
    frame = pd.DataFrame({"report": ["a", "b", "c"], "year": [2020.0, 2020.0, None], "text": ["公开", "公开", "公开"]})
    figure = dispersion(kwic(frame.dropna(), "公开"), title="位置", rows="year", order=[2019.0, 2020.0])
    assert alt_text(figure) == "位置：2019 0；2020 2。"


# --- themes by year ---------------------------------------------------------------------------------------


def test_what_is_missing_is_drawn_as_missing_and_never_as_zero() -> None:
    figure = FIGURES["heatmap"]()
    assert printed(figure).count("—") == 2
    assert "0.0" not in printed(figure)


def test_a_larger_number_is_darker_and_zero_is_white() -> None:
    figure = heatmap(cells(["甲"] * 4, [1, 2, 3, 4], [0.0, 1.0, 2.0, None]), title="图")
    tones = [sum(box.get_facecolor()[:3]) for box in figure.axes[0].findobj(Rectangle) if box.get_linewidth() == 0.4]
    assert tones[0] == tones[3] == 3
    assert tones[0] > tones[1] > tones[2]


def test_print_on_a_dark_tone_is_white() -> None:
    figure = heatmap(cells(["甲", "甲"], [1, 2], [1.0, 50.0]), title="图")
    colors = {text.get_text(): text.get_color() for text in drawn(figure)}
    assert colors["50.0"] == "white" != colors["1.0"]


# --- refused ----------------------------------------------------------------------------------------------

REFUSED = [
    (lambda: heatmap(cells(["a", "a"], [1, 1], [1.0, 2.0]), title="x"), r"\('a', '1'\) comes twice; add up the rates"),
    (
        lambda: heatmap(cells([str(n) for n in range(200)], [1] * 200, [1.0] * 200), title="x"),
        "200 rows are more",
    ),
    (lambda: heatmap(cells(["a"] * 17, list(range(17)), [1.0] * 17), title="x"), "17 columns are more than 16"),
    (lambda: heatmap(cells([], [], []).drop(columns="per_1000"), title="x"), "has no column 'per_1000'; it has: theme"),
    (lambda: heatmap(cells(["a"], [1], [float("inf")]), title="x"), "inf cannot be drawn"),
    (lambda: lollipop(key(["a"], [1.0]), title="x", n=0), "n must be at least 1, got 0"),
    (lambda: lollipop(key(["a"], [1.0]), title="x", measure="chi2"), "has no column 'chi2'"),
    (lambda: dispersion(pd.DataFrame({"docname": []}), title="x"), "has no column 'from'"),
    (lambda: dispersion(kwic(TEXTS, "公开"), title="x", order=range(61)), "61 rows are more than 60: choose some"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_cannot_be_drawn_says_so(call, message: str) -> None:
    with pytest.raises(GidtkError, match=message):
        call()
