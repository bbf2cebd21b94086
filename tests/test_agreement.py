"""Agreement against worked examples by hand and against scikit-learn; what cannot be measured is missing."""

import sys
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from gidtk.agreement import AGREEMENT_COLUMNS, DISAGREEMENT_COLUMNS, agreement, confusion, disagreements
from gidtk.errors import GidtkError, MissingExtraError


def codings(**coders):
    """Coder to one coding an item, None where not coded."""
    rows = [(str(n), coder, code) for coder, given in coders.items() for n, code in enumerate(given)]
    return pd.DataFrame(rows, columns=["item", "coder", "codes"])


def whole(frame):
    return agreement(frame).iloc[0]


def test_kappa_of_fifty_items_worked_by_hand():
    """Both yes 20, both no 15, 5 and 10 apart: p_o = .7, p_e = .5 × .6 + .5 × .4 = .5, kappa = .4."""
    a = ["P1"] * 25 + ["P2"] * 25
    b = ["P1"] * 20 + ["P2"] * 5 + ["P1"] * 10 + ["P2"] * 15
    row = whole(codings(a=a, b=b))
    assert (row["items"], row["coders"], row["given"], row["percent"]) == (50, 2, 100, 70)
    assert row["kappa"] == pytest.approx(0.4)


def test_alpha_of_two_coders_worked_by_hand():
    """Ten items, four apart; 14 zeros and 6 ones: D_o = .4, D_e = 2 × 14 × 6 / (20 × 19), alpha = .095."""
    a, b = "0100000010", "1110010000"
    row = whole(codings(a=[f"P{d}" for d in a.replace("0", "2")], b=[f"P{d}" for d in b.replace("0", "2")]))
    assert row["alpha"] == pytest.approx(1 - 0.4 / (168 / 380))
    assert row["percent"] == 60


def test_alpha_of_four_coders_with_gaps_is_that_of_the_textbook():
    """Twelve items, four coders, gaps: nominal alpha .743 (Krippendorff 2004)."""
    table = {
        "a": ["1", "2", "3", "3", "2", "1", "4", "1", "2", None, None, None],
        "b": ["1", "2", "3", "3", "2", "2", "4", "1", "2", "5", None, "3"],
        "c": [None, "3", "3", "3", "2", "3", "4", "2", "2", "5", "1", None],
        "d": ["1", "2", "3", "3", "2", "4", "4", "1", "2", "5", "1", None],
    }
    frame = codings(**{who: [None if v is None else f"P{v}" for v in values] for who, values in table.items()})
    row = whole(frame)
    assert row["alpha"] == pytest.approx(0.743, abs=0.0005)
    assert pd.isna(row["kappa"])
    assert (row["items"], row["coders"]) == (11, 4)


@given(st.lists(st.tuples(st.sampled_from("123"), st.sampled_from("123")), min_size=2, max_size=30))
def test_kappa_is_that_of_scikit_learn(pairs):
    a, b = ([f"P{pair[side]}" for pair in pairs] for side in (0, 1))
    row = whole(codings(a=a, b=b))
    if len({*a, *b}) == 1:
        assert pd.isna(row["kappa"])
        assert pd.isna(row["alpha"])
    else:
        assert row["kappa"] == pytest.approx(cohen_kappa_score(a, b))


def test_each_code_is_measured_by_itself_where_items_have_several():
    frame = agreement(codings(a=["P1;P2", "P1", "0"], b=["P1", "P1", "P2"]))
    assert list(frame.columns) == list(AGREEMENT_COLUMNS)
    assert frame[["code", "given"]].values.tolist() == [["all", 6], ["P1", 4], ["P2", 2]]
    assert frame["percent"].round(1).tolist() == [33.3, 100.0, 33.3]
    assert frame["kappa"].tolist()[1] == 1


def test_codes_stand_in_the_order_of_their_numbers():
    assert agreement(codings(a=["P10;P2"], b=["P10;P2"]))["code"].tolist() == ["all", "P2", "P10"]


def test_the_order_and_spelling_of_codes_make_no_difference():
    assert whole(codings(a=["P1;P2"], b=["P2，P1"]))["percent"] == 100


def test_what_was_coded_once_or_not_at_all_is_not_counted():
    row = whole(codings(a=["P1", "P2", None], b=["P1", None, ""]))
    assert (row["items"], row["percent"]) == (1, 100)


def test_without_anything_coded_twice_everything_is_missing():
    frame = agreement(codings(a=["P1"]))
    assert frame.iloc[0].tolist()[:4] == ["all", 0, 0, 0]
    assert frame[["percent", "kappa", "alpha"]].isna().all(axis=None)
    assert frame.dtypes.to_dict() == agreement(codings(a=["P1"], b=["P2"])).dtypes.to_dict()


def test_two_coders_of_three_on_each_item_give_no_kappa():
    row = whole(codings(a=["P1", "P2"], b=["P1", None], c=[None, "P2"]))
    assert (row["coders"], row["percent"]) == (3, 100)
    assert pd.isna(row["kappa"])


def test_confusion_counts_what_meets_what():
    table = confusion(codings(a=["P1", "P1", "P2", "0"], b=["P1", "P2", "P2", "P1"]), "a", "b")
    assert table.index.tolist() == table.columns.tolist() == ["P1", "P2", "0"]
    assert table.values.tolist() == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]
    assert (table.index.name, table.columns.name) == ("a", "b")


def test_of_several_codes_the_shared_ones_meet_and_the_others_cross():
    table = confusion(codings(a=["P1;P2"], b=["P1;P3"]), "a", "b")
    met = {(r, c) for r, c in product(table.index, table.columns) if table.loc[r, c]}
    assert met == {("P1", "P1"), ("P2", "P3")}
    both_none = confusion(codings(a=["0"], b=["0"]), "a", "b")
    assert both_none.values.tolist() == [[1]]


def test_disagreements_list_what_each_gave_alone():
    frame = disagreements(codings(b=["P1;P10;P2", "P1"], a=["P1", "P1"], c=["0", None]))
    assert list(frame.columns) == list(DISAGREEMENT_COLUMNS)
    assert frame.values.tolist() == [
        ["0", "a", "b", "P1", "", "P2;P10", ""],
        ["0", "a", "c", "", "P1", "0", ""],
        ["0", "b", "c", "", "P1;P2;P10", "0", ""],
    ]
    assert disagreements(codings(a=["P1"])).dtypes.to_dict() == frame.dtypes.to_dict()


@pytest.mark.parametrize("function", [agreement, disagreements, lambda frame: confusion(frame, "a", "b")])
def test_faulty_codings_are_refused(function):
    with pytest.raises(GidtkError, match=r"^codings without codes: give what read_codings\(\) returns$"):
        function(codings(a=["P1"]).drop(columns="codes"))
    with pytest.raises(GidtkError, match=r"^a coded 0 twice: keep one coding of an item and coder$"):
        function(pd.concat([codings(a=["P1"]), codings(a=["P2"])]))


def test_an_unknown_coder_is_refused():
    with pytest.raises(GidtkError, match=r"^no coder 'c': those who coded are a, b$"):
        confusion(codings(a=["P1"], b=["P1"]), "a", "c")


def test_without_the_extra_the_install_command_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "krippendorff", None)
    with pytest.raises(MissingExtraError, match=r'alpha needs an extra: pip install "gidtk\[coding\]"$'):
        agreement(codings(a=["P1"], b=["P2"]))
