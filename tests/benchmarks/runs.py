"""Many runs of the region profile: a shell loop of papermill, papermill in a process pool, and ``gidtk run``.

Whole-process times on one machine (Linux), over one simulated corpus, pages for gidtk alone. Seconds of processors
are those of all processes: on a machine that others use, they tell more than the clock. ``--parts`` chooses; each
part is warmed up by one run. ``cold`` runs gidtk without forking and holds its outputs against the forked ones;
``growth`` runs four times as many.
"""

import argparse
import csv
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from batches import outputs

import gidtk as gid
from gidtk.bundled import find_notebook
from gidtk.each import each

NOTEBOOK = str(find_notebook("01-region-profile"))
POOL = """
import json, sys
from concurrent.futures import ProcessPoolExecutor
import papermill

def one(row):
    name = "{region}_{year}".format(**row)
    values = row | {"corpus": "corpus", "output_dir": f"pool/{name}"}
    papermill.execute_notebook(sys.argv[1], f"pool/{name}.ipynb", values, progress_bar=False, kernel_name="python3")

if __name__ == "__main__":
    with ProcessPoolExecutor(int(sys.argv[2])) as pool:
        list(pool.map(one, json.load(open("rows.json", encoding="utf-8"))))
"""
ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def adopt() -> None:
    """Have processes that outlive who started them become ours, so that their time counts (Linux)."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


class Spent(NamedTuple):
    """Seconds by the clock, and of processors in all processes."""

    clock: float
    cpu: float

    def __add__(self, other: "Spent") -> "Spent":  # type: ignore[override]
        return Spent(self.clock + other.clock, self.cpu + other.cpu)


def timed(folder: Path, *command: str) -> Spent:
    began, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=ENV, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    clock = time.perf_counter() - began
    with suppress(ChildProcessError):  # what it left behind
        while True:
            os.wait()
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(clock, now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime)


def loop(folder: Path, rows: list[dict[str, object]], jobs: int) -> Spent:
    spent = Spent(0, 0)
    for row in rows:
        name = "{region}_{year}".format(**row)
        given = row | {"corpus": "corpus", "output_dir": f"loop/{name}"}
        parameters = [part for key, value in given.items() for part in ("-p", key, str(value))]
        out = str(Path("loop", f"{name}.ipynb"))
        command = [sys.executable, "-m", "papermill", NOTEBOOK, out, "-k", "python3", "--no-progress-bar"]
        spent += timed(folder, *command, *parameters)
    return spent


def pool(folder: Path, rows: list[dict[str, object]], jobs: int) -> Spent:
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "pool.py").write_text(POOL, encoding="utf-8")
    return timed(folder, sys.executable, "pool.py", NOTEBOOK, str(jobs))


def run(folder: Path, rows: list[dict[str, object]], jobs: int, *options: str) -> Spent:
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["region", "year"])
        writer.writeheader()
        writer.writerows(rows)
    command = [sys.executable, "-m", "gidtk.cli", "run", NOTEBOOK, "-p", "corpus", "corpus", "--table", "rows.csv"]
    return timed(folder, *command, "-o", "runs", "--again", "--jobs", str(jobs), *options)


def said(part: str, number: int, spent: Spent) -> None:
    each_run = f"{spent.clock / number:6.2f} s a run, {spent.cpu / number:5.2f} of processors"
    print(f"{part:8} {number:4} runs {spent.clock:7.1f} s  {each_run}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--loop-runs", type=int, help="of the shell loop, whose runs have nothing in common")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--parts", default="loop,pool,gidtk,cold,growth")
    arguments = parser.parse_args()
    number, jobs, parts = arguments.runs, arguments.jobs, arguments.parts.split(",")
    adopt()
    with tempfile.TemporaryDirectory(prefix="gidtk-runs-") as aside:
        folder = Path(aside)
        for made in ("loop", "pool"):
            (folder / made).mkdir()
        gid.simulate(folder / "reports", regions=max(number * 4 // 6, 2), years=(2019, 2024), seed=1)
        gid.build_corpus(folder / "reports", folder / "corpus", jobs=jobs)
        rows = each(folder / "corpus", ["region", "year"])
        spent: dict[str, Spent] = {}
        for part, work in {"loop": loop, "pool": pool, "gidtk": run}.items():
            if part in parts:
                own = rows[: arguments.loop_runs or number] if part == "loop" else rows[:number]
                work(folder, rows[-1:], jobs)
                whole = work(folder, own, jobs)
                said(part, len(own), whole)
                spent[part] = Spent(whole.clock / len(own), whole.cpu / len(own))
        for part in ("loop", "pool"):
            if {part, "gidtk"} <= set(spent):
                clock, cpu = (getattr(spent[part], name) / getattr(spent["gidtk"], name) for name in ("clock", "cpu"))
                print(f"{part} takes {clock:.1f} times as long as gidtk run, and {cpu:.1f} times the processors")
        if "cold" in parts:
            forked = outputs(folder / "runs")
            said("cold", number, run(folder, rows[:number], jobs, "--cold"))
            print(f"outputs of cold and forked kernels equal: {forked == outputs(folder / 'runs')}", flush=True)
        if "growth" in parts:
            many = run(folder, rows[: 4 * number], jobs)
            said("growth", 4 * number, many)
            clock, cpu = many.clock / number / spent["gidtk"].clock, many.cpu / number / spent["gidtk"].cpu
            print(f"{clock:.2f} times as long as {number} runs, and {cpu:.2f} times the processors")


if __name__ == "__main__":
    main()
