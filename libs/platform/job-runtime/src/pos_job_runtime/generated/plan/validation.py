"""The plan of a dataset: everything that its contract says, compiled.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Optional, Union

from msgspec import UNSET, Meta, UnsetType, field

from pos_job_runtime.document import Document
from pos_job_runtime.generated.plan.shared import Severity

if TYPE_CHECKING:
    pass


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


class Instant(Document, frozen=True, kw_only=True):
    name: str
    validated: str


class Parts(Document, frozen=True, kw_only=True):
    event_time: str = field(name="eventTime")
    instants: Sequence[Instant]


class RewriteStep(Document, frozen=True, kw_only=True):
    find: str
    replace: str


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


class Rewrite(Document, frozen=True, kw_only=True):
    matches: str
    steps: Sequence[RewriteStep]


class ExactValidation(Document, frozen=True, kw_only=True):
    typed: str
    rules: Sequence[ExactRule]
    select: str
    columns: Sequence[ValidatedColumn]
    keys: GroupRules
    groups: Sequence[GroupRules]


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


class Leniency(Document, frozen=True, kw_only=True):
    scalars: Sequence[str]
    as_sent: str = field(name="asSent")
    files: Sequence[LenientFiles]


class Validation(Document, frozen=True, kw_only=True):
    fast: FastValidation
    exact: ExactValidation
    leniency: Union[Leniency, UnsetType] = UNSET
    parts: Union[Parts, UnsetType] = UNSET
