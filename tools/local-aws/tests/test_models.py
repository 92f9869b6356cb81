"""Calls that a service's model does not allow are refused, in the service's own protocol and words."""

import json
import urllib.request
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from conftest import Account, Server
from pos_local_aws.context import service_model
from pos_local_aws.hooks.request_models import MODELS
from pos_local_aws.models.constraints import Problem, compiled, problems
from pos_local_aws.models.requests import read_call
from pos_local_aws.models.routes import Request


@pytest.fixture(scope="module")
def careless(server: Server) -> Any:
    """Makes clients that look at nothing themselves."""

    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(parameter_validation=False, retries={"max_attempts": 1}),
        )

    return client


ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
VERSIONING = {"VersioningConfiguration": {"Status": "On"}}


@pytest.mark.parametrize(
    ("service", "operation", "params", "code", "words"),
    [
        ("glue", "start_job_run", {"JobName": "j" * 256}, "ValidationException", "'jobName'.*equal to 255"),
        ("glue", "start_job_run", {}, "ValidationException", "'jobName'.*must not be null"),
        ("glue", "start_job_run", {"JobName": "a\tb\x00"}, "ValidationException", "'jobName'.*regular expression"),
        ("glue", "get_job_run", {"JobName": "j"}, "ValidationException", "'runId'.*must not be null"),
        ("glue", "start_job_run", {"JobName": "j", "Arguments": {"--a": 1}}, "SerializationException", "arguments.--a"),
        ("glue", "start_job_run", {"JobName": "j", "WorkerType": "G.9X"}, "ValidationException", "enum value set"),
        ("glue", "get_job_runs", {"JobName": "j", "MaxResults": 201}, "ValidationException", "equal to 200"),
        ("stepfunctions", "start_execution", {"stateMachineArn": ARN, "name": "n" * 81}, "ValidationException", "name"),
        ("logs", "filter_log_events", {"logGroupName": "g", "limit": 10_001}, "InvalidParameterException", "'limit'"),
        ("logs", "get_log_events", {"logGroupName": "?", "logStreamName": "s"}, "InvalidParameterException", "pattern"),
        ("kms", "describe_key", {}, "ValidationException", "'keyId'.*must not be null"),
        ("events", "put_rule", {"Name": "a b", "EventPattern": "{}"}, "ValidationException", "pattern"),
        ("ssm", "get_parameter", {"Name": ""}, "ValidationException", "greater than or equal to 1"),
        ("lambda", "get_function", {"FunctionName": "f" * 300}, "ValidationException", "'functionName'"),
        ("lambda", "invoke", {"FunctionName": "f", "InvocationType": "Later"}, "ValidationException", "enum"),
        ("sns", "publish", {"TopicArn": "arn:aws:sns:us-east-1:000000000000:t"}, "ValidationError", "'message'"),
        ("iam", "get_role", {"RoleName": "a/b"}, "ValidationError", "'roleName'.*regular expression"),
        ("cloudformation", "delete_stack", {}, "ValidationError", "'stackName'"),
        ("cloudformation", "create_stack", {"StackName": "s", "OnFailure": "WAIT"}, "ValidationError", "enum"),
        ("s3", "put_bucket_versioning", {"Bucket": "b", **VERSIONING}, "MalformedXML", "enum"),
        ("s3", "put_object", {"Bucket": "b", "Key": "k", "StorageClass": "COLD"}, "InvalidArgument", "enum"),
        ("s3", "list_objects_v2", {"Bucket": "b", "MaxKeys": "some"}, "InvalidArgument", "'maxKeys'"),
        ("s3", "delete_objects", {"Bucket": "b", "Delete": {"Objects": [{"VersionId": "v"}]}}, "MalformedXML", "key"),
    ],
)  # fmt: skip
def test_a_call_is_refused(careless: Any, service: str, operation: str, params: Any, code: str, words: str) -> None:
    with pytest.raises(ClientError, match=words) as refused:
        getattr(careless(service), operation)(**params)
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_member_that_the_model_does_not_know_is_refused(server: Server) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        _post(server, "AWSGlue.StartJobRun", b'{"JobName": "j", "JobArguments": {}}')
    assert "StartJobRunRequest has no such member" in refused.value.read().decode()


