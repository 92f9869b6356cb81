"""Runs of the real job, as processes, in folders that stand for buckets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import polars as pl
from support import PLAN, ROOT

from pos_job_runtime.generated.constants import MEMBER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RUN_ID = "20250601T000000000Z-0123456789ab"
JOB = ROOT / "apps" / "validation-job"
REJECTED = Path("rejected") / "date=2025-06-01" / f"run={RUN_ID}"
PATHS = os.pathsep.join([str(JOB / "src"), str(ROOT / "libs" / "platform" / "job-runtime" / "src")])


class World:
    """A source, a results and a rejected bucket as folders."""

    def __init__(
        self, folder: Path, files: Mapping[str, bytes], *, plan: Path = PLAN, shards: Sequence[int] = ()
    ) -> None:
        """`shards` are the numbers of files in each."""
        self.folder = folder
        self.plan = plan
        self.source = folder / "source"
        self.results = folder / "results" / "runs" / RUN_ID
        self.validation = self.results / "validation"
        self.rejected = folder / REJECTED
        for name, data in files.items():
            path = self.source / "incoming" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        entries = [
            {"bucket": self.source.as_uri(), "key": f"incoming/{name}", "size": len(data)}
            for name, data in files.items()
        ]
        self.results.mkdir(parents=True)
        manifest: dict[str, Any] = {"runId": RUN_ID, "eventTime": "2025-06-01T00:00:00.000Z", "files": entries}
        if shards:
            firsts = [sum(shards[:number]) for number in range(len(shards))]
            manifest["shards"] = [{"first": first, "count": count} for first, count in zip(firsts, shards)]
        (self.results / "manifest.json").write_text(json.dumps(manifest))

    def command(self, **more: object) -> list[str]:
        places = {
            "run_id": RUN_ID,
            "manifest": (self.results / "manifest.json").as_uri(),
            "results": (self.folder / "results").as_uri(),
            "rejected": (self.folder / "rejected").as_uri(),
            "plan": self.plan.as_uri(),
            **{name: str(value) for name, value in more.items()},
        }
        pairs = [item for name, value in places.items() for item in (f"--{name}", value)]
        return [sys.executable, str(JOB / "main.py"), "--JOB_NAME", "pos", *pairs, "--enable-metrics"]

    def run(self, *, expect: int = 0, **more: object) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(self.command(**more), capture_output=True, text=True, env=environment(), check=False)
        assert done.returncode == expect, done.stderr
        return done

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in (self.validation / "files.jsonl").read_text("utf-8").splitlines()]

    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.validation / "summary.json").read_text("utf-8"))
        return found

    def outcome(self) -> dict[str, Any]:
        """Everything that a run leaves, without what differs between two equal runs: folders, timings, and which small
        files' rows lie together."""
        summary = {name: value for name, value in self.summary().items() if name != "timings"}
        # DuckDB and polars write different bytes for equal rows.
        summary["validated"] = {**summary["validated"], "bytes": 0}
        lines = [
            ({name: value for name, value in item.items() if name not in ("validated", "member")}, self.validated(item))
            for item in self.lines()
        ]
        named = {
            _path(place) for item in self.lines() for place in (item["validated"], *item.get("parts", ())) if place
        }
        return {
            "summary": summary,
            "lines": json.loads(json.dumps([line for line, _ in lines]).replace(self.folder.as_uri(), "file:///world")),
            "rows": [rows for _, rows in lines],
            "source": _tree(self.source),
            "rejected": [name for name, _ in _tree(self.folder / "rejected")],
            "copies": [item for item in _tree(self.folder / "rejected") if not item[0].endswith(".json")],
            "unnamed": sorted({*(self.validation / "validated").glob("*")} - named),
        }

    def validated(self, item: Mapping[str, Any]) -> list[tuple[object, ...]] | None:
        """The rows that a line of `files.jsonl` tells of, those of parts apart."""
        if item["validated"] is None:
            return None
        rows = pl.read_parquet(_path(item["validated"]))
        member = item.get("member")
        # Whose rows lie alone has nothing to tell them apart by.
        assert (MEMBER in rows.columns) == (member is not None)
        return (rows if member is None else rows.filter(pl.col(MEMBER) == member).drop(MEMBER)).rows()


def _path(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": PATHS, **more}


def _tree(folder: Path) -> list[tuple[str, bytes]]:
    """Every file and its content, but for what a killed process was writing: in a folder it leaves that behind."""
    return sorted(
        (path.relative_to(folder).as_posix(), path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".writing-")
    )
