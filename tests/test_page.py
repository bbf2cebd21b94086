"""One executed notebook becomes one page that stands alone and that no text can turn into script."""

import copy
import re
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from lxml.html import document_fromstring
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import gidtk as gid
from gidtk.page import Failure, failure, to_page
from gidtk.results import MIME

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

HOSTILE = [
    "<script>alert(1)</script>",
    "<script>alert(1)",
    "<ScRiPt src=//evil.example/x.js></ScRiPt>",
    "<img src=x onerror=alert(1)>",
    "<img src=http://evil.example/x.png>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<object data=http://evil.example/></object><embed src=http://evil.example/>",
    "<a href='javascript:alert(1)'>x</a><a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href=' jAvAsCrIpT:alert(1)'>x</a>",
    "<div style='background:url(http://evil.example/x);color:red'>x</div>",
    "<style>@import 'http://evil.example/x.css'; body{display:none}</style>",
    "<link rel=stylesheet href=http://evil.example/x.css><base href=http://evil.example/>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "<form action=http://evil.example/><input autofocus onfocus=alert(1)><button>x</button></form>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "</main></body><body onload=alert(1)>",
    "<table><td onclick=alert(1) background=http://evil.example/x>x</td></table>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<p id=x tabindex=1 onmouseover=alert(1)>x",
]


HARMLESS = set(re.findall(r"\w+", "a body details div img main p pre section span summary table tbody tr td code"))


