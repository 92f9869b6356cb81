"""What can end this job, beyond the errors of every job. Each message is a sentence for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pos_job_runtime.errors import JobError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

A = TypeVar("A")
B = TypeVar("B")


class RunError(JobError):
    """The run's validation results are missing, incomplete or damaged."""


class TableMismatchError(JobError):
    """A table in the lake has another shape than the plan says."""


class LakeError(JobError):
    """The lake refused or failed an operation on a table."""


class LakeCutOffError(LakeError):
    """An answer of the lake's storage ended early: what was done is not known, and may be tried again."""


class LostRaceError(Exception):
    """Another writer's commit came in between: what was read before no longer counts. Whoever reads again may win."""


class ConcurrentWritersError(JobError):
    """Other writers kept winning the commit."""


class EngineError(JobError):
    """An engine failed to evaluate a statement of the plan."""


class UncomputableError(EngineError):
    """A statement of the plan can't be computed from these rows, however often it is tried."""


class StaleFiguresError(JobError):
    """The run is loaded, but some of its dates could not be computed for a KPI."""


class NotTheCanaryError(JobError):
    """Rows stand on the canary's date that are not its own."""


class EngineMissingError(JobError):
    """The engine that was asked for is not part of this build."""


def all_of(items: Iterable[A], each: Callable[[A], B]) -> list[B]:
    """What `each` gives for all of `items`. One that fails keeps no other from being done; its error comes after."""
    done: list[B] = []
    failed: list[JobError] = []
    for item in items:
        try:
            done.append(each(item))
        except JobError as error:
            failed.append(error)
    if failed:
        raise failed[0]
    return done
