"""Parts: Spark reads them as it does other validated rows, and goes on with tables that have taken some over."""

from __future__ import annotations

from collections.abc import Callable

from rows import Sale, at, some_sales
from twins import Twins
from world import CURATED, Delivery

DAY = [sale._replace(id=f"D-{number}") for number, sale in enumerate(some_sales(seed=11, count=30, days=1))]
NEXT = [sale._replace(at=sale.at + 86_400_000_000, id=f"N-{number}") for number, sale in enumerate(DAY)]
LATE = [Sale(f"L-{number}", at=at(-1 - number % 2)) for number in range(6)]
ALL = [*LATE, *DAY, *NEXT]


def test_both_engines_make_the_same_tables_of_parts(twins: Twins) -> None:
    """A key that comes in two files is found whether it lies in a part or not."""
    changed = DAY[5]._replace(product=77)
    later = Delivery([changed], name="later.csv", arrived="2024-03-04T07:00:00.000Z")
    twins.deliver("one", Delivery(LATE, parts=[DAY, NEXT]), later)
    twins.deliver("two", Delivery([], parts=[[DAY[0], Sale("new", at=DAY[0].at)]]))
    twins.load_both("one", "two")
    twins.assert_equal()
    twins.assert_holds("spark", [*ALL, Sale("new", at=DAY[0].at)])


def test_parts_of_one_file_do_not_count_as_files_that_may_share_keys(twins_of: Callable[[str], Twins]) -> None:
    twins = twins_of("two-days")
    twins.deliver("one", Delivery(LATE, parts=[DAY, NEXT]))
    twins.load_both("one")
    twins.assert_equal()
    twins.assert_holds("spark", ALL)


def test_spark_goes_on_where_parts_were_taken_over(twins: Twins) -> None:
    twins.deliver("one", Delivery(LATE, parts=[DAY, NEXT]))
    twins.load("one", engine="embedded", lake="shared")
    assert len(twins.files("shared", CURATED)) == 4
    fresh = Sale("fresh", at=DAY[0].at)
    twins.deliver("two", [*DAY[:5], NEXT[0]._replace(product=77), fresh])
    summary = twins.load("two", engine="spark", lake="shared")
    assert tuple(summary["rows"].values()) == (7, 1, 5, 1, 0)
    twins.assert_holds("shared", [*ALL, fresh])
