"""Many runs: what is done is kept, what is lost is said, and how often a batch is killed does not show in it."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest
from batches import ended, outputs, write

from gidtk.errors import GidtkError, MissingExtraError
from gidtk.rerun import rerun
from gidtk.results import results

KILLS = int(os.environ.get("GIDTK_KILLS", "2"))  # moments at which a batch is killed
PARAMETERS = "region: str = ''\ncorpus: str = 'data'\noutput_dir: str = ''"
# A run that says when it begins, takes a while, and leaves a file, a figure and a picture.
WORK = """
import base64, os, time
from pathlib import Path
with open("begun.txt", "a", encoding="utf-8") as log:
    log.write(f"{region}\\n")
Path(output_dir, "half.csv").write_text("half", encoding="utf-8")
time.sleep(0.05)
Path(output_dir, "half.csv").rename(Path(output_dir, "whole.csv"))
"""
RECORD = """
from IPython.display import display
display({"application/vnd.gidtk.result+json": {"name": "length", "value": len(region)}}, raw=True)
display({"image/png": PICTURE}, raw=True)
"""
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def study(folder: Path) -> Path:
    """A folder with a notebook and data."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.txt").write_text("1", encoding="utf-8")
    write(folder / "n.ipynb", WORK, RECORD.replace("PICTURE", repr(PICTURE)), parameters=PARAMETERS)
    return folder


def begun(folder: Path) -> list[str]:
    log = folder / "begun.txt"
    return log.read_text(encoding="utf-8").split() if log.exists() else []


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(study(tmp_path / "study"))
    return tmp_path / "study"


# ---- resuming


