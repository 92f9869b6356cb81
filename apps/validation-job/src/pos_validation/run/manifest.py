"""The manifest: the exact object versions that a run works on, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pos_job_runtime.document import decode, given
from pos_job_runtime.errors import DocumentError
from pos_job_runtime.generated import documents
from pos_job_runtime.storage import Location, ObjectVersion
from pos_job_runtime.timestamps import epoch_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence


class Entry(Struct, frozen=True):
    """One version to validate. `index` is its place in the manifest, which also spells `bucket` and `key`."""

    index: int
    bucket: str
    key: str
    version: ObjectVersion

    @property
    def size(self) -> int:
        return self.version.size or 0


class Shard(Struct, frozen=True):
    """The part of a manifest that one run of the job validates. `index` counts from 0, of `count` shards."""

    index: int
    count: int
    entries: tuple[Entry, ...]

    @property
    def alone(self) -> bool:
        """Whether it is the whole manifest."""
        return self.count == 1


class Manifest(Struct, frozen=True):
    """`event_time` is ISO 8601 as the trigger wrote it; `event_seconds` the same in epoch seconds.

    `dataset` is the id of the one that the files belong to, or None for the default one, as earlier releases left it.
    `shards` are the parts that the trigger split it into, as ranges of `entries`: one, unless it is large.
    """

    run_id: str
    event_time: str
    event_seconds: float
    entries: tuple[Entry, ...]
    shards: tuple[Shard, ...]
    dataset: str | None = None

    @property
    def whole(self) -> Shard:
        """The manifest as one shard, however it was split."""
        return Shard(0, 1, self.entries)

    def shard(self, index: int, *, of: int) -> Shard:
        """One of the parts. Raises `DocumentError` if the manifest was not split into `of` parts."""
        if len(self.shards) != of or not 0 <= index < of:
            raise DocumentError(
                f"The execution asks for shard {index} of {of}, but the manifest of run {self.run_id} has "
                f'{len(self.shards)}. Start the run again with an input whose "shards" is {len(self.shards)}.'
            )
        return self.shards[index]


def parse_manifest(data: bytes, *, run_id: str, origin: str) -> Manifest:
    """The manifest of run `run_id`. Raises `DocumentError` when it is malformed or another run's."""
    document = decode(documents.Manifest, data, origin=origin)
    if document.run_id != run_id:
        raise DocumentError(f"The manifest {origin} belongs to run {document.run_id}, not to {run_id}.")
    entries = tuple(_entry(index, file) for index, file in enumerate(document.files))
    return Manifest(
        run_id=document.run_id,
        event_time=document.event_time,
        event_seconds=epoch_seconds(document.event_time),
        entries=entries,
        shards=_shards(given(document.shards, ()), entries, origin=origin),
        dataset=given(document.dataset, None),
    )


def _shards(parts: Sequence[documents.Shard], entries: tuple[Entry, ...], *, origin: str) -> tuple[Shard, ...]:
    bounds = [(part.first, part.first + part.count) for part in parts] or [(0, len(entries))]
    # Each begins where the one before ends.
    if [0, *(end for _, end in bounds)] != [*(first for first, _ in bounds), len(entries)]:
        raise DocumentError(f"{origin} is not a valid manifest: its shards do not hold every file once.")
    return tuple(Shard(index, len(bounds), entries[first:end]) for index, (first, end) in enumerate(bounds))


def _entry(index: int, file: documents.ManifestFile) -> Entry:
    root = Location.parse(file.bucket) if file.bucket.startswith("file:") else Location("s3", file.bucket, "")
    version = ObjectVersion(root.child(file.key), given(file.version_id, None), given(file.etag, None), file.size)
    return Entry(index, file.bucket, file.key, version)
