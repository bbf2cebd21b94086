"""What gidtk.plot promises: no box, nothing clipped, the numbers of the data, words beside every picture."""

import os
import re
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path

import matplotlib as mpl
import nbclient
import nbconvert
import nbformat
import pandas as pd
import pytest
from figures import check_room, drawn, printed
from fontTools.ttLib import TTCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from noto_cjk_sans_otc import FONT_PATH

from gidtk import plot, typeface
from gidtk.errors import GidtkError
from gidtk.plot import counts
from gidtk.plot.claims import claims_strip
from gidtk.plot.problems import problem_flow
from gidtk.plot.reuse import reuse_network
from gidtk.plot.words import dispersion, lollipop

RARE = "㙍𠮷堽氹猇邗埇浛𬇙𫶇"
LACKING = "\U0002e9f5\U000310e5"  # no glyph in either font
LONG_ZH = "安福县人民政府办公室政务公开与信息化管理科（行政审批服务股）、㙍村街道办事处"
LONG_EN = "Not provided because the information is held by an internal administrative organisation"


def series(names: list[str], values: list[float | None]) -> pd.Series:
    return pd.Series(values, index=names)


def words(count: int) -> pd.DataFrame:
    return pd.DataFrame({"feature": [f"词{i}" for i in range(count)], "frequency": range(count, 0, -1)})


FIGURES = {
    "one bar": lambda: plot.bars(series(["自然人"], [5]), title="申请", xlabel="件"),
    "thirty long Chinese labels": lambda: plot.bars(
        series([f"{LONG_ZH * (1 + i % 2)}{i}" for i in range(30)], [i * 1234567 for i in range(30)]),
        title=LONG_ZH * 3,
        xlabel="件",
        note=LONG_ZH * 4,
    ),
    "thirty long English labels": lambda: plot.bars(
        series([f"{LONG_EN} {i}" for i in range(30)], [i / 7 for i in range(30)]),
        title=LONG_EN + ", " + LONG_EN,
        xlabel="Share",
        note=LONG_EN * 3,
    ),
    "wide letters without a break": lambda: plot.bars(series(["W" * 90], [1]), title="M" * 200),
    "falls and rises": lambda: plot.bars(series(["去年", "今年"], [-120.5, 30]), title="增减"),
    "only falls": lambda: plot.bars(series(["去年", "今年"], [-120, -30]), title="减"),
    "all zero": lambda: plot.bars(series(["甲", "乙"], [0, 0]), title="全部为零", xlabel="件"),
    "all null": lambda: plot.bars(series(["甲", "乙"], [None, None]), title="无法辨认", missing="未填"),
    "empty": lambda: plot.bars(pd.Series(dtype=float), title="申请", empty=LONG_ZH * 3, note="注"),
    "rare": lambda: plot.bars(series(list(RARE + LACKING), [1] * 12), title=RARE + LACKING, note=RARE),
    "words": lambda: plot.keywords(words(40), title="常用词", xlabel="次"),
    "shares": lambda: plot.shares(series(["公开", "不予公开"], [3, 8]), n=11, title="答复"),
    "twelve long shares": lambda: plot.shares(
        series([f"{LONG_EN} {LONG_ZH} {i}" for i in range(12)], [i * 98765 for i in range(12)]),
        n=9_000_000,
        title=LONG_ZH * 2,
        note=LONG_EN * 2,
        rest=LONG_EN * 2,
    ),
    "no shares": lambda: plot.shares(series(["公开"], [0]), n=0, title="答复", empty="没有申请。"),
}


@pytest.fixture(params=FIGURES)
def figure(request: pytest.FixtureRequest) -> Figure:
    return FIGURES[request.param]()


# --- the font -------------------------------------------------------------------------------------


@cache
def faces() -> list[tuple[str, frozenset[int]]]:
    """Name and characters of each face of the packaged font, read with a library that does not draw."""
    with TTCollection(FONT_PATH, lazy=True) as collection:
        return [(font["name"].getDebugName(1), frozenset(font.getBestCmap())) for font in collection.fonts]


