"""Sheets that people fill in are never written over."""

from pathlib import Path

import pandas as pd
import pytest

from gidtk.codingsheets import SHEET_COLUMNS, write_sheet
from gidtk.handouts import hand_out, keep_filled

SHEET = pd.DataFrame({"cell": ["a", "b"], "new": ["", ""], "who": ["", ""]})


def test_a_sheet_that_nobody_wrote_in_is_replaced(tmp_path: Path) -> None:
    file = hand_out(SHEET, tmp_path / "s.csv", ["new", "who"])
    hand_out(SHEET.iloc[:1], file, ["new", "who"])
    assert [path.name for path in tmp_path.iterdir()] == ["s.csv"]
    assert len(pd.read_csv(file, encoding="utf-8-sig")) == 1


def test_a_sheet_that_somebody_wrote_in_is_kept_each_time(tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    for who in ("甲", "乙"):
        SHEET.assign(who=["", who]).to_csv(file, index=False, encoding="utf-8-sig")
        hand_out(SHEET, file, ["new", "who"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s-filled-in-2.csv", "s-filled-in.csv", "s.csv"]
    assert "甲" in (tmp_path / "s-filled-in.csv").read_text(encoding="utf-8-sig")
    assert "乙" in (tmp_path / "s-filled-in-2.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("data", ["看过".encode("gb18030"), b"", b"other\n1\n", b"PK\x03\x04"])
def test_a_sheet_that_cannot_be_read_counts_as_written_in(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "s.csv").write_bytes(data)
    assert keep_filled(tmp_path / "s.csv", ["new"]) == tmp_path / "s-filled-in.csv"


def test_without_a_sheet_there_is_nothing_to_keep(tmp_path: Path) -> None:
    assert keep_filled(tmp_path / "s.csv", ["new"]) is None


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_coders_sheet_that_was_filled_in_is_kept(tmp_path: Path, ending: str) -> None:
    sheet = pd.DataFrame([["a-p1", *[""] * (len(SHEET_COLUMNS) - 1)]], columns=list(SHEET_COLUMNS))
    for codes in ("P2", ""):
        write_sheet(sheet.assign(codes=codes), tmp_path / f"first.{ending}", coder="first")
        write_sheet(sheet, tmp_path / f"first.{ending}", coder="first")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"first-filled-in.{ending}", f"first.{ending}"]
