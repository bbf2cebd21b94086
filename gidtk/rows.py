"""Rows as they stand on the page, and which printed value belongs to which column.

Both table readers, for running text and for grids, hand their findings over in these terms.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from gidtk.form import Form, known_columns, labels, row_tables

__all__ = [
    "OUTCOMES",
    "FoundRow",
    "Heads",
    "Printed",
    "choose_columns",
    "columns_in_order",
    "contradicted",
    "in_form_order",
    "shows_more",
]

_TWO_LEVELS = "requests"  # the table whose heads, once scattered, tell nothing

#: The heads of table 四 in their order, as the vocabulary knows them, and the columns that they are.
OUTCOMES = {
    "upheld": "upheld",
    "corrected": "corrected",
    "other_result": "other",
    "pending": "pending",
    "total": "total",
}


class Printed(NamedTuple):
    """The printed content of one cell, where it stands, and the unit in its column's head."""

    raw: str
    place: str = ""
    header_unit: str = ""


@dataclass(slots=True)
class Heads:
    """The heads that a table hands on where it goes on in another kind of block.

    Attributes
    ----------
    header : list of str
        The column labels, in the order of the values below them.
    above : str
        What is printed where heads stand; in running text those that were read too, for it gives them no other place.
    last_row : str
        The last row below them; empty where no table is open.
    """

    header: list[str] = field(default_factory=list)
    above: str = ""
    last_row: str = ""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row of a statutory table as found on the page.

    Attributes
    ----------
    row : str
        Which row it is, by its label.
    cells : dict
        Column id to what is printed there; empty when nothing can be given to a column for certain.
    raw, place : str
        Everything printed behind the label, and where.
    cuts : tuple of tuple of str
        For a row whose cells run together: every way to cut it, in the order of `columns`.
    columns : tuple of str
        The columns of `cuts`.
    bare : bool
        Whether only its place tells what a bare label, such as 总计, stands for.
    """

    row: str
    cells: dict[str, Printed] = field(default_factory=dict)
    raw: str = ""
    place: str = ""
    cuts: tuple[tuple[str, ...], ...] = ()
    columns: tuple[str, ...] = ()
    bare: bool = False

    @property
    def table(self) -> str:
        """The table that the row belongs to."""
        return row_tables()[self.row]


def _is_subsequence(part: Sequence[str], whole: Sequence[str]) -> bool:
    rest = iter(whole)
    return all(item in rest for item in part)


def reading_order(header: Sequence[str]) -> list[str]:
    """Return header labels in the order of the values below them.

    A header on two levels prints 总计 before the kinds of organisation, whose values stand to its left. Between two of
    them it stands for a column of its own.
    """
    order = list(header)
    if "total" in order and "natural" in order[max(order.index("total") - 1, 0) :][:1]:
        order.remove("total")
        order.append("total")
    return order


def choose_columns(row: str, header: Sequence[str], clean: bool, count: int, form: Form) -> tuple[str, ...] | None:
    """Decide which columns `count` values of a row belong to, in their order.

    Parameters
    ----------
    row : str
        The row's id.
    header : sequence of str
        The column labels read above the row, in the order of the page; ``""`` for a column that is not of the form.
    clean : bool
        Whether every head above the row was read as a label.
    count : int
        How many values the row has.
    form : Form
        The form of the page: it decides where no head was read.

    Returns
    -------
    tuple of str or None
        One column id a value, ``""`` where it belongs to no column of the form. None where labels and order do not
        agree on one answer.

    Examples
    --------
    >>> from gidtk.form import load_form
    >>> choose_columns("rules", ["made", "total_disclosed"], False, 3, load_form("f2019"))
    ('made', 'disclosed', 'total_disclosed')
    >>> choose_columns("rules", ["total_disclosed", "made"], False, 3, load_form("f2019")) is None
    True
    """
    return _chosen(row, tuple(header), clean, count, form.columns(row_tables()[row], row))


@lru_cache(maxsize=4096)
def _chosen(row: str, header: tuple[str, ...], clean: bool, count: int, own: tuple[str, ...]) -> tuple[str, ...] | None:
    order = reading_order(header)
    possible = dict.fromkeys(columns for columns in (own, *known_columns(row)) if columns)
    allowed = {column for columns in possible for column in columns}
    if not allowed.intersection(order):
        if set(order) & set(labels().columns[row_tables()[row]]):
            return None  # the heads of other rows of its table
        order = []  # the heads of another table
    known = list(dict.fromkeys(column for column in order if column))
    foreign, repeated = "" in order, len(known) + order.count("") < len(order)
    order = [
        column if column not in order[:place] else "" for place, column in enumerate(order)
    ]  # a head printed twice
    exact = clean and len(order) == count
    if foreign and not exact:
        return None  # beside a column that is not of the form, every value needs its own head
    if not exact or "" in order:
        of_other_form = bool(set(known) - set(own))  # only then may the row be laid out as another form has it
        for columns in possible:
            in_place = not exact or all(head in ("", column) for head, column in zip(order, columns, strict=False))
            fits = len(columns) == count and _is_subsequence(known, columns) and in_place
            if fits and (columns == own or of_other_form):
                return columns
    return tuple(order) if exact and _in_order(row, known, own) and not repeated else None


def contradicted(columns: Sequence[str], table: str, header: Sequence[str], above: str) -> bool:
    """Tell whether heads that could not be read show columns in another order.

    Parameters
    ----------
    columns : sequence of str
        The columns in the order of the form.
    table : str
        Their table.
    header : sequence of str
        The column labels read above the row.
    above : str
        What is printed where heads stand; in running text those that were read too, for it gives them no other place.

    Examples
    --------
    >>> kinds = ("company", "research", "legal")
    >>> [contradicted(kinds, "requests", ["legal"], above) for above in ("科研机商业企构业", "商业企科研机业构")]
    [True, False]
    >>> contradicted(kinds, "requests", ["legal"], "商业企法律服务机构科研机业构")
    True
    """
    own = [column for column in columns if column]
    begins = {column: above.rfind(start) for column, start in _beginnings(tuple(own), table).items()} if above else {}
    if all(begins.get(column, -1) < 0 for column in own if column not in header):
        return False
    shown = sorted((column for column in own if begins[column] >= 0), key=lambda column: begins[column])
    return not _is_subsequence(reading_order(shown), columns)


def shows_more(columns: Sequence[str], row: str, form: Form, above: str) -> bool:
    """Tell whether a head of a row that is not among its columns is printed above it and was not read.

    Examples
    --------
    >>> from gidtk.form import load_form
    >>> above = "信息内容 上一年项目数量"
    >>> [shows_more(["decisions"], "licences", load_form("f2019"), text) for text in (above, "信息内容")]
    [True, False]
    """
    table = row_tables()[row]
    begins = _beginnings(form.columns(table, row), table) if above else {}
    return any(start in above for column, start in begins.items() if column not in columns)


@lru_cache(maxsize=256)
def _beginnings(columns: tuple[str, ...], table: str) -> dict[str, str]:
    """Return as much of each column's label as tells it from the others, two characters at least."""
    whole = {column: labels().columns[table][column].zh for column in columns}
    return {column: _beginning(label, [o for c, o in whole.items() if c != column]) for column, label in whole.items()}


