"""Topics: found again, the same for the same seed, and shares that add up."""

from math import log

import numpy as np
import pandas as pd
import pytest

from gidtk.errors import GidtkError, MissingExtraError
from gidtk.tokens import shared_tokenizer
from gidtk.topics import _coherence, topics

pytest.importorskip("sklearn")
WATER, MONEY = "水利工程河长制水环境治理", "财政预算资金审计政府采购"
TEXTS = {f"{name}{n}": text * (n + 1) for n in range(6) for name, text in (("w", WATER), ("m", MONEY))}


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_two_kinds_of_text_are_two_topics_and_shares_add_up(method: str) -> None:
    found = topics(TEXTS, 2, method=method, max_docshare=1.0)  # type: ignore[arg-type]
    shares = found.documents.pivot_table(index="docname", columns="topic", values="share")
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1)
    main = shares.idxmax(axis=1)
    assert len({main[name] for name in TEXTS if name[0] == "w"}) == 1
    assert main["w0"] != main["m0"]
    assert found.quality["share"].sum() == pytest.approx(1)
    assert found.quality["share"].is_monotonic_decreasing


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_the_same_seed_gives_the_same_topics_whatever_the_order_of_the_texts(method: str) -> None:
    first, again = (topics(TEXTS, 2, method=method, seed=3, max_docshare=1.0) for _ in range(2))  # type: ignore[arg-type]
    for one, other in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_words_come_by_weight_and_no_more_than_asked_for() -> None:
    words = topics(TEXTS, 2, n_words=3, max_docshare=1.0).words
    assert words["topic"].tolist() == [1, 1, 1, 2, 2, 2]
    assert words["rank"].tolist() == [1, 2, 3] * 2
    for _, part in words.groupby("topic"):
        assert part["weight"].is_monotonic_decreasing
        assert 0 < part["weight"].sum() <= 1 + 1e-9


def test_coherence_by_hand() -> None:
    """Words that always stand together have 1, words that never do -1."""
    texts = {"a": "水利平台", "b": "水利平台", "c": "财政审计", "d": "财政审计"}
    assert topics(texts, 2, n_words=2).quality["coherence"].tolist() == pytest.approx([1, 1])
    assert _coherence(np.array([[1, 0], [0, 1]], dtype=bool)) == -1
    present = np.array([[1, 1], [1, 1], [1, 0], [0, 0]], dtype=bool)
    assert _coherence(present) == pytest.approx(log(2 * 4 / (3 * 2)) / -log(2 / 4))
    assert _coherence(np.ones((3, 1), dtype=bool)) is None


def test_a_text_without_the_words_has_no_share_and_never_zero() -> None:
    found = topics(TEXTS | {"none": "2020"}, 2, max_docshare=1.0).documents
    assert found[found["docname"] == "none"]["share"].isna().all()
    assert found[found["docname"] != "none"]["share"].notna().all()


def test_variables_and_fingerprint_go_with_the_topics() -> None:
    frame = pd.DataFrame({"report": list(TEXTS), "year": 2020, "text": list(TEXTS.values())})
    found = topics(frame, 2, max_docshare=1.0)
    assert found.documents["year"].unique().tolist() == [2020]
    assert {part.attrs["fingerprint"] for part in found} == {shared_tokenizer().fingerprint}


REFUSED = [
    ({"k": 0}, "k must be at least 1, got 0"),
    ({"k": 2, "method": "x"}, "no method 'x'; the methods are: nmf, lda"),
    ({"k": 2, "max_docshare": 0}, "max_docshare must be above 0"),
    ({"k": 50}, "50 topics need as many documents and words"),
]


@pytest.mark.parametrize(("asked", "message"), REFUSED)
def test_what_gives_no_topics_says_so(asked: dict, message: str) -> None:
    with pytest.raises(GidtkError, match=message):
        topics(TEXTS, **asked)


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sklearn.decomposition", None)
    with pytest.raises(MissingExtraError, match=r'pip install "gidtk\[topics\]"'):
        topics(TEXTS, 2, max_docshare=1.0)
