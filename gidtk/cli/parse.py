"""``gidtk parse``: one report or several, as a summary for people or as JSON."""

import argparse
import json
from typing import TYPE_CHECKING

from gidtk.cli.lines import complain, line
from gidtk.errors import GidtkError

if TYPE_CHECKING:
    from gidtk.report import Report

__all__ = ["add"]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Enter the command among the others."""
    parse = commands.add_parser(
        "parse", help="read reports: a summary for people, or JSON", description="Read reports."
    )
    parse.add_argument("files", nargs="+", metavar="FILE")
    parse.add_argument("--json", action="store_true", help="print one JSON object (a list for several files)")
    parse.set_defaults(call=_parse)


def _parse(arguments: argparse.Namespace) -> int:
    from gidtk.report import read_report

    reports, status = [], 0
    for file in arguments.files:
        try:
            reports.append(read_report(file))
        except GidtkError as error:
            complain(error)
            status = 1
    if arguments.json:
        found = [report.to_dict() for report in reports]
        if len(arguments.files) > 1 or found:
            print(json.dumps(found if len(arguments.files) > 1 else found[0], ensure_ascii=False, indent=1))
    elif reports:
        print("\n\n".join(summary(report) for report in reports))
    return status


def summary(report: "Report") -> str:
    """Return a report in a few lines for a terminal."""
    where = " ".join(filter(None, (report.region_code or "region unresolved", report.level, report.kind, report.scope)))
    counts = report.cells["status"].value_counts()
    lines = [
        report.title or "(no title)",
        f"  机关 agency     {report.agency or '—'} ({where})",
        f"  年度 year       {report.year or '—'} ({report.period or 'no period'})",
        f"  发布 published  {report.published or '—'}",
        f"  格式 form       {report.form or '—'}",
        "  单元格 cells    " + (", ".join(f"{n} {status}" for status, n in counts.items()) or "none"),
        "  核对 verdicts   " + ", ".join(f"{n} {v}" for v, n in report.verdicts["verdict"].value_counts().items()),
    ]
    failed = report.verdicts[report.verdicts["verdict"] == "fail"]
    lines += [f"  {row.severity}: {row.rule} {row.subject}: {row.message}" for row in failed.itertuples()]
    lines += [f"  {issue.severity}: {issue.message}" for issue in report.issues]
    return "\n".join(map(line, lines))
