"""Contradictions planted on purpose, with what they break: a checker must find these and nothing else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gidtk.form import Form, labels
from gidtk.simulate.counts import Key, Values

__all__ = ["BETWEEN_YEARS", "IN_TEXT", "KINDS", "Fault", "broken", "plant"]

Printed = Mapping[Key, int | float | None]
_RECEIVED = ("requests", "received", "total")  # what the text is held against
_ENDS = ("received", "carried_in", "concluded", "carried_out")


@dataclass(frozen=True)
class Fault:
    """One planted contradiction.

    Attributes
    ----------
    kind : str
        One of :data:`KINDS`.
    cells : tuple of str
        The cells that are not as they should be, as ``table.row.column``.
    true, printed : tuple
        The right numbers of these cells and the printed ones; None for a blank.
    breaks : tuple of str
        What then fails in this report, as ``rule subject``; empty where one report alone does not show it.
    """

    kind: str
    cells: tuple[str, ...]
    true: tuple[int | float | None, ...]
    printed: tuple[int | float | None, ...]
    breaks: tuple[str, ...]


def broken(values: Printed, form: Form) -> list[str]:
    """Return which sums do not hold, as ``rule subject``; a sum with a missing number is passed over.

    Examples
    --------
    >>> from gidtk.form import load_form
    >>> values = dict.fromkeys(load_form("f2021").cells(), 0)
    >>> broken({**values, ("requests", "granted", "legal"): 1}, load_form("f2021"))
    ['t3_done_sum legal', 't3_row_sum granted']
    """
    return [name for name, left, right, most in _sums(form) if _fails(values, left, right, most)]


Sum = tuple[str, list[Key], list[Key], bool]


def _fails(values: Printed, left: Sequence[Key], right: Sequence[Key], most: bool) -> bool:
    numbers = [values[key] for key in (*left, *right)]
    if any(number is None for number in numbers):
        return False
    one, other = (sum(values[key] or 0 for key in side) for side in (left, right))
    return one > other if most else one != other


def _sums(form: Form) -> Iterator[Sum]:
    rows, columns = form.rows("requests"), form.columns("requests", "received")
    for column in columns:
        yield (
            f"t3_balance {column}",
            [("requests", "received", column), ("requests", "carried_in", column)],
            [("requests", "concluded", column), ("requests", "carried_out", column)],
            False,
        )
    for column in columns:
        parts = [("requests", row, column) for row in rows if row not in _ENDS]
        yield f"t3_done_sum {column}", [("requests", "concluded", column)], parts, False
    for table, rule in (("requests", "t3_row_sum"), ("disputes", "t4_sum")):
        for row in form.rows(table):
            *parts, total = [(table, row, column) for column in form.columns(table, row)]
            yield f"{rule} {row}", [total], parts, False
    disputes = [("disputes", row, "total") for row in form.rows("disputes")]
    load = [("requests", "concluded", "total"), ("requests", "carried_in", "total")]
    yield "p_disputes_requests report", disputes, load, True


Change = dict[Key, int | float | None]
Planter = Callable[[np.random.Generator, Values, Form], Change]


def _misread(rng: np.random.Generator, number: int) -> int:
    """Return a slip of the pen: digits turned round, one digit more or less, one off."""
    digits = str(number)
    slips = [number + 1, number * 10 + int(rng.integers(1, 10)), int(digits[::-1])]
    slips += [int(digits[:-1])] if len(digits) > 1 else []
    slips = [slip for slip in slips if slip != number]
    return slips[int(rng.integers(len(slips)))]


def _pick(rng: np.random.Generator, keys: Sequence[Key]) -> Key:
    return keys[int(rng.integers(len(keys)))]


def _cells(form: Form) -> list[Key]:
    """Return the cells that some sum holds, but for the rows that a mixed form prints as one."""
    mixed = {row for rows in labels().alternatives for row in rows}
    return [key for key in form.cells() if key[0] != "disclosure" and key[1] not in mixed]


def _parts(form: Form) -> list[Key]:
    return [key for key in _cells(form) if key[2] != "total"]


def _totals(form: Form) -> list[Key]:
    return [key for key in _cells(form) if key[2] == "total"]


def _wrong_cell(rng: np.random.Generator, values: Values, form: Form) -> Change:
    keys = _parts(form)
    key = _pick(rng, [k for k in keys if values[k]] or keys)
    return {key: _misread(rng, int(values[key]))}


def _total_not_updated(rng: np.random.Generator, values: Values, form: Form) -> Change:
    key = _pick(rng, _totals(form))
    return {key: values[key] + int(rng.integers(1, 4))}


def _swapped_cells(rng: np.random.Generator, values: Values, form: Form) -> Change:
    """Swap two neighbours of a row that differ; empty where there are none."""
    pairs = [(a, b) for a, b in zip(_parts(form), _parts(form)[1:], strict=False) if a[:2] == b[:2]]
    pairs = [(a, b) for a, b in pairs if a[0] == "requests" and values[a] != values[b]]
    if not pairs:
        return {}
    one, other = pairs[int(rng.integers(len(pairs)))]
    return {one: values[other], other: values[one]}


def _blank_total(rng: np.random.Generator, values: Values, form: Form) -> Change:
    return {_pick(rng, _totals(form)): None}


def _carry_broken(rng: np.random.Generator, values: Values, form: Form) -> Change:
    """Carry more in than was carried out; within the report everything adds up."""
    more = int(rng.integers(1, 4))
    rows = ("carried_in", "granted", "concluded")
    keys = [("requests", row, column) for row in rows for column in ("natural", "total")]
    return {key: values[key] + more for key in keys}


def _text_differs(rng: np.random.Generator, values: Values, form: Form) -> Change:
    """Let the text say another number of new requests than the table."""
    return {_RECEIVED: _misread(rng, int(values[_RECEIVED]))}


_PLANTERS: dict[str, Planter] = {
    "wrong_cell": _wrong_cell,
    "total_not_updated": _total_not_updated,
    "swapped_cells": _swapped_cells,
    "blank_total": _blank_total,
    "carry_broken": _carry_broken,
    "text_differs": _text_differs,
}
KINDS = tuple(_PLANTERS)
BETWEEN_YEARS = "carry_broken"  # only the report of the year before shows it
IN_TEXT = "text_differs"  # the tables are right, the text says another number


def plant(rng: np.random.Generator, kind: str, values: Values, form: Form) -> Fault | None:
    """Plant a contradiction into the figures of a report.

    Returns
    -------
    Fault or None
        None where this report gives no room for it: no two neighbours that differ.
    """
    change = _PLANTERS[kind](rng, values, form)
    if not change:
        return None
    names = tuple(".".join(key) for key in change)
    after = [] if kind == IN_TEXT else broken({**values, **change}, form)
    after += ["n_received report"] if change.get(_RECEIVED) is not None else []
    return Fault(kind, names, tuple(values[key] for key in change), tuple(change.values()), tuple(after))
