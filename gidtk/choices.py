"""What of a corpus can be looked at: its agencies, their years and tables, and the rows that were chosen."""

from dataclasses import replace
from typing import Any

import pandas as pd

from gidtk.corpus import Corpus
from gidtk.errors import GidtkError
from gidtk.form import column_label, labels, load_form
from gidtk.schemas import TABLES, empty_frame, facts
from gidtk.shown import value_names
from gidtk.subjects import subject_names
from gidtk.units import unit_of

__all__ = [
    "LONGEST",
    "agencies",
    "chosen",
    "find_agency",
    "heading",
    "labelled",
    "narrowed",
    "table_name",
    "tables",
    "years",
]

LONGEST = 20_000  # characters of one text that are shown
_OF_CELLS = {
    "disclosure": "proactive_disclosure",
    "requests": "requests",
    "disputes": "disputes",
    "statistics": "statistics",
}
_OTHERS = ("verdicts", "sections", "issues")
_ABOUT = ["agency", "year", "form", "file"]  # of the report, before the columns of the table
_UNIT = {"zh": "单位", "en": "Unit"}
_STATISTICS = {"zh": "统计表", "en": "Statistics table"}


def _names(reports: pd.DataFrame) -> "pd.Series[str]":
    return unit_of(reports).fillna(reports["title"]).fillna(reports["file"]).astype("str")


def agencies(reports: pd.DataFrame, find: str = "") -> list[str]:
    """List the agencies of a corpus, each as its division's code and its name, in the order of the codes.

    Parameters
    ----------
    reports : DataFrame
        As a corpus has it.
    find : str
        Only those in whose name, code, division, prefecture or province this stands.

    Returns
    -------
    list of str
        Without an agency the title counts as the name, without a title the file.

    Examples
    --------
    >>> import gidtk as gid
    >>> agencies(gid.open_corpus("sample").reports, "安福")
    ['360829 安福县人民政府']
    """
    names = _names(reports)
    places = [names, *(reports[name].fillna("") for name in ("region", "prefecture", "province"))]
    text = pd.Series(["\n".join(row) for row in zip(*places, strict=True)], index=reports.index, dtype="str")
    return sorted(set(names[text.str.contains(find.strip(), case=False, regex=False)]))


def find_agency(reports: pd.DataFrame, region: str = "") -> str:
    """Return the agency of a code or name as :func:`agencies` lists it.

    Parameters
    ----------
    reports : DataFrame
        As a corpus has it.
    region : str
        The code or name of a division, the name of an agency, or what :func:`agencies` lists; empty for the first.

    Returns
    -------
    str
        Of several agencies of one division its government where that is among them, else the first.

    Raises
    ------
    GidtkError
        If there is none.

    Examples
    --------
    >>> import gidtk as gid
    >>> find_agency(gid.open_corpus("sample").reports, "360829")
    '360829 安福县人民政府'
    """
    names = _names(reports)
    same = (reports.assign(name=names)[["name", "region_code", "region", "agency"]] == region).fillna(False).any(axis=1)
    found = reports.assign(name=names)[same | (region == "")]
    if found.empty:
        there = "; ".join(agencies(reports)[:8]) or "no report at all"
        raise GidtkError(f"region {region!r}: the corpus has no report of it; there is {there}")
    government = found[(found["kind"] == "government").fillna(False)]
    return str((government if region and len(government) else found)["name"].min())


def narrowed(corpus: Corpus, agency: str, year: int | None = None) -> Corpus:
    """Return the corpus of one agency, of one year or of all.

    Parameters
    ----------
    corpus : Corpus
        What is loaded of it is the table of reports.
    agency : str
        As :func:`agencies` lists it.
    year : int, optional
        Without it all years.

    Returns
    -------
    Corpus
    """
    reports = corpus.reports
    own = reports[(_names(reports) == agency) & ((reports["year"] == year).fillna(False) | (year is None))]
    return replace(corpus, chosen=(*corpus.chosen, ("report", tuple(own["report"]))))


def years(reports: pd.DataFrame, agency: str) -> list[int]:
    """List the report years of an agency, the earliest first."""
    return sorted({int(year) for year in reports.loc[_names(reports) == agency, "year"].dropna()})


def tables(corpus: Corpus) -> list[str]:
    """List which tables a corpus has anything in: those of the forms, then verdicts, sections, issues."""
    held = set(corpus.table("cells", ["table"])["table"])
    return [*(t for t in _OF_CELLS if t in held), *(t for t in _OTHERS if len(corpus.table(t, ["report"])))]


