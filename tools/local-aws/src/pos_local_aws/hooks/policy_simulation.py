"""`SimulatePrincipalPolicy` with all that a request gives: several resources, and values for condition keys.

The emulator evaluates against the first resource only, and as if no condition key had a value.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

import contextvars
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.iam",
    _p="params key default",
    _extract_simulate_params="p",
    _build_simulate_results_real="actions resource_arn principal_arn account_id policies",
) + internals("ministack.core.iam_evaluator", "EvalContext", "evaluate")

_DECISIONS = {"Allow": "allowed", "Deny": "explicitDeny"}
_asked: contextvars.ContextVar[tuple[list[str], dict[str, Any]]] = contextvars.ContextVar("pos_simulated")


def _members(params: Any, name: str) -> Iterator[str]:
    from ministack.services import iam

    number = 1
    while value := iam._p(params, f"{name}.{number}"):
        yield value
        number += 1


def _context(params: Any) -> dict[str, Any]:
    from ministack.services import iam

    found: dict[str, Any] = {}
    number = 1
    while key := iam._p(params, f"ContextEntries.member.{number}.ContextKeyName"):
        values = list(_members(params, f"ContextEntries.member.{number}.ContextKeyValues.member"))
        found[key.lower()] = values[0] if len(values) == 1 else values
        number += 1
    return found


def _result(action: str, resource: str, decision: str) -> str:
    return (
        f"<member><EvalActionName>{escape(action)}</EvalActionName>"
        f"<EvalResourceName>{escape(resource)}</EvalResourceName>"
        f"<EvalDecision>{decision}</EvalDecision>"
        "<MatchedStatements></MatchedStatements><MissingContextValues></MissingContextValues></member>"
    )


def install(context: HookContext) -> None:
    """Remember what else a request gives, and evaluate with it."""
    from ministack.core.iam_evaluator import EvalContext, evaluate
    from ministack.core.responses import get_region
    from ministack.services import iam

    def extracting(original: Any) -> Any:
        def extract_simulate_params(p: Any) -> Any:
            actions, first = original(p)
            _asked.set((list(_members(p, "ResourceArns.member")) or [first], _context(p)))
            return actions, first

        return extract_simulate_params

    def building(_: Any) -> Any:
        def build_simulate_results_real(
            actions: list[str], resource_arn: str, principal_arn: str, account_id: str, policies: Any
        ) -> str:
            resources, given = _asked.get(([resource_arn], {}))
            told = ""
            for action in actions:
                for resource in resources:
                    request = EvalContext(
                        principal_arn=principal_arn,
                        principal_type="AssumedRole",
                        principal_account=account_id,
                        action=action,
                        resource_arn=resource,
                        region=get_region(),
                        secure_transport=True,
                        service_context=given,
                    )
                    decision = evaluate(request, policies).decision if policies else ""
                    told += _result(action, resource, _DECISIONS.get(decision, "implicitDeny"))
            return told

        return build_simulate_results_real

    context.patches.replace(iam, "_extract_simulate_params", extracting)
    context.patches.replace(iam, "_build_simulate_results_real", building)
