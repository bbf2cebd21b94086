"""Checks with hints that do not hold the answers."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gidtk.bundled import bundled
from gidtk.errors import GidtkError
from gidtk.selfcheck import KINDS, check, feedback, hashed

ALIKE: list[tuple[str, Any, Any]] = [
    ("whole", 12, 12.0),
    ("whole", np.int64(12), "12"),
    ("whole", pd.Series([12], dtype="Int64").sum(), 12),
    ("number", 0.81818, 9 / 11),
    ("number", np.float64(2), 2),
    ("number", -0.0001, 0),
    ("text", " 安福县 ", "安福县"),
    ("set", ["b", "a", "a"], {"a", "b"}),
    ("set", pd.Series(["a", "b"]), ("b", "a")),
    ("set", np.array(["a"]), {"a"}),
    ("yes", np.bool_(True), True),
]
NONE = [
    ("whole", 1.5),
    ("whole", True),
    ("whole", None),
    ("whole", pd.NA),
    ("number", "0.5"),
    ("number", float("nan")),
    ("number", float("inf")),
    ("number", pd.Series([1.0])),
    ("number", np.array([1.0])),
    ("text", 3),
    ("set", "a"),
    ("set", ["a", 1]),
    ("set", [None]),
    ("yes", 1),
]


@pytest.mark.parametrize(("asks", "one", "other"), ALIKE)
def test_a_value_is_taken_for_what_it_says(asks: str, one: Any, other: Any) -> None:
    written = KINDS[asks](one)
    assert written is not None
    if isinstance(other, str) and asks == "whole":
        assert written == other
    else:
        assert written == KINDS[asks](other)


@pytest.mark.parametrize(("asks", "value"), NONE)
def test_a_value_of_another_kind_is_not_judged(asks: str, value: Any) -> None:
    assert KINDS[asks](value) is None


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    facts = {
        "asks": "whole",
        "hint": "再想想",
        "answer": hashed("9.1", "12"),
        "slips": {hashed("9.1", "13"): "多数了一个"},
    }
    path = tmp_path / "checks.json"
    path.write_text(json.dumps({"9.1": facts}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("value", "right", "said"),
    [
        (12, True, "✓ 9.1"),
        (13, False, "多数了一个"),
        (14, False, "再想想"),
        ("x", False, "a whole number is asked for"),
    ],
)
def test_a_right_value_is_told_and_a_slip_gets_its_own_hint(sealed: Path, value: Any, right: bool, said: str) -> None:
    told = feedback("9.1", value, sealed)
    assert told.right is right
    assert said in told.said


def test_the_file_beside_the_notebook_goes_first(
    sealed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(sealed.parent)
    check("9.1", 12)
    assert capsys.readouterr().out == "✓ 9.1 正确 right\n"


def test_an_unknown_exercise_is_said(sealed: Path) -> None:
    with pytest.raises(GidtkError, match=re.escape("no exercise '9.2' in checks.json: there are 9.1")):
        feedback("9.2", 1, sealed)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"9.1": {}}', '{"9.1": {"asks": "riddle", "hint": 1, "answer": 1, "slips": 1}}']
)
def test_a_broken_file_of_answers_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "checks.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GidtkError, match=r"no file of sealed answers: gidtk.sealing.seal writes checks.json"):
        feedback("9.1", 1, path)


def test_the_sealed_file_holds_hashes_only() -> None:
    path = bundled("notebooks") / "teaching" / "checks.json"
    for number, facts in json.loads(path.read_text(encoding="utf-8")).items():
        assert re.fullmatch(r"[1-8]\.[1-6]", number)
        assert set(facts) == {"asks", "hint", "answer", "slips"}
        assert all(re.fullmatch("[0-9a-f]{32}", code) for code in (facts["answer"], *facts["slips"]))
