"""The notebooks: house style, clean runs, and the page as a reader's browser shows it."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from gidtk.bundled import bundled, sample
from gidtk.parameters import declared
from gidtk.rerun import rerun

NOTEBOOKS = sorted(bundled("notebooks").glob("*.ipynb"))
PROFILE = bundled("notebooks") / "01-region-profile.ipynb"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    """The profile of the real report in both languages, of a year without requests, and of a report without tables."""
    folder = tmp_path_factory.mktemp("profile")
    quiet, bare = folder / "quiet.txt", folder / "bare.txt"
    text = sample("anfu_2020.txt").read_text(encoding="utf-8")
    begin, end = text.index("一、本年新收"), text.index("四、政府信息公开行政复议")
    quiet.write_text(text[:begin] + re.sub(r"(?m)^\d+$", "0", text[begin:end]) + text[end:], encoding="utf-8")
    bare.write_text(text[: text.index("第二十条第")] + text[text.index("五、存在问题") :], encoding="utf-8")
    table: list[dict[str, Any]] = [
        {"region": "360829"},
        {"region": "360829", "lang": "en"},
        {"region": "360829", "corpus": str(quiet)},
        {"region": "360829", "corpus": str(bare), "lang": "en"},
    ]
    return folder, rerun(PROFILE, table, folder / "runs")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_the_house_style(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert notebook.cells[0].source.startswith("# ")
    assert notebook.cells[-1].cell_type == "markdown"
    assert 12 <= len(notebook.cells) <= 25
    assert all(len(cell.source.splitlines()) <= 20 for cell in code)
    assert all(len(line) <= 100 for cell in code for line in cell.source.splitlines())
    assert not any(cell.outputs or cell.execution_count for cell in code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_parameters_are_typed_explained_literals(path: Path) -> None:
    (cell,) = [c for c in nbformat.read(path, as_version=4).cells if "parameters" in c.metadata.get("tags", [])]
    lines = cell.source.splitlines()
    assert len(lines) <= 8
    assert all(re.fullmatch(r"\w+: \w+ = [^=#]+  # [^=]+", line) for line in lines)
    assert all(parameter.own is not ... for parameter in declared(path).values())


def test_every_profile_runs(runs: tuple[Path, pd.DataFrame]) -> None:
    assert runs[1]["status"].tolist() == ["ok"] * 4, runs[1]["message"].tolist()


def _page(runs: tuple[Path, pd.DataFrame], number: int) -> str:
    folder, outcomes = runs
    return (folder / "runs" / outcomes["page"][number]).read_text(encoding="utf-8")


def test_the_page_says_what_the_report_says(runs: tuple[Path, pd.DataFrame]) -> None:
    page = _page(runs, 0)
    assert "本年新收申请 11 件。" in page
    assert "安福县人民政府2020年新收申请 (件)：自然人 11；" in page
    assert re.search(r"<th>公开率</th>\s*<td>11</td>\s*<td>81.8%</td>", page)


@pytest.mark.parametrize(("number", "heads"), [(0, "规则 通过 不符 无法核对"), (1, "Rule Pass Fail Not_assessable")])
def test_the_tables_of_the_profile_speak_the_language_of_the_page(
    runs: tuple[Path, pd.DataFrame], number: int, heads: str
) -> None:
    page = re.sub(r'<details class="code".*?</details>', "", _page(runs, number), flags=re.DOTALL)
    found = re.findall(r"<th[^>]*>([^<]*)</th>", page)
    assert {head.replace("_", " ").casefold() for head in heads.split()} <= {head.casefold() for head in found}
    assert not {"subject", "found", "expected", "message", "value", "status", "pre", "way", "block", "text"} & set(
        found
    )


def test_the_english_page_speaks_english(runs: tuple[Path, pd.DataFrame]) -> None:
    page = _page(runs, 1)
    assert '<html lang="en">' in page
    assert "11 requests were received this year." in page
    assert "How requests were answered (n = 11): Disclosed 9 (81.8%);" in page


def test_a_year_without_requests_has_no_rate_and_says_so(runs: tuple[Path, pd.DataFrame]) -> None:
    page = _page(runs, 2)
    assert "本年没有收到申请。" in page
    assert re.search(r"<th>公开率</th>\s*<td>0</td>\s*<td[^>]*>没有案件</td>", page)
    assert "没有办结的申请，或没有可读的数字。" in page
    assert "nan" not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", page).lower().split()


def test_a_report_without_tables_gives_words_but_no_figures(runs: tuple[Path, pd.DataFrame]) -> None:
    page = _page(runs, 3)
    assert "The report gives no readable total of requests." in page
    assert "Most frequent words of the narrative (occurrences):" in page
    assert re.search(r"<th>Grant rate</th>\s*<td[^>]*>—</td>\s*<td[^>]*>figures missing</td>", page)


def test_the_tables_and_figures_are_written_beside_the_page(runs: tuple[Path, pd.DataFrame]) -> None:
    folder = runs[0] / "runs" / f"{runs[1]['run'][0]}_files"
    names = {path.name for path in folder.iterdir()}
    assert names == {*(f"{n}.csv" for n in ("cells", "verdicts", "shares", "words", "problems")), "requests.png"} | {
        "answers.png",
        "words.png",
    }
    cells = pd.read_csv(folder / "cells.csv", dtype=str, encoding="utf-8-sig")
    assert len(cells) == 198


def test_a_browser_shows_title_and_figures_and_complains_of_nothing(runs: tuple[Path, pd.DataFrame], page: Any) -> None:
    folder, outcomes = runs
    page.goto((folder / "runs" / outcomes["page"][0]).as_uri())
    assert page.title().startswith("一份政府信息公开工作年度报告说了什么？")
    for beginning in ("安福县人民政府2020年新收申请", "申请的办理结果", "叙述部分的高频词"):
        figure = page.locator(f'img[alt^="{beginning}"]')
        assert figure.is_visible()
        assert figure.evaluate("image => image.complete && image.naturalWidth > 600")
    assert page.locator("details.code").first.get_attribute("open") is None
    assert page.complaints == []


def test_the_page_shows_no_boxes_where_no_chinese_font_is_installed(runs: tuple[Path, pd.DataFrame], page: Any) -> None:
    """Two characters that a font lacks are the same box; with the page's own font they differ."""
    folder, outcomes = runs
    page.goto((folder / "runs" / outcomes["page"][0]).as_uri())
    page.evaluate(
        """() => { for (const [id, char] of [["one", "政"], ["two", "公"]]) {
            const box = Object.assign(document.createElement("div"), {id, textContent: char});
            box.style.cssText = "font-size:64px; width:80px; height:96px";
            document.querySelector("main").prepend(box);
        } return document.fonts.ready.then(() => true); }"""
    )
    assert page.locator("#one").screenshot() != page.locator("#two").screenshot()
