"""The font that a page brings along."""

import base64
import io
import re

from fontTools.ttLib import TTFont

from gidtk.webfont import FAMILY, font_face


def characters(rule: str) -> set[int]:
    data = re.search(r"base64,([A-Za-z0-9+/=]+)", rule)
    assert data is not None
    return set(TTFont(io.BytesIO(base64.b64decode(data[1])))["cmap"].getBestCmap())


def test_every_chinese_character_of_the_page_is_in_its_font() -> None:
    text = "安福县㙍村𠮷水堽氹猇邗埇浛 2020年，共11件。"
    assert {ord(char) for char in text if ord(char) > 0x2E7F} <= characters(font_face(text))


def test_the_font_is_cut_down_to_the_page() -> None:
    rule = font_face("安福县")
    assert len(characters(rule)) < 200
    assert len(rule) < 60_000


def test_the_rule_names_the_family_that_the_style_sheet_asks_for() -> None:
    from importlib.resources import files

    css = (files("gidtk") / "templates" / "page" / "page.css").read_text(encoding="utf-8")
    assert f'font-family:"{FAMILY}"' in font_face("安")
    assert f'"{FAMILY}"' in css


def test_the_same_page_gets_the_same_font() -> None:
    assert font_face("政府信息公开") == font_face("公开政府信息")


def test_latin_text_needs_no_font() -> None:
    assert font_face("plain text, 11 requests") == ""
