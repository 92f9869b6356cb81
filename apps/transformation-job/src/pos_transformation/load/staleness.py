"""The dates whose rows of a KPI table are those of an earlier curated version, because they could not be computed.

The table itself remembers them, in application transactions: they are committed together with the version that the
table reflects, both engines read and write them, and no checkpoint or clean-up forgets them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from pos_job_runtime.exhausted import is_exhausted
from pos_transformation.errors import UncomputableError

if TYPE_CHECKING:
    from pos_job_runtime.generated.documents import StaleDate, TableResult

# How many dates are stale; each of them is the version of `kpi:stale:<number>`, in days since 1970.
STALE = "kpi:stale"
EPOCH = date(1970, 1, 1)
# More than that is no row's fault. Then the table stays at the version that it reflects.
MOST_DATES = 1000
# Dates for which the rows that explain them are looked up.
DATES_EXPLAINED = 20
STALE_SINCE = "An earlier run could not compute it, and its rows have not changed since."

# The version that an application committed last, if it ever did.
Transaction = Callable[[str], "int | None"]


def stale_dates(transaction: Transaction) -> list[str]:
    """The stale dates of a table, ISO dates in order."""
    count = transaction(STALE) or 0
    days = (transaction(f"{STALE}:{number}") for number in range(count))
    return sorted((EPOCH + timedelta(days=day)).isoformat() for day in days if day is not None)


def stale_marks(before: Collection[str], after: Collection[str]) -> dict[str, int]:
    """The transactions that turn a table's stale dates from `before` into `after`; none where nothing changes."""
    if set(before) == set(after):
        return {}
    days = ((date.fromisoformat(one) - EPOCH).days for one in sorted(after))
    return {STALE: len(after), **{f"{STALE}:{number}": day for number, day in enumerate(days)}}


class Followed(Struct, frozen=True):
    """A KPI table after it has caught up: what was done to it, and the dates that are stale all the same."""

    result: TableResult
    stale: Sequence[StaleDate]


class Containment(Struct):
    """Keeps what can't be computed to its own dates: their halves are tried by themselves, down to a single date."""

    failed: dict[str, str] = field(default_factory=dict)

    def each(self, dates: Sequence[str], compute: Callable[[Sequence[str]], None]) -> None:
        """Let `compute` do all of `dates`, as many at once as possible. Whatever is no row's fault is raised."""
        try:
            compute(dates)
        except UncomputableError as error:
            if is_exhausted(error):
                raise
            if len(dates) > 1:
                middle = len(dates) // 2
                self.each(dates[:middle], compute)
                self.each(dates[middle:], compute)
                return
            self.failed[dates[0]] = str(error)
            if len(self.failed) > MOST_DATES:
                raise

    def stale_after(self, before: Collection[str], computed: Collection[str]) -> set[str]:
        """The stale dates once `computed` were tried."""
        return (set(before) - set(computed)) | self.failed.keys()


def stale_sentence(run_id: str, stale: Sequence[StaleDate]) -> str:
    """What the run that touched these dates ends with."""
    first = stale[0]
    more = f" ({len(stale) - 1} more)" if len(stale) > 1 else ""
    why = first.rows[0] if first.rows else None
    cause = (
        first.problem
        if why is None
        else f"the row {_key(why)} has the {why['broken_column']} {why['broken_value']}, beyond the contract's bounds"
    )
    return (
        f"Run {run_id} is loaded, but the figures of {first.date} in {first.table} could not be computed{more}: "
        f"{cause.rstrip('.')}. They stay as they were, "
        "or are missing in a table that got other columns; all other dates are up to date. "
        "See and mend it with: pos repair"
    )


def _key(row: Mapping[str, Any]) -> str:
    """The row's first column, which is the first of its key."""
    return str(next(iter(row.values())))
