"""The words of the datasets: the sentences of reports, and what tables and columns hold.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Union

from msgspec import UNSET, UnsetType

from pos_job_runtime.document import Document


class ContractWords(Document, frozen=True, kw_only=True):
    description: str


class FileColumnWords(Document, frozen=True, kw_only=True):
    name: str
    description: str
    unit: Union[str, UnsetType] = UNSET


class RatioWords(Document, frozen=True, kw_only=True):
    name: str
    description: str


class ReasonWords(Document, frozen=True, kw_only=True):
    message: str
    meaning: str
    remedy: str


class TableColumnWords(Document, frozen=True, kw_only=True):
    name: str
    comment: str


class CuratedWords(Document, frozen=True, kw_only=True):
    name: str
    columns: Sequence[TableColumnWords]


class KpiWords(Document, frozen=True, kw_only=True):
    name: str
    description: str
    columns: Sequence[TableColumnWords]
    ratios: Union[Sequence[RatioWords], UnsetType] = UNSET


class TableWords(Document, frozen=True, kw_only=True):
    curated: CuratedWords
    kpis: Sequence[KpiWords]


class DatasetWords(Document, frozen=True, kw_only=True):
    contract: ContractWords
    columns: Sequence[FileColumnWords]
    reasons: Mapping[str, ReasonWords]
    tables: TableWords


class WordsDocument(Document, frozen=True, kw_only=True):
    format: Literal["pos-words/1"]
    datasets: Mapping[str, DatasetWords]
