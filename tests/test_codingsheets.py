"""Coding sheets: the draw is by seed and stratum, no cell is a formula, and what comes back is checked."""

import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from gidtk.codings import CODING_COLUMNS, read_codings
from gidtk.codingsheets import SHEET_COLUMNS, draw_sheet, write_sheet
from gidtk.errors import GidtkError

REPORTS = pd.DataFrame(
    {"report": ["a", "b", "c"], "agency": "甲局", "year": [2019, 2020, 2021], "form": ["f2019", "f2019", "f2021"]}
)


def items(**sizes):
    rows = [
        (r, k, n, f"{r}{k}{n}") for r, size in sizes.items() for k in ("problem", "measure") for n in range(1, size)
    ]
    return pd.DataFrame(rows, columns=["report", "kind", "number", "text"])


def test_a_sheet_shows_the_item_and_whose_it_is_and_no_code():
    frame = items(a=2).assign(codes="P1", coder="machine")
    sheet = draw_sheet(frame, REPORTS, share=1)
    assert list(sheet.columns) == list(SHEET_COLUMNS)
    assert sheet.values.tolist() == [
        ["a-p1", "a", "甲局", 2019, "f2019", "problem", 1, "aproblem1", "", "", ""],
        ["a-m1", "a", "甲局", 2019, "f2019", "measure", 1, "ameasure1", "", "", ""],
    ]
    assert draw_sheet(frame.iloc[:0], REPORTS).dtypes.to_dict() == sheet.dtypes.to_dict()


def test_every_stratum_gives_the_same_share_rounded_up():
    sheet = draw_sheet(items(a=11, b=6, c=2), REPORTS, share=0.3)
    assert sheet["report"].value_counts(sort=False).to_dict() == {"a": 6, "b": 3, "c": 1}


def test_the_draw_depends_on_the_seed_and_not_on_order_or_on_other_strata():
    frame = items(a=20, b=20)
    drawn = set(draw_sheet(frame, REPORTS)["item"])
    assert drawn == set(draw_sheet(frame.iloc[::-1], REPORTS)["item"])
    assert drawn != set(draw_sheet(frame, REPORTS, seed=2)["item"])
    assert set(draw_sheet(items(a=20), REPORTS)["item"]) == {item for item in drawn if item.startswith("a")}
    assert drawn < set(draw_sheet(frame, REPORTS, share=0.4)["item"])


@given(st.floats(0.01, 1), st.integers(2, 40))
def test_a_draw_is_never_empty_and_never_more_than_all(share, size):
    frame = items(a=size)
    assert share * len(frame) - 1e-6 <= len(draw_sheet(frame, share=share)) <= min(len(frame), share * len(frame) + 1)


@pytest.mark.parametrize("share", [0, -1, 1.2])
def test_an_impossible_share_is_refused(share):
    with pytest.raises(GidtkError, match=f"^share {share} is not above 0 and at most 1: 0.2 draws a fifth$"):
        draw_sheet(items(a=3), share=share)


@pytest.mark.parametrize(
    ("frame", "reports", "message"),
    [
        (items(a=2).drop(columns="text"), None, r"items without text: give what problems\(\) returns for the sections"),
        (items(a=2), REPORTS.drop(columns="report"), "reports without report: give the reports of the corpus"),
        (pd.concat([items(a=2), items(a=2)]), None, "the item a-p1 stands twice: give every item once$"),
    ],
)
def test_frames_without_a_column_are_refused(frame, reports, message):
    with pytest.raises(GidtkError, match=f"^{message}"):
        draw_sheet(frame, reports)


def test_a_stratum_that_is_nowhere_is_refused():
    with pytest.raises(GidtkError, match=r"^no column level to draw by: it stands in neither items nor reports$"):
        draw_sheet(items(a=2), REPORTS, by=["level"])


RISKY = ["=HYPERLINK(1)", "+1", "@x", "-1", "plain", "'quoted", "with\nline", "'=1", "\t=1", "a\x07b"]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_cell_is_a_formula_and_the_sheet_comes_back_as_it_went_out(tmp_path, suffix):
    frame = items(a=len(RISKY) + 1).iloc[: len(RISKY)].assign(text=RISKY)
    sheet = draw_sheet(frame, share=1)
    file = write_sheet(sheet, tmp_path / f"first{suffix}", coder=" first ")
    back = read_codings([file], sheet)
    assert list(back.columns) == list(CODING_COLUMNS)
    assert back["item"].tolist() == sheet["item"].tolist()
    assert set(back["coder"]) == {"first"}
    assert back["codes"].isna().all()
    if suffix == ".xlsx":
        book = load_workbook(file)
        cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
        assert "f" not in {cell.data_type for cell in cells}
        assert book.worksheets[1]["A2"].value == "P1"


def test_strata_are_those_that_are_asked_for():
    sheet = draw_sheet(items(a=11, b=11), REPORTS, share=0.1, by=["kind"])
    assert sheet["kind"].value_counts().to_dict() == {"problem": 2, "measure": 2}


def test_the_same_sheet_gives_the_same_bytes(tmp_path):
    sheet = draw_sheet(items(a=5), share=1)
    first, second = (write_sheet(sheet, tmp_path / name, coder="x").read_bytes() for name in ("1.xlsx", "2.xlsx"))
    assert first == second


