"""The index page of a batch: everything to find, nothing to run, no network."""

import re
from pathlib import Path
from typing import Any

import pytest
from batches import write
from lxml.html import document_fromstring
from nbformat.v4 import new_code_cell, new_notebook, new_output
from test_page import DOT, HOSTILE

import gidtk as gid
from gidtk.gallery import to_index
from gidtk.outcomes import blank
from gidtk.rerun import rerun
from gidtk.results import as_table
from gidtk.thumbnail import thumbnail

HARMLESS = set(
    re.findall(
        r"\w+",
        "html head meta title style body main header h1 bdi button span p details summary dl div dt dd label input "
        "select option output table thead tr td th small tbody img a script",
    )
)


def figure(name: str, value: object, unit: str = "", zh: str = "", en: str = "") -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "zh": zh, "en": en}


def run(name: str, status: str = "ok", message: str = "", results: Any = (), **values: Any) -> dict[str, Any]:
    there = {"page": f"{name}.html", "notebook": f"{name}.ipynb", "thumbnail": None} if status != "error" else {}
    outcome = blank(name, {"corpus": "corpus", **values})
    return outcome | {"status": status, "message": message, "seconds": 1.5, "results": list(results), **there}


RUNS = [
    run("n_360829_2020", region="360829", year=2020, results=[figure("received", 11, "件", "新收申请", "received")]),
    run("n_110105_2020", region="110105", year=2020, results=[figure("received", 9)]),
    run("n_110105_2019", region="110105", year=2019, results=[figure("received", 100)]),
    run("n_340506_2020", region="340506", year=2020, results=[figure("received", None)]),
    run("n_000000_2020", "failed", "GidtkError: no report of 000000", region="000000", year=2020),
    run("n_安福县_2020", region="安福县", year=2020),
    run("n_x_2020", "error", "OSError: [Errno 28] No space left on device", region="x", year=2020),
]


def rows(page: str) -> list[Any]:
    return document_fromstring(page).xpath("//tbody/tr")


def shown(page: Any) -> list[str]:
    return page.locator("tbody tr:visible").locator("th > bdi, th > a > bdi").all_inner_texts()


def test_failures_come_first_and_the_rest_in_the_order_given() -> None:
    found = [row.get("data-status") for row in rows(to_index(RUNS))]
    assert found == ["error", "failed", *["ok"] * 5]
    names = [row.xpath("string(th//bdi)") for row in rows(to_index(RUNS))]
    assert names[2:] == ["n_360829_2020", "n_110105_2020", "n_110105_2019", "n_340506_2020", "n_安福县_2020"]


def test_a_run_has_its_province_from_its_code_or_its_name_and_none_where_neither_says() -> None:
    found = {row.xpath("string(th//bdi)"): row.get("data-province") for row in rows(to_index(RUNS))}
    assert found["n_360829_2020"] == found["n_安福县_2020"] == "36"
    assert found["n_340506_2020"] == "34"
    assert found["n_000000_2020"] == found["n_x_2020"] == ""
    page = to_index(RUNS)
    assert '<option value="36" data-zh="江西省 (2)" data-en="Jiangxi (2)"></option>' in page
    assert "安福县 360829" in page


def test_the_reports_say_what_place_a_word_names_and_that_data_are_simulated() -> None:
    reports = gid.reports_in("sample")
    revised = reports.query("region_code == '329901' and year == 2022")["report"].iloc[0]
    runs = [run("n_1", region="329901", year=2021), run("n_2", region=revised, year=2022), *RUNS[:1]]
    said = [gid.notice(reports, lang) for lang in ("zh", "en")]
    page = to_index(runs, reports=reports, notice=said)
    places = [row.xpath("string(td[@class='text'][1])") for row in rows(page)]
    assert places == ["模拟区007人民政府 329901"] * 2 + ["安福县 360829"]
    assert {row.get("data-province") for row in rows(page)} == {"32", "36"}
    assert "含模拟数据：146 份报告中有 145 份" in page
    assert "含模拟数据" not in to_index(RUNS[:1], reports=reports, notice=("", ""))


