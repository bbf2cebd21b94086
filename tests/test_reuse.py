"""Reuse is what the definitions say, found whoever copied, and never a number where none can be known."""

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest

import gidtk as gid
from gidtk.alignment import matches, standing
from gidtk.boilerplate import BOILERPLATE_COLUMNS, boilerplate
from gidtk.comparable import read_sections
from gidtk.donors import DONOR_COLUMNS, donors
from gidtk.dyads import DYAD_COLUMNS, dyads
from gidtk.errors import GidtkError
from gidtk.masking import mask
from gidtk.relations import relation
from gidtk.reuse import REUSE_COLUMNS, reuse
from gidtk.shingles import _signatures, candidates, common_shingles, shingle

PROSE = ("overview", "problems", "other_matters")
COLUMNS = ["report", "unit", "year", "key", "text"]
SIGNS = [chr(code) for code in range(0x4E10, 0x4E10 + 2_000)]


def table(*rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def novel(rng, length):
    """A text that nobody has written."""
    return "".join(np.array(SIGNS)[rng.integers(len(SIGNS), size=length)].tolist())


# --- against known reuse ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """The prose of simulated reports, and the share that is known to be reused."""
    folder = tmp_path_factory.mktemp("reuse")
    gid.simulate(folder, regions=8, years=(2020, 2023), seed=5, layouts=["spans"])
    facts = json.loads((folder / "answers.json").read_text(encoding="utf-8"))["reports"]
    rows, known = [], {}
    for fact in facts:
        report = gid.read_report(folder / fact["files"][0])
        known[fact["files"][0]] = fact["reused"]
        about = {"report": fact["files"][0], "agency": report.agency, "region": report.region, "year": report.year}
        rows += [about | {"key": key, "text": report.text(key)} for key in PROSE]
    return pd.DataFrame(rows), known


def test_the_repeated_sentences_of_simulated_reports_are_those_that_were_planted(simulated):
    texts, known = simulated
    found = reuse(texts, by="report", masked=(), at_least=2)
    compared = 0
    for row in found.itertuples():
        assert row.boilerplate == pytest.approx(known[row.report]["peers"], abs=0.02)
        if known[row.report]["previous"] is None:
            assert pd.isna(row.repeated)
            assert pd.isna(row.previous)
        else:
            assert row.repeated == pytest.approx(known[row.report]["previous"], abs=0.02)
            compared += 1
    assert compared == 24


def test_new_content_of_simulated_reports_is_what_the_definition_says(simulated):
    texts, _ = simulated
    found = reuse(texts, masked=()).set_index(["report", "section"])
    plain = {(row.report, row.key): "".join(row.text.split()) for row in texts.itertuples()}
    plain = {item: mask(text, ()).form for item, text in plain.items()}
    for (report, section), row in found.iterrows():
        if pd.isna(row["previous"]) or section != "overview":
            continue
        text, old = plain[report, section], plain[row["previous"], section]
        inside = [
            any(text[m : m + 8] in old for m in range(max(n - 7, 0), n + 1) if m + 8 <= len(text))
            for n in range(len(text))
        ]
        assert row["new"] == pytest.approx(1 - sum(inside) / len(text))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.35, 0.8, 1.0])
def test_a_planted_share_of_copied_passages_is_found(share):
    rng = np.random.default_rng(3)
    old = novel(rng, 3_000)
    pieces = [old[n : n + 30] if rng.random() < share else novel(rng, 30) for n in range(0, 3_000, 30)]
    truth = sum(piece in old for piece in pieces) / len(pieces)
    order = rng.permutation(len(pieces)).tolist()
    new = "".join(pieces[n] for n in order)
    found = reuse(table(("a", "u", 2020, "x", old), ("b", "u", 2021, "x", new)))
    assert 1 - found["new"][1] == pytest.approx(truth, abs=0.02)


def test_changed_numbers_dates_and_names_are_copies_only_when_they_are_masked():
    texts = table(
        ("a", "u", 2020, "x", "2020年我县共收到申请12件，均已按期答复。"),
        ("b", "u", 2021, "x", "2021年本县共收到申请300余件，均已按期答复。"),
    )
    assert reuse(texts)["new"][1] == 0
    assert reuse(texts, masked=["dates"])["new"][1] > 0.4
    assert reuse(texts)["repeated"][1] == 1
    assert reuse(texts, masked=())["repeated"][1] == 0


