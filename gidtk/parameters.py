"""The parameters of a notebook: what it declares, and what a caller gives, typed by the declaration."""

import ast
import difflib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import numpy as np
import pandas as pd

from gidtk.errors import GidtkError

__all__ = ["Parameter", "declared", "declared_in", "parameter_rows", "read_notebook", "settled", "tagged"]

_KINDS: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}
_WORDS: dict[type | None, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a mapping",
    None: "text, a number, true or false, None, a list or a mapping",
}


class Parameter(NamedTuple):
    """A parameter as a notebook declares it.

    `kind` None takes any value, `element` is the kind of a list's elements. `own` is the notebook's value, or
    ``...`` when it has none that is written out: none at all (`required`), or one that it computes. `line` is
    the declaration.
    """

    name: str
    kind: type | None
    element: type | None
    optional: bool
    own: Any
    required: bool
    line: str


def declared(notebook: str | os.PathLike[str]) -> dict[str, Parameter]:
    """Return the parameters that a notebook declares in its cell tagged ``parameters``, by name, in order.

    Raises
    ------
    GidtkError
        The file is no notebook, no cell is tagged ``parameters``, or that cell is not plain Python.

    Examples
    --------
    >>> declared("01-region-profile.ipynb")["region"].line  # doctest: +SKIP
    "region: str = '360829'"
    """
    return declared_in(read_notebook(Path(notebook)), Path(notebook))


