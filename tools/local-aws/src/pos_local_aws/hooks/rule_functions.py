"""Which functions a rule of EventBridge may call: the function's policy is asked. The emulator lets them all through.

The policy counts whether or not IAM is evaluated otherwise, as EventBridge takes no role for a function. What it may
not call is dropped, and nobody is told, as on AWS. Here a line in the server's own log does.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-lambda-permissions
"""

from collections.abc import Mapping
from typing import Any

from pos_local_aws import service_calls
from pos_local_aws.context import HookContext
from pos_local_aws.messages import warn
from pos_local_aws.registry import internals

EVENTBRIDGE = "events.amazonaws.com"

REQUIRES = (
    internals("ministack.services.eventbridge", _invoke_target="target event rule view")
    + internals("ministack.services.lambda_svc", function_policy_for_arn="resource_arn")
    + service_calls.REQUIRES
)


def _is_refused(function: str, rule: str) -> bool:
    from ministack.services import lambda_svc

    found = lambda_svc.function_policy_for_arn(function)
    if found is None:
        return False  # the emulator says so itself
    policy, _ = found
    return not service_calls.allows(
        policy, service=EVENTBRIDGE, action="lambda:InvokeFunction", resource=function, source_arn=rule
    )


def install(context: HookContext) -> None:
    """Ask before a rule's target is called."""
    from ministack.services import eventbridge

    def invoking(original: Any) -> Any:
        def invoke_target(target: Mapping[str, Any], event: Any, rule: Mapping[str, Any], view: Any = None) -> None:
            arn, source = str(target.get("Arn", "")), rule.get("Arn", "")
            if ":lambda:" in arn and _is_refused(arn, source):
                reason = "the function's policy does not let EventBridge call it for this rule"
                warn("an event is dropped", source=source, function=arn, reason=reason)
                return
            original(target, event, rule, view)

        return invoke_target

    context.patches.replace(eventbridge, "_invoke_target", invoking)
