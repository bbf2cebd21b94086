"""One region over years, a region beside its peers, the whole country: the notebooks run, and say what the data say."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gidtk as gid
from gidtk.bundled import bundled, sample
from gidtk.rerun import rerun

OVER_YEARS, COMPARE, OVERVIEW = "02-region-over-years", "03-compare-regions", "04-national-overview"
Pages = dict[tuple[str, str], Path]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Run each notebook over the sample, over one report, and over one report of a year without requests."""
    folder = tmp_path_factory.mktemp("compare")
    text = sample("anfu_2020.txt").read_text(encoding="utf-8")
    begin, end = text.index("一、本年新收"), text.index("四、政府信息公开行政复议")
    quiet = folder / "quiet.txt"
    quiet.write_text(text[:begin] + re.sub(r"(?m)^\d+$", "0", text[begin:end]) + text[end:], encoding="utf-8")
    one, none, undated = (str(folder / name) for name in ("one", "none", "undated"))
    nameless = folder / "nameless.txt"
    nameless.write_text(
        "政府信息公开工作年度报告\n一、总体情况\n本年度无。\n二、主动公开政府信息情况\n无。\n", encoding="utf-8"
    )
    gid.build_corpus(nameless, undated, jobs=0)
    gid.build_corpus(sample("anfu_2020.txt"), one, jobs=0)
    gid.build_corpus(quiet, none, jobs=0)
    real: dict[str, Any] = {"region": "360829"}
    runs: dict[str, dict[str, dict[str, Any]]] = {
        OVER_YEARS: {"sample": {}, "none": {**real, "corpus": none, "lang": "en"}},
        COMPARE: {"sample": {"lang": "en"}, "one": {**real, "corpus": one, "year": 2020}},
        OVERVIEW: {"sample": {}, "none": {"corpus": none, "lang": "en"}, "undated": {"corpus": undated, "lang": "en"}},
    }
    found: Pages = {}
    for name, rows in runs.items():
        out = folder / name
        outcomes = rerun(bundled("notebooks") / f"{name}.ipynb", list(rows.values()), out)
        assert outcomes["status"].tolist() == ["ok"] * len(rows), outcomes["message"].tolist()
        found |= {(name, row): out / page for row, page in zip(rows, outcomes["page"], strict=True)}
    return found


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def seen(page: Path) -> str:
    """Return what a reader sees of a page, pictures and folded code aside."""
    return re.sub(r'<details class="code".*?</details>|base64,[A-Za-z0-9+/=]+', "", read(page), flags=re.DOTALL)


