"""What a run's validation leaves in the results bucket.

One run of the job usually validates the whole manifest and writes the run's documents. Of a manifest in several shards
each run of the job writes its shard's documents beside them; whichever then finds all shards done sums them up. Object
storage is consistent, so that the last one to finish does find them; if two do, they write the same bytes. What reads
the results never learns of shards.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from pos_job_runtime.document import as_json, decode, decode_lines, given
from pos_job_runtime.errors import DocumentError, ObjectMissingError
from pos_job_runtime.generated.constants import FILE_LINES, RUNS, SHARDS, SUMMARY, VALIDATED, VALIDATION
from pos_job_runtime.generated.documents import FileLine, ValidatedOutput, ValidationSummary
from pos_validation.evaluation.part_names import part_of
from pos_validation.run.documents import json_lines, summary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.plan import Plan
    from pos_job_runtime.storage import Location, Storage
    from pos_validation.run.manifest import Manifest, Shard


class Results:
    """The documents of one run's validation, by one plan."""

    def __init__(self, storage: Storage, results: Location, *, plan: Plan, manifest: Manifest) -> None:
        """`results` is where the bucket begins."""
        self._storage = storage
        self._root = results.child(RUNS, manifest.run_id, VALIDATION)
        self._plan = plan
        self._manifest = manifest

    def validated(self, index: int) -> Location:
        """Where the valid rows of the manifest's file number `index` go."""
        return self._root.child(VALIDATED, f"{index:06d}.parquet")

    def part(self, index: int, number: int) -> Location:
        """Where part number `number` of them goes."""
        return self._root.child(VALIDATED, part_of(PurePath(f"{index:06d}.parquet"), number).name)

    def finished(self, shard: Shard) -> ValidationSummary | None:
        """The summary by this plan that tells that the shard is done, be it the whole run's or its own."""
        found = self._summary(self._root)
        return found if found is not None or shard.alone else self._summary(self._folder(shard))

    def begin(self, shard: Shard) -> None:
        """A summary says that its files are done: those of this shard are not, and so the run is not."""
        for folder in {self._root, self._folder(shard)}:
            self._storage.delete(folder.child(SUMMARY))

    def write(
        self, shard: Shard, lines: Sequence[FileLine], *, validated: ValidatedOutput, timings: Mapping[str, float]
    ) -> ValidationSummary:
        """Write the shard's documents, the summary last; returns the summary."""
        self._remove_leftovers(shard, {name for line in lines for name in (line.validated, *given(line.parts, ()))})
        return self._put(self._folder(shard), json_lines(lines), lines, validated=validated, timings=timings)

    def conclude(self) -> bool:
        """Sum the shards up into the run's own documents, once all of them are done. Returns whether they are."""
        if self._summary(self._root) is not None:
            return True
        shards = self._manifest.shards
        parts = [part for shard in shards if (part := self._summary(self._folder(shard))) is not None]
        if len(parts) < len(shards):
            return False
        texts = [self._storage.get(self._folder(shard).child(FILE_LINES)) for shard in shards]
        self._put(
            self._root,
            b"".join(texts),
            [
                line
                for shard, text in zip(shards, texts)
                for line in decode_lines(FileLine, text, origin=str(self._folder(shard).child(FILE_LINES)))
            ],
            validated=ValidatedOutput(
                files=sum(part.validated.files for part in parts),
                rows=sum(part.validated.rows for part in parts),
                bytes=sum(part.validated.bytes for part in parts),
            ),
            # They ran side by side: the run took as long as the slowest.
            timings={"total": max(part.timings["total"] for part in parts)},
        )
        return True

    def by_another_plan(self, shard: Shard) -> Sequence[Shard]:
        """The shards before this one that were done when a deployment changed the plan, once all shards are done.

        One plan judges a whole run, and a run's shards begin in their order: no other job will come back to these.
        Where a whole run is started again, later shards still have their turn.
        """
        found = [(one, self._found(self._folder(one))) for one in self._manifest.shards]
        if any(summary is None for _, summary in found):
            return []
        return [
            one for one, summary in found if one.index < shard.index and summary is not None and not self._own(summary)
        ]

    def _put(
        self,
        folder: Location,
        text: bytes,
        lines: Sequence[FileLine],
        *,
        validated: ValidatedOutput,
        timings: Mapping[str, float],
    ) -> ValidationSummary:
        self._storage.put(folder.child(FILE_LINES), text, content_type="application/x-ndjson")
        document = summary(manifest=self._manifest, plan=self._plan, lines=lines, validated=validated, timings=timings)
        self._storage.put(folder.child(SUMMARY), as_json(document))
        return document

    def _folder(self, shard: Shard) -> Location:
        return self._root if shard.alone else self._root.child(SHARDS, f"{shard.index:04d}")

    def _remove_leftovers(self, shard: Shard, wanted: set[str | None]) -> None:
        """Rows that an earlier attempt wrote and this one did not must not be taken for this run's."""
        own = {f"{entry.index:06d}" for entry in shard.entries}
        for found in self._storage.list(self._root.child(VALIDATED, "")):
            name = str(found.location)
            number = name.rpartition("/")[2].partition(".")[0]
            if name not in wanted and (shard.alone or number in own):
                self._storage.delete(found.location)

    def _summary(self, folder: Location) -> ValidationSummary | None:
        """The summary in this folder, if it is this run's and by this plan."""
        found = self._found(folder)
        return found if found is not None and self._own(found) else None

    def _own(self, summary: ValidationSummary) -> bool:
        return summary.contract.hash == self._plan.contract.hash

    def _found(self, folder: Location) -> ValidationSummary | None:
        """The summary in this folder, if it is this run's, whatever the plan."""
        try:
            place = folder.child(SUMMARY)
            found = decode(ValidationSummary, self._storage.get(place), origin=str(place))
        except (ObjectMissingError, DocumentError):
            return None
        return found if found.run_id == self._manifest.run_id else None
