"""The parameters of a notebook: what it declares, what a caller gives, and nothing that fits half."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batches import write

from gidtk.errors import GidtkError
from gidtk.parameters import declared, read_table
from gidtk.rerun import rerun

RERUN = sys.modules["gidtk.rerun"]  # the module; gidtk.rerun is the function

DECLARED = """
corpus: str = "data"  # folder, x = y
region: str = "360829"  # code
year: int = 2020
share: float = 0.5
draft: bool = False
years: "list[int]" = [2019]
words: list = ["a"]
peers: list[str] | None = None
top: Optional[int] = None
labels: dict = {}
plain = 3
free = None
today = compute()
"""


@pytest.fixture
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError("a kernel was started")

    monkeypatch.setattr(RERUN, "on_workers", started)


# ---- what a notebook declares


def test_parameters_are_read_from_annotations_and_values_whatever_the_comments_hold(tmp_path: Path) -> None:
    found = declared(write(tmp_path / "n.ipynb", parameters=DECLARED + "needed: str\nf(1)\na, b = 1, 2"))
    kinds = {name: (p.kind, p.element, p.optional, p.required) for name, p in found.items()}
    assert kinds == {
        "corpus": (str, None, False, False),
        "region": (str, None, False, False),
        "year": (int, None, False, False),
        "share": (float, None, False, False),
        "draft": (bool, None, False, False),
        "years": (list, int, False, False),
        "words": (list, str, False, False),
        "peers": (list, str, True, False),
        "top": (int, None, True, False),
        "labels": (dict, None, False, False),
        "plain": (int, None, False, False),
        "free": (None, None, True, False),
        "today": (None, None, False, False),
        "needed": (str, None, False, True),
    }
    assert found["year"].line == "year: int = 2020"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "n.ipynb cannot be read (No such file or directory); give the path of a notebook"),
        ("{", "n.ipynb is not a Jupyter notebook; give an .ipynb file that JupyterLab opens"),
        ("[1]", "n.ipynb is not a Jupyter notebook"),
        ('{"nbformat": 4}', "n.ipynb is not a Jupyter notebook"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"x": 1}]}', "is not a Jupyter notebook"),
        (b"\xff\xfe", "n.ipynb is not a Jupyter notebook"),
        ('{"nbformat": 3, "worksheets": []}', "has notebook format 3; save it once in JupyterLab to get format 4"),
        (
            '{"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": []}',
            "n.ipynb has no cell tagged 'parameters'; in JupyterLab select the cell that sets them",
        ),
    ],
)
def test_a_file_that_cannot_be_run_is_named_with_the_way_out(
    tmp_path: Path, content: str | bytes | None, message: str
) -> None:
    file = tmp_path / "n.ipynb"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(GidtkError) as caught:
        rerun(file, {}, tmp_path / "out")
    assert message in str(caught.value)
    assert str(file) in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_parameters_cell_must_be_plain_python(tmp_path: Path) -> None:
    file = write(tmp_path / "n.ipynb", parameters="x = 1\n%matplotlib inline")
    with pytest.raises(GidtkError, match=r"line 2 of the cell tagged 'parameters' is not plain Python; write"):
        declared(file)


# ---- what a caller gives


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("region", "034050", "034050"),
        ("region", "", ""),
        ("region", "None", "None"),
        ("region", "'; import os #", "'; import os #"),
        ("corpus", Path("a") / "b", str(Path("a", "b"))),
        ("year", "2019", 2019),
        ("year", " 2019 ", 2019),
        ("year", 2019.0, 2019),
        ("share", "0.25", 0.25),
        ("share", 1, 1.0),
        ("draft", "true", True),
        ("draft", "False", False),
        ("draft", True, True),
        ("years", "2019, 2020", [2019, 2020]),
        ("years", "2019，2020", [2019, 2020]),
        ("years", "[2019]", [2019]),
        ("years", (2019, "2020"), [2019, 2020]),
        ("years", "", []),
        ("words", "034050,b", ["034050", "b"]),
        ("peers", "None", None),
        ("peers", None, None),
        ("peers", "360829", ["360829"]),
        ("top", "", None),
        ("top", "5", 5),
        ("labels", "{'a': 1}", {"a": 1}),
        ("labels", {"a": [1]}, {"a": [1]}),
        ("free", "2019", "2019"),
        ("free", None, None),
        ("today", "2021-01-29", "2021-01-29"),
    ],
)
def test_values_arrive_as_the_declared_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object, expected: object
) -> None:
    seen: list[dict[str, Any]] = []

    def noted(_batch: object, runs: Any, **_: object) -> Iterator[dict[str, Any]]:
        seen.extend(run.values for run in runs)
        yield from ()

    monkeypatch.setattr(RERUN, "on_workers", noted)
    rerun(write(tmp_path / "n.ipynb", parameters=DECLARED), {name: value}, tmp_path)
    assert seen[0][name] == expected
    assert type(seen[0][name]) is type(expected)


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("year", "20x9", "parameter year = '20x9' is not a whole number (year: int = 2020)"),
        ("year", "2019.5", "parameter year = '2019.5' is not a whole number"),
        ("year", 2019.5, "parameter year = 2019.5 is not a whole number"),
        ("year", True, "parameter year = True is not a whole number"),
        ("year", None, "parameter year = None is not a whole number"),
        ("year", "", "parameter year = '' is not a whole number"),
        ("share", "much", "parameter share = 'much' is not a number"),
        ("share", float("nan"), "parameter share = nan is not a number"),
        ("draft", "maybe", "parameter draft = 'maybe' is not true or false"),
        ("draft", "1", "parameter draft = '1' is not true or false"),
        ("years", "2019,x", "parameter years = '2019,x' is not a list of int"),
        ("years", "[2019", "parameter years = '[2019' is not a list of int"),
        ("labels", "a", "parameter labels = 'a' is not a mapping"),
        ("labels", {1: 2}, "parameter labels = {1: 2} is not a mapping"),
        ("free", {1, 2}, "parameter free = {1, 2} is not text, a number, true or false, None, a list or a mapping"),
        ("year", "x" * 99, f"parameter year = '{'x' * 58}… is not a whole number"),
        (
            "region",
            360829,
            "parameter region = 360829 is not text (region: str = '360829'); "
            "read codes as text (dtype=str), so that 034050 keeps its zero",
        ),
        (
            "regoin",
            "1",
            "unknown parameter 'regoin'; it declares corpus, region, year, share, draft, years, words, peers, top, "
            "labels, plain, free, today; did you mean 'region'?",
        ),
    ],
)
def test_what_does_not_fit_stops_everything_before_a_kernel_starts(
    tmp_path: Path, name: str, value: object, message: str
) -> None:
    file = write(tmp_path / "n.ipynb", parameters=DECLARED)
    with pytest.raises(GidtkError) as caught:
        rerun(file, [{}, {name: value}], tmp_path / "out")
    assert f"{file}, run 2: {message}" in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_kernel")
def test_a_parameter_without_a_value_of_its_own_must_be_given(tmp_path: Path) -> None:
    file = write(tmp_path / "n.ipynb", parameters="region: str\nyear: int = 2020")
    with pytest.raises(GidtkError, match=r"parameter 'region' is missing; it has no value of its own \(region: str\)"):
        rerun(file, {"year": 2019}, tmp_path / "out")


# ---- a table of parameters


def test_a_table_is_text_and_what_is_empty_is_left_to_the_notebook(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("\ufeffregion,year\n034050,\nNA,2020\n", encoding="utf-8")
    assert read_table(tmp_path / "t.csv") == [{"region": "034050"}, {"region": "NA", "year": "2020"}]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b""])
def test_a_file_that_is_no_table_is_named_with_the_way_out(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(GidtkError, match=r"t\.csv cannot be read as a table \(.*\): give a CSV file in UTF-8"):
        read_table(tmp_path / "t.csv")
