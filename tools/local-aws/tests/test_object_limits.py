"""What S3 refuses, each refusal with the page of AWS that has it."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import Account, Server, new_account
from pos_local_aws.hooks.object_limits import refused_copy, refused_write

MB = 1024 * 1024


def bucket_of(account: Account) -> str:
    bucket = account.bucket(f"bucket-{account.id}")
    account.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as refused:
        call()
    return str(refused.value.response["Error"]["Code"])


def test_a_page_has_a_thousand_entries_whatever_was_asked_for(account: Account) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html"""
    bucket, s3 = bucket_of(account), account.s3
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: s3.put_object(Bucket=bucket, Key=f"k/{number:04}"), range(1003)))
    first = s3.list_objects_v2(Bucket=bucket, MaxKeys=5000)
    assert (len(first["Contents"]), first["MaxKeys"], first["IsTruncated"]) == (1000, 1000, True)
    rest = s3.list_objects_v2(Bucket=bucket, ContinuationToken=first["NextContinuationToken"])
    keys = [item["Key"] for page in (first, rest) for item in page["Contents"]]
    assert keys == [f"k/{number:04}" for number in range(1003)]
    versions = s3.list_object_versions(Bucket=bucket, MaxKeys=5000)
    assert (len(versions["Versions"]), versions["IsTruncated"]) == (1000, True)


def test_a_request_deletes_at_most_a_thousand_objects(account: Account) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"""
    bucket, s3 = bucket_of(account), account.s3
    objects = [{"Key": f"k{number}"} for number in range(1001)]
    assert code_of(lambda: s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})) == "MalformedXML"
    assert len(s3.delete_objects(Bucket=bucket, Delete={"Objects": objects[:1000]})["Deleted"]) == 1000


def test_what_is_missing_is_told_from_what_is_deleted(account: Account) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html"""
    bucket, s3 = bucket_of(account), account.s3
    assert code_of(lambda: s3.get_object(Bucket=bucket, Key="none")) == "NoSuchKey"
    assert code_of(lambda: s3.head_object(Bucket=bucket, Key="none")) == "404"
    assert code_of(lambda: s3.get_object(Bucket=bucket, Key="none", VersionId="abc")) == "NoSuchVersion"
    version = s3.put_object(Bucket=bucket, Key="a", Body=b"x")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="a")["VersionId"]
    assert code_of(lambda: s3.get_object(Bucket=bucket, Key="a")) == "NoSuchKey"
    assert code_of(lambda: s3.get_object(Bucket=bucket, Key="a", VersionId=marker)) == "MethodNotAllowed"
    assert s3.get_object(Bucket=bucket, Key="a", VersionId=version)["Body"].read() == b"x"


@pytest.mark.parametrize("versioned", [True, False])
def test_an_empty_object_has_no_first_byte(account: Account, versioned: bool) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList (InvalidRange)"""
    bucket, s3 = bucket_of(account), account.s3
    version = s3.put_object(Bucket=bucket, Key="empty", Body=b"")["VersionId"]
    place = {"Bucket": bucket, "Key": "empty", **({"VersionId": version} if versioned else {})}
    assert code_of(lambda: s3.get_object(**place, Range="bytes=0-0")) == "InvalidRange"


def parts_of(s3: Any, place: dict[str, str], *bodies: bytes) -> tuple[dict[str, str], list[dict[str, Any]]]:
    upload = {**place, "UploadId": s3.create_multipart_upload(**place)["UploadId"]}
    tags = [s3.upload_part(**upload, PartNumber=n, Body=body)["ETag"] for n, body in enumerate(bodies, 1)]
    return upload, [{"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, 1)]


def test_all_parts_but_the_last_have_five_mebibytes(account: Account) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""
    s3, place = account.s3, {"Bucket": bucket_of(account), "Key": "large"}
    upload, parts = parts_of(s3, place, b"x" * (5 * MB - 1), b"y")
    whole = {"MultipartUpload": {"Parts": parts}}
    assert code_of(lambda: s3.complete_multipart_upload(**upload, **whole)) == "EntityTooSmall"
    upload, parts = parts_of(s3, place, b"x" * (5 * MB), b"y")
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    assert s3.head_object(**place)["ContentLength"] == 5 * MB + 1


def test_parts_are_completed_in_order_by_the_tags_of_their_uploads(account: Account) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html"""
    s3, place = account.s3, {"Bucket": bucket_of(account), "Key": "large"}
    upload, parts = parts_of(s3, place, b"x" * (5 * MB), b"y")
    foreign = [{"PartNumber": 1, "ETag": '"beef"'}]
    for given, code in ((parts[::-1], "InvalidPartOrder"), (foreign, "InvalidPart"), ([], "MalformedXML")):
        whole = {"Parts": given}
        assert code_of(lambda whole=whole: s3.complete_multipart_upload(**upload, MultipartUpload=whole)) == code
    assert code_of(lambda: s3.upload_part(**upload, PartNumber=10_001, Body=b"")) == "InvalidArgument"
    assert code_of(lambda: s3.list_parts(**{**upload, "UploadId": "none"})) == "NoSuchUpload"


