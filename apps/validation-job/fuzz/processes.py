"""The worker that validates, and the contract's own reading in TypeScript: processes that answer a line with a line."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any

from pos_corpus.case import EVENT_TIME

ROOT = Path(__file__).resolve().parents[3]
JOB = ROOT / "apps" / "validation-job"
PLAN = ROOT / "apps" / "plan" / "dist" / "plan.json"
SOURCES = (JOB, JOB / "src", JOB / "tests", ROOT / "libs/platform/job-runtime/src", ROOT / "tools/corpus/src")
PATHS = os.pathsep.join(map(str, SOURCES))


class GoneError(Exception):
    """The process ended, or did not answer in time."""


class Talker:
    """A process that answers each line with a line."""

    def __init__(self, command: list[str], *, cwd: Path = ROOT) -> None:
        self._command = command
        self._cwd = cwd
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._errors: list[str] = []

    def ask(self, request: object, *, seconds: float) -> Any:
        """The answer. Raises `GoneError`; the next request then has a new process."""
        process = self._process or self._start()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = self._answers.get(timeout=seconds)
        except queue.Empty:
            self.end()
            raise GoneError(f"no answer within {seconds:.0f} s") from None
        except OSError as error:
            self.end()
            raise GoneError(str(error)) from None
        if line is None:
            code = process.wait()
            self.end()
            raise GoneError(f"it died ({code}): {self.errors()[-600:]}")
        return json.loads(line)

    def errors(self) -> str:
        """What it wrote to standard error since the last call."""
        text, self._errors[:] = "".join(self._errors), []
        return text

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _start(self) -> subprocess.Popen[str]:
        self._process = process = subprocess.Popen(
            self._command,
            cwd=self._cwd,
            env={**os.environ, "PYTHONPATH": PATHS},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        answers: queue.Queue[str | None] = queue.Queue()
        self._answers = answers

        def follow() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                answers.put(line)
            answers.put(None)

        def heed() -> None:
            assert process.stderr is not None
            self._errors.extend(process.stderr)

        for target in (follow, heed):
            threading.Thread(target=target, daemon=True).start()
        return process


def validator_in(interpreter: str) -> Talker:
    """A worker; see worker.py."""
    return Talker([interpreter, "-m", "fuzz.worker"])


def reference() -> Talker:
    """The contract's own reading; see apps/plan/test-engines/reading.ts."""
    node = ROOT / "node_modules" / ".bin" / "node"
    script = "test-engines/reading.ts"
    return Talker([str(node), "--conditions=@pos/source", script, str(EVENT_TIME)], cwd=ROOT / "apps" / "plan")


def checked(interpreter: str, files: list[Path]) -> tuple[list[dict[str, Any]], str]:
    """The offline check over several files at once: its documents, and what it wrote to standard error."""
    moment = "2025-06-01T00:00:00Z"
    command = [interpreter, "-m", "pos_validation.check", "--plan", str(PLAN), "--event-time", moment, "--json", "--"]
    done = subprocess.run(
        [*command, *map(str, files)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": PATHS},
        check=False,
        timeout=300,
    )
    if done.returncode not in (0, 1):
        raise GoneError(f"the check ended with {done.returncode}: {done.stderr[-600:]}")
    progress = [line for line in done.stderr.splitlines() if not line.startswith("[")]
    try:
        return json.loads(done.stdout), "\n".join(progress)
    except ValueError:
        raise GoneError(f"the check printed no verdicts: {done.stderr[-600:]}") from None
