"""The sums that one report must satisfy (勾稽关系), laid out once for each set of cells and then only added up."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from gidtk.errors import GidtkError
from gidtk.form import expand_ids, labels, row_tables, rules

__all__ = ["Key", "Sum", "Values", "asked_rows", "cell_values", "key_of", "sums_of"]

Key = tuple[str, str, str]
Values = Mapping[Key, float | None]


class Sum(NamedTuple):
    """One rule applied to one column, row or report: the left cells add up to the right ones.

    Attributes
    ----------
    rule, subject, severity, name : str
        The rule, what it speaks of, how grave a failure is, what it says in both languages.
    table : str
        The table that it holds for; empty for a rule over the whole report.
    left, right : tuple of cells
        As ``(table, row, column)``.
    most : bool
        Whether the left side may be smaller.
    """

    rule: str
    subject: str
    severity: str
    name: str
    table: str
    left: tuple[Key, ...]
    right: tuple[Key, ...]
    most: bool

    def sides(self, values: Values) -> tuple[float, float] | None:
        """Return both sums, or None when an input is missing."""
        totals = []
        for side in (self.left, self.right):
            total = 0.0
            for key in side:
                number = values.get(key)
                if number is None:
                    return None
                total += number
            totals.append(total)
        return (totals[0], totals[1]) if self.left and self.right else None

    def holds(self, found: float, expected: float) -> bool:
        """Tell whether two sums are as the rule wants them."""
        return found <= expected if self.most else found == expected


def cell_values(cells: pd.DataFrame) -> dict[Key, float | None]:
    """Return the value of every cell of one report, None where it has no number.

    Raises
    ------
    GidtkError
        If a column is missing or a cell stands twice.

    Examples
    --------
    >>> cell_values(pd.DataFrame({"table": ["requests"], "row": ["granted"], "column": ["legal"], "value": [3]}))
    {('requests', 'granted', 'legal'): 3.0}
    """
    missing = [name for name in ("table", "row", "column", "value") if name not in cells.columns]
    if missing:
        raise GidtkError(
            f"cells without column {', '.join(missing)}: give the cells of a report, as report.cells has them"
        )
    keys = list(zip(*(cells[name].tolist() for name in ("table", "row", "column")), strict=True))
    numbers = cells["value"].astype("Float64").to_numpy(dtype=float, na_value=float("nan")).tolist()
    values = {key: None if number != number else number for key, number in zip(keys, numbers, strict=True)}
    if len(values) < len(keys):
        twice = next(key for n, key in enumerate(keys) if key in keys[:n])
        raise GidtkError(f"cell {'.'.join(twice)} stands twice: check the cells of one report at a time")
    return values


def asked_rows(table: str, present: Iterable[str]) -> list[str]:
    """Return the rows that a table must have: those present and those that its form asks for beside them.

    Examples
    --------
    >>> asked_rows("disputes", ["review"])
    ['review', 'suit_direct', 'suit_after_review']
    """
    rows = dict.fromkeys(present)
    absent = [set(group) for group in labels().alternatives if not rows.keys() & set(group)]
    spared = set().union(*absent) if len(absent) < len(labels().alternatives) else set()
    asked = (row for row, home in row_tables().items() if home == table and row not in spared)
    return list(dict.fromkeys([*rows, *asked]))


@lru_cache(maxsize=256)
def sums_of(keys: tuple[Key, ...]) -> tuple[Sum, ...]:
    """Return every sum that holds over a set of cells, in the order of the rules.

    Examples
    --------
    >>> from gidtk.form import load_form
    >>> len(sums_of(tuple(load_form("f2021").cells())))
    43
    """
    return tuple(item for rule, facts in rules().items() if "left" in facts for item in _applied(rule, facts, keys))


def _applied(rule: str, facts: Mapping[str, Any], keys: tuple[Key, ...]) -> Iterator[Sum]:
    name, most = f"{facts['zh']} / {facts['en']}", facts.get("relation") == "<="
    if facts["each"] == "report":
        left, right = (tuple(map(key_of, facts[side])) for side in ("left", "right"))
        if set(keys) & {*left, *right}:
            yield Sum(rule, "report", facts["severity"], name, "", left, right, most)
        return
    table, over_columns = facts["table"], facts["each"] == "column"
    rows = dict.fromkeys(row for t, row, _ in keys if t == table)
    columns = dict.fromkeys(column for t, _, column in keys if t == table)
    names = asked_rows(table, rows) if over_columns else [*labels().columns[table]]
    sides = [expand_ids(facts[side], names) for side in ("left", "right")]
    for subject in columns if over_columns else rows:
        left, right = (
            tuple((table, name, subject) if over_columns else (table, subject, name) for name in side) for side in sides
        )
        yield Sum(rule, subject, facts["severity"], name, table, left, right, most)


def key_of(name: str) -> Key:
    """Return ``table.row.column`` as its three parts.

    Examples
    --------
    >>> key_of("requests.granted.total")
    ('requests', 'granted', 'total')
    """
    table, row, column = name.split(".")
    return table, row, column
