"""Rows that no KPI can be computed from harm their own date, and only as long as they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rows import Sale, at, some_sales
from world import BY_PRODUCT, BY_STORE, CURATED, World

from pos_transformation.load.staleness import stale_dates
from pos_transformation.run.job import main
from pos_transformation.store.duckdb_delta_rs import pending
from pos_transformation.store.table_specs import REFLECTS

GOOD = some_sales(seed=5, count=200, days=4)
# An earlier contract accepted them; their sum needs more than 64 bits.
POISON = [Sale("P-1", quantity=2**63 - 1, at=at(1)), Sale("P-2", quantity=2, at=at(1, 1))]
LATER = some_sales(seed=6, count=50, days=6)
POISONED = "2024-03-02"


def stale(world: World, path: str) -> list[str]:
    return stale_dates(world.table(path).transaction_version)


def figures(world: World, path: str, *, without: str) -> list[tuple[object, ...]]:
    return [row for row in world.rows(path) if str(row[0]) != without]


@pytest.fixture
def poisoned(world: World, capsys: pytest.CaptureFixture[str]) -> World:
    """A lake that has good sales, then the poison, whose run says so."""
    world.deliver("good", GOOD)
    world.load("good")
    world.deliver("poison", POISON)
    assert main(world.arguments("poison")) == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert "Run poison is loaded, but the figures of 2024-03-02 in total_sales_per_product_per_day" in told
    assert "the row P-1 has the quantity 9223372036854775807, beyond the contract's bounds" in told
    assert "pos repair" in told
    return world


def test_the_rows_are_loaded_and_the_date_is_told(poisoned: World) -> None:
    summary = poisoned.summary("poison")
    assert summary["rows"]["appended"] == 2
    assert [(one["table"], one["date"]) for one in summary["stale"]] == [
        ("total_sales_per_product_per_day", POISONED),
        ("store_sales_per_day", POISONED),
    ]
    (row,) = summary["stale"][0]["rows"]
    assert (row["transaction_id"], row["broken_column"], row["broken_value"]) == ("P-1", "quantity", str(2**63 - 1))
    assert [stale(poisoned, path) for path in (BY_PRODUCT, BY_STORE)] == [[POISONED], [POISONED]]


def test_the_figures_of_the_date_stay_as_they_were(poisoned: World, tmp_path: Path) -> None:
    clean = World(poisoned.home.child("clean"), poisoned.plan)
    clean.deliver("good", GOOD)
    clean.load("good")
    assert poisoned.rows(BY_PRODUCT) == clean.rows(BY_PRODUCT)


def test_a_repetition_says_the_same(poisoned: World) -> None:
    before = poisoned.versions()
    assert main(poisoned.arguments("poison")) == 1
    assert poisoned.versions() == before
    assert poisoned.summary("poison")["stale"][0]["date"] == POISONED


def test_later_runs_of_other_dates_succeed_and_mention_it(poisoned: World) -> None:
    later = [sale for sale in LATER if str(sale.date) != POISONED]
    poisoned.deliver("later", later)
    summary = poisoned.load("later")
    assert [one["date"] for one in summary["stale"]] == [POISONED, POISONED]
    clean = World(poisoned.home.child("clean"), poisoned.plan)
    clean.deliver("all", [*GOOD, *later])
    clean.load("all")
    for path in (BY_PRODUCT, BY_STORE):
        assert figures(poisoned, path, without=POISONED) == figures(clean, path, without=POISONED)
        assert stale(poisoned, path) == [POISONED]


def test_a_run_of_the_same_date_fails_too_and_loses_nothing(poisoned: World) -> None:
    poisoned.deliver("later", LATER)
    assert main(poisoned.arguments("later")) == 1
    assert poisoned.summary("later")["rows"]["appended"] == len(LATER)
    assert poisoned.frame(CURATED).height == len(GOOD) + len(POISON) + len(LATER)


def test_the_date_is_computed_once_its_rows_allow_it(poisoned: World) -> None:
    poisoned.table(CURATED).delete("transaction_id = 'P-1'")
    poisoned.deliver("none")
    summary = poisoned.load("none")
    assert "stale" not in summary
    poisoned.assert_holds([*GOOD, POISON[1]])
    assert stale(poisoned, BY_PRODUCT) == []


def test_many_dates_at_once_are_halved_until_the_right_one_is_found(world: World) -> None:
    """As in a stuck lake: the KPIs stand still at a version before the poison, and all dates came since."""
    sales = some_sales(seed=7, count=300, days=9)
    world.deliver("all", [*sales, *POISON])
    assert main(world.arguments("all")) == 1
    clean = World(world.home.child("clean"), world.plan)
    clean.deliver("all", sales)
    clean.load("all")
    for path in (BY_PRODUCT, BY_STORE):
        assert figures(world, path, without=POISONED) == figures(clean, path, without=POISONED)
        assert [row for row in world.rows(path) if str(row[0]) == POISONED] == []
        assert stale(world, path) == [POISONED]


def test_a_newer_run_that_comes_between_the_halves_is_not_undone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It puts newer figures on dates that this one has yet to compute, from rows that it has not read."""
    sales, late = some_sales(seed=7, count=300, days=9), [Sale("late", at=at(8))]
    world.deliver("all", [*sales, *POISON])
    world.deliver("late", late)
    real, calls = pending.commit_actions, [0]

    def overtaken(*words: Any, **options: Any) -> None:
        real(*words, **options)
        calls[0] += 1
        if calls[0] == 1:
            world.load("late")

    monkeypatch.setattr(pending, "commit_actions", overtaken)
    assert main(world.arguments("all")) == 1
    for path in (BY_PRODUCT, BY_STORE):
        assert world.table(path).transaction_version(REFLECTS) == world.table(CURATED).version()
    clean = World(world.home.child("clean"), world.plan)
    clean.deliver("all", [*sales, *late])
    clean.load("all")
    for path in (BY_PRODUCT, BY_STORE):
        assert figures(world, path, without=POISONED) == figures(clean, path, without=POISONED)


def test_a_kpi_that_fails_keeps_no_other_from_being_computed(world: World) -> None:
    world.deliver("one", GOOD)
    world.load("one")
    (log,) = sorted((world.lake.child(BY_PRODUCT).path / "_delta_log").glob("*.json"))[-1:]
    log.write_text("this is no log\n")
    world.deliver("two", LATER)
    assert main(world.arguments("two")) == 1
    clean = World(world.home.child("clean"), world.plan)
    clean.deliver("all", [*GOOD, *LATER])
    clean.load("all")
    assert world.rows(BY_STORE) == clean.rows(BY_STORE)