def test_what_all_runs_share_stands_once_above_the_table() -> None:
    page = document_fromstring(to_index(RUNS))
    assert [dt.text_content() for dt in page.xpath("//dt")] == ["语料库Corpus"]
    heads = [th.xpath("string(.//span[@lang='en'])") for th in page.xpath("//thead//th")]
    assert heads == ["Run", "Status", "Place", "Year", "received", "Seconds"]


def test_a_run_without_a_page_is_no_link_and_one_with_it_links_inside_the_folder() -> None:
    links = {a.get("href") for a in document_fromstring(to_index(RUNS)).xpath("//a")}
    assert {"n_360829_2020.html", "n_%E5%AE%89%E7%A6%8F%E5%8E%BF_2020.html", "outcomes.csv"} <= links
    assert not any(link.startswith(("n_x", "/", "..", "http")) for link in links)


def test_key_figures_that_are_missing_are_a_dash_and_sort_as_missing() -> None:
    cells = [row.xpath("td[@class='number'][1]")[0] for row in rows(to_index(RUNS))[2:]]
    assert [(cell.get("data-value"), cell.text_content()) for cell in cells] == [
        ("11.0", "11"),
        ("9.0", "9"),
        ("100.0", "100"),
        ("", "—"),
        ("", "—"),
    ]


def test_a_share_is_in_per_cent_and_sorts_by_number_and_a_chinese_unit_is_not_said_in_english() -> None:
    results = [figure("rate", 0.385, "1", "公开率", "Grant rate"), figure("n", 1200, "件", "申请", "Requests")]
    page = document_fromstring(to_index([run("a", results=[*results, figure("p", 3.25, "%")])]))
    cells = [(c.get("data-value"), c.text_content()) for c in page.xpath("//tbody//td[@class='number']")][:3]
    assert cells == [("0.385", "38.5%"), ("1200.0", "1,200"), ("3.25", "3.25")]
    heads = [[s.text_content() for s in th.xpath(".//small/span")] for th in page.xpath("//thead//th")]
    assert heads == [[], [], [], [], ["件", ""], ["%", "%"], []]


@pytest.mark.parametrize(("lang", "expected"), [("zh", "zh"), ("en", "en"), (None, "en")])
def test_the_page_is_opened_in_the_language_of_the_runs(lang: str | None, expected: str) -> None:
    assert f'<html lang="{expected}">' in to_index([run("a", lang="en")], lang=lang)


def test_a_batch_without_runs_has_a_page_that_says_so() -> None:
    page = to_index([], title="n")
    assert "This batch has no runs." in page
    assert "<table" not in page


def hostile() -> list[dict[str, Any]]:
    texts = [*HOSTILE, "=HYPERLINK(1)", "../../x", "长" * 10_000, "\u202egpj.exe", "a\0b", "' onclick='alert(1)"]
    return [
        run(f"n_{n}", "failed" if n % 2 else "ok", text, [figure("f", text, text, text, text)], region=text, note=text)
        for n, text in enumerate(texts)
    ]


def test_no_text_is_markup_and_long_ones_are_cut() -> None:
    page = document_fromstring(to_index(hostile(), title=HOSTILE[0]).replace("\0", ""))
    assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= HARMLESS
    assert len(page.xpath("//script")) == 1
    assert not [k for element in page.iter() for k in element.keys() if k.startswith("on")]  # noqa: SIM118
    assert max(len(cell.text_content()) for cell in page.xpath("//tbody/tr/td")) <= 240


def test_the_first_figure_is_made_small_and_what_is_no_picture_is_left_out() -> None:
    def having(data: str) -> Any:
        return new_notebook(cells=[new_code_cell("x", outputs=[new_output("display_data", data={"image/png": data})])])

    small = thumbnail(having(DOT))
    assert small is not None
    assert small.startswith(b"\x89PNG")
    assert thumbnail(new_notebook()) is None
    assert [thumbnail(having(data)) for data in ("", "x", "AAAA", DOT[:40])] == [None] * 4
    assert thumbnail(having(DOT)) == small


def test_results_of_many_runs_are_one_table() -> None:
    assert as_table((outcome["run"], outcome["results"]) for outcome in RUNS)["run"].nunique() == 4


# ---- in a browser


@pytest.fixture
def opened(page: Any, tmp_path: Path) -> Any:
    (tmp_path / "index.html").write_text(to_index(RUNS, title="n"), encoding="utf-8")
    (tmp_path / "n_360829_2020.html").write_text("<title>the page</title>", encoding="utf-8")
    page.goto((tmp_path / "index.html").as_uri())
    return page


