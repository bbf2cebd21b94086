"""A corpus read back: its tables as pandas, filtered before they are loaded."""

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gidtk.bundled import bundled
from gidtk.corrections import ISSUE_COLUMNS, apply_corrections, read_corrections, recheck
from gidtk.errors import GidtkError, MissingExtraError
from gidtk.rebuilt import rebuilt
from gidtk.report import Report
from gidtk.schemas import TABLES, schema, to_pandas
from gidtk.store import CARD, is_corpus, table_files, table_of
from gidtk.windows import drawn_anew

__all__ = ["CORRECTIONS", "Corpus", "open_corpus"]

CORRECTIONS = "corrections.csv"  # filled in by hand, in the folder of the corpus


@dataclass(frozen=True)
class Corpus:
    """A corpus as it lies on disk; a table is loaded when it is first asked for.

    Attributes
    ----------
    path : Path
        Its folder.
    chosen : tuple
        What :meth:`select` chose, as ``(column, values)``; empty for the whole corpus.
    reports, sections, cells, verdicts, issues, failures, files : DataFrame
        Its tables. ``reports`` has one row a report; the others name theirs in ``report``. ``failures`` and ``files``
        are always those of the whole corpus. The columns are those of :func:`gidtk.schemas.schema`; codes are text,
        and what is not known is missing.

    Examples
    --------
    >>> import tempfile
    >>> import gidtk as gid
    >>> from gidtk.build import build_corpus
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     corpus = build_corpus(gid.sample(), folder, jobs=0)
    ...     corpus.cells["status"].value_counts().to_dict(), len(corpus.select(years=2021))
    ({'ok': 198}, 0)
    """

    path: Path
    chosen: tuple[tuple[str, tuple[Any, ...]], ...] = field(default=())

    @cached_property
    def reports(self) -> pd.DataFrame:
        """One row a report."""
        return self.table("reports")

    @cached_property
    def sections(self) -> pd.DataFrame:
        """One row a section, with its text."""
        return self.table("sections")

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row a cell, with the corrections of ``corrections.csv``: their status is ``corrected``."""
        return self._corrected[0]

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """One row a rule and what it was held against; what corrections bear on is drawn anew."""
        verdicts, sheet = self.table("verdicts"), self.path / CORRECTIONS
        if not sheet.exists():
            return verdicts
        cells = self.cells
        verdicts = recheck(verdicts, cells, dict.fromkeys(cells.loc[cells["status"] == "corrected", "report"]))
        named = set(read_corrections(sheet)["report"])
        return drawn_anew(verdicts, Corpus(self.path).reports, named, self._as_corrected)

    def _as_corrected(self, table: str, reports: pd.DataFrame, only: Collection[tuple[str, str]] = ()) -> pd.DataFrame:
        """Return rows of some reports, chosen or not, with the corrections applied; which cells does not matter."""
        own = Corpus(self.path, (("report", tuple(reports["report"])),))
        frame: pd.DataFrame = getattr(own, table)
        return frame

    @cached_property
    def issues(self) -> pd.DataFrame:
        """One row a fault of a document or a limit of its reading; corrections that were refused among them."""
        return pd.concat([self.table("issues"), self._corrected[1]], ignore_index=True)

    @cached_property
    def failures(self) -> pd.DataFrame:
        """One row a file in which no report was read."""
        return self.table("failures")

    @cached_property
    def files(self) -> pd.DataFrame:
        """One row a name under which a document was found."""
        return self.table("files")

    @cached_property
    def _corrected(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The cells with the corrections applied, and what could not be applied."""
        cells, sheet = self.table("cells"), self.path / CORRECTIONS
        if not sheet.exists():
            return cells, pd.DataFrame(columns=list(ISSUE_COLUMNS), dtype="str")
        corrections = read_corrections(sheet)
        if self.chosen:
            corrections = corrections[corrections["report"].isin(self.reports["report"])]
        return apply_corrections(cells, corrections)

    def table(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Load a table as it was read, or some of its columns.

        Parameters
        ----------
        name : str
            One of the tables.
        columns : sequence of str, optional
            Only these, in the order of the table.

        Returns
        -------
        DataFrame
            Only of the reports chosen, in the order of the reports.

        Raises
        ------
        GidtkError
            If there is no such table or column.
        """
        known = schema(name).names
        if lost := [column for column in columns or () if column not in known]:
            raise GidtkError(f"table {name} has no column {', '.join(lost)}: it has {', '.join(known)}")
        wanted = [column for column in known if columns is None or column in columns]
        dataset, rows = self._source(name)
        return to_pandas(dataset.to_table(columns=wanted, filter=rows), name)

    def _source(self, name: str) -> tuple[Any, Any]:
        """Return the files of a table that can hold rows of the reports chosen, and what chooses the rows."""
        files = table_files(self.path, name)
        if not self.chosen or name in ("failures", "files"):
            return table_of(files, name), None
        if name == "reports":
            return table_of(files, name), _expression(self.chosen)
        ids = pa.array(self.reports["report"].tolist(), pa.string())
        parts = self._parts
        own = [file for file in files if not file.name.startswith("part-") or file.name in parts]
        return table_of(own, name), pc.field("report").isin(ids)

    @cached_property
    def _parts(self) -> set[str]:
        """The files that hold the chosen reports: those of one report bear the same name in every table."""
        dataset, rows = self._source("reports")
        found = dataset.to_table(columns=["__filename"], filter=rows)["__filename"].unique().to_pylist()
        return {Path(name).name for name in found}

    def select(
        self,
        years: int | Iterable[int] | None = None,
        region: str | Iterable[str] | None = None,
        level: str | Iterable[str] | None = None,
        form: str | Iterable[str] | None = None,
    ) -> "Corpus":
        """Choose reports, before anything is loaded.

        Parameters
        ----------
        years : int or iterable of int, optional
            Report years, such as ``2020`` or ``range(2019, 2022)``.
        region : str or iterable of str, optional
            The first digits of the division's code: ``36`` for a province, ``3608`` for a prefecture, ``360829`` for
            a county.
        level : str or iterable of str, optional
            ``province``, ``prefecture``, ``county``, ``township``.
        form : str or iterable of str, optional
            ``f2008``, ``f2014``, ``f2019``, ``f2021``.

        Returns
        -------
        Corpus
            What was chosen before stays chosen. A report that does not say what is asked for is not among them.

        Raises
        ------
        GidtkError
            If a value is of the wrong kind: codes are text.

        Examples
        --------
        >>> open_corpus(folder).select(years=range(2019, 2021), region="36").cells  # doctest: +SKIP
        """
        asked = {"year": (years, int), "region_code": (region, str), "level": (level, str), "form": (form, str)}
        chosen = [(name, _values(name, given, kind)) for name, (given, kind) in asked.items() if given is not None]
        return replace(self, chosen=(*self.chosen, *chosen))

    def dask(self, name: str) -> Any:
        """Return a table as a Dask DataFrame, for what outgrows the memory (extra ``gidtk[cluster]``).

        Parameters
        ----------
        name : str
            One of the tables.

        Returns
        -------
        dask.dataframe.DataFrame
            One partition a file of the table, with the same columns and types, as read: corrections are not applied.

        Raises
        ------
        MissingExtraError
            If Dask is not installed.
        """
        try:
            import dask.dataframe as dd
        except ImportError:
            raise MissingExtraError('Corpus.dask needs Dask: pip install "gidtk[cluster]"') from None
        dataset, rows = self._source(name)
        empty = to_pandas(schema(name).empty_table(), name)
        files = dataset.files or [str(file) for file in table_files(self.path, name)[:1]]
        return dd.from_map(_partition, files, name=name, rows=rows, meta=empty)

    def report(self, id_: str) -> Report:
        """Return one report as the corpus has it, without its file.

        Parameters
        ----------
        id_ : str
            As in the column ``report``.

        Returns
        -------
        Report
            With identity, sections, cells, issues; the layout of its page is not in the corpus, so that
            :meth:`Report.explain` tells the place of a cell and not the words around it.

        Raises
        ------
        GidtkError
            If the corpus has no such report.
        """
        one = replace(self, chosen=(*self.chosen, ("report", (id_,))))
        if one.reports.empty:
            raise GidtkError(f"{self.path}: no report {id_!r}: the column report of the table reports has their names")
        return rebuilt(one.reports.iloc[0], one.sections, one.cells, one.issues)

    def __len__(self) -> int:
        """Return how many reports are chosen."""
        dataset, rows = self._source("reports")
        return int(dataset.count_rows(filter=rows))

    def __repr__(self) -> str:
        """Say how many reports of how many agencies and years there are."""
        return f"<Corpus {self.path.name}: {self._summary()}>"

    def _repr_html_(self) -> str:
        reports = self.table("reports", ["year", "form"])
        counts = reports.groupby(["year", "form"], dropna=False, observed=True).size().reset_index(name="count")
        rows = "".join(
            f"<tr><th scope=row>{_known(row.year)}</th><td>{_known(row.form)}</td><td>{row.count_:,}</td></tr>"
            for row in counts.rename(columns={"count": "count_"}).itertuples()
        )
        head = "<tr><th>年度 year</th><th>格式 form</th><th>报告 reports</th></tr>"
        return f"<p><b>{escape(self.path.name)}</b>: {escape(self._summary())}</p><table>{head}{rows}</table>"

    def _summary(self) -> str:
        reports = self.table("reports", ["agency", "year"])
        years = reports["year"].dropna()
        span = f", {years.min()} to {years.max()}" if len(years) else ""
        failed = table_of(table_files(self.path, "failures"), "failures").count_rows()
        return f"{len(reports):,} reports of {reports['agency'].nunique():,} agencies{span}; {failed:,} files not read"


def _partition(file: str, name: str, rows: Any) -> pd.DataFrame:
    return to_pandas(table_of([Path(file)], name).to_table(filter=rows), name)


def _values(name: str, given: Any, kind: type) -> tuple[Any, ...]:
    values = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
    for value in values:
        if isinstance(value, bool) or not (isinstance(value, kind) or (kind is int and hasattr(value, "__index__"))):
            word = "text" if kind is str else "a whole number"
            raise GidtkError(f"{name} {value!r}: give {word}" + (", as '360829'" if name == "region_code" else ""))
    return tuple(int(value) for value in values) if kind is int else values


def _expression(chosen: Iterable[tuple[str, tuple[Any, ...]]]) -> Any:
    whole = pc.scalar(True)
    for name, values in chosen:
        if name == "region_code":
            part = pc.scalar(False)
            for value in values:
                part = part | pc.starts_with(pc.field(name), value)
        else:
            part = pc.field(name).isin(pa.array(list(values), schema("reports").field(name).type))
        whole = whole & part
    return whole


def _known(value: Any) -> str:
    return "—" if pd.isna(value) else escape(str(value))


def open_corpus(path: str | os.PathLike[str]) -> Corpus:
    """Open a corpus; nothing is loaded.

    Parameters
    ----------
    path : str or path
        A folder that ``gidtk build`` made; ``sample`` for the bundled corpus: the real report of 安福县 for 2020, and
        simulated ones of 24 counties over six years, some with planted faults, which say so in ``flags``.

    Returns
    -------
    Corpus

    Raises
    ------
    GidtkError
        If the folder is no corpus, or its first build was not finished.

    Examples
    --------
    >>> open_corpus("sample")
    <Corpus corpus: 146 reports of 25 agencies, 2019 to 2024; 0 files not read>
    """
    folder = bundled("data") / "corpus" if str(path) == "sample" else Path(path)
    if table_files(folder, "reports") and all(table_files(folder, table) for table in TABLES):
        return Corpus(folder)
    if is_corpus(folder):
        raise GidtkError(f"{path}: the build of this corpus was not finished: run it again, it goes on from there")
    what = "is no corpus" if folder.is_dir() else "no such folder"
    raise GidtkError(f"{path}: {what}: give a folder that holds {CARD}, as gidtk build makes it")
