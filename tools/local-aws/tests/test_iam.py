"""Policies as AWS evaluates them, where the emulator by itself would know too little."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import Account, Server, new_account


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account with the bucket `lake`, which demands conditional writes of commits."""
    server = Server(data=tmp_path_factory.mktemp("data"), iam=True).start()
    account = new_account(server)
    account.bucket("lake")
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::lake/*/_log/????.json",
        "Condition": {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    account.s3.put_bucket_policy(Bucket="lake", Policy=json.dumps(policy))
    yield account
    server.stop()


@pytest.fixture(scope="module")
def writer(owner: Account) -> Any:
    """An S3 client of a user who may write to the lake."""
    return _client_of_a_user(owner)


def _client_of_a_user(account: Account) -> Any:
    account.iam.create_user(UserName="writer")
    allowed = {"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject"], "Resource": "arn:aws:s3:::*/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    account.iam.put_user_policy(UserName="writer", PolicyName="write", PolicyDocument=document)
    key = account.iam.create_access_key(UserName="writer")["AccessKey"]
    return boto3.client(
        "s3",
        endpoint_url=account.server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )


def test_a_bucket_may_demand_that_writes_are_conditional(writer: Any) -> None:
    writer.put_object(Bucket="lake", Key="t/_log/0000.json", Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError, match="AccessDenied"):
        writer.put_object(Bucket="lake", Key="t/_log/0000.json", Body=b"second")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        writer.put_object(Bucket="lake", Key="t/_log/0000.json", Body=b"second", IfNoneMatch="*")
    assert writer.get_object(Bucket="lake", Key="t/_log/0000.json")["Body"].read() == b"first"
    for free in ("t/_log/00000.json", "t/_log/0000.crc", "t/0000.json"):
        writer.put_object(Bucket="lake", Key=free, Body=b"any")


