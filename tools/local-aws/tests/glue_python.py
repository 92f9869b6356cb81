"""Glue Python Shell's own environment, or the reason why this machine has none."""

import os
from pathlib import Path

import pytest

from conftest import WORKSPACE

PYTHON = WORKSPACE / ".venv" / "glue-python-shell" / "bin" / "python"


def glues_python() -> Path:
    """Skip the test where there is no Python 3.9; a build server must have one."""
    if PYTHON.exists():
        return PYTHON
    reason = "Glue Python Shell runs Python 3.9, which this machine has not: install Python 3.9, then npm run setup."
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