# --- what is compared with what -----------------------------------------------------------------------------


OLD = "全县各部门认真落实公开要点。"


def test_a_text_is_compared_with_the_year_before_and_no_other():
    texts = table(
        ("a", "u", 2018, "x", OLD), ("b", "u", 2020, "x", OLD), ("c", "v", 2019, "x", OLD), ("d", "u", 2021, "x", OLD)
    )
    found = reuse(texts)
    assert found["previous"].isna().tolist() == [True, True, True, False]
    assert found["previous"][3] == "b"
    assert found["new"].tolist()[3] == 0
    assert found["new"].isna().tolist() == [True, True, True, False]
    assert found["repeated"].isna().tolist() == [True, True, True, False]


def test_a_section_moved_is_new_by_section_and_old_by_report():
    texts = table(("a", "u", 2020, "x", OLD), ("b", "u", 2021, "y", OLD))
    assert reuse(texts)["new"][1] == 1
    whole = reuse(texts, by="report")
    assert whole["section"].tolist() == ["all", "all"]
    assert whole["new"][1] == 0


def test_with_two_reports_of_the_year_before_a_passage_may_stand_in_either():
    other = "本年新设政策文件查询平台。"
    texts = table(("a", "u", 2020, "x", OLD), ("b", "u", 2020, "x", other), ("c", "u", 2021, "x", other + OLD))
    found = reuse(texts)
    assert found["previous"][2] == "a;b"
    assert found["new"][2] == 0


def test_pieces_of_one_section_are_joined():
    texts = table(("a", "u", 2020, "x", OLD), ("a", "u", 2020, "x", OLD))
    assert reuse(texts)["characters"].tolist() == [2 * len(OLD)]


def test_a_unit_is_its_agency_in_its_region():
    rows = [
        {"report": r, "agency": "教育局", "region_code": c, "year": y, "key": "x", "text": OLD}
        for r, c, y in (("a", "360829", 2020), ("b", "360830", 2021), ("c", "360829", 2021), ("d", None, 2022))
    ]
    found = reuse(pd.DataFrame(rows))
    assert found["unit"].tolist() == ["360829 教育局", "360830 教育局", "360829 教育局", "教育局"]
    assert found["previous"].fillna("").tolist() == ["", "", "a", ""]


def test_reports_of_unknown_units_are_not_taken_for_one_unit():
    texts = table(("a", None, 2020, "x", OLD), ("b", None, 2021, "x", OLD), ("c", None, 2021, "x", OLD))
    assert reuse(texts)[["unit", "previous", "new"]].isna().all().all()
    assert values(dyads(texts), "reused") == {("b", "c"): 1, ("c", "b"): 1}
    assert donors(dyads(texts), texts)["donor_unit"].isna().all()


def test_missing_is_never_zero():
    texts = table(("a", "u", 2020, "x", ""), ("b", "u", 2021, "x", " \n"), ("c", "u", None, "x", OLD))
    found = reuse(texts, at_least=2)
    assert found["characters"].tolist() == [0, 0, len(OLD)]
    assert found[["new", "repeated", "boilerplate"]].isna().all().all()
    assert found["previous"].fillna("").tolist() == ["", "a", ""]
    assert pd.isna(found["year"][2])


@pytest.mark.parametrize(("text", "new"), [("无。", 0), ("暂无", 1)])
def test_a_text_shorter_than_k_is_reused_only_as_a_whole(text, new):
    assert reuse(table(("a", "u", 2020, "x", "无。"), ("b", "u", 2021, "x", text)))["new"][1] == new


def test_the_order_of_rows_changes_nothing_but_their_order(simulated):
    texts, _ = simulated
    shuffled = texts.sample(frac=1, random_state=4)
    for measure, by in ((reuse, ["report", "section"]), (dyads, list(DYAD_COLUMNS)), (boilerplate, ["year", "masked"])):
        one, other = (measure(frame).sort_values(by, ignore_index=True) for frame in (texts, shuffled))
        kept = [name for name in one.columns if name != "sentence"]  # the first to print it
        pd.testing.assert_frame_equal(one[kept], other[kept])


