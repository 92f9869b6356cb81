"""Reference data: the table holds what was sent last, in whatever order, pieces and runs it is loaded."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plans import compiled_plans
from stores import STORES, Sent, Store, managed, table_of
from upkeep import arguments
from world import World

from pos_job_runtime.storage import Location, Storage
from pos_transformation.maintain import maintenance
from pos_transformation.run.repair import main as repair

PLANS = {"wholeList": "stores", "changes": "stores-changes"}
FIRST = Sent(1, [Store(1), Store(2, "Ost"), Store(3, closed=date(2024, 1, 31))])
SECOND = Sent(2, [Store(1), Store(2, "Ost am Markt"), Store(4)])


def world_of(home: Location, delivers: str) -> World:
    return World(home, compiled_plans()[PLANS[delivers]])


@pytest.fixture(params=list(PLANS))
def stores(request: pytest.FixtureRequest, home: Location) -> World:
    return world_of(home, request.param)


@pytest.fixture
def whole(home: Location) -> World:
    return world_of(home, "wholeList")


def load(world: World, run: str, *sent: Sent) -> dict[str, Any]:
    world.deliver(run, *(one.delivery for one in sent))
    return world.load(run)


def rows(world: World) -> list[tuple[object, ...]]:
    return sorted(world.frame(STORES).rows())


def assert_holds(world: World, sent: Sequence[Sent]) -> None:
    assert rows(world) == table_of(sent, delivers=world.plan["delivers"])


def counted(summary: dict[str, Any]) -> tuple[int, ...]:
    (table,) = summary["tables"]
    return (*summary["rows"].values(), table["deleted"])


def test_a_newer_list_replaces_the_table(whole: World) -> None:
    assert counted(load(whole, "one", FIRST)) == (3, 3, 0, 0, 0, 0, 0)
    summary = load(whole, "two", SECOND)
    # In, new, as it was, conflicts, changed, superseded; and one store that the list lacks.
    assert counted(summary) == (3, 1, 1, 0, 1, 0, 1)
    assert summary["outcome"] == "loaded"
    assert summary["dates"] == []
    assert summary["tables"][0]["rows"] == 3
    assert_holds(whole, [FIRST, SECOND])


def test_a_list_that_only_lacks_a_store_removes_it(whole: World) -> None:
    load(whole, "one", FIRST)
    summary = load(whole, "two", Sent(2, FIRST.stores[:2]))
    assert summary["outcome"] == "loaded"
    assert counted(summary) == (2, 0, 2, 0, 0, 0, 1)


def test_changes_leave_all_other_keys_alone(home: Location) -> None:
    world = world_of(home, "changes")
    load(world, "one", FIRST)
    assert counted(load(world, "two", SECOND)) == (3, 1, 1, 0, 1, 0, 0)
    assert_holds(world, [FIRST, SECOND])
    assert len(rows(world)) == 4


def test_an_older_list_changes_nothing(whole: World) -> None:
    load(whole, "two", SECOND)
    version = whole.table(STORES).version()
    summary = load(whole, "one", FIRST)
    assert counted(summary) == (3, 0, 1, 0, 0, 2, 0)
    assert summary["outcome"] == "nothing-new"
    assert whole.table(STORES).version() == version
    assert_holds(whole, [FIRST, SECOND])


def test_a_newer_list_with_the_same_rows_counts_as_the_newest(whole: World) -> None:
    load(whole, "one", FIRST)
    assert load(whole, "again", Sent(3, FIRST.stores))["outcome"] == "nothing-new"
    load(whole, "between", SECOND)
    assert_holds(whole, [FIRST, Sent(3, FIRST.stores), SECOND])


def test_a_replacement_is_one_commit(stores: World) -> None:
    load(stores, "one", FIRST)
    version = stores.table(STORES).version()
    load(stores, "two", SECOND)
    assert stores.table(STORES).version() == version + 1


def test_a_repeated_run_writes_nothing_and_tells_the_same(stores: World) -> None:
    load(stores, "one", FIRST)
    second = load(stores, "two", SECOND)
    version = stores.table(STORES).version()
    again = stores.load("two")
    assert stores.table(STORES).version() == version
    assert {**again, "timings": 0} == {**second, "timings": 0}


def test_a_run_without_valid_files_changes_nothing(stores: World) -> None:
    load(stores, "one", FIRST)
    assert load(stores, "none")["outcome"] == "nothing-new"
    assert_holds(stores, [FIRST])


def test_the_table_has_no_partitions_and_any_reader_may_read_it(stores: World) -> None:
    load(stores, "one", FIRST)
    table = stores.table(STORES)
    assert table.metadata().partition_columns == []
    assert (table.protocol().min_reader_version, table.protocol().min_writer_version) == (1, 2)
    fields = {field.name: (field.type.type, field.nullable) for field in table.schema().fields}
    assert fields["closed"] == ("date", True)
    assert fields["store_id"] == ("long", False)
    load(stores, "two", SECOND)
    assert {field.name: (field.type.type, field.nullable) for field in stores.table(STORES).schema().fields} == fields


def test_a_folder_that_looks_like_a_partition_means_nothing(home: Location) -> None:
    world = world_of(home.child("region=nowhere"), "wholeList")
    load(world, "one", FIRST)
    load(world, "two", Sent(2, [Store(1, closed=date(2024, 2, 1))]))
    load(world, "older", FIRST)
    assert_holds(world, [FIRST, Sent(2, [Store(1, closed=date(2024, 2, 1))])])


store = st.builds(
    Store,
    id=st.integers(1, 4),
    name=st.sampled_from(["Ost", "West", "Süd"]),
    closed=st.sampled_from([None, date(2024, 1, 31), date(2024, 2, 29)]),
)
a_list = st.lists(store, min_size=1, max_size=4, unique_by=lambda one: one.id)
# Few minutes, so that deliveries of one moment, which nobody can put in order, come up too.
some_sent = st.lists(st.builds(Sent, minute=st.integers(0, 3), stores=a_list), min_size=1, max_size=5)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=some_sent, data=st.data())
@pytest.mark.parametrize("delivers", list(PLANS))
def test_any_schedule_of_deliveries_ends_alike(
    tmp_path_factory: pytest.TempPathFactory, delivers: str, sent: list[Sent], data: st.DataObject
) -> None:
    world = world_of(Location("file", "", str(tmp_path_factory.mktemp("world"))), delivers)
    shuffled = data.draw(st.permutations([*sent, *data.draw(st.lists(st.sampled_from(sent), max_size=2))]))
    cut = data.draw(st.integers(1, len(shuffled)))
    runs = [files for files in (shuffled[:cut], *([one] for one in shuffled[cut:])) if files]
    for number, files in enumerate(runs):
        told = load(world, f"run-{number}", *files)["rows"]
        assert told["in"] == sum(count for name, count in told.items() if name != "in")
    world.load("run-0")
    assert_holds(world, sent)


def test_maintenance_keeps_every_row(stores: World, capsys: pytest.CaptureFixture[str]) -> None:
    for minute in range(1, 7):
        load(stores, f"run-{minute}", Sent(minute, [Store(minute), Store(minute + 1)]))
    before = rows(stores)
    words = arguments(stores)
    capsys.readouterr()
    assert maintenance.main(words) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["table"] for line in lines if line.get("event") == "maintained"] == ["stores"]
    assert rows(stores) == before


def stricter(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan, as if its contract had come to refuse stores above 2."""
    found = copy.deepcopy(plan)
    for step in found["transformation"]["duckdb"]["repair"]:
        step["sql"] = step["sql"].replace("9223372036854775807", "2")
    assert found != plan
    return found


