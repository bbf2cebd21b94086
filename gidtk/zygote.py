"""A process that has loaded what notebooks use, and turns copies of itself into kernels.

A program, started by :mod:`gidtk.kernels`, which it talks with in lines of JSON: an order to fork, a question how a
kernel ended. It goes when its input does, and takes its kernels along.
"""

import sys

if __name__ == "__main__":
    del sys.path[0]  # the folder it was started in, as a kernel's own launcher does

import atexit
import builtins
import fcntl
import gc
import importlib
import io
import json
import os
import random
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISREG
from types import SimpleNamespace
from typing import Any

from ipykernel.kernelapp import IPKernelApp

__all__ = ["main", "own_files", "threads"]

_LOADED = (  # in the order that a kernel and a notebook would
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "pandas",
    "matplotlib.backends.backend_agg",
    "pyarrow.dataset",
    "gidtk.plot",
)
_NOT_LOADED = {"new_study", "notebooks", "rerun"}  # what handles notebooks has no place in a kernel


def main() -> None:
    """Load, say whether forking is sound, then obey until the input ends."""
    answers = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)  # no import speaks in between
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    before = dict(os.environ)
    with suppress(Exception):  # what fails here, a run will say
        _load()
        _rehearse()
    with warnings.catch_warnings():
        pass  # which warnings were given is forgotten: they are a run's own
    own = {name: value for name, value in os.environ.items() if before.get(name) != value}
    gc.collect()
    gc.freeze()
    kernels: dict[int, int | None] = {}
    _say(answers, {"threads": threads()})
    for order in _orders():
        if "poll" in order:
            _say(answers, {"ended": _ended(kernels, order["poll"])})
        elif child := os.fork():
            kernels[child] = None
            _say(answers, {"pid": child})
        else:
            os.close(answers)
            _be_kernel(order["argv"], order["cwd"], order["env"] | own)
            return
    for child in [child for child in kernels if _ended(kernels, child) is None]:
        os.killpg(child, signal.SIGKILL)


def threads() -> int:
    """Return how many threads this process has, those of libraries included where the system tells."""
    listed = Path("/proc/self/task")
    return len(list(listed.iterdir())) if listed.is_dir() else threading.active_count()


def own_files() -> None:
    """Open anew what files are open, at the same place: a position in a file is shared with every other fork.

    Libraries keep files open, fonts for one; two forks that read from one at a time would read nonsense.
    """
    for entry in list(Path("/proc/self/fd").iterdir()):
        number = int(entry.name)
        with suppress(OSError):  # the descriptor of the listing itself has gone
            if S_ISREG(os.fstat(number).st_mode):
                anew = os.open(f"/proc/self/fd/{number}", fcntl.fcntl(number, fcntl.F_GETFL))
                os.lseek(anew, os.lseek(number, 0, os.SEEK_CUR), os.SEEK_SET)
                os.dup2(anew, number, inheritable=os.get_inheritable(number))
                os.close(anew)


def _load() -> None:
    """Import what kernels and notebooks do. Pandas asks when it is imported whether it is in a terminal: it is not."""
    kernel = SimpleNamespace(kernel=True)
    builtins.get_ipython = lambda: kernel  # type: ignore[attr-defined]
    try:
        for name in _LOADED:
            importlib.import_module(name)
    finally:
        del builtins.get_ipython  # type: ignore[attr-defined]
    gidtk = importlib.import_module("gidtk")
    for name in sorted(set(gidtk.__all__) - _NOT_LOADED):
        getattr(gidtk, name)


def _rehearse() -> None:
    """Use once what notebooks use: dictionaries, fonts and patterns are then there."""
    gid, plot = importlib.import_module("gidtk"), importlib.import_module("gidtk.plot")
    report = gid.read_report(gid.sample("anfu_2020.txt"))
    words = gid.frequency(report.narrative)
    gid.kwic(report.narrative, words["feature"].iloc[0])
    gid.problems(report.text("problems"))
    gid.rules()
    _ = report.suspects, gid.shares(report.cells), report._repr_html_()
    counts = gid.answers(report.cells).set_index("zh")["count"]
    for figure in (plot.keywords(words, title=""), plot.shares(counts, n=None, title="")):
        figure.savefig(io.BytesIO(), format="png")


def _orders() -> Iterator[dict[str, Any]]:
    for line in sys.stdin.buffer:
        yield json.loads(line)


def _say(answers: int, message: dict[str, Any]) -> None:
    os.write(answers, json.dumps(message).encode() + b"\n")


def _ended(kernels: dict[int, int | None], pid: int) -> int | None:
    if kernels[pid] is None and (found := os.waitpid(pid, os.WNOHANG))[0]:
        kernels[pid] = os.waitstatus_to_exitcode(found[1])
    return kernels[pid]


def _be_kernel(argv: list[str], cwd: str, env: dict[str, str]) -> None:
    """Become what ``python -m ipykernel_launcher`` would be in the caller's folder and environment."""
    zygote = os.getppid()
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for stream in (0, 2):
        os.dup2(1, stream)
    own_files()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *argv]
    IPKernelApp.launch_instance(argv=argv, parent_handle=zygote)
    _go()


def _go() -> None:
    """End as Python does, but without freeing, which would copy what is shared with the process forked from."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for thing in gc.get_objects():  # those of the run alone: what was there before it is frozen
        if isinstance(thing, (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)):
            with suppress(Exception):
                thing.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
