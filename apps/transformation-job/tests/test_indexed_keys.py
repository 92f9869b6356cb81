"""Loads that look keys up in an index: the tables are the same with it and without it, whatever becomes of it."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from keyed import Model, deliveries, held
from killing import killed, writes
from plans import compiled_plans
from rows import Sale, at, some_sales
from upkeep import arguments, beside, copied, maintained
from world import CURATED, World

from pos_job_runtime.storage import Location, Storage
from pos_transformation.key_index import segment
from pos_transformation.key_index.index import FOLDER
from pos_transformation.load import keys
from pos_transformation.store.duckdb_delta_rs import session
from pos_transformation.store.duckdb_delta_rs.session import Session

NEW = [Sale(f"N{number}", at=at(20)) for number in range(10)]
# A key of the first sales, on another date.
OLD = some_sales(seed=1, count=60)
AGAIN = OLD[0]._replace(at=at(21))
FOUR = [Sale(f"M{number}", at=at(22, second=number)) for number in range(4)]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A lake that was filled while keys were compared within their date. Each test takes a copy."""
    world = World(a_home(tmp_path_factory), compiled_plans()["one-date"])
    world.deliver("old", OLD)
    world.load("old")
    return world


@pytest.fixture
def yearly(home: Location, filled: World) -> World:
    """The same, loaded by a contract that looks further."""
    return copied(filled, World(home, compiled_plans()["all-year"]))


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory, filled: World) -> World:
    """After four loads by that contract, each of which has left a segment of the index. Each test takes a copy."""
    world = copied(filled, World(a_home(tmp_path_factory), compiled_plans()["all-year"]))
    for place, sale in enumerate(FOUR):
        load(world, f"run{place}", [sale])
    return world


def a_home(tmp_path_factory: pytest.TempPathFactory) -> Location:
    return Location("file", "", str(tmp_path_factory.mktemp("template") / "home"))


def segments(world: World) -> list[Path]:
    return sorted(world.lake.child(CURATED, FOLDER).path.rglob("*.keys"))