def test_a_body_that_is_no_json_is_refused(server: Server) -> None:
    for body in (b"{", b"[]"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            _post(server, "AWSGlue.StartJobRun", body)
        assert json.load(refused.value)["__type"] == "SerializationException"


def _post(server: Server, target: str, body: bytes) -> None:
    headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.1"}
    urllib.request.urlopen(urllib.request.Request(server.endpoint, data=body, headers=headers)).close()


def test_what_was_called_is_kept_with_the_kind_of_client(server: Server, account: Account) -> None:
    account.bucket("noted")
    account.s3.put_object(Bucket="noted", Key="a", Body=b"1")
    account.glue.get_jobs()
    lines = [json.loads(line) for line in (server.data / "operations.jsonl").read_text().splitlines()]
    for service, operation in (("s3", "PutObject"), ("s3", "CreateBucket"), ("glue", "GetJobs")):
        assert lines.count({"service": service, "operation": operation, "client": "boto3"}) == 1


def test_every_pattern_of_these_services_can_be_checked_but_for_classes_of_unicode() -> None:
    unknown = {
        pattern
        for name in MODELS.values()
        for shape in service_model(name).shape_names
        if (pattern := service_model(name).shape_for(shape).metadata.get("pattern")) and compiled(pattern) is None
    }
    # The last two are no patterns in Java's own words either.
    rest = [pattern for pattern in unknown if "\\p{L}" not in pattern]
    assert sorted(rest) == [r"[\w-_]*", r"^arn:aws[a-z0-9-]*:iam::\d{12}:role\/[\w-\/.@+=,]{1,1017}$"]


def test_the_patterns_of_java_mean_the_same_here() -> None:
    glue = service_model("glue").shape_for("NameString")
    assert not list(problems(glue, "Straße 😀\t"))
    assert [one.kind for one in problems(glue, "a\x00")] == ["pattern"]
    for pattern, good, bad in (
        (r"[\p{Graph}\x20]*", "a b~", "a\x01"),
        (r"\p{Alnum}+", "a1", "a-"),
        (r"\w+", "a_1", "ä"),
    ):
        found = compiled(pattern)
        assert found is not None
        assert found.fullmatch(good)
        assert not found.fullmatch(bad)


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "operation"),
    [
        ("GET", "/", {}, {}, "ListBuckets"),
        ("PUT", "/b", {}, {}, "CreateBucket"),
        ("GET", "/b/", {"list-type": ["2"], "prefix": ["a/"]}, {}, "ListObjectsV2"),
        ("GET", "/b", {"prefix": ["a/"]}, {}, "ListObjects"),
        ("GET", "/b", {"versions": [""]}, {}, "ListObjectVersions"),
        ("PUT", "/b/a/b", {"x-id": ["PutObject"]}, {}, "PutObject"),
        ("PUT", "/b/a/b", {}, {"x-amz-copy-source": "b/c"}, "CopyObject"),
        ("PUT", "/b/a", {"uploadId": ["u"], "partNumber": ["1"]}, {}, "UploadPart"),
        ("PUT", "/b/a", {"uploadId": ["u"], "partNumber": ["1"]}, {"x-amz-copy-source": "b/c"}, "UploadPartCopy"),
        ("POST", "/b/a", {"uploads": [""]}, {}, "CreateMultipartUpload"),
        ("POST", "/b/a", {"uploadId": ["u"]}, {}, "CompleteMultipartUpload"),
        ("DELETE", "/b/a", {"versionId": ["v"]}, {}, "DeleteObject"),
        ("DELETE", "/b/a", {"uploadId": ["u"]}, {}, "AbortMultipartUpload"),
        ("HEAD", "/b/a/", {}, {}, "HeadObject"),
        ("GET", "/b/a", {"tagging": [""]}, {}, "GetObjectTagging"),
    ],
)
def test_a_request_to_s3_is_told_by_its_form(method: str, path: str, query: Any, headers: Any, operation: str) -> None:
    request = Request(method=method, path=path, query=query, headers=headers, body=b"")
    call = read_call(service_model("s3"), request)
    assert call is not None
    assert call.operation.name == operation


def test_what_is_wrong_within_is_named_by_its_place() -> None:
    shape = service_model("events").operation_model("PutTargets").input_shape
    found = list(problems(shape, {"Rule": "r", "Targets": [{"Id": "1", "Arn": "a"}, {"Id": "", "Arnn": "a"}]}))
    assert [(one.kind, one.path) for one in found] == [
        ("missing", "targets.2.arn"),
        ("length", "targets.2.id"),
        ("pattern", "targets.2.id"),
        ("unknown", "targets.2.arnn"),
    ]
    assert found[1] == Problem("length", "targets.2.id", "Member must have length greater than or equal to 1")
