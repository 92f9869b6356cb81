"""What a run's process and its workers tell each other."""

from __future__ import annotations

import pickle
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence
    from pathlib import Path

    from pos_job_runtime.plan import Plan
    from pos_validation.findings.findings import FileVerdict


class Setup(NamedTuple):
    """What a worker needs once. The attributes are the arguments of `FileValidator`."""

    plan: Plan
    event_time: float
    always_exact: bool
    exact_memory: int | None = None


class Task(NamedTuple):
    """A file to validate. Valid rows go to `validated` and tolerated bad ones to `quarantine`, if these are given.

    Parts lie beside `validated`, see `part_of`.
    """

    name: str
    path: Path
    size: int
    validated: Path | None = None
    quarantine: Path | None = None


class Tasks(NamedTuple):
    """Files to validate, one after another. `together`: whether those that are small may be proven at one go first."""

    tasks: Sequence[Task]
    together: bool = True


class Incident(NamedTuple):
    """An exception that nobody foresaw, as the log shows it, with what was printed meanwhile."""

    kind: str
    message: str
    stack: str
    output: str


class FileResult(NamedTuple):
    """The verdict. `size` is that of the validated rows in bytes; `parts` is how many lie beside `Task.validated`.

    `member` is the file's number among those that share a file of rows, which lies where the first one's would, and has
    its size.
    """

    file_verdict: FileVerdict
    seconds: float
    size: int = 0
    parts: int = 0
    incidents: tuple[Incident, ...] = ()
    member: int | None = None


class Exhausted(NamedTuple):
    """Disk or memory are used up: `line` says which. `memory`: an allocation failed, at no limit of ours."""

    line: str
    memory: bool


class Lost(NamedTuple):
    """The worker ended, or was ended, before it had validated the file. `output` is the end of what it had printed.

    `overrun` names what was used up of the budget: `seconds` or `memory`. Without it the worker ended by itself, by a
    `signal` or with an exit `code`.
    """

    overrun: str | None = None
    signal: int | None = None
    code: int | None = None
    output: str = ""


def is_clean(result: FileResult | Exhausted | Lost) -> bool:
    """Whether the worker may validate further files: an engine that failed unforeseen may fail ever after."""
    return isinstance(result, FileResult) and not result.incidents


def send(connection: socket.socket, value: object) -> None:
    """Send a value. Raises `OSError` if the other side is gone."""
    data = pickle.dumps(value)
    connection.sendall(struct.pack("!Q", len(data)) + data)


def receive(connection: socket.socket) -> Any:
    """The next value. Raises `EOFError` if there will be none.

    Nothing is read ahead: whoever waits for the connection to be readable must find what is still to come.
    """
    (size,) = struct.unpack("!Q", _exactly(connection, 8))
    return pickle.loads(_exactly(connection, size))


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(min(size - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)
