"""The problem flow: every number printed, nothing outside the page, words beside the picture, no data said."""

import pandas as pd
import pytest
from figures import check_room, check_same_bytes
from matplotlib.patches import Polygon, Rectangle

from gidtk import plot
from gidtk.errors import GidtkError
from gidtk.plot.problems import problem_flow

LONG = "公开内容的广度与深度以及与群众需求之间的差距"


def flow(*rows):
    return pd.DataFrame(rows, columns=["year", "code", "named", "again"])


FIGURES = {
    "one year": flow((2020, "P1", 3, 0)),
    "a gap between years": flow((2019, "P1", 3, 0), (2021, "P1", 4, 0)),
    "twelve years and codes": flow(
        *((y, f"P{c}", (y * c) % 90, (y + c) % 7) for y in range(2010, 2022) for c in range(1, 13))
    ),
    "large and small": flow((2020, "P1", 123456, 0), (2021, "P1", 1, 1), (2020, "P2", 1, 0), (2021, "P2", 0, 0)),
}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("label", ["时效", LONG, "Scope and depth of content that is disclosed"])
def test_nothing_stands_outside_the_page(name, label):
    figure = problem_flow(FIGURES[name], title=LONG * 2, labels={"P1": label, "P2": label}, unit="件", note=LONG * 3)
    check_room(figure)


def test_bars_are_as_tall_as_what_is_named_and_bands_as_thick_as_what_comes_again():
    figure = problem_flow(flow((2020, "P1", 4, 0), (2021, "P1", 2, 1)), title="x")
    bars = [patch.get_height() for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    bands = [patch.get_extents() for patch in figure.axes[0].patches if isinstance(patch, Polygon)]
    assert bars[0] == 2 * bars[1] > 0
    assert len(bands) == 1
    ys = next(p for p in figure.axes[0].patches if isinstance(p, Polygon)).get_xy()[:, 1]
    assert ys.max() - ys.min() == pytest.approx(bars[1] / 2)


def test_every_number_is_printed_and_a_year_without_reports_is_not_zero():
    figure = problem_flow(flow((2019, "P1", 1234, 0), (2021, "P1", 0, 0)), title="问题", labels={"P1": "时效"})
    assert [text.get_text() for text in figure.axes[0].texts] == ["2019", "2020", "2021", "时效", "1,234", "—", "0"]
    assert plot.alt_text(figure) == "问题：时效 2019 1,234, 2020 —, 2021 0。"


@pytest.mark.parametrize("empty", [flow(), flow((2020, "P1", 0, 0))])
def test_without_anything_named_the_figure_says_so(empty):
    assert plot.alt_text(problem_flow(empty, title="问题", empty="没有问题。")) == "问题：没有问题。"


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (flow().drop(columns="again"), r"^flow without again: give what problem_flow\(\) of gidtk.flows returns$"),
        (flow((2020, "P1", 1, 0), (2020, "P1", 2, 0)), "^a year and code stand twice in the flow: draw one group"),
        (flow((2000, "P1", 1, 0), (2020, "P1", 2, 0)), "^21 years are more than 12: choose fewer, or write the table$"),
    ],
)
def test_a_flow_that_cannot_be_drawn_is_refused(frame, message):
    with pytest.raises(GidtkError, match=message):
        problem_flow(frame, title="x")


def test_the_same_flow_gives_the_same_file(tmp_path):
    check_same_bytes(lambda: problem_flow(FIGURES["one year"], title="x"), tmp_path)
