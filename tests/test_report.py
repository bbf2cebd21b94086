"""One report, whole: real pages as hand-read, and what happens to them when they are damaged."""

import importlib.util
import json
import random
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import HTML_LAYOUTS, LAYOUTS, SECTIONS, draw_page, title

import gidtk as gid
from gidtk.errors import GidtkError, NotAReportError
from gidtk.numbers import STATUSES
from gidtk.report import CELL_COLUMNS, Report, read_report

SHARED = Path(__file__).parents[2] / "shared"
REPORTS = SHARED / "reports"
# The pinned floor over the text and HTML files: it may rise.
FLOOR_RIGHT = 577


@pytest.fixture(scope="module")
def anfu() -> Report:
    return read_report(gid.sample("anfu_2020.txt"))


def test_the_first_report_is_read_whole(anfu: Report) -> None:
    identity = (anfu.title, anfu.agency, anfu.region_code, anfu.level, anfu.year, anfu.published, anfu.form)
    assert identity == (
        "安福县2020年政府信息公开工作年度报告", "安福县人民政府", "360829", "county", 2020, "2021-01-29", "f2019"
    )  # fmt: skip
    assert set(anfu.cells["status"]) == {"ok"}
    assert anfu.requests.loc["received", "total"] == 11
    assert anfu.disclosure.loc["coercion", "items_change"] == -2
    *parts, total = anfu.disputes.loc["review"].tolist()
    assert sum(parts) == total


def test_sections_of_the_first_report_hold_their_own_text(anfu: Report) -> None:
    assert [section.key for section in anfu.sections] == [
        "overview", "proactive_disclosure", "requests", "disputes", "problems", "other_matters"
    ]  # fmt: skip
    assert anfu.text("overview").startswith("2020年,安福县人民政府坚持")
    assert anfu.text("none") == ""
    assert anfu.narrative.count("\n") >= 5


def test_every_cell_of_the_form_stands_once(anfu: Report) -> None:
    assert list(anfu.cells.columns) == list(CELL_COLUMNS)
    assert not anfu.cells.duplicated(["table", "row", "column"]).any()
    assert set(anfu.cells["status"]) <= set(STATUSES)


def test_a_report_is_plain_json(anfu: Report) -> None:
    plain = json.loads(json.dumps(anfu.to_dict(), ensure_ascii=False, allow_nan=False))
    assert list(plain) == ["report", "sections", "cells", "verdicts", "issues"]
    assert plain["report"]["source"]["file"] == "anfu_2020.txt"
    assert list(plain["cells"][0].values()) == ["disclosure", "rules", "made", 0, "0", "ok", "line 39"]
    assert list(plain["cells"][0]) == list(CELL_COLUMNS)


def test_a_report_says_what_it_is(anfu: Report) -> None:
    assert repr(anfu) == "<Report 安福县人民政府 2020 f2019: 198 of 198 cells, 0 errors>"
    assert "安福县2020年政府信息公开工作年度报告" in anfu._repr_html_()


def _read(tmp_path: Path, text: str, name: str = "page.txt") -> Report:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return read_report(file)


def test_a_page_that_is_no_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        NotAReportError, match=r"page\.txt: no section, table or title of a disclosure annual report .* 6 characters"
    ):
        _read(tmp_path, "今天天气很好")


@pytest.mark.parametrize("layout", ["cell a line", "one line", "no separator at all", *HTML_LAYOUTS])
def test_a_written_page_is_a_whole_report(layout: str, tmp_path: Path) -> None:
    page = draw_page("f2021", 11)
    report = _read(tmp_path, LAYOUTS[layout](page))
    assert (report.year, report.form) == (2022, "f2021")
    assert [section.number for section in report.sections] == [heading[0] for heading in SECTIONS]
    if layout != "one line" and layout != "no separator at all":
        assert report.title == title(page)
        assert report.text("other_matters") == "无。"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            "政府信息公开工作年度报告\n一、总体情况\n文",
            "form_unknown",
            "neither words nor year tell which statutory form this is: no cell is read",
        ),
        (
            "安福县2022年政府信息公开工作年度报告\n一、总体情况\n规章\n本年新制作数量\n0",
            "form_of_other_year",
            "the report is of 2022, its tables are of the Form of 2019 (trial)",
        ),
        (
            "安福县2022年政府信息公开工作年度报告\n一、总体情况\n文\n附件：安福县2022年统计表.xlsx",
            "annex_named",
            "the page names another file (附件：安福县2022年统计表.xlsx), which may hold the tables: read it too",
        ),
    ],
)
def test_what_the_form_does_is_said(text: str, code: str, message: str, tmp_path: Path) -> None:
    assert {issue.code: issue.message for issue in _read(tmp_path, text).issues}[code] == message


# ---------------------------------------------------------------- real pages


