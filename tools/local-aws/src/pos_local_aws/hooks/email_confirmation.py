"""A subscription by email gets nothing before its owner has confirmed it. The emulator takes every address at its word.

AWS sends a message with a link; until the link is opened, the subscription is listed as `PendingConfirmation`. There is
no mail here: the link is a line in the server's log.

https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
"""

import uuid
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.messages import warn
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.sns",
    "_topics",
    "_HOST",
    "_PORT",
    _list_subscriptions="params",
    _list_subscriptions_by_topic="params",
    _get_subscription_attributes="params",
    _get_topic_attributes="params",
    _refresh_subscription_counts="topic",
)
_BY_EMAIL = ("email", "email-json")
PENDING = "PendingConfirmation"


def _ask(subscription: dict[str, Any]) -> None:
    """Make a new subscription wait for its confirmation."""
    from ministack.services import sns

    token = uuid.uuid4().hex
    subscription.update(confirmed=False, token=token, asked=True)
    subscription["attributes"][PENDING] = "true"
    link = f"http://{sns._HOST}:{sns._PORT}/?Action=ConfirmSubscription"
    link += f"&TopicArn={subscription['topic_arn']}&Token={token}"
    warn("subscription waits for its confirmation", endpoint=subscription["endpoint"], link=link)


def ask_all() -> None:
    """Ask those whom nobody has asked yet, whoever has subscribed them: a call or CloudFormation."""
    from ministack.services import sns

    for topic in list(sns._topics.values()):
        new = [one for one in topic["subscriptions"] if one["protocol"] in _BY_EMAIL and not one.get("asked")]
        for subscription in new:
            _ask(subscription)
        if new:
            sns._refresh_subscription_counts(topic)


def install(context: HookContext) -> None:
    """Ask before anything that could tell the difference."""
    from ministack.services import sns

    def asking(original: Any) -> Any:
        def after_asking(*args: Any, **kwargs: Any) -> Any:
            ask_all()
            return original(*args, **kwargs)

        return after_asking

    def listing(original: Any) -> Any:
        def list_subscriptions(params: Any) -> Any:
            ask_all()
            status, headers, body = original(params)
            text = body.decode() if isinstance(body, bytes) else body
            for topic in list(sns._topics.values()):
                for one in topic["subscriptions"]:
                    if not one.get("confirmed"):
                        text = text.replace(f"<SubscriptionArn>{one['arn']}<", f"<SubscriptionArn>{PENDING}<")
            return status, headers, text.encode() if isinstance(body, bytes) else text

        return list_subscriptions

    for name in ("_fanout", "_get_subscription_attributes", "_get_topic_attributes"):
        context.patches.replace(sns, name, asking)
    for name in ("_list_subscriptions", "_list_subscriptions_by_topic"):
        context.patches.replace(sns, name, listing)
