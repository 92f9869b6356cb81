"""Trying a commit again when another writer came in between, in either engine."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, TypeVar

from pos_transformation.errors import ConcurrentWritersError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

ATTEMPTS = 12


def until_committed(name: str, attempt: Callable[[], T], *, lost: type[Exception]) -> T:
    """Run `attempt`, which must begin with a fresh snapshot, until no other writer comes in between.

    `lost` is what `attempt` raises when one did. Raises `ConcurrentWritersError` when that never ends.
    """
    for number in range(ATTEMPTS):
        try:
            return attempt()
        except lost:
            time.sleep(random.uniform(0.5, 1.0) * min(5.0, 0.05 * 2**number))
    raise ConcurrentWritersError(
        f"Other writers committed to the Delta table {name} {ATTEMPTS} times while this run tried to: "
        "let one job at a time write to the lake, then start the run again."
    )
