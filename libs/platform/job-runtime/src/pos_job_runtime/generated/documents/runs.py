"""The documents that the apps hand to one another.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Union

from msgspec import UNSET, Meta, UnsetType, field

from pos_job_runtime.document import Document
from pos_job_runtime.generated.documents.shared import DatasetId, EventTime, FileCounts, LoadedRows, RunId, TableResult

if TYPE_CHECKING:
    pass


class ManifestFile(Document, frozen=True, kw_only=True):
    bucket: Annotated[str, Meta(min_length=1)]
    key: Annotated[str, Meta(min_length=1)]
    size: Annotated[int, Meta(ge=0, le=9007199254740991)]
    version_id: Union[Annotated[str, Meta(min_length=1)], UnsetType] = field(name="versionId", default=UNSET)
    etag: Union[Annotated[str, Meta(min_length=1)], UnsetType] = UNSET
    sequencer: Union[Annotated[str, Meta(min_length=1)], UnsetType] = UNSET
    event_time: Union[EventTime, UnsetType] = field(name="eventTime", default=UNSET)


class Shard(Document, frozen=True, kw_only=True):
    first: Annotated[int, Meta(ge=0, le=9007199254740991)]
    count: Annotated[int, Meta(ge=0, le=9007199254740991)]


class ExecutionInput(Document, frozen=True, kw_only=True):
    event_time: EventTime = field(name="eventTime")
    run_id: RunId = field(name="runId")
    manifest: Annotated[str, Meta(min_length=1)]
    file_count: Annotated[int, Meta(ge=0, le=9007199254740991)] = field(name="fileCount")
    dataset: Union[DatasetId, UnsetType] = UNSET
    shards: Union[Annotated[int, Meta(gt=0, le=9007199254740991)], UnsetType] = UNSET
    plan: Union[Annotated[str, Meta(min_length=1)], UnsetType] = UNSET


class ExecutionOutput(Document, frozen=True, kw_only=True):
    outcome: Literal["Succeeded", "NothingNew"]
    run_id: RunId = field(name="runId")
    event_time: EventTime = field(name="eventTime")
    files: FileCounts
    dataset: Union[DatasetId, UnsetType] = UNSET
    rows: Union[LoadedRows, UnsetType] = UNSET
    dates_touched: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = field(
        name="datesTouched", default=UNSET
    )
    tables: Union[Sequence[TableResult], UnsetType] = UNSET


class Failure(Document, frozen=True, kw_only=True):
    run_id: RunId = field(name="runId")
    reason: str
    evidence: Sequence[str]
    next: str
    dataset: Union[DatasetId, UnsetType] = UNSET


class Manifest(Document, frozen=True, kw_only=True):
    run_id: RunId = field(name="runId")
    event_time: EventTime = field(name="eventTime")
    files: Sequence[ManifestFile]
    dataset: Union[DatasetId, UnsetType] = UNSET
    shards: Union[Sequence[Shard], UnsetType] = UNSET
