"""Rows of small files that were proven together lie in one Parquet file, whatever happens meanwhile."""

from __future__ import annotations

import errno
import os
import signal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from msgspec.structs import replace
from runs import World
from support import csv, line, plan, with_policies
from test_workers import ended, started, verdicts

from pos_job_runtime.generated.constants import MEMBER
from pos_validation.workers import worker as workers
from pos_validation.workers.messages import Exhausted, FileResult, Setup, Task

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pos_job_runtime.plan import Plan

BAD = csv(line("B1", quantity="x"))
# Valid, and proven by nothing but a look at each of its rows.
ODD = csv(line("O1"), end="\r\n")


def small(*names: str) -> dict[str, bytes]:
    """Clean files of two rows each."""
    return {f"{name}.csv": csv(line(f"{name}1"), line(f"{name}2")) for name in names}


def packs(world: World) -> list[tuple[str, str, int | None]]:
    """Of each valid file its name, and the object and number of its rows."""
    return [
        (item["file"].split("/")[-1], item["validated"].split("/")[-1], item.get("member"))
        for item in world.lines()
        if item["validated"]
    ]


def objects(world: World) -> list[str]:
    return sorted(path.name for path in (world.validation / "validated").iterdir())


def ids(world: World) -> Mapping[str, list[object]]:
    """The keys of each valid file's rows."""
    rows = {item["file"].split("/")[-1]: world.validated(item) for item in world.lines()}
    return {name: [row[0] for row in found] for name, found in rows.items() if found is not None}


def test_small_files_share_one_file_of_rows(tmp_path: Path) -> None:
    world = World(tmp_path, small(*"ABCDE"))
    world.run()
    assert packs(world) == [(f"{name}.csv", "000000.parquet", place) for place, name in enumerate("ABCDE")]
    assert objects(world) == ["000000.parquet"]
    assert ids(world) == {f"{name}.csv": [f"{name}1", f"{name}2"] for name in "ABCDE"}
    path = world.validation / "validated" / "000000.parquet"
    assert world.summary()["validated"] == {"files": 5, "rows": 10, "bytes": path.stat().st_size}
    assert pl.read_parquet_schema(path)[MEMBER] == pl.Int32()


def test_a_file_by_itself_keeps_its_own_place_and_its_neighbours_apart(tmp_path: Path) -> None:
    """So the numbers of files follow one another, and their order is that of the manifest."""
    files = {**small("A", "B"), "odd.csv": ODD, **small("C"), "bad.csv": BAD, **small("D", "E"), "last.csv": ODD}
    world = World(tmp_path, files)
    world.run()
    assert packs(world) == [
        ("A.csv", "000000.parquet", 0),
        ("B.csv", "000000.parquet", 1),
        ("odd.csv", "000002.parquet", None),
        ("C.csv", "000003.parquet", None),
        ("D.csv", "000005.parquet", 0),
        ("E.csv", "000005.parquet", 1),
        ("last.csv", "000007.parquet", None),
    ]
    assert ids(world)["E.csv"] == ["E1", "E2"]
    assert world.summary()["validated"]["bytes"] == sum(
        path.stat().st_size for path in (world.validation / "validated").iterdir()
    )


def test_what_is_proven_and_rejected_all_the_same_has_no_rows_there(tmp_path: Path) -> None:
    strict = with_policies(largest_file=replace(plan().policies.largest_file, rows=2))
    worker = Bench(tmp_path, {**small("A"), "many.csv": csv(*map(line, "XYZ")), **small("B")}, plan_=strict)
    found = worker.results()
    assert [(one.file_verdict.verdict, one.member) for one in found] == [("valid", 0), ("rejected", None), ("valid", 1)]
    rows = pl.read_parquet(tmp_path / "0.parquet")
    assert rows["transaction_id"].to_list() == ["A1", "A2", "B1", "B2"]
    assert rows[MEMBER].to_list() == [0, 0, 1, 1]


def test_the_rows_are_those_of_each_file_alone(tmp_path: Path) -> None:
    worlds = [World(tmp_path / name, small(*"ABCDEFG")) for name in ("packed", "alone")]
    worlds[0].run()
    worlds[1].run(always_exact="true")
    packed, alone = (world.outcome() for world in worlds)
    assert packed["rows"] == alone["rows"]
    assert {item.get("member") for item in worlds[1].lines()} == {None}
    assert packed["summary"] == alone["summary"]


