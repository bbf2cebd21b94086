"""Lexical diversity: by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk.diversity import diversity, mattr, mtld
from gidtk.errors import GidtkError


def test_mattr_is_the_mean_over_all_windows() -> None:
    assert mattr(["a", "b", "a", "a"], window=2) == pytest.approx((1 + 1 + 0.5) / 3)
    assert mattr(["a", "b"], window=3) is None


@given(st.lists(st.sampled_from("abcde"), min_size=3, max_size=40))
def test_mattr_is_what_counting_every_window_gives(words: list[str]) -> None:
    windows = [words[i : i + 3] for i in range(len(words) - 2)]
    assert mattr(words, 3) == pytest.approx(sum(len(set(w)) / 3 for w in windows) / len(windows))


def test_mtld_by_hand() -> None:
    # Forwards a b a is a factor (2/3), a b c is none and a b c a is 3/4: (1 - 3/4) / (1 - 0.72) of one is left.
    words = ["a", "b", "a", "a", "b", "c", "a"]
    forwards = 1 + 0.25 / 0.28
    # Backwards a c b a is 3/4, with the next a 3/5 a factor; b a is left whole.
    assert mtld(words) == pytest.approx((7 / forwards + 7 / 1) / 2)
    assert mtld(["a", "b", "c"]) is None
    assert mtld([]) is None


@settings(deadline=None)
@given(st.lists(st.sampled_from([2 * letter for letter in "abcdefghijkl"]), min_size=20, max_size=80))
def test_mattr_and_mtld_are_those_of_lexicalrichness(words: list[str]) -> None:
    module = pytest.importorskip("lexicalrichness", reason="not installed: pip install lexicalrichness")
    theirs = module.LexicalRichness(" ".join(words))
    assert mattr(words, 10) == pytest.approx(theirs.mattr(window_size=10))
    assert mtld(words, 0.7199) == pytest.approx(theirs.mtld(threshold=0.7199))  # it closes a factor at the threshold


def test_mtld_of_one_word_again_and_again_is_low_and_of_new_words_is_unknown_or_high() -> None:
    low = mtld(["a"] * 40)
    assert low == pytest.approx(2.0)
    high = mtld([str(n % 30) for n in range(300)])
    assert high is None or high > low


def test_a_frame_has_one_row_a_text_and_missing_where_a_text_is_too_short() -> None:
    found = diversity({"a": "政务公开平台", "b": "政务公开平台机制" * 40})
    assert found["docname"].tolist() == ["a", "b"]
    assert found["mattr"].isna().tolist() == [True, False]


@pytest.mark.parametrize("window", [0, -1])
def test_a_window_holds_a_word(window: int) -> None:
    with pytest.raises(GidtkError, match="window must be at least 1 word"):
        mattr(["a"], window)


@pytest.mark.parametrize("threshold", [0, 1, 2.0])
def test_a_threshold_is_a_ratio(threshold: float) -> None:
    with pytest.raises(GidtkError, match="threshold must be between 0 and 1"):
        mtld(["a"], threshold)
