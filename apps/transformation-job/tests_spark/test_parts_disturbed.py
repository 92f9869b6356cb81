"""A load on Spark that takes parts over while somebody else does something, or that is killed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from drivers import Drivers
from parts import ALL, DAY, LATER, NEXT, as_they_are, spread
from rows import Sale, as_part, at
from spark_side import SparkSide
from twins import Twins
from upkeep import assert_nothing_is_left
from world import CURATED, PROJECT, SOURCES, Delivery

KILLED = ["sh", "-c", "kill -9 $PPID"]


def load(twins: Twins, command: Sequence[str], *, by: SparkSide | None = None, **when: str) -> dict[str, Any]:
    """Load the run on Spark with this command in between."""
    words = twins.arguments("one", lake="spark", engine="spark")
    return (by or twins.spark).asked({"main": words, "meanwhile": list(command), **when})


def embedded(twins: Twins, run: str) -> list[str]:
    """The command that loads a run into the same lake by the other engine."""
    path = os.pathsep.join(map(str, SOURCES))
    words = twins.arguments(run, lake="spark", engine="embedded")
    return ["env", f"PYTHONPATH={path}", sys.executable, str(PROJECT / "main.py"), *words]


def test_a_load_that_is_overtaken_begins_again(twins: Twins) -> None:
    twins.deliver("one", spread())
    twins.deliver("other", [DAY[3]])
    told = load(twins, embedded(twins, "other"), before="finish")
    assert (told["code"], told["errors"]) == (0, "")
    assert twins.world.summary("one")["rows"]["duplicates"] == 1
    # The part with the row that came in between is written without it.
    assert as_they_are(twins.seen("spark"), "one") == 1
    twins.assert_holds("spark", ALL)


def test_a_part_that_is_replaced_after_it_was_read_is_not_taken_over(twins: Twins, tmp_path: Path) -> None:
    """The validation job may be started again meanwhile: what is in the table must be what was compared."""
    twins.deliver("one", spread())
    other = tmp_path / "other.parquet"
    other.write_bytes(as_part([Sale("nobody's", at=at(0))]))
    part = min(twins.world.results.child("runs", "one").path.rglob("*.part-*.parquet"))
    usual = part.read_bytes()
    told = load(twins, ["cp", str(other), str(part)], before="adopt")
    assert told["code"] == 1
    assert str(part.name) in told["errors"]
    assert len(told["errors"].splitlines()) == 1
    assert twins.table("spark", CURATED).file_uris() == []
    part.write_bytes(usual)
    twins.load("one", engine="spark", lake="spark")
    twins.assert_holds("spark", ALL)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_load_that_is_killed_at_its_commit(twins: Twins, drivers: Drivers, when: str) -> None:
    twins.deliver("one", spread())
    # Each time another one: of a warm session, starting it is the most.
    victim = drivers.both[when == "after"]
    with pytest.raises(RuntimeError, match="-9"):
        load(twins, KILLED, by=victim, **{when: "finish"})
    twins.deliver("later", Delivery([], parts=[LATER]))
    twins.load("later", engine="spark", lake="spark")
    assert twins.load("one", engine="spark", lake="spark")["rows"]["appended"] == len(ALL)
    twins.assert_holds("spark", [*ALL, *LATER])
    assert_nothing_is_left(twins.seen("spark"))
    twins.assert_holds("spark", [*ALL, *LATER])


def test_maintenance_puts_parts_together(twins: Twins) -> None:
    days = [[sale._replace(id=f"{number}-{sale.id}") for sale in NEXT] for number in range(8)]
    twins.deliver("one", *(Delivery([], name=f"{number}.csv", parts=[day]) for number, day in enumerate(days)))
    twins.load("one", engine="spark", lake="spark")
    world = twins.seen("spark")
    assert as_they_are(world, "one") == len(days)
    words = ["--maintain", "yes", "--lake", str(world.lake), *twins.arguments("one", lake="spark")[-4:-2]]
    code, errors = twins.spark.maintain([*words, "--engine", "spark"], engine="spark")
    assert (code, errors) == (0, "")
    assert len(world.table(CURATED).file_uris()) == 1
    world.assert_holds([sale for day in days for sale in day])
