"""Lines over years: what they join, what they leave out, and what they print."""

from pathlib import Path

import pandas as pd
import pytest
from figures import check_room, check_same_bytes, printed

from gidtk.errors import GidtkError
from gidtk.plot import alt_text
from gidtk.plot.points import divided, read_points, spans
from gidtk.plot.trends import trend

LONG = "国务院办公厅政府信息与政务公开办公室关于规范政府信息公开平台有关事项的通知"


def points(years, values, forms=None, **columns) -> pd.DataFrame:
    forms = forms or ["f2019" if year < 2021 else "f2021" for year in years]
    return pd.DataFrame({"year": years, "value": values, "form": forms, **columns})


SIX = range(2019, 2025)
RATES = {"low": [0.1] * 6, "high": [0.9, 1.0, 0.6, 0.6, 0.6, 0.6], "n": [3, 0, 12345, 7, 7, 7]}
FIGURES = {
    "counts": lambda: trend(points(SIX, [6, 6, 5, 4, 15, 6]), title="历年申请", xlabel="件"),
    "shares": lambda: trend(
        points(SIX, [0.5, 1.0, 0.0, 0.4, 0.4, 0.4], **RATES), title="Grant rate", share=True, note=LONG * 3
    ),
    "a gap": lambda: trend(points([2019, 2022], [1.5, None]), title="空"),
    "all zero": lambda: trend(points(SIX, [0] * 6), title="零"),
    "below zero": lambda: trend(points(SIX, [-6, 6, 5, -4, 15, 6]), title="增减"),
    "one year": lambda: trend(points([2020], [23985]), title="一年", forms={"f2019": LONG}),
    "two series": lambda: trend(
        pd.concat(
            [points(SIX, [0.4] * 6, **RATES).assign(series="合并率"), points(SIX, [0.5] * 6).assign(series="均值")]
        ),
        title="两条",
        share=True,
    ),
    "panels": lambda: trend(
        pd.concat([points(SIX, [k * 1000.5] * 6).assign(panel=LONG + str(k)) for k in range(3)]), title=LONG * 2
    ),
    "two forms in a year": lambda: trend(
        points([2020, 2021, 2021, 2022], [0.1, 0.2, 0.3, 0.4], ["f2019", "f2019", "f2021", "f2021"], n=[5, 6, 7, 8]),
        title="混",
        share=True,
    ),
    "seventeen years": lambda: trend(points(range(2008, 2025), [1234567.0] * 17), title="长"),
    "nothing": lambda: trend(points([2020], [None]), title="无"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_clipped_and_no_two_overlap(name: str) -> None:
    check_room(FIGURES[name]())


def test_the_same_figure_gives_the_same_bytes(tmp_path: Path) -> None:
    check_same_bytes(FIGURES["counts"], tmp_path)


def lines(figure) -> list[list[float]]:
    return [list(line.get_xdata()) for line in figure.axes[0].lines if line.get_marker() == "o"]


def test_a_line_joins_neighbouring_years_of_one_form_only() -> None:
    assert [len(run) for run in lines(FIGURES["counts"]())] == [2, 4]
    gap = points([2021, 2022, 2024], [1, 2, 3])
    assert [len(run) for run in lines(trend(gap, title="缺"))] == [2, 1]
    assert [len(run) for run in lines(FIGURES["two forms in a year"]())] == [2, 2]


def test_a_year_without_a_value_is_a_dash_and_never_a_zero() -> None:
    figure = FIGURES["a gap"]()
    assert printed(figure).count("—") == 3
    assert alt_text(figure) == "空：2019 1.5, 2020 —, 2021 —, 2022 —；f2019 | f2021。"


def test_a_change_of_form_is_a_dashed_line_between_the_years_and_named_on_both_sides() -> None:
    figure = trend(points(SIX, [1] * 6), title="x", forms={"f2019": "旧", "f2021": "新"})
    dashed = [line for line in figure.axes[0].lines if line.get_linestyle() == "--"]
    (x, _), years = dashed[0].get_xdata(), lines(figure)
    assert years[0][-1] < x < years[1][0]
    assert {"旧", "新"} <= set(printed(figure))
    assert len(dashed) == 1


def test_values_are_printed_for_one_series_and_intervals_reach_their_limits() -> None:
    figure = trend(points([2021], [0.5], low=[0.25], high=[1.0], n=[4]), title="x", share=True)
    assert {"50%", "100%", "n 4", "2021"} <= set(printed(figure))
    (bar,) = [line for line in figure.axes[0].lines if line.get_color() and line.get_linewidth() == 1.0]
    zero, one = (
        line.get_ydata()[0]
        for line in figure.axes[0].lines
        if line.get_linewidth() == 0.6 and line.get_ydata()[0] in (min(grid(figure)), max(grid(figure)))
    )
    top, bottom = sorted([zero, one])
    assert sorted((bottom - y) / (bottom - top) for y in bar.get_ydata()) == pytest.approx([0.25, 1.0])


def grid(figure) -> list[float]:
    return [float(line.get_ydata()[0]) for line in figure.axes[0].lines if line.get_linewidth() == 0.6]


def test_the_scale_of_shares_ends_at_100_per_cent_and_every_scale_holds_0() -> None:
    for name in ("shares", "counts", "below zero"):
        assert {"0%", "0"} & set(printed(FIGURES[name]())), name
    assert not [text for text in printed(FIGURES["shares"]()) if text.startswith(("120", "125"))]


def test_series_are_told_apart_without_colour() -> None:
    marks = [line.get_marker() for line in FIGURES["two series"]().axes[0].lines if line.get_marker() in "os^"]
    assert set(marks) == {"o", "s"}


def test_the_order_of_panels_is_that_of_the_frame() -> None:
    frame = pd.concat([points([2021], [1]).assign(panel="后来"), points([2019], [2]).assign(panel="先前")])
    assert [text for text in printed(trend(frame, title="x")) if text in ("后来", "先前")] == ["后来", "先前"]


def test_years_with_several_forms_are_named_with_both() -> None:
    read = read_points(points([2020, 2021, 2021], [1, 2, 3], ["a", "a", "b"]))
    assert spans(read, {"a": "A", "b": "B"}) == [(2020, 2020, "A"), (2021, 2021, "A + B")]
    assert [[p.year for p in run] for run in divided(read)] == [[2020, 2021], [2021]]


REFUSED = [
    (lambda: trend(points([2020, 2020], [1, 2]), title="x"), "the point 2020 f2019 comes twice: give one a year, form"),
    (lambda: trend(points([2020], [float("inf")]), title="x"), "inf cannot be drawn"),
    (lambda: trend(pd.DataFrame({"year": [2020]}), title="x"), "has no column 'value'"),
    (
        lambda: trend(points([2020] * 13, [1] * 13, panel=list("abcdefghijklm")), title="x"),
        "13 panels are more than 12",
    ),
    (lambda: trend(points([2020] * 4, [1] * 4, series=list("abcd")), title="x"), "4 series are more than 3"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_cannot_be_drawn_says_so(call, message: str) -> None:
    with pytest.raises(GidtkError, match=message):
        call()
