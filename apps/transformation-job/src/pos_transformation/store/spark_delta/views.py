"""Named results of the plan's statements. A statement refers to earlier ones by their names."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from py4j.protocol import Py4JError
from pyspark import StorageLevel
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.functions import unix_micros
from pyspark.sql.types import TimestampType

from pos_transformation.errors import EngineError, UncomputableError
from pos_transformation.store.spark_delta.scala import about_values, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyspark.sql import DataFrame

FEW = 200_000
FEW_FILES = 32
ONE_TASK = 100_000
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
    """Names of this load. A name that is registered again does not change what was built upon it before."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self._kept: list[DataFrame] = []
        self._one_task = False
        self._usual = {name: str(session.conf.get(name)) for name in (*INTERPRETED, *IN_ONE_TASK)}

    def expect(self, *, rows: int | None, files: int) -> None:
        """Tell how much the next statements will read. `None` is not known, and therefore many rows."""
        few = rows is not None and rows <= FEW
        self._one_task = few and files <= FEW_FILES
        settings = {**self._usual, **(INTERPRETED if few else {}), **(IN_ONE_TASK if self._one_task else {})}
        self._set(settings)

    def source(self, name: str, rows: DataFrame) -> DataFrame:
        """Give rows that are read from files a name."""
        with evaluated(name):
            return self.register(name, rows.coalesce(1) if self._one_task else rows)

    def sized(self, rows: DataFrame, *, partition: str, count: int) -> DataFrame:
        """`count` rows for the writer, in few files a date, none too large.

        A shuffle by date whose large parts are split and small ones put together: without it each of the tasks writes
        a file for each date it meets. Few rows are written by one task.
        """
        if self._one_task:
            return rows.coalesce(1)
        return rows.repartition(1) if count <= ONE_TASK else rows.hint("rebalance", partition)

    def view(self, name: str, sql: str) -> DataFrame:
        """Give `sql` a name; it is evaluated where the name is used."""
        with evaluated(name):
            return self.register(name, self.session.sql(sql))

    def register(self, name: str, rows: DataFrame) -> DataFrame:
        """Give `rows` a name."""
        with evaluated(name):
            rows.createOrReplaceTempView(name)
        return rows

    def keep(self, name: str, sql: str) -> DataFrame:
        """Give `sql` a name and keep its rows, on disk if need be, once something asks for them."""
        with evaluated(name):
            rows = self.session.sql(sql).persist(StorageLevel.MEMORY_AND_DISK)
            self._kept.append(rows)
            return self.register(name, rows)

    def table(self, name: str, sql: str) -> int:
        """Evaluate `sql` once and keep the rows, on disk if need be, under `name`. Returns their number."""
        rows = self.keep(name, sql)
        with evaluated(name):
            return int(rows.count())

    def empty(self, name: str, sql: str) -> None:
        """Give the name to no rows at all, in the shape of `sql`: Spark then leaves out whatever joins them."""
        with evaluated(name):
            self.register(name, self.session.sql(sql).where("false"))

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

    def beside(self) -> Views:
        """Names of one's own, with the same settings, for work that this thread does at the same time."""
        java, copy = self.session._jvm, self.session._jsparkSession.cloneSession()
        # Delta makes its data frames in the session that its thread has active.
        java.org.apache.spark.sql.SparkSession.setActiveSession(copy)
        own = Views(SparkSession(self.session.sparkContext, copy))
        own._usual = self._usual
        return own

    def release(self) -> None:
        """Free what was kept, and leave the session as it was."""
        self._set(self._usual)
        for rows in self._kept:
            rows.unpersist()
        self._kept.clear()

    def _set(self, settings: Mapping[str, str]) -> None:
        for name, value in settings.items():
            self.session.conf.set(name, value)


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
