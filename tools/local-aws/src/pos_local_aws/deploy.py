"""Deploys a synthesized stack as `cdk deploy` does, without the CDK CLI: assets, then CloudFormation by TemplateURL."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pos_local_aws.assembly import Asset, StackAssembly, read_stack
from pos_local_aws.errors import DeployError
from pos_local_aws.reader import Reader, make_reader
from pos_local_aws.settings import REGION, forget_aws_settings

_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
_BOOTSTRAP_VERSION = "30"
_POLL_SECONDS = 0.1
_PATIENCE_SECONDS = 600.0
_COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_UPLOADS = 4
_NOTHING_TO_DO = "No updates are to be performed"

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What a deployment did."""

    status: str
    """CREATED, UPDATED or UNCHANGED."""
    outputs: dict[str, str]
    seconds: float
    reader: Reader | None = None
    """Who may read the lake, with the key that this deployment made."""


class Aws:
    """The clients of one endpoint."""

    def __init__(self, endpoint: str, account: str | None) -> None:
        self.endpoint = endpoint
        forget_aws_settings(os.environ)
        session = boto3.session.Session()
        settings = {
            "endpoint_url": endpoint,
            "region_name": REGION,
            "aws_access_key_id": account or "test",
            "aws_secret_access_key": "test",
            "config": Config(retries={"max_attempts": 3}, max_pool_connections=_UPLOADS + 2),
        }
        self.s3, self.cfn, self.ssm, self.sts, self.iam = (
            session.client(name, **settings) for name in ("s3", "cloudformation", "ssm", "sts", "iam")
        )


def _make_buckets(aws: Aws, assets: tuple[Asset, ...]) -> None:
    for bucket in sorted({asset.bucket for asset in assets}):
        try:
            aws.s3.create_bucket(Bucket=bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise


def _upload(aws: Aws, asset: Asset) -> int | None:
    """Bytes sent, or None when the content is there: its hash is its name."""
    try:
        aws.s3.head_object(Bucket=asset.bucket, Key=asset.key)
        return None
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchKey", "NotFound"):
            raise
    body = asset.body()
    aws.s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=body)
    return len(body)


def _upload_all(aws: Aws, stack: StackAssembly, progress: Progress) -> None:
    _make_buckets(aws, stack.assets)
    with ThreadPoolExecutor(_UPLOADS) as pool:
        sent = [size for size in pool.map(lambda asset: _upload(aws, asset), stack.assets) if size is not None]
    progress(f"assets: {len(sent)} uploaded ({sum(sent) / 1e6:.1f} MB), {len(stack.assets) - len(sent)} already there")


