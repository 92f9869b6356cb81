"""A fork server whose workers do to themselves, for some files, what native code does in the worst case."""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_validation.evaluation import exact_evaluator
from pos_validation.formats.identified_file import IdentifiedFile
from pos_validation.workers.fork_server import serve

if TYPE_CHECKING:
    from pos_validation.formats.reader import Reader

__all__ = ["serve"]

honest = IdentifiedFile.open
connect = exact_evaluator.duckdb.connect


def spin() -> None:
    # In C, with Python's own lock held: no other thread of the process ever runs again.
    re.match(r"(a+)+$", "a" * 64 + "b")


def eat() -> None:
    held = []
    while True:
        held.append(b"x" * (16 << 20))


def crash() -> None:
    sys.stderr.write("about to crash\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGSEGV)


def abort() -> None:
    os.abort()


def leave() -> None:
    os._exit(3)


def killed() -> None:
    """By somebody else, the first two times."""
    mark = Path(os.environ["MARKS"])
    seen = len(list(mark.iterdir()))
    if seen < 2:
        (mark / str(seen)).touch()
        os.kill(os.getpid(), signal.SIGKILL)


def later() -> None:
    """By somebody else, when it is opened for the second time: the first time it may be one of many."""
    mark = Path(os.environ["MARKS"])
    seen = len(list(mark.iterdir()))
    (mark / str(seen)).touch()
    if seen == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def hunted() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def greedy() -> None:
    raise MemoryError


def panic() -> None:
    class PanicException(BaseException):
        """What a library in Rust panics with."""

    raise PanicException("index out of bounds")


def cramped() -> None:
    """DuckDB has next to no memory, and no disk."""

    def small(**given: dict[str, str]) -> object:
        limits = {"memory_limit": "12MB", "max_temp_directory_size": "1MB", "threads": "1"}
        return connect(config={**given["config"], **limits})

    exact_evaluator.duckdb.connect = small  # type: ignore[assignment]


DEEDS = {
    deed.__name__: deed
    for deed in (spin, eat, crash, abort, leave, killed, later, hunted, full, greedy, panic, cramped)
}


def open_file(self: IdentifiedFile, *given: Any, **named: Any) -> Reader:
    deed = DEEDS.get(self._name.rsplit("/", 1)[-1].partition(".")[0])
    if deed is not None:
        deed()
    return honest(self, *given, **named)


IdentifiedFile.open = open_file  # type: ignore[method-assign]
