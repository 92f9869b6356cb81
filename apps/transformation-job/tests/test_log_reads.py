"""How little of Delta's log a load reads: on S3 each entry is a request."""

from __future__ import annotations

import json
from typing import Any

import pytest
from deltalake import DeltaTable
from rows import at, some_sales
from world import BY_PRODUCT, BY_STORE, CURATED, Delivery, World

from pos_transformation.load.kpis import KpiLoader
from pos_transformation.store.duckdb_delta_rs.tables import LakeTable
from pos_transformation.store.table_specs import REFLECTS

TABLES = (CURATED, BY_PRODUCT, BY_STORE)
COMMITS = 10
SALES = some_sales(seed=3, count=5 * COMMITS, days=2)


def test_a_load_has_the_log_replayed_for_what_it_never_heard_of(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the run is known, and whether dates are stale. All else stands in the newest commit."""
    world.deliver("one", SALES[:20])
    world.load("one")
    asked: list[str] = []
    replayed = DeltaTable.transaction_version

    def noted(delta: Any, application: str) -> int | None:
        asked.append(application)
        return replayed(delta, application)

    monkeypatch.setattr(DeltaTable, "transaction_version", noted)
    monkeypatch.setattr(DeltaTable, "history", lambda *_: pytest.fail("the whole log is read for the newest commit"))
    world.deliver("two", SALES[20:])
    world.load("two")
    assert asked == ["run:two", "kpi:stale", "kpi:stale"]
    world.assert_holds(SALES)


def checkpoint(world: World, table: str) -> int:
    """The version of the table's newest checkpoint."""
    newest = world.lake.child(table, "_delta_log", "_last_checkpoint")
    return int(json.loads(newest.path.read_text())["version"])


@pytest.mark.parametrize("in_parts", [False, True], ids=["rows", "parts"])
def test_ten_commits_make_a_checkpoint(world: World, *, in_parts: bool) -> None:
    """They are there when the load has ended."""
    for number in range(COMMITS):
        sales = [sale._replace(at=at(0)) for sale in SALES[5 * number : 5 * (number + 1)]]
        world.deliver(f"run-{number}", Delivery([], parts=[sales]) if in_parts else sales)
        world.load(f"run-{number}")
    assert [checkpoint(world, table) for table in TABLES] == [COMMITS - 1] * len(TABLES)
    world.assert_holds(sale._replace(at=at(0)) for sale in SALES)


def test_a_checkpoint_that_can_not_be_written_is_told_of_and_harms_no_load(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = []

    def refuse(_: DeltaTable) -> None:
        refused.append(True)
        raise OSError("No space left on device")

    monkeypatch.setattr(DeltaTable, "create_checkpoint", refuse)
    for number in range(COMMITS):
        world.deliver(f"run-{number}", SALES[5 * number : 5 * (number + 1)])
        world.load(f"run-{number}")
    assert len(refused) == len(TABLES)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"checkpoint-not-written"' in line]
    assert [(line["level"], line["table"]) for line in told] == [
        ("warning", path.rpartition("/")[2]) for path in TABLES
    ]
    assert all("No space left on device" in line["problem"] for line in told)
    world.assert_holds(SALES)


def test_all_kpis_read_one_snapshot_of_the_curated_table(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a table reads its log back to a checkpoint: that may be ten requests and more, a KPI.

    The first reads on from what the rows' commit rested on.
    """
    world.deliver("one", SALES)
    opened: list[str] = []
    opens, loads = LakeTable.snapshot, KpiLoader.catch_up

    def noted(table: LakeTable) -> Any:
        opened.append(table.spec.path)
        return opens(table)

    def begun(loader: KpiLoader, kpi: Any, **more: Any) -> Any:
        opened.append("KPI")
        return loads(loader, kpi, **more)

    monkeypatch.setattr(LakeTable, "snapshot", noted)
    monkeypatch.setattr(KpiLoader, "catch_up", begun)
    world.load("one")
    assert opened == [CURATED, "KPI", BY_PRODUCT, "KPI", BY_STORE]
    world.assert_holds(SALES)


def load_with_another_run(world: World, monkeypatch: pytest.MonkeyPatch, *, before: str) -> None:
    """Load some sales; another run loads the others before this one's KPI at that path catches up."""
    world.deliver("one", SALES[:20])
    world.deliver("two", SALES[20:])
    loads = KpiLoader.catch_up

    def interrupted(loader: KpiLoader, kpi: Any, **more: Any) -> Any:
        if loader.run_id == "one" and kpi.path == before:
            world.load("two")
        return loads(loader, kpi, **more)

    monkeypatch.setattr(KpiLoader, "catch_up", interrupted)
    world.load("one")


def test_a_commit_of_another_run_is_seen_by_who_reads_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes between the rows and the first KPI."""
    load_with_another_run(world, monkeypatch, before=BY_PRODUCT)
    for table in (BY_PRODUCT, BY_STORE):
        assert world.table(table).transaction_version(REFLECTS) == world.table(CURATED).version() == 2
    world.assert_holds(SALES)


def test_figures_of_a_newer_run_stay_what_they_are(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the two KPIs of a run another run puts newer rows into all tables."""
    load_with_another_run(world, monkeypatch, before=BY_STORE)
    for table in (BY_PRODUCT, BY_STORE):
        assert world.table(table).transaction_version(REFLECTS) == world.table(CURATED).version()
    # The other run's commit, and none of this one.
    assert world.table(BY_STORE).version() == 1
    world.assert_holds(SALES)


def test_a_table_that_a_store_commits_to_is_opened_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.deliver("one", SALES)
    loads, compared = KpiLoader.catch_up, []

    def tried(loader: KpiLoader, kpi: Any, **more: Any) -> Any:
        known = loader.store.reading(loader.curated, since=None)
        compared.append(loader.store.reading(loader.curated, since=known.version) is known)
        loader.store.commit(known)
        compared.append(loader.store.reading(loader.curated, since=None) is known)
        return loads(loader, kpi, **more)

    monkeypatch.setattr(KpiLoader, "catch_up", tried)
    world.load("one")
    assert compared == [True, False, True, False]
