"""How much of the simulated reports is read, in every format and layout: a table in Markdown on standard output.

    python tests/benchmarks/simulated.py [--reports 300] [--formats html,docx,txt,pdf] [--layouts spans,…] [--jobs 2]

For each cell that a person can read: *right*, *refused* (no number given), or WRONG, which must be 0 everywhere; a
number given where a person can read none is WRONG too. Where cells run together, *determined* counts the cells for
which labels and sums leave one answer (see determined.py), and how much of them is right. *identity* is the share of
title, agency, year and date of publication that are as printed. Exit status 1 when anything is WRONG.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))

from determined import determined

from gidtk.errors import GidtkError
from gidtk.report import Report, read_report
from gidtk.simulate import FORMATS, simulate

YEARS = (2019, 2024)
HEADS = (
    "format", "layout", "reports", "right", "refused", "WRONG", "right", "determined: right", "no number: as printed",
    "identity", "ms",
)  # fmt: skip
IDENTITY = ("title", "agency", "year", "published")


def expected(folder: Path) -> dict[str, dict[tuple[str, str, str], tuple[float | None, str]]]:
    """Read the answers: file -> cell -> value and status."""
    frame = pd.read_csv(folder / "answers.csv", encoding="utf-8-sig", dtype=str, keep_default_na=False)
    found: dict[str, dict[tuple[str, str, str], tuple[float | None, str]]] = {}
    for file, table, row, column, value, status in zip(
        *(frame[name] for name in ("file", "table", "row", "column", "value", "status")), strict=True
    ):
        found.setdefault(file, {})[table, row, column] = (float(value) if value else None, status)
    return found


def printed_raw(folder: Path) -> dict[str, dict[tuple[str, str, str], str]]:
    """Read what each cell prints: file -> cell -> text."""
    frame = pd.read_csv(folder / "answers.csv", encoding="utf-8-sig", dtype=str, keep_default_na=False)
    found: dict[str, dict[tuple[str, str, str], str]] = {}
    for file, *key, raw in zip(*(frame[name] for name in ("file", "table", "row", "column", "raw")), strict=True):
        found.setdefault(file, {})[key[0], key[1], key[2]] = raw.removeprefix("'")
    return found


def score(folder: Path, *, together: bool = False) -> tuple[Counter[str], list[str], float]:
    """Read every report of a folder and hold it against the answers.

    Return the counts, what is not right, and the seconds that the reading took.
    """
    raws = printed_raw(folder) if together else {}
    counts: Counter[str] = Counter()
    notes: list[str] = []
    seconds = 0.0
    facts = json.loads((folder / "answers.json").read_text(encoding="utf-8"))["reports"]
    printed = {file: report for report in facts for file in report["files"]}
    for file, cells in expected(folder).items():
        counts["reports"] += 1
        start = time.perf_counter()
        try:
            report = read_report(folder / file)
            seconds += time.perf_counter() - start
        except GidtkError as error:
            notes.append(f"{file}: {error}")
            counts["refused"] += sum(value is not None for value, _ in cells.values())
            continue
        known = determined((folder / file).read_text("utf-8"), raws[file], printed[file]["form"]) if together else set()
        counts["identity"] += sum(getattr(report, name) == printed[file][name] for name in IDENTITY)
        for key, kind, note in judge(report, cells):
            counts[kind] += 1
            if key in known and kind in ("right", "refused"):
                counts[f"determined {kind}"] += 1
                note += " (determined)"
            if kind in ("refused", "WRONG"):
                notes.append(f"{file}: {kind} {note}")
    return counts, notes, seconds


def judge(
    report: Report, cells: dict[tuple[str, str, str], tuple[float | None, str]]
) -> Iterator[tuple[tuple[str, str, str], str, str]]:
    """Yield each cell with a word for it; for one without a number, whether its status is as printed."""
    read = {(c.table, c.row, c.column): c for c in report.cells.itertuples()}
    for key in read.keys() - cells.keys():
        if not pd.isna(read[key].value):
            yield key, "WRONG", f"{'.'.join(key)}: {read[key].value}, no such cell"
    for key, (value, status) in cells.items():
        cell = read.get(key)
        got = None if cell is None or pd.isna(cell.value) else float(cell.value)
        note = f"{'.'.join(key)}: {got}, printed {value}; {cell and cell.status}, {cell and cell.raw!r}"
        if got is not None:
            yield key, ("right" if value is not None and abs(got - value) < 1e-6 else "WRONG"), note
        elif value is not None:
            yield key, "refused", note
        else:
            yield key, "empty", note
            if cell is not None and cell.status == status:
                yield key, "status", note


def measure(task: tuple[str, str, int, int, float, float]) -> tuple[str, str, Counter[str], list[str], float]:
    """Simulate and score one layout of one format."""
    format_, layout, reports, seed, faults, blanks = task
    span = YEARS[1] - YEARS[0] + 1
    with tempfile.TemporaryDirectory() as folder:
        simulate(
            folder, regions=-(-reports // span), years=YEARS, seed=seed, formats=[format_], layouts=[layout],
            faults=faults, blanks=blanks,
        )  # fmt: skip
        how = FORMATS[format_][layout]
        counts, notes, seconds = score(Path(folder), together=how.readable and not how.certain and how.blanks == "lost")
        return format_, layout, counts, notes, seconds


def line(format_: str, layout: str, counts: Counter[str], seconds: float) -> str:
    """Return a row of the table."""
    readable = counts["right"] + counts["refused"]
    share = f"{100 * counts['right'] / readable:.2f} %" if readable else "–"
    status = f"{100 * counts['status'] / counts['empty']:.1f} %" if counts["empty"] else "–"
    identity = f"{100 * counts['identity'] / counts['reports'] / len(IDENTITY):.1f} %"
    each = f"{1000 * seconds / counts['reports']:.0f}"
    numbers = (counts[name] for name in ("reports", "right", "refused", "WRONG"))
    known = counts["determined right"] + counts["determined refused"]
    sure = f"{known}: {100 * counts['determined right'] / known:.2f} %" if known else "–"
    texts = (format_, layout, *map(str, numbers), share, sure, status, identity, each)
    return f"| {' | '.join(texts)} |"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=300, help="in each layout")
    parser.add_argument("--formats", type=lambda text: text.split(","), default=list(FORMATS))
    parser.add_argument("--layouts", type=lambda text: text.split(","), help="only these")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--faults", type=float, default=0.1)
    parser.add_argument("--blanks", type=float, default=0.1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("-v", action="store_true", help="name what is refused or wrong, on standard error")
    given = parser.parse_args(argv)
    tasks = [
        (format_, layout, given.reports, given.seed, given.faults, given.blanks)
        for format_ in given.formats
        for layout in FORMATS[format_]
        if not given.layouts or layout in given.layouts
    ]
    print(f"| {' | '.join(HEADS)} |")
    print(f"|---|---|{'---:|' * len(HEADS[2:])}")
    wrong = 0
    with ProcessPoolExecutor(given.jobs) as pool:
        for format_, layout, counts, notes, seconds in pool.map(measure, tasks):
            print(line(format_, layout, counts, seconds), flush=True)
            wrong += counts["WRONG"]
            for note in notes if given.v else [n for n in notes if ": WRONG " in n]:
                print(note, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
