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

from pos_transformation.engines.spark.scala import told
from pos_transformation.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import DataFrame

FEW = 200_000


class Views:
    """Names of this load. A name that is registered again does not change what was built upon it before."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self._kept: list[DataFrame] = []

    def expect(self, rows: int | None) -> None:
        """Tell how many rows the next statements will read: few are interpreted, for many Java code is compiled.

        Compiling takes a third of the processor time of a small run. `None` is not known, and therefore many.
        """
        few = rows is not None and rows <= FEW
        self.session.conf.set("spark.sql.codegen.wholeStage", str(not few).lower())
        self.session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN" if few else "FALLBACK")

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
        return Views(SparkSession(self.session.sparkContext, copy))

    def release(self) -> None:
        """Free what was kept."""
        for rows in self._kept:
            rows.unpersist()
        self._kept.clear()


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


@contextmanager
def evaluated(what: str) -> Iterator[None]:
    """Spark's errors as `EngineError`s."""
    try:
        yield
    except (Py4JError, PySparkException) as error:
        short = what if len(what) <= 80 else f"{what[:77]}…"
        raise EngineError(f"Spark could not compute {short}: {told(error)}") from error
