"""Slides of a lesson: one screen after the other, without network and script."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import SlidesExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from gidtk.slides import to_slides
from gidtk.teaching import lessons, student_edition


def _cell(text: str, kind: str) -> nbformat.NotebookNode:
    return new_markdown_cell(text, metadata={"slideshow": {"slide_type": kind}})


def _lesson() -> nbformat.NotebookNode:
    code = new_code_cell("1 + 1", outputs=[new_output("execute_result", {"text/plain": "2"}, execution_count=1)])
    code.metadata["slideshow"] = {"slide_type": "subslide"}
    cells = [_cell("# 第一课", "slide"), _cell("接着说", "-"), code, _cell("不放映", "skip"), _cell("## 完", "slide")]
    return new_notebook(cells=cells)


def test_slide_and_subslide_begin_a_screen_and_what_is_skipped_is_gone() -> None:
    notebook = _lesson()
    before = nbformat.writes(notebook)
    page = to_slides(notebook)
    screens = re.split('<div class="slide">', page)[1:]
    assert len(screens) == 3
    assert "第一课" in screens[0]
    assert "接着说" in screens[0]
    assert "<summary>" in screens[1]
    assert '<details class="code" open>' in screens[1]
    assert "不放映" not in page
    assert '<hr class="slide">' not in page
    assert nbformat.writes(notebook) == before


def test_a_cell_without_a_slide_type_goes_on_with_its_screen() -> None:
    assert (
        to_slides(new_notebook(cells=[new_markdown_cell("# 甲"), new_markdown_cell("乙")])).count('class="slide"') == 1
    )


def test_a_page_has_no_script_and_asks_no_network() -> None:
    page = to_slides(_lesson())
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=\"https?:", page)


@pytest.mark.parametrize("path", lessons()[:2], ids=lambda path: path.stem)
def test_a_deck_of_the_student_edition_fills_screens_in_a_browser(path: Path, page: Any, tmp_path: Path) -> None:
    file = tmp_path / "deck.html"
    file.write_text(to_slides(student_edition(nbformat.read(path, as_version=4))), encoding="utf-8")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(file.as_uri())
    assert page.locator(".slide").count() > 12
    assert page.evaluate("Math.min(...[...document.querySelectorAll('.slide')].map(s => s.offsetHeight))") >= 720
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.keyboard.press("PageDown")
    page.wait_for_timeout(500)
    assert page.evaluate("window.scrollY") > 300
    assert page.complaints == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", lessons(), ids=lambda path: path.stem)
def test_nbconvert_makes_the_same_screens_and_neither_deck_shows_an_answer(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    theirs, _ = SlidesExporter().from_notebook_node(notebook)
    own = to_slides(notebook)
    assert len(re.findall("<section", theirs)) - _groups(notebook) == own.count('<div class="slide">')
    for deck in (theirs, own):
        assert "BEGIN" not in deck
        assert "评分：" not in deck


def _groups(notebook: nbformat.NotebookNode) -> int:
    """Count the outer sections of nbconvert's deck: one for each slide with its subslides."""
    return sum(
        cell.metadata["slideshow"]["slide_type"] == "slide" for cell in notebook.cells if "slideshow" in cell.metadata
    )
