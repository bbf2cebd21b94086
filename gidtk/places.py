"""Places of cells on a page (``table 2, row 4, column 3``; ``line 39``) as numbers that rise down the page."""

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["place_numbers"]

_BASE, _PARTS = 10_000, 4  # a place has up to four numbers: page, table, row, column
_NUMBER = re.compile(r"(?<![\w.\-])[0-9]{1,9}(?![\w.\-])")  # of the name of a picture (表1.png) none counts


def place_numbers(places: pd.Series) -> npt.NDArray[np.float64]:
    """Return a number for each place; NaN for one without numbers. Only places of one kind may be compared.

    Examples
    --------
    >>> place_numbers(pd.Series(["line 39", "table 1, row 2, column 3", None])).tolist()
    [39.0, 100020003.0, nan]
    >>> place_numbers(pd.Series(["picture 2 a-1_2022.png (OCR), table 1, row 5"])).tolist()
    [200010005.0]
    """
    codes, known = pd.factorize(places)
    numbers = np.array([*map(_number, map(str, known)), np.nan])
    found: npt.NDArray[np.float64] = numbers[codes]
    return found


def _number(place: str) -> float:
    numbers = [min(int(found), _BASE - 1) for found in _NUMBER.findall(place)]
    if not 0 < len(numbers) <= _PARTS:
        return float("nan")
    key = 0
    for number in numbers:
        key = key * _BASE + number
    return float(key)