@pytest.mark.parametrize("mode", ["show", "apply"])
def test_a_repair_moves_what_today_s_contract_refuses(stores: World, mode: str) -> None:
    load(stores, "one", FIRST)
    of = replace(stores, plan=stricter(dict(stores.plan)))
    words = of.arguments("mend")
    at = words.index("--engine")
    assert repair([*words[:at], *words[at + 2 :], "--repair", mode]) == 0
    place = of.results.child("runs", "mend", "transformation", "repair.json")
    report = json.loads(Storage().get(place))
    assert report["rows"] == {"found": 1, "moved": 1 if mode == "apply" else 0}
    assert report["columns"] == {"store_id": 1}
    left = [1, 2] if mode == "apply" else [1, 2, 3]
    assert [row[0] for row in rows(stores)] == left


def test_a_list_gets_a_column_and_an_older_plan_keeps_it_of_rows_that_stay(home: Location) -> None:
    """Rows that come under the older plan have nothing in it, whatever stood in their place."""
    plans = compiled_plans()
    older, wider = (World(home, plans[name]) for name in ("stores-changes", "stores-wider"))
    older.deliver("first", FIRST.delivery)
    older.load("first")
    wider.deliver("second", managed(Sent(2, [Store(2, "Ost am Markt"), Store(4)]), "Kim"))
    wider.load("second")
    older.deliver("third", Sent(3, [Store(4), Store(5)]).delivery)
    older.load("third")
    found = wider.frame(STORES).select("store_id", "manager").sort("store_id").rows()
    assert found == [(1, None), (2, "Kim"), (3, None), (4, None), (5, None)]
