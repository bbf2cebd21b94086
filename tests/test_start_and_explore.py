"""The notebooks 00-start-here and 09-explore: real and simulated reports, no requests, no tables, both languages."""

import re
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

import gidtk as gid
from gidtk.bundled import find_notebook

TEXT = gid.sample("anfu_2020.txt").read_text(encoding="utf-8")


class Ran(NamedTuple):
    """What came out of the runs of one notebook."""

    folder: Path
    outcomes: pd.DataFrame

    def page(self, number: int) -> str:
        """Return a page without its pictures and font."""
        text = (self.folder / self.outcomes["page"][number]).read_text(encoding="utf-8")
        return re.sub(r"base64,[A-Za-z0-9+/=\s]+", "", text)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real report without requests, and without its tables."""
    folder = tmp_path_factory.mktemp("files")
    begin, end = TEXT.index("一、本年新收"), TEXT.index("四、政府信息公开行政复议")
    quiet = TEXT[:begin] + re.sub(r"(?m)^\d+$", "0", TEXT[begin:end]) + TEXT[end:]
    bare = TEXT[: TEXT.index("第二十条第")] + TEXT[TEXT.index("五、存在问题") :]
    for name, text in (("quiet", quiet), ("bare", bare)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        gid.build_corpus(folder / f"{name}.txt", folder / name, jobs=0)
    return folder


@pytest.fixture(scope="module")
def started(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    out = tmp_path_factory.mktemp("start")
    table = [{}, {"lang": "en"}, {"corpus": str(files / "quiet.txt")}, {"corpus": str(files / "bare"), "lang": "en"}]
    return Ran(out, gid.rerun(find_notebook("00-start-here"), table, out))


@pytest.fixture(scope="module")
def explored(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    out = tmp_path_factory.mktemp("explore")
    table = [
        {},
        {"region": "模拟县001人民政府", "table": "verdicts", "lang": "en"},
        {"corpus": str(files / "quiet"), "lang": "en"},
        {"corpus": str(files / "bare"), "table": "sections"},
        {"region": "没有"},
    ]
    return Ran(out, gid.rerun(find_notebook("09-explore"), table, out))


def test_the_first_notebook_runs_for_every_kind_of_report(started):
    assert started.outcomes["status"].tolist() == ["ok"] * 4, started.outcomes["message"].tolist()


def test_the_first_notebook_shows_card_table_place_check_figure_words_and_how_to_cite(started):
    page = started.page(0)
    assert "gidtk-card" in page
    assert "<th>行政复议</th>" in page
    assert "requests.received.natural: 11 (printed: 11)" in page
    assert re.search(r"规则核对：通过 \d+ · 不符 1 · 无法核对 0", page)
    assert "申请的办理结果 (n = 11)：予以公开 9" in page
    assert re.search(r"信息</td><td[^>]*>20</td>", page)
    assert re.search(r"引用：安福县人民政府, .+, 2021-01-29, sha256 cf8495e033ee…, gidtk \d", page)
    assert str(gid.notice(gid.open_corpus("sample").reports)) in page


def test_the_first_notebook_speaks_english(started):
    page = started.page(1)
    assert "<th>Administrative reconsideration</th>" in page
    assert re.search(r"Rules: pass \d+ · fail 1 · not assessable 0", page)
    assert "How requests were answered (n = 11): Disclosed 9" in page
    assert "To cite: 安福县人民政府" in page


def test_without_requests_or_tables_the_first_notebook_says_so_and_counts_no_zero(started):
    assert "没有办结的申请，或没有可读的数字。" in started.page(2)
    page = started.page(3)
    assert "Table 三 has no readable figure." in page
    assert "No request concluded, or no figure readable." in page
    assert re.search(r"Rules: pass 0 · fail 0 · not assessable \d\d", page)


def test_the_cells_are_written_and_the_failed_checks_recorded(started):
    cells = pd.read_csv(started.folder / f"{started.outcomes['run'][0]}_files" / "cells.csv", dtype=str)
    assert len(cells) == 198
    figures = gid.results(started.folder).query(f"run == '{started.outcomes['run'][0]}' and name == 'checks_failed'")
    assert figures["value"].astype(float).tolist() == [1]


def test_looking_around_runs_for_every_kind_of_corpus_and_names_a_region_that_is_not_there(explored):
    assert explored.outcomes["status"].tolist() == ["ok"] * 4 + ["failed"], explored.outcomes["message"].tolist()
    assert "region '没有': the corpus has no report of it" in explored.outcomes["message"][4]


def test_a_page_without_a_kernel_shows_the_table_that_it_began_with(explored):
    page = explored.page(0)
    assert "360829 安福县人民政府 · 2020 · 收到和处理政府信息公开申请情况：161 行" in page
    assert "此处显示前 30 行，共 161 行" in page
    assert "widget" not in page.lower()
    assert "360829 安福县人民政府：各年新收申请" in page


def test_simulated_reports_say_so_beside_the_table_and_beside_what_is_counted_of_it(explored):
    simulated = gid.open_corpus("sample").reports.query("agency == '模拟县001人民政府' and year == 2020")
    page = explored.page(1)
    assert page.count(gid.notice(simulated, "en")) == 2
    assert "Verdicts: " in page


def test_one_report_without_requests_or_tables_reads_well(explored):
    assert re.search(r": new requests by year.+2020 0", explored.page(2))
    page = explored.page(3)
    assert "章节：" in page
    assert "没有可读的数字。" in page
    assert re.findall(r"\b(?:nan|NaN|NaT|None)\b", re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)) == []
