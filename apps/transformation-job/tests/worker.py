"""The job in a process of another Python environment."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from world import PROJECT


@dataclass(frozen=True)
class Worker:
    """A running process that serves command lines."""

    process: subprocess.Popen[str]
    answers: IO[str]

    @classmethod
    @contextmanager
    def serving(
        cls, python: Path, environment: Mapping[str, str], *, script: Path = PROJECT / "tests/serving.py"
    ) -> Iterator[Worker]:
        """Start a worker, and stop it afterwards."""
        reading, writing = os.pipe()
        process = subprocess.Popen(
            [str(python), str(script)],
            env={**environment, "ANSWERS": str(writing)},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[writing],
            text=True,
        )
        os.close(writing)
        with os.fdopen(reading) as answers:
            try:
                yield cls(process, answers)
            finally:
                assert process.stdin is not None
                process.stdin.close()
                process.wait(30)

    def main(self, arguments: Sequence[str]) -> tuple[int, str]:
        """Run the job; returns its exit code and its standard error."""
        answer = self.asked(list(arguments))
        return int(answer["code"]), str(answer["errors"])

    def asked(self, request: Any) -> dict[str, Any]:
        """What the worker answers."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.answers.readline()
        if not line:
            raise RuntimeError(f"The worker ended with {self.process.wait(30)}.")
        answer: dict[str, Any] = json.loads(line)
        return answer
