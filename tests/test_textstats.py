"""Frequencies and contexts: fixed columns, sums that add up, places that lead back to the text."""

import re
from math import log10
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gidtk.errors import GidtkError
from gidtk.textstats import frequency, kwic, tfidf
from gidtk.tokens import Tokenizer, shared_tokenizer, tokenize

REPORT = (Path(__file__).parent.parent / "data" / "reports" / "anfu_2020.txt").read_text(encoding="utf-8")
TEXTS = {
    "a_2020": "政务公开，政策解读和政务公开。",
    "a_2021": "政策解读 政务公开平台",
    "b_2021": "行政复议2件。",
}
FREQUENCY = ["feature", "frequency", "rank", "docfreq", "group"]
KWIC = [
    "docname",
    "from",
    "to",
    "pre",
    "keyword",
    "post",
    "pattern",
    "sentence",
    "tokens",
    "report",
    "region",
    "level",
    "year",
    "section",
]

words = st.sampled_from(["政务公开", "政策解读", "平台", "的", "解读", "12", "APP", "，", "。", " ", "\n", "㙍"])
documents = st.dictionaries(
    st.sampled_from(["p", "q", "r", "s"]), st.lists(words, max_size=30).map("".join), max_size=4
)
slowly = settings(max_examples=100, deadline=None)


def rows(frame):
    return list(frame.itertuples(index=False, name=None))


# --- frequency --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {},
            [
                ("政务公开", 3, 1, 2, "all"),
                ("政策解读", 2, 2, 2, "all"),
                ("平台", 1, 3, 1, "all"),
                ("行政复议", 1, 3, 1, "all"),
            ],
        ),
        ({"n": 1}, [("政务公开", 3, 1, 2, "all")]),
        (
            {"groups": {"a_2020": 2020, "a_2021": 2021, "b_2021": 2021}, "n": 2},
            [
                ("政务公开", 2, 1, 1, "2020"),
                ("政策解读", 1, 2, 1, "2020"),
                ("平台", 1, 1, 1, "2021"),
                ("政务公开", 1, 1, 1, "2021"),
            ],
        ),
        (
            {"words": [("公开平台", 10**9)], "n": 2},
            [("政务公开", 2, 1, 1, "all"), ("政策解读", 2, 1, 2, "all")],
        ),
    ],
)
def test_frequency(options, expected):
    assert rows(frequency(TEXTS, **options)) == expected


def test_frequency_drops_the_stop_words_asked_for():
    assert "和" in set(frequency(TEXTS, remove=())["feature"])
    assert "和" not in set(frequency(TEXTS, remove=iter(["function"]))["feature"])


@given(texts=documents)
@slowly
def test_frequencies_add_up_to_the_words_of_the_texts(texts):
    found = frequency(texts)
    assert found["frequency"].sum() == sum(len(tokenize(text)) for text in texts.values())
    assert found["docfreq"].sum() == sum(len(set(tokenize(text))) for text in texts.values())
    assert (found["docfreq"] <= found["frequency"]).all()
    assert found["docfreq"].max() <= len(texts) if len(found) else found.empty


@given(texts=documents)
@slowly
def test_ranks_are_those_of_the_frequencies_and_ties_are_sorted_by_word(texts):
    found = frequency(texts, remove=())
    ranks = found["frequency"].rank(method="min", ascending=False).astype("int64")
    assert found["rank"].tolist() == ranks.tolist()
    order = [(-count, word) for word, count in zip(found["feature"], found["frequency"], strict=True)]
    assert order == sorted(order)


@given(texts=documents, data=st.data())
@slowly
def test_the_order_of_the_documents_does_not_matter(texts, data):
    names = data.draw(st.permutations(list(texts)))
    shuffled = {name: texts[name] for name in names}
    groups = {name: "pq" if name in "pq" else "rs" for name in texts}
    pd.testing.assert_frame_equal(frequency(texts, groups=groups), frequency(shuffled, groups=groups))


