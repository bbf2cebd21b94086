"""The answers of the course, sealed: run the instructor's lessons over a corpus and keep only salted hashes."""

import json
import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill

from gidtk.bundled import bundled
from gidtk.errors import GidtkError
from gidtk.files import make_folder, write_whole
from gidtk.selfcheck import ASKS, KINDS, SEALED, hashed

__all__ = ["seal"]

_FOUND = "_found_for_sealing"
_NAMED = "does it name reports or years that this corpus does not have?"


def seal(
    corpus: str | os.PathLike[str] = "sample",
    out: str | os.PathLike[str] = ".",
    *,
    course: str | os.PathLike[str] | None = None,
) -> Path:
    """Run the instructor's lessons over a corpus and seal the answers of their exercises.

    Parameters
    ----------
    corpus : str or path
        What the lessons are run over: ``sample``, or next year's panel.
    out : str or path
        The folder for ``checks.json``; a student's notebook finds it there before it asks the package's.
    course : path, optional
        A folder of lessons with ``instructor/checks.toml``: one's own copy of the course; else the bundled one.

    Returns
    -------
    Path
        The file: for each exercise of ``instructor/checks.toml`` the kind of answer, a hint, and salted hashes of the
        answer and of known slips. The answers are not in it.

    Raises
    ------
    GidtkError
        If there are no such files, or the value of an exercise is not of the kind that it asks for.
    """
    folder = bundled("notebooks") / "teaching" if course is None else Path(course)
    book = folder / "instructor" / "checks.toml"
    if not book.is_file():
        raise GidtkError(f"{folder}: no instructor/checks.toml: give a folder of lessons with the answers beside them")
    asked = tomllib.loads(book.read_text(encoding="utf-8"))
    given = str(corpus) if str(corpus) == "sample" else str(Path(corpus).resolve())
    sealed: dict[str, Any] = {}
    for lesson in sorted(folder.glob("*.ipynb")):
        own = {number: facts for number, facts in asked.items() if number.split(".")[0] == lesson.stem.split("-")[0]}
        sealed |= {number: _one(number, own[number], values) for number, values in _values(lesson, own, given).items()}
    into = make_folder(out)
    write_whole(into, {SEALED: json.dumps(sealed, ensure_ascii=False, indent=1) + "\n"})
    return into / SEALED


def _one(exercise: str, facts: Mapping[str, Any], values: list[Any]) -> dict[str, Any]:
    write = KINDS[facts["asks"]]
    answer, *others = [write(value) for value in values]
    if answer is None:
        raise GidtkError(f"exercise {exercise}: the lesson gives {values[0]!r}: {ASKS[facts['asks']][1]}")
    slips = {
        hashed(exercise, other): slip["hint"]
        for slip, other in zip(facts.get("slips", []), others, strict=True)
        if other not in (None, answer)
    }
    return {"asks": facts["asks"], "hint": facts["hint"], "answer": hashed(exercise, answer), "slips": slips}


def _values(lesson: Path, asked: Mapping[str, Any], corpus: str) -> dict[str, list[Any]]:
    """Run a lesson; return for each exercise its answer and the values of its known slips."""
    notebook = nbformat.read(lesson, as_version=4)
    notebook.cells = [part for cell in notebook.cells for part in _with_values(cell, asked)]
    told = f"import json\nprint(json.dumps({_FOUND}, default=float))"
    notebook.cells = [_code(f"{_FOUND} = {{}}"), *notebook.cells, _code(told)]
    unsealed = {
        n: {"asks": facts["asks"], "hint": facts["hint"], "answer": "", "slips": {}} for n, facts in asked.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        write_whole(Path(folder), {SEALED: json.dumps(unsealed)})
        file, done = Path(folder) / lesson.name, Path(folder) / "done.ipynb"
        nbformat.write(notebook, file)
        try:
            papermill.execute_notebook(file, done, {"corpus": corpus}, progress_bar=False, cwd=folder)
        except papermill.PapermillExecutionError as error:
            said = " ".join(f"{error.ename}: {error.evalue}".split())
            raise GidtkError(f"{lesson.name} stops at [{error.exec_count}] {said}: {_NAMED}") from None
        printed = nbformat.read(done, as_version=4).cells[-1].outputs[0]["text"]
    found: dict[str, list[Any]] = json.loads(printed)
    if unchecked := [number for number in asked if number not in found]:
        raise GidtkError(f'{lesson.name}: no cell with check("{unchecked[0]}", …): each answer has its own')
    return found


def _with_values(cell: nbformat.NotebookNode, asked: Mapping[str, Any]) -> list[nbformat.NotebookNode]:
    """Return a cell, and after a cell that checks an exercise one that keeps its answer and the values of its slips."""
    checked = [number for number in asked if f'check("{number}"' in cell.source]
    return [cell, *(_code(_keeping(number, asked[number])) for number in checked)]


def _keeping(number: str, facts: Mapping[str, Any]) -> str:
    values = [facts["answer"], *(slip["answer"] for slip in facts.get("slips", []))]
    return f"{_FOUND}[{number!r}] = [{', '.join(map(_listed, values))}]"


def _code(source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source)


def _listed(expression: str) -> str:
    """Return an expression whose value JSON can hold: sets become lists."""
    return f"(lambda v: sorted(v) if isinstance(v, (set, frozenset)) else v)({expression})"
