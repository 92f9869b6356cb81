"""The job on Spark, in a session that outlives it: from one of its writes on, nothing that it does leaves a trace.

Whoever comes after it finds what a process leaves that was killed at this write. To start one for each would take too
long; `test_parts_disturbed.py` kills some at their commit.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from threading import Lock
from typing import Any
from unittest.mock import patch

from serving import run

from pos_job_runtime.storage import Storage
from pos_transformation.store.spark_delta.commits import PendingCommit
from pos_transformation.store.spark_delta.tables import LakeTable

# Creating a table, writing its data files, committing; and writing, copying or deleting any other object.
WRITES: dict[type, tuple[str, ...]] = {
    LakeTable: ("_create",),
    PendingCommit: ("write", "finish"),
    Storage: ("put", "create", "upload", "publish", "copy_verified", "delete", "delete_version"),
}


class Died(BaseException):
    """No error that the job could handle."""


def run_until(write: int, arguments: list[str]) -> dict[str, Any]:
    """Run the job up to its `write`-th write; to its end if that is 0. Tells how many writes it did."""
    done = 0
    counting = Lock()

    def watched(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            nonlocal done
            # Tables are written side by side.
            with counting:
                if done + 1 == write:
                    raise Died
                done += 1
            return function(*given, **named)

        return call

    with ExitStack() as patches:
        for owner, names in WRITES.items():
            watching = {name: watched(getattr(owner, name)) for name in names}
            patches.enter_context(patch.multiple(owner, **watching))
        told = run(arguments)
    return {"code": told["code"], "writes": done}
