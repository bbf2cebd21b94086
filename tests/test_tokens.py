"""Segmentation: the same tokens always, whatever the back end and whatever else runs in the process."""

import json
import logging
import marshal
import os
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import jieba
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gidtk as gid
from gidtk.errors import GidtkError, MissingExtraError
from gidtk.stopwords import keep_words, pad_stopwords, stopwords
from gidtk.tokens import Tokenizer, shared_tokenizer, tokenize

ROOT = Path(__file__).parent.parent
REPORT = (ROOT / "data" / "reports" / "anfu_2020.txt").read_text(encoding="utf-8")
REAL = ROOT.parent / "shared" / "reports"
LEXICON = resources.files("gidtk") / "lexicon" / "userdict.txt"
TERMS = [line.split()[0] for line in LEXICON.read_text(encoding="utf-8").splitlines()]
BACKENDS = ("jieba", "rjieba")

# Where the two segmenters draw the line between Han and the rest, and its neighbours.
EDGES = "\u33ff\u3400\u4dbf\u4dff\u4e00\u9fa5\u9fd5\u9fd6\u9fff\uf900\ufaff\ufeff\uff10\uffff\U00010000\U00020bb7"
RARE = ["㙍", "𠮷", "鿫", "豈", "𬇙", "😀", "👨‍👩‍👧", "〇", "①", "é", "ア", "Ж", "\ue000\ue001", "\ud800"]
FIGURES = [
    "2021-01-29",
    "6.7%",
    "1,203",
    "12345",
    "v2.0",
    "COVID-19",
    "5G",
    "IPv6",
    "7×24",
    "〔2021〕30号",
    "３",
]
MARKS = [*"，。、；：（）《》“”()<>[]+-_.#&%/\\ \t\n\r\v\f\x1c\x85\xa0\u3000\u2028", "\r\n"]
PLAIN = [
    "的",
    "和",
    "全县",
    "人民政府",
    "北京大学生",
    "研究生命起源",
    "结合成分子时",
    "工作",
    "情况",
    "中华人民共和国",
]