def test_the_parts_of_an_upload_need_no_condition_but_its_completion_does(writer: Any) -> None:
    where = {"Bucket": "lake", "Key": "t/_log/0001.json"}
    upload = {**where, "UploadId": writer.create_multipart_upload(**where)["UploadId"]}
    tag = writer.upload_part(**upload, PartNumber=1, Body=b"part")["ETag"]
    whole = {**upload, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": tag}]}}
    with pytest.raises(ClientError, match="AccessDenied"):
        writer.complete_multipart_upload(**whole)
    writer.complete_multipart_upload(**whole, IfNoneMatch="*")


def test_a_copy_onto_such_a_key_is_refused(writer: Any) -> None:
    writer.put_object(Bucket="lake", Key="elsewhere", Body=b"any")
    with pytest.raises(ClientError, match="AccessDenied"):
        writer.copy_object(Bucket="lake", Key="t/_log/0002.json", CopySource="lake/elsewhere")


def test_a_copy_of_tagged_objects_needs_the_rights_to_tags(owner: Account, writer: Any) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html

    The writer may get and put objects, and has no right to tags.
    """
    owner.s3.put_object(Bucket="lake", Key="tagged", Body=b"any", Tagging="kind=sales")
    copy = {"Bucket": "lake", "Key": "copy", "CopySource": "lake/tagged"}
    with pytest.raises(ClientError, match="AccessDenied"):
        writer.copy_object(**copy)
    writer.copy_object(**copy, TaggingDirective="REPLACE")


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An S3 client of a user who may write to the bucket `inbox`, which refuses what could not be read later."""
    server = Server(data=tmp_path_factory.mktemp("data"), iam=True).start()
    account = new_account(server)
    account.bucket("inbox")
    key_id = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    refused = [
        {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}},
        {"Null": {"s3:x-amz-storage-class": "false"}, "StringNotEquals": {"s3:x-amz-storage-class": ["STANDARD"]}},
        {"Null": {key_id: "false"}, "StringNotEquals": {key_id: OUR_KEY}},
    ]
    statements = [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::inbox/*",
            "Condition": condition,
        }
        for condition in refused
    ]
    account.s3.put_bucket_policy(Bucket="inbox", Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    yield _client_of_a_user(account)
    server.stop()


OUR_KEY = "arn:aws:kms:us-east-1:123456789012:key/ours"
SENDERS_KEY = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}


@pytest.mark.parametrize(
    "headers",
    [
        {"StorageClass": "GLACIER"},
        {"StorageClass": "DEEP_ARCHIVE"},
        SENDERS_KEY,
        {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "arn:aws:kms:us-east-1:123456789012:key/theirs"},
    ],
    ids=["GLACIER", "DEEP_ARCHIVE", "SSE-C", "another key"],
)
def test_a_bucket_may_refuse_what_could_not_be_read(inbox: Any, headers: dict[str, str]) -> None:
    where = {"Bucket": "inbox", "Key": "a.csv"}
    with pytest.raises(ClientError, match="AccessDenied"):
        inbox.put_object(**where, Body=b"any", **headers)
    with pytest.raises(ClientError, match="AccessDenied"):
        inbox.create_multipart_upload(**where, **headers)
    with pytest.raises(ClientError, match=r"NoSuchKey|AccessDenied"):
        inbox.get_object(**where)


@pytest.mark.parametrize(
    "headers",
    [{}, {"StorageClass": "STANDARD"}, {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": OUR_KEY}],
    ids=["nothing said", "STANDARD", "our key"],
)
def test_what_such_a_bucket_takes_it_takes_in_parts_too(inbox: Any, headers: dict[str, str]) -> None:
    where = {"Bucket": "inbox", "Key": "b.csv"}
    inbox.put_object(**where, Body=b"any", **headers)
    upload = {**where, "UploadId": inbox.create_multipart_upload(**where, **headers)["UploadId"]}
    tag = inbox.upload_part(**upload, PartNumber=1, Body=b"part")["ETag"]
    inbox.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]})


def test_a_simulation_knows_every_resource_and_the_values_of_condition_keys(account: Account) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    account.iam.create_role(RoleName="reader", AssumeRolePolicyDocument=document)
    statements = [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"},
        {
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::a",
            "Condition": {"StringLike": {"s3:prefix": "runs/*"}},
        },
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    account.iam.put_role_policy(RoleName="reader", PolicyName="read", PolicyDocument=policy)

    def decisions(action: str, *resources: str, **keys: str) -> list[str]:
        entries = [
            {"ContextKeyName": f"s3:{key}", "ContextKeyValues": [value], "ContextKeyType": "string"}
            for key, value in keys.items()
        ]
        answer = account.iam.simulate_principal_policy(
            PolicySourceArn=account.role("reader"),
            ActionNames=[action],
            ResourceArns=list(resources),
            ContextEntries=entries,
        )
        return [result["EvalDecision"] for result in answer["EvaluationResults"]]

    assert decisions("s3:GetObject", "arn:aws:s3:::a/x", "arn:aws:s3:::b/x") == ["allowed", "implicitDeny"]
    assert decisions("s3:ListBucket", "arn:aws:s3:::a") == ["implicitDeny"]
    assert decisions("s3:ListBucket", "arn:aws:s3:::a", prefix="runs/1") == ["allowed"]
    assert decisions("s3:ListBucket", "arn:aws:s3:::a", prefix="other") == ["implicitDeny"]


def test_a_log_group_stands_in_policies_with_its_streams(tmp_path: Any) -> None:
    server = Server(data=tmp_path, iam=True).start()
    try:
        account = new_account(server)
        account.iam.create_user(UserName="logger")
        named = f"arn:aws:logs:us-east-1:{account.id}:log-group:"
        actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        for name, resource in (("with", f"{named}/with:*"), ("without", f"{named}/without")):
            statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
            document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            account.iam.put_user_policy(UserName="logger", PolicyName=name, PolicyDocument=document)
        key = account.iam.create_access_key(UserName="logger")["AccessKey"]
        logs = boto3.client(
            "logs",
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )
        logs.create_log_group(logGroupName="/with")
        logs.create_log_stream(logGroupName="/with", logStreamName="s")
        logs.put_log_events(logGroupName="/with", logStreamName="s", logEvents=[{"timestamp": 1, "message": "m"}])
        account.logs.create_log_group(logGroupName="/without")
        with pytest.raises(ClientError, match="AccessDenied"):
            logs.create_log_stream(logGroupName="/without", logStreamName="s")
        lines = [json.loads(line) for line in (tmp_path / "iam-calls.jsonl").read_text().splitlines()]
        own = [line for line in lines if str(line["principal"]).endswith("user/logger")]
        assert [line["decision"] for line in own] == ["Allow", "Allow", "Allow", "ImplicitDeny"]
    finally:
        server.stop()
