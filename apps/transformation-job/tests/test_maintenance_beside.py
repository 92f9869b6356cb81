"""Maintenance beside loads and readers, and what is left when it is killed."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ageing import age
from rounds import DAYS, finished, rounds_of, side_by_side
from rows import Sale, some_sales
from upkeep import arguments, beside, copied, folder, maintained, stored, told
from world import BY_STORE, CURATED, Delivery, World, latest_wins_plan, read_plan

from pos_job_runtime.storage import Location
from pos_transformation.errors import LostRaceError
from pos_transformation.maintain import maintenance
from pos_transformation.maintain.compaction import SMALL_FILES, Compacted, compact
from pos_transformation.store.duckdb_delta_rs import maintenance as embedded
from pos_transformation.store.duckdb_delta_rs import pending

SHARES = [some_sales(seed=seed, count=40, days=DAYS) for seed in range(SMALL_FILES)]
SALES = [sale for share in SHARES for sale in share]
CORRECTED = [sale._replace(product=99) for sale in SALES[::7]]
ROUNDS, ROUNDS_ON_S3 = 14, 6
# compact (curated; the KPI tables have few files) and the index of its keys, then vacuum, checkpoint and clean-up for
# each of three tables.
STEPS = 11


def crowd(world: World) -> World:
    """Load the shares one by one: a file a date and a run."""
    for number, share in enumerate(SHARES):
        world.deliver(f"run-{number}", Delivery(share, arrived="2024-03-01T00:00:00Z"))
        world.load(f"run-{number}")
    return world


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    """One under each contract, made once: each test takes a copy."""
    plans = {"keep-first": read_plan(), "latest-wins": latest_wins_plan()}
    homes = {name: Location("file", "", str(tmp_path_factory.mktemp("template") / "home")) for name in plans}
    return {name: crowd(World(homes[name], plan)) for name, plan in plans.items()}


@pytest.fixture
def crowded(world: World, templates: dict[str, World]) -> World:
    return copied(templates["keep-first"], world)


@pytest.fixture
def crowded_where_the_latest_wins(home: Location, templates: dict[str, World]) -> World:
    template = templates["latest-wins"]
    return copied(template, World(home, template.plan))


def corrected() -> list[Sale]:
    """What stands when the corrections have won."""
    changed = {sale.id: sale for sale in CORRECTED}
    return [changed.get(sale.id, sale) for sale in SALES]


@pytest.mark.parametrize("contract", ["keep-first", "latest-wins"])
def test_loads_beside_compactions_bring_every_row_once(
    home: Location, tmp_path: Path, templates: dict[str, World], contract: str
) -> None:
    world = copied(templates[contract], World(home, templates[contract].plan))
    latest_wins = contract == "latest-wins"
    expected = rounds_of(world, SALES, rounds=ROUNDS, latest_wins=latest_wins)
    done, reads = side_by_side(world, tmp_path, rounds=ROUNDS)
    world.assert_holds(expected)
    # They did meet.
    assert done["rounds"] > 1
    assert done["compacted"] > DAYS * SMALL_FILES
    assert reads > 1


def test_loads_beside_compactions_on_s3(s3_world: World, tmp_path: Path) -> None:
    world = crowd(World(s3_world.home, latest_wins_plan()))
    expected = rounds_of(world, SALES, rounds=ROUNDS_ON_S3, latest_wins=True)
    done, _ = side_by_side(world, tmp_path, rounds=ROUNDS_ON_S3)
    world.assert_holds(expected)
    assert done["compacted"] > DAYS * SMALL_FILES
    maintained(world)
    assert maintained(world).removed == 0
    world.assert_holds(expected)


def once_before(monkeypatch: pytest.MonkeyPatch, module: Any, step: str, intruder: Any) -> list[int]:
    """Run `intruder` when `step` is about to begin, which has opened its table before. Counts the calls of `step`."""
    real, calls = getattr(module, step), [0]

    def overtaken(*words: Any, **options: Any) -> Any:
        calls[0] += 1
        if calls[0] == 1:
            intruder()
        return real(*words, **options)

    monkeypatch.setattr(module, step, overtaken)
    return calls


def test_a_compaction_overtaken_by_a_correction_begins_again(
    crowded_where_the_latest_wins: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the rows of before would come back beside the new ones."""
    world = crowded_where_the_latest_wins
    world.deliver("corrections", Delivery(CORRECTED, arrived="2024-04-01T00:00:00Z"))
    calls = once_before(monkeypatch, embedded, "_compact", lambda: world.load("corrections"))
    assert maintained(world).dates == DAYS
    # Lost for both dates together, then each by itself.
    assert calls[0] == 1 + DAYS
    world.assert_holds(corrected())


