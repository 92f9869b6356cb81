"""What can end this job, beyond the errors of every job. Each message is a sentence for a person."""

from __future__ import annotations

from pos_job_runtime.errors import JobError


class RunError(JobError):
    """The run's validation results are missing, incomplete or damaged."""


class TableMismatchError(JobError):
    """A table in the lake has another shape than the plan says."""


class LakeError(JobError):
    """The lake refused or failed an operation on a table."""


class ConcurrentWritersError(JobError):
    """Other writers kept winning the commit."""


class EngineError(JobError):
    """An engine failed to evaluate a statement of the plan."""


class EngineMissingError(JobError):
    """The engine that was asked for is not part of this build."""
