"""The same on S3: documents, data files, commits and Delta's log."""

from __future__ import annotations

import pytest
from arro3.core import Table
from changes import NEW, OLD, Wide, assert_wide, under, wide_table
from rows import FIRST_DAY, some_sales
from world import BY_PRODUCT, BY_STORE, CURATED, World, plan_file

from pos_job_runtime.generated.documents import CommitNote
from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import Storage
from pos_transformation.errors import LostRaceError
from pos_transformation.store.duckdb_delta_rs import commits
from pos_transformation.store.duckdb_delta_rs.log_writer import APPEND, commit_actions
from pos_transformation.store.duckdb_delta_rs.tables import LakeTable
from pos_transformation.store.table_specs import curated_spec, kpi_spec

SALES = some_sales(seed=11, count=200, days=4)


def test_runs_load_into_an_s3_lake(s3_world: World) -> None:
    s3_world.deliver("one", SALES[:100], SALES[50:120])
    assert s3_world.load("one")["rows"] == {
        "in": 170,
        "appended": 120,
        "duplicates": 50,
        "conflicts": 0,
        "updated": 0,
    }
    s3_world.deliver("two", SALES[80:])
    assert s3_world.load("two")["rows"]["duplicates"] == 40
    s3_world.assert_holds(SALES)


def test_a_contract_gets_columns_on_s3(s3_world: World) -> None:
    s3_world.deliver("old", OLD)
    s3_world.load("old")
    wide = under(s3_world, "wider")
    wide.deliver("new", wide_table(NEW))
    wide.load("new")
    assert_wide(s3_world, [*map(Wide, OLD), *NEW])
    taken = s3_world.lake.child(CURATED, "_delta_log", f"{0:020d}.json")
    assert not Storage().create(taken, b"{}")


def test_changes_by_others_are_found_in_the_log_on_s3(s3_world: World) -> None:
    s3_world.deliver("one", SALES)
    s3_world.load("one")
    s3_world.table(CURATED).delete(f"date = DATE '{FIRST_DAY}'")
    s3_world.table(CURATED).optimize.compact()
    s3_world.deliver("none")
    s3_world.load("none")
    s3_world.assert_holds(sale for sale in SALES if sale.date != FIRST_DAY)


def test_a_repeated_run_writes_nothing_on_s3(s3_world: World) -> None:
    s3_world.deliver("one", SALES)
    s3_world.load("one")
    versions = s3_world.versions()
    assert s3_world.load("one")["rows"]["appended"] == len(SALES)
    assert s3_world.versions() == versions


def test_two_processes_load_into_one_s3_lake(s3_world: World) -> None:
    shares = [[*SALES[:80], *some_sales(seed=seed, count=60)] for seed in (12, 13)]
    for number, share in enumerate(shares):
        s3_world.deliver(f"run-{number}", share)
    processes = [s3_world.start(f"run-{number}") for number in range(2)]
    for process in processes:
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, output + errors
    s3_world.assert_holds({sale for share in shares for sale in share})


@pytest.mark.parametrize("path", [CURATED, BY_PRODUCT, BY_STORE])
def test_a_commit_through_an_old_snapshot_is_refused_by_s3(s3_world: World, path: str) -> None:
    """The conditional put works, and the writers' shared transaction is what it guards."""
    s3_world.deliver("one", SALES)
    s3_world.load("one")
    plan = parse_plan(plan_file(s3_world.plan)).dataset()
    specs = [curated_spec(plan.curated), *map(kpi_spec, plan.kpis)]
    (table,) = (LakeTable(lake=s3_world.lake, spec=spec, storage=Storage()) for spec in specs if spec.path == path)
    old, new = table.snapshot(), table.snapshot()
    nothing = Table.from_batches([], schema=new.delta.schema().to_arrow())
    note = CommitNote(run_id="r")
    commit_actions(new, Storage(), [], operation=APPEND, transactions={}, note=note)
    with pytest.raises(LostRaceError):
        commits.replace(old, nothing, transactions={}, note=note)
    with pytest.raises(LostRaceError):
        commit_actions(old, Storage(), [], operation=APPEND, transactions={}, note=note)
    assert table.snapshot().version == new.version + 1
