"""Nobody gets mail from a topic who has not asked for it."""

import json
import urllib.request
from typing import Any

from conftest import Account


def arns(account: Account, topic: str) -> list[str]:
    """As the topic's subscriptions are listed."""
    found = account.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return [one["SubscriptionArn"] for one in found]


def links(account: Account) -> list[str]:
    """The links that were sent."""
    lines = (account.server.data / "server.log").read_text().splitlines()
    told: list[Any] = [json.loads(line) for line in lines if '"link"' in line]
    return [one["link"] for one in told]


def test_a_subscription_by_email_waits_until_its_link_is_opened(account: Account) -> None:
    topic = account.sns.create_topic(Name="t")["TopicArn"]
    account.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="you@example.com")
    assert arns(account, topic) == ["PendingConfirmation"]
    counts = account.sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (counts["SubscriptionsPending"], counts["SubscriptionsConfirmed"]) == ("1", "0")
    with urllib.request.urlopen(links(account)[-1]) as answer:
        assert answer.status == 200
    [confirmed] = arns(account, topic)
    assert confirmed.startswith(topic)


def test_a_subscription_that_cloudformation_makes_waits_too(account: Account) -> None:
    topic = {"Type": "AWS::SNS::Topic"}
    mail = {"TopicArn": {"Ref": "T"}, "Protocol": "email", "Endpoint": "you@example.com"}
    subscription = {"Type": "AWS::SNS::Subscription", "Properties": mail}
    template = json.dumps({"Resources": {"T": topic, "S": subscription}, "Outputs": {"T": {"Value": {"Ref": "T"}}}})
    account.cloudformation.create_stack(StackName="s", TemplateBody=template)
    account.cloudformation.get_waiter("stack_create_complete").wait(StackName="s", WaiterConfig={"Delay": 1})
    [stack] = account.cloudformation.describe_stacks(StackName="s")["Stacks"]
    assert arns(account, stack["Outputs"][0]["OutputValue"]) == ["PendingConfirmation"]


def test_a_queue_is_subscribed_at_once(account: Account) -> None:
    topic = account.sns.create_topic(Name="t")["TopicArn"]
    url = account.sqs.create_queue(QueueName="q")["QueueUrl"]
    queue = account.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    account.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    [confirmed] = arns(account, topic)
    assert confirmed.startswith(topic)
