"""The run's side of its workers: to start, watch and end them."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pickle
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_job_runtime.errors import JobError
from pos_validation.workers.budget import memory_of
from pos_validation.workers.messages import Lost, is_clean, receive, send
from pos_validation.workers.output import last_output

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pos_validation.workers.budget import Budget
    from pos_validation.workers.messages import Exhausted, FileResult, Setup, Tasks

# How often a worker's memory is looked at: it can take no more than some hundred MB in between.
LOOK_EVERY_SECONDS = 0.1
STANDSTILL_SECONDS = 1.0
# A machine that can't even import a library within this time is not merely busy.
START_SECONDS = 600
# The script that Glue runs can't be imported again, and what it has put on the path must be found: so the path is all
# that a server gets.
START = (
    "import sys; descriptor, folder, *sys.path = sys.argv[1:]; "
    "from {module} import serve; serve(int(descriptor), folder)"
)
MODULE = "pos_validation.workers.fork_server"


class WorkersError(JobError):
    """The processes that read files can't be started."""


class ForkServer:
    """The process that makes workers. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Start it; it needs a moment until it makes the first worker. `folder` is for temporary files of it and of
        its workers: should this process be killed, the server removes that folder."""
        self._folder = folder
        self._lock = threading.Lock()
        _open_standard_streams()
        self._control, theirs = socket.socketpair()
        self._log = folder / "workers"
        with theirs:
            self._pid = _start(theirs.fileno(), folder, log=self._log)
        self._control.settimeout(START_SECONDS)

    def worker(self, setup: Setup, *, threads: int | None) -> Worker:
        """A new worker, which reads with so many `threads`, or with one a processor. Raises `WorkersError`."""
        with self._lock:
            folder = Path(tempfile.mkdtemp(prefix="worker-", dir=self._folder))
            ours, theirs = socket.socketpair()
            with theirs:
                reply = self._ask({"fork": str(folder), "threads": threads}, theirs.fileno())
        return Worker(self, ours, pid=reply["pid"], folder=folder, setup=setup, threads=threads)

    def end(self, pid: int) -> int | None:
        """End a worker; returns its wait status, or None if the server is gone, and its workers with it."""
        with self._lock:
            try:
                status: int = self._ask({"end": pid})["status"]
            except WorkersError:
                return None
            return status

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._control.fileno() < 0

    def close(self) -> None:
        """End the server and all workers, unless that was done."""
        with self._lock, contextlib.suppress(OSError):
            self._control.sendall(json.dumps({"leave": True}).encode() + b"\n")
        self._control.close()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)

    def _ask(self, request: dict[str, Any], *descriptors: int) -> dict[str, Any]:
        try:
            socket.send_fds(self._control, [json.dumps(request).encode() + b"\n"], descriptors)
            data = b""
            while not data.endswith(b"\n"):
                more = self._control.recv(1 << 16)
                if not more:
                    raise EOFError
                data += more
            reply: dict[str, Any] = json.loads(data)
        except (OSError, EOFError) as error:
            raise WorkersError(f"The processes that read files can't be started: {self._last_words(error)}.") from error
        return reply

    def _last_words(self, error: BaseException) -> str:
        with contextlib.suppress(OSError):
            lines = self._log.read_text("utf-8", "replace").strip().splitlines()
            if lines:
                return lines[-1].rstrip(".")
        return f"{type(error).__name__}: {error}"


