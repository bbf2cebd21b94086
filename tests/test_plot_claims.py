"""The claims strip: a square for every quantity, four looks that stay apart, words beside the picture."""

import pandas as pd
import pytest
from figures import check_room, printed
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from gidtk import plot
from gidtk.errors import GidtkError
from gidtk.plot.claims import claims_strip

LONG = "安福县人民政府办公室政务公开与信息化管理科（行政审批服务股）、㙍村街道办事处"
ZH = {"overview": "总体情况", "pass": "相符", "fail": "不符", "not assessable": "无法核对", "untied": "与表格无对应"}
KINDS = [("received", "pass"), ("received", "fail"), ("received", "not assessable"), ("", "not assessable")]


def made(count, section="overview"):
    """Claims with the four outcomes in turn."""
    rows = [(section, *KINDS[n % 4]) for n in range(count)]
    frame = pd.DataFrame(rows, columns=["section", "claim", "verdict"])
    return frame.assign(rule="N-01", cells=["requests.received.total" if claim else "" for claim in frame["claim"]])


FIGURES = {
    "one": lambda: claims_strip(made(1), title="正文数字"),
    "four": lambda: claims_strip(made(4), title="正文数字", labels=ZH, note="注"),
    "many": lambda: claims_strip(
        pd.concat([made(400), made(90, LONG * 2), made(3, "W" * 90)]),
        title=LONG * 3,
        labels={"untied": LONG * 3},
        note=LONG * 4,
    ),
    "empty": lambda: claims_strip(made(0), title="Claims", empty="No figures are told."),
}


@pytest.fixture(params=FIGURES)
def figure(request):
    return FIGURES[request.param]()


def squares(figure):
    return [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]


def test_no_text_is_clipped_or_overlaps(figure):
    check_room(figure, least=1)


def test_every_quantity_has_a_square_inside_the_page():
    figure = FIGURES["many"]()
    low, high = figure.axes[0].get_ylim()[::-1]
    right = figure.axes[0].get_xlim()[1]
    assert len(squares(figure)) == 400 + 90 + 3 + 4  # the legend has one of each
    assert all(p.get_x() >= 0 and p.get_x() + p.get_width() <= right for p in squares(figure))
    assert all(p.get_y() >= low and p.get_y() + p.get_height() <= high for p in squares(figure))
    assert len({(p.get_x(), p.get_y()) for p in squares(figure)}) == len(squares(figure))


def test_the_four_outcomes_differ_without_colour():
    looks = {(round(sum(to_rgb(p.get_facecolor())), 2), p.get_hatch()) for p in squares(FIGURES["four"]())}
    assert len(looks) == 4


def test_the_words_beside_the_picture_are_the_readers():
    said = plot.alt_text(FIGURES["four"]())
    assert said == "正文数字：总体情况 相符 1, 不符 1, 无法核对 1, 与表格无对应 1。 注"
    shown = set(printed(FIGURES["four"]()))
    assert {"总体情况", "相符 1", "不符 1", "无法核对 1", "与表格无对应 1", "注"} <= shown


def test_a_whole_and_a_repetition_are_no_further_squares():
    further = made(2).assign(claim=["parts", "repeated"])
    figure = claims_strip(pd.concat([made(1), further]), title="Claims")
    assert plot.alt_text(figure) == "Claims: overview pass 1."


def test_several_reports_have_a_row_each():
    frame = pd.concat([made(1).assign(report="a"), made(2).assign(report="b")])
    assert plot.alt_text(claims_strip(frame, title="Claims", by="report")) == "Claims: a pass 1; b pass 1, fail 1."


def test_no_claim_gives_the_sentence_of_the_caller():
    assert plot.alt_text(FIGURES["empty"]()) == "Claims: No figures are told."


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(GidtkError, match=r"claims without verdict: give what gidtk.claims\(\) returns"):
        claims_strip(made(1).drop(columns="verdict"), title="Claims")
    with pytest.raises(GidtkError, match="1501 quantities are more than 1500: draw fewer"):
        claims_strip(made(1501), title="Claims")
