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

    days: Sequence[Any]
    paths: Sequence[str]
    sizes: Sequence[int]
    counts: Sequence[int | None]
    names: Mapping[Any, str]
    """The ISO date for each of the days."""

    @staticmethod
    def of(delta: DeltaTable, *, partition: str | None) -> TableFiles:
        """Those of the snapshot."""
        columns = ("path", "size_bytes", "num_records")
        days, paths, sizes, counts = add_actions(delta, *columns, partition=partition)
        return TableFiles(days, paths, sizes, counts, {day: str(day) for day in set(days)})

    @property
    def rows(self) -> int | None:
        """The number of rows; `None` when a file has no statistics."""
        known = [count for count in self.counts if count is not None]
        return sum(known) if len(known) == len(self.counts) else None

    def rows_by_date(self) -> dict[str, int]:
        """The number of rows of each partition, as far as its files' statistics tell."""
        counts: dict[Any, int] = dict.fromkeys(self.names, 0)
        for day, count in zip(self.days, self.counts):
            counts[day] += count or 0
        return {self.names[day]: count for day, count in counts.items()}

    def on(self, dates: Collection[str]) -> list[Entry]:
        """The files on `dates`."""
        wanted = set(dates)
        names = {day: name for day, name in self.names.items() if name in wanted}
        files = zip(self.days, self.paths, self.sizes, self.counts)
        return [Entry(names[day], path, size, count) for day, path, size, count in files if day in names]