def shown(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> nbformat.NotebookNode:
    return new_output("display_data", data=data, metadata=metadata or {})


def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return new_notebook(cells=list(cells))


def code(source: str = "x", *outputs: nbformat.NotebookNode, **more: Any) -> nbformat.NotebookNode:
    return new_code_cell(source, outputs=list(outputs), **more)


def injected(source: str) -> nbformat.NotebookNode:
    return code(source, metadata={"tags": ["injected-parameters"]})


def body(page: str) -> str:
    """What a page shows, with quotes as they are read."""
    return page[page.index("<main>") :].replace("&#39;", "'").replace("&#34;", "”")


def hostile_notebook() -> nbformat.NotebookNode:
    outputs = [shown({kind: text}) for text in HOSTILE for kind in ("text/html", "text/markdown", "text/plain")]
    outputs += [
        shown({"application/javascript": "alert(1)"}),
        shown({"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"}),
        shown({"image/png": DOT}, {"image/png": {"alt": '" onerror="alert(1)'}}),
        shown({"text/latex": HOSTILE[0]}),
        new_output("stream", name="stdout", text=HOSTILE[0]),
        new_output("stream", name="stderr", text=HOSTILE[0]),
        new_output("error", ename="E", evalue=HOSTILE[3], traceback=[HOSTILE[0]]),
    ]
    given = injected("\n".join(f"p{n} = {text!r}" for n, text in enumerate([*HOSTILE, "zh"])))
    return notebook(new_markdown_cell("# <img src=x onerror=alert(1)> 标题"), given, code(HOSTILE[0], *outputs))


def test_a_page_needs_nothing_but_itself() -> None:
    page = to_page(notebook(new_markdown_cell("# 标题\n\n```mermaid\ngraph TD\n```\n\n$x^2$"), code()))
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["'](?!data:|#)|url\((?!data:)|@import""", page)
    assert "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'" in page


@pytest.mark.parametrize(
    ("cells", "title"),
    [
        ([new_markdown_cell("text\n\n## 安福县 *2020* <b>年</b>\n\n# later")], "安福县 2020 年"),
        ([code("x", shown({"text/markdown": "# 由输出给出"})), new_markdown_cell("# later")], "由输出给出"),
        ([new_markdown_cell("# A & B < C")], "A &amp; B &lt; C"),
        ([new_markdown_cell("no heading")], "run_&lt;1&gt;"),
    ],
)
def test_the_title_is_the_first_heading_else_the_name(cells: list[Any], title: str) -> None:
    assert f"<title>{title}</title>" in to_page(notebook(*cells), name="run_<1>")


@pytest.mark.parametrize(
    ("lang", "cells", "expected", "label"),
    [
        ("en", [injected("lang = 'zh'")], "en", "Code"),
        (None, [injected("lang = 'zh'"), new_markdown_cell("English")], "zh", "代码"),
        (None, [injected("lang = 'en'"), new_markdown_cell("中文")], "en", "Code"),
        (None, [new_markdown_cell("中文")], "zh", "代码"),
        (None, [new_markdown_cell("English")], "en", "Code"),
        ("zh-Hans-CN", [], "zh-Hans-CN", "代码"),
        (None, [injected("lang = 'x\"><script>'")], "en", "Code"),
    ],
)
def test_the_language_is_the_one_asked_for_then_the_parameter_then_the_texts(
    lang: str | None, cells: list[Any], expected: str, label: str
) -> None:
    page = to_page(notebook(*cells, code("1 + 1")), lang=lang)
    assert f'<html lang="{expected}">' in page
    assert f"<summary>{label}</summary>" in page


def test_code_is_there_and_folded() -> None:
    page = body(to_page(notebook(code("answer = 42", execution_count=7))))
    assert '<details class="code">\n<summary>Code [7]</summary>' in page
    assert "answer" in page


def test_parameters_are_a_table_in_the_notebooks_order_and_their_cells_are_not_shown() -> None:
    declared = code("year: int = 1999", metadata={"tags": ["parameters"]})
    given = injected("# Parameters\nyear = 2020\nregion = '<b>安福'\nlist = ['a', 1]\nnan = float('nan')\nno = None")
    page = body(to_page(notebook(declared, given)))
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td></tr>', page)
    assert rows == [
        ("year", "2020"),
        ("region", "&lt;b&gt;安福"),
        ("list", "[”a”, 1]"),
        ("nan", "float('nan')"),
        ("no", "null"),
    ]
    assert "1999" not in page
    assert "<details" not in page


def test_declared_parameters_stay_as_code_when_none_were_given() -> None:
    assert "1999" in to_page(notebook(code("year: int = 1999", metadata={"tags": ["parameters"]})))


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/svg+xml"])
def test_a_picture_takes_its_alternative_text_from_its_output_then_from_its_cell(kind: str) -> None:
    own = shown({kind: DOT, "text/plain": "<Figure size 640x480>"}, {kind: {"alt": '申请 "11" 件 <b>'}})
    plain = shown({kind: DOT, "text/plain": "<Figure size 640x480>"})
    page = body(to_page(notebook(code("x", own, plain, metadata={"alt": "of the cell"}), code("x", plain)), lang="zh"))
    assert re.findall(r'<img src="data:[^"]*" alt="([^"]*)">', page) == [
        "申请 ”11” 件 &lt;b&gt;",
        "of the cell",
        "图（作者未提供文字说明）",
    ]
    assert "640x480" not in page


def test_a_picture_keeps_the_size_it_was_made_for() -> None:
    sized = shown({"image/png": DOT}, {"image/png": {"width": 660, "height": "120 onload=x"}})
    page = to_page(notebook(code("x", sized)))
    assert 'width="660"' in page
    assert "onload" not in page


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", ["text/html", "text/markdown"])
def test_no_hostile_markup_survives_as_markup(text: str, kind: str) -> None:
    page = body(to_page(notebook(code("x", shown({kind: text}), shown({"text/html": "<p>after</p>"})))))
    found = list(document_fromstring(page).body.iter())
    assert {element.tag for element in found} <= HARMLESS
    active = [(k, v) for element in found for k, v in element.items() if k[:2] == "on" or "evil" in v]
    assert active == []
    assert all(element.get("href", "#")[0] == "#" for element in found)
    assert "<p>after</p>" in page
    assert page.count("</main>") == 1


def test_a_key_figure_has_its_place_on_the_index_and_not_on_the_page() -> None:
    said = shown({"text/plain": "received_total = 11", MIME: {"name": "received_total", "value": 11}})
    page = body(to_page(notebook(code("gid.record('received_total', 11)", said, shown({"text/plain": "kept"})))))
    assert "received_total = 11" not in page
    assert "kept" in page


def test_tables_headings_details_links_classes_and_inline_pictures_stay() -> None:
    kept = (
        '<div class="gidtk-card"><h2>报告</h2><details><summary>表</summary><table><tbody><tr>'
        '<th colspan="2" scope="col">总计</th></tr></tbody></table></details>'
        '<a href="https://www.gov.cn/">来源</a><span style="color:red;">注</span></div>'
    )
    page = body(to_page(notebook(code("x", shown({"text/html": kept})))))
    assert kept in page.replace("color: red", "color:red")
    picture = f"<img src='data:image/png;base64,{DOT}'>"
    assert f'<img src="data:image/png;base64,{DOT}" alt="">' in to_page(notebook(new_markdown_cell(picture)))


def test_a_data_frame_loses_its_style_sheet_and_only_numbers_align_to_the_right() -> None:
    frame = pd.DataFrame({"规则": ["合计", "—", "长" * 31], "件": [1234.5, None, -1]})
    page = body(to_page(notebook(code("x", shown({"text/html": frame._repr_html_(), "text/plain": "no"})))))
    assert "vertical-align" not in page
    assert re.findall(r"<td.*?</td>", page) == [
        '<td class="words short">合计</td>',
        "<td>1234.5</td>",
        "<td>—</td>",
        "<td>NaN</td>",
        f'<td class="words long">{"长" * 31}</td>',
        "<td>-1.0</td>",
    ]


def test_what_cannot_be_shown_is_left_out_quietly(capfd: pytest.CaptureFixture[str]) -> None:
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    outputs = [shown({"application/javascript": "alert(1)"}), shown(widget), shown(widget | {"text/plain": "滑块"})]
    outputs.append(shown({"text/markdown": "![x](attachment:nowhere.png)"}))
    page = body(to_page(notebook(code("x", *outputs))))
    assert "alert" not in page
    assert "滑块" in page
    assert capfd.readouterr() == ("", "")


def test_messages_of_a_run_are_folded_and_what_it_printed_is_not() -> None:
    printed = new_output("stream", name="stdout", text="写出 2 个文件")
    warned = new_output("stream", name="stderr", text="UserWarning")
    page = body(to_page(notebook(code("x", printed, warned)), lang="en"))
    assert '<pre class="printed">写出 2 个文件</pre>' in page
    assert '<details class="messages">\n<summary>Messages</summary>\n<pre>UserWarning</pre>' in page


def test_a_failed_run_says_so_on_top_with_a_way_to_the_cell() -> None:
    error = new_output("error", ename="KeyError", evalue="'<安福>'", traceback=["\x1b[31mKeyError\x1b[0m: <安福>"])
    mark = new_markdown_cell("An Exception was encountered", metadata={"tags": ["papermill-error-cell-tag"]})
    failed = notebook(mark, new_markdown_cell("# 标题"), code("d[k]", error, execution_count=5), code("after"))
    page = body(to_page(failed))
    assert page.index("KeyError: '&lt;安福&gt;'") < page.index("<h1>")
    assert '<a href="#failure">代码 [5]</a>' in page
    assert page.count('id="failure"') == 1
    assert '<pre class="traceback"><span class="ansi-red-fg">KeyError</span>: &lt;安福&gt;' in page
    assert "An Exception" not in page


def test_a_failure_is_the_first_error_in_one_line_and_a_deliberate_end_is_none() -> None:
    ended = new_output("error", ename="SystemExit", evalue="0", traceback=[])
    wrong = new_output("error", ename="ValueError", evalue="a\n b " + "x" * 400, traceback=[])
    assert failure(notebook(code("x", ended), new_markdown_cell("x"))) is None
    found = failure(notebook(code("x", ended), code("x", wrong, execution_count=2), code("x", ended)))
    assert found is not None
    assert found.cell == 2
    assert found.message.startswith("ValueError: a b xxx")
    assert len(found.message) == 300
    assert isinstance(found, Failure)


def test_the_notebook_that_is_rendered_stays_as_it_was() -> None:
    given = hostile_notebook()
    before = copy.deepcopy(given)
    to_page(given)
    assert given == before


# ---- in a browser


def opened(page: Any, tmp_path: Path, notebook: nbformat.NotebookNode) -> Any:
    file = tmp_path / "页.html"
    file.write_text(to_page(notebook), encoding="utf-8")
    page.goto(file.as_uri())
    page.wait_for_timeout(200)
    return page


def test_a_hostile_notebook_runs_nothing_logs_nothing_and_asks_no_network(page: Any, tmp_path: Path) -> None:
    opened(page, tmp_path, hostile_notebook())
    assert page.title() == "标题"
    assert page.complaints == []
    assert page.evaluate("[...document.querySelectorAll('*')].filter(e => e.shadowRoot || e.onclick).length") == 0
    assert page.evaluate("document.querySelectorAll('script, iframe, form, main ~ *').length") == 0
    assert page.evaluate("[...document.images].every(i => i.hasAttribute('alt'))")


def test_code_opens_with_the_keyboard(page: Any, tmp_path: Path) -> None:
    opened(page, tmp_path, notebook(code("answer = 42")))
    assert not page.get_by_text("answer").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_text("answer").is_visible()


def test_the_card_of_a_report_is_laid_out_without_its_own_style_sheet(page: Any, tmp_path: Path) -> None:
    card = '<style>.gidtk-card{color:red}</style><div class="gidtk-card"><dl><dt>a</dt><dd>b</dd></dl></div>'
    opened(page, tmp_path, notebook(code("x", shown({"text/html": card}))))
    assert page.locator(".gidtk-card dl").evaluate("e => getComputedStyle(e).display") == "grid"
    assert "color:red" not in page.content()


def test_a_phone_scrolls_wide_tables_and_figures_but_not_the_page(page: Any, tmp_path: Path) -> None:
    table = pd.DataFrame([range(20)], columns=[f"指标名称{n}" for n in range(20)])._repr_html_()
    wide = shown({"image/png": DOT}, {"image/png": {"width": 1200, "height": 300}})
    long = injected(f"region = {'x' * 3000!r}")
    page.set_viewport_size({"width": 390, "height": 844})
    opened(
        page,
        tmp_path,
        notebook(new_markdown_cell("# " + "长" * 100), long, code("x", shown({"text/html": table}), wide)),
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("(e => e.scrollWidth > e.clientWidth)(document.querySelector('.result'))")


def test_print_leaves_folded_code_out_and_keeps_what_was_opened(page: Any, tmp_path: Path) -> None:
    opened(page, tmp_path, notebook(code("first"), code("second")))
    page.locator("summary").first.click()
    page.emulate_media(media="print")
    assert page.locator("details.code").evaluate_all("d => d.map(e => e.checkVisibility())") == [True, False]


def test_the_english_half_of_a_title_stands_below_the_chinese_one_and_other_titles_are_left_alone() -> None:
    page = to_page(notebook(new_markdown_cell("# 从这里开始：gidtk 能看到什么？ Start here: what can you see?")))
    assert '什么？ <span lang="en">Start here: what can you see?</span></h1>' in page
    assert "<title>从这里开始：gidtk 能看到什么？ Start here: what can you see?" in page
    for title in ("只有中文？", "Only English?", "报告 2020 年", "中文？ English 和中文"):
        assert '<span lang="en">' not in to_page(notebook(new_markdown_cell(f"# {title}")))


def test_short_words_are_not_broken_and_the_tables_of_gidtk_share_their_width_out_themselves() -> None:
    frame = pd.DataFrame({"agency": ["安福县人民政府"], "rule": ["长" * 31], "share": [0.5]})
    page = to_page(notebook(code("x", shown({"text/html": gid.show_table(frame)._repr_html_()}))))
    assert '<td class="words short" style="text-align: left;">安福县人民政府</td>' in page
    assert f'<td class="words" style="text-align: left;">{"长" * 31}</td>' in page
    assert '<td style="text-align: right;">50.0%</td>' in page
