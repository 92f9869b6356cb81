"""Ids that come again: in files, runs and on dates, in both policies and both scopes of the key."""

from __future__ import annotations

from decimal import Decimal

import pytest
from keyed import Model, deliveries, held
from plans import compiled_plans
from rows import Sale, at
from world import CURATED, Delivery, World

from pos_job_runtime.storage import Location
from pos_transformation.load.keys import within

VARIANTS = {
    "one-date": (0, False),
    "one-date-latest-wins": (0, True),
    "as-it-is": (400, False),
    "latest-wins": (400, True),
    "two-days": (2, False),
    "two-days-latest-wins": (2, True),
}
SEEDS = 2

MORNING, NOON, NIGHT = (f"2024-03-09T{hour:02d}:00:00.000Z" for hour in (6, 12, 23))
SALE = Sale("T1", revenue=Decimal("1.0000"), at=at(3))
MOVED = SALE._replace(at=at(4))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_table_is_what_its_definition_says(home: Location, variant: str, seed: int) -> None:
    days, latest_wins = VARIANTS[variant]
    world, model = World(home, compiled_plans()[variant]), Model(days, latest_wins)
    for number, files in enumerate(deliveries(seed=seed, days=days)):
        world.deliver(f"run{number}", *files)
        world.load(f"run{number}")
        model.load(files)
        if dice_says_again := number == 1:
            world.load(f"run{number - dice_says_again}")
    world.assert_holds(held(model))


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_the_latest_wins_in_whatever_order_and_however_often_files_come(home: Location, order: tuple[int, ...]) -> None:
    world = World(home, compiled_plans()["two-days-latest-wins"])
    files = [
        Delivery([SALE, Sale("T2", at=at(0))], arrived=MORNING),
        Delivery([MOVED._replace(revenue=Decimal("2.0000"))], arrived=NOON),
        Delivery([SALE._replace(at=at(5), store=2)], arrived=NIGHT),
    ]
    for number, place in enumerate((*order, order[0])):
        world.deliver(f"run{number}", files[place])
        world.load(f"run{number}")
    world.assert_holds([SALE._replace(at=at(5), store=2), Sale("T2", at=at(0))])


def test_a_row_that_moves_leaves_its_old_date(home: Location) -> None:
    world = World(home, compiled_plans()["two-days-latest-wins"])
    world.deliver("one", Delivery([SALE, Sale("T2", at=at(3))], arrived=MORNING))
    world.load("one")
    before = world.versions()
    world.deliver("two", Delivery([MOVED], arrived=NOON))
    summary = world.load("two")
    assert summary["rows"] == {"in": 1, "appended": 0, "duplicates": 0, "conflicts": 0, "updated": 1}
    # One commit: no reader sees the sale on both dates, or on none.
    assert world.versions()[CURATED] == before[CURATED] + 1
    assert summary["tables"][0]["rows"] == 2
    world.assert_holds([MOVED, Sale("T2", at=at(3))])


def test_the_first_is_kept_and_the_other_is_a_conflict(home: Location) -> None:
    world = World(home, compiled_plans()["two-days"])
    world.deliver("one", [SALE])
    world.load("one")
    world.deliver("two", [MOVED, SALE._replace(at=at(6))])
    summary = world.load("two")
    # Three days further it is another sale.
    assert summary["rows"] == {"in": 2, "appended": 1, "duplicates": 0, "conflicts": 1, "updated": 0}
    (sample,) = summary["conflictSamples"]
    assert (sample["date"], sample["event_time"], sample["kept_event_time"]) == (
        "2024-03-05",
        "2024-03-05 00:00:00+00:00",
        "2024-03-04 00:00:00+00:00",
    )
    world.assert_holds([SALE, SALE._replace(at=at(6))])


def test_one_correction_takes_the_place_of_every_row_of_its_key_in_the_window(home: Location) -> None:
    # The table was filled while the key was compared within its date.
    plans = compiled_plans()
    world = World(home, plans["latest-wins"])
    sales = [SALE._replace(at=at(day)) for day in range(6)]
    world.deliver("one", Delivery(sales, arrived=MORNING))
    world.load("one")
    world = World(home, plans["two-days-latest-wins"])
    world.deliver("two", Delivery([SALE._replace(at=at(2), store=2)], arrived=NOON))
    summary = world.load("two")
    assert summary["rows"]["updated"] == 1
    assert summary["tables"][0]["rows"] == 2
    world.assert_holds([SALE._replace(at=at(2), store=2), SALE._replace(at=at(5))])


def test_the_dates_of_a_window() -> None:
    among = ["2024-02-28", "2024-02-29", "2024-03-01", "2024-03-10"]
    assert within(1, ["2024-02-29"], among) == among[:3]
    assert within(9, ["2024-03-01", "2024-03-10"], among) == among
    assert within(400, ["0001-01-01", "9999-12-31"], among) == []
