"""The documents that the apps hand to one another.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from pos_job_runtime.document import Document

if TYPE_CHECKING:
    pass


class CanaryReport(Document, frozen=True, kw_only=True):
    date: Annotated[str, Meta(min_length=1)]
    rows: Annotated[int, Meta(ge=0, le=9007199254740991)]
    seconds: float


class MaintenanceReport(Document, frozen=True, kw_only=True):
    tables: Annotated[int, Meta(ge=0, le=9007199254740991)]
    failed: Annotated[int, Meta(ge=0, le=9007199254740991)]
    dates: Annotated[int, Meta(ge=0, le=9007199254740991)]
    removed: Annotated[int, Meta(ge=0, le=9007199254740991)]
    added: Annotated[int, Meta(ge=0, le=9007199254740991)]
    left: Annotated[int, Meta(ge=0, le=9007199254740991)]
    deleted: Annotated[int, Meta(ge=0, le=9007199254740991)]
    seconds: float


class TableMaintenance(Document, frozen=True, kw_only=True):
    table: Annotated[str, Meta(min_length=1)]
    dates: Annotated[int, Meta(ge=0, le=9007199254740991)]
    removed: Annotated[int, Meta(ge=0, le=9007199254740991)]
    added: Annotated[int, Meta(ge=0, le=9007199254740991)]
    left: Annotated[int, Meta(ge=0, le=9007199254740991)]
    deleted: Annotated[int, Meta(ge=0, le=9007199254740991)]
    seconds: float
