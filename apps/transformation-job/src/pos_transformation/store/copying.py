"""Parts that are copied into a table's folder as they are, each to a place of its own."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from pos_job_runtime.storage import prefetch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pos_job_runtime.storage import Location
    from pos_transformation.store.validated_files import Part

THREADS = 8


def copied(
    parts: Sequence[Part], copy: Callable[[Part, Location], int], *, table: Location, partition: str
) -> list[tuple[Part, dict[str, Any]]]:
    """Let `copy` put each part to its place, several at once; it returns the bytes.

    Returns the parts with what the actions that add them to the table say, statistics apart.
    """

    def one(part: Part) -> dict[str, Any]:
        folder, name = f"{partition}={part.date}", f"part-00000-{uuid.uuid4()}-c000.zstd.parquet"
        return {
            "path": f"{folder}/{name}",
            "size": copy(part, table.child(folder, name)),
            "partitionValues": {partition: part.date},
            "modificationTime": int(time.time() * 1000),
            "dataChange": True,
        }

    with prefetch(parts, one, threads=THREADS, depth=4 * THREADS) as copies:
        return [(part, done.result()) for part, done in copies]
