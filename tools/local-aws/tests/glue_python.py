"""Glue Python Shell's own environment, or the reason why this machine has none."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import WORKSPACE, Server

PYTHON = WORKSPACE / ".venv" / "glue-python-shell" / "bin" / "python"


def glues_python() -> Path:
    """Skip the test where there is no Python 3.9; a build server must have one."""
    if PYTHON.exists():
        return PYTHON
    reason = "Glue Python Shell runs Python 3.9, which this machine has not: install Python 3.9, then npm run setup."
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def strict_server(data: Path) -> Iterator[Server]:
    """A local AWS whose Python Shell jobs run in that environment; stopped afterwards."""
    running = Server(data=data, environ={"POS_GLUE_SHELL_PYTHON": str(glues_python())}).start()
    yield running
    assert running.stop() == 0
