"""Simulated reports: the same bytes for the same seed, figures that add up, and answers that a reading agrees with."""

import csv
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import zipfile
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from benchmarks.simulated import IDENTITY, expected, judge
from lxml import etree

import gidtk as gid
from gidtk.cli import main
from gidtk.errors import GidtkError
from gidtk.form import labels, load_form
from gidtk.simulate import ANSWER_COLUMNS, FILE_COLUMNS, FORMATS, layout_names, simulate
from gidtk.simulate.counts import draw_unit, draw_years
from gidtk.simulate.drafts import Draft, draw_drafts
from gidtk.simulate.faults import KINDS, broken
from gidtk.simulate.narrative import phrases

ROOT = Path(gid.__file__).parent.parent
ALL_LAYOUTS = [(format_, name) for format_ in FORMATS for name in layout_names(format_)]
PLAIN = {"html": "spans", "docx": "merged", "pdf": "ruled", "txt": "lines"}
YEARS = range(2019, 2025)


def drafts(numbers=range(1, 41), years=(2019, 2024), seed=1, **options) -> list[Draft]:
    given = {"faults": 0.0, "reuse": 0.5, "shared": 0.3, "blanks": 0.1} | options
    return [draft for number in numbers for draft in draw_drafts(seed, number, years, **given)]


@cache
def plain_drafts() -> tuple[Draft, ...]:
    return tuple(drafts())


def frame(values) -> pd.DataFrame:
    rows = [(*key, value) for key, value in values.items()]
    return pd.DataFrame(rows, columns=["table", "row", "column", "value"])


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


# --- the same seed, the same bytes ------------------------------------------------------------------------

SMALL = {"regions": 1, "years": (2020, 2021), "formats": list(FORMATS), "faults": 0.5, "seed": 3}


def test_the_same_seed_gives_the_same_bytes_in_other_processes_with_other_hash_seeds(tmp_path):
    simulate(tmp_path / "here", **SMALL)
    for seed in ("0", "1"):
        code = f"from gidtk.simulate import simulate; simulate({str(tmp_path / seed)!r}, **{SMALL})"
        env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
        subprocess.run([sys.executable, "-c", code], env=env, check=True, timeout=120)
        assert digests(tmp_path / seed) == digests(tmp_path / "here")
    assert len(digests(tmp_path / "here")) == 10


def test_another_seed_gives_other_figures():
    one, other = ([draft.values for draft in drafts(range(1, 4), seed=seed)] for seed in (1, 2))
    assert one != other


def test_a_report_is_the_same_whatever_is_written_beside_it(tmp_path):
    simulate(tmp_path / "many", regions=3, years=(2020, 2023), layouts=["spans", "word"])
    simulate(tmp_path / "few", regions=2, years=(2021, 2022), layouts=["spans"])
    few = {name: sha for name, sha in digests(tmp_path / "few").items() if name.startswith("simulated")}
    assert len(few) == 4
    assert few.items() <= digests(tmp_path / "many").items()


def test_no_clock_goes_into_a_file(tmp_path):
    simulate(tmp_path, regions=1, years=(2022, 2022), formats=["pdf", "docx"])
    (pdf,) = tmp_path.glob("*.pdf")
    assert b"CreationDate" not in pdf.read_bytes()
    (docx,) = tmp_path.glob("*.docx")
    with zipfile.ZipFile(docx) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# --- the figures ------------------------------------------------------------------------------------------


def test_every_identity_of_the_form_holds_by_the_checker_and_by_hand():
    for draft in plain_drafts():
        assert broken(draft.values, draft.form) == []
    for draft in plain_drafts()[:24]:
        verdicts = gid.check_cells(frame(draft.values), "\n".join(draft.narrative.sections["overview"]))
        assert set(verdicts["verdict"]) == {"pass"}, verdicts[verdicts["verdict"] != "pass"]


