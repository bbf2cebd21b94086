"""Length and readability (篇幅与可读性) of texts, by section where the texts are sections."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from gidtk.dictionary import Word, common_words, lexicon_terms
from gidtk.documents import VARIABLES, Texts, documents, result, tokenizer_for
from gidtk.errors import GidtkError
from gidtk.tokens import Tokenizer

__all__ = ["readability", "section_ratio"]

_COUNTS = ("characters", "han", "words", "sentences", "clauses")
_RATES = (
    "share",
    "sentence_length",
    "clause_length",
    "long_words",
    "rare_words",
    "figures_per_1000",
    "figure_sentences",
    "future_sentences",
)
_COLUMNS = {"docname": "str", **dict.fromkeys(_COUNTS, "int64"), **dict.fromkeys(_RATES, "Float64"), **VARIABLES}
_FIGURE = re.compile(r"\d+(?:[,，.]\d+)*")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff〇\uf900-\ufaff\U00020000-\U0003ffff]")


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads((files("gidtk") / "lexicon" / "readability.toml").read_text(encoding="utf-8"))


@cache
def _ends(name: str) -> re.Pattern[str]:
    marks = _facts()["sentence_end"] + (_facts()["clause_end"] if name == "clause" else "")
    return re.compile(f"[{re.escape(marks)}\n]")


def readability(
    texts: Texts,
    *,
    long: int = 4,
    common: int = 5000,
    names: Iterable[str] = (),
    words: Iterable[Word] = (),
    tokenizer: Tokenizer | None = None,
) -> pd.DataFrame:
    """Measure length, sentences and wording of each text (篇幅与可读性).

    There is no formula of readability here, as none is known to hold for Chinese official prose: compare these parts
    within a corpus of such reports, and only texts cut with the same fingerprint. Higher `sentence_length`,
    `clause_length`, `long_words` and `rare_words` are usually harder to read; a terse report may still say less. Leave
    out what the template says (opening, contact line) and the tables before comparing lengths.

    Parameters
    ----------
    texts
        One text, a mapping, a Series, or a frame with a column ``text``; see `gidtk.frequency`. With a column
        ``section`` (or ``key``) each section is a text.
    long
        Characters from which a word is long.
    common
        How many of the most frequent words of jieba's dictionary are not rare. Terms of the package's lexicon are
        never rare.
    names, words, tokenizer
        As for `gidtk.frequency`. No stop word is dropped.

    Returns
    -------
    DataFrame
        One row a document, in the order given. ``docname``; ``characters`` (without white space), ``han`` (Han
        characters), ``words`` (tokens with a letter), ``sentences`` (ended by 。！？ or a line break), ``clauses``
        (also by ，；：、); ``share`` (of the characters of all texts of the same report; missing without `report`);
        ``sentence_length``, ``clause_length`` (Han characters in the mean); ``long_words``, ``rare_words`` (shares of
        the words in Han characters); ``figures_per_1000`` (figures like 1,203 or 6.7 per 1,000 characters);
        ``figure_sentences``, ``future_sentences`` (shares of sentences with a figure, with 下一步, 今后, 将, …); then
        ``report``, ``region``, ``level``, ``year``, ``section``. A share or mean of nothing is missing.

    Raises
    ------
    GidtkError
        If `long` or `common` is below 1; for the rest as for `gidtk.frequency`.

    References
    ----------
    The dictionary is that of jieba 0.42.1, https://github.com/fxsjy/jieba; the cues are in
    ``lexicon/readability.toml``.

    Examples
    --------
    >>> found = readability("全年公开11件。下一步，将加强政策解读。")
    >>> found[["characters", "sentences", "sentence_length", "figure_sentences", "future_sentences"]]
       characters  sentences  sentence_length  figure_sentences  future_sentences
    0          20          2              7.5               0.5               0.5
    """
    for value, what in [(long, "long"), (common, "common")]:
        if value < 1:
            raise GidtkError(f"{what} must be at least 1, got {value}")
    cutter = tokenizer_for(words, tokenizer)
    given = documents(texts, names)
    plain = common_words(common) | set(lexicon_terms())
    rows = [
        {
            "docname": name,
            **_lengths(given.texts[name]),
            **_wording(tokens, given.texts[name], long, plain),
            **given.variable(name),
        }
        for name, tokens in given.cut(cutter)
    ]
    reports: dict[Any, int] = {}
    for row in rows:
        if not pd.isna(row["report"]):
            reports[row["report"]] = reports.get(row["report"], 0) + row["characters"]
    for row in rows:
        row["share"] = _share(row["characters"], reports.get(row["report"], 0))
    return result([[row[column] for column in _COLUMNS] for row in rows], _COLUMNS, cutter)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _parts(text: str, name: str) -> list[str]:
    return [part for part in _ends(name).split(text) if any(map(str.isalnum, part))]


def _lengths(text: str) -> dict[str, Any]:
    sentences, clauses = _parts(text, "sentence"), _parts(text, "clause")
    characters, han = len("".join(text.split())), len(_HAN.findall(text))
    return {
        "characters": characters,
        "han": han,
        "sentences": len(sentences),
        "clauses": len(clauses),
        "sentence_length": _share(han, len(sentences)),
        "clause_length": _share(han, len(clauses)),
        "figures_per_1000": _share(1000 * len(_FIGURE.findall(text)), characters),
        "figure_sentences": _share(sum(bool(_FIGURE.search(s)) for s in sentences), len(sentences)),
    }


def _wording(tokens: list[str], text: str, long: int, plain: frozenset[str] | set[str]) -> dict[str, Any]:
    words = [token for token in tokens if any(map(str.isalpha, token))]
    han = [word for word in words if _HAN.search(word)]
    sentences = _token_sentences(tokens)
    future = set(_facts()["future"])
    return {
        "words": len(words),
        "long_words": _share(sum(len(word) >= long for word in han), len(han)),
        "rare_words": _share(sum(word not in plain for word in han), len(han)),
        "future_sentences": _share(sum(not future.isdisjoint(s) for s in sentences), len(sentences)),
    }


def _token_sentences(tokens: list[str]) -> list[set[str]]:
    sentences: list[set[str]] = [set()]
    for token in tokens:
        if _ends("sentence").search(token):
            sentences.append(set())
        else:
            sentences[-1].add(token)
    return [sentence for sentence in sentences if any(any(map(str.isalnum, token)) for token in sentence)]


def section_ratio(lengths: pd.DataFrame, part: str = "problems", base: str = "overview") -> pd.DataFrame:
    """Divide the length of one section by that of another, for each report: 问题 against 成绩 by default.

    Parameters
    ----------
    lengths : DataFrame
        As `readability` gives it for texts with `report` and `section`.
    part, base : str
        Section keys.

    Returns
    -------
    DataFrame
        One row a report, in the order given: ``report``, ``part``, ``base`` (Int64, characters; missing where the
        report lacks the section), ``ratio`` (Float64; missing where either is missing or `base` is empty). Higher is
        more talk of problems beside achievements; it says nothing of how serious they are.

    Raises
    ------
    GidtkError
        If a column is not there or a report has a section twice.

    Examples
    --------
    >>> texts = pd.DataFrame({"report": "r", "section": ["overview", "problems"], "text": ["主动公开信息", "形式单一"]})
    >>> section_ratio(readability(texts))
      report  part  base     ratio
    0      r     4     6  0.666667
    """
    if absent := [name for name in ("report", "section", "characters") if name not in lengths.columns]:
        raise GidtkError(f"the frame of lengths has no column {absent[0]!r}; give what readability() returns")
    known = lengths.dropna(subset=["report", "section"])
    if known.duplicated(["report", "section"]).any():
        raise GidtkError("a report has a section twice; give one row for each report and section")
    reports = list(dict.fromkeys(known["report"]))
    columns = {}
    for name, section in [("part", part), ("base", base)]:
        rows = known[known["section"] == section].set_index("report")["characters"]
        columns[name] = rows.reindex(reports).astype("Int64").to_numpy()
    frame = pd.DataFrame({"report": pd.Series(reports, dtype="str"), **columns})
    frame = frame.astype({"part": "Int64", "base": "Int64"})
    frame["ratio"] = (frame["part"] / frame["base"].where(frame["base"] > 0)).astype("Float64")
    return frame
