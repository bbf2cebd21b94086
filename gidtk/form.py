"""The statutory forms: which tables, rows and columns a report of a year must hold.

The facts lie in ``forms/*.toml``. Rows and columns are listed once; :meth:`Form.cells` forms the product.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from gidtk.errors import GidtkError

__all__ = [
    "FORM_IDS",
    "Form",
    "Label",
    "column_label",
    "detect_form",
    "known_columns",
    "labels",
    "load_form",
    "row_tables",
    "rules",
    "rules_elsewhere",
]

FORM_IDS = ("f2008", "f2014", "f2019", "f2021")
TABLES = ("disclosure", "requests", "disputes", "statistics")


@dataclass(frozen=True, slots=True)
class Label:
    """A row, a column or a section of the forms, with its names.

    Attributes
    ----------
    id : str
        The name used everywhere in gidtk.
    zh, en, short : str
        The label as the notice prints it, our English, and an English short enough for a figure.
    basis : str
        The article of the Regulations (条例) behind it.
    unit : str
        What a number in this column counts.
    signed : bool
        Whether a number may carry a sign.
    amount : int
        For a sum of money: how many yuan its unit is; 0 for a count.
    also : tuple of str
        Other wordings that real reports print.
    """

    id: str
    zh: str
    en: str
    short: str = ""
    basis: str = ""
    unit: str = ""
    signed: bool = False
    amount: int = 0
    also: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Hash by id alone: labels are looked up for every cell."""
        return hash(self.id)

    def name(self, lang: str = "zh") -> str:
        """Return the label without its number and bracket, for a figure or a sentence.

        Examples
        --------
        >>> labels().rows["partial"].name("zh")
        '部分公开'
        """
        if lang == "en":
            return self.short or self.en
        text = self.zh
        for mark in ("、", "）", "."):
            head, sep, tail = text.partition(mark)
            if sep and len(head) <= 2:
                text = tail
                break
        return text.split("（")[0]


@dataclass(frozen=True)
class Labels:
    """Every label of the tables and sections, shared by the forms."""

    sections: dict[str, dict[str, Any]]
    captions: dict[str, tuple[str, ...]]
    rows: dict[str, Label]
    columns: dict[str, dict[str, Label]]
    bare: dict[str, tuple[str, tuple[str, ...]]]
    alternatives: tuple[tuple[str, ...], ...]

    def bare_row(self, column: str, last_row: str) -> str | None:
        """Return the row that a column's label stands for behind certain rows, such as 总计 behind the results.

        Examples
        --------
        >>> labels().bare_row("total", "other_misc"), labels().bare_row("total", "received")
        ('concluded', None)
        """
        return next((row for row, (bare, after) in self.bare.items() if bare == column and last_row in after), None)

    footers: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """One statutory form.

    Attributes
    ----------
    id : str
        ``f2008``, ``f2014``, ``f2019`` or ``f2021``.
    years : tuple of int
        First and last report year.
    zh, en, document : str
        Its names and the notice that fixes it.
    signs : tuple of str
        Words that only this form prints.
    blocks : tuple of (table, rows, columns)
        The tables in the order of the page; empty for a form without statutory cells.
    overrides : dict
        Labels that this form words in its own way.
    statistics : bool
        Whether its reports print a statistics table (统计表) in place of the tables of 2019 and after.
    """

    id: str
    years: tuple[int, int]
    zh: str
    en: str
    document: str
    signs: tuple[str, ...]
    blocks: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    overrides: dict[str, dict[str, str]]
    statistics: bool = False

    def cells(self) -> list[tuple[str, str, str]]:
        """Return table, row and column of every cell of the form, in the order of the page.

        Examples
        --------
        >>> len(load_form("f2019").cells()), len(load_form("f2021").cells())
        (198, 200)
        """
        return [(table, row, column) for table, rows, columns in self.blocks for row in rows for column in columns]

    def rows(self, table: str) -> list[str]:
        """Return the row ids of a table."""
        return [row for name, rows, _ in self.blocks if name == table for row in rows]

    def columns(self, table: str, row: str) -> tuple[str, ...]:
        """Return the column ids of one row; empty if the form has no such row."""
        return self._columns.get((table, row), ())

    @cached_property
    def _columns(self) -> dict[tuple[str, str], tuple[str, ...]]:
        return {(table, row): columns for table, rows, columns in reversed(self.blocks) for row in rows}

    def with_rows(self, table: str, old: tuple[str, ...], new: tuple[str, ...]) -> "Form":
        """Return the form with some rows of a table put in place of others, as a mixed report prints them."""

        def swap(rows: tuple[str, ...]) -> tuple[str, ...]:
            kept = [row for row in rows if row not in old[1:]]
            return tuple(r for row in kept for r in (new if row == old[0] else (row,)))

        blocks = tuple((name, swap(rows) if name == table else rows, cols) for name, rows, cols in self.blocks)
        return Form(self.id, self.years, self.zh, self.en, self.document, self.signs, blocks, self.overrides)

    def row_label(self, row: str) -> Label:
        """Return the label of a row as this form words it."""
        own = self.overrides.get(row)
        label = labels().rows[row] if own is None else labels().rows.get(row, Label(row, own["zh"], own["en"]))
        return label if own is None else Label(label.id, own["zh"], own["en"], basis=label.basis, also=label.also)


