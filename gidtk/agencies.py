"""Who reports and whose figures: kinds of agency by their names, and the scope that a report states itself."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

__all__ = ["Scope", "is_agency", "is_below_county", "is_organ", "is_region", "kind", "scope"]

_BELOW_COUNTY = ("township", "street_office")


class Scope(NamedTuple):
    """Whose figures a report gives, and the words that say so."""

    id: str
    words: str


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(files("gidtk").joinpath("forms/agencies.toml").read_text(encoding="utf-8"))


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def is_organ(name: str) -> bool:
    """Tell whether a name ends as organs are named."""
    return _pattern(_facts()["organ"]).search(name) is not None


def is_region(name: str) -> bool:
    """Tell whether a name ends as regions are named."""
    return _pattern(_facts()["region"]).search(name) is not None


def is_agency(name: str) -> bool:
    """Tell a name from what stands in its place in a blank form.

    Examples
    --------
    >>> is_agency("安福县"), is_agency("格式模板")
    (True, False)
    """
    return bool(name) and _pattern(_facts()["no_agency"]).search(name) is None


def kind(agency: str) -> str | None:
    """Return the kind of an agency by its name.

    Parameters
    ----------
    agency : str
        The name, in simplified characters.

    Returns
    -------
    str or None
        ``government``, ``department``, ``township``, ``street_office``; None for another body.

    Examples
    --------
    >>> [kind(name) for name in ("安福县人民政府", "广州市国资委", "太平镇人民政府", "中山街道办事处", "残疾人联合会")]
    ['government', 'department', 'township', 'street_office', None]
    """
    if _pattern(_facts()["no_kind"]["ends"]).search(agency):
        return None
    return next((facts["id"] for facts in _facts()["kinds"] if _pattern(facts["ends"]).search(agency)), None)


def is_below_county(agency: str) -> bool:
    """Tell a township or street office, whose area lies within a county.

    Examples
    --------
    >>> is_below_county("安福县洲湖镇人民政府"), is_below_county("安福县人民政府")
    (True, False)
    """
    return kind(agency) in _BELOW_COUNTY


def scope(text: str) -> Scope | None:
    """Return whose figures a report says it gives.

    Parameters
    ----------
    text : str
        Canonical text: what stands before the first section, and the first section.

    Returns
    -------
    Scope or None
        ``own`` or ``area`` with the words found; None where the text does not say, or says both.

    Examples
    --------
    >>> scope("本报告数据由各乡镇、县直各单位上报后汇总编制。").id
    'area'
    >>> scope("统计数据仅包括本机关,不含所属单位。").id
    'own'
    """
    found = [
        Scope(facts["id"], hit.group())
        for facts in _facts()["scopes"]
        for words in facts["words"]
        if (hit := _pattern(words).search(text))
    ]
    return found[0] if len({each.id for each in found}) == 1 else None
