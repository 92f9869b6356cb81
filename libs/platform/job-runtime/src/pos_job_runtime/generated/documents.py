"""The documents that the apps hand to one another.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional, Union

from msgspec import UNSET, Meta, UnsetType, field

from pos_job_runtime.document import Document

if TYPE_CHECKING:
    from typing_extensions import TypeAlias


class CanaryReport(Document, frozen=True, kw_only=True):
    date: Annotated[str, Meta(min_length=1)]
    rows: Annotated[int, Meta(ge=0, le=9007199254740991)]
    seconds: float


Compression: TypeAlias = Literal["none", "gzip"]


class ContractReference(Document, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1)]
    version: Annotated[str, Meta(min_length=1)]
    hash: Annotated[str, Meta(min_length=1)]


DatasetId: TypeAlias = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*\\Z")]


Engine: TypeAlias = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*\\Z")]


EventTime: TypeAlias = Annotated[
    str,
    Meta(
        pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z\\Z"
    ),
]


class FileCounts(Document, frozen=True, kw_only=True):
    total: Annotated[int, Meta(ge=0, le=9007199254740991)]
    valid: Annotated[int, Meta(ge=0, le=9007199254740991)]
    rejected: Annotated[int, Meta(ge=0, le=9007199254740991)]
    skipped: Annotated[int, Meta(ge=0, le=9007199254740991)]


FileFormat: TypeAlias = Annotated[str, Meta(pattern="^[a-z][a-z0-9]*\\Z")]


class FileRows(Document, frozen=True, kw_only=True):
    total: Annotated[int, Meta(ge=0, le=9007199254740991)]
    valid: Annotated[int, Meta(ge=0, le=9007199254740991)]
    invalid: Annotated[int, Meta(ge=0, le=9007199254740991)]


JobName: TypeAlias = Literal["trigger", "validation", "transformation", "maintenance", "repair"]


class KpiState(Document, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1)]
    stale: Sequence[str]
    stale_dates: Annotated[int, Meta(ge=0, le=9007199254740991)] = field(name="staleDates")
    behind: bool


LoadOutcome: TypeAlias = Literal["loaded", "nothing-new"]


class LoadedRows(Document, frozen=True, kw_only=True):
    in_: Annotated[int, Meta(ge=0, le=9007199254740991)] = field(name="in")
    appended: Annotated[int, Meta(ge=0, le=9007199254740991)]
    duplicates: Annotated[int, Meta(ge=0, le=9007199254740991)]
    conflicts: Annotated[int, Meta(ge=0, le=9007199254740991)]
    updated: Annotated[int, Meta(ge=0, le=9007199254740991)]
    superseded: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = UNSET


LogLevel: TypeAlias = Literal["info", "warning", "error"]


class MaintenanceReport(Document, frozen=True, kw_only=True):
    tables: Annotated[int, Meta(ge=0, le=9007199254740991)]
    failed: Annotated[int, Meta(ge=0, le=9007199254740991)]
    dates: Annotated[int, Meta(ge=0, le=9007199254740991)]
    removed: Annotated[int, Meta(ge=0, le=9007199254740991)]
    added: Annotated[int, Meta(ge=0, le=9007199254740991)]
    left: Annotated[int, Meta(ge=0, le=9007199254740991)]
    deleted: Annotated[int, Meta(ge=0, le=9007199254740991)]
    seconds: float


class ManifestFile(Document, frozen=True, kw_only=True):
    bucket: Annotated[str, Meta(min_length=1)]
    key: Annotated[str, Meta(min_length=1)]
    size: Annotated[int, Meta(ge=0, le=9007199254740991)]
    version_id: Union[Annotated[str, Meta(min_length=1)], UnsetType] = field(name="versionId", default=UNSET)
    etag: Union[Annotated[str, Meta(min_length=1)], UnsetType] = UNSET
    sequencer: Union[Annotated[str, Meta(min_length=1)], UnsetType] = UNSET
    event_time: Union[EventTime, UnsetType] = field(name="eventTime", default=UNSET)


class Metric(Document, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1)] = field(name="Name")
    unit: Literal["Count", "Seconds"] = field(name="Unit")


class MetricSet(Document, frozen=True, kw_only=True):
    namespace: Literal["PosPlatform"] = field(name="Namespace")
    dimensions: Sequence[Sequence[Literal["Job", "Stage", "Dataset"]]] = field(name="Dimensions")
    metrics: Sequence[Metric] = field(name="Metrics")


class ReasonHelp(Document, frozen=True, kw_only=True):
    meaning: str
    remedy: str


RepairMode: TypeAlias = Literal["show", "apply"]


ColumnsAdditionalProperty: TypeAlias = Annotated[int, Meta(ge=0, le=9007199254740991)]


class RepairedRows(Document, frozen=True, kw_only=True):
    found: Annotated[int, Meta(ge=0, le=9007199254740991)]
    moved: Annotated[int, Meta(ge=0, le=9007199254740991)]


RunId: TypeAlias = Annotated[str, Meta(pattern="^[0-9]{8}T[0-9]{9}Z-[0-9a-f]{12}\\Z")]


class RunRows(Document, frozen=True, kw_only=True):
    total: Annotated[int, Meta(ge=0, le=9007199254740991)]
    valid: Annotated[int, Meta(ge=0, le=9007199254740991)]
    invalid: Annotated[int, Meta(ge=0, le=9007199254740991)]
    repeated: Annotated[int, Meta(ge=0, le=9007199254740991)]


Line: TypeAlias = Annotated[int, Meta(ge=0, le=9007199254740991)]


class Sample(Document, frozen=True, kw_only=True):
    line: Optional[Line]
    column: Optional[str]
    value: Optional[str]


Severity: TypeAlias = Literal["error", "warning"]


class Shard(Document, frozen=True, kw_only=True):
    first: Annotated[int, Meta(ge=0, le=9007199254740991)]
    count: Annotated[int, Meta(ge=0, le=9007199254740991)]


class StaleDate(Document, frozen=True, kw_only=True):
    table: Annotated[str, Meta(min_length=1)]
    date: str
    problem: str
    rows: Sequence[Mapping[str, Any]]


class TableMaintenance(Document, frozen=True, kw_only=True):
    table: Annotated[str, Meta(min_length=1)]
    dates: Annotated[int, Meta(ge=0, le=9007199254740991)]
    removed: Annotated[int, Meta(ge=0, le=9007199254740991)]
    added: Annotated[int, Meta(ge=0, le=9007199254740991)]
    left: Annotated[int, Meta(ge=0, le=9007199254740991)]
    deleted: Annotated[int, Meta(ge=0, le=9007199254740991)]
    seconds: float


class TableResult(Document, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1)]
    path: Annotated[str, Meta(min_length=1)]
    version: Annotated[int, Meta(ge=0, le=9007199254740991)]
    inserted: Annotated[int, Meta(ge=0, le=9007199254740991)]
    updated: Annotated[int, Meta(ge=0, le=9007199254740991)]
    deleted: Annotated[int, Meta(ge=0, le=9007199254740991)]
    rows: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = UNSET
    appended: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = UNSET


class ValidatedOutput(Document, frozen=True, kw_only=True):
    files: Annotated[int, Meta(ge=0, le=9007199254740991)]
    rows: Annotated[int, Meta(ge=0, le=9007199254740991)]
    bytes: Annotated[int, Meta(ge=0, le=9007199254740991)]


Verdict: TypeAlias = Literal["valid", "rejected", "skipped"]


WholeNumber: TypeAlias = Annotated[int, Meta(ge=-9007199254740991, le=9007199254740991)]


ConflictSample: TypeAlias = Mapping[str, Optional[Union[str, WholeNumber, bool]]]


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


class FileReason(Document, frozen=True, kw_only=True):
    code: Annotated[str, Meta(min_length=1)]
    rule: str
    severity: Severity
    column: Optional[str]
    count: Annotated[int, Meta(ge=0, le=9007199254740991)]
    message: str
    samples: Sequence[Sample]


class Manifest(Document, frozen=True, kw_only=True):
    run_id: RunId = field(name="runId")
    event_time: EventTime = field(name="eventTime")
    files: Sequence[ManifestFile]
    dataset: Union[DatasetId, UnsetType] = UNSET
    shards: Union[Sequence[Shard], UnsetType] = UNSET


class MetricDirective(Document, frozen=True, kw_only=True):
    timestamp: Annotated[int, Meta(ge=0, le=9007199254740991)] = field(name="Timestamp")
    cloud_watch_metrics: Sequence[MetricSet] = field(name="CloudWatchMetrics")


class ReasonTotal(Document, frozen=True, kw_only=True):
    code: Annotated[str, Meta(min_length=1)]
    rule: str
    severity: Severity
    column: Optional[str]
    files: Annotated[int, Meta(ge=0, le=9007199254740991)]
    rows: Annotated[int, Meta(ge=0, le=9007199254740991)]


class RepairReport(Document, frozen=True, kw_only=True):
    run_id: Annotated[str, Meta(min_length=1)] = field(name="runId")
    mode: RepairMode
    contract: ContractReference
    rows: RepairedRows
    columns: Mapping[str, ColumnsAdditionalProperty]
    dates: Sequence[str]
    dates_touched: Annotated[int, Meta(ge=0, le=9007199254740991)] = field(name="datesTouched")
    samples: Sequence[Mapping[str, Any]]
    quarantine: Sequence[str]
    kpis: Sequence[KpiState]
    kpis_after: Sequence[KpiState] = field(name="kpisAfter")
    seconds: float
    dataset: Union[DatasetId, UnsetType] = UNSET


class TransformationSummary(Document, frozen=True, kw_only=True):
    run_id: RunId = field(name="runId")
    engine: Engine
    contract: ContractReference
    rows: LoadedRows
    dates: Sequence[str]
    dates_touched: Annotated[int, Meta(ge=0, le=9007199254740991)] = field(name="datesTouched")
    tables: Sequence[TableResult]
    timings: Mapping[str, float]
    outcome: LoadOutcome
    dataset: Union[DatasetId, UnsetType] = UNSET
    stale: Union[Sequence[StaleDate], UnsetType] = UNSET
    conflict_samples: Union[Sequence[ConflictSample], UnsetType] = field(name="conflictSamples", default=UNSET)


class ValidationSummary(Document, frozen=True, kw_only=True):
    run_id: RunId = field(name="runId")
    event_time: EventTime = field(name="eventTime")
    contract: ContractReference
    files: FileCounts
    rows: RunRows
    reasons: Sequence[ReasonTotal]
    validated: ValidatedOutput
    timings: Mapping[str, float]
    dataset: Union[DatasetId, UnsetType] = UNSET


class CheckedFile(Document, frozen=True, kw_only=True):
    file: str
    verdict: Verdict
    rows: FileRows
    reasons: Sequence[FileReason]


class CommitNote(Document, frozen=True, kw_only=True):
    run_id: Annotated[str, Meta(min_length=1)] = field(name="runId")
    rows: Union[LoadedRows, UnsetType] = UNSET
    conflicts: Union[Sequence[ConflictSample], UnsetType] = UNSET
    removed: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = UNSET
    quarantine: Union[Annotated[str, Meta(min_length=1)], UnsetType] = UNSET


class FileLine(Document, frozen=True, kw_only=True):
    file: Annotated[str, Meta(min_length=1)]
    bucket: Annotated[str, Meta(min_length=1)]
    version_id: Optional[str] = field(name="versionId")
    verdict: Verdict
    format: Optional[FileFormat]
    compression: Optional[Compression]
    size: Annotated[int, Meta(ge=0, le=9007199254740991)]
    rows: FileRows
    reasons: Sequence[FileReason]
    validated: Optional[str]
    rejected: Optional[str]
    report: Union[str, None, UnsetType] = UNSET


class RejectedReport(Document, frozen=True, kw_only=True):
    run_id: RunId = field(name="runId")
    event_time: EventTime = field(name="eventTime")
    contract: ContractReference
    file: FileLine
    help: Mapping[str, ReasonHelp]
    dataset: Union[DatasetId, UnsetType] = UNSET
