"""Parts that the curated table takes over as they are: what is taken over, what is not, and what the log says of it."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from changes import Wide, under, wide_table
from parts import ALL, DAY, LATE, NEXT, as_they_are, spread
from plans import compiled_plans
from rows import Sale, as_part, at, by_store
from upkeep import maintained
from world import BY_STORE, CURATED, Delivery, World, latest_wins_plan

from pos_job_runtime.storage import Location
from pos_transformation.key_index.index import FOLDER
from pos_transformation.store.duckdb_delta_rs.session import Session

if TYPE_CHECKING:
    from collections.abc import Collection
    from contextlib import AbstractContextManager


def load(world: World, run: str, *files: Any) -> dict[str, Any]:
    world.deliver(run, *files)
    return world.load(run)


def commit(world: World, version: int) -> list[dict[str, Any]]:
    log = world.lake.child(CURATED, "_delta_log", f"{version:020d}.json").path
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_parts_become_files_of_the_table_in_one_commit_with_the_other_rows(world: World) -> None:
    summary = load(world, "one", spread())
    assert summary["rows"]["appended"] == len(ALL)
    assert as_they_are(world, "one") == 2
    assert world.versions()[CURATED] == 1
    world.assert_holds(ALL)


def test_a_run_of_nothing_but_parts(world: World) -> None:
    load(world, "one", Delivery([], parts=[DAY]))
    assert as_they_are(world, "one") == 1
    assert len(world.table(CURATED).file_uris()) == 1
    world.assert_holds(DAY)


def test_the_log_tells_of_a_part_what_is_in_it(world: World) -> None:
    extreme = [
        Sale("A" * 64, store=2**60, product=3, revenue=Decimal("90071992547409.9310"), at=at(0) + 1, receipt="R"),
        *(Sale(f"B{number}", store=5, product=2**62, quantity=-7, at=at(0, 86_399)) for number in range(9)),
    ]
    load(world, "one", Delivery([], parts=[extreme]))
    (added,) = (action["add"] for action in commit(world, 1) if "add" in action)
    statistics = json.loads(added["stats"])
    first, last = ((extreme[place].curated[6]).isoformat(timespec="microseconds") for place in (0, 1))  # type: ignore[attr-defined]
    assert statistics == {
        "numRecords": 10,
        "minValues": {
            "transaction_id": "A" * 64,
            "store_id": 5,
            "product_id": 3,
            "quantity": -7,
            "event_time": first.replace("+00:00", "Z"),
            "receipt_id": "R",
        },
        "maxValues": {
            "transaction_id": "B8",
            "store_id": 2**60,
            "product_id": 2**62,
            "quantity": 1,
            "event_time": last.replace("+00:00", "Z"),
            "receipt_id": "R",
        },
        "nullCount": {
            "transaction_id": 0,
            "store_id": 0,
            "product_id": 0,
            "quantity": 0,
            "event_time": 0,
            "receipt_id": 9,
        },
    }
    world.assert_holds(extreme)


def test_the_commit_carries_the_runs_mark_and_the_writers(world: World) -> None:
    load(world, "one", spread())
    marks = {action["txn"]["appId"] for action in commit(world, 1) if "txn" in action}
    assert marks == {"run:one", "writer:sales"}
    again = world.load("one")
    assert again["rows"]["appended"] == len(ALL)
    assert world.versions()[CURATED] == 1


def test_a_part_with_a_key_that_stands_is_written_without_it_and_the_other_taken_over(world: World) -> None:
    load(world, "old", [DAY[3], NEXT[0]._replace(id="other")])
    summary = load(world, "new", spread())
    assert summary["rows"]["duplicates"] == 1
    assert as_they_are(world, "new") == 1
    world.assert_holds([*ALL, NEXT[0]._replace(id="other")])


def test_a_part_with_a_key_of_another_file_is_written_without_it(world: World) -> None:
    changed = DAY[5]._replace(product=77)
    later = Delivery([changed], name="later.csv", arrived="2024-03-04T07:00:00.000Z")
    summary = load(world, "one", spread(), later)
    assert summary["rows"]["conflicts"] == 1
    assert as_they_are(world, "one") == 1
    world.assert_holds(ALL)


def test_all_of_a_run_that_comes_again_is_known(world: World) -> None:
    load(world, "one", spread())
    summary = load(world, "two", spread("again.csv"))
    assert (summary["rows"]["appended"], summary["rows"]["duplicates"]) == (0, len(ALL))
    world.assert_holds(ALL)


def test_a_part_with_two_dates_is_written_again(world: World) -> None:
    load(world, "one", Delivery(LATE, parts=[[*DAY, *NEXT]]))
    assert as_they_are(world, "one") == 0
    world.assert_holds(ALL)


def test_rows_of_a_part_on_one_date_are_not_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    left_out: list[int] = []
    real = Session.without_parts

    def observed(session: Session, parts: Collection[Location]) -> AbstractContextManager[None]:
        left_out.append(len(parts))
        return real(session, parts)

    monkeypatch.setattr(Session, "without_parts", observed)
    load(world, "one", Delivery(LATE, parts=[DAY]))
    assert left_out == [1, 1]
    # Of a part with two dates its ends don't tell how many rows are on each.
    left_out.clear()
    load(world, "two", Delivery([], parts=[[*(sale._replace(id=f"S-{sale.id}") for sale in [*DAY, *NEXT])]]))
    assert left_out == []


def test_where_the_latest_row_wins_rows_have_an_age_that_no_part_has(world: World) -> None:
    world = World(world.home, latest_wins_plan())
    load(world, "one", spread())
    assert as_they_are(world, "one") == 0
    world.assert_holds(ALL)


def test_a_table_with_other_columns_takes_no_part_over(world: World) -> None:
    wide = under(world, "wider")
    load(wide, "wide", wide_table([Wide(sale) for sale in LATE]))
    # The contract is rolled back: its files lack what the table has.
    load(world, "one", Delivery([], parts=[DAY]))
    assert as_they_are(world, "one") == 0
    assert sorted(world.frame(CURATED)["transaction_id"]) == sorted(sale.id for sale in [*LATE, *DAY])
    assert world.rows(BY_STORE) == by_store([*LATE, *DAY])


def test_parts_that_another_plan_validated_are_written_again(world: World) -> None:
    world.deliver("one", spread())
    World(world.home, {**world.plan, "hash": "sha256:another"}).load("one")
    assert as_they_are(world, "one") == 0
    world.assert_holds(ALL)


def test_keys_of_parts_are_found_on_other_dates_by_the_index(home: Location) -> None:
    world = World(home, compiled_plans()["all-year"])
    load(world, "one", spread())
    load(world, "two", [Sale("X", at=at(40))])
    assert list(world.lake.child(CURATED, FOLDER).path.rglob("*.keys"))
    moved = DAY[0]._replace(at=DAY[0].at + int(timedelta(days=60) / timedelta(microseconds=1)))
    summary = load(world, "three", Delivery([], parts=[[moved, Sale("Y", at=moved.at)]]))
    assert summary["rows"]["conflicts"] == 1
    assert as_they_are(world, "three") == 0
    fresh = [Sale(f"Z{number}", at=at(80)) for number in range(5)]
    load(world, "four", Delivery([], parts=[fresh]))
    assert as_they_are(world, "four") == 1
    world.assert_holds([*ALL, Sale("X", at=at(40)), Sale("Y", at=moved.at), *fresh])
    summary = load(world, "five", [fresh[0]._replace(at=at(90))])
    assert summary["rows"]["conflicts"] == 1


def test_maintenance_puts_parts_together_and_spares_what_the_table_has(world: World) -> None:
    days = [[sale._replace(id=f"{number}-{sale.id}") for sale in DAY] for number in range(8)]
    for number, day in enumerate(days):
        load(world, f"run-{number}", Delivery([], parts=[day]))
    assert len(world.table(CURATED).file_uris()) == len(days)
    assert maintained(world).removed == len(days)
    assert maintained(world, days=7).removed == 0
    world.assert_holds([sale for day in days for sale in day])


def test_a_load_that_is_overtaken_begins_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from pos_transformation.store.duckdb_delta_rs import pending

    real, calls = pending.commit_actions, [0]

    def overtaken(*words: Any, **options: Any) -> None:
        if words[0].spec.path == CURATED:
            calls[0] += 1
            if calls[0] == 1:
                load(world, "other", [DAY[3]])
        real(*words, **options)

    world.deliver("one", spread())
    monkeypatch.setattr(pending, "commit_actions", overtaken)
    summary = world.load("one")
    # Another run's, and this one's twice.
    assert calls[0] == 3
    assert summary["rows"]["duplicates"] == 1
    assert as_they_are(world, "one") == 1
    world.assert_holds(ALL)


def test_a_part_that_was_replaced_after_it_was_read_changes_nothing(
    s3_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The validation job may be started again meanwhile: what is in the table is what was compared."""
    from pos_transformation.load.curated import CuratedLoader

    usual = CuratedLoader._adoptable

    def replaced(self: CuratedLoader, snapshot: Any) -> Any:
        from pos_job_runtime.storage import Storage

        found = usual(self, snapshot)
        for part in found:
            Storage().put(part.location, as_part([Sale("nobody's", at=at(0))]))
        return found

    s3_world.deliver("one", spread())
    monkeypatch.setattr(CuratedLoader, "_adoptable", replaced)
    s3_world.load("one")
    s3_world.assert_holds(ALL)
