"""A lake that rows of an earlier contract have stopped is mended, nothing is lost, and showing changes nothing."""

from __future__ import annotations

import io
import json
from typing import Any

import polars as pl
import pytest
from rows import Sale, at, some_sales
from world import CURATED, World

from pos_job_runtime.storage import Location, Storage
from pos_transformation.run import repair
from pos_transformation.run.job import main

GOOD = some_sales(seed=5, count=200, days=4)
POISON = [Sale("P-1", quantity=2**63 - 1, at=at(1)), Sale("P-2", quantity=2**63 - 1, at=at(1, 1))]
FAR = [Sale("P-3", store=0, at=at(2))]


def repaired(world: World, mode: str, run: str = "repair") -> tuple[int, dict[str, Any]]:
    """The repair's exit code and report."""
    words = world.arguments(run)
    code = repair.main([*words, "--repair", mode])
    place = world.results.child("runs", run, "transformation", "repair.json")
    document: dict[str, Any] = json.loads(Storage().get(place))
    return code, document


@pytest.fixture
def stuck(world: World) -> World:
    world.deliver("good", GOOD)
    world.load("good")
    world.deliver("poison", [*POISON, *FAR])
    assert main(world.arguments("poison")) == 1
    return world


def test_showing_tells_all_and_changes_nothing(stuck: World) -> None:
    before = stuck.versions()
    code, told = repaired(stuck, "show")
    assert code == 0
    assert stuck.versions() == before
    assert told["rows"] == {"found": 3, "moved": 0}
    assert told["columns"] == {"quantity": 2, "store_id": 1}
    assert told["dates"] == ["2024-03-02", "2024-03-03"]
    assert [(row["transaction_id"], row["broken_column"]) for row in told["samples"]] == [
        ("P-1", "quantity"),
        ("P-2", "quantity"),
        ("P-3", "store_id"),
    ]
    assert [kpi["stale"] for kpi in told["kpis"]] == [["2024-03-02"], ["2024-03-02"]]
    assert told["quarantine"] == []


def test_applying_moves_the_rows_out_and_computes_the_figures(stuck: World) -> None:
    code, told = repaired(stuck, "apply")
    assert code == 0
    assert told["rows"] == {"found": 3, "moved": 3}
    assert [kpi["stale"] for kpi in told["kpisAfter"]] == [[], []]
    stuck.assert_holds(GOOD)
    (uri,) = told["quarantine"]
    kept = pl.read_parquet(io.BytesIO(Storage().get(Location.parse(uri))))
    assert sorted(kept["transaction_id"]) == ["P-1", "P-2", "P-3"]
    assert kept["quantity"].max() == 2**63 - 1
    assert repaired(stuck, "show", "again")[1]["rows"]["found"] == 0
    stuck.deliver("later", some_sales(seed=6, count=50, days=6))
    assert "stale" not in stuck.load("later")


def test_a_date_that_was_mended_by_hand_is_computed_again(stuck: World) -> None:
    stuck.table(CURATED).delete("transaction_id IN ('P-1', 'P-2', 'P-3')")
    assert repaired(stuck, "apply")[0] == 0
    stuck.assert_holds(GOOD)


def test_a_lake_without_tables_stays_without(world: World) -> None:
    code, told = repaired(world, "apply")
    assert (code, told["rows"], told["kpis"]) == (0, {"found": 0, "moved": 0}, [])
    assert not world.lake.child(CURATED).path.exists()


def test_a_sound_lake_is_left_alone(world: World) -> None:
    world.deliver("good", GOOD)
    world.load("good")
    before = world.versions()
    assert repaired(world, "apply")[0] == 0
    assert world.versions() == before


def test_on_s3(s3_world: World) -> None:
    s3_world.deliver("poison", [*GOOD, *POISON])
    assert main(s3_world.arguments("poison")) == 1
    assert repaired(s3_world, "apply")[1]["rows"]["moved"] == 2
    s3_world.assert_holds(GOOD)
