"""The course: its lessons, the student edition made from them, and tables that say what they are made of."""

import json
import os
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pandas as pd

from gidtk.bundled import bundled
from gidtk.errors import GidtkError
from gidtk.files import make_folder, write_whole
from gidtk.selfcheck import SEALED

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

__all__ = [
    "CODE_STUB",
    "PLANTED_COLUMNS",
    "TEXT_STUB",
    "captioned",
    "lessons",
    "planted",
    "student_edition",
    "student_files",
    "write_course",
]

CODE_STUB = "# 在这里写代码 YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "在这里写回答 YOUR ANSWER HERE"
PLANTED_COLUMNS = ("agency", "year", "file", "kind", "cell", "printed", "true", "breaks")

_SOLUTION = re.compile(r"^([ \t]*)[^\n]*BEGIN SOLUTION[^\n]*\n.*?END SOLUTION[^\n]*$", re.DOTALL | re.MULTILINE)
_HIDDEN = re.compile(r"^[^\n]*BEGIN (HIDDEN TESTS|MARK SCHEME)[^\n]*\n.*?END \1[^\n]*$\n?", re.DOTALL | re.MULTILINE)


def lessons() -> list[Path]:
    """Return the lessons in the instructor's edition, in the order of the course.

    Examples
    --------
    >>> lessons()[0].name
    '1-report.ipynb'
    """
    return sorted((bundled("notebooks") / "teaching").glob("*.ipynb"))


