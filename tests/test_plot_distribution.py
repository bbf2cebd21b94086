"""Distributions: every report a dot, quartiles where they say something."""

from math import log10
from pathlib import Path

import pandas as pd
import pytest
from figures import check_room, check_same_bytes, printed
from matplotlib.patches import Rectangle

from gidtk.errors import GidtkError
from gidtk.plot import alt_text
from gidtk.plot.distribution import distribution

LONG = "新疆生产建设兵团第十三师黄田农场政务服务和公共资源交易管理办公室"


def values(groups, numbers) -> pd.DataFrame:
    return pd.DataFrame({"group": groups, "value": numbers}, index=[f"r{n}" for n in range(len(groups))])


FIGURES = {
    "two groups": lambda: distribution(
        values(["江西", "江西", "广东"], [11, 40, None]), title="新收申请", xlabel="件", highlight=["r1"]
    ),
    "skewed": lambda: distribution(values(["x"] * 7, [0, 0, 1, 3, 8, 900, 1234567]), title="Skewed", note=LONG * 3),
    "linear": lambda: distribution(values(["x"] * 3, [0, 7, 23]), title="Linear", log=False),
    "all zero": lambda: distribution(values([LONG] * 5, [0] * 5), title=LONG * 2),
    "sixty": lambda: distribution(values([f"{LONG}{n}" for n in range(60)], range(60)), title="六十"),
    "nothing": lambda: distribution(values(["x"], [None]), title="无", empty=LONG * 2),
}


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_clipped_and_no_two_overlap(name: str) -> None:
    check_room(FIGURES[name]())


def test_the_same_figure_gives_the_same_bytes(tmp_path: Path) -> None:
    check_same_bytes(FIGURES["two groups"], tmp_path)


def dots(figure) -> list[float]:
    return [float(line.get_xdata()[0]) for line in figure.axes[0].lines if line.get_marker() == "o"]


def test_a_missing_value_is_counted_and_never_drawn() -> None:
    figure = FIGURES["two groups"]()
    assert len(dots(figure)) == 2
    assert {"n = 2", "n = 0 (+1)", "—", "25.5"} <= set(printed(figure))
    assert alt_text(figure) == "新收申请 (件)：江西 11 – 25.5 – 40, n = 2；广东 —, n = 0 (+1)。"


def test_dots_stand_at_the_logarithm_of_one_more_and_zero_has_a_place() -> None:
    found = sorted(dots(FIGURES["skewed"]()))
    assert found[0] == found[1] == 0
    assert found[3] / found[2] == pytest.approx(log10(4) / log10(2))


def test_quartiles_are_drawn_from_five_reports_on() -> None:
    def boxes(figure) -> list[Rectangle]:
        return [box for box in figure.axes[0].findobj(Rectangle) if box.get_height() == 12]

    assert len(boxes(FIGURES["skewed"]())) == 1
    assert not boxes(FIGURES["two groups"]())


REFUSED = [
    (lambda: distribution(values(["x"], [-1]), title="x"), "-1 is below 0"),
    (lambda: distribution(values(["x"], [1]), title="x", highlight=["y"]), "highlight names 'y'"),
    (lambda: distribution(values(["x"], [1]).drop(columns="group"), title="x"), "has no column 'group'"),
    (lambda: distribution(values(list(map(str, range(61))), [1] * 61), title="x"), "61 groups are more than 60"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_cannot_be_drawn_says_so(call, message: str) -> None:
    with pytest.raises(GidtkError, match=message):
        call()
