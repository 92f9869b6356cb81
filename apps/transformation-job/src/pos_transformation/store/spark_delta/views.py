"""Named results of the plan's statements. A statement refers to earlier ones by their names."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from py4j.protocol import Py4JError
from pyspark import StorageLevel
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.functions import lit, unix_micros
from pyspark.sql.types import TimestampType

from pos_transformation.errors import EngineError, UncomputableError
from pos_transformation.store.spark_delta.run_files import RunFiles, literal
from pos_transformation.store.spark_delta.scala import about_values, java, told
from pos_transformation.store.spark_delta.tables import rows_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from pos_job_runtime.generated.plan import Step
    from pos_job_runtime.plan import TableColumn, ValidatedColumn
    from pos_job_runtime.storage import Location, Storage
    from pos_transformation.store.shape import StoredColumn
    from pos_transformation.store.spark_delta.tables import Snapshot
    from pos_transformation.store.validated_files import ValidatedFile

FEW = 200_000
FEW_FILES = 32
ONE_TASK = 100_000
# So many rows of a date are worth a file of their own, as they are worth a part to validation.
ROWS_OF_A_FILE = 100_000
# Sorted by date in memory, and no core waits for long until the last task is done.
ROWS_OF_A_TASK = 5_000_000
TASKS_A_CORE = 2
# Few rows are interpreted: compiling Java for them takes a third of the processor time of a small run.
INTERPRETED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
# And if they come from few files, one task takes them from there to the result: what is in one place already need not
# be shuffled, broadcast, or planned anew between stages. Many small files are rather opened side by side.
IN_ONE_TASK = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.shuffle.partitions": "1",
}


class Views:
    """See `protocol.Session`. A name that is registered again does not change what was built upon it before."""

    # The driver holds all of them.
    most_entries = 2_000_000

    # Known once a run is read.
    run: RunFiles

    def __init__(self, session: SparkSession, storage: Storage, *, rows: int = 0, files: int = 0) -> None:
        self.session = session
        self.storage = storage
        # Of the run, whose rows are read beside those of the tables.
        self._rows, self._files = rows, files
        self._kept: dict[str, DataFrame] = {}
        self._named: dict[str, DataFrame] = {}
        # Of the names that stand for a view, in the order in which they were built.
        self._statements: dict[str, str] = {}
        self._one_task = False
        self._usual = {name: str(session.conf.get(name)) for name in (*INTERPRETED, *IN_ONE_TASK)}

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
        """See `protocol.Session.read_run`. Spark gives no value to a column that a file lacks."""
        self.run = RunFiles(self.session, self.storage, files, columns, instants or {})
        self._files = len(self.run)
        self._expect(rows=self._rows, files=self._files)
        with evaluated("validated"):
            self.source("validated", self.run.rows())
            self.view("sources", self.run.sources())
            if lead is not None:
                self.source("ends", self.run.ends(lead))

    @contextmanager
    def without_parts(self, parts: Collection[Location]) -> Iterator[None]:
        """See `protocol.Session.without_parts`. A view keeps what it was built upon, and has to be built again."""
        named, statements = dict(self._named), dict(self._statements)
        with evaluated("validated"):
            self.source("validated", self.run.rows(without=parts))
        for name, sql in statements.items():
            self.view(name, sql)
        try:
            yield
        finally:
            for name, rows in named.items():
                self.register(name, rows)
            self._statements = statements

    def read(
        self, relations: Mapping[str, tuple[Snapshot, Collection[str]]], *, grouped: Collection[str] = ()
    ) -> set[str]:
        """See `protocol.Session.read`. Spark groups rows of one key in one task anyway."""
        del grouped
        files = {name: (snapshot, snapshot.files(dates)) for name, (snapshot, dates) in relations.items()}
        every = [file for _, some in files.values() for file in some]
        stand = rows_in(every)
        self._expect(rows=None if stand is None else stand + self._rows, files=len(every) + self._files)
        for name, (snapshot, some) in files.items():
            rows = snapshot.read(some)
            self.source(name, rows.select("*", *map(null_of, missing)) if (missing := snapshot.fit.missing) else rows)
        return {name for name, (_, some) in files.items() if not some}

    def _expect(self, *, rows: int | None, files: int) -> None:
        """Be ready for how much the next statements will read. `None` is not known, and therefore many rows."""
        few = rows is not None and rows <= FEW
        self._one_task = few and files <= FEW_FILES
        settings = {**self._usual, **(INTERPRETED if few else {}), **(IN_ONE_TASK if self._one_task else {})}
        self._set(settings)

    def source(self, name: str, rows: DataFrame) -> DataFrame:
        """Give rows that are read from files a name."""
        with evaluated(name):
            return self.register(name, rows.coalesce(1) if self._one_task else rows)

    def sized(self, rows: DataFrame, *, partition: str | None, count: int, least: int = 0) -> DataFrame:
        """`count` rows for the writer, in few files a date, none too large. `least`: see `Batch.least`.

        Each task writes a file for each date that it meets. Where these would be small, rows are shuffled by date: then
        large parts are split and small ones put together. Few rows are written by one task.
        """
        if self._one_task:
            return rows.coalesce(1)
        if count <= ONE_TASK:
            return rows.repartition(1)
        tasks = max(TASKS_A_CORE * self.session.sparkContext.defaultParallelism, -(-count // ROWS_OF_A_TASK))
        if least >= tasks * ROWS_OF_A_FILE:
            return rows.coalesce(tasks)
        return rows.hint("rebalance", *(() if partition is None else (partition,)))

    def view(self, name: str, sql: str) -> DataFrame:
        """Give `sql` a name; it is evaluated where the name is used."""
        with evaluated(name):
            rows = self.register(name, self.session.sql(sql))
        self._statements[name] = sql
        return rows

    def register(self, name: str, rows: DataFrame) -> DataFrame:
        """Give `rows` a name."""
        with evaluated(name):
            rows.createOrReplaceTempView(name)
        self._named[name] = rows
        self._statements.pop(name, None)
        return rows

    def kept(self, step: Step) -> DataFrame:
        """The rows of a step, which are kept, on disk if need be, once something asks for them."""
        with evaluated(step.name):
            rows = self.session.sql(step.sql)
            return rows if self._kept.keys() >= set(step.reads) else self._keep(step.name, rows)

    def table(self, name: str, sql: str) -> int:
        """Evaluate `sql` once and keep the rows, on disk if need be, under `name`. Returns their number."""
        with evaluated(name):
            rows = self.register(name, self._keep(name, self.session.sql(sql)))
            return int(rows.count())

    def insert(self, name: str, sql: str) -> int:
        """See `protocol.Session.insert`."""
        return self.table(name, f"SELECT * FROM {name} UNION ALL {sql}")

    def empty(self, name: str, sql: str) -> None:
        """Give the name to no rows at all, in the shape of `sql`: Spark then leaves out whatever joins them."""
        with evaluated(name):
            self.register(name, self.session.sql(sql).where("false"))

    def drop(self, name: str) -> None:
        """See `protocol.Session.drop`."""
        if name in self._kept:
            self._kept.pop(name).unpersist()

    def _keep(self, name: str, rows: DataFrame) -> DataFrame:
        kept = rows.persist(StorageLevel.MEMORY_AND_DISK)
        # Of an earlier attempt, or of a part that the new rows still read: both are freed in the end.
        if name in self._kept:
            self._kept[f"{name} {len(self._kept)}"] = self._kept[name]
        self._kept[name] = kept
        return kept

    def records(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a small result by column name, instants in UTC."""
        with evaluated(sql):
            rows = self.session.sql(sql)
            instants = {field.name for field in rows.schema if isinstance(field.dataType, TimestampType)}
            # pyspark gives instants in the time zone of this process, without saying so.
            safe = rows.select(
                *(unix_micros(name).alias(name) if name in instants else rows[name] for name in rows.columns)
            )
            return [
                {name: _instant(value) if name in instants else value for name, value in row.asDict().items()}
                for row in safe.collect()
            ]

    def literal(self, value: int | str) -> str:
        """See `protocol.Session.literal`."""
        return literal(value)

    @property
    def hashing(self) -> str:
        """See `protocol.Session.hashing`. That of Spark never changes."""
        return "spark xxhash64"

    def entries(self, relation: str, *, rows: int) -> Iterator[array[int]]:
        """See `protocol.Session.entries`. Spark's numbers are signed: the negative ones are the greatest."""
        # One list instead of as many rows: Python takes 0.1 µs for each of its numbers, and 3 µs for a row.
        with evaluated(relation):
            ((found,),) = self.session.sql(f"SELECT sort_array(collect_list(entry)) FROM {relation}").collect()
        signed = array("q", found)
        split = bisect_left(signed, 0)
        yield array("Q", signed[split:].tobytes() + signed[:split].tobytes())

    def beside(self) -> Views:
        """Names of one's own, with the settings for the run's rows, for work that this thread does at the same time."""
        copy = self.session._jsparkSession.cloneSession()
        # Delta makes its data frames in the session that its thread has active.
        java(self.session, "org.apache.spark.sql.SparkSession").setActiveSession(copy)
        own = Views(SparkSession(self.session.sparkContext, copy), self.storage)
        own._usual = self._usual
        # Not what the session has at this moment: the other thread may be about to change it.
        own._expect(rows=self._rows, files=0)
        return own

    def release(self) -> None:
        """Free what was kept, and leave the session as it was.

        Delta remembers a table with the session that asked for it, and so would each view with all that it stands on.
        """
        self._set(self._usual)
        for name in self._named:
            self.session.catalog.dropTempView(name)
        self._named.clear()
        for rows in self._kept.values():
            rows.unpersist()
        self._kept.clear()

    def _set(self, settings: Mapping[str, str]) -> None:
        for name, value in settings.items():
            self.session.conf.set(name, value)


def null_of(column: StoredColumn | TableColumn) -> SparkColumn:
    """No value, as a column."""
    return lit(None).cast(column.type).alias(column.name)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


@contextmanager
def evaluated(what: str) -> Iterator[None]:
    """Spark's errors as `EngineError`s."""
    try:
        yield
    except (Py4JError, PySparkException) as error:
        short = what if len(what) <= 80 else f"{what[:77]}…"
        kind, rows = (UncomputableError, " from these rows") if about_values(error) else (EngineError, "")
        raise kind(f"Spark could not compute {short}{rows}: {told(error)}") from error
