"""Words that stand together: by hand, and as a network that other programs open."""

from math import log2
from pathlib import Path

import pandas as pd
import pytest
from lxml import etree

from gidtk.collocations import collocations, cooccurrence
from gidtk.errors import GidtkError
from gidtk.graphml import write_graphml

TEXT = "政策解读平台，政策解读平台，政策解读机制，新闻发布平台"


def test_the_measures_are_those_of_the_counts() -> None:
    found = collocations(TEXT, min_frequency=1, words=["政策解读", "新闻发布"]).set_index(["first", "second"])
    row = found.loc[("政策解读", "平台")]
    assert row[["frequency", "first_frequency", "second_frequency"]].tolist() == [2, 3, 3]
    assert row["pmi"] == pytest.approx(log2(2 * 4 / (3 * 3)))
    assert row["logdice"] == pytest.approx(14 + log2(2 * 2 / (3 + 3)))
    stats = pytest.importorskip("scipy.stats")
    g2 = stats.chi2_contingency([[2, 1], [1, 0]], correction=False, lambda_="log-likelihood").statistic
    assert abs(row["g2"]) == pytest.approx(g2)


def test_the_measures_are_those_of_nltk() -> None:
    nltk = pytest.importorskip("nltk.metrics.association", reason="nltk is not installed: pip install nltk")
    measures = nltk.BigramAssocMeasures
    found = collocations(TEXT * 3 + "。政策解读机制，新闻发布机制", min_frequency=1, words=["政策解读", "新闻发布"])
    whole = int(found["frequency"].sum())
    assert (found["g2"] < 0).any()
    assert (found["g2"] > 0).any()
    for row in found.itertuples():
        margins = (row.frequency, (row.first_frequency, row.second_frequency), whole)
        assert abs(row.g2) == pytest.approx(measures.likelihood_ratio(*margins), rel=1e-6)
        assert row.pmi == pytest.approx(measures.pmi(*margins))
        assert row.logdice == pytest.approx(14 + log2(measures.dice(*margins)))
        assert (row.g2 < 0) == (row.pmi < 0)


def test_pairs_further_apart_are_found_in_a_wider_window() -> None:
    pairs = {}
    for window in (1, 2):
        found = collocations("政策解读平台机制", window=window, min_frequency=1)
        pairs[window] = set(zip(found["first"], found["second"], strict=True))
    assert pairs[1] == {("政策解读", "平台"), ("平台", "机制")}
    assert pairs[2] == pairs[1] | {("政策解读", "机制")}


def test_a_line_break_and_a_figure_end_a_run_and_a_blank_does_not() -> None:
    found = collocations("政策解读\n平台，平台12机制，新闻发布会 平台", min_frequency=1)
    assert list(zip(found["first"], found["second"], strict=True)) == [("新闻发布会", "平台")]


def test_a_stop_word_cut_into_tokens_leaves_no_part_in_a_pair() -> None:
    assert collocations("我县政务公开", min_frequency=1, remove=["function"]).empty
    assert len(collocations("我县政务公开", min_frequency=1, remove=())) == 2


def test_groups_are_corpora_of_their_own() -> None:
    together = collocations({"a": TEXT, "b": "平台机制"}, groups={"a": 1, "b": 2}, min_frequency=1)
    alone = collocations(TEXT, min_frequency=1).assign(group="1")
    part = together[together["group"] == "1"].reset_index(drop=True)
    assert part.to_dict() == alone.to_dict()
    assert together["group"].unique().tolist() == ["1", "2"]


def test_no_pair_crosses_a_mark_and_a_stop_word_is_not_skipped() -> None:
    found = collocations("政务，公开。平台和机制", min_frequency=1)
    assert found.empty
    assert len(collocations("平台和机制", window=2, min_frequency=1)) == 1


def test_words_of_one_sentence_are_an_edge() -> None:
    found = cooccurrence("平台机制完善。平台机制。机制。", min_sentences=1).set_index(["source", "target"])
    assert {frozenset(pair) for pair in found.index} >= {frozenset({"平台", "机制"})}
    row = next(row for pair, row in found.iterrows() if set(pair) == {"平台", "机制"})
    assert row["sentences"] == 2
    assert row["jaccard"] == pytest.approx(2 / 3)


def test_npmi_by_hand_and_a_pair_that_is_everywhere_says_nothing() -> None:
    found = cooccurrence("平台机制。平台机制。平台。解读。", min_sentences=1, features=["平台", "机制"])
    assert found["npmi"].tolist() == pytest.approx([log2(2 * 4 / (3 * 2)) / -log2(2 / 4)])
    assert cooccurrence("平台机制。平台机制。", min_sentences=1)["npmi"].tolist() == [0.0]


def test_the_network_is_bounded_by_the_words_looked_at() -> None:
    found = cooccurrence("".join(f"词{chr(0x4E00 + n)}，" for n in range(2000)), features=20, min_sentences=1)
    assert len(found) <= 20 * 19 / 2


def test_a_network_is_graphml_and_no_word_is_markup(tmp_path: Path) -> None:
    edges = pd.DataFrame({"source": ["<a>&"], "target": ["b\x01"], "sentences": [2], "npmi": [0.5]})
    file = write_graphml(edges, tmp_path / "n.graphml")
    tree = etree.parse(str(file))
    assert len(tree.findall(".//{*}node")) == 2
    assert len(tree.findall(".//{*}edge")) == 1
    networkx = pytest.importorskip("networkx")
    graph = networkx.read_graphml(file)
    assert next(iter(graph.edges(data=True)))[2]["sentences"] == 2


@pytest.mark.parametrize(("asked", "message"), [({"window": 0}, "window must be at least 1"), ({"n": 0}, "n must be")])
def test_what_makes_no_pair_is_refused(asked: dict, message: str) -> None:
    with pytest.raises(GidtkError, match=message):
        collocations(TEXT, **asked)


def test_another_suffix_or_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GidtkError, match=r"the suffix '\.txt' is not \.graphml"):
        write_graphml(pd.DataFrame({"source": [], "target": []}), tmp_path / "n.txt")
    with pytest.raises(GidtkError, match="columns source and target are needed"):
        write_graphml(pd.DataFrame({"a": []}), tmp_path / "n.graphml")


def test_empty_results_have_the_types_of_full_ones() -> None:
    assert collocations("").dtypes.to_dict() == collocations(TEXT, min_frequency=1).dtypes.to_dict()
    assert cooccurrence("").dtypes.to_dict() == cooccurrence(TEXT, min_sentences=1).dtypes.to_dict()
