"""The job in a process that dies at one of its writes. See `crashing.py`."""

from __future__ import annotations

import signal

from world import World


def killed(world: World, run: str, *, at_write: int, when: str) -> None:
    """Load `run`, and die before or after its `at_write`-th write."""
    process = world.start(run, script="tests/crashing.py", environment={"CRASH_AT": str(at_write), "CRASH_WHEN": when})
    output, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, output + errors


def writes(world: World, run: str) -> int:
    """Load `run`, and count its writes."""
    process = world.start(run, script="tests/crashing.py", environment={"CRASH_AT": "0", "CRASH_WHEN": ""})
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, output + errors
    return int(output.splitlines()[-1])
