"""The notebooks on consistency, words, reuse and problems: clean runs in both languages, simulated data marked."""

import ast
import csv
import re
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from lxml import html

import gidtk as gid
from gidtk.bundled import bundled, find_notebook, sample
from gidtk.chosen import standing

FINDINGS, WORDS, REUSE, PROBLEMS = NAMES = (
    "05-what-does-not-add-up",
    "06-what-they-talk-about",
    "07-copied-text",
    "08-problems-and-promises",
)
DRAWN = {"bars", "heatmap", "keywords", "lollipop", "problem_flow", "reuse_network", "show_table", "side_by_side"}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>**b**[x](javascript:alert(3))"
SPEAKING = {WORDS, REUSE}  # they need prose
OWN = {REUSE, PROBLEMS}  # of one agency and year


def hostile_corpus(folder: Path) -> Path:
    """Two years of an agency with hostile name and text, a report without tables and section 五, one without prose."""
    text = sample("anfu_2020.txt").read_text(encoding="utf-8")
    problems = f"一是{HOSTILE}更新不及时。二是=HYPERLINK(1)有待加强。下一步，一是{HOSTILE}。\n"
    five = text.index("五、存在问题")
    bad = text[: text.index("\n", five) + 1] + problems + HOSTILE + "\n" + text[five:].split("\n", 1)[1]
    (folder / "bad_2020.txt").write_text(bad, encoding="utf-8")
    (folder / "bad_2019.txt").write_text(bad.replace("2020", "2019"), encoding="utf-8")
    (folder / "bare_2020.txt").write_text(text[: text.index("第二十条第")], encoding="utf-8")
    tables = text[text.index("二、主动公开") : five]
    (folder / "mute_2020.txt").write_text(text.split("\n", 1)[0] + "\n" + tables, encoding="utf-8")
    rows = [("bad_2020.txt", f"={HOSTILE}", "360801", "2020"), ("bad_2019.txt", f"={HOSTILE}", "360801", "2019")]
    registry = folder / "registry.csv"
    with registry.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                ("file", "agency", "region_code", "year"),
                *rows,
                ("bare_2020.txt", "../../x", "360802", "2020"),
                ("mute_2020.txt", "无言县", "360803", "2020"),
            ]
        )
    gid.build_corpus(sorted(folder.glob("*.txt")), folder / "corpus", registry=registry, jobs=0)
    return folder / "corpus"


def filled_in(folder: Path) -> Path:
    """The sheets that the notebook on problems hands out by default, filled in by two coders who agree."""
    corpus = standing(gid.open_corpus("sample"))
    sheet = gid.draw_sheet(gid.problems(corpus), corpus.reports, share=0.1, seed=1)
    folder.mkdir()
    for coder in ("coder-1", "coder-2"):
        codes = sheet["kind"].map({"problem": "P2", "measure": "M2"})
        gid.write_csv(sheet.assign(codes=codes, coder=coder), folder / f"{coder}.csv")
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, pd.DataFrame]]:
    """Each notebook on the sample, on a corpus of one report in English, and on a hostile one."""
    folder = tmp_path_factory.mktemp("texts")
    gid.build_corpus(sample("anfu_2020.txt"), folder / "one", jobs=0)
    hostile = str(hostile_corpus(folder))
    outcomes = {}
    for name in NAMES:
        own = {"year": 2020} if name in OWN else {}
        table: list[dict[str, Any]] = [
            {},
            {"corpus": str(folder / "one"), "region": "360829", "lang": "en", **own},
            {"corpus": hostile, "region": "360801", **own},
            {"corpus": hostile, "region": "360803" if name in SPEAKING else "360802", "lang": "en", **own},
        ]
        table += [{"codings": str(filled_in(folder / "back"))}] if name == PROBLEMS else []
        outcomes[name] = gid.rerun(find_notebook(name), table, folder / name)
    return folder, outcomes


def page_of(runs: tuple[Path, dict[str, pd.DataFrame]], name: str, run: int) -> Any:
    return html.parse(str(runs[0] / name / runs[1][name]["page"][run])).getroot()


def text_of(runs: tuple[Path, dict[str, pd.DataFrame]], name: str, run: int) -> str:
    return " ".join(page_of(runs, name, run).text_content().split())


def files_of(runs: tuple[Path, dict[str, pd.DataFrame]], name: str, run: int) -> Path:
    return Path(runs[1][name]["param_output_dir"][run])


