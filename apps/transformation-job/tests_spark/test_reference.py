"""Both engines load the same reference data, each for itself or in turn: the same tables, to the bit."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest
from period_figures import MONTHS, WEEKS, per_hour, per_region
from rows import at, some_sales
from stores import STORES, Sent, Store, managed, table_of
from twins import Twins
from upkeep import published

NAMES = ["Ost", "West", "Süd"]
DAYS = [None, date(2024, 1, 31), date(2024, 2, 29)]


def some_sent(seed: int, *, count: int = 6) -> list[Sent]:
    """Lists of a few stores out of few, some of one moment."""
    dice = random.Random(seed)
    return [
        Sent(
            dice.randint(0, 3),
            [Store(id, dice.choice(NAMES), closed=dice.choice(DAYS)) for id in dice.sample(range(1, 6), k=3)],
        )
        for _ in range(count)
    ]


def assert_holds(twins: Twins, lake: str, sent: list[Sent]) -> None:
    delivers = twins.world.plan["delivers"]
    assert sorted(twins.rows(lake, STORES)) == table_of(sent, delivers=delivers)


@pytest.fixture(params=["stores", "stores-changes"])
def stores(request: pytest.FixtureRequest, twins_of: Callable[[str], Twins]) -> Twins:
    return twins_of(request.param)


@pytest.mark.parametrize("seed", range(3))
def test_any_schedule_of_deliveries_ends_alike(stores: Twins, seed: int) -> None:
    sent = some_sent(seed)
    dice = random.Random(seed)
    schedule = [*sent, *dice.sample(sent, k=2)]
    dice.shuffle(schedule)
    runs = {"one": schedule[:3], **{f"run-{n}": [one] for n, one in enumerate(schedule[3:])}}
    for run, files in runs.items():
        stores.deliver(run, *(one.delivery for one in files))
    stores.load_both(*runs, "one")
    stores.assert_equal(paths=[STORES])
    assert_holds(stores, "spark", sent)
    # And by both in turn.
    for number, run in enumerate(reversed(runs)):
        stores.load(run, engine="spark" if number % 2 else "embedded", lake="shared")
    assert_holds(stores, "shared", sent)


def test_a_run_that_is_repeated_writes_nothing(stores: Twins) -> None:
    sent = some_sent(9, count=2)
    stores.deliver("one", *(one.delivery for one in sent))
    first = stores.load("one", engine="spark", lake="spark")
    version = stores.table("spark", STORES).version()
    again = stores.load("one", engine="spark", lake="spark")
    assert stores.table("spark", STORES).version() == version
    assert {**again, "timings": 0} == {**first, "timings": 0}


@pytest.mark.parametrize("engine", ["embedded", "spark"])
def test_maintenance_keeps_every_row(stores: Twins, engine: str) -> None:
    sent = some_sent(4)
    for number, one in enumerate(sent):
        stores.deliver(f"run-{number}", one.delivery)
        stores.load(f"run-{number}", engine="spark", lake="lake")
    arguments = {"maintain": "yes", "lake": stores.lake("lake"), "plan": published(stores.world), "engine": engine}
    words = [word for name, value in arguments.items() for word in (f"--{name}", str(value))]
    code, errors = stores.spark.maintain(words, engine=engine)
    assert code == 0, errors
    assert_holds(stores, "lake", sent)
    log = stores.lake("lake").child(STORES, "_delta_log").path
    assert list(log.glob("*.checkpoint.parquet"))
    stores.deliver("last", Sent(9, [Store(1)]).delivery)
    stores.load("last", engine="spark", lake="lake")
    assert_holds(stores, "lake", [*sent, Sent(9, [Store(1)])])


def test_figures_by_week_month_and_region_are_the_same_by_both_engines_and_in_turn(
    twins_of: Callable[[str], Twins],
) -> None:
    sales, stores = twins_of("periods"), twins_of("stores")
    sold = some_sales(seed=21, count=120, days=38)
    late = [sold[0]._replace(id="late", at=at(4, 40_000))]
    first = [Store(1, region="North"), Store(2, region="South")]
    second = [Store(1, region="North"), Store(2, region="West"), Store(3, region="South")]
    sales.deliver("sold", sold)
    stores.deliver("first", Sent(1, first).delivery)
    stores.deliver("second", Sent(2, second).delivery)
    sales.deliver("late", late)
    # Before there is a list, with one, and after another.
    for run in ("sold", "first", "second", "late", "late"):
        for number, lake in enumerate(("embedded", "spark", "shared")):
            engine = lake if lake != "shared" else ("spark", "embedded")[(number + len(run)) % 2]
            (stores if run in ("first", "second") else sales).load(run, engine=engine, lake=lake)
    regions = {store.id: store.region for store in second}
    for lake in ("embedded", "spark", "shared"):
        assert sorted(sales.rows(lake, WEEKS), key=repr) == per_region([*sold, *late], regions)
        assert sorted(sales.rows(lake, MONTHS), key=repr) == per_hour([*sold, *late])
    assert sales.table("spark", WEEKS).schema() == sales.table("embedded", WEEKS).schema()


def test_a_list_with_a_column_that_the_plan_does_not_know(twins_of: Callable[[str], Twins]) -> None:
    wider, older = twins_of("stores-wider"), twins_of("stores-changes")
    wider.deliver("one", managed(Sent(1, [Store(1), Store(2)]), "Kim"))
    wider.load("one", engine="embedded", lake="shared")
    older.deliver("two", Sent(2, [Store(2), Store(3)]).delivery)
    older.load("two", engine="spark", lake="shared")
    found = older.seen("shared").frame(STORES).select("store_id", "manager").sort("store_id").rows()
    assert found == [(1, "Kim"), (2, None), (3, None)]
