"""Trying a commit again when another writer came in between, in either engine."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, TypeVar

from pos_transformation.errors import ConcurrentWritersError, LakeCutOffError, LostRaceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_transformation.store.protocol import Snapshot

T = TypeVar("T")
S = TypeVar("S", bound="Snapshot")

ATTEMPTS = 12
READS = 5


def reading_again(read: Callable[[], T]) -> T:
    """What `read` gives, which is tried again where an answer ends early."""
    for number in range(READS - 1):
        try:
            return read()
        except LakeCutOffError:
            _pause(number)
    return read()


def retry_on_conflict(name: str, attempt: Callable[[], T]) -> T:
    """Run `attempt`, which must begin with a fresh snapshot, until no other writer comes in between.

    An answer that ended early is no end either: the next snapshot tells whether the commit is there. Raises
    `ConcurrentWritersError`, or `LakeCutOffError`, when that never ends.
    """
    cut: LakeCutOffError | None = None
    for number in range(ATTEMPTS):
        try:
            return attempt()
        except LostRaceError:
            cut = None
        except LakeCutOffError as error:
            cut = error
        _pause(number)
    if cut is not None:
        raise cut
    raise ConcurrentWritersError(
        f"Other writers committed to the Delta table {name} {ATTEMPTS} times while this run tried to: "
        "let one job at a time write to the lake, then start the run again."
    )


def same_version(snapshot: S, version: int) -> S:
    """The snapshot, which must be of this version. Raises `LostRaceError` where it is a newer one."""
    if snapshot.version != version:
        raise LostRaceError(f"{snapshot.location} is at version {snapshot.version}, no longer {version}.")
    return snapshot


def _pause(number: int) -> None:
    time.sleep(random.uniform(0.5, 1.0) * min(5.0, 0.05 * 2**number))