@pytest.mark.parametrize("name", NAMES)
def test_every_run_ends_well(runs: tuple[Path, dict[str, pd.DataFrame]], name: str) -> None:
    outcomes = runs[1][name]
    assert set(outcomes["status"]) == {"ok"}, outcomes["message"].tolist()


@pytest.mark.parametrize("name", NAMES)
def test_every_table_and_figure_carries_the_notice(name: str) -> None:
    notebook = nbformat.read(bundled("notebooks") / f"{name}.ipynb", as_version=4)
    calls = [
        node
        for cell in notebook.cells
        if cell.cell_type == "code"
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in DRAWN
    ]
    drawn = [call for call in calls if ast.unparse(call.func) != "gid.problem_flow"]
    assert len(drawn) >= 5
    assert [ast.unparse(call)[:80] for call in drawn if not any(k.arg == "note" for k in call.keywords)] == []


@pytest.mark.parametrize("name", NAMES)
def test_simulated_data_are_marked_and_real_data_are_not(runs: tuple[Path, dict[str, pd.DataFrame]], name: str) -> None:
    captions = [c.text_content() for c in page_of(runs, name, 0).iter("caption")][1:]  # the first is of the parameters
    assert len(captions) >= 2
    assert all("含模拟数据" in caption for caption in captions)
    assert "simulated" not in text_of(runs, name, 1).lower()


@pytest.mark.parametrize("name", NAMES)
def test_the_english_page_has_english_heads_and_no_number_where_there_is_none(
    runs: tuple[Path, dict[str, pd.DataFrame]], name: str
) -> None:
    tree = page_of(runs, name, 1)
    heads = " ".join(h.text_content() for h in tree.xpath("//table[contains(@class,'dataframe')]/thead//th"))
    assert heads
    assert not re.search("[\u4e00-\u9fff]", heads)
    said = " ".join(t.text_content() for t in tree.iter("td", "p"))
    assert not re.search(r"\bnan\b|<NA>|\bNone\b|\bNaT\b", said)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("run", [2, 3])
def test_the_text_of_a_report_is_no_markup(runs: tuple[Path, dict[str, pd.DataFrame]], name: str, run: int) -> None:
    tree = page_of(runs, name, run)
    assert not list(tree.iter("script"))
    assert [i.get("src")[:10] for i in tree.iter("img") if not i.get("src").startswith("data:")] == []
    assert [a.get("href") for a in tree.iter("a") if "script" in a.get("href", "")] == []
    assert not any(key.startswith("on") for element in tree.iter() for key in element.attrib)
    assert [b.text_content() for b in tree.iter("strong") if b.text_content() == "b"] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_sheet_holds_a_formula_and_no_file_lies_elsewhere(
    runs: tuple[Path, dict[str, pd.DataFrame]], name: str
) -> None:
    folder = files_of(runs, name, 2)
    assert folder.is_relative_to(runs[0])
    sheets = list(folder.glob("*.csv"))
    assert len(sheets) >= 4
    for sheet in sheets:
        with sheet.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert [cell for cell in cells if cell[:1] in tuple("=+@\t\r") and cell] == []
    names = {path.name for path in runs[0].iterdir()}
    assert names <= {*NAMES, "one", "corpus", "back", "registry.csv", "bad_2019.txt", "bad_2020.txt"} | {
        "bare_2020.txt",
        "mute_2020.txt",
    }


def test_a_browser_shows_hostile_pages_and_complains_of_nothing(
    runs: tuple[Path, dict[str, pd.DataFrame]], page: Any
) -> None:
    for name in NAMES:
        page.goto((runs[0] / name / runs[1][name]["page"][2]).as_uri())
        assert page.locator("h1").count() == 1
    for file in files_of(runs, REUSE, 2).glob("*.html"):
        page.goto(file.as_uri())
        assert page.locator("mark").count() > 0
    assert page.complaints == []


def test_the_key_figures_come_back_as_a_table(runs: tuple[Path, dict[str, pd.DataFrame]]) -> None:
    wanted = {
        FINDINGS: {"reports", "reports_with_errors", "findings", "not_assessable", "likely_wrong"},
        WORDS: {"narratives", "top_word", "key_word", "occurrences", "fingerprint"},
        REUSE: {"new", "repeated", "boilerplate", "donor", "reused"},
        PROBLEMS: {"problems", "plans", "named_again", "plans_told"},
    }
    for name, names in wanted.items():
        found = gid.results(runs[0] / name)
        assert set(found["name"]) == names
        assert (found.groupby("run").size() == len(names)).all()
    words = gid.results(runs[0] / WORDS)
    assert words.loc[words["name"] == "fingerprint", "text"].nunique() == 1