def load(world: World, run: str, *files: Any) -> dict[str, Any]:
    world.deliver(run, *files)
    return world.load(run)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The dates that `existing` was read on, each time."""
    dates: list[list[str]] = []
    usual = Session.read

    def noting(self: Session, relations: Any, **more: Any) -> Any:
        if "existing" in relations:
            dates.append(sorted(relations["existing"][1]))
        return usual(self, relations, **more)

    monkeypatch.setattr(Session, "read", noting)
    return dates


def test_only_dates_on_which_a_key_may_stand_are_read(yearly: World, read: list[list[str]]) -> None:
    every = sorted({str(day) for (day,) in yearly.frame(CURATED).select("date").rows()})
    load(yearly, "first", NEW)
    # What stood before there was an index is read once.
    assert read[0] == every
    read.clear()
    load(yearly, "second", [Sale("M1", at=at(22))])
    assert read == [[]]
    read.clear()
    summary = load(yearly, "third", [AGAIN])
    assert summary["rows"]["conflicts"] == 1
    assert read == [[str(OLD[0].date)]]
    yearly.assert_holds([*OLD, *NEW, Sale("M1", at=at(22))])


@pytest.mark.parametrize("damage", ["deleted", "cut off", "of another table", "no segment"])
def test_an_index_that_is_missing_or_damaged_is_made_again(
    yearly: World, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    load(yearly, "first", NEW)
    for path in segments(yearly):
        data = path.read_bytes()
        if damage == "deleted":
            path.unlink()
        elif damage == "cut off":
            path.write_bytes(data[:-9])
        elif damage == "of another table":
            own = yearly.table(CURATED).metadata().id.encode()
            path.write_bytes(data.replace(own, own[::-1]))
        else:
            path.write_bytes(b"PAR1")
    capsys.readouterr()
    summary = load(yearly, "second", [AGAIN, Sale("M1", at=at(22))])
    assert summary["rows"]["conflicts"] == 1
    yearly.assert_holds([*OLD, *NEW, Sale("M1", at=at(22))])
    events = [json.loads(line).get("event") for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert events.count("keys-indexed") == 1
    load(yearly, "third", [Sale("M2", at=at(23))])
    assert "keys-indexed" not in capsys.readouterr().out


def test_an_index_that_cannot_be_written_is_done_without(yearly: World, capsys: pytest.CaptureFixture[str]) -> None:
    yearly.lake.child(CURATED, FOLDER).path.write_text("A file where the folder should be.")
    summary = load(yearly, "first", [AGAIN, *NEW])
    assert summary["rows"]["conflicts"] == 1
    assert "key-index-not-written" in capsys.readouterr().out
    yearly.assert_holds([*OLD, *NEW])


@pytest.mark.parametrize("variant", ["two-days", "two-days-latest-wins"])
@pytest.mark.parametrize("seed", range(2, 5))
def test_the_tables_are_the_same_whatever_becomes_of_the_index(
    home: Location, monkeypatch: pytest.MonkeyPatch, variant: str, seed: int
) -> None:
    monkeypatch.setattr(keys, "MOST_SEGMENTS", 2)
    dice = random.Random(seed)
    world, model = World(home, compiled_plans()[variant]), Model(2, variant.endswith("wins"))
    for number, files in enumerate(deliveries(seed=seed, days=2)):
        world.deliver(f"run{number}", *files)
        world.load(f"run{number}")
        model.load(files)
        for path in segments(world):
            if dice.random() < 0.3:
                path.unlink()
            elif dice.random() < 0.3:
                path.write_bytes(path.read_bytes()[: dice.randrange(200)])
    world.assert_holds(held(model))


def test_loads_put_small_segments_together(yearly: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST_SEGMENTS", 3)
    sales = [Sale(f"M{number}", at=at(22 + number)) for number in range(8)]
    for number, sale in enumerate(sales):
        load(yearly, f"run{number}", [sale])
    assert len(segments(yearly)) <= 4
    summary = load(yearly, "again", [sale._replace(at=at(40)) for sale in sales])
    assert summary["rows"]["conflicts"] == len(sales)
    yearly.assert_holds([*OLD, *sales])


def test_an_index_of_many_rows_is_made_in_portions(yearly: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (session, segment):
        monkeypatch.setattr(module, "PORTION", 10)
    load(yearly, "first", [*NEW, *some_sales(seed=3, count=30, prefix="L")])
    assert load(yearly, "second", [sale._replace(at=at(24)) for sale in OLD])["rows"]["appended"] == 0
    assert load(yearly, "third", [sale._replace(at=at(25)) for sale in NEW])["rows"]["appended"] == 0


def test_a_batch_that_is_too_large_for_it_is_joined(yearly: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST_ROWS", 3)
    assert load(yearly, "first", [AGAIN, *NEW])["rows"]["conflicts"] == 1
    assert segments(yearly) == []


def test_what_is_too_much_to_be_indexed_by_a_load_is_read(yearly: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST_INDEXED", 10)
    assert load(yearly, "first", [AGAIN, *NEW])["rows"]["conflicts"] == 1
    assert len(segments(yearly)) == 1
    yearly.assert_holds([*OLD, *NEW])


def test_maintenance_completes_the_index_and_puts_it_together(
    yearly: World, capsys: pytest.CaptureFixture[str], read: list[list[str]]
) -> None:
    sales = [Sale(f"M{number}", at=at(22, second=number)) for number in range(6)]
    for number, sale in enumerate(sales):
        load(yearly, f"run{number}", [sale])
    segments(yearly)[0].write_bytes(b"")
    assert maintained(yearly).dates == 1
    assert len(segments(yearly)) == 1
    assert maintained(yearly).dates == 0
    capsys.readouterr()
    read.clear()
    load(yearly, "next", [Sale("M7", at=at(23))])
    assert "keys-indexed" not in capsys.readouterr().out
    assert read == [[]]
    summary = load(yearly, "again", [*(sale._replace(at=at(24)) for sale in sales), AGAIN])
    assert summary["rows"]["conflicts"] == 7
    yearly.assert_holds([*OLD, *sales, Sale("M7", at=at(23))])


def test_a_vacuum_leaves_the_index(yearly: World) -> None:
    load(yearly, "first", NEW)
    maintained(yearly)
    (left,) = segments(yearly)
    long_ago = time.time() - 30 * 86400
    os.utime(left, (long_ago, long_ago))
    maintained(yearly)
    assert segments(yearly) == [left]


def test_maintenance_finds_damage_that_a_load_does_not_look_for(yearly: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segment, "CHECKED", 0)
    load(yearly, "first", NEW)
    for path in segments(yearly):
        data = path.read_bytes()
        path.write_bytes(bytes(data[0:1]) + bytes([data[1] ^ 255]) + data[2:])
    maintained(yearly)
    assert load(yearly, "second", [sale._replace(at=at(24)) for sale in OLD])["rows"]["appended"] == 0


def test_on_s3(s3_world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(keys, "MOST_SEGMENTS", 1)
    world = World(s3_world.home, compiled_plans()["all-year"])
    for number in range(3):
        load(world, f"run{number}", [Sale(f"M{number}-{row}", at=at(22 + number)) for row in range(5)])
    assert maintained(world).dates == 0
    capsys.readouterr()
    again = [Sale(f"M{number}-0", at=at(30)) for number in range(3)]
    assert load(world, "again", [*again, *NEW])["rows"]["conflicts"] == 3
    assert "key-index" not in capsys.readouterr().out
    lying = [one.location.key for one in Storage().list(world.lake.child(CURATED, FOLDER))]
    assert len(lying) == 1


def test_a_table_that_was_taken_back_to_an_earlier_version(yearly: World) -> None:
    load(yearly, "first", NEW)
    before = yearly.table(CURATED).version()
    moved = [Sale(f"M{number}", at=at(22)) for number in range(5)]
    load(yearly, "second", moved)
    maintained(yearly)
    yearly.table(CURATED).restore(before)
    maintained(yearly)
    summary = load(yearly, "third", [*(sale._replace(at=at(24)) for sale in moved), AGAIN])
    assert (summary["rows"]["appended"], summary["rows"]["conflicts"]) == (5, 1)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 6))
def test_maintenance_that_was_killed_at_the_index(home: Location, indexed: World, number: int, when: str) -> None:
    """Each table has its vacuum, checkpoint and cleaning; then come a segment, one of all, and four that go."""
    world = copied(indexed, World(home, indexed.plan))
    environment = {"CRASH_AT": str(STEPS_OF_TABLES + number), "CRASH_WHEN": when}
    process = beside("crashing_maintenance.py", arguments(world), environment)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, output + errors
    summary = load(world, "next", [*(sale._replace(at=at(24)) for sale in FOUR), AGAIN])
    assert summary["rows"]["conflicts"] == 5
    maintained(world)
    assert len(segments(world)) == 1
    world.assert_holds([*OLD, *FOUR])


STEPS_OF_TABLES = 10
# An index of what stood, the rows (staged, and committed), their keys, the index put together and two segments deleted,
# two KPIs (likewise), a summary.
WRITES = 12
COMMIT = 3


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, WRITES + 1))
def test_killed_at_any_write_of_the_index(
    yearly: World, monkeypatch: pytest.MonkeyPatch, number: int, when: str
) -> None:
    monkeypatch.setenv("MOST_SEGMENTS", "1")
    yearly.deliver("new", [*NEW, AGAIN])
    if (number, when) == (1, "before"):
        shutil.copytree(yearly.lake.path, yearly.home.child("copy").path)
        assert writes(yearly, "new") == WRITES
        assert len(segments(yearly)) == 1
        shutil.rmtree(yearly.lake.path)
        yearly.home.child("copy").path.rename(yearly.lake.path)
    killed(yearly, "new", at_write=number, when=when)
    summary = load(yearly, "later", [NEW[0]._replace(at=at(25)), OLD[1]._replace(at=at(26))])
    committed = number > COMMIT or (number, when) == (COMMIT, "after")
    assert summary["rows"]["conflicts"] == (2 if committed else 1)
    if committed:
        yearly.load("new")
        yearly.assert_holds([*OLD, *NEW])
