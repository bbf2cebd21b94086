"""What a run depends on, as digests: a run whose digest is unchanged need not be repeated."""

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from gidtk import __version__
from gidtk.errors import GidtkError
from gidtk.schemas import PLACES

__all__ = ["RowDigests", "bounds", "digest", "notebook_digest", "path_digest", "run_digest"]

_LONGEST_PATH = 1000
_CODE = (".py", ".toml", ".txt", ".csv", ".css", ".j2", ".js")


def digest(value: object) -> str:
    """Return the sha256 of a value as JSON with sorted keys.

    Examples
    --------
    >>> digest({"b": 1, "a": "安"}) == digest({"a": "安", "b": 1})
    True
    """
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def notebook_digest(notebook: nbformat.NotebookNode) -> str:
    """Digest what a notebook does: its cells' sources, kinds and metadata; outputs do not count."""
    return digest([[cell.cell_type, cell.source, cell.metadata, cell.get("attachments")] for cell in notebook.cells])


def bounds(notebook: nbformat.NotebookNode, known: Mapping[str, Any], where: str) -> list[str] | None:
    """Return the parameters that a notebook says bound the data it reads, or None when it says nothing.

    They stand in the notebook's metadata: ``{"gidtk": {"data": ["region", "year"]}}`` is a notebook that reads the
    reports of its region and year and no others. Without it, the whole corpus counts.

    Raises
    ------
    GidtkError
        If it names what is no parameter of the notebook.
    """
    named = notebook.metadata.get("gidtk", {}).get("data")
    if named is None:
        return None
    if not isinstance(named, list) or not set(named) <= set(known):
        raise GidtkError(
            f"{where}: metadata gidtk.data is {named!r}: give a list of parameters; it declares {', '.join(known)}"
        )
    return list(named)


class RowDigests:
    """Digests of the rows of a table of reports that runs read.

    Parameters
    ----------
    reports : DataFrame
        One row a report. Where it has the columns, ``region`` is looked for in ``region_code`` (its first digits will
        do), ``region``, ``agency``, ``report``, ``prefecture`` and ``province``; other parameters in the column of
        their name. The order of rows does not count.
    named : list of str or None
        The parameters that bound the data; those without a column, those empty or 0 in a run, and None, bound nothing.

    Examples
    --------
    >>> frame = pd.DataFrame({"region_code": ["360829", "110105"], "year": [2020, 2020], "sha256": ["a", "b"]})
    >>> one, other = ({"region": code, "year": 2020} for code in frame["region_code"])
    >>> before = RowDigests(frame, ["region", "year"])
    >>> frame.loc[1, "sha256"] = "c"
    >>> after = RowDigests(frame, ["region", "year"])
    >>> before.of(one) == after.of(one), before.of(other) == after.of(other)
    (True, False)
    """

    def __init__(self, reports: pd.DataFrame, named: Sequence[str] | None) -> None:
        texts = reports.astype("string").fillna("")
        self.reports = reports
        self.rows = [digest(row) for row in texts.to_dict("records")]
        self.found: dict[str, dict[str, set[int]]] = {}
        for name in named or ():
            for place in (*PLACES, "prefecture", "province") if name == "region" else (name,):
                if place in texts:
                    values = self.found.setdefault(name, {})
                    for number, text in enumerate(texts[place]):
                        for part in _beginnings(text) if place == "region_code" else [text]:
                            values.setdefault(part, set()).add(number)
        self.whole = digest(sorted(self.rows))

    def read(self, values: Mapping[str, Any]) -> set[int]:
        """Return the positions of the rows that a run with these parameters reads: all, where nothing bounds them."""
        bound = [name for name in self.found if values.get(name)]
        wanted = [values[name] if isinstance(values[name], list) else [values[name]] for name in bound]
        fits = [
            set().union(*(self.found[name].get(str(value), set()) for value in given))
            for name, given in zip(bound, wanted, strict=True)
        ]
        return set.intersection(*fits) if fits else set(range(len(self.rows)))

    def rows_of(self, runs: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        """Return the rows that any of these runs reads, in their order."""
        return self.reports.iloc[sorted(set().union(*map(self.read, runs)))]

    def of(self, values: Mapping[str, Any]) -> str:
        """Return the digest of the rows that a run with these parameters reads; of all rows, where none fits."""
        rows = self.read(values)
        return self.whole if len(rows) in (0, len(self.rows)) else digest(sorted(self.rows[n] for n in rows))


def _beginnings(code: str) -> list[str]:
    return [code[:end] for end in range(1, len(code) + 1)]


def path_digest(values: Mapping[str, Any], folder: Path, contents: dict[Path, str]) -> str:
    """Digest the content of the files and folders that values name, seen from a folder.

    It is what counts when nothing is known of the reports: any change of a corpus then repeats the run. `contents`
    keeps what was digested, for the next run.
    """
    found = {}
    for name, value in values.items():
        if name != "output_dir" and isinstance(value, str) and 0 < len(value) < _LONGEST_PATH and "\0" not in value:
            path = folder / value
            if path.exists():
                found[name] = contents[path] = contents.get(path) or _content(path)
    return digest(found)


def _content(path: Path) -> str:
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.relative_to(path).as_posix()}\0".encode(errors="surrogatepass"))
        with file.open("rb") as content:
            whole.update(hashlib.file_digest(content, "sha256").digest())
    return whole.hexdigest()


def run_digest(notebook: str, values: Mapping[str, Any], data: str) -> str:
    """Digest all that a run depends on: notebook, parameters, data, this package and Python."""
    return digest([notebook, values, data, _package(), platform.python_version()])


@cache
def _package() -> str:
    """Return the version, and what tells it from another state of a checkout."""
    home = Path(__file__).parent
    files = (path for path in home.rglob("*") if path.suffix in _CODE)
    found = {path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return digest([__version__, found])
