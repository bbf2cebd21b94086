"""Many runs of the region profile: a shell loop of papermill, papermill in a process pool, and ``gidtk run``.

Whole-process times on one machine over one simulated corpus, pages included for gidtk alone. ``--parts`` chooses; each
part is warmed up by one run. ``cold`` runs gidtk without forking and holds its outputs against the forked ones;
``growth`` runs four times as many.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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


def timed(folder: Path, *command: str) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=ENV, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def loop(folder: Path, rows: list[dict[str, object]], jobs: int) -> float:
    spent = 0.0
    for row in rows:
        name = "{region}_{year}".format(**row)
        given = row | {"corpus": "corpus", "output_dir": f"loop/{name}"}
        parameters = [part for key, value in given.items() for part in ("-p", key, str(value))]
        out = str(Path("loop", f"{name}.ipynb"))
        command = [sys.executable, "-m", "papermill", NOTEBOOK, out, "-k", "python3", "--no-progress-bar"]
        spent += timed(folder, *command, *parameters)
    return spent


def pool(folder: Path, rows: list[dict[str, object]], jobs: int) -> float:
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "pool.py").write_text(POOL, encoding="utf-8")
    return timed(folder, sys.executable, "pool.py", NOTEBOOK, str(jobs))


def run(folder: Path, rows: list[dict[str, object]], jobs: int, *options: str) -> float:
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["region", "year"])
        writer.writeheader()
        writer.writerows(rows)
    command = [sys.executable, "-m", "gidtk.cli", "run", NOTEBOOK, "-p", "corpus", "corpus", "--table", "rows.csv"]
    return timed(folder, *command, "-o", "runs", "--again", "--jobs", str(jobs), *options)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--parts", default="loop,pool,gidtk,cold,growth")
    arguments = parser.parse_args()
    number, jobs, parts = arguments.runs, arguments.jobs, arguments.parts.split(",")
    with tempfile.TemporaryDirectory(prefix="gidtk-runs-") as aside:
        folder = Path(aside)
        for made in ("loop", "pool"):
            (folder / made).mkdir()
        gid.simulate(folder / "reports", regions=max(number * 4 // 6, 2), years=(2019, 2024), seed=1)
        gid.build_corpus(folder / "reports", folder / "corpus", jobs=jobs)
        rows = each(folder / "corpus", ["region", "year"])
        spent: dict[str, float] = {}
        for part, work in {"loop": loop, "pool": pool, "gidtk": run}.items():
            if part in parts:
                work(folder, rows[-1:], jobs)
                spent[part] = work(folder, rows[:number], jobs)
                print(f"{part:8} {number} runs {spent[part]:7.1f} s  {spent[part] / number:6.2f} s a run", flush=True)
        for part in ("loop", "pool"):
            if {part, "gidtk"} <= set(spent):
                print(f"gidtk run is {spent[part] / spent['gidtk']:.1f} times as fast as {part}", flush=True)
        if "cold" in parts:
            forked = outputs(folder / "runs")
            cold = run(folder, rows[:number], jobs, "--cold")
            same = forked == outputs(folder / "runs")
            print(
                f"{'cold':8} {number} runs {cold:7.1f} s; outputs of cold and forked kernels equal: {same}", flush=True
            )
        if "growth" in parts:
            many = run(folder, rows[: 4 * number], jobs)
            print(
                f"growth   {4 * number} runs {many:7.1f} s: {many / spent['gidtk']:.2f} times {number} runs", flush=True
            )


if __name__ == "__main__":
    main()
