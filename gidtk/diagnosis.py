"""How a failed sum may have come about: one wrong cell, or two; hypotheses only, no value is ever changed."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from gidtk.form import labels
from gidtk.sums import Key, Sum, Values, cell_values, sums_of

__all__ = ["DIAGNOSIS_COLUMNS", "Hypothesis", "diagnoses", "hypotheses", "kind_of_slip", "kinds", "said"]

DIAGNOSIS_COLUMNS = ("table", "kind", "cells", "printed", "repaired", "explains", "message")
MANY_ROWS = 4  # so many failed sums over rows, and no cell that explains them: a block may be shifted


class Hypothesis(NamedTuple):
    """What may be wrong in a table.

    Attributes
    ----------
    kind : str
        One of ``forms/diagnoses.toml``.
    cells : tuple of cells
        The cells in question; none for a shifted block.
    printed, repaired : tuple of float
        Their numbers as printed, and those that would make every sum of the table hold.
    explains : int
        How many failed sums it explains.
    """

    kind: str
    cells: tuple[Key, ...]
    printed: tuple[float, ...]
    repaired: tuple[float, ...]
    explains: int


@cache
def kinds() -> dict[str, dict[str, str]]:
    """Return the kinds of slip with their names in both languages.

    Examples
    --------
    >>> kinds()["digit_lost"]["en"]
    'a digit is lost'
    """
    return tomllib.loads(files("gidtk").joinpath("forms", "diagnoses.toml").read_text(encoding="utf-8"))


def diagnoses(cells: pd.DataFrame) -> pd.DataFrame:
    """Say how the failed sums of one report may have come about.

    Parameters
    ----------
    cells : DataFrame
        As for :func:`gidtk.check_cells`.

    Returns
    -------
    DataFrame
        One row a hypothesis: ``table``, ``kind``, ``cells`` (``table.row.column``, joined by ``;``), ``printed``,
        ``repaired`` (their numbers, joined by ``;``), ``explains`` (failed sums) and ``message`` in both languages.
        Single cells first; two cells at once only where no single one explains every failure. Several rows of a table
        mean that the report does not say which it was.

    Raises
    ------
    GidtkError
        If a column is missing or a cell stands twice.

    Examples
    --------
    >>> import gidtk as gid
    >>> cells = gid.read_report(gid.sample("anfu_2020.txt")).cells
    >>> wrong = (cells["row"] == "granted") & (cells["column"] == "natural")
    >>> cells.loc[wrong, "value"] = 90
    >>> diagnoses(cells)["message"].item()
    'requests.granted.natural, printed 90, 9 would repair it (多一位数字 / there is a digit too many)'
    """
    values = cell_values(cells)
    by_table = hypotheses(values, sums_of(tuple(values)))
    rows = [
        (
            table,
            guess.kind,
            ";".join(map(".".join, guess.cells)),
            ";".join(map(_number, guess.printed)),
            ";".join(map(_number, guess.repaired)),
            guess.explains,
            said(guess),
        )
        for table, guesses in by_table.items()
        for guess in guesses
    ]
    frame = pd.DataFrame(rows, columns=list(DIAGNOSIS_COLUMNS))
    return frame.astype({name: "Int64" if name == "explains" else "str" for name in DIAGNOSIS_COLUMNS})


def hypotheses(values: Values, sums: Iterable[Sum]) -> dict[str, list[Hypothesis]]:
    """Return what would explain every failure of a table, for each table with a failure."""
    tables: dict[str, list[Sum]] = {}
    for item in sums:
        if item.table:
            tables.setdefault(item.table, []).append(item)
    found = {}
    for table, own in tables.items():
        residuals = {item: sides[0] - sides[1] for item in own if (sides := item.sides(values)) is not None}
        failed = [item for item, residual in residuals.items() if residual]
        if failed:
            found[table] = list(_single(values, residuals, failed)) or list(_double(values, residuals, failed))
    return found


def said(guess: Hypothesis) -> str:
    """Return a hypothesis in words, in both languages.

    Examples
    --------
    >>> said(Hypothesis("shifted", (), (), (), 5))
    '整块数据可能错行或错列 / a block may be shifted by a row or a column'
    """
    kind = f"{kinds()[guess.kind]['zh']} / {kinds()[guess.kind]['en']}"
    if not guess.cells:
        return kind
    named = " and ".join(map(".".join, guess.cells))
    printed, repaired = (" and ".join(map(_number, part)) for part in (guess.printed, guess.repaired))
    return f"{named}, printed {printed}, {repaired} would repair it ({kind})"


def kind_of_slip(key: Key, printed: float, repaired: float) -> str:
    """Name the slip that turns one number into another.

    Examples
    --------
    >>> cell = ("requests", "granted", "legal")
    >>> [kind_of_slip(cell, printed, 17) for printed in (71, 1, 170, 0, 11)]
    ['transposed', 'digit_lost', 'digit_added', 'zero_printed', 'digit_misread']
    """
    here, there = f"{printed:.15g}", f"{repaired:.15g}"
    if here == "0" and key[2] != _total(key[0]):
        return "zero_printed"
    if sorted(here) == sorted(there):
        return "transposed"
    if here != "0" and _shorter_by_one(here, there):
        return "digit_lost"
    if there != "0" and _shorter_by_one(there, here):
        return "digit_added"
    if key[2] == _total(key[0]):
        return "total_not_updated"
    differing = sum(a != b for a, b in zip(here, there, strict=False))
    return "digit_misread" if len(here) == len(there) and differing == 1 else "number_differs"


def _total(table: str) -> str:
    return next(reversed(labels().columns.get(table, {})), "")


def _shorter_by_one(short: str, long: str) -> bool:
    return len(long) == len(short) + 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def _number(value: float) -> str:
    return f"{value:.15g}"


def _single(values: Values, residuals: dict[Sum, float], failed: Sequence[Sum]) -> Iterator[Hypothesis]:
    """Yield each cell that stands in every failed sum, in no other one, and repairs all with one number."""
    shared = set.intersection(*({*item.left, *item.right} for item in failed))
    cleared = {key for item, residual in residuals.items() if not residual for key in item.left + item.right}
    for key in (key for key in values if key in shared - cleared):
        steps = {residuals[item] if key in item.right else -residuals[item] for item in failed}
        value = values[key]
        if len(steps) == 1 and value is not None and (repaired := value + steps.pop()) >= 0:
            kind = kind_of_slip(key, value, repaired)
            yield Hypothesis(kind, (key,), (value,), (repaired,), len(failed))


def _double(values: Values, residuals: dict[Sum, float], failed: Sequence[Sum]) -> Iterator[Hypothesis]:
    """Yield two cells of a row that together explain the failures; a shifted block where many rows fail."""
    touched = {key for item in failed for key in item.left + item.right}
    rows: dict[str, list[Key]] = {}
    for key in values:
        if key in touched:
            rows.setdefault(key[1], []).append(key)
    guesses = [guess for keys in rows.values() for guess in _in_row(keys, values, residuals, failed)]
    yield from guesses
    over_rows = {item.subject for item in failed if all(key[1] == item.subject for key in item.left)}
    if not guesses and len(over_rows) >= MANY_ROWS:
        yield Hypothesis("shifted", (), (), (), len(failed))


def _in_row(
    keys: Sequence[Key], values: Values, residuals: dict[Sum, float], failed: Sequence[Sum]
) -> Iterator[Hypothesis]:
    for one, other in combinations(keys, 2):
        a, b = values[one], values[other]
        if a is None or b is None or not all({one, other} & {*item.left, *item.right} for item in failed):
            continue
        changes = [("swapped", (b, a))] if a != b else []
        if min(a, b) >= 0 and a % 1 == b % 1 == 0:
            whole = float(f"{a:.0f}{b:.0f}")
            changes += [("split", (whole, 0.0)), ("split", (0.0, whole))]
        for kind, repaired in changes:
            change = dict(zip((one, other), repaired, strict=True))
            if change != {one: a, other: b} and _repairs(change, values, residuals):
                yield Hypothesis(kind, (one, other), (a, b), repaired, len(failed))
                break


def _repairs(change: dict[Key, float], values: Values, residuals: dict[Sum, float]) -> bool:
    """Tell whether every sum that can be assessed holds after a change."""
    for item, residual in residuals.items():
        moved = sum(change[key] - (values[key] or 0) for key in item.left if key in change)
        moved -= sum(change[key] - (values[key] or 0) for key in item.right if key in change)
        if residual + moved:
            return False
    return True
