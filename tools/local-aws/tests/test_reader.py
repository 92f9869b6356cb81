"""Who may read the lake cannot write, whether IAM is on or off."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import Account, Server, new_account
from pos_local_aws.reader import make_reader


@pytest.fixture(scope="module", params=[False, True], ids=["without IAM", "with IAM"])
def account(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    server = Server(data=tmp_path_factory.mktemp("data"), iam=request.param).start()
    own = new_account(server)
    for bucket in ("lake", "results"):
        own.bucket(bucket)
        own.s3.put_object(Bucket=bucket, Key="curated/a", Body=b"rows")
    yield own
    server.stop()


def reader_of(account: Account, stack: str = "pos") -> Any:
    found = make_reader(account.iam, stack, {"LakeBucketName": "lake"})
    assert found is not None
    return boto3.client(
        "s3",
        endpoint_url=account.server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=found.access_key_id,
        aws_secret_access_key=found.secret_access_key,
    )


def test_a_reader_reads_and_writes_nothing(account: Account, tmp_path: Path) -> None:
    s3 = reader_of(account)
    assert s3.get_object(Bucket="lake", Key="curated/a")["Body"].read() == b"rows"
    assert [found["Key"] for found in s3.list_objects_v2(Bucket="lake")["Contents"]] == ["curated/a"]
    (tmp_path / "big").write_bytes(b"x" * 9_000_000)
    writes = (
        lambda: s3.put_object(Bucket="lake", Key="curated/b", Body=b"x"),
        lambda: s3.delete_object(Bucket="lake", Key="curated/a"),
        lambda: s3.delete_objects(Bucket="lake", Delete={"Objects": [{"Key": "curated/a"}]}),
        lambda: s3.copy_object(Bucket="lake", Key="curated/c", CopySource="lake/curated/a"),
        lambda: s3.create_multipart_upload(Bucket="lake", Key="curated/d"),
        lambda: s3.create_bucket(Bucket="another"),
    )
    for write in writes:
        with pytest.raises(ClientError, match="AccessDenied"):
            write()
    assert [found["Key"] for found in account.s3.list_objects_v2(Bucket="lake")["Contents"]] == ["curated/a"]


def test_with_iam_a_reader_sees_the_lake_only(account: Account) -> None:
    if not account.server.iam:
        pytest.skip("without IAM no policy is evaluated")
    with pytest.raises(ClientError, match="AccessDenied"):
        reader_of(account).get_object(Bucket="results", Key="curated/a")


def test_a_new_key_takes_the_place_of_the_old_one(account: Account) -> None:
    first = make_reader(account.iam, "twice", {"LakeBucketName": "lake"})
    second = make_reader(account.iam, "twice", {"LakeBucketName": "lake"})
    assert first is not None
    assert second is not None
    keys = account.iam.list_access_keys(UserName="twice-reader")["AccessKeyMetadata"]
    assert [key["AccessKeyId"] for key in keys] == [second.access_key_id]
    assert make_reader(account.iam, "none", {}) is None
