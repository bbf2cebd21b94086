"""Report years as the command line gives them."""

import argparse

__all__ = ["years"]


def years(text: str) -> tuple[int, int]:
    """Return the first and the last year of ``2019-2024`` or ``2020``."""
    first, dash, last = text.partition("-")
    if not (first.isdecimal() and (last.isdecimal() or not dash)):
        raise argparse.ArgumentTypeError(f"{text!r} are no years: give the first and the last one, as 2019-2024")
    return int(first), int(last or first)
