"""The transformation job as whole processes, in the environment that each engine has when it is deployed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deliveries import deliver
from measure import Run, run

if TYPE_CHECKING:
    import duckdb

ROOT = Path(__file__).resolve().parents[3]
PROJECT = ROOT / "apps/transformation-job"
PLAN = ROOT / "apps/plan/dist/plan.json"
PYTHON = {"embedded": ROOT / ".venv/glue-spark/bin/python", "spark": ROOT / ".venv/glue-6/bin/python"}
SOURCES = (PROJECT / "src", ROOT / "libs/platform/job-runtime/src")
LOG_STORE = PROJECT / "log-store/dist/pos-log-store.jar"


@dataclass(frozen=True)
class Jobs:
    """Runs below `home`: `results` is read, `lake` is loaded. `memory` is the Spark driver's heap."""

    home: Path
    engine: str
    memory: str = "2g"

    @property
    def results(self) -> Path:
        """Where the validation's results are."""
        return self.home / "results"

    @property
    def lake(self) -> Path:
        """Where the tables are."""
        return self.home / "lake"

    def deliver(self, connection: duckdb.DuckDBPyConnection, run: str, *files: str) -> int:
        """See `deliveries.deliver`."""
        return deliver(connection, results=self.results, run=run, files=files, plan=read_plan())

    def load(self, name: str) -> Run:
        """Load the run `name`; a failure ends the benchmark."""
        script = str(PROJECT / "main.py")
        given = {"run_id": name, "results": self.results.as_uri(), "lake": self.lake.as_uri(), "plan": PLAN.as_uri()}
        words = [word for key, value in {**given, "engine": self.engine}.items() for word in (f"--{key}", value)]
        # Beside the lake: /tmp may be small, and shuffles of a large run are not.
        scratch = self.home / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        environment = {
            "PYTHONPATH": os.pathsep.join(map(str, SOURCES)),
            "POS_SPARK_CLASSPATH": str(LOG_STORE),
            "POS_SPARK_MEMORY": self.memory,
            "SPARK_LOCAL_DIRS": str(scratch),
            "TMPDIR": str(scratch),
        }
        return run([str(PYTHON[self.engine]), script, *words], env=environment)

    def summary(self, name: str) -> dict[str, Any]:
        """What the job says about the run."""
        place = self.results / "runs" / name / "transformation" / "summary.json"
        found: dict[str, Any] = json.loads(place.read_text())
        return found


def read_plan() -> dict[str, Any]:
    """The plan of sales as built."""
    plan: dict[str, Any] = json.loads(PLAN.read_text())["datasets"]["sales"]
    return plan
