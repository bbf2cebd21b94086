"""The tables of a corpus: declared once, labelled in both languages, codes as text."""

import pandas as pd
import pytest

from gidtk.errors import GidtkError
from gidtk.schemas import TABLES, empty_frame, facts, schema, to_arrow, to_pandas


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_a_label_in_both_languages(table: str) -> None:
    own = schema(table)
    assert {b"zh", b"en"} <= set(own.metadata)
    assert all(field.metadata[b"zh"] and field.metadata[b"en"] for field in own)


@pytest.mark.parametrize("table", TABLES)
def test_codes_and_ids_are_text_and_no_column_is_of_a_loose_kind(table: str) -> None:
    kinds = empty_frame(table).dtypes.astype(str)
    assert set(kinds) <= {"str", "Int64", "Float64"}
    assert {kinds[name] for name in kinds.index if name in ("report", "region_code", "sha256", "file")} <= {"str"}


def test_a_frame_comes_back_as_it_was_and_what_it_lacks_is_missing() -> None:
    frame = pd.DataFrame({"report": ["a"], "region_code": ["011000"], "year": [2020]})
    back = to_pandas(to_arrow(frame, "reports"), "reports")
    assert back.loc[0, ["report", "region_code", "year"]].tolist() == ["a", "011000", 2020]
    assert back.drop(columns=["report", "region_code", "year"]).isna().all(axis=None)


def test_a_table_that_is_none_says_which_there_are() -> None:
    with pytest.raises(GidtkError, match="no table 'cell': a corpus has reports, sections, cells"):
        schema("cell")


@pytest.mark.parametrize("part", ["flags", "kinds"])
def test_flags_and_kinds_of_failure_are_said_in_both_languages(part: str) -> None:
    assert all(len(names) == 2 and all(names) for names in facts()[part].values())