def test_the_chinese_face_of_the_packaged_font_is_used(figure: Figure) -> None:
    for text in drawn(figure):
        path = findfont(text.get_fontproperties(), fallback_to_default=False)
        assert Path(path) == Path(FONT_PATH)
        assert faces()[path.face_index][0] == "Noto Sans CJK SC"


def test_every_character_drawn_has_a_glyph_in_the_chinese_face(figure: Figure) -> None:
    assert set(map(ord, "".join(printed(figure)))) - {ord("\n")} <= dict(faces())["Noto Sans CJK SC"]


def test_every_rare_character_of_a_place_name_is_drawn_as_itself() -> None:
    figure = FIGURES["rare"]()
    assert set(RARE) <= set(printed(figure))
    assert {f"〔U+{ord(char):X}〕" for char in LACKING} <= set(printed(figure))


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_matplotlib_never_warns_of_a_missing_glyph(figure: Figure, kind: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot.save(figure, tmp_path / f"figure.{kind}")


def test_the_check_for_missing_glyphs_can_fail() -> None:
    with plot.style():
        figure = Figure()
        figure.text(0, 0, LACKING)
        with pytest.warns(UserWarning, match=r"Glyph .* missing"):
            figure.draw_without_rendering()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (RARE, RARE),
        ("\U0002e9f5村", "〔U+2E9F5〕村"),
        ("\ue000镇", "〔U+E000〕镇"),
        ("甲\u200b乙\ufeff丙\ufe00", "甲乙丙"),
        ("甲\t乙\u3000丙\xa0丁", "甲 乙 丙 丁"),
        ("😀", "😀"),
        (2020, "2020"),
    ],
)
def test_what_the_fonts_lack_is_written_as_its_code(text: object, shown: str) -> None:
    assert plot.legible(text) == shown


def test_a_dollar_sign_is_a_dollar_sign() -> None:
    figure = plot.bars(series(["$x$"], [1]), title="$\\frac$")
    figure.draw_without_rendering()
    assert {"$x$", "$\\frac$"} <= set(printed(figure))


# --- layout ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dpi", [72, 192])
def test_no_text_is_clipped_and_no_two_overlap(figure: Figure, dpi: float) -> None:
    check_room(figure, least=1, dpi=dpi)


def test_wrapping_loses_no_character_and_starts_no_line_with_a_comma() -> None:
    label = "不予公开，属于国家秘密；其他法律行政法规禁止公开。" * 4
    lines = typeface.wrap(label, 9, 100).split("\n")
    assert "".join(lines) == label
    assert len(lines) > 5
    assert not any(line[0] in "，；。" for line in lines)


def test_words_of_latin_letters_stay_whole() -> None:
    lines = typeface.wrap(LONG_EN, 9, 120).split("\n")
    assert len(lines) > 2
    assert " ".join(lines) == LONG_EN


# --- numbers --------------------------------------------------------------------------------------


def test_bars_have_the_length_of_their_values_in_the_order_given() -> None:
    figure = plot.bars(series(["甲", "乙", "丙"], [3, 1234, 0]), title="件数")
    bars = figure.axes[0].patches
    assert [bar.get_width() for bar in bars] == [3, 1234, 0]
    centres = [bar.get_y() + bar.get_height() / 2 for bar in bars]
    assert centres == sorted(centres)  # the axis points down
    assert figure.axes[0].yaxis_inverted()
    rows = {text.get_text(): text.get_position()[1] for text in figure.axes[0].texts}
    assert rows["甲"] == rows["3"] == centres[0]
    assert rows["乙"] == rows["1,234"] == centres[1]
    assert rows["丙"] == rows["0"] == centres[2]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (12500, "12,500"),
        (2.0, "2"),
        (-3, "−3"),
        (0.1 + 0.2, "0.3"),
        (1234.56, "1,234.6"),
        (34.126, "34.13"),
        (1 / 3, "0.3333"),
        (0.00012345, "0.0001234"),
        (9007199254740993, "9,007,199,254,740,993"),
    ],
)
def test_numbers_are_printed_sensibly(value: float, shown: str) -> None:
    assert shown in printed(plot.bars(series(["甲"], [value]), title="数"))