def _score() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", SHARED / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _scored() -> Iterator[tuple[str, int, list[str], list[str]]]:
    score = _score()
    for path in sorted((REPORTS / "gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        file = REPORTS / Path(gold["raw_file"]).name
        if file.suffix in (".txt", ".html"):
            right, _, refused, wrong = score.score(gold, read_report(file).to_dict())
            yield path.stem, right, refused, wrong


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the annotated reports are not beside this checkout")
def test_annotated_reports_are_read_without_a_wrong_number() -> None:
    scored = list(_scored())
    assert {name: wrong for name, _, _, wrong in scored if wrong} == {}
    assert sum(right for _, right, _, _ in scored) >= FLOOR_RIGHT


def _pages() -> list[str]:
    files = sorted(REPORTS.glob("*.txt")) + sorted(REPORTS.glob("*.html")) if REPORTS.is_dir() else []
    return [Path(file).read_text(encoding="utf-8") for file in (files or [gid.sample("anfu_2020.txt")])]


def _mutate(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    for _ in range(rng.randrange(1, 8)):
        one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        kind = rng.randrange(6)
        if kind == 0:
            del lines[one : one + rng.randrange(4)]
        elif kind == 1:
            lines.insert(one, lines[other % len(lines)] if lines else "")
        elif kind == 2:
            lines[one], lines[other] = lines[other], lines[one]
        elif kind == 3 and lines[one]:
            at = rng.randrange(len(lines[one]))
            lines[one] = (
                lines[one][:at] + rng.choice("0 1|/\t（）二、<>\x00\ud7ff㊀") + lines[one][at + rng.randrange(2) :]
            )
        elif kind == 4:
            lines[one : one + 2] = ["".join(lines[one : one + 2])]
        else:
            lines[one] = lines[one] * rng.randrange(3)
        lines = lines or [""]
    return "\n".join(lines)[: rng.choice([10**9, 10**9, rng.randrange(1, 9000)])]


@given(st.integers(0, 10**9))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_page_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    try:
        report = _read(tmp_path, _mutate(rng.choice(_pages()), rng))
    except GidtkError as error:
        refused = str(error)
    else:
        refused = ""
    if refused:
        assert "page.txt" in refused
        return
    cells = report.cells
    assert not cells.duplicated(["table", "row", "column"]).any()
    assert (cells["value"].notna() == (cells["status"] == "ok")).all()
    json.dumps(report.to_dict(), allow_nan=False)


BOMBS = {
    "one line": "安福县2020年政府信息公开工作年度报告 一、总体情况 " + "本机关主动公开政府信息工作。" * 40_000,
    "digits": "安福县2020年政府信息公开工作年度报告\n一、总体情况\n规章" + "0" * 500_000,
    "long runs": "安福县2020年政府信息公开工作年度报告\n"
    + "规章111111111111\n行政许可" * 2_000
    + "一、本年新收政府信息公开申请数量"
    + "1" * 50,
    "labels": "安福县2020年政府信息公开工作年度报告\n一、总体情况\n" + "行政许可" * 30_000,
    "titles": "安福县2020年政府信息公开工作年度报告\n" + "一、总体情况\n二、主动公开政府信息情况\n" * 10_000,
    "brackets": "安福县2020年政府信息公开工作年度报告\n一、总体情况\n" + "（" * 100_000,
    "pipes": "安福县2020年政府信息公开工作年度报告\n一、总体情况\n" + "|" * 300_000,
    "blanks": "安福县2020年政府信息公开工作年度报告\n一、总体情况\n规章" + " " * 500_000 + "0",
    "numbers": "安福县2020年政府信息公开工作年度报告\n一、总体情况\n规章\n" + "0\n" * 40_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_huge_text_is_read_and_gives_no_number(bomb: str, tmp_path: Path) -> None:
    report = _read(tmp_path, BOMBS[bomb])
    assert report.cells["value"].isna().all()


def test_what_a_reader_could_not_read_is_an_issue_of_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gidtk.issues import Issue
    from gidtk.readers import Document, text

    scan = Issue("pages_are_pictures", "warning", "page 2: a picture without text; not read")
    blocks = text.read("某县2022年政府信息公开工作年度报告\n一、总体情况\n略")
    monkeypatch.setattr("gidtk.report.read_bytes", lambda data, name, folder: Document(blocks, "pdf", (scan,)))
    (tmp_path / "report.pdf").write_bytes(b"%PDF")
    assert gid.read_report(tmp_path / "report.pdf").issues[0] == scan


def test_plain_verdicts_are_those_of_the_frame(anfu):
    frame = anfu.verdicts.astype(object).where(anfu.verdicts.notna(), None)
    assert anfu.to_dict()["verdicts"] == frame.to_dict(orient="records")