def words(page: Path) -> list[str]:
    """Return the words of a page without its markup."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"<style.*?</style>", "", seen(page), flags=re.DOTALL)).split()


def test_no_page_shows_a_missing_value_as_nan(pages: Pages) -> None:
    for page in pages.values():
        assert not {"nan", "<NA>", "&lt;NA&gt;", "None"} & set(words(page)), page


def test_the_page_of_a_region_says_which_years_are_there_and_what_is_carried_over(pages: Pages) -> None:
    page = read(pages[OVER_YEARS, "sample"])
    assert "模拟区007人民政府2019–2024年共有 7 份报告；缺报告的年份：无。" in page
    found = gid.years_of(gid.open_corpus("sample"), "329901")
    states = gid.carry_over(gid.panel(found, duplicates="first"))["state"].value_counts()
    assert f"相邻两年都有报告的 5 处：相符 {states['agrees']}，不符 " in page
    assert "模拟区007人民政府：历年申请：新收申请 (件) 2019 45, 2020 72, 2021 53" in page
    assert "2019年格式（试行） | 2021年格式" in page


def test_of_a_revised_year_only_the_report_that_counts_is_checked(pages: Pages) -> None:
    folder = pages[OVER_YEARS, "sample"].with_name(pages[OVER_YEARS, "sample"].stem + "_files")
    found = gid.years_of(gid.open_corpus("sample"), "329901")
    table = pd.read_csv(folder / "verdicts.csv", encoding="utf-8-sig", dtype=str)
    assert set(table["report"]) == set(gid.panel(found, duplicates="first")["report"])
    assert len(set(table["report"])) == len(found.reports) - 1


def test_a_region_without_requests_has_no_rate_and_says_so(pages: Pages) -> None:
    page = read(pages[OVER_YEARS, "none"])
    assert "Years with a figure of new requests: 1; 0 requests in all. Years without any request: 1." in page
    assert "No year has a grant rate." in page
    assert "No request concluded, or no figure readable." in page
    assert "No two neighbouring years: no chain to check." in page


def test_a_region_stands_beside_its_peers_in_the_order_of_codes(pages: Pages) -> None:
    page = read(pages[COMPARE, "sample"])
    assert "模拟区007人民政府, 2022; peers: 23." in page
    codes = re.findall(
        r"<td[^>]*>(\d\d99\d\d)</td>", page[page.index("The peers") : page.index("What does not add up")]
    )
    assert codes == sorted(codes)
    assert len(codes) == 24
    assert "Grant rate and n, 2022" in page
    assert re.search(r"Grant rate, 模拟区007人民政府: 43\.8% \(n = 73, 95 % interval 33\.0% – 55\.2%\)\.", page)


def test_a_region_without_peers_has_no_funnel_and_is_told_so(pages: Pages) -> None:
    page = read(pages[COMPARE, "one"])
    assert "安福县人民政府与 0 个同级同类机关相比（2020年）。" in page
    assert "2020年公开率与件数：只有 1 个机关有比例，画不成漏斗图。" in page
    assert "安福县人民政府的公开率为 81.8%（n = 11，95%区间 52.3% – 94.9%）。" in page


def test_the_overview_counts_what_is_there_and_marks_the_change_of_form(pages: Pages) -> None:
    page = read(pages[OVERVIEW, "sample"])
    assert "146 份报告，25 个机关，8 个省级地区；按已有机关计缺 5 份；0 个文件没有读出报告。" in page
    found = gid.pooled(
        gid.indicators(gid.panel(gid.all_of(gid.open_corpus("sample")), duplicates="first"), ["grant_rate"]), ["year"]
    )
    assert f"合并率 Σa/Σb 2019 {found['pooled_rate'].iloc[0]:.1%}" in page
    assert "2019年格式（试行） | 2021年格式" in page


def test_an_overview_of_one_report_without_requests_says_what_it_lacks(pages: Pages) -> None:
    page = read(pages[OVERVIEW, "none"])
    assert "Reports: 1; units: 1; provinces: 1; missing: 0; files that gave no report: 0." in page
    assert "Grant rate 2020: pooled rates: No figure is readable for 2020." in page
    assert "Grant rate over the years: No figure is readable." in page


def test_an_overview_of_reports_without_a_year_names_no_year(pages: Pages) -> None:
    page = read(pages[OVERVIEW, "undated"])
    assert "Reports: 1; units: 0; provinces: 0; missing: 0; files that gave no report: 0." in page
    assert "Grant rate: pooled rates: No figure is readable." in page
    assert "New requests by province:" in page


def test_verdicts_over_the_years_speak_of_rows_and_columns_in_words(pages: Pages) -> None:
    assert "<td" in (page := seen(pages[OVER_YEARS, "sample"]))
    assert ">refused_third_party<" not in page
    assert ">report<" not in page
    assert ">本报告<" in page


def test_simulated_data_are_marked_beside_every_table_and_in_every_figure(pages: Pages) -> None:
    for name, said in [(OVER_YEARS, "含模拟数据："), (COMPARE, "Contains simulated data:"), (OVERVIEW, "含模拟数据：")]:
        page = seen(pages[name, "sample"])
        tables = [part[: part.index("</table>")] for part in page.split("<table")[1:] if "dataframe" in part[:60]]
        assert len(tables) >= 3, name
        assert [table[:200] for table in tables if said not in table] == [], name
        assert [alt for alt in re.findall(r'<img[^>]* alt="([^"]*)"', page) if said not in alt] == [], name
        folder = pages[name, "sample"].with_name(pages[name, "sample"].stem + "_files")
        for path in folder.glob("*.csv"):
            table = pd.read_csv(path, encoding="utf-8-sig", dtype=str)
            assert table["note"].str.startswith(said).all(), path
        assert len(list(folder.glob("*.png"))) >= 3


def test_real_data_bear_no_such_mark(pages: Pages) -> None:
    assert "模拟" not in "".join(words(pages[COMPARE, "one"]))


@pytest.mark.parametrize("name", [OVER_YEARS, COMPARE, OVERVIEW])
def test_key_figures_are_recorded(pages: Pages, name: str) -> None:
    table = gid.results(pages[name, "sample"].parent)
    own = table[table["run"] == pages[name, "sample"].stem].set_index("name")["value"]
    assert own.notna().sum() >= 3
    if name == OVERVIEW:
        assert own["reports"] == 146


@pytest.mark.parametrize("name", [OVER_YEARS, COMPARE, OVERVIEW])
def test_a_browser_shows_every_figure_with_its_words_and_complains_of_nothing(
    pages: Pages, name: str, page: Any
) -> None:
    page.goto(pages[name, "sample"].as_uri())
    figures = page.locator("main img, img")
    assert figures.count() >= 3
    for n in range(figures.count()):
        assert figures.nth(n).evaluate("image => image.complete && image.naturalWidth > 600 && image.alt.length > 20")
    assert page.complaints == []
