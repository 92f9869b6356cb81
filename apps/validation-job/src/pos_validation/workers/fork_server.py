"""The process that is copied for each worker.

It never starts a thread, reads no file and keeps no state, so that a copy of it is as good as a new process. What
reading needs it imports once, for all workers.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import json
import os
import resource
import shutil
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_validation.workers.output import redirect_output

if TYPE_CHECKING:
    from collections.abc import Mapping

PR_SET_PDEATHSIG = 1
WORKER = "pos_validation.workers.worker"
READY = b"r"
# How polars' allocator (jemalloc) is told for how long to keep memory that is free: longer than a million rows take, so
# that the next file need not ask the system for all of it again.
ALLOCATOR, KEPT = "_RJEM_MALLOC_CONF", "dirty_decay_ms:3000"


def serve(descriptor: int, folder: str) -> None:
    """Make and end workers as the run's process asks, until it is gone; then nothing of it is left in `folder`."""
    # Ctrl-C is for the run's process, which ends all others. Crashes are told by it, not by files in its folder.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # It is read when polars is loaded.
    os.environ.setdefault(ALLOCATOR, KEPT)
    import_module(WORKER)
    # What a collection looks at, it writes to: every copy would need memory of its own for it.
    gc.freeze()
    workers: set[int] = set()
    with socket.socket(fileno=descriptor) as control:
        asked = False
        with contextlib.suppress(OSError):
            asked = _do_what_is_asked(control, workers)
        for pid in workers:
            _end(pid)
    if not asked:
        shutil.rmtree(folder, ignore_errors=True)


def _do_what_is_asked(control: socket.socket, workers: set[int]) -> bool:
    """Make and end workers; returns whether the server was asked to leave. If not, whoever would ask is gone."""
    while True:
        request, descriptors = _receive(control)
        if request is None or "leave" in request:
            return request is not None
        if "end" in request:
            reply: Mapping[str, Any] = {"status": _end(request["end"])}
            workers.discard(request["end"])
        else:
            reply = {"pid": _fork(control, descriptors[0], Path(request["fork"]), request["threads"])}
            workers.add(reply["pid"])
        control.sendall(json.dumps(reply).encode() + b"\n")


def _receive(control: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """A request, with the descriptors that came with it; None when there will be no more."""
    data, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1)
    while data and not data.endswith(b"\n"):
        more = control.recv(1 << 16)
        if not more:
            return None, descriptors
        data += more
    return (json.loads(data) if data else None), descriptors


def _end(pid: int) -> int:
    """End a worker, if it has not ended already; returns its wait status."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def _fork(control: socket.socket, descriptor: int, folder: Path, threads: int | None) -> int:
    parent = os.getpid()
    told, tells = os.pipe()
    pid = os.fork()
    os.close(tells if pid else told)
    if pid:
        os.close(descriptor)
        if os.read(told, 1) != READY:
            # The worker has printed why. No other would do better.
            os._exit(1)
        os.close(told)
        return pid
    code = 1
    # It is closed by the end of the process and not before: who sees that may take the process' status for its own.
    connection = socket.socket(fileno=descriptor)
    try:
        control.close()
        _die_with(parent)
        if threads is not None:
            # Polars 1 looks at it when it first reads something, polars 2 when it is imported.
            os.environ["POLARS_MAX_THREADS"] = str(threads)
        worker = import_module(WORKER)
        os.write(tells, READY)
        os.close(tells)
        redirect_output(folder)
        faulthandler.enable()
        faulthandler.register(signal.SIGUSR1)
        worker.serve(connection, folder)
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        # Whatever is registered to happen at the end of the process belongs to the one that was copied.
        os._exit(code)


def _die_with(parent: int) -> None:
    """Elsewhere than on Linux a worker outlives a server that is killed until it has validated its file."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
