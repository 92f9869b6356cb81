"""With IAM on, every evaluated call becomes one JSON line: who, which action, on what, and the decision.

The log is the evidence that the deployed policies grant what the pipeline uses, and no more.
"""

import contextvars
import datetime as dt
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.core.iam_evaluator",
    "AuthError",
    enforce="access_key_id iam_action service region resource_arn service_context",
    resolve_principal="access_key_id account_id credential",
)
# What a policy of the stack makes a condition of; the other keys are the same for every call, or nobody asks for them.
_CONDITIONS = ("s3:prefix", "s3:if-none-match", "s3:ObjectCreationOperation", "s3:x-amz-")
_write: Callable[[Mapping[str, Any]], None] | None = None
_principal: contextvars.ContextVar[Any] = contextvars.ContextVar("pos_principal", default=None)


def note_service(service: str, *, action: str, resource: str, allowed: bool) -> None:
    """A line for a call that an AWS service made under its own name, and whose resource's policy was asked."""
    if _write is not None:
        _write({
            "time": _now(),
            "principal": service,
            "root": False,
            "action": action,
            "resource": resource,
            "decision": "Allow" if allowed else "ImplicitDeny",
        })  # fmt: skip


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _line(action: str, resource: str, result: Any, principal: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    who = getattr(principal, "arn", None) or getattr(result, "principal_arn", None)
    is_root = principal is not None and getattr(principal, "policies", ()) is None
    refused = {}
    if result is not None:
        refused = {
            "reason": getattr(result, "message", "") or getattr(result, "reason", ""),
            "statement": getattr(result, "matched_sid", ""),
        }
    conditions = {name: value for name, value in given.items() if name.startswith(_CONDITIONS)}
    return {
        "time": _now(),
        "principal": who,
        "root": is_root,
        "action": action,
        "resource": resource,
        "decision": "Allow" if result is None else getattr(result, "decision", "Unauthenticated"),
        **{name: text for name, text in refused.items() if text},
        **({"conditions": conditions} if conditions else {}),
    }


def install(context: HookContext) -> None:
    """Watch the evaluator; nothing is logged, and nothing costs, when IAM is off."""
    if not context.settings.iam:
        return
    from ministack.core import iam_evaluator
    from ministack.core.responses import get_account_id

    context.settings.data.mkdir(parents=True, exist_ok=True)
    log = context.settings.iam_calls.open("a", encoding="utf-8", buffering=1)
    lock = threading.Lock()

    def write(line: Mapping[str, Any]) -> None:
        text = json.dumps(line)
        with lock:
            log.write(text + "\n")

    global _write
    _write = write

    def resolving(original: Any) -> Any:
        def resolve_principal(*args: Any, **kwargs: Any) -> Any:
            found = original(*args, **kwargs)
            _principal.set(found)
            return found

        return resolve_principal

    def enforcing(original: Any) -> Any:
        def enforce(
            access_key_id: str,
            iam_action: str,
            service: str,
            region: str,
            resource_arn: str = "*",
            service_context: Any = None,
        ) -> Any:
            _principal.set(None)
            result = original(access_key_id, iam_action, service, region, resource_arn, service_context)
            # The evaluator answers some actions (sts:GetCallerIdentity) before it asks who calls.
            caller = _principal.get() or iam_evaluator.resolve_principal(access_key_id or "", get_account_id())
            write(_line(iam_action, resource_arn, result, caller, service_context or {}))
            return result

        return enforce

    context.patches.replace(iam_evaluator, "resolve_principal", resolving)
    context.patches.replace(iam_evaluator, "enforce", enforcing)
