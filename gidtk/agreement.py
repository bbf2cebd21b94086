"""How far coders agree: per cent, Cohen's kappa, Krippendorff's alpha, by code; where they do not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from gidtk.codes import code_order, split_codes
from gidtk.errors import GidtkError, MissingExtraError

__all__ = ["AGREEMENT_COLUMNS", "DISAGREEMENT_COLUMNS", "agreement", "confusion", "disagreements"]

AGREEMENT_COLUMNS = ("code", "items", "coders", "given", "percent", "kappa", "alpha")
DISAGREEMENT_COLUMNS = ("item", "coder", "other", "shared", "only_coder", "only_other", "settled")
ALL = "all"
NONE = "0"

Coded = dict[str, dict[str, frozenset[str]]]  # item to coder to codes


def agreement(codings: pd.DataFrame) -> pd.DataFrame:
    """Measure how far coders agree: on the set of codes of an item, and on each code by itself.

    Parameters
    ----------
    codings : DataFrame
        As :func:`gidtk.codings.read_codings` gives it: ``item``, ``coder``, ``codes`` (joined by ``;``; ``0`` where no
        code fits; missing where not coded).

    Returns
    -------
    DataFrame
        The first row, ``all``, takes the set of codes of an item as one value: P1 and P1;P2 differ. Then a row for each
        code, given or not given.

        - ``code``; ``items``: those that at least two coders coded; ``coders``: how many coded any of them.
        - ``given``: how often the code was given; in the first row, the codings of those items.
        - ``percent``: 100 × the mean, over the items, of the share of pairs of coders that agree.
        - ``kappa``: Cohen's, only for two coders; missing where chance alone would agree wholly.
        - ``alpha``: Krippendorff's, nominal, for any number of coders and gaps; missing where nobody differs in
          anything that was coded.

        Missing also where no item was coded twice.

    Raises
    ------
    GidtkError
        If a column is missing or a coder coded an item twice.
    MissingExtraError
        If the package krippendorff is not installed.

    Notes
    -----
    Kappa is (p_o - p_e) / (1 - p_e) with p_o the share of items agreed on and p_e what the two coders' own frequencies
    would give by chance. Alpha is 1 - D_o / D_e over pairs within items. Both fall where a code is rare, at the same
    per cent: read them beside ``given``. Rates over different samples or code books must not be compared.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement, 20(1),
    37-46.

    Krippendorff, K. (2004). Content analysis: An introduction to its methodology (2nd ed.). Sage.

    Examples
    --------
    >>> codings = pd.DataFrame({"item": ["1", "2"] * 2, "coder": list("aabb"), "codes": ["P1", "P2", "P1", "P1;P2"]})
    >>> agreement(codings)[["code", "items", "percent", "kappa"]].values.tolist()
    [['all', 2, 50.0, 0.3333333333333333], ['P1', 2, 50.0, 0.0], ['P2', 2, 100.0, 1.0]]
    """
    coded = {item: own for item, own in _coded(codings).items() if len(own) > 1}
    codes = _listed(code for own in coded.values() for given in own.values() for code in given)
    sets = {item: {who: ";".join(sorted(given)) for who, given in own.items()} for item, own in coded.items()}
    rows = [_measured(ALL, sets, sum(map(len, sets.values())))]
    for code in codes:
        has = {item: {who: str(code in given) for who, given in own.items()} for item, own in coded.items()}
        rows.append(_measured(code, has, sum(value == "True" for own in has.values() for value in own.values())))
    frame = pd.DataFrame(rows, columns=list(AGREEMENT_COLUMNS))
    whole, parts = dict.fromkeys(("items", "coders", "given"), "Int64"), ("percent", "kappa", "alpha")
    return frame.astype({"code": "str"} | whole | dict.fromkeys(parts, "Float64"))


def confusion(codings: pd.DataFrame, coder: str, other: str) -> pd.DataFrame:
    """Count which code of one coder meets which of another.

    Parameters
    ----------
    codings : DataFrame
        As for :func:`agreement`.
    coder, other : str
        Two coders.

    Returns
    -------
    DataFrame
        Rows are codes of `coder`, columns those of `other` (the same codes, ``0`` last for no code); each cell counts
        items. A code that both gave counts on the diagonal; each code that one gave alone meets each that the other
        gave alone, or ``0`` where the other gave no further one. With one code an item it is the usual table.

    Raises
    ------
    GidtkError
        If a column is missing, there is no such coder, or a coder coded an item twice.

    Examples
    --------
    >>> codings = pd.DataFrame({"item": ["1", "2"] * 2, "coder": list("aabb"), "codes": ["P1", "P2", "P1", "P1;P2"]})
    >>> confusion(codings, "a", "b").values.tolist()
    [[1, 0, 0], [0, 1, 0], [1, 0, 0]]
    """
    coded = _coded(codings)
    known = sorted({who for own in coded.values() for who in own})
    if unknown := [who for who in (coder, other) if who not in known]:
        raise GidtkError(f"no coder {unknown[0]!r}: those who coded are {', '.join(known) or 'none'}")
    cells: Counter[tuple[str, str]] = Counter()
    for own in coded.values():
        if coder in own and other in own:
            cells.update(_met(own[coder] - {NONE}, own[other] - {NONE}))
    codes = [*_listed(code for cell in cells for code in cell), NONE]
    table = [[cells[row, column] for column in codes] for row in codes]
    return pd.DataFrame(table, index=pd.Index(codes, name=coder), columns=pd.Index(codes, name=other), dtype="int64")


def disagreements(codings: pd.DataFrame) -> pd.DataFrame:
    """List the items that two coders coded differently, for them to settle.

    Parameters
    ----------
    codings : DataFrame
        As for :func:`agreement`.

    Returns
    -------
    DataFrame
        One row an item and pair of coders: ``item``, ``coder``, ``other``, ``shared`` (codes that both gave),
        ``only_coder``, ``only_other`` (what one gave alone; ``0`` for no code), ``settled`` (empty: for the settled
        codes, kept apart from both codings).

    Raises
    ------
    GidtkError
        If a column is missing or a coder coded an item twice.

    Examples
    --------
    >>> codings = pd.DataFrame({"item": ["1", "2"] * 2, "coder": list("aabb"), "codes": ["P1", "P2", "P1", "P1;P2"]})
    >>> disagreements(codings).values.tolist()
    [['2', 'a', 'b', 'P2', '', 'P1', '']]
    """
    rows = [
        (item, coder, other, *(";".join(sorted(part, key=code_order)) for part in (a & b, a - b, b - a)), "")
        for item, own in _coded(codings).items()
        for (coder, a), (other, b) in combinations(sorted(own.items()), 2)
        if a != b
    ]
    return pd.DataFrame(rows, columns=list(DISAGREEMENT_COLUMNS)).astype("str")


# --- helpers ----------------------------------------------------------------------------------------------


def _coded(codings: pd.DataFrame) -> Coded:
    """Return what was coded; what is not coded yet is left out."""
    if missing := [name for name in ("item", "coder", "codes") if name not in codings]:
        raise GidtkError(f"codings without {missing[0]}: give what read_codings() returns")
    coded: Coded = {}
    for item, coder, codes in codings[["item", "coder", "codes"]].itertuples(index=False):
        if given := frozenset(split_codes(codes)):
            own = coded.setdefault(str(item), {})
            if str(coder) in own:
                raise GidtkError(f"{coder} coded {item} twice: keep one coding of an item and coder")
            own[str(coder)] = given
    return coded


def _listed(codes: Iterable[str]) -> list[str]:
    return sorted({*codes} - {NONE}, key=code_order)


def _measured(code: str, values: Mapping[str, Mapping[str, str]], given: int) -> tuple[Any, ...]:
    coders = sorted({who for own in values.values() for who in own})
    if not values:
        return code, 0, 0, given, pd.NA, pd.NA, pd.NA
    shares = [_share(list(own.values())) for own in values.values()]
    kappa = _kappa([(own[coders[0]], own[coders[1]]) for own in values.values()]) if len(coders) == 2 else pd.NA
    return code, len(values), len(coders), given, 100 * float(np.mean(shares)), kappa, _alpha(values)


def _share(values: list[str]) -> float:
    """Return the share of pairs that agree."""
    pairs = [a == b for a, b in combinations(values, 2)]
    return sum(pairs) / len(pairs)


def _kappa(pairs: list[tuple[str, str]]) -> Any:
    n = len(pairs)
    observed = sum(a == b for a, b in pairs) / n
    first, second = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    expected = sum(first[value] * second[value] for value in first) / n**2
    return (observed - expected) / (1 - expected) if expected < 1 else pd.NA


def _alpha(values: Mapping[str, Mapping[str, str]]) -> Any:
    try:
        import krippendorff
    except ImportError:
        raise MissingExtraError('Krippendorff\'s alpha needs an extra: pip install "gidtk[coding]"') from None
    known = sorted({value for own in values.values() for value in own.values()})
    if len(known) < 2:
        return pd.NA
    counts = np.array([[list(own.values()).count(value) for value in known] for own in values.values()])
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


def _met(codes: frozenset[str], others: frozenset[str]) -> Iterator[tuple[str, str]]:
    yield from ((code, code) for code in codes & others)
    alone, other = codes - others, others - codes
    if alone or other or not codes:
        yield from ((a, b) for a in alone or {NONE} for b in other or {NONE})
