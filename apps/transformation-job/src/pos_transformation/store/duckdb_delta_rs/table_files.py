"""The data files of one version of a table. A long history has many, of which a load looks at few."""

from __future__ import annotations

import json
from datetime import date as calendar_date
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from pos_transformation.store.duckdb_delta_rs.versions import add_actions
from pos_transformation.store.table_specs import WHOLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

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
    """Column by column, as the library gives them: whatever is made for each file costs more than all else here."""

    days: Sequence[Any]
    """The partition of each file: a calendar date, or `WHOLE`."""
    paths: Sequence[str]
    sizes: Sequence[int]
    counts: Sequence[int | None]

    @staticmethod
    def of(delta: DeltaTable, *, partition: str | None) -> TableFiles:
        """Those of the snapshot."""
        return TableFiles(*add_actions(delta, "path", "size_bytes", "num_records", partition=partition))

    def after(self, actions: Iterable[Mapping[str, Any]], *, partition: str | None) -> TableFiles:
        """Those of the version that a commit of these actions makes of this one."""
        actions = list(actions)
        gone = {action["remove"]["path"] for action in actions if "remove" in action}
        added = [action["add"] for action in actions if "add" in action]
        stay = [place for place, path in enumerate(self.paths) if path not in gone] if gone else None

        def column(new: Iterable[Any], old: Sequence[Any]) -> list[Any]:
            return [*new, *(old if stay is None else map(old.__getitem__, stay))]

        return TableFiles(
            column((_day(add["partitionValues"], partition) for add in added), self.days),
            column((add["path"] for add in added), self.paths),
            column((add["size"] for add in added), self.sizes),
            column((json.loads(add["stats"])["numRecords"] for add in added), self.counts),
        )

    @property
    def dates(self) -> set[str]:
        """All partitions, as texts."""
        return set(map(str, set(self.days)))

    @property
    def rows(self) -> int | None:
        """The number of rows; `None` when a file has no statistics."""
        return None if None in self.counts else sum(count or 0 for count in self.counts)

    def rows_by_date(self, dates: Collection[str]) -> dict[str, int]:
        """The number of rows on each of `dates` that has a file, as far as the files' statistics tell."""
        found: dict[str, int] = {}
        for entry in self.on(dates):
            found[entry.date] = found.get(entry.date, 0) + (entry.rows or 0)
        return found

    def on(self, dates: Collection[str]) -> list[Entry]:
        """The files on `dates`, in the order of the log."""
        if not self.days:
            return []
        made = calendar_date.fromisoformat if isinstance(self.days[0], calendar_date) else str
        wanted = {made(date): date for date in dates}
        return [
            Entry(wanted[day], self.paths[place], self.sizes[place], self.counts[place])
            for place, day in enumerate(self.days)
            if day in wanted
        ]


def _day(values: Mapping[str, str], partition: str | None) -> Any:
    return WHOLE if partition is None else calendar_date.fromisoformat(values[partition])