# --- boilerplate --------------------------------------------------------------------------------------------


def test_a_sentence_of_many_reports_is_boilerplate_and_counts_once_a_report():
    rows = [
        ("a", "u", "公开3条。公开4条。特有内容。"),
        ("b", "v", "（一）公开。一是公开5条；"),
        ("c", "w", "公开9条！"),
    ]
    texts = table(*((report, unit, 2020, "x", text) for report, unit, text in rows), ("d", "u", 2021, "x", "公开1条。"))
    found = boilerplate(texts, at_least=2)
    assert found.values.tolist() == [[2020, 3, 1.0, "公开3条", "公开〈N〉条"]]
    shares = reuse(texts, at_least=3)["boilerplate"]
    assert shares.tolist()[:3] == [pytest.approx(8 / 12), 1, 1]
    assert pd.isna(shares[3])  # one report cannot tell
    assert boilerplate(texts, at_least=4).empty


def test_boilerplate_without_masks_is_of_equal_numbers():
    texts = table(("a", "u", 2020, "x", "公开3条。"), ("b", "v", 2020, "x", "公开3条。公开4条。"))
    assert boilerplate(texts, at_least=2, masked=())["sentence"].tolist() == ["公开3条"]


# --- pairs --------------------------------------------------------------------------------------------------


def planted(units, rng):
    """Texts of one year; unit n + 1 took a third of the text of unit n, for every even n."""
    rows, before = [], ""
    for n in range(units):
        text = novel(rng, 300)
        if n % 2:
            text = text[:200] + before[100:200]
        rows.append((f"r{n:03}", f"u{n:03}", 2020, "x", text))
        before = text
    return table(*rows)


def values(frame, measure):
    chosen = frame[frame["measure"] == measure]
    return dict(zip(zip(chosen["id_i"], chosen["id_j"], strict=True), chosen["value"], strict=True))


def test_pairs_have_the_values_of_the_definition(simulated):
    texts, _ = simulated
    texts = texts[texts["key"] == "overview"]
    forms = {
        row.report: mask(row.text, names=names) for row, names in zip(texts.itertuples(), names_of(texts), strict=True)
    }
    frame = dyads(texts, n=7, common=1.0)
    reused, distinct = values(frame, "reused"), values(frame, "distinct")
    years = dict(zip(texts["report"], texts["year"], strict=True))
    expected = [(i, j) for i, j in product(forms, forms) if i != j and years[i] == years[j]]
    assert set(reused) == set(distinct) == set(expected)
    for i, j in expected:
        weights, marked = forms[i].weights, standing(forms[i].form, [forms[j].form], 8)
        assert reused[i, j] == pytest.approx(weights[marked].sum() / weights.sum())
        assert distinct[i, j] == pytest.approx(matches(forms[i].form, [forms[j].form], 8).mean())


def names_of(texts):
    return [section.names for section in read_sections(texts)]


@pytest.mark.parametrize("units", [20, 400])
def test_the_donor_of_every_planted_copy_is_found_in_small_and_in_large_corpora(units):
    frame = values(dyads(planted(units, np.random.default_rng(8))), "reused")
    for n in range(1, units, 2):
        assert frame[f"r{n:03}", f"r{n - 1:03}"] == pytest.approx(1 / 3, abs=0.01)


def test_a_copy_of_the_year_before_is_found_at_its_lag():
    texts = table(("a", "u", 2019, "x", OLD), ("b", "v", 2020, "x", OLD), ("c", "v", 2019, "x", "无。"))
    assert dyads(texts).empty
    frame = dyads(texts, lags=(1,))
    assert frame[["id_i", "id_j", "year_i", "year_j", "value"]].values.tolist() == [["b", "a", 2020, 2019, 1.0]] * 2


def test_texts_of_one_unit_and_of_other_sections_are_no_pair():
    texts = table(("a", "u", 2020, "x", OLD), ("b", "u", 2020, "x", OLD), ("c", "v", 2020, "y", OLD))
    assert dyads(texts).empty
    assert dyads(texts, by="report")["id_j"].nunique() == 3


