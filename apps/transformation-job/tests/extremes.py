"""Rows at the bounds of every column, several in each group, and rows just beyond, which validation must refuse."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from itertools import product
from pathlib import Path
from typing import Any

from world import ROOT, World

from pos_job_runtime.storage import Storage

# What the contract of sales accepts at most: its model, and its rules on timestamps.
EVENT_TIME = 4_102_444_800
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "store_id": ("1", str(2**63 - 1)),
    "product_id": ("1", str(2**63 - 1)),
    "quantity": ("-1000000000", "0", "1000000000"),
    "revenue": ("-99999999999999.9999", "0", "99999999999999.9999"),
    "discount_applied": ("", "0", "99999999999999.9999"),
    "timestamp": ("946684800", "946684800.000001", str(EVENT_TIME + 2 * 86_400)),
    "receipt_id": ("", "r" * 64),
}
BEYOND: tuple[tuple[str, str], ...] = (
    ("store_id", "0"),
    ("store_id", str(2**63)),
    ("product_id", "0"),
    ("product_id", str(2**63)),
    ("quantity", "-1000000001"),
    ("quantity", "1000000001"),
    ("quantity", str(2**63 - 1)),
    ("quantity", str(-(2**63))),
    ("revenue", "100000000000000"),
    ("revenue", "-100000000000000"),
    ("discount_applied", "100000000000000"),
    ("discount_applied", "-0.0001"),
    ("timestamp", "946684799.9"),
    ("timestamp", str(EVENT_TIME + 2 * 86_400 + 1)),
    ("timestamp", "-1"),
    ("timestamp", "1e300"),
    ("receipt_id", "r" * 65),
)
HEADER = ",".join(["transaction_id", *COLUMNS])


def rows() -> Iterator[str]:
    """Every combination of the columns' extremes, twice."""
    for number, values in enumerate(product(*COLUMNS.values())):
        for copy in "ab":
            identity = f"{copy}{number}".ljust(64, "x")
            yield ",".join([identity, *values])


def beyond() -> Iterator[tuple[str, str]]:
    """A column, and a row that is one step too far in it."""
    for number, (column, value) in enumerate(BEYOND):
        cells = {name: values[0] for name, values in COLUMNS.items()} | {column: value}
        yield column, ",".join([f"n{number}", *cells.values()])


def validated(world: World, run: str, python: Path) -> dict[str, Any]:
    """Let the validation job judge the rows within the bounds in one file, and each row beyond in a file of its own.

    Leaves the run's results where the transformation job finds them; returns the verdicts by file.
    """
    source = world.home.path / "source"
    texts = {"within.csv": list(rows())}
    texts |= {f"beyond-{number}-{column}.csv": [row] for number, (column, row) in enumerate(beyond())}
    (source / "incoming").mkdir(parents=True, exist_ok=True)
    entries = []
    for name, lines in texts.items():
        data = "\n".join([HEADER, *lines, ""]).encode()
        (source / "incoming" / name).write_bytes(data)
        entries.append({"bucket": source.as_uri(), "key": f"incoming/{name}", "size": len(data)})
    moment = datetime.fromtimestamp(EVENT_TIME, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    manifest = world.results.child("runs", run, "manifest.json")
    storage = Storage()
    storage.put(manifest, json.dumps({"runId": run, "eventTime": moment, "files": entries}).encode())
    words = world.arguments(run)
    plan = words[words.index("--plan") + 1]
    places = {"run_id": run, "manifest": manifest, "results": world.results, "plan": plan}
    places |= {"rejected": world.home.child("rejected")}
    job = ROOT / "apps/validation-job"
    path = os.pathsep.join([str(job / "src"), str(ROOT / "libs/platform/job-runtime/src")])
    subprocess.run(
        [str(python), str(job / "main.py"), *(word for name, at in places.items() for word in (f"--{name}", str(at)))],
        env={**os.environ, "PYTHONPATH": path},
        check=True,
        capture_output=True,
    )
    lines = storage.get(world.results.child("runs", run, "validation", "files.jsonl")).decode().splitlines()
    return {Path(line["file"]).name: line for line in map(json.loads, lines)}
