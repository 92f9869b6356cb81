"""What services may publish to a topic: its policy is asked, and that of its key. The emulator lets them all through.

EventBridge and CloudWatch publish under their own names, so that both policies must let them, whether or not IAM is
evaluated otherwise. What they may not publish is dropped: neither the rule nor the alarm tells anybody, as on AWS. Here
a line in the server's own log does.

- EventBridge takes no conditions: a statement that has one allows it nothing, in the topic's policy
  (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions) and in the
  key's (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services). Statements
  that deny are evaluated as they stand. A target with a RoleArn does not reach an encrypted topic.
- For CloudWatch's alarms the conditions are evaluated: it says for which alarm of which account it publishes.
- Under the key that AWS manages for SNS (`alias/aws/sns`) neither can publish, as nobody can change that key's policy.
"""

import json
from collections.abc import Mapping
from typing import Any

from pos_local_aws import service_calls
from pos_local_aws.context import HookContext
from pos_local_aws.messages import warn
from pos_local_aws.registry import internals

EVENTBRIDGE, CLOUDWATCH = "events.amazonaws.com", "cloudwatch.amazonaws.com"
# A new state → the alarm's actions that are run for it.
_ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")

REQUIRES = (
    internals("ministack.services.eventbridge", _invoke_target="target event rule view")
    + internals("ministack.services.cloudwatch", _dispatch_alarm_actions="alarm old_state new_state reason")
    + internals("ministack.services.sns", "_topics")
    + internals("ministack.services.cloudformation.provisioners", "_RESOURCE_HANDLERS")
    + internals("ministack.services.kms", _resolve_key="key_id_or_arn")
    + service_calls.REQUIRES
)


def without_conditional_grants(policy: str) -> dict[str, Any]:
    """The policy as EventBridge has it: statements that allow under a condition are not there."""
    try:
        document = json.loads(policy or "{}")
    except ValueError:
        return {}
    found = document.get("Statement", [])
    statements = [found] if isinstance(found, Mapping) else found
    return {"Statement": [one for one in statements if one.get("Effect") != "Allow" or not one.get("Condition")]}


def _allows(policy: str, *, service: str, action: str, resource: str, source_arn: str) -> bool:
    evaluated = without_conditional_grants(policy) if service == EVENTBRIDGE else policy
    return service_calls.allows(evaluated, service=service, action=action, resource=resource, source_arn=source_arn)


def refusal(topic_arn: str, *, service: str, source_arn: str, role: str | None = None) -> str | None:
    """Why the service cannot publish to the topic on behalf of a rule or an alarm; None when it can."""
    from ministack.services import kms, sns

    topic = sns._topics.get(topic_arn)
    if topic is None:
        return None  # the emulator says so itself
    attributes = topic["attributes"]
    asked = {"service": service, "source_arn": source_arn}
    if not _allows(attributes.get("Policy", ""), action="sns:Publish", resource=topic_arn, **asked):
        return "the topic's policy does not let the service publish"
    key_id = attributes.get("KmsMasterKeyId")
    if not key_id:
        return None
    if role:
        return "a target with a RoleArn does not reach an encrypted topic"
    key = kms._resolve_key(key_id)
    if key is None:
        return "the topic's key is AWS's own for SNS, or is not there"
    refused = [
        action
        for action in _KEY_ACTIONS
        if not _allows(key.get("Policy", ""), action=action, resource=key["Arn"], **asked)
    ]
    return f"the key's policy does not let the service use it ({', '.join(refused)})" if refused else None


def _is_dropped(topic_arn: Any, *, service: str, source_arn: str, role: str | None = None) -> bool:
    if not isinstance(topic_arn, str) or ":sns:" not in topic_arn:
        return False
    reason = refusal(topic_arn, service=service, source_arn=source_arn, role=role)
    if reason is not None:
        warn("a message is dropped", service=service, source=source_arn, topic=topic_arn, reason=reason)
    return reason is not None


def install(context: HookContext) -> None:
    """Ask before a rule's target or an alarm's action publishes; and let a deployed topic have its key."""
    from ministack.services import cloudwatch, eventbridge, sns
    from ministack.services.cloudformation import provisioners

    def invoking(original: Any) -> Any:
        def invoke_target(target: Mapping[str, Any], event: Any, rule: Mapping[str, Any], view: Any = None) -> None:
            source, role = rule.get("Arn", ""), target.get("RoleArn")
            if not _is_dropped(target.get("Arn"), service=EVENTBRIDGE, source_arn=source, role=role):
                original(target, event, rule, view)

        return invoke_target

    def acting(original: Any) -> Any:
        def dispatch(alarm: Mapping[str, Any], old_state: str, new_state: str, reason: str) -> None:
            source = alarm.get("AlarmArn", "")
            name = _ACTIONS.get(new_state, "")
            heard = [
                arn for arn in alarm.get(name) or [] if not _is_dropped(arn, service=CLOUDWATCH, source_arn=source)
            ]
            original({**alarm, name: heard}, old_state, new_state, reason)

        return dispatch

    def keyed(operation: Any, props_at: int) -> Any:
        def provision(*args: Any, **kwargs: Any) -> Any:
            result = operation(*args, **kwargs)
            attributes, key = sns._topics[result[0]]["attributes"], args[props_at].get("KmsMasterKeyId")
            attributes.pop("KmsMasterKeyId", None)
            attributes.update({"KmsMasterKeyId": key} if key else {})
            return result

        return provision

    def provisioning(handlers: Any) -> Any:
        # CloudFormation's part of the emulator passes over the key of a topic.
        topic = handlers["AWS::SNS::Topic"]
        topic.update(create=keyed(topic["create"], 1), update=keyed(topic["update"], 2))
        return handlers

    context.patches.replace(provisioners, "_RESOURCE_HANDLERS", provisioning)
    context.patches.replace(eventbridge, "_invoke_target", invoking)
    context.patches.replace(cloudwatch, "_dispatch_alarm_actions", acting)
