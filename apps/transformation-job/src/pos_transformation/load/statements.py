"""The plan's statements for one dialect. What each one yields is described in libs/platform/sql."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pos_job_runtime.errors import PlanError
from pos_job_runtime.generated.plan import (
    BatchTransform,
    Bounds,
    ExistingTransform,
    KpiTransform,
    Merge,
    Transform,
)
from pos_job_runtime.personal import personal_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pos_job_runtime.plan import Plan

__all__ = ["KpiTransform", "Merge", "Statements", "read_statements"]


@dataclass(frozen=True)
class Statements:
    """All statements of one dialect."""

    date_literal: str
    incoming: str
    dates: str
    batch: BatchTransform
    existing: ExistingTransform
    tally: str
    conflict_samples: str
    bounds: Bounds
    kpis: Mapping[str, KpiTransform]
    # The curated columns whose values are not shown.
    personal: frozenset[str]

    def kpi(self, name: str) -> KpiTransform:
        """The statements of the KPI table `name`. Raises `PlanError` when the plan has none."""
        try:
            return self.kpis[name]
        except KeyError:
            raise PlanError(f"The plan has no statements for the KPI {name!r}; build the plan again.") from None

    def over(self, statement: str, dates: Iterable[str]) -> str:
        """`statement` with its `{dates}` filled in. `dates` are ISO dates; none is written as a list that is empty."""
        literals = ", ".join(self.date_literal.replace("{date}", date) for date in dates)
        return statement.replace("{dates}", literals or "NULL")


def read_statements(plan: Plan, dialect: str) -> Statements:
    """The statements that `plan` holds for `dialect`. Raises `PlanError` when it has none."""
    found = getattr(plan.transformation, dialect, None)
    if not isinstance(found, Transform):
        raise PlanError(f"The plan has no statements in the dialect {dialect!r}; build the plan again.")
    return Statements(
        date_literal=found.date_literal,
        incoming=found.incoming,
        dates=found.dates,
        batch=found.batch,
        existing=found.existing,
        tally=found.tally,
        conflict_samples=found.conflict_samples,
        bounds=found.bounds,
        kpis={kpi.name: kpi for kpi in found.kpis},
        personal=personal_columns(plan),
    )
