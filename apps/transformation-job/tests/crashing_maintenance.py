"""The maintenance, in a process that dies by its own hand before or after the `CRASH_AT`-th of its steps.

With `CRASH_AT` = 0 it lives, and prints how many steps there were: the last line of its output.
"""

from __future__ import annotations

import sys

from crashing import counted, watched
from deltalake import DeltaTable
from deltalake.table import TableOptimizer

from pos_job_runtime.storage import Storage
from pos_transformation.maintain.maintenance import main


def watch() -> None:
    """Everything that leaves a trace."""
    TableOptimizer.compact = watched(TableOptimizer.compact)  # type: ignore[method-assign]
    for name in ("publish", "delete"):
        setattr(Storage, name, watched(getattr(Storage, name)))
    for name in ("vacuum", "create_checkpoint", "cleanup_metadata"):
        setattr(DeltaTable, name, watched(getattr(DeltaTable, name)))


if __name__ == "__main__":
    watch()
    code = main(sys.argv[1:])
    print(counted())
    sys.exit(code)
