"""A DuckDB connection that spills to disk before it takes more memory than it may."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from pos_transformation.errors import EngineError, UncomputableError
from pos_transformation.store.duckdb_delta_rs.versions import arrow_stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from arro3.core.types import ArrowStreamExportable

# Joins and aggregates spill beyond this, so that a larger batch takes longer, not more memory. The Delta writer's
# buffers come on top.
MEMORY_MB = 1000


class Session:
    """Results have names; a statement refers to earlier results by theirs. Registering a name again replaces it."""

    def __init__(self, *, spill: Path, memory_mb: int = MEMORY_MB) -> None:
        self._spill = spill
        self._connection = duckdb.connect(
            config={
                "threads": _processors(),
                "memory_limit": f"{memory_mb}MB",
                "temp_directory": str(spill),
                "preserve_insertion_order": False,
                # A name in the plan must never reach for the network.
                "autoinstall_known_extensions": False,
            }
        )
        self._connection.execute("SET TimeZone = 'UTC'")

    def view(self, name: str, sql: str) -> None:
        """Give `sql` a name; it is evaluated where the name is used."""
        with _translated(name):
            self.drop(name)
            self._connection.execute(f"CREATE VIEW {quoted(name)} AS {sql}")

    def table(self, name: str, sql: str) -> int:
        """Evaluate `sql` once and keep the rows under `name`. Returns their number."""
        with _translated(name):
            self.drop(name)
            self._connection.execute(f"CREATE TABLE {quoted(name)} AS {sql}")
        return self.count(name)

    def insert(self, name: str, sql: str) -> None:
        """Evaluate `sql` and add its rows to the table `name`."""
        with _translated(name):
            self._connection.execute(f"INSERT INTO {quoted(name)} {sql}")

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

    def stream(self, sql: str) -> ArrowStreamExportable:
        """A result that its consumer pulls batch by batch through Arrow's C stream."""
        with _translated(sql):
            stream: ArrowStreamExportable = arrow_stream(self._connection, sql, folder=self._spill)
            return stream

    def drop(self, name: str) -> None:
        """Forget what `name` stands for, if anything, and free its memory."""
        found = self._connection.execute(
            "SELECT table_type FROM information_schema.tables WHERE table_name = ?", [name]
        ).fetchone()
        if found is not None:
            kind = "VIEW" if found[0] == "VIEW" else "TABLE"
            self._connection.execute(f"DROP {kind} {quoted(name)}")

    def close(self) -> None:
        """Free the memory and the spilled files."""
        self._connection.close()


def quoted(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """`value` as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def parquet(paths: Sequence[str], *, partition: str | None = None, file_column: str | None = None) -> str:
    """Rows of local Parquet files. With `partition`, that column, a date, comes from the files' folders.

    `file_column` adds each row's position of its file in `paths`.
    """
    listed = ", ".join(text(path) for path in paths)
    options = "" if partition is None else f", hive_partitioning = true, hive_types = {{{text(partition)}: DATE}}"
    extra = "" if file_column is None else f", CAST(file_index AS BIGINT) AS {quoted(file_column)}"
    return f"SELECT *{extra} FROM read_parquet([{listed}]{options})"


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


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
