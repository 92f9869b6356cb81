"""A disk or a memory that is used up is the machine's: it is told as that, and the same run succeeds with room."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest
from rows import Sale, as_table, at, some_sales
from upkeep import arguments
from world import BY_PRODUCT, CURATED, PROJECT, SOURCES, World

from pos_transformation.maintain.compaction import SMALL_FILES
from pos_transformation.run.job import main
from pos_transformation.store.duckdb_delta_rs import session

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLD = "The job's disk or memory is used up ("


def with_files_of_at_most(size: int, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """The script as Glue runs it, on a disk that takes no file of more than `size` bytes."""
    return subprocess.run(
        [sys.executable, str(PROJECT / "main.py"), *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, SOURCES))},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def test_a_load_on_a_full_disk_says_so_and_is_repeated(world: World) -> None:
    sales = some_sales(seed=5, count=4000)
    world.deliver("one", sales)
    done = with_files_of_at_most(20_000, world.arguments("one"))
    # Above it may stand what a library in Rust has printed.
    sentence = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert sentence.startswith(f"transformation: {TOLD}")
    assert "File too large" in sentence
    world.load("one")
    world.assert_holds(sales)


def test_maintenance_on_a_full_disk_says_so_and_is_repeated(world: World) -> None:
    sales = [Sale(f"sale-{number:04d}", at=at(3, number)) for number in range(SMALL_FILES * 100)]
    for number in range(SMALL_FILES):
        world.deliver(str(number), sales[number * 100 : (number + 1) * 100])
        world.load(str(number))
    done = with_files_of_at_most(3_000, arguments(world))
    # Above it may stand what a library in Rust has printed.
    sentence = done.stderr.splitlines()[-1]
    assert done.returncode == 1
    assert sentence.startswith(f"maintenance: {TOLD}")
    world.assert_holds(sales)
    assert len(world.table(CURATED).file_uris()) == SMALL_FILES
    assert with_files_of_at_most(1 << 30, arguments(world)).returncode == 0
    world.assert_holds(sales)
    assert len(world.table(CURATED).file_uris()) == 1


def test_duckdb_s_own_limits_are_the_machine_s(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    some = as_table(some_sales(seed=6, count=4000))
    times = (some.with_columns(pl.format(f"{{}}-{time}", "transaction_id")) for time in range(30))
    # In no order, and ids of which no part comes again: else DuckDB makes do with less.
    sales = (
        pl.concat(times)
        .with_columns(pl.col("transaction_id").hash().cast(pl.String))
        .sample(120_000, shuffle=True, seed=6)
    )
    world.deliver("one", sales)
    connect = duckdb.connect

    def cramped(**given: Any) -> duckdb.DuckDBPyConnection:
        limits = {"memory_limit": "6MB", "max_temp_directory_size": "300KB", "threads": "1"}
        return connect(config={**given["config"], **limits})

    with monkeypatch.context() as patch:
        patch.setattr(session.duckdb, "connect", cramped)
        assert main(world.arguments("one")) == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith(f"transformation: {TOLD}")
    assert "Out of Memory Error" in sentence
    assert world.load("one")["rows"]["appended"] == len(sales)
    assert len(world.frame(CURATED)) == len(sales)
    assert world.rows(BY_PRODUCT)
