"""Runs that earlier calls left in a folder, and the index page over all of them."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from batches import write

from gidtk.earlier import earlier_runs
from gidtk.rerun import rerun

RESULT = "application/vnd.gidtk.result+json"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    show = "from IPython.display import display\ndisplay({{{!r}: {!r}}}, raw=True)"
    share = {"name": "rate", "value": 0.385, "unit": "1", "zh": "公开率", "en": "Grant rate"}
    count = {"name": "n", "value": 3, "unit": "份", "zh": "报告", "en": "Reports"}
    write(tmp_path / "one.ipynb", show.format(RESULT, share))
    write(tmp_path / "two.ipynb", show.format(RESULT, count), parameters="region: str = ''\nterm: str = 'x'")
    return tmp_path


def test_the_runs_of_earlier_calls_are_found_and_no_other_notebook(here: Path) -> None:
    rerun("one.ipynb", [{"region": "1"}, {"region": "2"}], "out")
    write(here / "out" / "mine.ipynb", "1")
    text = (here / "out" / "one_1.ipynb").read_text(encoding="utf-8")
    (here / "out" / "copy.ipynb").write_text(text, encoding="utf-8")
    (here / "out" / "one_2.html").unlink()
    (run,) = earlier_runs(here / "out", but={"one_1"})
    assert (run["run"], run["source"], run["status"], run["page"]) == ("one_2", "one", "ok", None)
    assert (run["param_region"], run["notice"]) == ("2", ("", ""))
    assert [figure["value"] for figure in run["results"]] == [0.385]


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": {}},
        {"outcome": {"run": "one_1", "status": "<b>"}},
        {"outcome": 3},
        {"outcome": {"run": "one_1", "status": "ok", "cell": None, "message": "", "seconds": "x"}},
    ],
)
def test_what_says_something_else_is_no_run(here: Path, change: dict[str, Any]) -> None:
    rerun("one.ipynb", {"region": "1"}, "out")
    file = here / "out" / "one_1.ipynb"
    notebook = json.loads(file.read_text(encoding="utf-8"))
    notebook["metadata"]["gidtk"] |= change
    file.write_text(json.dumps(notebook), encoding="utf-8")
    assert earlier_runs(here / "out", but=()) == []


def test_the_notice_of_an_earlier_call_stays_on_the_index_page(here: Path) -> None:
    frame = pd.DataFrame({"region": ["1", "2"], "sha256": ["a", "b"], "flags": ["simulated", ""]})
    write(here / "n.ipynb", "1", gidtk={"data": ["region"]})
    rerun("n.ipynb", {"region": "2"}, "out", reports=frame)
    assert "模拟数据" not in (here / "out" / "index.html").read_text(encoding="utf-8")
    rerun("n.ipynb", {"region": "1"}, "out", reports=frame)
    rerun("n.ipynb", {"region": "2"}, "out", reports=frame)
    page = (here / "out" / "index.html").read_text(encoding="utf-8")
    assert "含模拟数据：" in page
    assert "Contains simulated data:" in page


def test_the_index_page_lists_all_runs_of_a_folder_by_notebook(here: Path, page: Any) -> None:
    rerun("one.ipynb", [{"region": "360829"}, {"region": "110105"}], "out")
    table = rerun("two.ipynb", {"region": "360829"}, "out")
    assert table["run"].tolist() == ["two_360829"]
    page.set_viewport_size({"width": 1000, "height": 800})
    page.goto((here / "out" / "index.html").as_uri())
    rows, heads = page.locator("tbody tr:visible"), page.locator("thead th:visible")
    assert rows.locator("th > a > bdi").all_inner_texts() == ["two_360829"]
    assert heads.all_inner_texts() == ["运行", "状态", "地区", "报告 份", "秒"]
    page.select_option("#source", "one")
    assert sorted(rows.locator("th > a > bdi").all_inner_texts()) == ["one_110105", "one_360829"]
    assert heads.all_inner_texts() == ["运行", "状态", "地区", "公开率", "秒"]
    assert "38.5%" in rows.first.inner_text()
    page.click("#language")
    page.select_option("#source", "two")
    assert heads.all_inner_texts()[3:] == ["Reports", "Seconds"]  # no Chinese unit in English
    page.select_option("#source", "")
    assert rows.count() == 3
    assert heads.all_inner_texts() == ["Run", "Status", "Place", "Seconds"]  # what only one notebook has is left out
    assert page.locator(".listed").inner_text() == "Runs in this folder: of the last call 1 · of earlier calls 2"
    assert page.evaluate("document.documentElement.scrollWidth") == 1000
    assert page.complaints == []
