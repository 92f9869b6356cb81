"""The benchmark, run small: what it measures must still run. Its figures mean nothing here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from world import PROJECT, ROOT

# Each date of each file has just as many rows as make a part.
ROWS = 900_000
SOURCES = ("libs/platform/job-runtime/src", "apps/transformation-job/src", "tools/workspace/bench")


def test_the_job_beside_a_plain_one(tmp_path: Path) -> None:
    words = ["--json", "--home", str(tmp_path), f"--rows={ROWS}", "--cold=1", "--warm=0"]
    done = subprocess.run(
        [sys.executable, str(PROJECT / "bench/spark_small.py"), *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(ROOT / source) for source in SOURCES)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert {kind: set(figures) for kind, figures in told["cold"].items()} == {
        kind: {"seconds", "processor", "peak_mb"} for kind in ("plain", "engine")
    }
