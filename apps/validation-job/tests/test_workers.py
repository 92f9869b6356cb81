"""Whatever one file does to the process that reads it, the others get their verdicts, and nothing is left behind."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from runs import JOB, World, environment
from support import csv, json_lines, line, row

if TYPE_CHECKING:
    from collections.abc import Mapping

GOOD = {f"good-{number:02d}.csv": csv(line(f"G{number}")) for number in range(50)}
SMALL = {"file_seconds": 6, "file_megabytes": 700}


def among_good(*names: str, data: bytes | None = None) -> dict[str, bytes]:
    """Fifty good files, with others in between."""
    files = {**GOOD, **{name: data or csv(line("X")) for name in names}}
    order = sorted(files, key=lambda name: (hash_of(name), name))
    return {name: files[name] for name in order}


def hash_of(name: str) -> int:
    return sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 1009


def started(world: World, tmp_path: Path, *, server: str = "misbehaving", **more: object) -> subprocess.Popen[str]:
    """The job with misbehaving workers, in a session of its own; its temporary files are in `tmp`."""
    command = world.command(**more)
    command[1] = str(JOB / "tests" / "misbehaving_job.py")
    for name in ("tmp", "marks"):
        (tmp_path / name).mkdir(exist_ok=True)
    settings = environment(TMPDIR=str(tmp_path / "tmp"), MARKS=str(tmp_path / "marks"), SERVER=server)
    return subprocess.Popen(
        command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def ended(process: subprocess.Popen[str], tmp_path: Path, *, code: int = 0) -> tuple[list[dict[str, Any]], str]:
    """The log and the last words of a job that has ended, and taken everything with it."""
    output, errors = process.communicate(timeout=240)
    assert process.returncode == code, errors
    assert left_of(process.pid) == []
    assert list((tmp_path / "tmp").iterdir()) == []
    return [json.loads(text) for text in output.splitlines()], errors


def left_of(session: int) -> list[int]:
    """Processes of a session that still run."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(folder.name))
    return found


def verdicts(world: World) -> Mapping[str, tuple[str, list[str]]]:
    return {
        item["file"].split("/")[-1]: (item["verdict"], [reason["code"] for reason in item["reasons"]])
        for item in world.lines()
    }


def test_files_that_spin_eat_memory_or_crash_cost_the_others_nothing(tmp_path: Path) -> None:
    deeds = {
        "spin.csv": "over_budget",
        "eat.csv": "over_budget",
        "crash.csv": "reader_crashed",
        "abort.csv": "reader_crashed",
        "leave.csv": "reader_crashed",
        "panic.csv": "reader_crashed",
        "greedy.csv": "over_budget",
    }
    world = World(tmp_path, among_good(*deeds))
    log, errors = ended(started(world, tmp_path, **SMALL), tmp_path)
    assert errors == ""
    assert verdicts(world) == {
        **{name: ("valid", []) for name in GOOD},
        **{name: ("rejected", [code]) for name, code in deeds.items()},
    }
    assert world.summary()["files"] == {"total": 57, "valid": 50, "rejected": 7, "skipped": 0}
    messages = {item["file"].split("/")[-1]: item["reasons"][0]["message"] for item in world.lines() if item["reasons"]}
    assert messages["spin.csv"] == "Reading the file took more than 6 seconds, so it was given up."
    assert messages["eat.csv"] == "Reading the file took more than 0.7 GB of memory, so it was given up."
    assert messages["crash.csv"] == "The program that reads the file crashed (SIGSEGV)."
    assert messages["leave.csv"] == "The program that reads the file crashed (exit code 3)."
    # The log has each attempt, with what was printed meanwhile: where a program was that took too long, for one.
    attempts = [item for item in log if item.get("event") == "attempt-failed"]
    assert sorted((item["file"].split("/")[-1], item["attempt"]) for item in attempts) == sorted(
        (name, attempt) for name in deeds for attempt in (1, 2)
    )
    printed = {item["file"].split("/")[-1]: item.get("output", "") for item in attempts}
    assert "about to crash" in printed["crash.csv"]
    assert "misbehaving.py" in printed["spin.csv"]
    assert "index out of bounds" in printed["panic.csv"]
    # A rejected file is a rejected file.
    (report,) = [json.loads(path.read_text()) for path in tmp_path.rglob("*spin.csv*.json") if "rejected" in str(path)]
    assert report["help"]["over_budget"]["remedy"]


@pytest.mark.parametrize(
    ("name", "reasons"), [("crash", ["reader_crashed"]), ("leave", ["reader_crashed"]), ("killed", [])]
)
def test_a_file_that_is_the_only_one_is_judged_alike(tmp_path: Path, name: str, reasons: list[str]) -> None:
    world = World(tmp_path, {f"{name}.csv": csv(line("X"))})
    log, errors = ended(started(world, tmp_path), tmp_path)
    assert errors == ""
    assert verdicts(world) == {f"{name}.csv": ("rejected" if reasons else "valid", reasons)}
    assert [item["attempt"] for item in log if item.get("event") == "attempt-failed"] == [1, 2]


