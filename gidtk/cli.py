"""The ``gidtk`` command: it parses arguments and calls the library."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gidtk import __version__
from gidtk.errors import GidtkError

if TYPE_CHECKING:
    from gidtk.report import Report

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        try:
            return _call(argv)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # the reader of the output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _call(argv: Sequence[str] | None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.call(arguments))
    except GidtkError as error:
        _complain(error)
        return 1


def _complain(error: GidtkError) -> None:
    print(_line(f"gidtk: {error}"), file=sys.stderr)


def _line(text: str) -> str:
    """Return a text as one line that cannot steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gidtk",
        description="Read disclosure annual reports (政府信息公开工作年度报告) and rerun notebooks over them.",
    )
    parser.add_argument("--version", action="version", version=f"gidtk {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    parse = commands.add_parser(
        "parse", help="read reports: a summary for people, or JSON", description="Read reports."
    )
    parse.add_argument("files", nargs="+", metavar="FILE")
    parse.add_argument("--json", action="store_true", help="print one JSON object (a list for several files)")
    parse.set_defaults(call=_parse)
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
    simulate = commands.add_parser(
        "simulate",
        help="write reports with known figures",
        description="Write reports with known figures, and the answers to hold a reading against.",
    )
    simulate.add_argument("-o", required=True, metavar="DIR", dest="out", help="folder for reports and answers")
    simulate.add_argument("--regions", type=int, default=24, metavar="N", help="how many regions (default: 24)")
    simulate.add_argument(
        "--years", type=_years, default=(2019, 2024), metavar="FIRST-LAST", help="report years (default: 2019-2024)"
    )
    simulate.add_argument("--seed", type=int, default=1, metavar="N", help="another seed, other reports (default: 1)")
    simulate.add_argument(
        "--formats", type=_names, default=["html"], metavar="LIST", help="some of html,docx,pdf,txt (default: html)"
    )
    simulate.add_argument(
        "--layouts", type=_names, metavar="LIST", help="names, or all; without it each region keeps to one"
    )
    simulate.add_argument(
        "--faults", type=float, default=0.0, metavar="SHARE", help="share of reports with a planted contradiction"
    )
    simulate.set_defaults(call=_simulate)
    return parser


def _parse(arguments: argparse.Namespace) -> int:
    from gidtk.report import read_report

    reports, status = [], 0
    for file in arguments.files:
        try:
            reports.append(read_report(file))
        except GidtkError as error:
            _complain(error)
            status = 1
    if arguments.json:
        found = [report.to_dict() for report in reports]
        if len(arguments.files) > 1 or found:
            print(json.dumps(found if len(arguments.files) > 1 else found[0], ensure_ascii=False, indent=1))
    elif reports:
        print("\n\n".join(summary(report) for report in reports))
    return status


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


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _years(text: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    if not (first.isdecimal() and (last.isdecimal() or not dash)):
        raise argparse.ArgumentTypeError(f"{text!r} are no years: give the first and the last one, as 2019-2024")
    return int(first), int(last or first)


def _simulate(arguments: argparse.Namespace) -> int:
    from gidtk.simulate import EVERY, simulate

    layouts = EVERY if arguments.layouts == [EVERY] else arguments.layouts
    files = simulate(
        arguments.out,
        regions=arguments.regions,
        years=arguments.years,
        seed=arguments.seed,
        formats=arguments.formats,
        layouts=layouts,
        faults=arguments.faults,
    )
    print(f"{len(files)} reports, answers.csv, answers.json: {arguments.out}")
    return 0


def summary(report: "Report") -> str:
    """Return a report in a few lines for a terminal."""
    where = " ".join(filter(None, (report.region_code or "region unresolved", report.level)))
    counts = report.cells["status"].value_counts()
    lines = [
        report.title or "(no title)",
        f"  机关 agency     {report.agency or '—'} ({where})",
        f"  年度 year       {report.year or '—'}, 发布 published {report.published or '—'}",
        f"  格式 form       {report.form or '—'}",
        "  单元格 cells    " + (", ".join(f"{n} {status}" for status, n in counts.items()) or "none"),
        "  核对 verdicts   " + ", ".join(f"{n} {v}" for v, n in report.verdicts["verdict"].value_counts().items()),
    ]
    failed = report.verdicts[report.verdicts["verdict"] == "fail"]
    lines += [f"  {row.severity}: {row.rule} {row.subject}: {row.message}" for row in failed.itertuples()]
    lines += [f"  {issue.severity}: {issue.message}" for issue in report.issues]
    return "\n".join(map(_line, lines))


if __name__ == "__main__":
    sys.exit(main())
