"""One run of a notebook: parameters in, executed notebook and page out, whole or not at all."""

import logging
import math
import platform
import time
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors

from gidtk import __version__
from gidtk.files import write_whole
from gidtk.jobs import Batch, Run
from gidtk.kernels import ColdKernel, ForkedKernel, can_fork
from gidtk.outcomes import blank, one_line
from gidtk.page import failure, to_page
from gidtk.parameters import tagged
from gidtk.results import recorded
from gidtk.runfolder import clear, discard, kept_folder, release, written
from gidtk.thumbnail import thumbnail

__all__ = ["carry_out"]

logging.getLogger("papermill").addHandler(logging.NullHandler())  # nothing on standard error unasked

_STARTS = 3  # tries to start a kernel, the last one cold
_START_SECONDS = 60.0
_ASIDE = ("results", "aside")  # of an outcome, not told by its notebook's metadata


def carry_out(batch: Batch, run: Run) -> dict[str, Any]:
    """Run once, write notebook and page, and return the outcome; only an interrupt gets out of here."""
    began = time.monotonic()
    folder = Path(batch.cwd, batch.folder)
    own = run.values.get("output_dir") == f"{batch.folder}/{run.name}_files"
    outcome = blank(run.name, run.values)
    try:
        if own:
            clear(folder, run.name)
        status, executed = _executed(_prepared(batch, run), batch)
        outcome |= {"status": status, "notebook": f"{run.name}.ipynb", "page": f"{run.name}.html"}
        if stopped := failure(executed):
            outcome |= {"cell": stopped.cell, "message": one_line(stopped.message)}
        outcome |= {"seconds": round(time.monotonic() - began, 2), "results": recorded(executed)}
        _write(folder, batch, run, executed, outcome)
    except Exception as error:  # one bad run never stops the others
        message, seconds = one_line(f"{type(error).__name__}: {error}"), round(time.monotonic() - began, 2)
        outcome = blank(run.name, run.values) | {"message": message, "seconds": seconds}
        _remove(folder, run.name, own)
    if own:
        release(folder, run.name)
    return outcome | {"aside": kept_folder(folder, run.name)}


def _write(folder: Path, batch: Batch, run: Run, executed: nbformat.NotebookNode, outcome: dict[str, Any]) -> None:
    """Write thumbnail, page and notebook; the notebook comes last: when it is there, all is."""
    page = to_page(executed, name=run.name)
    small = thumbnail(executed)
    if small:
        (folder / "thumbnails").mkdir(exist_ok=True)
        write_whole(folder / "thumbnails", {f"{run.name}.png": small})
        outcome["thumbnail"] = f"thumbnails/{run.name}.png"
    about = {key: value for key, value in outcome.items() if not key.startswith("param_") and key not in _ASIDE}
    executed.metadata.papermill.update(input_path=batch.file, output_path=f"{batch.folder}/{run.name}.ipynb")
    executed.metadata["gidtk"] = {
        **executed.metadata.get("gidtk", {}),
        "version": __version__,
        "python": platform.python_version(),
        "notebook_sha256": batch.digest,
        "data_sha256": run.data,
        "digest": run.digest,
        "files": written(folder, run.name),  # as long as they are there, the run need not be repeated
        "notice": list(batch.notice),
        "outcome": about,
    }
    write_whole(folder, {f"{run.name}.html": page, f"{run.name}.ipynb": nbformat.writes(executed) + "\n"})


def _remove(folder: Path, name: str, own: bool) -> None:
    """Take away what an earlier run of this name left: it would pass for this one's."""
    for file in (folder / f"{name}.ipynb", folder / f"{name}.html", folder / "thumbnails" / f"{name}.png"):
        if file.is_file():
            file.unlink()
    if own:
        discard(folder, name)


def _prepared(batch: Batch, run: Run) -> nbformat.NotebookNode:
    """Put the values after the declared parameters, readable (papermill would write escapes for 安)."""
    notebook = nbformat.reads(batch.source, as_version=4)
    stale = {*tagged(notebook, "injected-parameters"), *tagged(notebook, "papermill-error-cell-tag")}
    notebook.cells = [cell for n, cell in enumerate(notebook.cells) if n not in stale]
    given = "\n".join(["# Parameters", *(f"{name} = {value!r}" for name, value in run.values.items())])
    cell = nbformat.v4.new_code_cell(given, id="injected-parameters", metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(tagged(notebook, "parameters")[0] + 1, cell)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata["papermill"] = {"parameters": dict(run.values), "version": papermill.__version__}
    return notebook


def _executed(notebook: nbformat.NotebookNode, batch: Batch) -> tuple[str, nbformat.NotebookNode]:
    fork = batch.fork and can_fork()  # loads once what all runs share: no run's own time
    deadline = time.monotonic() + batch.timeout
    for attempt in range(_STARTS):
        kernel = ForkedKernel if fork and attempt < _STARTS - 1 else ColdKernel
        try:
            status, stop = _attempt(notebook, kernel, batch, deadline)
            break
        except Exception:  # a kernel that did not start is started again; what began is not repeated
            if _started(notebook) or attempt == _STARTS - 1 or time.monotonic() > deadline:
                raise
    if stop:
        _mark(notebook, *stop)
    try:
        raise_for_execution_errors(notebook, None)  # puts papermill's note on top of a failed notebook
    except PapermillExecutionError:
        status = "failed" if status == "ok" else status
        for n in tagged(notebook, "papermill-error-cell-tag"):
            notebook.cells[n].id = f"papermill-error-{n}"  # not random: the same run gives the same notebook
    return status, notebook


def _attempt(
    notebook: nbformat.NotebookNode, kernel: type[ColdKernel], batch: Batch, deadline: float
) -> tuple[str, tuple[str, str] | None]:
    """Execute in place; return the status and, when the run was cut off, what to write into its cell."""

    def left(_: object = None) -> int:
        return max(1, math.ceil(deadline - time.monotonic()))

    try:
        NBClientEngine.execute_notebook(
            notebook,
            "python3",
            progress_bar=False,
            autosave_cell_every=0,
            start_timeout=min(_START_SECONDS, left()),
            kernel_manager_class=kernel,
            timeout_func=left,
            resources={"metadata": {"path": batch.cwd}},
        )
    except CellTimeoutError:
        return "timeout", ("Timeout", f"the run was stopped after {batch.timeout:g} seconds")
    except DeadKernelError:
        return "died", ("DeadKernel", "the kernel died while this cell ran")
    return "ok", None


def _started(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [cell for cell in code if cell.metadata.get("papermill", {}).get("start_time")]


def _mark(notebook: nbformat.NotebookNode, ename: str, evalue: str) -> None:
    """Write into the cell that was running why the run stopped there."""
    started = _started(notebook)
    cell = started[-1]
    cell.execution_count = cell.execution_count or sum(bool(c.source.strip()) for c in started)
    where = [line for output in cell.outputs if output.output_type == "error" for line in output.traceback]
    cell.outputs = [output for output in cell.outputs if output.output_type != "error"]  # of our own interrupt
    note = nbformat.v4.new_output("error", ename=ename, evalue=evalue, traceback=[*where, f"{ename}: {evalue}"])
    cell.outputs.append(note)
    cell.metadata.papermill.update(status="failed", exception=True)
    notebook.metadata.papermill["exception"] = True