def test_a_report_has_the_cells_of_its_form_with_whole_numbers_but_for_money():
    for draft in plain_drafts():
        assert draft.form.id == ("f2019" if draft.year < 2021 else "f2021")
        assert list(draft.values) == load_form(draft.form.id).cells()
        for (_, _, column), value in draft.values.items():
            assert type(value) is int or (type(value) is float and column == "amount_wan")
            assert value >= 0 or column == "items_change"


def test_what_is_carried_in_was_carried_out_the_year_before_in_every_column():
    for before, after in pairwise(plain_drafts()):
        if before.unit is not after.unit:
            continue
        for column in before.form.columns("requests", "received"):
            assert after.values["requests", "carried_in", column] == before.values["requests", "carried_out", column]
        for row in before.form.rows("disputes"):
            assert after.values["disputes", row, "total"] >= before.values["disputes", row, "pending"]


def test_stocks_follow_their_flows():
    for before, after in pairwise(plain_drafts()):
        if before.unit is not after.unit or before.form.id != after.form.id:
            continue
        old, new = before.values, after.values
        for row in ("rules", "norms"):
            if after.form.id == "f2021":
                flow = new["disclosure", row, "issued"] - new["disclosure", row, "repealed"]
                assert new["disclosure", row, "in_force"] == old["disclosure", row, "in_force"] + flow
            else:
                stock = old["disclosure", row, "total_disclosed"] + new["disclosure", row, "disclosed"]
                assert new["disclosure", row, "total_disclosed"] == stock
        if after.form.id == "f2019":
            items = old["disclosure", "fees", "items_before"] + old["disclosure", "fees", "items_change"]
            assert new["disclosure", "fees", "items_before"] == items


def test_the_figures_look_like_real_ones_skewed_with_many_zeros_and_mostly_natural_persons():
    received = np.array([draft.values["requests", "received", "total"] for draft in plain_drafts()])
    assert np.mean(received) > 1.4 * np.median(received)
    assert np.median(received) > 5
    zeros = [value == 0 for draft in plain_drafts() for value in draft.values.values()]
    assert 0.5 < np.mean(zeros) < 0.9
    natural = sum(draft.values["requests", "received", "natural"] for draft in plain_drafts())
    assert 0.7 < natural / received.sum() < 0.95
    refused = Counter()
    for draft in plain_drafts():
        refused.update({key[1]: value for key, value in draft.values.items() if key[2] == "total"})
    assert refused["granted"] > refused["unable_not_held"] > refused["refused_secret"]
    assert 0 < refused["review"] < refused["concluded"] / 5


def test_direct_suits_fall_when_a_review_must_come_first():
    counts = Counter()
    for number in range(1, 61):
        for year, values in draw_years(4, draw_unit(4, number), 2027).items():
            counts[year >= 2024] += values["disputes", "suit_direct", "total"]
    assert counts[True] < counts[False] / 2


def test_only_cities_have_rules():
    for draft in plain_drafts():
        if draft.unit.kind != "市":
            assert draft.values["disclosure", "rules", "total_disclosed" if draft.year < 2021 else "in_force"] == 0


# --- reading them back ------------------------------------------------------------------------------------

# Layouts in which a person cannot always see where a cell ends, or which the readers do not master yet: the share of
# the readable cells that is read at least. Every other layout is read whole.
FLOORS = {
    ("txt", "half-spaced"): 0.3,
    ("txt", "together"): 0.3,
    ("txt", "together-whole"): 0.2,
    ("pdf", "broken-rows"): 0.97,
    ("pdf", "unruled"): 0.8,
}


@pytest.mark.parametrize(("format_", "layout"), ALL_LAYOUTS)
def test_every_layout_is_read_back_without_a_wrong_number(tmp_path, format_, layout):
    regions = 1 if format_ == "pdf" else 3
    simulate(tmp_path, regions=regions, years=(2020, 2021), formats=[format_], layouts=[layout], blanks=0, seed=2)
    counts = Counter()
    wrong = []
    for file, cells in expected(tmp_path).items():
        for _, kind, note in judge(gid.read_report(tmp_path / file), cells):
            counts[kind] += 1
            wrong += [(file, note)] if kind == "WRONG" else []
    assert wrong == []
    readable = counts["right"] + counts["refused"]
    assert counts["right"] >= FLOORS.get((format_, layout), 1) * readable
    assert readable > 0 or layout == "repeats-dropped"


