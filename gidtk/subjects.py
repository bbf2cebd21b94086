"""What verdicts speak of, in words: cells, rows, columns, variables."""

from collections.abc import Iterator
from functools import cache

import pandas as pd

from gidtk.findings import check_columns
from gidtk.form import FORM_IDS, Label, column_label, labels, load_form, rules

__all__ = ["cell_name", "input_names", "subject_names"]

_SECTIONS = {"disclosure": "proactive_disclosure", "requests": "requests", "disputes": "disputes"}  # of the tables


def cell_name(table: str, row: str, column: str, lang: str = "zh") -> str:
    """Return the name of a cell in words.

    Examples
    --------
    >>> cell_name("requests", "granted", "natural"), cell_name("requests", "granted", "natural", "en")
    ('予以公开 · 自然人', 'Disclosed · Natural persons')
    """
    rows, columns = _rows(), _columns().get(table, {})
    return " · ".join(known[id_].name(lang) if id_ in known else id_ for known, id_ in ((rows, row), (columns, column)))


def subject_names(verdicts: pd.DataFrame, lang: str = "zh") -> pd.Series:
    """Return what each verdict speaks of in words: a row, a column, a variable, or the report.

    Parameters
    ----------
    verdicts : DataFrame
        ``rule`` and ``subject``.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    Series
        Text under the index of `verdicts`; a subject without a name stays as it is.

    Examples
    --------
    >>> subject_names(pd.DataFrame({"rule": ["t3_balance", "s_contact"], "subject": ["total", "report"]})).tolist()
    ['总计', '本报告']
    """
    check_columns(verdicts, "rule", "subject")
    pairs = zip(verdicts["rule"].tolist(), verdicts["subject"].tolist(), strict=True)
    named = [next(_names(str(rule), str(subject), lang), str(subject)) for rule, subject in pairs]
    return pd.Series(named, index=verdicts.index, dtype="str")


def input_names(inputs: pd.Series, lang: str = "zh") -> pd.Series:
    """Return the missing inputs of verdicts in words.

    Parameters
    ----------
    inputs : Series
        Cells and variables, as ``example`` of :func:`gidtk.findings.unassessed`; ``prev.`` before those of the report
        of the year before.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    Series
        Text under the same index; what has no name stays as it is.

    Examples
    --------
    >>> input_names(pd.Series(["requests.granted.total", "prev.carried_out_natural", "x"])).tolist()
    ['予以公开 · 总计', '上一年：结转下年度继续办理 · 自然人', 'x']
    """
    before = "上一年：" if lang == "zh" else "year before: "
    told = []
    for name in inputs.fillna("").astype("str").tolist():
        bare = name.removeprefix("prev.").removeprefix("usual.")
        said = next(_names("", bare, lang), bare)
        told.append(said if bare == name else before + said)
    return pd.Series(told, index=inputs.index, dtype="str")


def _names(rule: str, subject: str, lang: str) -> Iterator[str]:
    """Yield the names that a subject may have, the likeliest first."""
    if subject.count(".") == 2:
        table, row, column = subject.split(".")
        yield cell_name(table, row, column, lang)
    if subject == "report":
        yield "本报告" if lang == "zh" else "this report"
    if facts := labels().sections.get(_SECTIONS.get(subject, "")):
        yield f"{'表' if lang == 'zh' else 'table '}{facts['number']}"
    own, columns = rules().get(rule, {}).get("table", ""), _columns()
    ordered = [columns.get(own, {}), _rows(), *columns.values()]
    yield from (known[subject].name(lang) for known in ordered if subject in known)
    for table in columns:
        for column in columns[table]:
            if subject.endswith(f"_{column}") and (row := subject.removesuffix(f"_{column}")) in _rows():
                yield cell_name(table, row, column, lang)


@cache
def _rows() -> dict[str, Label]:
    """Return every row of the forms; those that only one form words come from it."""
    forms = [load_form(id_) for id_ in FORM_IDS]
    own = {row: form.row_label(row) for form in reversed(forms) for row in form.overrides}
    return own | labels().rows


@cache
def _columns() -> dict[str, dict[str, Label]]:
    """Return every column of the forms, by table."""
    names = {(table, column) for id_ in FORM_IDS for table, _, column in load_form(id_).cells()}
    found: dict[str, dict[str, Label]] = {table: dict(columns) for table, columns in labels().columns.items()}
    for table, column in sorted(names):
        found.setdefault(table, {}).setdefault(column, column_label(table, column))
    return found
