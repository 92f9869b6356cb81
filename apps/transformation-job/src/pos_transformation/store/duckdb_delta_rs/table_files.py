"""The data files of one version of a table. A long history has many, of which a load looks at few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from pos_transformation.store.duckdb_delta_rs.versions import add_actions

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from deltalake import DeltaTable


class Entry(NamedTuple):
    """A data file as the log has it. `date` is `WHOLE` in a table without partitions; `size` in bytes.

    `rows` is `None` where a foreign writer left the file without statistics.
    """

    date: str
    path: str
    size: int
    rows: int | None


class TableFiles(Struct, frozen=True):
    """Column by column, as the library gives them: a value for each file costs more than all else here."""

    paths: Sequence[str]
    sizes: Sequence[int]
    counts: Sequence[int | None]
    places: Mapping[str, Sequence[int]]
    """Where in the columns the files of each date are."""

    @staticmethod
    def of(delta: DeltaTable, *, partition: str | None) -> TableFiles:
        """Those of the snapshot."""
        columns = ("path", "size_bytes", "num_records")
        days, paths, sizes, counts = add_actions(delta, *columns, partition=partition)
        places: dict[Any, list[int]] = {}
        for place, day in enumerate(days):
            places.setdefault(day, []).append(place)
        return TableFiles(paths, sizes, counts, {str(day): found for day, found in places.items()})

    @property
    def rows(self) -> int | None:
        """The number of rows; `None` when a file has no statistics."""
        known = [count for count in self.counts if count is not None]
        return sum(known) if len(known) == len(self.counts) else None

    def rows_by_date(self) -> dict[str, int]:
        """The number of rows of each partition, as far as its files' statistics tell."""
        return {date: sum(self.counts[place] or 0 for place in found) for date, found in self.places.items()}

    def on(self, dates: Collection[str]) -> list[Entry]:
        """The files on `dates`, in the order of the log."""
        found = sorted((place, date) for date in set(dates) for place in self.places.get(date, ()))
        return [Entry(date, self.paths[place], self.sizes[place], self.counts[place]) for place, date in found]
