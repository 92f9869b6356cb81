"""Parts: Spark's table takes over what the embedded engine's does, and each engine goes on where the other did."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from changes import Wide, wide_table
from parts import ALL, DAY, LATE, NEXT, as_they_are, spread
from rows import Sale, at
from twins import Twins
from world import CURATED, Delivery

ENGINES = ("embedded", "spark")
DAYS = int(timedelta(days=1) / timedelta(microseconds=1))


def taken(twins: Twins, run: str) -> int:
    """How many of the run's parts each engine's table has taken over: as many in either."""
    found = {as_they_are(twins.seen(lake), run) for lake in ENGINES}
    assert len(found) == 1, found
    return found.pop()


def commit(twins: Twins, lake: str, version: int) -> list[dict[str, Any]]:
    log = twins.lake(lake).child(CURATED, "_delta_log", f"{version:020d}.json").path
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_both_engines_take_parts_over_in_one_commit_with_the_other_rows(twins: Twins) -> None:
    twins.deliver("one", spread())
    twins.load_both("one")
    assert taken(twins, "one") == 2
    twins.assert_equal()
    twins.assert_holds("spark", ALL)
    assert twins.table("spark", CURATED).version() == 1
    actions = commit(twins, "spark", 1)
    assert {action["txn"]["appId"] for action in actions if "txn" in action} == {"run:one", "writer:sales"}
    # The late rows lie on two dates.
    added = [action["add"] for action in actions if "add" in action]
    assert sorted(one["partitionValues"]["date"] for one in added) == [
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
        "2024-03-02",
    ]
    assert all(one["dataChange"] for one in added)


def test_the_log_tells_of_a_part_what_is_in_it(twins: Twins) -> None:
    twins.deliver("one", Delivery([], parts=[DAY]))
    twins.load("one", engine="spark", lake="spark")
    (added,) = (action["add"] for action in commit(twins, "spark", 1) if "add" in action)
    statistics = json.loads(added["stats"])
    assert statistics["numRecords"] == len(DAY)
    for name, values in {
        "transaction_id": [sale.id for sale in DAY],
        "product_id": [sale.product for sale in DAY],
        "quantity": [sale.quantity for sale in DAY],
    }.items():
        assert statistics["minValues"][name] == min(values), name
        assert statistics["maxValues"][name] == max(values), name
    nothing = {"receipt_id": sum(sale.receipt is None for sale in DAY), "quantity": 0}
    assert {name: statistics["nullCount"][name] for name in nothing} == nothing


def test_a_part_with_a_key_of_another_row_is_written_without_it(twins: Twins) -> None:
    """The row lies in another file, or in the table."""
    changed = DAY[5]._replace(product=77)
    later = Delivery([changed], name="later.csv", arrived="2024-03-04T07:00:00.000Z")
    twins.deliver("one", spread(), later)
    fresh = [Sale(f"F-{number}", at=at(4)) for number in range(5)]
    twins.deliver("two", Delivery([], parts=[[NEXT[0], Sale("new", at=NEXT[0].at)], fresh]))
    twins.load_both("one", "two")
    assert (taken(twins, "one"), taken(twins, "two")) == (1, 1)
    twins.assert_equal()
    twins.assert_holds("spark", [*ALL, Sale("new", at=NEXT[0].at), *fresh])


def test_a_part_with_two_dates_is_written_again(twins: Twins) -> None:
    twins.deliver("one", Delivery(LATE, parts=[[*DAY, *NEXT]]))
    twins.load_both("one")
    assert taken(twins, "one") == 0
    twins.assert_equal()
    twins.assert_holds("spark", ALL)


def test_keys_of_parts_are_found_on_other_dates_by_the_index(twins: Twins) -> None:
    twins.deliver("one", spread())
    twins.deliver("two", [Sale("X", at=at(40))])
    moved = DAY[0]._replace(at=DAY[0].at + 60 * DAYS)
    twins.deliver("three", Delivery([], parts=[[moved, Sale("Y", at=moved.at)]]))
    twins.load_both("one", "two", "three")
    assert (taken(twins, "one"), taken(twins, "three")) == (2, 0)
    twins.assert_equal()
    twins.assert_holds("spark", [*ALL, Sale("X", at=at(40)), Sale("Y", at=moved.at)])


def test_parts_of_one_file_do_not_count_as_files_that_may_share_keys(twins_of: Callable[[str], Twins]) -> None:
    twins = twins_of("two-days")
    twins.deliver("one", spread())
    twins.load_both("one")
    assert taken(twins, "one") == 2
    twins.assert_equal()
    twins.assert_holds("spark", ALL)


def test_a_table_with_other_columns_takes_no_part_over(twins_of: Callable[[str], Twins]) -> None:
    wide, twins = twins_of("wider"), twins_of("as-it-is")
    wide.deliver("wide", wide_table([Wide(sale) for sale in LATE]))
    # The contract is rolled back: its files lack what the table has.
    twins.deliver("one", Delivery([], parts=[DAY]))
    wide.load_both("wide")
    twins.load_both("one")
    assert taken(twins, "one") == 0
    twins.assert_equal(paths=[CURATED])
    ids = sorted(twins.seen("spark").frame(CURATED)["transaction_id"])
    assert ids == sorted(sale.id for sale in [*LATE, *DAY])


@pytest.mark.parametrize(("first", "then"), [ENGINES, ENGINES[::-1]])
def test_an_engine_goes_on_where_the_other_has_taken_parts_over(twins: Twins, first: str, then: str) -> None:
    twins.deliver("one", spread())
    twins.load("one", engine=first, lake="shared")
    assert as_they_are(twins.seen("shared"), "one") == 2
    fresh = Sale("fresh", at=DAY[0].at)
    twins.deliver("two", [*DAY[:5], NEXT[0]._replace(product=77), fresh])
    twins.deliver("three", Delivery([], parts=[[sale._replace(id=f"three-{sale.id}") for sale in DAY]]))
    assert tuple(twins.load("two", engine=then, lake="shared")["rows"].values()) == (7, 1, 5, 1, 0)
    assert twins.load("three", engine=then, lake="shared")["rows"]["appended"] == len(DAY)
    assert as_they_are(twins.seen("shared"), "three") == 1
    # A run that the other engine has loaded is known.
    again = twins.load("one", engine=then, lake="shared")
    assert again["rows"]["appended"] == len(ALL)
    three = [sale._replace(id=f"three-{sale.id}") for sale in DAY]
    twins.assert_holds("shared", [*ALL, fresh, *three])
