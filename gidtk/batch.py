"""Many runs: on worker processes of this machine, or on the workers of a Dask cluster."""

import json
import os
import pkgutil
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from typing import Any

from gidtk.jobs import AT_ONCE, Batch, Run
from gidtk.kernels import environment
from gidtk.outcomes import blank, one_line
from gidtk.workers import open_pool

__all__ = ["on_cluster", "on_workers"]

_GRACE = 60.0  # seconds beyond a run's own limit until its worker is taken for lost
_TRIES = 2  # a run whose worker went away is begun once more


def on_workers(
    batch: Batch, runs: Sequence[Run], jobs: int, held: Sequence[int] = ()
) -> Generator[dict[str, Any], None, None]:
    """Carry out runs on processes of this machine; yield outcomes as they come.

    Parameters
    ----------
    batch : Batch
        What the runs share.
    runs : sequence of Run
        The runs.
    jobs : int
        How many kernels compute at a time; half as many more are being started or ended.
    held : sequence of int
        Descriptors that the processes are to inherit.

    Yields
    ------
    dict
        One outcome a run. When the caller stops, processes and kernels end.
    """
    slots = min(jobs + jobs // 2, len(runs))  # a run also waits: for its kernel to start and to end
    crew = [_Worker(batch, held) for _ in range(-(-slots // AT_ONCE))]
    idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
    for slot in range(slots):
        idle.put(crew[slot % len(crew)])

    def carried_out(run: Run) -> dict[str, Any]:
        worker = idle.get()
        try:
            return worker.carry_out(run)
        finally:
            idle.put(worker)

    pool = ThreadPoolExecutor(max(1, slots))
    try:
        for future in as_completed([pool.submit(carried_out, run) for run in runs]):
            yield future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in crew:
            worker.end()
        pool.shutdown()


def on_cluster(batch: Batch, runs: Sequence[Run], scheduler: str) -> Generator[dict[str, Any], None, None]:
    """Carry out runs on a Dask cluster, whose workers see the same folders; yield outcomes as they come.

    Parameters
    ----------
    batch, runs
        As for :func:`on_workers`.
    scheduler : str
        Address, such as ``tcp://10.0.0.1:8786``.

    Yields
    ------
    dict
        One outcome a run. When the caller stops, what is under way is finished, and nothing more is begun.

    Raises
    ------
    MissingExtraError
        If Dask is not installed.
    GidtkError
        If the scheduler does not answer.
    """
    with open_pool(None, scheduler, "rerun") as pool:
        under_way = {pool.executor.submit(_there, batch, run): run for run in runs}
        try:
            for future in as_completed(under_way):
                if error := future.exception():
                    yield _lost(under_way[future], f"the worker went away ({type(error).__name__})")
                else:
                    yield future.result()
        finally:
            for future in under_way:
                future.cancel()


def _there(batch: Batch, run: Run) -> dict[str, Any]:
    """Carry out a run in the process that is asked to; papermill is loaded there, not here."""
    outcome: dict[str, Any] = pkgutil.resolve_name("gidtk.execution:carry_out")(batch, run)
    return outcome


class _GoneError(Exception):
    """A worker process ended before its runs did."""


class _Worker:
    """Our end of the talk with one worker process, which carries out several runs at a time."""

    def __init__(self, batch: Batch, held: Sequence[int]) -> None:
        self.batch, self.held = batch, held
        self.lock = threading.Lock()
        self.over = False
        self.pending: dict[str, Future[dict[str, Any]]] = {}
        self.start()

    def start(self) -> None:
        """Start the process, and a thread that hears what it says."""
        own_group: dict[str, Any] = {"start_new_session": True, "pass_fds": self.held}  # Ctrl-C is for us alone
        if sys.platform == "win32":
            own_group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        said = tempfile.TemporaryFile()  # noqa: SIM115 (closed by who hears the process)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "gidtk.worker", *map(str, self.held)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            cwd=self.batch.cwd,
            env=os.environ | {"PYTHONPATH": environment()["PYTHONPATH"]},
            **own_group,
        )
        self.pending = {}
        self._send(self.batch)
        self.listener = threading.Thread(target=_listen, args=[self.process, said, self.pending, self.lock])
        self.listener.start()

    def _send(self, message: Batch | Run) -> None:
        with suppress(OSError):  # that it has gone shows when its answer is read
            self.process.stdin.write(json.dumps(message._asdict()).encode() + b"\n")  # type: ignore[union-attr]
            self.process.stdin.flush()  # type: ignore[union-attr]

    def carry_out(self, run: Run) -> dict[str, Any]:
        """Have a run carried out; when the process goes away meanwhile, once more by another."""
        reason = ""
        for _ in range(_TRIES):
            if self.over:
                break
            future = self._submit(run)
            try:
                return future.result(self.batch.timeout + _GRACE)
            except _GoneError as gone:
                reason = str(gone)
            except TimeoutError:
                self.process.kill()
                return _lost(run, "the worker process hung and was ended")
        return _lost(run, f"the worker process went away{reason}")

    def _submit(self, run: Run) -> "Future[dict[str, Any]]":
        future: Future[dict[str, Any]] = Future()
        with self.lock:
            if not self.listener.is_alive() and not self.over:
                self.start()
            if self.listener.is_alive():
                self.pending[run.name] = future
                self._send(run)
            else:
                future.set_exception(_GoneError())
        return future

    def end(self) -> None:
        """Let the process go; what is under way ends with it."""
        self.over = True
        with suppress(OSError):
            self.process.stdin.close()  # type: ignore[union-attr]
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.listener.join()


def _listen(
    process: "subprocess.Popen[bytes]", said: Any, pending: "dict[str, Future[dict[str, Any]]]", lock: threading.Lock
) -> None:
    """Hand outcomes over; when the process has ended, tell those who wait."""
    for line in process.stdout or ():
        if line.endswith(b"\n"):
            outcome = json.loads(line)
            pending.pop(outcome["run"]).set_result(outcome)
    process.wait()
    said.seek(0)
    words = [line.strip() for line in said.read().decode(errors="replace").split("\n") if line.strip()]
    for stream in (process.stdin, process.stdout, said):
        with suppress(OSError):
            stream.close()  # type: ignore[union-attr]
    with lock:
        for future in pending.values():
            future.set_exception(_GoneError(f": {words[-1]}" if words else ""))
        pending.clear()


def _lost(run: Run, message: str) -> dict[str, Any]:
    return blank(run.name, run.values) | {"status": "died", "message": one_line(message)}
