"""The words of some reports against those of all others."""

import pandas as pd
import pytest

import gidtk as gid
from gidtk.contrast import against_rest, sides
from gidtk.errors import GidtkError
from gidtk.tokens import Tokenizer

TEXTS = pd.DataFrame(
    {
        "report": ["a", "b", "c"],
        "agency": ["甲县人民政府", "乙县人民政府", "丙县人民政府"],
        "text": ["甲县人民政府疫情防控，疫情防控", "乙县人民政府政务公开，政务公开", "丙县人民政府政务公开，政策解读"],
    }
)


def test_the_groups_are_the_reports_and_all_others():
    assert sides(TEXTS, ["b", "nosuch"]).tolist() == ["rest", "target", "rest"]
    found = against_rest(TEXTS, ["a"])
    same = gid.keyness(TEXTS.assign(group=["t", "r", "r"]), "t", groups="group")
    pd.testing.assert_frame_equal(found, same)


def test_what_is_masked_is_no_key_word():
    cutter = Tokenizer(mask=["names"])
    found = against_rest(TEXTS, ["a"], names=["agency"], tokenizer=cutter)
    assert "疫情防控" in found["feature"].tolist()
    assert not found["feature"].str.startswith("〈").any()
    assert found.attrs["fingerprint"] == cutter.fingerprint
    assert found.index.tolist() == list(range(len(found)))


@pytest.mark.parametrize("reports", [["a", "b", "c"], [], ["nosuch"]])
def test_without_two_sides_there_is_nothing_to_compare(reports):
    found = against_rest(TEXTS, reports, names=["agency"], tokenizer=Tokenizer(mask=["names"]))
    assert found.empty
    assert found.dtypes.tolist() == against_rest(TEXTS, ["a"]).dtypes.tolist()


@pytest.mark.parametrize(
    ("texts", "options", "message"),
    [
        (TEXTS, {"groups": "agency"}, "groups is given: groups are the reports and all others"),
        (TEXTS.drop(columns="text"), {}, "texts have no column 'text': give what narratives"),
    ],
)
def test_a_wrong_wish_is_named(texts, options, message):
    with pytest.raises(GidtkError, match=message):
        against_rest(texts, ["a"], **options)
