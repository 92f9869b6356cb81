"""Messages of a queue, as SQS limits them."""

import pytest
from botocore.exceptions import ClientError

from conftest import Account
from test_queues import queue

PAGE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"
MB = 1024 * 1024


def test_a_message_has_a_mebibyte_and_a_batch_ten_messages(account: Account) -> None:
    """See PAGE."""
    url, _ = queue(account, "inbox")
    sqs = account.sqs
    sqs.send_message(QueueUrl=url, MessageBody="x" * MB)
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        sqs.send_message(QueueUrl=url, MessageBody="x" * (MB + 1))
    for number, size, code in ((11, 1, "TooManyEntriesInBatchRequest"), (9, 200_000, "BatchRequestTooLong")):
        entries = [{"Id": str(n), "MessageBody": "x" * size} for n in range(number)]
        with pytest.raises(ClientError, match=code):
            sqs.send_message_batch(QueueUrl=url, Entries=entries)
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=11)


def test_a_queue_keeps_its_messages_for_fourteen_days_at_most(account: Account) -> None:
    """See PAGE."""
    for name, value in (("MessageRetentionPeriod", "1209601"), ("VisibilityTimeout", "43201")):
        with pytest.raises(ClientError, match="InvalidAttributeValue"):
            queue(account, "inbox", **{name: value})
    queue(account, "inbox", MessageRetentionPeriod="1209600", VisibilityTimeout="43200")
