from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from drivers import Drivers
from local_s3 import LocalS3
from plans import compiled_plans
from spark_side import SparkSide
from twins import Twins
from world import World

from pos_job_runtime.storage import Location

# A session for all tests lasts long enough for the second compiler, which small runs go without; what is not called
# often still is not worth its time.
LONG_LIVED = (
    "-XX:TieredStopAtLevel=4 -XX:Tier4InvocationThreshold=15000 -XX:Tier4MinInvocationThreshold=3000"
    " -XX:Tier4CompileThreshold=45000"
)


@pytest.fixture(scope="session")
def plans() -> dict[str, Any]:
    """Plans by what their contracts say."""
    return compiled_plans()


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSide]:
    """One Spark session in one process."""
    with SparkSide.started({"_JAVA_OPTIONS": LONG_LIVED}) as worker:
        yield worker


@pytest.fixture
def twins_of(tmp_path: Path, spark: SparkSide, plans: dict[str, Any]) -> Iterator[Callable[[str], Twins]]:
    """Both engines under one of the plans."""
    home = Location("file", "", str(tmp_path / "home with ünïcode and a blank"))
    yield lambda plan: Twins(World(home, plans[plan]), spark)
    spark.forget()


@pytest.fixture
def twins(twins_of: Callable[[str], Twins]) -> Twins:
    """Both engines under the contract as it is."""
    return twins_of("as-it-is")


@pytest.fixture(scope="session")
def local_s3() -> Iterator[LocalS3]:
    with LocalS3.started() as server:
        yield server


@pytest.fixture(scope="session")
def proxied_drivers(local_s3: LocalS3) -> Iterator[Drivers]:
    """Two Spark sessions, in a process each, behind one proxy in front of S3."""
    with Drivers.started(local_s3) as drivers:
        yield drivers


@pytest.fixture
def drivers(proxied_drivers: Drivers, monkeypatch: pytest.MonkeyPatch) -> Drivers:
    """Both, of which nothing is asked yet; this process reaches S3 without the proxy."""
    for name, value in proxied_drivers.server.environment.items():
        monkeypatch.setenv(name, value)
    proxied_drivers.proxy.behave()
    proxied_drivers.revive()
    return proxied_drivers
