"""Run one notebook for every row of a table of parameters."""

import hashlib
import json
import logging
import math
import os
import re
import site
import sys
import tempfile
import time
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import papermill
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from gidtk.files import make_folder, write_csv, write_whole
from gidtk.page import failure, to_page
from gidtk.parameters import Parameter, declared_in, parameter_rows, read_notebook, settled, tagged

__all__ = ["rerun"]

logging.getLogger("papermill").addHandler(logging.NullHandler())  # nothing on standard error unasked

_FOLDERS = {"corpus", "output_dir"}  # where things lie is no part of a run's name
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]|index)(\..*)?", re.IGNORECASE)
_OUTCOME = ["run", "status", "cell", "message", "seconds", "notebook", "page"]


def rerun(
    notebook: str | os.PathLike[str],
    parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | pd.DataFrame,
    out: str | os.PathLike[str],
    *,
    timeout: float = 600,
    progress: bool = False,
) -> pd.DataFrame:
    """Run a notebook once for every row of parameters; each run leaves an executed notebook and a page.

    Every run has a fresh kernel of this very Python, in the current folder, so that relative paths mean what
    they mean at the shell. A run that fails is a row of the result and a page with its traceback; the others
    are done.

    Parameters
    ----------
    notebook
        A notebook with a cell tagged ``parameters``, each line ``name: type = value``.
    parameters
        A mapping for one run; a sequence of mappings or a DataFrame for several. Text is converted to the
        declared type: ``"2019"`` is 2019 for ``year: int``, ``"034050"`` stays text for ``region: str``. What
        a row leaves out, or what is missing in a DataFrame, keeps the notebook's own value.
    out
        Folder for the results, made when it is not there. The run NAME leaves ``NAME.ipynb`` and
        ``NAME.html``, whole or not at all. A notebook that declares ``output_dir`` and is given none gets the
        folder ``NAME_files`` in here, which is removed again when it stays empty.
    timeout
        Seconds that one run may take, rounded up, the start of its kernel included.
    progress
        Whether to write a line to standard error after each run.

    Returns
    -------
    pandas.DataFrame
        One row per run, also written to ``outcomes.csv`` in `out` (UTF-8 with BOM; there, text that a
        spreadsheet would take for a formula begins with ``'``):

        - ``run``: the name, made of the notebook's name and the values given (folders left out), safe as a
          file name on every system
        - ``status``: ``ok``, ``failed`` (a cell raised), ``timeout``, ``died`` (the kernel did) or ``error``
          (the run could not be started, or its results not be written)
        - ``cell``: the number in brackets of the failing cell, as the executed notebook and the page show it
        - ``message``: one line on what went wrong, else empty
        - ``seconds``: how long the run took
        - ``notebook``, ``page``: file names in `out`, missing for ``error``
        - ``param_NAME``: the value of each declared parameter in that run

    Raises
    ------
    GidtkError
        Before any kernel starts: the file is no notebook or has no cell tagged ``parameters``; a parameter is
        unknown or missing; a value is not of the declared type; `out` cannot be made.

    Examples
    --------
    >>> table = [{"region": "360829", "year": 2020}, {"region": "110105", "year": 2020}]
    >>> rerun("01-region-profile.ipynb", table, "runs")[["run", "status"]]  # doctest: +SKIP
                                   run status
    0  01-region-profile_360829_2020     ok
    1  01-region-profile_110105_2020     ok
    """
    file = Path(notebook)
    source = read_notebook(file)
    known = declared_in(source, file)
    rows = [settled(row, known, f"{file}, run {n}") for n, row in enumerate(parameter_rows(parameters), 1)]
    folder = make_folder(out)
    outcomes: list[dict[str, Any]] = []
    try:
        for name, row in zip(_names(file.stem, rows), rows, strict=True):
            outcomes.append(_run(source, file, name, _complete(row, known, folder, name), folder, timeout))
            if progress:
                said = "{run}: {status}, {seconds} s {message}".format(**outcomes[-1]).rstrip()
                print(f"{len(outcomes)}/{len(rows)} {said}", file=sys.stderr)
    finally:  # also when the user stops the batch
        table = _table(outcomes, known)
        write_csv(table, folder / "outcomes.csv")
    return table


def _complete(row: Mapping[str, Any], known: Mapping[str, Parameter], folder: Path, name: str) -> dict[str, Any]:
    """Fill a row up with the notebook's own values, and with the run's own folder for `output_dir`."""
    values = {key: parameter.own for key, parameter in known.items() if parameter.own is not ...} | dict(row)
    if "output_dir" in known and "output_dir" not in row:
        values["output_dir"] = (folder / f"{name}_files").as_posix()
    return {key: values[key] for key in known if key in values}


