"""Lexical diversity (词汇丰富度): how varied the words of a text are, whatever its length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from gidtk.dictionary import Word
from gidtk.documents import VARIABLES, Texts, documents, result, tokenizer_for
from gidtk.errors import GidtkError
from gidtk.tokens import Tokenizer

__all__ = ["diversity", "mattr", "mtld"]

_COLUMNS = {
    "docname": "str",
    "tokens": "int64",
    "types": "int64",
    "ttr": "Float64",
    "mattr": "Float64",
    "mtld": "Float64",
    **VARIABLES,
}


def mattr(words: Sequence[str], window: int = 50) -> float | None:
    """Return the moving-average type-token ratio: the mean, over all windows, of different words / words.

    Parameters
    ----------
    words : sequence of str
        The words in reading order.
    window : int
        Words in a window.

    Returns
    -------
    float or None
        Above 0 to 1, higher is more varied; None for fewer words than one window. Only values of the same window may
        be compared.

    Raises
    ------
    GidtkError
        If `window` is below 1.

    References
    ----------
    Covington, M. A., & McFall, J. D. (2010). Cutting the Gordian knot: The moving-average type-token ratio (MATTR).
    Journal of Quantitative Linguistics, 17(2), 94-100. doi:10.1080/09296171003643098

    Examples
    --------
    >>> mattr(["a", "b", "a", "a"], window=2)
    0.8333333333333334
    """
    if window < 1:
        raise GidtkError(f"window must be at least 1 word, got {window}")
    if len(words) < window:
        return None
    counts = Counter(words[:window])
    types = total = len(counts)
    for old, new in zip(words, words[window:], strict=False):
        counts[old] -= 1
        types -= not counts[old]
        types += not counts[new]
        counts[new] += 1
        total += types
    return total / window / (len(words) - window + 1)


def mtld(words: Sequence[str], threshold: float = 0.72) -> float | None:
    """Return the measure of textual lexical diversity: the mean length of runs that keep a type-token ratio.

    A factor is complete when the ratio of the run falls below the threshold; the run that is left at the end counts as
    ``(1 - ratio) / (1 - threshold)`` of one. Words / factors, the mean of reading forwards and backwards.

    Parameters
    ----------
    words : sequence of str
        The words in reading order.
    threshold : float
        Between 0 and 1; the authors' 0.72.

    Returns
    -------
    float or None
        In words, higher is more varied; None without words, or if no word comes twice, when there is no factor. It is
        unsteady below about 100 words.

    Raises
    ------
    GidtkError
        If `threshold` is not between 0 and 1.

    References
    ----------
    McCarthy, P. M., & Jarvis, S. (2010). MTLD, vocd-D, and HD-D: A validation study of sophisticated approaches to
    lexical diversity assessment. Behavior Research Methods, 42(2), 381-392. doi:10.3758/BRM.42.2.381

    Examples
    --------
    >>> mtld(["a", "b", "a", "b"])
    4.0
    """
    if not 0 < threshold < 1:
        raise GidtkError(f"threshold must be between 0 and 1, got {threshold}")
    factors = [_factors(order, threshold) for order in (words, words[::-1])]
    return sum(len(words) / count for count in factors) / 2 if all(factors) else None


def _factors(words: Iterable[str], threshold: float) -> float:
    seen: set[str] = set()
    factors = length = 0
    for word in words:
        seen.add(word)
        length += 1
        if len(seen) / length < threshold:
            factors, length, seen = factors + 1, 0, set()
    return factors + ((1 - len(seen) / length) / (1 - threshold) if length else 0)


def diversity(
    texts: Texts,
    *,
    window: int = 50,
    threshold: float = 0.72,
    remove: Iterable[str] = (),
    names: Iterable[str] = (),
    words: Iterable[Word] = (),
    tokenizer: Tokenizer | None = None,
) -> pd.DataFrame:
    """Measure the lexical diversity of each text (词汇丰富度).

    `ttr`, different words / words, falls with the length of a text and must never be compared between texts of
    different length; `mattr` and `mtld` are made to be. All depend on how texts are cut and on the stop words: compare
    only what has the same fingerprint and the same `remove`.

    Parameters
    ----------
    texts
        One text, a mapping, a Series, or a frame with a column ``text``; see `gidtk.frequency`. With a column
        ``section`` (or ``key``) each section is a text.
    window, threshold
        As for `mattr` and `mtld`.
    remove, names, words, tokenizer
        As for `gidtk.frequency`; by default no stop word is dropped.

    Returns
    -------
    DataFrame
        One row a document, in the order given: ``docname``; ``tokens`` (words), ``types`` (different words); ``ttr``
        (missing without words); ``mattr`` (missing with fewer words than `window`); ``mtld`` (missing where no word
        comes twice); ``report``, ``region``, ``level``, ``year``, ``section``, missing where the texts have none.

    Raises
    ------
    GidtkError
        As for `mattr`, `mtld` and `gidtk.frequency`.

    References
    ----------
    Covington & McFall (2010) and McCarthy & Jarvis (2010); see `mattr` and `mtld`.

    Examples
    --------
    >>> diversity("政务公开，政务公开，政策解读", window=2)[["tokens", "types", "ttr", "mattr"]].round(2)
       tokens  types   ttr  mattr
    0       3      2  0.67   0.75
    """
    cutter = tokenizer_for(words, tokenizer)
    given = documents(texts, names)
    rows = [
        (
            name,
            len(found),
            types := len(set(found)),
            types / len(found) if found else None,
            mattr(found, window),
            mtld(found, threshold),
            *given.variable(name).values(),
        )
        for name, found in given.words(cutter, remove).items()
    ]
    return result(rows, _COLUMNS, cutter)
