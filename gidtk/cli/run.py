"""``gidtk run``: a notebook over a corpus or a table of parameters."""

import argparse
import sys
from contextlib import suppress
from pathlib import Path

from gidtk.errors import GidtkError

__all__ = ["add"]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Enter the command among the others."""
    run = commands.add_parser(
        "run",
        help="run a notebook over a corpus and make pages of it",
        description="Run a notebook through papermill, once, for each region and year of a corpus, or for every row of "
        "a table, and make a page of each run and an index of all. What is done and unchanged is not repeated.",
    )
    run.add_argument("notebook", metavar="NOTEBOOK", help="a file, or the name of a bundled one: 01-region-profile")
    run.add_argument(
        "-p", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"), dest="parameters", help="a parameter"
    )
    many = run.add_mutually_exclusive_group()
    many.add_argument("--each", type=_names, metavar="LIST", help="one run for each value in the corpus: region,year")
    many.add_argument("--table", metavar="CSV", help="one run a row; the columns are parameters")
    run.add_argument("-o", required=True, metavar="RUNS", dest="out", help="folder for notebooks, pages and the index")
    run.add_argument("--jobs", type=int, metavar="N", help="runs at a time (default: one a core)")
    run.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster that runs them instead")
    run.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="for one run (default: 600)")
    run.add_argument("--again", action="store_true", help="repeat also what is done and unchanged")
    run.add_argument("--cold", action="store_true", help="start every kernel anew instead of forking it")
    run.add_argument("--quiet", action="store_true", help="no progress bar")
    run.set_defaults(call=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gidtk.bundled import find_notebook
    from gidtk.each import each, reports_in
    from gidtk.jobs import lightly
    from gidtk.store import is_corpus

    with lightly():
        from gidtk.parameters import declared, read_table
        from gidtk.rerun import rerun

    notebook, given = find_notebook(arguments.notebook), dict(arguments.parameters)
    known, reports = declared(notebook), None
    corpus = given.get("corpus", known["corpus"].own if "corpus" in known else None)
    rows = [given]
    if arguments.each:
        if not isinstance(corpus, str):
            raise GidtkError(f"{notebook} declares no corpus: --each has no reports to go by; give --table instead")
        reports = reports_in(corpus)
        rows = [{**row, **given, **row} for row in each(reports, arguments.each, given)]  # in the order of names
    elif arguments.table:
        rows = [{**row, **given} for row in read_table(arguments.table)]
        with suppress(GidtkError):  # a notebook may find more in a folder than reports
            reports = reports_in(corpus) if isinstance(corpus, str) else None
    elif corpus == "sample" or (isinstance(corpus, str) and is_corpus(Path(corpus))):
        reports = reports_in(corpus)
    out = Path(arguments.out)
    try:
        outcomes = rerun(
            notebook,
            rows,
            arguments.out,
            reports=reports,
            jobs=arguments.jobs,
            scheduler=arguments.scheduler,
            timeout=arguments.timeout,
            again=arguments.again,
            fork=not arguments.cold,
            progress=not arguments.quiet,
        )
    except KeyboardInterrupt:
        print(f"gidtk: stopped; the same command goes on: {out / 'index.html'} shows what is done", file=sys.stderr)
        return 130
    good = outcomes["status"] == "ok"
    many = len(outcomes) != 1
    shown = outcomes[~good] if many else outcomes
    for status, page, message in zip(*(shown[name].tolist() for name in ("status", "page", "message")), strict=True):
        print(f"{status}: {out / page if isinstance(page, str) else message}")
    if many:
        kept = outcomes.attrs.get("kept", 0)
        print(f"ok: {good.sum()} of {len(outcomes)} runs, {kept} of them done before: {out / 'index.html'}")
    for folder in outcomes.attrs.get("aside", []):
        print(f"kept: files that were changed by hand are in {out / folder}")
    return 0 if good.all() else 1


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
