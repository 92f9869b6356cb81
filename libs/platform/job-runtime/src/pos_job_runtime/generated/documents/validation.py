"""The documents that the apps hand to one another.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Optional, Union

from msgspec import UNSET, Meta, UnsetType, field

from pos_job_runtime.document import Document
from pos_job_runtime.generated.documents.shared import ContractReference, DatasetId, EventTime, FileCounts, RunId

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

Compression: TypeAlias = Literal["none", "gzip"]


FileFormat: TypeAlias = Annotated[str, Meta(pattern="^[a-z][a-z0-9]*\\Z")]


class FileRows(Document, frozen=True, kw_only=True):
    total: Annotated[int, Meta(ge=0, le=9007199254740991)]
    valid: Annotated[int, Meta(ge=0, le=9007199254740991)]
    invalid: Annotated[int, Meta(ge=0, le=9007199254740991)]


class FilesToCheck(Document, frozen=True, kw_only=True):
    dataset: DatasetId
    files: Sequence[str]


class ReasonHelp(Document, frozen=True, kw_only=True):
    meaning: str
    remedy: str


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


class ValidatedOutput(Document, frozen=True, kw_only=True):
    files: Annotated[int, Meta(ge=0, le=9007199254740991)]
    rows: Annotated[int, Meta(ge=0, le=9007199254740991)]
    bytes: Annotated[int, Meta(ge=0, le=9007199254740991)]


Verdict: TypeAlias = Literal["valid", "rejected", "skipped"]


class FileReason(Document, frozen=True, kw_only=True):
    code: Annotated[str, Meta(min_length=1)]
    rule: str
    severity: Severity
    column: Optional[str]
    count: Annotated[int, Meta(ge=0, le=9007199254740991)]
    message: str
    samples: Sequence[Sample]


class ReasonTotal(Document, frozen=True, kw_only=True):
    code: Annotated[str, Meta(min_length=1)]
    rule: str
    severity: Severity
    column: Optional[str]
    files: Annotated[int, Meta(ge=0, le=9007199254740991)]
    rows: Annotated[int, Meta(ge=0, le=9007199254740991)]


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
    member: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = UNSET
    parts: Union[Sequence[str], UnsetType] = UNSET
    report: Union[str, None, UnsetType] = UNSET


class RejectedReport(Document, frozen=True, kw_only=True):
    run_id: RunId = field(name="runId")
    event_time: EventTime = field(name="eventTime")
    contract: ContractReference
    file: FileLine
    help: Mapping[str, ReasonHelp]
    dataset: Union[DatasetId, UnsetType] = UNSET