def student_edition(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    r"""Return a lesson without its answers, as ``nbgrader generate_assignment`` leaves it.

    Parameters
    ----------
    notebook : NotebookNode
        The instructor's edition, with nbgrader's cell metadata and markers.

    Returns
    -------
    NotebookNode
        Solutions are replaced by :data:`CODE_STUB` and :data:`TEXT_STUB`; hidden tests, mark schemes and outputs are
        gone. Needs no nbgrader.

    Raises
    ------
    GidtkError
        If a marker has no partner.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell("### BEGIN SOLUTION\nx = 7\n### END SOLUTION\nx + 1")
    >>> print(student_edition(nbformat.v4.new_notebook(cells=[cell])).cells[0].source)
    # 在这里写代码 YOUR CODE HERE
    raise NotImplementedError()
    x + 1
    """
    edition = deepcopy(notebook)
    for cell in edition.cells:
        cell.source = _without_answers(cell)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if left := re.search(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)", cell.source):
            raise GidtkError(f"cell {cell.get('id', '')!r}: {left[0]} without its partner: mark both ends")
    return edition


def _without_answers(cell: nbformat.NotebookNode) -> str:
    stub = CODE_STUB if cell.cell_type == "code" else TEXT_STUB
    source, cut = _SOLUTION.subn(lambda found: _indented(stub, found[1]), cell.source)
    if not cut and cell.metadata.get("nbgrader", {}).get("solution", False):
        source = stub
    return _HIDDEN.sub("", source).rstrip("\n")


def _indented(stub: str, indent: str) -> str:
    return "\n".join(indent + line for line in stub.split("\n"))


def write_course(folder: str | os.PathLike[str], *, course: str | os.PathLike[str] | None = None) -> list[Path]:
    """Write the student edition of all lessons, with the file that lets them check themselves.

    Parameters
    ----------
    folder : str or path
        It is made when it is not there. A file that is there already is kept: it may hold a student's work.
    course : path, optional
        A folder with lessons of one's own; else the bundled one.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    GidtkError
        If the folder cannot be written to.
    """
    out = make_folder(folder)
    new = {name: text for name, text in student_files(course).items() if not (out / name).exists()}
    write_whole(out, new)
    return [out / name for name in new]


def student_files(course: str | os.PathLike[str] | None = None) -> dict[str, str]:
    """Return the files of the student edition, by their names: all lessons, and what lets them check themselves.

    Parameters
    ----------
    course : path, optional
        A folder with lessons of one's own; else the bundled one.

    Returns
    -------
    dict of str to str
        Notebooks as JSON, and ``checks.json``.

    Raises
    ------
    GidtkError
        If the bundled ``checks.json`` is missing.

    Examples
    --------
    >>> [name for name in student_files() if name.startswith("1")]
    ['1-report.ipynb']
    """
    own = lessons() if course is None else sorted(Path(course).glob("*.ipynb"))
    editions = {path.name: student_edition(nbformat.read(path, as_version=4)) for path in own}
    try:
        sealed = (bundled("notebooks") / "teaching" / SEALED).read_text(encoding="utf-8")
    except OSError:
        raise GidtkError(f"{SEALED} of the course is missing: install gidtk again") from None
    return {name: nbformat.writes(edition) + "\n" for name, edition in editions.items()} | {SEALED: sealed}


def captioned(table: pd.DataFrame, notice: str, *, digits: int = 3, index: bool = True) -> "Styler":
    """Return a table for showing, with a sentence above it that says what data it is made of.

    Parameters
    ----------
    table : DataFrame
        Any.
    notice : str
        As :func:`gidtk.flags.notice` gives it; empty for real data.
    digits : int
        Decimals of fractions; whole numbers have none.
    index : bool
        Whether to show the index.

    Returns
    -------
    Styler
        A missing value says so: it is not printed as a zero, a blank or a dash.

    Examples
    --------
    >>> "缺失" in captioned(pd.DataFrame({"rate": [0.25, None]}), "").to_html()
    True
    """
    styled = table.style.format({name: _printer(table[name], digits) for name in table.columns})
    styled = styled.set_caption(notice) if notice else styled
    return styled if index else styled.hide(axis="index")


def _printer(column: pd.Series, digits: int) -> Callable[[Any], str]:
    """Return what prints a value of a column: with decimals where any of them has a fraction."""
    numbers = pd.api.types.is_float_dtype(column)
    decimals = digits if numbers and (column.dropna() % 1 != 0).any() else 0

    def printed(value: Any) -> str:
        if pd.api.types.is_scalar(value) and pd.isna(value):
            return "缺失 NA"
        if numbers and 0 < abs(value) < 10**-decimals / 2:  # not 0, though it would be printed so
            return f"&lt;{10**-decimals:.{decimals}f}" if value > 0 else f"&gt;-{10**-decimals:.{decimals}f}"
        return f"{value:,.{decimals}f}" if numbers else escape(str(value))

    return printed


def planted(answers: str | os.PathLike[str]) -> pd.DataFrame:
    """List the contradictions that a simulation planted: the instructor's key.

    Parameters
    ----------
    answers : str or path
        The ``answers.json`` that ``gidtk simulate`` wrote.

    Returns
    -------
    DataFrame
        One row a cell that is not as it should be: ``agency``, ``year``, ``file``, ``kind`` (of
        :data:`gidtk.simulate.faults.KINDS`), ``cell`` (``table.row.column``), ``printed`` and ``true`` (missing for a
        blank), ``breaks`` (which rules then fail, joined by ``;``; empty where one report alone does not show it).

    Raises
    ------
    GidtkError
        If the file is no such file.
    """
    try:
        told = json.loads(Path(answers).read_text(encoding="utf-8"))["reports"]
        rows = [
            (
                report["agency"],
                report["year"],
                report["files"][0],
                fault["kind"],
                cell,
                was,
                true,
                ";".join(fault["breaks"]),
            )
            for report in told
            for fault in report["faults"]
            for cell, was, true in zip(fault["cells"], fault["printed"], fault["true"], strict=True)
        ]
    except (OSError, ValueError, KeyError, TypeError):
        raise GidtkError(f"{answers}: no answers of a simulation: give the answers.json of gidtk simulate") from None
    texts = dict.fromkeys(("agency", "file", "kind", "cell", "breaks"), "str")
    frame = pd.DataFrame(rows, columns=list(PLANTED_COLUMNS))
    return frame.astype({**texts, "year": "Int64", "printed": "Float64", "true": "Float64"})


def _lines(fault: Any) -> Iterator[tuple[Any, ...]]:
    for cell, printed, true in zip(fault["cells"], fault["printed"], fault["true"], strict=True):
        yield fault["kind"], cell, printed, true, ";".join(fault["breaks"])
