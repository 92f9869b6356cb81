"""Objects: versions, ranges, conditions and listings as the jobs use them, and what a crash may tear."""

import hashlib
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from conftest import Account
from pos_local_aws.object_files import repair

MB = 1024 * 1024


def versioned(account: Account) -> str:
    bucket = account.bucket(f"bucket-{account.id}")
    account.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


@pytest.mark.parametrize("size", [100, 3 * MB], ids=["small", "large"])
@pytest.mark.parametrize("current", [True, False], ids=["current", "displaced"])
def test_a_range_of_a_version_is_that_range(account: Account, size: int, current: bool) -> None:
    bucket, body = versioned(account), os.urandom(size)
    version = account.s3.put_object(Bucket=bucket, Key="a/b.bin", Body=body)["VersionId"]
    if not current:
        account.s3.put_object(Bucket=bucket, Key="a/b.bin", Body=b"newer")
    for wanted, part in (("bytes=10-19", body[10:20]), ("bytes=-7", body[-7:]), ("bytes=50-", body[50:])):
        answer = account.s3.get_object(Bucket=bucket, Key="a/b.bin", VersionId=version, Range=wanted)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert answer["Body"].read() == part
    with pytest.raises(ClientError, match=r"416|InvalidRange"):
        account.s3.get_object(Bucket=bucket, Key="a/b.bin", VersionId=version, Range=f"bytes={size}-")


def test_a_parallel_download_of_a_version_gives_its_bytes(account: Account) -> None:
    bucket, body = versioned(account), os.urandom(20 * MB)
    parts = TransferConfig(multipart_threshold=5 * MB, multipart_chunksize=5 * MB)
    account.s3.upload_fileobj(BytesIO(body), bucket, "large.csv", Config=parts)
    version = account.s3.head_object(Bucket=bucket, Key="large.csv")["VersionId"]
    account.s3.put_object(Bucket=bucket, Key="large.csv", Body=b"newer")
    target = BytesIO()
    account.s3.download_fileobj(bucket, "large.csv", target, ExtraArgs={"VersionId": version}, Config=parts)
    assert hashlib.sha256(target.getvalue()).digest() == hashlib.sha256(body).digest()


def test_a_range_of_the_current_object_is_that_range(account: Account) -> None:
    bucket, body = account.bucket(f"bucket-{account.id}"), os.urandom(2 * MB)
    account.s3.put_object(Bucket=bucket, Key="x", Body=body)
    assert account.s3.get_object(Bucket=bucket, Key="x", Range="bytes=5-9")["Body"].read() == body[5:10]
    assert account.s3.get_object(Bucket=bucket, Key="x")["Body"].read() == body


def test_a_named_version_is_copied_and_deleted_without_touching_the_newer_one(account: Account) -> None:
    bucket, key = versioned(account), "incoming/naïve +1.csv"
    old, new = (account.s3.put_object(Bucket=bucket, Key=key, Body=body)["VersionId"] for body in (b"old", b"new"))
    source = {"Bucket": bucket, "Key": key, "VersionId": old}
    account.s3.copy_object(Bucket=bucket, Key=f"rejected/{key}", CopySource=source)
    assert account.s3.get_object(Bucket=bucket, Key=f"rejected/{key}")["Body"].read() == b"old"
    account.s3.delete_object(Bucket=bucket, Key=key, VersionId=old)
    assert account.s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"new"
    account.s3.delete_object(Bucket=bucket, Key=key, VersionId=old)  # again: no error, as on AWS
    for action in (account.s3.get_object, account.s3.head_object):
        with pytest.raises(ClientError):
            action(Bucket=bucket, Key=key, VersionId=old)
    account.s3.delete_object(Bucket=bucket, Key=key, VersionId=new)
    assert "Contents" not in account.s3.list_objects_v2(Bucket=bucket, Prefix="incoming/")


def test_deleting_the_newest_version_brings_the_older_one_back(account: Account) -> None:
    bucket = versioned(account)
    body = os.urandom(2 * MB)
    account.s3.put_object(Bucket=bucket, Key="k", Body=body)
    newest = account.s3.put_object(Bucket=bucket, Key="k", Body=b"newest")["VersionId"]
    account.s3.delete_object(Bucket=bucket, Key="k", VersionId=newest)
    assert account.s3.get_object(Bucket=bucket, Key="k")["Body"].read() == body


def test_of_many_conditional_puts_one_wins(account: Account) -> None:
    bucket, s3, barrier = account.bucket(f"bucket-{account.id}"), account.s3, threading.Barrier(8)

    def put(number: int) -> str:
        barrier.wait()
        try:
            s3.put_object(Bucket=bucket, Key="log/0.json", Body=str(number).encode(), IfNoneMatch="*")
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "won"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(put, range(8))) == ["PreconditionFailed"] * 7 + ["won"]


def test_version_listings_are_paged_to_the_end(account: Account) -> None:
    bucket = versioned(account)
    for number in range(6):
        for _ in range(2):
            account.s3.put_object(Bucket=bucket, Key=f"k{number}", Body=b"x")
    account.s3.delete_object(Bucket=bucket, Key="k0")
    pages = list(account.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, MaxKeys=5))
    assert len(pages) == 3
    versions = [(item["Key"], item["VersionId"]) for page in pages for item in page.get("Versions", [])]
    assert len(versions) == len(set(versions)) == 12
    assert sum(len(page.get("DeleteMarkers", [])) for page in pages) == 1


