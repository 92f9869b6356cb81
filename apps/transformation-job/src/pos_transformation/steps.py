"""The plan's statements for one dialect: steps in their order, by what the job is doing.

Their types are generated from the compiler's; what each step yields is described in
libs/platform/sql/src/transform/schema.ts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from pos_job_runtime.document import given
from pos_job_runtime.errors import PlanError
from pos_job_runtime.personal import personal_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pos_job_runtime.generated.plan import KpiTransform, Step, Transform
    from pos_job_runtime.plan import Plan

ADDED = re.compile(r"\{added\.([^{}]+)\}")
WITHIN = re.compile(r"\{within (\w+): ([^{}]+)\}")
# The steps of a transform that are not a KPI's.
Phase = Literal[
    "whole",
    "read",
    "unify",
    "adopt",
    "sought",
    "indexed",
    "nearby",
    "match",
    "compare",
    "conflicts",
    "replace",
    "newest",
    "explain",
    "repair",
    "canary",
]
# The dialect whose text of a KPI stands for its definition, whichever engine computes it.
DEFINITIONS = "duckdb"


class Statements(Struct, frozen=True):
    """All statements of one dialect. `personal` are the curated columns whose values are not shown."""

    transform: Transform
    personal: frozenset[str]

    def phase(self, name: Phase) -> Sequence[Step]:
        """The steps of a phase."""
        found: Sequence[Step] = given(getattr(self.transform, name), ())
        return found

    def kpi(self, name: str) -> Sequence[Step]:
        """The steps of the KPI table `name`. Raises `PlanError` when the plan has none."""
        return self.kpi_transform(name).steps

    def kpi_transform(self, name: str) -> KpiTransform:
        """All that the plan says about computing the KPI table `name`. Raises `PlanError` when it has nothing."""
        for kpi in self.transform.kpis:
            if kpi.name == name:
                return kpi
        raise PlanError(f"The plan has no statements for the KPI {name!r}; build the plan again.")

    def literals(self, dates: Iterable[str]) -> str:
        """ISO dates as a list of SQL literals."""
        return ", ".join(self.transform.date_literal.replace("{date}", date) for date in dates)


def read_statements(plan: Plan, dialect: str) -> Statements:
    """The statements that `plan` holds for `dialect`. Raises `PlanError` when they are missing."""
    if dialect not in plan.transformation:
        raise PlanError(
            f"The plan's part transformation.{dialect} is missing: build and deploy the plan and the jobs together."
        )
    return Statements(plan.transformation[dialect], personal_columns(plan))


def with_dates(step: Step, literals: str) -> Step:
    """The step with its `{dates}` filled in."""
    merge = given(step.merge, None)
    sql = step.sql.replace("{dates}", literals)
    if merge is None:
        return replace(step, sql=sql)
    return replace(step, sql=sql, merge=replace(merge, on=merge.on.replace("{dates}", literals)))


def with_added(step: Step, added: Collection[str]) -> Step:
    """The step with its `{added.NAME}` filled in: whether the table got that column when it may have had rows."""
    if "{added." not in step.sql:
        return step
    return replace(step, sql=ADDED.sub(lambda found: str(found[1] in added).upper(), step.sql))


def with_ranges(sql: str, ranges: Mapping[str, Sequence[tuple[str, str]]]) -> str:
    """A step's text with its `{within NAME: COLUMN}` filled in, which comes last: the literals hold keys.

    Of what has no ranges by that name nothing is known.
    """

    def condition(found: re.Match[str]) -> str:
        return " OR ".join(f"{found[2]} BETWEEN {low} AND {high}" for low, high in ranges.get(found[1], ())) or "TRUE"

    return WITHIN.sub(condition, sql)


def with_part(step: Step, part: int, parts: int) -> Step:
    """The step for one part of its rows, counted from 0."""
    return replace(step, sql=step.sql.replace("{parts}", str(parts)).replace("{part}", str(part)))
