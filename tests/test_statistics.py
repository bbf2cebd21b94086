"""Statistics tables before 2019, in every layout, whole and damaged: no number but the one that the page prints."""

import csv
import html
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk.checks import check_cells, subject_name
from gidtk.form import load_form, rules
from gidtk.readers import read_bytes
from gidtk.report import Report, read_report
from gidtk.statcuts import cut_rows
from gidtk.statheads import find_heads, read_column, settle_columns
from gidtk.statistics import read_statistics
from gidtk.statlabels import StatRow, bare_label, name_rows
from gidtk.tables import Cell

REAL = Path(__file__).parents[2] / "shared" / "reports"
CASES = Path(__file__).parent / "cases"
NATIONAL = ["统计指标", "单位", "统计数"]
ANNEX = ["指标名称", "计量单位", "2011年度", "历年累计"]
seeds = st.integers(0, 10**6)

Line = Sequence[str]  # what stands in each column of the table, from the label on


def national() -> list[dict[str, str]]:
    """The national table with figures that add up, transcribed apart from the form's own data."""
    with (CASES / "statistics_2014.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def national_lines() -> list[list[str]]:
    return [[row["label"], row["unit"], row["figure"]] for row in national()]


def truth() -> dict[str, float]:
    return {row["id"]: float(row["figure"]) for row in national() if row["id"]}


# ---------------------------------------------------------------- layouts


def as_html(lines: Sequence[Line]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in line) + "</tr>" for line in lines)
    return f"<html><body><p>政府信息公开工作年度报告</p><table>{body}</table></body></html>"


def as_markdown(lines: Sequence[Line]) -> str:
    head, *rest = ("| " + " | ".join(line) + " |" for line in lines)
    return "\n".join([head, "|" + "---|" * len(lines[0]), *rest])


LAYOUTS: dict[str, Callable[[Sequence[Line]], str]] = {
    "html": as_html,
    "markdown": as_markdown,
    "pipes, a row a line": lambda lines: "\n".join("|".join(line) for line in lines),
    "tabs, a row a line": lambda lines: "\n".join("\t".join(line) for line in lines),
    "blanks, a row a line": lambda lines: "\n".join("  ".join(line) for line in lines),
    "a cell a line": lambda lines: "\n".join(text for line in lines for text in line),
    "a cell a line, a blank line between": lambda lines: "\n\n".join(text for line in lines for text in line),
    "a cell a line with a pipe before": lambda lines: "\n".join(f"| {text}" for line in lines for text in line),
    "all in one line": lambda lines: " ".join(text for line in lines for text in line if text),
    "heads and labels broken": lambda lines: " ".join(
        " ".join([" ".join(head) if lines[0] == line else head for head in line]) for line in lines
    ),
}
GLUED = {"run together": lambda lines: "附件1" + "".join(text for line in lines for text in line)}
KEEPING_PLACE = ["html", "markdown", "pipes, a row a line", "tabs, a row a line"]


def read(text: str, form: str = "f2014", year: int | None = None) -> dict[tuple[str, str], Cell]:
    return {(cell.row, cell.column): cell for cell in read_all(text, form, year)[0]}


def read_all(text: str, form: str = "f2014", year: int | None = None) -> tuple[list[Cell], list[str]]:
    _, cells, issues = read_statistics(read_bytes(text.encode("utf-8"), "page").blocks, load_form(form), year)
    return cells, [issue.code for issue in issues]


def figures(text: str, form: str = "f2008", year: int | None = 2011) -> dict[str, list[float | str | None]]:
    """Row to what its columns say: a number, or the status of what is none."""
    found: dict[str, list[float | str | None]] = {}
    for (row, _), cell in read(text, form, year).items():
        found.setdefault(row, []).append(cell.value if cell.status == "ok" else cell.status)
    return found


# ---------------------------------------------------------------- the form


def test_the_national_table_has_58_indicators_and_their_variables_fit_into_stata():
    form = load_form("f2014")
    assert len(form.cells()) == 58
    assert form.cells() == [("statistics", row["id"], "year") for row in national() if row["id"]]
    names = [f"{row}_{column}" for row in load_form("f2008").overrides for column in ("year", "cumulative")]
    assert all(len(name) <= 32 for name in names)


def test_the_annex_names_no_indicator_of_the_national_table_and_what_is_near_it_exists():
    annex, own = load_form("f2008").overrides, set(load_form("f2014").rows("statistics"))
    assert own.isdisjoint(annex)
    assert {row["near"] for row in annex.values() if "near" in row} <= own