def _read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files("gidtk").joinpath("forms", f"{name}.toml").read_text(encoding="utf-8"))


def _label(id_: str, facts: dict[str, Any]) -> Label:
    known = {key: facts[key] for key in ("zh", "en", "short", "basis", "unit", "signed", "amount") if key in facts}
    return Label(id=id_, also=tuple(facts.get("also", ())), **known)


@cache
def labels() -> Labels:
    """Return the labels that the forms share."""
    data = _read_toml("labels")
    return Labels(
        sections=data["sections"],
        captions={key: tuple(value) for key, value in data["captions"].items()},
        rows={key: _label(key, value) for key, value in data["rows"].items()},
        columns={t: {k: _label(k, v) for k, v in columns.items()} for t, columns in data["columns"].items()},
        bare={k: (v["bare"], tuple(v["bare_after"])) for k, v in data["rows"].items() if "bare" in v},
        alternatives=tuple(tuple(rows) for rows in data["alternatives"]),
        footers=tuple(data["footers"]),
    )


@cache
def rules() -> dict[str, dict[str, Any]]:
    """Return what must add up in one report (勾稽关系), by rule id.

    Returns
    -------
    dict
        Rule id to its facts: operands, severity, and what it says in Chinese (``zh``) and English (``en``).

    Examples
    --------
    >>> rules()["t4_sum"]["en"]
    'total = upheld + corrected + other + pending'
    """
    return {rule: facts for rule, facts in _read_toml("rules").items() if "each" in facts}


def rules_elsewhere() -> dict[str, dict[str, str]]:
    """Return the checks that are no rules: ``elsewhere`` with what draws them, ``left_out`` with why none does.

    Examples
    --------
    >>> rules_elsewhere()["elsewhere"]["N-09"]
    'gidtk.claims'
    """
    data = _read_toml("rules")
    return {name: data[name] for name in ("elsewhere", "left_out")}


def expand_ids(patterns: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the ids that match, a ``*`` at the end standing for any ending.

    Examples
    --------
    >>> expand_ids(["granted", "other_*"], ["granted", "other_handling"])
    ['granted', 'other_handling']
    """
    return [
        name
        for pattern in patterns
        for name in names
        if name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1]))
    ]


@cache
def row_tables() -> dict[str, str]:
    """Return the table of every row that any form prints."""
    forms = [load_form(form_id) for form_id in FORM_IDS]
    return {row: table for form in forms for table, rows, _ in form.blocks for row in rows}


@cache
def known_columns(row: str) -> tuple[tuple[str, ...], ...]:
    """Return the column sets that the forms give to a row, without repetition."""
    table = row_tables()[row]
    sets = (load_form(form_id).columns(table, row) for form_id in reversed(FORM_IDS))
    return tuple(dict.fromkeys(columns for columns in sets if columns))


@cache
def load_form(form_id: str) -> Form:
    """Load a statutory form.

    Parameters
    ----------
    form_id : str
        One of :data:`FORM_IDS`.

    Returns
    -------
    Form

    Raises
    ------
    GidtkError
        If there is no such form.

    Examples
    --------
    >>> load_form("f2021").document
    '国办公开办函〔2021〕30号'
    """
    if form_id not in FORM_IDS:
        raise GidtkError(f"no form {form_id!r}: the forms are {', '.join(FORM_IDS)}")
    data = _read_toml(form_id)
    tables = [data[t] if isinstance(data[t], list) else [data[t]] for t in TABLES if t in data]
    names = [t for t in TABLES if t in data]
    blocks = tuple(
        (name, tuple(row if isinstance(row, str) else row["id"] for row in part["rows"]), tuple(part["columns"]))
        for name, parts in zip(names, tables, strict=True)
        for part in parts
    )
    first, last = data["years"]
    indicators = {row["id"]: row for table in ("statistics", "annex") for row in data.get(table, {}).get("rows", ())}
    return Form(
        data["id"], (first, last), data["zh"], data["en"], data["document"], tuple(data["signs"]), blocks,
        data.get("labels", {}) | indicators, "statistics" in data or "annex" in data,
    )  # fmt: skip


def column_label(table: str, column: str) -> Label:
    """Return the label of a column.

    Examples
    --------
    >>> column_label("statistics", "cumulative").zh
    '历年累计'
    """
    if table != "statistics":
        return labels().columns[table][column]
    return _label(column, _read_toml("statistics")["columns"][column])


def detect_form(text: str, year: int | None) -> Form | None:
    """Decide which form a page uses: by the words that only one form prints, else by the report year.

    Parameters
    ----------
    text : str
        The whole text of the page without white space.
    year : int or None
        The year reported on.

    Returns
    -------
    Form or None
        None when neither words nor year decide.
    """
    forms = [load_form(form_id) for form_id in FORM_IDS]
    hits = {form.id: sum(sign in text for sign in form.signs) for form in forms}
    best = max(hits.values())
    leaders = [form for form in forms if hits[form.id] == best]
    if best and len(leaders) == 1:
        return leaders[0]
    candidates = leaders if best else forms
    return next((form for form in candidates if year is not None and form.years[0] <= year <= form.years[1]), None)
