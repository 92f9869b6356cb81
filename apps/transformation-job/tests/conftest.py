from __future__ import annotations

# First of all: it sets what delta-rs logs, which is decided when that is imported.
import pos_transformation.store.duckdb_delta_rs  # noqa: F401

# isort: split
from collections.abc import Iterator
from pathlib import Path

import pytest
from local_s3 import LocalS3
from world import World, latest_wins_plan, read_plan

from pos_job_runtime.storage import Location
from pos_transformation.store.duckdb_delta_rs.versions import HANDS_OUT_BATCHES

# The libraries for Python 3.9 are tested by what can differ with them: values, commits, races, S3, maintenance. Left
# out are the job's own doings (in which order it writes, what a repetition leads to); the year of real sales, whose
# data are a package of the other environment; and the comparison with this very environment.
LEFT_OUT = [
    "test_crashes.py",
    "test_parts_crashes.py",
    "test_reference_crashes.py",
    "test_repetition.py",
    "test_real_sales.py",
    "test_interpreters.py",
]
collect_ignore = [] if HANDS_OUT_BATCHES else LEFT_OUT


@pytest.fixture
def home(tmp_path: Path) -> Location:
    return Location("file", "", str(tmp_path / "home"))


@pytest.fixture
def world(home: Location) -> World:
    return World(home, read_plan())


@pytest.fixture
def latest_wins(home: Location) -> World:
    return World(home, latest_wins_plan())


@pytest.fixture(scope="session")
def local_s3() -> Iterator[LocalS3]:
    with LocalS3.started() as server:
        yield server


@pytest.fixture
def s3_world(local_s3: LocalS3, monkeypatch: pytest.MonkeyPatch) -> World:
    for name, value in local_s3.environment.items():
        monkeypatch.setenv(name, value)
    return World(Location("s3", local_s3.new_bucket(), "prefix"), read_plan())
