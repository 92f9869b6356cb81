"""What the validation job left for this run: which Parquet files to load, and how old each source file is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pos_job_runtime.errors import ObjectMissingError, UsageError
from pos_job_runtime.moments import epoch_micros
from pos_job_runtime.storage import Location, Storage
from pos_transformation.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class ValidatedFile:
    """One validated Parquet file. `order` is the age of its source object: microseconds since the epoch."""

    location: Location
    order: int


@dataclass(frozen=True)
class Validation:
    """The results of a run's validation. `event_time` is in seconds since the epoch; `plan_hash` names its plan."""

    event_time: float
    plan_hash: str
    rows: int
    files: tuple[ValidatedFile, ...]


def read_validation(storage: Storage, results: Location, run_id: str) -> Validation:
    """The validation of `run_id`. Raises `RunError` when there is none, or when it is not whole."""
    folder = results.child("runs", run_id)
    place = folder.child("validation", "summary.json")
    try:
        summary = json.loads(storage.get(place))
        manifest = json.loads(storage.get(folder.child("manifest.json")))
        lines = storage.get(folder.child("validation", "files.jsonl"))
        found = _validation(summary, manifest, lines)
    except ObjectMissingError as error:
        raise RunError(
            f"Run {run_id} has no finished validation ({error}) Run the validation job for it first."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"The validation results of run {run_id} at {folder} are damaged "
            f"({type(error).__name__}: {error}). Run the validation job for it again."
        ) from None
    stated = summary["validated"]["files"]
    if stated != len(found.files):
        raise RunError(
            f"The validation of run {run_id} is not whole: its summary counts {stated} validated files, "
            f"its list {len(found.files)}. Run the validation job for it again."
        )
    return found


def _validation(summary: Mapping[str, Any], manifest: Mapping[str, Any], lines: bytes) -> Validation:
    ages = _ages(manifest)
    default = epoch_micros(manifest["eventTime"])
    files = []
    for text in lines.splitlines():
        if not text.strip():
            continue
        line = json.loads(text)
        if line["validated"] is None:
            continue
        order = ages.get((line["bucket"], line["file"], line.get("versionId")), default)
        files.append(ValidatedFile(_location(line["validated"]), order))
    return Validation(
        event_time=epoch_micros(summary["eventTime"]) / 1e6,
        plan_hash=summary["contract"]["hash"],
        rows=summary["validated"]["rows"],
        files=tuple(sorted(files, key=lambda file: str(file.location))),
    )


def _ages(manifest: Mapping[str, Any]) -> dict[tuple[str, str, str | None], int]:
    default = manifest["eventTime"]
    return {
        (file["bucket"], file["key"], file.get("versionId")): epoch_micros(file.get("eventTime") or default)
        for file in manifest["files"]
    }


def _location(uri: str) -> Location:
    try:
        return Location.parse(uri)
    except UsageError as error:
        raise ValueError(str(error)) from None
