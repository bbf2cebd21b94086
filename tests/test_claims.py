import json
import time
from pathlib import Path

import pandas as pd
import pytest
from test_quantities import REPORTS, annotated

import gidtk as gid
from gidtk.claims import CLAIM_COLUMNS, claims
from gidtk.errors import GidtkError


@pytest.mark.parametrize("name", ["anfu_2020", "hongze_2023"])
def test_only_what_speaks_of_a_cell_is_tied_to_it(name):
    path = gid.sample("anfu_2020.txt") if name == "anfu_2020" else REPORTS / f"{name}.pdf"
    if not Path(path).exists():
        pytest.skip(f"{path.name} is not there")
    frame = claims(gid.read_report(path))
    tied = frame[(frame["cells"] != "") & ~frame["claim"].isin(["parts", "repeated"])]
    wanted = {(row["raw"], row["cell"]) for row in annotated(name) if row["cell"]}
    assert set(zip(tied["raw"], tied["cells"], strict=True)) == wanted
    assert "fail" not in set(frame["verdict"])


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """What was planted in each report, what was tampered with there or the year before, and the claims of its text."""
    folder = tmp_path_factory.mktemp("simulated")
    gid.simulate(folder, regions=20, years=(2021, 2023), faults=0.4, layouts=["spans"])
    facts = json.loads((folder / "answers.json").read_text(encoding="utf-8"))["reports"]
    found, last, before = [], None, set()
    for fact in facts:
        report = gid.read_report(folder / fact["files"][0])
        last, before = (last, before) if last and last.agency == report.agency else (None, set())
        own = {cell for fault in fact["faults"] for cell in fault["cells"]}
        found.append((fact, own | before, claims(report, last)))
        last, before = report, own
    return found


def test_every_planted_contradiction_is_found(simulated):
    planted = [
        (fault, frame) for fact, _, frame in simulated for fault in fact["faults"] if fault["kind"] == "text_differs"
    ]
    assert len(planted) == 4
    for fault, frame in planted:
        failed = frame[frame["verdict"] == "fail"]
        assert set(fault["cells"]) <= set(";".join(failed["cells"]).split(";"))


def test_no_true_claim_fails(simulated):
    for _, touched, frame in simulated:
        for cells, whole in frame.loc[frame["verdict"] == "fail", ["cells", "of"]].itertuples(index=False):
            assert touched & {*cells.split(";"), *whole.split(";")}


def test_every_claim_on_cells_is_tied_to_just_these(simulated):
    assert any(frame["claim"].eq("received_growth").any() for _, _, frame in simulated)
    for fact, _, frame in simulated:
        tied = {frozenset(cells.split(";")) for cells in frame["cells"]}
        assert {frozenset(claim["cells"]) for claim in fact["claims"] if claim["cells"]} <= tied


def test_columns_and_dtypes_are_the_same_without_claims():
    empty = {
        "sections": pd.DataFrame({"key": ["overview"], "text": [""]}),
        "cells": pd.DataFrame(columns=["table", "row", "column", "value"]),
    }
    frame = claims(empty)
    assert tuple(frame.columns) == CLAIM_COLUMNS
    assert frame.dtypes.to_dict() == claims(gid.read_report(gid.sample("anfu_2020.txt"))).dtypes.to_dict()


def test_what_is_no_report_is_refused():
    with pytest.raises(GidtkError, match="int has no frame 'sections': give a report, a corpus, or frames"):
        claims(3)
    with pytest.raises(GidtkError, match="sections without column text: give the frames"):
        claims({"sections": pd.DataFrame({"key": []}), "cells": pd.DataFrame()})


def test_previous_is_one_report():
    report = gid.read_report(gid.sample("anfu_2020.txt"))
    cells = pd.concat([report.cells.assign(report="a"), report.cells.assign(report="b")])
    two = {"sections": pd.DataFrame({"key": [], "text": []}), "cells": cells}
    with pytest.raises(GidtkError, match="previous holds 2 reports: give one, or a corpus as report"):
        claims(report, previous=two)


