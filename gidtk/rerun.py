"""Run one notebook for every row of a table of parameters."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from tqdm import tqdm

from gidtk.batch import on_cluster, on_workers
from gidtk.claim import claimed, sweep
from gidtk.earlier import earlier_runs
from gidtk.errors import GidtkError
from gidtk.files import make_folder, write_csv, write_whole
from gidtk.fingerprint import RowDigests, bounds, notebook_digest, path_digest, run_digest
from gidtk.flags import notice
from gidtk.gallery import to_index
from gidtk.jobs import Batch, Run, kept
from gidtk.outcomes import outcome_table
from gidtk.parameters import Parameter, declared_in, parameter_rows, read_notebook, settled
from gidtk.results import as_table
from gidtk.runfolder import discard
from gidtk.runnames import run_names
from gidtk.workers import cores

__all__ = ["rerun"]


def rerun(
    notebook: str | os.PathLike[str],
    parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | pd.DataFrame,
    out: str | os.PathLike[str],
    *,
    reports: pd.DataFrame | None = None,
    jobs: int | None = 1,
    scheduler: str | None = None,
    timeout: float = 600,
    again: bool = False,
    fork: bool = True,
    progress: bool = False,
) -> pd.DataFrame:
    """Run a notebook once for every row of parameters; each run leaves an executed notebook and a page.

    Every run has a fresh kernel of this very Python, in the current folder, so that relative paths mean what
    they mean at the shell. A run that fails is a row of the result and a page with its traceback; the others
    are done. A run that ended well and whose notebook, parameters, data and package are unchanged is not repeated:
    a batch that was stopped goes on where it was when it is called again.

    Parameters
    ----------
    notebook : str or path
        A notebook with a cell tagged ``parameters``, each line ``name: type = value``.
    parameters : mapping, sequence of mappings or DataFrame
        A mapping for one run; a sequence of mappings or a DataFrame for several, such as :func:`gidtk.each` makes.
        Text is converted to the declared type: ``"2019"`` is 2019 for ``year: int``, ``"034050"`` stays text for
        ``region: str``. What a row leaves out, or what is missing in a DataFrame, keeps the notebook's own value.
    out : str or path
        Folder for the results, made when it is not there. The run NAME leaves ``NAME.ipynb`` and ``NAME.html``, whole
        or not at all, and the picture ``thumbnails/NAME.png`` of its first figure. A notebook that declares
        ``output_dir`` and is given none gets the folder ``NAME_files`` in here, which is emptied first and is removed
        again when it stays empty; files there that are not as the run had left them, such as a sheet that was filled
        in, are moved to ``NAME_kept`` before. ``index.html`` shows all runs of the call, then those that earlier calls
        left in `out`.
    reports : DataFrame, optional
        The reports of the corpus, as :func:`gidtk.reports_in` gives them. A notebook whose metadata say which
        parameters bound its data (``{"gidtk": {"data": ["region", "year"]}}``) is then repeated only where those rows
        changed. Without it, any change in the files and folders that parameters name repeats a run.
    jobs : int or None
        How many kernels compute at a time; None for one a core. Half as many more are being started or ended.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers run the notebooks instead; they must see the same folders.
    timeout : float
        Seconds that one run may take, rounded up, the start of its kernel included.
    again : bool
        Whether to repeat also what need not be.
    fork : bool
        Whether kernels may be forked from a process that has loaded everything, where the system can (Linux); the
        outputs are the same without.
    progress : bool
        Whether to say on standard error how far the batch is: a bar with the time left in a terminal, else a line
        after each run.

    Returns
    -------
    DataFrame
        One row per run, also written to ``outcomes.csv`` in `out` (UTF-8 with BOM; there, text that a
        spreadsheet would take for a formula begins with ``'``):

        - ``run``: the name, made of the notebook's name and the values given (folders left out), safe as a
          file name on every system
        - ``status``: ``ok``, ``failed`` (a cell raised), ``timeout``, ``died`` (the kernel or its worker did) or
          ``error`` (the run could not be started, or its results not be written)
        - ``cell``: the number in brackets of the failing cell, as the executed notebook and the page show it
        - ``message``: one line on what went wrong, else empty
        - ``seconds``: how long the run took; of a run that was not repeated, how long it took when it was run
        - ``notebook``, ``page``: file names in `out`, missing for ``error``
        - ``param_NAME``: the value of each declared parameter in that run

        ``attrs["kept"]`` is the number of runs that were not repeated, ``attrs["aside"]`` names the folders
        ``NAME_kept`` of those that were. What the notebooks recorded
        (:func:`gidtk.record`) is written to ``results.csv``: see :func:`gidtk.results`.

    Raises
    ------
    GidtkError
        Before any kernel starts: the file is no notebook or has no cell tagged ``parameters``; a parameter is
        unknown or missing; a value is not of the declared type; `out` cannot be made, or another batch is writing
        there; `jobs` is no number of processes. At the end, if the tables cannot be written.

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
    limits = bounds(source, known, str(file))
    number = cores() if jobs is None else jobs
    if number < 1:
        raise GidtkError(f"jobs {jobs}: give how many runs at a time, 1 or more, or None for one a core")
    folder = make_folder(out)
    what = notebook_digest(source)
    batch = Batch(nbformat.writes(source), what, file.as_posix(), folder.as_posix(), str(Path.cwd()), timeout, fork)
    names = run_names(file.stem, rows)
    rows_read = RowDigests(reports, limits) if reports is not None else None
    data_of = rows_read.of if rows_read else partial(path_digest, folder=Path.cwd(), contents={})
    runs = []
    for name, row in zip(names, rows, strict=True):
        values = _complete(row, known, folder, name)
        data = data_of(values)
        runs.append(Run(name, values, data, run_digest(what, values, data)))
    own = rows_read.rows_of(run.values for run in runs) if rows_read else None
    if own is not None and "flags" in own:
        batch = batch._replace(notice=[notice(own, said) for said in ("zh", "en")])
    done: dict[str, dict[str, Any]] = {}
    with claimed(folder) as held:
        sweep(folder)
        if not again:
            done = {run.name: outcome for run in runs if (outcome := kept(batch, run))}
        before = len(done)
        waiting = [run for run in runs if run.name not in done]
        try:
            if waiting:
                batch = batch._replace(fork=fork and len(waiting) > 1)  # for one run, loading ahead saves nothing
                here = partial(on_workers, jobs=number, held=held)
                coming = (partial(on_cluster, scheduler=scheduler) if scheduler else here)(batch, waiting)
                with closing(coming):
                    for outcome in _told(coming, before, len(runs), progress):
                        done[outcome["run"]] = outcome
        finally:  # also when the user stops the batch
            ended = [done[run.name] for run in runs if run.name in done]
            before_now = earlier_runs(folder, but=set(names))
            index = to_index(ended, title=file.stem, reports=reports, notice=batch.notice, earlier=before_now)
            table = _tables(ended, known, folder, index)
            sweep(folder)
            for run in waiting:  # what was begun and not finished
                if run.name not in done:
                    discard(folder, run.name)
    table.attrs |= {"kept": before, "aside": [a for run in waiting if (a := done.get(run.name, {}).get("aside"))]}
    return table


def _complete(row: Mapping[str, Any], known: Mapping[str, Parameter], folder: Path, name: str) -> dict[str, Any]:
    """Fill a row up with the notebook's own values, and with the run's own folder for `output_dir`."""
    values = {key: parameter.own for key, parameter in known.items() if parameter.own is not ...} | dict(row)
    if "output_dir" in known and "output_dir" not in row:
        values["output_dir"] = f"{folder.as_posix()}/{name}_files"
    return {key: values[key] for key in known if key in values}


def _told(coming: Iterable[dict[str, Any]], before: int, total: int, progress: bool) -> Iterator[dict[str, Any]]:
    """Pass outcomes on, and say on standard error how far the batch is."""
    if not progress:
        yield from coming
        return
    if not sys.stderr.isatty():
        for number, outcome in enumerate(coming, before + 1):
            print(f"{number}/{total} {_said(outcome)}", file=sys.stderr)
            yield outcome
        return
    with tqdm(total=total, initial=before, unit=" runs", dynamic_ncols=True, smoothing=0.05) as bar:
        failed = 0
        for outcome in coming:
            if outcome["status"] != "ok":
                failed += 1
                bar.set_postfix(failed=failed, refresh=False)
                bar.write(_said(outcome), file=sys.stderr)
            bar.update()
            yield outcome


def _said(outcome: Mapping[str, Any]) -> str:
    return "{run}: {status}, {seconds} s {message}".format(**outcome).rstrip()


def _tables(done: list[dict[str, Any]], known: Mapping[str, Parameter], folder: Path, index: str) -> pd.DataFrame:
    """Write the tables and the index page; return the table of outcomes."""
    table = outcome_table(done, known)
    results = as_table((outcome["run"], outcome["results"]) for outcome in done)
    try:
        write_csv(table, folder / "outcomes.csv")
        write_csv(results, folder / "results.csv")
        write_whole(folder, {"index.html": index})
    except OSError as error:
        raise GidtkError(
            f"{folder}: the tables cannot be written ({error.strerror}): make room and call again; "
            "the runs that are done are kept"
        ) from error
    return table