def _names(stem: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name the runs: readable, unique also where case does not count, and never a way out of the folder.

    >>> _names("01-region-profile", [{"region": "360829", "year": 2020}, {"region": "../x", "year": 2020}])
    ['01-region-profile_360829_2020', '01-region-profile_x_2020_ffe84908']
    """
    begin = "_".join(filter(None, map(_safe, stem.split("_")))) or "run"
    begin = f"{begin}-run" if _RESERVED.fullmatch(begin) else begin
    names: list[str] = []
    taken: set[str] = set()
    for row in rows:
        said = [str(value) for key, value in row.items() if key not in _FOLDERS and value not in (None, "")]
        name = "_".join([begin, *filter(None, map(_safe, said))]).encode()[:120].decode(errors="ignore").rstrip(".-_")
        if name != "_".join([begin, *said]):  # something was left out: the digest tells it from the like
            name += "_" + hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:8]
        numbered = chain([name], (f"{name}_{n}" for n in count(2)))
        name = next(candidate for candidate in numbered if candidate.casefold() not in taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _safe(text: str) -> str:
    """Keep letters, digits, marks, dots and hyphens; all else becomes one hyphen."""
    kept = (c if c in ".-" or unicodedata.category(c)[0] in "LMN" else "-" for c in unicodedata.normalize("NFC", text))
    return re.sub("-+", "-", "".join(kept)).strip(".-")


class _OwnPython(KernelSpecManager):
    """Knows one kernel: the Python that runs this, whatever a notebook or the user's kernelspecs name."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the kernel, with figures inline and with this package importable."""
        home = str(Path(__file__).parents[1])
        paths = [] if home in site.getsitepackages() else [home]
        paths += filter(None, [os.environ.get("PYTHONPATH")])
        env = {
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "PYTHONPATH": os.pathsep.join(paths),
        }
        quiet = get_kernel_dict(["--log-level=CRITICAL"])
        return KernelSpec(**quiet, env={key: text.replace("$", "$$") for key, text in env.items()})


class _OwnKernel(AsyncKernelManager):
    def __init__(self, **options: Any) -> None:
        super().__init__(kernel_spec_manager=_OwnPython(), **options)


def _run(
    source: nbformat.NotebookNode,
    file: Path,
    name: str,
    values: Mapping[str, Any],
    folder: Path,
    timeout: float,
) -> dict[str, Any]:
    """Run once, write notebook and page, and return the outcome; only an interrupt gets out of here."""
    began = time.monotonic()
    outcome: dict[str, Any] = dict.fromkeys(_OUTCOME) | {"run": name, "status": "error", "message": ""}
    files = folder / f"{name}_files"
    own = values.get("output_dir") == files.as_posix()
    try:
        if own:
            files.mkdir(exist_ok=True)
        status, executed = _executed(_prepared(source, values), folder, timeout)
        executed.metadata.papermill.update(input_path=str(file), output_path=str(folder / f"{name}.ipynb"))
        page = to_page(executed, name=name)
        write_whole(folder, {f"{name}.html": page, f"{name}.ipynb": nbformat.writes(executed) + "\n"})
        outcome |= {"status": status, "notebook": f"{name}.ipynb", "page": f"{name}.html"}
        if stopped := failure(executed):
            outcome |= {"cell": stopped.cell, "message": stopped.message}
    except Exception as error:  # one bad run never stops the others
        outcome["message"] = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    if own and files.is_dir() and not any(files.iterdir()):
        files.rmdir()
    outcome["seconds"] = round(time.monotonic() - began, 2)
    return outcome | {f"param_{key}": value for key, value in values.items()}


def _prepared(source: nbformat.NotebookNode, values: Mapping[str, Any]) -> nbformat.NotebookNode:
    """Put the values after the declared parameters, readable (papermill would write escapes for 安)."""
    notebook = nbformat.from_dict(source)
    stale = set(tagged(notebook, "injected-parameters"))
    notebook.cells = [cell for n, cell in enumerate(notebook.cells) if n not in stale]
    given = "\n".join(["# Parameters", *(f"{name} = {value!r}" for name, value in values.items())])
    cell = nbformat.v4.new_code_cell(given, id="injected-parameters", metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(tagged(notebook, "parameters")[0] + 1, cell)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata["papermill"] = {"parameters": dict(values), "version": papermill.__version__}
    return notebook


def _executed(notebook: nbformat.NotebookNode, folder: Path, timeout: float) -> tuple[str, nbformat.NotebookNode]:
    deadline = time.monotonic() + timeout
    with tempfile.TemporaryDirectory(prefix=".gidtk-", dir=folder, ignore_cleanup_errors=True) as aside:
        path = Path(aside, "notebook.ipynb")
        nbformat.write(notebook, path)
        literal = str(path).replace("{", "{{").replace("}", "}}")  # papermill formats its paths
        status, stop = "ok", None
        try:
            papermill.execute_notebook(
                literal,
                literal,
                kernel_name="python3",
                progress_bar=False,
                kernel_manager_class=_OwnKernel,
                timeout_func=lambda cell: max(1, math.ceil(deadline - time.monotonic())),
            )
        except PapermillExecutionError:
            status = "failed"
        except CellTimeoutError:
            status, stop = "timeout", ("Timeout", f"the run was stopped after {timeout:g} seconds")
        except DeadKernelError:
            status, stop = "died", ("DeadKernel", "the kernel died while this cell ran")
        executed = nbformat.read(path, as_version=4)
        if stop:
            _mark(executed, *stop)
        return status, executed


def _mark(notebook: nbformat.NotebookNode, ename: str, evalue: str) -> None:
    """Write into the cell that was running why the run stopped there."""
    started = [c for c in notebook.cells if c.cell_type == "code" and c.metadata.papermill.get("start_time")]
    cell = started[-1]
    cell.execution_count = cell.execution_count or sum(bool(c.source.strip()) for c in started)
    where = [line for output in cell.outputs if output.output_type == "error" for line in output.traceback]
    cell.outputs = [output for output in cell.outputs if output.output_type != "error"]  # of our own interrupt
    note = nbformat.v4.new_output("error", ename=ename, evalue=evalue, traceback=[*where, f"{ename}: {evalue}"])
    cell.outputs.append(note)
    cell.metadata.papermill.update(status="failed", exception=True)
    notebook.metadata.papermill["exception"] = True


def _table(outcomes: Sequence[Mapping[str, Any]], known: Mapping[str, Parameter]) -> pd.DataFrame:
    table = pd.DataFrame(outcomes, columns=[*_OUTCOME, *(f"param_{name}" for name in known)])
    return table.astype({"cell": "Int64", "seconds": float})