CELLS = {
    "received": 25,
    "carried_in": 2,
    "granted": 9,
    "partial": 3,
    "concluded": 24,
    "carried_out": 3,
}


def frames(text, year=2022, agency="某某县人民政府", **values):
    """A report of one section, its request totals those of CELLS unless said otherwise."""
    numbers = {("requests", row, "total"): n for row, n in {**CELLS, **values}.items()}
    numbers |= {("requests", "received", "natural"): 20}
    numbers |= {("disputes", row, "total"): 0 for row in ("review", "suit_direct", "suit_after_review")}
    cells = pd.DataFrame([(*key, n) for key, n in numbers.items()], columns=["table", "row", "column", "value"])
    about = pd.DataFrame({"report": ["a"], "agency": [agency], "year": [year]})
    sections = pd.DataFrame({"key": ["overview"], "text": [text]})
    return {"sections": sections.assign(report="a"), "cells": cells.assign(report="a"), "reports": about}


# text, the claim that is made, its verdict and severity
MADE = [
    ("全年共收到政府信息公开申请25件。", "received", "pass", "error"),
    ("全年共收到政府信息公开申请26件。", "received", "fail", "error"),
    ("全年共收到25件依申请公开。", "received", "pass", "error"),
    ("全年收到政府信息公开申请20余件。", "received", "pass", "error"),
    ("全年收到政府信息公开申请30余件。", "received", "fail", "error"),
    ("收到政府信息公开申请27件（含上年结转2件）。", "received_with_carried", "pass", "error"),
    ("我局收到政府信息公开申请5件。", "received", "fail", "warning"),
    ("全年未收到政府信息公开申请。", "received", "fail", "error"),
    ("2021年收到政府信息公开申请25件。", "received", "not assessable", "error"),
    ("依申请公开：法定期限内办结24件。", "concluded", "pass", "error"),
    ("收到公开申请25件，其中自然人20件。", "natural", "pass", "error"),
    ("收到公开申请25件，答复24件，予以公开9件，占37.5%。", "granted_share", "pass", "warning"),
    ("收到公开申请25件，答复24件，予以公开9件，占47.5%。", "granted_share", "fail", "warning"),
    ("收到公开申请25件，去年20件，同比增长25%。", "received_growth", "pass", "warning"),
    ("依申请公开办结率100%。", "concluded_rate", "fail", "information"),
    ("依申请公开除3件结转下年外，答复率100%。", "concluded_rate", "not assessable", "information"),
    ("未发生因政府信息公开引起的行政复议和行政诉讼。", "disputes", "pass", "error"),
    ("收到公开申请25件（其中上年结转2件），答复24件。", "concluded", "pass", "error"),
    ("答复依申请公开24件。其中，部分公开3，占12.5%。", "partial", "pass", "error"),
    ("未发生一起因政府信息公开引起的行政复议和行政诉讼。", "disputes", "pass", "error"),
    ("收到公开申请25件，其中网上18件，信函7件。", "parts", "pass", "warning"),
    ("收到公开申请25件，其中网上18件，信函9件。", "parts", "fail", "warning"),
    ("收到公开申请25件。依申请公开方面，收到公开申请24件。", "repeated", "fail", "warning"),
]


@pytest.mark.parametrize(("text", "claim", "verdict", "severity"), MADE, ids=[case[0] for case in MADE])
def test_what_speaks_of_a_cell_gets_a_verdict(text, claim, verdict, severity):
    frame = claims(frames(text))
    made = frame[frame["claim"] == claim]
    assert list(zip(made["verdict"], made["severity"], strict=True)) == [(verdict, severity)]


