"""What the lake's tables look like and what their logs carry, whichever engine writes them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct

from pos_job_runtime.words import NO_WORDS, TableText

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pos_job_runtime.generated.plan import ReferenceTable
    from pos_job_runtime.plan import CuratedTable, KpiTable, TableColumn
    from pos_job_runtime.words import Words

# Each opening of a table, and each question about its transactions, reads the log back to the newest checkpoint, an
# object a commit. delta-rs writes one every hundred commits unless it is told otherwise, Spark every ten.
CONFIGURATION = {"delta.checkpointInterval": "10"}
# One transaction a run stays in the curated table's log for as long; a run that is repeated later is still harmless,
# since its rows stand in the table.
CURATED_CONFIGURATION = {**CONFIGURATION, "delta.setTransactionRetentionDuration": "interval 90 days"}

# The table's property that tells what its rows are told apart by.
KEY = "pos.key"
# The column that the compiler adds where the latest row wins: libs/platform/sql/src/transform/input.ts.
SOURCE_ORDER = "source_order"

# The curated version that a KPI table reflects.
REFLECTS = "kpi:from_curated"
# What it was computed from and how: another definition, or another curated table, makes all of it stale.
BASIS = "kpi:basis"
# Where dates are asked for, it stands for all of a table that has none.
WHOLE = ""


class TableSpec(Struct, frozen=True):
    """What a table must look like. `path` is relative to the lake.

    `partition` is its only partition column, a date, or `None`: then the table is small and replaced as a whole.

    `key` is what its rows are told apart by. A `derived` table is computed of another one, and can be at any time.

    `distinct` are columns that hold hardly any value twice. Where `small_dates`, a date has so few rows that writing
    all of it again is cheaper than finding out which of its files have to change, and leaves one file of several.

    `words` say what the table and its columns hold. They are asked for when it is made, or gets columns.

    `foreign` is another dataset's table, which is only read: it may have columns beside these, and isn't made here.
    """

    name: str
    path: str
    columns: Sequence[TableColumn]
    partition: str | None
    configuration: Mapping[str, str]
    key: Sequence[str]
    words: Callable[[], TableText]
    derived: bool = False
    distinct: Sequence[str] = ()
    small_dates: bool = False
    foreign: bool = False


def curated_spec(table: CuratedTable, words: Words = NO_WORDS) -> TableSpec:
    """The curated table. That of reference data has no partitions."""
    description = "Every valid row once" if table.partition_by else "The newest row of each key"
    return TableSpec(
        name=table.name,
        path=table.path,
        columns=table.columns,
        partition=table.partition_by[0] if table.partition_by else None,
        configuration={**CURATED_CONFIGURATION, KEY: ", ".join(table.key)},
        key=table.key,
        words=lambda: words.curated()._replace(description=description),
        # The parts of a composite key come again and again.
        distinct=table.key if len(table.key) == 1 else (),
    )


def kpi_spec(table: KpiTable, words: Words = NO_WORDS) -> TableSpec:
    """A KPI table."""
    return TableSpec(
        name=table.name,
        path=table.path,
        columns=table.columns,
        partition=table.partition_by[0],
        configuration={**CONFIGURATION, KEY: ", ".join(table.key)},
        key=table.key,
        words=lambda: words.kpi(table.name),
        derived=True,
        small_dates=True,
    )


def reference_spec(table: ReferenceTable) -> TableSpec:
    """Reference data that a KPI reads, of which the plan names only the columns that are read."""
    return TableSpec(
        name=table.name,
        path=table.path,
        columns=table.columns,
        partition=None,
        configuration={},
        key=(),
        words=lambda: TableText("", {}),
        foreign=True,
    )


def partition_columns(spec: TableSpec) -> Sequence[str]:
    """The table's partition columns: one, or none."""
    return () if spec.partition is None else (spec.partition,)


def run_transaction(run_id: str) -> str:
    """The application that marks the commit which loaded the run."""
    return f"run:{run_id}"


def writer_transaction(table: str) -> str:
    """The application that every commit to the table carries, so that two writers notice each other."""
    return f"writer:{table}"


def kpi_basis(definition: str, *, table_ids: Sequence[str]) -> int:
    """A number that stands for the KPI's definition and the tables that it reads: the same in every engine.

    `table_ids` are the identities of these tables, the curated one first.

    `definition` is the DuckDB text that recomputes it, whichever engine asks, so that a table which two engines write
    in turn is not computed anew each time.
    """
    text = "\n".join([*table_ids, definition])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