@pytest.mark.parametrize(("format_", "layout"), [pair for pair in ALL_LAYOUTS if pair[0] != "pdf"])
def test_blanks_and_faults_lead_to_no_wrong_number_in_any_layout(tmp_path, format_, layout):
    options = {"formats": [format_], "layouts": [layout], "blanks": 1.0, "seed": 6}
    wrong, counts = [], Counter()
    for faults in (0.0, 1.0):
        simulate(tmp_path, regions=2, years=(2020, 2021), faults=faults, **options)
        for file, cells in expected(tmp_path).items():
            for _, kind, note in judge(gid.read_report(tmp_path / file), cells):
                counts[kind] += 1
                wrong += [(file, note)] if kind == "WRONG" else []
    assert wrong == []
    if format_ in ("html", "docx"):
        assert counts["refused"] == 0
        assert counts["status"] == counts["empty"]


@pytest.mark.parametrize("format_", ["html", "docx", "txt"])
def test_the_identity_is_read_as_printed_and_no_code_is_given(tmp_path, format_):
    simulate(tmp_path, regions=8, years=(2020, 2021), formats=[format_], layouts=[PLAIN[format_]])
    facts = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))["reports"]
    assert len(facts) == 16
    for fact in facts:
        report = gid.read_report(tmp_path / fact["files"][0])
        assert {name: getattr(report, name) for name in IDENTITY} == {name: fact[name] for name in IDENTITY}
        assert (report.form, report.region_code, fact["region_code"]) == (fact["form"], None, None)
        assert [section.key for section in report.sections] == list(labels().sections)


def test_tables_of_a_pdf_go_over_page_breaks(tmp_path):
    simulate(tmp_path, regions=1, years=(2022, 2022), formats=["pdf"], layouts=["ruled", "heads-again", "broken-rows"])
    pages = {}
    for file in sorted(tmp_path.glob("*.pdf")):
        cells = gid.read_report(file).cells
        places = cells[cells["table"] == "requests"]["place"]
        pages[file.stem] = {place.split(",")[0] for place in places}
    assert all(len(found) > 1 for found in pages.values())


def test_a_word_document_is_well_formed_with_cells_merged_both_ways(tmp_path):
    simulate(tmp_path, regions=1, years=(2022, 2022), formats=["docx"], layouts="all")
    for file in tmp_path.glob("*.docx"):
        with zipfile.ZipFile(file) as archive:
            assert archive.testzip() is None
            for name in archive.namelist():
                etree.fromstring(archive.read(name))
            body = archive.read("word/document.xml").decode("utf-8")
        assert '<w:gridSpan w:val="3"/>' in body
        assert '<w:vMerge w:val="restart"/>' in body


# --- planted faults ---------------------------------------------------------------------------------------


@cache
def faulty() -> tuple[Draft, ...]:
    return tuple(drafts(range(1, 41), (2019, 2024), faults=1.0, seed=9))


def test_every_kind_of_fault_is_planted_and_none_where_none_is_asked_for():
    assert {fault.kind for draft in faulty() for fault in draft.faults} == set(KINDS)
    assert all(len(draft.faults) == 1 for draft in faulty())
    assert not any(draft.faults for draft in plain_drafts())
    some = [bool(draft.faults) for draft in drafts(faults=0.25)]
    assert 0.15 < np.mean(some) < 0.35


@pytest.mark.parametrize("kind", KINDS)
def test_the_checker_finds_what_a_fault_breaks_and_nothing_else(kind):
    chosen = [draft for draft in faulty() if draft.faults[0].kind == kind][:12]
    assert chosen
    for draft in chosen:
        (fault,) = draft.faults
        verdicts = gid.check_cells(frame(draft.values), "\n".join(draft.narrative.sections["overview"]))
        failed = verdicts[verdicts["verdict"] == "fail"]
        assert {f"{row.rule} {row.subject}" for row in failed.itertuples()} == set(fault.breaks)
        left = set(verdicts["verdict"]) - {"fail"}
        assert left == ({"pass", "not assessable"} if kind == "blank_total" else {"pass"})