def read_notebook(file: Path) -> nbformat.NotebookNode:
    """Read a notebook; what is none raises."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        if (found := json.loads(text)["nbformat"]) != 4:
            raise GidtkError(f"{file} has notebook format {found}; save it once in JupyterLab to get format 4")
        notebook = nbformat.v4.reads(text)
        notebook.nbformat_minor = 5
        for number, cell in enumerate(notebook.cells):
            cell.setdefault("id", f"cell-{number}")  # not random: the same input gives the same notebook
        nbformat.validate(notebook)
    except OSError as error:
        raise GidtkError(f"{file} cannot be read ({error.strerror}); give the path of a notebook") from None
    except GidtkError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, nbformat.ValidationError):
        raise GidtkError(f"{file} is not a Jupyter notebook; give an .ipynb file that JupyterLab opens") from None
    return notebook


def tagged(notebook: nbformat.NotebookNode, tag: str) -> list[int]:
    """Return the places of the cells with a tag."""
    return [n for n, cell in enumerate(notebook.cells) if tag in cell.metadata.get("tags", [])]


def declared_in(notebook: nbformat.NotebookNode, file: Path) -> dict[str, Parameter]:
    """Return the parameters declared in a notebook that was read from a file."""
    places = tagged(notebook, "parameters")
    if not places:
        raise GidtkError(
            f"{file} has no cell tagged 'parameters'; in JupyterLab select the cell that sets them, open the "
            "property inspector (the gears) and add the tag"
        )
    try:
        lines = ast.parse(notebook.cells[places[0]].source).body
    except SyntaxError as error:
        raise GidtkError(
            f"{file}: line {error.lineno} of the cell tagged 'parameters' is not plain Python; "
            "write 'name: type = value' lines only"
        ) from None
    return {parameter.name: parameter for line in lines for parameter in _parameters(line)}


def _parameters(line: ast.stmt) -> Iterator[Parameter]:
    target: ast.expr
    if isinstance(line, ast.AnnAssign):
        target, annotation = line.target, ast.unparse(line.annotation)
    elif isinstance(line, ast.Assign) and len(line.targets) == 1:
        target, annotation = line.targets[0], ""
    else:
        return
    if isinstance(target, ast.Name):
        try:
            own = ... if line.value is None else ast.literal_eval(line.value)
        except ValueError:
            own = ...
        yield Parameter(target.id, *_kind(annotation, own), own, line.value is None, ast.unparse(line))


def _kind(annotation: str, own: Any) -> tuple[type | None, type | None, bool]:
    """Read kind, kind of the elements and whether None is allowed from an annotation and a value.

    >>> _kind("list[str] | None", None)
    (<class 'list'>, <class 'str'>, True)
    >>> _kind("", 0.05), _kind("int | str", 1)
    ((<class 'float'>, None, False), (None, None, False))
    """
    wanted = re.sub(r"^Optional\[(.*)\]$", r"\1 | None", annotation.strip("'\""))
    parts = [part for part in re.split(r"\s*\|\s*", wanted) if part]
    optional = own is None or "None" in parts
    named = [part for part in parts if part != "None"]
    if len(named) > 1:
        return None, None, optional
    found = re.fullmatch(r"(\w+)(?:\[(.*)\])?", "".join(named))
    kind = _KINDS.get(found[1].lower()) if found else None
    element = _KINDS.get(found[2] or "") if found else None
    if kind is None and type(own) in _WORDS:
        kind = type(own)
    if kind is list and element is None and own and len({type(item) for item in own}) == 1:
        element = type(own[0])
    return kind, element, optional


def parameter_rows(parameters: object) -> list[dict[str, Any]]:
    """Return what a caller gives as parameters as one mapping a run."""
    if isinstance(parameters, pd.DataFrame):
        rows, given = parameters.to_dict("records"), parameters.notna().to_dict("records")
        return [{str(k): row[k] for k in row if there[k]} for row, there in zip(rows, given, strict=True)]
    if isinstance(parameters, Mapping):
        return [dict(parameters)]
    if isinstance(parameters, Sequence) and all(isinstance(row, Mapping) for row in parameters):
        return [dict(row) for row in parameters]
    raise GidtkError(f"parameters is {type(parameters).__name__}; give a mapping, a list of mappings or a DataFrame")


def settled(row: Mapping[str, Any], known: Mapping[str, Parameter], where: str) -> dict[str, Any]:
    """Check one row against the declared parameters and convert its values, in declared order."""
    for name in row:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise GidtkError(f"{where}: unknown parameter {name!r}; it declares {', '.join(known)}{hint}")
    for name, parameter in known.items():
        if parameter.required and name not in row:
            raise GidtkError(f"{where}: parameter {name!r} is missing; it has no value of its own ({parameter.line})")
    return {name: _typed(row[name], parameter, where) for name, parameter in known.items() if name in row}


def _typed(value: Any, parameter: Parameter, where: str) -> Any:
    try:
        typed = _converted(value, parameter.kind, parameter.element, parameter.optional)
        plain = json.loads(json.dumps(typed, allow_nan=False, ensure_ascii=False).encode())  # lone surrogates are none
        if plain == typed:
            return plain
    except (ValueError, TypeError, SyntaxError):
        pass
    shown = repr(value) if len(repr(value)) <= 60 else repr(value)[:59] + "…"
    hint = "; read codes as text (dtype=str), so that 034050 keeps its zero" if parameter.kind is str else ""
    expected = _WORDS[parameter.kind] + (f" of {parameter.element.__name__}" if parameter.element else "")
    raise GidtkError(f"{where}: parameter {parameter.name} = {shown} is not {expected} ({parameter.line}){hint}")


def _converted(value: Any, kind: type | None, element: type | None, optional: bool) -> Any:
    """Convert a value to a kind, or raise ValueError, TypeError or SyntaxError."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if optional and (value is None or value == "None" or (value == "" and kind is not str)):
        return None
    if isinstance(value, str):
        value = _from_text(value, kind)
    if kind is float and type(value) is int:
        return float(value)
    if kind is int and type(value) is float and value.is_integer():
        return int(value)
    if kind is list and isinstance(value, list | tuple):
        return [_converted(item, element, None, False) for item in value]
    if kind is not None and type(value) is not kind:
        raise TypeError
    return value


def _from_text(text: str, kind: type | None) -> Any:
    if kind is bool:
        return json.loads(text.strip().lower())
    if kind is int and re.fullmatch(r"\s*[+-]?\d+\s*", text):
        return int(text)
    if kind is float:
        return float(text)
    if kind is dict or (kind is list and text.lstrip().startswith("[")):
        return ast.literal_eval(text.strip())
    if kind is list:
        return [part.strip() for part in re.split("[,，]", text) if part.strip()]
    return text


def read_table(path: str | os.PathLike[str]) -> list[dict[str, str]]:
    """Read a table of parameters from a CSV file: every value as text, an empty one left to the notebook.

    Raises
    ------
    GidtkError
        If the file cannot be read as a table.
    """
    try:
        frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    except (OSError, ValueError) as error:
        raise GidtkError(f"{path} cannot be read as a table ({error}): give a CSV file in UTF-8") from None
    return [{str(k): v for k, v in row.items() if v != ""} for row in frame.to_dict("records")]
