"""What is read in the prose of simulated reports, against what was planted there: a table in Markdown.

    python tests/benchmarks/narrative.py [--regions 90] [--seed 11] [--faults 0.4]

Six years a region. *Contradictions*: planted in the text and found (``claims`` gives *fail* for their cells). *True
claims failed*: a claim with *fail* none of whose cells, wholes or figures of the year before were tampered with.
*Tied*: claims on cells that are tied to just these. *Items*: problems and measures found with their words, and
*invented* ones; *coded*: problems that have the code of the topic that was planted. *Reuse*: the greatest error of the
share that stands in the year before, and of the share that stands in another report of the year. Exit status 1 when a
contradiction is missed, a true claim fails, or a share is more than 0.02 off.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

import gidtk as gid
from gidtk.codes import split_codes

YEARS = (2019, 2024)
PROSE = ("overview", "problems", "other_matters")
#: The topics of simulated problems, and their codes in the code book.
CODES = {
    "awareness": "P1", "timeliness": "P2", "depth": "P3", "explaining": "P4", "requests": "P5", "platform": "P6",
    "staffing": "P8", "records": "P12",
}  # fmt: skip
MOST_WRONG = 0.02  # of the share reused


def read(folder: Path, facts: Sequence[Mapping[str, Any]]) -> dict[str, pd.DataFrame]:
    """Return the frames of a corpus, a report named by its file."""
    sections, cells, reports = [], [], []
    for fact in facts:
        name = fact["files"][0]
        report = gid.read_report(folder / name)
        sections += [(name, section.key, section.text) for section in report.sections]
        cells.append(report.cells.assign(report=name))
        reports.append((name, fact["agency"], fact["region"], fact["year"]))
    return {
        "sections": pd.DataFrame(sections, columns=["report", "key", "text"]),
        "cells": pd.concat(cells),
        "reports": pd.DataFrame(reports, columns=["report", "agency", "region", "year"]),
    }


def tampered(facts: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Return the cells of each report that are not as they should be, in it or in the report of the year before."""
    own = {(fact["agency"], fact["year"]): {c for fault in fact["faults"] for c in fault["cells"]} for fact in facts}
    return {
        fact["files"][0]: own[fact["agency"], fact["year"]] | own.get((fact["agency"], fact["year"] - 1), set())
        for fact in facts
    }


def judge_claims(facts: Sequence[Mapping[str, Any]], claims: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield a word for every planted contradiction, every failed claim, and every claim that speaks of cells."""
    by_report = dict(iter(claims.groupby("report")))
    touched = tampered(facts)
    for fact in facts:
        name = fact["files"][0]
        found = by_report[name]
        failed = found[found["verdict"] == "fail"]
        blamed = {cell for cells in failed["cells"] for cell in cells.split(";")}
        for fault in (fault for fault in fact["faults"] if fault["kind"] == "text_differs"):
            yield "found" if set(fault["cells"]) <= blamed else "MISSED", f"{name}: {fault['cells']}"
        for cells, whole, message in failed[["cells", "of", "message"]].itertuples(index=False):
            if not touched[name] & {*cells.split(";"), *whole.split(";")}:
                yield "FAILED", f"{name}: {message}"
        tied = {frozenset(cells.split(";")) for cells in found["cells"]}
        for claim in (claim for claim in fact["claims"] if claim["cells"]):
            yield "tied" if frozenset(claim["cells"]) in tied else "untied", f"{name}: {claim['text']}"


def judge_items(facts: Sequence[Mapping[str, Any]], items: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield a word for every problem and measure that was planted or found."""
    found: dict[str, dict[tuple[str, str], list[str]]] = {}
    for report, kind, text, codes in items[["report", "kind", "text", "codes"]].itertuples(index=False):
        found.setdefault(report, {})[kind, text] = split_codes(codes)
    for fact in facts:
        own = found.get(fact["files"][0], {})
        for kind in ("problem", "measure"):
            for named in fact[f"{kind}s"]:
                item = (kind, named["text"])
                yield "item" if item in own else "lost", str(item)
                if kind == "problem" and item in own:
                    right = CODES[named["code"]] in own[item]
                    yield "coded" if right else "miscoded", f"{item}: {named['code']}, got {own[item]}"
        planted = {(kind, named["text"]) for kind in ("problem", "measure") for named in fact[f"{kind}s"]}
        yield from (("invented", str(item)) for item in own.keys() - planted)


def errors_of_reuse(facts: Sequence[Mapping[str, Any]], frames: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Return the greatest errors of the shares that are reused."""
    texts = frames["sections"][frames["sections"]["key"].isin(PROSE)].merge(frames["reports"], on="report")
    found = gid.reuse(texts, by="report", masked=(), at_least=2).set_index("report")
    known = pd.DataFrame({fact["files"][0]: fact["reused"] for fact in facts}).T.astype("Float64")
    ways = {"previous": "repeated", "peers": "boilerplate"}
    return {way: float((found[column] - known[way]).abs().max()) for way, column in ways.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", type=int, default=90)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--faults", type=float, default=0.4)
    parser.add_argument("-v", action="store_true", help="name what is not right, on standard error")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        gid.simulate(
            folder, regions=given.regions, years=YEARS, seed=given.seed, faults=given.faults,
            formats=["txt"], layouts=["lines"],
        )  # fmt: skip
        facts = json.loads(Path(folder, "answers.json").read_text(encoding="utf-8"))["reports"]
        frames = read(Path(folder), facts)
    start = time.perf_counter()
    said = list(judge_claims(facts, gid.claims(frames)))
    said += judge_items(facts, gid.code_items(gid.problems(frames["sections"])))
    errors = errors_of_reuse(facts, frames)
    took = time.perf_counter() - start
    if given.v:
        good = ("found", "tied", "item", "coded")
        print(*(f"{word}: {note}" for word, note in said if word not in good), sep="\n", file=sys.stderr)
    n = Counter(word for word, _ in said)
    row = {
        "reports": len(facts),
        "contradictions found": f"{n['found']} of {n['found'] + n['MISSED']}",
        "true claims failed": n["FAILED"],
        "tied": f"{n['tied']} of {n['tied'] + n['untied']}",
        "items": f"{n['item']} of {n['item'] + n['lost']}",
        "invented": n["invented"],
        "coded": f"{n['coded']} of {n['coded'] + n['miscoded']}",
        "reuse: year before": f"{errors['previous']:.4f}",
        "reuse: others": f"{errors['peers']:.4f}",
        "s": f"{took:.0f}",
    }
    for cells in (row, ["---:"] * len(row), row.values()):
        print(f"| {' | '.join(map(str, cells))} |")
    return int(n["MISSED"] > 0 or n["FAILED"] > 0 or max(errors.values()) > MOST_WRONG)


if __name__ == "__main__":
    sys.exit(main())
