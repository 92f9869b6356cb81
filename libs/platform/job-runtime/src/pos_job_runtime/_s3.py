"""The store for `s3://`."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from pos_job_runtime._s3_client import s3_client
from pos_job_runtime._s3_errors import code_of, patiently, translated, unreadable
from pos_job_runtime._s3_reads import PART, read_into, read_parts
from pos_job_runtime.errors import CopyVerificationError, ObjectMissingError, ObjectUnreadableError, StorageError
from pos_job_runtime.locations import Location, ObjectVersion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# CopyObject's limit is 5 GB (10^9 bytes, to be safe); larger objects are copied in parts.
SINGLE_COPY = 5 * 1000**3
# Below this a file is sent from memory: boto3 would start threads for each.
SMALL = 1 << 20
# What S3 answers to a conditional write where there is an object, or where another one is being written.
TAKEN = ("PreconditionFailed", "ConditionalRequestConflict")


class S3Store:
    """S3 by boto3. Passing trouble is waited out, for about half a minute."""

    def __init__(self, *, connections: int) -> None:
        self._client = s3_client(connections=connections)
        self._threads = min(8, connections)
        self._transfer = TransferConfig(
            multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=self._threads
        )

    def get(self, version: ObjectVersion) -> bytes:
        sink = io.BytesIO()
        self._read(version, sink)
        return sink.getvalue()

    def check(self, version: ObjectVersion) -> None:
        with self._reading(version):
            # A HEAD does not tell what is archived.
            answer = patiently(
                lambda: self._client.get_object(**_place(version), **_if_match(version), Range="bytes=0-0")
            )
            answer["Body"].close()

    def download(self, version: ObjectVersion, path: Path) -> None:
        size = version.size or 0
        if size > PART and (version.version_id or version.etag):
            with self._reading(version):
                read_parts(path, self._client, _place(version), etag=version.etag, size=size, threads=self._threads)
        else:
            with path.open("wb") as file:
                self._read(version, file)
        found = path.stat().st_size
        if version.size is not None and found != version.size:
            raise StorageError(f"{version.location}: {found} bytes arrived, not the {version.size} that were listed.")

    def put(self, location: Location, data: bytes, content_type: str) -> None:
        with translated(location):
            place = {"Bucket": location.bucket, "Key": location.key}
            patiently(lambda: self._client.put_object(**place, Body=data, ContentType=content_type))

    def create(self, location: Location, data: bytes, content_type: str) -> bool:
        place = {"Bucket": location.bucket, "Key": location.key, "IfNoneMatch": "*"}
        with translated(location):
            try:
                patiently(lambda: self._client.put_object(**place, Body=data, ContentType=content_type))
            except ClientError as error:
                if code_of(error) in TAKEN:
                    return False
                raise
        return True

    def upload(self, location: Location, path: Path, content_type: str) -> None:
        if path.stat().st_size < SMALL:
            self.put(location, path.read_bytes(), content_type)
            return
        extra = {"ContentType": content_type}
        with translated(location):
            patiently(
                lambda: self._client.upload_file(
                    str(path), location.bucket, location.key, ExtraArgs=extra, Config=self._transfer
                )
            )

    def publish(self, location: Location, path: Path) -> None:
        self.upload(location, path, "application/octet-stream")
        path.unlink()

    def list(self, prefix: Location) -> Iterator[ObjectVersion]:
        following: dict[str, str] = {}
        while True:
            with translated(prefix):
                page = patiently(
                    lambda: self._client.list_objects_v2(Bucket=prefix.bucket, Prefix=prefix.key, **following)  # noqa: B023
                )
            for item in page.get("Contents", ()):
                location = Location("s3", prefix.bucket, item["Key"])
                yield ObjectVersion(location, etag=item.get("ETag"), size=item["Size"])
            if not page.get("IsTruncated"):
                return
            following = {"ContinuationToken": page["NextContinuationToken"]}

    def copy_verified(self, source: ObjectVersion, target: Location) -> None:
        with translated(source.location):
            before, after = patiently(lambda: self._copied(source, target))
        if after["ContentLength"] != before["ContentLength"] or _differ(before, after):
            raise CopyVerificationError(f"The copy of {source.location} at {target} differs from it; the source stays.")

    def delete_version(self, version: ObjectVersion) -> None:
        try:
            with translated(version.location):
                if version.version_id is None:
                    patiently(lambda: self._client.head_object(**_place(version), **_if_match(version)))
                patiently(lambda: self._client.delete_object(**_place(version)))
        except ObjectMissingError:
            return

    def delete(self, location: Location) -> None:
        with translated(location):
            patiently(lambda: self._client.delete_object(Bucket=location.bucket, Key=location.key))

    def _read(self, version: ObjectVersion, sink: BinaryIO) -> None:
        with self._reading(version):
            read_into(sink, self._client, _place(version), etag=version.etag)

    def _copied(self, source: ObjectVersion, target: Location) -> tuple[Any, Any]:
        """Copy, and tell what S3 says of both."""
        origin = _place(source)
        before = self._client.head_object(**origin, **_if_match(source))
        if before["ContentLength"] <= SINGLE_COPY:
            only = {} if source.version_id else {"CopySourceIfMatch": before["ETag"]}
            self._client.copy_object(Bucket=target.bucket, Key=target.key, CopySource=origin, **only)
        else:
            self._client.copy(origin, target.bucket, target.key, Config=self._transfer)
        return before, self._client.head_object(Bucket=target.bucket, Key=target.key)

    @contextmanager
    def _reading(self, version: ObjectVersion) -> Iterator[None]:
        """As `translated`, and an object that can't be read is told from rights that are missing."""
        try:
            with translated(version.location):
                yield
        except StorageError as error:
            answer = error.__cause__
            found = unreadable(answer, version.location) if isinstance(answer, ClientError) else None
            if found is None:
                raise
            if not found.certain:
                found = self._foreign_key(version) or found
            raise found from answer

    def _foreign_key(self, version: ObjectVersion) -> ObjectUnreadableError | None:
        """The error of a denied object, if a KMS key that its bucket does not encrypt with is what keeps it closed.

        Its metadata are encrypted with no key: who may read the object may read them without the key, and they name it.
        """
        try:
            head = self._client.head_object(**_place(version), **_if_match(version))
            key = str(head.get("SSEKMSKeyId") or "")
            default = self._client.get_bucket_encryption(Bucket=version.location.bucket)
        except ClientError:
            return None
        rules = default["ServerSideEncryptionConfiguration"]["Rules"]
        own = {str(rule.get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID") or "") for rule in rules}
        # The bucket may name its key by its ARN or by its id alone; an alias can't be compared.
        if not key or any(name.rpartition("/")[2] == key.rpartition("/")[2] or "alias/" in name for name in own):
            return None
        why = f"it is encrypted with the KMS key {key}, which the platform may not use"
        return ObjectUnreadableError(str(version.location), why, certain=True)


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
