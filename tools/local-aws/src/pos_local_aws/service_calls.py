"""What a service of AWS may do under its own name: the policy of what it reaches decides."""

from collections.abc import Mapping
from typing import Any

from pos_local_aws.hooks import iam_log
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.core.iam_evaluator",
    "EvalContext",
    evaluate_resource_policy="doc ctx service named_only direct_only",
) + internals("ministack.core.responses", "get_account_id", "get_region")


def allows(policy: str | Mapping[str, Any], *, service: str, action: str, resource: str, source_arn: str) -> bool:
    """Whether the policy lets the service do it on behalf of what `source_arn` names. The log of calls has it."""
    from ministack.core import iam_evaluator
    from ministack.core.responses import get_account_id, get_region

    account = get_account_id()
    context = iam_evaluator.EvalContext(
        # A service is no principal of the account: a grant to the account is none to the service.
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=resource,
        region=get_region(),
        secure_transport=True,
        service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": account, "aws:sourceowner": account},
    )
    allowed = bool(iam_evaluator.evaluate_resource_policy(policy, context, service=service).decision == "Allow")
    iam_log.note_service(service, action=action, resource=resource, allowed=allowed)
    return allowed
