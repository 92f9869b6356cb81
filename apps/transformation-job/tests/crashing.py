"""The job, in a process that dies by its own hand at the `CRASH_AT`-th write, before or after it is done.

With `CRASH_AT` = 0 it lives, and prints how many writes there were: the last line of its output.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from threading import Lock
from typing import Any

from deltalake import DeltaTable
from deltalake.table import TableMerger

from pos_job_runtime.storage import Location, Storage
from pos_transformation.key_index.index import ENDING
from pos_transformation.load import keys
from pos_transformation.run.job import main
from pos_transformation.store.duckdb_delta_rs import commits

# A process that is killed writes no more, not even what it has buffered.
CRASH_AT = int(os.environ["CRASH_AT"])
WHEN = os.environ["CRASH_WHEN"]
writes = 0
counting = Lock()


def watched(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:
        global writes
        # Copies are made side by side.
        with counting:
            writes += 1
            number = writes
        if number == CRASH_AT and WHEN == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **options)
        if number == CRASH_AT and WHEN == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return call


def watched_in_index(function: Callable[..., Any]) -> Callable[..., Any]:
    """Only what is done to a segment of an index of keys: data files are published side by side, none counts alone."""
    watching = watched(function)

    def call(storage: Storage, place: Location, *arguments: Any) -> Any:
        return (watching if place.key.endswith(ENDING) else function)(storage, place, *arguments)

    return call


def counted() -> int:
    """How many writes there were."""
    return writes


def watch() -> None:
    """Everything that leaves a trace: creating a table, committing to one, writing an object."""
    DeltaTable.create = staticmethod(watched(DeltaTable.create))  # type: ignore[method-assign,assignment]
    DeltaTable.create_checkpoint = watched(DeltaTable.create_checkpoint)  # type: ignore[method-assign]
    DeltaTable.create_write_transaction = watched(DeltaTable.create_write_transaction)  # type: ignore[method-assign]
    TableMerger.execute = watched(TableMerger.execute)  # type: ignore[method-assign]
    commits.write_deltalake = watched(commits.write_deltalake)  # type: ignore[attr-defined]
    Storage.publish = watched_in_index(Storage.publish)  # type: ignore[method-assign]
    Storage.delete = watched_in_index(Storage.delete)  # type: ignore[method-assign]
    keys.MOST_SEGMENTS = int(os.environ.get("MOST_SEGMENTS", keys.MOST_SEGMENTS))
    Storage.upload = watched(Storage.upload)  # type: ignore[method-assign]
    Storage.put = watched(Storage.put)  # type: ignore[method-assign]
    Storage.create = watched(Storage.create)  # type: ignore[method-assign]


if __name__ == "__main__":
    watch()
    code = main(sys.argv[1:])
    print(counted())
    sys.exit(code)
