"""Cells that run together: where one number ends and the next begins, if labels and arithmetic leave one answer.

``2000002`` behind a label of seven columns is seven numbers. ``1506015060`` may be cut in many ways; a cut is taken
only where the rules of the form hold for exactly one of them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice

from gidtk.form import Form, expand_ids, rules
from gidtk.rows import FoundRow, Printed

__all__ = ["cut_dispute_run", "cut_run", "cut_runs", "may_be_one", "solve_cuts"]

LONGEST_RUN = 56  # digits of one row
MOST_CUTS = 5_000  # ways to cut one row; beyond, the row is not read
MOST_SUMS = 10_000  # sums of rows held against each other; beyond, the table is not cut


def may_be_one(text: str) -> bool:
    """Tell whether a run of digits can be one number: it has no leading zero."""
    return not (len(text) > 1 and text.isdigit() and text.startswith("0"))


def cut_run(run: str, count: int) -> Iterator[tuple[str, ...]]:
    """Yield every way to cut a run of digits into `count` numbers without leading zeros.

    Examples
    --------
    >>> list(cut_run("1002", 3))
    [('10', '0', '2')]
    """
    if count == 1:
        if run and may_be_one(run):
            yield (run,)
        return
    longest = 1 if run[:1] == "0" else len(run) - count + 1
    for size in range(1, longest + 1):
        for rest in cut_run(run[size:], count - 1):
            yield (run[:size], *rest)


def _adding_up(run: str, count: int) -> Iterator[tuple[str, ...]]:
    """Yield the cuts of a run whose last number is the sum of the others."""
    for size in range(-(-len(run) // count), len(run) - count + 2):
        total = run[len(run) - size :]
        if may_be_one(total):
            for parts in _summing_to(int(total), run[: len(run) - size], count - 1, size):
                yield (*parts, total)


def _summing_to(total: int, run: str, count: int, longest: int) -> Iterator[tuple[str, ...]]:
    """Yield the cuts of a run into numbers of at most `longest` digits that make a sum."""
    if count == 0:
        if not run and total == 0:
            yield ()
        return
    for size in range(1, 2 if run[:1] == "0" else min(longest, len(run) - count + 1) + 1):
        rest = total - int(run[:size])
        if rest < 0 or not run:
            return
        if len(run) - size <= (count - 1) * longest:
            for parts in _summing_to(rest, run[size:], count - 1, longest):
                yield (run[:size], *parts)


def cut_runs(runs: Sequence[str], columns: Sequence[str], glued: bool) -> tuple[tuple[str, ...], ...]:
    """Return the ways to cut what is printed behind a label; none where a cell may simply be missing.

    Parameters
    ----------
    runs : sequence of str
        The runs of digits, between blanks.
    columns : sequence of str
        The columns; where the last one is ``total``, a cut must add up.
    glued : bool
        Whether the label itself runs together with them.
    """
    count = len(columns)
    digits = "".join(runs)
    if not count or not all(run.isdigit() for run in runs) or not count <= len(digits) <= LONGEST_RUN:
        return ()
    together = glued and len(runs) == 1
    if not together and all(map(may_be_one, runs)):
        return ()
    if together and columns[-1] == "total":
        found = _adding_up(runs[0], count)
    else:
        ways = _cut_each(runs, count, together)
        found = (cut for cut in ways if columns[-1] != "total" or _adds_up(cut))
    cuts = tuple(islice(found, MOST_CUTS + 1))
    return cuts if len(cuts) <= MOST_CUTS else ()


def _adds_up(cut: Sequence[str]) -> bool:
    return sum(map(int, cut[:-1])) == int(cut[-1])


def _cut_each(runs: Sequence[str], count: int, free: bool) -> Iterator[tuple[str, ...]]:
    if not runs:
        if count == 0:
            yield ()
        return
    head = runs[0]
    sizes = [1] if may_be_one(head) and not free else range(1, len(head) + 1)
    for size in sizes:
        if size > count:
            return
        for first in cut_run(head, size):
            for rest in _cut_each(runs[1:], count - size, free):
                yield first + rest


def cut_dispute_run(runs: Sequence[str], glued: bool) -> tuple[str, ...]:
    """Return the one way to cut the fifteen values of table 四 so that each five add up; empty if there is not one.

    Examples
    --------
    >>> cut_dispute_run(["100010000002002"], glued=True)[:5]
    ('1', '0', '0', '0', '1')
    """
    text = "".join(runs)
    if not text.isdigit() or not 15 <= len(text) <= LONGEST_RUN or (not glued and all(map(may_be_one, runs))):
        return ()
    edges = frozenset(sum(map(len, runs[:n])) for n in range(1, len(runs)))
    ways = tuple(islice(_in_fives(text, 3, edges, 0), 2))
    return ways[0] if len(ways) == 1 else ()


def _in_fives(run: str, groups: int, edges: frozenset[int], offset: int) -> Iterator[tuple[str, ...]]:
    if groups == 0:
        if not run:
            yield ()
        return
    for size in range(5, len(run) - 5 * (groups - 1) + 1):
        for first in _adding_up(run[:size], 5):
            ends = {offset + sum(map(len, first[: n + 1])) for n in range(5)}
            inside = {edge for edge in edges if offset < edge <= offset + size}
            if inside <= ends:
                for rest in _in_fives(run[size:], groups - 1, edges, offset + size):
                    yield first + rest


# ---------------------------------------------------------------- all rows of a table together


def solve_cuts(rows: Mapping[str, FoundRow], form: Form) -> dict[str, FoundRow]:
    """Cut the rows whose cells run together, where labels and arithmetic leave exactly one way.

    A table that leaves zeros blank, so that a row has fewer digits than columns, gives no count of digits to go by:
    nothing of it is cut. That it does print zeros must show in some row that holds nothing else.
    """
    tables = {item.table for item in rows.values()}
    printed = {table: [rows[row] for row in rows if row in form.rows(table)] for table in tables}
    sure = {table for table in tables if _prints_zeros(printed[table])}
    known = {row: item if item.table in sure else replace(item, cuts=()) for row, item in rows.items()}
    certain = {row: _cut(item, item.cuts[0]) for row, item in known.items() if len(item.cuts) == 1 and _forced(item)}
    known = {**known, **certain}
    unsure = {row: item for row, item in known.items() if item.table == "requests" and item.cuts}
    chosen = _one_solution(known, unsure, form) if unsure else None
    return {**known, **{row: _cut(rows[row], cut) for row, cut in (chosen or {}).items()}}


def _prints_zeros(rows: Sequence[FoundRow]) -> bool:
    """Tell whether rows that run together print every zero; the last row may be cut off with its file."""
    runs = [(item.raw.replace(" ", ""), len(item.columns)) for item in rows if not item.cells and item.columns]
    whole = runs[:-1] if rows and not rows[-1].cells and rows[-1].columns else runs
    return all(len(run) >= count for run, count in whole) and any(run == "0" * count for run, count in runs)


def _forced(item: FoundRow) -> bool:
    return len(item.raw.replace(" ", "")) == len(item.columns) or " " in item.raw


def _cut(item: FoundRow, cut: Sequence[str]) -> FoundRow:
    cells = {column: Printed(text, item.place) for column, text in zip(item.columns, cut, strict=True)}
    return replace(item, cells=cells, cuts=())


def _one_solution(
    rows: Mapping[str, FoundRow], unsure: Mapping[str, FoundRow], form: Form
) -> dict[str, tuple[str, ...]] | None:
    """Choose a cut for each row so that every rule over the columns holds; None unless exactly one choice does so.

    Each row adds to the rules' balances; the sums of one half of the rows are looked up among those of the other.
    """
    names = form.rows("requests")
    columns = form.columns("requests", names[0])
    balance: tuple[int, ...] = (0,) * (len(columns) * len(_signs(form)))
    for row in names:
        if row in unsure:
            continue
        cells = {c: p.raw for c, p in rows[row].cells.items()} if row in rows else {}
        if set(cells) != set(columns) or not all(value.isdigit() for value in cells.values()):
            return None
        balance = _plus(balance, _share(row, [int(cells[c]) for c in columns], form))
    halves: list[list[str]] = [[], []]
    for row in sorted(unsure, key=lambda name: -len(unsure[name].cuts)):
        halves[_size(halves[0], unsure) > _size(halves[1], unsure)].append(row)
    if max(_size(half, unsure) for half in halves) > MOST_SUMS:
        return None
    left, right = (_sums(half, unsure, form) for half in halves)
    ways = Counter(_plus(balance, sums) for sums, _ in left)
    wanted = [(tuple(-n for n in sums), cuts) for sums, cuts in right]
    if sum(ways[sums] for sums, _ in wanted) != 1:
        return None
    found, second = next((sums, cuts) for sums, cuts in wanted if ways[sums])
    first = next(cuts for sums, cuts in left if _plus(balance, sums) == found)
    return {**first, **second}


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


def _share(row: str, numbers: Sequence[int], form: Form) -> list[int]:
    return [signs.get(row, 0) * number for signs in _signs(form) for number in numbers]


def _plus(one: Sequence[int], other: Sequence[int]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _size(half: Sequence[str], unsure: Mapping[str, FoundRow]) -> int:
    size = 1
    for row in half:
        size *= len(unsure[row].cuts)
    return size


def _sums(
    half: Sequence[str], unsure: Mapping[str, FoundRow], form: Form
) -> list[tuple[tuple[int, ...], dict[str, tuple[str, ...]]]]:
    """Return what every choice of cuts for some rows adds to the rules, with the choice."""
    width = len(form.columns("requests", form.rows("requests")[0])) * len(_signs(form))
    found: list[tuple[tuple[int, ...], dict[str, tuple[str, ...]]]] = [((0,) * width, {})]
    for row in half:
        shares = [(cut, _share(row, list(map(int, cut)), form)) for cut in unsure[row].cuts]
        found = [(_plus(sums, share), {**chosen, row: cut}) for sums, chosen in found for cut, share in shares]
    return found
