"""The plan's statements for one dialect, with types. What each one yields is described in libs/platform/sql."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pos_job_runtime.errors import PlanError
from pos_job_runtime.personal import personal_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pos_job_runtime.plan import Plan


@dataclass(frozen=True)
class Merge:
    """A MERGE of a source `s` into a table `t`. A clause that is `None` is not part of it."""

    on: str
    update: str | None
    delete: str | None
    insert: str | None
    set: Mapping[str, str]


@dataclass(frozen=True)
class BatchStatements:
    """Each key once, among the rows of one run."""

    key_hashes: str
    suspects: str
    ranked: str
    lost: str
    rows: str


@dataclass(frozen=True)
class ExistingStatements:
    """The batch against the rows that stand already. `updates` and `merge` exist where the latest row wins."""

    matched_keys: str
    matched: str
    compared: str
    fresh: str
    updates: str | None
    merge: Merge | None


@dataclass(frozen=True)
class BoundsStatements:
    """Curated rows that the present contract would not accept: which there are, and how they are removed."""

    outside: str
    removal: Merge


@dataclass(frozen=True)
class KpiStatements:
    """How one KPI table follows the curated table."""

    name: str
    recomputed: str
    changes: str
    merge: Merge


@dataclass(frozen=True)
class Statements:
    """All statements of one dialect."""

    date_literal: str
    incoming: str
    dates: str
    batch: BatchStatements
    existing: ExistingStatements
    tally: str
    conflict_samples: str
    bounds: BoundsStatements
    kpis: Mapping[str, KpiStatements]
    # The curated columns whose values are not shown.
    personal: frozenset[str]

    def kpi(self, name: str) -> KpiStatements:
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
    """The statements that `plan` holds for `dialect`. Raises `PlanError` when they are missing or damaged."""
    try:
        return _statements(plan.transformation[dialect], personal=personal_columns(plan))
    except (KeyError, TypeError, AttributeError) as error:
        raise PlanError(
            f"The plan's part transformation.{dialect} is missing or damaged ({error}): "
            "build and deploy the plan and the jobs together."
        ) from None


def _statements(node: Mapping[str, Any], *, personal: frozenset[str]) -> Statements:
    batch, existing = node["batch"], node["existing"]
    return Statements(
        date_literal=node["dateLiteral"],
        incoming=node["incoming"],
        dates=node["dates"],
        batch=BatchStatements(
            key_hashes=batch["keyHashes"],
            suspects=batch["suspects"],
            ranked=batch["ranked"],
            lost=batch["lost"],
            rows=batch["rows"],
        ),
        existing=ExistingStatements(
            matched_keys=existing["matchedKeys"],
            matched=existing["matched"],
            compared=existing["compared"],
            fresh=existing["fresh"],
            updates=existing["updates"],
            merge=None if existing["merge"] is None else _merge(existing["merge"]),
        ),
        tally=node["tally"],
        conflict_samples=node["conflictSamples"],
        bounds=BoundsStatements(outside=node["bounds"]["outside"], removal=_merge(node["bounds"]["removal"])),
        kpis={kpi["name"]: _kpi(kpi) for kpi in node["kpis"]},
        personal=personal,
    )


def _kpi(node: Mapping[str, Any]) -> KpiStatements:
    return KpiStatements(
        name=node["name"], recomputed=node["recomputed"], changes=node["changes"], merge=_merge(node["merge"])
    )


def _merge(node: Mapping[str, Any]) -> Merge:
    return Merge(
        on=node["on"], update=node["update"], delete=node["delete"], insert=node["insert"], set=dict(node["set"])
    )
