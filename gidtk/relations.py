"""How the divisions of two reports stand to each other, by their codes."""

__all__ = ["LEVELS", "RELATIONS", "relation", "stem"]

RELATIONS = ("superior", "subordinate", "same_region", "same_superior", "other", "unknown")
LEVELS = (0, 2, 4, 6, 9, 12)  # digits of a code: nation, province, prefecture, county, township, village


def relation(code: str | None, other: str | None) -> str:
    """Say how the division of the second code stands to that of the first.

    Parameters
    ----------
    code, other : str or None
        Division codes of six digits, or of nine or twelve for townships and villages.

    Returns
    -------
    str
        ``superior`` (at any distance), ``subordinate``, ``same_region``, ``same_superior``, ``other``; ``unknown``
        where a code is missing.

    Examples
    --------
    >>> relation("360829", "360800"), relation("360829", "360830"), relation("360829", None)
    ('superior', 'same_superior', 'unknown')
    """
    if not code or not other:
        return "unknown"
    one, two = stem(code), stem(other)
    if one == two:
        return "same_region"
    if one.startswith(two):
        return "superior"
    if two.startswith(one):
        return "subordinate"
    return "same_superior" if _above(one) == _above(two) else "other"


def stem(code: str) -> str:
    """Return a division code without the zeros that end it.

    Examples
    --------
    >>> stem("360800"), stem("110000"), stem("000000")
    ('3608', '11', '')
    """
    return next((code[:digits] for digits in LEVELS if not code[digits:].strip("0")), code)


def _above(stem: str) -> str:
    return next(stem[:digits] for digits in reversed(LEVELS) if digits < len(stem))
