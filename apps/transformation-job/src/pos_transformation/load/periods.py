"""The periods that the rows of a KPI table stand for, and the business dates that they are made of."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from pos_job_runtime.document import given

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pos_job_runtime.plan import KpiTable
    from pos_transformation.store.protocol import Snapshot, Store


def first_day(day: str, grain: str) -> str:
    """The first day of the `day`, `week` (of ISO 8601, from a Monday) or `month` that `day`, an ISO date, is in."""
    if grain == "day":
        return day
    if grain == "month":
        return f"{day[:-2]}01"
    moment = date.fromisoformat(day)
    return (moment - timedelta(days=moment.weekday())).isoformat()


class Periods(Struct, frozen=True, dict=True):
    """The periods of one curated table, by their first days. A day is its own period."""

    grain: str
    curated: Snapshot

    @staticmethod
    def of(kpi: KpiTable, curated: Snapshot) -> Periods:
        """The periods of a KPI table."""
        return Periods(given(kpi.grain, "day"), curated)

    @cached_property
    def days(self) -> Mapping[str, Sequence[str]]:
        """The dates of each period that stand in the curated table. To list them costs a store a look at its log."""
        days: dict[str, list[str]] = {}
        for day in sorted(self.curated.dates):
            days.setdefault(first_day(day, self.grain), []).append(day)
        return days

    def around(self, days: Collection[str]) -> set[str]:
        """The periods that these dates are in."""
        return {first_day(day, self.grain) for day in days}

    def dates(self, periods: Collection[str]) -> list[str]:
        """The curated dates in these periods; a day that the table lacks may be among them."""
        if self.grain == "day":
            return list(periods)
        return [day for period in periods for day in self.days.get(period, ())]

    def portions(self, store: Store, curated: Snapshot, periods: Sequence[str]) -> list[list[str]]:
        """`periods` in portions that the store computes in one go, where no single period is more than that.

        A period is never divided: it begins with the portion that its first date is in.
        """
        if self.grain == "day":
            return store.portions(curated, periods)
        begins = {self.days[period][0]: period for period in periods if period in self.days}
        found = [
            [begins[day] for day in portion if day in begins]
            for portion in store.portions(curated, self.dates(periods))
        ]
        # Those of which no row is left.
        gone = [period for period in periods if period not in self.days]
        return [portion for portion in [*found, gone] if portion]
