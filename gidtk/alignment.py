"""What two texts have in common, exactly: every passage of at least k characters that stands in both."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gidtk.errors import GidtkError
from gidtk.masking import KINDS, Masked, mask

__all__ = [
    "PASSAGE_COLUMNS",
    "changes",
    "check_length",
    "matches",
    "passages",
    "share",
    "spans",
    "standing",
    "tiles",
    "widened",
]

PASSAGE_COLUMNS = {
    "passage": "Int64",
    "start": "Int64",
    "end": "Int64",
    "donor_start": "Int64",
    "donor_end": "Int64",
    "characters": "Int64",
    "text": "str",
    "donor_text": "str",
}
_PLACES = 64  # places of the donor that are tried for one passage; more only repeat it


def check_length(k: int) -> None:
    """Raise if k is no length of a passage."""
    if isinstance(k, bool) or not isinstance(k, int) or k < 2:
        raise GidtkError(f"k {k!r}: give the shortest length of a passage in characters, a whole number from 2")


def standing(form: str, donors: Iterable[str], k: int) -> NDArray[np.bool_]:
    """Mark the characters of a form that are part of a passage of k or more which stands in one of the donors.

    Those are the characters of the k-grams that stand there, so nothing needs to be aligned. A form that is shorter
    than k counts as reused only where it is the whole of a donor.

    Examples
    --------
    >>> standing("甲乙丙丁戊", ["丑乙丙丁寅"], 3).tolist()
    [False, True, True, True, False]
    """
    donors = list(donors)
    if len(form) < k:
        return np.full(len(form), form in donors, dtype=np.bool_)
    return widened(matches(form, donors, k), k)


def matches(form: str, donors: Iterable[str], k: int) -> NDArray[np.bool_]:
    """Tell of each k-gram of a form, in order, whether it stands in one of the donors.

    Examples
    --------
    >>> matches("甲乙丙丁戊", ["丑乙丙丁寅"], 3).tolist()
    [False, True, False]
    """
    known = {donor[n : n + k] for donor in donors for n in range(len(donor) - k + 1)}
    count = max(len(form) - k + 1, 0)
    return np.fromiter((form[n : n + k] in known for n in range(count)), np.bool_, count)


def widened(hits: NDArray[np.bool_], k: int) -> NDArray[np.bool_]:
    """Mark the k characters from each k-gram on that is hit.

    Examples
    --------
    >>> widened(np.array([False, True, False]), 2).tolist()
    [False, True, True, False]
    """
    steps = np.zeros(len(hits) + k, dtype=np.int64)
    places = np.flatnonzero(hits)
    steps[places] += 1
    steps[places + k] -= 1
    return np.cumsum(steps[:-1]) > 0


def share(weights: NDArray[np.integer[Any]], marked: NDArray[np.bool_]) -> float | None:
    """Return the share of the printed characters of a text that are marked; None for a text without any.

    Examples
    --------
    >>> share(mask("2020年公开").weights, np.array([True, False, False]))
    0.7142857142857143
    """
    whole = int(weights.sum())
    return float(weights[marked].sum()) / whole if whole else None


def tiles(form: str, donor: str, k: int) -> list[tuple[int, int, int]]:
    """Tile what `standing` marks with passages: place in the form, place in the donor, length.

    From left to right, each the longest that reaches furthest; where two overlap, the second is cut, so that a tile
    may be shorter than k. Of places of the same length in the donor the one after the tile before is taken, else the
    first. The time grows with the lengths of the texts, whatever they repeat.

    Examples
    --------
    >>> tiles("甲乙丙丁戊己庚", "丙丁戊己庚辛甲乙丙丁", 3)
    [(0, 6, 4), (4, 2, 3)]
    """
    if len(form) < k:
        return [(0, 0, len(form))] if form and form == donor else []
    index: dict[str, list[int]] = defaultdict(list)
    for n in range(len(donor) - k + 1):
        places = index[donor[n : n + k]]
        if len(places) < _PLACES:
            places.append(n)
    found: list[tuple[int, int, int]] = []
    position, behind = 0, 0
    starts = [n for n in range(len(form) - k + 1) if form[n : n + k] in index]
    for number, start in enumerate(starts):
        following = starts[number + 1] if number + 1 < len(starts) else len(form)
        if start + k <= position or following <= position:
            continue  # all of it is tiled, or a later start reaches further
        length, place = _longest(form, start, donor, index[form[start : start + k]], behind)
        cut = max(position - start, 0)
        found.append((start + cut, place + cut, length - cut))
        position, behind = start + length, place + length
    return found


def _longest(form: str, start: int, donor: str, places: list[int], behind: int) -> tuple[int, int]:
    """Return length and place of the longest match; among equals one not before `behind`, else the first."""
    lengths = [(_common(form, start, donor, place), place >= behind, -place) for place in places]
    length, _, place = max(lengths)
    return length, -place


def _common(one: str, i: int, other: str, j: int) -> int:
    """Return how many characters two texts share from two places on."""
    low, step = 0, 16
    limit = min(len(one) - i, len(other) - j)
    while low < limit and one[i + low : i + low + step] == other[j + low : j + low + step]:
        low, step = min(low + step, limit), step * 2
    high = min(low + step, limit)
    while low < high:
        middle = (low + high + 1) // 2
        if one[i + low : i + middle] == other[j + low : j + middle]:
            low = middle
        else:
            high = middle - 1
    return low


def spans(text: Masked, donor: Masked, k: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the tiles as places in the two printed texts."""
    for place, there, length in tiles(text.form, donor.form, k):
        last, final = place + length - 1, there + length - 1
        yield (int(text.starts[place]), int(text.ends[last]), int(donor.starts[there]), int(donor.ends[final]))


