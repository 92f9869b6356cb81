"""The AWS region that a job works in."""

from __future__ import annotations

import os

from pos_job_runtime.errors import UsageError

_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")


def use_region(given: str) -> None:
    """Have every library work in this region, whatever the environment says; an empty one changes nothing.

    A job's argument decides: AWS does not say that a Glue job's environment names its region.
    """
    if given:
        os.environ.update(dict.fromkeys(_VARIABLES, given))


def region() -> str:
    """The region that the job was given, or that of the environment. Raises `UsageError` when nothing names one."""
    for variable in _VARIABLES:
        if found := os.environ.get(variable):
            return found
    raise UsageError("The AWS region is not known: give the job the argument --region, or set AWS_REGION.")