def test_a_report_without_a_year_has_no_pair():
    assert dyads(table(("a", "u", None, "x", OLD), ("b", "v", None, "x", OLD))).empty


def test_what_all_print_is_reused_and_not_distinct():
    rng = np.random.default_rng(2)
    rows = [(f"r{n}", f"u{n}", 2020, "x", OLD + novel(rng, 40)) for n in range(8)]
    rows[1] = (*rows[1][:4], rows[0][4])
    frame = dyads(table(*rows), common=0.5)
    assert values(frame, "reused")["r0", "r1"] == values(frame, "distinct")["r0", "r1"] == 1
    assert set(values(frame, "reused")) == {("r0", "r1"), ("r1", "r0")}
    everything = values(dyads(table(*rows), common=1.0), "reused")
    assert everything["r0", "r2"] == pytest.approx(len(OLD) / (len(OLD) + 40), abs=0.01)


def test_a_text_of_nothing_but_what_all_print_has_no_distinct_value():
    rows = [
        (f"r{n}", f"u{n}", code, 2020, "x", OLD) for n, code in enumerate(["360800", "360829", "360830", "360000", "1"])
    ]
    texts = pd.DataFrame(rows, columns=["report", "unit", "region_code", "year", "key", "text"])
    frame = dyads(texts)
    superiors = frame[(frame["id_i"] == "r1") & (frame["measure"] == "distinct")]
    assert superiors["id_j"].tolist() == ["r0", "r3"]
    assert superiors["value"].isna().all()
    assert values(frame, "reused")["r1", "r0"] == 1


def test_superiors_are_kept_beside_the_best_donors():
    rng = np.random.default_rng(6)
    text = novel(rng, 200)
    rows = [("r0", "u0", "360829", 2020, "x", text), ("r1", "u1", "360800", 2020, "x", text[:40] + novel(rng, 160))]
    rows += [(f"r{n}", f"u{n}", f"4109{n:02}", 2020, "x", text[: 100 + n] + novel(rng, 100)) for n in range(2, 8)]
    texts = pd.DataFrame(rows, columns=["report", "unit", "region_code", "year", "key", "text"])
    pairs = dyads(texts, n=2, common=1.0)
    assert [j for i, j in values(pairs, "reused") if i == "r0"] == ["r1", "r6", "r7"]
    assert donors(pairs, texts)["donor"].tolist()[:3] == ["r7", "r6", "r1"]
    assert donors(pairs, texts, among=["superior"])["donor"].tolist() == ["r1"]


def test_a_crowd_of_copies_brings_no_more_pairs_than_are_asked_for():
    one = shingle(OLD * 4 + "其后各不相同", 8)
    crowd = [one] * 3_000
    everybody = np.ones(len(crowd), dtype=bool)
    kept = [np.ones(len(one.hashes), dtype=bool)] * len(crowd)
    found = candidates(crowd, kept, [str(n) for n in range(len(crowd))], everybody, everybody, 10)
    counts = np.bincount([i for i, _ in found], minlength=len(crowd))
    assert 1 <= counts.min() <= counts.max() <= 10
    assert found == sorted(set(found))


def test_signatures_estimate_the_jaccard_index():
    rng = np.random.default_rng(4)
    own, common = rng.integers(2**63, size=(2, 700), dtype=np.uint64), rng.integers(2**63, size=300, dtype=np.uint64)
    texts = [(np.sort(np.concatenate([part, common])), np.ones(1_000, dtype=bool)) for part in own]
    signatures = _signatures(texts)
    assert (signatures[0] == signatures[1]).mean() == pytest.approx(300 / 1_700, abs=0.06)


def test_common_shingles_are_counted_by_owner():
    one, other = shingle("甲乙丙丁", 3), shingle("乙丙丁戊", 3)
    assert common_shingles([one, one, other], ["u", "u", "v"], 1).tolist() == shingle("乙丙丁", 3).hashes.tolist()
    assert len(common_shingles([], [], 1)) == 0


def test_hashes_are_the_same_everywhere():
    assert shingle("政府信息公开", 6).hashes.tolist() == [2709840483610392711]


