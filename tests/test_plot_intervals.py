"""Shares with their intervals, one a row."""

from pathlib import Path

import pandas as pd
import pytest
from figures import check_room, check_same_bytes, printed
from matplotlib.colors import to_rgb

from gidtk.errors import GidtkError
from gidtk.plot import alt_text
from gidtk.plot.intervals import intervals
from gidtk.typeface import ACCENT

LONG = "新疆生产建设兵团第十三师黄田农场政务服务和公共资源交易管理办公室"


def rates(names, value, low=None, high=None, n=None) -> pd.DataFrame:
    low, high, n = low or [None] * len(names), high or [None] * len(names), n or [10] * len(names)
    return pd.DataFrame({"value": value, "low": low, "high": high, "n": n}, index=names)


TWO = rates(["甲县", "乙县"], [9 / 11, None], [0.52, None], [0.95, None], [11, 0])
FIGURES = {
    "two": lambda: intervals(TWO, title="公开率", highlight=["甲县"], reference=0.4, xlabel="虚线：合并率"),
    "sixty": lambda: intervals(rates([f"{LONG}{n}" for n in range(60)], [n / 60 for n in range(60)]), title=LONG * 2),
    "ends": lambda: intervals(rates(["a", "b"], [0.0, 1.0], [0, 0.9], [0.1, 1], [5, 123456]), title="Ends", note=LONG),
    "none": lambda: intervals(rates([], []), title="无", empty=LONG * 2),
}


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_clipped_and_no_two_overlap(name: str) -> None:
    check_room(FIGURES[name]())


def test_the_same_figure_gives_the_same_bytes(tmp_path: Path) -> None:
    check_same_bytes(FIGURES["two"], tmp_path)


def test_a_figure_says_share_interval_and_n() -> None:
    assert alt_text(FIGURES["two"]()) == ("公开率 (虚线：合并率)：甲县 81.8%, 52.0% – 95.0% (n = 11)；乙县 — (n = 0)。")


def test_rows_stand_in_the_order_given_and_not_by_size() -> None:
    texts = printed(intervals(rates(["丙", "甲", "乙"], [0.1, 0.9, 0.5]), title="x"))
    assert [text for text in texts if text in "甲乙丙"] == ["丙", "甲", "乙"]


def test_a_bar_reaches_from_limit_to_limit_and_only_the_marked_dot_is_filled() -> None:
    figure = FIGURES["two"]()
    bars = [line for line in figure.axes[0].lines if line.get_color() == ACCENT and line.get_marker() == "None"]
    assert list(bars[0].get_xdata()) == [0.52, 0.95]
    (dot,) = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert to_rgb(dot.get_markerfacecolor()) == to_rgb(ACCENT)
    (plain,) = [line for line in intervals(TWO, title="x").axes[0].lines if line.get_marker() == "o"]
    assert plain.get_markerfacecolor() == "white"


REFUSED = [
    (lambda: intervals(rates(["a"], [1.5]), title="x"), "1.5 is no share"),
    (lambda: intervals(TWO, title="x", reference=2.0), "2.0 is no share"),
    (lambda: intervals(TWO, title="x", highlight=["丙县"]), "highlight names '丙县', which is no label"),
    (lambda: intervals(TWO.drop(columns="n"), title="x"), "has no column 'n'"),
    (lambda: intervals(rates([str(n) for n in range(61)], [0.5] * 61), title="x"), "61 rows are more than 60"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_cannot_be_drawn_says_so(call, message: str) -> None:
    with pytest.raises(GidtkError, match=message):
        call()
