"""One run of the job: every version of the manifest is judged, moved or handed on, and then summed up.

A run may be cut off anywhere and started again: the summary comes last, what was rejected is known by its report, and
everything else is judged again and written over.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from pos_job_runtime.errors import ObjectMissingError
from pos_job_runtime.storage import Storage, ahead
from pos_validation.documents import file_line, json_lines, summary
from pos_validation.judge import Judge
from pos_validation.rejected import RejectedFiles
from pos_validation.validated import StagedRows

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import Plan
    from pos_job_runtime.storage import Location
    from pos_validation.findings import Judgement
    from pos_validation.manifest import Entry, Manifest

# Downloads run ahead of the verdicts, by number and by size, so that the disk holds but a few files.
THREADS = 8
FILES_AHEAD = 32
BYTES_AHEAD = 1 << 30


class Run:
    """Everything about one run, with the place of its results."""

    def __init__(
        self,
        *,
        plan: Plan,
        manifest: Manifest,
        storage: Storage,
        results: Location,
        rejected: Location,
        folder: Path,
        log: JsonLog,
        always_exact: bool = False,
    ) -> None:
        """`results` and `rejected` are where the buckets begin; `folder` is for temporary files."""
        self._plan = plan
        self._manifest = manifest
        self._storage = storage
        self._results = results_of(results, manifest.run_id)
        self._rejected = RejectedFiles(storage, rejected, manifest=manifest, plan=plan)
        self._folder = folder
        self._log = log
        self._validated = {"files": 0, "rows": 0, "bytes": 0}
        self._waited = 0.0
        self._judge = Judge(
            plan,
            event_time=manifest.event_seconds,
            folder=folder,
            unforeseen=lambda name, error: log.error("unforeseen", error=error, file=name),
            always_exact=always_exact,
        )

    def execute(self) -> dict[str, Any]:
        """Judge all files and write the documents; returns the summary."""
        begun = time.perf_counter()
        # A summary says that a run is complete: this one is not.
        self._storage.delete(self._results.child("summary.json"))
        entries = self._manifest.entries
        lines: list[dict[str, Any]] = []
        moves: list[Future[None]] = []
        with (
            ThreadPoolExecutor(THREADS, thread_name_prefix="move") as movers,
            ahead(
                entries, self._fetch, threads=THREADS, depth=FILES_AHEAD, weigh=lambda e: e.size, weight=BYTES_AHEAD
            ) as fetched,
        ):
            for entry, download in fetched:
                waiting = time.perf_counter()
                try:
                    path = download.result()
                except ObjectMissingError:
                    line = self._absent(entry)
                else:
                    self._waited += time.perf_counter() - waiting
                    line = self._one(entry, path, movers, moves)
                self._report(line, len(lines) + 1, time.perf_counter() - waiting)
                lines.append(line)
            for move in moves:
                move.result()
        return self._conclude(lines, begun)

    def _conclude(self, lines: list[dict[str, Any]], begun: float) -> dict[str, Any]:
        self._remove_leftovers({line["validated"] for line in lines})
        self._storage.put(self._results.child("files.jsonl"), json_lines(lines), content_type="application/x-ndjson")
        document = summary(
            manifest=self._manifest,
            plan=self._plan,
            lines=lines,
            validated=self._validated,
            timings={"total": time.perf_counter() - begun, "waitingForDownloads": self._waited},
        )
        self._storage.put(self._results.child("summary.json"), json.dumps(document).encode())
        return document

    def _fetch(self, entry: Entry) -> Path:
        return self._storage.local(entry.version, self._folder / f"source-{entry.index:06d}")

    def _absent(self, entry: Entry) -> dict[str, Any]:
        """This run rejected the version before it was cut off, or an earlier run dealt with it."""
        return self._rejected.recover(entry) or file_line(entry, None)

    def _one(self, entry: Entry, path: Path, movers: ThreadPoolExecutor, moves: list[Future[None]]) -> dict[str, Any]:
        rows = StagedRows(self._plan, self._folder, name=f"rows-{entry.index:06d}")
        bad = self._folder / f"quarantine-{entry.index:06d}.parquet"
        judgement = self._judge.judge(name=entry.key, path=path, rows=rows, quarantine=bad)
        if judgement.verdict == "rejected":
            line = file_line(entry, judgement, rejected=str(self._rejected.place(entry)))
            moves.append(movers.submit(self._rejected.reject, entry, line))
        else:
            target = self._results.child("validated", f"{entry.index:06d}.parquet")
            line = file_line(entry, judgement, validated=str(target))
            part = self._folder / f"validated-{entry.index:06d}.parquet"
            rows.write(part)
            self._count(judgement, part)
            moves.append(movers.submit(self._storage.publish, target, part))
            if judgement.rows.invalid:
                moves.append(movers.submit(self._quarantine, entry, bad))
        self._storage.release(entry.version, path)
        return line

    def _count(self, judgement: Judgement, part: Path) -> None:
        self._validated["files"] += 1
        self._validated["rows"] += judgement.rows.valid - judgement.rows.repeated
        self._validated["bytes"] += part.stat().st_size

    def _quarantine(self, entry: Entry, rows: Path) -> None:
        self._rejected.quarantine(entry, rows)
        rows.unlink()

    def _remove_leftovers(self, wanted: set[str | None]) -> None:
        """Rows that an earlier attempt wrote and this one did not must not be taken for this run's."""
        for found in self._storage.list(self._results.child("validated", "")):
            if str(found.location) not in wanted:
                self._storage.delete(found.location)

    def _report(self, line: dict[str, Any], number: int, seconds: float) -> None:
        self._log.info(
            "file",
            file=line["file"],
            verdict=line["verdict"],
            number=number,
            of=len(self._manifest.entries),
            rows=line["rows"]["total"],
            invalid=line["rows"]["invalid"],
            reasons=[reason["code"] for reason in line["reasons"]],
            seconds=round(seconds, 3),
        )


def results_of(results: Location, run_id: str) -> Location:
    """Where the validation of a run leaves its results."""
    return results.child("runs", run_id, "validation")
