"""Lakes that an earlier release of the job left load on, whichever engine left them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from plans import compiled_plans
from rows import Sale, some_sales
from stores import STORES, Sent, Store, table_of
from upgrade.make import HUGE, ONE, TWO
from world import BY_PRODUCT, BY_STORE, CURATED, World

from pos_job_runtime.storage import Location
from pos_transformation.load.staleness import stale_dates
from pos_transformation.run import repair
from pos_transformation.run.job import main

LAKES = Path(__file__).parent / "upgrade" / "lakes"
# Of run `two`: three rows were conflicts, five came again.
LOADED = [*ONE, *TWO[8:]]
NEW = some_sales(seed=3, count=20, days=2)
STALE = "2024-03-03"


@pytest.fixture(params=["embedded", "spark"])
def old(request: pytest.FixtureRequest, world: World) -> World:
    """A lake after the runs `one`, `two` and `huge` of the earlier release; these are delivered."""
    shutil.copytree(LAKES / request.param, world.lake.path)
    world.deliver("one", ONE)
    world.deliver("two", TWO)
    world.deliver("huge", HUGE)
    return world


def figures(world: World, path: str) -> list[tuple[object, ...]]:
    """A KPI's rows, but for the date that could not be computed."""
    return [row for row in world.rows(path) if str(row[0]) != STALE]


def assert_figures(world: World, sales: list[Sale]) -> None:
    """The KPIs are those of a lake into which `sales` were loaded in one go."""
    clean = World(Location("file", "", f"{world.home.path}-clean"), world.plan)
    clean.deliver("all", sales)
    clean.load("all")
    for path in (BY_PRODUCT, BY_STORE):
        assert figures(world, path) == figures(clean, path)


def test_a_run_of_the_earlier_release_is_known_and_tells_the_same(old: World) -> None:
    version = old.table(CURATED).version()
    # Rows of this run stand on the date of which another one let in what can't be added up.
    assert main(old.arguments("two")) == 1
    summary = old.summary("two")
    assert old.table(CURATED).version() == version
    assert summary["rows"] == {"in": 28, "appended": 20, "duplicates": 5, "conflicts": 3, "updated": 0}
    assert len(summary["conflictSamples"]) == 3


def test_a_run_that_the_earlier_release_could_not_end_keeps_its_harm_to_its_date(
    old: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(old.arguments("huge")) == 1
    assert f"the figures of {STALE} in total_sales_per_product_per_day could not be computed" in capsys.readouterr().err
    assert [stale_dates(old.table(path).transaction_version) for path in (BY_PRODUCT, BY_STORE)] == [[STALE], [STALE]]
    assert_figures(old, LOADED)


def test_new_runs_are_loaded_beside_the_old_rows(old: World) -> None:
    old.deliver("new", [*NEW, *ONE[:5]])
    summary = old.load("new")
    assert summary["rows"] == {"in": 25, "appended": 20, "duplicates": 5, "conflicts": 0, "updated": 0}
    assert old.frame(CURATED).height == len(LOADED) + len(HUGE) + len(NEW)
    assert_figures(old, [*LOADED, *NEW])


def test_the_lake_gains_reference_data_and_its_sales_stay(old: World) -> None:
    before = {path: (old.table(path).version(), old.rows(path)) for path in (CURATED, BY_PRODUCT, BY_STORE)}
    stores = replace(old, plan=compiled_plans()["stores"])
    sent = [Sent(1, [Store(1), Store(2)]), Sent(2, [Store(1, "Mitte am Markt"), Store(3)])]
    for number, one in enumerate(sent):
        stores.deliver(f"stores-{number}", one.delivery)
        assert stores.load(f"stores-{number}")["outcome"] == "loaded"
    assert sorted(stores.frame(STORES).rows()) == table_of(sent, delivers="wholeList")
    assert {path: (old.table(path).version(), old.rows(path)) for path in before} == before
    # And sales go on beside it.
    old.deliver("new", NEW)
    assert old.load("new")["rows"]["appended"] == 20


def test_the_repair_moves_out_what_the_earlier_release_let_in(old: World) -> None:
    assert repair.main([*old.arguments("repair"), "--repair", "apply"]) == 0
    old.assert_holds(LOADED)
