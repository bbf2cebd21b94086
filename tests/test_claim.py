"""A folder belongs to one batch at a time."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gidtk.claim import claimed, sweep
from gidtk.errors import GidtkError

posix = pytest.mark.skipif(os.name == "nt", reason="folders are not locked on Windows")


@posix
def test_a_second_batch_waits_and_then_says_why(tmp_path: Path) -> None:
    began = time.monotonic()
    with (
        claimed(tmp_path),
        pytest.raises(GidtkError, match="another batch is writing here: wait until it ends, or give another folder"),
        claimed(tmp_path, wait=0.2),
    ):
        pass
    assert time.monotonic() - began > 0.2
    with claimed(tmp_path, wait=0):
        pass


@posix
def test_what_inherits_the_descriptor_holds_the_folder_until_it_ends(tmp_path: Path) -> None:
    with claimed(tmp_path) as held:
        heir = subprocess.Popen([sys.executable, "-c", "input()"], pass_fds=held, stdin=subprocess.PIPE)
    with pytest.raises(GidtkError), claimed(tmp_path, wait=0.1):
        pass
    heir.communicate(b"\n")
    with claimed(tmp_path, wait=5):
        pass


def test_what_a_killed_process_was_writing_aside_is_swept_and_nothing_else(tmp_path: Path) -> None:
    for name in (
        "a.html",
        ".gidtk-1/a.html",
        "thumbnails/.gidtk-2/a.png",
        "thumbnails/a.png",
        "x_files/.gidtk-3/a.csv",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    sweep(tmp_path)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"a.html", "thumbnails/a.png", "x_files/.gidtk-3/a.csv"}
