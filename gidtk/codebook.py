"""The codebook: what each column of a panel holds, how it was made, and why values are missing."""

import html
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gidtk.crosswalk import crosswalk
from gidtk.errors import GidtkError
from gidtk.files import make_folder, write_csv, write_whole
from gidtk.measures import Measure, measures
from gidtk.panel import HasFrames, indicator_columns, variable_columns
from gidtk.units import unit_of
from gidtk.variables import Variable, column_facts, facts, variables

__all__ = ["CODEBOOK_COLUMNS", "REASONS", "codebook", "write_codebook"]

DESCRIBED = ("name", "zh", "en", "unit", "forms", "basis", "comparability", "caveat", "formula")
REASONS = ("blank", "dash", "absent", "unreadable", "not_in_form", "not_computed", "not_stated", "no_report")
COUNTS = ("n", "corrected", *REASONS)
CODEBOOK_COLUMNS = (*DESCRIBED, *COUNTS, "min", "median", "max")

_LABELS = {
    "value": ("", ""),
    "n": ("分母", "n"),
    "low": ("区间下限", "lower limit"),
    "high": ("区间上限", "upper limit"),
}


def codebook(panel: pd.DataFrame, source: HasFrames | None = None) -> pd.DataFrame:
    """Describe every column of a panel.

    Parameters
    ----------
    panel : DataFrame
        As :func:`gidtk.panel.panel` makes it; columns added by hand are described by their numbers alone.
    source : Corpus or Frames, optional
        What the panel was made of: its cells say why values are missing.

    Returns
    -------
    DataFrame
        One row a column of the panel, in its order: ``name``, ``zh``, ``en``, ``unit``, ``forms`` (those that have it),
        ``basis`` (the article or notice), ``comparability`` (grade of a harmonised column), ``caveat``, ``formula``;
        then counts: ``n`` (rows with a value), ``corrected`` (those of them that corrections.csv changed), and the
        rows without one by reason: ``blank``, ``dash``, ``absent`` and ``unreadable`` cells (missing without `source`),
        ``not_in_form`` (the report's form does not have it), ``not_computed`` (an input is missing or a denominator
        is 0), ``not_stated`` (the page does not say), ``no_report`` (years of a unit without a report, between the
        first and the last year of the panel); then ``min``, ``median``, ``max`` of what is a number.

    Notes
    -----
    The reasons and ``n`` add up to the rows of the panel and the years without a report.

    Examples
    --------
    >>> panel = pd.DataFrame({"year": [2020], "form": ["f2019"], "granted_total": [9.0]})
    >>> codebook(panel).set_index("name").loc["granted_total", ["unit", "basis"]].tolist()
    ['件', '条例第三十六条第（一）项、第（二）项']
    """
    described = [_described(str(name)) for name in panel.columns]
    statuses = _statuses(panel, source)
    gone = _unit_years_without(panel)
    rows = [
        (*text, *_counted(panel, str(name), kind, statuses, gone), *_spread(panel[name]))
        for name, (kind, text) in zip(panel.columns, described, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=list(CODEBOOK_COLUMNS))
    kinds = dict.fromkeys(DESCRIBED, "str") | dict.fromkeys(COUNTS, "Int64")
    return frame.astype(kinds | dict.fromkeys(("min", "median", "max"), "Float64"))


# --- what a column is -------------------------------------------------------------------------------------

Described = tuple[str, tuple[str, ...]]  # variable, made, stated or added; then the columns of DESCRIBED


def _described(name: str) -> Described:
    if name in variables() or name.startswith("extra_"):
        return "variable", _of_variable(variables().get(name, Variable(name, "", "", "", name, name, "", "", ())))
    if name in crosswalk():
        return "made", _of_harmonised(name)
    if name in _indicator_names():
        return "made", _of_measure(name, *_indicator_names()[name])
    known = column_facts(name)
    label = (known.get("zh", name), known.get("en", name), known.get("unit", ""))
    return "stated" if known else "added", (name, *label, "", "", "", "", "")


def _of_variable(item: Variable) -> tuple[str, ...]:
    return item.name, item.zh, item.en, item.unit, " ".join(item.forms), item.basis, "", "", ""


def _of_harmonised(name: str) -> tuple[str, ...]:
    item = crosswalk()[name]
    formula = "; ".join(f"{form_id}: {text}" for form_id, text in item.formulas.items())
    caveat = _both(item.caveat_zh, item.caveat_en)
    return name, item.zh, item.en, item.unit, " ".join(item.formulas), "", item.grade, caveat, formula


def _indicator_names() -> dict[str, tuple[Measure, str]]:
    return {
        name: (measure, part) for id_, measure in measures().items() for name, part in indicator_columns(id_).items()
    }


def _of_measure(name: str, measure: Measure, part: str) -> tuple[str, ...]:
    zh, en = _LABELS[part]
    label = (f"{measure.zh}：{zh}" if zh else measure.zh, f"{measure.en}: {en}" if en else measure.en)
    formula = measure.text if part == "value" else measure.denominator if part == "n" and measure.denominator else ""
    unit = measure.unit if part == "value" else ""
    return name, *label, unit, " ".join(measure.forms), "", "", _both(measure.caveat_zh, measure.caveat_en), formula


def _both(zh: str, en: str) -> str:
    return " / ".join(filter(None, (zh, en)))


# --- how often it has a value, and why not ----------------------------------------------------------------


def _statuses(panel: pd.DataFrame, source: HasFrames | None) -> pd.DataFrame | None:
    """Return how many cells of the panel's reports have which status, one row a variable."""
    if source is None or "report" not in panel.columns:
        return None
    cells = source.cells
    own = cells[cells["report"].isin(panel["report"])]
    places, names = variable_columns(own)
    counts = pd.crosstab(pd.Index(names).take(places), own["status"].to_numpy()) if len(own) else pd.DataFrame()
    return counts.reindex(columns=["ok", "corrected", "blank", "dash", "absent", "unreadable"], fill_value=0)


def _unit_years_without(panel: pd.DataFrame) -> int | None:
    """Count the years of a unit without a report, between the first and the last year of the panel."""
    if not {"region_code", "agency", "year"} <= {*panel.columns}:
        return None
    known = pd.DataFrame({"unit": unit_of(panel), "year": panel["year"]}).dropna()
    if known.empty:
        return 0
    years = int(known["year"].max() - known["year"].min()) + 1
    return known["unit"].nunique() * years - len(known.drop_duplicates())


def _counted(
    panel: pd.DataFrame, name: str, kind: str, statuses: pd.DataFrame | None, gone: int | None
) -> tuple[int | None, ...]:
    n = int(panel[name].notna().sum())
    rest = len(panel) - n
    counts: dict[str, int | None] = dict.fromkeys(COUNTS, 0)
    counts |= {"n": n, "no_report": gone}
    if kind == "variable":
        counts |= _by_status(name, statuses, len(panel))
    elif kind == "made":
        outside = int((~panel["form"].isin(_forms_of(name))).sum()) if "form" in panel.columns else 0
        counts |= {"not_in_form": outside, "not_computed": rest - outside}
    else:
        counts["not_stated"] = rest
    return tuple(counts[reason] for reason in COUNTS)


def _by_status(name: str, statuses: pd.DataFrame | None, size: int) -> dict[str, int | None]:
    cell_reasons = ("corrected", *REASONS[:4])
    if statuses is None:
        return dict.fromkeys((*cell_reasons, "not_in_form"), None)
    if name not in statuses.index:
        return {"not_in_form": size}
    found: dict[str, Any] = statuses.T.to_dict()[name]
    return {**{reason: found[reason] for reason in cell_reasons}, "not_in_form": size - sum(found.values())}


def _forms_of(name: str) -> tuple[str, ...]:
    return tuple(crosswalk()[name].formulas) if name in crosswalk() else _indicator_names()[name][0].forms


def _spread(column: pd.Series) -> tuple[float | None, ...]:
    if not pd.api.types.is_numeric_dtype(column) or column.notna().sum() == 0:
        return None, None, None
    numbers = column.dropna().to_numpy(dtype=np.float64)
    return float(numbers.min()), float(np.median(numbers)), float(numbers.max())


# --- writing it -------------------------------------------------------------------------------------------


def write_codebook(book: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    """Write a codebook as Markdown, CSV or HTML, by the end of the file's name, whole or not at all.

    Parameters
    ----------
    book : DataFrame
        From :func:`codebook`.
    path : str or path
        Ends with ``.md``, ``.csv`` or ``.html``; its folder is made when it is not there.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    GidtkError
        For another ending, or if the folder cannot be made.

    Examples
    --------
    >>> import tempfile
    >>> book = codebook(pd.DataFrame({"year": [2020], "form": ["f2019"]}))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(write_codebook(book, f"{folder}/codebook.md").read_text(encoding="utf-8").splitlines()[4])
    | year | 年度 | year reported on |  |  |  |  |  |  | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |  | 2020 | 2020 | 2020 |
    """
    path = Path(path)
    if path.suffix.lower() == ".csv":
        return write_csv(book, path)
    if path.suffix.lower() not in _WRITERS:
        raise GidtkError(
            f"{path.name}: a codebook is written as .md, .csv or .html: give the file one of these endings"
        )
    folder = make_folder(path.parent)
    write_whole(folder, {path.name: _WRITERS[path.suffix.lower()](book)})
    return path


def _heads() -> Mapping[str, Mapping[str, str]]:
    heads: Mapping[str, Mapping[str, str]] = facts()["codebook"]
    return heads


def _text(value: Any) -> str:
    if pd.isna(value):
        return ""
    return (
        f"{value:.6g}"
        if isinstance(value, float) and not float(value).is_integer()
        else f"{value:.0f}"
        if isinstance(value, float)
        else str(value)
    )


def _markdown(book: pd.DataFrame) -> str:
    def line(cells: list[str]) -> str:
        return "| " + " | ".join(map(_in_markdown, cells)) + " |"

    heads = [f"{_heads()[name]['zh']} {_heads()[name]['en']}" for name in book.columns]
    rows = [line([_text(value) for value in row]) for row in book.itertuples(index=False, name=None)]
    return "\n".join(["# 变量说明 Codebook", "", line(heads), "|" + " --- |" * len(heads), *rows, ""])


def _in_markdown(text: str) -> str:
    flat = html.escape(" ".join(text.split()), quote=False)
    for mark in "\\`|*_[]":
        flat = flat.replace(mark, f"\\{mark}") if mark not in "_*" or mark == "*" else flat
    return flat


def _html(book: pd.DataFrame) -> str:
    head = "".join(
        f'<th scope="col"><span lang="zh-CN">{html.escape(_heads()[name]["zh"])}</span><br>'
        f'<span lang="en">{html.escape(_heads()[name]["en"])}</span></th>'
        for name in book.columns
    )
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(_text(value))}</td>" for value in row) + "</tr>"
        for row in book.itertuples(index=False, name=None)
    )
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>变量说明 Codebook</title>\n'
        f'<style>{_CSS}</style>\n</head>\n<body>\n<h1>变量说明 <span lang="en">Codebook</span></h1>\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</body>\n</html>\n"
    )


_CSS = (
    "body{font:14px/1.4 'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif;"
    "margin:1.5rem}"
    "table{border-collapse:collapse}th{position:sticky;top:0;background:#fff}"
    "th,td{border:1px solid #bbb;padding:.2rem .4rem;text-align:left;vertical-align:top}"
)
_WRITERS: dict[str, Callable[[pd.DataFrame], str]] = {".md": _markdown, ".html": _html}
