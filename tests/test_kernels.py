"""A forked kernel is a fresh kernel: it sees nothing of another run, and gives what a cold one gives."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from batches import ended, outputs, write

from gidtk import kernels
from gidtk.bundled import bundled
from gidtk.rerun import rerun
from gidtk.results import results

forks = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

# What a run finds, and then leaves behind in every place that a next one could look into.
FINDS = """
import locale, logging, os, random, signal, sys, threading, time, warnings
import matplotlib as mpl, numpy as np, pandas as pd, scipy.special  # what a library adds when it is loaded is there
import gidtk as gid
from gidtk.results import record
found = {
    "name": "left" in globals(),
    "option": pd.get_option("display.max_rows"),
    "rc": [mpl.rcParams["font.size"], mpl.rcParams["backend"]],
    "backend": "matplotlib_inline.backend_inline" in sys.modules,
    "pyplot": "matplotlib.pyplot" in sys.modules,
    "errors": np.geterr(),
    "cwd": os.getcwd(),
    "environment": sorted(set(os.environ) - {"JPY_PARENT_PID", "JPY_SESSION_NAME"}),
    "path": sys.path,
    "argv": [os.path.basename(sys.argv[0]), *("-" in a for a in sys.argv[1:])],
    "main": __name__,
    "filters": sorted(str(f) for f in warnings.filters),
    "level": logging.getLogger().level,
    "locale": locale.setlocale(locale.LC_ALL),
    "attribute": hasattr(gid, "left"),
    "module": "left" in sys.modules,
    "alarm": str(signal.getsignal(signal.SIGTERM)),
    "zone": time.tzname,
    "recursion": sys.getrecursionlimit(),
    "threads": os.environ.get("OPENBLAS_NUM_THREADS"),
}
import json
print(json.dumps(found, sort_keys=True, default=str))
record("chance", random.random())
record("chances", float(np.random.rand()))
record("process", os.getpid())
record("parent", open(f"/proc/{os.getppid()}/cmdline").read() if sys.platform == "linux" else "")
"""
LEAVES = """
import matplotlib.pyplot as plt
left = gid.left = sys.modules["left"] = True
pd.set_option("display.max_rows", 7)
mpl.rcParams["font.size"] = 77
figures = plt.get_fignums()
plt.figure()
np.seterr(all="ignore"); random.seed(1); np.random.seed(1)
os.environ["LEFT"] = "1"; os.chdir("/")
sys.path.insert(0, "/left"); warnings.simplefilter("error"); logging.getLogger().setLevel(7)
signal.signal(signal.SIGTERM, signal.SIG_IGN); sys.setrecursionlimit(7777)
gid.tokenize.__dict__["left"] = True
print(figures)
"""
ENDS = """
import atexit, threading, time
said = [open(name, "w", encoding="utf-8")]
atexit.register(lambda: said[0].write("at exit"))
threading.Thread(target=lambda: (time.sleep(0.2), said[0].write("by a thread, "))).start()
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The same notebooks forked and cold, each from the same folder by the same name."""
    found: dict[str, Any] = {}
    for kind in ("forked", "cold"):
        folder = tmp_path_factory.mktemp(kind)
        write(folder / "n.ipynb", FINDS, LEAVES, parameters="region: str = ''")
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            rows = [{"region": name} for name in ("ab" if kind == "forked" else "a")]
            found[kind] = rerun("n.ipynb", rows, "out", jobs=1, fork=kind == "forked"), folder / "out"
    return found


def printed(out: Path, run: str) -> list[str]:
    cells = json.loads((out / f"{run}.ipynb").read_text(encoding="utf-8"))["cells"]
    return ["".join(o["text"]) for c in cells for o in c.get("outputs", ()) if o["output_type"] == "stream"]


def test_no_run_sees_what_another_left(runs: dict[str, Any]) -> None:
    table, out = runs["forked"]
    assert table["status"].tolist() == ["ok", "ok"], table["message"].tolist()
    first, second = printed(out, "n_a"), printed(out, "n_b")
    assert first == second
    assert first[1] == "[]\n"
    figures = results(out).set_index(["run", "name"])["value"]
    for name in ("chance", "chances", "process"):
        assert figures["n_a", name] != figures["n_b", name]


def test_a_forked_kernel_finds_what_a_cold_one_finds(runs: dict[str, Any]) -> None:
    found = {kind: json.loads(printed(out, "n_a")[0]) for kind, (_, out) in runs.items()}
    for told in found.values():
        told["cwd"] = told["cwd"].replace(str(runs["cold"][1].parent), "F").replace(str(runs["forked"][1].parent), "F")
    assert found["forked"] == found["cold"]


@forks
def test_a_forked_kernel_ends_after_its_threads_and_what_is_to_be_done_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "n.ipynb", ENDS, parameters="name: str = ''")
    assert rerun("n.ipynb", {"name": "said.txt"}, "out", jobs=1)["status"].tolist() == ["ok"]
    assert (tmp_path / "said.txt").read_text(encoding="utf-8") == "by a thread, at exit"


@forks
def test_kernels_were_forked_when_they_should_be_and_not_when_they_should_not(runs: dict[str, Any]) -> None:
    parents = {kind: results(out).query("name == 'parent'")["text"] for kind, (_, out) in runs.items()}
    assert parents["forked"].str.contains("gidtk.zygote").all()
    assert not parents["cold"].str.contains("gidtk.zygote").any()


@forks
def test_the_profile_is_the_same_byte_for_byte_forked_and_cold(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        left = []
        profile = bundled("notebooks") / "01-region-profile.ipynb"
        for rows, fork in (([{"lang": "en"}, {"region": "000000"}], True), ([{"lang": "en"}], False)):
            table = rerun(profile, rows, "out", jobs=2, fork=fork, again=True)
            assert table["status"].tolist() == ["ok", "failed"][: len(rows)], table["message"].tolist()
            assert fork <= ("no report of 000000 for 2020" in table["message"].iloc[-1])
            left.append({name: data for name, data in outputs(tmp_path / "out").items() if "_en" in name})
    assert left[0] == left[1]
    assert len(left[0]) == 11


@forks
def test_there_is_one_thread_at_fork_time_and_the_zygote_goes_with_us_and_takes_its_kernels_along(
    tmp_path: Path,
) -> None:
    code = """
