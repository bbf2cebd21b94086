"""The rows of a table whose cells run together, cut so that the sums of the whole table hold."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, islice

from gidtk.balances import balanced
from gidtk.cuts import LONGEST_RUN, cut_each, may_be_one, numbers_of
from gidtk.form import Form, expand_ids, rules
from gidtk.rows import FoundRow, Printed

__all__ = ["narrowed", "solve_cuts"]

Cuts = tuple[tuple[str, ...], ...]
Ways = Mapping[str, Cuts]


def solve_cuts(rows: Mapping[str, FoundRow], form: Form) -> dict[str, FoundRow]:
    """Cut the rows whose cells run together, as far as labels and arithmetic leave exactly one way.

    A table that leaves zeros blank, so that a row has fewer digits than columns, gives no count of digits to go by:
    nothing of it is cut. That it does print zeros must show in some row that holds nothing else.

    Of the rest, a cell is taken that is the same in all cuts with which every rule over the columns holds. A rule that
    no cut fulfils tells of an error on the page: it decides nothing, and rows that stand in no other are not cut.
    """
    if not any(item.cuts for item in rows.values()):
        return dict(rows)
    tables = {item.table for item in rows.values()}
    printed = {table: [rows[row] for row in rows if row in form.rows(table)] for table in tables}
    sure = {table for table in tables if _prints_zeros(printed[table])}
    known = {row: item if item.table in sure or _only(item) else replace(item, cuts=()) for row, item in rows.items()}
    known = {row: narrowed(item, item.cuts) if _forced(item) else item for row, item in known.items()}
    ways = {row: ways for row, item in known.items() if (ways := _ways(item, form))}
    chosen = _agreeing(ways, form)
    solved = {row: narrowed(known[row], cuts) for row, cuts in chosen.items() if known[row].cuts}
    return {**known, **solved}


def _prints_zeros(rows: Sequence[FoundRow]) -> bool:
    """Tell whether rows that run together print every zero; the last row may be cut off with its file."""
    runs = [(item, item.raw.replace(" ", "")) for item in rows if not item.cells and item.columns]
    whole = runs[:-1] if rows and not rows[-1].cells and rows[-1].columns else runs
    zero = any(run.isdigit() and run.startswith("0") and len(item.columns) > 1 for item, run in runs)
    short = [len(item.columns) - len(run) for item, run in whole if len(run) < len(item.columns)]
    held = all("total" in item.columns for item, _ in runs)  # sums tell of a cell that is missing in one row
    return zero and (not short or (held and short == [1]))


def _only(item: FoundRow) -> bool:
    """Tell whether a row holds a number in every column, whether or not the page leaves zeros blank.

    No other way to cut it is left, with fewer numbers neither, since none begins with a zero.

    Examples
    --------
    >>> [_only(FoundRow("rules", raw=run, columns=("made", "disclosed", "total_disclosed"))) for run in ("0012", "123")]
    [True, False]
    """
    runs, count = item.raw.split(" "), len(item.columns)
    if not all(map(str.isdigit, runs)) or not count <= sum(map(len, runs)) <= LONGEST_RUN:
        return False
    ways = chain.from_iterable(cut_each(runs, size) for size in range(1, count + 1))
    return [len(way) for way in islice(ways, 2)] == [count]


def _forced(item: FoundRow) -> bool:
    """Tell whether a row is cut by what is printed behind its label alone."""
    if not item.cuts or item.table == "disclosure":
        return bool(item.cuts)  # no rule speaks of these
    runs = item.raw.split(" ")
    digits = len("".join(runs))
    return len(item.cuts) == 1 and (digits == len(item.columns) or not all(map(may_be_one, runs)))


def narrowed(item: FoundRow, cuts: Sequence[tuple[str, ...]]) -> FoundRow:
    """Return a row with the cells that are the same in all of some ways to read it; none where one has a blank."""
    if not cuts or any("" in cut for cut in cuts):
        return replace(item, cells={}, cuts=())
    cells = {
        column: Printed(texts[0], item.place)
        for column, texts in zip(item.columns, zip(*cuts, strict=True), strict=True)
        if len(set(texts)) == 1
    }
    return replace(item, cells=cells, cuts=() if len(cuts) == 1 else tuple(cuts))


def _ways(item: FoundRow, form: Form) -> Cuts:
    """Return the ways to read a row that rules over the columns speak of: its cuts, or as it is printed."""
    if item.table != "requests":
        return ()
    columns = form.columns("requests", item.row)
    if item.cuts:
        return item.cuts if item.columns == columns else ()
    texts = tuple(item.cells[column].raw if column in item.cells else "" for column in columns)
    return (texts,) if all(map(str.isdigit, texts)) else ()


def _agreeing(ways: Ways, form: Form) -> dict[str, Cuts]:
    """Return of each row the ways with which every rule holds that can hold; only rows of such rules."""
    held = [signs for signs in _signs(form) if signs.keys() <= ways.keys() and any(_fulfilling(ways, signs).values())]
    left, before = dict(ways), dict[str, Cuts]()
    while left != before:
        before = dict(left)
        for signs in held:
            left |= _fulfilling(left, signs)
    return {row: left[row] for signs in held for row in signs} if all(left.values()) else {}


def _fulfilling(ways: Ways, signs: Mapping[str, int]) -> dict[str, Cuts]:
    """Return the ways of the rows of one rule with which it holds; none where there are too many to tell."""
    shares = {row: {tuple(sign * n for n in numbers_of(cut)): cut for cut in ways[row]} for row, sign in signs.items()}
    left = balanced([list(share) for share in shares.values()]) or [[] for _ in shares]
    return {
        row: tuple(share[numbers] for numbers in kept) for (row, share), kept in zip(shares.items(), left, strict=True)
    }


@cache
def _signs_of(form_id: str, names: tuple[str, ...]) -> tuple[dict[str, int], ...]:
    found = []
    for rule in rules().values():
        if rule["each"] == "column" and rule["table"] == "requests":
            left, right = (expand_ids(rule[side], names) for side in ("left", "right"))
            found.append({**dict.fromkeys(left, 1), **dict.fromkeys(right, -1)})
    return tuple(found)


def _signs(form: Form) -> tuple[dict[str, int], ...]:
    """Return, for each rule over the columns of table 三, on which side a row stands."""
    return _signs_of(form.id, tuple(form.rows("requests")))
