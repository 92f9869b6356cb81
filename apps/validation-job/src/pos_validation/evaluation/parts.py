"""Parts: many valid rows of one date, in a Parquet file as the curated table has them.

The transformation job may let the table take such a file over as it is. On which date a row counts is decided there, by
the plan's statement: here rows are only divided, and a part that turned out to have two dates would be written again.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from pos_job_runtime.document import given

if TYPE_CHECKING:
    from pathlib import Path

    from pos_job_runtime.plan import Plan

# About a megabyte. Fewer rows of a date are put together with those of other files.
ROWS_OF_A_PART = 100_000
# Rows of so few days are counted faster day by day than all at once.
DAYS_COUNTED = 16
# Groups of this size are read in parallel. Each has a price of its own.
ROWS_PER_GROUP = 500_000


class DatedParts(NamedTuple):
    """How rows in the plan's validated columns become parts. `instants` are names in the parts by validated columns."""

    event_time: str
    instants: dict[str, str]
    zone: str
    cutoff: int

    @staticmethod
    def of(plan: Plan) -> DatedParts | None:
        """None where the table can't take files over."""
        parts, business_date = given(plan.content.validation.parts, None), given(plan.content.business_date, None)
        if parts is None or business_date is None:
            return None
        return DatedParts(
            event_time=parts.event_time,
            instants={instant.validated: instant.name for instant in parts.instants},
            zone=given(business_date.time_zone, "UTC"),
            cutoff=given(business_date.cutoff_hour, 0),
        )

    def divided(self, frame: pl.DataFrame) -> tuple[list[pl.DataFrame], pl.DataFrame]:
        """The rows of each date that has many, in the order of these dates, and all others."""
        if frame.height < ROWS_OF_A_PART:
            return [], frame
        first, last = self._ends(frame)
        if first == last:
            return [frame], frame.clear()
        dates = frame.select(self._date().alias("date")).to_series()
        on_large = [dates == day for day in _large(dates, first, last)]
        others = frame.filter(~reduce(or_, on_large)) if on_large else frame
        return [frame.filter(on_one) for on_one in on_large], others

    def _ends(self, frame: pl.DataFrame) -> tuple[date, date]:
        """The dates of the first and the last instant. If clocks are set back over midnight in between, the load sees
        it."""
        moment = pl.col(self.event_time)
        first, last = (
            pl.concat([frame.select(moment.min()), frame.select(moment.max())]).select(self._date()).to_series()
        )
        return first, last

    def write(self, frame: pl.DataFrame, path: Path) -> None:
        """Write rows in the plan's validated columns to a part."""
        instant = pl.Datetime("us", "UTC")
        columns = [
            pl.col(name).cast(instant).alias(self.instants[name]) if name in self.instants else pl.col(name)
            for name in frame.columns
        ]
        frame.select(columns).write_parquet(
            path, compression="zstd", compression_level=1, statistics=True, row_group_size=ROWS_PER_GROUP
        )

    def _date(self) -> pl.Expr:
        moment = pl.col(self.event_time).cast(pl.Datetime("us", "UTC"))
        local = moment if self.zone == "UTC" else moment.dt.convert_time_zone(self.zone).dt.replace_time_zone(None)
        return (local - pl.duration(hours=self.cutoff) if self.cutoff else local).dt.date()


def _large(dates: pl.Series, first: date, last: date) -> list[date]:
    """The dates that many rows have, in their order."""
    if (last - first).days < DAYS_COUNTED:
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [day for day in days if (dates == day).sum() >= ROWS_OF_A_PART]
    counts = dates.value_counts(sort=False, name="rows").filter(pl.col("rows") >= ROWS_OF_A_PART)
    found: list[date] = counts["date"].sort().to_list()
    return found