@pytest.mark.parametrize("kind", ["wrong_cell", "total_not_updated"])
def test_the_wrong_cell_is_among_the_suspects_with_its_right_number(kind):
    named = 0
    for draft in [draft for draft in faulty() if draft.faults[0].kind == kind]:
        (fault,) = draft.faults
        found = gid.suspects(frame(draft.values))
        repaired = {f"{s.table}.{s.row}.{s.column}": s.repaired for s in found.itertuples()}
        if fault.cells[0] in repaired:
            assert repaired[fault.cells[0]] == fault.true[0]
            named += 1
        else:  # the failure can be read as another cell's with no negative number
            assert fault.cells[0].startswith("disputes") or "p_disputes_requests report" in fault.breaks
    assert named >= 10


def test_a_broken_carry_over_shows_between_the_years_only():
    for draft in faulty():
        (fault,) = draft.faults
        if fault.kind == "carry_broken":
            assert fault.breaks == ()
            assert draft.year > 2019
            assert fault.printed[0] > fault.true[0]


def test_a_false_number_in_the_text_is_a_claim_that_does_not_hold():
    for draft in faulty():
        (fault,) = draft.faults
        false = [claim.code for claim in draft.narrative.claims if claim.holds is False]
        if fault.kind == "text_differs":
            assert false == ["received"]
            continue
        for claim in draft.narrative.claims:
            touched = set(fault.cells) & {*claim.cells, claim.of}
            assert claim.holds is (None if touched and None in fault.printed else not touched), (fault, claim)


# --- the prose --------------------------------------------------------------------------------------------


def test_every_claim_stands_in_its_section_and_agrees_with_the_cells_it_names():
    kinds = Counter()
    for draft in plain_drafts():
        for claim in draft.narrative.claims:
            kinds[claim.relation] += 1
            assert claim.text in "".join(draft.narrative.sections[claim.section])
            assert claim.low <= claim.value <= claim.high
            values = [draft.values[tuple(name.split("."))] for name in claim.cells]
            if claim.relation == "share":
                share = 100 * values[0] / draft.values[tuple(claim.of.split("."))]
                assert claim.low - 1e-9 <= share <= claim.high + 1e-9
            elif claim.relation != "growth" and values:
                assert claim.low <= sum(values) <= claim.high
            numbers = re.findall(r"\d+(?:\.\d+)?", claim.text)
            assert [abs(claim.value)] == [float(number) for number in numbers] or claim.value == 0
    assert set(kinds) == {"=", ">=", "~", "share", "growth"}


def test_growth_is_that_between_the_years():
    for before, after in pairwise(plain_drafts()):
        for claim in after.narrative.claims:
            if claim.relation == "growth" and before.unit is after.unit:
                old, new = (d.values["requests", "received", "total"] for d in (before, after))
                assert claim.value == pytest.approx(100 * (new - old) / old, abs=0.05001)
                assert (phrases()["ways"][0] in claim.text) == (new > old)


def test_problems_and_measures_are_found_again_as_many_as_were_written():
    for draft in plain_drafts()[:60]:
        found = gid.problems("\n".join(draft.narrative.sections["problems"]))
        for kind, written in (("problem", draft.narrative.problems), ("measure", draft.narrative.measures)):
            assert found[found["kind"] == kind]["text"].tolist() == [named.text for named in written]


def test_all_five_heads_of_the_overview_are_there():
    for draft in plain_drafts()[:12]:
        text = "".join(draft.narrative.sections["overview"])
        heads = [part["head"] for part in phrases()["overview"] if "head" in part]
        places = [text.index(f"）{head}") for head in heads]
        assert (len(heads), places) == (5, sorted(places))


