"""Which texts of many may share passages: MinHash signatures of their shingles, and texts that meet in a band.

The signatures are those of `rensa`. The bands are sorted here and not looked up in an index of its, because a text
that everybody prints would bring every pair together: in a bucket each text meets only its neighbours.

References
----------
Broder, A. Z. (1997). On the resemblance and containment of documents. Proceedings of Compression and Complexity of
SEQUENCES 1997, 21-29. https://doi.org/10.1109/SEQUEN.1997.666900
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import rensa
from numpy.typing import NDArray

__all__ = ["Shingles", "candidates", "common_shingles", "shared", "shingle"]

Hashes = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
_SEED, _PERMUTATIONS, _ROWS = 7, 512, 2  # 256 bands of two rows: of pairs with a Jaccard index of 0.1, 92 % meet
_NEIGHBOURS = 3  # of a text in a bucket, on either side
_FULL = 256  # texts that are all compared
_BATCH = 500  # texts signed at once
_CHUNK = 10_000  # pairs compared at once
_SLICES = 16  # parts of the hashes that are counted one after the other


class Shingles(NamedTuple):
    """The k-grams of a form: their hashes, sorted, and where in the form each begins."""

    hashes: Hashes
    places: NDArray[np.int32]


def shingle(form: str, k: int) -> Shingles:
    """Return the k-grams of a form with hashes that are the same on every machine.

    Examples
    --------
    >>> found = shingle("甲乙丙甲乙丙", 3)
    >>> sorted(found.places.tolist()), len(np.unique(found.hashes)), len(shingle("甲乙", 3).hashes)
    ([0, 1, 2, 3], 3, 0)
    """
    codes = _codes(form).astype(np.uint64)
    length = max(len(codes) - k + 1, 0)
    hashes = np.zeros(length, dtype=np.uint64)
    for n in range(k):
        hashes = hashes * np.uint64(0x100000001B3) + codes[n : n + length]
    hashes = _mixed(hashes)
    places = np.argsort(hashes, kind="stable")
    return Shingles(hashes[places], places.astype(np.int32))


def _codes(form: str) -> NDArray[np.uint32]:
    return np.frombuffer(form.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _mixed(hashes: Hashes) -> Hashes:
    """Spread the bits of every hash, as the last step of SplitMix64 does."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def shared(form: str, own: Shingles, donor: str, other: Shingles, k: int) -> Flags:
    """Tell of each shingle of a form whether it stands in a donor: by its hash, then character by character.

    Parameters
    ----------
    form, donor : str
        The two forms.
    own, other : Shingles
        Their k-grams.
    k : int
        The length of these.

    Returns
    -------
    array of bool
        In the order of `own`. As `gidtk.alignment.matches`, in a tenth of its time where many pairs are compared.

    Examples
    --------
    >>> one, other = "甲乙丙丁戊", "丑乙丙丁寅"
    >>> own = shingle(one, 3)
    >>> own.places[shared(one, own, other, shingle(other, 3), 3)].tolist()
    [1]
    """
    if not len(other.hashes):
        return np.zeros(len(own.hashes), dtype=np.bool_)
    found = np.minimum(np.searchsorted(other.hashes, own.hashes), len(other.hashes) - 1)
    same: Flags = other.hashes[found] == own.hashes
    span = np.arange(k)
    here = _codes(form)[own.places[same][:, None] + span]
    there = _codes(donor)[other.places[found[same]][:, None] + span]
    same[same] = (here == there).all(axis=1)
    return same