def changes(text: Masked, donor: Masked, k: int) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """Return where, inside the tiles, a mask hides different words: places in the text, and in the donor.

    Examples
    --------
    >>> changes(mask("收到申请12件，办结2件。"), mask("收到申请9件，办结2件。"), 4)
    (((4, 6),), ((4, 5),))
    """
    here, there = set(), set()
    for place, other, length in tiles(text.form, donor.form, k):
        for i, j in zip(range(place, place + length), range(other, other + length), strict=True):
            if text.masks(i):
                one, two = ((int(m.starts[n]), int(m.ends[n])) for m, n in ((text, i), (donor, j)))
                if text.text[slice(*one)] != donor.text[slice(*two)]:
                    here.add(one)
                    there.add(two)
    return tuple(sorted(here)), tuple(sorted(there))


def passages(
    text: str,
    donor: str,
    *,
    k: int = 8,
    masked: Collection[str] = KINDS,
    names: Collection[str] = (),
    donor_names: Collection[str] = (),
) -> pd.DataFrame:
    """List the passages of a text that stand in another one too.

    Parameters
    ----------
    text, donor : str
        The text that may have copied, and the one that it may have copied from. The measure is of `text`.
    k : int
        The shortest passage that counts, in characters without white space; a mask counts as one.
    masked : collection of str
        What is masked before comparing: ``names``, ``documents``, ``dates``, ``numbers``; ``()`` for nothing.
    names, donor_names : collection of str
        The names of the two units; see `gidtk.masking.own_names`.

    Returns
    -------
    DataFrame
        One row a passage, in the order of `text`, none overlapping there: ``passage`` (from 1), ``start``, ``end``
        (places in `text`), ``donor_start``, ``donor_end`` (places in `donor`), ``characters`` (printed ones in
        `text`, without white space), ``text``, ``donor_text`` (as printed there; they differ where a mask hides a
        changed number). Where two passages overlap the second is cut and may be shorter than `k`. Nothing is missing.

    Raises
    ------
    GidtkError
        If a text is no str, `k` is below 2 or a mask is unknown.

    Examples
    --------
    >>> frame = passages("2021年收到申请12件，均按期答复。", "2020年收到申请9件，均按期答复。")
    >>> frame[["start", "end", "donor_text"]].values.tolist()
    [[0, 19, '2020年收到申请9件，均按期答复。']]
    """
    check_length(k)
    one, other = mask(text, masked, names), mask(donor, masked, donor_names)
    found = list(spans(one, other, k))
    printed = [_printable(text[start:end]) for start, end, _, _ in found]
    theirs = [_printable(donor[start:end]) for _, _, start, end in found]
    rows = [
        (number, *places, len("".join(said.split())), said, there)
        for number, (places, said, there) in enumerate(zip(found, printed, theirs, strict=True), start=1)
    ]
    return pd.DataFrame(rows, columns=list(PASSAGE_COLUMNS)).astype(PASSAGE_COLUMNS)


def _printable(text: str) -> str:
    """Return a text without half characters, which no table takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
