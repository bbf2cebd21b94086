"""Work done in child processes that may die: a call that hangs, crashes or takes the memory ends alone.

The same calls go to child processes of this machine or, through Dask, of many. A child is plain ``python``, started
anew when it was ended; it stops by itself when the process that started it is gone.
"""

import os
import pickle
import pkgutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from gidtk.errors import GidtkError, MissingExtraError

try:
    import resource
except ImportError:  # Windows sets no limits of this kind; the clock bounds a call there
    resource = None  # type: ignore[assignment]

__all__ = ["Ended", "Guard", "Limits", "Pool", "close_guards", "guarded", "open_pool", "serve"]

ANSWER = "10s"  # how long a scheduler may take to answer
PATIENCE = 5  # times the limit of processor time: how long by the clock a call may take on a busy machine
_CHILD = "import sys; sys.path[:] = {path!r}; from gidtk.workers import serve; serve()"
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}


class Limits(NamedTuple):
    """What one item may take.

    Attributes
    ----------
    seconds : float
        Processor time; five times as long by the clock.
    memory : int
        Bytes of address space of the child process.
    """

    seconds: float = 60.0
    memory: int = 4 * 1024**3


class Ended(Exception):  # noqa: N818
    """A child process ended in the middle of a call: `kind` is ``timeout`` or ``crashed``."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Guard:
    """Calls a function, given by its name, in a child process.

    Parameters
    ----------
    function : str
        As ``package.module:function``. It is called with a list of items and with a function that it has to call
        before each item.
    limits : Limits
        For one item.
    """

    def __init__(self, function: str, limits: Limits) -> None:
        self._hello = (function, limits)
        self._child: subprocess.Popen[bytes] | None = None

    def call(self, items: Sequence[Any]) -> Any:
        """Return what the function makes of the items.

        Raises
        ------
        Ended
            If the child died or was ended; the next call starts another one.
        GidtkError
            If no child can be started.
        """
        child = self._child = self._child or self._start()
        late = threading.Event()
        seconds = self._hello[1].seconds * PATIENCE
        timer = _watch(child, seconds, late)
        try:
            _send(child.stdin, list(items))
            while True:
                word, answer = pickle.load(child.stdout)  # type: ignore[arg-type]
                timer.cancel()
                if word == "done":
                    return answer
                timer = _watch(child, seconds, late)
        except (EOFError, OSError, pickle.UnpicklingError):
            code = self.close()
            spent = code == -getattr(signal, "SIGXCPU", 0)
            raise Ended("timeout" if late.is_set() or spent else "crashed") from None
        except BaseException:
            self.close()
            raise
        finally:
            timer.cancel()

    def _start(self) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD.format(path=[str(Path(__file__).parents[1]), *sys.path])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | _ONE_THREAD,
            start_new_session=True,
        )
        try:
            _send(child.stdin, self._hello)
            pickle.load(child.stdout)  # type: ignore[arg-type]
        except (EOFError, OSError, pickle.UnpicklingError):
            _end(child)
            raise GidtkError(
                f"no child process for {self._hello[0]} can be started with {sys.executable}: check the memory that "
                "is free, or read in this process (jobs=0)"
            ) from None
        return child

    def close(self) -> int:
        """End the child; return its exit status."""
        child, self._child = self._child, None
        return _end(child) if child else 0


def _watch(child: subprocess.Popen[bytes], seconds: float, late: threading.Event) -> threading.Timer:
    def end() -> None:
        late.set()
        _kill(child)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    return timer


def _send(stream: Any, what: Any) -> None:
    pickle.dump(what, stream, protocol=5)
    stream.flush()


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Kill a child with the programs that it started, such as LibreOffice."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()


def _end(child: subprocess.Popen[bytes]) -> int:
    with suppress(subprocess.TimeoutExpired):  # it may be ending by itself: its own status tells why
        child.wait(0.5 if child.stdin is None or child.poll() is None else 0)
    _kill(child)
    for stream in (child.stdin, child.stdout):
        with suppress(OSError):
            stream.close()  # type: ignore[union-attr]
    return child.wait()


def serve() -> None:
    """Answer calls until the caller is gone: what a child process does."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what a library prints does not end among the answers
    name, limits = pickle.load(calls)
    function = pkgutil.resolve_name(name)
    _bound_memory(limits.memory)

    def started() -> None:
        _bound_time(limits.seconds)
        _send(answers, ("started", None))

    _send(answers, ("ready", None))
    with suppress(EOFError, BrokenPipeError):
        while True:
            _send(answers, ("done", function(pickle.load(calls), started)))


