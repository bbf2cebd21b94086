"""Length and wording: counts of what is there, missing where there is nothing to divide by."""

import pandas as pd
import pytest

from gidtk.errors import GidtkError
from gidtk.readability import readability, section_ratio

TEXT = "政务公开好。我县公开信息12条，办理申请3件。"


def test_lengths_are_counted() -> None:
    row = readability({"a": TEXT}).iloc[0]
    assert row["characters"] == len(TEXT)
    assert row["sentences"] == 2


def test_an_empty_text_has_no_ratio_and_never_zero() -> None:
    row = readability({"a": ""}).iloc[0]
    assert row["sentences"] == 0
    assert row.filter(like="mean").isna().all()


def test_types_do_not_depend_on_what_is_there() -> None:
    assert readability({}).dtypes.to_dict() == readability({"a": TEXT}).dtypes.to_dict()


def test_one_section_against_another() -> None:
    frame = pd.DataFrame(
        {"text": [TEXT * 2, TEXT], "report": ["a", "a"], "section": ["overview", "problems"], "year": [2020, 2020]}
    )
    found = section_ratio(readability(frame))
    assert found["report"].tolist() == ["a"]
    assert 0.5 in found.iloc[0].tolist()


def test_a_section_twice_or_a_column_missing_is_refused() -> None:
    lengths = readability(pd.DataFrame({"text": [TEXT], "report": ["a"], "section": ["overview"]}))
    with pytest.raises(GidtkError, match="a report has a section twice"):
        section_ratio(pd.concat([lengths, lengths]))
    with pytest.raises(GidtkError, match="the frame of lengths has no column"):
        section_ratio(pd.DataFrame({"report": ["a"]}))
