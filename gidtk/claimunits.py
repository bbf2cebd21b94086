"""The reports whose claims are held against cells: their sections, their figures and those of the year before."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from gidtk.chains import previous_positions
from gidtk.errors import GidtkError

__all__ = ["Unit", "Values", "units"]

_NEEDED = {"sections": ("key", "text"), "cells": ("table", "row", "column", "value")}

Values = Mapping[str, float | None]


class Unit(NamedTuple):
    """One report: what its claims are held against."""

    report: str
    agency: str
    year: int | None
    sections: tuple[tuple[str, str], ...]
    values: Values
    before: Values | None


def units(report: Any, previous: Any) -> Iterator[Unit]:
    """Yield the reports that a caller gave; see :func:`gidtk.claims.claims`.

    Raises
    ------
    GidtkError
        If `report` or `previous` is no report, corpus or mapping of frames, a column is missing, or `previous` holds
        several reports.
    """
    sections, cells, reports = _frames(report)
    values = _values(cells)
    if previous is not None:
        _, earlier, _ = _frames(previous)
        old = list(_values(earlier).values())
        if len(old) > 1:
            raise GidtkError(f"previous holds {len(old)} reports: give one, or a corpus as report")
    about, last = _about(reports), _last_reports(reports)
    for id_, own in sections.groupby("report", sort=False):
        agency, year = about.get(str(id_), ("", None))
        before = values.get(last[str(id_)]) if str(id_) in last else None
        if previous is not None:
            before = old[0] if old else {}
        texts = tuple(zip(own["key"].astype(str), own["text"].fillna("").astype(str), strict=True))
        yield Unit(str(id_), agency, year, texts, values.get(str(id_), {}), before)


def _frames(report: Any) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return sections, cells and reports, each with a column ``report``."""
    if isinstance(report, Mapping):
        frames: dict[str, Any] = {name: report.get(name) for name in ("sections", "cells", "reports")}
    else:
        frames = {name: getattr(report, name, None) for name in ("sections", "cells", "reports")}
        source = getattr(report, "source", None)
        if source is not None and frames["sections"] is not None:
            frames["sections"] = pd.DataFrame(
                [(section.key, section.text) for section in report.sections], columns=["key", "text"]
            )
            frames["reports"] = pd.DataFrame({"agency": [report.agency], "year": [report.year]})
            frames = {name: frame.assign(report=source.sha256[:16]) for name, frame in frames.items()}
    for name, needed in _NEEDED.items():
        frame = frames[name]
        if not isinstance(frame, pd.DataFrame):
            raise GidtkError(
                f"{type(report).__name__} has no frame {name!r}: give a report, a corpus, or frames by their names"
            )
        if missing := [column for column in needed if column not in frame.columns]:
            raise GidtkError(f"{name} without column {', '.join(missing)}: give the frames of a report or a corpus")
    reports = frames["reports"] if isinstance(frames["reports"], pd.DataFrame) else pd.DataFrame()
    found = [frames["sections"], frames["cells"], reports]
    own, figures, about = (f if "report" in f.columns else f.assign(report="") for f in found)
    return own, figures, about


def _values(cells: pd.DataFrame) -> dict[str, dict[str, float | None]]:
    found: dict[str, dict[str, float | None]] = {}
    columns = (cells[name] for name in ("report", "table", "row", "column", "value"))
    for report, table, row, column, value in zip(*columns, strict=True):
        found.setdefault(str(report), {})[f"{table}.{row}.{column}"] = None if pd.isna(value) else float(value)
    return found


def _about(reports: pd.DataFrame) -> dict[str, tuple[str, int | None]]:
    """Return agency and year of every report."""
    found = {}
    for row in reports.to_dict("records"):
        agency, year = (None if pd.isna(row.get(name)) else row[name] for name in ("agency", "year"))
        found[str(row["report"])] = (str(agency or ""), None if year is None else int(year))
    return found


def _last_reports(reports: pd.DataFrame) -> dict[str, str]:
    """Return each report's report of the year before."""
    names = [str(name) for name in reports["report"]]
    return {names[n]: names[at] for n, at in enumerate(previous_positions(reports).tolist()) if at >= 0}