def _describe(aws: Aws, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = aws.cfn.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return None if found["StackStatus"] == "DELETE_COMPLETE" else found


def _failures(aws: Aws, name: str, since: float) -> str:
    """The first failed resource and its reason; what failed after it is a consequence."""
    events = [
        event
        for event in reversed(aws.cfn.describe_stack_events(StackName=name)["StackEvents"])
        if event["ResourceStatus"].endswith("FAILED") and event["Timestamp"].timestamp() >= since - 1
    ]
    events = [event for event in events if event["LogicalResourceId"] != name] or events
    return "; ".join(
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', 'no reason')}"
        for event in events[:3]
    )


def _wait(aws: Aws, name: str, progress: Progress) -> dict[str, Any]:
    seen = ""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        if time.monotonic() > until:
            raise DeployError(f"stack {name} is {seen} after {_PATIENCE_SECONDS:.0f} s; its events say where it hangs")
        stack = _describe(aws, name)
        if stack is None:
            raise DeployError(f"stack {name} vanished while it was deployed")
        status = stack["StackStatus"]
        if status != seen:
            progress(f"stack {name}: {status}")
            seen = status
        if not status.endswith("IN_PROGRESS"):
            break
        time.sleep(_POLL_SECONDS)
    return stack


def _check_complete(aws: Aws, name: str, since: float, stack: dict[str, Any]) -> None:
    status = stack["StackStatus"]
    if status not in _COMPLETE:
        reasons = _failures(aws, name, since) or stack.get("StackStatusReason", "no reason given")
        raise DeployError(f"stack {name} ended as {status}: {reasons}")


def _is_deployed(aws: Aws, stack: StackAssembly, deployed: dict[str, Any]) -> bool:
    if deployed["StackStatus"] not in _COMPLETE:
        return False
    body = aws.cfn.get_template(StackName=stack.name)["TemplateBody"]
    found = json.loads(body) if isinstance(body, str) else body
    return bool(found == json.loads(stack.template.path.read_text()))


def _delete_broken(aws: Aws, name: str, progress: Progress) -> None:
    """A stack whose first creation failed can only be deleted, as on AWS."""
    progress(f"stack {name}: removing the rest of a failed creation")
    since = time.time()
    aws.cfn.delete_stack(StackName=name)
    while (stack := _describe(aws, name)) is not None:
        if stack["StackStatus"] == "DELETE_FAILED":
            raise DeployError(f"stack {name} cannot be removed: {_failures(aws, name, since)}")
        time.sleep(_POLL_SECONDS)


def _apply(aws: Aws, stack: StackAssembly, progress: Progress) -> tuple[str, dict[str, Any]]:
    deployed = _describe(aws, stack.name)
    if deployed is not None and deployed["StackStatus"].endswith("IN_PROGRESS"):
        progress(f"stack {stack.name}: waiting for another deployment")
        deployed = _wait(aws, stack.name, progress)
    if deployed is not None and deployed["StackStatus"] in (
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "CREATE_FAILED",
    ):
        _delete_broken(aws, stack.name, progress)
        deployed = None
    if deployed is not None and _is_deployed(aws, stack, deployed):
        progress(f"stack {stack.name}: unchanged")
        return "UNCHANGED", deployed
    request = {
        "StackName": stack.name,
        "TemplateURL": f"{aws.endpoint}/{stack.template.bucket}/{stack.template.key}",
        "Capabilities": _CAPABILITIES,
    }
    since = time.time()
    try:
        (aws.cfn.create_stack if deployed is None else aws.cfn.update_stack)(**request)
    except ClientError as error:
        if deployed is not None and _NOTHING_TO_DO in str(error):
            return "UNCHANGED", deployed
        raise
    status = "CREATED" if deployed is None else "UPDATED"
    ended = _wait(aws, stack.name, progress)
    _check_complete(aws, stack.name, since, ended)
    return status, ended


def _save(endpoint: str) -> None:
    """Ask the local AWS to write its snapshot now, so that what was just deployed survives a crash."""
    request = urllib.request.Request(f"{endpoint}/_pos/snapshot", method="POST")
    with urllib.request.urlopen(request, timeout=60):
        pass


def deploy(*, endpoint: str, assembly: Path, stack: str, progress: Progress, account: str | None = None) -> Deployment:
    """Bring the stack of an assembly to the local AWS; does nothing when it is there as it is.

    Raises AssemblyError for a bad assembly, DeployError with the failed resource and its reason.
    """
    began = time.monotonic()
    aws = Aws(endpoint.rstrip("/"), account)
    try:
        owner = aws.sts.get_caller_identity()["Account"]
        found = read_stack(assembly, stack, account=owner, region=REGION)
        aws.ssm.put_parameter(Name=_BOOTSTRAP_PARAMETER, Value=_BOOTSTRAP_VERSION, Type="String", Overwrite=True)
        _upload_all(aws, found, progress)
        status, deployed = _apply(aws, found, progress)
        outputs = {output["OutputKey"]: output["OutputValue"] for output in deployed.get("Outputs", [])}
        reader = make_reader(aws.iam, stack, outputs)
        _save(aws.endpoint)
    except (ClientError, BotoCoreError, urllib.error.URLError) as error:
        raise DeployError(f"stack {stack} is not deployed: {error}") from error
    return Deployment(status=status, outputs=outputs, seconds=round(time.monotonic() - began, 2), reader=reader)
