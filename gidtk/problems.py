"""Section 五: the problems that a report names and the improvements that it announces."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

__all__ = ["PROBLEM_COLUMNS", "problems"]

PROBLEM_COLUMNS = ("kind", "number", "text")


@cache
def _cues() -> dict[str, Any]:
    return tomllib.loads(files("gidtk").joinpath("lexicon/problems.toml").read_text(encoding="utf-8"))


def problems(text: str) -> pd.DataFrame:
    """Split the text of section 五 into the problems named and the improvements announced.

    The first heading on improvement, else the first sentence with a bridging cue (针对上述问题, 下一步, 今后), divides
    the section. Either part is split at its enumeration (一是, 二是, …); a part on problems without one, into the
    clauses that name a lack; a part on improvement without one, into its sentences.

    Parameters
    ----------
    text : str
        The section's text, as ``report.text("problems")`` gives it.

    Returns
    -------
    DataFrame
        ``kind`` (``problem`` or ``measure``), ``number`` (from 1 within its kind) and ``text`` (as printed). Empty
        when the section is. The split follows cues, not meaning: read the section before counting its items.

    References
    ----------
    The cues were read off annual reports; see ``lexicon/problems.toml``.

    Examples
    --------
    >>> frame = problems("但还存在不足:更新不及时,形式单一。下一步,一是加强培训。二是完善制度。")
    >>> frame["text"].tolist()
    ['更新不及时', '形式单一', '加强培训', '完善制度']
    """
    first, second = _divide(text)
    rows = [("problem", n, item) for n, item in enumerate(_problem_items(first), start=1)]
    rows += [("measure", n, item) for n, item in enumerate(_measure_items(second), start=1)]
    frame = pd.DataFrame(rows, columns=list(PROBLEM_COLUMNS))
    return frame.astype({"kind": "str", "number": "Int64", "text": "str"})


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[。！!？?])|\n", text) if part and part.strip()]


def _divide(text: str) -> tuple[list[str], list[str]]:
    sentences = _sentences(text)
    heads = [n for n, s in enumerate(sentences) if re.search(_cues()["head_measure"], s)]
    bridges = [n for n, s in enumerate(sentences) if any(re.search(cue, s) for cue in _cues()["bridge"])]
    cut = next(iter(heads or bridges), len(sentences))
    return sentences[:cut], sentences[cut:]


def _listed(text: str) -> list[str]:
    """Return the items of the longest enumeration that rises by one from 一是."""
    marks = _cues()["marks"]
    starts, position = [], 0
    for mark in marks:
        found = re.compile(rf"(?:^|(?<=[。；;：:,，、\s])){mark}").search(text, position)
        if found is None:
            break
        starts.append((found.start(), found.end()))
        position = found.end()
    ends = [*(start for start, _ in starts), len(text)][1:]
    items = (text[begin:end].strip(" ,，;；。\n") for (_, begin), end in zip(starts, ends, strict=True))
    return [item for item in items if item]


def _beheaded(sentences: Iterable[str], head: str) -> Iterator[str]:
    """Take headings out; what follows the colon of one stays."""
    for sentence in sentences:
        if rest := re.sub(rf"{head}[^,，。；;:：]{{0,6}}(?:[。:：]|$)", "", sentence):
            yield rest


def _problem_items(sentences: list[str]) -> Iterator[str]:
    if items := _listed("".join(sentences)):
        yield from items
        return
    lack, no_lack = (re.compile("|".join(_cues()[name])) for name in ("lack", "no_lack"))
    for sentence in _beheaded(sentences, _cues()["head_problem"]):
        tail = re.split(r"[:：]", sentence)[-1] if re.search("问题|不足", sentence) else sentence
        for clause in (part.strip("。！!？? ") for part in re.split(r"[,，;；]", tail)):
            if lack.search(clause) and not no_lack.search(clause):
                yield clause.removesuffix("等")


def _measure_items(sentences: list[str]) -> list[str]:
    if items := _listed("".join(sentences)):
        return items
    return [item for s in _beheaded(sentences, _cues()["head_measure"]) if (item := s.rstrip("。"))]
