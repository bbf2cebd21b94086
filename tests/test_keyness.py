"""Keyness: by hand, and against scipy where it is installed."""

from math import log2

import pandas as pd
import pytest

from gidtk.association import dispersion
from gidtk.errors import GidtkError
from gidtk.keyness import keyness

TEXTS = {"a": "疫情防控，疫情防控，政务公开", "b": "政务公开，政务公开，政策解读", "c": "政策解读，疫情防控"}
YEARS = {"a": 2020, "b": 2021, "c": 2021}


@pytest.fixture
def found() -> pd.DataFrame:
    return keyness(TEXTS, 2020, groups=YEARS, min_frequency=1).set_index("feature")


def test_counts_rates_and_log_ratio_are_those_of_the_texts(found: pd.DataFrame) -> None:
    row = found.loc["疫情防控"]
    assert row[["n_target", "n_reference", "docfreq_target", "docfreq_reference"]].tolist() == [2, 1, 1, 1]
    assert row["rate_target"] == pytest.approx(1000 * 2 / 3)
    assert row["log_ratio"] == pytest.approx(log2((2 / 3) / (1 / 5)))
    assert found.loc["政策解读", "log_ratio"] == pytest.approx(log2((0.5 / 3) / (2 / 5)))
    assert (found.loc[["政务公开", "政策解读"], "g2"] < 0).all()


def test_statistics_are_those_of_scipy(found: pd.DataFrame) -> None:
    stats = pytest.importorskip("scipy.stats")
    for row in found.itertuples():
        table = [[row.n_target, row.n_reference], [3 - row.n_target, 5 - row.n_reference]]
        g2 = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
        chi2 = stats.chi2_contingency(table, correction=False)
        assert abs(row.g2) == pytest.approx(g2.statistic)
        assert row.p == pytest.approx(g2.pvalue)
        assert abs(row.chi2) == pytest.approx(chi2.statistic)
    assert found["p_adjusted"].tolist() == pytest.approx(stats.false_discovery_control(found["p"]).tolist())


def test_dispersion_is_0_for_an_even_word_and_high_for_one_of_one_document() -> None:
    texts = {"a": "政务公开，政策解读", "b": "政务公开，疫情防控", "c": "新闻发布会"}
    found = keyness(texts, 1, groups={"a": 1, "b": 1, "c": 2}, min_frequency=1).set_index("feature")
    assert found.loc["政务公开", "dp_target"] == pytest.approx(0)
    assert found.loc["政策解读", "dp_target"] == pytest.approx(0.5)
    assert pd.isna(found.loc["新闻发布会", "dp_target"])


def test_dispersion_and_document_counts_are_those_of_the_documents() -> None:
    counts = {"a": [3, 0, 1], "b": [0, 2, 2], "c": [1, 1, 0], "d": [0, 0, 4]}
    names = ["政务公开", "政策解读", "平台"]
    words = {doc: [name for name, n in zip(names, row, strict=True) for _ in range(n)] for doc, row in counts.items()}
    texts = {doc: "，".join(given) for doc, given in words.items()}
    found = keyness(texts, "t", groups={"a": "t", "b": "t", "c": "t", "d": "r"}, min_frequency=1).set_index("feature")
    sizes = [sum(counts[doc]) for doc in "abc"]
    for place, name in enumerate(names):
        column = [counts[doc][place] for doc in "abc"]
        assert found.loc[name, "dp_target"] == pytest.approx(dispersion(column, sizes))
        assert found.loc[name, "docfreq_target"] == sum(map(bool, column))
        assert found.loc[name, "n_target"] == sum(column)


def test_one_reference_or_several_are_only_those_named() -> None:
    frame = pd.DataFrame({"docname": list(TEXTS), "year": [2019.0, 2020.0, 2021.0], "text": list(TEXTS.values())})
    one = keyness(frame, 2019, groups="year", reference=[2021], min_frequency=1).set_index("feature")
    assert one["n_reference"].sum() == 2
    both = keyness(frame, "2019", groups="year", reference=["2021", "2020"], min_frequency=1)
    pd.testing.assert_frame_equal(both, keyness(frame, 2019, groups="year", min_frequency=1))


def test_the_first_and_last_words_are_those_of_the_whole_list(found: pd.DataFrame) -> None:
    ends = keyness(TEXTS, 2020, groups=YEARS, min_frequency=1, n=1)
    assert ends["feature"].tolist() == [found.index[0], found.index[-1]]


def test_a_group_and_the_rest_change_sides_with_the_sign() -> None:
    one = keyness(TEXTS, 1, groups={"a": 1, "b": 2, "c": 2}, min_frequency=1).set_index("feature")
    other = keyness(TEXTS, 2, groups={"a": 1, "b": 2, "c": 2}, min_frequency=1).set_index("feature").loc[one.index]
    assert one["g2"].tolist() == pytest.approx((-other["g2"]).tolist())
    assert one["log_ratio"].tolist() == pytest.approx((-other["log_ratio"]).tolist())


def test_order_and_types_do_not_depend_on_what_is_found() -> None:
    full, none = keyness(TEXTS, 2020, groups=YEARS), keyness({"a": "", "b": ""}, 1, groups={"a": 1, "b": 2})
    assert len(none) == 0
    assert none.dtypes.to_dict() == full.dtypes.to_dict()
    assert full["g2"].is_monotonic_decreasing


REFUSED = [
    ({"target": 1999}, "1999"),
    ({"target": 2020, "reference": [2020]}, "2020"),
    ({"target": 2020, "min_frequency": 0}, "min_frequency"),
    ({"target": 2020, "n": 0}, "n must be at least 1"),
]


@pytest.mark.parametrize(("asked", "message"), REFUSED)
def test_what_cannot_be_compared_says_so(asked: dict, message: str) -> None:
    with pytest.raises(GidtkError, match=message):
        keyness(TEXTS, groups=YEARS, **asked)
