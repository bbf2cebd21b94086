"""Numbers as Chinese prose writes them: 一百二十三, 两万, 1.2亿."""

from decimal import Decimal

__all__ = ["HAN_NUMERALS", "last_unit", "numeral_value"]

_DIGITS = {char: value for value, chars in enumerate(("零〇○", *"一二三四五六七八九")) for char in chars} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1_000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
HAN_NUMERALS = "".join([*_DIGITS, *_UNITS, *_GROUPS])
_POINT = "点"
LONGEST = 24  # characters; what is longer is no number that a report prints


def numeral_value(text: str) -> Decimal | None:
    """Return the number that Chinese numerals say.

    Parameters
    ----------
    text : str
        Numerals only: digits (零〇一二两…九), 十百千 and 万亿. Digits in a row are read by place (二〇二一).

    Returns
    -------
    Decimal or None
        None where the numerals are no number that one would write (十十, 百二万千).

    Examples
    --------
    >>> [int(numeral_value(text)) for text in ("一百二十三", "两万", "二〇二一", "十", "三千零五")]
    [123, 20000, 2021, 10, 3005]
    >>> numeral_value("九十八点五")
    Decimal('98.5')
    >>> numeral_value("十十") is None
    True
    """
    text, point, decimals = text.partition(_POINT)
    if point:
        before, after = numeral_value(text), numeral_value(f"一{decimals}")
        return None if before is None or after is None else before + Decimal(f"0.{str(after)[1:]}")
    if not text or len(text) > LONGEST or any(char not in HAN_NUMERALS for char in text):
        return None
    if all(char in _DIGITS for char in text):
        return Decimal("".join(str(_DIGITS[char]) for char in text))
    whole, rest, last = 0, text, max(_GROUPS.values()) * 10
    for name, size in sorted(_GROUPS.items(), key=lambda item: -item[1]):
        head, found, tail = rest.partition(name)
        if found:
            part = _below_wan(head) if head else 1
            if part is None or size >= last:
                return None
            whole, rest, last = whole + part * size, tail, size
    part = _below_wan(rest) if rest else 0
    return None if part is None else Decimal(whole + part)


def _below_wan(text: str) -> int | None:
    """Read up to 9999: each of 千百十 once, falling."""
    digit: int | None = None
    total, last = 0, 10_000
    for char in text.strip("零〇○"):
        if char in _UNITS:
            if _UNITS[char] >= last:
                return None
            last = _UNITS[char]
            total, digit = total + (1 if digit is None else digit) * last, None
        elif char in _DIGITS and (digit is None or digit == 0):
            digit = _DIGITS[char]
        else:
            return None
    return total + (digit or 0)


def last_unit(value: Decimal) -> Decimal:
    """Return what the last digit that is not 0 counts.

    Examples
    --------
    >>> int(last_unit(Decimal(12500))), last_unit(Decimal("4.1")), int(last_unit(Decimal(0)))
    (100, Decimal('0.1'), 1)
    """
    if not value:
        return Decimal(1)
    exponent = value.normalize().as_tuple().exponent
    return Decimal(10) ** int(exponent)