def test_one_wording_is_one_indicator_unless_the_row_above_tells_which():
    wordings: dict[str, list[dict[str, str]]] = {}
    for form in ("f2014", "f2008"):
        for row in load_form(form).overrides.values():
            for text in {bare_label(wording).text for wording in (row["zh"], *row.get("also", ()))}:
                wordings.setdefault(text, []).append(row)
    shared = [rows for rows in wordings.values() if len(rows) > 1]
    assert shared
    assert all("under" in row for rows in shared for row in rows)


# ---------------------------------------------------------------- every layout


@pytest.mark.parametrize("layout", [*LAYOUTS, *GLUED])
def test_the_national_table_is_read_whole_in_every_layout(layout):
    cells, issues = read_all((LAYOUTS | GLUED)[layout]([NATIONAL, *national_lines()]))
    assert [(cell.table, cell.row, cell.column) for cell in cells] == load_form("f2014").cells()
    assert {cell.row: cell.value for cell in cells} == truth()
    assert issues == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_two_columns_of_an_annex_are_read_in_every_layout(layout):
    lines = [["主动公开信息数", "条", "425", "1516"], ["其中：1.网站公开", "条", "418", "1509"]]
    assert figures(LAYOUTS[layout]([ANNEX, *lines])) == {"s14_pub": [425, 1516], "s14_ch_web": [418, 1509]}
    turned = [[label, unit, total, year] for label, unit, year, total in [ANNEX, *lines]]
    assert figures(LAYOUTS[layout](turned)) == {"s14_pub": [425, 1516], "s14_ch_web": [418, 1509]}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_running_numbers_before_the_labels_are_no_figures(layout):
    lines = [["序号", *NATIONAL], *([str(n), *line] for n, line in enumerate(national_lines(), start=1))]
    assert {row: cell.value for (row, _), cell in read(LAYOUTS[layout](lines)).items()} == truth()


def test_running_numbers_that_run_together_with_everything_leave_nothing_readable():
    lines = [["序号", *NATIONAL], *([str(n), *line] for n, line in enumerate(national_lines(), start=1))]
    assert {cell.value for cell in read(GLUED["run together"](lines)).values()} == {None}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_column_of_codes_and_one_of_a_shorter_period_are_passed_over(layout):
    heads = ["指标名称", "计量单位", "代码", "本期实际", "本年累计"]
    lines = [["主动公开信息数", "条", "01", "3", "40"], ["行政诉讼数", "件", "33", "1", "2"]]
    letters = [["甲", "乙", "丙", "1", "2"]]
    expected = {"s14_pub": [40], "s14_lit": [2]}
    assert figures(LAYOUTS[layout]([heads, *letters, *lines])) == expected
    assert figures(LAYOUTS[layout]([heads, *lines])) == expected


@pytest.mark.parametrize("layout", [*LAYOUTS, *GLUED])
def test_a_blank_cell_is_blank_never_zero(layout):
    lines = [[label, unit, "" if figure == "0" else figure] for label, unit, figure in national_lines()]
    cells = read((LAYOUTS | GLUED)[layout]([NATIONAL, *lines]))
    for row, value in truth().items():
        cell = cells[row, "year"]
        assert (cell.value, cell.status) == ((None, "blank") if value == 0 else (value, "ok")), row


@pytest.mark.parametrize("layout", LAYOUTS)
def test_where_one_of_two_cells_is_blank_the_other_is_read_only_if_its_place_is_kept(layout):
    lines = [["主动公开信息数", "条", "", "1516"], ["行政诉讼数", "件", "0", "0"]]
    expected = ["blank", 1516] if layout in KEEPING_PLACE else ["unreadable", "unreadable"]
    assert figures(LAYOUTS[layout]([ANNEX, *lines])) == {"s14_pub": expected, "s14_lit": [0, 0]}


