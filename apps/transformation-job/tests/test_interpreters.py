"""The embedded engine on Python 3.9, as on Glue Python Shell, and on the newest: the same tables, continued by either.

This process has the newest libraries; a worker has those of `.venv/glue-shell`. What they do otherwise is told in
`store/duckdb_delta_rs/versions.py`.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from lakes import Lakes, neutral
from oddities import MOST, days_when_clocks_change, odd_sales
from plans import compiled_plans
from rows import VALIDATED, Sale, at, some_sales
from worker import Worker
from world import CURATED, ROOT, SOURCES, Delivery, World

from pos_job_runtime.storage import Location
from pos_transformation.maintain import maintenance
from pos_transformation.run import job

PYTHON = ROOT / ".venv/glue-shell/bin/python"
NEW, OLD = "newest Python", "Python 3.9"
FIRST = some_sales(seed=1, count=400)
MANY = 300_000


class Interpreters:
    """Loads each run with both: into a lake each, and in turn into two lakes that they share."""

    def __init__(self, lakes: Lakes, old: Worker) -> None:
        self.lakes = lakes
        self._old = old
        # Lakes that are shared, and who comes next there.
        self._turns = {f"{NEW} first": itertools.cycle([NEW, OLD]), f"{OLD} first": itertools.cycle([OLD, NEW])}

    def run(self, python: str, arguments: Sequence[str]) -> None:
        """Run a command line of the job, or of its maintenance."""
        if python == OLD:
            code, errors = self._old.main(arguments)
        else:
            code = (maintenance if "--maintain" in arguments else job).main(arguments)
            errors = "see above"
        assert code == 0, errors

    def load(self, *runs: str) -> None:
        """Load the runs in this order. The summaries say the same."""
        for run in runs:
            told = [self._load(run, python, lake=python) for python in (NEW, OLD)]
            told += [self._load(run, next(turns), lake=lake) for lake, turns in self._turns.items()]
            assert all(summary == told[0] for summary in told)

    def assert_equal(self) -> None:
        """All four lakes hold the same, to the bit."""
        for lake in (OLD, *self._turns):
            self.lakes.assert_equal(NEW, lake)

    def _load(self, run: str, python: str, *, lake: str) -> dict[str, Any]:
        self.run(python, self.lakes.arguments(run, lake=lake))
        return neutral(self.lakes.world.summary(run))


@pytest.fixture(scope="module")
def old() -> Iterator[Worker]:
    """Python 3.9 with what the job brings along on Glue Python Shell."""
    path = os.pathsep.join(str(source) for source in SOURCES[:2])
    with Worker.serving(PYTHON, {**os.environ, "PYTHONPATH": path}) as worker:
        yield worker


@pytest.fixture
def under(tmp_path: Path, old: Worker) -> Callable[[str], Interpreters]:
    """Both interpreters under one of the plans."""
    home = Location("file", "", str(tmp_path / "home with ünïcode and a blank"))
    return lambda plan: Interpreters(Lakes(World(home, compiled_plans()[plan])), old)


@pytest.fixture
def both(under: Callable[[str], Interpreters]) -> Interpreters:
    """Both interpreters under the contract as it is."""
    return under("as-it-is")


def test_rows_that_come_again_are_duplicates_or_conflicts(both: Interpreters) -> None:
    second = some_sales(seed=2, count=300, days=4)
    changed = [sale._replace(revenue=sale.revenue + 1) for sale in FIRST[:30]]
    later = [sale._replace(quantity=sale.quantity + 1, discount=None) for sale in second[:50]]
    both.lakes.deliver("none")
    both.lakes.deliver("one", FIRST)
    both.lakes.deliver("two", [*changed, *FIRST[30:60]], second, Delivery(later, arrived="2024-03-04T07:00:00.000Z"))
    both.load("none", "one", "two", "one", "none")
    both.assert_equal()
    both.lakes.assert_holds(OLD, [*FIRST, *second])
    # The commits are the job's own, but for the first, which made the table.
    writers = [both.lakes.table(lake, CURATED).history()[-1]["engineInfo"] for lake in (OLD, NEW)]
    assert len(set(writers)) == 2, writers


def test_odd_values(both: Interpreters) -> None:
    both.lakes.deliver("one", odd_sales(seed=1))
    both.lakes.deliver("two", odd_sales(seed=2), Delivery(odd_sales(seed=3), arrived="2024-03-04T06:00:00.001Z"))
    both.load("one", "two")
    both.assert_equal()


def test_sums_of_the_largest_amounts(both: Interpreters) -> None:
    """A total has more digits than a double, in the rows and in what the log says about them."""
    signs = (1, 1, -1) * 90
    sales = [Sale(f"T{n}", revenue=sign * MOST, discount=MOST, at=at(n % 2, n)) for n, sign in enumerate(signs)]
    both.lakes.deliver("one", sales[:100])
    both.lakes.deliver("two", sales[50:])
    both.load("one", "two")
    both.assert_equal()
    both.lakes.assert_holds(OLD, sales)


@pytest.mark.parametrize("plan", ["new-york-from-4", "lord-howe-from-3", "kathmandu"])
def test_business_dates_where_clocks_change(under: Callable[[str], Interpreters], plan: str) -> None:
    both = under(plan)
    sales = days_when_clocks_change()
    both.lakes.deliver("one", sales[::2])
    both.lakes.deliver("two", sales[1::2])
    both.load("one", "two")
    both.assert_equal()


def test_where_the_latest_row_wins(under: Callable[[str], Interpreters]) -> None:
    both = under("latest-wins")
    first = odd_sales(seed=1)
    corrected = [sale._replace(revenue=Decimal("7.0000"), quantity=3) for sale in first[::3]]
    both.lakes.deliver("one", Delivery(first, arrived="2024-03-04T06:00:00.000Z"))
    both.lakes.deliver("two", Delivery(corrected, arrived="2024-03-05T06:00:00.000Z"), first[:9])
    both.lakes.deliver("late", Delivery(odd_sales(seed=4), arrived="2024-03-03T06:00:00.000Z"))
    both.load("one", "two", "late")
    both.assert_equal()


def test_more_rows_than_one_batch_holds(both: Interpreters, tmp_path: Path) -> None:
    columns = ", ".join(field.name for field in VALIDATED)
    file = tmp_path / "many.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            COPY (
                SELECT {columns} FROM (
                    SELECT 'm' || n AS transaction_id, n % 400 AS store_id, n % 20011 AS product_id,
                        1 + n % 3 AS quantity, CAST((n % 1000003) * 0.0625 AS DECIMAL(18,4)) AS revenue,
                        CASE WHEN n % 5 = 0 THEN CAST(0.0001 AS DECIMAL(18,4)) END AS discount_applied,
                        {at(0)} + 86400000000 * (n % 3) + n AS event_time_us,
                        CASE WHEN n % 4 > 0 THEN 'R' || n // 8 END AS receipt_id
                    FROM range({MANY}) AS numbers(n)
                )
            ) TO '{file}' (FORMAT parquet)
            """
        )
    both.lakes.deliver_file("many", file, rows=MANY)
    both.load("many")
    both.assert_equal()
    assert both.lakes.count(OLD) == MANY


@pytest.mark.parametrize("python", [OLD, NEW])
def test_maintenance_by_either_leaves_what_the_other_continues(both: Interpreters, python: str) -> None:
    shares = [some_sales(seed=seed, count=80) for seed in range(6)]
    for number, share in enumerate(shares):
        both.lakes.deliver(f"run-{number}", share)
    both.load(*(f"run-{number}" for number in range(5)))
    before = len(both.lakes.files(OLD, CURATED))
    for lake in (NEW, OLD):
        plan = str(both.lakes.world.home.child("plan.json"))
        both.run(python, ["--maintain", "yes", "--lake", str(both.lakes.lake(lake)), "--plan", plan])
    assert len(both.lakes.files(OLD, CURATED)) < before
    both.load("run-5")
    both.assert_equal()
    both.lakes.assert_holds(NEW, [sale for share in shares for sale in share])
