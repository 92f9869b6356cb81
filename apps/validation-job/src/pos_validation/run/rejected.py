"""Rejected files: moved out of the source, each with a report that also lets a rerun know the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pos_job_runtime.errors import ObjectMissingError
from pos_validation.run.documents import file_line
from pos_validation.run.places import Places
from pos_validation.run.reports import line_of, report_on

if TYPE_CHECKING:
    from pathlib import Path

    from pos_job_runtime.generated.documents import FileLine
    from pos_job_runtime.plan import Plan
    from pos_job_runtime.storage import Location, Storage
    from pos_validation.findings.findings import FileVerdict
    from pos_validation.run.manifest import Entry, Manifest


class RejectedFiles:
    """The part of the rejected bucket that belongs to one run."""

    def __init__(self, storage: Storage, rejected: Location, *, manifest: Manifest, plan: Plan) -> None:
        self._storage = storage
        self._manifest = manifest
        self._plan = plan
        self._places = Places(rejected, manifest)

    def line(self, entry: Entry, file_verdict: FileVerdict) -> FileLine:
        """The line of `files.jsonl` of a version that `reject` moves."""
        places = self._places
        return file_line(
            entry,
            file_verdict,
            words=self._plan.words,
            rejected=str(places.file(entry)),
            report=str(places.report(entry)),
        )

    def line_of_unreadable(self, entry: Entry, file_verdict: FileVerdict) -> FileLine:
        """The line of a version that can't be read, and therefore can't be moved either."""
        return file_line(entry, file_verdict, words=self._plan.words, report=str(self._places.report(entry)))

    def reject(self, entry: Entry, line: FileLine) -> None:
        """Copy and verify, write the report, and only then delete the version from the source.

        Whenever this is cut off, either the version is still in the source, to be validated again, or the report is
        there, to be read again.
        """
        self._storage.copy_verified(entry.version, self._places.file(entry))
        self.report(entry, line)
        self._storage.delete_version(entry.version)

    def report(self, entry: Entry, line: FileLine) -> None:
        """Write the report on a version."""
        self._storage.put(self._places.report(entry), report_on(line, manifest=self._manifest, plan=self._plan))

    def recover(self, entry: Entry) -> FileLine | None:
        """The line of `files.jsonl` of a version that this run rejected before; None if it did not."""
        earlier = self._places.earlier(entry)
        for file, report in ((self._places.file(entry), self._places.report(entry)), *((earlier,) if earlier else ())):
            try:
                text = self._storage.get(report)
            except ObjectMissingError:
                continue
            line = line_of(text, entry, rejected=str(file), manifest=self._manifest, plan=self._plan)
            if line is not None:
                return replace(line, report=str(report))
        return None

    def quarantine(self, entry: Entry, rows: Path) -> None:
        """Keep the bad rows of a file that is loaded without them; the file `rows` is gone afterwards."""
        self._storage.publish(self._places.quarantine(entry), rows)
