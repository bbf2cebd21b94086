"""Calls in a child process: bounded in time and memory, and never the end of the caller."""

import os
import time

import pytest

from gidtk.errors import GidtkError
from gidtk.workers import Ended, Guard, Limits, close_guards, guarded, open_pool

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits of processor time and memory are POSIX")
WORK = "test_workers:work"


def work(items, started):
    """Do what each item says; return what came of it."""
    return [_do(item, started) for item in items]


def _do(item, started):
    started()
    if item == "hang":
        while True:
            pass
    if item == "sleep":
        time.sleep(60)
    if item == "crash":
        os._exit(1)
    if item == "fill":
        return len(bytearray(8 * 1024**3))
    if item == "print":
        print("to standard output")
    if item == "again" and not os.environ.get("GIDTK_TRIED"):
        os.kill(os.getpid(), 9)
    return f"{item}!"


@pytest.fixture
def guard():
    made = Guard(WORK, Limits(1.0, 1024**3))
    yield made
    made.close()


def test_a_call_gives_what_the_function_gives_and_printing_does_no_harm(guard):
    assert guard.call(["a", "print"]) == ["a!", "print!"]
    assert guard.call(["b"]) == ["b!"]


@pytest.mark.parametrize(("item", "kind"), [("hang", "timeout"), ("crash", "crashed")])
def test_what_ends_the_child_is_told_and_the_next_call_goes_on(guard, item, kind):
    with pytest.raises(Ended) as ended:
        guard.call(["a", item])
    assert ended.value.kind == kind
    assert guard.call(["b"]) == ["b!"]


def test_what_only_waits_is_ended_by_the_clock(monkeypatch):
    monkeypatch.setattr("gidtk.workers.PATIENCE", 0.5)
    guard = Guard(WORK, Limits(1.0))
    with pytest.raises(Ended, match="timeout"):
        guard.call(["sleep"])
    guard.close()


def test_memory_is_bounded(guard):
    with pytest.raises(Ended):
        guard.call(["fill"])


def test_of_a_batch_only_what_ends_the_child_is_lost():
    answers, lost = guarded(WORK, ["a", "crash", "b", "hang"], Limits(1.0), "test")
    close_guards("test")
    assert answers == [["a!"], ["b!"]]
    assert lost == [("crash", "crashed"), ("hang", "timeout")]


def test_no_child_is_left_behind():
    with open_pool(2, None, "owner") as pool:
        future = pool.executor.submit(guarded, WORK, ["a"], Limits(1.0), "owner")
        assert future.result() == ([["a!"]], [])
        from gidtk import workers

        (child,) = [g._child for key, g in workers._guards.items() if key[0] == "owner"]
    assert child.poll() is not None


def test_a_child_that_cannot_start_says_so(monkeypatch):
    monkeypatch.setattr("gidtk.workers._CHILD", "raise SystemExit(1) #{path!r}")
    with pytest.raises(GidtkError, match=r"no child process for .* can be started with .*: check the memory"):
        Guard(WORK, Limits(1.0)).call(["a"])
