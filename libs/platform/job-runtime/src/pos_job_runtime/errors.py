"""Errors that a person will read: each message is a sentence that says what is wrong and what to do."""

from __future__ import annotations

from pos_job_runtime.exhausted import exhausted_line


class JobError(Exception):
    """The job can't go on. `str(error)` is fit to be shown to a user; `exit_code` is the process' exit code."""

    exit_code = 1


class UsageError(JobError):
    """The command line is wrong."""

    exit_code = 2


class PlanError(JobError):
    """The plan can't be read, is damaged, or has another format than this job understands."""


class DocumentError(JobError):
    """A document of an earlier step (manifest, summary) is missing or malformed."""


class StorageError(JobError):
    """An object store refused or failed an operation."""


class ObjectMissingError(StorageError):
    """The object, or the version of it that was asked for, is not there."""


class ObjectUnreadableError(StorageError):
    """The object is there, but the store does not give its content to this job.

    `why` goes on from "it can't be read: ". `certain` tells that the object is the cause, whatever the job's rights
    are; otherwise the job may have been denied everything.
    """

    def __init__(self, place: str, why: str, *, certain: bool) -> None:
        super().__init__(f"{place} can't be read: {why}.")
        self.why = why
        self.certain = certain


class MachineError(JobError):
    """This machine can't do it: disk or memory are used up. It says nothing about the data."""

    @staticmethod
    def by(error: BaseException) -> MachineError:
        """The error that tells a user of `error`, for which `is_exhausted` holds."""
        return MachineError.because(exhausted_line(error) or str(error))

    @staticmethod
    def because(told: str) -> MachineError:
        """The same, where `told` says how it is known."""
        return MachineError(
            f"The job's disk or memory is used up ({told}). No data are judged by that, and none are lost: give the "
            "job more of both, or less to do at a time, and start the run again."
        )


class CopyVerificationError(StorageError):
    """A copy differs from its source; the source was left alone."""