@pytest.mark.parametrize("dtype", ["Int64", "float64", "object"])
def test_a_null_has_no_bar_and_no_zero(dtype: str) -> None:
    figure = plot.bars(series(["甲", "乙"], [None, 7]).astype(dtype), title="件数", missing="未填")
    assert [bar.get_width() for bar in figure.axes[0].patches] == [7]
    assert "未填" in printed(figure)
    assert "0" not in printed(figure)
    assert "甲 未填" in plot.alt_text(figure)


def test_only_highlighted_bars_have_the_accent_colour() -> None:
    figure = plot.bars(series(["甲", "乙"], [1, 2]), title="件数", highlight="乙")
    accent = [bar.get_facecolor()[:3] == to_rgb(typeface.ACCENT) for bar in figure.axes[0].patches]
    assert accent == [False, True]


def test_a_highlight_that_is_no_label_is_an_error() -> None:
    with pytest.raises(GidtkError, match="丙"):
        plot.bars(series(["甲", "乙"], [1, 2]), title="件数", highlight=["丙"])


@pytest.mark.parametrize("value", ["三", float("inf")])
def test_what_is_no_number_is_an_error(value: object) -> None:
    with pytest.raises(GidtkError):
        plot.bars(pd.Series([value, 1], index=["甲", "乙"]), title="件数")


def test_keywords_come_by_frequency_and_ties_in_the_order_given() -> None:
    frequency = pd.DataFrame({"feature": ["甲", "乙", "丙", "丁"], "frequency": [2, 9, 2, 1]})
    figure = plot.keywords(frequency, title="常用词", n=3)
    ends = [list(line.get_xdata()) for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert ends == [[0, 9], [0, 2], [0, 2]]
    assert plot.alt_text(figure) == "常用词：乙 9；甲 2；丙 2。"


def test_keywords_without_the_columns_are_an_error() -> None:
    with pytest.raises(GidtkError, match="feature and frequency"):
        plot.keywords(pd.DataFrame({"word": ["公开"]}), title="常用词")


# --- parts of a whole -----------------------------------------------------------------------------


def test_shares_print_n_count_and_per_cent_and_draw_the_counts() -> None:
    figure = plot.shares(series(["公开", "部分公开", "不予公开"], [1, 0, 7]), n=8, title="答复")
    assert {"n = 8", "1", "12.5%", "0", "0%", "7", "87.5%"} <= set(printed(figure))
    stacked = [bar for bar in figure.axes[0].containers for bar in bar.patches]
    assert [(bar.get_x(), bar.get_width()) for bar in stacked] == [(0, 1), (1, 7)]


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (1, 80, "1.3%"),
        (1, 3000, "<0.1%"),
        (2999, 3000, ">99.9%"),
        (3, 3, "100%"),
        (1, 3, "33.3%"),
        (12, 11, "109.1%"),
    ],
)
def test_per_cents_are_rounded_half_up_and_never_to_nothing_or_all(part: int, whole: int, shown: str) -> None:
    assert shown in printed(plot.shares(series(["甲"], [part]), n=whole, title="答复"))


def test_what_no_count_accounts_for_is_an_open_part() -> None:
    figure = plot.shares(series(["公开", "不予公开"], [3, 5]), n=11, title="答复", rest="未列明")
    assert {"n = 11 ≠ Σ = 8", "未列明", "27.3%"} <= set(printed(figure))
    assert figure.axes[0].containers[-1].patches[0].get_facecolor()[:3] == (1, 1, 1)


def test_parts_that_exceed_the_whole_are_said_so() -> None:
    figure = plot.shares(series(["公开", "不予公开"], [3, 9]), n=11, title="答复")
    assert {"n = 11 ≠ Σ = 12", "81.8%"} <= set(printed(figure))


