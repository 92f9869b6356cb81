"""A process of Glue Python Shell that has started already, and waits for its run.

Python and Glue's own packages take a fifth of a second, for nothing that a job does. So one process waits while no job
runs. Each is used for one run, whose arguments, environment and folder it gets by its standard input; nothing of a job
is loaded before. One that has died, or is not there, only costs that time.
"""

import json
import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).with_name("python_shell.py")
# How a job's process is started, waiting or not.
PIPES: Mapping[str, Any] = {
    "text": True,
    "encoding": "utf-8",
    "errors": "replace",
    "stdout": subprocess.PIPE,
    "stderr": subprocess.PIPE,
    "start_new_session": True,
}


class WaitingShell:
    """At most one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._closed = False

    def prepare(self, interpreter: str, environment: Mapping[str, str], folder: Path) -> None:
        """Start a process, unless one waits. The run gives it another environment, and another folder to work in."""
        with self._lock:
            if self._closed or (self._process is not None and self._process.poll() is None):
                return
            # A folder of its own: the runner's neighbours must not be what a script can import.
            runner = folder / "glue-runner" / "runscript.py"
            runner.parent.mkdir(exist_ok=True)
            if not runner.exists():
                shutil.copyfile(RUNNER, runner)
            self._process = subprocess.Popen(
                [interpreter, str(runner)], stdin=subprocess.PIPE, cwd=folder, env=environment, **PIPES
            )

    def take(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> "subprocess.Popen[str] | None":
        """The process that waits, which runs these arguments from now on; None where there is none."""
        with self._lock:
            process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return None
        assert process.stdin is not None
        run = {"arguments": list(arguments), "environment": dict(environment), "folder": str(folder)}
        try:
            with process.stdin as stdin:
                stdin.write(json.dumps(run) + "\n")
        except OSError:
            process.kill()
            process.wait()
            return None
        process.stdin = None
        return process

    def close(self) -> None:
        """End the process; there will be no other."""
        with self._lock:
            self._closed = True
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
