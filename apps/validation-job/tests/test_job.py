"""The job as a process: what it leaves, and that it can be cut off anywhere and started again."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import polars as pl
import pytest
from runs import RUN_ID, World, environment
from support import EVENT_TIME, HEADER, PLAN, WORDS, csv, gz, json_lines, line, parquet, plan, row

from pos_job_runtime.errors import MachineError
from pos_validation.evaluation.file_validator import FileValidator
from pos_validation.evaluation.validated import NoRows

if TYPE_CHECKING:
    from pathlib import Path

MIXED = {
    "a good.csv": csv(line("A1"), line("A2", quantity=-1, revenue="-4.50")),
    "b.bad.csv": csv(line("B1"), line("B2", quantity="1.5")),
    "c/deep é.jsonl.gz": gz(json_lines(row("C1"), row("C2"), row("C3"))),
    "d.parquet": parquet(pl.DataFrame([row("D1"), row("D2", store_id=7)])),
    "e.csv.gz": gz(csv(line("E1")))[:-9],
    "f.csv": csv(line("F1"), line("F1")),
    "g.txt": b"",
}


def test_a_run_leaves_verdicts_rows_and_moved_files(tmp_path: Path) -> None:
    world = World(tmp_path, MIXED)
    output = world.run().stdout.splitlines()
    verdicts = {line["file"]: line["verdict"] for line in world.lines()}
    assert verdicts == {
        "incoming/a good.csv": "valid",
        "incoming/b.bad.csv": "rejected",
        "incoming/c/deep é.jsonl.gz": "valid",
        "incoming/d.parquet": "valid",
        "incoming/e.csv.gz": "rejected",
        "incoming/f.csv": "valid",
        "incoming/g.txt": "rejected",
    }
    summary = world.summary()
    assert json.loads(output[-1]) == summary
    assert summary["files"] == {"total": 7, "valid": 4, "rejected": 3, "skipped": 0}
    assert summary["rows"] == {"total": 11, "valid": 10, "invalid": 1, "repeated": 1}
    assert (summary["validated"]["files"], summary["validated"]["rows"]) == (4, 8)
    rows = pl.concat([pl.read_parquet(path) for path in sorted((world.validation / "validated").glob("*"))])
    assert rows.columns == [
        column["name"] for column in json.loads(PLAN.read_text())["datasets"]["sales"]["validation"]["exact"]["columns"]
    ]
    assert rows["transaction_id"].to_list() == ["A1", "A2", "C1", "C2", "C3", "D1", "D2", "F1"]
    assert str(rows["revenue"][1]) == "-4.5000"


def test_rejected_files_move_with_a_report_and_valid_ones_stay(tmp_path: Path) -> None:
    world = World(tmp_path, MIXED)
    world.run()
    left = sorted(path.name for path in world.source.rglob("*") if path.is_file())
    assert left == ["a good.csv", "d.parquet", "deep é.jsonl.gz", "f.csv"]
    moved = world.rejected / "files" / "000001" / "incoming" / "b.bad.csv"
    assert moved.read_bytes() == MIXED["b.bad.csv"]
    place = world.rejected / "reports" / "000001-b.bad.csv.report.json"
    report = json.loads(place.read_text())
    assert (report["file"]["rejected"], report["file"]["report"]) == (moved.as_uri(), place.as_uri())
    assert report["runId"] == RUN_ID
    assert report["file"]["reasons"][0]["samples"] == [{"line": 3, "column": "quantity", "value": "1.5"}]
    assert report["help"]["not_an_integer"]["remedy"]
    assert report["file"] == next(line for line in world.lines() if line["file"] == "incoming/b.bad.csv")


def test_a_finished_run_is_not_repeated(tmp_path: Path) -> None:
    world = World(tmp_path, MIXED)
    world.run()
    before = world.summary()
    assert '"finished-before"' in world.run().stdout
    assert world.summary() == before


def test_a_run_without_its_summary_is_repeated_with_the_same_result(tmp_path: Path) -> None:
    world = World(tmp_path, MIXED)
    world.run()
    before = world.outcome()
    (world.validation / "summary.json").unlink()
    (world.validation / "validated" / "999999.parquet").write_bytes(b"left over")
    world.run()
    assert world.outcome() == before


def test_a_version_that_is_gone_is_skipped_and_one_that_changed_is_not_touched(tmp_path: Path) -> None:
    world = World(tmp_path, MIXED)
    (world.source / "incoming" / "a good.csv").unlink()
    (world.source / "incoming" / "b.bad.csv").write_bytes(b"a newer version")
    world.run()
    assert [line["verdict"] for line in world.lines()][:2] == ["skipped", "skipped"]
    assert (world.source / "incoming" / "b.bad.csv").read_bytes() == b"a newer version"


def test_all_files_rejected_is_no_failure_of_the_job(tmp_path: Path) -> None:
    world = World(tmp_path, {"x.csv": b"", "y.csv": b"a,b\n1,2\n"})
    world.run()
    assert world.summary()["files"] == {"total": 2, "valid": 0, "rejected": 2, "skipped": 0}
    assert world.summary()["validated"] == {"files": 0, "rows": 0, "bytes": 0}


def test_killed_at_any_moment_and_started_again_it_gives_the_same(tmp_path: Path) -> None:
    whole = World(tmp_path / "whole", MIXED)
    begun = time.perf_counter()
    whole.run()
    duration = time.perf_counter() - begun
    for number, share in enumerate([0.4, 0.6, 0.75, 0.85, 0.95]):
        world = World(tmp_path / str(number), MIXED)
        for _ in range(2):
            process = subprocess.Popen(
                world.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment()
            )
            time.sleep(duration * share)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        world.run()
        assert world.outcome() == whole.outcome(), share


def test_a_file_that_is_too_large_is_rejected_unread_and_costs_the_others_nothing(tmp_path: Path) -> None:
    limited = json.loads(PLAN.read_text())
    limited["datasets"]["sales"]["policies"]["largestFile"].update(plain=2000, gzip=100)
    small_limits = tmp_path / "plan.json"
    small_limits.write_text(json.dumps(limited))
    shutil.copy(WORDS, tmp_path)
    many = [line(f"L{n}") for n in range(100)]
    files = {"a.csv": csv(*many), "b.csv": csv(line("B1")), "c.csv.gz": gz(csv(*many))}
    world = World(tmp_path / "world", files, plan=small_limits)
    world.run()
    reasons = {line["file"].split("/")[-1]: [r["message"] for r in line["reasons"]] for line in world.lines()}
    size = len(files["a.csv"]) / 1000
    assert reasons["a.csv"] == [f"The file has {size:.1f} KB; at most 2 KB are accepted."]
    assert reasons["b.csv"] == []
    assert reasons["c.csv.gz"] == [f"The file has {len(files['c.csv.gz'])} bytes; at most 100 bytes are accepted."]
    assert world.summary()["validated"]["rows"] == 1
    assert (world.rejected / "files" / "000000" / "incoming" / "a.csv").read_bytes() == files["a.csv"]
    # Cut off before its summary, the run knows what it has rejected.
    before = world.outcome()
    (world.validation / "summary.json").unlink()
    world.run()
    assert world.outcome() == before


def test_a_full_disk_rejects_no_file(tmp_path: Path) -> None:
    many = json_lines(*[row(f"L{n}") for n in range(30_000)])
    world = World(tmp_path, {"a.jsonl": many, "b.csv": csv(line("B1"))})
    limit = 50_000
    done = subprocess.run(
        world.command(),
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 1
    assert "validation: The job's disk or memory is used up" in done.stderr
    assert not list(world.rejected.rglob("a.jsonl*"))
    assert (world.source / "incoming" / "a.jsonl").read_bytes() == many
    world.run()
    assert [found["verdict"] for found in world.lines()] == ["valid", "valid"]


def test_a_disk_that_fills_up_while_a_file_is_read_is_not_that_file_s_fault(tmp_path: Path) -> None:
    class FullDisk(NoRows):
        wanted = True

        def add(self, frame: pl.DataFrame) -> None:
            raise pl.exceptions.ComputeError(f"IO error: {os.strerror(errno.ENOSPC)} (os error 28)")

    path = tmp_path / "a.csv"
    path.write_bytes(csv(line("A1")))
    validator = FileValidator(plan(), event_time=EVENT_TIME, folder=tmp_path, unforeseen=lambda *_: None)
    with pytest.raises(MachineError, match="No space left"):
        validator.validate(name="a.csv", path=path, rows=FullDisk())


def test_bad_arguments_end_with_two(tmp_path: Path) -> None:
    world = World(tmp_path, {})
    command = world.command()
    for broken, sentence in (
        (command[:2], "Missing arguments: --run_id, --manifest, --results, --rejected, --plan."),
        ([*command, "--results", "nowhere"], "'nowhere' is not a location"),
    ):
        done = subprocess.run(broken, capture_output=True, text=True, env=environment(), check=False)
        assert done.returncode == 2
        assert sentence in done.stderr


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("manifest.json", "{}", "is not a valid manifest"),
        ("manifest.json", '{"runId":"other","eventTime":"2025-06-01T00:00:00Z","files":[]}', ": runId: expected `str`"),
        (
            "manifest.json",
            '{"runId":"20250601T000000000Z-ba9876543210","eventTime":"2025-06-01T00:00:00Z","files":[]}',
            "belongs to run 20250601T000000000Z-ba9876543210",
        ),
    ],
)
def test_a_manifest_that_is_wrong_ends_with_one_line(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    world = World(tmp_path, {})
    (world.results / name).write_text(text)
    error = world.run(expect=1).stderr
    assert sentence in error
    assert len(error.splitlines()) == 1


def test_another_plan_format_ends_with_one_line(tmp_path: Path) -> None:
    other = tmp_path / "plan.json"
    other.write_text('{"format": "pos-plan/9"}')
    error = World(tmp_path / "world", {}, plan=other).run(expect=1).stderr
    assert "has the format 'pos-plan/9'" in error
    assert len(error.splitlines()) == 1


def test_tolerated_rows_are_quarantined_and_the_rest_loads(tmp_path: Path) -> None:
    document = json.loads(PLAN.read_text())
    document["datasets"]["sales"]["policies"]["fileTolerance"] = 0.5
    lenient = tmp_path / "plan.json"
    lenient.write_text(json.dumps(document))
    files = {
        "x.csv": csv(line("A"), line("B", quantity="x"), line("C"), line("A", revenue=9)),
        "y.csv": csv(line("D", quantity="x")),
        "z.csv": csv(line("E"), "F,1"),
    }
    world = World(tmp_path / "world", files, plan=lenient)
    world.run()
    assert [line["verdict"] for line in world.lines()] == ["valid", "rejected", "rejected"]
    assert pl.read_parquet(world.validation / "validated" / "000000.parquet")["transaction_id"].to_list() == ["A", "C"]
    kept = pl.read_parquet(world.rejected / "quarantine" / "000000-x.csv.parquet")
    assert kept.select("line", "transaction_id", "quantity", "reasons").rows() == [
        (3, "B", "x", "not_an_integer (quantity)"),
        (5, "A", "3", "duplicate_key"),
    ]


def test_many_small_files_and_a_bounded_summary(tmp_path: Path) -> None:
    files = {f"{i:03d}.csv": csv(line(f"T{i}") + ",1", header=f"{HEADER},note{i}") for i in range(250)}
    world = World(tmp_path, files)
    world.run()
    assert world.summary()["files"]["valid"] == 250
    assert len(world.summary()["reasons"]) == 200
