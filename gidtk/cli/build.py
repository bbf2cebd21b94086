"""``gidtk build``: many files to a corpus."""

import argparse
from pathlib import Path

__all__ = ["add"]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Enter the command among the others."""
    build = commands.add_parser(
        "build",
        help="read files, folders and archives into a corpus",
        description="Read files, folders and archives (zip, tar, WARC) into a corpus: a folder of Parquet tables. "
        "What was read before is not read again; an interrupted build goes on where it stopped.",
    )
    build.add_argument("sources", nargs="+", metavar="SOURCE", help="a file, folder, archive, or a pattern in quotes")
    build.add_argument("-o", required=True, metavar="CORPUS", dest="out", help="folder of the corpus")
    build.add_argument("--registry", metavar="CSV", help="whose reports the files hold; it wins over the page")
    build.add_argument("--jobs", type=int, metavar="N", help="processes that read (default: one a core)")
    build.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster that reads instead")
    build.add_argument(
        "--timeout", type=float, default=60.0, metavar="SECONDS", help="of processor time for one file (default: 60)"
    )
    build.add_argument("--quiet", action="store_true", help="no progress bar")
    build.set_defaults(call=_build)


def _build(arguments: argparse.Namespace) -> int:
    from gidtk.build import build_corpus

    corpus = build_corpus(
        arguments.sources,
        arguments.out,
        registry=arguments.registry,
        jobs=arguments.jobs,
        scheduler=arguments.scheduler,
        timeout=arguments.timeout,
        progress=not arguments.quiet,
    )
    failed = len(corpus.failures)
    where = f"; the list: {Path(arguments.out) / 'failures.csv'}" if failed else ""
    print(f"{len(corpus.reports)} reports, {failed} files not read: {arguments.out}{where}")
    return 0
