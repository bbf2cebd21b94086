"""How alike two statements are, once numbers, dates, names and the verbs of exhortation are out of the way."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from gidtk.enumerations import cues
from gidtk.labels import simplified
from gidtk.masking import mask

__all__ = ["LONGEST", "clauses", "core", "likeness"]

LONGEST = 1_000  # characters of a statement that are compared; an item of a report has some 150


@lru_cache(maxsize=65536)
def core(text: str) -> str:
    """Return what a statement is about: masked, without formulas (进一步, 加强), function words and punctuation.

    Examples
    --------
    >>> core("进一步加强政策解读，2021年举办培训3次。") == core("持续加强政策解读；2022年举办培训12次")
    True
    """
    return re.sub(cues()["formulas"], "", mask(simplified(text[:LONGEST])).form)


def clauses(text: str) -> list[str]:
    r"""Return the clauses of a text, as printed.

    Examples
    --------
    >>> clauses("加强培训，完善制度。\n规范答复")
    ['加强培训', '完善制度', '规范答复']
    """
    return [clause.strip() for clause in re.split(r"[，,。；;：:！!？?\n]", text) if clause.strip()]


def likeness(texts: Sequence[str], others: Sequence[str]) -> NDArray[np.float64]:
    """Return how alike each of the first statements is to each of the others, from 0 to 1.

    Parameters
    ----------
    texts, others : sequence of str
        As printed.

    Returns
    -------
    array of float
        One row for each of `texts`, one column for each of `others`: twice the length of the longest common
        subsequence of the cores over the sum of their lengths; 0 where a core is empty.

    References
    ----------
    Navarro, G. (2001). A guided tour to approximate string matching. ACM Computing Surveys, 33(1), 31-88.

    Examples
    --------
    >>> likeness(["解读形式单一"], ["政策解读形式单一", "人员不足"]).round(2).tolist()
    [[0.86, 0.0]]
    """
    rows, columns = ([core(text) for text in group] for group in (texts, others))
    if not rows or not columns:
        return np.zeros((len(rows), len(columns)))
    scores = process.cdist(rows, columns, scorer=fuzz.ratio, dtype=np.float64, workers=1) / 100
    empty = np.array([not row for row in rows])[:, None] | np.array([not column for column in columns])
    return np.where(empty, 0.0, scores)
