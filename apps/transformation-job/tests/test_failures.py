"""What a person reads when the job can't go on: one sentence, and the right exit code."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
from deltalake import DeltaTable, Field, Schema
from deltalake.schema import PrimitiveType
from rows import some_sales
from world import CURATED, World, read_plan

from pos_job_runtime.storage import Location, Storage
from pos_transformation.run.job import main

SALES = some_sales(seed=2, count=20)


def failure(world: World, run: str, capsys: pytest.CaptureFixture[str], *, code: int = 1) -> str:
    assert main(world.arguments(run)) == code
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_a_run_that_was_not_validated(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    told = failure(world, "unknown", capsys)
    assert "Run unknown has no finished validation" in told
    assert "Run the validation job for it first." in told


def test_a_validation_that_is_not_whole(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.deliver("one", SALES)
    place = world.results.child("runs", "one", "validation", "files.jsonl")
    Storage().put(place, b"")
    assert "its summary counts 1 validated files, its list 0" in failure(world, "one", capsys)


def test_validated_files_that_do_not_fit_the_summary(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.deliver("other", SALES)
    world.deliver("one", SALES[:-1])
    name = ("validation", "validated", "00000.parquet")
    other = Storage().get(world.results.child("runs", "other", *name))
    Storage().put(world.results.child("runs", "one", *name), other)
    assert "hold 20 rows, its summary counts 19" in failure(world, "one", capsys)


def test_a_damaged_validation(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.deliver("one", SALES)
    Storage().put(world.results.child("runs", "one", "validation", "summary.json"), b"{")
    assert "are damaged" in failure(world, "one", capsys)


def test_a_validated_file_that_is_gone(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.deliver("one", SALES)
    world.results.child("runs", "one", "validation", "validated", "00000.parquet").path.unlink()
    assert "00000.parquet" in failure(world, "one", capsys)


def test_a_curated_table_of_another_shape(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    path = world.lake.child(CURATED).path
    path.mkdir(parents=True)
    fields = [Field("transaction_id", PrimitiveType("long")), Field("date", PrimitiveType("date"))]
    DeltaTable.create(str(path), schema=Schema(fields), partition_by=["date"])
    world.deliver("one", SALES)
    told = failure(world, "one", capsys)
    assert "has another shape than the plan" in told
    assert "transaction_id is bigint, not string" in told


def test_a_curated_table_whose_files_do_not_tell_all(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """With deletion vectors, reading the Parquet files would bring deleted rows back."""
    world.deliver("one", SALES)
    world.load("one")
    log = world.lake.child(CURATED).path / "_delta_log"
    protocol = {
        "minReaderVersion": 3,
        "minWriterVersion": 7,
        "readerFeatures": ["deletionVectors"],
        "writerFeatures": ["deletionVectors"],
    }
    (log / f"{2:020d}.json").write_text(json.dumps({"protocol": protocol}) + "\n")
    capsys.readouterr()
    world.deliver("two", SALES)
    assert "deletionVectors" in failure(world, "two", capsys)


def test_a_plan_without_statements(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    plan = deepcopy(dict(world.plan))
    del plan["transformation"]["duckdb"]
    world.deliver("one", SALES)
    assert "The plan's part transformation.duckdb is missing" in failure(replace(world, plan=plan), "one", capsys)


def test_a_statement_that_the_engine_rejects(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    plan = deepcopy(dict(world.plan))
    plan["transformation"]["duckdb"]["read"][1]["sql"] = "SELECT nothing FROM nowhere"
    world.deliver("one", SALES)
    assert "DuckDB could not compute" in failure(replace(world, plan=plan), "one", capsys)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Missing arguments: --run_id, --results, --lake, --plan."),
        (["--run_id", "r", "--results", "results", "--lake", "file:///l", "--plan", "file:///p"], "is not a location"),
        (
            ["--run_id", "r", "--results", "file:///r", "--lake", "file:///l", "--plan", "file:///p", "--engine", "x"],
            "--engine must be one of",
        ),
    ],
)
def test_bad_arguments(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert told in capsys.readouterr().err


def test_arguments_of_glue_are_ignored(world: World) -> None:
    world.deliver("one", SALES)
    assert main([*world.arguments("one"), "--JOB_NAME", "x", "--enable-metrics", "true"]) == 0


def test_a_failure_leaves_no_summary(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    plan = deepcopy(dict(world.plan))
    plan["transformation"]["duckdb"]["kpis"][1]["steps"][1]["sql"] = "SELECT 1"
    world.deliver("one", SALES)
    failure(replace(world, plan=plan), "one", capsys)
    assert not world.results.child("runs", "one", "transformation", "summary.json").path.exists()


@pytest.mark.parametrize(("folder", "works"), [("a b (ü) & co", True), ("100%", False), ("a[1]", False)])
def test_lakes_in_folders_with_odd_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: str, works: bool
) -> None:
    world = World(Location("file", "", str(tmp_path / folder)), read_plan())
    world.deliver("one", SALES)
    if works:
        world.load("one")
        world.assert_holds(SALES)
    else:
        assert "choose another folder" in failure(world, "one", capsys)
