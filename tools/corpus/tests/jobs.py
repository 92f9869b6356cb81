"""Both jobs as processes, over folders that stand for buckets: the whole corpus in one run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from deltalake import DeltaTable, QueryBuilder

from pos_corpus.case import EVENT_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[3]
PLAN = ROOT / "apps" / "plan" / "dist" / "plan.json"
RUN = "20250601T000000000Z-0123456789ab"
# No file of the corpus may hold the others up; a run that hangs is a failure, not a long night.
SECONDS = 240


@dataclass(frozen=True)
class Buckets:
    """A source, results, rejected files and a lake, in a folder. `stderr` is what the jobs wrote there.

    `run` is the run that is delivered and worked on; `dataset` what it is about, and None the default. `plan` is the
    plan file that the jobs are given.
    """

    folder: Path
    run: str = RUN
    dataset: str | None = None
    seconds: float = EVENT_TIME
    plan: Path = PLAN
    stderr: list[str] = field(default_factory=list)

    def deliver(self, files: Mapping[str, bytes]) -> None:
        """Put the files into the source, and leave the manifest that the trigger would write."""
        source = self.folder / "source"
        for key, data in files.items():
            path = source / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        event_time = datetime.fromtimestamp(self.seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        entries = [{"bucket": source.as_uri(), "key": key, "size": len(data)} for key, data in files.items()]
        manifest = self._run / "manifest.json"
        manifest.parent.mkdir(parents=True)
        about = {} if self.dataset is None else {"dataset": self.dataset}
        manifest.write_text(json.dumps({"runId": self.run, "eventTime": event_time, "files": entries, **about}))

    def validate(self, **more: str) -> None:
        """Run the validation job; it must end well, whatever the files are."""
        rejected = (self.folder / "rejected").as_uri()
        self._job("validation-job", manifest=(self._run / "manifest.json").as_uri(), rejected=rejected, **more)

    def load(self) -> None:
        """Run the transformation job with the embedded engine."""
        self._job("transformation-job", lake=(self.folder / "lake").as_uri(), engine="embedded")

    def verdicts(self) -> dict[str, dict[str, Any]]:
        """Each file's line of `files.jsonl`, by its key."""
        text = (self._run / "validation" / "files.jsonl").read_text("utf-8")
        return {line["file"]: line for line in map(json.loads, text.split("\n")[:-1])}

    def table(self, path: str, columns: str) -> list[tuple[Any, ...]]:
        """Columns of a table of the lake, as delta-rs itself reads them."""
        table = DeltaTable(str(self.folder / "lake" / path))
        return pl.DataFrame(QueryBuilder().register("t", table).execute(f"SELECT {columns} FROM t")).rows()

    @property
    def _run(self) -> Path:
        return self.folder / "results" / "runs" / self.run

    def _job(self, project: str, **places: str) -> None:
        app = ROOT / "apps" / project
        given = {
            "run_id": self.run,
            "results": (self.folder / "results").as_uri(),
            "plan": self.plan.as_uri(),
            **places,
        }
        words = [word for name, value in given.items() for word in (f"--{name}", value)]
        sources = [app / "src", ROOT / "libs" / "platform" / "job-runtime" / "src"]
        done = subprocess.run(
            [sys.executable, str(app / "main.py"), *words],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sources))},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        self.stderr.append(done.stderr)
