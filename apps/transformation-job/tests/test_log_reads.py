"""How little of Delta's log a load reads: on S3 each entry is a request."""

from __future__ import annotations

import json
from typing import Any

import pytest
from deltalake import DeltaTable
from rows import some_sales
from world import BY_PRODUCT, BY_STORE, CURATED, World

TABLES = (CURATED, BY_PRODUCT, BY_STORE)
COMMITS = 10
SALES = some_sales(seed=3, count=5 * COMMITS, days=2)


def test_a_load_has_the_log_replayed_for_what_it_never_heard_of(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the run is known, and whether dates are stale. All else stands in the newest commit."""
    world.deliver("one", SALES[:20])
    world.load("one")
    asked: list[str] = []
    replayed = DeltaTable.transaction_version

    def noted(delta: Any, application: str) -> int | None:
        asked.append(application)
        return replayed(delta, application)

    monkeypatch.setattr(DeltaTable, "transaction_version", noted)
    monkeypatch.setattr(DeltaTable, "history", lambda *_: pytest.fail("the whole log is read for the newest commit"))
    world.deliver("two", SALES[20:])
    world.load("two")
    assert asked == ["run:two", "kpi:stale", "kpi:stale"]
    world.assert_holds(SALES)


def test_ten_commits_make_a_checkpoint(world: World) -> None:
    for number in range(COMMITS):
        world.deliver(f"run-{number}", SALES[5 * number : 5 * (number + 1)])
        world.load(f"run-{number}")
    for table in TABLES:
        newest = world.lake.child(table, "_delta_log", "_last_checkpoint")
        assert json.loads(newest.path.read_text())["version"] == COMMITS - 1
    world.assert_holds(SALES)