def test_an_unknown_part_is_no_contradiction() -> None:
    figure = plot.shares(series(["公开", "不予公开"], [3, None]), n=11, title="答复")
    assert {"n = 11", "—"} <= set(printed(figure))


@pytest.mark.parametrize("n", [None, float("nan"), pd.NA])
def test_without_a_whole_there_are_no_per_cents(n: int | None) -> None:
    figure = plot.shares(series(["公开", "不予公开"], [3, 9]), n=n, title="答复")
    assert "n = —, Σ = 12" in printed(figure)
    assert not any("%" in text for text in printed(figure))


def test_twelve_parts_differ_without_colour() -> None:
    looks = {(round(sum(to_rgb(tone)), 3), hatch) for tone, hatch in counts.PARTS}
    assert len(looks) == len(counts.PARTS) == 12


@pytest.mark.parametrize(("counts", "n"), [([1] * 13, 13), ([-1, 2], 1), ([1], -1)])
def test_too_many_or_negative_parts_are_an_error(counts: list[float | None], n: int) -> None:
    with pytest.raises(GidtkError):
        plot.shares(series([f"甲{i}" for i in range(len(counts))], counts), n=n, title="答复")


# --- no data --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "draw",
    [
        lambda empty: plot.bars(pd.Series(dtype=float), title="申请", empty=empty),
        lambda empty: plot.shares(series(["公开"], [0]), n=0, title="申请", empty=empty),
        lambda empty: plot.shares(pd.Series(dtype=float), n=None, title="申请", empty=empty),
        lambda empty: plot.keywords(words(0), title="申请", empty=empty),
    ],
)
def test_no_data_gives_the_sentence_of_the_caller(draw) -> None:
    figure = draw("本年没有收到申请。")
    assert sorted(printed(figure)) == ["本年没有收到申请。", "申请"]
    assert plot.alt_text(figure) == "申请：本年没有收到申请。"
    assert not figure.axes[0].patches


# --- alternative text -----------------------------------------------------------------------------


def test_alternative_text_holds_title_unit_and_numbers() -> None:
    figure = plot.bars(series(["Natural persons", "Firms"], [1009, 2]), title="Requests in 2020.", xlabel="requests")
    assert plot.alt_text(figure) == "Requests in 2020 (requests): Natural persons 1,009; Firms 2."


def test_alternative_text_of_many_bars_names_ten_and_says_how_many() -> None:
    figure = plot.bars(series([f"县{i}" for i in range(30)], list(range(30))), title="三十个县")
    assert plot.alt_text(figure).count("县") == 1 + 10
    assert plot.alt_text(figure).endswith("……（共 30 项）。")


