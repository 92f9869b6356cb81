"""The documents that the apps hand to one another.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional, Union

from msgspec import UNSET, Meta, UnsetType, field

from pos_job_runtime.document import Document
from pos_job_runtime.generated.documents.shared import ContractReference, DatasetId, LoadedRows, RunId, TableResult

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

Engine: TypeAlias = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*\\Z")]


class KpiState(Document, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1)]
    stale: Sequence[str]
    stale_dates: Annotated[int, Meta(ge=0, le=9007199254740991)] = field(name="staleDates")
    behind: bool


LoadOutcome: TypeAlias = Literal["loaded", "nothing-new"]


RepairMode: TypeAlias = Literal["show", "apply"]


ColumnsAdditionalProperty: TypeAlias = Annotated[int, Meta(ge=0, le=9007199254740991)]


class RepairedRows(Document, frozen=True, kw_only=True):
    found: Annotated[int, Meta(ge=0, le=9007199254740991)]
    moved: Annotated[int, Meta(ge=0, le=9007199254740991)]


class StaleDate(Document, frozen=True, kw_only=True):
    table: Annotated[str, Meta(min_length=1)]
    date: str
    problem: str
    rows: Sequence[Mapping[str, Any]]


WholeNumber: TypeAlias = Annotated[int, Meta(ge=-9007199254740991, le=9007199254740991)]


ConflictSample: TypeAlias = Mapping[str, Optional[Union[str, WholeNumber, bool]]]


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


class CommitNote(Document, frozen=True, kw_only=True):
    run_id: Annotated[str, Meta(min_length=1)] = field(name="runId")
    rows: Union[LoadedRows, UnsetType] = UNSET
    conflicts: Union[Sequence[ConflictSample], UnsetType] = UNSET
    removed: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = UNSET
    quarantine: Union[Annotated[str, Meta(min_length=1)], UnsetType] = UNSET
