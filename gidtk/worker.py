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
        with lightly():
            carry_out = pkgutil.resolve_name("gidtk.execution:carry_out")  # papermill takes its time to load
        pool = ThreadPoolExecutor(AT_ONCE)  # a thread keeps its event loop from run to run
        for line in sys.stdin.buffer:
            pool.submit(_answer, answers, carry_out, batch, Run(**json.loads(line)))
    except Exception:
        traceback.print_exc()  # who started us reads its last line
    finally:
        with suppress(Exception):
            kernels.end_kernels()
        os._exit(0)


def _answer(answers: int, carry_out: Callable[[Batch, Run], dict[str, Any]], batch: Batch, run: Run) -> None:
    data = json.dumps(carry_out(batch, run)).encode() + b"\n"
    with _speaking:
        while data:
            data = data[os.write(answers, data) :]


if __name__ == "__main__":
    main()