def _beginning(label: str, others: Sequence[str]) -> str:
    starts = (label[:length] for length in range(2, len(label)))
    return next((start for start in starts if not any(other.startswith(start) for other in others)), label)


def in_form_order(row: str, heads: Sequence[str], form: Form) -> bool:
    """Tell whether heads may stand in this order above a row: those on two levels only as a form has them.

    Examples
    --------
    >>> from gidtk.form import load_form
    >>> in_form_order("received", ["natural", "total"], load_form("f2021"))
    True
    >>> in_form_order("received", ["total", "natural"], load_form("f2021"))
    False
    """
    return _in_order(row, heads, form.columns(row_tables()[row], row))


def _in_order(row: str, heads: Sequence[str], own: tuple[str, ...]) -> bool:
    possible = [c for c in (own, *known_columns(row)) if c]
    if row_tables()[row] == _TWO_LEVELS:
        return any(_is_subsequence(heads, columns) for columns in possible)
    return set().union(*possible).issuperset(heads)


def columns_in_order(row: str, header: Sequence[str], form: Form) -> tuple[str, ...]:
    """Return the columns of a row whose values run together; empty where the heads above it say otherwise.

    Examples
    --------
    >>> from gidtk.form import load_form
    >>> columns_in_order("rules", ["made", "total_disclosed"], load_form("f2019"))
    ('made', 'disclosed', 'total_disclosed')
    >>> columns_in_order("rules", ["made", "", "total_disclosed"], load_form("f2019"))
    ()
    """
    possible = [c for c in (form.columns(row_tables()[row], row), *known_columns(row)) if c]
    if set().union(*possible).isdisjoint(header):
        if set(header) & set(labels().columns[row_tables()[row]]):
            return ()  # the heads of other rows of its table
        header = []  # the heads of another table
    return next((c for c in possible if _is_subsequence(reading_order(header), c)), ())
