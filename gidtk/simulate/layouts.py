"""From a draft to the content of a file: what a layout is, and what a reader should find in it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gidtk.form import Form, labels
from gidtk.simulate.counts import Key
from gidtk.simulate.drafts import Draft, print_values
from gidtk.simulate.narrative import phrases
from gidtk.simulate.sheets import Row, Shape, Sheet, tables

__all__ = ["Answer", "Layout", "Page", "answers_of", "lay_out"]

DASHES = ("-", "/", "—")
PLAIN = Shape()
TABLES = ("proactive_disclosure", "requests", "disputes")  # the sections with a table


@dataclass(frozen=True)
class Page:
    """What a writer puts on the page: lines of text and the three tables, in order.

    Attributes
    ----------
    title, notice : str
        The title; what says that the data are simulated.
    front : tuple of str
        Date, period, contact.
    sections : mapping
        Section key to its heading and paragraphs.
    tables : tuple
        The three tables as rows of cells.
    sheet : Sheet
        What the tables print.
    agency : str
        Whose report it is.
    """

    title: str
    notice: str
    front: tuple[str, ...]
    sections: Mapping[str, tuple[str, tuple[str, ...]]]
    tables: tuple[list[Row], ...]
    sheet: Sheet
    agency: str

    def items(self) -> Iterator[str | list[Row]]:
        """Yield title, lines and tables in the order of the page."""
        yield self.title
        yield self.notice
        yield from self.front
        for key, (heading, paragraphs) in self.sections.items():
            yield heading
            yield from paragraphs
            if key in TABLES:
                yield self.tables[TABLES.index(key)]


@dataclass(frozen=True)
class Layout:
    """One way to write a report.

    Attributes
    ----------
    name : str
        Its name, unique within its format.
    write : callable
        From a page to the bytes of a file.
    shape : Shape
        What it does to the form.
    blanks : str
        ``kept``: a blank cell has its place; ``lost``: blanks vanish, so that zeros must be printed; ``dropped``:
        zeros are left blank and vanish; ``shifted``: they are moved to the end of the row.
    certain : bool
        Whether a person sees where one cell ends and the next begins.
    readable : bool
        Whether a person could read the tables at all.
    mixed : bool
        Whether the last results are one row, as the form of 2019 has them, on a page of the form of 2021.
    """

    name: str
    write: Callable[[Page], bytes]
    shape: Shape = PLAIN
    blanks: str = "kept"
    certain: bool = True
    readable: bool = True
    mixed: bool = False


@dataclass(frozen=True)
class Answer:
    """What a reader should find in one cell."""

    table: str
    row: str
    column: str
    value: int | float | None
    raw: str
    status: str


def lay_out(draft: Draft, layout: Layout) -> tuple[bytes, list[Answer]]:
    """Write a draft in a layout.

    Returns
    -------
    bytes
        The file.
    list of Answer
        One for every cell of the form that the page prints.
    """
    form, values, printed = draft.form, dict(draft.values), print_values(draft, _zero(draft, layout))
    (one,), several = labels().alternatives
    if layout.mixed and several[0] in form.rows("requests"):
        form = form.with_rows("requests", several, (one,))
        values, printed = _merged(values, printed, form, one, several)
    sheet = Sheet(form, printed, layout.shape)
    return layout.write(_page(draft, sheet)), list(answers_of(form, values, printed, layout))


def _zero(draft: Draft, layout: Layout) -> str:
    """Return what stands for a zero: what the unit prints, unless the layout would lose it."""
    if layout.blanks in ("dropped", "shifted"):
        return ""
    kept = layout.certain and (draft.zero or layout.blanks == "kept")
    return draft.zero if kept else "0"


Merged = tuple[dict[Key, int | float | None], dict[Key, str]]


def _merged(
    values: Mapping[Key, int | float | None], printed: Mapping[Key, str], form: Form, one: str, several: tuple[str, ...]
) -> Merged:
    """Add up the rows that a mixed form prints as one."""
    out, texts = dict(values), dict(printed)
    for column in form.columns("requests", "received"):
        parts = [("requests", row, column) for row in several]
        total = None if any(values[part] is None for part in parts) else sum(values[part] or 0 for part in parts)
        zero = next((printed[part] for part in parts if values[part] == 0), "")
        out["requests", one, column] = total
        texts["requests", one, column] = "" if total is None else f"{total}" if total else zero
    return {key: out[key] for key in form.cells()}, {key: texts[key] for key in form.cells()}


def _page(draft: Draft, sheet: Sheet) -> Page:
    words = phrases()
    facts = {"agency": draft.unit.agency, "year": draft.year, "date": draft.published}
    front = tuple(words[name].format(**facts) for name in ("published", "period", "contact"))
    sections = {
        key: (f"{section['number']}、{section['zh']}", draft.narrative.sections.get(key, ()))
        for key, section in labels().sections.items()
    }
    agency = words["organ"].format(**facts)
    return Page(draft.title, words["notice"], front, sections, tuple(tables(sheet)), sheet, agency)


def answers_of(
    form: Form, values: Mapping[Key, int | float | None], printed: Mapping[Key, str], layout: Layout
) -> Iterator[Answer]:
    """Yield what a reader should find in every cell of the form.

    Where blanks lose their place, a row with some blanks cannot be read: nobody can tell which number is whose. The
    disputes (table 四) stand in one row.
    """
    lines = [line for line in _lines(form) if len({bool(printed[key]) for key in line}) > 1]
    torn = {key for line in lines for key in line}
    for key in form.cells():
        text = printed[key]
        if not layout.readable or (layout.blanks != "kept" and key in torn):
            yield Answer(*key, None, text, "unreadable")
        elif not text or text in DASHES:
            yield Answer(*key, None, text, "dash" if text else "blank")
        else:
            yield Answer(*key, values[key], text, "ok")


def _lines(form: Form) -> Iterator[list[Key]]:
    """Yield the cells of each printed row."""
    for table, rows, columns in form.blocks:
        lines = [[(table, row, column) for column in columns] for row in rows]
        yield from [[key for line in lines for key in line]] if table == "disputes" else lines
