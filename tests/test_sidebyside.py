"""Two texts side by side: every character is shown once, what is shared is marked on both sides, no text is markup."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gidtk.errors import GidtkError
from gidtk.sidebyside import side_by_side

TEXT = "（一）主动公开\n2021年全年收到申请12件，均按期答复。新设专栏。"
DONOR = "2020年全年收到申请9件，均按期答复。其他。"


def cells(view):
    """The two texts as a reader sees them, without the numbers of passages."""
    found = re.findall(r"<td[^>]*>(.*?)</td>", view._repr_html_(), re.DOTALL)
    return [html.unescape(re.sub(r"<sup>.*?</sup>|</?(?:mark|u)\b[^>]*>", "", cell)) for cell in found]


@given(st.text("甲乙丙12<&\"'> \n", max_size=40), st.text("甲乙丙12<&\"'> \n", max_size=40), st.integers(2, 4))
def test_every_character_is_shown_once_as_printed(text, donor, k):
    assert cells(side_by_side(text, donor, k=k)) == [text, donor]


def marked(view):
    found = re.findall(r"<td[^>]*>(.*?)</td>", view._repr_html_(), re.DOTALL)
    marks = (re.findall(r"<mark[^>]*><sup>([\d,…]+)</sup>(.*?)</mark>", cell, re.DOTALL) for cell in found)
    return [[(number, re.sub(r"</?u>", "", text)) for number, text in cell] for cell in marks]


def test_a_passage_has_one_number_on_both_sides():
    left, right = marked(side_by_side(TEXT, DONOR))
    assert left == [("1", "2021年全年收到申请12件，均按期答复。")]
    assert right == [("1", "2020年全年收到申请9件，均按期答复。")]


def test_what_was_changed_under_a_mask_is_underlined_on_both_sides():
    view = side_by_side(TEXT, DONOR)
    assert re.findall("<u>(.*?)</u>", view._repr_html_()) == ["2021年", "12", "2020年", "9"]
    assert "<u>" not in side_by_side(DONOR, DONOR)._repr_html_()


def test_where_passages_overlap_in_the_donor_all_are_named():
    left, right = marked(side_by_side("甲乙丙丁子乙丙丁戊", "甲乙丙丁戊", k=3))
    assert [number for number, _ in left] == ["1", "2"]
    assert right == [("1", "甲"), ("1,2", "乙丙丁"), ("2", "戊")]


def test_many_overlapping_passages_are_cut_short():
    view = side_by_side("子".join(["甲乙丙丁"] * 2_000), "甲乙丙丁", k=4)
    assert marked(view)[1] == [("1,2,3,4,5…", "甲乙丙丁")]
    assert len(view.passages) == 2_000


def test_a_view_says_the_share_the_length_and_the_masks():
    view = side_by_side(TEXT, DONOR, lang="en", titles=("A 2021", "<B>"))
    page = view._repr_html_()
    assert view.share == pytest.approx(20 / 34, abs=0.05)
    assert f"{100 * view.share:.1f} % of the characters" in page
    assert "passages of 8 or more" in page
    assert "names, document numbers, dates, numbers" in page
    assert ">A 2021</th>" in page
    assert ">&lt;B&gt;</th>" in page
    assert repr(view) == f"<SideBySide, passages: 1, {100 * view.share:.1f} % of the text>"
    assert "nothing masked" in side_by_side(TEXT, DONOR, masked=(), lang="en")._repr_html_()
    assert "比较前遮蔽：日期、数字" in side_by_side(TEXT, DONOR, masked=("numbers", "dates"))._repr_html_()


def test_an_empty_text_has_no_share():
    view = side_by_side("", "")
    assert view.share is None
    assert "— 的字" in view._repr_html_()


def test_colours_are_in_the_elements_so_that_a_cleaned_page_keeps_them():
    from gidtk.page import _clean

    kept = _clean(side_by_side(TEXT, DONOR)._repr_html_())
    assert "background-color: #cfe3ee" in kept
    assert "<sup>1</sup>" in kept
    assert "<u>12</u>" in kept


def test_a_page_stands_alone_and_carries_its_font(tmp_path):
    path = side_by_side("<script>alert(1)</script>" + TEXT, DONOR).save(tmp_path / "new" / "view.html")
    page = path.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert "@font-face" in page
    assert re.findall(r"(?:src|href)=|url\((?!data:)", page) == []
    assert '<html lang="zh">' in page


def test_half_characters_do_no_harm(tmp_path):
    view = side_by_side("\ud800" * 9, "\ud800" * 9)
    assert view.share == 1
    assert view.save(tmp_path / "view.html").exists()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda _: side_by_side(TEXT, DONOR, lang="fr"), "lang 'fr': give one of zh, en"),
        (lambda _: side_by_side(TEXT, DONOR, titles="ab"), "titles 'ab': give two"),
        (lambda _: side_by_side(TEXT, DONOR, k=1), "k 1: give the shortest length"),
        (lambda _: side_by_side(TEXT, None), "only a str can be compared, got None"),
        (lambda folder: side_by_side(TEXT, DONOR).save(folder / "view.pdf"), r"give a name that ends in \.html"),
        (lambda folder: side_by_side(TEXT, DONOR).save(folder / "taken.html"), "cannot be written"),
    ],
)
def test_what_is_asked_wrongly_is_an_error_that_says_the_way_out(call, message, tmp_path):
    (tmp_path / "taken.html" / "inside").mkdir(parents=True)
    with pytest.raises(GidtkError, match=message):
        call(tmp_path)