@settings(max_examples=60, deadline=None)
@given(seed=seeds, layout=st.sampled_from([*LAYOUTS, *GLUED]))
def test_no_damage_makes_a_number_that_is_not_printed_for_its_row(seed, layout):
    chance = random.Random(seed)
    lines = [NATIONAL, *(list(line) for line in national_lines())]
    for _ in range(chance.randint(1, 6)):
        line = lines[chance.randrange(1, len(lines))]
        kind = chance.choice(["no label", "no unit", "two figures", "prose", "gone", "letter", "label cut"])
        if kind == "no label":
            line[0] = ""
        elif kind == "no unit":
            line[1] = ""
        elif kind == "two figures" and line[2]:
            line[2] += " 7"
        elif kind == "prose":
            line[0] += "统计数字如下"
        elif kind == "gone" and len(lines) > 3:
            lines.remove(line)
        elif kind == "letter" and line[2]:
            line[2] += "x"
        elif kind == "label cut":
            line[0] = line[0][: len(line[0]) // 2]
    known = truth()
    for (row, _), cell in read((LAYOUTS | GLUED)[layout](lines)).items():
        if row in known and cell.value is not None:
            assert cell.value == known[row], row


# ---------------------------------------------------------------- columns and years


@pytest.mark.parametrize("layout", LAYOUTS)
def test_of_two_years_the_one_reported_on_is_read(layout):
    heads = ["指标", "单位", "2010年", "2011年"]
    lines = [["收到申请数", "件", "8", "5"], ["行政复议数", "件", "0", "1"]]
    assert figures(LAYOUTS[layout]([heads, *lines])) == {"s14_recv": [5], "s14_rev": [1]}


@pytest.mark.parametrize("heads", [["2010年度", "历年累计"], ["年末统计", "历年累计"], ["2011年末统计", "历年累计"]])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_column_that_is_not_surely_of_the_year_is_not_read_as_one(layout, heads):
    lines = [["指标名称", "计量单位", *heads], ["收到申请数", "件", "8", "5"], ["行政复议数", "件", "0", "1"]]
    assert {found[0] for found in figures(LAYOUTS[layout](lines)).values()} <= {"unreadable"}


def test_the_head_of_a_column_says_what_it_holds():
    assert [read_column(text) for text in ("2011年末统计", "2011年累计", "截至2011年累计", "备注")][:3] == [None] * 3
    assert settle_columns(find_heads("指标单位2011年本年数")[0].columns, 2011) == ("", "")
    assert settle_columns(find_heads("指标单位2010年历年累计")[0].columns, None) == ("year", "cumulative")


# ---------------------------------------------------------------- labels


def ids(*printed: str) -> list[str]:
    return [label.id for _, label, _ in name_rows(StatRow(text, "件", None, "", "") for text in printed)]


def test_a_label_that_two_rows_share_is_told_by_the_row_above_or_not_at_all():
    lines = [
        "四、行政复议数量",
        "（一）维持具体行政行为数",
        "（二）被依法纠错数",
        "五、行政诉讼数量",
        "（二）被依法纠错数",
    ]
    assert ids(*lines) == ["s14_rev", "s14_rev_keep", "s14_rev_fix", "s14_lit", "s14_lit_fix"]
    assert ids("被依法纠错数")[0].startswith("extra_")
    assert ids("四、行政复议数量", "五、行政诉汾数量", "（二）被依法纠错数")[2].startswith("extra_")


def test_a_note_that_changes_what_is_counted_makes_another_indicator():
    assert ids("收到申请数（件）", "专职人员数（不包括政府公报工作人员数）") == ["s14_recv", "s14_h_full"]
    assert ids("收到申请数（含下属单位）")[0].startswith("extra_")


def test_negated_and_joined_labels_are_not_taken_for_what_they_end_in():
    assert ids("不同意公开答复数", "同意公开答复数") == ["s14_ans_deny", "s14_ans_grant"]
    assert ids("2.传真申请数", "3.信函、传真申请数") == ["s14_recv_fax", "s08_recv_mailfax"]
    text = LAYOUTS["a cell a line"]([NATIONAL, ["收到申请数", "件", "1"], ["行政诉讼数", "件", "2"]])
    assert "s14_ans_grant" not in figures(text + "\n不\n同意公开答复数\n件\n7")


def test_an_indicator_of_no_table_known_keeps_one_id_its_label_and_its_number():
    lines = [*national_lines()[:3], ["其他：网上信访数", "件", "12"]]
    for layout in LAYOUTS.values():
        cells, issues = read_all(layout([NATIONAL, *lines]))
        (extra,) = cells[58:]
        assert (extra.row, extra.value) == ("extra_" + extra.row[-8:], 12)
        assert extra.row == ids("其他：网上信访数")[0]
        assert "网上信访数" in extra.place
        assert issues == ["rows_beyond_form"]


def test_other_tables_of_indicators_and_units_are_left_alone():
    lines = [
        ["主要经济指标", "单位", "2016年"],
        ["指标", "单位", "数量"],
        ["地区生产总值", "亿元", "35"],
        ["人口", "人", "7"],
    ]
    assert {cell.status for cell in read_all(as_html(lines))[0]} == {"absent"}


@pytest.mark.parametrize(("unit", "figure", "value"), [("万元", "1.5", 1.5), ("元", "15000", 1.5), ("件", "3", None)])
def test_money_is_read_in_the_unit_that_is_printed_and_not_without_one(unit, figure, value):
    lines = [NATIONAL, ["收到申请数", "件", "1"], ["七、依申请公开信息收取的费用", unit, figure]]
    assert read(as_html(lines))["s14_fee", "year"].value == value
    lines = [NATIONAL, ["收到申请数", "元", "1"], ["行政复议数", "件", "2"]]
    assert read(as_html(lines))["s14_recv", "year"].status == "unreadable"


# ---------------------------------------------------------------- grids


def test_a_table_split_over_two_pages_goes_on_below_the_same_heads():
    one, two = [NATIONAL, ["收到申请数", "件", "4"]], [["行政复议数", "件", "2"], ["举报投诉数", "件", "1"]]
    text = as_html(one).replace(
        "</table>", "</table><p>第 2 页</p>" + as_html(two)[as_html(two).index("<table>") : -14]
    )
    assert {row: cell.value for (row, _), cell in read(text).items() if cell.status == "ok"} == {
        "s14_recv": 4, "s14_rev": 2, "s14_report": 1,
    }  # fmt: skip


def test_two_halves_side_by_side_are_two_tables():
    left, right = national_lines()[:30], national_lines()[30:60]
    lines = [NATIONAL * 2, *([*a, *b] for a, b in zip(left, right, strict=True))]
    found = {row: cell.value for (row, _), cell in read(as_html(lines)).items() if cell.status == "ok"}
    assert found == {row["id"]: truth()[row["id"]] for row in national()[:60] if row["id"]}


def test_a_head_on_two_levels_is_read_by_its_lower_level():
    text = """<table><tr><td rowspan=2>指标名称</td><td rowspan=2>单位</td><td colspan=2>统计数</td></tr>
    <tr><td>本年度</td><td>历年累计</td></tr><tr><td>收到申请数</td><td>件</td><td>4</td><td>9</td></tr>
    <tr><td>行政诉讼数</td><td>件</td><td>0</td><td>1</td></tr></table>"""
    assert figures(f"<html><body>{text}</body></html>") == {"s14_recv": [4, 9], "s14_lit": [0, 1]}


@pytest.mark.parametrize(
    "row",
    [
        "<td>收到申请数</td><td>件</td><td colspan=2>4</td>",
        "<td>收到申请数</td><td>件</td><td rowspan=2>4</td><td rowspan=2>9</td>",
        "<td rowspan=2>收到申请数</td><td>件</td><td>4</td><td>9</td>",
        "<td>收到申请数</td><td>4</td><td>9</td><td>件</td>",
        "<td>收到申请数</td><td>3</td><td>4</td><td>9</td>",
    ],
)
def test_a_figure_that_stands_for_two_rows_or_columns_or_beside_its_place_is_not_read(row):
    head = "".join(f"<td>{text}</td>" for text in ANNEX)
    rest = (
        "<tr><td>行政诉讼数</td><td>件</td><td>0</td><td>1</td></tr><tr><td>行政复议数</td><td>件</td><td>0</td></tr>"
    )
    found = figures(f"<html><body><table><tr>{head}</tr><tr>{row}</tr>{rest}</table></body></html>")
    assert found["s14_recv"] == ["unreadable", "unreadable"]


def test_a_row_printed_twice_with_other_figures_is_not_read():
    one = [NATIONAL, ["收到申请数", "件", "4"], ["行政复议数", "件", "2"]]
    two = [NATIONAL, ["收到申请数", "件", "5"], ["行政复议数", "件", "2"]]
    cells, issues = read_all(as_html([*one, *two]))
    found = {cell.row: cell for cell in cells}
    assert (found["s14_recv"].status, found["s14_recv"].raw) == ("unreadable", "4 ｜ 5")
    assert found["s14_rev"].value == 2
    assert "row_printed_twice" in issues


# ---------------------------------------------------------------- text


def test_what_follows_the_last_figure_does_not_join_it():
    table = LAYOUTS["all in one line"]([ANNEX, ["收到申请数", "件", "4", "9"], ["行政诉讼数", "件", "0", "1"]])
    for tail, last in {
        " 平潭县人民政府 2012年2月20日": [0, 1],
        " 2012 年 2 月 20 日": ["unreadable"] * 2,
        " 3 二、其他": ["unreadable"] * 2,
        "\n单位负责人：张三": [0, 1],
    }.items():
        assert figures(table + tail) == {"s14_recv": [4, 9], "s14_lit": last}, tail


def test_figures_told_in_prose_stay_there():
    text = "2015年政府信息公开工作年度报告\n一、概述\n统计指标完成较好，收到申请数5件。行政复议数量 2 件。\n"
    cells, issues = read_all(text)
    assert {cell.status for cell in cells} == {"absent"}
    assert issues == ["table_missing"]


# ---------------------------------------------------------------- cells that run together

NAMES = ["主动公开信息数", "其中：1.网站公开", "2.政府公报公开", "行政诉讼数"]


def cut(*runs: str, columns: Sequence[str] = ("year", "cumulative")) -> list[tuple[str, ...] | None]:
    return cut_rows(runs, [bare_label(name) for name in NAMES], columns)


def test_figures_that_run_together_are_cut_where_the_parts_add_up_in_both_columns():
    whole, parts = ("425", "1516"), [("418", "1509"), ("7", "7")]
    assert cut("4251516", "4181509", "77", "00") == [whole, *parts, ("0", "0")]
    turned = cut("1505405", "1498398", "77", "00", columns=("cumulative", "year"))
    assert turned == [("1505", "405"), ("1498", "398"), ("7", "7"), ("0", "0")]


@pytest.mark.parametrize(
    ("case", "runs"),
    {
        "the parts are not all there is": ("201370", "172330", "00", "00"),
        "several ways add up": ("213", "213", "00", "00"),
        "a blank cell would explain it too": ("57", "35", "22", "00"),
        "the year exceeds all years": ("1516425", "1509418", "77", "00"),
        "no row shows that zeros are printed": ("4251516", "4181509", "77", "12"),
        "a row has one digit": ("4251516", "4181509", "77", "0"),
    }.items(),
)
def test_figures_that_run_together_are_left_where_arithmetic_does_not_settle_them(case, runs):
    assert cut(*runs)[0] is None, case


def test_two_digits_may_be_one_figure_unless_the_first_is_a_zero():
    assert cut("00", "00", "00", "12")[3] is None
    assert cut("00", "00", "00", "05")[3] == ("0", "5")


@settings(max_examples=150, deadline=None)
@given(seed=seeds)
def test_no_cut_is_wrong_whether_the_parts_add_up_or_not(seed):
    chance = random.Random(seed)
    lines: list[list[str]] = []
    for whole, parts in {
        "主动公开信息数": ["网站公开", "政府公报公开"],
        "对申请的答复数": ["同意公开答复数", "同意部分公开答复数", "否决公开答复数"],
        "行政复议数": [],
        "行政诉讼数": [],
    }.items():
        pairs = [(n, n + draw(chance)) for n in (draw(chance) for _ in parts)]
        year, total = (sum(pair[side] for pair in pairs) for side in (0, 1))
        more = draw(chance) if chance.random() < 0.4 else 0
        lines.append([whole, "条", str(year + more), str(total + more + draw(chance) * (not parts))])
        for number, (name, pair) in enumerate(zip(parts, pairs, strict=True), start=1):
            lines.append([f"{'其中：' if number == 1 else ''}{number}.{name}", "条", *map(str, pair)])
    if chance.random() < 0.3:
        chance.choice(lines)[chance.choice([2, 3])] = ""
    printed = dict(zip(ids(*(line[0] for line in lines)), (line[2:] for line in lines), strict=True))
    for (row, column), cell in read(GLUED["run together"]([ANNEX, *lines]), "f2008", 2011).items():
        if cell.value is not None:
            assert str(cell.value) == printed[row][column == "cumulative"], row


def draw(chance: random.Random) -> int:
    return chance.choice([0, 0, chance.randint(1, 9), chance.randint(10, 99), chance.randint(100, 3000)])


@pytest.mark.parametrize(
    ("tail", "value"),
    {"": 3, "单位负责人：张三": 3, "2016年1月8日": None, "件": None, "12345热线接听数件7": None}.items(),
)
def test_a_run_that_goes_on_into_other_text_is_not_read(tail, value):
    text = "统计指标单位统计数（二）举办各类培训班数次18（三）接受培训人员数人次3" + tail
    cells = read(text)
    assert [cells[f"s14_m_{row}", "year"].value for row in ("train", "trainee")] == [18, value]


def test_a_run_before_an_indicator_that_is_not_the_next_may_hold_the_figure_of_a_lost_row():
    text = "统计指标单位统计数（一）召开政府信息公开工作会议或专题会议数次40（三）接受培训人员数人次3"
    assert [cell.value for cell in read(text).values()][-3:] == [None, None, 3]


def test_the_number_of_the_next_label_is_told_from_the_figure_by_its_turn():
    text = "统计指标单位统计数（一）收到申请数件1{}.当面申请数件3{}.传真申请数件73.网络申请数件04.信函申请数件"
    values = [[cell.value for cell in read(text.format(*turn)).values()][16:19] for turn in ([1, 2], [3, 2], [1, 5])]
    assert values[0] == [1, 3, 7]
    assert values[1][0] is None
    assert values[2][:2] == [1, None]


# ---------------------------------------------------------------- reports and rules

REPORT = "安福县人民政府2016年政府信息公开工作年度报告\n一、概述\n此处叙述从略。\n附表\n"


def report(tmp_path: Path, text: str) -> Report:
    path = tmp_path / "report.txt"
    path.write_text(text, encoding="utf-8")
    return read_report(path)


def test_a_report_of_2016_shows_its_statistics_and_checks_them(tmp_path):
    lines = [["" if text == "0" else text for text in line] for line in [NATIONAL, *national_lines()]]
    found = report(tmp_path, REPORT + LAYOUTS["pipes, a row a line"](lines))
    assert found.form == "f2014"
    assert found.statistics.loc["s14_recv", "year"] == 268
    assert (found.row_name("s14_rev_fix"), found.column_name("statistics", "year", "en")) == (
        "被依法纠错数",
        "This year",
    )
    assert "统计表" in found._repr_html_()
    assert "form_not_read" not in [issue.code for issue in found.issues]
    verdict = dict(zip(found.verdicts["rule"], found.verdicts["verdict"], strict=True))
    assert (verdict["s14_staff"], verdict["s14_recv"]) == ("pass", "not assessable")  # a blank is no zero


def test_a_report_without_a_table_says_so(tmp_path):
    found = report(tmp_path, REPORT + "本年度收到申请5件。")
    assert [issue.code for issue in found.issues if issue.code in ("form_not_read", "table_missing")] == [
        "table_missing"
    ]
    assert report(tmp_path, REPORT.replace("2016", "2011")).cells.empty


def test_the_rules_of_the_national_table_hold_and_each_notices_a_wrong_figure_and_a_missing_one(tmp_path):
    found = report(tmp_path, REPORT + LAYOUTS["markdown"]([NATIONAL, *national_lines()]))
    own = [rule for rule, facts in rules().items() if facts.get("table") == "statistics"]
    verdicts = found.verdicts[found.verdicts["rule"].isin(own)]
    assert verdicts["verdict"].tolist() == ["pass"] * 7
    assert {subject_name(rule, "year") for rule in own} == {"本年度"}
    for rule in own:
        for row, change, outcome in ((rules()[rule]["left"][0], 1, "fail"), (rules()[rule]["right"][-1], None, None)):
            cells = found.cells.copy()
            changed = cells["row"] == row
            cells.loc[changed, "value"] = None if change is None else cells.loc[changed, "value"] + change
            verdict = check_cells(cells).set_index("rule").loc[rule, "verdict"]
            assert verdict == (outcome or "not assessable"), rule


# ---------------------------------------------------------------- real reports


@pytest.mark.parametrize(
    ("name", "form", "count"), [("pingtan_county_2011", "f2008", 34), ("pingtan_market_supervision_2016", "f2014", 32)]
)
def test_the_figures_of_a_real_report_are_those_read_by_hand(name, form, count):
    gold_file = REAL / "gold" / f"{name}.json"
    if not gold_file.is_file():
        pytest.skip(f"no hand-read figures beside the repository: {gold_file.name}")
    gold = json.loads(gold_file.read_text(encoding="utf-8"))
    found = read_report(REAL / gold["raw_file"])
    cells = found.cells[found.cells["status"] != "absent"]
    assert (found.form, len(cells), set(cells["status"])) == (form, count, {"ok"})
    value = dict(zip(zip(cells["row"], cells["column"], strict=True), cells["value"], strict=True))
    labels = [label.removesuffix("（元）") for label in gold["statistics"]]
    for row, (this_year, all_years) in zip(ids(*labels), map(dict.values, gold["statistics"].values()), strict=True):
        assert (value.pop((row, "year")), value.pop((row, "cumulative"))) == (this_year, all_years), row
    assert set(value.values()) <= {0}  # what was not read by hand is a line of zeros
