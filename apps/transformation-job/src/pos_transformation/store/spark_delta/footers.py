"""What the footers of data files say of their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pos_transformation.store.spark_delta.scala import DELTA, java, listed, none

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyspark.sql import SparkSession


def statistics(session: SparkSession, *, log: Any, table: Any, files: Iterable[Any]) -> Mapping[str, str]:
    """The JSON that Delta's log has of each of these files of a table, by the file's path. One job reads all footers.

    As text: a decimal's digits would not outlive a float.
    """
    spark = session._jsparkSession
    entries = java(session, "java.util.ArrayList")()
    for file in files:
        entries.add(file)
    encoder = getattr(java(session, f"{DELTA}.implicits.package$"), "MODULE$").addFileEncoder()
    collector = java(session, f"{DELTA}.stats.StatsCollectionUtils")
    found = collector.computeStats(
        spark,
        log.newDeltaHadoopConf(),
        log,
        table,
        spark.createDataset(entries, encoder),
        none(session),
        collector.getDataSkippingStringPrefixLength(spark, table.metadata()),
        True,
        False,
    )
    return {str(file.path()): str(file.stats()) for file in listed(found.collectAsList())}
