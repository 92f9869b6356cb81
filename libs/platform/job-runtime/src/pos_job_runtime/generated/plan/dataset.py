"""The plan of a dataset: everything that its contract says, compiled.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Union

from msgspec import UNSET, Meta, UnsetType, field

from pos_job_runtime.document import Document
from pos_job_runtime.generated.plan.shared import Severity
from pos_job_runtime.generated.plan.tables import Tables
from pos_job_runtime.generated.plan.transformation import Transform
from pos_job_runtime.generated.plan.validation import Validation

if TYPE_CHECKING:
    from typing_extensions import TypeAlias


class BusinessDate(Document, frozen=True, kw_only=True):
    time_zone: Union[str, UnsetType] = field(name="timeZone", default=UNSET)
    cutoff_hour: Union[Annotated[int, Meta(ge=-9007199254740991, le=9007199254740991)], UnsetType] = field(
        name="cutoffHour", default=UNSET
    )
    column: Union[str, UnsetType] = UNSET


WhereAdditionalProperty: TypeAlias = Annotated[int, Meta(ge=-9007199254740991, le=9007199254740991)]


class Canary(Document, frozen=True, kw_only=True):
    date: str
    where: Mapping[str, WhereAdditionalProperty]


class ContractVersion(Document, frozen=True, kw_only=True):
    name: str
    version: str


Delivers: TypeAlias = Literal["wholeList", "changes"]


InputKind: TypeAlias = Literal["text", "integer", "decimal", "epochSeconds", "timestamp", "date", "boolean"]


class LargestFile(Document, frozen=True, kw_only=True):
    plain: Annotated[int, Meta(ge=0, le=9007199254740991)]
    gzip: Annotated[int, Meta(ge=0, le=9007199254740991)]
    decompressed: Annotated[int, Meta(ge=0, le=9007199254740991)]
    rows: Annotated[int, Meta(ge=0, le=9007199254740991)]
    columns: Annotated[int, Meta(ge=0, le=9007199254740991)]


class PlanColumn(Document, frozen=True, kw_only=True):
    name: str
    input: InputKind
    type: str
    required: bool
    personal: Union[bool, UnsetType] = UNSET


class Policies(Document, frozen=True, kw_only=True):
    file_tolerance: float = field(name="fileTolerance")
    unexpected_column: Severity = field(name="unexpectedColumn")
    across_files: Literal["keepFirst", "latestWins"] = field(name="acrossFiles")
    largest_file: LargestFile = field(name="largestFile")


class ReasonDefinition(Document, frozen=True, kw_only=True):
    scope: Literal["file", "row"]
    severity: Severity
    dimension: Literal["accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness"]


class DatasetPlan(Document, frozen=True, kw_only=True):
    hash: str
    kind: Literal["facts", "reference"]
    contract: ContractVersion
    columns: Sequence[PlanColumn]
    key: Sequence[str]
    policies: Policies
    reasons: Mapping[str, ReasonDefinition]
    validation: Validation
    tables: Tables
    transformation: Mapping[str, Transform]
    delivers: Union[Delivers, UnsetType] = UNSET
    business_date: Union[BusinessDate, UnsetType] = field(name="businessDate", default=UNSET)
    canary: Union[Canary, UnsetType] = UNSET
