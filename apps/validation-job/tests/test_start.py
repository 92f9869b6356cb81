"""What a run does first: the slow imports begin before it knows what there is to read, and are made once."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from runs import World
from support import csv, line

from pos_job_runtime.errors import JobError
from pos_job_runtime.logs import JsonLog
from pos_job_runtime.storage import Storage
from pos_validation import job
from pos_validation.run import validator_pool
from pos_validation.workers import fork_server
from pos_validation.workers.handles import ForkServer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """In which order the server and the storage were made."""
    found: list[str] = []

    class Noted(ForkServer):
        def __init__(self, folder: Path) -> None:
            found.append("server")
            super().__init__(folder)

    def storage(**more: Any) -> Storage:
        found.append("storage")
        return Storage(**more)

    monkeypatch.setattr(job, "ForkServer", Noted)
    monkeypatch.setattr(validator_pool, "ForkServer", Noted)
    monkeypatch.setattr(job, "Storage", storage)
    return found


def test_imports_begin_before_anything_is_fetched_and_once(tmp_path: Path, done: list[str]) -> None:
    world = World(tmp_path, {"a.csv": csv(line("A1"))})
    job.work(world.command()[4:-1], JsonLog(job="validation", run_id=""))
    assert done == ["server", "storage"]
    assert world.summary()["files"]["valid"] == 1


def test_a_run_that_finds_no_manifest_leaves_no_process(
    tmp_path: Path, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[ForkServer] = []
    close = ForkServer.close

    def noted(server: ForkServer) -> None:
        closed.append(server)
        close(server)

    monkeypatch.setattr(ForkServer, "close", noted)
    world = World(tmp_path, {})
    (world.results / "manifest.json").unlink()
    with pytest.raises(JobError):
        job.work(world.command()[4:-1], JsonLog(job="validation", run_id=""))
    assert len(closed) == 1
    assert closed[0].closed


@pytest.mark.parametrize("own", [None, "dirty_decay_ms:0"])
def test_what_loads_polars_has_its_allocator_keep_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str | None
) -> None:
    """Who has set it knows better."""
    monkeypatch.delenv(fork_server.ALLOCATOR, raising=False)
    if own is not None:
        monkeypatch.setenv(fork_server.ALLOCATOR, own)
    script = (
        "import os, sys; from pos_validation.workers import fork_server as server; "
        "server.import_module = lambda name: sys.exit(os.environ[server.ALLOCATOR]); server.serve(0, sys.argv[1])"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stderr.splitlines()[-1] == (own or fork_server.KEPT)
