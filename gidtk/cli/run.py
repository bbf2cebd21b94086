"""``gidtk run``: a notebook over a table of parameters."""

import argparse
from pathlib import Path

__all__ = ["add"]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Enter the command among the others."""
    run = commands.add_parser(
        "run",
        help="run a notebook and make a page of it",
        description="Run a notebook through papermill, once or for every row of a table, and make a page of each run.",
    )
    run.add_argument("notebook", metavar="NOTEBOOK", help="a file, or the name of a bundled one: 01-region-profile")
    run.add_argument(
        "-p", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"), dest="parameters", help="a parameter"
    )
    run.add_argument("--table", metavar="CSV", help="one run a row; the columns are parameters")
    run.add_argument("-o", required=True, metavar="RUNS", dest="out", help="folder for notebooks and pages")
    run.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="for one run (default: 600)")
    run.set_defaults(call=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gidtk.bundled import find_notebook
    from gidtk.parameters import read_table
    from gidtk.rerun import rerun

    given = dict(arguments.parameters)
    rows = [{**row, **given} for row in read_table(arguments.table)] if arguments.table else [given]
    outcomes = rerun(find_notebook(arguments.notebook), rows, arguments.out, timeout=arguments.timeout, progress=True)
    out = Path(arguments.out)
    for status, page, message in zip(*(outcomes[name].tolist() for name in ("status", "page", "message")), strict=True):
        print(f"{status}: {out / page if isinstance(page, str) else message}")
    return 0 if (outcomes["status"] == "ok").all() else 1
