"""KPI tables follow the curated table, whoever changed it and whatever became of its log."""

from __future__ import annotations

import json
import shutil
from copy import deepcopy
from dataclasses import replace

import pytest
from deltalake import DeltaTable
from rows import FIRST_DAY, at, some_sales
from world import BY_PRODUCT, BY_STORE, CURATED, World

SALES = some_sales(seed=5, count=200, days=4)
KPIS = (BY_PRODUCT, BY_STORE)


@pytest.fixture
def loaded(world: World) -> World:
    world.deliver("one", SALES)
    world.load("one")
    world.deliver("none")
    return world


def reflected(world: World, path: str) -> int | None:
    return world.table(path).transaction_version("kpi:from_curated")


def test_the_commit_tells_which_curated_version_the_kpi_reflects(loaded: World) -> None:
    version = loaded.table(CURATED).version()
    assert [reflected(loaded, path) for path in KPIS] == [version, version]


def test_rows_that_were_deleted_leave_the_kpis(loaded: World) -> None:
    loaded.table(CURATED).delete(f"date = DATE '{FIRST_DAY}' AND store_id = 1")
    summary = loaded.load("none")
    assert summary["outcome"] == "nothing-new"
    assert summary["tables"][2]["deleted"] == 1
    loaded.assert_holds(sale for sale in SALES if sale.date != FIRST_DAY or sale.store != 1)


def test_a_whole_date_that_was_deleted_leaves_the_kpis(loaded: World) -> None:
    loaded.table(CURATED).delete(f"date = DATE '{FIRST_DAY}'")
    loaded.load("none")
    loaded.assert_holds(sale for sale in SALES if sale.date != FIRST_DAY)


def test_a_compaction_is_noted_without_touching_a_row(loaded: World) -> None:
    loaded.deliver("two", some_sales(seed=6, count=50, days=4))
    loaded.load("two")
    before = {path: loaded.table(path).file_uris() for path in KPIS}
    loaded.table(CURATED).optimize.compact()
    loaded.load("none")
    assert {path: loaded.table(path).file_uris() for path in KPIS} == before
    assert [reflected(loaded, path) for path in KPIS] == [loaded.table(CURATED).version()] * 2


def test_a_kpi_table_that_was_lost_is_built_again(loaded: World) -> None:
    shutil.rmtree(loaded.lake.child(BY_STORE).path)
    loaded.load("none")
    loaded.assert_holds(SALES)


def test_figures_that_someone_changed_are_put_right_when_their_date_is_touched(loaded: World) -> None:
    loaded.table(BY_STORE).update({"units_sold": "units_sold + 1000"})
    loaded.table(BY_STORE).delete("store_id = 2")
    late = some_sales(seed=9, count=60, days=4)
    loaded.deliver("two", late)
    loaded.load("two")
    loaded.assert_holds([*SALES, *late])


def test_without_the_log_everything_is_computed_again(loaded: World) -> None:
    """Another writer changes curated, and the log between is cleaned up before this job comes."""
    table = loaded.table(CURATED)
    table.delete(f"date = DATE '{FIRST_DAY}'")
    table.create_checkpoint()
    log = loaded.lake.child(CURATED).path / "_delta_log"
    for version in range(table.version()):
        (log / f"{version:020d}.json").unlink()
    (log / f"{table.version():020d}.json").unlink()
    loaded.load("none")
    loaded.assert_holds(sale for sale in SALES if sale.date != FIRST_DAY)


def test_another_definition_computes_everything_again(loaded: World) -> None:
    plan = deepcopy(loaded.plan)
    (kpi,) = (kpi for kpi in plan["transformation"]["duckdb"]["kpis"] if kpi["name"] == "store_sales_per_day")
    recomputed = kpi["steps"][0]
    assert 'sum("quantity")' in recomputed["sql"]
    recomputed["sql"] = recomputed["sql"].replace('sum("quantity")', 'sum("quantity") + 1')
    changed = replace(loaded, plan=plan)
    before = changed.rows(BY_STORE)
    changed.load("none")
    units = {row[:2]: row[3] for row in before}
    after = {row[:2]: row[3] for row in changed.rows(BY_STORE)}
    assert after == {key: value + 1 for key, value in units.items()}  # type: ignore[operator]


def test_another_curated_table_computes_everything_again(loaded: World) -> None:
    shutil.rmtree(loaded.lake.child(CURATED).path)
    others = some_sales(seed=8, count=30, days=6)
    loaded.deliver("two", others)
    loaded.load("two")
    loaded.assert_holds(others)


def test_a_long_history_is_caught_up_in_groups_of_dates(loaded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pos_transformation.store.duckdb_delta_rs.store.ROWS_AT_ONCE", 60)
    shutil.rmtree(loaded.lake.child(BY_PRODUCT).path)
    loaded.load("none")
    loaded.assert_holds(SALES)
    # Readers see all of it at once.
    assert loaded.table(BY_PRODUCT).version() == 1
    assert reflected(loaded, BY_PRODUCT) == loaded.table(CURATED).version()


def test_only_the_touched_partitions_are_rewritten(loaded: World) -> None:
    before = set(loaded.table(BY_STORE).file_uris())
    loaded.deliver("two", [SALES[0]._replace(id="late", at=at(2))])
    loaded.load("two")
    gone = before - set(loaded.table(BY_STORE).file_uris())
    assert {uri.split("/")[-2] for uri in gone} == {"date=2024-03-03"}


def test_each_commit_names_its_run(loaded: World) -> None:
    for path in (CURATED, *KPIS):
        table: DeltaTable = loaded.table(path)
        assert json.loads(table.history(1)[0]["userMetadata"])["runId"] == "one"