def test_a_worker_that_ends_between_them_leaves_no_row_twice(tmp_path: Path) -> None:
    """A file that is validated by itself ends it: what lay together before stands, another worker does the rest."""
    files = {**small("A", "B", "C"), "later.csv": ODD, **small("D", "E")}
    world = World(tmp_path, files)
    log, _ = ended(started(world, tmp_path), tmp_path)
    assert {name: verdict for name, (verdict, _) in verdicts(world).items()} == dict.fromkeys(files, "valid")
    assert [item["event"] for item in log if item.get("signal") == signal.SIGKILL] == ["attempt-failed"]
    assert packs(world)[2:] == [
        ("C.csv", "000000.parquet", 2),
        ("later.csv", "000003.parquet", None),
        ("D.csv", "000004.parquet", 0),
        ("E.csv", "000004.parquet", 1),
    ]
    assert ids(world)["C.csv"] == ["C1", "C2"]
    assert world.outcome()["unnamed"] == []
    every = pl.concat(
        pl.read_parquet(path).select("transaction_id") for path in (world.validation / "validated").iterdir()
    )
    assert sorted(every["transaction_id"]) == [*(f"{name}{row}" for name in "ABCDE" for row in (1, 2)), "O1"]


def test_another_grouping_on_the_second_attempt_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    world = World(tmp_path, small(*"ABCDE"))
    world.run()
    packed = world.outcome()
    (world.validation / "summary.json").unlink()
    world.run(always_exact="true")
    assert objects(world) == [f"{place:06d}.parquet" for place in range(5)]
    assert world.outcome()["rows"] == packed["rows"]
    (world.validation / "summary.json").unlink()
    world.run()
    assert objects(world) == ["000000.parquet"]
    assert world.outcome() == packed


def test_files_of_two_shards_never_share_one(tmp_path: Path) -> None:
    world = World(tmp_path, small(*"ABCDE"), shards=[2, 3])
    world.run(shard=1, shards=2)
    world.run(shard=0, shards=2)
    assert objects(world) == ["000000.parquet", "000002.parquet"]
    assert [member for *_, member in packs(world)] == [0, 1, 0, 1, 2]
    assert world.summary()["validated"]["files"] == 5
    assert world.outcome()["unnamed"] == []


class Bench:
    """A worker in this process, and small files for it."""

    def __init__(self, folder: Path, files: Mapping[str, bytes], *, plan_: Plan | None = None) -> None:
        for name, data in files.items():
            (folder / name).write_bytes(data)
        self.tasks = [
            Task(name, folder / name, len(data), validated=folder / f"{place}.parquet")
            for place, (name, data) in enumerate(files.items())
        ]
        self.worker = workers._Worker(Setup(plan_ or plan(), 1748736000.0, always_exact=False), folder)

    def messages(self) -> list[list[Any]]:
        return [*self.worker.results(self.tasks, self.worker.prove(self.tasks))]

    def results(self) -> list[Any]:
        return [result for message in self.messages() for result in message]


def test_those_that_share_a_file_are_told_of_at_once(tmp_path: Path) -> None:
    """A worker that ends meanwhile has told of all of them, or of none."""
    messages = Bench(tmp_path, {**small("A", "B"), "odd.csv": ODD, **small("C", "D")}).messages()
    assert [len(message) for message in messages] == [2, 1, 2]
    assert [one.member for message in messages for one in message] == [0, 1, None, 0, 1]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_rows_that_can_not_be_written_are_no_file_s_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def write(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(workers, "write_pack", write)
    bench = Bench(tmp_path, small("A", "B"))
    if code == errno.ENOSPC:
        assert [type(one) for one in bench.results()] == [Exhausted]
    else:
        # The worker ends, and each of the files is validated by itself.
        with pytest.raises(OSError, match="Permission denied"):
            bench.results()


def test_a_check_writes_no_rows(tmp_path: Path) -> None:
    bench = Bench(tmp_path, small("A", "B"))
    bench.tasks = [task._replace(validated=None) for task in bench.tasks]
    assert [(one.file_verdict.verdict, one.member) for one in bench.results() if isinstance(one, FileResult)] == [
        ("valid", None),
        ("valid", None),
    ]
    assert not list(tmp_path.glob("*.parquet"))
