"""How long text reuse takes for 2,000 and for 20,000 sections, what memory it needs, which planted donors it finds.

    python tests/benchmarks/reuse.py [--sections 2000,20000]

Each section has about 2,000 characters in 50 sentences: three in ten are formulas that all share, four in ten of the
rest stand in the unit's text of the year before, and of one unit in four, a further three in ten in another unit's text
of the same year. Each size runs in a process of its own. Prints a Markdown table: seconds, their ratio to the smallest
size, memory over that of the texts alone, the greatest error of the share reused, and how many of the planted donors
are among the first three.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

import numpy as np
import pandas as pd

from gidtk.donors import donors
from gidtk.dyads import dyads
from gidtk.reuse import reuse

YEARS, KEYS = (2020, 2021), ("overview", "problems")
SENTENCES, LENGTH, FORMULAS = 50, 40, 300
SIGNS = np.array([chr(code) for code in range(0x4E10, 0x4E10 + 3_000)])
HEAD = "| sections | seconds: reuse | dyads | ratio | MB over the texts | error of the share | donors found |"


def sentences(rng: np.random.Generator, count: int) -> list[str]:
    """Draw sentences that nobody else has."""
    return ["".join(row) + "。" for row in SIGNS[rng.integers(len(SIGNS), size=(count, LENGTH - 1))]]


def corpus(sections: int) -> tuple[pd.DataFrame, dict[tuple[str, str], str], dict[tuple[str, str], float]]:
    """Return the texts, the planted donor of a report's section, and the share that stands in the year before."""
    rng = np.random.default_rng(sections)
    formulas = sentences(rng, FORMULAS)
    units = sections // (len(YEARS) * len(KEYS))
    rows, planted, truth = [], {}, {}
    for key in KEYS:
        before: dict[int, list[str]] = {}
        for year in YEARS:
            now: dict[int, list[str]] = {}
            for unit in range(units):
                common = [formulas[n] for n in rng.choice(FORMULAS, SENTENCES * 3 // 10, replace=False).tolist()]
                own = sentences(rng, SENTENCES - len(common))
                if unit in before:
                    own[: len(own) * 4 // 10] = before[unit][: len(own) * 4 // 10]
                donor = int(rng.integers(unit)) if unit and unit % 4 == 0 else None
                if donor is not None:
                    third = len(own) * 3 // 10
                    own[-third:] = now[donor][-third:]
                    planted[f"{unit}-{year}", key] = f"{donor}-{year}"
                now[unit] = own
                told = rng.permutation(np.array(common + own)).tolist()
                rows.append((f"{unit}-{year}", f"{unit}", f"{unit + 100_000}", year, key, "".join(told)))
            before = now
    by_unit = {(unit, year, key): text for _, unit, _, year, key, text in rows}
    for report, unit, _, year, key, text in rows:
        if (old := by_unit.get((unit, year - 1, key))) is not None:
            known = set(old.split("。"))
            truth[report, key] = sum(len(told) + 1 for told in text.split("。")[:-1] if told in known) / len(text)
    columns = ["report", "unit", "region_code", "year", "key", "text"]
    return pd.DataFrame(rows, columns=columns), planted, truth


def peak() -> float:
    """Return the greatest memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(sections: int) -> str:
    """Run one size; return seconds of both steps, memory, error and donors found."""
    texts, planted, truth = corpus(sections)
    base, start = peak(), time.perf_counter()
    own = reuse(texts)
    middle = time.perf_counter()
    pairs = dyads(texts)
    end = time.perf_counter()
    over = peak() - base
    new = zip(own["report"], own["section"], own["new"], strict=True)
    error = max(abs(1 - share - truth[report, key]) for report, key, share in new if (report, key) in truth)
    best = donors(pairs, texts, n=3)
    ranked: dict[tuple[str, str], list[str]] = {}
    for report, key, donor in zip(best["report"], best["section"], best["donor"], strict=True):
        ranked.setdefault((report, key), []).append(donor)
    found = sum(donor in ranked.get(item, []) for item, donor in planted.items())
    return f"{middle - start} {end - middle} {over} {error} {found} {len(planted)}"


def main(argv: Sequence[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sections", type=lambda text: [int(n) for n in text.split(",")], default=[2_000, 20_000])
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.one:
        print(measure(given.one))
        return
    print(HEAD)
    print("|---:|---:|---:|---:|---:|---:|---:|")
    first = None
    for sections in given.sections:
        command = [sys.executable, __file__, "--one", str(sections)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
        own, pairs, over, error, found, planted = map(float, done.stdout.split())
        first = first or own + pairs
        print(
            f"| {sections:,} | {own:.1f} | {pairs:.1f} | {(own + pairs) / first:.1f} | {over:.0f} | {error:.4f} "
            f"| {found:.0f} of {planted:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