@given(texts=documents)
@slowly
def test_groups_of_one_document_are_the_documents_counted_alone(texts):
    together = frequency(texts, groups={name: name for name in texts})
    for name, text in texts.items():
        alone = frequency(text).assign(group=name).astype({"group": "str"})
        part = together[together["group"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, alone)


def test_a_series_counts_like_a_mapping_and_levels_of_its_index_are_joined():
    index = pd.MultiIndex.from_tuples([("a", 2020), ("a", 2021), ("b", 2021)], names=["region", "year"])
    series = pd.Series(list(TEXTS.values()), index=index)
    groups = pd.Series(index.get_level_values("year"), index=index)
    expected = frequency(TEXTS, groups={name: name[-4:] for name in TEXTS})
    pd.testing.assert_frame_equal(frequency(series, groups=groups), expected)
    assert kwic(series, "行政复议")["docname"].tolist() == ["b_2021"]


def test_the_frequencies_of_a_real_report_are_counted_as_printed():
    found = frequency(REPORT).set_index("feature")["frequency"]
    for word in ["依申请公开", "疫情防控", "政务新媒体", "行政复议"]:
        assert found[word] == shared_tokenizer().cut(REPORT).count(word) > 0


# --- tf-idf -----------------------------------------------------------------------------------------------


def test_tfidf_by_hand():
    found = tfidf({"a": "政务公开，政务公开，平台", "b": "平台", "c": "解读，平台"})
    weights = {(row.docname, row.feature): row.tfidf for row in found.itertuples()}
    assert weights == pytest.approx(
        {("a", "政务公开"): 2 * log10(3), ("a", "平台"): 0, ("b", "平台"): 0, ("c", "解读"): log10(3), ("c", "平台"): 0}
    )


@given(texts=documents)
@slowly
def test_the_weights_of_a_document_are_its_frequencies_times_rarity(texts):
    found = tfidf(texts)
    assert found["frequency"].sum() == frequency(texts)["frequency"].sum()
    rarity = [log10(len(texts) / docfreq) for docfreq in found["docfreq"]]
    assert found["tfidf"].tolist() == pytest.approx((found["frequency"] * rarity).tolist())
    assert tfidf(texts, n=1)["docname"].is_unique


def test_tfidf_refuses_no_rows():
    with pytest.raises(GidtkError, match="n must be at least 1, got 0"):
        tfidf(TEXTS, n=0)


# --- kwic -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pattern", "options", "expected"),
    [
        ("加强政策解读。", "政策解读", {}, [(2, 2, "加强", "政策解读", "。", "政策解读")]),
        (
            "政务公开 和\n政务微博",
            "政务*",
            {"window": 1},
            [(1, 1, "", "政务公开", "和", "政务*"), (3, 3, "和", "政务微博", "", "政务*")],
        ),
        ("政府信息", "信息", {}, []),
        ("政府信息", "*信息", {}, [(1, 1, "", "政府信息", "", "*信息")]),
        ("抓政务公开工作", "政务公开工作", {}, [(2, 3, "抓", "政务公开 工作", "", "政务公开工作")]),
        (
            "抓政务公开工作",
            " 政务??  *作",
            {"separator": ""},
            [(2, 3, "抓", "政务公开工作", "", " 政务??  *作")],
        ),
        ("政务公开栏", "政务?", {}, []),
        (
            "和和和",
            "和 和",
            {"window": 0},
            [(1, 2, "", "和 和", "", "和 和"), (2, 3, "", "和 和", "", "和 和")],
        ),
        ("政务app", "APP", {}, [(2, 2, "政务", "app", "", "APP")]),
        ("政务app", "APP", {"case_insensitive": False}, []),
        ("345和3.5", "3.5", {}, [(3, 5, "345 和", "3 . 5", "", "3.5")]),
        ("互联网+政务服务", "互联网+*", {}, [(1, 1, "", "互联网+政务服务", "", "互联网+*")]),
        ("甲。乙", "。", {}, [(2, 2, "甲", "。", "乙", "。")]),
        ("平都镇政府", "平都镇", {"words": [("平都镇", 10**6)]}, [(1, 1, "", "平都镇", "政府", "平都镇")]),
        (
            "主动公开",
            ["公开", "主动*", "*公开", "主动*"],
            {},
            [(1, 1, "", "主动公开", "", "*公开"), (1, 1, "", "主动公开", "", "主动*")],
        ),
    ],
)
def test_kwic(text, pattern, options, expected):
    found = kwic(text, pattern, **options)
    assert rows(found[KWIC[1:7]]) == expected
    assert set(found["docname"]) <= {"text1"}


@given(texts=documents, pattern=st.sampled_from(["政务公开", "*解读", "政务* *", "APP", "的 平台", "*"]))
@slowly
def test_places_lead_back_to_the_tokens_of_the_text(texts, pattern):
    found = kwic(texts, pattern, window=2)
    for name, first, last, pre, keyword, post, _ in rows(found[KWIC[:7]]):
        tokens = [token for token in shared_tokenizer().cut(texts[name]) if not token.isspace()]
        assert tokens[first - 1 : last] == keyword.split(" ")
        assert tokens[max(0, first - 3) : first - 1] == pre.split()
        assert tokens[last : last + 2] == post.split()


@given(texts=documents, word=st.sampled_from(["政务公开", "政策解读", "平台", "的"]))
@slowly
def test_a_word_has_as_many_contexts_as_its_frequency(texts, word):
    counted = frequency(texts, remove=()).set_index("feature")["frequency"]
    assert len(kwic(texts, word)) == counted.get(word, 0)


def test_contexts_come_in_the_order_of_the_documents_then_of_the_text():
    found = kwic({"z": "公开和解读和公开", "a": "公开"}, ["解读", "公开"])
    assert list(zip(found["docname"], found["from"], strict=True)) == [("z", 1), ("z", 3), ("z", 5), ("a", 1)]


# --- both -------------------------------------------------------------------------------------------------

