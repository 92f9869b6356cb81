"""A rule of EventBridge calls a function only where the function's policy lets it; nobody is told, as on AWS."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from conftest import Account, Server, wait_for
from test_queues import NODE, function, invocations

EVENTS = "events.amazonaws.com"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(data=tmp_path_factory.mktemp("data"), environ={"POS_NODE": str(NODE)}).start()
    yield running
    assert running.stop() == 0


SOURCE = "export const handler = async (event) => { process.stdout.write(JSON.stringify({ got: event }) + '\\n') }"


def send(account: Account, rule: str, told: str) -> None:
    account.events.put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))
    arn = f"arn:aws:lambda:us-east-1:{account.id}:function:handler"
    account.events.put_targets(Rule=rule, Targets=[{"Id": "function", "Arn": arn, "Input": json.dumps({"told": told})}])
    entry = {"Source": rule, "DetailType": "any", "Detail": "{}"}
    # The rule reports success, whatever becomes of the event.
    assert account.events.put_events(Entries=[entry])["FailedEntryCount"] == 0


def rule_arn(account: Account, rule: str) -> str:
    return f"arn:aws:events:us-east-1:{account.id}:rule/{rule}"


def heard(account: Account) -> list[str]:
    return [line["got"]["told"] for line in invocations(account) if "got" in line]


def let(account: Account, client: Any, **statement: str) -> None:
    given = {"StatementId": "let", "Action": "lambda:InvokeFunction", "Principal": EVENTS, **statement}
    client.add_permission(FunctionName="handler", **given)


def test_a_rule_calls_a_function_that_lets_it(account: Account) -> None:
    client = function(account, SOURCE)
    send(account, "mine", "before")
    let(account, client, SourceArn=rule_arn(account, "mine"))
    send(account, "mine", "after")
    wait_for(lambda: heard(account), what="the call")
    assert heard(account) == ["after"]


@pytest.mark.parametrize(
    "statement",
    [
        {"Principal": "s3.amazonaws.com"},
        {"Action": "lambda:GetFunction"},
        {"SourceArn": "arn:aws:events:us-east-1:ACCOUNT:rule/other"},
    ],
    ids=["another service", "another right", "another rule"],
)
def test_a_rule_does_not_call_a_function_that_lets_others(account: Account, statement: dict[str, str]) -> None:
    client = function(account, SOURCE)
    let(account, client, **{name: value.replace("ACCOUNT", account.id) for name, value in statement.items()})
    send(account, "mine", "refused")
    client.remove_permission(FunctionName="handler", StatementId="let")
    let(account, client)
    send(account, "mine", "let")
    wait_for(lambda: heard(account), what="the call")
    assert heard(account) == ["let"]
