"""The Spark session: the one that Glue gives, or a small and quick one on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pyspark import SparkContext
from pyspark.sql import SparkSession

from pos_job_runtime.region import region
from pos_transformation.errors import EngineError, EngineMissingError
from pos_transformation.store.spark_delta.scala import java

if TYPE_CHECKING:
    from collections.abc import Mapping

LOG_STORE = "pos.delta.ConditionalS3LogStore"
EXTENSION = "io.delta.sql.DeltaSparkSessionExtension"
CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog"
# Jars that Glue puts on the class path by --extra-jars; whoever starts the job elsewhere names them here.
EXTRA_JARS = "POS_SPARK_CLASSPATH"
# Where Spark looks for what comes behind its own jars.
LAST_JARS = "SPARK_DIST_CLASSPATH"
# Marks a session that this module has started: whoever asks again gets it with the same settings.
OWN = "spark.pos.own"
# Local runs only: `local[2]` unless told otherwise, and the driver's heap (in local mode it does the executors' work).
MASTER = "POS_SPARK_MASTER"
MEMORY = "POS_SPARK_MEMORY"
HEAP = "2g"
# Fifty million rows, half of them in the table already, took less than 7 GB in all with it.
LARGE_RUN_HEAP = "6g"
LARGE_RUN_ROWS = 5_000_000
LONG_RUN_GB = 4

# What the tables' meaning depends on, wherever the session comes from.
MEANING: Mapping[str, str] = {
    "spark.sql.session.timeZone": "UTC",
    # Other readers of the tables expect microseconds, not Spark's old 96-bit form.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
}
# What makes it cheap, and safe anywhere.
THRIFT: Mapping[str, str] = {
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.adaptive.enabled": "true",
    # A task's share of a shuffle before two partitions become one, and the size that a skewed one is split into: a
    # Parquet file of 100 MB or so.
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": "128m",
    # A commit of this job is no SQL command, whose metrics Delta's history would want to show.
    "spark.databricks.delta.history.metricsEnabled": "false",
    "spark.databricks.delta.properties.defaults.enableDeletionVectors": "false",
    # A table's log is read by so many tasks: fifty, as Delta does unasked, cost a small run seconds.
    "spark.databricks.delta.snapshotPartitions": "8",
}
# Fixed when the session begins. The stack gives the same ones to Glue by --conf (apps/infra/src/jobs/spark-conf.ts).
STATIC: Mapping[str, str] = {
    "spark.sql.extensions": EXTENSION,
    "spark.sql.catalog.spark_catalog": CATALOG,
    "spark.delta.logStore.s3a.impl": LOG_STORE,
    "spark.delta.logStore.s3.impl": LOG_STORE,
    # The tables are found by their paths. Glue's own catalogue would cost its start and rights that the role has not.
    "spark.sql.catalogImplementation": "in-memory",
}
# It forbids a log store for each scheme (Delta's DELTA_INVALID_LOGSTORE_CONF).
ONE_LOG_STORE = "spark.delta.logStore.class"
# A laptop: no user interface, no parallelism that it has not, a JVM that starts fast. Measured in docs/spark.md.
LAPTOP: Mapping[str, str] = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.default.parallelism": "2",
    "spark.sql.shuffle.partitions": "4",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.hadoop.parquet.compression.codec.zstd.level": "1",
    # Each sort and each hash table begins with a page of memory: 64 MB unless told otherwise.
    "spark.buffer.pageSize": "4m",
}
# Spark's classes as a JVM has them in memory, which set-up makes (tools/workspace/setup/spark-classes.mjs): to read and
# check them takes 5 of the 19 processor seconds of a first run. A JVM that they don't fit passes them over, in silence.
CLASSES = "spark-classes/classes.jsa"
# With one compiler only, Java would keep 48 MB for compiled code, which Spark fills in a minute; then everything is
# interpreted.
# Spark's classes take 200 MB: below the given size each growth would cost a full collection.
JVM = (
    "-XX:+UseSerialGC -XX:TieredStopAtLevel={tier} -XX:ReservedCodeCacheSize=256m -XX:MetaspaceSize=256m -Xshare:auto"
    " -Duser.timezone=UTC -Djava.net.preferIPv4Stack=true"
)


def spark_session(*, rows: int = 0) -> SparkSession:
    """The session to load so many rows with.

    Raises `EngineMissingError` where Delta, or the guard of its log on S3, is missing.
    """
    builder = SparkSession.builder.appName("pos-transformation")
    settings = {**MEANING, **THRIFT, **STATIC}
    if not _given():
        settings |= {**LAPTOP, **_laptop(heap(rows=rows)), **_object_store(os.environ), OWN: "true"}
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        _put_last(os.environ.get(EXTRA_JARS))
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise EngineError(f"Spark could not start: {_first_line(error)}") from error
    _check(session)
    return session


def _given() -> bool:
    """Whether somebody else starts the JVM: Glue (like spark-submit) runs this script from one."""
    active = SparkContext._active_spark_context
    return "PYSPARK_GATEWAY_PORT" in os.environ if active is None else not is_own(active)


def is_own(context: SparkContext) -> bool:
    """Whether this module has started it, on one machine."""
    return context.getConf().get(OWN, None) is not None


def heap(*, rows: int) -> str:
    """The heap of a local driver that loads so many rows, unless the environment names another."""
    return os.environ.get(MEMORY) or (LARGE_RUN_HEAP if rows > LARGE_RUN_ROWS else HEAP)


def _laptop(memory: str) -> dict[str, str]:
    # The second compiler pays off only in long runs, which are given more memory.
    tier = 4 if _gigabytes(memory) >= LONG_RUN_GB else 1
    path = os.pathsep.join(_jars())
    log = Path(__file__).with_name("log4j2.properties").as_uri()
    options = f"{JVM.format(tier=tier)} {_classes()} -Dlog4j2.configurationFile={log}"
    return {
        "spark.master": os.environ.get(MASTER, "local[2]"),
        "spark.driver.memory": memory,
        "spark.driver.extraClassPath": path,
        "spark.executor.extraClassPath": path,
        "spark.driver.extraJavaOptions": options,
        "spark.executor.extraJavaOptions": options,
        # Nothing is left in the folder that a job happens to be started in.
        "spark.sql.warehouse.dir": str(Path(os.environ.get("TMPDIR", "/tmp")) / "pos-spark-warehouse"),
    }


def _gigabytes(memory: str) -> float:
    """`512m`, `2g` → gigabytes."""
    return float(memory[:-1]) / {"m": 1024, "g": 1}[memory[-1]]


def _jars() -> list[str]:
    """What Glue has beside Spark, as set-up fetched it into the neighbour of this Python's environment."""
    folder = Path(sys.prefix).parent / "spark-jars"
    return [str(folder / "*")] if folder.is_dir() else []