def test_fees_are_reported_from_2021_on_and_notices_are_not_fewer_than_those_unpaid():
    notices = 0
    for draft in plain_drafts():
        claims = {claim.code: claim.value for claim in draft.narrative.claims}
        if "fee_notices" in claims:
            assert draft.year >= 2021
            assert claims["fee_notices"] >= draft.values["requests", "other_unpaid", "total"]
            notices += 1
        elif draft.year >= 2021:
            assert draft.values["requests", "other_unpaid", "total"] == 0
            assert "信息处理费" in draft.narrative.sections["other_matters"][0]
    assert notices


def reused(folder, **options) -> list[dict[str, float | None]]:
    simulate(folder, regions=6, years=(2021, 2023), **options)
    return [report["reused"] for report in json.loads((folder / "answers.json").read_text("utf-8"))["reports"]]


def test_the_share_of_reused_text_is_known_and_follows_what_was_asked_for(tmp_path):
    means = [
        np.mean([r["previous"] for r in reused(tmp_path, reuse=reuse, shared=0.0) if r["previous"] is not None])
        for reuse in (0.0, 0.5, 1.0)
    ]
    assert means[0] < 0.25 < means[1] < 0.55 < means[2]
    peers = [np.mean([r["peers"] for r in reused(tmp_path, reuse=0.0, shared=s)]) for s in (0.0, 1.0)]
    assert peers[0] < 0.5 < peers[1]


def test_the_reused_share_is_counted_from_the_sentences_that_stand_in_both_texts(tmp_path):
    simulate(tmp_path, regions=1, years=(2022, 2023), layouts=["spans"])
    facts = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))["reports"]
    assert [fact["reused"]["peers"] for fact in facts] == [None, None]
    assert facts[0]["reused"]["previous"] is None
    old, new = (gid.read_report(tmp_path / fact["files"][0]) for fact in facts)
    (_, draft) = drafts([1], (2022, 2023))
    kept = [sentence for sentence in draft.narrative.sentences if sentence in old.narrative]
    assert all(sentence in new.narrative for sentence in draft.narrative.sentences)
    share = sum(map(len, kept)) / sum(map(len, draft.narrative.sentences))
    assert facts[1]["reused"]["previous"] == pytest.approx(share, abs=0.02)


def test_no_phrase_is_left_open():
    for draft in plain_drafts():
        text = "".join("".join(paragraphs) for paragraphs in draft.narrative.sections.values()) + draft.title
        assert not set("{}#") & set(text)
        assert "。。" not in text


# --- what a file says on its face -------------------------------------------------------------------------


def test_a_revised_report_puts_the_planted_fault_right_and_says_what_it_is(tmp_path):
    files = simulate(tmp_path, regions=3, faults=1.0, revised=2, layouts=["spans"])
    assert files["file"].str.contains("_revised_").sum() == 2
    first, again = files["file"].iloc[:2]
    assert (first, again) == ("simulated_001_2019_spans.html", "simulated_001_2019_revised_spans.html")
    wrong, right = gid.read_report(tmp_path / first), gid.read_report(tmp_path / again)
    assert (wrong.agency, wrong.year) == (right.agency, right.year)
    assert right.title == f"{wrong.title}（修订）"
    assert wrong.published < right.published
    assert not (right.verdicts["verdict"] == "fail").any()
    assert files["faults"].iloc[0]
    assert not files["faults"].iloc[1]


def test_every_file_says_that_it_is_simulated(tmp_path):
    files = simulate(tmp_path, regions=1, years=(2021, 2021), formats=list(FORMATS), layouts="all")
    for name, layout in zip(files["file"], files["layout"], strict=True):
        report = gid.read_report(tmp_path / name)
        front = "".join(str(getattr(block, "text", "")) for block in report.front.blocks).replace(" ", "")
        assert "模拟数据simulated" in front, layout
        assert name.startswith("simulated_")
        assert "模拟县001" in front or "模拟区001" in front or "模拟市001" in front
    head = (tmp_path / "simulated_001_2021_spans.html").read_text(encoding="utf-8").split("</head>")[0]
    assert "simulated data" in head


def test_no_region_has_the_name_of_a_real_one():
    for number in range(1, 100):
        unit = draw_unit(1, number)
        assert re.fullmatch(r"模拟[县区市]\d{3}", unit.region)
        assert unit.agency == f"{unit.region}人民政府"