# --- best donors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "other", "said"),
    [
        ("360829", "360800", "superior"),
        ("360829", "360000", "superior"),
        ("360829", "000000", "superior"),
        ("360829101", "360829", "superior"),
        ("360829101000", "360829000000", "superior"),
        ("360000", "360829", "subordinate"),
        ("360829", "360829", "same_region"),
        ("360829", "360829000000", "same_region"),
        ("360829", "360830", "same_superior"),
        ("360829", "360925", "other"),
        ("360000", "110000", "same_superior"),
        ("360829", "110000", "other"),
        ("360829", None, "unknown"),
        ("", "360829", "unknown"),
    ],
)
def test_the_relation_of_two_divisions_is_read_off_their_codes(code, other, said):
    assert relation(code, other) == said


def test_donors_are_ranked_within_report_and_section():
    texts = planted(6, np.random.default_rng(1))
    found = donors(dyads(texts), texts, n=1)
    assert found["report"].tolist() == [f"r{n:03}" for n in range(6)]
    assert found["donor"].tolist() == [f"r{n + (-1 if n % 2 else 1):03}" for n in range(6)]
    assert (found["rank"] == 1).all()
    assert set(found["relation"]) == {"unknown"}
    assert donors(dyads(texts), texts, least=0.5).empty


# --- shape and errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "columns"),
    [
        (reuse, REUSE_COLUMNS),
        (dyads, DYAD_COLUMNS),
        (boilerplate, BOILERPLATE_COLUMNS),
        (lambda texts: donors(dyads(texts), texts), DONOR_COLUMNS),
    ],
)
def test_columns_and_types_are_the_same_with_rows_and_without(measure, columns, simulated):
    for texts in (table(), simulated[0].head(12)):
        frame = measure(texts)
        assert list(frame.columns) == list(columns)
        assert frame.dtypes.astype(str).to_dict() == columns


def test_what_a_page_prints_does_no_harm():
    texts = table(*((n, n, 2020, "x", "\x00\u202e" + "<b>" * 9) for n in "ab"), ("c", "c", 2020, "x", "𠮷" * 20))
    assert values(dyads(texts), "reused")["a", "b"] == 1
    assert len(reuse(texts)) == 3
    assert boilerplate(texts, at_least=2)["reports"].tolist() == [2]


ONE = table(("a", "u", 2020, "x", OLD))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: reuse(ONE.drop(columns="key")), "texts have no column 'key'"),
        (lambda: reuse(ONE.drop(columns="unit")), "neither a column 'unit' nor 'agency'"),
        (lambda: reuse(ONE.assign(text=None)), "report a: the text of section x is .*: drop missing texts first"),
        (lambda: reuse(pd.concat([ONE, ONE.assign(year=2021)])), "report a: it has two units or years"),
        (lambda: reuse(ONE, by="unit"), "by 'unit': give one of section, report"),
        (lambda: reuse(ONE, k=1), "k 1: give the shortest length"),
        (lambda: reuse(ONE, at_least=1), "at_least 1: give the number of reports, a whole number from 2"),
        (lambda: reuse(ONE, masked=["x"]), "no mask 'x'"),
        (lambda: boilerplate(ONE, at_least=2.0), r"at_least 2\.0"),
        (lambda: dyads(ONE, lags=()), r"lags \(\): give years"),
        (lambda: dyads(ONE, lags=(-1,)), r"lags \(-1,\)"),
        (lambda: dyads(ONE, n=0), "n 0: give the number of donors to keep"),
        (lambda: dyads(ONE, common=2), "common 2: give a share from 0 to 1"),
        (lambda: donors(ONE, ONE), "pairs have no column 'id_i': give what dyads"),
        (lambda: donors(dyads(ONE), ONE, among=["uncle"]), "no relation 'uncle': the relations are superior"),
        (lambda: donors(dyads(ONE), ONE, n=0), "n 0: give the number of donors"),
        (
            lambda: donors(dyads(pd.concat([ONE, ONE.assign(report="b", unit="v")])), ONE),
            "report 'b' of the pairs is not among the texts",
        ),
    ],
)
def test_what_is_asked_wrongly_is_an_error_that_says_the_way_out(call, message):
    with pytest.raises(GidtkError, match=message):
        call()