@pytest.mark.parametrize("files", [{"only.csv": csv(line("X"))}, GOOD], ids=["one", "many"])
def test_a_job_that_lacks_a_library_rejects_nothing(tmp_path: Path, files: Mapping[str, bytes]) -> None:
    world = World(tmp_path, files)
    _, errors = ended(started(world, tmp_path, server="unable"), tmp_path, code=1)
    assert errors == (
        "validation: The processes that read files can't be started: ModuleNotFoundError: No module named "
        "'no_such_library'.\n"
    )
    assert not list(world.rejected.rglob("*"))


def test_the_same_run_again_gives_the_same(tmp_path: Path) -> None:
    world = World(tmp_path, among_good("crash.csv", "spin.csv"))
    ended(started(world, tmp_path, **SMALL), tmp_path)
    before = world.outcome()
    (world.validation / "summary.json").unlink()
    ended(started(world, tmp_path, **SMALL), tmp_path)
    assert world.outcome() == before


def test_a_worker_that_somebody_ends_says_nothing_about_its_file(tmp_path: Path) -> None:
    world = World(tmp_path, among_good("killed.csv"))
    log, _ = ended(started(world, tmp_path), tmp_path)
    assert verdicts(world)["killed.csv"] == ("valid", [])
    # The first time, it is one of several that are proven at one go: the log has all of them.
    failed = [item for item in log if item.get("event") in ("together-failed", "attempt-failed")]
    assert [(item["event"], item["signal"]) for item in failed] == [
        ("together-failed", signal.SIGKILL),
        ("attempt-failed", signal.SIGKILL),
    ]
    assert "incoming/killed.csv" in failed[0]["files"]
    assert failed[1]["file"] == "incoming/killed.csv"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("full.csv", "No space left on device"),
        ("hunted.csv", "somebody keeps ending the program"),
        ("cramped.jsonl", "Out of Memory Error"),
    ],
)
def test_a_machine_that_is_used_up_rejects_nothing(tmp_path: Path, name: str, told: str) -> None:
    # No two are alike, and none can be read with types: each is evaluated as a whole row.
    many = json_lines(*[row(f"L{n:06d}", quantity=f"x{n}") for n in range(60_000)])
    data = many if name == "cramped.jsonl" else csv(line("X"))
    world = World(tmp_path, among_good(name, data=data))
    _, errors = ended(started(world, tmp_path), tmp_path, code=1)
    (sentence,) = errors.splitlines()
    assert sentence.startswith("validation: The job's disk or memory is used up (")
    assert told in sentence
    assert not list(world.rejected.rglob("*"))
    assert not (world.validation / "summary.json").exists()
    assert (world.source / "incoming" / name).read_bytes() == data
    # With room, the same run succeeds.
    world.run()
    assert world.summary()["files"]["valid"] == (50 if name == "cramped.jsonl" else 51)


def test_want_of_memory_under_a_limit_of_the_process_is_the_machine_s(tmp_path: Path) -> None:
    world = World(tmp_path, among_good("greedy.csv"))
    limit = 64 << 30
    command = world.command()
    command[1] = str(JOB / "tests" / "misbehaving_job.py")
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=environment(MARKS=str(tmp_path)),
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert done.returncode == 1
    assert "disk or memory is used up" in done.stderr
    assert not list(world.rejected.rglob("*"))


def test_workers_killed_at_random_change_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole = World(tmp_path / "whole", among_good("bad.csv", data=csv(line("B", quantity="x"))))
    whole.run()
    chance = random.Random(8)
    world = World(tmp_path, among_good("bad.csv", data=csv(line("B", quantity="x"))))
    process = started(world, tmp_path)
    kills = 0
    while process.poll() is None and kills < 5:
        time.sleep(chance.random() * 0.05)
        others = [pid for pid in left_of(process.pid) if pid != process.pid]
        # Nobody gets anywhere who is killed before there is a worker.
        if len(others) > 1:
            try:
                # The server among them: its workers go with it.
                os.kill(chance.choice(others), signal.SIGKILL)
                kills += 1
            except ProcessLookupError:
                continue
    ended(process, tmp_path)
    assert kills > 0
    assert world.outcome() == whole.outcome()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_is_killed_leaves_no_process_and_no_temporary_file(tmp_path: Path, number: int) -> None:
    process = started(World(tmp_path, among_good("spin.csv")), tmp_path)
    deadline = time.monotonic() + 60
    while len(left_of(process.pid)) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, number)
    process.communicate(timeout=30)
    while (left := (left_of(process.pid), [*(tmp_path / "tmp").iterdir()])) != ([], []):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_a_file_that_really_takes_long_is_given_up(tmp_path: Path) -> None:
    many = json_lines(*[row(f"L{n:06d}", quantity="x") for n in range(150_000)])
    world = World(tmp_path, {"a.csv": csv(line("A")), "b.jsonl": many, "c.csv": csv(line("C"))})
    world.run(file_seconds=0.5)
    assert verdicts(world) == {"a.csv": ("valid", []), "b.jsonl": ("rejected", ["over_budget"]), "c.csv": ("valid", [])}


def test_limits_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    assert "must be numbers" in World(tmp_path, {}).run(expect=2, file_seconds="long").stderr
