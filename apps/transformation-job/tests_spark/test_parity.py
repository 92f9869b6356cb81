"""Both engines load the same deliveries: the tables are equal to the bit, and the summaries say the same."""

from __future__ import annotations

from decimal import Decimal

from rows import Sale, at, some_sales
from twins import Twins
from world import Delivery

FIRST = some_sales(seed=1, count=400)
SECOND = some_sales(seed=2, count=300, days=4)


def test_runs_one_after_the_other_and_again(twins: Twins) -> None:
    """One without a valid file, new rows, rows that come again as they were or with other values, all of it twice."""
    changed = [sale._replace(revenue=sale.revenue + 1) for sale in FIRST[:30]]
    twins.deliver("none")
    twins.deliver("one", FIRST)
    twins.deliver("two", [*changed, *FIRST[30:60], *SECOND])
    twins.load_both("none", "one", "one")
    twins.assert_holds("spark", FIRST)
    twins.load_both("two", "two", "none")
    twins.assert_equal()
    twins.assert_holds("spark", [*FIRST, *SECOND])


def test_files_of_one_run_that_share_keys(twins: Twins) -> None:
    later = [sale._replace(quantity=sale.quantity + 1, discount=None) for sale in FIRST[:50]]
    twins.deliver(
        "one",
        Delivery(later, name="b.csv", arrived="2024-03-04T07:00:00.000Z"),
        Delivery(FIRST, name="a.csv", arrived="2024-03-04T06:00:00.000Z"),
        Delivery(FIRST[10:20], name="ä b%20c.csv"),
    )
    twins.load_both("one")
    twins.assert_equal()
    twins.assert_holds("spark", FIRST)


def test_files_of_one_moment_are_in_the_order_of_their_writes_and_of_their_keys(twins: Twins) -> None:
    def changed(by: int) -> list[Sale]:
        return [sale._replace(quantity=sale.quantity + by) for sale in FIRST]

    twins.deliver(
        "one",
        Delivery(changed(2), name="a b.csv", sequencer="0055AED6DCE"),
        Delivery(changed(3), name="a b.csv", sequencer="0055AED6DCD902"),
        Delivery(changed(1), name="c.csv"),
    )
    twins.load_both("one")
    twins.assert_equal()
    # Of two keys the first in the manifest, and of its versions the first that was written.
    twins.assert_holds("spark", changed(3))


def test_the_same_id_on_a_date_far_away_is_another_sale(twins: Twins) -> None:
    sales = [Sale("same", at=at(0)), Sale("same", at=at(401)), Sale("same", at=at(900), revenue=Decimal("-1.0000"))]
    twins.deliver("one", sales)
    twins.load_both("one")
    twins.assert_equal()
    twins.assert_holds("spark", sales)
