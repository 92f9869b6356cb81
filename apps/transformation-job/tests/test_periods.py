"""KPIs of weeks and months, and of what the list of stores says: exact after every change, and after none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from period_figures import MONTHS, WEEKS, business_date, per_hour, per_region
from plans import compiled_plans
from rows import Sale, at, some_sales
from stores import Sent, Store
from world import CURATED, World

from pos_job_runtime.storage import Location
from pos_transformation.load.periods import first_day

# From Friday, 1 March 2024: six weeks and two months.
SALES = some_sales(seed=21, count=300, days=38)
FIRST = Sent(1, [Store(1, region="North"), Store(2, region="South")])
SECOND = Sent(2, [Store(1, region="North"), Store(2, region="West"), Store(3, region="South")])
REGIONS = {1: "North", 2: "South"}
LATER = {1: "North", 2: "West", 3: "South"}


@pytest.fixture
def sales(home: Location) -> World:
    return World(home, compiled_plans()["periods"])


@pytest.fixture
def stores(home: Location) -> World:
    return World(home, compiled_plans()["stores"])


def load(world: World, run: str, *files: object) -> dict[str, object]:
    world.deliver(run, *files)  # type: ignore[arg-type]
    return world.load(run)


def assert_figures(world: World, sales: list[Sale], regions: dict[int, str]) -> None:
    assert world.rows(WEEKS) == per_region(sales, regions)
    assert world.rows(MONTHS) == per_hour(sales)


@given(st.dates(date(1900, 1, 1), date(9999, 12, 31)))
def test_a_period_begins_with_its_first_day(day: date) -> None:
    week = date.fromisoformat(first_day(day.isoformat(), "week"))
    assert (week.isoweekday(), week.isocalendar()[:2]) == (1, day.isocalendar()[:2])
    assert first_day(day.isoformat(), "month") == day.replace(day=1).isoformat()
    assert first_day(day.isoformat(), "day") == day.isoformat()


def test_a_late_row_recomputes_its_whole_week_and_month_and_no_other(sales: World) -> None:
    load(sales, "one", SALES)
    before = {path: set(sales.table(path).file_uris()) for path in (WEEKS, MONTHS)}
    late = [SALES[0]._replace(id="late", at=at(4, 40_000))]
    load(sales, "two", late)
    assert_figures(sales, [*SALES, *late], {})
    for path, period in ((WEEKS, "week=2024-03-04"), (MONTHS, "month=2024-03-01")):
        gone = before[path] - set(sales.table(path).file_uris())
        assert {uri.split("/")[-2] for uri in gone} == {period}


def test_a_date_that_is_deleted_leaves_its_week(sales: World) -> None:
    load(sales, "one", SALES)
    sales.table(CURATED).delete("date = DATE '2024-03-05'")
    load(sales, "none")
    left = [sale for sale in SALES if business_date(sale) != date(2024, 3, 5)]
    assert len(left) < len(SALES)
    assert_figures(sales, left, {})


def test_a_long_history_is_computed_in_portions_that_part_no_week(
    sales: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pos_transformation.store.duckdb_delta_rs.store.ROWS_AT_ONCE", 20)
    load(sales, "one", SALES)
    assert_figures(sales, SALES, {})
    # Readers see all of it at once: the portions are put together in one commit.
    assert sales.table(WEEKS).version() == 1
    assert len(sales.table(WEEKS).file_uris()) > 3


def test_without_a_list_of_stores_all_sales_are_of_no_region(sales: World) -> None:
    load(sales, "one", SALES)
    assert_figures(sales, SALES, {})
    assert {row[1] for row in sales.rows(WEEKS)} == {None}


def test_figures_follow_the_list_of_stores_with_the_next_run(sales: World, stores: World) -> None:
    load(sales, "one", SALES)
    load(stores, "first", FIRST.delivery)
    load(sales, "none")
    assert_figures(sales, SALES, REGIONS)
    load(stores, "second", SECOND.delivery)
    late = [SALES[0]._replace(id="late", at=at(4, 40_000))]
    load(sales, "two", late)
    assert_figures(sales, [*SALES, *late], LATER)


def test_a_list_that_changes_no_region_leaves_the_figures_as_they_are(sales: World, stores: World) -> None:
    load(stores, "first", FIRST.delivery)
    load(sales, "one", SALES)
    files = set(sales.table(WEEKS).file_uris())
    renamed = [store._replace(name="Elsewhere") for store in FIRST.stores]
    load(stores, "second", Sent(2, renamed).delivery)
    load(sales, "none")
    assert set(sales.table(WEEKS).file_uris()) == files
    version = sales.table(WEEKS).version()
    sales.load("none")
    assert sales.table(WEEKS).version() == version


def test_the_commit_tells_which_versions_it_reflects(sales: World, stores: World) -> None:
    load(stores, "first", FIRST.delivery)
    load(sales, "one", SALES)
    table = sales.table(WEEKS)
    assert table.transaction_version("kpi:from_curated") == sales.table(CURATED).version()
    assert table.transaction_version("kpi:from:stores") == stores.table("curated/stores").version() + 1
    assert sales.table(MONTHS).transaction_version("kpi:from:stores") is None


some_days = st.lists(st.integers(0, 37), min_size=1, max_size=4)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_of_sales_and_lists_ends_alike(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    home = Location("file", "", str(tmp_path_factory.mktemp("world")))
    sales, stores = (World(home, compiled_plans()[name]) for name in ("periods", "stores"))
    parts = [SALES[start::4] for start in range(4)]
    events = data.draw(st.permutations([*range(4), FIRST, SECOND, FIRST, 0]))
    for number, event in enumerate(events):
        if isinstance(event, Sent):
            load(stores, f"list-{number}", event.delivery)
        else:
            load(sales, f"run-{number}", parts[event])
    load(sales, "last")
    assert_figures(sales, SALES, LATER)
