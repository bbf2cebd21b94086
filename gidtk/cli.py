"""The ``gidtk`` command: it parses arguments and calls the library."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
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
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.call(arguments))
    except GidtkError as error:
        _complain(error)
        return 1
    except BrokenPipeError:  # the reader of the output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _complain(error: GidtkError) -> None:
    print(f"gidtk: {error}".replace("\n", " "), file=sys.stderr)


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
    else:
        print("\n\n".join(summary(report) for report in reports))
    return status


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
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
