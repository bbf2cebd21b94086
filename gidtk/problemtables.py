"""Section 五 as tables that people read: items beside what they answer, what became of them, codes in words."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gidtk.codes import problem_codes, split_codes
from gidtk.errors import GidtkError

__all__ = ["code_names", "filled_sheets", "specificity", "with_items"]

_SHEETS = (".csv", ".xlsx", ".xlsm")
_ITEM = ["report", "kind", "number", "text"]
_RATES = ("year", "kind", "reports", "items", "specific_share", "vague_share")


def code_names(codes: pd.Series, lang: str = "zh", book: pd.DataFrame | None = None) -> pd.Series:
    """Return codes with their names.

    Parameters
    ----------
    codes : Series
        Each one code or several, joined by ``;``.
    lang : str
        ``zh`` or ``en``.
    book : DataFrame, optional
        As :func:`gidtk.codes.problem_codes` gives it; without it, the book of gidtk.

    Returns
    -------
    Series
        Text under the same index; empty where there is no code. A code that the book does not have stays alone.

    Raises
    ------
    GidtkError
        If the language is another one.

    Examples
    --------
    >>> code_names(pd.Series(["P5", "P2;P3", ""]), "en").tolist()
    ['P5 handling of requests', 'P2 timeliness; P3 scope and depth of content', '']
    """
    if lang not in ("zh", "en"):
        raise GidtkError(f"lang {lang!r}: give zh or en")
    known = problem_codes() if book is None else book
    names = dict(zip(known["code"], known[lang], strict=True))
    comma = "；" if lang == "zh" else "; "
    told = [
        comma.join(f"{code} {names.get(code, '')}".strip() for code in sorted(split_codes(given), key=_order))
        for given in codes.tolist()
    ]
    return pd.Series(told, index=codes.index, dtype="str")


def with_items(
    table: pd.DataFrame,
    items: pd.DataFrame,
    *,
    kind: str,
    report: str = "report",
    number: str = "number",
    name: str = "text",
) -> pd.DataFrame:
    """Put the words of items beside a table that names them by report and number.

    Parameters
    ----------
    table : DataFrame
        Such as :func:`gidtk.recurrences` or :func:`gidtk.pair_items` gives.
    items : DataFrame
        ``report``, ``kind``, ``number``, ``text``, as :func:`gidtk.problems` gives them for many reports.
    kind : str
        ``problem`` or ``measure``.
    report, number : str
        The columns of `table` that name the item.
    name : str
        The column of words that is added.

    Returns
    -------
    DataFrame
        The rows of `table` in their order, with `name`: missing where there is no such item.

    Raises
    ------
    GidtkError
        If a column is missing or the kind is another one.

    Examples
    --------
    >>> items = pd.DataFrame({"report": ["a"], "kind": ["problem"], "number": [1], "text": ["更新慢"]})
    >>> again = pd.DataFrame({"previous": ["a", "a"], "previous_number": [1, None]})
    >>> told = with_items(again, items, kind="problem", report="previous", number="previous_number", name="before")
    >>> told["before"].tolist()
    ['更新慢', nan]
    """
    if missing := [column for column in (report, number) if column not in table.columns]:
        raise GidtkError(f"the table has no column {missing[0]!r}: say which columns name report and number")
    if missing := [column for column in _ITEM if column not in items.columns]:
        raise GidtkError(f"items without {missing[0]}: give what problems() returns for the sections of many reports")
    if kind not in ("problem", "measure"):
        raise GidtkError(f"no items of kind {kind!r}: the kinds are problem and measure")
    own = items[items["kind"] == kind]
    words = {(str(r), int(n)): t for r, n, t in zip(own["report"], own["number"], own["text"], strict=True)}
    pairs = zip(table[report].tolist(), table[number].tolist(), strict=True)
    found = [None if pd.isna(r) or pd.isna(n) else words.get((str(r), int(n))) for r, n in pairs]
    return table.assign(**{name: pd.array(found, dtype="str")})


def specificity(items: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Count how many items of each year are specific, and how many vague.

    Parameters
    ----------
    items : DataFrame
        As :func:`gidtk.specifics.specifics` gives them for many reports.
    reports : DataFrame
        ``report``, ``year``, as ``corpus.reports``.

    Returns
    -------
    DataFrame
        One row a year and kind: ``year``, ``kind``, ``reports`` (with an item of the kind), ``items``,
        ``specific_share``, ``vague_share`` (of the items). Reports without a year are left out.

    Raises
    ------
    GidtkError
        If a column is missing.

    Examples
    --------
    >>> from gidtk.problems import problems
    >>> from gidtk.specifics import specifics
    >>> sections = pd.DataFrame({"report": ["a"], "key": "problems", "text": "一是解读有待加强。二是3个栏目更新慢。"})
    >>> table = specificity(specifics(problems(sections)), pd.DataFrame({"report": ["a"], "year": [2020]}))
    >>> table[["year", "kind", "items", "specific_share", "vague_share"]].values.tolist()
    [[2020, 'problem', 2, 0.5, 0.5]]
    """
    for frame, names in ((items, ("report", "kind", "specific", "vague")), (reports, ("report", "year"))):
        if missing := [name for name in names if name not in frame.columns]:
            raise GidtkError(f"no column {missing[0]!r}: give what specifics() returns, and the reports of the corpus")
    told = items.merge(reports[["report", "year"]].dropna(), on="report")
    told = told.astype({"specific": "Float64", "vague": "Float64"})
    found = told.groupby(["year", "kind"]).agg(
        reports=("report", "nunique"),
        items=("report", "size"),
        specific_share=("specific", "mean"),
        vague_share=("vague", "mean"),
    )
    order = {"problem": 0, "measure": 1}
    found = found.reset_index().sort_values(["year", "kind"], key=lambda by: by.map(order) if by.name == "kind" else by)
    whole = dict.fromkeys(("year", "reports", "items"), "Int64")
    shares = dict.fromkeys(("specific_share", "vague_share"), "Float64")
    return found[list(_RATES)].reset_index(drop=True).astype({"kind": "str"} | whole | shares)


def filled_sheets(folder: str) -> Sequence[Path]:
    """List the coders' sheets of a folder, for :func:`gidtk.read_codings`.

    Parameters
    ----------
    folder : str
        Where they lie; empty for none.

    Returns
    -------
    list of Path
        Files that end in ``.csv``, ``.xlsx`` or ``.xlsm``, by name; lock files of Excel (``~$…``) are passed over.

    Raises
    ------
    GidtkError
        If there is no such folder, or no sheet in it.

    Examples
    --------
    >>> filled_sheets("")
    []
    """
    if not folder:
        return []
    path = Path(folder)
    if not path.is_dir():
        raise GidtkError(f"{folder}: no such folder: give the one that holds the coders' sheets")
    found = [
        file for file in path.iterdir() if file.suffix.lower() in _SHEETS and not file.name.startswith(("~$", "."))
    ]
    if not found:
        raise GidtkError(f"{folder}: no sheet ({', '.join(_SHEETS)}) is in it: put the coders' filled-in sheets there")
    return sorted(found)


def _order(code: str) -> tuple[str, int, str]:
    return code.rstrip("0123456789"), len(code), code
