"""Tables and sentences as people read them: bilingual heads, codes in words, shares in per cent, all of it escaped."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any
from unicodedata import east_asian_width

import pandas as pd

from gidtk.diagnosis import kinds
from gidtk.errors import GidtkError
from gidtk.form import FORM_IDS, labels, load_form, rules

__all__ = ["Said", "ShownTable", "column_names", "say", "show_table", "value_names"]

_LONGEST = 400  # characters of a cell; the whole text is in the frame
_SHORT, _LONG = 12, 90  # half-width characters above which a column of text is given room, and much room
_LEFT = "text-align: left"


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(files("gidtk").joinpath("forms", "columns.toml").read_text(encoding="utf-8"))


def column_names(lang: str = "zh") -> dict[str, str]:
    """Return what the columns of gidtk's tables are called.

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    dict
        Column to its head.

    Examples
    --------
    >>> column_names()["boilerplate"], column_names("en")["boilerplate"]
    ('套话占比', 'Boilerplate')
    """
    return {name: facts[lang] for name, facts in _facts()["columns"].items()}


def value_names(column: str, lang: str = "zh") -> dict[str, str]:
    """Return what the codes in a column say, rules, sections and forms among them.

    Parameters
    ----------
    column : str
        Such as ``verdict``, ``rule``, ``form`` or ``flags``.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    dict of str to str
        Code to words, in the order of the codes; empty where there are no codes.

    Examples
    --------
    >>> value_names("verdict")["not assessable"]
    '无法核对'
    """
    if column == "rule":
        return {rule: facts[lang] for rule, facts in rules().items()}
    if column in ("key", "section"):
        whole = {"all": _facts()["words"]["all"][lang]}
        return whole | {key: facts[lang] for key, facts in labels().sections.items()}
    if column == "form":
        return {id_: getattr(load_form(id_), lang) for id_ in FORM_IDS}
    slips = kinds() if column == "kind" else {}
    return {value: names[lang] for value, names in (_facts()["values"].get(column, {}) | slips).items()}


@dataclass(frozen=True, repr=False)
class ShownTable:
    """A table to be read; it shows itself in Jupyter.

    Attributes
    ----------
    frame : DataFrame
        The table as it was given.
    title, note : str
        What stands above it.
    lang : str
        ``zh`` or ``en``.
    rows : int
        How many rows are shown.
    labels : mapping of str to str
        Heads that differ from those of gidtk.
    """

    frame: pd.DataFrame
    title: str
    note: str
    lang: str
    rows: int
    labels: Mapping[str, str]

    @property
    def caption(self) -> str:
        """What stands above the table: title, how much of it is shown, note."""
        words, whole = _facts()["words"], len(self.frame)
        cut = words["cut"][self.lang].format(shown=self.rows, whole=whole) if whole > self.rows else ""
        space: str = words["space"][self.lang]
        return space.join(filter(None, (self.title, cut, self.note)))

    def __repr__(self) -> str:
        """Return the table as text."""
        head, body = self._printed()
        if not body:
            return f"{self.caption}\n{_facts()['words']['empty'][self.lang]}".strip()
        return f"{self.caption}\n{pd.DataFrame(body, columns=head).to_string(index=False)}".strip()

    def _repr_html_(self) -> str:
        head, body = self._printed()
        if not body:
            return f"<p>{escape(self.caption)}</p><p>{_facts()['words']['empty'][self.lang]}</p>"
        texts = [not _is_number(self.frame.iloc[:, n]) for n in range(len(head))]
        widest = [max(_halves(row[n]) for row in body) for n in range(len(head))]
        heads = "".join(
            f'<th scope="col"{_look(text, 0)}>{escape(n)}</th>' for n, text in zip(head, texts, strict=True)
        )
        looks = [_look(text, wide) for text, wide in zip(texts, widest, strict=True)]
        lines = (
            "".join(f"<td{look}>{escape(cell)}</td>" for cell, look in zip(row, looks, strict=True)) for row in body
        )
        return (
            f'<table border="1" class="dataframe"><caption style="{_LEFT}; white-space: normal">{escape(self.caption)}'
            f"</caption><thead><tr>{heads}</tr></thead><tbody>"
            + "".join(f"<tr>{line}</tr>" for line in lines)
            + "</tbody></table>"
        )

    def _printed(self) -> tuple[list[str], list[list[str]]]:
        named = {**column_names(self.lang), **self.labels}
        shown = self.frame.head(self.rows)
        columns = [_texts(shown.iloc[:, n], str(name), self.lang) for n, name in enumerate(shown.columns)]
        return [_short(named.get(str(name), str(name))) for name in shown.columns], [
            list(row) for row in zip(*columns, strict=True)
        ]


def show_table(
    frame: pd.DataFrame,
    *,
    title: str = "",
    note: str = "",
    lang: str = "zh",
    rows: int = 30,
    labels: Mapping[str, str] | None = None,
) -> ShownTable:
    """Show a table of gidtk in words (列名与代码以中文或英文显示).

    Parameters
    ----------
    frame : DataFrame
        Its index is left out.
    title : str
        What the table shows.
    note : str
        A remark beside the title, such as that the data are simulated (:func:`gidtk.notice`).
    lang : str
        ``zh`` or ``en``: of the heads, of what codes say, and of the words beside them.
    rows : int
        How many rows are shown at most; the caption says how many there are.
    labels : mapping of str to str, optional
        Heads of your own, by column; a column that is in neither list is headed by its name.

    Returns
    -------
    ShownTable
        It shows itself in Jupyter, ``str`` gives text. Shares are in per cent, what is missing is ``—`` and never 0,
        long texts are cut. Nothing in it becomes markup.

    Raises
    ------
    GidtkError
        If the language is another one or `rows` is below 1.

    Examples
    --------
    >>> show_table(pd.DataFrame({"year": [2020, 2021], "new": [0.125, None]}), title="逐年", lang="en")
    逐年
    Year   New
    2020 12.5%
    2021     —
    """
    if lang not in ("zh", "en"):
        raise GidtkError(f"lang {lang!r}: give zh or en")
    if rows < 1:
        raise GidtkError(f"rows must be at least 1, got {rows}")
    return ShownTable(frame, " ".join(title.split()), " ".join(note.split()), lang, rows, dict(labels or {}))


@dataclass(frozen=True, repr=False)
class Said:
    """Sentences to be read; they show themselves in Jupyter.

    Attributes
    ----------
    sentences : tuple of str
        Each is a paragraph.
    """

    sentences: tuple[str, ...]

    def __repr__(self) -> str:
        """Return the sentences as lines."""
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(sentence)}</p>" for sentence in self.sentences)


def say(*sentences: str) -> Said:
    """Show computed sentences in a notebook; what a report says in them never becomes markup.

    Parameters
    ----------
    *sentences : str
        Each becomes a paragraph; empty ones are left out.

    Returns
    -------
    Said
        It shows itself in Jupyter, ``str`` gives text.

    Examples
    --------
    >>> say("本年没有收到申请。", "")
    本年没有收到申请。
    """
    return Said(tuple(filter(None, (" ".join(sentence.split()) for sentence in sentences))))


def _look(text: bool, widest: int) -> str:
    """Return the attributes of a cell: text to the left, in one line or with room; a head (0) breaks its lines."""
    breaks = "; white-space: normal" if not widest else "; white-space: nowrap" if text and widest <= _SHORT else ""
    side = (_LEFT if text else "text-align: right") + breaks
    room = "words long" if widest > _LONG else "words" if widest > _SHORT else ""
    return (f' class="{room}"' if text and room else "") + f' style="{side}"'


def _halves(text: str) -> int:
    """Return the width of a text in half-width characters: Han count twice."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _is_number(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column))


def _texts(column: pd.Series, name: str, lang: str) -> list[str]:
    facts, codes = _facts()["columns"].get(name, {}), value_names(name, lang)
    return [_said(value, facts.get("as", ""), codes, lang) for value in column.tolist()]


def _said(value: Any, way: str, codes: Mapping[str, str], lang: str) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return "—"
    if isinstance(value, bool):
        return str(_facts()["words"]["yes" if value else "no"][lang])
    if isinstance(value, int | float):
        return _number(value, way)
    if str(value) in codes or not codes:
        return _short(codes.get(str(value), str(value)))
    return _short("; ".join(codes.get(code, code) for code in str(value).split(";")))


def _number(value: float, way: str) -> str:
    if way == "percent":
        return f"{100 * value:.1f}%".replace("-", "−")
    if way == "plain":
        return f"{value:.15g}"
    if not float(value).is_integer():
        said = f"{value:,.3f}".rstrip("0").rstrip(".") if abs(value) >= 0.001 else f"{value:.1e}"
    else:
        said = f"{value:,.0f}"
    return said.replace("-", "−")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
