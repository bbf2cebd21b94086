"""The heads of the statistics tables (统计表) before 2019: which column holds this year's figures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from gidtk.labels import fold
from gidtk.statlabels import StatRow, facts

__all__ = ["Column", "Head", "StatTable", "find_heads", "read_column", "settle_columns"]


class Column(NamedTuple):
    """A column of figures: ``year``, ``cumulative`` or ``""`` (not read), and the year that its head names."""

    id: str
    year: int | None = None


class Head(NamedTuple):
    """The head of a table: where it stands in folded text, its columns, and whether rows are numbered before it."""

    start: int
    end: int
    columns: tuple[Column, ...]
    numbered: bool


@dataclass(frozen=True, slots=True)
class StatTable:
    """A table as printed: its columns of figures and its rows."""

    columns: tuple[Column, ...]
    rows: tuple[StatRow, ...]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    known = {id_: column["match"] for id_, column in facts()["columns"].items()}
    named = {**{f"{id_}_": match for id_, match in known.items()}, "foreign_": facts()["foreign"]}
    column = "|".join(f"(?P<{name}>{match})" for name, match in named.items())
    plain = re.sub(r"\(\?P<\w+>", "(?:", column)
    sequence, indicator, unit = (facts()[name] for name in ("sequence", "indicator", "unit"))
    head = rf"(?P<numbered>{sequence})?(?:{indicator})(?:{unit})(?P<columns>(?:{plain})+)"
    return re.compile(head), re.compile(column)


def read_column(text: str) -> Column | None:
    """Return the column that a head names, or None if it names none.

    Examples
    --------
    >>> read_column("2016 年度"), read_column("历年 累计"), read_column("代码"), read_column("条")
    (Column(id='year', year=2016), Column(id='cumulative', year=None), Column(id='', year=None), None)
    """
    found = _patterns()[1].fullmatch(fold(text).text)
    return _column(found) if found else None


def _column(found: re.Match[str]) -> Column:
    if found["foreign_"]:
        return Column("")
    return Column("year", int(found["year"]) if found["year"] else None) if found["year_"] else Column("cumulative")


def find_heads(folded: str) -> list[Head]:
    """Return the heads of tables in folded text.

    Examples
    --------
    >>> find_heads("附件1指标名称计量单位2011年度历年累计主动公开信息数")[0].columns
    (Column(id='year', year=2011), Column(id='cumulative', year=None))
    """
    head, column = _patterns()
    return [
        Head(
            found.start(),
            found.end(),
            tuple(_column(part) for part in column.finditer(found["columns"])),
            found["numbered"] is not None,
        )
        for found in head.finditer(folded)
    ]


def settle_columns(columns: Sequence[Column], year: int | None) -> tuple[str, ...]:
    """Return the id of each column for a report of a year; empty where a column is of another year or not certain.

    Examples
    --------
    >>> settle_columns([Column("year", 2010), Column("year", 2011), Column("cumulative")], 2011)
    ('', 'year', 'cumulative')
    >>> settle_columns([Column("year", 2010), Column("cumulative")], 2011)
    ('', 'cumulative')
    """
    ids = [c.id if c.id != "year" or None in (c.year, year) or c.year == year else "" for c in columns]
    return tuple(id_ if ids.count(id_) == 1 else "" for id_ in ids)
