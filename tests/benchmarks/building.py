"""How fast a corpus is built, with how much memory, and what a loop of pandas.read_html makes of the same pages.

usage: python tests/benchmarks/building.py [--reports N ...] [--jobs 2] [--cluster]

Prints a Markdown table: reports a second, the most memory of all processes together, the second call with nothing
changed, and with --cluster the same on two Dask workers of this machine. The loop of pandas.read_html takes the tables
of the first 300 pages; a number counts as right for a cell when it stands in the row of that label and in the column of
its place in the form. The pages are simulated.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import psutil

import gidtk as gid
from gidtk.form import labels
from gidtk.simulate import simulate

PAGES = 300
MOST = 2000  # reports of one simulation


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, nargs="+", default=[500, 2000])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cluster", action="store_true")
    asked = parser.parse_args()
    print("| reports | seconds | a second | peak memory, MB | second call, s per 1,000 | Dask, a second |")
    print("|---:|---:|---:|---:|---:|---:|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for number in asked.reports:
            print(measured(Path(folder, str(number)), number, asked.jobs, asked.cluster), flush=True)
        print("\n".join(loop(Path(folder, str(asked.reports[0])))), flush=True)


def measured(folder: Path, number: int, jobs: int, cluster: bool) -> str:
    """Return the row of the table for a number of reports."""
    for seed in range(-(-number // MOST)):
        simulate(folder / "s" / str(seed), regions=min(number - seed * MOST, MOST) // 4, years=(2020, 2023), seed=seed)
    command = [sys.executable, "-m", "gidtk.cli", "build", str(folder / "s"), "-o"]
    options = ["--quiet", "--jobs", str(jobs)]
    seconds, peak = timed([*command, str(folder / "c"), *options])
    again, _ = timed([*command, str(folder / "c"), *options])
    found = len(gid.open_corpus(folder / "c").reports)
    dask = f"{number / on_cluster(command, folder):.0f}" if cluster else "—"
    rate = number / seconds
    return f"| {found:,} | {seconds:.1f} | {rate:.0f} | {peak:.0f} | {again / number * 1000:.3f} | {dask} |"


def timed(command: list[str]) -> tuple[float, float]:
    """Run a command; return its seconds and the most memory of its processes together, in MB."""
    peak, ended = 0.0, threading.Event()
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:

        def watch() -> None:
            nonlocal peak
            while not ended.wait(0.1):
                peak = max(peak, sum(memory(process.pid)))

        watcher = threading.Thread(target=watch)
        watcher.start()
        status = process.wait()
        seconds = time.perf_counter() - start
        ended.set()
        watcher.join()
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    return seconds, peak / 1e6


def memory(process: int) -> Iterator[float]:
    """Yield the resident bytes of a process and its children."""
    try:
        whole = psutil.Process(process)
        for one in [whole, *whole.children(recursive=True)]:
            yield one.memory_info().rss
    except psutil.Error:
        return


def on_cluster(command: list[str], folder: Path) -> float:
    """Return the seconds of a build on a Dask cluster of two workers."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, protocol="tcp") as cluster:
        return timed([*command, str(folder / "d"), "--quiet", "--scheduler", cluster.scheduler_address])[0]


def loop(folder: Path) -> list[str]:
    """Hold a loop of pandas.read_html against the corpus, on the same pages."""
    pages = sorted((folder / "s" / "0").glob("*.html"))[:PAGES]
    truth = pd.read_csv(folder / "s" / "0" / "answers.csv", encoding="utf-8-sig")
    truth = truth[(truth["status"] == "ok") & truth["file"].isin({page.name for page in pages})]
    start = time.perf_counter()
    tables = {page.name: tables_of(page) for page in pages}
    theirs = time.perf_counter() - start
    start = time.perf_counter()
    for page in pages:
        gid.read_report(page)
    ours = time.perf_counter() - start
    corpus = gid.open_corpus(folder / "c")
    cells = corpus.cells.merge(corpus.reports[["report", "file"]], on="report")
    cells["file"] = cells["file"].str.removeprefix("0/")
    both = truth.merge(cells, on=["file", "table", "row", "column"], suffixes=("", "_read"))
    right = (both["value_read"] == both["value"]).sum() / len(truth)
    naive = sum(in_table(tables[row.file], row) for row in truth.itertuples()) / len(truth)
    return [
        "",
        f"{len(pages)} pages in one process: pandas.read_html {theirs:.1f} s, read_report {ours:.1f} s "
        f"({theirs / ours:.2f} times ours). Cells right: corpus {right:.4f}, label and place with pandas {naive:.4f}.",
    ]


def tables_of(page: Path) -> list[pd.DataFrame]:
    """Read the tables of a page; none where its layout has none."""
    try:
        return pd.read_html(page, encoding="utf-8", flavor="lxml")
    except ValueError:
        return []


def in_table(tables: list[pd.DataFrame], cell: object) -> bool:
    """Tell whether a loop finds a number: in the row that holds the label, at the column's place in the form."""
    label = labels().rows[cell.row].zh.split("、")[-1].split("）")[-1].split(".")[-1]  # type: ignore[attr-defined]
    place = list(labels().columns[cell.table]).index(cell.column)  # type: ignore[attr-defined]
    for table in tables:
        for line in table.astype(object).map(str).itertuples(index=False, name=None):
            if any(label in text for text in line):
                numbers = [text for text in line if text.replace(".", "", 1).isdigit()]
                return len(numbers) > place and float(numbers[place]) == cell.value  # type: ignore[attr-defined]
    return False


if __name__ == "__main__":
    main()
