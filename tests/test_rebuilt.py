"""A report out of the tables of a corpus: as it was read, but for the layout of its page."""

import pandas as pd
import pytest

import gidtk as gid
from gidtk.rebuilt import rebuilt
from gidtk.report import Report


@pytest.fixture(scope="module")
def read() -> Report:
    return gid.read_report(gid.sample("anfu_2020.txt"))


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Report:
    corpus = gid.build_corpus(gid.sample("anfu_2020.txt"), tmp_path_factory.mktemp("c"), jobs=0)
    return corpus.report(corpus.reports["report"].item())


def test_it_says_what_the_read_one_says(read: Report, again: Report) -> None:
    one, other = read.to_dict(), again.to_dict()
    assert one == other
    assert [section.text for section in again.sections] == [section.text for section in read.sections]


def test_its_frames_are_those_of_the_read_one(read: Report, again: Report) -> None:
    for name in ("cells", "verdicts", "suspects", "disclosure", "requests", "disputes"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(read, name))
    assert again._repr_html_()


def test_a_cell_has_its_place_and_not_the_words_around_it(read: Report, again: Report) -> None:
    cell = ("requests", "granted", "total")
    assert again.explain(*cell).place == read.explain(*cell).place != ""
    assert again.explain(*cell).said == read.explain(*cell).said


def test_whole_numbers_are_whole_and_others_are_not_rounded(again: Report) -> None:
    values = [cell.value for cell in again._cells if cell.value is not None]
    assert all(isinstance(value, int) or not float(value).is_integer() for value in values)
    assert any(isinstance(value, float) for value in values) == any(value % 1 for value in values)


def test_what_is_not_known_is_none_and_without_rows_there_is_nothing() -> None:
    row = pd.Series({"report": "a", "file": "a.txt", "sha256": "x", "format": "text", "year": pd.NA, "form": None})
    sections = pd.DataFrame(columns=["key", "number", "title", "text"])
    cells = pd.DataFrame(columns=["table", "row", "column", "value", "raw", "status", "place"])
    found = rebuilt(row, sections, cells, pd.DataFrame(columns=["code", "severity", "message"]))
    assert (found.year, found.form, found.agency, found.sections) == (None, None, None, ())
    assert len(found.cells) == len(found.issues) == 0
