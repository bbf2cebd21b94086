"""A report as the tables of a corpus have it, without its file."""

from dataclasses import fields
from typing import Any

import pandas as pd

from gidtk.blocks import Paragraph
from gidtk.form import load_form
from gidtk.issues import Issue
from gidtk.report import Report, Source
from gidtk.sections import Section
from gidtk.tables import Cell

__all__ = ["rebuilt"]


def rebuilt(row: pd.Series, sections: pd.DataFrame, cells: pd.DataFrame, issues: pd.DataFrame) -> Report:
    """Build a report from its rows.

    Parameters
    ----------
    row : Series
        Its row of the table ``reports``.
    sections, cells, issues : DataFrame
        Its rows of these tables.

    Returns
    -------
    Report
        Identity, sections, cells and issues are those of the tables; the layout of the page is not in them, so that
        :meth:`~gidtk.Report.explain` tells the place of a cell and not the words around it.
    """
    own: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in row.to_dict().items()}
    texts = (sections[name].fillna("").tolist() for name in ("key", "number", "title", "text"))
    told = (issues[name].tolist() for name in ("code", "severity", "message"))
    places = (cells[name].fillna("").tolist() for name in ("table", "row", "column", "raw", "status", "place"))
    parts: dict[str, Any] = {
        "year": None if own["year"] is None else int(own["year"]),
        "front": Section("front", "", "", ()),
        "sections": tuple(
            Section(key, number, title, tuple(map(Paragraph, text.split("\n"))))
            for key, number, title, text in zip(*texts, strict=True)
        ),
        "issues": tuple(Issue(*issue) for issue in zip(*told, strict=True)),
        "source": Source(own["file"], own["sha256"], own["format"]),
        "evidence": {},
        "_form": load_form(own["form"]) if own["form"] else None,
        "_cells": tuple(
            Cell(table, name, column, _number(value), raw, status, place)
            for value, (table, name, column, raw, status, place) in zip(
                cells["value"].tolist(), zip(*places, strict=True), strict=True
            )
        ),
    }
    values: dict[str, Any] = {item.name: parts.get(item.name, own.get(item.name)) for item in fields(Report)}
    return Report(**values)


def _number(value: Any) -> int | float | None:
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
