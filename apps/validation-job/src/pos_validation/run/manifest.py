"""The manifest: the exact object versions that a run works on, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pos_job_runtime.errors import DocumentError, UsageError
from pos_job_runtime.moments import epoch_seconds
from pos_job_runtime.storage import Location, ObjectVersion


@dataclass(frozen=True)
class Entry:
    """One version to validate. `index` is its place in the manifest, which also spells `bucket` and `key`."""

    index: int
    bucket: str
    key: str
    version: ObjectVersion

    @property
    def size(self) -> int:
        return self.version.size or 0


@dataclass(frozen=True)
class Shard:
    """The part of a manifest that one run of the job validates. `index` counts from 0, of `count` shards."""

    index: int
    count: int
    entries: tuple[Entry, ...]

    @property
    def alone(self) -> bool:
        """Whether it is the whole manifest."""
        return self.count == 1


@dataclass(frozen=True)
class Manifest:
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
    try:
        document = json.loads(data)
        manifest = _manifest(document)
    except (ValueError, KeyError, TypeError, AttributeError, UsageError) as error:
        raise DocumentError(f"The manifest {origin} is malformed ({type(error).__name__}: {error}).") from None
    if manifest.run_id != run_id:
        raise DocumentError(f"The manifest {origin} belongs to run {manifest.run_id}, not to {run_id}.")
    return manifest


def _manifest(document: dict[str, Any]) -> Manifest:
    entries = tuple(_entry(index, file) for index, file in enumerate(document["files"]))
    return Manifest(
        run_id=_text(document, "runId"),
        event_time=_text(document, "eventTime"),
        event_seconds=epoch_seconds(_text(document, "eventTime")),
        entries=entries,
        shards=_shards(document, entries),
        dataset=None if document.get("dataset") is None else _text(document, "dataset"),
    )


def _shards(document: dict[str, Any], entries: tuple[Entry, ...]) -> tuple[Shard, ...]:
    parts = document.get("shards") or [{"first": 0, "count": len(entries)}]
    bounds = [(int(part["first"]), int(part["first"]) + int(part["count"])) for part in parts]
    # Each begins where the one before ends.
    if [0, *(end for _, end in bounds)] != [*(first for first, _ in bounds), len(entries)]:
        raise ValueError("its shards do not hold every file once")
    return tuple(Shard(index, len(bounds), entries[first:end]) for index, (first, end) in enumerate(bounds))


def _entry(index: int, file: dict[str, Any]) -> Entry:
    bucket, key = _text(file, "bucket"), _text(file, "key")
    root = Location.parse(bucket) if bucket.startswith("file:") else Location("s3", bucket, "")
    size = int(file["size"])
    version = ObjectVersion(root.child(key), file.get("versionId"), file.get("etag"), size)
    return Entry(index, bucket, key, version)


def _text(document: dict[str, Any], name: str) -> str:
    value = document[name]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} is not a text")
    return value
