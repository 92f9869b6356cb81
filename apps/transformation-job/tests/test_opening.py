"""Tables that are opened beside other work: the newest all the same when they are asked for, and one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rows import some_sales
from world import BY_PRODUCT, BY_STORE, CURATED, World, plan_file

from pos_job_runtime.logs import JsonLog
from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import Storage
from pos_transformation.store.duckdb_delta_rs.store import DuckDbStore
from pos_transformation.store.duckdb_delta_rs.tables import LakeTable, Snapshot
from pos_transformation.store.table_specs import TableSpec, curated_spec, kpi_spec

SALES = some_sales(seed=5, count=60)


@pytest.fixture
def specs(world: World) -> list[TableSpec]:
    plan = parse_plan(plan_file(world.plan)).dataset()
    return [curated_spec(plan.curated), *map(kpi_spec, plan.kpis)]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the tables that are opened beside, in their order."""
    found: list[str] = []
    reads = LakeTable.read

    def noted(table: LakeTable) -> Snapshot:
        found.append(table.spec.path)
        return reads(table)

    monkeypatch.setattr(LakeTable, "read", noted)
    return found


@pytest.fixture
def store(world: World, tmp_path: Path) -> Iterator[DuckDbStore]:
    log = JsonLog(job="transformation", run_id="r")
    store = DuckDbStore(lake=world.lake, storage=Storage(), folder=tmp_path / "work", log=log)
    yield store
    store.close()


def test_what_came_after_the_opening_is_seen(
    world: World, store: DuckDbStore, specs: list[TableSpec], read: list[str]
) -> None:
    world.deliver("one", SALES[:40])
    world.deliver("two", SALES[40:])
    world.load("one")
    read.clear()
    store.opening(specs[:1])
    store.close()
    assert read == [CURATED]
    world.load("two")
    snapshot = store.table(specs[0]).snapshot()
    assert (snapshot.version, snapshot.rows) == (2, len(SALES))
    assert {entry.path for entry in snapshot.entries_on(snapshot.dates)} == {
        "/".join(uri.split("/")[-2:]) for uri in world.table(CURATED).file_uris()
    }


def test_when_one_is_taken_the_next_one_is_opened(
    world: World, store: DuckDbStore, specs: list[TableSpec], read: list[str]
) -> None:
    world.deliver("one", SALES)
    world.load("one")
    read.clear()
    store.opening(specs)
    # Not the first of those that are ready: it is opened as ever.
    assert store.table(specs[1]).snapshot().version == 1
    assert store.table(specs[0]).snapshot().version == 1
    store.close()
    assert read == [CURATED, BY_PRODUCT, BY_STORE]


def test_no_more_than_two_tables_are_open_that_nobody_has_asked_for(
    world: World, store: DuckDbStore, specs: list[TableSpec], read: list[str]
) -> None:
    world.deliver("one", SALES)
    world.load("one")
    read.clear()
    store.opening(specs)
    store.close()
    assert read == [CURATED, BY_PRODUCT]


def test_a_table_that_is_not_there_yet_is_made_by_who_asks_for_it(
    world: World, store: DuckDbStore, specs: list[TableSpec], read: list[str]
) -> None:
    store.opening(specs)
    table = store.table(specs[0])
    assert not table.exists()
    assert table.snapshot().version == 0
    assert read[0] == CURATED


def test_what_a_commit_leaves_is_read_without_the_log(
    world: World, store: DuckDbStore, specs: list[TableSpec], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next version is the one before it with what the commit added and without what it removed."""
    world.deliver("one", SALES[:40])
    world.load("one")
    world.deliver("two", SALES[20:])
    kept: list[Snapshot] = []
    reads = DuckDbStore.reading

    def noted(own: DuckDbStore, spec: TableSpec, *, since: int | None) -> Snapshot:
        kept.append(reads(own, spec, since=since))
        return kept[-1]

    monkeypatch.setattr(DuckDbStore, "reading", noted)
    world.load("two")
    newest = store.table(specs[0]).snapshot()
    (own, *_), dates = kept, newest.dates
    assert own.own is not None
    assert (own.version, own.rows, own.dates) == (newest.version, newest.rows, dates)
    assert sorted(own.entries_on(dates)) == sorted(newest.entries_on(dates))
