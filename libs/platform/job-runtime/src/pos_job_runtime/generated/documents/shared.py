"""The documents that the apps hand to one another.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Union

from msgspec import UNSET, Meta, UnsetType, field

from pos_job_runtime.document import Document

if TYPE_CHECKING:
    from typing_extensions import TypeAlias


class ContractReference(Document, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1)]
    version: Annotated[str, Meta(min_length=1)]
    hash: Annotated[str, Meta(min_length=1)]


DatasetId: TypeAlias = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*\\Z")]


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


class LoadedRows(Document, frozen=True, kw_only=True):
    in_: Annotated[int, Meta(ge=0, le=9007199254740991)] = field(name="in")
    appended: Annotated[int, Meta(ge=0, le=9007199254740991)]
    duplicates: Annotated[int, Meta(ge=0, le=9007199254740991)]
    conflicts: Annotated[int, Meta(ge=0, le=9007199254740991)]
    updated: Annotated[int, Meta(ge=0, le=9007199254740991)]
    superseded: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = UNSET


RunId: TypeAlias = Annotated[str, Meta(pattern="^[0-9]{8}T[0-9]{9}Z-[0-9a-f]{12}\\Z")]


class TableResult(Document, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1)]
    path: Annotated[str, Meta(min_length=1)]
    version: Annotated[int, Meta(ge=0, le=9007199254740991)]
    inserted: Annotated[int, Meta(ge=0, le=9007199254740991)]
    updated: Annotated[int, Meta(ge=0, le=9007199254740991)]
    deleted: Annotated[int, Meta(ge=0, le=9007199254740991)]
    rows: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = UNSET
    appended: Union[Annotated[int, Meta(ge=0, le=9007199254740991)], UnsetType] = UNSET
