"""Length and wording: counts of what is there, missing where there is nothing to divide by."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk.errors import GidtkError
from gidtk.readability import readability, section_ratio

TEXT = "政务公开好。我县公开信息12条，办理申请3件。"
SHARES = ["share", "long_words", "rare_words", "figure_sentences", "future_sentences"]


def test_lengths_are_counted() -> None:
    row = readability({"a": TEXT}).iloc[0]
    assert row["characters"] == len(TEXT)
    assert row["han"] == 17
    assert (row["sentences"], row["clauses"]) == (2, 3)
    assert row["sentence_length"] == 17 / 2
    assert row["clause_length"] == 17 / 3
    assert row["figures_per_1000"] == pytest.approx(1000 * 2 / len(TEXT))
    assert row["figure_sentences"] == 0.5
    assert pd.isna(row["share"])


def test_wording_is_counted() -> None:
    row = readability("政务公开和疫情防控的蹀躞", common=5000).iloc[0]
    assert row["words"] == 5
    assert row["long_words"] == 2 / 5
    assert row["rare_words"] == 1 / 5  # terms of the lexicon are not rare


@pytest.mark.parametrize(
    ("text", "share"),
    [("下一步，加强培训。已公开。", 0.5), ("将加强培训。", 1), ("将军来访。", 0), ("今后改进\n拟修订", 1)],
)
def test_sentences_on_the_future_have_a_cue_as_a_token(text: str, share: float) -> None:
    assert readability(text)["future_sentences"].tolist() == [share]


def test_an_empty_text_has_no_ratio_and_never_zero() -> None:
    row = readability({"a": " \n"}).iloc[0]
    assert row[["characters", "han", "words", "sentences", "clauses"]].tolist() == [0] * 5
    assert row[[*SHARES, "sentence_length", "clause_length", "figures_per_1000"]].isna().all()


def test_shares_of_the_sections_of_a_report_add_up_to_1() -> None:
    frame = pd.DataFrame({"report": ["a", "a", "b"], "section": ["x", "y", "x"], "text": ["公开", "政务公开", "甲"]})
    assert readability(frame)["share"].tolist() == pytest.approx([2 / 6, 4 / 6, 1])


@given(st.text("政务公开将下一步。，\n 12.5%aé㙍𠮷", max_size=60))
@settings(deadline=None)
def test_shares_are_between_0_and_1_and_parts_no_more_than_wholes(text: str) -> None:
    row = readability(text).iloc[0]
    assert row["han"] <= row["characters"]
    assert row["sentences"] <= row["clauses"]
    assert all(pd.isna(row[name]) or 0 <= row[name] <= 1 for name in SHARES)


def test_types_do_not_depend_on_what_is_there() -> None:
    assert readability({}).dtypes.to_dict() == readability({"a": TEXT}).dtypes.to_dict()


@pytest.mark.parametrize("option", ["long", "common"])
def test_a_bound_below_1_is_refused(option: str) -> None:
    with pytest.raises(GidtkError, match=f"{option} must be at least 1, got 0"):
        readability(TEXT, **{option: 0})


def test_one_section_against_another() -> None:
    frame = pd.DataFrame(
        {
            "text": [TEXT * 2, TEXT, TEXT, "", "甲"],
            "report": ["a", "a", "b", "c", "c"],
            "section": ["overview", "problems", "problems", "overview", "problems"],
        }
    )
    found = section_ratio(readability(frame))
    assert found["report"].tolist() == ["a", "b", "c"]
    assert found["part"].tolist() == [len(TEXT), len(TEXT), 1]
    assert found["base"].tolist() == [2 * len(TEXT), pd.NA, 0]
    assert found["ratio"].tolist() == [0.5, pd.NA, pd.NA]


def test_no_reports_have_no_ratios_of_the_same_types() -> None:
    frame = pd.DataFrame({"text": [TEXT], "report": ["a"], "section": ["overview"]})
    full, none = section_ratio(readability(frame)), section_ratio(readability(TEXT))
    assert none.empty
    assert none.dtypes.to_dict() == full.dtypes.to_dict()


def test_a_section_twice_or_a_column_missing_is_refused() -> None:
    lengths = readability(pd.DataFrame({"text": [TEXT], "report": ["a"], "section": ["overview"]}))
    with pytest.raises(GidtkError, match="a report has a section twice"):
        section_ratio(pd.concat([lengths, lengths]))
    with pytest.raises(GidtkError, match="the frame of lengths has no column"):
        section_ratio(pd.DataFrame({"report": ["a"]}))
