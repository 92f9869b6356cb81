"""Workers that read beside each other share the processors; one that reads alone has them all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from support import EVENT_TIME, csv, line, plan

from pos_job_runtime.processors import processors
from pos_validation.run import validator_pool
from pos_validation.run.validator_pool import ValidatorPool
from pos_validation.workers.messages import Task

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARE, ALL = max(1, processors() // 2), processors()
needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system shows no threads in /proc")

# The job has polars 1 where it runs, on Python 3.9.
needs_polars_1 = pytest.mark.skipif(
    not pl.__version__.startswith("1."), reason="polars 2 has its threads from when it is imported"
)


@pytest.fixture(params=[True, False], ids=["several workers", "one worker"])
def pool(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ValidatorPool]:
    with ValidatorPool(tmp_path, several=request.param, report=lambda *_, **__: None) as pool:
        yield pool.use(plan(), event_time=EVENT_TIME)


def threads_after(pool: ValidatorPool, path: Path) -> int:
    """How many threads the worker that validates the file keeps for reading."""
    (result,) = pool.validate([Task(path.name, path, path.stat().st_size)])
    assert result.file_verdict.verdict == "valid"
    (worker,) = pool._idle
    names = [(task / "comm").read_text() for task in Path(f"/proc/{worker.pid}/task").iterdir()]
    return len([name for name in names if re.fullmatch(r"polars-\d+\n", name)])


@needs_proc
@needs_polars_1
def test_workers_share_the_processors(pool: ValidatorPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(csv(*(line(f"T{number}") for number in range(100))))
    small = threads_after(pool, path)
    assert small == (SHARE if pool._several else ALL)
    # A large file has no other beside it.
    monkeypatch.setattr(validator_pool, "BYTES_AT_ONCE", path.stat().st_size)
    assert threads_after(pool, path) == ALL
