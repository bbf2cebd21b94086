"""The texts that are compared: what a table must say of them, and one record for each."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from gidtk.errors import GidtkError
from gidtk.masking import own_names

__all__ = ["WHOLE", "Section", "read_sections"]

WHOLE = "all"  # the section of a report that is compared as a whole
_BY = ("section", "report")


class Section(NamedTuple):
    """A text to compare: whose, of which report and year; `year` is None and `unit` empty where they are unknown."""

    report: str
    unit: str
    region_code: str | None
    year: int | None
    key: str
    text: str
    names: tuple[str, ...]

    @property
    def owner(self) -> str:
        """The unit; where it is unknown, the report, as nothing else is known to be of the same one."""
        return self.unit or f"report {self.report}"


def read_sections(texts: pd.DataFrame, by: str = "section") -> list[Section]:
    """Take the texts out of a table; see `reuse` for its columns. Pieces of one section are joined.

    Raises
    ------
    GidtkError
        If a column is not there, a text is missing, or a report belongs to two units or years.

    Examples
    --------
    >>> facts = {"report": "a", "agency": "安福县人民政府", "year": 2020, "key": "problems", "text": "无。"}
    >>> read_sections(pd.DataFrame([facts]))[0].names
    ('安福县', '安福县人民政府')
    """
    if by not in _BY:
        raise GidtkError(f"by {by!r}: give one of {', '.join(_BY)}")
    needed = ["report", "year", "key", "text"]
    if absent := [name for name in needed if name not in texts.columns]:
        raise GidtkError(f"texts have no column {absent[0]!r}: {', '.join(needed)} and unit or agency are needed")
    if not {"unit", "agency"} & {*texts.columns}:
        raise GidtkError("texts have neither a column 'unit' nor 'agency': one of them says whose text it is")
    merged: dict[tuple[str, str], list[str]] = defaultdict(list)
    about: dict[str, tuple[str, str | None, int | None, tuple[str, ...]]] = {}
    for row in _rows(texts):
        report, text = str(row["report"]), row["text"]
        if not isinstance(text, str):
            raise GidtkError(f"report {report}: the text of section {row['key']} is {text!r}: drop missing texts first")
        facts = _about(row)
        if about.setdefault(report, facts) != facts:
            raise GidtkError(f"report {report}: it has two units or years: give each report an id of its own")
        merged[report, WHOLE if by == "report" else str(row["key"])].append(text)
    return [
        Section(report, unit, code, year, key, "\n".join(parts), names)
        for (report, key), parts in merged.items()
        for unit, code, year, names in [about[report]]
    ]


def _rows(texts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    columns = ("report", "unit", "agency", "region", "region_code", "year", "key", "text")
    known = [name for name in columns if name in texts.columns]
    for values in zip(*(texts[name].tolist() for name in known), strict=True):
        yield dict(zip(known, values, strict=True))


def _about(row: Mapping[str, Any]) -> tuple[str, str | None, int | None, tuple[str, ...]]:
    def said(name: str) -> str | None:
        value = row.get(name)
        return None if value is None or pd.isna(value) else str(value)

    year, code = row["year"], said("region_code")
    unit = said("unit") or " ".join(filter(None, (code, said("agency"))))
    names = own_names(*filter(None, (said("agency"), said("region"))))
    return unit, code, None if pd.isna(year) else int(year), names
