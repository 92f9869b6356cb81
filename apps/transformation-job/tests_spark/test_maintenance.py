"""Many small files become few, old ones go, and neither a reader nor a load notices, whichever engine does it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from ageing import age, data_files
from local_s3 import LocalS3
from rounds import DAYS, PAUSE, maintained, rounds_of, side_by_side
from rows import some_sales
from spark_side import PYTHON, spark_environment
from twins import TABLES, Twins
from upkeep import arguments, beside, published
from upkeep import maintained as maintained_once
from world import CURATED, PROJECT, World, plan_file

from pos_job_runtime.storage import Location, Storage
from pos_transformation.maintain.compaction import SMALL_FILES

SHARES = [some_sales(seed=seed, count=60, days=DAYS) for seed in range(SMALL_FILES + 1)]
SALES = [sale for share in SHARES for sale in share]
SMALL = DAYS * len(SHARES)
ROUNDS = 3


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, plans: dict[str, Any]) -> World:
    """A lake whose dates have a file of each run."""
    world = World(Location("file", "", str(tmp_path_factory.mktemp("loaded"))), plans["as-it-is"])
    for number, share in enumerate(SHARES):
        world.deliver(f"run-{number}", share)
        world.load(f"run-{number}")
    return world


@pytest.fixture
def crowded(twins: Twins, loaded: World) -> Twins:
    """A lake of one's own that is like it."""
    shutil.copytree(loaded.lake.path, twins.lake("lake").path)
    return twins


def maintain(twins: Twins, *more: str, engine: str = "spark", kpis: bool = False, code: int = 0) -> None:
    """Maintain the lake by an engine; without its KPI tables, unless asked, since on Spark each takes its time."""
    plan = published(twins.world) if kpis else curated_alone(twins.world)
    words = ["--maintain", "yes", "--lake", str(twins.lake("lake")), "--plan", str(plan), "--engine", engine, *more]
    found, errors = twins.spark.maintain(words, engine=engine)
    assert found == code, errors


def curated_alone(world: World) -> Location:
    """A plan without KPIs."""
    place = world.home.child("curated-alone.json")
    plan = {**world.plan, "tables": {**world.plan["tables"], "kpis": []}}
    Storage().put(place, plan_file(plan))
    return place


def folder(twins: Twins, path: str = CURATED) -> Path:
    return Path(twins.lake("lake").child(path).path)


def stored(twins: Twins) -> set[str]:
    return data_files(folder(twins))


def versions(twins: Twins) -> list[int]:
    return [twins.table("lake", path).version() for path in TABLES]


@pytest.mark.parametrize("engine", ["embedded", "spark"])
def test_small_files_are_put_together_and_nothing_else_changes(crowded: Twins, engine: str) -> None:
    reader = crowded.table("lake", CURATED)
    maintain(crowded, engine=engine, kpis=True)
    assert len(crowded.files("lake", CURATED)) == DAYS
    crowded.assert_holds("lake", SALES)
    # Who opened the table before reads on: old files stay for the retention.
    assert all(Path(unquote(uri.removeprefix("file://"))).exists() for uri in reader.file_uris())
    # Now neither engine has anything to do, nor commits.
    before = versions(crowded)
    for each in ("embedded", "spark"):
        maintain(crowded, engine=each)
    assert versions(crowded) == before
    # A load afterwards finds the KPI tables up to date, whichever engine it has.
    late = some_sales(seed=99, count=40)
    crowded.deliver("late", late)
    other = {"embedded": "spark", "spark": "embedded"}[engine]
    assert crowded.load("late", engine=other, lake="lake")["rows"]["appended"] == 40
    crowded.assert_holds("lake", [*SALES, *late])


def test_tables_that_nobody_has_made_are_not_made_by_it(twins: Twins) -> None:
    maintain(twins)
    assert not twins.lake("lake").path.exists()