def common_shingles(texts: Sequence[Shingles], owners: Sequence[str], most: int) -> Hashes:
    """Return the hashes of shingles, sorted, that stand in the texts of more than `most` owners.

    Examples
    --------
    >>> one = shingle("甲乙丙", 3)
    >>> len(common_shingles([one, one], ["甲", "乙"], 1)), len(common_shingles([one, one], ["甲", "甲"], 1))
    (1, 0)
    """
    by_owner: dict[str, list[Hashes]] = defaultdict(list)
    for text, owner in zip(texts, owners, strict=True):
        by_owner[owner].append(text.hashes)
    found = [np.empty(0, dtype=np.uint64)]
    edges = [np.uint64(n * 2**64 // _SLICES) for n in range(_SLICES)]
    for number, low in enumerate(edges):
        high = edges[number + 1] if number + 1 < _SLICES else None
        each = [np.unique(np.concatenate([_between(part, low, high) for part in parts])) for parts in by_owner.values()]
        flat = np.sort(np.concatenate([*each, found[0]]))
        later = flat[most:]  # each beside the one `most` places before: equal where more than `most` are
        found.append(np.unique(later[later == flat[: len(later)]]))
    return np.concatenate(found)


def _between(hashes: Hashes, low: np.uint64, high: np.uint64 | None) -> Hashes:
    return hashes[np.searchsorted(hashes, low) : len(hashes) if high is None else np.searchsorted(hashes, high)]


def candidates(
    texts: Sequence[Shingles], kept: Sequence[Flags], owners: Sequence[str], askers: Flags, donors: Flags, most: int
) -> list[tuple[int, int]]:
    """Return the pairs of texts that are worth comparing, at most `most` donors for each asker.

    Parameters
    ----------
    texts : sequence of Shingles
        Every text.
    kept : sequence of arrays of bool
        Which shingles of each text are looked at.
    owners : sequence of str
        Whose text each is; texts of one owner are no pair.
    askers, donors : array of bool
        Which texts ask for donors, and which may be one. A text may be both.
    most : int
        The most alike come first. Up to 256 texts are all compared, by the share of the asker's shingles that the
        donor has. Of more texts those are compared that meet in a band of their signatures, by their estimated
        Jaccard index.

    Returns
    -------
    list of tuple
        Places of asker and donor, sorted.

    Examples
    --------
    >>> texts = [shingle(text, 2) for text in ("甲乙丙", "乙丙丁", "丑寅卯")]
    >>> both = np.ones(3, dtype=bool)
    >>> candidates(texts, [both[:2]] * 3, ["1", "2", "3"], both, both, 1)
    [(0, 1), (1, 0)]
    """
    rows = np.flatnonzero([flags.any() for flags in kept])
    filled = [(texts[row].hashes, kept[row]) for row in rows.tolist()]
    i, j, alike = _all_pairs(filled) if len(filled) <= _FULL else _met_pairs(_signatures(filled))
    owner = np.unique(np.array(owners, dtype=np.str_), return_inverse=True)[1][rows]
    wanted = askers[rows[i]] & donors[rows[j]] & (owner[i] != owner[j])
    i, j, alike = i[wanted], j[wanted], alike[wanted]
    order = np.lexsort((j, -alike, i))
    i, j = i[order], j[order]
    best = np.arange(len(i)) - np.searchsorted(i, i) < most
    return sorted(zip(rows[i[best]].tolist(), rows[j[best]].tolist(), strict=True))


def _all_pairs(texts: Sequence[tuple[Hashes, Flags]]) -> Pairs:
    """Return all pairs that share shingles, with the share of the first's that the second has."""
    sets = [np.unique(hashes[kept]) for hashes, kept in texts]
    count, sizes = len(sets), np.array([len(found) for found in sets], dtype=np.int64)
    flat = np.concatenate([*sets, np.empty(0, dtype=np.uint64)])
    order = np.argsort(flat, kind="stable")
    hashes, row = flat[order], np.repeat(np.arange(count), sizes)[order]
    common = np.zeros(count * count, dtype=np.int64)
    for step in range(1, count):
        same = hashes[:-step] == hashes[step:]  # rows with one shingle stand together, in their order
        if not same.any():
            break
        common += np.bincount(row[:-step][same] * count + row[step:][same], minlength=count * count)
    half = common.reshape(count, count)
    both = half + half.T
    i, j = np.nonzero(both)
    return i, j, both[i, j] / sizes[i]


def _met_pairs(signatures: NDArray[np.uint32]) -> Pairs:
    """Return the pairs that meet in a band, both ways, with their estimated Jaccard index."""
    one, other = _meeting(signatures)
    alike = _alike(signatures, one, other)
    return np.concatenate([one, other]), np.concatenate([other, one]), np.concatenate([alike, alike])


def _signatures(texts: Sequence[tuple[Hashes, Flags]]) -> NDArray[np.uint32]:
    """Sign texts, a bounded number at a time, as the library hands every number out as an object."""
    signed = np.empty((len(texts), _PERMUTATIONS), dtype=np.uint32)
    for n in range(0, len(texts), _BATCH):
        batch = [hashes[kept] for hashes, kept in texts[n : n + _BATCH]]
        offsets = np.cumsum([0, *map(len, batch)], dtype=np.uint64)
        matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
            np.concatenate(batch), offsets, num_perm=_PERMUTATIONS, seed=_SEED
        )
        signed[n : n + _BATCH] = matrix.to_rows()
    return signed


def _meeting(signatures: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of rows that are neighbours in a bucket of some band, each pair once.

    In a bucket rows are sorted by the next band, so that in each band other rows of a crowded bucket are neighbours.
    """
    count = len(signatures)
    bands = signatures.astype(np.uint64).reshape(count, _PERMUTATIONS // _ROWS, _ROWS)
    keys = (bands[:, :, 0] << np.uint64(32)) | bands[:, :, 1]
    met = [np.empty(0, dtype=np.int64)]
    for band in range(keys.shape[1]):
        order = np.lexsort((keys[:, (band + 1) % keys.shape[1]], keys[:, band]))
        ordered = keys[order, band]
        for step in range(1, min(_NEIGHBOURS, count - 1) + 1):
            same = ordered[:-step] == ordered[step:]
            one, other = order[:-step][same], order[step:][same]
            met.append(np.minimum(one, other) * count + np.maximum(one, other))
    pairs = np.unique(np.concatenate(met))
    return np.divmod(pairs, max(count, 1))


def _alike(signatures: NDArray[np.uint32], i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the estimated Jaccard index of pairs, a bounded number at a time."""
    parts = [
        (signatures[i[n : n + _CHUNK]] == signatures[j[n : n + _CHUNK]]).mean(axis=1) for n in range(0, len(i), _CHUNK)
    ]
    return np.concatenate([np.empty(0), *parts])
