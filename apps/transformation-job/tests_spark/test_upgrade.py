"""Lakes that an earlier release of the job left load on by Spark as they do by the other engine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rows import some_sales
from twins import Twins
from upgrade.make import ONE
from world import CURATED

LAKES = Path(__file__).parents[1] / "tests" / "upgrade" / "lakes"
NEW = some_sales(seed=3, count=20, days=2)


@pytest.mark.parametrize("made_by", ["embedded", "spark"])
def test_new_runs_are_loaded_beside_the_old_rows(twins: Twins, made_by: str) -> None:
    for engine in ("embedded", "spark"):
        shutil.copytree(LAKES / made_by, twins.lake(engine).path)
    before = twins.count("spark", CURATED)
    twins.deliver("new", [*NEW, *ONE[:5]])
    summaries = {engine: twins.load("new", engine=engine, lake=engine) for engine in ("embedded", "spark")}
    assert {one["rows"]["appended"] for one in summaries.values()} == {20}
    assert {tuple(stale["date"] for stale in one["stale"]) for one in summaries.values()} == {("2024-03-03",) * 2}
    assert twins.count("spark", CURATED) == before + 20
    twins.assert_equal()