def test_search_takes_every_word_wherever_it_stands(opened: Any) -> None:
    opened.fill("#search", "北京 2019")
    assert shown(opened) == ["n_110105_2019"]
    opened.fill("#search", "no SPACE left")
    assert shown(opened) == ["n_x_2020"]
    opened.fill("#search", "nothing like it")
    assert opened.locator("#none").is_visible()
    assert opened.locator("#number").inner_text() == "0"
    assert opened.complaints == []


def test_filters_by_province_and_status_go_together(opened: Any) -> None:
    opened.select_option("#province", "11")
    assert shown(opened) == ["n_110105_2020", "n_110105_2019"]
    opened.select_option("#status", "failed")
    assert shown(opened) == []
    opened.select_option("#province", "")
    assert shown(opened) == ["n_000000_2020"]


def test_a_column_sorts_up_and_down_as_numbers_with_what_is_missing_last(opened: Any) -> None:
    head = opened.locator("thead th", has_text="新收申请")
    head.locator("button").click()
    assert shown(opened)[:3] == ["n_110105_2020", "n_360829_2020", "n_110105_2019"]
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").click()
    assert shown(opened)[:3] == ["n_110105_2019", "n_360829_2020", "n_110105_2020"]
    assert head.get_attribute("aria-sort") == "descending"


def test_a_run_opens_its_page_and_a_button_changes_the_language(opened: Any) -> None:
    opened.click("#language")
    assert opened.locator("label", has_text="Province").is_visible()
    assert "Jiangxi (2)" in opened.locator("#province").inner_text()
    assert opened.get_by_text("搜索").count() == 0 or not opened.get_by_text("搜索").first.is_visible()
    opened.click("text=n_360829_2020")
    assert opened.title() == "the page"
    assert opened.complaints == []


def test_on_a_phone_nothing_is_wider_than_the_page(page: Any, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(to_index([*RUNS, *hostile()], title="n" * 300), encoding="utf-8")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto((tmp_path / "index.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("#sort").is_visible()


def test_a_hostile_batch_runs_nothing_logs_nothing_and_asks_no_network(page: Any, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(to_index(hostile(), title=HOSTILE[0]), encoding="utf-8")
    page.goto((tmp_path / "index.html").as_uri())
    page.fill("#search", "script")
    page.select_option("#status", "failed")
    page.click("#language")
    page.locator("thead button").nth(2).click()
    page.wait_for_timeout(200)
    assert page.complaints == []
    assert page.evaluate("document.querySelectorAll('script').length") == 1


def test_a_batch_over_hostile_text_is_inert_from_the_notebook_to_the_sheets(
    page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    texts = ["<script>alert(1)</script><img src=x onerror=alert(1)>", "=HYPERLINK(1)", "../../x", "长" * 10_000]
    body = (
        "from IPython.display import HTML, Markdown, display\nfrom gidtk.results import record\n"
        "record('said', region, zh=region, en=region, unit=region)\n"
        f"display(HTML(region), Markdown(region), {{'image/png': {DOT!r}}}, raw=False)\n"
        f"display({{'image/png': {DOT!r}}}, raw=True)\nprint(region)"
    )
    write(tmp_path / "n.ipynb", body, "raise ValueError(region)", parameters="region: str = ''\noutput_dir: str = ''")
    table = rerun("n.ipynb", [{"region": text} for text in texts], "out", jobs=2)
    assert table["status"].tolist() == ["failed"] * 4
    assert {path.parent for path in tmp_path.rglob("n_*")} <= {tmp_path / "out", tmp_path / "out" / "thumbnails"}
    for name in ("outcomes.csv", "results.csv"):
        cells = re.split(r"[,\n]", (tmp_path / "out" / name).read_text(encoding="utf-8-sig"))
        assert not [cell for cell in cells if cell.lstrip('"')[:1] in tuple("=+@")]
    for name in ["index.html", *table["page"]]:
        page.goto((tmp_path / "out" / name).as_uri())
        page.wait_for_timeout(100)
    page.goto((tmp_path / "out" / "index.html").as_uri())
    page.wait_for_function("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert page.locator("tbody img").count() == 4
    assert page.complaints == []