def _classes() -> str:
    """The JVM's option for what set-up has made of Spark's classes."""
    made = Path(sys.prefix).parent / CLASSES
    return f"-XX:SharedArchiveFile={made} -Xlog:cds=off" if made.is_file() else ""


def _put_last(jars: str | None) -> None:
    """Put these jars behind Spark's own on the class path, by the variable that Spark has for it.

    Those that set-up made the class data from must come first: they fit no other beginning.
    """
    there = os.environ.get(LAST_JARS, "").split(os.pathsep)
    os.environ[LAST_JARS] = os.pathsep.join(dict.fromkeys(filter(None, [*there, *(jars or "").split(os.pathsep)])))


def _object_store(environment: Mapping[str, str]) -> dict[str, str]:
    """S3A against an endpoint of one's own (the local AWS), which has neither TLS nor a host name for each bucket."""
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL")
    if not endpoint:
        return {}
    return {
        "spark.hadoop.fs.s3a.endpoint": endpoint,
        "spark.hadoop.fs.s3a.endpoint.region": region(),
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled": str(urlsplit(endpoint).scheme == "https").lower(),
        "spark.hadoop.fs.s3a.aws.credentials.provider": (
            "software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider"
        ),
        # Creating a file then asks S3 for nothing beforehand: Delta's data files have names of their own.
        "spark.hadoop.fs.s3a.performance.flags": "mkdir",
        "spark.hadoop.fs.s3a.fast.upload.buffer": "bytebuffer",
    }


def _check(session: SparkSession) -> None:
    """A session that was there before may lack what can't be added to it any more, or have what rules ours out."""
    # Spark's own settings, and not the session's: to those the builder adds even what comes too late for Delta.
    given = session.sparkContext.getConf()
    if EXTENSION not in (given.get("spark.sql.extensions", "") or ""):
        raise EngineMissingError(
            f"The Spark session has no Delta ({EXTENSION} is not among spark.sql.extensions): "
            "start the job with --datalake-formats delta and the --conf that docs/spark.md names under Settings."
        )
    if other := given.get(ONE_LOG_STORE, None):
        raise EngineMissingError(
            f"The Spark session sets {ONE_LOG_STORE}={other}, beside which Delta refuses the log stores for s3:// and "
            "s3a:// that keep two jobs from losing rows: take it out of the job's --conf (docs/spark.md, Settings)."
        )
    for scheme in ("s3", "s3a"):
        found = given.get(f"spark.delta.logStore.{scheme}.impl", None)
        if found != LOG_STORE:
            raise EngineMissingError(
                f"The Spark session commits to {scheme}:// with {found or 'Delta’s own log store'}, which loses rows "
                f"when two jobs write: add spark.delta.logStore.{scheme}.impl={LOG_STORE} to the job's --conf "
                "(docs/spark.md, Settings)."
            )


def require_log_store(session: SparkSession) -> None:
    """Raise `EngineMissingError` unless the class that guards Delta's log on S3 is there."""
    loader = java(session, "java.lang.Thread").currentThread().getContextClassLoader()
    try:
        java(session, "java.lang.Class").forName(LOG_STORE, True, loader)
    except Exception as error:
        raise EngineMissingError(
            f"The class {LOG_STORE} is not on Spark's class path: pass the job's pos-log-store.jar by --extra-jars "
            f"(elsewhere than on Glue: in {EXTRA_JARS})."
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
