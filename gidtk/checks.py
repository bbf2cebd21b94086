"""From cells to verdicts: what adds up in one report, what does not, and which single cell would explain it.

The rules lie in ``forms/rules.toml``. A rule whose input is missing is *not assessable*, never passed, and no value is
ever changed: a likely repair is reported.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.arrays import FloatingArray

from gidtk.diagnosis import Hypothesis, hypotheses, said
from gidtk.form import column_label, labels, rules
from gidtk.labels import canonical
from gidtk.sums import Sum, Values, asked_rows, cell_values, key_of, sums_of

__all__ = [
    "SUSPECT_COLUMNS",
    "VERDICT_COLUMNS",
    "asked_rows",
    "cell_values",
    "check_cells",
    "number_text",
    "subject_name",
    "suspects",
    "verdict_frame",
    "verdict_rows",
]

VERDICT_COLUMNS = ("rule", "subject", "verdict", "severity", "expected", "found", "message")
SUSPECT_COLUMNS = ("table", "row", "column", "value", "repaired", "explains", "kind")

Verdict = tuple[str, str, str, str, float | None, float | None, str]


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
    return verdict_frame(list(zip(*verdict_rows(cell_values(cells), narrative), strict=True)))


def verdict_rows(values: Values, narrative: str = "") -> list[Verdict]:
    """Return what :func:`check_cells` finds as rows, without a frame.

    Examples
    --------
    >>> row = verdict_rows({("disputes", "review", column): 0.0 for column in ("upheld", "total")})[0]
    >>> row[:3]
    ('t4_sum', 'review', 'not assessable')
    """
    sums = sums_of(tuple(values))
    sides = [item.sides(values) for item in sums]
    broken = any(item.table and pair and not item.holds(*pair) for item, pair in zip(sums, sides, strict=True))
    hints = _hints(values, sums) if broken else {}
    rows = [_verdict(item, pair, values, hints) for item, pair in zip(sums, sides, strict=True)]
    return rows + [_text_verdict(rule, facts, values, narrative) for rule, facts in rules().items() if "cell" in facts]


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
        identity hold), ``explains`` (how many failed identities) and ``kind`` (the slip that it may be, of
        ``forms/diagnoses.toml``). One row means that the cell is named; several that the report does not say which
        of them it is; none that no single cell explains the failures. It is a hypothesis: no value is changed.

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
    guesses = [guess for found in hypotheses(values, sums_of(tuple(values))).values() for guess in found]
    rows = [
        (*guess.cells[0], guess.printed[0], guess.repaired[0], guess.explains, guess.kind)
        for guess in guesses
        if len(guess.cells) == 1
    ]
    frame = pd.DataFrame(rows, columns=list(SUSPECT_COLUMNS))
    texts = dict.fromkeys(("table", "row", "column", "kind"), "str")
    return frame.astype({**texts, "value": "Float64", "repaired": "Float64", "explains": "Int64"})


def verdict_frame(parts: Sequence[Sequence[Any]], columns: Sequence[str] = VERDICT_COLUMNS) -> pd.DataFrame:
    """Return verdicts, given column by column, as a frame with fixed dtypes: two columns are numbers, the others text.

    Examples
    --------
    >>> verdict_frame([]).dtypes["found"]
    Float64Dtype()
    """
    given: Iterable[Sequence[Any]] = parts or [()] * len(columns)
    return pd.DataFrame({name: _column(name, part) for name, part in zip(columns, given, strict=True)})


def _column(name: str, part: Sequence[Any]) -> Any:
    if name not in ("expected", "found"):
        texts: list[Any] = list(part)
        return pd.array(texts, dtype="str")
    numbers = np.array(part, dtype=np.float64)
    missing = np.isnan(numbers)
    return FloatingArray(np.where(missing, 1.0, numbers), missing)


def number_text(value: float) -> str:
    """Return a number as a message says it.

    Examples
    --------
    >>> number_text(1203.0), number_text(7 / 3)
    ('1203', '2.333333333')
    """
    return f"{value:.15g}" if value % 1 == 0 else f"{value:.10g}"


def _verdict(item: Sum, sides: tuple[float, float] | None, values: Values, hints: Mapping[str, str]) -> Verdict:
    if sides is None:
        gone = [".".join(key) for key in item.left + item.right if values.get(key) is None]
        message = f"{item.name}: not assessable, no number in {_some(gone)}"
        return item.rule, item.subject, "not assessable", item.severity, None, None, message
    found, expected = sides
    holds = item.holds(found, expected)
    message = f"{item.name}: {found:.15g} {'≤' if item.most else '='} {expected:.15g}"
    if not holds:
        hint = hints.get(item.table)
        message += f" ✗; {hint}" if hint else " ✗"
    return item.rule, item.subject, "pass" if holds else "fail", item.severity, expected, found, message


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _hints(values: Values, sums: Sequence[Sum]) -> dict[str, str]:
    """Return a sentence for each table in which one hypothesis alone explains every failure."""
    found = hypotheses(values, sums)
    return {table: _hint(guesses[0]) for table, guesses in found.items() if len(guesses) == 1}


def _hint(guess: Hypothesis) -> str:
    lead = "likely wrong cell 疑似有误" if len(guess.cells) == 1 else "a possible cause 可能原因"
    return f"{lead}: {said(guess)}"


def _text_verdict(rule: str, facts: Mapping[str, Any], values: Values, narrative: str) -> Verdict:
    """Hold a count told in the text against the cell that it speaks of."""
    value = values.get(key_of(facts["cell"]))
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
    message = f"{name}: text {found}, table {number_text(value)}" + (
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
