"""The engine `spark`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pos_transformation.store.spark_delta.maintenance import MaintainedTable
from pos_transformation.store.spark_delta.session import require_log_store, spark_session
from pos_transformation.store.spark_delta.store import SparkStore
from pos_transformation.store.spark_delta.tables import LakeTable
from pos_transformation.store.spark_delta.views import Views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Location, Storage
    from pos_transformation.store.table_specs import TableSpec


@contextmanager
def open_store(*, lake: Location, storage: Storage, rows: int, log: JsonLog) -> Iterator[SparkStore]:
    """See `EngineModule.open_store`."""
    with store_in(_session(lake, rows=rows), lake=lake, storage=storage, rows=rows) as store:
        yield store


@contextmanager
def store_in(session: SparkSession, *, lake: Location, storage: Storage, rows: int) -> Iterator[SparkStore]:
    """A store in a session that is there already. It is left as it was."""
    views = Views(session, storage, rows=rows)
    try:
        yield SparkStore(lake=lake, views=views)
    finally:
        views.release()


def maintained_table(lake: Location, spec: TableSpec) -> MaintainedTable:
    """See `EngineModule.maintained_table`."""
    return MaintainedTable(LakeTable(session=_session(lake), lake=lake, spec=spec))


def _session(lake: Location, *, rows: int = 0) -> SparkSession:
    session = spark_session(rows=rows)
    if lake.scheme == "s3":
        require_log_store(session)
    return session
