"""Tables follow a contract that changes, forth and back, with all that they hold."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from changes import (
    BACK,
    LATE,
    NEW,
    OLD,
    STANDING,
    Wide,
    assert_wide,
    narrow_figures,
    stages,
    under,
    wide_table,
)
from plans import compiled_plans
from rows import Sale
from upkeep import arguments
from world import BY_STORE, CURATED, Delivery, World

from pos_job_runtime.storage import Storage
from pos_transformation.maintain import maintenance
from pos_transformation.run.job import main


def counted(summary: dict[str, Any]) -> tuple[int, ...]:
    return tuple(summary["rows"].values())


def commits(world: World, path: str) -> list[list[dict[str, Any]]]:
    logs = sorted((world.lake.child(path).path / "_delta_log").glob("*.json"))
    return [[json.loads(line) for line in log.read_text().splitlines()] for log in logs]


def changes_of_metadata(world: World, path: str) -> int:
    return sum(any("metaData" in action for action in commit) for commit in commits(world, path)) - 1


def test_a_contract_gets_columns_is_rolled_back_and_deployed_again(world: World) -> None:
    for stage in stages():
        under(world, stage.validated).deliver(stage.run, stage.rows)
        assert counted(under(world, stage.loaded).load(stage.run)) == stage.told, stage.run
        if stage.run == "back":
            narrow_figures(world, [*OLD, *LATE, *(row.sale for row in NEW), *BACK])
    assert_wide(world, STANDING)
    # Once: a table that is wider than the plan stays so.
    assert changes_of_metadata(world, CURATED) == 1
    versions = world.table(CURATED).version(), world.table(BY_STORE).version()
    under(world, "wider").load("forward")
    assert versions == (world.table(CURATED).version(), world.table(BY_STORE).version())


def test_a_kpi_of_another_shape_is_there_as_a_whole_or_not_at_all(world: World) -> None:
    world.deliver("old", OLD)
    world.load("old")
    world.deliver("none")
    for plan in ("wider", "other-grain", "as-it-is"):
        under(world, plan).load("none")
        (last,) = commits(world, BY_STORE)[-1:]
        kinds = {next(iter(action)) for action in last}
        assert kinds == {"commitInfo", "metaData", "add", "remove", "txn"}
        marks = {action["txn"]["appId"]: action["txn"]["version"] for action in last if "txn" in action}
        assert marks["kpi:from_curated"] == world.table(CURATED).version()
        found = [field.name for field in world.table(BY_STORE).schema().fields]
        (table,) = (kpi for kpi in compiled_plans()[plan]["tables"]["kpis"] if kpi["name"] == "store_sales_per_day")
        assert found == [column["name"] for column in table["columns"]]
    assert changes_of_metadata(world, BY_STORE) == 3
    world.assert_holds(OLD)


def test_rows_without_an_order_count_as_oldest(world: World) -> None:
    """The policy changes from `keepFirst` to `latestWins`, and back."""
    world.deliver("old", OLD)
    world.load("old")
    latest = under(world, "wider-latest-wins")
    corrected = [Wide(sale._replace(product=77), tip=Decimal("0.50")) for sale in OLD[:3]]
    # Its files are older than those of the first run, which nobody knows any more.
    latest.deliver("new", Delivery(wide_table([*corrected, Wide(OLD[3])]), arrived="2024-03-01T00:00:00Z"))
    assert counted(latest.load("new")) == (4, 0, 1, 0, 3)
    latest.deliver("older", Delivery(wide_table([Wide(OLD[0])]), arrived="2024-02-01T00:00:00Z"))
    assert counted(latest.load("older")) == (1, 0, 0, 1, 0)
    standing = [*corrected, *map(Wide, OLD[3:])]
    assert_wide(world, standing)
    orders = latest.frame(CURATED)["source_order"].to_list()
    assert sum(order is not None for order in orders) == 4
    # And back: what was sent first stays.
    keeps = under(world, "wider")
    keeps.deliver("more", wide_table([Wide(OLD[0]), Wide(Sale("fresh", at=OLD[0].at))]))
    assert counted(keeps.load("more")) == (2, 1, 0, 1, 0)
    assert_wide(world, [*standing, Wide(Sale("fresh", at=OLD[0].at))])


def test_a_table_in_which_each_row_had_an_order_loads_without(latest_wins: World) -> None:
    latest_wins.deliver("old", OLD)
    latest_wins.load("old")
    spec = latest_wins.table(CURATED).schema().fields
    assert {field.name for field in spec} >= {"source_order"}
    keeps = under(latest_wins, "as-it-is")
    keeps.deliver("new", LATE)
    keeps.load("new")
    keeps.assert_holds([*OLD, *LATE])


def test_a_correction_under_an_older_plan_leaves_no_value_of_the_row_that_it_replaces(world: World) -> None:
    latest = under(world, "wider-latest-wins")
    latest.deliver("new", Delivery(wide_table(NEW), arrived="2024-03-01T00:00:00Z"))
    latest.load("new")
    older = under(world, "latest-wins")
    corrected = NEW[3].sale._replace(product=5)
    older.deliver("back", Delivery([corrected], arrived="2024-03-02T00:00:00Z"))
    assert counted(older.load("back")) == (1, 0, 0, 0, 1)
    under(world, "wider-latest-wins").deliver("none")
    under(world, "wider-latest-wins").load("none")
    assert_wide(world, [Wide(corrected), *(row for row in NEW if row is not NEW[3])])


def test_two_files_of_one_run_are_compared_as_those_of_two_runs(world: World) -> None:
    world.deliver("old", LATE)
    world.load("old")
    wide = under(world, "wider")
    late, early = "2024-03-05T00:00:00Z", "2024-03-04T00:00:00Z"
    wide.deliver(
        "new",
        Delivery(wide_table([Wide(OLD[0])]), "a.csv", arrived=early),
        Delivery(wide_table([Wide(OLD[0], member=True)]), "b.csv", arrived=late),
    )
    assert counted(wide.load("new")) == (2, 1, 1, 0, 0)


def test_a_table_that_always_had_a_column_is_compared_by_it(world: World) -> None:
    wide = under(world, "wider")
    wide.deliver("one", wide_table([Wide(OLD[0])]))
    wide.load("one")
    wide.deliver("two", wide_table([Wide(OLD[0], member=True)]))
    assert counted(wide.load("two")) == (1, 0, 0, 1, 0)


def with_column(plan: dict[str, Any], of: str, **changed: Any) -> None:
    columns = plan["tables"]["curated"]["columns"]
    (column,) = (one for one in columns if one["name"] == of)
    column.update(changed)


def test_a_column_that_may_be_left_empty_from_now_on(world: World) -> None:
    world.deliver("old", OLD)
    world.load("old")
    plan = deepcopy(compiled_plans()["as-it-is"])
    with_column(plan, "store_id", nullable=True)
    relaxed = replace(world, plan=plan)
    relaxed.deliver("new", LATE)
    relaxed.load("new")
    (field,) = (field for field in world.table(CURATED).schema().fields if field.name == "store_id")
    assert field.nullable
    relaxed.assert_holds([*OLD, *LATE])


def of_another_type(plan: dict[str, Any]) -> None:
    with_column(plan, "quantity", type="decimal(18,4)")


def required(plan: dict[str, Any]) -> None:
    with_column(plan, "discount_applied", name="till", nullable=False)


def removed(plan: dict[str, Any]) -> None:
    with_column(plan, "quantity", name="units", nullable=True)


def of_another_key(plan: dict[str, Any]) -> None:
    plan["tables"]["curated"]["key"] = ["transaction_id", "store_id"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (of_another_type, "quantity is bigint, not decimal(18,4), and stored values keep their type"),
        (required, "till is absent and must not be empty, but stored rows have no value for it (add it as optional)"),
        (removed, "quantity is no longer in the plan, but every row of the table must have it"),
        (of_another_key, "its rows were told apart by transaction_id, not by transaction_id, store_id"),
    ],
)
def test_what_cannot_be_added_is_refused_before_anything_is_written(
    world: World, capsys: pytest.CaptureFixture[str], change: Any, told: str
) -> None:
    world.deliver("old", OLD)
    world.load("old")
    before = world.versions()
    plan = deepcopy(compiled_plans()["as-it-is"])
    change(plan)
    changed = replace(world, plan=plan)
    changed.deliver("new", LATE)
    assert main(changed.arguments("new")) == 1
    (line,) = capsys.readouterr().err.splitlines()[-1:]
    assert "The table sales at" in line
    assert told in line
    assert line.endswith("or move to a new table (docs/changing-a-contract.md).")
    assert world.versions() == before


def test_another_writer_comes_before_the_columns(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.deliver("old", OLD)
    world.load("old")
    create, rivals = Storage.create, []

    def late(storage: Storage, *arguments: Any, **options: Any) -> bool:
        if not rivals:
            rivals.append("old")
            world.table(CURATED).optimize.compact()
            world.table(CURATED).alter.set_table_properties({"delta.logRetentionDuration": "interval 90 days"})
        return create(storage, *arguments, **options)

    monkeypatch.setattr(Storage, "create", late)
    wide = under(world, "wider")
    wide.deliver("new", wide_table(NEW))
    wide.load("new")
    assert rivals
    assert_wide(world, [*map(Wide, OLD), *NEW])


def test_maintenance_keeps_what_the_plan_does_not_know(world: World) -> None:
    wide = under(world, "wider")
    world.deliver("old", OLD)
    world.load("old")
    for number in range(4):
        wide.deliver(f"new-{number}", wide_table(NEW[number::4]))
        wide.load(f"new-{number}")
    # By the older plan: the job of a release that was rolled back.
    assert maintenance.main(arguments(world)) == 0
    wide.deliver("none")
    wide.load("none")
    assert_wide(world, [*map(Wide, OLD), *NEW])