def test_a_compaction_overtaken_by_an_append_leaves_it_alone(crowded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    late = some_sales(seed=50, count=30, days=DAYS)
    crowded.deliver("late", late)
    calls = once_before(monkeypatch, embedded, "_compact", lambda: crowded.load("late"))
    maintained(crowded)
    assert calls[0] == 1
    assert len(crowded.table(CURATED).file_uris()) == 2 * DAYS
    crowded.assert_holds([*SALES, *late])


WITH_RETENTION = pytest.mark.parametrize("days", [7, 14], ids=["compacted", "and-its-retention-changed"])


@WITH_RETENTION
def test_an_append_overtaken_by_maintenance_begins_again(
    crowded: World, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    fresh = some_sales(seed=51, count=30, days=DAYS)
    crowded.deliver("late", fresh)
    calls = once_before(monkeypatch, pending, "commit_actions", lambda: maintained(crowded, days=days))
    crowded.load("late")
    # The rows again, and two KPIs.
    assert calls[0] == 4
    crowded.assert_holds([*SALES, *fresh])


@WITH_RETENTION
def test_a_correction_overtaken_by_maintenance_begins_again(
    crowded_where_the_latest_wins: World, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    world = crowded_where_the_latest_wins
    fresh = some_sales(seed=51, count=30, days=DAYS)
    world.deliver("late", Delivery([*CORRECTED, *fresh], arrived="2024-04-01T00:00:00Z"))
    calls = once_before(monkeypatch, pending, "commit_actions", lambda: maintained(world, days=days))
    world.load("late")
    # The rows again, and two KPIs.
    assert calls[0] == 4
    world.assert_holds([*corrected(), *fresh])


class Crowded:
    """A table with so many bytes in small files on each date, whose compaction is an answer of the test."""

    def __init__(self, sizes: dict[str, int], *, bytes_at_once: int, busy: str = "") -> None:
        self.bytes_at_once = bytes_at_once
        self.asked: list[int] = []
        self._sizes = sizes
        self._busy = busy

    def small_files(self, **_: int) -> list[tuple[str, int]]:
        return list(self._sizes.items())

    def compact(self, dates: Sequence[str]) -> tuple[int, int]:
        self.asked.append(len(dates))
        if self._busy in dates:
            raise LostRaceError("A load came in between.")
        return 4 * len(dates), len(dates)


def test_a_date_that_loads_keep_changing_is_left_and_the_others_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    table: Any = Crowded(dict.fromkeys(("a", "b", "busy", "c", "d"), 10), bytes_at_once=30, busy="busy")
    assert compact(table, "sales") == Compacted(dates=4, removed=16, added=4, left=1)


def test_a_portion_is_bounded_by_bytes_and_by_dates() -> None:
    few: Any = Crowded({"a": 5, "b": 5, "c": 99}, bytes_at_once=10)
    compact(few, "sales")
    assert few.asked == [2, 1]
    many: Any = Crowded({str(number): 1 for number in range(250)}, bytes_at_once=1000)
    compact(many, "sales")
    assert many.asked == [100, 100, 50]


def test_the_log_warns_of_dates_that_were_left(crowded: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "compact", lambda *_: Compacted(left=1))
    code, log = told(crowded)
    assert code == 0
    assert next(line["table"] for line in log if line.get("event") == "dates-left") == "sales"
    assert log[-1]["left"] == 3


def killed(world: World, *, at_step: int, when: str) -> None:
    environment = {"CRASH_AT": str(at_step), "CRASH_WHEN": when}
    process = beside("crashing_maintenance.py", arguments(world), environment)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, output + errors


def test_the_kills_reach_every_step(crowded: World) -> None:
    process = beside("crashing_maintenance.py", arguments(crowded), {"CRASH_AT": "0", "CRASH_WHEN": ""})
    assert int(finished(process).splitlines()[-1]) == STEPS


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
def test_killed_at_any_step_the_next_time_ends_it(crowded: World, step: int, when: str) -> None:
    age(folder(crowded), days=8)
    killed(crowded, at_step=step, when=when)
    crowded.assert_holds(SALES)
    late = some_sales(seed=52, count=20, days=DAYS)
    crowded.deliver("late", late)
    crowded.load("late")
    maintained(crowded)
    crowded.assert_holds([*SALES, *late])
    assert len(crowded.table(CURATED).file_uris()) <= 2 * DAYS
    assert (folder(crowded, BY_STORE) / "_delta_log" / "_last_checkpoint").exists()


def test_killed_at_any_moment_nothing_is_lost_and_its_leftovers_go(crowded: World, tmp_path: Path) -> None:
    for milliseconds in (300, 450, 600, 800):
        process = beside("maintaining.py", [str(tmp_path), "0", *arguments(crowded)])
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=milliseconds / 1000)
        process.kill()
        process.communicate()
        crowded.assert_holds(SALES)
    maintained(crowded)
    age(folder(crowded), days=8)
    maintained(crowded)
    crowded.assert_holds(SALES)
    assert len(stored(crowded)) == DAYS