TFIDF = ["docname", "feature", "frequency", "docfreq", "tfidf"]
CALLS = [(frequency, FREQUENCY), (tfidf, TFIDF), (lambda texts, **more: kwic(texts, "*政*", **more), KWIC)]


@pytest.mark.parametrize(("call", "columns"), CALLS, ids=["frequency", "tfidf", "kwic"])
@pytest.mark.parametrize("empty", ["", {}, {"a": "", "b": "，2020。"}, pd.Series(dtype="str")])
def test_an_empty_result_has_the_columns_and_types_of_a_full_one(call, columns, empty):
    full, none = call(TEXTS), call(empty)
    assert len(none) == 0 < len(full)
    assert list(none.columns) == list(full.columns) == columns
    assert none.dtypes.to_dict() == full.dtypes.to_dict()
    assert none.attrs == full.attrs
    assert full[columns[:7]].notna().all(axis=None)


@pytest.mark.parametrize(("call", "columns"), CALLS, ids=["frequency", "tfidf", "kwic"])
def test_a_result_carries_the_fingerprint_of_its_tokenizer(call, columns):
    tokenizer = Tokenizer(["枫田镇"])
    assert call(TEXTS).attrs == {"fingerprint": shared_tokenizer().fingerprint}
    assert call(TEXTS, tokenizer=tokenizer).attrs == {"fingerprint": tokenizer.fingerprint}
    assert call(TEXTS, words=["枫田镇"]).attrs == {"fingerprint": tokenizer.fingerprint}


@pytest.mark.parametrize(("call", "columns"), CALLS, ids=["frequency", "tfidf", "kwic"])
@pytest.mark.parametrize(
    ("texts", "options", "message"),
    [
        (
            TEXTS,
            {"words": ["甲"], "tokenizer": shared_tokenizer()},
            "words and tokenizer are both given; give",
        ),
        ({"a": None}, {}, "no text in 'a'; drop missing texts first, for instance with dropna()"),
        (pd.Series([float("nan")] * 5), {}, "no text in '0', '1', '2' and 2 more; drop"),
        (
            pd.Series(["甲", "乙"], index=[7, 7]),
            {},
            "two documents are named '7'; every document needs a name",
        ),
        ({1: "甲", "1": "乙"}, {}, "two documents are named '1'"),
        (["甲"], {}, "documents need names: give a mapping or a Series, not a list"),
        (None, {}, "not a NoneType"),
    ],
)
def test_texts_that_cannot_be_told_apart_or_read_are_refused(call, columns, texts, options, message):
    with pytest.raises(GidtkError, match=re.escape(message)):
        call(texts, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 0}, "n must be at least 1, got 0; leave it out for all words"),
        ({"groups": {"a_2020": 1}}, "no group for 'a_2021', 'b_2021'; every document needs one"),
        ({"groups": dict.fromkeys(TEXTS)}, "no group for 'a_2020', 'a_2021', 'b_2021'; every"),
        ({"groups": [1, 2, 3]}, "documents need names: give a mapping or a Series, not a list"),
        (
            {"remove": ["all"]},
            "no part 'all' in the stop word list; the parts are: function, report, exhortation",
        ),
    ],
)
def test_frequency_refuses(options, message):
    with pytest.raises(GidtkError, match=re.escape(message)):
        frequency(TEXTS, **options)


@pytest.mark.parametrize(
    ("pattern", "options", "message"),
    [
        ("", {}, "the pattern '' is empty; give a word, a glob or a phrase"),
        (["公开", " "], {}, "the pattern ' ' is empty"),
        ([], {}, "no pattern is given; give a word, a glob or a phrase"),
        ("公开", {"window": -1}, "window must be 0 or more tokens, got -1"),
    ],
)
def test_kwic_refuses(pattern, options, message):
    with pytest.raises(GidtkError, match=re.escape(message)):
        kwic(TEXTS, pattern, **options)


def test_a_context_has_its_sentence_and_the_variables_of_its_report():
    frame = pd.DataFrame({"text": ["公开好。政务公开更好！"], "report": ["a"], "year": [2020], "region": ["安福县"]})
    found = kwic(frame, "政务公开")
    assert found[["sentence", "report", "year", "region"]].to_numpy().tolist() == [
        ["政务公开更好！", "a", 2020, "安福县"]
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("甲。加强政务公开！乙", "加强政务公开！"),
        ("政务公开", "政务公开"),
        ("甲\n 政务公开，乙\n丙", "政务公开，乙"),
        ("甲？政务公开；乙。", "政务公开；乙。"),
    ],
)
def test_the_sentence_of_a_context_is_the_one_it_stands_in(text, sentence):
    assert kwic(text, "政务公开")["sentence"].tolist() == [sentence]


@given(texts=documents)
@slowly
def test_places_are_within_the_tokens_of_the_document(texts):
    found = kwic(texts, ["政务公开", "平台"])
    assert (found["to"] <= found["tokens"]).all()
    assert all(keyword in sentence for keyword, sentence in zip(found["keyword"], found["sentence"], strict=True))
