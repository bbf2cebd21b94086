"""Texts in, whatever their shape: every document has its own name, its text and what is known of it."""

import re

import pandas as pd
import pytest

from gidtk.documents import as_text, documents, group_of
from gidtk.errors import GidtkError
from gidtk.textstats import frequency, kwic
from gidtk.tokens import Tokenizer

FRAME = pd.DataFrame(
    {
        "report": ["r1", "r1", "r2"],
        "key": ["overview", "problems", "overview"],
        "region": ["安福县", "安福县", "平都镇"],
        "agency": ["安福县人民政府", "安福县人民政府", None],
        "year": [2020, 2020, 2021],
        "text": ["安福县政务公开", "形式单一", "平都镇和安福县"],
    }
)


def test_sections_of_reports_are_documents_of_their_own() -> None:
    given = documents(FRAME)
    assert given.texts == {"r1_overview": "安福县政务公开", "r1_problems": "形式单一", "r2_overview": "平都镇和安福县"}
    assert given.variable("r2_overview")["year"] == 2021
    assert given.variable("r1_problems")["section"] == "problems"


def test_a_section_in_two_rows_is_one_document() -> None:
    frame = pd.DataFrame({"report": "r", "section": "overview", "text": ["甲", "乙"]})
    assert documents(frame).texts == {"r_overview": "甲\n乙"}


def test_a_missing_row_of_a_section_in_two_rows_is_refused() -> None:
    frame = pd.DataFrame({"report": "r", "section": "overview", "text": [None, "乙"]})
    with pytest.raises(GidtkError, match="no text in 'r_overview'; drop missing texts first"):
        documents(frame)


def test_names_are_whole_in_their_own_text_only() -> None:
    given = documents(FRAME, ["region", "agency"])
    cut = dict(given.cut(Tokenizer()))
    assert cut["r1_overview"] == ["安福县", "政务公开"]
    assert cut["r2_overview"] == ["平都镇", "和", *Tokenizer().cut("安福县")]
    assert cut["r1_problems"] == Tokenizer().cut("形式单一")


def test_masked_names_are_one_word_over_all_reports() -> None:
    masked = frequency(FRAME, names=["region"], tokenizer=Tokenizer(mask=["names"])).set_index("feature")
    assert masked.loc["〈U〉", "frequency"] == 2
    assert masked.loc["〈U〉", "docfreq"] == 2


def test_a_year_is_a_whole_number_whatever_pandas_made_of_it() -> None:
    frame = pd.DataFrame({"report": ["a", "b"], "year": [2020.0, float("nan")], "text": ["公开", "公开"]})
    assert kwic(frame, "公开")["year"].tolist() == [2020, pd.NA]
    assert frequency(frame.dropna(), groups="year")["group"].tolist() == ["2020"]
    assert frequency({"a": "公开"}, groups={"a": 2020.0})["group"].tolist() == ["2020"]
    assert as_text(float("inf")) == "inf"


def test_several_variables_are_one_group() -> None:
    assert group_of(documents(FRAME), ["region", "year"])["r2_overview"] == "平都镇_2021"


def test_documents_are_named_by_docname_or_index_where_there_is_no_report() -> None:
    assert list(documents(pd.DataFrame({"docname": ["x"], "text": ["甲"]})).texts) == ["x"]
    assert list(documents(pd.DataFrame({"text": ["甲"]}, index=[7])).texts) == ["7"]


def test_an_empty_frame_has_no_documents() -> None:
    assert documents(FRAME.head(0)).texts == {}
    assert frequency(FRAME.head(0), groups="year").empty


REFUSED = [
    (pd.DataFrame({"report": ["r"]}), {}, "the frame of texts has no column 'text'; it has: report"),
    (FRAME, {"names": ["town"]}, "the frame of texts has no column 'town'"),
    ({"a": "甲"}, {"names": ["region"]}, "names are columns of a frame (region), but the texts are no frame"),
    (pd.DataFrame({"docname": ["a", "a"], "text": ["甲", "乙"]}), {}, "two documents are named 'a'"),
    (pd.DataFrame({"report": ["a", "a"], "text": ["甲", "乙"]}), {}, "two documents are named 'a'"),
    (pd.DataFrame({"report": [None], "text": ["甲"]}), {}, "a row of the texts has no report; every"),
    (pd.DataFrame({"docname": ["a"], "text": ["甲"], "year": ["今年"]}), {}, "the column year must hold years"),
]


@pytest.mark.parametrize(("texts", "options", "message"), REFUSED)
def test_texts_that_cannot_be_used_are_refused(texts: object, options: dict, message: str) -> None:
    with pytest.raises(GidtkError, match=re.escape(message)):
        documents(texts, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ("town", "the documents have no variable 'town'; they have: report, section, region, agency, year"),
        ("agency", "no group for 'r2_overview'; every document needs one"),
    ],
)
def test_groups_that_are_not_there_are_refused(groups: str, message: str) -> None:
    with pytest.raises(GidtkError, match=re.escape(message)):
        group_of(documents(FRAME), groups)
    with pytest.raises(GidtkError, match="the documents have no variable 'year'; they have: none"):
        group_of(documents("甲"), "year")
