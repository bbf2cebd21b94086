"""The reuse network: ties as thick as their shares, names that do not overlap, words beside the picture."""

import pandas as pd
import pytest
from figures import check_room
from matplotlib.patches import PathPatch
from matplotlib.text import Text

from gidtk import plot
from gidtk.errors import GidtkError
from gidtk.plot.reuse import reuse_network

LONG = "安福县人民政府办公室政务公开与信息化管理科（行政审批服务股）、㙍村街道办事处"


def ties(*rows):
    return pd.DataFrame(rows, columns=["donor_unit", "unit", "reused"])


MANY = ties(*((f"甲{n % 7}", f"乙{n}", n / 40) for n in range(40)))
FIGURES = {
    "one": lambda: reuse_network(ties(("甲市", "乙县", 0.4)), title="来源"),
    "many": lambda: reuse_network(MANY, title="来源", n=40, note="注"),
    "long names": lambda: reuse_network(
        ties(*((f"{LONG}{n}", f"{LONG * 2}{n}", 0.5) for n in range(12))), title=LONG * 3, note=LONG * 4
    ),
    "English": lambda: reuse_network(
        ties(("City <A> $x$", "County of the very long name that goes on and on", 1)),
        title="Donors",
        heads=("From", "To"),
    ),
    "empty": lambda: reuse_network(ties(), title="来源", empty="没有相同的文本。"),
}


@pytest.fixture(params=FIGURES)
def figure(request):
    return FIGURES[request.param]()


def test_no_text_is_clipped_or_overlaps(figure):
    check_room(figure, least=1)


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_figure_is_saved_in_every_kind_without_a_warning(figure, kind, tmp_path):
    assert plot.save(figure, tmp_path / f"figure.{kind}").stat().st_size > 1_000


def lines(figure):
    return figure.axes[0].findobj(PathPatch)


def test_a_tie_is_as_thick_as_its_share():
    figure = reuse_network(ties(("甲", "乙", 0.8), ("甲", "丙", 0.2)), title="来源")
    assert sorted(line.get_linewidth() for line in lines(figure)) == pytest.approx([1.0, 4.0])


def test_the_strongest_ties_are_drawn_and_told():
    assert len(lines(reuse_network(MANY, title="来源", n=3))) == 3
    assert plot.alt_text(reuse_network(MANY, title="来源", n=2)) == "来源：甲4 → 乙39 97.5%；甲3 → 乙38 95.0%。"


def test_rows_of_one_pair_are_one_tie_with_their_mean_and_missing_ones_are_left_out():
    frame = ties(("甲", "乙", 0.2), ("甲", "乙", 0.4), ("甲", "乙", None), ("甲", "丙", None))
    figure = reuse_network(frame.astype({"reused": "Float64"}), title="来源")
    assert plot.alt_text(figure) == "来源：甲 → 乙 30.0%。"


def test_the_order_of_rows_changes_nothing():
    one, other = (reuse_network(frame, title="来源", n=12) for frame in (MANY, MANY[::-1]))
    assert plot.alt_text(one) == plot.alt_text(other)


def test_only_highlighted_units_have_the_accent():
    frame = ties(("甲", "乙", 0.8), ("丙", "丁", 0.8))
    colours = {line.get_edgecolor() for line in lines(reuse_network(frame, title="来源", highlight=["丁"]))}
    assert len(colours) == 2
    assert len({line.get_edgecolor() for line in lines(reuse_network(frame, title="来源"))}) == 1


def test_a_share_is_printed_where_the_receiver_has_one_tie():
    figure = reuse_network(ties(("甲", "乙", 0.8), ("甲", "丙", 0.5), ("丁", "丙", 0.4)), title="来源")
    printed = [text.get_text() for text in figure.findobj(Text)]
    assert "乙 80.0%" in printed
    assert "丙" in printed


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: reuse_network(ties().drop(columns="unit"), title=""), "donors have no column 'unit'"),
        (lambda: reuse_network(MANY, title="", n=0), "n 0: give the number of ties"),
        (lambda: reuse_network(ties(("甲", "乙", 1.5)), title=""), r"reused 1\.5: a share is from 0 to 1"),
        (lambda: reuse_network(MANY, title="", highlight=["丙"]), "highlight names '丙'"),
    ],
)
def test_what_is_asked_wrongly_is_an_error(call, message):
    with pytest.raises(GidtkError, match=message):
        call()
