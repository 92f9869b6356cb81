"""What a load did, as the run's summary tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pos_job_runtime.document import UNSET, plain
from pos_job_runtime.generated.documents import LoadedRows, TableResult, TransformationSummary
from pos_job_runtime.personal import masked_row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pos_job_runtime.generated.documents import Engine, LoadOutcome, StaleDate
    from pos_job_runtime.plan import Plan

# A summary stays small however many dates a batch touches; `datesTouched` tells how many there were.
DATES_LISTED = 366
_LARGEST_EXACT = 2**53 - 1


@dataclass(frozen=True)
class Rows:
    """What became of the run's validated rows. `incoming` is the sum of the others."""

    incoming: int
    appended: int
    duplicates: int
    conflicts: int
    updated: int

    def counts(self) -> LoadedRows:
        """As the summary has it."""
        return LoadedRows(
            in_=self.incoming,
            appended=self.appended,
            duplicates=self.duplicates,
            conflicts=self.conflicts,
            updated=self.updated,
        )

    def document(self) -> dict[str, int]:
        """As logs and the notes of commits have it."""
        return plain(self.counts())

    @staticmethod
    def parse(document: Mapping[str, Any]) -> Rows:
        """The inverse of `document`. Raises `KeyError`, `TypeError` or `ValueError`."""
        names = ("in", "appended", "duplicates", "conflicts", "updated")
        return Rows(*(int(document[name]) for name in names))


@dataclass(frozen=True)
class TableChange:
    """A table after the load, and what the load did to its rows.

    `version` is that of its Delta log; `rows` is `None` where a foreign writer left files without statistics.
    """

    name: str
    path: str
    version: int
    rows: int | None
    inserted: int
    updated: int
    deleted: int

    def result(self, *, appended: int | None = None) -> TableResult:
        """As the summary has it."""
        return TableResult(
            name=self.name,
            path=self.path,
            version=self.version,
            rows=UNSET if self.rows is None else self.rows,
            inserted=self.inserted,
            updated=self.updated,
            deleted=self.deleted,
            appended=UNSET if appended is None else appended,
        )


@dataclass(frozen=True)
class LoadReport:
    """The result of one load. `dates` are ISO dates in order; `conflicts` the first few, both rows' values beside."""

    rows: Rows
    dates: Sequence[str]
    curated: TableChange
    kpis: Sequence[TableChange]
    conflicts: Sequence[Mapping[str, Any]]
    timings: Mapping[str, float] = field(default_factory=dict)
    stale: Sequence[StaleDate] = ()

    @property
    def outcome(self) -> LoadOutcome:
        """Whether the run brought anything that the curated table did not have."""
        return "loaded" if self.rows.appended or self.rows.updated else "nothing-new"


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
        rows=report.rows.counts(),
        dates=report.dates[:DATES_LISTED],
        dates_touched=len(report.dates),
        tables=[report.curated.result(appended=report.rows.appended), *(kpi.result() for kpi in report.kpis)],
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
