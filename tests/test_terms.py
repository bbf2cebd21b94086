"""Terms in running text: nested ones are found, and no occurrence twice where the longest is asked for."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gidtk.errors import GidtkError
from gidtk.terms import Hit, Matcher, count_terms

NESTED = ["政务公开", "基层政务公开", "基层政务公开标准化规范化", "公开"]
TEXT = "基层政务公开标准化规范化和政务公开"


def test_all_occurrences_or_the_longest_only() -> None:
    matcher = Matcher(NESTED)
    assert [hit.term for hit in matcher.find(TEXT, overlap="all")] == [
        "基层政务公开标准化规范化", "基层政务公开", "政务公开", "公开", "政务公开", "公开"
    ]  # fmt: skip
    assert matcher.find(TEXT, overlap="longest") == [
        Hit(0, 12, "基层政务公开标准化规范化"),
        Hit(13, 17, "政务公开"),
    ]


@given(st.text("公开政务", max_size=30), st.sets(st.text("公开政务", min_size=1, max_size=3), min_size=1, max_size=5))
def test_every_occurrence_is_found_once(text: str, terms: set[str]) -> None:
    found = [(hit.begin, hit.term) for hit in Matcher(sorted(terms)).find(text, overlap="all")]
    plain = [(m.start(), term) for term in terms for m in re.finditer(f"(?={re.escape(term)})", text)]
    assert sorted(found) == sorted(plain)


@given(st.text("公开政务", max_size=30))
def test_the_longest_do_not_overlap(text: str) -> None:
    hits = Matcher(["公", "公开", "开政务", "政务公开"]).find(text, overlap="longest")
    assert all(a.end <= b.begin for a, b in pairwise(hits))
    assert all(text[hit.begin : hit.end] == hit.term for hit in hits)


def test_counts_are_by_group() -> None:
    found = count_terms({"a": TEXT, "b": "公开"}, ["政务公开", "公开"], groups={"a": 1, "b": 2})
    counts = {(row.group, row.feature): row.frequency for row in found.itertuples()}
    assert (counts["1", "政务公开"], counts["1", "公开"], counts["2", "公开"]) == (2, 2, 1)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("公开", "terms must be a list of terms"),
        ([], "no term is given"),
        ([""], "a term must be text of at least one"),
    ],
)
def test_what_is_no_term_is_refused(terms: object, message: str) -> None:
    with pytest.raises(GidtkError, match=message):
        Matcher(terms)  # type: ignore[arg-type]


def test_another_way_is_refused() -> None:
    with pytest.raises(GidtkError, match="the ways are: all, longest"):
        Matcher(["公开"]).find("公开", overlap="some")  # type: ignore[arg-type]
