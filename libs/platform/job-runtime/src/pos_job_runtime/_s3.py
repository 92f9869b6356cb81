"""The store for `s3://`."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from boto3.compat import filter_python_deprecation_warnings
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pos_job_runtime.errors import CopyVerificationError, ObjectMissingError, StorageError
from pos_job_runtime.storage import Location, ObjectVersion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MISSING = frozenset(
    {"404", "NoSuchKey", "NoSuchVersion", "NotFound", "PreconditionFailed", "412", "MethodNotAllowed", "405"}
)
# Below this an object travels in one request; above it in parallel parts.
PART = 16 * 1024 * 1024
# CopyObject's limit is 5 GB (10^9 bytes, to be safe); larger objects are copied in parts.
SINGLE_COPY = 5 * 1000**3


class S3Store:
    """S3 by boto3, with adaptive retries. Endpoint and credentials come from the standard AWS_* variables."""

    def __init__(self, *, connections: int) -> None:
        # Glue Python Shell has no newer Python; a warning about that in every log helps nobody.
        filter_python_deprecation_warnings()
        own_endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
        self._client: Any = boto3.client(
            "s3",
            region_name=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
            config=Config(
                retries={"mode": "standard", "max_attempts": 6},
                max_pool_connections=connections,
                connect_timeout=10,
                read_timeout=120,
                # A host of one's own (the local AWS) has no DNS name for each bucket.
                s3={"addressing_style": "path"} if own_endpoint else {},
            ),
        )
        self._transfer = TransferConfig(
            multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=min(8, connections)
        )

    def get(self, version: ObjectVersion) -> bytes:
        with _translated(version.location):
            body: bytes = self._open(version)["Body"].read()
            return body

    def check(self, version: ObjectVersion) -> None:
        with _translated(version.location):
            self._client.head_object(**_place(version), **_if_match(version))

    def download(self, version: ObjectVersion, path: Path) -> None:
        with _translated(version.location):
            # The transfer manager reads in parallel parts, but pins them to a version only by its id.
            if version.version_id is not None and (version.size or 0) > PART:
                extra = {"VersionId": version.version_id}
                self._client.download_file(
                    version.location.bucket, version.location.key, str(path), ExtraArgs=extra, Config=self._transfer
                )
            else:
                body = self._open(version)["Body"]
                with path.open("wb") as file:
                    for block in body.iter_chunks(1 << 20):
                        file.write(block)
        found = path.stat().st_size
        if version.size is not None and found != version.size:
            raise StorageError(f"{version.location}: {found} bytes arrived, not the {version.size} that were listed.")

    def put(self, location: Location, data: bytes, content_type: str) -> None:
        with _translated(location):
            self._client.put_object(Bucket=location.bucket, Key=location.key, Body=data, ContentType=content_type)

    def upload(self, location: Location, path: Path, content_type: str) -> None:
        with _translated(location):
            self._client.upload_file(
                str(path),
                location.bucket,
                location.key,
                ExtraArgs={"ContentType": content_type},
                Config=self._transfer,
            )

    def publish(self, location: Location, path: Path) -> None:
        self.upload(location, path, "application/octet-stream")
        path.unlink()

    def list(self, prefix: Location) -> Iterator[ObjectVersion]:
        with _translated(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=prefix.bucket, Prefix=prefix.key)
            for page in pages:
                for item in page.get("Contents", ()):
                    location = Location("s3", prefix.bucket, item["Key"])
                    yield ObjectVersion(location, etag=item.get("ETag"), size=item["Size"])

    def copy_verified(self, source: ObjectVersion, target: Location) -> None:
        origin = _place(source)
        with _translated(source.location):
            before = self._client.head_object(**origin, **_if_match(source))
            if before["ContentLength"] <= SINGLE_COPY:
                only = {} if source.version_id else {"CopySourceIfMatch": before["ETag"]}
                self._client.copy_object(Bucket=target.bucket, Key=target.key, CopySource=origin, **only)
            else:
                self._client.copy(origin, target.bucket, target.key, Config=self._transfer)
            after = self._client.head_object(Bucket=target.bucket, Key=target.key)
        if after["ContentLength"] != before["ContentLength"] or _differ(before, after):
            raise CopyVerificationError(f"The copy of {source.location} at {target} differs from it; the source stays.")

    def delete_version(self, version: ObjectVersion) -> None:
        try:
            with _translated(version.location):
                if version.version_id is None:
                    self._client.head_object(**_place(version), **_if_match(version))
                self._client.delete_object(**_place(version))
        except ObjectMissingError:
            return

    def delete(self, location: Location) -> None:
        with _translated(location):
            self._client.delete_object(Bucket=location.bucket, Key=location.key)

    def _open(self, version: ObjectVersion) -> Any:
        return self._client.get_object(**_place(version), **_if_match(version))


def _place(version: ObjectVersion) -> dict[str, str]:
    """The version as S3's calls name it."""
    place = {"Bucket": version.location.bucket, "Key": version.location.key}
    return place if version.version_id is None else {**place, "VersionId": version.version_id}


def _if_match(version: ObjectVersion) -> dict[str, str]:
    """Without a version id the entity tag is all that tells one version from the next."""
    if version.version_id is not None or version.etag is None:
        return {}
    return {"IfMatch": version.etag}


def _differ(before: Any, after: Any) -> bool:
    """Whether two objects of equal size are known to differ.

    An entity tag is the content's MD5 only for an object written in one part and not encrypted with KMS, so that only
    tags of that form, on both sides, say anything.
    """
    tags = [head.get("ETag", "").strip('"') for head in (before, after)]
    kms = any("kms" in head.get("ServerSideEncryption", "") for head in (before, after))
    return not kms and all(len(tag) == 32 for tag in tags) and tags[0] != tags[1]


@contextmanager
def _translated(location: Location) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        message = str(error.response.get("Error", {}).get("Message", "")) or code
        if code in MISSING:
            raise ObjectMissingError(f"{location} is not there ({code}).") from error
        raise StorageError(f"{location}: {message} ({code} on {error.operation_name}).") from error
    except BotoCoreError as error:
        raise StorageError(f"{location}: {error}") from error
