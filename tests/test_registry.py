"""A registry: text from the first to the last, and a fault in it names its line and the way out."""

from pathlib import Path

import pandas as pd
import pytest

from gidtk.errors import GidtkError
from gidtk.registry import REGISTRY_COLUMNS, Registry, apply_registry, place_regions, read_registry


def sheet(folder: Path, text: str, encoding: str = "utf-8-sig") -> Path:
    file = folder / "registry.csv"
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_codes_are_text_whatever_excel_saved(encoding: str, tmp_path: Path) -> None:
    file = sheet(
        tmp_path, "file,agency,region_code,year,note\r\n甲\\a.html,甲县人民政府,011000,2020,x\r\n,,,,\r\n", encoding
    )
    assert read_registry(file).rows == {
        "甲/a.html": {"agency": "甲县人民政府", "region_code": "011000", "year": "2020"}
    }


FAULTS = [
    ("agency,year\n甲,2020", "has no column 'file': the columns are " + ", ".join(REGISTRY_COLUMNS)),
    ("file,regioncode\na,360829", "column 'regioncode': did you mean 'region_code'?"),
    ("file,region_code\na,36829", "line 2: region_code '36829' has no six digits"),
    ("file,region_code\na,360829.0", "a spreadsheet may have taken a number of it; format the column as text"),
    ("file,year\na,20", "line 2: year '20' is no report year: give four digits"),
    ("file,year\na,2020\na,2021", "line 3: the file a stands twice: give each file one line"),
    ("file,year\n,2020", "line 2: no file is named: give each file one line"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_a_fault_names_its_line_and_the_way_out(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(GidtkError) as caught:
        read_registry(sheet(tmp_path, text))
    assert message in str(caught.value)
    assert "registry.csv" in str(caught.value)


def test_a_code_that_no_list_has_is_placed_by_its_digits_and_takes_no_name_away() -> None:
    rows = [("a", "x", "模拟县", None, "村", None, 2020), ("b", "y", "某县", None, None, None, 2020)]
    reports = pd.DataFrame(rows, columns=["report", "sha256", "agency", "region_code", "region", "level", "year"])
    registry = Registry({"a.html": {"region_code": "369901"}, "b.html": {"region_code": "990000"}})
    placed = place_regions(apply_registry(reports, {"x": ["a.html"], "y": ["b.html"]}, registry)[0])
    assert placed.loc[0, ["region", "level", "province"]].tolist() == ["村", "county", "江西省"]
    assert placed["level"].tolist() == ["county", "province"]
    assert placed["prefecture"].isna().all()
    assert placed["province"].isna().tolist() == [False, True]


TOWNSHIPS = [
    # what the page says: agency, region, code, level; what the registry says; region, code, level, kind afterwards
    ((None, None, None, None), {"agency": "安福县洲湖镇人民政府"}, ["安福县", "360829", "township", "township"]),
    (("洲湖镇", None, None, "township"), {"region_code": "360829"}, ["安福县", "360829", "township", "township"]),
    (("洲湖镇", None, None, "township"), {"region_code": "360829102"}, ["安福县", "360829102", "township", "township"]),
    ((None, None, None, None), {"agency": "洲湖镇人民政府", "region_code": "360829102000"},
     ["安福县", "360829102000", "township", "township"]),
    ((None, None, None, None), {"agency": "洲湖镇人民政府"}, [None, None, "township", "township"]),
    (("洲湖镇", None, None, "township"), {"agency": "安福县人民政府"}, ["安福县", "360829", "county", "government"]),
    (("甲局", "安福县", "360829", "county"), {"agency": "吉安县财政局"}, ["吉安县", "360821", "county", "department"]),
    (("甲局", "安福县", "360829", "county"), {"agency": "财政局"}, ["安福县", "360829", "county", "department"]),
    (("甲局", "安福县", "360829", "county"), {"licence": "x"}, ["安福县", "360829", "county", "department"]),
]  # fmt: skip


@pytest.mark.parametrize(("page", "said", "expected"), TOWNSHIPS)
def test_a_township_is_one_of_its_county_and_what_is_not_known_stays_open(page, said, expected) -> None:
    kinds = {"甲局": "department", "洲湖镇": "township"}
    row = ("a", "x", *page, kinds.get(page[0]), 2020)
    columns = ["report", "sha256", "agency", "region", "region_code", "level", "kind", "year"]
    reports = pd.DataFrame([row], columns=columns).astype(object)
    settled, _, _ = apply_registry(reports, {"x": ["a.html"]}, Registry({"a.html": said}))
    found = settled.iloc[0][["region", "region_code", "level", "kind"]]
    assert [None if pd.isna(value) else value for value in found] == expected


def test_a_registry_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(GidtkError, match=r"none\.csv cannot be read \(.*\): give a CSV file"):
        read_registry(tmp_path / "none.csv")


def test_a_file_is_found_by_the_end_of_its_path_and_never_by_a_guess(tmp_path: Path) -> None:
    registry = read_registry(sheet(tmp_path, "file,year\na.html,2020\nb.html,2020"))
    assert registry.match(["2020/a.html", "x/b.html", "y/b.html"]) == {"a.html": "2020/a.html"}
