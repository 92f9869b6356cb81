"""What a load did, as the run's summary tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from pos_job_runtime.document import UNSET
from pos_job_runtime.generated.documents import TransformationSummary
from pos_job_runtime.personal import masked_row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pos_job_runtime.generated.documents import Engine, LoadedRows, LoadOutcome, StaleDate, TableResult
    from pos_job_runtime.plan import Plan

# A summary stays small however many dates a batch touches; `datesTouched` tells how many there were.
DATES_LISTED = 366
_LARGEST_EXACT = 2**53 - 1


class LoadReport(Struct, frozen=True):
    """The result of one load. `dates` are ISO dates in order; `conflicts` the first few, both rows' values beside."""

    rows: LoadedRows
    dates: Sequence[str]
    curated: TableResult
    kpis: Sequence[TableResult]
    conflicts: Sequence[Mapping[str, Any]]
    timings: Mapping[str, float] = field(default_factory=dict)
    stale: Sequence[StaleDate] = ()

    @property
    def outcome(self) -> LoadOutcome:
        """Whether the run brought anything that the curated table did not have."""
        return "loaded" if self.rows.appended or self.rows.updated or self.curated.deleted else "nothing-new"


def summary_document(
    report: LoadReport, *, run_id: str, engine: Engine, plan: Plan, seconds: float
) -> TransformationSummary:
    """`runs/<runId>/transformation/summary.json`."""
    return TransformationSummary(
        run_id=run_id,
        engine=engine,
        dataset=plan.dataset,
        contract=plan.contract,
        outcome=report.outcome,
        rows=report.rows,
        dates=report.dates[:DATES_LISTED],
        dates_touched=len(report.dates),
        tables=[report.curated, *report.kpis],
        conflict_samples=report.conflicts,
        stale=report.stale or UNSET,
        timings={name: round(value, 3) for name, value in {**report.timings, "total": seconds}.items()},
    )


def plain_records(records: Iterable[Mapping[str, Any]], *, personal: Collection[str]) -> list[Mapping[str, Any]]:
    """Rows to show, without the values of `personal` columns. Their values are such that JSON can hold them, for
    JavaScript too: all but whole numbers that it holds exactly becomes text."""
    return [masked_row({name: _plain(value) for name, value in record.items()}, personal) for record in records]


def _plain(value: object) -> object:
    if isinstance(value, int) and abs(value) > _LARGEST_EXACT:
        return str(value)
    return value if value is None or isinstance(value, (int, str)) else str(value)
