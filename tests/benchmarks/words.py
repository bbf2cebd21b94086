"""Segmentation, side by side in one run: the same tokens from both back ends, and how fast.

    python tests/benchmarks/words.py [--megabytes 5] [--rounds 5]

The text is that of the real reports that are there and of simulated ones, one report a call. Times are the least of
several rounds. "Only the list" makes the list of the same strings by slicing the text: nothing can be faster.
"""

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import jieba

import gidtk as gid
from gidtk.errors import GidtkError
from gidtk.tokens import Tokenizer

SHARED = Path(gid.__file__).parents[2] / "shared" / "reports"
LEAST_JIEBA, LEAST_LIST = 10.0, 0.35


def narratives(folder: Path, megabytes: float) -> list[str]:
    """Return the texts of reports, real ones first, until they are as many bytes as asked for."""
    texts = list(_real())
    seed = 0
    while sum(len(text.encode("utf-8")) for text in texts) < megabytes * 1e6:
        seed += 1
        gid.simulate(folder / str(seed), regions=40, years=(2019, 2024), seed=seed, formats=["txt"], layouts=["lines"])
        texts += [_narrative(file) for file in sorted((folder / str(seed)).glob("*.txt"))]
    return texts


def _real() -> Iterable[str]:
    files = sorted(SHARED.glob("*.*")) if SHARED.is_dir() else [gid.sample("anfu_2020.txt")]
    for file in files:
        try:
            yield _narrative(file)
        except GidtkError:
            continue


def _narrative(file: Path) -> str:
    report = gid.read_report(file)
    return "\n".join(section.text for section in report.sections)


def least(call: Callable[[], object], rounds: int) -> float:
    """Return the seconds of the fastest round."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def places(tokens: Iterable[str]) -> list[tuple[int, int]]:
    """Return where each token stands."""
    found, place = [], 0
    for token in tokens:
        found.append((place, place + len(token)))
        place += len(token)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=5.0, help="of UTF-8")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(argv)
    logging.getLogger("jieba").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        texts = narratives(Path(folder), given.megabytes)
        jieba.dt.tmp_dir = folder
        jieba.initialize()
    size = sum(len(text.encode("utf-8")) for text in texts) / 1e6
    fast, slow = Tokenizer(backend="rjieba"), Tokenizer(backend="jieba")
    unequal = sum(fast.cut(text) != slow.cut(text) for text in texts)
    unjoined = sum("".join(fast.cut(text)) != text for text in texts)
    spans = [(text, places(fast.cut(text))) for text in texts]
    calls: dict[str, Callable[[], object]] = {
        "gidtk, rjieba": lambda: [fast.cut(text) for text in texts],
        "only the list": lambda: [[text[a:b] for a, b in found] for text, found in spans],
        "gidtk, jieba": lambda: [slow.cut(text) for text in texts],
        "jieba.lcut": lambda: [jieba.lcut(text) for text in texts],
    }
    seconds = {name: least(call, given.rounds if "jieba" not in name[-5:] else 2) for name, call in calls.items()}
    tokens = sum(len(found) for _, found in spans)
    print(f"{len(texts)} texts, {size:.2f} MB, {tokens:,} tokens; {unequal} cut differently, {unjoined} do not join")
    print("| what | s | MB/s | against jieba.lcut | against the list |\n|---|---:|---:|---:|---:|")
    for name, took in seconds.items():
        ratios = f"{seconds['jieba.lcut'] / took:.1f} | {seconds['only the list'] / took:.2f}"
        print(f"| {name} | {took:.3f} | {size / took:.1f} | {ratios} |")
    against = seconds["jieba.lcut"] / seconds["gidtk, rjieba"], seconds["only the list"] / seconds["gidtk, rjieba"]
    return int(unequal > 0 or unjoined > 0 or against[0] < LEAST_JIEBA or against[1] < LEAST_LIST)


if __name__ == "__main__":
    sys.exit(main())