@pytest.mark.parametrize(
    "text",
    [
        "依申请公开方面规范有序。12345热线办结25件。",
        "对公众依申请公开政府信息未收取任何费用。",
        "未对公众依申请公开政府信息收取任何费用。",
        "上半年收到政府信息公开申请12件。",
        "历年累计收到政府信息公开申请312件。",
        "区本级收到政府信息公开申请5件。",
        "依申请公开方面，延期答复3件。",
        "依申请公开方面，逾期答复为0。",
        "依申请公开方面，各部门收到申请20件。",
        "受理群众来信25件。",
        "全年收取信息处理费0元。",
        "办理行政复议案件56件。",
        "下一步，计划办结政府信息公开申请30件。",
    ],
)
def test_what_may_speak_of_something_else_is_left_untied(text):
    assert claims(frames(text))["cells"].tolist() == [""]


def test_a_sentence_that_goes_on_speaks_of_the_time_of_the_one_before():
    frame = claims(frames("上半年答复依申请公开申请12件。其中予以公开5件，占41.7%。"))
    assert frame["cells"].tolist() == ["", "", ""]


def test_what_follows_another_verb_is_no_part():
    frame = claims(frames("收到公开申请25件，其中网上18件，信函7件，答复24件。"))
    assert frame.loc[frame["claim"] == "parts", ["expected", "verdict"]].values.tolist() == [[25.0, "pass"]]


def test_parts_in_brackets_end_with_the_bracket():
    frame = claims(frames("公开规章13件（含新制定5件，修改4件，废止4件），人事文件106件。"))
    assert frame.loc[frame["claim"] == "parts", "expected"].tolist() == [13.0]


def test_growth_is_recomputed_from_the_report_before():
    text, before = "收到公开申请25件，同比增长{}%。", frames("", year=2021, received=20)
    for said, verdict in (("25", "pass"), ("25.0", "pass"), ("26", "fail")):
        frame = claims(frames(text.format(said)), previous=before)
        assert frame["verdict"].tolist()[-1] == verdict
    both = claims(frames("收到公开申请25件，比上年增加5件，增长26%。"), previous=before)
    assert both[["claim", "verdict"]].values.tolist()[1:] == [["received_change", "pass"], ["received_growth", "fail"]]
    fallen = claims(frames("全年未收到公开申请。与上年相比下降100.0%。", received=0), previous=before)
    assert fallen["verdict"].tolist() == ["pass", "pass"]


def test_a_report_is_never_its_own_year_before():
    """Also when its frames name no report."""
    made = frames("2021年收到政府信息公开申请25件。")
    made = {name: frame.assign(report="") for name, frame in made.items()}
    assert claims(made)["verdict"].tolist() == ["not assessable"]


def test_in_a_corpus_the_report_before_is_found():
    old, new = frames("", year=2021, received=20), frames("收到公开申请25件，同比增长25%。")
    both = {name: pd.concat([old[name].assign(report="b"), new[name]]) for name in old}
    frame = claims(both)
    assert frame.loc[frame["claim"] == "received_growth", "verdict"].tolist() == ["pass"]


def test_a_missing_cell_is_not_assessable():
    frame = claims(frames("全年共收到政府信息公开申请25件。", received=None))
    assert frame["verdict"].tolist() == ["not assessable"]
    assert frame["expected"].isna().all()


@pytest.mark.parametrize("piece", ["收到申请3件", "未收到", "占3%", "同比增长3%", "3件其中", "3件\n"])
def test_claims_of_hostile_text_take_time_in_proportion(piece):
    begun = time.perf_counter()
    claims(frames(piece * (12_000 // len(piece))))
    assert time.perf_counter() - begun < 20


@pytest.mark.parametrize("piece", ["3件", "收到申请3件，"])
def test_ten_times_the_quantities_take_no_more_than_about_ten_times_as_long(piece):
    def seconds(size):
        begun = time.process_time()
        claims(frames(piece * (size // len(piece))))
        return time.process_time() - begun

    assert seconds(40_000) < 30 * max(seconds(4_000), 0.02)