def frame(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({name: [value] for name, value in columns.items()})


NOTED = {
    "bars": lambda **said: plot.bars(series(["甲"], [1]), **said),
    "keywords": lambda **said: plot.keywords(words(1), **said),
    "shares": lambda **said: plot.shares(series(["甲"], [1]), n=1, **said),
    "lollipop": lambda **said: lollipop(frame(feature="甲", g2=9.0, p_adjusted=0.01), **said),
    "dispersion": lambda **said: dispersion(frame(**{"docname": "a", "from": 1, "tokens": 9}), **said),
    "claims": lambda **said: claims_strip(frame(section="甲", claim="", verdict="fail", rule="", cells=""), **said),
    "problems": lambda **said: problem_flow(frame(year=2020, code="P1", named=1, again=0), **said),
    "reuse": lambda **said: reuse_network(frame(donor_unit="甲", unit="乙", reused=0.5), **said),
}


@pytest.mark.parametrize("name", NOTED)
def test_the_note_and_so_what_is_simulated_is_said_in_words_too(name: str) -> None:
    assert plot.alt_text(NOTED[name](title="图", note="含模拟数据。")).endswith("。 含模拟数据。")


def test_a_figure_of_someone_else_is_described_by_what_is_written_on_it() -> None:
    figure = Figure()
    figure.add_subplot().set_title("别人的图")
    assert plot.alt_text(figure) == "别人的图"


# --- showing and saving ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    cell = """
import pandas as pd
from gidtk import plot
figure = plot.bars(pd.Series({"自然人": 9, "<法人>": 2}), title="申请")
plot.show(figure)
"""
    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    return nbclient.NotebookClient(node, kernel_name="python3", timeout=120).execute()


def test_an_executed_notebook_keeps_the_alternative_text(notebook: nbformat.NotebookNode) -> None:
    nbformat.validate(notebook)
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "display_data"
    assert output.metadata["image/png"]["alt"] == "申请：自然人 9；<法人> 2。"
    assert output.metadata["image/png"]["width"] == 691
    assert output.data["image/png"].startswith("iVBORw0KGgo")


def test_the_page_of_a_notebook_has_the_alternative_text(notebook: nbformat.NotebookNode) -> None:
    page, _ = nbconvert.HTMLExporter(template_name="classic").from_notebook_node(notebook)
    assert re.search(r'<img[^>]*alt="申请：自然人 9；&lt;法人&gt; 2。"', page)


def test_outside_a_notebook_show_prints_the_alternative_text(capsys: pytest.CaptureFixture[str]) -> None:
    plot.show(plot.bars(series(["自然人"], [9]), title="申请"))
    assert capsys.readouterr().out == "申请：自然人 9。\n"


MAGIC = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


@pytest.mark.parametrize("kind", MAGIC)
def test_the_same_figure_gives_the_same_bytes_whatever_is_set(kind: str, tmp_path: Path) -> None:
    first = plot.save(FIGURES["shares"](), tmp_path / f"first.{kind}").read_bytes()
    with mpl.rc_context({"savefig.bbox": "tight", "font.size": 30, "svg.fonttype": "none", "lines.linewidth": 9}):
        second = plot.save(FIGURES["shares"](), tmp_path / "new" / f"second.{kind.upper()}").read_bytes()
    assert first == second
    assert first.startswith(MAGIC[kind])
    assert b"Date" not in first
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == [f"first.{kind}", f"second.{kind.upper()}"]


def test_the_bytes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    code = "import sys; from test_plot import FIGURES, plot; plot.save(FIGURES['rare'](), sys.argv[1])"
    for seed in ("1", "2"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join([str(Path(plot.__file__).parents[2]), str(Path(__file__).parent)]),
        }
        subprocess.run([sys.executable, "-c", code, str(tmp_path / f"{seed}.svg")], env=environment, check=True)
    assert (tmp_path / "1.svg").read_bytes() == (tmp_path / "2.svg").read_bytes()


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = plot.save(FIGURES["one bar"](), tmp_path / "figure.png")
    before = path.read_bytes()

    def half(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="disk full"):
        plot.save(FIGURES["shares"](), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_suffix_is_an_error_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(GidtkError, match=r"\.gif"):
        plot.save(FIGURES["one bar"](), tmp_path / "figure.gif")
    assert not list(tmp_path.iterdir())


# --- nothing leaks --------------------------------------------------------------------------------


def test_settings_of_matplotlib_are_untouched(tmp_path: Path) -> None:
    with mpl.rc_context({"font.family": ["serif"], "figure.dpi": 55}):
        before = dict(mpl.rcParams.copy())
        for name, draw in FIGURES.items():
            plot.save(draw(), tmp_path / f"{name}.png")
        assert dict(mpl.rcParams.copy()) == before


def test_use_style_sets_the_font_for_good() -> None:
    with mpl.rc_context():
        plot.use_style()
        assert mpl.rcParams["font.family"] == ["Noto Sans CJK SC", "DejaVu Sans"]


def test_drawing_chooses_no_backend_and_loads_no_pyplot(tmp_path: Path) -> None:
    code = """
import sys, matplotlib, pandas
from gidtk import plot
plot.save(plot.bars(pandas.Series({"a": 1}), title="t"), sys.argv[1])
assert "matplotlib.pyplot" not in sys.modules
assert matplotlib.get_backend(auto_select=False) is None
"""
    environment = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    environment["PYTHONPATH"] = str(Path(plot.__file__).parents[2])
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "f.png")], env=environment, check=True)
