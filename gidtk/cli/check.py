"""``gidtk check``: what does not add up in a corpus or in some files, and the likely wrong cell."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gidtk.cli.lines import line
from gidtk.errors import GidtkError

if TYPE_CHECKING:
    import pandas as pd

    from gidtk.corpus import Corpus

__all__ = ["add"]

SEVERITIES = ("error", "warning", "information")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Enter the command among the others."""
    check = commands.add_parser(
        "check",
        help="what does not add up, and the likely wrong cell",
        description="Hold reports against the rules of their forms, each other and the year before.",
    )
    check.add_argument(
        "corpus",
        nargs="+",
        metavar="CORPUS",
        help="a corpus (sample is the bundled one), or files and folders of reports",
    )
    check.add_argument("--out", metavar="FILE", help="write the findings as a sheet of decisions to fill in (CSV)")
    check.add_argument(
        "--decisions", metavar="FILE", help="decisions made before (default: decisions.csv of the corpus)"
    )
    check.add_argument(
        "--severity",
        choices=SEVERITIES,
        default="warning",
        help="print findings of this gravity and above (%(default)s)",
    )
    check.set_defaults(call=_check)


def _check(arguments: argparse.Namespace) -> int:
    import pandas as pd

    from gidtk.decisions import decide, decision_sheet, read_decisions
    from gidtk.files import write_csv

    with _corpus(arguments.corpus) as corpus:
        reports, verdicts, failures = corpus.reports, corpus.verdicts, corpus.failures
    for item in failures.to_dict(orient="records"):
        print(line(f"gidtk: {item['file']}: {item['message']}"), file=sys.stderr)
    if reports.empty:
        raise GidtkError(f"{', '.join(arguments.corpus)}: no report is there: give a corpus, or files of reports")
    file = _decisions_file(arguments)
    if file is not None:
        verdicts, stale = decide(verdicts, read_decisions(file))
        for item in stale.to_dict(orient="records"):
            place = f"{item['report']} {item['rule']} {item['subject']}"
            print(line(f"decision not applied, the finding is now {item['now']}: {place}"))
    failed = verdicts[verdicts["verdict"] == "fail"]
    decided = failed["decision"].notna() if "decision" in failed.columns else pd.Series(False, index=failed.index)
    shown = SEVERITIES[: SEVERITIES.index(arguments.severity) + 1]
    _print_findings(reports, failed[~decided & failed["severity"].isin(shown)])
    _print_summary(verdicts, int(decided.sum()), len(reports), len(failures))
    if arguments.out:
        print(f"{write_csv(decision_sheet(verdicts, reports), arguments.out)}: {len(failed)} findings")
    named = {Path(source).name for source in arguments.corpus if Path(source).is_file()}
    return 1 if named & {Path(name).name for name in failures["file"]} else 0


@contextmanager
def _corpus(sources: list[str]) -> "Iterator[Corpus]":
    """Yield the corpus named, or one built of the files named, which is gone afterwards."""
    from gidtk.build import build_corpus
    from gidtk.corpus import open_corpus
    from gidtk.store import is_corpus

    if sources == ["sample"] or (len(sources) == 1 and is_corpus(Path(sources[0]))):
        yield open_corpus(sources[0])
        return
    with tempfile.TemporaryDirectory(prefix="gidtk-", ignore_cleanup_errors=True) as folder:
        yield build_corpus(sources, folder)


def _decisions_file(arguments: argparse.Namespace) -> Path | None:
    if arguments.decisions:
        return Path(arguments.decisions)
    beside = Path(arguments.corpus[0], "decisions.csv")
    return beside if len(arguments.corpus) == 1 and beside.is_file() else None


def _print_findings(reports: "pd.DataFrame", failed: "pd.DataFrame") -> None:
    from gidtk.chains import column_of

    by_report = {report: own.to_dict(orient="records") for report, own in failed.groupby("report", sort=False)}
    names = ("report", "file", "agency", "title", "year")
    for report, file, agency, title, year in zip(*(column_of(reports, name) for name in names), strict=True):
        if own := by_report.get(report):
            named = f"{agency or title or 'agency unknown'} {int(year) if year else 'year unknown'}"
            print(line(f"{named} ({file}, {report})"))
            for item in own:
                print(line(f"  {item['severity']}: {item['rule']} {item['subject']}: {item['message']}"))


def _print_summary(verdicts: "pd.DataFrame", decided: int, reports: int, unread: int) -> None:
    failed = verdicts[verdicts["verdict"] == "fail"]
    for severity in SEVERITIES:
        own = failed.loc[failed["severity"] == severity, "rule"].value_counts(sort=False)
        if len(own):
            print(f"{severity}: " + ", ".join(f"{n} {rule}" for rule, n in own.items()))
    outcome = ", ".join(f"{n} {name}" for name, n in verdicts["verdict"].value_counts().items()) or "no verdicts"
    print(f"{reports} reports: {outcome}; {decided} findings decided; {unread} files not read")
