"""Waiting for the end of a job run without asking for it again and again."""

import threading

# Of runs that have not ended.
_ends: dict[str, threading.Event] = {}


def expect(run_id: str) -> None:
    """A run begins: others may wait for its end."""
    _ends[run_id] = threading.Event()


def tell(run_id: str) -> None:
    """A run has ended, and whoever asks is told so."""
    if (end := _ends.pop(run_id, None)) is not None:
        end.set()


def await_end(run_id: str, seconds: float) -> bool:
    """Wait so long at most for a run to end; whether it has."""
    end = _ends.get(run_id)
    return end is None or end.wait(seconds)
