"""The plan of a dataset: everything that its contract says, compiled.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Optional, Union

from msgspec import UNSET, UnsetType, field

from pos_job_runtime.document import Document

if TYPE_CHECKING:
    pass


class KpiReference(Document, frozen=True, kw_only=True):
    contents: str
    nothing: str


class Merge(Document, frozen=True, kw_only=True):
    on: str
    update: Optional[str]
    delete: Optional[str]
    insert: Optional[str]
    set: Mapping[str, str]


class Step(Document, frozen=True, kw_only=True):
    name: str
    kind: Literal["view", "table", "check", "merge"]
    sql: str
    reads: Sequence[str]
    over: Union[Literal["dates", "parts"], UnsetType] = UNSET
    empty_with: Union[Sequence[str], UnsetType] = field(name="emptyWith", default=UNSET)
    merge: Union[Merge, UnsetType] = UNSET


class KpiTransform(Document, frozen=True, kw_only=True):
    name: str
    steps: Sequence[Step]
    references: Union[Mapping[str, KpiReference], UnsetType] = UNSET


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
    whole: Union[Sequence[Step], UnsetType] = UNSET
    nearby: Union[Sequence[Step], UnsetType] = UNSET
    sought: Union[Sequence[Step], UnsetType] = UNSET
    indexed: Union[Sequence[Step], UnsetType] = UNSET
    adopt: Union[Sequence[Step], UnsetType] = UNSET
    newest: Union[Sequence[Step], UnsetType] = UNSET
