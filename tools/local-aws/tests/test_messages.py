"""Messages of a topic, as SNS refuses them."""

import pytest
from botocore.exceptions import ClientError

from conftest import Account
from pos_local_aws.hooks.topic_messages import problem


@pytest.mark.parametrize("subject", ["x" * 100, "two\nlines", "é", " first"], ids=["long", "lines", "é", "space"])
def test_a_subject_that_sns_refuses_is_refused(account: Account, subject: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    topic = account.sns.create_topic(Name="incidents")["TopicArn"]
    with pytest.raises(ClientError, match="InvalidParameter"):
        account.sns.publish(TopicArn=topic, Subject=subject, Message="m")
    account.sns.publish(TopicArn=topic, Subject="POS dev: run 20250301T060000000Z-0123456789ab failed", Message="m")


def test_a_message_has_at_least_a_character_and_at_most_256_kibibytes(account: Account) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    topic = account.sns.create_topic(Name="incidents")["TopicArn"]
    assert problem(subject=None, message="") is not None
    with pytest.raises(ClientError, match="InvalidParameter"):
        account.sns.publish(TopicArn=topic, Message="x" * 262_145)
