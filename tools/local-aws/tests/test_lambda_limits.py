"""What a Lambda may not do, each limit with the page of AWS that has it."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from conftest import Account, Server, wait_for
from pos_local_aws.hooks.lambda_settings import function_problems, mapping_problems
from test_queues import NODE, function, invocations, queue

MB = 1024 * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    environ = {"POS_NODE": str(NODE), "SECRET_OF_THE_HOST": "x"}
    running = Server(data=tmp_path_factory.mktemp("data"), environ=environ).start()
    yield running
    assert running.stop() == 0


def answer(client: Any, event: Any) -> tuple[str | None, Any]:
    """The error's kind, and what the function answered."""
    found = client.invoke(FunctionName="handler", Payload=json.dumps(event).encode())
    return found.get("FunctionError"), json.loads(found["Payload"].read())


def configured(account: Account, source: str, **settings: Any) -> Any:
    client = function(account, source)
    if settings:
        client.update_function_configuration(FunctionName="handler", **settings)
    return client


WRITES = """
import fs from "node:fs"; import os from "node:os"; import path from "node:path"
export const handler = async ({ size }) => {
  const written = (file) => {
    try { fs.writeFileSync(file, "x"); return true } catch (error) { return error.code }
  }
  const own = path.join(os.tmpdir(), "own")
  const large = fs.openSync(own, "w")
  let refused
  try { fs.ftruncateSync(large, size) } catch (error) { refused = error.code }
  return { own: written(own), code: written("own"), up: written("../own"), var: written("/var/tmp/pos-own"), refused }
}"""


def test_a_function_writes_to_its_temporary_folder_and_nowhere_else(account: Account) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    client = configured(account, WRITES)
    denied = "ERR_ACCESS_DENIED"
    expected = {"own": True, "code": denied, "up": denied, "var": denied}
    assert answer(client, {"size": 512 * MB}) == (None, expected)
    assert answer(client, {"size": 512 * MB + 1}) == (None, {**expected, "refused": "EFBIG"})


def test_a_function_that_takes_more_memory_than_it_has_is_killed(account: Account) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html"""
    source = """
    const held = []
    export const handler = async ({ mb }) => {
      for (let n = 0; n < mb; n += 8) {
        held.push(Buffer.alloc(8 << 20, 1))
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      return held.length
    }"""
    client = configured(account, source, MemorySize=256)
    assert answer(client, {"mb": 80}) == (None, 10)
    kind, told = answer(client, {"mb": 800})
    assert kind == "Unhandled"
    assert told["errorMessage"].endswith("Runtime exited with error: signal: killed")
    assert answer(client, {"mb": 8}) == (None, 1)  # in a new environment


def test_a_function_sees_its_own_variables_and_those_of_aws_alone(account: Account) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
    source = "export const handler = async () => [Object.keys(process.env), new Date(0).getHours()]"
    client = configured(account, source, Environment={"Variables": {"OWN": "x"}})
    _, (names, hour) = answer(client, {})
    assert {"OWN", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_LAMBDA_FUNCTION_NAME", "_HANDLER"} <= set(names)
    assert not {"SECRET_OF_THE_HOST", "HOME", "USER"} & set(names)
    assert hour == 0


# The first of a message's deliveries goes wrong, in one way or the other; the second is taken.
TWICE = """
export const handler = async ({ Records: [record] }) => {
  const count = Number(record.attributes.ApproximateReceiveCount)
  console.log(JSON.stringify({ count }))
  if (count > 1) return
  if (record.body === "slow") await new Promise((resolve) => setTimeout(resolve, 60_000))
  const held = []
  while (held.length < 100) {
    held.push(Buffer.alloc(8 << 20, 1))
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}"""


@pytest.mark.parametrize("trouble", ["slow", "large"])
def test_the_event_of_a_function_that_was_killed_comes_again(account: Account, trouble: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html"""
    url, arn = queue(account, "inbox", VisibilityTimeout="2")
    client = configured(account, TWICE, Timeout=2, MemorySize=256)
    client.create_event_source_mapping(EventSourceArn=arn, FunctionName="handler", BatchSize=1)
    account.sqs.send_message(QueueUrl=url, MessageBody=trouble)
    wait_for(lambda: {"count": 2} in invocations(account), what="the second delivery")
    time.sleep(2.5)
    assert [found["count"] for found in invocations(account)].count(2) == 1  # and is gone then


def test_a_batch_is_no_more_than_an_invocation_takes(account: Account) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    url, arn = queue(account, "inbox", VisibilityTimeout="60")
    for _ in range(12):
        account.sqs.send_message(QueueUrl=url, MessageBody="x" * 900_000)
    source = """export const handler = async (event) => {
      console.log(JSON.stringify({ n: event.Records.length, size: JSON.stringify(event).length }))
    }"""
    configured(account, source, MemorySize=512).create_event_source_mapping(
        EventSourceArn=arn, FunctionName="handler", BatchSize=100, MaximumBatchingWindowInSeconds=1
    )
    found = wait_for(lambda: sum(one["n"] for one in invocations(account)) == 12 and invocations(account), seconds=60)
    assert all(one["size"] <= 6 * MB for one in found)


def test_an_event_that_is_too_large_is_refused(account: Account) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
    client = configured(account, "export const handler = async (event) => event.length", MemorySize=512)
    assert answer(client, "x" * (6 * MB - 100)) == (None, 6 * MB - 100)
    for size, kind in ((6 * MB, "RequestResponse"), (MB, "Event")):
        with pytest.raises(ClientError, match="RequestTooLargeException"):
            client.invoke(FunctionName="handler", InvocationType=kind, Payload=json.dumps("x" * size).encode())


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"Environment": {"Variables": {"AWS_REGION": "x", "LAMBDA_TASK_ROOT": "x"}}}, "AWS_REGION, LAMBDA_TASK_ROOT"),
        ({"Environment": {"Variables": {"A-B": "x"}}}, "pattern"),
        ({"Environment": {"Variables": {"OWN": "x" * 4096}}}, "4KB"),
        ({"Timeout": "901"}, "Timeout"),
        ({"MemorySize": 10_241}, "MemorySize"),
    ],
)
def test_settings_that_lambda_refuses_are_named(settings: dict[str, Any], told: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime"""
    assert [told in problem for problem in function_problems(settings)] == [True]
    assert not list(function_problems({"Timeout": 60, "Environment": {"Variables": {"STAGE": "x"}}}))


def test_a_queue_hides_its_messages_for_as_long_as_the_function_may_take(account: Account) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    _, arn = queue(account, "inbox", VisibilityTimeout="9")
    client = configured(account, "export const handler = async () => {}", Timeout=10)
    source = {"EventSourceArn": arn, "FunctionName": "handler"}
    with pytest.raises(ClientError, match="less than Function timeout"):
        client.create_event_source_mapping(**source)
    with pytest.raises(ClientError, match="greater than 0 if maximum batch size"):
        client.create_event_source_mapping(**source, BatchSize=11)
    sound: Callable[..., Any] = mapping_problems
    assert not list(sound({"BatchSize": 1000, "MaximumBatchingWindowInSeconds": 60}, hidden=420, timeout=60))


def test_a_package_is_at_most_250_mebibytes_unpacked(account: Account) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("zeros.bin", bytes(251 * MB))
    client = configured(account, "export const handler = async () => {}")
    with pytest.raises(ClientError, match="Unzipped size must be smaller than 262144000 bytes"):
        client.update_function_code(FunctionName="handler", ZipFile=buffer.getvalue())
