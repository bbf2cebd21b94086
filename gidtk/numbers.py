"""Reading one printed number: what stands in a cell, and whether it can be read for certain."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from gidtk.form import Label
from gidtk.labels import canonical

__all__ = ["STATUSES", "Reading", "looks_printed", "read_number"]

STATUSES = ("ok", "blank", "dash", "absent", "unreadable")

_DASH = re.compile(r"[-—–−―－ー_]+|[/／\\]+|\*+")
_NUMBER = re.compile(
    r"(?P<sign>增加?|新增|减少?|[+±]|[-−–—]{1,2})?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?"
    r"(?P<unit>万元|亿元|千元|元|件|项|宗|起|条|个|部|次)?"
    r"(?P<note>\([^()]*[^\d()][^()]*\))?"
)
_PRINTED = re.compile(
    r"(?:增加?|新增|减少?|[+±\-−–—]{1,2})?\d[\d,.]*(?:[万亿千]?元|件|项|宗|起|条|个|部|次)?(?:\(.*\))?|无|零"
)
_LOOSE = re.compile(r"(?<!\d)\s+|\s+(?!\d)")  # white space, but not between two digits
_MONEY = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
_MINUS = ("减", "减少", "-", "--", "−", "–", "—", "——", "−−", "––")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cell says.

    Attributes
    ----------
    value : int, float or None
        The number; None unless `status` is ``ok``.
    status : str
        One of :data:`STATUSES`.
    unit : str
        The unit printed in the cell, if any.
    """

    value: int | float | None
    status: str
    unit: str = ""


def looks_printed(token: str) -> bool:
    """Tell whether a piece of text may be the content of a cell: a number, a dash, or a word for none."""
    return bool(_PRINTED.fullmatch(token) or _DASH.fullmatch(token))


@lru_cache(maxsize=8192)
def read_number(raw: str, column: Label, header_unit: str = "") -> Reading:
    """Read the content of a cell as the number that its column asks for.

    Parameters
    ----------
    raw : str
        What is printed in the cell.
    column : Label
        The column: whether a sign may stand, whether it counts or measures money.
    header_unit : str
        The unit printed in the column's head, for money.

    Returns
    -------
    Reading
        ``unreadable`` where something is printed that is no number of this column for certain: a sign or a
        fraction in a count, two numbers, letters. A note in brackets behind the number is passed over.

    Examples
    --------
    >>> from gidtk.form import labels
    >>> change = labels().columns["disclosure"]["items_change"]
    >>> read_number("减2", change).value, read_number("/", change).status
    (-2, 'dash')
    """
    text = canonical(raw).replace("\0", "").strip()
    if not text:
        return Reading(None, "blank")
    if _DASH.fullmatch(text):
        return Reading(None, "dash")
    found = _NUMBER.fullmatch(_LOOSE.sub("", text))
    if found is None:
        return Reading(None, "unreadable")
    value = _value(found, column, header_unit)
    return Reading(value, "ok" if value is not None else "unreadable", found["unit"] or "")


def _value(found: re.Match[str], column: Label, header_unit: str) -> int | float | None:
    sign, unit = found["sign"], found["unit"] or ""
    if len(found["digits"].replace(",", "")) > 15 or (sign and not column.signed) or sign == "±":
        return None
    if len(found["digits"]) > 1 and found["digits"].startswith("0"):
        return None
    number = Decimal(found["digits"].replace(",", "") + (found["fraction"] or ""))
    if column.amount:
        if unit and unit not in _MONEY:
            return None
        number = number * _MONEY[unit or header_unit or column.unit] / column.amount
    elif found["fraction"] or unit in _MONEY:
        return None
    if sign in _MINUS:
        number = -number
    return int(number) if number == number.to_integral_value() else float(number)
