"""Which curated rows may have a key of the batch, where a key names one row within a window of days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from pos_transformation.load.batch import Batch
    from pos_transformation.load.runner import Runner
    from pos_transformation.store.protocol import Snapshot


def within(days: int, of: Iterable[str], among: Collection[str]) -> list[str]:
    """Those dates `among` others that are at most so many days away from one `of` these. ISO dates, in order."""
    wanted: set[str] = set()
    for iso in of:
        day = date.fromisoformat(iso)
        first, last = (_shifted(day, distance).isoformat() for distance in (-days, days))
        wanted.update(other for other in among if first <= other <= last)
    return sorted(wanted)


def _shifted(day: date, days: int) -> date:
    """The calendar ends somewhere; no row is beyond it."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def read_existing(runner: Runner, snapshot: Snapshot, batch: Batch, *, days: int) -> None:
    """Register the rows of `existing` that the batch is to be compared with.

    With a window, keys are looked for on all dates in it; then the dates on which one was found are read whole.
    """
    if not days:
        runner.read({"existing": (snapshot, batch.dates)})
        return
    runner.read({"existing": (snapshot, within(days, batch.dates, snapshot.dates))})
    found = runner.phase("nearby").checks.get("nearby_dates", ())
    runner.read({"existing": (snapshot, [str(row["date"]) for row in found])})
