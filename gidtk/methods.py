"""A paragraph on methods, in both languages, with every number computed from the data."""

from typing import Protocol

import pandas as pd

from gidtk import __version__

__all__ = ["methods"]


class _Tables(Protocol):
    @property
    def reports(self) -> pd.DataFrame: ...

    @property
    def cells(self) -> pd.DataFrame: ...

    @property
    def verdicts(self) -> pd.DataFrame: ...

    @property
    def failures(self) -> pd.DataFrame: ...


def methods(corpus: _Tables, panel: pd.DataFrame) -> str:
    """Write the paragraph on methods of a corpus and its panel.

    Parameters
    ----------
    corpus : Corpus
        With ``reports``, ``cells``, ``verdicts`` and ``failures``.
    panel : DataFrame
        From :func:`gidtk.panel`.

    Returns
    -------
    str
        Markdown, first in Chinese, then in English.

    Examples
    --------
    >>> import tempfile
    >>> import gidtk as gid
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     corpus = gid.build_corpus(gid.sample(), folder, jobs=0)
    ...     print(methods(corpus, gid.panel(corpus)).splitlines()[2][:34])
    本研究的数据来自1份政府信息公开工作年度报告（1个机关，2020年）
    """
    facts = _facts(corpus, panel)
    return _TEXT.format(version=__version__, **facts)


def _facts(corpus: _Tables, panel: pd.DataFrame) -> dict[str, str]:
    reports, cells, verdicts = corpus.reports, corpus.cells, corpus.verdicts
    states = cells["status"].value_counts()
    outcomes = verdicts["verdict"].value_counts()
    numbers = {
        "reports": len(reports),
        "agencies": len(panel[["region_code", "agency"]].drop_duplicates()),
        "failures": len(corpus.failures),
        "cells": len(cells),
        "ok": int(states.get("ok", 0)),
        "corrected": int(states.get("corrected", 0)),
        "blank": int(states.get("blank", 0) + states.get("dash", 0)),
        "absent": int(states.get("absent", 0)),
        "unreadable": int(states.get("unreadable", 0)),
        "passed": int(outcomes.get("pass", 0)),
        "failed": int(outcomes.get("fail", 0)),
        "unassessable": int(outcomes.get("not assessable", 0)),
        "columns": len(panel.columns),
    }
    years = reports["year"].dropna()
    span = ("年度不详", "years unknown") if years.empty else _span(int(years.min()), int(years.max()))
    told = {name: f"{number:,}" for name, number in numbers.items()}
    return told | {"years_zh": span[0], "years_en": span[1]}


def _span(first: int, last: int) -> tuple[str, str]:
    return (f"{first}年", str(first)) if first == last else (f"{first}年至{last}年", f"{first} to {last}")


_TEXT = """# 方法说明 Methods

本研究的数据来自{reports}份政府信息公开工作年度报告（{agencies}个机关，{years_zh}），由 gidtk {version} 读取；\
另有{failures}个文件未能读出报告，列于 `failures.csv`。法定表格共{cells}个单元格：{ok}个印有数字，\
{corrected}个经人工更正，{blank}个为空白或横线，{absent}个在页面上没有，{unreadable}个无法确读而不予采用。空白不作零处理，任何数值均未推算或修改。\
按勾稽关系核对，{passed}项相符、{failed}项不符、{unassessable}项因缺少数字无法判断；不符者保留原文所印数值。\
面板共{columns}列，2019年格式与2021年格式只在对照表认为可比之处合并。

The data come from {reports} annual reports on government information disclosure ({agencies} agencies, {years_en}), \
read by gidtk {version}; in {failures} further files no report was found, they are listed in `failures.csv`. \
Of {cells} cells of the statutory tables {ok} print a number, {corrected} were corrected by hand, {blank} are blank or \
a dash, {absent} are not on the page, and {unreadable} could not be read for certain and are not used. No blank was \
taken for zero and no value was imputed or changed. Of the checks {passed} hold, {failed} fail and {unassessable} \
could not be assessed; values that fail are kept as printed. The panel has {columns} columns; the forms of 2019 and \
2021 are joined only where the crosswalk says that they may be compared.
"""
