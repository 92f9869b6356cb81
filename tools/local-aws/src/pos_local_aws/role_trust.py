"""Which service may assume a role, as the role's trust policy says. Asked only where IAM is evaluated.

The conditions `aws:SourceAccount` and `aws:SourceArn` hold a service to the account and the resource that it works for:
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
"""

import json
from collections.abc import Mapping
from typing import Any

from pos_local_aws.registry import internals

REQUIRES = (
    internals("ministack.app", "AUTH")
    + internals("ministack.services.iam", "_roles")
    + internals(
        "ministack.core.iam_evaluator",
        "EvalContext",
        _conditions_met="conditions ctx",
        _service_principal_matches="principal service",
    )
    + internals("ministack.core.responses", "get_account_id", "get_region")
)


def refusal(role_arn: str | None, *, service: str, source_arn: str) -> str | None:
    """Why the service cannot assume the role on behalf of a resource; None when it can, or when IAM is off.

    A role that is not there is not refused here: its session has no rights.
    """
    from ministack import app
    from ministack.core import iam_evaluator
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import iam

    role = iam._roles.get(role_arn.rsplit("/", 1)[-1]) if role_arn else None
    if not app.AUTH or role is None:
        return None
    account = get_account_id()
    context = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="sts:AssumeRole",
        resource_arn=role["Arn"],
        region=get_region(),
        secure_transport=True,
        service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": account},
    )

    def applies(statement: Mapping[str, Any]) -> bool:
        actions = statement.get("Action", [])
        return (
            "sts:AssumeRole" in ([actions] if isinstance(actions, str) else actions)
            and iam_evaluator._service_principal_matches(statement.get("Principal"), service)
            and iam_evaluator._conditions_met(statement.get("Condition", {}), context)
        )

    found = json.loads(role.get("AssumeRolePolicyDocument") or "{}").get("Statement", [])
    effects = {one["Effect"] for one in ([found] if isinstance(found, dict) else found) if applies(one)}
    if effects == {"Allow"}:
        return None
    return f"The trust policy of role {role['RoleName']} does not let {service} assume it for {source_arn}."
