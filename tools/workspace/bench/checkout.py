"""The jobs of a checkout of this repository, as whole processes."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from measure import Run, run

if TYPE_CHECKING:
    from collections.abc import Sequence

WORKSPACE = Path(__file__).resolve().parents[3]
EVENT_TIME = "2017-03-01T06:00:00.000Z"
RUN_ID = "20170301T060000000Z-bbbbbbbbbbbb"
LOADERS = {"embedded": "glue-spark", "spark": "glue-6"}
"""The engines that load, and the Python environment of each."""


@dataclass(frozen=True)
class Checkout:
    """A folder that is set up, with its plan built. What its jobs read and write is below a `home`."""

    root: Path

    @property
    def plan(self) -> Path:
        return self.root / "apps/plan/dist/plan.json"

    def python(self, environment: str) -> str:
        """The interpreter of one of the checkout's environments."""
        return str(self.root / ".venv" / environment / "bin/python")

    def sources(self, job: str) -> dict[str, str]:
        """The environment variables by which a job finds its own modules."""
        folders = (self.root / "libs/platform/job-runtime/src", self.root / "apps" / job / "src")
        return {"PYTHONPATH": os.pathsep.join(map(str, folders))}

    def validate(self, home: Path, files: Sequence[Path]) -> Run:
        """Validate the files, in an empty `home` on their file system."""
        shutil.rmtree(home, ignore_errors=True)
        bucket = home / "bucket"
        bucket.mkdir(parents=True)
        for path in files:
            # The job removes what it rejects.
            os.link(path, bucket / path.name)
        manifest = home / "results/runs" / RUN_ID / "manifest.json"
        manifest.parent.mkdir(parents=True)
        entries = [{"bucket": bucket.as_uri(), "key": path.name, "size": path.stat().st_size} for path in files]
        manifest.write_text(json.dumps({"runId": RUN_ID, "eventTime": EVENT_TIME, "files": entries}))
        return self._run(
            "validation-job",
            {"manifest": manifest, "results": home / "results", "rejected": home / "rejected", "plan": self.plan},
            python=self.python("glue-shell"),
        )

    def check(self, files: Sequence[Path]) -> Run:
        """Only the verdicts on the files, as `pos validate` gets them. Whether they are valid makes no difference."""
        words = ["--plan", str(self.plan), "--json", "--event-time", EVENT_TIME, *map(str, files)]
        command = [self.python("glue-shell"), "-m", "pos_validation.check", *words]
        return run(command, env={**self.sources("validation-job"), "PYTHONDONTWRITEBYTECODE": ""}, good=(0, 1))

    def load(self, home: Path, *, engine: str = "embedded") -> Run:
        """Load what was validated in `home` into the lake there."""
        return self._run(
            "transformation-job",
            {"results": home / "results", "lake": home / "lake", "plan": self.plan},
            "--engine",
            engine,
            python=self.python(LOADERS[engine]),
        )

    def _run(self, job: str, places: dict[str, Path], *words: str, python: str) -> Run:
        given = [word for name, place in places.items() for word in (f"--{name}", place.as_uri())]
        script = str(self.root / "apps" / job / "main.py")
        environment = {
            **self.sources(job),
            # Compiled modules are kept, as they are where packages are installed: compiling them is no work of a job.
            "PYTHONDONTWRITEBYTECODE": "",
            "POS_SPARK_CLASSPATH": str(self.root / "apps/transformation-job/log-store/dist/pos-log-store.jar"),
        }
        return run([python, script, "--run_id", RUN_ID, *given, *words], env=environment)
