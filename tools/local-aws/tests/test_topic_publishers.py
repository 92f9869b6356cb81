"""What EventBridge and CloudWatch may not publish to a topic is dropped, and nobody is told, as on AWS."""

import json
from typing import Any

import pytest

from conftest import Account, wait_for

EVENTS, CLOUDWATCH = "events.amazonaws.com", "cloudwatch.amazonaws.com"


def statement(service: str, *actions: str, resource: str, effect: str = "Allow", **condition: Any) -> dict[str, Any]:
    principal = "*" if service == "*" else {"Service": service}
    found = {"Effect": effect, "Principal": principal, "Action": list(actions), "Resource": resource}
    return {**found, "Condition": condition} if condition else found


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def this_account(account: Account) -> dict[str, Any]:
    return {"StringEquals": {"aws:SourceAccount": account.id}}


class Topic:
    """A topic with a queue that hears it. `policy` and `key_policy` replace those that AWS gives by default."""

    def __init__(self, account: Account, **attributes: str) -> None:
        self.account = account
        self.arn = account.sns.create_topic(Name="incidents", Attributes=attributes)["TopicArn"]
        self._queue = account.sqs.create_queue(QueueName="heard")["QueueUrl"]
        arn = f"arn:aws:sqs:us-east-1:{account.id}:heard"
        account.sns.subscribe(
            TopicArn=self.arn, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
        )

    def let(self, *statements: dict[str, Any]) -> "Topic":
        document = policy(*statements)
        self.account.sns.set_topic_attributes(TopicArn=self.arn, AttributeName="Policy", AttributeValue=document)
        return self

    def heard(self) -> list[str]:
        """What is there by now; a publication inside the emulator is delivered before its cause is answered."""
        found = self.account.sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages", [])
        return [message["Body"] for message in found]


def send_event(account: Account, topic: Topic, **target: str) -> None:
    account.events.put_rule(Name="told", EventPattern=json.dumps({"source": ["test"]}))
    answer = account.events.put_targets(
        Rule="told", Targets=[{"Id": "topic", "Arn": topic.arn, "Input": '"an event"', **target}]
    )
    assert answer["FailedEntryCount"] == 0
    entry = {"Source": "test", "DetailType": "any", "Detail": "{}"}
    # The rule reports success, whatever becomes of the message.
    assert account.events.put_events(Entries=[entry])["FailedEntryCount"] == 0


def set_off_alarm(account: Account, topic: Topic) -> None:
    account.cloudwatch.put_metric_alarm(
        AlarmName="told",
        Namespace="Pos",
        MetricName="None",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[topic.arn],
    )
    account.cloudwatch.set_alarm_state(AlarmName="told", StateValue="ALARM", StateReason="a test")


def publish(service: str, topic: Topic, **condition: Any) -> dict[str, Any]:
    return statement(service, "sns:Publish", resource=topic.arn, **condition)


def test_an_event_reaches_a_topic_that_lets_eventbridge_publish(account: Account) -> None:
    topic = Topic(account)
    tls = statement("*", "sns:Publish", resource=topic.arn, effect="Deny", Bool={"aws:SecureTransport": "false"})
    topic.let(publish(EVENTS, topic), tls)
    send_event(account, topic)
    assert topic.heard() == ['"an event"']


def test_an_event_is_dropped_by_a_topic_as_aws_makes_it(account: Account) -> None:
    topic = Topic(account)
    send_event(account, topic)
    assert topic.heard() == []


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:events:us-east-1:ACCOUNT:rule/told"}},
    ],
    ids=["account", "rule"],
)
def test_an_event_is_dropped_by_a_grant_with_a_condition_even_a_true_one(
    account: Account, condition: dict[str, Any]
) -> None:
    topic = Topic(account)
    topic.let(publish(EVENTS, topic, **json.loads(json.dumps(condition).replace("ACCOUNT", account.id))))
    send_event(account, topic)
    assert topic.heard() == []


@pytest.mark.parametrize("other", ["s3.amazonaws.com", CLOUDWATCH])
def test_an_event_is_dropped_where_only_others_may_publish(account: Account, other: str) -> None:
    topic = Topic(account)
    topic.let(publish(other, topic), {**publish(EVENTS, topic), "Principal": {"AWS": account.id}})
    send_event(account, topic)
    assert topic.heard() == []


def test_an_event_is_dropped_by_a_denial_that_applies(account: Account) -> None:
    topic = Topic(account)
    topic.let(publish(EVENTS, topic), statement(EVENTS, "sns:*", resource=topic.arn, effect="Deny"))
    send_event(account, topic)
    assert topic.heard() == []


KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey*")


