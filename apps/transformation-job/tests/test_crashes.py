"""Killed at any write, the next run, whichever it is, puts everything right."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from changes import Wide, assert_wide, under, wide_table
from killing import killed, writes
from rows import Sale, at, by_store, some_sales
from world import BY_STORE, Delivery, World, latest_wins_plan, read_plan

from pos_job_runtime.storage import Location

OLD = some_sales(seed=1, count=60)
NEW = some_sales(seed=2, count=40)
LATER = some_sales(seed=3, count=30)
# What the runs of the crash tests write: the rows and two KPIs (staged, and committed) and a summary, and for a first
# run the creation of the tables.
WRITES_OF_A_FIRST_RUN = 10
WRITES_OF_A_LATER_RUN = 7
# By this one of a later run the rows are in the table.
ROWS = 2
# Under a contract that got columns: these, the rows and a KPI (staged, and committed), the new one of two in another
# shape (staged, and swapped), the other's creation and its rows (staged, too), and the summary.
WRITES_OF_A_CHANGE = 11
COLUMNS, SWAP = 1, 7
WIDER = [Wide(sale, member=True, tip=Decimal("0.25")) for sale in NEW]


@pytest.fixture
def prepared(world: World) -> World:
    world.deliver("old", OLD)
    world.load("old")
    world.deliver("new", NEW)
    world.deliver("later", LATER)
    return world


def test_the_crash_tests_reach_every_write(world: World) -> None:
    world.deliver("old", OLD)
    assert writes(world, "old") == WRITES_OF_A_FIRST_RUN
    world.deliver("new", NEW)
    assert writes(world, "new") == WRITES_OF_A_LATER_RUN


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, WRITES_OF_A_FIRST_RUN + 1))
def test_the_same_run_heals_a_first_run_that_was_killed(world: World, number: int, when: str) -> None:
    world.deliver("old", OLD)
    killed(world, "old", at_write=number, when=when)
    summary = world.load("old")
    assert summary["rows"]["appended"] == len(OLD)
    world.assert_holds(OLD)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, WRITES_OF_A_LATER_RUN + 1))
def test_another_run_heals_the_kpis_of_a_run_that_was_killed(prepared: World, number: int, when: str) -> None:
    killed(prepared, "new", at_write=number, when=when)
    prepared.load("later")
    committed = number > ROWS or (number, when) == (ROWS, "after")
    prepared.assert_holds([*OLD, *LATER, *(NEW if committed else [])])
    prepared.load("new")
    prepared.assert_holds([*OLD, *NEW, *LATER])
    assert prepared.summary("new")["rows"]["appended"] == len(NEW)


@pytest.mark.parametrize("number", [2])
def test_killed_again_and_again(prepared: World, number: int) -> None:
    for _ in range(2):
        killed(prepared, "new", at_write=ROWS, when="before")
    for attempt in range(1, number + 1):
        killed(prepared, "new", at_write=ROWS, when="after" if attempt < number else "before")
    prepared.load("new")
    prepared.assert_holds([*OLD, *NEW])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_correction_that_was_killed(tmp_path: Path, number: int, when: str) -> None:
    world = World(Location("file", "", str(tmp_path / "home")), latest_wins_plan())
    corrected = [sale._replace(product=99) for sale in OLD[:10]]
    fresh = [Sale("fresh", at=at(0))]
    world.deliver("old", Delivery(OLD, arrived="2024-03-01T00:00:00Z"))
    world.load("old")
    world.deliver("new", Delivery([*corrected, *fresh], arrived="2024-03-02T00:00:00Z"))
    killed(world, "new", at_write=number, when=when)
    world.load("new")
    world.assert_holds([*OLD[10:], *corrected, *fresh])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [COLUMNS, SWAP])
def test_a_change_of_the_contract_that_was_killed(world: World, number: int, when: str) -> None:
    wide = under(world, "wider")
    world.deliver("old", OLD)
    world.load("old")
    wide.deliver("new", wide_table(WIDER))
    if (number, when) == (COLUMNS, "before"):
        shutil.copytree(world.lake.path, world.home.child("copy").path)
        assert writes(wide, "new") == WRITES_OF_A_CHANGE
        shutil.rmtree(world.lake.path)
        world.home.child("copy").path.rename(world.lake.path)
    killed(wide, "new", at_write=number, when=when)
    if when == "before" or number == COLUMNS:
        # The figures of the contract as it was, whole.
        assert len(world.rows(BY_STORE)[0]) == len(by_store(OLD)[0])
    wide.deliver("later", wide_table([]))
    wide.load("later")
    assert_wide(world, [*map(Wide, OLD), *(WIDER if number == SWAP else [])])
    wide.load("new")
    assert_wide(world, [*map(Wide, OLD), *WIDER])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [ROWS + 1, ROWS + 3, ROWS + 5, ROWS + 7])
def test_killed_while_checkpoints_are_written_beside(world: World, number: int, when: str) -> None:
    # The creation of a table is a version, too.
    first, last = 1, 9
    for version in range(first, last + 1):
        world.deliver(f"run-{version}", OLD[6 * version : 6 * version + 6])
        if version < last:
            world.load(f"run-{version}")
    killed(world, f"run-{last}", at_write=number, when=when)
    world.load(f"run-{last}")
    world.assert_holds(OLD[6 * first :])


def test_half_written_data_files_are_never_read(prepared: World) -> None:
    """A process that dies while it writes Parquet leaves files that no commit names."""
    folder = next((prepared.lake.child("curated/sales").path).glob("date=*"))
    whole = next(folder.glob("*.parquet"))
    shutil.copyfile(whole, folder / "part-00000-orphan.parquet")
    (folder / "part-00001-orphan.parquet").write_bytes(whole.read_bytes()[:100])
    prepared.load("new")
    prepared.assert_holds([*OLD, *NEW])


def test_killed_at_any_moment(tmp_path: Path) -> None:
    """Not only between writes: the clock decides."""
    world = World(Location("file", "", str(tmp_path / "home")), read_plan())
    world.deliver("old", OLD)
    for milliseconds in (200, 350, 500, 650):
        process = world.start("old")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=milliseconds / 1000)
        process.kill()
        process.communicate()
    world.load("old")
    world.assert_holds(OLD)
