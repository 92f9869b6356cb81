"""Which execution the current thread works for. The emulator's threads copy their context, so tasks see it too."""

import contextvars
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The running execution's record (the emulator's own, mutable) and its state machine's role."""

    execution: dict[str, Any]
    role: str | None
    given_up: tuple[threading.Event, ...] = ()
    """Of the Maps and Parallels around this thread: set when another of their parts has failed."""

    @property
    def is_running(self) -> bool:
        """False once it was stopped, timed out or given up, while its thread still works."""
        return bool(self.execution["status"] == "RUNNING") and not any(event.is_set() for event in self.given_up)


_scope: contextvars.ContextVar[Scope | None] = contextvars.ContextVar("pos_execution", default=None)
_deadline: contextvars.ContextVar[float | None] = contextvars.ContextVar("pos_task_deadline", default=None)


def current() -> Scope | None:
    """The scope of this thread, or None outside an execution (TestState)."""
    return _scope.get()


def enter(scope: Scope) -> None:
    """Make `scope` the current one for the rest of this thread."""
    _scope.set(scope)


@contextmanager
def task_deadline(seconds: float) -> Iterator[None]:
    """Tasks started inside know when their state's TimeoutSeconds ends."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def is_overdue() -> bool:
    """Whether the current task's TimeoutSeconds has passed."""
    deadline = _deadline.get()
    return deadline is not None and time.monotonic() > deadline


def freeze() -> None:
    """Never return. While the server stops, an execution must stay RUNNING in the last snapshot, to be resumed."""
    threading.Event().wait()
