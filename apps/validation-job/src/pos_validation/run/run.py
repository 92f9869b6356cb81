"""One run of the job: every version of its shard is validated, moved or handed on, and then summed up.

A run may be cut off anywhere and started again: the summary comes last, what was rejected is known by its report, and
everything else is validated again and written over.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pos_job_runtime.errors import ObjectMissingError, ObjectUnreadableError
from pos_job_runtime.generated.documents import ValidatedOutput
from pos_job_runtime.storage import Storage, prefetch
from pos_validation.evaluation.part_names import part_of
from pos_validation.run.access import Access
from pos_validation.run.documents import file_line
from pos_validation.run.rejected import RejectedFiles
from pos_validation.run.validator_pool import BYTES_AT_ONCE, ValidatorPool, several_together, together
from pos_validation.run.validator_pool import THREADS as VALIDATORS
from pos_validation.workers.messages import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from pos_job_runtime.generated.documents import FileLine, ValidationSummary
    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import Plan
    from pos_job_runtime.storage import Location
    from pos_validation.run.manifest import Entry, Manifest, Shard
    from pos_validation.run.results import Results
    from pos_validation.workers.budget import Limits
    from pos_validation.workers.handles import ForkServer
    from pos_validation.workers.messages import FileResult

# Downloads run ahead of the verdicts, by number and by size, so that the disk holds but a few files.
THREADS = 8
FILES_AHEAD = 32
BYTES_AHEAD = 1 << 30


class Run:
    """Everything about one run of the job over one shard of a manifest."""

    def __init__(
        self,
        *,
        plan: Plan,
        manifest: Manifest,
        shard: Shard,
        storage: Storage,
        results: Results,
        rejected: Location,
        folder: Path,
        log: JsonLog,
        server: ForkServer | None = None,
        limits: Limits | None = None,
        always_exact: bool = False,
    ) -> None:
        """`rejected` is where the bucket begins; `folder` is for temporary files; `limits` are an operator's.

        A `server` that it is given is ended by it.
        """
        self._plan = plan
        self._shard = shard
        self._storage = storage
        self._results = results
        self._rejected = RejectedFiles(storage, rejected, manifest=manifest, plan=plan)
        self._access = Access(plan)
        self._folder = folder
        self._log = log
        self._server = server
        self._written = ValidatedOutput(files=0, rows=0, bytes=0)
        self._event_time = manifest.event_seconds
        self._always_exact = always_exact
        self._limits = limits

    def execute(self) -> ValidationSummary:
        """Validate all files and write the documents; returns the summary."""
        begun = time.perf_counter()
        self._results.begin(self._shard)
        lines: list[FileLine] = []
        moves: list[Future[None]] = []
        once_settled: list[Callable[[], None]] = []
        with ThreadPoolExecutor(THREADS, thread_name_prefix="move") as movers:
            for entry, outcome in self._processed():
                lines.append(outcome.line)
                moves += [movers.submit(move) for move in outcome.moves]
                once_settled += outcome.once_settled
                self._report(entry, outcome, len(lines))
            self._access.settle()
            moves += [movers.submit(move) for move in once_settled]
            for move in moves:
                move.result()
        return self._results.write(
            self._shard, lines, validated=self._written, timings={"total": time.perf_counter() - begun}
        )

    def _processed(self) -> Iterator[tuple[Entry, _Outcome]]:
        """Every version in the manifest's order, downloaded and validated."""
        entries = self._shard.entries
        pool = ValidatorPool(
            self._folder,
            several=several_together(entries, lambda entry: entry.size),
            server=self._server,
            limits=self._limits,
            report=self._log.error,
        )
        pool.use(self._plan, event_time=self._event_time, always_exact=self._always_exact)
        with (
            prefetch(
                entries, self._fetch, threads=THREADS, depth=FILES_AHEAD, weigh=lambda e: e.size, weight=BYTES_AHEAD
            ) as fetched,
            prefetch(
                together(fetched, lambda one: one[0].size),
                partial(self._process, pool),
                threads=VALIDATORS,
                depth=VALIDATORS,
                weigh=lambda group: sum(entry.size for entry, _ in group),
                weight=BYTES_AT_ONCE,
            ) as processed,
            # The first to be left: nobody waits for a worker once the run has ended.
            pool,
        ):
            for group, outcomes in processed:
                for (entry, _), outcome in zip(group, outcomes.result()):
                    yield entry, outcome

    def _fetch(self, entry: Entry) -> Path:
        if entry.size > self._plan.policies.largest_file.plain:
            # It will be refused unread; the disk need not hold it.
            self._storage.check(entry.version)
            return self._folder / "too-large"
        return self._storage.local(entry.version, self._folder / f"source-{entry.index:06d}")

    def _process(self, pool: ValidatorPool, group: Sequence[tuple[Entry, Future[Path]]]) -> list[_Outcome]:
        here = [(entry, self._here(entry, download)) for entry, download in group]
        tasks = [self._task(entry, path) for entry, path in here if not isinstance(path, _Outcome)]
        validated = iter(pool.validate(tasks))
        outcomes = []
        first = 0
        for entry, path in here:
            if isinstance(path, _Outcome):
                outcomes.append(path)
                continue
            found = next(validated)
            if not found.member:
                first = entry.index
            outcomes.append(self._outcome(entry, found, rows_at=first))
            self._storage.release(entry.version, path)
        return outcomes

    def _here(self, entry: Entry, download: Future[Path]) -> Path | _Outcome:
        """Where the version lies on this machine, or what became of it without being validated."""
        try:
            path = download.result()
        except ObjectMissingError:
            # This run rejected the version before it was cut off, or an earlier run dealt with it.
            recovered = self._rejected.recover(entry)
            if recovered is not None:
                self._access.granted()
            return _Outcome(recovered or file_line(entry, None, words=self._plan.words))
        except ObjectUnreadableError as error:
            line = self._rejected.line_of_unreadable(entry, self._access.refused(error))
            return _Outcome(line, once_settled=[partial(self._rejected.report, entry, line)])
        self._access.granted()
        return path

    def _task(self, entry: Entry, path: Path) -> Task:
        return Task(entry.key, path, entry.size, validated=self._rows(entry), quarantine=self._bad_rows(entry))

    def _rows(self, entry: Entry) -> Path:
        return self._folder / f"validated-{entry.index:06d}.parquet"

    def _bad_rows(self, entry: Entry) -> Path:
        return self._folder / f"quarantine-{entry.index:06d}.parquet"

    def _outcome(self, entry: Entry, found: FileResult, *, rows_at: int) -> _Outcome:
        """What became of a validated version. `rows_at`: of which entry the place is where its rows lie."""
        file_verdict = found.file_verdict
        if file_verdict.verdict == "rejected":
            line = self._rejected.line(entry, file_verdict)
            return _Outcome(line, [partial(self._rejected.reject, entry, line)], seconds=found.seconds)
        target = self._results.validated(rows_at)
        parts = [self._results.part(entry.index, number) for number in range(found.parts)]
        line = file_line(
            entry,
            file_verdict,
            words=self._plan.words,
            validated=str(target),
            member=found.member,
            parts=[str(part) for part in parts],
        )
        outcome = _Outcome(line, seconds=found.seconds)
        outcome.rows = file_verdict.rows.valid - file_verdict.rows.repeated
        outcome.bytes = found.size
        if found.member:
            # They go with those of the first.
            return outcome
        written = self._rows(entry)
        outcome.moves.append(partial(self._storage.publish, target, written))
        for number, part in enumerate(parts):
            outcome.moves.append(partial(self._storage.publish, part, part_of(written, number)))
        if file_verdict.rows.invalid:
            outcome.moves.append(partial(self._rejected.quarantine, entry, self._bad_rows(entry)))
        return outcome

    def _report(self, entry: Entry, outcome: _Outcome, number: int) -> None:
        line = outcome.line
        if line.validated is not None:
            written = self._written
            self._written = ValidatedOutput(
                files=written.files + 1, rows=written.rows + outcome.rows, bytes=written.bytes + outcome.bytes
            )
        self._log.info(
            "file",
            file=entry.key,
            verdict=line.verdict,
            number=number,
            of=len(self._shard.entries),
            rows=line.rows.total,
            invalid=line.rows.invalid,
            reasons=[reason.code for reason in line.reasons],
            seconds=round(outcome.seconds, 3),
        )


class _Outcome(Struct):
    """What became of a version: its line in `files.jsonl`, what is still to be moved, and what was written.

    `once_settled` is what must wait until it is known that the job's own rights are in order.
    """

    line: FileLine
    moves: list[Callable[[], None]] = field(default_factory=list)
    once_settled: list[Callable[[], None]] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0
