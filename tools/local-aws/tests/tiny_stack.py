"""A small stack shaped like the real one, written as the CDK writes it: a cloud assembly with hashed assets.

Source bucket (versioned, TLS only) → queue with dead-letter queue → Lambda, in batches → state machine → Glue job,
which copies each file to the results bucket. Every role may do only what it must.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

NAME = "tiny-local"

HANDLER = """
import hashlib, json, os, urllib.parse
import boto3

def handler(event, _context):
    files = []
    for message in event["Records"]:
        for record in json.loads(message["body"]).get("Records", []):
            found = record["s3"]["object"]
            files.append({
                "bucket": record["s3"]["bucket"]["name"],
                "key": urllib.parse.unquote_plus(found["key"]),
                **{name: found[name] for name in ("versionId", "eTag", "size", "sequencer")},
            })
    if not files:
        return {"batchItemFailures": []}
    text = json.dumps(sorted(files, key=lambda file: file["sequencer"]))
    boto3.client("stepfunctions").start_execution(
        stateMachineArn=os.environ["STATE_MACHINE"],
        name=hashlib.sha256(text.encode()).hexdigest()[:32],
        input=json.dumps({"files": text, "count": len(files)}),
    )
    metric = {"Namespace": "Tiny", "Dimensions": [[]], "Metrics": [{"Name": "Files", "Unit": "Count"}]}
    print(json.dumps({"_aws": {"Timestamp": 1, "CloudWatchMetrics": [metric]}, "Files": len(files)}))
    return {"batchItemFailures": []}
"""

JOB = """
import json, sys
import boto3

given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
s3 = boto3.client("s3")
for file in json.loads(given["--files"]):
    source = {"Bucket": file["bucket"], "Key": file["key"], "VersionId": file["versionId"]}
    s3.copy_object(Bucket=given["--results"], Key=file["key"], CopySource=source)
    print("copied", file["key"])
