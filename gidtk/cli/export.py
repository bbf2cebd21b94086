"""``gidtk export``: a panel or another table of a corpus for other programs, with its codebook; or a bundle."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gidtk.cli.years import years
from gidtk.errors import GidtkError

if TYPE_CHECKING:
    import pandas as pd

    from gidtk.corpus import Corpus

__all__ = ["add"]

TABLES = ("panel", "cells", "reports", "sections", "verdicts", "issues", "failures")
MADE = ("indicators", "quality", "dyads")  # tables that are computed: one row a report and measure, or a pair


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Enter the command among the others."""
    export = commands.add_parser(
        "export",
        help="write a panel for Excel, Stata, SPSS or R, with its codebook",
        description="Write the panel of a corpus, or another table of it, with its codebook; or a research bundle.",
    )
    export.add_argument("corpus", metavar="CORPUS")
    export.add_argument(
        "-o",
        required=True,
        metavar="FILE",
        dest="out",
        help="ends with .csv, .xlsx, .dta, .sav or .parquet; a folder with --bundle",
    )
    export.add_argument("--table", choices=(*TABLES, *MADE), default="panel", help="what to write (default: panel)")
    export.add_argument("--harmonised", action="store_true", help="add columns that join the forms, with their grade")
    export.add_argument("--indicators", metavar="LIST", help="measures to add, as grant_rate,refusal_rate; or all")
    export.add_argument("--years", type=years, metavar="FIRST-LAST", help="only these report years")
    export.add_argument("--region", metavar="CODE", help="only codes that begin so: 36 is 江西省")
    export.add_argument("--scope", choices=("own", "area"), help="only figures of this scope")
    export.add_argument(
        "--duplicates",
        choices=("error", "revised", "first", "keep"),
        default="error",
        help="several reports of one unit and year: stop, let the revised replace the others, keep the first, or all",
    )
    export.add_argument("--lang", choices=("zh", "en"), default="zh", help="labels in Stata and SPSS (default: zh)")
    export.add_argument("--bundle", action="store_true", help="a folder from which a referee rebuilds the panel")
    export.set_defaults(call=_export)


def _export(arguments: argparse.Namespace) -> int:
    from gidtk.codebook import codebook, write_codebook
    from gidtk.corpus import open_corpus
    from gidtk.export import write_table

    corpus = open_corpus(arguments.corpus)
    if arguments.years or arguments.region:
        span = range(arguments.years[0], arguments.years[1] + 1) if arguments.years else None
        corpus = corpus.select(years=span, region=arguments.region)
        if not len(corpus):
            raise GidtkError(f"{arguments.corpus}: no report of these years and this region: nothing was written")
    if arguments.bundle:
        return _bundle(corpus, arguments)
    if arguments.table in MADE:
        frame, book = _made(corpus, arguments), None
    elif arguments.table != "panel":
        frame, book = getattr(corpus, arguments.table), None
    else:
        frame = _panel(corpus, arguments)
        book = codebook(frame, corpus)
    out = write_table(frame, arguments.out, book, lang=arguments.lang)
    print(f"{len(frame)} rows, {len(frame.columns)} columns: {out}")
    if book is not None:
        for ending in (".md", ".csv", ".html"):
            write_codebook(book, out.with_name(f"{out.stem}_codebook{ending}"))
        print(f"codebook: {out.with_name(f'{out.stem}_codebook.md')} (.csv, .html)")
    return 0


def _settings(arguments: argparse.Namespace) -> dict[str, Any]:
    from gidtk.measures import measures

    asked = arguments.indicators or ""
    wanted = list(measures()) if asked == "all" else [name for name in asked.split(",") if name]
    return {
        "scope": arguments.scope,
        "harmonised": arguments.harmonised or arguments.bundle,
        "indicators": wanted,
        "duplicates": "keep" if arguments.bundle and arguments.duplicates == "error" else arguments.duplicates,
    }


def _panel(corpus: "Corpus", arguments: argparse.Namespace) -> "pd.DataFrame":
    from gidtk.panel import panel

    return panel(corpus, **_settings(arguments))


def _made(corpus: "Corpus", arguments: argparse.Namespace) -> "pd.DataFrame":
    from gidtk.dyads import dyads
    from gidtk.indicators import indicators
    from gidtk.narratives import narratives
    from gidtk.panel import panel
    from gidtk.quality import quality

    if arguments.table == "dyads":
        return dyads(narratives(corpus), lags=(0, 1))
    if arguments.table == "quality":
        return quality(corpus)
    settings = _settings(arguments)
    made = panel(corpus, scope=settings["scope"], duplicates=settings["duplicates"])
    return indicators(made, settings["indicators"] or None)


def _bundle(corpus: "Corpus", arguments: argparse.Namespace) -> int:
    from gidtk.bundle import write_bundle

    if arguments.table != "panel":
        raise GidtkError("--bundle holds every table: leave --table out")
    out = write_bundle(corpus, arguments.out, **_settings(arguments))
    print(f"bundle: {out}; begin with {Path(out) / 'README.md'}")
    return 0
