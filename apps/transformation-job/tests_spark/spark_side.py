"""The Spark engine as the tests see it: a process in another Python environment."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from world import PROJECT, ROOT

from pos_transformation import maintenance

PYTHON = ROOT / ".venv/glue-6/bin/python"
LOG_STORE = PROJECT / "log-store/dist/pos-log-store.jar"
TESTS = PROJECT / "tests_spark"
SOURCES = (PROJECT / "src", ROOT / "libs/platform/job-runtime/src")


def spark_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a process that runs the job on Spark."""
    if not LOG_STORE.exists():
        raise FileNotFoundError(f"{LOG_STORE} is missing: run `npx nx run transformation-job:log-store` first.")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(source) for source in SOURCES),
        "POS_SPARK_CLASSPATH": str(LOG_STORE),
        "POS_SPARK_MEMORY": "1500m",
        **(extra or {}),
    }


@dataclass(frozen=True)
class SparkSide:
    """A running worker."""

    process: subprocess.Popen[str]
    answers: IO[str]

    @staticmethod
    @contextmanager
    def started(environment: Mapping[str, str] | None = None) -> Iterator[SparkSide]:
        """Start a worker, and stop it afterwards."""
        reading, writing = os.pipe()
        process = subprocess.Popen(
            [str(PYTHON), str(TESTS / "spark_worker.py")],
            env=spark_environment({**(environment or {}), "ANSWERS": str(writing)}),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[writing],
            text=True,
        )
        os.close(writing)
        with os.fdopen(reading) as answers:
            try:
                yield SparkSide(process, answers)
            finally:
                assert process.stdin is not None
                process.stdin.close()
                process.wait(30)

    def maintain(self, arguments: Sequence[str], *, engine: str) -> tuple[int, str]:
        """Run the maintenance: on Spark in the worker, else in this process."""
        if engine == "spark":
            return self.main(arguments)
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            code = maintenance.main(arguments)
        return code, errors.getvalue()

    def main(self, arguments: Sequence[str]) -> tuple[int, str]:
        """Run the job; returns its exit code and its standard error."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(list(arguments)) + "\n")
        self.process.stdin.flush()
        line = self.answers.readline()
        if not line:
            raise RuntimeError(f"The Spark worker ended with {self.process.wait(30)}.")
        answer = json.loads(line)
        return int(answer["code"]), str(answer["errors"])
