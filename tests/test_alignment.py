"""What two texts have in common is found exactly, whatever they repeat, and in time that grows with their length."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gidtk.alignment import PASSAGE_COLUMNS, changes, matches, passages, share, standing, tiles
from gidtk.errors import GidtkError
from gidtk.masking import mask
from gidtk.shingles import Shingles, shared, shingle

FEW = st.text("甲乙丙", max_size=40)


def by_definition(form, donor, k):
    """Characters in some substring of k or more that stands in the donor: every substring is tried."""
    marked = [False] * len(form)
    for start in range(len(form)):
        for end in range(start + k, len(form) + 1):
            if form[start:end] in donor:
                marked[start:end] = [True] * (end - start)
    return marked


@given(FEW, FEW, st.integers(2, 6))
def test_what_is_marked_is_what_the_definition_says(form, donor, k):
    if len(form) >= k:
        assert standing(form, [donor], k).tolist() == by_definition(form, donor, k)


@given(FEW, FEW, FEW, st.integers(2, 5))
def test_with_several_donors_a_passage_may_stand_in_any(form, one, other, k):
    if len(form) >= k:
        both = standing(form, [one], k) | standing(form, [other], k)
        assert standing(form, [one, other], k).tolist() == both.tolist()


@given(FEW, FEW, st.integers(2, 6))
def test_tiles_cover_what_is_marked_once_and_are_equal_in_both_texts(form, donor, k):
    covered = np.zeros(len(form), dtype=int)
    for place, there, length in tiles(form, donor, k):
        assert form[place : place + length] == donor[there : there + length]
        covered[place : place + length] += 1
    assert covered.tolist() == standing(form, [donor], k).astype(int).tolist()


@given(FEW, st.integers(2, 6))
def test_a_text_is_one_tile_of_itself(form, k):
    assert tiles(form, form, k) == ([(0, 0, len(form))] if form else [])


@given(FEW, FEW, st.integers(2, 5))
def test_hashes_find_the_same_passages_as_the_texts(form, donor, k):
    own = shingle(form, k)
    found = own.places[shared(form, own, donor, shingle(donor, k), k)]
    assert sorted(found.tolist()) == np.flatnonzero(matches(form, [donor], k)).tolist()


def test_equal_hashes_of_other_characters_are_no_passage():
    same = Shingles(np.zeros(2, dtype=np.uint64), np.arange(2, dtype=np.int32))
    assert shared("甲乙丙", same, "丁戊己", same, 2).tolist() == [False, False]


@pytest.mark.parametrize(
    ("form", "donor", "found"),
    [
        ("甲乙丙丁", "甲乙丙丁", [(0, 0, 4)]),
        ("甲乙丙", "丁戊己", []),
        ("甲乙丙丁戊", "丙丁戊子甲乙丙", [(0, 4, 3), (3, 1, 2)]),
        ("甲乙丙子甲乙丙", "甲乙丙丑甲乙丙", [(0, 0, 3), (4, 4, 3)]),
        ("甲乙", "甲乙", [(0, 0, 2)]),
        ("甲乙", "甲乙丙", []),
        ("", "", []),
    ],
)
def test_tiles_go_from_left_to_right_and_stay_in_the_donors_order(form, donor, found):
    assert tiles(form, donor, 3) == found


@pytest.mark.parametrize(
    ("form", "donor"),
    [
        ("甲" * 40_000, "甲" * 40_000),
        ("甲乙" * 20_000, "乙甲" * 20_000),
        ("甲" * 8 + "乙", "甲" * 40_000),
        (("甲" * 9 + "乙") * 4_000, ("甲" * 9 + "丙") * 4_000),
    ],
)
def test_repetition_does_not_make_alignment_slow(form, donor):
    start = time.perf_counter()
    tiles(form, donor, 8)
    assert time.perf_counter() - start < 10


def test_the_share_counts_printed_characters_without_white_space():
    masked = mask("2020年 公开\n300条")
    assert masked.weights.tolist() == [5, 1, 1, 3, 1]
    assert share(masked.weights, np.array([True, False, False, True, False])) == pytest.approx(8 / 11)
    assert share(mask(" \n").weights, np.zeros(0, dtype=bool)) is None


def test_passages_are_given_as_printed():
    frame = passages("本年 收到申请12件，\n均已答复。", "上年收到申请9件，均已答复。其他", k=6)
    assert frame.dtypes.astype(str).to_dict() == PASSAGE_COLUMNS
    assert frame[["start", "end", "donor_start", "donor_end"]].values.tolist() == [[1, 17, 1, 14]]
    assert frame["text"].tolist() == ["年 收到申请12件，\n均已答复。"]
    assert frame["donor_text"].tolist() == ["年收到申请9件，均已答复。"]
    assert frame["characters"].tolist() == [14]


def test_without_masks_a_changed_number_breaks_a_passage():
    one, other = "全年收到申请12件，均已答复。", "全年收到申请9件，均已答复。"
    assert len(passages(one, other, k=5)) == 1
    assert passages(one, other, k=5, masked=())["text"].tolist() == ["全年收到申请", "件，均已答复。"]


def test_each_unit_has_names_of_its_own():
    given = {"names": ["甲县"], "donor_names": ["乙县"]}
    assert passages("甲县公开了全部信息", "乙县公开了全部信息", k=8, **given)["characters"].tolist() == [9]
    assert passages("甲县公开了全部信息", "乙县公开了全部信息", k=8)["characters"].tolist() == [8]


def test_no_passage_is_an_empty_table_of_the_same_kind():
    frame = passages("甲" * 9, "", k=8)
    assert frame.empty
    assert frame.dtypes.astype(str).to_dict() == PASSAGE_COLUMNS


def test_what_a_mask_hides_is_told_where_it_differs():
    one, other = mask("收到12件，办结2件，余10件"), mask("收到9件，办结2件，余7件")
    assert changes(one, other, 4) == (((2, 4), (12, 14)), ((2, 3), (11, 12)))
    assert changes(one, one, 4) == ((), ())


@pytest.mark.parametrize("k", [1, 0, -3, 8.0, True, "8", None])
def test_a_length_that_is_none_is_an_error(k):
    with pytest.raises(GidtkError, match=r"k .*: give the shortest length of a passage in characters"):
        passages("", "", k=k)
