"""S3 notifications to queues, batches to Lambdas, and what happens to messages that fail."""

import json
import subprocess
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from conftest import WORKSPACE, Account, Server, is_alive, wait_for
from pos_local_aws.hooks.sqs_window import is_due

NODE = WORKSPACE / "node_modules" / ".bin" / "node"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(data=tmp_path_factory.mktemp("data"), environ={"POS_NODE": str(NODE)}).start()
    yield running
    assert running.stop() == 0


def zipped(**files: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return buffer.getvalue()


def function(account: Account, source: str, **environment: str) -> Any:
    client = account.__getattr__("lambda")
    client.create_function(
        FunctionName="handler",
        Runtime="nodejs24.x",
        Handler="index.handler",
        Role=account.role(),
        Timeout=10,
        Code={"ZipFile": zipped(index__mjs=source)},
        Environment={"Variables": environment},
    )
    return client


def queue(account: Account, name: str, **attributes: str) -> tuple[str, str]:
    url = account.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    found = account.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, found["Attributes"]["QueueArn"]


def invocations(account: Account) -> list[dict[str, Any]]:
    """What the handler printed as JSON, one document per invocation."""
    try:
        events = account.logs.filter_log_events(logGroupName="/aws/lambda/handler")["events"]
    except account.logs.exceptions.ResourceNotFoundException:
        return []
    texts = [event["message"].rsplit("\t", 1)[-1] for event in events]
    return [json.loads(text) for text in texts if text.startswith("{")]


@pytest.mark.parametrize(
    ("waiting", "age", "due"),
    [(0, 99.0, False), (1, 0.5, False), (1, 2.0, True), (10, 0.0, True)],
    ids=["nothing waits", "window open", "window over", "batch full"],
)
def test_a_batch_is_due_when_full_or_when_its_window_is_over(waiting: int, age: float, due: bool) -> None:
    assert is_due(waiting=waiting, batch_size=10, oldest=100.0 - age, window=2.0, now=100.0) is due


COUNT = "export const handler = async (e) => { console.log(JSON.stringify({n: e.Records.length})); }"


def test_a_batch_waits_for_its_window(account: Account) -> None:
    url, arn = queue(account, "inbox")
    function(account, COUNT).create_event_source_mapping(
        EventSourceArn=arn, FunctionName="handler", BatchSize=100, MaximumBatchingWindowInSeconds=2
    )
    began = time.monotonic()
    account.sqs.send_message(QueueUrl=url, MessageBody="x")
    assert wait_for(lambda: invocations(account)) == [{"n": 1}]
    assert time.monotonic() - began >= 2


def test_waiting_messages_are_one_batch_also_beyond_ten(account: Account) -> None:
    url, arn = queue(account, "inbox")
    for start in range(0, 25, 5):
        entries = [{"Id": str(number), "MessageBody": "x"} for number in range(start, start + 5)]
        account.sqs.send_message_batch(QueueUrl=url, Entries=entries)
    function(account, COUNT).create_event_source_mapping(
        EventSourceArn=arn, FunctionName="handler", BatchSize=100, MaximumBatchingWindowInSeconds=1
    )
    assert wait_for(lambda: invocations(account)) == [{"n": 25}]


def test_events_carry_version_etag_size_and_a_growing_sequencer_and_obey_filters(account: Account) -> None:
    url, arn = queue(account, "inbox")
    bucket = account.bucket(f"source-{account.id}")
    account.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    rules = [{"Name": "prefix", "Value": "incoming/"}, {"Name": "suffix", "Value": ".csv"}]
    configuration = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": rules}}}
    account.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [configuration]}
    )
    written = []
    for key in ("incoming/a b+c.csv", "incoming/a b+c.csv", "other/a.csv", "incoming/a.txt"):
        written.append(account.s3.put_object(Bucket=bucket, Key=key, Body=b"12345"))
    parts = account.s3.create_multipart_upload(Bucket=bucket, Key="incoming/large.csv")
    upload = {"Bucket": bucket, "Key": "incoming/large.csv", "UploadId": parts["UploadId"]}
    part = account.s3.upload_part(**upload, PartNumber=1, Body=b"1234567")
    whole = account.s3.complete_multipart_upload(
        **upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )
    sqs = account.sqs
    records: list[dict[str, Any]] = []

    def look() -> bool:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            records.extend(json.loads(message["Body"]).get("Records", []))
        return len(records) >= 3

    wait_for(look)
    objects = sorted((record["s3"]["object"] for record in records), key=lambda found: found["sequencer"])
    assert [found["key"] for found in objects] == ["incoming/a+b%2Bc.csv"] * 2 + ["incoming/large.csv"]
    assert [found["versionId"] for found in objects] == [answer["VersionId"] for answer in (*written[:2], whole)]
    assert [found["eTag"] for found in objects] == [answer["ETag"].strip('"') for answer in (*written[:2], whole)]
    assert [found["size"] for found in objects] == [5, 5, 7]
    assert len({found["sequencer"] for found in objects}) == 3


def test_only_the_failed_messages_of_a_batch_come_back_and_end_in_the_dead_letter_queue(account: Account) -> None:
    dead, dead_arn = queue(account, "dead")
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": "2"})
    url, arn = queue(account, "inbox", RedrivePolicy=redrive, VisibilityTimeout="1")
    client = function(
        account,
        """export const handler = async (event) => {
            console.log(JSON.stringify({bodies: event.Records.map((r) => r.body)}));
            const failed = event.Records.filter((r) => r.body === "bad");
            return {batchItemFailures: failed.map((r) => ({itemIdentifier: r.messageId}))};
        }""",
    )
    client.update_function_configuration(FunctionName="handler", Timeout=1)
    account.sqs.send_message_batch(
        QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": body} for n, body in enumerate(("good", "bad", "fine"))]
    )
    client.create_event_source_mapping(
        EventSourceArn=arn, FunctionName="handler", BatchSize=10, FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    sqs = account.sqs
    messages = wait_for(lambda: sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=1).get("Messages"))
    assert [message["Body"] for message in messages] == ["bad"]
    bodies = [body for invocation in invocations(account) for body in invocation["bodies"]]
    assert sorted(bodies) == ["bad", "bad", "fine", "good"]


def test_a_node_function_runs_on_the_given_node_with_its_environment_and_the_endpoint(account: Account) -> None:
    client = function(
        account,
        """export const handler = async () => ({
            version: process.version, own: process.env.OWN,
            endpoint: process.env.AWS_ENDPOINT_URL, key: process.env.AWS_ACCESS_KEY_ID })""",
        OWN="value",
    )
    answer = json.loads(client.invoke(FunctionName="handler")["Payload"].read())
    version = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    assert answer == {
        "version": version,
        "own": "value",
        "endpoint": account.server.endpoint,
        "key": account.id,
    }


def test_functions_end_with_their_server(tmp_path: Path) -> None:
    server = Server(data=tmp_path, environ={"POS_NODE": str(NODE)}).start()
    account = Account(server, "000000000000")
    client = function(account, "export const handler = async () => process.pid")
    pid = json.loads(client.invoke(FunctionName="handler")["Payload"].read())
    server.stop()
    wait_for(lambda: not is_alive(pid), what="the end of the function's process")
