"""Job processes that a server left behind when it was killed."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Mapping
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.messages import warn


def process_start(pid: int) -> str:
    """When the process started, as text: with the id it names one process, even after ids wrap around."""
    return subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()


def end_leftovers(context: HookContext) -> None:
    """End job processes that a killed server left behind: they would write beside the run's repetition."""
    for marker in sorted(context.settings.processes.glob("*.json")):
        with contextlib.suppress(ValueError, KeyError, ProcessLookupError):
            left = json.loads(marker.read_text())
            runs = left["started"] and process_start(left["pid"]) == left["started"]
            if runs and _is_ours(context, left):
                os.killpg(left["pid"], signal.SIGKILL)
                warn("ended a job process that outlived its server", pid=left["pid"], run=marker.stem)
        marker.unlink(missing_ok=True)


def _is_ours(context: HookContext, left: Mapping[str, Any]) -> bool:
    """Whether the process was started for this data folder: a copied one brings the notes of the other one's jobs."""
    if "folder" in left:
        return bool(left["folder"] == context.folder)
    # Older versions did not note it, but every script runs from within the folder.
    command = subprocess.run(
        ["ps", "-o", "command=", "-p", str(left["pid"])], capture_output=True, text=True, check=False
    )
    return f"{context.settings.data}{os.sep}" in command.stdout
