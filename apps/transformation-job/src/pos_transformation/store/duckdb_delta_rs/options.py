"""Where a table lies, and how it is reached, as delta-rs is told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pos_job_runtime.region import region

if TYPE_CHECKING:
    from pos_job_runtime.storage import Location


def uri_of(location: Location) -> str:
    """The location as delta-rs takes it: a folder by its path."""
    return str(location.path) if location.scheme == "file" else str(location)


def storage_options(location: Location) -> dict[str, str] | None:
    """delta-rs' options for a location. S3 commits by conditional puts, so that no lock table is needed."""
    if location.scheme == "file":
        return None
    options = {
        "aws_conditional_put": "etag",
        "aws_region": region(),
    }
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        options["aws_endpoint"] = endpoint
        options["aws_virtual_hosted_style_request"] = "false"
        if endpoint.startswith("http://"):
            options["aws_allow_http"] = "true"
    return options | _credentials()


def _credentials() -> dict[str, str]:
    """The credentials that boto3 finds, so that both libraries act as the same role wherever the job runs.

    They are asked for at each opening of a table: a role's credentials expire.
    """
    import boto3

    found = boto3.Session().get_credentials()
    if found is None:
        return {}
    frozen = found.get_frozen_credentials()
    options = {"aws_access_key_id": str(frozen.access_key), "aws_secret_access_key": str(frozen.secret_key)}
    return options | ({"aws_session_token": str(frozen.token)} if frozen.token else {})