@pytest.mark.parametrize(
    ("name", "change", "coder", "message"),
    [
        ("a.ods", {}, "x", "coding sheets are written as .csv or .xlsx: give the file one of these endings"),
        ("a.csv", {"columns": "text"}, "x", r"^sheet without text: give what draw_sheet\(\) returns$"),
        ("a.csv", {}, " ", "^a sheet needs the name of its coder: give coder=$"),
    ],
)
def test_a_sheet_that_cannot_be_handed_out_is_not_written(tmp_path, name, change, coder, message):
    sheet = draw_sheet(items(a=2), share=1).drop(**change) if change else draw_sheet(items(a=2), share=1)
    with pytest.raises(GidtkError, match=message):
        write_sheet(sheet, tmp_path / name, coder=coder)
    assert list(tmp_path.iterdir()) == []


# --- reading back -----------------------------------------------------------------------------------------


def filled(folder, *lines, name="s.csv", encoding="utf-8"):
    file = folder / name
    file.write_text("item,text,codes,coder\n" + "\n".join(lines) + "\n", encoding=encoding)
    return file


@pytest.mark.parametrize(("cell", "codes"), [("P2 P1", "P1;P2"), ("P2；P2", "P2"), ("0", "0"), ("", None), (" ", None)])
def test_a_cell_holds_one_code_several_none_or_nothing_yet(tmp_path, cell, codes):
    found = read_codings([filled(tmp_path, f"a-p1,甲,{cell},x")])["codes"].tolist()
    assert found == [codes] or (codes is None and pd.isna(found[0]))


def test_sheets_of_several_coders_are_one_table_with_their_places(tmp_path):
    files = [
        filled(tmp_path, f"a-p1,甲,P1,{who}", name=f"{who}.csv", encoding=e)
        for who, e in (("x", "utf-8-sig"), ("y", "gb18030"))
    ]
    back = read_codings(files)
    assert back[["item", "coder", "codes", "file", "line"]].values.tolist() == [
        ["a-p1", "x", "P1", "x.csv", 2],
        ["a-p1", "y", "P1", "y.csv", 2],
    ]
    assert read_codings([]).dtypes.to_dict() == back.dtypes.to_dict()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["a-p1,甲,P99,x"], "s.csv, line 2: no code 'P99' in the book: its codes are P1, P2"),
        (["a-p1,甲,M1,x"], "s.csv, line 2: code M1 is for a measure, a-p1 is a problem"),
        (["a-p1,甲,0 P1,x"], "s.csv, line 2: 0 beside P1: 0 says that no code fits"),
        ([",甲,P1,x"], "s.csv, line 2: no item: the sheet that was handed out names it in every row"),
        (["a-p1,甲,P1,"], "s.csv, line 2: no coder: the sheet that was handed out names it in every row"),
        (["a-p1,甲,P1,x", "a-p1,甲,P2,x"], r"s.csv, line 3: x coded a-p1 already \(s.csv, line 2\): keep one row"),
        (["a-p1,乙,P1,x"], "s.csv, line 2: the text of a-p1 was changed: code the text that was handed out"),
        (["a-p1,甲,P1,x", "a-p9,甲,P1,x"], "s.csv, line 3: no item 'a-p9' was handed out"),
        (["a-p2,丙,P1,x"], "s.csv: 1 items are gone, the first is a-p1: hand in every row, coded or not"),
        ([f"a-p1,甲,P9{n},{n}" for n in range(7)], "; and 2 more$"),
    ],
)
def test_a_faulty_sheet_is_refused_with_its_faults(tmp_path, lines, message):
    known = {"a-p1": "甲", "a-p2": "丙"} if "gone" in message or "a-p2" in "".join(lines) else {"a-p1": "甲"}
    sheet = pd.DataFrame({"item": list(known), "text": list(known.values())})
    with pytest.raises(GidtkError, match=message):
        read_codings([filled(tmp_path, *lines)], sheet)


def test_a_file_that_is_no_sheet_is_refused(tmp_path):
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(b"no zip")
    with pytest.raises(
        GidtkError, match=r"b.xlsx: coding sheet is no Excel workbook \(.*\): save it as .xlsx or .csv$"
    ):
        read_codings([broken])
    book = Workbook()
    book.active.append(["item", "codes"])
    book.save(tmp_path / "c.xlsx")
    with pytest.raises(
        GidtkError, match=r"c.xlsx: coding sheet without column text: its first line must have item,text"
    ):
        read_codings([tmp_path / "c.xlsx"])
    other = tmp_path / "d.csv"
    other.write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(
        GidtkError, match=r"d.csv: coding sheet without column item, text, codes, coder: its first line"
    ):
        read_codings([other])


def test_a_workbook_with_a_far_cell_is_read_and_one_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    book = Workbook()
    for row in (["item", "text", "codes", "coder"], ["a-p1", "甲", 0, "x"]):
        book.active.append(row)
    book.active.cell(1_048_576, 16_384, "far")
    book.save(tmp_path / "far.xlsx")
    begun = time.perf_counter()
    assert read_codings([tmp_path / "far.xlsx"])["codes"].tolist() == ["0"]
    assert time.perf_counter() - begun < 30
    monkeypatch.setattr("gidtk.codings.LARGEST", 1_000)
    with pytest.raises(GidtkError, match=r"far.xlsx: the workbook unpacks to more than 1,000 bytes: it is no coding"):
        read_codings([tmp_path / "far.xlsx"])


def test_a_coders_formula_is_read_as_its_value_and_never_run(tmp_path):
    book = Workbook()
    for row in (["item", "text", "codes", "coder"], ["a-p1", "甲", "=1+1", "x"]):
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    assert read_codings([tmp_path / "f.xlsx"])["codes"].isna().all()  # no program has worked it out
