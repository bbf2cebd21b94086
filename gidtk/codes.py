"""The code book of section 五: which kinds of problems and measures the items are."""

import os
import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from gidtk.errors import GidtkError
from gidtk.labels import simplified

__all__ = ["BOOK_COLUMNS", "code_items", "code_order", "problem_codes", "split_codes"]

BOOK_COLUMNS = ("code", "kind", "zh", "en", "cues", "harmless")
_KINDS = ("problem", "measure")
_Rule = tuple[str, re.Pattern[str], Any]  # code, cues, harmless


def problem_codes(path: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """Return the code book, or read one of your own.

    Parameters
    ----------
    path : str or path, optional
        A TOML file with one ``[[code]]`` for each code: ``id``, ``kind`` (``problem`` or ``measure``), ``zh``, ``en``,
        ``cues`` (regular expressions) and, if wanted, ``harmless``. Without it, the book of gidtk: P1 to P12, and M1
        to M12 for the measures that answer them.

    Returns
    -------
    DataFrame
        ``code``, ``kind``, ``zh``, ``en``, ``cues`` (joined by ``|``), ``harmless`` (missing where the book does not
        say). Which problems cost nobody anything is a judgement: look at ours before you count with it.

    Raises
    ------
    GidtkError
        If the file cannot be read, a code stands twice or lacks an entry, a kind is unknown or a cue is no regular
        expression.

    Examples
    --------
    >>> book = problem_codes()
    >>> book.loc[book["code"] == "P5", ["zh", "en"]].values.tolist()
    [['依申请公开办理', 'handling of requests']]
    """
    if path is None:
        return _bundled().copy()
    try:
        return _book(Path(path).read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise GidtkError(f"{path}: the code book cannot be read ({error}): give a TOML file in UTF-8") from None


@lru_cache(maxsize=1)
def _bundled() -> pd.DataFrame:
    name = "lexicon/codebook.toml"
    return _book(files("gidtk").joinpath(name).read_text(encoding="utf-8"), name)


def _book(text: str, name: str) -> pd.DataFrame:
    try:
        entries = tomllib.loads(text).get("code", [])
    except tomllib.TOMLDecodeError as error:
        raise GidtkError(f"{name}: no TOML ({error})") from None
    rows = [_entry(entry, name) for entry in entries]
    frame = pd.DataFrame(rows, columns=list(BOOK_COLUMNS))
    if frame.empty:
        raise GidtkError(f"{name}: no [[code]] in it: give each code with id, kind, zh, en and cues")
    if twice := frame.loc[frame["code"].duplicated(), "code"].tolist():
        raise GidtkError(f"{name}: the code {twice[0]} stands twice: give every code once")
    return frame.astype(dict.fromkeys(BOOK_COLUMNS[:-1], "str") | {"harmless": "boolean"})


def _entry(entry: dict[str, Any], name: str) -> tuple[Any, ...]:
    code = entry.get("id", "without id")
    if lacking := [key for key in ("id", "kind", "zh", "en", "cues") if not entry.get(key)]:
        raise GidtkError(f"{name}: code {code} lacks {lacking[0]}: every code has id, kind, zh, en and cues")
    if entry["kind"] not in _KINDS:
        raise GidtkError(f"{name}: code {code} is of kind {entry['kind']!r}: the kinds are problem and measure")
    if not re.fullmatch(r"[^;,\s]+", code):
        raise GidtkError(f"{name}: the code {code!r} holds a blank, a comma or a semicolon: these part several codes")
    cues = "|".join(entry["cues"])
    try:
        re.compile(cues)
    except re.error as error:
        raise GidtkError(f"{name}: a cue of code {code} is no regular expression ({error})") from None
    return code, entry["kind"], entry["zh"], entry["en"], cues, entry.get("harmless", pd.NA)


def code_items(items: pd.DataFrame, book: pd.DataFrame | None = None) -> pd.DataFrame:
    """Code problems and measures by the cues of a code book.

    An item is coded by its first sentence; by all of its text where the first sentence has no cue. It has every code
    of its kind with a cue in that text. Coding by cues is a first pass: check it against coders
    (:func:`gidtk.codingsheets.draw_sheet`, :func:`gidtk.agreement.agreement`) before you count.

    Parameters
    ----------
    items : DataFrame
        As :func:`gidtk.problems` gives them: ``kind`` and ``text``; further columns stay.
    book : DataFrame, optional
        As :func:`problem_codes` gives it; without it, the book of gidtk.

    Returns
    -------
    DataFrame
        The items with ``codes`` (joined by ``;`` in the book's order, empty without any), ``cues`` (the words that
        gave them: ``P2: 更新 及时``) and ``harmless``: whether every code is a harmless one, missing without a code
        or where the book does not say.

    Raises
    ------
    GidtkError
        If a column is missing.

    Examples
    --------
    >>> from gidtk.problems import problems
    >>> items = code_items(problems("存在问题：更新不及时，答复程序不规范。下一步，一是加强培训。"))
    >>> items["codes"].tolist()
    ['P2', 'P5', 'M1']
    """
    if missing := [name for name in ("kind", "text") if name not in items]:
        raise GidtkError(f"items without {missing[0]}: give what problems() returns")
    book = _bundled() if book is None else book
    rules = {kind: _rules(book[book["kind"] == kind]) for kind in _KINDS}
    rows = [
        _coded(simplified(str(text)), rules.get(kind, []))
        for kind, text in zip(items["kind"], items["text"], strict=True)
    ]
    added = pd.DataFrame(rows, columns=["codes", "cues", "harmless"], index=items.index)
    kept = items.drop(columns=added.columns, errors="ignore")
    return kept.join(added.astype({"codes": "str", "cues": "str", "harmless": "boolean"}))


def _rules(book: pd.DataFrame) -> list[_Rule]:
    columns = (book[name].tolist() for name in ("code", "cues", "harmless"))
    return [(str(code), re.compile(str(cues)), harmless) for code, cues, harmless in zip(*columns, strict=True)]


def _coded(text: str, rules: Sequence[_Rule]) -> tuple[str, str, Any]:
    head = re.split(r"[。！!？?\n]", text, maxsplit=1)[0]
    found = _found(head, rules) or _found(text, rules)
    verdicts = [harmless for code, _, harmless in rules if code in found]
    verdict = all(verdicts) if verdicts and not any(pd.isna(one) for one in verdicts) else pd.NA
    return ";".join(found), "; ".join(f"{code}: {' '.join(words)}" for code, words in found.items()), verdict


def _found(text: str, rules: Sequence[_Rule]) -> dict[str, list[str]]:
    found = {code: [match[0] for match in cues.finditer(text) if match[0]] for code, cues, _ in rules}
    return {code: list(dict.fromkeys(words)) for code, words in found.items() if words}


def split_codes(codes: object) -> list[str]:
    """Return the codes that a cell holds: parted by semicolons, commas or blanks, each once, sorted as text.

    Examples
    --------
    >>> split_codes("P8; P1，P1"), split_codes("")
    (['P1', 'P8'], [])
    """
    if codes is None or codes is pd.NA or codes != codes:
        return []
    return sorted({code for code in re.split(r"[;；,，、\s]+", str(codes)) if code})


def code_order(code: str) -> tuple[str, int, str]:
    """Return what codes are sorted by: P2 before P10.

    Examples
    --------
    >>> sorted(["P10", "M1", "P2"], key=code_order)
    ['M1', 'P2', 'P10']
    """
    stem = code.rstrip("0123456789")
    return stem, int(code[len(stem) :] or 0), code
