"""Two Spark drivers that share nothing but a bucket, behind a proxy that may be slow or lose answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from local_s3 import LocalS3
from slow_proxy import SlowProxy
from spark_side import SparkSide

# Where the job's log store and Delta's own commit to.
GUARDED, UNGUARDED = "s3a", "unguarded"
# The same S3 by another name, which nothing guards. A session has its log stores from the start.
SETTINGS = {
    f"spark.hadoop.fs.{UNGUARDED}.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
    f"spark.delta.logStore.{UNGUARDED}.impl": "io.delta.storage.S3SingleDriverLogStore",
}


@dataclass(frozen=True)
class Drivers:
    """Both of them. `server` is what is behind the proxy, `start` starts another one."""

    server: LocalS3
    proxy: SlowProxy
    both: list[SparkSide]
    start: Callable[[], SparkSide]

    @staticmethod
    @contextmanager
    def started(server: LocalS3) -> Iterator[Drivers]:
        """Start them, and stop them afterwards."""
        settings = " ".join(f"--conf {name}={value}" for name, value in SETTINGS.items())
        with SlowProxy.started(server.environment["AWS_ENDPOINT_URL"], seconds=0) as proxy:
            own = {"AWS_ENDPOINT_URL": proxy.endpoint, "PYSPARK_SUBMIT_ARGS": f"{settings} pyspark-shell"}
            environment = {**server.environment, **own}
            with ExitStack() as running:

                def start() -> SparkSide:
                    return running.enter_context(SparkSide.started(environment))

                yield Drivers(server, proxy, [start(), start()], start)

    def revive(self) -> None:
        """Start anew what a test has killed."""
        for place, driver in enumerate(self.both):
            if driver.process.poll() is not None:
                self.both[place] = self.start()

    def append(self, table: str, *, commits: int) -> list[str]:
        """Let both append to the table at the same time, one row a commit; returns what they call committed."""
        with ThreadPoolExecutor() as pool:
            told = pool.map(
                lambda driver, name: driver.asked({"append": table, "by": name, "commits": commits})["rows"],
                self.both,
                ("one", "two"),
            )
            return sorted(row for rows in told for row in rows)
