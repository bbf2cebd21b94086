"""From cells to verdicts: what adds up in one report, what does not, and which single cell would explain it.

The rules lie in ``forms/rules.toml``. A rule whose input is missing is *not assessable*, never passed, and no value is
ever changed: a likely repair is reported.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from gidtk.errors import GidtkError
from gidtk.form import column_label, expand_ids, labels, row_tables, rules
from gidtk.labels import canonical

__all__ = ["SUSPECT_COLUMNS", "VERDICT_COLUMNS", "asked_rows", "cell_values", "check_cells", "subject_name", "suspects"]

VERDICT_COLUMNS = ("rule", "subject", "verdict", "severity", "expected", "found", "message")
SUSPECT_COLUMNS = ("table", "row", "column", "value", "repaired", "explains")

Key = tuple[str, str, str]
Values = Mapping[Key, float | None]


class Identity(NamedTuple):
    """One rule applied to one column, row or report."""

    rule: str
    subject: str
    left: tuple[Key, ...]
    right: tuple[Key, ...]

    def sides(self, values: Values) -> tuple[float, float] | None:
        """Return both sums, or None when an input is missing."""
        numbers = [[values.get(key) for key in side] for side in (self.left, self.right)]
        if not all(numbers) or any(n is None for side in numbers for n in side):
            return None
        return sum(n for n in numbers[0] if n is not None), sum(n for n in numbers[1] if n is not None)


def check_cells(cells: pd.DataFrame, narrative: str = "") -> pd.DataFrame:
    """Check one report's cells against the rules that its form must satisfy (勾稽关系).

    Parameters
    ----------
    cells : DataFrame
        Columns ``table``, ``row``, ``column``, ``value``: the cells of one report, each once.
    narrative : str, optional
        The text of the report's first section, for the rules that hold text against table.

    Returns
    -------
    DataFrame
        One row a rule and subject: ``rule``, ``subject`` (the column, row or report it speaks of), ``verdict``
        (``pass``, ``fail`` or ``not assessable``), ``severity`` (``error``, ``warning``), ``expected`` (what the
        right side of the rule gives; missing when not assessable), ``found`` (what the left side gives) and
        ``message``. A missing cell makes a rule *not assessable*.

    Raises
    ------
    GidtkError
        If a column is missing or a cell stands twice.

    Examples
    --------
    >>> import gidtk as gid
    >>> report = gid.read_report(gid.sample("anfu_2020.txt"))
    >>> gid.check_cells(report.cells, report.text("overview"))["verdict"].value_counts().to_dict()
    {'pass': 41, 'fail': 1}
    """
    values = cell_values(cells)
    identities = list(_identities(values))
    named = _named_suspects(values, identities)
    verdicts = [_verdict(identity, values, named) for identity in identities]
    verdicts += [
        _text_verdict(rule, facts, values, narrative) for rule, facts in rules().items() if facts["each"] == "text"
    ]
    frame = pd.DataFrame(verdicts, columns=list(VERDICT_COLUMNS))
    return frame.astype({"expected": "Float64", "found": "Float64"})


def suspects(cells: pd.DataFrame) -> pd.DataFrame:
    """Find the cells that alone would explain every failed identity of their table.

    Parameters
    ----------
    cells : DataFrame
        As for :func:`check_cells`.

    Returns
    -------
    DataFrame
        ``table``, ``row``, ``column``, ``value`` (as printed), ``repaired`` (the value that would make every
        identity hold) and ``explains`` (how many failed identities). One row means that the cell is named; several
        that the report does not say which of them it is; none that no single cell explains the failures. It is a
        hypothesis: no value is changed.

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
    >>> gid.suspects(cells)[["row", "column", "repaired"]].to_string(index=False, header=False)
    'granted natural 9.0'
    """
    values = cell_values(cells)
    found = list(_suspects(values, list(_identities(values))))
    frame = pd.DataFrame(
        [(*key, value, repaired, n) for key, value, repaired, n in found], columns=list(SUSPECT_COLUMNS)
    )
    texts = dict.fromkeys(("table", "row", "column"), "str")
    return frame.astype({**texts, "value": "Float64", "repaired": "Float64", "explains": "Int64"})


def cell_values(cells: pd.DataFrame) -> dict[Key, float | None]:
    """Return the value of every cell of one report, None where it has no number.

    Raises
    ------
    GidtkError
        If a column is missing or a cell stands twice.
    """
    missing = [name for name in ("table", "row", "column", "value") if name not in cells.columns]
    if missing:
        raise GidtkError(
            f"cells without column {', '.join(missing)}: give the cells of a report, as report.cells has them"
        )
    values: dict[Key, float | None] = {}
    for table, row, column, value in zip(cells["table"], cells["row"], cells["column"], cells["value"], strict=True):
        key = (str(table), str(row), str(column))
        if key in values:
            raise GidtkError(f"cell {'.'.join(key)} stands twice: check the cells of one report at a time")
        values[key] = None if pd.isna(value) else float(value)
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


def _identities(values: Values) -> Iterator[Identity]:
    for rule, facts in rules().items():
        if facts["each"] == "report":
            left, right = (tuple(_key(name) for name in facts[side]) for side in ("left", "right"))
            if any(key in values for key in left + right):
                yield Identity(rule, "report", left, right)
            continue
        if facts["each"] == "text":
            continue
        table, over_columns = facts["table"], facts["each"] == "column"
        rows = dict.fromkeys(row for t, row, _ in values if t == table)
        columns = dict.fromkeys(column for t, _, column in values if t == table)
        names = asked_rows(table, rows) if over_columns else [*labels().columns[table]]
        sides = [expand_ids(facts[side], names) for side in ("left", "right")]
        for subject in columns if over_columns else rows:
            left, right = (
                tuple((table, name, subject) if over_columns else (table, subject, name) for name in side)
                for side in sides
            )
            yield Identity(rule, subject, left, right)


def _key(name: str) -> Key:
    table, row, column = name.split(".")
    return table, row, column


def _verdict(identity: Identity, values: Values, named: Mapping[str, str]) -> tuple[object, ...]:
    facts = rules()[identity.rule]
    sides = identity.sides(values)
    if sides is None:
        gone = [".".join(key) for key in identity.left + identity.right if values.get(key) is None]
        message = f"{facts['zh']} / {facts['en']}: not assessable, no number in {_some(gone)}"
        return identity.rule, identity.subject, "not assessable", facts["severity"], None, None, message
    found, expected = sides
    sign, holds = ("≤", found <= expected) if facts.get("relation") == "<=" else ("=", found == expected)
    message = f"{facts['zh']} / {facts['en']}: {_number(found)} {sign} {_number(expected)}"
    if not holds:
        message += " ✗"
        if hint := named.get(facts.get("table", "")):
            message += f"; {hint}"
    return (
        identity.rule,
        identity.subject,
        "pass" if holds else "fail",
        facts["severity"],
        expected,
        found,
        message,
    )


def _number(value: float) -> str:
    return f"{value:.15g}"


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _named_suspects(values: Values, identities: list[Identity]) -> dict[str, str]:
    """Return a sentence for each table in which one cell explains every failure."""
    found: dict[str, list[str]] = {}
    for key, value, repaired, _ in _suspects(values, identities):
        printed, better = _number(value), _number(repaired)
        sentence = f"likely wrong cell 疑似有误: {'.'.join(key)}, printed {printed}, {better} would repair it"
        found.setdefault(key[0], []).append(sentence)
    return {table: sentences[0] for table, sentences in found.items() if len(sentences) == 1}


def _suspects(values: Values, identities: list[Identity]) -> Iterator[tuple[Key, float, float, int]]:
    for table in dict.fromkeys(rules()[i.rule]["table"] for i in identities if "table" in rules()[i.rule]):
        own = [i for i in identities if rules()[i.rule].get("table") == table]
        residuals = {i: sides[0] - sides[1] for i in own if (sides := i.sides(values)) is not None}
        failed = [i for i, residual in residuals.items() if residual]
        if not failed:
            continue
        shared = set.intersection(*({*i.left, *i.right} for i in failed))
        for key in (key for key in values if key in shared):
            if any(key in i.left + i.right for i, residual in residuals.items() if not residual):
                continue
            steps = {residuals[i] if key in i.right else -residuals[i] for i in failed}
            value = values[key]
            if len(steps) == 1 and value is not None and (repaired := value + steps.pop()) >= 0:
                yield key, value, repaired, len(failed)


def _text_verdict(rule: str, facts: Mapping[str, Any], values: Values, narrative: str) -> tuple[object, ...]:
    """Hold a count told in the text against the cell that it speaks of."""
    value = values.get(_key(facts["cell"]))
    told = [int(n.replace(",", "")) for n in re.findall(facts["pattern"], canonical(narrative))]
    name = f"{facts['zh']} / {facts['en']}"
    if value is None or not told:
        gap = "the text does not say" if not told else f"no number in {facts['cell']}"
        return (
            rule,
            "report",
            "not assessable",
            facts["severity"],
            None,
            None,
            f"{name}: not assessable, {gap}",
        )
    found = int(value) if int(value) in told else told[0]
    verdict = "pass" if found == value else "fail"
    message = f"{name}: text {found}, table {_number(value)}" + (
        "" if verdict == "pass" else "; the text may count another scope"
    )
    return rule, "report", verdict, facts["severity"], value, found, message


def subject_name(rule: str, subject: str, lang: str = "zh") -> str:
    """Return the name of what a verdict speaks of.

    Examples
    --------
    >>> subject_name("t3_row_sum", "granted")
    '予以公开'
    """
    facts = rules()[rule]
    if facts["each"] == "row":
        return labels().rows[subject].name(lang)
    if facts["each"] == "column":
        return column_label(facts["table"], subject).name(lang)
    return "本报告" if lang == "zh" else "this report"
