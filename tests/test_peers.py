"""Reports of one unit, and those that may be held beside it."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gidtk as gid
from gidtk.corpus import Corpus
from gidtk.errors import GidtkError
from gidtk.peers import _alike, all_of, peers_of, years_of
from gidtk.schemas import empty_frame


@pytest.fixture(scope="module")
def sample() -> Corpus:
    return gid.open_corpus("sample")


def reports(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {"year": 2021, "kind": "government", "level": "county", "flags": "", "scope": None}
    frame = pd.DataFrame([{"report": str(n), "agency": f"机关{n}", **usual, **row} for n, row in enumerate(rows)])
    whole = empty_frame("reports")
    return frame.reindex(columns=whole.columns).astype(whole.dtypes.to_dict())


class Held:
    """A corpus of reports without cells."""

    path = Path("held")

    def __init__(self, frame: pd.DataFrame) -> None:
        self.reports = frame
        self.cells, self.verdicts = empty_frame("cells"), empty_frame("verdicts")

    def select(self, years: Any = None, region: Any = None) -> "Held":
        chosen = [years] if isinstance(years, int) else years
        return Held(self.reports[self.reports["year"].isin(chosen)])


def test_a_unit_has_its_years_in_order_the_revised_report_first(sample: Corpus) -> None:
    found = years_of(sample, "329901")
    assert found.reports["year"].tolist() == [2019, 2020, 2021, 2022, 2022, 2023, 2024]
    assert found.reports["flags"].str.contains("revised").tolist() == [False] * 3 + [True] + [False] * 3
    assert set(found.cells["report"]) == set(found.reports["report"]) == set(found.verdicts["report"])
    panel = gid.panel(found, duplicates="first")
    assert panel.loc[panel["year"] == 2022, "report"].tolist() == [found.reports["report"][3]]


def test_of_one_unit_no_other_cells_are_loaded(sample: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    select = Corpus.select
    monkeypatch.setattr(Corpus, "select", lambda self, **chosen: asked.append(chosen) or select(self, **chosen))
    years_of(sample, "360829")
    assert asked == [{"years": [2020], "region": ["360829"]}]


@pytest.mark.parametrize("name", ["360829", "安福县", "安福县人民政府"])
def test_a_unit_is_found_by_code_region_or_agency(sample: Corpus, name: str) -> None:
    assert years_of(sample, name).reports["agency"].tolist() == ["安福县人民政府"]


def test_all_reports_come_with_their_cells_and_the_revised_one_first_of_its_year(sample: Corpus) -> None:
    found = all_of(sample)
    twins = found.reports[found.reports["flags"].str.contains("same_unit_year")]
    assert twins["flags"].str.contains("revised").tolist() == [True, False]
    assert len(found.reports) == len(sample)
    assert len(found.cells) == len(sample.cells)


def test_peers_lie_in_the_same_province_and_year_and_a_unit_is_there_once(sample: Corpus) -> None:
    found = peers_of(sample, "329901", 2022)
    assert found.reports["region_code"].tolist() == ["329901", "329902", "329903"]
    assert set(found.reports["year"]) == {2022}
    assert found.reports["flags"].str.contains("revised").sum() == 1
    assert len(peers_of(sample, "329901", 2022, within="country").reports) == 24


def test_a_real_report_is_no_peer_of_simulated_ones(sample: Corpus) -> None:
    assert len(peers_of(sample, "360829", 2020).reports) == 1
    assert "360829" not in set(peers_of(sample, "369901", 2020).reports["region_code"])


def test_peers_given_are_taken_in_place_of_the_others(sample: Corpus) -> None:
    found = peers_of(sample, "329901", 2022, peers=["659903", "139901"])
    assert found.reports["region_code"].tolist() == ["139901", "329901", "659903"]


OWN = {"region_code": "360829", "scope": "own"}
ALIKE = [
    ({"region_code": "360830"}, "province", True),
    ({"region_code": "370830"}, "province", False),
    ({"region_code": "370830"}, "country", True),
    ({"region_code": "360930"}, "prefecture", False),
    ({"region_code": "360830"}, "prefecture", True),
    ({"region_code": None}, "province", False),
    ({"region_code": "360830", "level": "township"}, "country", False),
    ({"region_code": "360830", "level": None}, "country", False),
    ({"region_code": "360830", "kind": "department"}, "country", False),
    ({"region_code": "360830", "scope": "area"}, "country", False),
    ({"region_code": "360830", "scope": "own"}, "country", True),
    ({"region_code": "360830", "flags": "simulated"}, "country", False),
]


@pytest.mark.parametrize(("row", "within", "is_peer"), ALIKE)
def test_a_peer_is_of_the_same_kind_level_place_scope_and_making(row: Any, within: str, is_peer: bool) -> None:
    frame = reports(OWN, row)
    assert _alike(frame, frame.iloc[0], within)["report"].tolist() == ["0", "1"][: 1 + is_peer]


def test_a_code_stands_for_the_government_and_not_for_its_departments() -> None:
    frame = reports(
        {"region_code": "360829", "agency": "甲县人民政府"},
        {"region_code": "360829", "agency": "甲县教育局", "kind": "department"},
    )
    assert years_of(Held(frame), "360829").reports["agency"].tolist() == ["甲县人民政府"]
    assert years_of(Held(frame), "甲县教育局").reports["agency"].tolist() == ["甲县教育局"]


TWO = reports({"region_code": "360829", "agency": "甲"}, {"region_code": "360829", "agency": "乙"})
REFUSED = [
    (lambda c: years_of(c, "110000"), "no report of '110000'; there is 139901 模拟县001人民政府"),
    (lambda c: years_of(Held(TWO), "360829"), "'360829' stands for 乙, 甲: give one of them in full"),
    (lambda c: years_of(Held(TWO.iloc[:0]), "x"), "there is none at all"),
    (lambda c: peers_of(c, "360829", 2021), "no report of '360829' for 2021; there are those of 2020"),
    (
        lambda c: peers_of(c, "360829", 2020, within="world"),
        "within='world': give one of country, province, prefecture",
    ),
    (lambda c: peers_of(c, "360829", 2020, peers="139901"), r"write \['139901'\]"),
    (lambda c: peers_of(c, "360829", 2020, peers=["110000"]), "no report of '110000'"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_cannot_be_chosen_says_so(sample: Corpus, call: Any, message: str) -> None:
    with pytest.raises(GidtkError, match=message):
        call(sample)
