"""Key figures: what a notebook records comes back as a table, and nothing else does."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gidtk.errors import GidtkError
from gidtk.results import MIME, RESULT_COLUMNS, as_table, record, recorded, results


def outputs(*figures: object) -> dict[str, Any]:
    return {"cells": [{"source": "x"}, {"outputs": [{"data": {MIME: figure}} for figure in figures]}]}


def figure(name: str, value: object = 1, **more: str) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": "", "zh": "", "en": "", **more}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (11, "11"),
        (0.5, "0.5"),
        (np.int64(3), "3"),
        (np.float64(0.25), "0.25"),
        (True, "True"),
        ("安福县", "安福县"),
        (None, "—"),
        (float("nan"), "—"),
        (np.nan, "—"),
        (pd.NA, "—"),
        (pd.NaT, "—"),
    ],
)
def test_outside_jupyter_a_figure_is_printed_and_a_missing_one_is_a_dash(
    capsys: pytest.CaptureFixture[str], value: object, shown: str
) -> None:
    record("n", value, unit="件")
    assert capsys.readouterr().out == f"n = {shown} 件\n"


@pytest.mark.parametrize("name", ["", "1a", "a b", "a-b", "数", "x" * 33, "a\n"])
def test_a_name_is_short_and_plain(name: str) -> None:
    with pytest.raises(GidtkError, match="is no name: ASCII letters, digits and underscores, 32 at most"):
        record(name, 1)


@pytest.mark.parametrize("value", [[1], {"a": 1}, float("inf"), b"x", 10**400, np.zeros(2), pd.Series([1, 2])])
def test_a_value_is_a_finite_number_a_text_a_bool_or_nothing(value: object) -> None:
    with pytest.raises(GidtkError, match=r"n: \w+ cannot be recorded: give a finite number, a text, a bool or None"):
        record("n", value)


def test_a_name_recorded_again_replaces_what_was_recorded_and_keeps_its_place() -> None:
    found = recorded(outputs(figure("a"), figure("b"), figure("a", 3)))
    assert [(f["name"], f["value"]) for f in found] == [("a", 3), ("b", 1)]


@pytest.mark.parametrize("strange", [None, [], "x", {}, {"name": "../x"}, {"name": ["a"]}, {"value": 3}])
def test_what_has_not_the_shape_of_a_figure_is_left_out(strange: object) -> None:
    assert recorded(outputs(strange)) == []


def test_what_a_hostile_notebook_put_into_a_figure_is_bounded_and_of_a_known_kind() -> None:
    (found,) = recorded(outputs(figure("a", {"x": 1}, zh="长" * 10_000)))
    assert found["value"] is None
    assert len(found["zh"]) == 1000
    assert [recorded(outputs(figure("a", value)))[0]["value"] for value in (10**400, "x" * 1001, "\ud800")] == [
        None,
        "x" * 1000,
        "?",
    ]


def test_the_table_has_numbers_as_numbers_and_its_columns_also_without_rows() -> None:
    rows = [figure("n", 3, unit="件", zh="甲", en="a"), figure("t", "=1+1"), figure("b", True), figure("m", None)]
    table = as_table([("r", rows)])
    assert table["value"].isna().tolist() == [False, True, False, True]
    assert table["value"].dropna().tolist() == [3, 1]
    assert table["text"].tolist() == ["3", "=1+1", "true", ""]
    assert as_table([]).dtypes.equals(table.dtypes)
    assert tuple(table) == RESULT_COLUMNS


def test_a_folder_of_executed_notebooks_gives_their_figures_and_skips_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "b.ipynb").write_text(json.dumps(outputs(figure("n", 2))), encoding="utf-8")
    (tmp_path / "a.ipynb").write_text(json.dumps(outputs(figure("n", 1))), encoding="utf-8")
    (tmp_path / "c.ipynb").write_text("[1]", encoding="utf-8")
    (tmp_path / "d.ipynb").write_bytes(b"\xff")
    assert results(tmp_path)[["run", "value"]].values.tolist() == [["a", 1.0], ["b", 2.0]]
    with pytest.raises(GidtkError, match=r"none: no such folder: give the folder that gidtk run has filled"):
        results(tmp_path / "none")
