"""The rows by which a deployment is tried out come, count, and go again; what is not theirs stays."""

from __future__ import annotations

import io
import json

import pytest
from rows import Sale, some_sales
from upkeep import TABLES, published, stored
from world import CURATED, World, plan_file, read_plan

from pos_job_runtime.errors import JobError, PlanError
from pos_job_runtime.logs import JsonLog
from pos_job_runtime.storage import Storage
from pos_transformation.run import canary

WHERE = read_plan()["canary"]["where"]
# Noon of the canary's date, in microseconds.
NOON = 951_825_600_000_000
SALES = some_sales(seed=3, count=120, days=3)


def canaries(count: int = 3, **other: int) -> list[Sale]:
    """Rows of the canary; `other` values make them somebody else's."""
    ids = {"store": WHERE["store_id"], "product": WHERE["product_id"], **other}
    return [Sale(f"smoke-{number}", at=NOON + number, **ids) for number in range(count)]


def drop(world: World) -> dict[str, object]:
    """Drop the canary; returns the last line of the log."""
    output = io.StringIO()
    words = ["--drop_canary", "yes", "--maintain", "yes", "--lake", str(world.lake), "--plan", str(published(world))]
    canary.work(words, JsonLog(job="maintenance", run_id="", stream=output))
    done: dict[str, object] = json.loads(output.getvalue().splitlines()[-1])
    return done


def test_its_rows_and_figures_go_and_all_others_stay(world: World) -> None:
    world.deliver("real", SALES)
    world.load("real")
    world.deliver("canary", canaries())
    world.load("canary")
    world.assert_holds([*SALES, *canaries()])
    assert drop(world)["rows"] == 3
    world.assert_holds(SALES)


def test_it_goes_by_commits_and_its_files_stay_for_those_who_read(world: World) -> None:
    world.deliver("canary", canaries())
    world.load("canary")
    before = world.versions()
    files = {path: stored(world, path) for path in TABLES}
    drop(world)
    assert all(version > before[path] for path, version in world.versions().items())
    for path in TABLES:
        assert world.table(path).file_uris() == []
        assert stored(world, path) >= files[path]


def test_dropping_what_is_not_there_changes_nothing(world: World) -> None:
    assert drop(world)["rows"] == 0
    assert not world.lake.child(CURATED).path.exists()
    world.deliver("real", SALES)
    world.load("real")
    before = world.versions()
    assert drop(world)["rows"] == 0
    assert world.versions() == before


@pytest.mark.parametrize("other", [{"store": 7}, {"product": 7}])
def test_a_date_on_which_others_stand_is_refused_in_a_sentence(world: World, other: dict[str, int]) -> None:
    strange = [Sale("T-1", at=NOON, **{"store": WHERE["store_id"], "product": WHERE["product_id"], **other})]
    world.deliver("both", [*canaries(), *strange])
    world.load("both")
    before = world.versions()
    with pytest.raises(JobError, match=r"Nothing was dropped: .* sales has 1 row on 2000-02-29\.") as refused:
        drop(world)
    assert "\n" not in str(refused.value)
    assert world.versions() == before


def test_figures_that_a_killed_run_left_are_taken_out_by_the_next(world: World) -> None:
    world.deliver("canary", canaries())
    world.load("canary")
    world.table(CURATED).delete("date = '2000-02-29'")
    assert drop(world)["rows"] == 0
    world.assert_holds([])


def test_a_plan_that_names_no_canary_drops_nothing(world: World) -> None:
    plan = {name: value for name, value in world.plan.items() if name != "canary"}
    place = world.home.child("old-plan.json")
    Storage().put(place, plan_file(plan))
    words = ["--drop_canary", "yes", "--lake", str(world.lake), "--plan", str(place)]
    with pytest.raises(PlanError, match="says of no rows that they are the canary's"):
        canary.work(words, JsonLog(job="maintenance", run_id="", stream=io.StringIO()))


def test_on_s3(s3_world: World) -> None:
    s3_world.deliver("canary", [*SALES, *canaries()])
    s3_world.load("canary")
    assert drop(s3_world)["rows"] == 3
    s3_world.assert_holds(SALES)