def _bound_memory(size: int) -> None:
    if resource:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        size = size if hard == resource.RLIM_INFINITY else min(size, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_AS, (size, hard))


def _bound_time(seconds: float) -> None:
    if resource:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds + 1), hard))


_guards: dict[tuple[str, int, str, Limits], Guard] = {}


def guarded(function: str, items: Sequence[Any], limits: Limits, owner: str) -> tuple[list[Any], list[tuple[Any, str]]]:
    """Call a function on items in the child process of this thread; what ends the process is found and left out.

    Parameters
    ----------
    function, limits
        As for :class:`Guard`.
    items : sequence
        They are given in one call; when the child ends in it, one by one.
    owner : str
        Whose children: see :func:`close_guards`.

    Returns
    -------
    list
        What the function returned, one entry a call.
    list of (item, kind)
        The items on which the child ended: ``timeout``, or ``crashed`` twice in a row.
    """
    key = (owner, threading.get_ident(), function, limits)
    guard = _guards.setdefault(key, Guard(function, limits))
    if len(items) > 1:
        with suppress(Ended):
            return [guard.call(items)], []
    answers, lost = [], []
    for item in items:
        kind = ""
        for _ in range(2):  # a child may be ended from outside
            try:
                answers.append(guard.call([item]))
                break
            except Ended as ended:
                kind = ended.kind
                if kind == "timeout":
                    lost.append((item, kind))
                    break
        else:
            lost.append((item, kind))
    return answers, lost


def close_guards(owner: str) -> None:
    """End the child processes of an owner in this process."""
    for key in [key for key in _guards if key[0] == owner]:
        _guards.pop(key).close()


class Pool(NamedTuple):
    """Where calls are sent, and how many of them run at a time at present."""

    executor: Executor
    slots: Callable[[], int]


class _Here(Executor):
    """Runs what is submitted in this process, at once."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def open_pool(jobs: int | None, scheduler: str | None, owner: str) -> Iterator[Pool]:
    """Open a place to send calls to; at its end the children of the owner are ended.

    Parameters
    ----------
    jobs : int or None
        Calls at a time on this machine; None for one a core, 0 for this process alone.
    scheduler : str or None
        Address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``; its workers are used instead.
    owner : str
        As for :func:`guarded`.

    Raises
    ------
    MissingExtraError
        If Dask is asked for and not installed.
    GidtkError
        If `jobs` is negative or the scheduler does not answer.
    """
    if jobs is not None and jobs < 0:
        raise GidtkError(f"jobs {jobs}: give how many processes to use, 0 for none beside this one")
    if scheduler is not None:
        with _cluster(scheduler, owner) as pool:
            yield pool
        return
    if jobs == 0:
        yield Pool(_Here(), lambda: 1)
        return
    number = jobs or cores()
    executor = ThreadPoolExecutor(number, thread_name_prefix="gidtk")
    try:
        yield Pool(executor, lambda: number)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        close_guards(owner)
        executor.shutdown()
        close_guards(owner)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _cluster(scheduler: str, owner: str) -> Iterator[Pool]:
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtraError('scheduler: a cluster needs Dask: pip install "gidtk[cluster]"') from None
    try:
        client = Client(scheduler, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise GidtkError(f"scheduler {scheduler}: no answer ({reason}): start it, or check the address") from None
    with client:
        try:
            yield Pool(client.get_executor(pure=False), lambda: max(sum(client.nthreads().values()), 1))
        finally:
            with suppress(Exception):
                client.run(close_guards, owner)
