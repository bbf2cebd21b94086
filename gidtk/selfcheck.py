"""Exercises that check themselves without holding their answers: salted hashes and hints."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from gidtk.bundled import bundled
from gidtk.errors import GidtkError

__all__ = ["ASKS", "KINDS", "SEALED", "Feedback", "check", "feedback", "hashed"]

SEALED = "checks.json"
ROUNDS = 20_000  # a guess costs some milliseconds

_SAID = {
    "right": "✓ {exercise} 正确 right",
    "wrong": "✗ {exercise} 还不对 not yet: {hint}",
    "kind": "✗ {exercise} 还不能判断：{asks} / cannot be judged yet: {asks_en}",
}
ASKS = {
    "whole": ("这里要一个整数", "a whole number is asked for"),
    "number": ("这里要一个数（不是文字、缺失值或整张表）", "one number is asked for, no text, missing value or table"),
    "text": ("这里要一段文字，写在引号里", "text in quotation marks is asked for"),
    "set": ("这里要一个列表或集合，里面是文字", "a list or set of texts is asked for"),
    "yes": ("这里要 True 或 False", "True or False is asked for"),
}


class Feedback(NamedTuple):
    """Whether a value is right, and what is said of it."""

    right: bool
    said: str


def check(exercise: str, value: object) -> None:
    """Print whether the value of an exercise is right, and a hint if it is not.

    Parameters
    ----------
    exercise : str
        Its number, as ``"2.3"``.
    value : object
        What was found.

    Raises
    ------
    GidtkError
        If there is no such exercise.

    Examples
    --------
    >>> check("2.1", "twelve")
    ✗ 2.1 还不能判断：这里要一个数（不是文字、缺失值或整张表） / cannot be judged yet: one number is asked for, ...
    """
    print(feedback(exercise, value).said)


def feedback(exercise: str, value: object, sealed: str | os.PathLike[str] | None = None) -> Feedback:
    """Hold a value against the sealed answer of an exercise.

    Parameters
    ----------
    exercise : str
        Its number, as ``"2.3"``.
    value : object
        What was found. Numbers are compared to three decimals, texts without white space around them, sets without
        order.
    sealed : path, optional
        The file that :func:`gidtk.sealing.seal` wrote; without it, ``checks.json`` of the current folder, or else that
        of the course.

    Returns
    -------
    Feedback
        The answer is not in it: only its salted hash is stored. A known slip has a hint of its own.

    Raises
    ------
    GidtkError
        If there is no such exercise, or the file is none of :func:`gidtk.sealing.seal`.

    Examples
    --------
    >>> feedback("2.1", "twelve").right
    False
    """
    path = Path(sealed) if sealed else _sealed()
    known = _read(path)
    if exercise not in known:
        raise GidtkError(f"no exercise {exercise!r} in {path.name}: there are {', '.join(known)}")
    facts = known[exercise]
    written = KINDS[facts["asks"]](value)
    if written is None:
        zh, en = ASKS[facts["asks"]]
        return Feedback(False, _SAID["kind"].format(exercise=exercise, asks=zh, asks_en=en))
    found = hashed(exercise, written)
    if found == facts["answer"]:
        return Feedback(True, _SAID["right"].format(exercise=exercise))
    return Feedback(False, _SAID["wrong"].format(exercise=exercise, hint=facts["slips"].get(found, facts["hint"])))


def _sealed() -> Path:
    own = Path(SEALED)
    return own if own.is_file() else bundled("notebooks") / "teaching" / SEALED


def _read(path: Path) -> dict[str, Any]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        if all(facts["asks"] in KINDS and {"hint", "answer", "slips"} <= facts.keys() for facts in known.values()):
            return dict(known)
    except (OSError, ValueError, AttributeError, TypeError, KeyError):
        pass
    raise GidtkError(f"{path}: no file of sealed answers: gidtk.sealing.seal writes {SEALED}")


def hashed(exercise: str, written: str) -> str:
    """Return the salted hash of an answer as it is written.

    Examples
    --------
    >>> hashed("2.1", "12") == hashed("2.1", "12"), hashed("2.1", "12") == hashed("2.2", "12")
    (True, False)
    """
    return hashlib.pbkdf2_hmac("sha256", written.encode(), f"gidtk {exercise}".encode(), ROUNDS).hex()[:32]


def _number(value: Any) -> float | None:
    """Return a value as a finite number; None for what is none, a truth value among it."""
    several = isinstance(value, pd.Series | pd.DataFrame | np.ndarray) and value.ndim > 0
    if several or isinstance(value, bool | str) or not hasattr(value, "__float__"):
        return None
    number = float(value)
    return number if abs(number) < float("inf") else None


def _whole(value: object) -> str | None:
    number = _number(value)
    return f"{number:.0f}" if number is not None and number.is_integer() else None


def _decimal(value: object) -> str | None:
    number = _number(value)
    return None if number is None else f"{number + 0.0:.3f}".replace("-0.000", "0.000")


def _text(value: object) -> str | None:
    return value.strip() if isinstance(value, str) else None


def _set(value: object) -> str | None:
    if not isinstance(value, list | tuple | set | frozenset | pd.Series | pd.Index | np.ndarray):
        return None
    items = list(value)
    return None if not all(isinstance(i, str) for i in items) else "\n".join(sorted({str(i).strip() for i in items}))


def _yes(value: Any) -> str | None:
    return str(bool(value)) if isinstance(value, bool) or type(value).__name__ == "bool" else None


KINDS: Mapping[str, Callable[[Any], str | None]] = {
    "whole": _whole,
    "number": _decimal,
    "text": _text,
    "set": _set,
    "yes": _yes,
}
