"""The six sections, told apart from rows, lists of titles and the footer of the page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk.blocks import Grid, GridCell, Paragraph
from gidtk.form import labels
from gidtk.readers import html
from gidtk.sections import Section, split_sections

SIX = [
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
]
KEYS = list(labels().sections)


def _split(text: str) -> tuple[Section, list[Section], list[str]]:
    front, sections, issues = split_sections([Paragraph(line) for line in text.split("\n")])
    return front, sections, [issue.message for issue in issues]


HEADINGS = [
    # as printed, the section
    ("一、 概述", "overview"),
    ("一、工作基本情况", "overview"),
    ("一、2019年政府信息公开工作的总体情况", "overview"),
    ("## 二、主动公开政府信息情况", None),
    ("二、行政机关主动公开政府信息情况", "proactive_disclosure"),
    ("二、主动公开信息情况  ", "proactive_disclosure"),
    ("三、政府信息依申请公开工作情况", "requests"),
    ("三、收到和处理政府信息公开申请情况", "requests"),
    ("五、因政府信息公开申请行政复议、提起行政诉讼的情况", "disputes"),
    ("四、政府信息公开行政複議、行政訴訟情況", "disputes"),
    ("五、存在问题及改进情况", "problems"),
    ("六、主要问题和改进措施", "problems"),
    ("五、政府信息公开工作存在的主要问题及改进情况", "problems"),
    ("其他需要报告的事项", "other_matters"),
    ("五、其他需要报告的事项", "other_matters"),
    ("一、本年新收政府信息公开申请数量", None),
    ("二、上年结转政府信息公开申请数量", None),
    ("三、本年度办理结果", None),
    ("四、结转下年度继续办理", None),
    ("存在的问题：一是公开不够，二是人员不足。", None),
    ("一、加强主动公开工作，全年公开信息情况良好，做到了应公开尽公开，群众满意度进一步提高；二是加强培训。", None),
    ("总体情况较好", None),
]


@pytest.mark.parametrize(("line", "key"), HEADINGS)
def test_a_heading_is_known_by_its_words(line: str, key: str | None) -> None:
    _, sections, _ = _split(f"标题\n{line}\n正文。")
    if line.startswith("##"):
        key = "proactive_disclosure"
    assert [section.key for section in sections] == ([key] if key else [])


def test_every_section_has_its_own_text() -> None:
    front, sections, missing = _split("标题\n" + "\n".join(f"{title}\n正文{n}" for n, title in enumerate(SIX)))
    assert front.text == "标题"
    assert [(s.key, s.number, s.title, s.text) for s in sections] == [
        (key, title[0], title, f"正文{n}") for n, (key, title) in enumerate(zip(KEYS, SIX, strict=True))
    ]
    assert missing == []


def test_missing_sections_are_named() -> None:
    assert _split("一、总体情况\n正文\n五、存在问题及改进情况\n正文")[2] == [
        "no heading was found for " + "、".join(SIX[n][2:] for n in (1, 2, 3, 5))
    ]


LISTS = "本年报由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况六部分组成。"
BODY = "\n".join(f"{title}\n正文{n}" for n, title in enumerate(SIX))


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(SIX) + "\n" + BODY,  # a table of contents
        BODY + "\n【关闭】\n" + "\n".join(SIX),  # a list of links behind the report
        LISTS + "\n" + BODY,
        "".join(SIX) + "\n" + BODY,  # the contents on one line
        BODY.replace("行政复议、行政诉讼", "行政复议、\n行政诉讼"),  # a title broken in two
        BODY.replace("行政复议、行政诉讼", "行政复议、\n\n行政诉讼"),
        BODY.replace("正文0\n", "正文0"),  # glued to the sentence before
    ],
)
def test_the_sections_are_where_the_text_is(text: str) -> None:
    _, sections, _ = _split(text)
    assert [section.text for section in sections] == [f"正文{n}" for n in range(6)]


FOOTERS = [
    "上一篇：某某公告",
    "下一条: 无",
    "【打印】【关闭】",
    "打印本页 | 关闭窗口",
    "附件下载",
    "附件：安福县年报.docx",
    "附件1.统计表",
    "版权所有：安福县人民政府",
    "Copyright © 2021",
    "赣ICP备05000000号",
    "赣公网安备 36082902000001号",
    "网站标识码：3608290001",
    "主办：安福县人民政府办公室",
    "分享到：",
    "扫一扫在手机打开当前页",
    "分享到微信 QQ空间",
    "微信 微博 QQ空间 全真版 文字版 文件下载",
    "浏览次数：12",
]
NO_FOOTERS = [
    "无。",
    "附件材料已随文报送。",
    "打印材料 20 份，费用 0 元。",
    "上一年度未收取信息处理费。",
    "编制本报告的单位是办公室。",
    "分享经验 3 次。",
    "微信公众号发布信息 12 条。",
    "微博发布 3 条",
]


@pytest.mark.parametrize("line", FOOTERS)
def test_the_footer_of_the_page_is_no_text_of_section_six(line: str) -> None:
    _, sections, _ = _split(BODY + f"\n\n{line}\n网站首页")
    assert sections[-1].text == "正文5"
    assert "\n".join(b.text for b in sections[-1].tail if isinstance(b, Paragraph)).strip() == f"{line}\n网站首页"


@pytest.mark.parametrize("line", NO_FOOTERS)
def test_a_sentence_of_section_six_is_no_footer(line: str) -> None:
    assert _split(BODY + f"\n{line}")[1][-1].text == f"正文5\n{line}"


def test_the_marks_of_a_markdown_heading_are_no_text() -> None:
    for mark in ("## ", "### ", "**"):
        _, sections, _ = _split("\n".join(f"{mark}{heading}\n正文{n}" for n, heading in enumerate(SIX)))
        assert [section.text for section in sections] == [f"正文{n}" for n in range(6)]


REPORT = "".join(f"<p>{heading}</p><p>正文{n}</p>" for n, heading in enumerate(SIX))
ALL_BUT = REPORT.removesuffix("<p>正文5</p>")
BY_ROW = "".join(f"<tr><td>{line}" for line in REPORT.split("</p>"))
LAYOUTS = [
    # a page laid out by tables, the text of section 六, what stands behind it
    (f"<table><tr><td>指南<td><table><tr><td>{REPORT}</table><tr><td colspan=2>网站首页</table>", "正文5", "网站首页"),
    (f"<table><tr><td><table><tr><td>{REPORT}</table><tr><td>甲<td>乙</table>", "正文5", "甲\n乙"),
    (f"<table><tr><td>{REPORT}</table><p>网站首页</p>", "正文5", "网站首页"),
    (f"<table><tr><td>{ALL_BUT}<tr><td>正文5<p>续</p></table>", "正文5\n续", ""),  # its own cell holds nothing
    (
        f"<table><tr><td>{''.join(f'<tr><td>{line}' for line in REPORT.split('</p>'))}<tr><td>续</table>",
        "正文5\n续",
        "",
    ),
    (f"<div>{REPORT}</div><p>续</p>", "正文5\n续", ""),
]


@pytest.mark.parametrize(("page", "text", "behind"), LAYOUTS)
def test_what_stands_in_another_cell_of_the_page_is_no_text_of_section_six(page: str, text: str, behind: str) -> None:
    _, sections, _ = split_sections(html.read(page))
    assert sections[-1].text == text
    assert "\n".join(block.text for block in sections[-1].tail if isinstance(block, Paragraph)) == behind


pieces = st.one_of(
    st.sampled_from(
        [
            *SIX,
            "一、本年新收政府信息公开申请数量",
            "正文",
            "",
            "四、政府信息公开",
            "版权所有",
            "一、",
            "。一、总体情况二、",
        ]
    ),
    st.text(max_size=8),
)


@given(st.lists(st.one_of(pieces.map(Paragraph), st.just(Grid(((GridCell("1", 0, 0),),)))), max_size=14))
@settings(max_examples=150, deadline=None)
def test_every_block_is_in_one_section_and_no_text_is_lost(blocks: list) -> None:
    front, sections, _ = split_sections(blocks)
    parts = [*front.blocks, *(b for s in sections for b in (Paragraph(s.title), *s.blocks, *s.tail))]

    def text(found: list) -> str:
        return "".join("".join(b.text.split()) if isinstance(b, Paragraph) else "\0" for b in found)

    assert text(parts) == text(blocks)
    order = [KEYS.index(section.key) for section in sections]
    assert order == sorted(set(order))


def test_a_page_without_headings_is_all_front() -> None:
    front, sections, issues = _split("通知\n正文")
    assert (front.text, sections, issues) == ("通知\n正文", [], [])


def test_an_empty_page_has_no_section() -> None:
    assert split_sections([]) == (Section("front", "", "", ()), [], [])
