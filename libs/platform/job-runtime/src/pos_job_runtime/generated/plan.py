"""The plan of a dataset: everything that its contract says, compiled.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Optional, Union

from msgspec import UNSET, Meta, UnsetType, field

from pos_job_runtime.document import Document

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


class FastColumn(Document, frozen=True, kw_only=True):
    name: str
    dtype: Literal["String", "Int64", "Float64"]
    longest: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = UNSET


class FastDerived(Document, frozen=True, kw_only=True):
    name: str
    dtype: Literal["Int64", "Date", "Boolean"]
    readable: str
    sql: str


class FastKey(Document, frozen=True, kw_only=True):
    column: str
    value: str


class FastOutput(Document, frozen=True, kw_only=True):
    name: str
    dtype: str
    sql: str


class FastWarning(Document, frozen=True, kw_only=True):
    rule: str
    code: str
    column: str
    value: str
    detail: Optional[str]
    sql: str


Grain: TypeAlias = Literal["week", "month"]


InputKind: TypeAlias = Literal["text", "integer", "decimal", "epochSeconds", "timestamp", "date", "boolean"]


class KpiReference(Document, frozen=True, kw_only=True):
    contents: str
    nothing: str


class LargestFile(Document, frozen=True, kw_only=True):
    plain: Annotated[int, Meta(ge=0, le=9007199254740991)]
    gzip: Annotated[int, Meta(ge=0, le=9007199254740991)]
    decompressed: Annotated[int, Meta(ge=0, le=9007199254740991)]
    rows: Annotated[int, Meta(ge=0, le=9007199254740991)]
    columns: Annotated[int, Meta(ge=0, le=9007199254740991)]


class Merge(Document, frozen=True, kw_only=True):
    on: str
    update: Optional[str]
    delete: Optional[str]
    insert: Optional[str]
    set: Mapping[str, str]


class PlanColumn(Document, frozen=True, kw_only=True):
    name: str
    input: InputKind
    type: str
    required: bool
    personal: Union[bool, UnsetType] = UNSET


class Ratio(Document, frozen=True, kw_only=True):
    name: str
    of: str
    per: str
    digits: Annotated[int, Meta(ge=0, le=9007199254740991)]


class RewriteStep(Document, frozen=True, kw_only=True):
    find: str
    replace: str


Severity: TypeAlias = Literal["error", "warning"]


class Step(Document, frozen=True, kw_only=True):
    name: str
    kind: Literal["view", "table", "check", "merge"]
    sql: str
    reads: Sequence[str]
    over: Union[Literal["dates", "parts"], UnsetType] = UNSET
    empty_with: Union[Sequence[str], UnsetType] = field(name="emptyWith", default=UNSET)
    merge: Union[Merge, UnsetType] = UNSET


class TableColumn(Document, frozen=True, kw_only=True):
    name: str
    type: str
    nullable: bool
    personal: Union[bool, UnsetType] = UNSET


class Trailer(Document, frozen=True, kw_only=True):
    cells: Sequence[str]
    required: Union[bool, UnsetType] = UNSET


class ValidatedColumn(Document, frozen=True, kw_only=True):
    name: str
    type: str


class ZoneClock(Document, frozen=True, kw_only=True):
    time: str
    zone: str
    seconds: bool
    twice: Union[Literal["earlier", "later"], UnsetType] = UNSET


class CuratedTable(Document, frozen=True, kw_only=True):
    name: str
    path: str
    columns: Sequence[TableColumn]
    partition_by: Sequence[str] = field(name="partitionBy")
    key: Sequence[str]
    key_scope: Sequence[str] = field(name="keyScope")
    key_days: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = field(name="keyDays", default=UNSET)


class ExactRule(Document, frozen=True, kw_only=True):
    id: str
    code: str
    severity: Severity
    columns: Sequence[str]
    column: str
    value: str
    detail: Optional[str]
    sql: str


class FastValidation(Document, frozen=True, kw_only=True):
    columns: Sequence[FastColumn]
    derived: Sequence[FastDerived]
    clean: Sequence[str]
    warnings: Sequence[FastWarning]
    select: Sequence[FastOutput]
    unique_by: Sequence[FastKey] = field(name="uniqueBy")


class GroupRule(Document, frozen=True, kw_only=True):
    code: str
    severity: Severity
    drops: bool
    column: str
    value: str
    detail: Optional[str]
    hint: str
    sql: str


class GroupRules(Document, frozen=True, kw_only=True):
    rows: str
    rules: Sequence[GroupRule]


class KpiTransform(Document, frozen=True, kw_only=True):
    name: str
    steps: Sequence[Step]
    references: Union[Mapping[str, KpiReference], UnsetType] = UNSET


class Policies(Document, frozen=True, kw_only=True):
    file_tolerance: float = field(name="fileTolerance")
    unexpected_column: Severity = field(name="unexpectedColumn")
    across_files: Literal["keepFirst", "latestWins"] = field(name="acrossFiles")
    largest_file: LargestFile = field(name="largestFile")


class ReasonDefinition(Document, frozen=True, kw_only=True):
    scope: Literal["file", "row"]
    severity: Severity
    dimension: Literal["accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness"]


class ReferenceTable(Document, frozen=True, kw_only=True):
    name: str
    path: str
    relation: str
    columns: Sequence[TableColumn]


class Rewrite(Document, frozen=True, kw_only=True):
    matches: str
    steps: Sequence[RewriteStep]


class Transform(Document, frozen=True, kw_only=True):
    date_literal: str = field(name="dateLiteral")
    read: Sequence[Step]
    unify: Sequence[Step]
    match: Sequence[Step]
    compare: Sequence[Step]
    conflicts: Sequence[Step]
    replace: Sequence[Step]
    explain: Sequence[Step]
    repair: Sequence[Step]
    canary: Sequence[Step]
    kpis: Sequence[KpiTransform]
    nearby: Union[Sequence[Step], UnsetType] = UNSET
    sought: Union[Sequence[Step], UnsetType] = UNSET
    indexed: Union[Sequence[Step], UnsetType] = UNSET
    newest: Union[Sequence[Step], UnsetType] = UNSET


class ExactValidation(Document, frozen=True, kw_only=True):
    typed: str
    rules: Sequence[ExactRule]
    select: str
    columns: Sequence[ValidatedColumn]
    keys: GroupRules
    groups: Sequence[GroupRules]


class KpiTable(Document, frozen=True, kw_only=True):
    name: str
    path: str
    columns: Sequence[TableColumn]
    partition_by: Sequence[str] = field(name="partitionBy")
    key: Sequence[str]
    measures: Sequence[str]
    grain: Union[Grain, UnsetType] = UNSET
    ratios: Union[Sequence[Ratio], UnsetType] = UNSET
    references: Union[Sequence[ReferenceTable], UnsetType] = UNSET


class LenientColumn(Document, frozen=True, kw_only=True):
    name: str
    missing: Sequence[str]
    trim: bool
    texts: bool
    rewrites: Sequence[Rewrite]
    clock: Union[ZoneClock, UnsetType] = UNSET


class LenientFiles(Document, frozen=True, kw_only=True):
    prefix: str
    names: Mapping[str, str]
    columns: Sequence[LenientColumn]
    exact: str
    comma: Union[bool, UnsetType] = UNSET
    trailer: Union[Trailer, UnsetType] = UNSET


class Tables(Document, frozen=True, kw_only=True):
    curated: CuratedTable
    kpis: Sequence[KpiTable]


class Leniency(Document, frozen=True, kw_only=True):
    scalars: Sequence[str]
    as_sent: str = field(name="asSent")
    files: Sequence[LenientFiles]


class Validation(Document, frozen=True, kw_only=True):
    fast: FastValidation
    exact: ExactValidation
    leniency: Union[Leniency, UnsetType] = UNSET


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
