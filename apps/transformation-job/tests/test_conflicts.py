"""A key that comes again with other values, under both policies."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from plans import compiled_plans
from rows import Sale, at, some_sales
from world import CURATED, Delivery, World

from pos_job_runtime.storage import Location

FIRST = Sale("T1", revenue=Decimal("1.0000"), at=at(0, 10))
SECOND = FIRST._replace(revenue=Decimal("2.0000"), discount=Decimal("0.5000"))
THIRD = FIRST._replace(revenue=Decimal("3.0000"), store=2)
OTHERS = some_sales(seed=3, count=30)

MORNING, NOON, NIGHT = (f"2024-03-01T{hour:02d}:00:00.000Z" for hour in (6, 12, 23))


def test_what_stands_is_kept_and_the_other_values_are_reported(world: World) -> None:
    world.deliver("one", [FIRST, *OTHERS])
    world.load("one")
    world.deliver("two", [SECOND, Sale("new", at=at(0))])
    summary = world.load("two")
    assert summary["rows"] == {"in": 2, "appended": 1, "duplicates": 0, "conflicts": 1, "updated": 0}
    (sample,) = summary["conflictSamples"]
    assert (sample["transaction_id"], sample["date"]) == ("T1", "2024-03-01")
    assert (sample["revenue"], sample["kept_revenue"]) == ("2.0000", "1.0000")
    assert (sample["discount_applied"], sample["kept_discount_applied"]) == ("0.5000", None)
    world.assert_holds([FIRST, *OTHERS, Sale("new", at=at(0))])


def test_personal_values_are_in_no_summary_and_no_commit(home: Location, capfd: pytest.CaptureFixture[str]) -> None:
    world = World(home, compiled_plans()["personal"])
    world.deliver("one", [FIRST._replace(id="MrsMiller")])
    world.load("one")
    world.deliver("two", [THIRD._replace(id="MrsMiller", store=7171)])
    (sample,) = world.load("two")["conflictSamples"]
    assert sample["transaction_id"] == "(personal data)"
    # That it differs is still to be seen, and what is not personal.
    assert (sample["store_id"], sample["kept_store_id"]) == ("(personal data)", "(other personal data)")
    assert (sample["quantity"], sample["kept_quantity"]) == (FIRST.quantity, FIRST.quantity)
    written = [path.read_text() for path in Path(home.key).rglob("*.json") if "_delta_log" not in path.parts]
    written += [json.dumps(commit.get("commitInfo")) for commit in commits(Path(home.key))]
    said = capfd.readouterr()
    for text in (*written, said.out, said.err):
        assert "MrsMiller" not in text
        assert "7171" not in text


def commits(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for log in folder.rglob("_delta_log/*.json") for line in log.read_text().splitlines()]


def test_an_integer_that_json_would_round_is_reported_exactly(world: World) -> None:
    largest = 2**63 - 1
    world.deliver("one", [FIRST._replace(product=largest)])
    world.load("one")
    world.deliver("two", [FIRST._replace(product=largest - 1)])
    (sample,) = world.load("two")["conflictSamples"]
    assert (sample["kept_product_id"], sample["product_id"]) == (str(largest), str(largest - 1))
    assert sample["store_id"] == sample["kept_store_id"] == FIRST.store


def test_in_one_run_the_file_that_came_first_is_kept(world: World) -> None:
    world.deliver("one", Delivery([SECOND], arrived=NOON), Delivery([FIRST], arrived=MORNING), OTHERS)
    summary = world.load("one")
    assert summary["rows"]["conflicts"] == 1
    world.assert_holds([FIRST, *OTHERS])


@pytest.mark.parametrize(("policy", "kept"), [("world", SECOND), ("latest_wins", FIRST)])
def test_files_of_one_moment_are_put_in_order_by_their_keys(
    request: pytest.FixtureRequest, policy: str, kept: Sale
) -> None:
    world: World = request.getfixturevalue(policy)
    world.deliver("one", Delivery([SECOND], "a.csv"), Delivery([FIRST], "b.csv"), Delivery([FIRST], "c.csv"))
    counted = (1, 1) if kept is FIRST else (0, 2)
    rows = world.load("one")["rows"]
    assert (rows["duplicates"], rows["conflicts"]) == counted
    world.assert_holds([kept])


@pytest.mark.parametrize(("policy", "kept"), [("world", THIRD), ("latest_wins", SECOND)])
@pytest.mark.parametrize("arrival", list(itertools.permutations(range(3))))
def test_versions_of_one_key_in_one_moment_are_in_the_order_of_their_writes(
    request: pytest.FixtureRequest, arrival: Sequence[int], policy: str, kept: Sale
) -> None:
    """Their values say another order, and so would their sequencers, padded on the left."""
    world: World = request.getfixturevalue(policy)
    written = ((THIRD, "0055AED6DCD902"), (FIRST, "0055AED6DCD90281E5"), (SECOND, "0055AED6DCE"))
    versions = [Delivery([sale], "x.csv", sequencer=sequencer) for sale, sequencer in written]
    world.deliver("one", *(versions[number] for number in arrival))
    world.load("one")
    world.assert_holds([kept])


def test_a_sequencer_is_right_even_where_the_times_say_otherwise(latest_wins: World) -> None:
    latest_wins.deliver(
        "one",
        Delivery([SECOND], "x.csv", arrived="2024-03-01T06:00:00.001Z", sequencer="02"),
        Delivery([FIRST], "x.csv", arrived="2024-03-01T06:00:00.002Z", sequencer="01"),
    )
    latest_wins.load("one")
    latest_wins.assert_holds([SECOND])


def test_a_version_of_the_next_millisecond_is_newer_than_all_of_the_one_before(latest_wins: World) -> None:
    burst = [Delivery([FIRST], "x.csv", arrived="2024-03-01T06:00:00.000Z", sequencer=f"{n:04X}") for n in range(30)]
    latest_wins.deliver("burst", *burst)
    latest_wins.load("burst")
    latest_wins.deliver("later", Delivery([SECOND], "x.csv", arrived="2024-03-01T06:00:00.001Z", sequencer="FF"))
    latest_wins.load("later")
    latest_wins.assert_holds([SECOND])


def test_a_long_list_of_conflicts_is_sampled(world: World) -> None:
    world.deliver("one", OTHERS)
    world.load("one")
    world.deliver("two", [sale._replace(product=sale.product + 1) for sale in OTHERS])
    summary = world.load("two")
    assert summary["rows"]["conflicts"] == 30
    assert len(summary["conflictSamples"]) == 20
    assert summary["outcome"] == "nothing-new"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_where_the_latest_wins_the_order_of_loading_does_not_matter(latest_wins: World, order: Sequence[int]) -> None:
    versions = [Delivery([FIRST], arrived=MORNING), Delivery([SECOND], arrived=NOON), Delivery([THIRD], arrived=NIGHT)]
    latest_wins.deliver("others", OTHERS)
    latest_wins.load("others")
    for number in order:
        latest_wins.deliver(f"run-{number}", versions[number])
        latest_wins.load(f"run-{number}")
    latest_wins.assert_holds([THIRD, *OTHERS])


def test_a_correction_replaces_the_row_and_the_kpis_follow(latest_wins: World) -> None:
    latest_wins.deliver("one", Delivery([FIRST, *OTHERS], arrived=MORNING))
    latest_wins.load("one")
    latest_wins.deliver("two", Delivery([SECOND, Sale("new", at=at(1))], arrived=NOON))
    summary = latest_wins.load("two")
    assert summary["rows"] == {"in": 2, "appended": 1, "duplicates": 0, "conflicts": 0, "updated": 1}
    assert summary["outcome"] == "loaded"
    latest_wins.assert_holds([SECOND, *OTHERS, Sale("new", at=at(1))])


def test_an_older_file_that_comes_late_is_a_conflict(latest_wins: World) -> None:
    latest_wins.deliver("one", Delivery([SECOND], arrived=NOON))
    latest_wins.load("one")
    latest_wins.deliver("two", Delivery([FIRST], arrived=MORNING))
    summary = latest_wins.load("two")
    assert summary["rows"] == {"in": 1, "appended": 0, "duplicates": 0, "conflicts": 1, "updated": 0}
    assert summary["conflictSamples"][0]["kept_revenue"] == "2.0000"
    latest_wins.assert_holds([SECOND])


def test_a_confirmation_makes_a_row_newer_than_a_correction_before_it(latest_wins: World) -> None:
    for run, sale, arrived in (("one", FIRST, MORNING), ("three", FIRST, NIGHT), ("two", SECOND, NOON)):
        latest_wins.deliver(run, Delivery([sale], arrived=arrived))
        latest_wins.load(run)
    latest_wins.assert_holds([FIRST])


def test_in_one_run_the_file_that_came_last_wins(latest_wins: World) -> None:
    latest_wins.deliver("one", Delivery([THIRD], arrived=NIGHT), Delivery([FIRST, *OTHERS], arrived=MORNING))
    assert latest_wins.load("one")["rows"]["conflicts"] == 1
    latest_wins.assert_holds([THIRD, *OTHERS])


def test_a_repeated_correction_writes_nothing(latest_wins: World) -> None:
    latest_wins.deliver("one", Delivery([FIRST], arrived=MORNING))
    latest_wins.deliver("two", Delivery([SECOND], arrived=NOON))
    latest_wins.load("one")
    latest_wins.load("two")
    versions = latest_wins.versions()
    latest_wins.load("one")
    latest_wins.load("two")
    latest_wins.deliver("two again", Delivery([SECOND], arrived=NOON))
    assert latest_wins.load("two again")["outcome"] == "nothing-new"
    assert latest_wins.versions() == versions
    assert latest_wins.table(CURATED).count() == 1
