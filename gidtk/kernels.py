"""Kernels of this very Python: forked from a process that has loaded everything, or started cold."""

import asyncio
import json
import math
import os
import site
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from contextlib import suppress
from functools import cache
from importlib.metadata import EntryPoint
from itertools import count
from pathlib import Path
from queue import Empty
from typing import Any, cast

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

__all__ = ["ColdKernel", "ForkedKernel", "ForkedProvisioner", "can_fork", "end_kernels", "environment"]

_NAME = "gidtk-forked"
_GROUP = "jupyter_client.kernel_provisioners"
# One thread in a process that is to be forked; cold kernels have the same, so that sums are the same to the last bit.
_ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
held: list[int] = []  # descriptors that forked kernels inherit, so that what they hold stays held until they end
_IPC_ROOM = 85  # for the folder of a socket, whose path has 103 characters at most


def environment() -> dict[str, str]:
    """Return what is set in every kernel: figures inline, one thread, this package importable."""
    home = str(Path(__file__).parents[1])
    paths = [] if home in site.getsitepackages() else [home]
    paths += filter(None, [os.environ.get("PYTHONPATH")])
    inline = "module://matplotlib_inline.backend_inline"
    return {"MPLBACKEND": inline, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)), **_ONE_THREAD}


class _OwnPython(KernelSpecManager):
    """Knows one kernel: the Python that runs this, whatever a notebook or the user's kernelspecs name."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the kernel, with its environment."""
        quiet = get_kernel_dict(["--log-level=CRITICAL"])
        return KernelSpec(**quiet, env={key: text.replace("$", "$$") for key, text in environment().items()})


class ColdKernel(AsyncKernelManager):
    """A kernel that starts as a process of its own, on every system."""

    def __init__(self, **options: Any) -> None:
        super().__init__(kernel_spec_manager=_OwnPython(), **options)
        self.client_factory = _Client
        if os.name == "posix" and len(_den().name) < _IPC_ROOM:  # no ports that two kernels could both take
            self.connection_file = str(Path(_den().name, f"{next(_numbers)}.json"))
            self.transport = "ipc"
        _living.add(self)


class _Client(AsyncKernelClient):
    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the first answer, and not for a fifth of a second of silence after it, as Jupyter's own does."""
        deadline = time.monotonic() + (timeout or math.inf)
        while time.monotonic() < deadline:
            self.kernel_info()
            with suppress(Empty):
                await self.shell_channel.get_msg(timeout=1)
                await self.iopub_channel.get_msg(timeout=0.2)  # the other channel is connected, too
                return
            if not await self.is_alive():
                raise RuntimeError("the kernel died before it answered")
        raise RuntimeError(f"the kernel did not answer in {timeout:g} seconds")


class ForkedKernel(ColdKernel):
    """A kernel forked from a process that has loaded everything."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The kernel, to be made by our own provisioner."""
        spec = super().kernel_spec
        if spec is not None:
            _register()
            spec.metadata["kernel_provisioner"] = {"provisioner_name": _NAME}
        return spec


class ForkedProvisioner(LocalProvisioner):
    """Makes kernels by forking: Jupyter's extension point for where a kernel's process comes from."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Have the kernel forked that the command would start."""
        argv = cmd[cmd.index("ipykernel_launcher") + 1 :]
        cwd = str(kwargs.get("cwd") or Path.cwd())
        process = _Forked(_zygote(), {"argv": argv, "cwd": cwd, "env": dict(kwargs["env"])})
        self.process = cast("subprocess.Popen[bytes]", process)
        self.pid = self.pgid = process.pid
        self.cwd = cwd
        return self.connection_info

    async def shutdown_requested(self, restart: bool = False) -> None:
        """See the kernel end at once; Jupyter looks every tenth of a second only."""
        for _ in range(200):
            if await self.poll() is not None:
                break
            await asyncio.sleep(0.005)


class _Forked:
    """A forked kernel, handled like a process of `subprocess`."""

    stdin = stdout = stderr = None

    def __init__(self, zygote: "_Zygote", order: dict[str, Any]) -> None:
        self.zygote, self.returncode = zygote, None
        if "pid" not in (answer := zygote.ask(order)):
            raise RuntimeError("no kernel was forked: the process that forks has gone")
        self.pid: int = answer["pid"]

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self.zygote.ask({"poll": self.pid})["ended"]
        return self.returncode

    def wait(self) -> int | None:
        while self.poll() is None:
            time.sleep(0.01)
        return self.returncode

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)


class _Zygote:
    """Our end of the talk with the process that forks."""

    def __init__(self) -> None:
        command = get_kernel_dict()["argv"]
        self.lock = threading.Lock()
        self.process = subprocess.Popen(
            [*command[: command.index("-m")], "-m", "gidtk.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | environment(),
            start_new_session=True,
            pass_fds=held,
        )
        self.threads: int = self._answer().get("threads", 0)

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        """Send an order and return the answer."""
        with self.lock:
            try:
                self.process.stdin.write(json.dumps(order).encode() + b"\n")  # type: ignore[union-attr]
                self.process.stdin.flush()  # type: ignore[union-attr]
                return self._answer() or {"ended": -9}
            except (OSError, ValueError):  # it has gone
                return {"ended": -9}

    def _answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline()  # type: ignore[union-attr]
        return dict(json.loads(line)) if line else {}

    def end(self) -> None:
        """Let it go; its kernels go with it."""
        with suppress(OSError):
            self.process.stdin.close()  # type: ignore[union-attr]


_numbers = count(1)
_loading = threading.Lock()
_living: "weakref.WeakSet[ColdKernel]" = weakref.WeakSet()


def _zygote() -> _Zygote:
    with _loading:
        return _one_zygote()


@cache
def _one_zygote() -> _Zygote:
    return _Zygote()


@cache
def _den() -> tempfile.TemporaryDirectory[str]:
    """Return the folder of connection files of this process."""
    return tempfile.TemporaryDirectory(prefix="gidtk-", ignore_cleanup_errors=True)


def _register() -> None:
    """Make the provisioner known where the package is used without being installed."""
    known = KernelProvisionerFactory.instance().provisioners
    known.setdefault(_NAME, EntryPoint(_NAME, "gidtk.kernels:ForkedProvisioner", _GROUP))


def can_fork() -> bool:
    """Whether kernels can be forked here: on Linux, when what they need has loaded and left one thread."""
    return sys.platform == "linux" and _zygote().threads == 1


def end_kernels() -> None:
    """End every kernel of this process at once."""
    for manager in list(_living):
        if (process := getattr(manager.provisioner, "process", None)) and isinstance(process, subprocess.Popen):
            process.kill()
    if _one_zygote.cache_info().currsize:
        _one_zygote().end()
    if _den.cache_info().currsize:
        _den().cleanup()
