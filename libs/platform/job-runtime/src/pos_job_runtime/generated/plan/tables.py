"""The plan of a dataset: everything that its contract says, compiled.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Union

from msgspec import UNSET, Meta, UnsetType, field

from pos_job_runtime.document import Document

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

Grain: TypeAlias = Literal["week", "month"]


class Ratio(Document, frozen=True, kw_only=True):
    name: str
    of: str
    per: str
    digits: Annotated[int, Meta(ge=0, le=9007199254740991)]


class TableColumn(Document, frozen=True, kw_only=True):
    name: str
    type: str
    nullable: bool
    personal: Union[bool, UnsetType] = UNSET


class CuratedTable(Document, frozen=True, kw_only=True):
    name: str
    path: str
    columns: Sequence[TableColumn]
    partition_by: Sequence[str] = field(name="partitionBy")
    key: Sequence[str]
    key_scope: Sequence[str] = field(name="keyScope")
    key_days: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = field(name="keyDays", default=UNSET)


class ReferenceTable(Document, frozen=True, kw_only=True):
    name: str
    path: str
    relation: str
    columns: Sequence[TableColumn]


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


class Tables(Document, frozen=True, kw_only=True):
    curated: CuratedTable
    kpis: Sequence[KpiTable]