class Worker:
    """A process that validates one file after another."""

    def __init__(
        self,
        server: ForkServer,
        connection: socket.socket,
        *,
        pid: int,
        folder: Path,
        setup: Setup,
        threads: int | None,
    ) -> None:
        self.threads = threads
        self._server = server
        self._connection = connection
        self._folder = folder
        self._poller = select.poll()
        self._poller.register(connection, select.POLLIN)
        self.pid = pid
        with contextlib.suppress(OSError):
            send(connection, setup)

    def validate(self, tasks: Tasks, budgets: Sequence[Budget]) -> Iterator[FileResult | Exhausted | Lost]:
        """What becomes of the files, one after another; each has its own budget.

        They are handed over together: a worker that waits for each costs more than a small file does. What becomes of
        files that share a file of rows comes together, too: of all of them, or of none. After anything but a clean
        result the worker validates no more, and is to be ended.
        """
        try:
            send(self._connection, tasks)
        except OSError:
            yield self._lost(None)
            return
        done = 0
        while done < len(budgets):
            overrun = self._watch(budgets[done])
            try:
                results = [self._lost(overrun)] if overrun else receive(self._connection)
            except (OSError, EOFError, pickle.UnpicklingError):
                results = [self._lost(None)]
            yield from results
            if not all(map(is_clean, results)):
                return
            done += len(results)

    def end(self) -> int | None:
        """End the process and remove its temporary files; returns its wait status where that is known."""
        if self._connection.fileno() < 0:
            return None
        status = self._server.end(self.pid)
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        return status

    def _watch(self, budget: Budget) -> str | None:
        """Wait for an answer or the worker's end; returns what was used up, if the budget was."""
        left, last = budget.seconds, time.monotonic()
        while not self._poller.poll(LOOK_EVERY_SECONDS * 1000):
            now = time.monotonic()
            # A machine that stood still for a while did not read either.
            left, last = left - min(now - last, STANDSTILL_SECONDS), now
            overrun = "seconds" if left < 0 else "memory" if memory_of(self.pid) > budget.memory else None
            if overrun is not None:
                self._ask_where()
                return overrun
        return None

    def _ask_where(self) -> None:
        """Let the worker print where it is, for the log."""
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGUSR1)
            time.sleep(LOOK_EVERY_SECONDS)

    def _lost(self, overrun: str | None) -> Lost:
        output = last_output(self._folder)
        status = self.end()
        if status is None or not os.WIFEXITED(status):
            return Lost(overrun, signal=signal.SIGKILL if status is None else os.WTERMSIG(status), output=output)
        return Lost(overrun, code=os.WEXITSTATUS(status), output=output)


def _start(descriptor: int, folder: Path, *, log: Path) -> int:
    """Start a server that is controlled by the socket `descriptor`; returns its process id.

    A copy of this process is there at once, but of one that has threads it is not safe to use: it may have been copied
    while a thread held a lock. Such a copy becomes a new interpreter.
    """
    plain = sys.platform.startswith("linux") and len([*Path("/proc/self/task").iterdir()]) == 1
    flags = ["-X", "utf8"] if sys.flags.utf8_mode else []
    path = [entry or str(Path.cwd()) for entry in sys.path]
    given = (str(descriptor), str(folder))
    command = [sys.executable, *flags, "-S", "-c", START.format(module=MODULE), *given, *path]
    # What a collection looks at, it writes to: this process would need memory of its own for what it shares.
    gc.freeze()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return pid
    try:
        _leave_behind(descriptor, log)
        if not plain:
            os.set_inheritable(descriptor, True)
            os.execv(sys.executable, command)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        importlib.import_module(MODULE).serve(descriptor, str(folder))
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        # Whatever is registered to happen at the end of the process belongs to the one that was copied.
        os._exit(1)


def _leave_behind(descriptor: int, log: Path) -> None:
    """Close in a copy of this process what it has no use for, and let it print to its log."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    prints = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 0)
    os.dup2(prints, 1)
    os.dup2(prints, 2)
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, max(prints, nothing, *_descriptors()) + 1)
    # A sentence of the log may be shown to people: the colours of a terminal have no place in it.
    os.environ["PYTHON_COLORS"] = "0"
    sys.stdout, sys.stderr = open(1, "w", 1, closefd=False), open(2, "w", 1, closefd=False)  # noqa: SIM115


def _descriptors() -> list[int]:
    """What this process has open, as far as that can be known."""
    try:
        return [int(path.name) for path in Path("/dev/fd").iterdir()]
    except OSError:
        return list(range(256))


def _open_standard_streams() -> None:
    """A process that was started without them would use their numbers for its sockets."""
    while True:
        descriptor = os.open(os.devnull, os.O_RDWR)
        if descriptor > 2:
            os.close(descriptor)
            return
