"""The map of tiles: 34 provincial divisions, each with a place of its own."""

from pathlib import Path

import pandas as pd
import pytest
from figures import check_room, check_same_bytes, drawn, printed
from matplotlib.patches import Rectangle

from gidtk.errors import GidtkError
from gidtk.plot import alt_text
from gidtk.plot.tilemap import provinces, tilemap
from gidtk.regions import divisions

ALL = pd.Series({code: 1234567.0 * k for k, code in enumerate(provinces())})
FIGURES = {
    "two": lambda: tilemap(pd.Series({"360000": 3, "440000": 12}), title="各省报告数", xlabel="份"),
    "all": lambda: tilemap(ALL, title="All", lang="en", below=dict.fromkeys(ALL.index, "n = 1,234,567")),
    "shares": lambda: tilemap(pd.Series({"360000": 0.0, "440000": 1.0}), title="率", share=True, note="模拟" * 99),
    "faint": lambda: tilemap(pd.Series({"360000": 1.0, "440000": 0.5}), title="少", faint=["360000", "440000"]),
    "zero": lambda: tilemap(pd.Series({"360000": 0}), title="零"),
    "nothing": lambda: tilemap(pd.Series({"360000": None}), title="无"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_clipped_and_no_two_overlap(name: str) -> None:
    check_room(FIGURES[name]())


def test_the_same_figure_gives_the_same_bytes(tmp_path: Path) -> None:
    check_same_bytes(FIGURES["two"], tmp_path)


def test_the_tiles_are_the_provincial_divisions_and_each_has_a_place_of_its_own() -> None:
    names = {region.code: region.name for region in divisions(2024) if region.level == "province"}
    assert list(provinces()) == sorted(names)
    assert all(names[code].startswith(tile.zh) for code, tile in provinces().items())
    assert len({(tile.row, tile.column) for tile in provinces().values()}) == 34
    assert len({tile.en for tile in provinces().values()}) == 34


NEIGHBOURS = [
    ("黑龙江", "吉林"),
    ("吉林", "辽宁"),
    ("北京", "河北"),
    ("天津", "北京"),
    ("江苏", "上海"),
    ("广东", "澳门"),
]


@pytest.mark.parametrize(("one", "other"), NEIGHBOURS)
def test_neighbours_stand_beside_each_other(one: str, other: str) -> None:
    places = {tile.zh: tile for tile in provinces().values()}
    assert abs(places[one].row - places[other].row) + abs(places[one].column - places[other].column) == 1


def test_a_province_without_a_value_is_hatched_and_white_and_prints_a_dash() -> None:
    figure = FIGURES["zero"]()
    tiles = [box for box in figure.axes[0].findobj(Rectangle) if box.get_linewidth() in (0.8, 0.5)]
    assert sum(box.get_hatch() is not None for box in tiles) == 33
    assert all(box.get_facecolor()[:3] == (1, 1, 1) for box in tiles)
    assert printed(figure).count("—") == 33
    assert printed(figure).count("0") == 1


def test_print_on_a_dark_tile_is_white_and_a_larger_number_is_darker() -> None:
    figure = FIGURES["two"]()
    colors = {text.get_text(): text.get_color() for text in drawn(figure)}
    assert colors["12"] == "white" != colors["3"]


def test_a_share_of_few_cases_keeps_its_number_and_has_no_tone() -> None:
    values = pd.Series({"360000": 1.0, "440000": 0.4, "510000": 0.2})
    figure = tilemap(values, title="x", share=True, faint=["360000"])
    tiles = {box.get_xy(): box for box in figure.axes[0].findobj(Rectangle) if box.get_linewidth() == 0.8}
    dashed = [box for box in tiles.values() if box.get_linestyle() != "solid" and box.get_linestyle() != "-"]
    assert [box.get_facecolor()[:3] for box in dashed] == [(1, 1, 1)]
    colors = {text.get_text(): text.get_color() for text in drawn(figure)}
    assert colors["40.0%"] == "white" != colors["100%"]
    assert printed(tilemap(values, title="x", faint=list(values.index))).count("1") == 1


def test_a_map_says_province_and_number() -> None:
    assert alt_text(FIGURES["two"]()) == "各省报告数 (份)：江西 3；广东 12。"
    assert alt_text(FIGURES["shares"]()).startswith("率：江西 0%；广东 100%")


REFUSED = [
    (lambda: tilemap(pd.Series({"36": 1}), title="x"), "'36' is no code of a province"),
    (lambda: tilemap(pd.Series([1, 2], index=["360000"] * 2), title="x"), "or stands twice"),
    (lambda: tilemap(pd.Series({"360000": -1}), title="x"), "-1 is below 0"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_cannot_be_drawn_says_so(call, message: str) -> None:
    with pytest.raises(GidtkError, match=message):
        call()
