"""A folder is written by one batch at a time, also when the one before was killed and its processes are still going."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gidtk.errors import GidtkError

if sys.platform != "win32":
    import fcntl

__all__ = ["claimed", "sweep"]


@contextmanager
def claimed(folder: Path, wait: float = 10) -> Iterator[list[int]]:
    """Hold a folder while the block runs; what inherits the descriptors holds it too, until it ends.

    Parameters
    ----------
    folder : Path
        It must be there.
    wait : float
        Seconds to wait for another batch to let go.

    Yields
    ------
    list of int
        Descriptors for the processes that write; empty where folders cannot be locked (Windows, some network disks).

    Raises
    ------
    GidtkError
        If another batch holds the folder.
    """
    if sys.platform == "win32":
        yield []
        return
    held = os.open(folder, os.O_RDONLY)
    try:
        yield [held] if _locked(held, folder, wait) else []
    finally:
        os.close(held)


def _locked(held: int, folder: Path, wait: float) -> bool:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise GidtkError(
                    f"{folder}: another batch is writing here: wait until it ends, or give another folder"
                ) from None
            time.sleep(0.05)
        except OSError:  # a disk that knows no locks
            return False


def sweep(folder: Path) -> None:
    """Remove what a killed process was writing aside; the caller holds the folder."""
    for place in (folder, folder / "thumbnails"):
        for aside in place.glob(".gidtk-*"):
            shutil.rmtree(aside, ignore_errors=True)
