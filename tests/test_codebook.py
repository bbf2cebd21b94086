"""The codebook: every column described, and every missing value accounted for."""

from pathlib import Path

import pandas as pd
import pytest
from test_panel import frames

from gidtk.codebook import CODEBOOK_COLUMNS, COUNTS, codebook, write_codebook
from gidtk.errors import GidtkError
from gidtk.measures import measures
from gidtk.panel import Frames, panel

UNITS = (
    ("360829", "甲县政府", 2019, "f2019"),
    ("360829", "甲县政府", 2021, "f2021"),
    ("110000", "乙市政府", 2021, "f2021"),
)


@pytest.fixture
def source() -> Frames:
    made = frames(*UNITS)
    cells = made.cells.set_index(["report", "row", "column"], drop=False)
    for key, status in ((("r0", "granted", "total"), "blank"), (("r1", "granted", "total"), "unreadable")):
        cells.loc[key, "value"] = float("nan")
        cells.loc[key, "status"] = status
    return Frames(made.reports, cells.reset_index(drop=True))


def test_missing_values_are_counted_by_reason(source: Frames) -> None:
    book = codebook(panel(source), source).set_index("name")
    assert book.loc["granted_total", ["n", "blank", "unreadable", "absent", "not_in_form", "no_report"]].tolist() == [
        1, 1, 1, 0, 0, 3
    ]  # fmt: skip
    assert book.loc["norms_made", ["n", "not_in_form"]].tolist() == [1, 2]


def test_reasons_and_values_add_up_to_the_rows_and_the_years_without_a_report(source: Frames) -> None:
    made = panel(source, harmonised=True, indicators=list(measures()))
    book = codebook(made, source)
    parts = book[[name for name in COUNTS if name != "corrected"]]
    assert parts.notna().all(axis=None)
    assert (parts.sum(axis=1) == len(made) + 3).all()
    assert book["name"].tolist() == list(made.columns)


def test_every_column_has_labels_and_what_is_computed_has_its_formula(source: Frames) -> None:
    book = codebook(panel(source, harmonised=True, indicators=list(measures())), source).set_index("name")
    assert book[["zh", "en"]].ne("").all(axis=None)
    assert book.loc[[id_ for id_ in measures() if id_ in book.index], "formula"].ne("").all()
    assert book.loc["h_norms_made", "comparability"] == "medium"


def test_a_column_added_by_hand_is_described_by_its_numbers() -> None:
    book = codebook(pd.DataFrame({"gdp": [1.0, 3.0, None]}))
    row = book.iloc[0]
    assert row[["name", "zh", "en", "n", "min", "median", "max"]].tolist() == ["gdp", "gdp", "gdp", 2, 1.0, 2.0, 3.0]


def test_an_empty_panel_has_a_codebook() -> None:
    assert list(codebook(pd.DataFrame()).columns) == list(CODEBOOK_COLUMNS)


@pytest.mark.parametrize("ending", [".md", ".csv", ".html"])
def test_it_is_written_for_people_and_programs_and_nothing_in_it_is_markup(tmp_path: Path, ending: str) -> None:
    book = codebook(pd.DataFrame({"<script>|=1+1": [1.0]}))
    text = write_codebook(book, tmp_path / f"b{ending}").read_text(encoding="utf-8-sig")
    if ending == ".csv":
        assert pd.read_csv(tmp_path / "b.csv", encoding="utf-8-sig")["name"].tolist() == ["<script>|=1+1"]
    else:
        assert "<script>" not in text
        assert "&lt;script&gt;" in text
        assert "变量说明" in text


def test_another_ending_says_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(GidtkError, match=r"b\.txt: a codebook is written as \.md, \.csv or \.html"):
        write_codebook(codebook(pd.DataFrame({"year": [2020]})), tmp_path / "b.txt")
