import csv
from pathlib import Path

import pandas as pd
import pytest

import gidtk as gid
from gidtk.codes import code_items, problem_codes, split_codes
from gidtk.errors import GidtkError
from gidtk.problems import problems

CASES = Path(__file__).parent / "cases" / "problems" / "real.csv"
REPORTS = Path(gid.__file__).parents[2] / "shared" / "reports"


@pytest.mark.parametrize("name", ["anfu_2020.txt", "hongze_2023.pdf"])
def test_items_and_their_codes_are_those_annotated_by_hand(name):
    path = gid.sample(name) if name.startswith("anfu") else REPORTS / name
    if not Path(path).exists():
        pytest.skip(f"{name} is not there")
    with CASES.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["file"] == name]
    frame = code_items(problems(gid.read_report(path)))
    assert len(frame) == len(rows)
    right = 0
    for row, item in zip(rows, frame.itertuples(), strict=True):
        assert (item.kind, item.number, item.text[:4]) == (row["kind"], int(row["number"]), row["begin"])
        assert row["end"] in item.text[-6:]
        right += len(set(row["codes"].split()) & set(split_codes(item.codes)))
    wanted = sum(len(row["codes"].split()) for row in rows)
    found = sum(len(split_codes(codes)) for codes in frame["codes"])
    assert right / wanted >= 0.85
    assert right / found >= 0.85


def test_a_book_of_ones_own_is_read(tmp_path):
    path = tmp_path / "book.toml"
    path.write_text('[[code]]\nid="A"\nkind="problem"\nzh="甲"\nen="a"\ncues=["更新"]\n', encoding="utf-8")
    assert code_items(problems("一是更新不及时。"), problem_codes(path))["codes"].tolist() == ["A"]


ENTRY = '[[code]]\nid="A"\nkind="problem"\nzh="甲"\nen="a"\ncues=["更新"]\n'
FAULTS = [
    ("", r"no \[\[code\]\] in it"),
    ("[[", "no TOML"),
    (ENTRY + ENTRY, "the code A stands twice"),
    (ENTRY.replace('zh="甲"', ""), "code A lacks zh"),
    (ENTRY.replace("problem", "plan"), "of kind 'plan': the kinds are problem and measure"),
    (ENTRY.replace('"A"', '"A B"'), "the code 'A B' holds a blank"),
    (ENTRY.replace("更新", "("), "a cue of code A is no regular expression"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_a_faulty_book_is_refused(tmp_path, text, message):
    path = tmp_path / "book.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GidtkError, match=message):
        problem_codes(path)


def test_a_book_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(GidtkError, match="the code book cannot be read"):
        problem_codes(tmp_path / "none.toml")


def test_items_without_text_are_refused():
    with pytest.raises(GidtkError, match="items without text: give what"):
        code_items(pd.DataFrame({"kind": []}))


def test_columns_and_dtypes_are_the_same_without_items():
    assert code_items(problems("")).dtypes.to_dict() == code_items(problems("一是更新不及时。")).dtypes.to_dict()
