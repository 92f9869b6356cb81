"""Two processes at once: no row twice, no row lost."""

from __future__ import annotations

from typing import Any

import pytest
from rows import some_sales
from world import CURATED, World

from pos_transformation.errors import LostRaceError
from pos_transformation.run.job import main
from pos_transformation.store.duckdb_delta_rs import pending
from pos_transformation.store.duckdb_delta_rs.tables import Snapshot

COMMON = some_sales(seed=1, count=200)


def run_together(world: World, *runs: str) -> None:
    processes = [world.start(run) for run in runs]
    for process in processes:
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, output + errors


def test_two_processes_with_the_same_run(world: World) -> None:
    world.deliver("one", COMMON)
    run_together(world, "one", "one")
    world.assert_holds(COMMON)


def test_processes_with_overlapping_rows_on_an_empty_lake(world: World) -> None:
    shares = [[*COMMON, *some_sales(seed=seed, count=100)] for seed in (2, 3, 4)]
    for number, share in enumerate(shares):
        world.deliver(f"run-{number}", share)
    run_together(world, "run-0", "run-1", "run-2")
    world.assert_holds({sale for share in shares for sale in share})
    assert world.table(CURATED).count() == len(COMMON) + 300


def test_overlapping_runs_one_after_the_other_started_before_it_ended(world: World) -> None:
    world.deliver("old", COMMON)
    world.load("old")
    shares = [[*COMMON[:50], *some_sales(seed=seed, count=100)] for seed in (5, 6)]
    for number, share in enumerate(shares):
        world.deliver(f"run-{number}", share)
    run_together(world, "run-0", "run-1")
    world.assert_holds({*COMMON, *(sale for share in shares for sale in share)})


@pytest.mark.parametrize("step", ["append", "insert", "merge"])
def test_a_commit_that_lost_the_race_is_tried_again_from_a_fresh_snapshot(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Another run commits at the worst moment: after this one has read, before it has committed."""
    others = some_sales(seed=9, count=50)
    stands = some_sales(seed=8, count=40) if step == "merge" else []
    if stands:
        world.deliver("before", stands)
        world.load("before")
    world.deliver("slow", COMMON)
    world.deliver("fast", [*COMMON[:70], *others])
    # First the rows are appended, then a KPI is merged.
    overtaken_at = 1 if step == "append" else 2
    real, calls, lost = pending.commit_actions, 0, []

    def overtaken(*arguments: Any, **options: Any) -> None:
        nonlocal calls
        calls += 1
        number = calls
        if number == overtaken_at:
            world.load("fast")
        try:
            real(*arguments, **options)
        except LostRaceError:
            lost.append(number)
            raise

    monkeypatch.setattr(pending, "commit_actions", overtaken)
    summary = world.load("slow")
    assert lost == [overtaken_at]
    world.assert_holds({*stands, *COMMON, *others})
    # A KPI is committed when the rows have been: it is overtaken by rows that came later.
    assert summary["rows"]["appended"] == (len(COMMON) - 70 if step == "append" else len(COMMON))
    assert summary["rows"]["duplicates"] == (70 if step == "append" else 0)


def test_a_race_that_can_not_be_won_ends_with_a_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lost(*_: Any, **__: Any) -> None:
        raise LostRaceError("It is there already.")

    monkeypatch.setattr(pending, "commit_actions", lost)
    monkeypatch.setattr("time.sleep", lambda _: None)
    world.deliver("one", COMMON)
    assert main(world.arguments("one")) == 1
    assert "Other writers committed to the Delta table sales" in capsys.readouterr().err


def test_a_load_tells_its_own_commit_from_one_that_came_right_after_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, compacted = pending.commit_actions, []

    def before_a_compaction(snapshot: Snapshot, *arguments: Any, **options: Any) -> None:
        real(snapshot, *arguments, **options)
        if snapshot.spec.path == CURATED:
            world.table(CURATED).optimize.compact()
            compacted.append(world.table(CURATED).history(1)[0]["operation"])

    world.deliver("one", COMMON)
    world.load("one")
    more = some_sales(seed=7, count=50)
    world.deliver("two", [*COMMON, *more])
    monkeypatch.setattr(pending, "commit_actions", before_a_compaction)
    summary = world.load("two")
    assert compacted == ["OPTIMIZE"]
    assert summary["rows"]["appended"] == 50
    assert summary["tables"][0]["rows"] == len(COMMON) + 50
    world.assert_holds({*COMMON, *more})
