"""A manifest in several shards: each validated by a run of the job, and summed up by the one that finds all done."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from runs import World, environment
from support import PLAN, csv, line
from test_job import MIXED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SHARDS = (2, 3, 2)


def validate(world: World, shard: int, *, of: int = len(SHARDS), expect: int = 0) -> str:
    done = world.run(shard=shard, shards=of, expect=expect)
    return done.stdout + done.stderr


def unsharded(folder: Path) -> dict[str, Any]:
    world = World(folder, MIXED)
    world.run()
    return world.outcome()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_the_shards_leave_what_one_run_leaves(tmp_path: Path, order: Iterable[int]) -> None:
    world = World(tmp_path / "shards", MIXED, shards=SHARDS)
    for number, shard in enumerate(order):
        assert not (world.validation / "summary.json").exists(), "only the last one knows the sum"
        said = validate(world, shard)
        assert ('"summed-up"' in said) == (number == 2), said
    assert world.outcome() == unsharded(tmp_path / "one")
    part = json.loads((world.validation / "shards" / "0001" / "summary.json").read_text())
    assert part["files"] == {"total": 3, "valid": 2, "rejected": 1, "skipped": 0}
    # Each under its number in the whole manifest, so that shards cannot overwrite one another's rows.
    assert [path.name for path in sorted((world.validation / "validated").glob("*"))] == [
        f"{index:06d}.parquet" for index in (0, 2, 3, 5)
    ]


def test_shards_that_run_at_the_same_time_are_summed_up_once_all_are_done(tmp_path: Path) -> None:
    for number in range(3):
        world = World(tmp_path / str(number), MIXED, shards=SHARDS)
        processes = [
            subprocess.Popen(
                world.command(shard=shard, shards=3),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(),
            )
            for shard in range(3)
        ]
        assert [process.wait() for process in processes] == [0, 0, 0]
        assert world.outcome() == unsharded(tmp_path / f"one-{number}")


def test_a_shard_that_comes_again_sums_up_what_a_crash_left_undone(tmp_path: Path) -> None:
    world = World(tmp_path, MIXED, shards=SHARDS)
    for shard in range(3):
        validate(world, shard)
    before = world.outcome()
    (world.validation / "summary.json").unlink()
    (world.validation / "files.jsonl").unlink()
    said = validate(world, 1)
    assert '"finished-before"' in said
    assert '"summed-up"' in said
    assert world.outcome() == before
    assert '"finished-before"' in validate(world, 0)
    assert world.outcome() == before


def test_a_shard_clears_up_after_itself_and_not_after_others(tmp_path: Path) -> None:
    world = World(tmp_path, MIXED, shards=SHARDS)
    validated = world.validation / "validated"
    validated.mkdir(parents=True)
    (validated / "000001.parquet").write_bytes(b"of a rejected file, left by an earlier attempt")
    (validated / "000005.parquet").write_bytes(b"being written by another shard")
    validate(world, 0)
    assert sorted(path.name for path in validated.glob("*")) == ["000000.parquet", "000005.parquet"]


def test_what_another_plan_said_is_not_summed_up(tmp_path: Path) -> None:
    world = World(tmp_path / "world", MIXED, shards=SHARDS)
    for shard in range(3):
        validate(world, shard)
    other = json.loads(PLAN.read_text())
    other["datasets"]["sales"]["hash"] = f"sha256:{'0' * 64}"
    world.plan = tmp_path / "other.json"
    world.plan.write_text(json.dumps(other))
    assert '"other-shards-run"' in validate(world, 0)
    assert not (world.validation / "summary.json").exists(), "the sum by the other plan does not count any more"
    validate(world, 1)
    assert '"summed-up"' in validate(world, 2)
    assert world.summary()["contract"]["hash"] == other["datasets"]["sales"]["hash"]


def test_the_execution_and_the_manifest_must_agree(tmp_path: Path) -> None:
    world = World(tmp_path, MIXED, shards=SHARDS)
    for shard, count in ((0, 1), (3, 3), (0, 4)):
        said = validate(world, shard, of=count, expect=1)
        assert f"asks for shard {shard} of {count}, but the manifest" in said
        assert 'an input whose "shards" is 3' in said
    assert "must be whole numbers" in world.run(shard="first", shards=3, expect=2).stderr


@pytest.mark.parametrize("shards", [[(0, 2), (3, 4)], [(0, 2), (2, 4)], [(1, 6)], [(0, 8)]])
def test_shards_that_leave_files_out_are_refused(tmp_path: Path, shards: list[tuple[int, int]]) -> None:
    world = World(tmp_path, MIXED)
    path = world.results / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["shards"] = [{"first": first, "count": count} for first, count in shards]
    path.write_text(json.dumps(manifest))
    assert "its shards do not hold every file once" in validate(world, 0, of=len(shards), expect=1)


def test_run_by_hand_without_a_shard_the_whole_manifest_is_judged(tmp_path: Path) -> None:
    world = World(tmp_path / "shards", MIXED, shards=SHARDS)
    world.run()
    assert world.outcome() == unsharded(tmp_path / "one")


def test_the_summary_stays_small_whatever_the_names_of_columns(tmp_path: Path) -> None:
    def strange(number: int) -> bytes:
        # In the first 64 KB, as a header must be.
        names = [f"{number} {column} " + "ü" * 300 for column in range(90)]
        header, *rows = csv(line("A1")).decode().splitlines()
        return "\n".join([",".join([header, *names]), *[row + "," * len(names) for row in rows]]).encode()

    world = World(tmp_path, {f"{number}.csv": strange(number) for number in range(8)})
    world.run()
    assert len(world.summary()["reasons"]) == 200
    # Step Functions reads at most 256 KB, and quotes what it reads.
    assert len((world.validation / "summary.json").read_bytes()) < 128 * 1024
    assert {len(reason["column"]) for reason in world.summary()["reasons"]} == {100}


def test_a_file_of_endless_new_columns_has_a_bounded_verdict(tmp_path: Path) -> None:
    rows = [json.dumps({"transaction_id": f"T{n}", f"column {n}": n}) for n in range(2000)]
    world = World(tmp_path, {"endless.jsonl": "\n".join(rows).encode()})
    world.run()
    (verdict,) = world.lines()
    columns = [reason["column"] for reason in verdict["reasons"] if reason["code"] == "unexpected_column"]
    assert len(columns) == 101
    assert "(further columns)" in columns
    assert sum(r["count"] for r in verdict["reasons"] if r["code"] == "unexpected_column") >= 2000
