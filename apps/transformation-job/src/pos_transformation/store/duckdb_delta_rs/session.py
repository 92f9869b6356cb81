"""A DuckDB connection that spills to disk before it takes more memory than it may."""

from __future__ import annotations

from array import array
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from pos_job_runtime.processors import processors
from pos_transformation.errors import EngineError, UncomputableError
from pos_transformation.key_index.segment import PORTION, ranges
from pos_transformation.store.duckdb_delta_rs.run_files import RunFiles
from pos_transformation.store.duckdb_delta_rs.sql import Column, filled, nothing, parquet, quoted, text
from pos_transformation.store.duckdb_delta_rs.versions import arrow_stream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from arro3.core.types import ArrowStreamExportable

    from pos_job_runtime.plan import ValidatedColumn
    from pos_job_runtime.storage import Location
    from pos_transformation.store.duckdb_delta_rs.local_files import LocalFiles
    from pos_transformation.store.duckdb_delta_rs.table_files import Entry
    from pos_transformation.store.duckdb_delta_rs.tables import Snapshot
    from pos_transformation.store.validated_files import ValidatedFile


# Joins and aggregates spill beyond this, so that a larger batch takes longer, not more memory. The Delta writer's
# buffers come on top.
MEMORY_MB = 1000
# A hash of each type that a key may have.
HASHES = (
    "SELECT hash('pos'), hash(CAST(1 AS BIGINT)), hash('pos', CAST(1 AS BIGINT)), hash(CAST(1 AS DECIMAL(18, 4))), "
    "hash(DATE '2024-02-29'), hash(TIMESTAMPTZ '2024-02-29 00:00:00+00'), hash(TRUE)"
)
# Where dates are read one by one, threads share them between themselves: each has other groups, and there are fewer to
# put together. That is a sixth of what a KPI of many groups takes, and costs one of few a twentieth.
DAYS_APART = 32
ROWS_OF_A_DAY_APART = 100_000
ENTRIES = "entries_of_keys"
Kind = Literal["VIEW", "TABLE"]


