"""Looking around in a corpus: agency, year and table to choose, and an interactive table that asks no network."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd
from itables.widget import ITable

from gidtk.choices import agencies, chosen, find_agency, heading, labelled, narrowed, table_name, tables, years
from gidtk.corpus import Corpus, open_corpus
from gidtk.errors import GidtkError
from gidtk.flags import notice

__all__ = ["Explorer", "explore"]

MOST_AGENCIES = 1_000  # in the list at once: more are found by typing
MOST_ROWS = 30  # of the table on a page that has no script
_SAYS = {
    "zh": {
        "find": "查找",
        "hint": "名称、代码或省份",
        "agency": "机关",
        "year": "年度",
        "table": "表",
        "all": "全部年度",
        "said": "{agency} · {year} · {table}：{n} 行",
        "cut": "此处显示前 {most} 行，共 {n} 行；完整内容见 frame。",
        "none": "没有内容。",
    },
    "en": {
        "find": "Find",
        "hint": "name, code or province",
        "agency": "Agency",
        "year": "Year",
        "table": "Table",
        "all": "all years",
        "said": "{agency} · {year} · {table}: {n} rows",
        "cut": "The first {most} of {n} rows are shown here; frame has them all.",
        "none": "Nothing is there.",
    },
}
_GRID = {
    "zh": {
        "search": "筛选：",
        "info": "第 _START_ 至 _END_ 行，共 _TOTAL_ 行",
        "infoEmpty": "共 0 行",
        "infoFiltered": "（从 _MAX_ 行中筛选）",
        "zeroRecords": "没有符合的行",
        "emptyTable": "没有内容",
    },
    "en": {"search": "Filter:"},
}

_LOOK: dict[str, Any] = {
    "allow_html": False,
    "maxBytes": 0,  # every row
    "classes": "display compact",
    "style": "table-layout:auto;width:100%;margin:0",
    "layout": {"topStart": "search", "topEnd": None, "bottomStart": "info", "bottomEnd": "paging"},
    "pageLength": 15,
    "text_in_header_can_be_selected": False,  # a click on a heading sorts
}


def explore(
    corpus: str | os.PathLike[str] | Corpus,
    region: str = "",
    year: int | None = None,
    table: str = "requests",
    *,
    lang: str = "zh",
) -> "Explorer":
    """Look around in a corpus: choose agency, year and table, then sort, filter and page through the rows.

    Parameters
    ----------
    corpus : str, path or Corpus
        A corpus; ``sample`` for the bundled one.
    region : str
        Where to begin: the code or name of a division, or the name of an agency; empty for the first.
    year : int, optional
        The year to begin with; without it all years. A year of which there is no report gives no rows.
    table : str
        The table to begin with: ``disclosure``, ``requests``, ``disputes``, ``statistics``, ``verdicts``,
        ``sections`` or ``issues``.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    Explorer
        It shows itself in JupyterLab; its attribute ``frame`` has the rows that are chosen at the time.

    Raises
    ------
    GidtkError
        If the corpus has no report of the region, or there is no such table.

    Examples
    --------
    >>> here = explore("sample", "360829", 2020, "disputes")
    >>> here.frame[["row", "column", "value"]].head(2)
          row     column  value
    0  review     upheld    5.0
    1  review  corrected    1.0
    """
    if lang not in _SAYS:
        raise GidtkError(f"lang {lang!r}: give 'zh' or 'en'")
    table_name(table, lang)
    opened = corpus if isinstance(corpus, Corpus) else open_corpus(corpus)
    return Explorer(opened, find_agency(opened.reports, region), year, table, lang)


class Explorer:
    """What :func:`explore` gives: lists to choose from, and the table of what is chosen.

    Where there is no kernel, as on a page of :func:`gidtk.rerun`, it is the table that it began with.

    Attributes
    ----------
    frame : DataFrame
        The rows that are chosen: ``agency``, ``year``, ``form``, ``file`` and the columns of the corpus's table.
    reports : DataFrame
        The reports of the chosen agency, of all years.
    """

    def __init__(self, corpus: Corpus, agency: str, year: int | None, table: str, lang: str) -> None:
        self._corpus, self._lang, self._deaf, says = corpus, lang, False, _SAYS[lang]
        wide = widgets.Layout(width="30em")
        listed = dict.fromkeys([agency, *agencies(corpus.reports)[:MOST_AGENCIES]])
        self.find = widgets.Text(description=says["find"], placeholder=says["hint"], layout=wide)
        self.agency = widgets.Dropdown(description=says["agency"], options=sorted(listed), value=agency, layout=wide)
        self.year = widgets.Dropdown(description=says["year"], layout=wide)
        self.table = widgets.Dropdown(description=says["table"], layout=wide)
        self.said = widgets.HTML()
        self.grid = ITable(pd.DataFrame(), **self._look())
        self._offer(year, table)
        self._show()
        for chooser, follow in ((self.find, self._found), (self.agency, self._moved), (self.year, self._moved)):
            chooser.observe(self._hearing(follow), "value")
        self.table.observe(self._hearing(lambda change: self._show()), "value")
        choosers = [widgets.HBox([self.find, self.agency]), widgets.HBox([self.year, self.table])]
        self.box = widgets.VBox([*choosers, self.said, self.grid])

    def _hearing(self, follow: Callable[[Any], None]) -> Callable[[Any], None]:
        return lambda change: None if self._deaf else follow(change)

    def _look(self) -> dict[str, Any]:
        return _LOOK | {"language": _GRID[self._lang]}

    def _here(self) -> Corpus:
        return narrowed(self._corpus, self.agency.value, self.year.value)

    def _offer(self, year: int | None, table: str) -> None:
        """Offer the years and tables that the agency has, and keep what was chosen."""
        there = years(self._corpus.reports, self.agency.value)
        every = dict.fromkeys([*there, *([] if year is None else [year])])
        self.year.options = [(_SAYS[self._lang]["all"], None), *((str(y), y) for y in sorted(every))]
        self.year.value = year
        held = dict.fromkeys([*tables(self._here()), table])
        self.table.options = [(table_name(name, self._lang), name) for name in held]
        self.table.value = table

    def _found(self, change: Any) -> None:
        found, kept = agencies(self._corpus.reports, self.find.value)[:MOST_AGENCIES], self.agency.value
        with self._deafened():
            self.agency.options = found or [kept]
            self.agency.value = kept if kept in found or not found else found[0]
        if self.agency.value != kept:
            self._moved()

    def _moved(self, change: Any = None) -> None:
        """Follow a choice of agency or year: what it does not have is no longer offered."""
        year, there = self.year.value, years(self._corpus.reports, self.agency.value)
        with self._deafened():
            self._offer(year if year in there else None, self.table.value)
        self._show()

    @contextmanager
    def _deafened(self) -> Iterator[None]:
        """Change lists and values without hearing of it oneself."""
        self._deaf = True
        try:
            yield
        finally:
            self._deaf = False

    def _show(self) -> None:
        here = self._here()
        self.frame = chosen(here, self.table.value)
        self.reports = narrowed(self._corpus, self.agency.value).reports
        self._shown = labelled(self.frame, self._lang)
        self._notice = notice(here.reports, self._lang)
        self.said.value = f"<p>{self._sentence()}</p>"
        self.grid.update(self._shown, **self._look())

    def _sentence(self) -> str:
        year = self.year.value or _SAYS[self._lang]["all"]
        facts = {"agency": self.agency.value, "year": year, "table": table_name(self.table.value, self._lang)}
        said = _SAYS[self._lang]["said"].format(**facts, n=len(self._shown))
        return escape(said) + (f"<br><em>{escape(self._notice)}</em>" if self._notice else "")

    def _page(self) -> str:
        """Return what is chosen as HTML without any script; every text is escaped."""
        says, n = _SAYS[self._lang], len(self._shown)
        narrow = self._shown.drop(columns=heading("place", self._lang), errors="ignore")
        cut = f"<p>{escape(says['cut'].format(most=MOST_ROWS, n=n))}</p>" if n > MOST_ROWS else ""
        with pd.option_context("display.max_colwidth", None):
            table = narrow.head(MOST_ROWS).to_html(index=False, border=0) if n else f"<p>{says['none']}</p>"
        return f"<p>{self._sentence()}</p>{table}{cut}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = dict(self.box._repr_mimebundle_(**options))
        return bundle | {"text/plain": repr(self), "text/html": self._page()}

    def __repr__(self) -> str:
        """Say what is chosen."""
        return f"<Explorer {self.agency.value} {self.year.value or ''} {self.table.value}: {len(self.frame)} rows>"
