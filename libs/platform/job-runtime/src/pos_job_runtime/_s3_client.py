"""boto3's client of S3, without what takes up Python's time in each request and changes nothing about it.

Jobs with many small files ask for each, on threads of which one runs at a time.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from boto3.compat import filter_python_deprecation_warnings
from botocore.config import Config
from botocore.utils import parse_timestamp

from pos_job_runtime.region import region

if TYPE_CHECKING:
    from collections.abc import Sequence

# What botocore would ask S3's rules for endpoints about, for each object anew, although none of these rules reads it.
NO_SAY = ("Key", "Prefix", "CopySource")


def s3_client(*, connections: int) -> Any:
    """Endpoint and credentials come from the standard AWS_* variables."""
    # Glue Python Shell has no newer Python; a warning about that in every log helps nobody.
    filter_python_deprecation_warnings()
    own_endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    core = botocore.session.get_session()
    loader = core.get_component("data_loader")
    # Which services there are: botocore would look twice into the folders of all four hundred.
    loader.list_available_services = lambda *_, **__: _names_in(loader.search_paths)
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_moment)
    session = boto3.Session(botocore_session=core)
    client = session.client(
        "s3",
        region_name=region(),
        config=Config(
            retries={"mode": "standard", "max_attempts": 3},
            max_pool_connections=connections,
            connect_timeout=10,
            read_timeout=120,
            # Who asks: put together once.
            user_agent=core.user_agent(),
            # A host of one's own (the local AWS) has no DNS name for each bucket.
            s3={"addressing_style": "path"} if own_endpoint else {},
        ),
    )
    for name in NO_SAY:
        client._ruleset_resolver._param_definitions.pop(name, None)
    return client


def _names_in(folders: Sequence[str]) -> list[str]:
    return [path.name for folder in folders if Path(folder).is_dir() for path in Path(folder).iterdir()]


def _moment(value: Any) -> Any:
    """A moment in an answer. Those in headers stay texts: every object has one, and nobody here reads it."""
    return value if isinstance(value, str) and value.endswith(" GMT") else parse_timestamp(value)
