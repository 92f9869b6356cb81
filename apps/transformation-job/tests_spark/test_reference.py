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


# One of them needs deliveries of one moment, which nobody can put in order.
@pytest.mark.parametrize(("plan", "seed"), [("stores", 1), ("stores-changes", 2)])
def test_any_schedule_of_deliveries_ends_alike(twins_of: Callable[[str], Twins], plan: str, seed: int) -> None:
    stores, sent = twins_of(plan), some_sent(seed)
    dice = random.Random(seed)
    schedule = [*sent, *dice.sample(sent, k=1)]
    dice.shuffle(schedule)
    runs = {"one": schedule[:3], "two": schedule[3:4], "three": schedule[4:]}
    for run, files in runs.items():
        stores.deliver(run, *(one.delivery for one in files))
    stores.load_both("one")
    first, version = stores.world.summary("one"), stores.table("spark", STORES).version()
    stores.load_both("one")
    assert stores.table("spark", STORES).version() == version
    assert {**stores.world.summary("one"), "timings": 0} == {**first, "timings": 0}
    stores.load_both("two", "three")
    stores.assert_equal(paths=[STORES])
    assert_holds(stores, "spark", sent)
    # And by both in turn.
    for number, run in enumerate(reversed(runs)):
        stores.load(run, engine="embedded" if number % 2 else "spark", lake="shared")
    assert_holds(stores, "shared", sent)


@pytest.mark.parametrize("engine", ["embedded", "spark"])
def test_maintenance_keeps_every_row(twins_of: Callable[[str], Twins], engine: str) -> None:
    """Whoever has written them."""
    stores, sent = twins_of("stores"), some_sent(4, count=3)
    other = {"embedded": "spark", "spark": "embedded"}[engine]
    for number, one in enumerate(sent):
        stores.deliver(f"run-{number}", one.delivery)
        stores.load(f"run-{number}", engine=other, lake="lake")
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
    # On few dates of several weeks and two months.
    sold = [sale for sale in some_sales(seed=21, count=360, days=38) if sale.date.day % 3 == 0]
    late = [sold[0]._replace(id="late", at=at(4, 40_000))]
    first = [Store(1, region="North"), Store(2, region="South")]
    second = [Store(1, region="North"), Store(2, region="West"), Store(3, region="South")]
    sales.deliver("sold", sold)
    stores.deliver("first", Sent(1, first).delivery)
    stores.deliver("second", Sent(2, second).delivery)
    sales.deliver("late", late)
    # Before there is a list, with one, and after another.
    for run, of, engine in (("sold", sales, "spark"), ("first", stores, "embedded"), ("second", stores, "spark")):
        of.load_both(run)
        of.load(run, engine=engine, lake="shared")
    sales.load_both("late")
    # The other engine takes a run that was loaded for what it is.
    for engine in ("embedded", "spark"):
        sales.load("late", engine=engine, lake="shared")
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
