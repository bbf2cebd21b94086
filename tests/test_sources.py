"""Where reports come from: files, folders and patterns, each file once under one name; archives: test_archives.py."""

from pathlib import Path

import pytest

from gidtk.errors import GidtkError
from gidtk.sources import documents, find_places

PAGE = "<p>安福县2020年政府信息公开工作年度报告</p><p>受理申请</p>".encode()
TREE = {
    "2020/a.html": PAGE,
    "2021/b.html": PAGE + b"2",
    "2021/b_files/x.css": b"p{}",
    ".hidden": b"h",
    "~$c.docx": b"l",
}


def lay_out(folder: Path, tree: dict[str, bytes] = TREE) -> Path:
    for name, data in tree.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_a_folder_gives_its_files_but_what_stands_beside_pages(tmp_path: Path) -> None:
    assert [place.name for place in find_places(lay_out(tmp_path))] == ["2020/a.html", "2021/b.html"]


def test_a_pattern_and_a_file_name_each_file_once(tmp_path: Path) -> None:
    lay_out(tmp_path)
    places = find_places([tmp_path / "2020" / "a.html", str(tmp_path / "**" / "*.html")])
    assert [place.name for place in places] == ["2020/a.html", "2021/b.html"]


@pytest.mark.parametrize("source", ["none.html", "*.none"])
def test_a_source_that_is_not_there_says_so(source: str, tmp_path: Path) -> None:
    with pytest.raises(GidtkError, match="no such file or folder: give files, folders, archives or a pattern"):
        find_places(tmp_path / source)


def test_the_documents_of_a_place_are_its_bytes_and_a_place_says_when_it_changed(tmp_path: Path) -> None:
    (place, _) = find_places(lay_out(tmp_path))
    (found,) = documents(place)
    assert (found.name, found.data) == ("2020/a.html", PAGE)
    assert (place.size, place.changed) == (len(PAGE), (tmp_path / "2020" / "a.html").stat().st_mtime_ns)
