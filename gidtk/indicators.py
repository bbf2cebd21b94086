"""Counts and shares of one report, with denominators and intervals; the formulas lie in ``forms/indicators.toml``."""

import math
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from gidtk.checks import asked_rows, cell_values
from gidtk.form import expand_ids

__all__ = ["ANSWER_COLUMNS", "SHARE_COLUMNS", "answers", "shares", "wilson"]

ANSWER_COLUMNS = ("id", "zh", "en", "count")
SHARE_COLUMNS = ("id", "zh", "en", "count", "n", "share", "low", "high")


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(files("gidtk").joinpath("forms/indicators.toml").read_text(encoding="utf-8"))


def wilson(count: float, n: float, z: float = 1.959963984540054) -> tuple[float, float]:
    """Return the Wilson score interval of a share, 95 % unless told otherwise.

    Parameters
    ----------
    count, n : float
        Cases that count, and cases in all; `n` above 0.
    z : float, optional
        Quantile of the normal distribution.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. *Journal of the
    American Statistical Association*, 22(158), 209-212.

    Examples
    --------
    >>> [round(limit, 3) for limit in wilson(9, 11)]
    [0.523, 0.949]
    """
    share = count / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def answers(cells: pd.DataFrame, column: str = "total") -> pd.DataFrame:
    """Count how requests were answered, in the six groups of table 三.

    Parameters
    ----------
    cells : DataFrame
        The cells of one report, as ``report.cells``.
    column : str, optional
        The kind of applicant.

    Returns
    -------
    DataFrame
        ``id``, ``zh``, ``en``, ``count`` (件; missing when a cell of the group has no number).

    Examples
    --------
    >>> import gidtk as gid
    >>> answers(gid.read_report(gid.sample("anfu_2020.txt")).cells)["count"].tolist()
    [9, 0, 2, 0, 0, 0]
    """
    values = cell_values(cells)
    rows = [
        (id_, group["zh"], group["en"], _total([f"requests.{row}.{column}" for row in group["rows"]], values))
        for id_, group in _facts()["answers"].items()
    ]
    return pd.DataFrame(rows, columns=list(ANSWER_COLUMNS)).astype({"count": "Int64"})


def shares(cells: pd.DataFrame) -> pd.DataFrame:
    """Compute the shares of ``forms/indicators.toml`` for one report.

    Parameters
    ----------
    cells : DataFrame
        The cells of one report, as ``report.cells``.

    Returns
    -------
    DataFrame
        ``id``, ``zh``, ``en``, ``count`` (numerator), ``n`` (denominator), ``share`` (0 to 1) and its Wilson 95 %
        interval ``low`` to ``high``. All missing when an input has no number; share and interval missing when `n`
        is 0, or when the count exceeds it. Shares of small `n` say little: read the interval. They rank nobody.

    Examples
    --------
    >>> import gidtk as gid
    >>> frame = shares(gid.read_report(gid.sample("anfu_2020.txt")).cells).set_index("id")
    >>> frame.loc["grant_rate", ["count", "n"]].tolist()
    [9, 11]
    """
    values = cell_values(cells)
    rows = []
    for id_, facts in _facts()["shares"].items():
        count, n = (_total(facts[part], values) for part in ("numerator", "denominator"))
        if count is None or n is None:
            count = n = None
        known = count is not None and n and count <= n
        share, (low, high) = (
            (count / n, wilson(count, n)) if known and count is not None and n else (None, (None, None))
        )
        rows.append((id_, facts["zh"], facts["en"], count, n, share, low, high))
    whole, real = dict.fromkeys(("count", "n"), "Int64"), dict.fromkeys(("share", "low", "high"), "Float64")
    return pd.DataFrame(rows, columns=list(SHARE_COLUMNS)).astype(whole | real)


def _total(operands: Iterable[str], values: Mapping[tuple[str, str, str], float | None]) -> int | None:
    """Sum cells; None when one of them has no number."""
    numbers = []
    for operand in operands:
        table, pattern, column = operand.split(".")
        rows = expand_ids([pattern], asked_rows(table, [row for name, row, _ in values if name == table]))
        numbers += [values.get((table, row, column)) for row in rows]
    known = [number for number in numbers if number is not None]
    return int(sum(known)) if len(known) == len(numbers) else None
