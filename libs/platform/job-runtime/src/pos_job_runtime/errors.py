"""Errors that a person will read: each message is a sentence that says what is wrong and what to do."""

from __future__ import annotations


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


class CopyVerificationError(StorageError):
    """A copy differs from its source; the source was left alone."""
