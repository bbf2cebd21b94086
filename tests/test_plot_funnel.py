"""The funnel plot: limits around the pooled rate, and who is named."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from figures import check_room, check_same_bytes, printed

from gidtk.errors import GidtkError
from gidtk.plot import alt_text
from gidtk.plot.funnel import BODY, funnel
from gidtk.regional import funnel as hold
from gidtk.regional import funnel_limits

COUNTS, N = [9, 80, 30, 0, 500, 4], [11, 100, 100, 0, 1000, 8]
NAMES = ["甲县", "乙县", "丙县", "丁县", "戊县", "己县"]
POINTS = hold(COUNTS, N).set_axis(NAMES)
LONG = "新疆生产建设兵团第十三师黄田农场政务服务和公共资源交易管理办公室"

FIGURES = {
    "six": lambda: funnel(POINTS, title="公开率", highlight=["甲县"], xlabel="n（对数）"),
    "one": lambda: funnel(hold([1], [1]).set_axis(["甲"]), title="一", highlight=["甲"]),
    "same place": lambda: funnel(hold([90, 90, 5], [100, 100, 100]).set_axis(["a", "b", "c"]), title="Same"),
    "long names": lambda: funnel(
        hold([90, 9, 500000], [100, 100, 1000000]).set_axis([LONG, LONG + "乙", LONG + "丙"]),
        title=LONG * 2,
        highlight=[LONG + "丙"],
        note=LONG * 3,
    ),
    "none": lambda: funnel(POINTS.iloc[[3]], title="无", empty=LONG * 2),
}


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_clipped_and_no_two_overlap(name: str) -> None:
    check_room(FIGURES[name]())


def test_the_same_figure_gives_the_same_bytes(tmp_path: Path) -> None:
    check_same_bytes(FIGURES["six"], tmp_path)


def test_the_curves_are_the_exact_limits_around_the_pooled_rate() -> None:
    axes = FIGURES["six"]().axes[0]
    curves = [line for line in axes.lines if len(line.get_xdata()) > 10]
    n = np.asarray(curves[0].get_xdata(), dtype=float)
    limits = funnel_limits(n, float(POINTS["target"].dropna().iloc[0]))
    bottom = max(float(np.max(np.asarray(line.get_ydata(), dtype=float))) for line in axes.lines)
    for line, name in zip(curves, ["low95", "high95", "low998", "high998"], strict=True):
        share = (bottom - np.asarray(line.get_ydata(), dtype=float)) / BODY
        assert share == pytest.approx(limits[name].to_numpy(dtype=float), abs=1e-9), name


def test_units_asked_for_and_those_outside_the_outer_limits_are_named_and_no_others() -> None:
    assert {text for text in printed(FIGURES["six"]()) if text in NAMES} == {"甲县", "乙县", "丙县"}


def test_of_many_units_outside_none_is_named_unasked() -> None:
    rates = hold([10, 90] * 5, [100] * 10).set_axis([f"县{n}" for n in range(10)])
    assert (rates["outside"].str.endswith("998")).all()
    assert [text for text in printed(funnel(rates, title="x", highlight=["县3"])) if text.startswith("县")] == ["县3"]


def test_a_unit_without_a_rate_is_not_drawn() -> None:
    dots = [line for line in FIGURES["six"]().axes[0].lines if line.get_marker() == "o"]
    assert sorted(float(dot.get_xdata()[0]) for dot in dots) == [8, 11, 100, 100, 1000]


def test_a_figure_says_rate_n_and_which_limit_is_passed() -> None:
    assert alt_text(FIGURES["six"]()).startswith(
        "公开率 (n（对数）)：甲县 81.8% (n = 11)；乙县 80.0% (n = 100, high998)；丙县 30.0% (n = 100, low998)；"
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: funnel(POINTS, title="x", highlight=["庚县"]), "highlight names '庚县'"),
        (lambda: funnel(pd.DataFrame({"n": [1]}), title="x"), "has no column 'rate'"),
    ],
)
def test_what_cannot_be_drawn_says_so(call, message: str) -> None:
    with pytest.raises(GidtkError, match=message):
        call()