class Session:
    """See `protocol.Session`."""

    most_entries = 50_000_000

    def __init__(self, *, spill: Path, local: LocalFiles, memory_mb: int = MEMORY_MB) -> None:
        self.local = local
        self._spill = spill
        self._run = RunFiles((), local, {})
        # What stands for each name. The catalogue would tell, too, for two milliseconds each time.
        self._kinds: dict[str, Kind] = {}
        self._lacking: Sequence[ValidatedColumn] = ()
        self._connection = duckdb.connect(
            config={
                "threads": processors(),
                "memory_limit": f"{memory_mb}MB",
                "temp_directory": str(spill),
                "preserve_insertion_order": False,
                # A name in the plan must never reach for the network.
                "autoinstall_known_extensions": False,
            }
        )
        self._connection.execute("SET TimeZone = 'UTC'")

    def read_run(
        self,
        files: Sequence[ValidatedFile],
        columns: Sequence[ValidatedColumn],
        *,
        complete: bool = True,
        instants: Mapping[str, str] | None = None,
        lead: str | None = None,
        moment: str | None = None,
    ) -> None:
        """See `protocol.Session.read_run`. The files tell their columns themselves."""
        self._run = RunFiles(files, self.local, instants or {}, by_name=not complete)
        self._lacking = () if complete else columns
        self._view_run(())
        self.table("sources", self._run.sources())
        for column in columns:
            if column.name == lead:
                self.view("ends", self._run.ends(column, self.records))
        if moment is not None:
            self.view("spans", self._run.spans(moment, self.records))

    @contextmanager
    def without_parts(self, parts: Collection[Location]) -> Iterator[None]:
        """See `protocol.Session.without_parts`."""
        self._view_run(parts)
        try:
            yield
        finally:
            self._view_run(())

    def _view_run(self, without: Collection[Location]) -> None:
        source = self._run.select(without)
        self.view("validated", filled(self._lacking, source) if self._lacking else source)

    def read(
        self, relations: Mapping[str, tuple[Snapshot, Collection[str]]], *, grouped: Collection[str] = ()
    ) -> set[str]:
        """See `protocol.Session.read`. Reads the data files of these dates and no others."""
        without = set()
        for name, (snapshot, dates) in relations.items():
            if not snapshot.entries_on(dates):
                without.add(name)
            self.view(name, self.stored(snapshot, dates, apart=name in grouped))
        return without

    def stored(self, snapshot: Snapshot, dates: Collection[str], *, extra: bool = False, apart: bool = False) -> str:
        """A SELECT of the rows of a snapshot on `dates`: the plan's columns and, if asked for, the table's own beside.

        A file that was written before its table got a column lacks it. With `apart`, large dates are read one by one.
        """
        return self.stored_in(snapshot, snapshot.entries_on(dates), extra=extra, apart=apart)

    def stored_in(self, snapshot: Snapshot, files: Sequence[Entry], *, extra: bool = False, apart: bool = False) -> str:
        """As `stored`, of these files of the snapshot."""
        fit = snapshot.fit
        wanted: list[Column] = [*snapshot.spec.columns, *(fit.extra if extra else ())]
        whole = not (fit.added or fit.missing or (extra and fit.extra))
        if not files:
            source = nothing(wanted)
        else:
            source = self._rows_of(snapshot, files, whole=whole, apart=apart)
            source = source if whole else filled(wanted, source)
        return f"SELECT {', '.join(quoted(column.name) for column in wanted)} FROM ({source}) AS files"

    def _rows_of(self, snapshot: Snapshot, files: Sequence[Entry], *, whole: bool, apart: bool) -> str:
        """The rows of these files, which are `whole` if they have all columns."""
        partition = snapshot.shape.partition
        paths = dict(zip(files, self.local.paths(snapshot.files_of(files))))
        days = _large_days(files) if apart and whole and partition is not None else {}
        if len(days) < 2:
            return parquet([*paths.values()], partition=partition, by_name=not whole)
        return " UNION ALL BY NAME ".join(
            parquet([paths[entry] for entry in some], partition=partition, date=day) for day, some in days.items()
        )

    def view(self, name: str, sql: str) -> None:
        """Give `sql` a name; it is evaluated where the name is used."""
        with _translated(name):
            self._create(name, "VIEW", sql)

    def table(self, name: str, sql: str) -> int:
        """Evaluate `sql` once and keep the rows under `name`. Returns their number."""
        with _translated(name):
            self._create(name, "TABLE", sql)
        return self.count(name)

    def insert(self, name: str, sql: str) -> int:
        """Evaluate `sql` and add its rows to the table `name`. Returns how many rows that has now."""
        with _translated(name):
            self._connection.execute(f"INSERT INTO {quoted(name)} {sql}")
        return self.count(name)

    def empty(self, name: str, sql: str) -> None:
        """Give the name to no rows, in the shape of `sql`, which is not evaluated."""
        # As a table: a view would be bound again, files and all, by each statement that reads it.
        with _translated(name):
            self._create(name, "TABLE", f"SELECT * FROM ({sql}) AS known LIMIT 0")

    def count(self, name: str) -> int:
        """The number of rows under `name`."""
        (row,) = self.rows(f"SELECT count(*) FROM {quoted(name)}")
        return int(row[0])

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a small result."""
        with _translated(sql):
            return self._connection.execute(sql, list(parameters)).fetchall()

    def records(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a small result by column name."""
        with _translated(sql):
            result = self._connection.execute(sql)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row)) for row in result.fetchall()]

    def literal(self, value: int | str) -> str:
        """See `protocol.Session.literal`."""
        return str(value) if isinstance(value, int) else text(value)

    @property
    def hashing(self) -> str:
        """See `protocol.Session.hashing`. A release of DuckDB may make other hashes."""
        return f"duckdb {self.rows(HASHES)[0]}"

    def entries(self, relation: str, *, rows: int) -> Iterator[array[int]]:
        """See `protocol.Session.entries`."""
        if rows <= PORTION:
            yield self._entries(quoted(relation))
            return
        self.table(ENTRIES, f"SELECT * FROM {quoted(relation)}")
        for first, last in ranges(rows):
            yield self._entries(f"{ENTRIES} WHERE entry BETWEEN {first} AND {last}")
        self.drop(ENTRIES)

    def _entries(self, source: str) -> array[int]:
        ((found,),) = self.rows(f"SELECT list(entry ORDER BY entry) FROM {source}")
        return array("Q", found or ())

    def stream(self, sql: str) -> ArrowStreamExportable:
        """A result that its consumer pulls batch by batch through Arrow's C stream."""
        with _translated(sql):
            stream: ArrowStreamExportable = arrow_stream(self._connection, sql, folder=self._spill)
            return stream

    def drop(self, name: str) -> None:
        """Forget what `name` stands for, if anything, and free its memory."""
        kind = self._kinds.get(name)
        if kind is not None:
            self._connection.execute(f"DROP {kind} {quoted(name)}")
            del self._kinds[name]

    def _create(self, name: str, kind: Kind, sql: str) -> None:
        self.drop(name)
        self._connection.execute(f"CREATE {kind} {quoted(name)} AS {sql}")
        self._kinds[name] = kind

    def close(self) -> None:
        """Free the memory and the spilled files."""
        self._connection.close()


def _large_days(files: Sequence[Entry]) -> Mapping[str, Sequence[Entry]]:
    """The files by date, where there are few dates, of many rows on average; else nothing."""
    days: dict[str, list[Entry]] = {}
    for entry in files:
        days.setdefault(entry.date, []).append(entry)
    rows = sum(entry.rows or 0 for entry in files)
    return days if len(days) <= DAYS_APART and rows >= len(days) * ROWS_OF_A_DAY_APART else {}


@contextmanager
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except duckdb.DataError as error:
        raise UncomputableError(
            f"DuckDB could not compute {_short(what)} from these rows: {_first_line(error)}"
        ) from error
    except duckdb.Error as error:
        raise EngineError(f"DuckDB could not compute {_short(what)}: {_first_line(error)}") from error


def _short(what: str) -> str:
    return what if len(what) <= 80 else f"{what[:77]}…"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no message"])[0]