"""

_ASSETS = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"


def _role(service: str, *statements: dict[str, Any]) -> dict[str, Any]:
    trust = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [
                {
                    "PolicyName": "own",
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": [_allow(**part) for part in statements]},
                }
            ],
        },
    }


def _allow(*, actions: list[str], resources: list[Any]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _arn(resource: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [resource, "Arn"]}


def _objects(bucket: str) -> dict[str, Any]:
    return {"Fn::Join": ["", [_arn(bucket), "/*"]]}


def _bucket(**more: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::S3::Bucket",
        "Properties": {"VersioningConfiguration": {"Status": "Enabled"}, **more.pop("properties", {})},
        **more,
    }


def _tls_only(bucket: str) -> dict[str, Any]:
    deny = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [_arn(bucket), _objects(bucket)],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": bucket},
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [deny]},
        },
    }


def _definition() -> dict[str, Any]:
    text = json.dumps(
        {
            "QueryLanguage": "JSONata",
            "StartAt": "Copy",
            "States": {
                "Copy": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::glue:startJobRun.sync",
                    "Arguments": {"JobName": "@job@", "Arguments": {"--files": "{% $states.input.files %}"}},
                    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Tell"}],
                    "Output": {"count": "{% $states.input.count %}"},
                    "End": True,
                },
                "Tell": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::sns:publish",
                    "Arguments": {"TopicArn": "@topic@", "Message": "{% $states.input %}"},
                    "Next": "Failed",
                },
                "Failed": {"Type": "Fail", "Error": "CopyFailed", "Cause": "the copy job failed"},
            },
        }
    )
    before, rest = text.split("@job@")
    middle, after = rest.split("@topic@")
    return {"Fn::Join": ["", [before, {"Ref": "Job"}, middle, {"Ref": "Topic"}, after]]}


def template(*, code_key: str, script_key: str, **changes: Any) -> dict[str, Any]:
    """`grants=False` takes away the job's right to write results; `window` is the batching window in seconds;
    `max_receives` of 0 is one that no queue can be made with."""
    grants, window = changes.get("grants", True), changes.get("window", 1)
    assets = {"Fn::Sub": f"arn:aws:s3:::{_ASSETS}/*"}
    writes = [{"actions": ["s3:PutObject"], "resources": [_objects("Results")]}] if grants else []
    queue_policy = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": _arn("Queue"),
    }
    notification = {
        "Event": "s3:ObjectCreated:*",
        "Queue": _arn("Queue"),
        "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "incoming/"}]}},
    }
    resources: dict[str, Any] = {
        "Source": _bucket(
            properties={"NotificationConfiguration": {"QueueConfigurations": [notification]}}, DependsOn=["QueuePolicy"]
        ),
        "SourcePolicy": _tls_only("Source"),
        "Results": _bucket(),
        "ResultsPolicy": _tls_only("Results"),
        "DeadLetters": {"Type": "AWS::SQS::Queue", "Properties": {}},
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "VisibilityTimeout": 60,
                "RedrivePolicy": {
                    "deadLetterTargetArn": _arn("DeadLetters"),
                    "maxReceiveCount": changes.get("max_receives", 2),
                },
            },
        },
        "QueuePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [{"Ref": "Queue"}],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [queue_policy]},
            },
        },
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
        "FunctionRole": _role(
            "lambda",
            {
                "actions": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                "resources": [_arn("Queue")],
            },
            {"actions": ["states:StartExecution"], "resources": [{"Ref": "Machine"}]},
        ),
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.12",
                "Handler": "index.handler",
                "Timeout": 30,
                "Role": _arn("FunctionRole"),
                "Code": {"S3Bucket": {"Fn::Sub": _ASSETS}, "S3Key": code_key},
                "Environment": {"Variables": {"STATE_MACHINE": {"Ref": "Machine"}}},
            },
        },
        "Mapping": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": _arn("Queue"),
                "FunctionName": {"Ref": "Function"},
                "BatchSize": 100,
                "MaximumBatchingWindowInSeconds": window,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        },
        "JobRole": _role(
            "glue",
            {"actions": ["s3:GetObject"], "resources": [assets]},
            {"actions": ["s3:GetObject", "s3:GetObjectVersion"], "resources": [_objects("Source")]},
            {
                "actions": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                "resources": [{"Fn::Sub": "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws-glue/*"}],
            },
            *writes,
        ),
        "Job": {
            "Type": "AWS::Glue::Job",
            "Properties": {
                "Role": _arn("JobRole"),
                "Command": {
                    "Name": "pythonshell",
                    "PythonVersion": "3.9",
                    "ScriptLocation": {"Fn::Sub": f"s3://{_ASSETS}/{script_key}"},
                },
                "DefaultArguments": {"--results": {"Ref": "Results"}},
                "ExecutionProperty": {"MaxConcurrentRuns": 3},
                "Timeout": 5,
            },
        },
        "MachineRole": _role(
            "states",
            {
                "actions": ["glue:StartJobRun", "glue:GetJobRun", "glue:BatchStopJobRun"],
                "resources": [{"Fn::Sub": "arn:aws:glue:${AWS::Region}:${AWS::AccountId}:job/${Job}"}],
            },
            {"actions": ["sns:Publish"], "resources": [{"Ref": "Topic"}]},
        ),
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"RoleArn": _arn("MachineRole"), "DefinitionString": _definition()},
        },
    }
    outputs = {
        "SourceBucketName": {"Value": {"Ref": "Source"}},
        "ResultsBucketName": {"Value": {"Ref": "Results"}},
        "StateMachineArn": {"Value": {"Ref": "Machine"}},
        "QueueUrl": {"Value": {"Ref": "Queue"}},
        "DeadLetterQueueUrl": {"Value": {"Ref": "DeadLetters"}},
    }
    bootstrap = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}
    return {"Resources": resources, "Outputs": outputs, "Parameters": {"BootstrapVersion": bootstrap}}


def _asset(path: str, packaging: str, key: str) -> dict[str, Any]:
    place = {"bucketName": _ASSETS, "objectKey": key}
    return {"source": {"path": path, "packaging": packaging}, "destinations": {"here": place}}


def write_assembly(folder: Path, **changes: Any) -> Path:
    """Write the assembly as `cdk synth` would."""
    shutil.rmtree(folder, ignore_errors=True)
    code = folder / "asset.code"
    code.mkdir(parents=True)
    (code / "index.py").write_text(HANDLER)
    (folder / "asset.script.py").write_text(JOB)
    code_key, script_key = (
        f"{hashlib.sha256(text.encode()).hexdigest()}.{suffix}" for text, suffix in ((HANDLER, "zip"), (JOB, "py"))
    )
    body = json.dumps(template(code_key=code_key, script_key=script_key, **changes), indent=1)
    (folder / f"{NAME}.template.json").write_text(body)
    files = {
        "code": _asset("asset.code", "zip", code_key),
        "script": _asset("asset.script.py", "file", script_key),
        "template": _asset(f"{NAME}.template.json", "file", f"{hashlib.sha256(body.encode()).hexdigest()}.json"),
    }
    (folder / f"{NAME}.assets.json").write_text(json.dumps({"version": "36.0.0", "files": files}))
    artifact = {"type": "aws:cloudformation:stack", "properties": {"templateFile": f"{NAME}.template.json"}}
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": {NAME: artifact}}))
    return folder
