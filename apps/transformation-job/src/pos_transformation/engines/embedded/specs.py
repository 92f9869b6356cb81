"""The plan's tables as Delta tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_transformation.engines.embedded.tables import TableSpec

if TYPE_CHECKING:
    from pos_job_runtime.plan import CuratedTable, KpiTable

# One transaction a run stays in the curated table's log for as long; a run that is repeated later is still harmless,
# since its rows stand in the table.
CURATED_CONFIGURATION = {"delta.setTransactionRetentionDuration": "interval 90 days"}


def curated_spec(table: CuratedTable) -> TableSpec:
    """The curated table as the plan describes it."""
    return TableSpec(
        name=table.name,
        path=table.path,
        description="Every valid sale once",
        columns=table.columns,
        partition=table.partition_by[0],
        configuration=CURATED_CONFIGURATION,
    )


def kpi_spec(table: KpiTable) -> TableSpec:
    """A KPI table as the plan describes it."""
    return TableSpec(
        name=table.name,
        path=table.path,
        description=table.description,
        columns=table.columns,
        partition=table.partition_by[0],
        configuration={},
    )
