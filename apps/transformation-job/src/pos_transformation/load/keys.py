"""Which curated rows may have a key of the batch, where a key names one row within a window of days."""

from __future__ import annotations

import tempfile
from bisect import bisect_left, bisect_right
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pos_transformation.key_index.of_table import added, index_of
from pos_transformation.key_index.segment import DATE, Sought
from pos_transformation.store.delta_log import files_added_by
from pos_transformation.store.table_specs import run_transaction

if TYPE_CHECKING:
    from array import array
    from collections.abc import Collection, Iterable, Sequence

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Storage
    from pos_transformation.key_index.index import KeyIndex
    from pos_transformation.load.batch import Batch
    from pos_transformation.load.runner import Runner
    from pos_transformation.store.protocol import Snapshot

EPOCH = date(1970, 1, 1)
# A larger batch is joined with the keys of all dates in the window: then that costs less than looking each of them up.
MOST_ROWS = 5_000_000
# So many rows that stand are added to the index by a load, at most. More are left for maintenance, and read.
MOST_INDEXED = 50_000_000
# So many segments are opened by each load before one puts the small ones together.
MOST_SEGMENTS = 16


def within(days: int, of: Iterable[str], among: Collection[str]) -> list[str]:
    """Those dates `among` others that are at most so many days away from one `of` these. ISO dates, in order."""
    wanted: set[str] = set()
    others = sorted(among)
    for iso in of:
        day = date.fromisoformat(iso)
        first, last = (_shifted(day, distance).isoformat() for distance in (-days, days))
        wanted.update(others[bisect_left(others, first) : bisect_right(others, last)])
    return sorted(wanted)


def _shifted(day: date, days: int) -> date:
    """The calendar ends somewhere; no row is beyond it."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


class BatchKeys:
    """The keys of one run's batch, and where they may stand. To be left when the run's rows are committed.

    With a window of `days`, keys are looked for on all dates in it; then the dates on which one was found are read
    whole. An index narrows down where they are looked for: what it finds is looked at, what it does not know is read.
    """

    def __init__(self, runner: Runner, batch: Batch, *, days: int, storage: Storage, log: JsonLog) -> None:
        self._runner = runner
        self._batch = batch
        self._days = days
        self._storage = storage
        self._log = log
        self._entries: list[array[int]] = []
        self._index: KeyIndex | None = None
        self._open = ExitStack()

    def __enter__(self) -> BatchKeys:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def read_existing(self, snapshot: Snapshot) -> None:
        """Register the rows of `existing` that the batch is to be compared with."""
        if not self._days:
            self._runner.read({"existing": (snapshot, self._batch.dates)})
            return
        window = within(self._days, self._batch.dates, snapshot.dates)
        # The batch's own dates are mostly read anyway.
        others = sorted(set(window).difference(self._batch.dates))
        if others and self._batch.rows <= min(MOST_ROWS, self._runner.session.most_entries):
            others = self._narrowed(snapshot, window, others)
        looked = sorted({*others, *set(window).intersection(self._batch.dates)})
        self._runner.read({"existing": (snapshot, looked)})
        nearby = self._runner.phase("nearby").checks.get("nearby_dates", ())
        self._runner.keys_are_within("nearby", nearby)
        found = [str(row["date"]) for row in nearby]
        if found != looked:
            self._runner.read({"existing": (snapshot, found)})

    def committed(self, snapshot: Snapshot, *, run_id: str, after: int, until: int) -> None:
        """Add the keys of what the run appended, by a commit between these versions, to the index.

        Without that the next load adds them, from the table.
        """
        if self._index is None:
            return
        files = files_added_by(
            self._storage, snapshot.location, application=run_transaction(run_id), after=after, until=until
        )
        if files:
            self._index.add(self._entries, most=self._batch.rows, files=files)
        if len(self._index.stored) > MOST_SEGMENTS:
            self._index.merge({*snapshot.paths(snapshot.dates), *files})

    def _narrowed(self, snapshot: Snapshot, window: Sequence[str], dates: Sequence[str]) -> list[str]:
        """Those of `dates`, which are in the window, on which a key of the batch may stand."""
        folder = self._open.enter_context(tempfile.TemporaryDirectory(prefix="pos-keys-"))
        self._index = index = index_of(snapshot, self._runner, self._storage, self._log, folder=Path(folder))
        index.open()
        # A new index holds all dates at once; later each is added when it has become one of the others.
        files = snapshot.paths(dates if index.stored else window)
        unknown = index.unknown(files)
        segments = index.chosen(snapshot.paths(dates))
        if unknown and snapshot.rows_on(unknown) <= MOST_INDEXED:
            segments += list(added(index, snapshot, self._runner, unknown))
            unknown = []
        unknown = sorted(set(unknown).intersection(dates))
        self._runner.phase("sought")
        places: dict[int, list[str]] = {}
        for day in dates:
            places.setdefault((date.fromisoformat(day) - EPOCH).days & DATE, []).append(day)
        found: set[int] = set()
        for entries in self._runner.session.entries("sought", rows=self._batch.rows):
            self._entries.append(entries)
            sought = Sought(entries.tolist())
            found.update(*(segment.dates(sought, places) for segment in segments))
        return sorted({*unknown, *(day for place in found for day in places[place])})
