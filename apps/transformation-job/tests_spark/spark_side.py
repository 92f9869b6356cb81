"""The Spark engine as the tests see it: a process in another Python environment."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from worker import Worker
from world import PROJECT, ROOT

from pos_transformation.maintain import maintenance

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


class SparkSide(Worker):
    """A running worker."""

    @classmethod
    @contextmanager
    def started(cls, environment: Mapping[str, str] | None = None) -> Iterator[SparkSide]:
        """Start a worker, and stop it afterwards."""
        known = spark_environment(environment)
        known["PYTHONPATH"] = os.pathsep.join([known["PYTHONPATH"], str(PROJECT / "tests")])
        with cls.serving(PYTHON, known, script=TESTS / "spark_serving.py") as worker:
            assert isinstance(worker, SparkSide)
            yield worker

    def forget(self) -> None:
        """Remember no table: Delta would keep those of every test, until collecting garbage takes most of the time."""
        self.asked({"forget": True})

    def maintain(self, arguments: Sequence[str], *, engine: str) -> tuple[int, str]:
        """Run the maintenance: on Spark in the worker, else in this process."""
        if engine == "spark":
            return self.main(arguments)
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            code = maintenance.main(arguments)
        return code, errors.getvalue()