def table_name(table: str, lang: str = "zh") -> str:
    """Return the name of a table.

    Examples
    --------
    >>> table_name("requests", "en"), table_name("verdicts", "en")
    ('Requests received and handled', 'Verdicts')
    """
    if table == "statistics":
        return _STATISTICS[_known(lang)]
    if table in _OF_CELLS:
        return str(labels().sections[_OF_CELLS[table]][_known(lang)])
    if table not in _OTHERS:
        raise GidtkError(f"no table {table!r}: there is {', '.join((*_OF_CELLS, *_OTHERS))}")
    return str(facts()[table][_known(lang)]).partition(":")[0].capitalize()


def _known(lang: str) -> str:
    if lang not in ("zh", "en"):
        raise GidtkError(f"lang {lang!r}: give 'zh' or 'en'")
    return lang


def chosen(corpus: Corpus, table: str) -> pd.DataFrame:
    """Return a table's rows with what report they belong to.

    Parameters
    ----------
    corpus : Corpus
        What :func:`narrowed` gives.
    table : str
        One of :func:`tables`.

    Returns
    -------
    DataFrame
        ``agency``, ``year``, ``form``, ``file`` and the columns of the table: those of ``cells``, ``verdicts``,
        ``sections`` or ``issues`` in :func:`gidtk.schemas.schema`, with their types, also when there is no row.

    Raises
    ------
    GidtkError
        If there is no such table.
    """
    table_name(table)
    kind = "cells" if table in _OF_CELLS else table
    rows: pd.DataFrame = getattr(corpus, kind)
    rows = rows[rows["table"] == table] if kind == "cells" else rows
    about = corpus.reports[["report", *_ABOUT]]
    joined = rows.merge(about, on="report", how="left", validate="many_to_one")
    order = joined.sort_values("year", kind="stable")
    dtypes = {**empty_frame("reports")[_ABOUT].dtypes, **empty_frame(kind).dtypes}
    return order[[*_ABOUT, *rows.columns]].astype(dtypes).reset_index(drop=True)


def labelled(frame: pd.DataFrame, lang: str = "zh") -> pd.DataFrame:
    """Return chosen rows as people read them: labels for ids, units, thousands, texts cut where they are too long.

    Parameters
    ----------
    frame : DataFrame
        What :func:`chosen` gives.
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    DataFrame
        Text only; what is missing is empty. The year comes first, the file last where several reports of a year are
        among them.
    """
    lang = _known(lang)
    kind = next(k for k in ("cells", *_OTHERS) if set(facts()[k]["columns"]) <= set(frame.columns))
    told: dict[str, Any] = {"year": frame["year"]} | {name: frame[name] for name in facts()[kind]["columns"]}
    if kind == "cells":
        told = _cells(frame, lang)
    elif kind == "sections":
        del told["key"]
    elif kind == "verdicts":
        told["subject"] = subject_names(frame, lang)
    for name in told.keys() & {"rule", "verdict", "severity", "status", "unit"}:
        codes = pd.Series(told[name], index=frame.index, dtype="str")
        told[name] = codes.map(value_names(name, lang)).fillna(codes)
    told.pop("report", None)
    if (frame[["year", "file"]].drop_duplicates()["year"].value_counts(dropna=False) > 1).any():
        told["file"] = frame["file"]
    shown = pd.DataFrame(
        {name: pd.Series(values, index=frame.index).map(_text, na_action=None) for name, values in told.items()}
    )
    return shown.astype("str").rename(columns=lambda name: heading(name, lang))


def heading(column: str, lang: str = "zh") -> str:
    """Return the heading of a column of :func:`labelled`.

    Examples
    --------
    >>> heading("status", "en"), heading("unit", "en")
    ('Status', 'Unit')
    """
    if column == "unit":
        return _UNIT[lang]
    known = {name: said for table in TABLES for name, said in facts()[table]["columns"].items()}
    return str(known[column][1]) if lang == "zh" else column.capitalize()


def _cells(frame: pd.DataFrame, lang: str) -> dict[str, Any]:
    rows = frame[["form", "row"]].drop_duplicates()
    names = {(form, row): _row(form, row).name(lang) for form, row in rows.itertuples(index=False)}
    columns = {pair: column_label(*pair) for pair in set(zip(frame["table"], frame["column"], strict=True))}
    pairs = list(zip(frame["table"], frame["column"], strict=True))
    return {
        "year": frame["year"],
        "row": [names[pair] for pair in zip(frame["form"], frame["row"], strict=True)],
        "column": [columns[pair].name(lang) for pair in pairs],
        "value": frame["value"],
        "unit": [columns[pair].unit for pair in pairs],
        "status": frame["status"],
        "raw": frame["raw"],
        "place": frame["place"],
    }


def _row(form: Any, row: str) -> Any:
    return labels().rows[row] if pd.isna(form) else load_form(form).row_label(row)


def _text(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, float):
        return f"{value:,.10g}"
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