def test_files_go_after_the_retention_and_not_before(crowded: Twins) -> None:
    """Also those that a load wrote which died; not those that a load may commit yet, nor what was replaced just now."""
    age(folder(crowded), days=20)
    small = stored(crowded)
    orphan = next(folder(crowded).glob("date=*/*.parquet")).with_name("part-00000-orphan.parquet")
    shutil.copyfile(folder(crowded) / min(small), orphan)
    for _ in range(2):
        maintain(crowded)
    assert small < stored(crowded)
    assert orphan.exists()
    age(folder(crowded), days=8)
    maintain(crowded)
    assert len(stored(crowded)) == DAYS
    crowded.assert_holds("lake", SALES)


def test_a_longer_retention_outlives_checkpoints_and_engines(crowded: Twins) -> None:
    """Delta 4.2 ignores another retention than the table's own, and a checkpoint forgets by it."""
    age(folder(crowded), days=20)
    small = stored(crowded)
    maintain(crowded, "--retention_days", "14")
    age(folder(crowded), days=9)
    for engine in ("spark", "embedded", "spark"):
        maintain(crowded, "--retention_days", "14", engine=engine)
    assert small < stored(crowded)
    maintain(crowded, "--retention_days", "7")
    assert len(stored(crowded)) == DAYS
    crowded.assert_holds("lake", SALES)


def test_the_log_becomes_short(crowded: Twins) -> None:
    maintain(crowded)
    newest = crowded.table("lake", CURATED).version()
    log = folder(crowded) / "_delta_log"
    for file in log.iterdir():
        seconds = file.stat().st_mtime - 40 * 86_400
        os.utime(file, (seconds, seconds))
    late = some_sales(seed=99, count=40)
    for number, share in enumerate((late[:20], late[20:])):
        crowded.deliver(f"late-{number}", share)
        crowded.load(f"late-{number}", engine="embedded", lake="lake")
    maintain(crowded)
    commits = sorted(int(file.stem) for file in log.glob("*.json"))
    assert newest <= commits[0] + 1
    assert len(commits) <= 4
    crowded.assert_holds("lake", [*SALES, *late])


def test_a_retention_that_endangers_readers_is_refused(crowded: Twins) -> None:
    before = versions(crowded)
    maintain(crowded, "--retention_days", "1", code=2)
    assert versions(crowded) == before


def test_loads_on_spark_beside_compactions_by_the_other_engine(
    twins_of: Callable[[str], Twins], tmp_path: Path
) -> None:
    twins = twins_of("latest-wins")
    world = twins.world
    for number, share in enumerate(SHARES):
        world.deliver(f"run-{number}", share)
        twins.load(f"run-{number}", engine="embedded", lake="lake")
    expected = rounds_of(world, SALES, rounds=ROUNDS, latest_wins=True)
    words = arguments(world)
    words[words.index("--lake") + 1] = str(twins.lake("lake"))
    with maintained(beside("maintaining.py", [str(tmp_path), "3", *words]), tmp_path) as done:
        for number in range(ROUNDS):
            twins.load(f"round-{number}", engine="spark", lake="lake")
    twins.assert_holds("lake", expected)
    assert done["compacted"] > SMALL


def test_loads_beside_compactions_on_spark_on_s3_until_they_are_killed(
    local_s3: LocalS3, plans: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in local_s3.environment.items():
        monkeypatch.setenv(name, value)
    world = World(Location("s3", local_s3.new_bucket(), "prefix"), plans["latest-wins"])
    for number, share in enumerate(SHARES):
        world.deliver(f"run-{number}", share)
        world.load(f"run-{number}")
    expected = rounds_of(world, SALES, rounds=ROUNDS, latest_wins=True)
    keeper = on_spark(world, tmp_path, local_s3.environment)
    done, _ = side_by_side(world, tmp_path, rounds=ROUNDS, keeper=keeper, kill=True)
    assert done["compacted"] > SMALL
    world.assert_holds(expected)
    maintained_once(world)
    assert maintained_once(world).removed == 0
    world.assert_holds(expected)


def on_spark(world: World, folder: Path, environment: dict[str, str]) -> subprocess.Popen[str]:
    """The maintenance on Spark again and again, in a process of its own."""
    return subprocess.Popen(
        [
            str(PYTHON),
            str(PROJECT / "tests/maintaining.py"),
            str(folder),
            PAUSE,
            *arguments(world, "--engine", "spark"),
        ],
        env=spark_environment(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