# --- files and answers ------------------------------------------------------------------------------------


def test_the_table_of_files_and_the_answers_name_every_file_and_cell_once(tmp_path):
    files = simulate(tmp_path, regions=2, years=(2020, 2021), formats=["html", "txt"], layouts=["spans", "markdown"])
    assert list(files.columns) == list(FILE_COLUMNS)
    assert {*files["file"], "answers.csv", "answers.json"} == {path.name for path in tmp_path.iterdir()}
    with (tmp_path / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert header == list(ANSWER_COLUMNS)
    assert len({tuple(row[:4]) for row in rows}) == len(rows) == files["cells"].sum() == 4 * (198 + 200)
    assert sum(row[4] != "" for row in rows) == files["readable"].sum()
    facts = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    assert (facts["simulated"], facts["seed"]) == (True, 1)
    assert sorted(name for report in facts["reports"] for name in report["files"]) == sorted(files["file"])


def test_no_cell_of_the_answers_is_a_formula(tmp_path):
    simulate(tmp_path, regions=8, years=(2020, 2020), blanks=1)
    with (tmp_path / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        raw = [row["raw"] for row in csv.DictReader(file)]
    assert {text[0] for text in raw if text not in ("", "-") and not text[0].isdecimal()} <= set("'增减/—")


def test_without_layouts_each_region_keeps_to_one_and_they_differ(tmp_path):
    files = simulate(tmp_path, regions=12, years=(2021, 2023))
    assert len(files) == 36
    own = files.groupby("agency")["layout"].nunique()
    assert set(own) == {1}
    assert files["layout"].nunique() > 3


def test_mixed_reports_are_answered_as_printed(tmp_path):
    files = simulate(tmp_path, regions=1, years=(2020, 2021), layouts=["mixed"])
    assert files["cells"].tolist() == [198, 200 - 14]
    report = gid.read_report(tmp_path / files["file"][1])
    assert "mixed_form" in [issue.code for issue in report.issues]


NAMES = ["带 空格 的文件夹", "quote'\"$(x)`", "-o", "a\nb", "%41", "...", "~", "é", "a" * 200]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_of_folders_are_names(tmp_path, name):
    out = tmp_path / "deep" / name
    assert len(simulate(out, regions=1, years=(2021, 2021))) == 1
    assert len(list(out.iterdir())) == 3
    assert list(tmp_path.iterdir()) == [tmp_path / "deep"]


def test_files_that_were_there_stay_and_older_reports_are_replaced(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for _ in range(2):
        simulate(tmp_path, regions=1, years=(2021, 2021), layouts=["spans"])
    names = ["answers.csv", "answers.json", "notes.txt", "simulated_001_2021_spans.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_nothing_is_written_when_one_file_cannot_be(tmp_path, monkeypatch):
    real = Path.write_bytes

    def full(self, data):
        if self.name == "answers.json":
            raise OSError(28, "No space left on device")
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(GidtkError, match=r"cannot be written to \(No space left on device\): give another folder"):
        simulate(tmp_path, regions=1, years=(2021, 2021))
    assert list(tmp_path.iterdir()) == []


# --- what a caller does wrong -----------------------------------------------------------------------------

MISTAKES = [
    ({"regions": 0}, "regions 0: give a number from 1 to 999"),
    ({"regions": 1000}, "regions 1000: give a number from 1 to 999"),
    ({"years": (2018, 2020)}, "years (2018, 2020): give the first and the last report year, from 2019 to 2099"),
    ({"years": (2022, 2021)}, "years (2022, 2021): give the first and the last report year"),
    ({"years": (2021,)}, "years (2021,): give the first and the last report year"),
    ({"years": (2021, 2100)}, "earlier forms are not simulated"),
    ({"seed": -1}, "seed -1: give a whole number that is not negative"),
    ({"formats": ["ofd"]}, "no format 'ofd': the formats are html, docx, pdf, txt"),
    ({"formats": []}, "formats []: give a list of html, docx, pdf, txt"),
    ({"formats": "html"}, "formats 'html': give a list of html, docx, pdf, txt"),
    ({"layouts": ["nope"]}, "no layout 'nope' in these formats: the layouts are html: spans, heads"),
    ({"layouts": ["lines"]}, "no layout 'lines' in these formats: the layouts are html: spans, heads"),
    ({"layouts": []}, "layouts []: give a list of names, or 'all'"),
    ({"layouts": "spans"}, "layouts 'spans': give a list of names, or 'all'"),
    ({"faults": 1.5}, "faults 1.5: give a share from 0 to 1"),
    ({"reuse": -0.1}, "reuse -0.1: give a share from 0 to 1"),
    ({"shared": 2}, "shared 2: give a share from 0 to 1"),
    ({"blanks": float("nan")}, "blanks nan: give a share from 0 to 1"),
    ({"revised": -1}, "revised -1: give a whole number that is not negative"),
]


@pytest.mark.parametrize(("options", "message"), MISTAKES)
def test_a_mistake_is_named_with_the_way_out_and_nothing_is_written(tmp_path, options, message):
    out = tmp_path / "out"
    with pytest.raises(GidtkError) as caught:
        simulate(out, **options)
    assert message in str(caught.value)
    assert not out.exists()


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(GidtkError, match=r"file cannot be made a folder \(File exists\): give another one"):
        simulate(tmp_path / "file", regions=1, years=(2021, 2021))


def test_a_name_that_no_file_system_takes_is_an_error_of_ours():
    with pytest.raises(GidtkError, match=r"'a\\x00b' cannot be written to \(embedded null byte\): give another folder"):
        simulate("a\0b", regions=1, years=(2021, 2021))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_named(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(GidtkError, match=r"cannot be written to \(Permission denied\): give another folder"):
        simulate(tmp_path, regions=1, years=(2021, 2021))


def test_layout_names_are_unique_within_a_format_and_safe_in_a_file_name():
    for format_, layouts in FORMATS.items():
        assert [layout.name for layout in layouts.values()] == list(layouts) == layout_names(format_)
        assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in layouts)
    with pytest.raises(GidtkError, match="no format 'doc': the formats are html, docx, pdf, txt"):
        layout_names("doc")


# --- the command ------------------------------------------------------------------------------------------


def test_the_command_writes_what_the_function_writes(tmp_path, capsys):
    arguments = ["--regions", "2", "--years", "2020-2021", "--seed", "4", "--formats", "html,txt", "--faults", "0.5"]
    assert main(["simulate", "-o", str(tmp_path / "one"), *arguments, "--layouts", "spans,lines"]) == 0
    assert capsys.readouterr().out == f"8 reports, answers.csv, answers.json: {tmp_path / 'one'}\n"
    options = {"regions": 2, "years": (2020, 2021), "seed": 4, "formats": ["html", "txt"], "faults": 0.5}
    simulate(tmp_path / "two", layouts=["spans", "lines"], **options)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_the_command_takes_one_year_and_all_layouts(tmp_path, capsys):
    arguments = ["--regions", "1", "--years", "2022", "--formats", "docx", "--layouts", "all"]
    assert main(["simulate", "-o", str(tmp_path), *arguments]) == 0
    assert len(list(tmp_path.glob("*_2022_*.docx"))) == len(layout_names("docx"))


@pytest.mark.parametrize("years", ["x", "2019-", "2019-2024-1", "", "-2024"])
def test_years_that_are_none_are_wrong_usage(tmp_path, capsys, years):
    with pytest.raises(SystemExit) as caught:
        main(["simulate", "-o", str(tmp_path), f"--years={years}"])
    assert caught.value.code == 2
    assert f"{years!r} are no years: give the first and the last one, as 2019-2024" in capsys.readouterr().err


def test_a_mistake_ends_the_command_with_1_and_one_line(tmp_path, capsys):
    assert main(["simulate", "-o", str(tmp_path), "--regions", "0"]) == 1
    assert capsys.readouterr().err == "gidtk: regions 0: give a number from 1 to 999\n"
