"""Tables for other programs: read back by their own readers, with the same numbers, labels and codes."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from test_panel import frames

from gidtk import export
from gidtk.codebook import codebook
from gidtk.errors import GidtkError, MissingExtraError
from gidtk.export import write_table
from gidtk.panel import panel
from gidtk.variables import variables

UNITS = (("011000", "甲县政府", 2020, "f2019"), ("360829", "乙县政府", 2021, "f2021"))


@pytest.fixture
def made() -> pd.DataFrame:
    source = frames(*UNITS)
    source.reports["level"] = ["county", pd.NA]
    source.reports["published"] = ["2021-01-29", pd.NA]
    source.reports["title"] = ["=HYPERLINK(1)", "长" * 900]
    found = panel(source, indicators=["grant_rate"])
    return found.assign(received_total=pd.array([12, pd.NA], dtype="Float64"))


def numbers(frame: pd.DataFrame) -> np.ndarray:
    """The variables of the forms and the indicator, as floats."""
    columns = [name for name in frame.columns if name.startswith("grant_rate") or name in variables()]
    return frame[columns].astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def test_csv_opens_in_excel_with_codes_as_text(made: pd.DataFrame, tmp_path: Path) -> None:
    file = write_table(made, tmp_path / "p.csv")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(file, encoding="utf-8-sig", dtype={"region_code": str})
    assert back["region_code"].tolist() == ["011000", "360829"]
    assert back["title"][0] == "'=HYPERLINK(1)"
    np.testing.assert_allclose(numbers(back), numbers(made), rtol=1e-15)


def test_excel_has_text_codes_a_frozen_head_and_a_codebook(made: pd.DataFrame, tmp_path: Path) -> None:
    book = codebook(made)
    workbook = load_workbook(write_table(made, tmp_path / "p.xlsx", book))
    data, sheet = workbook["data"], workbook["codebook"]
    assert data.freeze_panes == "A2"
    head = [cell.value for cell in data[1]]
    assert head == list(made.columns)
    code = data.cell(2, head.index("region_code") + 1)
    assert (code.value, code.number_format) == ("011000", "@")
    title = data.cell(2, head.index("title") + 1)
    assert (title.value, title.data_type) == ("'=HYPERLINK(1)", "s")
    rows = [[cell.value for cell in row] for row in data.iter_rows(min_row=2)]
    np.testing.assert_allclose(numbers(pd.DataFrame(rows, columns=head)), numbers(made), rtol=1e-15)
    assert sheet.max_row == len(book) + 1


@pytest.mark.parametrize(("lang", "label"), [("zh", "县级"), ("en", "county")])
def test_stata_has_values_labels_dates_and_long_texts(
    made: pd.DataFrame, tmp_path: Path, lang: str, label: str
) -> None:
    book = codebook(made)
    file = write_table(made, tmp_path / "p.dta", book, lang=lang)
    assert b"<release>118</release>" in file.read_bytes()[:60]
    with pd.read_stata(file, iterator=True, convert_categoricals=False) as reader:
        told, values = reader.variable_labels(), reader.value_labels()
    back = pd.read_stata(file, convert_categoricals=False)
    assert back["region_code"].tolist() == ["011000", "360829"]
    assert back["level"].tolist()[0] == 3
    assert np.isnan(back["level"].tolist()[1])
    assert values["level"][3] == label
    assert back["form"].tolist() == [2019, 2021]
    assert back["title"][1] == "长" * 900
    assert back["published"][0] == pd.Timestamp("2021-01-29")
    assert pd.isna(back["published"][1])
    assert told["granted_total"] == book.set_index("name").loc["granted_total", lang][:80]
    np.testing.assert_allclose(numbers(back), numbers(made), rtol=1e-15)


def test_spss_has_values_and_labels(made: pd.DataFrame, tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    book = codebook(made)
    back, facts = pyreadstat.read_sav(str(write_table(made, tmp_path / "p.sav", book)))
    assert back["region_code"].tolist() == ["011000", "360829"]
    assert facts.variable_value_labels["level"][3.0] == "县级"
    assert facts.column_names_to_labels["granted_total"] == book.set_index("name").loc["granted_total", "zh"]
    np.testing.assert_allclose(numbers(back), numbers(made), rtol=1e-15)


def test_parquet_keeps_every_kind_and_carries_labels(made: pd.DataFrame, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    file = write_table(made, tmp_path / "p.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(file), made)
    assert pq.read_schema(file).field("region_code").metadata[b"zh"].decode() == "行政区划代码"


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".dta", ".parquet"])
def test_the_same_table_gives_the_same_file(made: pd.DataFrame, tmp_path: Path, ending: str) -> None:
    first, again = (write_table(made, tmp_path / f"{name}{ending}").read_bytes() for name in "ab")
    if ending == ".xlsx":
        first, again = (str(list(load_workbook(io.BytesIO(data))["data"].values)).encode() for data in (first, again))
    assert first == again


@pytest.mark.parametrize("ending", export.FORMATS)
def test_a_table_without_rows_is_a_file(tmp_path: Path, ending: str) -> None:
    empty = pd.DataFrame({"region_code": pd.Series(dtype="str"), "year": pd.Series(dtype="Int64")})
    assert write_table(empty, tmp_path / f"e{ending}").stat().st_size > 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20), min_size=1))
def test_any_text_comes_back_from_stata(texts: list[str]) -> None:
    import tempfile

    frame = pd.DataFrame({"title": pd.Series(texts, dtype="str")})
    with tempfile.TemporaryDirectory() as folder:
        back = pd.read_stata(write_table(frame, Path(folder, "t.dta")))
    assert back["title"].tolist() == texts


def test_another_ending_says_which_there_are(made: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(GidtkError, match=r"p\.xls: tables are written as \.csv, \.xlsx, \.dta, \.sav, \.parquet"):
        write_table(made, tmp_path / "p.xls")


def test_too_much_for_excel_says_so_and_leaves_nothing(
    made: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "LONGEST_CELL", 800)
    with pytest.raises(GidtkError, match=r"p\.xlsx: a text of 900 characters, Excel takes 800: write \.csv"):
        write_table(made, tmp_path / "p.xlsx")
    monkeypatch.setattr(export, "MOST_ROWS", 1)
    with pytest.raises(GidtkError, match=r"p\.xlsx: 2 rows, Excel takes 1: write \.csv, \.dta or \.parquet"):
        write_table(made, tmp_path / "p.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_spss_says_how_to_get_it(
    made: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyreadstat", None)
    with pytest.raises(MissingExtraError, match=r'p\.sav: writing SPSS needs an extra: pip install "gidtk\[spss\]"'):
        write_table(made, tmp_path / "p.sav")
