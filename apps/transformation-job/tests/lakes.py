"""The same deliveries for several ways of loading them, and their lakes side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import polars as pl
from rows import Sale
from world import BY_PRODUCT, BY_STORE, CURATED, Delivery, World

from pos_job_runtime.storage import Location, Storage

TABLES = (CURATED, BY_PRODUCT, BY_STORE)
# What may differ between two summaries of the same load.
OF_THE_ENGINE = ("engine", "timings")


@dataclass(frozen=True)
class Lakes:
    """Runs are delivered once, and loaded into the lake that is named."""

    world: World

    def deliver(self, run: str, *files: Delivery | Sequence[Sale] | pl.DataFrame) -> None:
        """See `World.deliver`."""
        self.world.deliver(run, *files)

    def deliver_file(self, run: str, path: Path, *, rows: int) -> None:
        """Deliver a validated Parquet file that lies elsewhere."""
        self.world.deliver(run, [Sale("placeholder")])
        folder = self.world.results.child("runs", run, "validation")
        storage = Storage()
        summary = json.loads(storage.get(folder.child("summary.json")))
        summary["validated"]["rows"] = rows
        storage.put(folder.child("summary.json"), json.dumps(summary).encode())
        storage.upload(folder.child("validated", "00000.parquet"), path)

    def files(self, lake: str, path: str) -> list[str]:
        """The data files of a table."""
        return list(self.table(lake, path).file_uris())

    def arguments(self, run: str, *, lake: str, engine: str = "embedded") -> list[str]:
        """The job's command line that loads a run into a lake."""
        arguments = self.world.arguments(run)
        arguments[arguments.index("--lake") + 1] = str(self.lake(lake))
        arguments[arguments.index("--engine") + 1] = engine
        return arguments

    def lake(self, name: str) -> Location:
        """The lake of that name."""
        return self.world.home.child("lakes", name)

    def assert_equal(self, one: str, other: str, *, paths: Sequence[str] = TABLES) -> None:
        """These tables of two lakes hold the same rows, to the bit, in columns of the same types."""
        for path in paths:
            left, right = (self.table(lake, path) for lake in (one, other))
            assert left.schema() == right.schema(), path
            assert left.protocol() == right.protocol(), path
            first, second = (_rows(table) for table in (left, right))
            with duckdb.connect() as connection:
                connection.execute("SET TimeZone = 'UTC'")
                differing = connection.execute(
                    f"SELECT * FROM (({first} EXCEPT ALL {second}) UNION ALL ({second} EXCEPT ALL {first})) LIMIT 5"
                ).fetchall()
            assert differing == [], path

    def count(self, lake: str, path: str = CURATED) -> int:
        """The number of rows of a table."""
        with duckdb.connect() as connection:
            (row,) = connection.execute(f"SELECT count(*) FROM ({_rows(self.table(lake, path))})").fetchall()
        return int(row[0])

    def assert_holds(self, lake: str, sales: Iterable[Sale]) -> None:
        """See `World.assert_holds`."""
        self._world(lake).assert_holds(sales)

    def rows(self, lake: str, path: str) -> list[tuple[object, ...]]:
        """The rows of a table, all its columns."""
        return self._world(lake).frame(path).rows()

    def table(self, lake: str, path: str) -> Any:
        """A table of a lake."""
        return self._world(lake).table(path)

    def seen(self, lake: str) -> World:
        """A lake, to look at."""
        return self._world(lake)

    def _world(self, lake: str) -> World:
        return _Elsewhere(self.world.home, self.world.plan, lake)


@dataclass(frozen=True)
class _Elsewhere(World):
    name: str = ""

    @property
    def lake(self) -> Location:
        return self.home.child("lakes", self.name)


def _rows(table: Any) -> str:
    """The table's rows as DuckDB reads them from the very files."""
    columns = ", ".join(f'"{field.name}"' for field in table.schema().fields)
    files = [unquote(uri.removeprefix("file://")) for uri in table.file_uris()]
    if not files:
        nothing = ", ".join(f'NULL AS "{field.name}"' for field in table.schema().fields)
        return f"SELECT {nothing} WHERE false"
    dated = ", hive_partitioning = true, hive_types = {'date': DATE}" if table.metadata().partition_columns else ""
    # A file that was written before its table got a column lacks it.
    return f"SELECT {columns} FROM read_parquet({files!r}, union_by_name = true{dated})"


def neutral(summary: Mapping[str, Any]) -> dict[str, Any]:
    """A summary without what is the engine's own affair, the tables' versions among it."""
    kept = {name: value for name, value in summary.items() if name not in OF_THE_ENGINE}
    kept["tables"] = [{name: value for name, value in table.items() if name != "version"} for table in kept["tables"]]
    return kept
