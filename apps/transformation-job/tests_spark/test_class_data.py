"""What set-up has made of Spark's classes fits the sessions that the job starts: else they start slowly, in silence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from drivers import Drivers
from spark_side import SparkSide

MADE = "/.venv/spark-classes/classes.jsa"


def maps_them(worker: SparkSide) -> bool:
    """Whether the worker's JVM has them in its memory."""
    worker.forget()
    parents = {int(stat.parent.name): parent_of(stat) for stat in Path("/proc").glob("[0-9]*/stat")}
    family = {worker.process.pid}
    while children := {child for child, parent in parents.items() if parent in family} - family:
        family |= children
    return any(MADE in (Path("/proc") / str(process) / "maps").read_text() for process in family)


def parent_of(stat: Path) -> int:
    """The parent's number; 0 where the process has ended meanwhile."""
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process has mapped")
def test_a_session_maps_the_classes_that_set_up_has_made(spark: SparkSide) -> None:
    assert maps_them(spark)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process has mapped")
def test_a_session_with_settings_of_its_own_does_so_too(drivers: Drivers) -> None:
    assert maps_them(drivers.both[0])
