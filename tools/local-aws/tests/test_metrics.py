"""Metrics out of log lines, and alarms that follow them without anybody asking."""

import json
import time
from typing import Any

import pytest

from conftest import Account, wait_for
from pos_local_aws.hooks.alarm_rules import judge, judge_now, period_values
from pos_local_aws.hooks.log_metrics import embedded_points, filter_points

LINE = json.dumps(
    {
        "_aws": {
            "Timestamp": 1,
            "CloudWatchMetrics": [
                {
                    "Namespace": "Pos",
                    "Dimensions": [["stage"], ["stage", "verdict"]],
                    "Metrics": [{"Name": "Files", "Unit": "Count"}, {"Name": "Absent"}],
                }
            ],
        },
        "stage": "local",
        "verdict": "valid",
        "Files": [3, 4],
    }
)


def test_each_dimension_set_gets_each_value() -> None:
    points = embedded_points(LINE)
    assert {(tuple(point.dimensions), point.value) for point in points} == {
        (names, value) for names in (("stage",), ("stage", "verdict")) for value in (3.0, 4.0)
    }
    assert {(point.namespace, point.name, point.unit) for point in points} == {("Pos", "Files", "Count")}


@pytest.mark.parametrize(
    "line",
    ["plain words", '{"_aws": 1', '{"level": "INFO"}', "null", f"2026-01-01T00:00:00Z\tid\tINFO\t{LINE}"],
    ids=["words", "half a document", "another document", "null", "after what Lambda's console.log writes"],
)
def test_other_lines_make_no_metric(line: str) -> None:
    assert embedded_points(line) == []


def changed(**changes: Any) -> str:
    """LINE with other members; those of `directive` are the directive's."""
    document = json.loads(LINE)
    document["_aws"]["CloudWatchMetrics"][0].update(changes.pop("directive", {}))
    return json.dumps({**document, **changes})


