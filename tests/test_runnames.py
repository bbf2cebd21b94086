"""Names of runs: readable, unique, and no way out of the folder."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gidtk.runnames import run_names

HOSTILE = [
    "../../x",
    "..\\..\\x",
    "/etc/passwd",
    "C:\\x",
    "a/b",
    "a b",
    "a'\"`$(x)",
    ".",
    "..",
    "",
    "长" * 10_000,
    "x" * 10_000,
    "nul\x00",
    "line\nline",
    "\u202egpj.exe",
    "con",
    "x.",
    "x ",
    "-rf",
    "😀",
    "e\u0301",
]


def is_safe(name: str) -> bool:
    first = name.split(".")[0].casefold()
    return (
        len(name.encode()) <= 140
        and not set(name) & set('/\\:*?"<>|\0\n ')
        and name[0] not in ".-"
        and name[-1] not in ". "
        and first not in {"con", "prn", "aux", "nul", "com1", "lpt1", "index", "outcomes", "results", "thumbnails"}
    )


@pytest.mark.parametrize(
    ("stem", "row", "name"),
    [
        ("01-region-profile", {"corpus": "a/b", "region": "360829", "year": 2020}, "01-region-profile_360829_2020"),
        ("01", {"region": "安福县", "share": 0.5, "output_dir": "x"}, "01_安福县_0.5"),
        ("01", {}, "01"),
        ("01", {"peers": None, "region": ""}, "01"),
        ("index", {}, "index-run"),
        ("con.x", {}, "con.x-run"),
        ("../..", {}, "run"),
    ],
)
def test_an_ordinary_run_has_a_readable_name(stem: str, row: dict[str, Any], name: str) -> None:
    assert run_names(stem, [row]) == [name]


def test_no_value_makes_a_name_that_leads_out_collides_or_cannot_be_a_file() -> None:
    rows = [{"region": text} for text in [*HOSTILE, *HOSTILE, "Anfu", "anfu", "ANFU", "a_b", "a-b"]]
    names = run_names("con", rows)
    assert names[-4] == "con-run_anfu_2"
    assert all(map(is_safe, names))
    assert len({name.casefold() for name in names}) == len(rows)


@given(st.lists(st.tuples(st.text(), st.text()), max_size=8), st.text())
def test_any_text_makes_safe_and_unique_names(pairs: list[tuple[str, str]], stem: str) -> None:
    names = run_names(stem, [{"a": a, "b": b} for a, b in pairs])
    assert all(map(is_safe, names))
    assert len({name.casefold() for name in names}) == len(pairs)


def test_a_name_does_not_depend_on_the_other_rows_unless_they_collide() -> None:
    rows = [{"region": text} for text in ("a/b", "360829", "安福 县")]
    assert run_names("n", rows) == [name for row in rows for name in run_names("n", [row])]
