"""A process that carries out runs, several at a time, and goes when its input ends.

A program, started by :mod:`gidtk.batch`: the first line of its input is the batch, each further line a run, begun at
once; each line of its output is an outcome.
"""

import json
import os
import pkgutil
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Any

from gidtk import kernels
from gidtk.jobs import AT_ONCE, Batch, Run, lightly

__all__ = ["main"]

_speaking = threading.Lock()


def main() -> None:
    """Carry out runs until the input ends; what is under way then is given up with its kernel."""
    kernels.held += map(int, sys.argv[1:])
    answers = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing else speaks in between
    try:
        batch = Batch(**json.loads(sys.stdin.buffer.readline()))
        if batch.fork:
            threading.Thread(target=kernels.can_fork, daemon=True).start()  # loads while papermill does
        pool = ThreadPoolExecutor(AT_ONCE)  # a thread keeps its event loop from run to run
        for line in sys.stdin.buffer:
            pool.submit(_answer, answers, batch, Run(**json.loads(line)))
    finally:
        with suppress(Exception):
            kernels.end_kernels()
        os._exit(0)


def _answer(answers: int, batch: Batch, run: Run) -> None:
    try:
        data = json.dumps(_carry_out()(batch, run)).encode() + b"\n"
        with _speaking:
            while data:
                data = data[os.write(answers, data) :]
    except BaseException:
        traceback.print_exc()  # who started us reads its last line
        os._exit(1)


@cache
def _carry_out() -> Callable[[Batch, Run], dict[str, Any]]:
    with lightly():
        call: Callable[[Batch, Run], dict[str, Any]] = pkgutil.resolve_name("gidtk.execution:carry_out")
    return call


if __name__ == "__main__":
    main()
