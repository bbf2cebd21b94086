"""Topics (主题): words that go together over many texts, by matrix factorisation or by latent Dirichlet allocation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from itertools import combinations
from math import log
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gidtk.dictionary import Word
from gidtk.documents import VARIABLES, Texts, documents, result, tokenizer_for
from gidtk.errors import GidtkError, MissingExtraError
from gidtk.tokens import Tokenizer

__all__ = ["Topics", "topics"]

Numbers = NDArray[np.float64]

_WORDS = {"topic": "Int64", "rank": "Int64", "feature": "str", "weight": "float64"}
_SHARES = {"docname": "str", "topic": "Int64", "share": "Float64", **VARIABLES}
_QUALITY = {"topic": "Int64", "share": "Float64", "coherence": "Float64", "words": "str"}


class Topics(NamedTuple):
    """Topics found in texts.

    Attributes
    ----------
    words : DataFrame
        The words that weigh most in each topic: ``topic`` (from 1), ``rank``, ``feature``, ``weight`` (share of the
        topic's weight on all words).
    documents : DataFrame
        One row a document and topic: ``docname``, ``topic``, ``share`` (of the document; the shares of one document add
        up to 1; missing for a document without any of the words), then ``report``, ``region``, ``level``, ``year``,
        ``section``.
    quality : DataFrame
        One row a topic: ``topic``, ``share`` (mean over documents), ``coherence`` (mean NPMI of its words, -1 to 1),
        ``words`` (joined by a blank).
    """

    words: pd.DataFrame
    documents: pd.DataFrame
    quality: pd.DataFrame


def topics(
    texts: Texts,
    k: int,
    *,
    method: Literal["nmf", "lda"] = "nmf",
    seed: int = 1,
    n_words: int = 10,
    min_docfreq: int = 2,
    max_docshare: float = 0.9,
    remove: Iterable[str] = ("function", "report", "exhortation"),
    names: Iterable[str] = (),
    words: Iterable[Word] = (),
    tokenizer: Tokenizer | None = None,
) -> Topics:
    """Find topics in texts (主题模型), with scikit-learn (``pip install "gidtk[topics]"``).

    ``"nmf"`` factorises the TF-IDF matrix of documents by words, rows of length 1, into k non-negative topics;
    ``"lda"`` fits latent Dirichlet allocation to the counts in batches of all documents. Topics are numbered by their
    mean share, largest first. The same texts, options and version of scikit-learn give the same topics; another seed
    may give others, so run several before believing one. Annual reports are much alike: expect sections, not opinions,
    and read documents of each topic before naming it. `coherence` is the mean normalised pointwise mutual information
    (NPMI) of the topic's `n_words` words, by the documents given: near 1 they stand in the same documents, 0 as by
    chance. It may be compared between values of `k` on the same texts and words, never between corpora.

    Parameters
    ----------
    texts
        A mapping, a Series, or a frame with a column ``text``; see `gidtk.frequency`. Sections or paragraphs make
        better documents than whole reports.
    k
        How many topics; at most as many as documents with a word.
    method
        ``"nmf"`` or ``"lda"``.
    seed
        Where the search starts.
    n_words
        How many words of each topic to return.
    min_docfreq, max_docshare
        Leave out words in fewer documents, and in a larger share of documents.
    remove, names, words, tokenizer
        As for `gidtk.frequency`.

    Returns
    -------
    Topics
        Frames ``words``, ``documents``, ``quality``.

    Raises
    ------
    GidtkError
        If `method` is another word, a number is out of range, or fewer words or documents than topics are left; for the
        rest as for `gidtk.frequency`.
    MissingExtraError
        If scikit-learn is not installed.

    References
    ----------
    Lee, D. D., & Seung, H. S. (1999). Learning the parts of objects by non-negative matrix factorization. Nature, 401,
    788-791. doi:10.1038/44565

    Blei, D. M., Ng, A. Y., & Jordan, M. I. (2003). Latent Dirichlet allocation. Journal of Machine Learning Research,
    3, 993-1022.

    Lau, J. H., Newman, D., & Baldwin, T. (2014). Machine reading tea leaves: Automatically evaluating topic coherence
    and topic model quality. Proceedings of EACL 2014, 530-539. doi:10.3115/v1/E14-1056

    Examples
    --------
    >>> texts = {"a": "疫情防控 复工复产", "b": "复工复产 疫情防控", "c": "政策解读 政务微博", "d": "政务微博 政策解读"}
    >>> found = topics(texts, 2, n_words=2)
    >>> sorted(sorted(words.split()) for words in found.quality["words"])
    [['复工复产', '疫情防控'], ['政务微博', '政策解读']]
    """
    if method not in ("nmf", "lda"):
        raise GidtkError(f"no method {method!r}; the methods are: nmf, lda")
    for value, what in [(k, "k"), (n_words, "n_words"), (min_docfreq, "min_docfreq")]:
        if value < 1:
            raise GidtkError(f"{what} must be at least 1, got {value}")
    if not 0 < max_docshare <= 1:
        raise GidtkError(f"max_docshare must be above 0 and at most 1, got {max_docshare}")
    cutter = tokenizer_for(words, tokenizer)
    given = documents(texts, names)
    counted = {name: Counter(found) for name, found in given.words(cutter, remove).items()}
    features = _features(counted, min_docfreq, max_docshare)
    kept = [name for name, counts in counted.items() if not counts.keys().isdisjoint(features)]
    if k > min(len(features), len(kept)):
        raise GidtkError(
            f"{k} topics need as many documents and words, but {len(kept)} documents and {len(features)} words are "
            "left: give more texts, fewer topics, or a smaller min_docfreq"
        )
    matrix = _matrix([counted[name] for name in kept], features)
    shares, weights = _factors(matrix, k, method, seed)
    top = [np.argsort(-row, kind="stable")[:n_words].tolist() for row in weights.round(12)]
    order = sorted(range(k), key=lambda topic: (-shares[:, topic].mean().round(9), top[topic]))
    shares, weights, top = shares[:, order], weights[order], [top[topic] for topic in order]
    listed = [
        (topic + 1, rank, features[word], weights[topic][word])
        for topic, chosen in enumerate(top)
        for rank, word in enumerate(chosen, start=1)
    ]
    columns = (matrix > 0).tocsc()
    quality = [
        (
            topic + 1,
            shares[:, topic].mean(),
            _coherence(columns[:, chosen].toarray()),
            " ".join(features[word] for word in chosen),
        )
        for topic, chosen in enumerate(top)
    ]
    by_name = dict(zip(kept, shares, strict=True))
    rows = [
        (name, topic + 1, by_name[name][topic] if name in by_name else None, *given.variable(name).values())
        for name in given.texts
        for topic in range(k)
    ]
    return Topics(result(listed, _WORDS, cutter), result(rows, _SHARES, cutter), result(quality, _QUALITY, cutter))


def _features(counted: dict[str, Counter[str]], least: int, most: float) -> list[str]:
    docfreq = Counter(word for counts in counted.values() for word in counts)
    return sorted(word for word, count in docfreq.items() if least <= count <= most * len(counted))


def _sklearn() -> Any:
    try:
        return import_module("sklearn.decomposition")
    except ImportError:
        raise MissingExtraError('topics need scikit-learn; run: pip install "gidtk[topics]"') from None


def _matrix(counted: list[Counter[str]], features: list[str]) -> Any:
    """Sparse counts, a row for each document and a column for each word."""
    _sklearn()
    column = {word: place for place, word in enumerate(features)}
    cells = [
        (row, column[word], count)
        for row, counts in enumerate(counted)
        for word, count in counts.items()
        if word in column
    ]
    rows, columns, counts = (np.array(part) for part in zip(*cells, strict=True))
    shape = (len(counted), len(features))
    return import_module("scipy.sparse").csr_matrix((counts.astype(float), (rows, columns)), shape=shape)


def _factors(counts: Any, k: int, method: str, seed: int) -> tuple[Numbers, Numbers]:
    """Shares of topics in documents and of words in topics; the rows of both add up to 1."""
    if method == "lda":
        model = _sklearn().LatentDirichletAllocation(k, random_state=seed, learning_method="batch", max_iter=50)
        found = model.fit_transform(counts)
    else:
        rarity = np.log(counts.shape[0] / np.asarray((counts > 0).sum(axis=0)).ravel()).clip(1e-9)
        weighed = counts.multiply(rarity).tocsr()
        length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)))
        model = _sklearn().NMF(k, init="nndsvda", random_state=seed, max_iter=1000)
        with np.errstate(invalid="ignore"):  # it takes the root of an error that rounding makes less than 0
            found = model.fit_transform(weighed.multiply(1 / length).tocsr())
    return _shared(found), _shared(model.components_)


def _shared(rows: Numbers) -> Numbers:
    """Divide each row by its sum; a row of nothing is spread evenly."""
    sums = rows.sum(axis=1, keepdims=True)
    return np.asarray(np.where(sums > 0, rows / np.where(sums > 0, sums, 1), 1 / rows.shape[1]))


def _coherence(present: NDArray[np.bool_]) -> float | None:
    """Mean NPMI of the pairs of words (columns) over documents; -1 for a pair that never stands in one document."""
    documents = len(present)
    values = []
    for one, other in combinations(present.T, 2):
        both = float((one & other).sum())
        if not both:
            values.append(-1.0)
            continue
        chance = float(one.sum() * other.sum()) / documents
        rarity = -log(both / documents)
        values.append(log(both / chance) / rarity if rarity else 0.0)
    return sum(values) / len(values) if values else None