@pytest.mark.parametrize("key", ["k" * 1024, "é" * 512, "d/" * 511 + "xy", "\\back/ slash\\"], ids=len)
def test_keys_of_up_to_1024_bytes_are_kept(account: Account, key: str) -> None:
    bucket = versioned(account)
    account.s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    account.s3.copy_object(
        Bucket=bucket, Key=key, CopySource={"Bucket": bucket, "Key": key}, MetadataDirective="REPLACE"
    )
    assert account.s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"x"
    assert [item["Key"] for item in account.s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]


@pytest.mark.parametrize("key", ["k" * 1025, "é" * 512 + "x"], ids=len)
def test_longer_keys_are_refused_by_every_operation(account: Account, key: str) -> None:
    bucket = versioned(account)
    account.s3.put_object(Bucket=bucket, Key="a", Body=b"x")
    place = {"Bucket": bucket, "Key": key}
    for operation in (
        lambda: account.s3.put_object(**place, Body=b""),
        lambda: account.s3.get_object(**place),
        lambda: account.s3.copy_object(**place, CopySource={"Bucket": bucket, "Key": "a"}),
        lambda: account.s3.create_multipart_upload(**place),
    ):
        with pytest.raises(ClientError, match="KeyTooLongError"):
            operation()
    with pytest.raises(ClientError, match="400"):
        account.s3.head_object(**place)


@pytest.mark.parametrize("storage", ["GLACIER", "DEEP_ARCHIVE"])
@pytest.mark.parametrize("current", [True, False], ids=["current", "displaced"])
def test_archived_objects_answer_to_head_and_to_nothing_that_needs_their_bytes(
    account: Account, storage: str, current: bool
) -> None:
    bucket = versioned(account)
    version = account.s3.put_object(Bucket=bucket, Key="a", Body=b"x", StorageClass=storage)["VersionId"]
    if not current:
        account.s3.put_object(Bucket=bucket, Key="a", Body=b"newer")
    source = {"Bucket": bucket, "Key": "a", "VersionId": version}
    assert account.s3.head_object(**source)["StorageClass"] == storage
    upload = account.s3.create_multipart_upload(Bucket=bucket, Key="b")["UploadId"]
    for operation in (
        lambda: account.s3.get_object(**source),
        lambda: account.s3.get_object(**source, Range="bytes=0-0"),
        lambda: account.s3.copy_object(Bucket=bucket, Key="b", CopySource=source),
        lambda: account.s3.upload_part_copy(Bucket=bucket, Key="b", CopySource=source, PartNumber=1, UploadId=upload),
    ):
        with pytest.raises(ClientError, match="InvalidObjectState"):
            operation()


def test_objects_with_a_key_of_their_sender_s_own_need_it(account: Account) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html"""
    bucket = versioned(account)
    secret = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    version = account.s3.put_object(Bucket=bucket, Key="a", Body=b"x", **secret)["VersionId"]
    source = {"Bucket": bucket, "Key": "a", "VersionId": version}
    assert account.s3.get_object(**source, **secret)["Body"].read() == b"x"
    with pytest.raises(ClientError, match=r"InvalidRequest.*Server Side Encryption"):
        account.s3.get_object(**source)
    with pytest.raises(ClientError, match="400"):
        account.s3.head_object(**source)
    with pytest.raises(ClientError, match="InvalidRequest"):
        account.s3.copy_object(Bucket=bucket, Key="b", CopySource=source)


def test_bodies_do_not_stay_in_memory(account: Account) -> None:
    bucket, process = versioned(account), account.server.process
    assert process is not None

    def resident() -> int:
        status = Path(f"/proc/{process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) // 1024

    body = os.urandom(20 * MB)
    account.s3.put_object(Bucket=bucket, Key="warm", Body=body)
    before = resident()
    for number in range(10):
        account.s3.put_object(Bucket=bucket, Key=f"k{number % 2}", Body=body)
    assert resident() - before < 100  # MB, after 200 MB


def write(path: Path, text: str, *, at: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (at, at))


def test_a_torn_put_is_undone(tmp_path: Path) -> None:
    bucket = tmp_path / "000000000000" / "b"
    # Whole.
    write(bucket / "whole", "x", at=10)
    write(bucket / "whole.meta.json", "{}", at=11)
    # New bytes, metadata of version v1, whose bytes were set aside.
    write(bucket / "f/overwritten", "new", at=20)
    write(bucket / "f/overwritten.meta.json", json.dumps({"version_id": "v1", "etag": '"e"'}), at=11)
    write(tmp_path / ".versions/000000000000/b/v1/f/overwritten", "old", at=20)
    # A first put without metadata, and one over a delete marker.
    write(bucket / "first", "new", at=20)
    write(bucket / "deleted", "new", at=20)
    write(bucket / "deleted.meta.json", json.dumps({"is_delete_marker": True}), at=11)
    # An unversioned overwrite.
    write(bucket / "plain", "new", at=20)
    write(bucket / "plain.meta.json", json.dumps({"size": 99, "etag": '"old"', "content_type": "text/csv"}), at=11)
    assert len(repair(tmp_path)) == 4
    assert (bucket / "f/overwritten").read_text() == "old"
    assert not (bucket / "first").exists()
    assert not (bucket / "deleted").exists()
    meta = json.loads((bucket / "plain.meta.json").read_text())
    assert (meta["size"], meta["content_type"]) == (3, "text/csv")
    assert meta["etag"] == f'"{hashlib.md5(b"new").hexdigest()}"'
    assert repair(tmp_path) == []