pieces = st.one_of(
    *(st.sampled_from(pool) for pool in (TERMS, PLAIN, FIGURES, MARKS, RARE, list(EDGES))),
    st.sampled_from(TERMS).flatmap(lambda term: st.integers(1, len(term)).map(lambda n: term[:n])),
    st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=6),
    st.text(alphabet="abzAZ0189+#&._%-", max_size=5),
)
report_like = st.lists(pieces, max_size=40).map("".join)
any_text = st.text(alphabet=st.characters(exclude_categories=()))  # unpaired surrogates too
many = settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Jieba as anybody would set it up by hand: own object, own cache, lexicon loaded, HMM off."""
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path_factory.mktemp("jieba"))
    with LEXICON.open("rb") as file:
        tokenizer.load_userdict(file)
    return tokenizer


# --- the tokens -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
@given(text=st.one_of(any_text, report_like))
@many
def test_the_tokens_of_any_text_join_to_that_text(backend, text):
    assert "".join(shared_tokenizer(backend=backend).cut(text)) == text


@given(text=st.one_of(any_text, report_like))
@many
def test_both_back_ends_cut_any_text_alike(text):
    assert shared_tokenizer(backend="rjieba").cut(text) == shared_tokenizer(backend="jieba").cut(text)


@given(text=report_like)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_tokens_are_those_of_jieba_set_up_by_hand(reference, text):
    assert shared_tokenizer(backend="jieba").cut(text) == reference.lcut(text, HMM=False)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_real_report_is_cut_as_jieba_set_up_by_hand_cuts_it(reference, backend):
    assert shared_tokenizer(backend=backend).cut(REPORT) == reference.lcut(REPORT, HMM=False)


def test_both_back_ends_agree_on_every_character_of_the_first_three_planes():
    jieba_, rjieba_ = shared_tokenizer(backend="jieba"), shared_tokenizer(backend="rjieba")
    for start in range(0, 0x30000, 0x1000):
        text = "".join(f"中a{chr(code)}国1{chr(code)}" for code in range(start, start + 0x1000))
        assert rjieba_.cut(text) == jieba_.cut(text), hex(start)


@pytest.mark.parametrize(
    "words",
    [
        ["安福县", "枫田镇"],
        [
            "北京",
            "人民政府",
            "的",
        ],  # in jieba's dictionary already, some more frequent than a new word would be
        [
            ("政府信息公开", 1),
            ("政务", 10**7),
            ("信息公开", 6001),
        ],  # overriding the lexicon and the dictionary
        [("A股", 5), ("v2.0", 90), ("公", 10**9)],
    ],
)
def test_both_back_ends_agree_with_words_of_the_callers_own(reference, words):
    jieba_, rjieba_ = (Tokenizer(words, backend=backend) for backend in BACKENDS)
    names = [word if isinstance(word, str) else word[0] for word in words]
    for text in [REPORT, "和".join(names), "".join(TERMS) + "".join(names), "信息公开政务公开A股v2.0" * 3]:
        assert rjieba_.cut(text) == jieba_.cut(text)


def test_both_back_ends_agree_where_most_of_the_dictionary_was_replaced():
    """Jieba leaves a replaced frequency in its total, rjieba does not; here that would be half of the total."""
    lines = (resources.files("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines()
    common = [(word, int(freq) + 1) for word, freq, _ in map(str.split, lines) if int(freq) > 3000]
    jieba_, rjieba_ = (Tokenizer([*common, ("政务", 2)], backend=backend) for backend in BACKENDS)
    for text in [REPORT, "".join(term[:-1] for term in TERMS), "".join(word[0] for word, _ in common)]:
        assert rjieba_.cut(text) == jieba_.cut(text)


def test_words_with_frequencies_are_added_as_jieba_adds_them(tmp_path):
    by_hand = jieba.Tokenizer()
    by_hand.tmp_dir = str(tmp_path)
    with LEXICON.open("rb") as file:
        by_hand.load_userdict(file)
    by_hand.add_word("安福县政务", 50)
    by_hand.add_word("信息公开", 1)
    ours = Tokenizer([("安福县政务", 50), ("信息公开", 1)])
    assert ours.cut(REPORT) == by_hand.lcut(REPORT, HMM=False)


def test_every_term_of_the_lexicon_stays_whole():
    cut = shared_tokenizer().cut
    assert [term for term in TERMS if cut(f"2020年，{term}。") != ["2020", "年", "，", term, "。"]] == []
    assert [term for term in TERMS if term not in cut(f"全县推进{term}，")] == []


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        (" \r\n\n", [" ", "\r\n", "\n"]),
        ("依申请公开11件", ["依申请公开", "11", "件"]),
        ("周肖英答复", ["周", "肖", "英", "答复"]),  # a name that HMM would guess
        ("《信息公开》", ["《", "信息公开", "》"]),
        ("㙍镇𠮷村", ["㙍", "镇", "𠮷", "村"]),
        ("2021-01-29", ["2021", "-", "01", "-", "29"]),
    ],
)
@pytest.mark.parametrize("backend", BACKENDS)
def test_cut(text, tokens, backend):
    assert shared_tokenizer(backend=backend).cut(text) == tokens


# --- words of the caller's own ----------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_two_tokenizers_with_different_words_do_not_affect_each_other(backend):
    text = "平都镇主动公开政府信息"
    plain = Tokenizer(backend=backend)
    before = plain.cut(text)
    joined = Tokenizer([("镇主动", 10**8)], backend=backend)
    other = Tokenizer([("平都镇主", 10**8)], backend=backend)
    assert joined.cut(text) == ["平", "都", "镇主动", "公开", "政府信息"]
    assert other.cut(text)[0] == "平都镇主"
    assert plain.cut(text) == before == Tokenizer(backend=backend).cut(text)


def test_the_order_of_calls_does_not_matter():
    calls = [
        lambda: tokenize(REPORT),
        lambda: tokenize(REPORT, words=[("公开政府", 10**8)]),
        lambda: tokenize(REPORT, backend="jieba", remove=()),
        lambda: tokenize(REPORT, words=["安福县"], remove=["exhortation"]),
        lambda: Tokenizer([("政府", 1)]).cut(REPORT),
    ]
    forwards = [call() for call in calls]
    backwards = [call() for call in reversed(calls)][::-1]
    assert forwards == backwards
    assert len({tuple(tokens) for tokens in forwards}) == len(calls)


def test_a_word_without_frequency_never_becomes_rarer_than_it_was():
    assert Tokenizer(["的", "政务公开", "三公"]).fingerprint == Tokenizer().fingerprint


def test_a_region_name_given_as_word_is_one_token():
    assert "平都镇" not in shared_tokenizer().cut("平都镇人民政府")
    assert Tokenizer(["平都镇"]).cut("平都镇人民政府") == ["平都镇", "人民政府"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("安福县", "words must be a list of words, got the string '安福县'; write ['安福县']"),
        ([""], "an empty word cannot be added; leave it out of words"),
        (
            ["村（居）务公开"],
            "the word '村（居）务公开' can never be found, because jieba cuts at '（'; leave it out",
        ),
        (["安福 县"], "jieba cuts at ' '"),
        (["㙍镇"], "jieba cuts at '㙍'"),
        (
            [("安福县", 0)],
            "a word must be a str or (word, freq) with a whole number above 0, got ('安福县', 0)",
        ),
        ([("安福县", -3)], "above 0, got ('安福县', -3)"),
        ([("安福县", 1.5)], "above 0, got ('安福县', 1.5)"),
        ([("安福县",)], "above 0, got ('安福县',)"),
        ([float("nan")], "above 0, got nan"),
        ([("安福县", 5), "安福县"], "the word '安福县' is given with two frequencies; keep one"),
    ],
)
@pytest.mark.parametrize("call", [Tokenizer, shared_tokenizer, lambda words: tokenize("", words=words)])
def test_words_that_cannot_be_used_are_refused(call, words, message):
    with pytest.raises(GidtkError, match=re.escape(message)):
        call(words)


@pytest.mark.parametrize("text", [None, float("nan"), b"\xe6", 2020])
def test_what_is_not_text_is_refused(text):
    with pytest.raises(GidtkError, match=re.escape(f"only a str can be cut, got {text!r}; drop missing texts")):
        shared_tokenizer().cut(text)


# --- fingerprint ------------------------------------------------------------------------------------------


def test_the_fingerprint_is_that_of_the_words_not_of_their_order_or_the_back_end():
    words = ["安福县", ("枫田镇", 9), "平都镇"]
    prints = {Tokenizer(given, backend=b).fingerprint for given in (words, words[::-1]) for b in BACKENDS}
    assert len(prints) == 1
    assert re.fullmatch("[0-9a-f]{16}", prints.pop())


def test_other_words_or_frequencies_have_another_fingerprint():
    given_words = [(), ["安福县"], [("安福县", 9)], ["枫田镇"], [("信息公开", 1)]]
    assert len({Tokenizer(words).fingerprint for words in given_words}) == len(given_words)


def test_a_tokenizer_shows_its_fingerprint_and_back_end():
    assert repr(shared_tokenizer(backend="jieba")) == f"<Tokenizer {Tokenizer().fingerprint} jieba>"


def test_the_shared_tokenizer_is_loaded_once_for_the_same_words():
    assert shared_tokenizer(["安福县", "枫田镇"]) is shared_tokenizer(["枫田镇", "安福县"])
    assert shared_tokenizer(["安福县"]) is not shared_tokenizer()


# --- back ends --------------------------------------------------------------------------------------------


def test_without_rjieba_the_fast_back_end_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "rjieba", None)
    with pytest.raises(MissingExtraError, match=re.escape('run: pip install "gidtk[fast]"')):
        Tokenizer(backend="rjieba")


def test_without_rjieba_jieba_gives_the_same_tokens(monkeypatch):
    fast = tokenize(REPORT)
    assert Tokenizer().backend == "rjieba"
    monkeypatch.setitem(sys.modules, "rjieba", None)
    assert Tokenizer().backend == shared_tokenizer().backend == "jieba"
    assert tokenize(REPORT) == fast


@pytest.mark.parametrize("call", [Tokenizer, shared_tokenizer, lambda backend: tokenize("", backend=backend)])
def test_an_unknown_back_end_is_refused_with_the_known_ones(call):
    with pytest.raises(GidtkError, match="no back end 'hanlp'; the back ends are: auto, jieba, rjieba"):
        call(backend="hanlp")


# --- isolation: each case in a process of its own ---------------------------------------------------------

GLOBAL_WORDS = """
import json, logging, sys
logging.getLogger("jieba").addFilter(lambda record: False)
def spoil():
    import jieba
    jieba.add_word("公开政府信息", 10**9)
    jieba.del_word("政务公开")
    assert "公开政府信息" in jieba.lcut("主动公开政府信息", HMM=False)
