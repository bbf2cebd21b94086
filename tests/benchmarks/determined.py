"""Which cells of a text without separators its labels and sums determine: a proof apart from the reader.

A row is a run of digits behind a label, with the blanks that the page prints. Every way to cut it is written out; which
of them go together is asked of a solver of integer programs. A cell is determined if it is the same in all cuts that
no leading zero and no sum forbids. Where no cut of table 三 fulfils both rules over its columns, a rule that can be
fulfilled beside a rule that cannot speaks of its own rows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from gidtk.form import Form, labels, load_form

__all__ = ["determined"]

Key = tuple[str, str, str]
Cut = tuple[str, ...]
Ways = dict[str, list[Cut]]

COUNT = re.compile(r"0|[1-9]\d*")
SIGNED = re.compile(r"0|-|[+增减-]?[1-9]\d*")  # a hyphen alone may stand for nothing
MONEY = re.compile(r"(?:0|[1-9]\d*)(?:\.\d+)?(?:万元|元)?")
MOST_CUTS = 5_000  # ways to cut a row of table 三; beyond, its rules are given up as the reader gives them up
SECONDS = 30.0  # for one question to the solver; beyond, nothing is said to be determined


def determined(text: str, raw: Mapping[Key, str], form_id: str) -> set[Key]:
    """Return the cells of a page that can be known, given what is printed in each."""
    form = load_form(form_id)
    lines, at = text.split("\n"), 0
    found: set[Key] = set()
    requests: Ways = {}
    for line in _rows(form):
        texts = [raw[key] for key in line]
        at, edges = _edges(texts, lines, at)
        run, (table, row, _) = "".join(texts), line[0]
        if len(line) == 1:
            found.update(line)
        elif not all(texts):
            continue  # a blank cell: nobody can tell how many numbers there are
        elif table == "disputes":
            found |= _same(line, _fifteen(run, edges))
        elif table == "requests":
            requests[row] = [cut for cut in _cuts(run, [COUNT] * 7, edges) if _adds_up(cut)]
        else:
            found |= _same(line, list(_cuts(run, [_pattern(key) for key in line], edges)))
    columns = form.columns("requests", form.rows("requests")[0])
    left = _fulfilling(requests, [signs for signs in _rules(form) if all(requests.get(row) for row in signs)])
    return found.union(*(_same([("requests", row, column) for column in columns], left[row]) for row in left))


def _rows(form: Form) -> Iterator[tuple[Key, ...]]:
    """Yield the cells of each printed row; table 四 is one row."""
    for table, rows, columns in form.blocks:
        own = [tuple((table, row, column) for column in columns) for row in rows]
        yield from [tuple(key for row in own for key in row)] if table == "disputes" else own


def _edges(texts: Sequence[str], lines: Sequence[str], at: int) -> tuple[int, set[int]]:
    """Return the line from `at` on that ends with these cells, and how many characters stand before each blank."""
    pattern = re.compile("( ?)".join(map(re.escape, texts)) + r"\s*$")
    for number in range(at, len(lines)):
        if found := pattern.search(lines[number]):
            lengths = np.cumsum([len(text) for text in texts]).tolist()
            return number, {length for length, blank in zip(lengths, found.groups(), strict=False) if blank}
    return at, set()


def _pattern(key: Key) -> re.Pattern[str]:
    column = labels().columns[key[0]][key[2]]
    return SIGNED if column.signed else MONEY if column.amount else COUNT


def _cuts(run: str, patterns: Sequence[re.Pattern[str]], edges: set[int], at: int = 0) -> Iterator[Cut]:
    """Yield every way to cut a run into one piece a pattern, no piece over an edge."""
    if len(patterns) == 1:
        if patterns[0].fullmatch(run, at) and not any(at < edge < len(run) for edge in edges):
            yield (run[at:],)
        return
    for end in range(at + 1, len(run) - len(patterns) + 2):
        if patterns[0].fullmatch(run, at, end):
            yield from ((run[at:end], *rest) for rest in _cuts(run, patterns[1:], edges, end))
        if end in edges:
            return


def _adds_up(cut: Cut) -> bool:
    return sum(map(int, cut[:-1])) == int(cut[-1])


def _fifteen(run: str, edges: set[int], at: int = 0, blocks: int = 3) -> list[Cut]:
    """Return the ways to cut three blocks of five that each add up."""
    if blocks == 0:
        return [()] if at == len(run) else []
    found = []
    for end in range(at + 5, len(run) - 5 * (blocks - 1) + 1):
        inside = {edge - at for edge in edges if edge > at}
        first = [cut for cut in _cuts(run[at:end], [COUNT] * 5, inside) if _adds_up(cut)]
        rests = _fifteen(run, edges, end, blocks - 1) if first else []
        found += [cut + rest for cut in first for rest in rests]
    return found


def _same(line: Sequence[Key], cuts: Sequence[Cut]) -> set[Key]:
    return {key for key, texts in zip(line, zip(*cuts, strict=True), strict=bool(cuts)) if len(set(texts)) == 1}


def _rules(form: Form) -> list[dict[str, int]]:
    """Return the two rules over the columns of table 三, written out here once more: on which side each row stands."""
    balance = {"received": 1, "carried_in": 1, "concluded": -1, "carried_out": -1}
    results = [row for row in form.rows("requests") if row not in balance]
    return [balance, {**dict.fromkeys(results, 1), "concluded": -1}]


def _fulfilling(ways: Ways, rules: Sequence[Mapping[str, int]]) -> Ways:
    """Return, for each row of the rules, cuts of solutions in which every cell that can be different is different."""
    rules = [signs for signs in rules if _solutions({row: ways[row] for row in signs}, [signs], one_is_enough=True)]
    rows = {row for signs in rules for row in signs}
    return _solutions({row: ways[row] for row in rows}, rules) if rules else {}


def _solutions(ways: Ways, rules: Sequence[Mapping[str, int]], *, one_is_enough: bool = False) -> Ways:
    """Return the cuts of as many solutions as it takes to show every cell that is not the same in all of them."""
    if any(len(cuts) > MOST_CUTS for cuts in ways.values()):
        return {}
    options = [(row, cut) for row in sorted(ways) for cut in ways[row]]
    one = np.array([[float(row == name) for row, _ in options] for name in sorted(ways)])
    sums = np.array(
        [[float(signs.get(row, 0) * int(cut[c])) for row, cut in options] for signs in rules for c in range(7)]
    )
    limits = [LinearConstraint(one, 1, 1), LinearConstraint(sums, 0, 0)]
    found: dict[str, list[Cut]] = {}
    weights = np.zeros(len(options))
    while True:
        answer = milp(-weights, constraints=limits, integrality=np.ones(len(options)), bounds=Bounds(0, 1),
                      options={"time_limit": SECONDS})  # fmt: skip
        if answer.status == 1:  # out of time
            return {}
        if answer.x is None:
            return found
        taken = {row: cut for (row, cut), share in zip(options, answer.x, strict=True) if share > 0.5}
        _check(taken, rules)
        if found and -answer.fun < 0.5:
            return found
        for row, cut in taken.items():
            found.setdefault(row, []).append(cut)
        if one_is_enough:
            return found
        weights = np.array([float(_shows_more(found[row], cut)) for row, cut in options])


def _shows_more(known: Sequence[Cut], cut: Cut) -> int:
    """Return how many cells of a row are different in this cut and the same in all known ones."""
    return sum(
        len(set(texts)) == 1 and texts[0] != own for texts, own in zip(zip(*known, strict=True), cut, strict=True)
    )


def _check(taken: Mapping[str, Cut], rules: Sequence[Mapping[str, int]]) -> None:
    """Hold a solution against the rules in whole numbers."""
    for signs in rules:
        for column in range(7):
            if sum(sign * int(taken[row][column]) for row, sign in signs.items()):
                raise RuntimeError(f"the solver errs in column {column}: {taken}")
