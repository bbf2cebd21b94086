"""Pictures among the text are named where a table is missing, and only there."""

import base64
from pathlib import Path

import pytest
from pages import HTML_LAYOUTS, SECTIONS, draw_page
from test_readers_docx import document, p

import gidtk as gid
from gidtk.readers.pictures import shown_pictures

DATA = "data:image/png;base64," + base64.b64encode(b"0" * 3000).decode()
LINES = ["安福县2021年政府信息公开工作年度报告", *SECTIONS, "无。"]


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("<img src='/files/2022/表三.JPG'>", "表三.JPG"),
        ('<img alt="" src="a/b.png" width=600>', "b.png"),
        (f"<img src='{DATA}'>", "data:image/png"),
    ],
)
def test_a_picture_in_the_place_of_a_table_is_named(image: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("".join(f"<p>{line}</p>" for line in LINES[:4]) + image + "".join(LINES[4:]), encoding="utf-8")
    report = gid.read_report(path)
    messages = {issue.code: issue.message for issue in report.issues}
    told = f"1 pictures in the html were not read ({name}): if one shows a missing table, read it alone"
    assert messages["pictures_not_read"] == told
    assert set(report.cells["status"]) == {"absent"}


@pytest.mark.parametrize(
    "image", ["<img src='data:image/gif;base64,AAAA'>", "<img src='logo.gif'>", "<img alt='a.png'>"]
)
def test_an_icon_is_no_picture_of_a_table(image: str) -> None:
    assert shown_pictures(image.encode(), "html") == []


def test_a_picture_beside_the_tables_is_not_spoken_of(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    written = HTML_LAYOUTS["spans"](draw_page("f2021", 1)).replace("<body>", "<body><img src='a.png'>")
    path.write_text(written, encoding="utf-8")
    assert "pictures_not_read" not in {issue.code for issue in gid.read_report(path).issues}


def test_the_pictures_of_a_word_document_are_named() -> None:
    data = document("".join(map(p, LINES)), **{"media/image1.png": ""})
    assert shown_pictures(data, "docx") == []  # image1.png.xml is none
    assert [i.code for i in shown_pictures(data.replace(b"image1.png.xml", b"image1.xml.png"), "docx")] == [
        "pictures_not_read"
    ]


def test_many_unclosed_pictures_take_no_time() -> None:
    assert shown_pictures(b"<img src=" * 200_000, "html") == []
