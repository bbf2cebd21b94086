import json
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
    folder = tmp_path_factory.mktemp("simulated")
    gid.simulate(folder, regions=20, years=(2021, 2023), faults=0.4, layouts=["spans"])
    facts = json.loads((folder / "answers.json").read_text(encoding="utf-8"))["reports"]
    return [(fact, claims(gid.read_report(folder / fact["files"][0]))) for fact in facts]


def test_every_planted_contradiction_is_found(simulated):
    planted = [
        (fault, frame) for fact, frame in simulated for fault in fact["faults"] if fault["kind"] == "text_differs"
    ]
    assert planted
    for fault, frame in planted:
        failed = frame[frame["verdict"] == "fail"]
        assert set(fault["cells"]) <= set(";".join(failed["cells"]).split(";"))


def test_no_true_claim_fails(simulated):
    for fact, frame in simulated:
        touched = {cell for fault in fact["faults"] for cell in fault["cells"]}
        for cells in frame.loc[frame["verdict"] == "fail", "cells"]:
            assert touched & set(cells.split(";"))


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
