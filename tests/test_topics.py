"""Topics: found again, the same for the same seed, and shares that add up."""

import pandas as pd
import pytest

from gidtk.errors import GidtkError, MissingExtraError
from gidtk.topics import topics

pytest.importorskip("sklearn")
WATER, MONEY = "水利工程河长制水环境治理", "财政预算资金审计政府采购"
TEXTS = {f"{name}{n}": text * (n + 1) for n in range(6) for name, text in (("w", WATER), ("m", MONEY))}


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_two_kinds_of_text_are_two_topics_and_shares_add_up(method: str) -> None:
    found = topics(TEXTS, 2, method=method, seed=1, max_docshare=1.0)
    shares = next(part for part in found if isinstance(part, pd.DataFrame) and "docname" in part.columns)
    numbers = shares.pivot_table(index="docname", columns="topic", values="share") if "share" in shares else shares
    assert len(set(numbers.idxmax(axis=1)[[name for name in numbers.index if name[0] == "w"]])) == 1
    assert numbers.sum(axis=1).to_numpy() == pytest.approx(1)


def test_the_same_seed_gives_the_same_topics() -> None:
    first, again = (topics(TEXTS, 2, seed=3, max_docshare=1.0) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert one.equals(other) if isinstance(one, pd.DataFrame) else one == other


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
