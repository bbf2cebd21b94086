"""Likely wrong cells of many reports, and the sheet on which somebody who looked at the pages corrects them."""

from typing import Any

import pandas as pd

from gidtk.checks import SUSPECT_COLUMNS, suspects
from gidtk.corrections import CORRECTION_COLUMNS
from gidtk.findings import check_columns
from gidtk.form import rules

__all__ = ["WRONG_COLUMNS", "correction_sheet", "likely_wrong"]

WRONG_COLUMNS = ("report", *SUSPECT_COLUMNS, "alone")


def likely_wrong(verdicts: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Find the cells that alone would explain the failed sums of a report, for every report with failed sums.

    Parameters
    ----------
    verdicts : DataFrame
        ``report`` and the columns of :func:`gidtk.check_cells`.
    cells : DataFrame
        ``report``, ``table``, ``row``, ``column``, ``value`` of the same reports.

    Returns
    -------
    DataFrame
        ``report``, the columns of :func:`gidtk.suspects`, and ``alone``: whether it is the only cell of its table that
        would explain the failures. It is a hypothesis for somebody who looks at the page: no value is changed.

    Raises
    ------
    GidtkError
        If a column is missing.

    Examples
    --------
    >>> import gidtk as gid
    >>> cells = gid.read_report(gid.sample("anfu_2020.txt")).cells.assign(report="a")
    >>> cells.loc[(cells["row"] == "granted") & (cells["column"] == "natural"), "value"] = 90
    >>> found = likely_wrong(gid.check_cells(cells).assign(report="a"), cells)
    >>> found[["report", "row", "column", "value", "repaired", "alone"]].values.tolist()
    [['a', 'granted', 'natural', 90.0, 9.0, True]]
    """
    check_columns(verdicts, "report", "rule", "verdict")
    check_columns(cells, "report", "table", "row", "column", "value")
    sums = [rule for rule, facts in rules().items() if "left" in facts]
    failed = verdicts.loc[(verdicts["verdict"] == "fail") & verdicts["rule"].isin(sums), "report"]
    parts = [suspects(cells.iloc[:0]).assign(report="")]
    own = cells[cells["report"].isin(failed.unique())]
    parts += [suspects(part).assign(report=report) for report, part in own.groupby("report", sort=False)]
    found = pd.concat(parts, ignore_index=True)
    found["alone"] = ~found.duplicated(["report", "table"], keep=False)
    return found[list(WRONG_COLUMNS)].astype({"report": "str", "alone": "boolean"})


def correction_sheet(wrong: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Return likely wrong cells as a sheet of corrections to fill in by hand (corrections.csv).

    Parameters
    ----------
    wrong : DataFrame
        As :func:`likely_wrong` gives it.
    reports : DataFrame
        ``report``, ``agency``, ``year``, ``file``, as ``corpus.reports``.

    Returns
    -------
    DataFrame
        The columns of ``corrections.csv`` (:data:`gidtk.corrections.CORRECTION_COLUMNS`), of which ``new``, ``reason``,
        ``who`` and ``source`` are empty, then ``suggested``, ``agency``, ``year``, ``file``, which help to find the
        page. The value that would repair the sums is a suggestion: whoever looked at the page writes ``new``. A line
        that is left as it is changes nothing. Write it with :func:`gidtk.write_csv`.

    Raises
    ------
    GidtkError
        If a column is missing.

    Examples
    --------
    >>> wrong = pd.DataFrame([["a", "requests", "granted", "natural", 90.0, 9.0]],
    ...                      columns=["report", "table", "row", "column", "value", "repaired"])
    >>> reports = pd.DataFrame({"report": ["a"], "agency": ["甲县"], "year": [2020], "file": ["a.html"]})
    >>> correction_sheet(wrong, reports)[["old", "new", "suggested", "agency"]].values.tolist()
    [['90', '', '9', '甲县']]
    """
    check_columns(wrong, "report", "table", "row", "column", "value", "repaired")
    check_columns(reports, "report", "agency", "year", "file")
    sheet = wrong.assign(old=wrong["value"].map(_number), suggested=wrong["repaired"].map(_number))
    sheet = sheet.merge(reports[["report", "agency", "year", "file"]], on="report", how="left")
    for name in ("new", "reason", "who", "source"):
        sheet[name] = ""
    columns = [*CORRECTION_COLUMNS, "suggested", "agency", "year", "file"]
    texts = [name for name in columns if name != "year"]
    return sheet[columns].astype(dict.fromkeys(texts, "str") | {"year": "Int64"})


def _number(value: Any) -> str:
    return "" if pd.isna(value) else f"{value:.15g}"