import asyncio, os, signal, sys
from gidtk import kernels
assert kernels.can_fork()
zygote = kernels._zygote()
manager = kernels.ForkedKernel()
asyncio.run(manager.start_kernel())
print(zygote.threads, zygote.process.pid, manager.provisioner.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    env = os.environ | {"PYTHONPATH": str(Path(kernels.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, encoding="utf-8", env=env)
    threads, zygote, kernel = map(int, done.stdout.split())
    assert threads == 1
    assert ended(zygote)
    assert ended(kernel)


@forks
def test_forks_do_not_share_their_places_in_files(tmp_path: Path) -> None:
    file = tmp_path / "font"
    file.write_bytes(b"0123456789")
    code = f"""
import os
from gidtk.zygote import own_files
font = open({str(file)!r}, "rb", buffering=0)
font.read(2)
os.unlink(font.name)
if os.fork() == 0:
    own_files()
    assert font.read(3) == b"234"
    os._exit(0)
assert os.wait()[1] == 0
print(font.read(1))
"""
    env = os.environ | {"PYTHONPATH": str(Path(kernels.__file__).parents[1])}
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=env).stdout == b"b'2'\n"


@forks
def test_a_zygote_that_has_died_ends_no_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    zygote = object.__new__(kernels._Zygote)
    zygote.lock = threading.Lock()
    zygote.process = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    zygote.process.wait()
    assert zygote.ask({"poll": 1}) == {"ended": -9}
    zygote.end()
    zygote.process.stdout.close()
    monkeypatch.setattr(kernels, "_zygote", lambda: zygote)
    with pytest.raises(RuntimeError, match="no kernel was forked"):
        kernels._Forked(zygote, {"argv": [], "cwd": "/", "env": {}})


def test_every_kernel_has_one_thread_figures_inline_and_this_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    env = kernels.environment()
    assert env["OPENBLAS_NUM_THREADS"] == env["OMP_NUM_THREADS"] == "1"
    assert env["PYTHONPATH"].split(os.pathsep) == [str(Path(kernels.__file__).parents[1]), "/somewhere"]
    assert kernels._OwnPython().get_kernel_spec("whatever").env["MPLBACKEND"].endswith("backend_inline")


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_than_on_linux_kernels_are_cold(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert not kernels.can_fork()


def test_a_kernel_that_dies_before_it_answers_is_told_at_once() -> None:
    async def told() -> None:
        manager = kernels.ColdKernel()
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        manager.provisioner.process.kill()
        try:
            await client.wait_for_ready(timeout=20)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    with pytest.raises(RuntimeError, match="the kernel died before it answered"):
        asyncio.run(told())
