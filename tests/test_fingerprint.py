"""What a run depends on: each change of it changes the digest, and nothing else does."""

from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from batches import write

from gidtk import fingerprint
from gidtk.errors import GidtkError
from gidtk.fingerprint import RowDigests, bounds, notebook_digest, path_digest, run_digest

REPORTS = pd.DataFrame(
    {
        "region_code": ["360829", "360829", "110105", None],
        "region": ["安福县", "安福县", "朝阳区", None],
        "agency": ["安福县人民政府", "安福县人民政府", "朝阳区人民政府", "某局"],
        "year": pd.array([2019, 2020, 2020, None], dtype="Int64"),
        "sha256": list("abcd"),
    }
)
BOUND = ["region", "year"]


def changed(row: int) -> pd.DataFrame:
    frame = REPORTS.copy()
    frame.loc[row, "sha256"] = "x"
    return frame


@pytest.mark.parametrize(
    ("named", "values", "seen"),
    [
        (BOUND, {"region": "360829", "year": 2020}, {1}),
        (BOUND, {"region": "安福县", "year": 2020}, {1}),
        (BOUND, {"region": "安福县人民政府", "year": 2019}, {0}),
        (BOUND, {"region": "某局", "year": 2020}, {0, 1, 2, 3}),  # none fits: the notebook may know better
        (BOUND, {"region": "000000", "year": 2020}, {0, 1, 2, 3}),
        (["region"], {"region": "360829", "year": 2020}, {0, 1}),
        (BOUND, {"region": "3608", "year": 2020}, {1}),  # the first digits of a code
        (BOUND, {"region": "36", "year": 0}, {0, 1}),  # no year is every year
        (BOUND, {"region": "", "year": 2020}, {1, 2}),
        (BOUND, {"region": "", "year": 0}, {0, 1, 2, 3}),
        (["year"], {"region": "360829", "year": 2020}, {1, 2}),
        (["regions"], {"regions": ["360829"]}, {0, 1, 2, 3}),  # no column of that name: the whole corpus
        (["agency"], {"agency": ["某局", "朝阳区人民政府"]}, {2, 3}),
        ([], {"region": "360829"}, {0, 1, 2, 3}),
        (None, {"region": "360829"}, {0, 1, 2, 3}),
    ],
)
def test_a_run_sees_a_change_in_the_rows_it_reads_and_in_no_others(
    named: list[str] | None, values: dict[str, Any], seen: set[int]
) -> None:
    before = RowDigests(REPORTS, named).of(values)
    assert {row for row in range(4) if RowDigests(changed(row), named).of(values) != before} == seen


def test_the_rows_of_several_runs_are_each_there_once() -> None:
    runs = [{"region": "36", "year": 0}, {"region": "360829", "year": 2020}, {"region": "110105", "year": 2020}]
    assert RowDigests(REPORTS, BOUND).rows_of(runs)["sha256"].tolist() == ["a", "b", "c"]
    assert RowDigests(REPORTS, BOUND).rows_of([]).empty


def test_a_prefecture_and_a_province_bound_the_reports_in_them() -> None:
    frame = REPORTS.assign(prefecture=["吉安市", "吉安市", None, None], province=["江西省", "江西省", "北京市", None])
    before = RowDigests(frame, BOUND).of({"region": "江西省", "year": 0})
    frame.loc[2, "sha256"] = "x"
    assert RowDigests(frame, BOUND).of({"region": "江西省", "year": 0}) == before
    frame.loc[1, "sha256"] = "x"
    assert RowDigests(frame, BOUND).of({"region": "江西省", "year": 0}) != before


def test_the_order_of_reports_does_not_count_and_one_more_does() -> None:
    values = {"region": "360829", "year": 2020}
    assert RowDigests(REPORTS[::-1], BOUND).of(values) == RowDigests(REPORTS, BOUND).of(values)
    twice = pd.concat([REPORTS, REPORTS[1:2]], ignore_index=True)
    assert RowDigests(twice, BOUND).of(values) != RowDigests(REPORTS, BOUND).of(values)


def test_without_reports_the_content_of_what_parameters_name_counts(tmp_path: Path) -> None:
    (tmp_path / "data" / "deep").mkdir(parents=True)
    (tmp_path / "data" / "deep" / "a.txt").write_text("1", encoding="utf-8")
    (tmp_path / "out").mkdir()
    values = {"corpus": "data", "output_dir": "out", "region": "360829", "none": "", "odd": "a\0b", "long": "x" * 9999}
    before = path_digest(values, tmp_path, {})
    (tmp_path / "out" / "b.txt").touch()
    assert path_digest(values, tmp_path, {}) == before
    (tmp_path / "data" / "deep" / "a.txt").write_text("2", encoding="utf-8")
    after = path_digest(values, tmp_path, {})
    assert after != before
    (tmp_path / "data" / "deep" / "a.txt").rename(tmp_path / "data" / "deep" / "b.txt")
    assert path_digest(values, tmp_path, {}) != after
    assert path_digest({"corpus": "data/deep/b.txt"}, tmp_path, {}) != path_digest({"corpus": "nothing"}, tmp_path, {})


def test_what_a_notebook_does_counts_and_what_it_once_put_out_does_not(tmp_path: Path) -> None:
    notebook = nbformat.read(write(tmp_path / "n.ipynb", "1 + 1"), as_version=4)
    before = notebook_digest(notebook)
    notebook.cells[-1].outputs = [nbformat.v4.new_output("stream", text="2")]
    notebook.cells[-1].execution_count = 3
    notebook.metadata["kernelspec"] = {"name": "R", "display_name": "R"}
    assert notebook_digest(notebook) == before
    notebook.cells[-1].source = "1 + 2"
    assert notebook_digest(notebook) != before


def test_every_part_of_a_run_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = run_digest("n", {"year": 2020}, "d")
    others = [run_digest("m", {"year": 2020}, "d"), run_digest("n", {"year": "2020"}, "d"), run_digest("n", {}, "e")]
    fingerprint._package.cache_clear()
    monkeypatch.setattr(fingerprint, "__version__", "9")
    others.append(run_digest("n", {"year": 2020}, "d"))
    fingerprint._package.cache_clear()
    assert len({before, *others}) == 5


@pytest.mark.parametrize(
    ("metadata", "found"),
    [({}, None), ({"gidtk": {}}, None), ({"gidtk": {"data": ["year"]}}, ["year"]), ({"gidtk": {"data": []}}, [])],
)
def test_a_notebook_says_in_its_metadata_which_parameters_bound_its_data(metadata: Any, found: Any) -> None:
    assert bounds(nbformat.v4.new_notebook(metadata=metadata), {"region": 1, "year": 2}, "n.ipynb") == found


@pytest.mark.parametrize("wrong", ["year", ["yaer"], [1]])
def test_bounds_that_are_no_parameters_are_named(wrong: object) -> None:
    notebook = nbformat.v4.new_notebook(metadata={"gidtk": {"data": wrong}})
    with pytest.raises(
        GidtkError, match=r"n\.ipynb: metadata gidtk\.data is .*: give a list of parameters; it declares"
    ):
        bounds(notebook, {"region": 1, "year": 2}, "n.ipynb")
