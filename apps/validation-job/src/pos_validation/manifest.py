"""The manifest: the exact object versions that a run works on, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pos_job_runtime.errors import DocumentError, UsageError
from pos_job_runtime.storage import Location, ObjectVersion
from pos_validation.moments import epoch_seconds


@dataclass(frozen=True)
class Entry:
    """One version to judge. `index` is its place in the manifest, which also spells `bucket` and `key`."""

    index: int
    bucket: str
    key: str
    version: ObjectVersion

    @property
    def size(self) -> int:
        return self.version.size or 0


@dataclass(frozen=True)
class Manifest:
    """`event_time` is ISO 8601 as the trigger wrote it; `event_seconds` the same in epoch seconds."""

    run_id: str
    event_time: str
    event_seconds: float
    entries: tuple[Entry, ...]


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
    return Manifest(
        run_id=_text(document, "runId"),
        event_time=_text(document, "eventTime"),
        event_seconds=epoch_seconds(_text(document, "eventTime")),
        entries=tuple(_entry(index, file) for index, file in enumerate(document["files"])),
    )


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