@pytest.mark.parametrize(
    "line",
    [
        changed(stage=1),
        changed(directive={"Dimensions": [["absent"]]}),
        changed(directive={"Dimensions": [[f"d{n}" for n in range(31)]]}, **{f"d{n}": "x" for n in range(31)}),
        changed(directive={"Metrics": [{"Name": f"m{n}"} for n in range(101)]}),
        changed(Files="3"),
        changed(Files=[1] * 101),
        changed(note="x" * 1024 * 1024),
    ],
    ids=["number", "absent", "31 dimensions", "101 metrics", "text", "101 values", "over 1 MiB"],
)
def test_a_metric_document_that_breaks_the_format_makes_no_metric(line: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html"""
    with pytest.raises((ValueError, KeyError, TypeError)):
        embedded_points(line)


@pytest.mark.parametrize(
    ("pattern", "line", "values"),
    [
        ('{ $.level = "ERROR" }', '{"level": "ERROR"}', [1.0]),
        ('{ $.level = "ERROR" && $.job != "a" }', '{"level": "ERROR", "job": "a"}', []),
        ("{ $.ok = true }", '{"ok": true}', [1.0]),
        ('{ $.level = "ERROR" }', '{"level": "INFO"}', []),
        ('{ $.level = "ERROR" }', "no json", []),
        ("ERROR", "an ERROR here", [1.0]),
    ],
)
def test_a_metric_filter_counts_the_lines_it_matches(pattern: str, line: str, values: list[float]) -> None:
    transformation = {"metricName": "Errors", "metricNamespace": "Pos", "metricValue": "1"}
    found = {"filterPattern": pattern, "metricTransformations": [transformation]}
    points = filter_points(found, [line], lambda raw: lambda message: raw in message)
    assert [point.value for point in points] == values


def test_embedded_metrics_of_stored_lines_are_in_cloudwatch(account: Account) -> None:
    account.logs.create_log_group(logGroupName="/group")
    account.logs.create_log_stream(logGroupName="/group", logStreamName="s")
    account.logs.put_metric_filter(
        logGroupName="/group",
        filterName="errors",
        filterPattern='{ $.level = "ERROR" }',
        metricTransformations=[
            {"metricName": "Bytes", "metricNamespace": "Pos", "metricValue": "$.size"},
        ],
    )
    now = int(time.time() * 1000)
    account.logs.put_log_events(
        logGroupName="/group",
        logStreamName="s",
        logEvents=[
            {"timestamp": now, "message": LINE},
            {"timestamp": now, "message": '{"level": "ERROR", "size": 12.5}'},
            {"timestamp": now, "message": '{"_aws": {"CloudWatchMetrics": [7]}}'},
        ],
    )
    assert _sum(account, "Files", [{"Name": "stage", "Value": "local"}]) == 7
    assert _sum(account, "Bytes", []) == 12.5
    assert len(account.logs.get_log_events(logGroupName="/group", logStreamName="s")["events"]) == 3


def _sum(account: Account, name: str, dimensions: list[dict[str, str]]) -> float:
    now = time.time()
    found = account.cloudwatch.get_metric_statistics(
        Namespace="Pos",
        MetricName=name,
        Dimensions=dimensions,
        StartTime=now - 300,
        EndTime=now + 60,
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    return sum(point["Sum"] for point in found)


ALARM = {"ComparisonOperator": "GreaterThanOrEqualToThreshold", "Threshold": 2}


@pytest.mark.parametrize(
    ("more", "values", "state"),
    [
        ({}, [3.0], "ALARM"),
        ({}, [1.0], "OK"),
        ({}, [None], "INSUFFICIENT_DATA"),
        ({"TreatMissingData": "breaching"}, [None, None], "ALARM"),
        ({"TreatMissingData": "notBreaching"}, [None], "OK"),
        ({"TreatMissingData": "ignore"}, [None], "INSUFFICIENT_DATA"),
        ({"DatapointsToAlarm": 2}, [3.0, 1.0, 3.0], "ALARM"),
        ({}, [3.0, 1.0], "OK"),
        ({"ComparisonOperator": "LessThanThreshold", "TreatMissingData": "breaching"}, [1.0, None], "ALARM"),
    ],
)
def test_an_alarm_follows_its_periods(more: dict[str, Any], values: list[float | None], state: str) -> None:
    assert judge({**ALARM, **more}, values, current="INSUFFICIENT_DATA").state == state


@pytest.mark.parametrize(
    ("more", "values", "state"),
    [
        ({}, [3.0, None], "ALARM"),
        ({}, [None, 3.0], "ALARM"),
        ({}, [1.0, 3.0], "ALARM"),
        ({}, [1.0, None], "OK"),
        ({}, [None, 1.0], "OK"),
        ({"TreatMissingData": "breaching"}, [None, 1.0], "OK"),
        ({"TreatMissingData": "breaching"}, [1.0, None], "ALARM"),
        ({"TreatMissingData": "notBreaching"}, [None, None], "OK"),
        ({"DatapointsToAlarm": 2}, [3.0, 3.0, 1.0], "ALARM"),
        ({"DatapointsToAlarm": 2}, [None, 3.0, 3.0], "ALARM"),
    ],
)
def test_the_running_period_may_alarm_and_hides_nothing(
    more: dict[str, Any], values: list[float | None], state: str
) -> None:
    """The first value is that of the running period."""
    assert judge_now({**ALARM, **more}, values, current="INSUFFICIENT_DATA").state == state


def test_an_alarm_sees_what_came_just_before_its_period_ended(account: Account) -> None:
    _, name = put_alarm(account, "last-second", Period=10, TreatMissingData="notBreaching")
    state_becomes(account, name, "OK")
    before = time.time() // 10 * 10 - 0.1
    data = {"MetricName": "Failures", "Value": 1, "Timestamp": before}
    account.cloudwatch.put_metric_data(Namespace="Pos", MetricData=[data])
    state_becomes(account, name, "ALARM")


def test_points_are_gathered_by_period_newest_first() -> None:
    points = [{"Timestamp": stamp, "Value": value} for stamp, value in ((605, 1.0), (599, 2.0), (541, 3.0), (300, 9.0))]
    values = period_values(
        points, now=610, period=60, periods=3, statistic=lambda found: sum(point["Value"] for point in found)
    )
    assert values == [1.0, 5.0, None]


def put_alarm(account: Account, name: str, **more: Any) -> tuple[str, str]:
    """An alarm on Pos/Failures; the URL of a queue that hears its actions, and the alarm's name."""
    topic = account.sns.create_topic(Name=name)["TopicArn"]
    url = account.sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = account.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    account.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    account.cloudwatch.put_metric_alarm(
        **{
            "AlarmName": name,
            "Namespace": "Pos",
            "MetricName": "Failures",
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "AlarmActions": [topic],
            **more,
        }
    )
    return url, name


def state_becomes(account: Account, name: str, state: str) -> None:
    cloudwatch = account.cloudwatch
    look = lambda: cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"] == state  # noqa: E731
    wait_for(look, what=f"alarm {name} in state {state}")


def test_an_alarm_on_missing_data_fires_by_itself_and_tells_its_topic(account: Account) -> None:
    url, name = put_alarm(account, "no-data", TreatMissingData="breaching")
    state_becomes(account, name, "ALARM")
    sqs = account.sqs
    messages = wait_for(lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"))
    told = json.loads(json.loads(messages[0]["Body"])["Message"])
    assert (told["AlarmName"], told["NewStateValue"]) == (name, "ALARM")


def test_an_alarm_looks_at_its_own_dimensions_only(account: Account) -> None:
    mine, other = ([{"Name": "job", "Value": value}] for value in ("mine", "other"))
    _, name = put_alarm(account, "mine", Dimensions=mine, TreatMissingData="notBreaching")
    data = {"MetricName": "Failures", "Value": 5, "Dimensions": other}
    account.cloudwatch.put_metric_data(Namespace="Pos", MetricData=[data])
    state_becomes(account, name, "OK")
    account.cloudwatch.put_metric_data(Namespace="Pos", MetricData=[{**data, "Dimensions": mine}])
    state_becomes(account, name, "ALARM")


def test_a_message_in_a_dead_letter_queue_alarms(account: Account) -> None:
    dead = account.sqs.create_queue(QueueName="dead")["QueueUrl"]
    _, name = put_alarm(
        account,
        "dead-letters",
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Statistic="Maximum",
        Dimensions=[{"Name": "QueueName", "Value": "dead"}],
    )
    account.sqs.send_message(QueueUrl=dead, MessageBody="lost")
    state_becomes(account, name, "ALARM")
