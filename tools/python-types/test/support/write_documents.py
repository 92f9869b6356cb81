"""Runs both jobs as processes, so that every document and every line of their logs is written once.

`write_documents.py REPOSITORY FOLDER`: the jobs of a repository that is set up; what they write lies below the folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

HEADER = "transaction_id,store_id,product_id,quantity,revenue,discount_applied,timestamp"
EVENT_TIME = "2025-06-01T00:00:00.000Z"
GOOD = f"{HEADER}\nT1,1,2,3,4.5,,1748650000\nT2,1,2,1,1.5,0.5,1748650001\nT3,2,2,0,0,,1748650002\n"
BAD = f"{HEADER}\nB1,x,2,3,4.5,,1748650000\n"
PARTLY = f"{HEADER}\nP1,1,2,3,4.5,,1748650000\nP2,0,2,3,4.5,,1748650000\nP3,1,2,3,4.5,,1748650000\n"
OTHERS = f"{HEADER}\nT1,1,2,4,9.5,,1748650000\nT4,1,2,1,1.5,0.5,1748736001\n"
FEWER_STORES = "store_id,name,region,time_zone,opened,closed\n1,Mitte,North,Europe/Berlin,2020-01-01,\n"
STORES = f"{FEWER_STORES}2,Ost,North,Europe/Berlin,2020-01-01,\n"
# Their sum needs more than 64 bits: no contract of today's lets them in.
POISON = """SELECT * REPLACE (9223372036854775807 AS quantity) FROM read_parquet('{}')"""


class Jobs:
    """The jobs of one repository, over folders that stand for buckets."""

    def __init__(self, repository: Path, folder: Path) -> None:
        self.repository = repository
        self.folder = folder
        self.plan = folder / "plan.json"
        self.results = folder / "results"
        document = json.loads((repository / "apps/plan/dist/plan.json").read_text())
        plan = document.get("datasets", {}).get("sales", document)
        plan["policies"]["fileTolerance"] = 0.5
        self.plan.write_text(json.dumps(document))
        # Earlier releases have their words in the plan.
        if (words := repository / "apps/plan/dist/words.json").exists():
            shutil.copy(words, folder)

    def validate(
        self, run: str, files: dict[str, str], *, shards: int = 1, dataset: str = "", event_time: str = EVENT_TIME
    ) -> Path:
        """Validate files as a run; returns its folder."""
        home = self.results / "runs" / run
        home.mkdir(parents=True)
        source = self.folder / "source" / run
        entries = []
        for name, text in files.items():
            path = source / "incoming" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            entries.append({"bucket": source.as_uri(), "key": f"incoming/{name}", "size": len(text)})
        manifest: dict[str, object] = {"runId": run, "eventTime": event_time, "files": entries}
        if dataset:
            manifest["dataset"] = dataset
        if shards > 1:
            manifest["shards"] = [{"first": number, "count": 1} for number in range(shards)]
        place = home / "manifest.json"
        place.write_text(json.dumps(manifest))
        rejected = (self.folder / "rejected").as_uri()
        for shard in range(shards):
            part = {"shard": str(shard), "shards": str(shards)} if shards > 1 else {}
            self.run("validation", run_id=run, manifest=place.as_uri(), rejected=rejected, **part)
        return home

    def load(self, run: str, *, expect: int = 0, **more: str) -> None:
        """Load the run, or do what `more` says."""
        self.run("transformation", expect=expect, run_id=run, lake=(self.folder / "lake").as_uri(), **more)

    def run(self, job: str, *, expect: int = 0, **arguments: str) -> None:
        """One process of a job; its log is added to that of the others."""
        given = {**arguments, "results": self.results.as_uri(), "plan": self.plan.as_uri(), "stage": "test"}
        words = [word for name, value in given.items() for word in (f"--{name}", value)]
        code = [self.repository / f"apps/{job}-job/src", self.repository / "libs/platform/job-runtime/src"]
        done = subprocess.run(
            [sys.executable, self.repository / f"apps/{job}-job/main.py", *words],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, code))},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != expect:
            raise SystemExit(f"{job} ended with {done.returncode}: {done.stderr}")
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(done.stdout)


def main(repository: Path, folder: Path) -> None:
    """Valid, rejected, partly valid and skipped files, shards, conflicts, a stale date, repairs, maintenance, lists."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = Jobs(repository, folder)
    first, second, third = (f"20250601T000000000Z-00000000000{number}" for number in range(3))
    home = jobs.validate(first, {"good.csv": GOOD, "bad.csv": BAD, "partly.csv": PARTLY, "gone.csv": GOOD})
    # As after a run that was cut off: what it moved is known by its report, what another run moved is skipped.
    (folder / "source" / first / "incoming" / "gone.csv").unlink()
    (home / "validation" / "summary.json").unlink()
    jobs.run(
        "validation",
        run_id=first,
        manifest=(home / "manifest.json").as_uri(),
        rejected=(folder / "rejected").as_uri(),
    )
    jobs.load(first)
    jobs.validate(second, {"others.csv": OTHERS, "good.csv": GOOD}, shards=2)
    jobs.load(second)
    home = jobs.validate(third, {"poison.csv": GOOD.replace("T", "X")})
    (part,) = (home / "validation" / "validated").glob("*.parquet")
    poison = part.with_suffix(".new")
    duckdb.connect().execute(f"COPY ({POISON.format(part)}) TO '{poison}' (FORMAT parquet)")
    poison.replace(part)
    jobs.load(third, expect=1)
    jobs.load(f"{first[:-1]}a", repair="show")
    jobs.load(f"{first[:-1]}b", repair="apply")
    jobs.run("transformation", maintain="yes", lake=(folder / "lake").as_uri())
    jobs.run("transformation", drop_canary="yes", lake=(folder / "lake").as_uri())
    # The second list lacks a store of the first one, and the third was sent before both.
    for number, (minute, text) in enumerate(((1, STORES), (2, FEWER_STORES), (0, STORES))):
        run = f"20250602T000000000Z-00000000000{number}"
        jobs.validate(run, {"stores.csv": text}, dataset="stores", event_time=f"2025-06-02T00:0{minute}:00.000Z")
        jobs.load(run)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
