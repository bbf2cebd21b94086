"""The variables of a panel: their names and order, labels in both languages, units and legal basis."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from gidtk import schemas
from gidtk.form import FORM_IDS, Form, Label, column_label, labels, load_form

__all__ = ["LONGEST_NAME", "Variable", "column_facts", "facts", "ordered", "value_labels", "variable", "variables"]

LONGEST_NAME = 32  # characters that Stata takes
STATISTICS = "statistics"


@dataclass(frozen=True, slots=True)
class Variable:
    """A column of the panel that holds cells of the forms.

    Attributes
    ----------
    name : str
        ``{row}_{column}``.
    table, row, column : str
        The cell, in the ids of the form; the table is empty for a row that no table known prints.
    zh, en : str
        Its label.
    unit : str
        What a number counts; empty where the form does not say.
    basis : str
        The article or notice behind it.
    forms : tuple of str
        The forms that have it.
    """

    name: str
    table: str
    row: str
    column: str
    zh: str
    en: str
    unit: str
    basis: str
    forms: tuple[str, ...]


@cache
def facts() -> dict[str, Any]:
    """Return ``forms/variables.toml``."""
    return tomllib.loads(files("gidtk").joinpath("forms", "variables.toml").read_text(encoding="utf-8"))


@cache
def _table_columns() -> dict[str, dict[str, Any]]:
    tables = (schemas.facts()[table]["columns"] for table in reversed(schemas.TABLES))
    return {name: {"kind": kind, "zh": zh, "en": en} for columns in tables for name, (kind, zh, en) in columns.items()}


def column_facts(name: str) -> dict[str, Any]:
    """Return label and kind of a column that holds no cells, such as ``region_code``; empty if it is not known.

    Examples
    --------
    >>> column_facts("region_code")["en"]
    'code of the division (GB/T 2260)'
    """
    return {**_table_columns().get(name, {}), **facts()["columns"].get(name, {})}


def value_labels(name: str) -> dict[str, dict[str, Any]]:
    """Return the codes of a column for statistics programs: text to ``code``, ``zh``, ``en``; empty for none.

    Examples
    --------
    >>> value_labels("level")["county"]
    {'code': 3, 'zh': '县级', 'en': 'county'}
    """
    codes = facts()["columns"].get(name, {}).get("codes")
    found: dict[str, dict[str, Any]] = facts()["codes"][codes] if codes else {}
    return found


@cache
def variables() -> dict[str, Variable]:
    """Return every variable of the forms by name, in the order of panel and codebook.

    Examples
    --------
    >>> found = variables()
    >>> found["refused_secret_total"].en, found["refused_secret_total"].forms
    ('Refused: state secret: Total', ('f2019', 'f2021'))
    >>> len(found) > 400
    True
    """
    homes: dict[tuple[str, str, str], list[str]] = {}
    for form_id in FORM_IDS:
        for cell in load_form(form_id).cells():
            homes.setdefault(cell, []).append(form_id)
    for form_id, rows in _indicator_rows():
        for row in rows:
            for column in ("year", "cumulative"):
                homes.setdefault((STATISTICS, row, column), []).append(form_id)
    found = (_variable(cell, tuple(dict.fromkeys(forms))) for cell, forms in homes.items())
    return {variable.name: variable for variable in sorted(found, key=_place)}


def _indicator_rows() -> Iterator[tuple[str, list[str]]]:
    for form_id in ("f2014", "f2008"):
        form = load_form(form_id)
        yield form_id, list(form.overrides)


def _place(variable: Variable) -> tuple[int, int, int]:
    if variable.table == STATISTICS:
        rows = [row for _, rows in _indicator_rows() for row in rows]
        return 3, rows.index(variable.row), ("year", "cumulative").index(variable.column)
    table = ("disclosure", "requests", "disputes").index(variable.table)
    return table, list(labels().rows).index(variable.row), list(labels().columns[variable.table]).index(variable.column)


def _variable(cell: tuple[str, str, str], forms: tuple[str, ...]) -> Variable:
    table, row, column = cell
    form = load_form(forms[-1])
    row_label, of = form.row_label(row), column_label(table, column)
    parts = [facts()["groups"].get(row.partition("_")[0], ""), row_label.name("zh"), of.name("zh")]
    return Variable(
        name=f"{row}_{column}",
        table=table,
        row=row,
        column=column,
        zh="｜".join(dict.fromkeys(filter(None, parts[:2]))) + f"｜{parts[2]}",
        en=f"{row_label.name('en')}: {of.name('en')}",
        unit=_unit(form, row, of),
        basis=row_label.basis or form.document,
        forms=forms,
    )


def _unit(form: Form, row: str, column: Label) -> str:
    return column.unit or str(form.overrides.get(row, {}).get("unit", ""))


def variable(row: str, column: str) -> Variable:
    """Return the variable of a row and column, also of one that no table known prints.

    Examples
    --------
    >>> variable("review", "total").zh
    '行政复议｜总计'
    >>> variable("extra_0123abcd", "year").forms
    ()
    """
    name = f"{row}_{column}"
    return variables().get(name, Variable(name, "", row, column, name, name, "", "", ()))


def ordered(names: Iterable[str]) -> list[str]:
    """Return names of variables in the order of the codebook, those of no known table last and by name.

    Examples
    --------
    >>> ordered(["extra_0123abcd_year", "review_total", "granted_total"])
    ['granted_total', 'review_total', 'extra_0123abcd_year']
    """
    place = {name: number for number, name in enumerate(variables())}
    return sorted(dict.fromkeys(names), key=lambda name: (place.get(name, len(place)), name))