def test_what_is_done_and_unchanged_is_kept_and_only_that(here: Path) -> None:
    rows = [{"region": "1"}, {"region": "2"}]
    first = rerun("n.ipynb", rows, "out", jobs=2, fork=False)
    assert first.attrs["kept"] == 0
    before = outputs(here / "out")
    again = rerun("n.ipynb", rows, "out", jobs=2)
    assert again.attrs["kept"] == 2
    pd.testing.assert_frame_equal(again, first)
    assert outputs(here / "out") == before
    assert sorted(begun(here)) == ["1", "2"]

    notebook = here / "out" / "n_1.ipynb"
    text = notebook.read_text(encoding="utf-8")
    (here / "out" / "n_2.html").unlink()
    notebook.write_text(text[: len(text) // 2], encoding="utf-8")
    (here / "out" / "n_1_files" / "stray.csv").touch()
    assert rerun("n.ipynb", rows, "out", jobs=2, fork=False).attrs == {"kept": 0, "aside": ["n_1_kept"]}
    after = outputs(here / "out")  # what is in a run's folder, and not known as its own, is a person's
    assert {name for name in after if "_kept/" in name} == {"n_1_kept/stray.csv", "n_1_kept/whole.csv"}
    (here / "out" / "n_1_kept").rename(here / "elsewhere")
    rerun("n.ipynb", rows, "out", jobs=2)
    assert outputs(here / "out") == before
    assert sorted(begun(here)) == ["1", "1", "2", "2"]


def test_a_change_of_the_rows_that_a_notebook_reads_repeats_its_run_and_no_other(here: Path) -> None:
    write(here / "n.ipynb", WORK, parameters=PARAMETERS, gidtk={"data": ["region"]})
    reports = pd.DataFrame({"region": ["1", "2"], "sha256": ["a", "b"]})
    rows = [{"region": "1"}, {"region": "2"}]
    rerun("n.ipynb", rows, "out", reports=reports, jobs=2, fork=False)
    reports.loc[0, "sha256"] = "c"
    assert rerun("n.ipynb", rows, "out", reports=reports, fork=False).attrs["kept"] == 1
    assert begun(here)[2:] == ["1"]
    (here / "out" / "n_2_files" / "whole.csv").unlink()  # what a run wrote is part of it
    assert rerun("n.ipynb", rows, "out", reports=reports, fork=False).attrs["kept"] == 1
    assert begun(here)[3:] == ["2"]
    (here / "data" / "a.txt").write_text("2", encoding="utf-8")  # of no account while the reports are known
    assert rerun("n.ipynb", rows, "out", reports=reports).attrs["kept"] == 2
    assert rerun("n.ipynb", rows[:1], "out", fork=False).attrs["kept"] == 0
    meta = json.loads((here / "out" / "n_2.ipynb").read_text(encoding="utf-8"))["metadata"]["gidtk"]
    assert meta["data"] == ["region"]
    assert {"version", "python", "notebook_sha256", "data_sha256", "digest", "files", "outcome"} < set(meta)
    assert meta["outcome"]["seconds"] > 0


def test_a_run_that_failed_is_tried_again(here: Path) -> None:
    write(here / "n.ipynb", "from pathlib import Path\nassert Path('there').exists()", parameters=PARAMETERS)
    assert rerun("n.ipynb", {}, "out").loc[0, "status"] == "failed"
    (here / "there").touch()
    table = rerun("n.ipynb", {}, "out")
    assert (table.loc[0, "status"], table.attrs["kept"]) == ("ok", 0)
    assert "AssertionError" not in (here / "out" / "n.html").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_killed_at_random_moments_and_called_again_a_batch_is_what_it_would_have_been(tmp_path: Path) -> None:
    killed, calm = study(tmp_path / "killed"), study(tmp_path / "calm")
    rows = [{"region": f"r{n}"} for n in range(6)]
    code = f"from gidtk.rerun import rerun; print(rerun('n.ipynb', {rows!r}, 'out', jobs=2).attrs['kept'])"
    command = [sys.executable, "-c", code]
    with (tmp_path / "times").open("w", encoding="utf-8") as times:
        started = time.monotonic()
        subprocess.run(command, cwd=calm, check=True, stdout=times)
        whole = time.monotonic() - started
    moment = random.Random(KILLS)
    for _ in range(KILLS):
        done, position = finished(killed), len(begun(killed))
        with subprocess.Popen(command, cwd=killed, stdout=subprocess.DEVNULL) as process:
            time.sleep(moment.uniform(0.3, 0.9) * whole)
            process.kill()
        left = [p.pid for p in psutil.process_iter() if any("gidtk." in part for part in own(p, killed))]
        assert all(map(ended, left))
        assert not done & set(begun(killed)[position:])
    done, position = finished(killed), len(begun(killed))
    last = subprocess.run(command, cwd=killed, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    assert int(last.stdout) == len(done)
    assert not done & set(begun(killed)[position:])
    assert outputs(killed / "out") == outputs(calm / "out")
    assert len(outputs(calm / "out")) == 6 * 4 + 3


def finished(folder: Path) -> set[str]:
    return {path.stem.removeprefix("n_") for path in (folder / "out").glob("*.ipynb")}


def own(process: psutil.Process, folder: Path) -> list[str]:
    """The command of a process that runs in a folder."""
    try:
        return process.cmdline() if process.cwd() == str(folder) else []
    except psutil.Error:
        return []


# ---- what gets lost


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_a_worker_that_is_killed_costs_no_run_and_one_that_always_is_has_its_row(here: Path) -> None:
    kills = """
import os, signal
from pathlib import Path
import psutil
if region == "always" or (region == "once" and not Path("killed").exists()):
    Path("killed").touch()
    for parent in psutil.Process().parents():
        if "gidtk.worker" in parent.cmdline():
            parent.kill()
            os._exit(1)
"""
    write(here / "n.ipynb", kills, "print(region)", parameters=PARAMETERS)
    table = rerun("n.ipynb", [{"region": name} for name in ("once", "always")], "out", jobs=1, fork=False)
    assert table["status"].tolist() == ["ok", "died"]
    assert table["message"][1].startswith("the worker process went away")
    assert table["page"].isna().tolist() == [False, True]
    assert not [p for p in psutil.Process().children(recursive=True) if "gidtk.worker" in p.cmdline()]


def test_a_kernel_that_does_not_start_is_started_again(here: Path) -> None:
    """The first kernel of each run dies as it starts: a module of its own goes before ipykernel's."""
    trap = here / "trap"
    trap.mkdir()
    (trap / "ipykernel_launcher.py").write_text(
        "import os, pathlib, sys\n"
        "if not pathlib.Path('tried').exists():\n    pathlib.Path('tried').touch(); os._exit(1)\n"
        "del sys.path[0]\nfrom ipykernel import kernelapp\nkernelapp.launch_new_instance()\n",
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(trap), *filter(None, [os.environ.get("PYTHONPATH")])]))
        table = rerun("n.ipynb", {"region": "1"}, "out", fork=False)
    assert (here / "tried").exists()
    assert table["status"].tolist() == ["ok"], table["message"].tolist()
    assert begun(here) == ["1"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if not mount or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_run_for_which_the_disk_is_too_small_is_an_error_and_the_others_are_done(
    here: Path, small_disk: Path
) -> None:
    fills = WORK + "\nif region == 'big':\n    Path(output_dir, 'x').write_bytes(bytes(950_000))"
    write(here / "n.ipynb", fills, "print('long ' * 60_000)", parameters=PARAMETERS)
    table = rerun("n.ipynb", [{"region": "big"}, {"region": "small"}], small_disk / "out", fork=False)
    assert table["status"].tolist() == ["error", "ok"], table["message"].tolist()
    assert "No space left on device" in table["message"][0]
    left = {path.name for path in (small_disk / "out").iterdir()}
    assert left == {"n_small.ipynb", "n_small.html", "n_small_files", "outcomes.csv", "results.csv", "index.html"}


def test_when_not_even_the_tables_can_be_written_the_error_says_so(here: Path) -> None:
    (here / "out" / "outcomes.csv").mkdir(parents=True)
    with pytest.raises(GidtkError, match=r"out: the tables cannot be written \(.*\): make room and call again"):
        rerun("n.ipynb", {"region": "1"}, "out")
    assert (here / "out" / "n_1.ipynb").exists()


# ---- on a cluster


def test_a_cluster_gives_the_same_outputs(here: Path) -> None:
    distributed = pytest.importorskip("distributed")
    rows = [{"region": name} for name in ("a", "b", "长")]
    rerun("n.ipynb", rows, "out", jobs=2, fork=False)
    local = outputs(here / "out")
    shutil.rmtree(here / "out")
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=":0", processes=True) as cluster:
        table = rerun("n.ipynb", rows, "out", scheduler=cluster.scheduler_address)
    assert table["status"].tolist() == ["ok"] * 3, table["message"].tolist()
    assert outputs(here / "out") == local
    assert results(here / "out")["value"].tolist() == [1, 1, 1]


def test_a_scheduler_that_does_not_answer_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("gidtk.workers.ANSWER", "1s")
    with pytest.raises(GidtkError, match=r"scheduler tcp://127\.0\.0\.1:9: no answer"):
        rerun("n.ipynb", {"region": "1"}, "out", scheduler="tcp://127.0.0.1:9")


def test_without_dask_a_scheduler_says_how_to_install_it(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r'pip install "gidtk\[cluster\]"'):
        rerun("n.ipynb", {"region": "1"}, "out", scheduler="tcp://127.0.0.1:9")
