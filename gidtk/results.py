"""Key figures that notebooks record, and the table of them over many runs."""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from IPython.core.getipython import get_ipython
from IPython.display import publish_display_data

from gidtk.errors import GidtkError

__all__ = ["MIME", "RESULT_COLUMNS", "SHARE", "as_table", "record", "recorded", "results"]

MIME = "application/vnd.gidtk.result+json"
RESULT_COLUMNS = ("run", "name", "value", "text", "unit", "zh", "en")
SHARE = "1"  # unit of a share of one
_NAME = re.compile(r"[A-Za-z_]\w{0,31}", re.ASCII)
_LONGEST = 1000  # characters of a text
_LARGEST = sys.float_info.max


def record(name: str, value: object, *, zh: str = "", en: str = "", unit: str = "") -> None:
    """Record a key figure of this notebook, for the table of results over all its runs.

    In Jupyter it is an output of the cell, with a MIME type of its own; reruns collect it into ``results.csv`` and
    into the columns of the index page, and the run's own page leaves it out. Elsewhere it is printed.

    Parameters
    ----------
    name : str
        Name of the figure: ASCII letters, digits and underscores, 32 characters at most. A name recorded again
        replaces what was recorded.
    value : number, text, bool or None
        None, NaN and ``pd.NA`` are missing.
    zh, en : str
        What the figure is, in both languages, with its unit where that has a name: ``"新收申请（件）"``.
    unit : str
        A unit that is the same in both languages, such as ``%``. ``1`` is for a share: the table keeps 0.385, the index
        page shows 38.5%.

    Returns
    -------
    None

    Raises
    ------
    GidtkError
        If the name is none, or the value is not one of these.

    Examples
    --------
    >>> record("received_total", 11, zh="新收申请（件）", en="Requests received")
    received_total = 11
    >>> record("grant_rate", 0.818, zh="公开率", en="Grant rate", unit="1")
    grant_rate = 0.818
    """
    if not _NAME.fullmatch(name):
        raise GidtkError(f"{name!r} is no name: ASCII letters, digits and underscores, 32 at most, no digit first")
    plain = _plain(name, value)
    shown = f"{name} = {'—' if plain is None else plain} {unit if unit != SHARE else ''}".rstrip()
    figure = {"name": name, "value": plain, "unit": _known(unit), "zh": _known(zh), "en": _known(en)}
    if get_ipython() is None:
        print(shown)
    else:
        publish_display_data({MIME: figure, "text/plain": shown})  # type: ignore[no-untyped-call]


def _plain(name: str, value: object) -> float | int | str | bool | None:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and isnan(value)):
        return None
    if isinstance(value, str) or _finite(value):
        return _known(value)
    raise GidtkError(f"{name}: {type(value).__name__} cannot be recorded: give a finite number, a text, a bool or None")


def _finite(value: object) -> bool:
    return isinstance(value, bool | int | float) and -_LARGEST <= value <= _LARGEST


def _known(value: Any) -> float | int | str | bool | None:
    """Return what can be recorded: a number, a text as far as it may be long and can be written, else None."""
    if isinstance(value, str):
        return value[:_LONGEST].encode(errors="replace").decode()
    number: float | int | bool | None = value if _finite(value) else None
    return number


def recorded(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the figures recorded in an executed notebook, each name once, in the order first recorded.

    Parameters
    ----------
    notebook : mapping
        The notebook, as JSON gives it. What another program wrote under the same MIME type is left out unless it
        has the same shape.

    Returns
    -------
    list of dict
        ``name``, ``value``, ``unit``, ``zh``, ``en``.

    Examples
    --------
    >>> output = {"data": {MIME: {"name": "n", "value": 3, "unit": "", "zh": "", "en": ""}}}
    >>> recorded({"cells": [{"outputs": [output]}]})
    [{'name': 'n', 'value': 3, 'unit': '', 'zh': '', 'en': ''}]
    """
    figures = {figure["name"]: figure for figure in _figures(notebook)}
    return list(figures.values())


def _figures(notebook: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            figure = output.get("data", {}).get(MIME)
            name = figure.get("name") if isinstance(figure, Mapping) else None
            if isinstance(name, str) and _NAME.fullmatch(name):
                said = {key: _known(str(figure.get(key, ""))) for key in ("unit", "zh", "en")}
                yield {"name": name, "value": _known(figure.get("value")), **said}


def as_table(runs: Iterable[tuple[str, list[dict[str, Any]]]]) -> pd.DataFrame:
    """Return the figures of runs as a long table: see :func:`results`."""
    rows = []
    for run, figures in runs:
        for figure in figures:
            value = figure["value"]
            number = None if isinstance(value, str) or value is None else float(value)
            text = "" if value is None else value if isinstance(value, str) else json.dumps(value)
            rows.append([run, figure["name"], number, text, figure["unit"], figure["zh"], figure["en"]])
    frame = pd.DataFrame(rows, columns=list(RESULT_COLUMNS))
    return frame.astype({name: "Float64" if name == "value" else "str" for name in RESULT_COLUMNS})


def results(folder: str | os.PathLike[str]) -> pd.DataFrame:
    """Return the figures that the notebooks of a folder recorded when they were run.

    Parameters
    ----------
    folder : str or path
        Such as :func:`gidtk.rerun` fills.

    Returns
    -------
    DataFrame
        One row a run and figure, runs in the order of their names: ``run``, ``name``, ``value`` (a number; missing for
        a text and where nothing was known; 1 and 0 for true and false), ``text`` (as recorded), ``unit``, ``zh``,
        ``en``.

    Raises
    ------
    GidtkError
        If there is no such folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     results(folder).columns.tolist()
    ['run', 'name', 'value', 'text', 'unit', 'zh', 'en']
    """
    path = Path(folder)
    if not path.is_dir():
        raise GidtkError(f"{folder}: no such folder: give the folder that gidtk run has filled")
    found = []
    for file in sorted(path.glob("*.ipynb")):
        try:
            found.append((file.stem, recorded(json.loads(file.read_text(encoding="utf-8")))))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):  # no notebook
            continue
    return as_table(found)
