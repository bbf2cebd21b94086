"""Coding sheets: items drawn at random, handed to people to code."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gidtk.codes import problem_codes
from gidtk.errors import GidtkError
from gidtk.export import write_table
from gidtk.handouts import keep_filled

__all__ = ["SHEET_COLUMNS", "draw_sheet", "write_sheet"]

SHEET_COLUMNS = ("item", "report", "agency", "year", "form", "kind", "number", "text", "codes", "note", "coder")
_STRATA = ("form", "year")


def draw_sheet(
    items: pd.DataFrame,
    reports: pd.DataFrame | None = None,
    *,
    share: float = 0.2,
    seed: int = 1,
    by: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Draw items at random for coding, the same share of each stratum.

    Parameters
    ----------
    items : DataFrame
        As :func:`gidtk.problems` gives them for many reports. Codes given by cues are left out: coders must not see
        them.
    reports : DataFrame, optional
        ``report`` and any of ``agency``, ``year``, ``form`` and the columns of `by`.
    share : float
        What share of each stratum to draw, rounded up; 1 draws all.
    seed : int
        The same seed draws the same items, whatever the order of the rows; a stratum's draw does not change when
        reports are added to others, and a larger share holds the smaller.
    by : sequence of str, optional
        Columns of `reports` or `items` whose values make the strata; without it ``form`` and ``year`` where they are
        known.

    Returns
    -------
    DataFrame
        :data:`SHEET_COLUMNS`, all text but ``year`` and ``number``: ``item`` (report, ``p`` or ``m``, number) names the
        item; ``codes``, ``note`` and ``coder`` are empty. In the order of the items.

    Raises
    ------
    GidtkError
        If a column is missing, an item stands twice or `share` is not above 0 and at most 1.

    Examples
    --------
    >>> from gidtk.problems import problems
    >>> sections = pd.DataFrame({"report": ["a"], "key": "problems", "text": "一是更新慢。二是人手少。"})
    >>> draw_sheet(problems(sections), share=0.5)[["item", "text", "codes"]].values.tolist()
    [['a-p1', '更新慢', '']]
    """
    if missing := [name for name in ("report", "kind", "number", "text") if name not in items]:
        raise GidtkError(f"items without {missing[0]}: give what problems() returns for the sections of many reports")
    if not 0 < share <= 1:
        raise GidtkError(f"share {share} is not above 0 and at most 1: 0.2 draws a fifth")
    frame = _described(items.reset_index(drop=True), reports)
    frame["item"] = [f"{r}-{str(k)[:1]}{n}" for r, k, n in frame[["report", "kind", "number"]].itertuples(index=False)]
    if twice := frame.loc[frame["item"].duplicated(), "item"].tolist():
        raise GidtkError(f"the item {twice[0]} stands twice: give every item once")
    known = [name for name in _STRATA if name in frame] if by is None else list(by)
    if unknown := [name for name in known if name not in frame]:
        raise GidtkError(f"no column {unknown[0]} to draw by: it stands in neither items nor reports")
    strata: dict[tuple[str, ...], list[int]] = {}
    for place, values in enumerate(frame[known].astype("str").itertuples(index=False, name=None)):
        strata.setdefault(values, []).append(place)
    ranks = [hashlib.sha256(f"{seed} {item}".encode()).hexdigest() for item in frame["item"]]
    drawn = [place for own in strata.values() for place in sorted(own, key=ranks.__getitem__)[: _part(share, len(own))]]
    sheet = frame.iloc[sorted(drawn)].reindex(columns=list(SHEET_COLUMNS)).reset_index(drop=True)
    texts = [name for name in SHEET_COLUMNS if name not in ("year", "number")]
    return sheet.astype({"year": "Int64", "number": "Int64"} | dict.fromkeys(texts, "str")).fillna(
        dict.fromkeys(texts, "")
    )


def _described(items: pd.DataFrame, reports: pd.DataFrame | None) -> pd.DataFrame:
    own = items.drop(columns=["codes", "note", "coder"], errors="ignore")
    if reports is None:
        return own
    if "report" not in reports:
        raise GidtkError("reports without report: give the reports of the corpus that the items are from")
    added = [name for name in reports if name == "report" or name not in own]
    return own.merge(reports[added].drop_duplicates("report"), on="report", how="left")


def _part(share: float, size: int) -> int:
    """Return how many of a stratum to draw: rounded up, but not for what floating point adds."""
    return int(-(-round(share * size, 9) // 1))


def write_sheet(
    sheet: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    coder: str,
    book: pd.DataFrame | None = None,
) -> Path:
    """Write one coder's sheet, for Excel or as CSV; one of that name that was filled in is renamed before.

    Parameters
    ----------
    sheet : DataFrame
        As :func:`draw_sheet` gives it.
    path : str or path
        Ends with ``.xlsx`` (the code book is its second sheet) or ``.csv``.
    coder : str
        Who is to code; stands in every row.
    book : DataFrame, optional
        The code book (:func:`gidtk.codes.problem_codes`).

    Returns
    -------
    Path
        The file. No cell is taken for a formula.

    Raises
    ------
    GidtkError
        If a column is missing, the coder has no name, or the ending is another one.

    Examples
    --------
    >>> import tempfile
    >>> from gidtk.problems import problems
    >>> sections = pd.DataFrame({"report": ["a"], "key": "problems", "text": "一是更新慢。"})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_sheet(draw_sheet(problems(sections), share=1), f"{folder}/first.csv", coder="first").name
    'first.csv'
    """
    if Path(path).suffix.lower() not in (".csv", ".xlsx"):
        raise GidtkError(f"{path}: coding sheets are written as .csv or .xlsx: give the file one of these endings")
    if missing := [name for name in SHEET_COLUMNS if name not in sheet]:
        raise GidtkError(f"sheet without {missing[0]}: give what draw_sheet() returns")
    if not coder.strip():
        raise GidtkError("a sheet needs the name of its coder: give coder=")
    keep_filled(path, ["codes", "note"])
    return write_table(sheet.assign(coder=coder.strip()), path, problem_codes() if book is None else book)