def test_metadata_have_two_kibibytes(account: Account) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html"""
    s3, place = account.s3, {"Bucket": bucket_of(account), "Key": "a"}
    for call in (s3.put_object, s3.create_multipart_upload):
        assert code_of(lambda call=call: call(**place, Metadata={"a": "x" * 2048})) == "MetadataTooLarge"
        call(**place, Metadata={"a": "x" * 2047})


def test_if_none_match_knows_no_entity_tags(account: Account) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"""
    s3, place = account.s3, {"Bucket": bucket_of(account), "Key": "a"}
    assert code_of(lambda: s3.put_object(**place, IfNoneMatch='"tag"')) == "NotImplemented"


def test_if_match_replaces_what_it_names_and_makes_nothing(account: Account) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""
    s3, place = account.s3, {"Bucket": bucket_of(account), "Key": "a"}
    assert code_of(lambda: s3.put_object(**place, IfMatch='"tag"')) == "NoSuchKey"
    tag = s3.put_object(**place, Body=b"1")["ETag"]
    s3.put_object(**place, Body=b"2", IfMatch=tag)
    assert code_of(lambda: s3.put_object(**place, Body=b"3", IfMatch=tag)) == "PreconditionFailed"


def test_a_copy_onto_itself_changes_something(account: Account) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html"""
    s3, place = account.s3, {"Bucket": bucket_of(account), "Key": "a"}
    version = s3.put_object(**place, Body=b"x")["VersionId"]
    s3.put_object(**place, Body=b"y")
    assert code_of(lambda: s3.copy_object(**place, CopySource=place)) == "InvalidRequest"
    s3.copy_object(**place, CopySource=place, MetadataDirective="REPLACE")
    s3.copy_object(**place, CopySource={**place, "VersionId": version})  # as versions are brought back
    assert s3.get_object(**place)["Body"].read() == b"x"


def test_a_conditional_copy_replaces_nothing(account: Account) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""
    bucket, s3 = bucket_of(account), account.s3
    for key in ("a", "b"):
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    copy = {"Bucket": bucket, "CopySource": {"Bucket": bucket, "Key": "a"}, "IfNoneMatch": "*"}
    assert code_of(lambda: s3.copy_object(**copy, Key="b")) == "PreconditionFailed"
    s3.copy_object(**copy, Key="c")


def test_one_request_writes_and_copies_five_gibibytes_at_most() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html

    Held to the rule itself: nobody wants to send as much.
    """
    for size, code in ((5 * 1024**3, None), (5 * 1024**3 + 1, "EntityTooLarge")):
        assert (refused_write({}, size) or (None,))[0] == code
    for size, code in ((5 * 1024**3, None), (5 * 1024**3 + 1, "InvalidRequest")):
        assert (refused_copy({}, size, onto_itself=False) or (None,))[0] == code


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account on a server that evaluates policies, with the bucket `kept` and the object `there` in two versions."""
    server = Server(data=tmp_path_factory.mktemp("data"), iam=True).start()
    account = new_account(server)
    account.bucket("kept")
    account.s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    account.s3.put_object(Bucket="kept", Key="there", Body=b"x")
    yield account
    server.stop()


def reader(account: Account, name: str, *, listing: dict[str, Any] | None) -> Any:
    """A client that may read and write every object, and list as it is told."""
    actions = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
    statements = [{"Effect": "Allow", "Action": actions, "Resource": "arn:aws:s3:::*/*"}]
    if listing is not None:
        statements.append({"Effect": "Allow", "Resource": "arn:aws:s3:::kept", **listing})
    account.iam.create_user(UserName=name)
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    account.iam.put_user_policy(UserName=name, PolicyName="read", PolicyDocument=document)
    key = account.iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.client(
        "s3",
        endpoint_url=account.server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )


@pytest.mark.parametrize(
    ("name", "listing", "missing", "version"),
    [
        ("nobody", None, "AccessDenied", "AccessDenied"),
        ("lister", {"Action": "s3:ListBucket"}, "NoSuchKey", "AccessDenied"),
        ("both", {"Action": ["s3:ListBucket", "s3:ListBucketVersions"]}, "NoSuchKey", "NoSuchVersion"),
        (
            "prefix",
            {"Action": "s3:ListBucket", "Condition": {"StringLike": {"s3:prefix": ["*"]}}},
            "AccessDenied",
            "AccessDenied",
        ),
    ],
)
def test_who_may_not_list_is_not_told_that_something_is_missing(
    guarded: Account, name: str, listing: dict[str, Any] | None, missing: str, version: str
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"""
    s3 = reader(guarded, name, listing=listing)
    assert s3.get_object(Bucket="kept", Key="there")["Body"].read() == b"x"
    assert code_of(lambda: s3.get_object(Bucket="kept", Key="none")) == missing
    assert code_of(lambda: s3.head_object(Bucket="kept", Key="none")) == ("403" if missing == "AccessDenied" else "404")
    assert code_of(lambda: s3.get_object(Bucket="kept", Key="there", VersionId="none")) == version
    copy = {"Bucket": "kept", "Key": "copy", "CopySource": {"Bucket": "kept", "Key": "none"}}
    assert code_of(lambda: s3.copy_object(**copy)) == missing
