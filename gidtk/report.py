"""One report: from a file to its identity, sections, cells and verdicts."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from gidtk.blocks import Block, Paragraph
from gidtk.card import report_card
from gidtk.checks import VERDICT_COLUMNS, check_cells, suspects, verdict_rows
from gidtk.errors import GidtkError, NotAReportError
from gidtk.evidence import Evidence, find_evidence
from gidtk.form import Form, column_label, detect_form, labels
from gidtk.identity import Identity, read_identity
from gidtk.issues import Issue
from gidtk.labels import canonical
from gidtk.pictured import read_tables, with_pictures
from gidtk.readers import Document, load_bytes, read_bytes
from gidtk.remarks import annex_remarks, form_remarks
from gidtk.sections import Section, split_sections
from gidtk.tables import Cell
from gidtk.volumes import split_document, split_reports
from gidtk.witness import confirmed

__all__ = ["CELL_COLUMNS", "Report", "Source", "read_report", "read_reports"]

CELL_COLUMNS = ("table", "row", "column", "value", "raw", "status", "place")


class Source(NamedTuple):
    """The file a report was read from."""

    file: str
    sha256: str
    format: str


@dataclass(frozen=True)
class Report:
    """A disclosure annual report (政府信息公开工作年度报告) as read from one file.

    It shows itself as a card in Jupyter. Everything is as printed: faults of the document are in `verdicts` and
    `issues`, no value is repaired.

    Attributes
    ----------
    title, agency, region, region_code, level, published : str or None
        None where the page does not say. `region_code` is text: six digits of GB/T 2260. `level` is ``province``,
        ``prefecture``, ``county`` or ``township``; `published` an ISO date.
    kind : str or None
        ``government``, ``department``, ``township``, ``street_office``; None for another body.
    scope : str or None
        Whose figures: ``own`` (本机关) or ``area`` (全辖区汇总), only where the report says so.
    year : int or None
        The year reported on.
    period : str or None
        The period of the figures as an ISO interval, ``2020-01-01/2020-12-31``.
    form : str or None
        ``f2008``, ``f2014``, ``f2019`` or ``f2021``.
    front : Section
        What stands before the first section.
    sections : tuple of Section
        The sections found, in the order of the page.
    issues : tuple of Issue
        What the document did wrong or the reading could not settle: ``code``, ``severity``, ``message``.
    source : Source
        File name, sha256 of its bytes, format.
    evidence : mapping of str to str
        For title, agency, year, period, scope and published the words that each was read from.

    Examples
    --------
    >>> import gidtk as gid
    >>> report = gid.read_report(gid.sample("anfu_2020.txt"))
    >>> report
    <Report 安福县人民政府 2020 f2019: 198 of 198 cells, 0 errors>
    """

    title: str | None
    agency: str | None
    region: str | None
    region_code: str | None
    level: str | None
    kind: str | None
    scope: str | None
    year: int | None
    period: str | None
    published: str | None
    form: str | None
    front: Section
    sections: tuple[Section, ...]
    issues: tuple[Issue, ...]
    source: Source
    evidence: Mapping[str, str] = field(repr=False, compare=False)
    _form: Form | None = field(repr=False, compare=False)
    _cells: tuple[Cell, ...] = field(repr=False, compare=False)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The cells of the form, each once, in its order.

        Columns ``table``, ``row``, ``column`` (ids), ``value`` (a number in the column's unit, missing unless the
        status is ``ok``), ``raw`` (what is printed), ``status`` (``ok``, ``blank``, ``dash``, ``absent``,
        ``unreadable``) and ``place`` (where it stands in the file).
        """
        frame = pd.DataFrame(
            list(self._cells),
            columns=list(CELL_COLUMNS),
        )
        return frame.astype({name: "Float64" if name == "value" else "str" for name in CELL_COLUMNS})

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """What adds up and what does not: see :func:`gidtk.check_cells`."""
        return check_cells(self.cells, self.text("overview"))

    def _values(self) -> dict[tuple[str, str, str], float | None]:
        return {(c.table, c.row, c.column): None if c.value is None else float(c.value) for c in self._cells}

    @cached_property
    def suspects(self) -> pd.DataFrame:
        """The cells that alone would explain every failed identity: see :func:`gidtk.suspects`."""
        return suspects(self.cells)

    @property
    def disclosure(self) -> pd.DataFrame:
        """Table 二, 主动公开: one row a kind of document or act; missing where the form has no cell or no number."""
        return self._shaped("disclosure")

    @property
    def requests(self) -> pd.DataFrame:
        """Table 三, 收到和处理申请: one row a result, one column a kind of applicant (件)."""
        return self._shaped("requests")

    @property
    def disputes(self) -> pd.DataFrame:
        """Table 四, 行政复议、行政诉讼: one row a kind of dispute, one column an outcome (件)."""
        return self._shaped("disputes")

    @property
    def statistics(self) -> pd.DataFrame:
        """The statistics table (统计表) of a report before 2019: this year's figures, and those of all years."""
        return self._shaped("statistics")

    def _shaped(self, table: str) -> pd.DataFrame:
        own = self.cells[self.cells["table"] == table]
        columns, rows = dict.fromkeys(own["column"]), dict.fromkeys(own["row"])
        frame = own.pivot(index="row", columns="column", values="value").reindex(
            index=list(rows), columns=list(columns)
        )
        whole = {name: "Int64" for name in frame if (frame[name].dropna() % 1 == 0).all()}
        return frame.astype(whole).rename_axis(index="row", columns="column")

    def text(self, key: str) -> str:
        """Return the text of a section, empty if the report has none.

        Parameters
        ----------
        key : str
            ``overview``, ``proactive_disclosure``, ``requests``, ``disputes``, ``problems``, ``other_matters``.
        """
        return "\n".join(section.text for section in self.sections if section.key == key)

    @property
    def narrative(self) -> str:
        """The text of the sections that are prose: 总体情况, 存在的主要问题及改进情况, 其他事项."""
        return "\n".join(filter(None, map(self.text, ("overview", "problems", "other_matters"))))

    def explain(self, table: str, row: str, column: str) -> Evidence:
        """Show how a cell was found: what is printed, where, and the words around it.

        Parameters
        ----------
        table, row, column : str
            The cell, in the ids of the form.

        Returns
        -------
        Evidence
            It shows itself in Jupyter with the cell marked; ``str`` gives it as text.

        Raises
        ------
        GidtkError
            If the report's form has no such cell.

        Examples
        --------
        >>> import gidtk as gid
        >>> print(gid.read_report(gid.sample("anfu_2020.txt")).explain("disclosure", "penalties", "items_change"))
        disclosure.penalties.items_change: 68 (printed: 增68)
          line 93
        ...
          行政处罚
          552
          【增68】
        """
        found = next((c for c in self._cells if (c.table, c.row, c.column) == (table, row, column)), None)
        name = f"{table}.{row}.{column}"
        if found is None:
            raise GidtkError(f"{self.source.file}: form {self.form} has no cell {name}; report.cells lists its cells")
        said = f"{found.status if found.value is None else f'{found.value:,.10g}'}" + f" (printed: {found.raw or '—'})"
        blocks = [block for section in (self.front, *self.sections) for block in section.blocks]
        return find_evidence(name, said, found.raw, found.place, blocks)

    def row_name(self, row: str, lang: str = "zh") -> str:
        """Return the label of a row as this report's form words it, without its number."""
        return (self._form.row_label(row) if self._form else labels().rows[row]).name(lang)

    def column_name(self, table: str, column: str, lang: str = "zh") -> str:
        """Return the label of a column."""
        return column_label(table, column).name(lang)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, in the shape that ``gidtk parse --json`` prints."""
        identity = ("title", "agency", "region", "region_code", "level", "year", "published", "form")
        return {
            "report": {name: getattr(self, name) for name in identity} | {"source": self.source._asdict()},
            "sections": [{"key": s.key, "number": s.number, "title": s.title, "text": s.text} for s in self.sections],
            "cells": [dict(zip(CELL_COLUMNS, cell, strict=True)) for cell in self._cells],
            "verdicts": [
                dict(zip(VERDICT_COLUMNS, map(_plain, row), strict=True))
                for row in verdict_rows(self._values(), self.text("overview"))
            ],
            "issues": [issue._asdict() for issue in self.issues],
        }

    def __repr__(self) -> str:
        """Say whose report it is and how much of it could be read."""
        ok = sum(cell.status == "ok" for cell in self._cells)
        failed = self.verdicts[(self.verdicts["verdict"] == "fail") & (self.verdicts["severity"] == "error")]
        owner = self.agency or self.title or self.source.file
        name = f"{owner} {self.year or 'year unknown'} {self.form or 'form unknown'}"
        return f"<Report {name}: {ok} of {len(self._cells)} cells, {len(failed)} errors>"

    def _repr_html_(self) -> str:
        return report_card(self)


def _plain(value: Any) -> Any:
    if value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value


def read_report(path: str | os.PathLike[str]) -> Report:
    """Read a disclosure annual report from a file.

    Parameters
    ----------
    path : str or path
        HTML, text, DOCX, PDF, OFD, MHTML; DOC, WPS and RTF through LibreOffice; scans and pictures by OCR, a figure
        of which counts only where the sums of the form bear it out. The content decides, not the name.

    Returns
    -------
    Report
        Faults of the document are recorded in it, they do not raise.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is of a kind that no reader takes.
    NotAReportError
        If nothing in the file belongs to a disclosure annual report.

    Examples
    --------
    >>> import gidtk as gid
    >>> gid.read_report(gid.sample("anfu_2020.txt")).requests.loc["granted", "natural"]
    np.int64(9)
    """
    document, source = _load(path)
    parts = split_reports(document.blocks)
    report = _build(document, source, str(path))
    if len(parts) == 1:
        return report
    several = Issue(
        "several_reports",
        "error",
        f"the file holds {len(parts)} reports; rows that differ are not read: gidtk.read_reports gives each report",
    )
    return replace(report, issues=(*report.issues, several))


def read_reports(path: str | os.PathLike[str]) -> list[Report]:
    """Read every report that a file holds.

    Parameters
    ----------
    path : str or path
        As for :func:`read_report`.

    Returns
    -------
    list of Report
        In the order of the file; one report where the file holds one, or where its parts cannot be told apart.

    Raises
    ------
    UnreadableFileError, NotAReportError
        As :func:`read_report`.

    Examples
    --------
    >>> import gidtk as gid
    >>> [report.year for report in gid.read_reports(gid.sample("anfu_2020.txt"))]
    [2020]
    """
    document, source = _load(path)
    return [_build(part, source, str(path)) for part in split_document(document)]


def _load(path: str | os.PathLike[str]) -> tuple[Document, Source]:
    data = load_bytes(path)
    document = read_bytes(data, str(path), Path(path).parent)
    return document, Source(Path(path).name, hashlib.sha256(data).hexdigest(), document.format)


class _Reading(NamedTuple):
    """What the blocks of a report say."""

    front: Section
    sections: list[Section]
    identity: Identity
    form: Form | None
    cells: list[Cell]
    gaps: list[Issue]  # of sections and identity
    faults: list[Issue]  # of the tables


def _read(blocks: Sequence[Block]) -> _Reading:
    front, sections, missing = split_sections(blocks)
    identity, gaps = read_identity(front, sections)
    text = canonical("\n".join(_texts(blocks))).replace(" ", "").replace("\0", "")
    form = detect_form(text, identity.year)
    cells: list[Cell] = []
    faults: list[Issue] = []
    if form is not None:
        form, cells, faults = read_tables(blocks, form, identity.year)
    return _Reading(front, sections, identity, form, cells, [*gaps, *missing], faults)


def _build(document: Document, source: Source, name: str) -> Report:
    reading = _read(document.blocks)
    found = with_pictures(document, reading.form, reading.cells, reading.identity, bool(reading.sections))
    if found.blocks is not document.blocks:
        reading = _read(found.blocks)
    front, sections, identity, form, cells, gaps, faults = reading
    cells = confirmed(cells)
    if not sections and not any(cell.status == "ok" for cell in cells) and identity.title is None:
        raise NotAReportError(
            f"{name}: no section, table or title of a disclosure annual report (政府信息公开工作年度报告) was found "
            f"in {sum(map(len, _texts(found.blocks))):,} characters: check that the page was saved with its text"
        )
    faults = [*faults, *form_remarks(form, identity.year), *annex_remarks(faults, form, found.blocks)]
    return Report(
        title=identity.title,
        agency=identity.agency,
        region=identity.region,
        region_code=identity.region_code,
        level=identity.level,
        kind=identity.kind,
        scope=identity.scope,
        year=identity.year,
        period=identity.period,
        published=identity.published,
        form=form.id if form else None,
        front=front,
        sections=tuple(sections),
        issues=(*document.issues, *found.issues, *gaps, *faults),
        source=source,
        evidence=identity.evidence,
        _form=form,
        _cells=tuple(cells),
    )


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell.text for row in block.rows for cell in dict.fromkeys(row) if cell and cell.text)
