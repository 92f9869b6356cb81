"""The maintenance as the tests run it, in this process or beside it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any

from ageing import age, data_files
from world import BY_PRODUCT, BY_STORE, CURATED, PROJECT, SOURCES, World, plan_file

from pos_job_runtime.logs import JsonLog
from pos_job_runtime.storage import Location, Storage
from pos_transformation.maintain.maintenance import Maintained, main, maintain
from pos_transformation.store import engine_named

TABLES = (CURATED, BY_PRODUCT, BY_STORE)


def arguments(world: World, *more: str) -> list[str]:
    """The command line."""
    return ["--maintain", "yes", "--lake", str(world.lake), "--plan", str(published(world)), *more]


def published(world: World) -> Location:
    """Where the plan lies."""
    plan = world.home.child("plan.json")
    Storage().put(plan, plan_file(world.plan))
    return plan


def maintained(world: World, *, days: int = 7) -> Maintained:
    """Maintain all tables; returns what was done to the curated one."""
    log = JsonLog(job="maintenance", run_id="", stream=io.StringIO())
    place = {"lake": world.lake, "plan": published(world)}
    return maintain(**place, engine=engine_named("embedded"), retention=timedelta(days=days), log=log)["sales"]


def told(world: World, *more: str) -> tuple[int, list[dict[str, Any]]]:
    """Run the command in this process; returns its exit code and its log."""
    output = io.StringIO()
    with redirect_stdout(output):
        code = main(arguments(world, *more))
    return code, [json.loads(line) for line in output.getvalue().splitlines()]


def beside(script: str, words: Sequence[str], environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a script of the tests as a process of its own."""
    path = os.pathsep.join(str(source) for source in SOURCES)
    return subprocess.Popen(
        [sys.executable, str(PROJECT / "tests" / script), *words],
        env={**os.environ, "PYTHONPATH": path, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def copied(world: World, target: World) -> World:
    """A copy of a lake in folders, at `target`."""
    shutil.copytree(world.home.path, target.home.path)
    return target


def folder(world: World, path: str = CURATED) -> Path:
    """A table's folder."""
    return Path(world.lake.child(path).path)


def stored(world: World, path: str = CURATED) -> set[str]:
    """The data files that lie in a table's folder."""
    return data_files(folder(world, path))


def assert_nothing_is_left(world: World) -> None:
    """Once a week is over, maintenance removes what a load that died has written: no log names it."""
    age(folder(world), days=8)
    maintained(world)
    assert {Path(name).name for name in stored(world)} == {Path(uri).name for uri in world.table(CURATED).file_uris()}


def log_files(world: World, path: str = CURATED) -> list[str]:
    """What lies in a table's log."""
    return sorted(file.name for file in (folder(world, path) / "_delta_log").iterdir() if not file.name.startswith("."))
