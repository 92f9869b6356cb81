"""Executions: their names, their counts and their log."""

import json

import pytest
from botocore.exceptions import ClientError

from conftest import Account, wait_for
from state_machines import end_of, machine, start


def test_starting_the_same_execution_again_is_one_start(account: Account) -> None:
    arn = machine(account, {"Wait": {"Type": "Wait", "Seconds": 2, "End": True}})
    first = start(account, arn, {"run": 1}, name="r1")
    assert start(account, arn, {"run": 1}, name="r1") == first
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        start(account, arn, {"run": 2}, name="r1")
    end_of(account, first)
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        start(account, arn, {"run": 1}, name="r1")


@pytest.mark.parametrize(
    ("name", "code"), [("a:b", "InvalidName"), ("with space", "InvalidName"), ("x" * 81, "ValidationException")]
)
def test_a_name_that_aws_refuses_is_refused(account: Account, name: str, code: str) -> None:
    arn = machine(account, {"End": {"Type": "Succeed"}})
    with pytest.raises(ClientError, match=code):
        start(account, arn, name=name)


def test_executions_are_counted(account: Account) -> None:
    arn = machine(account, {"End": {"Type": "Fail", "Error": "x", "Cause": "y"}})
    end_of(account, start(account, arn))
    cloudwatch = account.cloudwatch
    dimension = {"Name": "StateMachineArn", "Value": arn}
    found = cloudwatch.list_metrics(Namespace="AWS/States", Dimensions=[dimension])["Metrics"]
    assert {"ExecutionsStarted", "ExecutionsFailed", "ExecutionTime"} <= {metric["MetricName"] for metric in found}


@pytest.mark.parametrize(
    ("level", "types"),
    [("ALL", {"ExecutionStarted", "FailStateEntered", "ExecutionFailed"}), ("ERROR", {"ExecutionFailed"})],
)
def test_history_is_delivered_to_the_log_group(account: Account, level: str, types: set[str]) -> None:
    account.logs.create_log_group(logGroupName="/aws/vendedlogs/states/machine")
    group = f"arn:aws:logs:us-east-1:{account.id}:log-group:/aws/vendedlogs/states/machine:*"
    states = {"End": {"Type": "Fail", "Error": "x", "Cause": "y"}}
    arn = account.stepfunctions.create_state_machine(
        name="machine",
        definition=json.dumps({"StartAt": "End", "States": states}),
        roleArn=account.role(),
        loggingConfiguration={
            "level": level,
            "includeExecutionData": True,
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}],
        },
    )["stateMachineArn"]
    execution = start(account, arn)
    end_of(account, execution)
    logs = account.logs
    events = wait_for(
        lambda: logs.filter_log_events(logGroupName="/aws/vendedlogs/states/machine")["events"], what="the log"
    )
    found = [json.loads(event["message"]) for event in events]
    assert {event["type"] for event in found} == types
    assert {event["execution_arn"] for event in found} == {execution}


def test_the_first_state_begins_at_once(account: Account) -> None:
    arn = machine(account, {"End": {"Type": "Succeed"}})
    gaps = []
    for _ in range(5):
        execution = start(account, arn)
        end_of(account, execution)
        first, second, *_ = account.stepfunctions.get_execution_history(executionArn=execution)["events"]
        assert first["type"] == "ExecutionStarted"
        gaps.append((second["timestamp"] - first["timestamp"]).total_seconds())
    assert min(gaps) < 0.1