def test_the_findings_say_how_many_reports_fail(runs: tuple[Path, dict[str, pd.DataFrame]]) -> None:
    verdicts = gid.open_corpus("sample").verdicts
    failed = verdicts[verdicts["verdict"] == "fail"]
    grave = failed.loc[failed["severity"] == "error", "report"].nunique()
    assert f"146 份报告中，{grave} 份有错误级的不符" in text_of(runs, FINDINGS, 0)
    folder = files_of(runs, FINDINGS, 0)
    assert pd.read_csv(folder / "decisions-to-fill-in.csv", encoding="utf-8-sig").shape[0] == len(failed)
    sheet = pd.read_csv(folder / "corrections-to-fill-in.csv", dtype=str, encoding="utf-8-sig")
    assert len(sheet) > 0
    assert sheet[["new", "reason", "who", "source"]].isna().all(axis=None)


def test_a_corpus_of_one_report_has_nothing_to_compare_with_and_says_so(
    runs: tuple[Path, dict[str, pd.DataFrame]],
) -> None:
    assert "no other reports to compare with" in str(
        [image.get("alt") for image in page_of(runs, WORDS, 1).iter("img")]
    )
    reuse = text_of(runs, REUSE, 1)
    assert "There is no report of the year before." in reuse
    assert "No other report shares a passage with it." in reuse
    figures = gid.results(runs[0] / REUSE)
    alone = figures[figures["run"] == runs[1][REUSE]["run"][1]]
    assert alone.set_index("name")["value"].isna().all()


def test_a_report_without_section_five_and_tables_reads_well(runs: tuple[Path, dict[str, pd.DataFrame]]) -> None:
    assert "Nothing to list." in text_of(runs, PROBLEMS, 3)
    figures = gid.results(runs[0] / PROBLEMS)
    own = figures[figures["run"] == runs[1][PROBLEMS]["run"][3]].set_index("name")["value"]
    assert own["problems"] == 0
    assert pd.isna(own["named_again"])
    assert "the row or column is not on the page" in text_of(runs, FINDINGS, 3)


def test_a_report_without_prose_reads_well(runs: tuple[Path, dict[str, pd.DataFrame]]) -> None:
    for name in SPEAKING:
        assert any("There is no narrative" in image.get("alt") for image in page_of(runs, name, 3).iter("img"))
    words = gid.results(runs[0] / WORDS)
    own = words[words["run"] == runs[1][WORDS]["run"][3]].set_index("name")["value"]
    assert (own["narratives"], own["occurrences"]) == (0, 0)


def test_copied_text_stands_side_by_side_in_the_page_and_in_files(runs: tuple[Path, dict[str, pd.DataFrame]]) -> None:
    tree = page_of(runs, REUSE, 0)
    assert len(list(tree.iter("mark"))) > 10
    names = {path.name for path in files_of(runs, REUSE, 0).iterdir()}
    assert names >= {"year_before.html", "most_alike.html", "network.png", "dyads.csv"}
    saved = (files_of(runs, REUSE, 0) / "year_before.html").read_text(encoding="utf-8")
    assert "含模拟数据" in saved


def test_coders_sheets_come_back_as_agreement(runs: tuple[Path, dict[str, pd.DataFrame]]) -> None:
    said = text_of(runs, PROBLEMS, 4)
    assert "编码员的一致性" in said
    assert "收到填好的表 2 份" in said
    table = pd.read_csv(files_of(runs, PROBLEMS, 4) / "agreement.csv", encoding="utf-8-sig")
    assert table.set_index("code")["percent"].tolist() == [100.0] * 3
    handed = pd.read_excel(files_of(runs, PROBLEMS, 0) / "coder-1.xlsx", dtype=str, keep_default_na=False)
    assert set(handed["codes"]) == {""}
    assert set(handed["coder"]) == {"coder-1"}


def test_of_a_revised_report_only_the_revision_counts(runs: tuple[Path, dict[str, pd.DataFrame]]) -> None:
    reports = gid.open_corpus("sample").reports
    ids = reports.query("region_code == '329901' and year == 2022").set_index("report")["flags"]
    (first,) = ids.index[~ids.str.contains("revised")]
    items = pd.read_csv(files_of(runs, PROBLEMS, 0) / "items.csv", dtype=str, encoding="utf-8-sig")
    reuse = pd.read_csv(files_of(runs, REUSE, 0) / "reuse.csv", dtype=str, encoding="utf-8-sig")
    for column in (items["report"], reuse["report"]):
        assert first not in set(column)
        assert set(ids.index) & set(column)