def encrypted(account: Account, *services: dict[str, Any]) -> Topic:
    """A topic that lets both services publish, under a key that lets these services use it."""
    root = {**statement("*", "kms:*", resource="*"), "Principal": {"AWS": f"arn:aws:iam::{account.id}:root"}}
    key = account.kms.create_key(Policy=policy(root, *services))["KeyMetadata"]
    topic = Topic(account, KmsMasterKeyId=key["Arn"])
    return topic.let(publish(EVENTS, topic), publish(CLOUDWATCH, topic))


def test_an_encrypted_topic_needs_a_key_that_lets_eventbridge_use_it(account: Account) -> None:
    topic = encrypted(account, statement(EVENTS, *KEY_ACTIONS, resource="*"))
    send_event(account, topic)
    assert topic.heard() == ['"an event"']


def test_an_encrypted_topic_is_not_reached_by_a_target_with_a_role(account: Account) -> None:
    topic = encrypted(account, statement(EVENTS, *KEY_ACTIONS, resource="*"))
    send_event(account, topic, RoleArn=account.role())
    assert topic.heard() == []


@pytest.mark.parametrize("missing", ["all", "one action", "a condition"])
def test_an_event_is_dropped_when_the_key_does_not_let_eventbridge_use_it(account: Account, missing: str) -> None:
    granted = {
        "all": [],
        "one action": [statement(EVENTS, "kms:Decrypt", resource="*")],
        "a condition": [statement(EVENTS, *KEY_ACTIONS, resource="*", **this_account(account))],
    }
    topic = encrypted(account, *granted[missing])
    send_event(account, topic)
    assert topic.heard() == []


def test_nobody_publishes_under_the_key_that_aws_manages(account: Account) -> None:
    topic = Topic(account, KmsMasterKeyId="alias/aws/sns")
    topic.let(publish(EVENTS, topic), publish(CLOUDWATCH, topic))
    send_event(account, topic)
    set_off_alarm(account, topic)
    assert topic.heard() == []


def test_an_alarm_reaches_a_topic_whose_conditions_hold(account: Account) -> None:
    grant = statement(CLOUDWATCH, *KEY_ACTIONS, resource="*", **this_account(account))
    topic = encrypted(account, grant)
    topic.let(publish(CLOUDWATCH, topic, **this_account(account)))
    set_off_alarm(account, topic)
    (told,) = topic.heard()
    assert json.loads(told)["AlarmName"] == "told"


def test_an_alarm_reaches_a_topic_as_aws_makes_it(account: Account) -> None:
    topic = Topic(account)
    set_off_alarm(account, topic)
    assert len(topic.heard()) == 1


@pytest.mark.parametrize("where", ["topic", "key"])
def test_an_alarm_is_dropped_when_a_condition_does_not_hold(account: Account, where: str) -> None:
    wrong, right = {"StringEquals": {"aws:SourceAccount": "999999999999"}}, this_account(account)
    topic = encrypted(
        account, statement(CLOUDWATCH, *KEY_ACTIONS, resource="*", **(wrong if where == "key" else right))
    )
    topic.let(publish(CLOUDWATCH, topic, **(wrong if where == "topic" else right)))
    set_off_alarm(account, topic)
    assert topic.heard() == []


def test_the_servers_log_says_what_was_dropped_and_why(account: Account) -> None:
    topic = Topic(account)
    send_event(account, topic)
    log = account.server.data / "server.log"

    def look() -> dict[str, Any] | None:
        lines = [json.loads(line) for line in log.read_text().splitlines() if "a message is dropped" in line]
        return next((line for line in lines if line["topic"] == topic.arn), None)

    line = wait_for(look, what="the line in the log")
    assert line["source"] == f"arn:aws:events:us-east-1:{account.id}:rule/told"
    assert line["reason"] == "the topic's policy does not let the service publish"


def test_a_topic_that_cloudformation_makes_has_its_key(account: Account) -> None:
    def deploy(operation: str, key: dict[str, str]) -> dict[str, str]:
        resources = {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "deployed", **key}}}
        getattr(account.cloudformation, operation)(StackName="s", TemplateBody=json.dumps({"Resources": resources}))
        account.cloudformation.get_waiter(f"stack_{operation.split('_', maxsplit=1)[0]}_complete").wait(
            StackName="s", WaiterConfig={"Delay": 1}
        )
        arn = f"arn:aws:sns:us-east-1:{account.id}:deployed"
        found: dict[str, str] = account.sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        return found

    key = account.kms.create_key()["KeyMetadata"]["Arn"]
    assert deploy("create_stack", {"KmsMasterKeyId": key})["KmsMasterKeyId"] == key
    assert "KmsMasterKeyId" not in deploy("update_stack", {"DisplayName": "in plain"})