from gidtk.tokens import Tokenizer, shared_tokenizer
if sys.argv[1] == "before": spoil()
text = sys.argv[2]
first = [shared_tokenizer(backend=b).cut(text) for b in ("jieba", "rjieba")]
if sys.argv[1] == "after": spoil()
again = [shared_tokenizer(backend=b).cut(text) for b in ("jieba", "rjieba")]
fresh = [Tokenizer(backend=b) for b in ("jieba", "rjieba")]
print(json.dumps([first, again, [t.cut(text) for t in fresh], [t.fingerprint for t in fresh]]))
"""


def run(code, tmp_path, *arguments, options=()):
    env = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, *options, "-c", code, *arguments]
    return subprocess.run(command, env=env, capture_output=True, encoding="utf-8", check=True)


def test_words_in_the_global_dictionary_of_jieba_change_nothing(tmp_path):
    text = "我县主动公开政府信息，推进政务公开。"
    before, after = (json.loads(run(GLOBAL_WORDS, tmp_path, w, text).stdout) for w in ("before", "after"))
    never = Tokenizer()
    assert before == after == [[never.cut(text)] * 2] * 3 + [[never.fingerprint] * 2]


def test_a_cache_file_of_another_user_is_not_read(tmp_path):
    content = run("from gidtk.tokens import tokenize; print(tokenize('主动公开'))", tmp_path).stdout
    (tmp_path / "jieba.cache").write_bytes(marshal.dumps(({"主": 9, "动": 9, "动公开": 10**6}, 10**7)))
    code = "from gidtk.tokens import tokenize; print(tokenize('主动公开', backend={!r}))"
    assert {run(code.format(backend), tmp_path).stdout for backend in BACKENDS} == {content}


@pytest.mark.parametrize("backend", BACKENDS)
def test_loading_says_nothing_and_leaves_no_file(tmp_path, backend):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    code = f"from gidtk.tokens import tokenize; tokenize('政务公开', backend={backend!r})"
    fresh = ("-X", f"pycache_prefix={tmp_path / 'compiled'}")  # so that jieba is compiled, with its warnings
    done = run(code, temporary, options=("-W", "error", "-X", "warn_default_encoding", *fresh))
    assert (done.stdout, done.stderr) == ("", "")
    assert list(temporary.iterdir()) == []


def test_the_logger_of_jieba_is_left_as_it_is():
    logger = logging.getLogger("jieba")
    state = (logger.level, list(logger.handlers), list(logger.filters), logger.disabled, logger.propagate)
    Tokenizer(backend="jieba")
    assert state == (logger.level, logger.handlers, logger.filters, logger.disabled, logger.propagate)


def test_segmenters_are_imported_only_when_a_text_is_cut(tmp_path):
    code = (
        "import sys, gidtk.stopwords as s, gidtk.tokens as t;"
        "loaded = lambda: print(*{'jieba', 'rjieba'} & set(sys.modules));"
        "s.stopwords('function'); loaded(); t.tokenize('', backend='jieba'); loaded()"
    )
    assert run(code, tmp_path).stdout.splitlines() == ["", "jieba"]


# --- words for counting -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "remove", "words"),
    [
        ("政务公开和政策解读。", ("function", "report"), ["政务公开", "政策解读"]),
        ("政务公开和政策解读。", (), ["政务公开", "和", "政策解读"]),
        ("认真贯彻落实", ("function", "report"), ["认真", "贯彻落实"]),
        ("全年受理11件，增长6.7%。", (), ["全年", "受理", "件", "增长"]),
        ("12345热线和IPv6", ("function",), ["12345热线", "IPv6"]),
        ("我县没有不公开", ("function", "report", "exhortation"), ["没有", "不", "公开"]),
        ("县政府发布日期", ("report",), ["县政府"]),  # 发布日期 is a stop word, cut 发布/日期
        (" \n\t，。（）《》 2020 〇 ① 😀 + - _ ", (), []),
        ("", ("function",), []),
    ],
)
def test_tokenize(text, remove, words):
    assert tokenize(text, remove=remove) == words


@pytest.mark.parametrize("part", ["function", "report", "exhortation"])
def test_every_stop_word_is_removed_however_it_is_cut(part):
    for word in stopwords(part):
        assert tokenize(f"。{word}。", remove=[part]) == [], word


@given(text=report_like, remove=st.sets(st.sampled_from(["function", "report", "exhortation"])))
@settings(max_examples=300, deadline=None)
def test_words_are_tokens_in_their_order_without_stop_words_and_figures(text, remove):
    words, tokens = tokenize(text, remove=remove), iter(shared_tokenizer().cut(text))
    assert all(word in tokens for word in words)  # each search goes on where the last one ended
    assert not stopwords(*remove).intersection(words)
    assert all(re.search(r"[^\W\d_]", word) for word in words)


@given(text=report_like)
@settings(max_examples=200, deadline=None)
def test_padding_keeps_every_token_that_is_no_stop_word_in_its_place(text):
    tokens = shared_tokenizer().cut(text)
    padded = pad_stopwords(tokens, ["function"])
    assert len(padded) == len(tokens)
    assert all(pad in ("", token) for pad, token in zip(padded, tokens, strict=True))
    assert keep_words(tokens, ["function"]) == [pad for pad in padded if any(map(str.isalpha, pad))]


def test_tokens_that_only_touch_a_stop_word_are_kept():
    assert keep_words(["我", " ", "县", "以", "上级"], ["function"]) == ["县", "上级"]


# --- the word lists ---------------------------------------------------------------------------------------


def test_every_lexicon_line_is_a_term_its_frequency_and_its_tag():
    for line in LEXICON.read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[一-\u9fd5A-Za-z0-9+]+ (3000|6000) g[a-z]+", line), line
    assert len(set(TERMS)) == len(TERMS) == 552


def test_stop_words_are_in_one_part_only_and_negations_in_none():
    parts = [stopwords(part) for part in ("function", "report", "exhortation")]
    assert [len(part) for part in parts] == [266, 60, 80]
    assert len(frozenset().union(*parts)) == sum(map(len, parts))
    assert not {"不", "未", "没有", "无", "没"} & stopwords("function", "report", "exhortation")


def test_no_part_means_no_stop_word():
    assert stopwords() == frozenset()


def test_an_unknown_part_is_refused_with_the_known_ones():
    message = "no part 'figures' in the stop word list; the parts are: function, report, exhortation"
    with pytest.raises(GidtkError, match=message):
        stopwords("function", "figures")
    with pytest.raises(GidtkError, match=message):
        tokenize("政务公开", remove=["figures"])


# --- tags, names, wholes ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole():
    """A tokenizer for each back end that keeps spans whole."""
    return [Tokenizer(whole=["documents", "dates", "quantities"], mask=["dates"], backend=b) for b in BACKENDS]


@given(text=report_like, names=st.sets(st.sampled_from(["安福县", "全县", "公开", "人民政府", "㙍镇"])))
@settings(max_examples=300, deadline=None)
def test_with_names_and_wholes_tokens_still_join_and_both_back_ends_agree(whole, text, names):
    slow, fast = whole
    cut = fast.cut(text, names)
    assert "".join(cut) == text
    assert cut == slow.cut(text, names)
    assert len(fast.masked(text, names)) == len(cut)
    tagged = fast.tag(text, names)
    assert tagged == slow.tag(text, names)
    assert [token.text for token in tagged] == cut
    assert all(text[token.begin : token.end] == token.text for token in tagged)


def test_tags_are_those_of_jieba_posseg_with_the_lexicon(tmp_path):
    import jieba.posseg

    by_hand = jieba.Tokenizer()
    by_hand.tmp_dir = str(tmp_path)
    with LEXICON.open("rb") as file:
        by_hand.load_userdict(file)
    pairs = jieba.posseg.POSTokenizer(by_hand).lcut(REPORT, HMM=False)
    known = {pair.word: pair.flag for pair in pairs if len(pair.word) > 1 and re.fullmatch("[一-龥]+", pair.word)}
    ours = {token.text: token.tag for token in shared_tokenizer().tag(REPORT)}
    assert len(known) > 300
    assert {word: ours[word] for word in known if word in ours} == {w: tag for w, tag in known.items() if w in ours}
    assert len(set(known) - set(ours)) <= len(known) // 50  # posseg cuts a few runs with figures in them otherwise


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("政务公开", "gcore"),
        ("2020", "m"),
        ("％", "x"),
        ("。", "x"),
        ("\n", "x"),
        ("PDF", "eng"),
        ("枫田镇甲", "own"),
        ("安福县", "names"),
        ("㙍", "unknown"),
        ("6.7%", "quantities"),
        ("2021年1月", "dates"),
        ("〔2021〕30号", "documents"),
    ],
)
def test_a_tag_says_what_a_token_is(text, tag):
    tokenizer = Tokenizer(["枫田镇甲"], whole=["documents", "dates", "quantities"])
    assert [(token.text, token.tag) for token in tokenizer.tag(text, ["安福县"])] == [(text, tag)]


def test_names_of_one_report_change_no_other_text():
    tokenizer = Tokenizer()
    before = tokenizer.cut(REPORT)
    assert tokenizer.cut("县政务公开", ["县政务"]) == ["县政务", "公开"]
    assert tokenizer.cut(REPORT) == before
    assert "安福县人民政府" in tokenizer.cut(REPORT, ["安福县人民政府"])


def test_wholes_have_a_fingerprint_of_their_own_and_names_have_none():
    plain = Tokenizer()
    prints = [
        Tokenizer(whole=w, mask=m).fingerprint for w, m in [((), ()), (["dates"], ()), ((), ["dates"]), ((), ["names"])]
    ]
    assert prints[0] == plain.fingerprint
    assert len(set(prints)) == len(prints)
    assert Tokenizer(whole=["dates", "names"]).fingerprint == Tokenizer(whole=["names", "dates"]).fingerprint


def test_an_unknown_kind_of_wholes_is_refused():
    with pytest.raises(GidtkError, match="no kind 'phones' of wholes; the kinds are: documents"):
        Tokenizer(whole=["phones"])


@pytest.mark.parametrize("call", ["cut", "masked", "tag"])
def test_what_is_not_text_is_refused_with_names_and_masks_too(call):
    with pytest.raises(GidtkError, match="only a str can be cut, got None"):
        getattr(Tokenizer(mask=["dates"]), call)(None, ["安福县"])


# --- whole reports: both back ends, token by token ----------------------------------------------------------


def narratives(folder):
    """Texts of simulated reports and of the real ones that are there."""
    gid.simulate(folder, regions=3, years=(2019, 2024), seed=11, formats=["txt"], layouts=["lines"])
    files = [gid.sample("anfu_2020.txt"), *sorted(Path(folder).glob("*.txt")), *sorted(REAL.glob("*.txt"))]
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        yield file.name, text


def test_both_back_ends_cut_simulated_and_real_reports_alike(tmp_path):
    fast, slow = (shared_tokenizer(backend=b) for b in ("rjieba", "jieba"))
    texts = dict(narratives(tmp_path))
    assert len(texts) >= 19
    for name, text in texts.items():
        assert fast.cut(text) == slow.cut(text), name
        assert "".join(fast.cut(text)) == text, name
