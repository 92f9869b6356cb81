"""Loopback HTTP stands for the TLS endpoint.

Bucket policies deny calls without `aws:SecureTransport`. The emulator speaks plain HTTP on loopback, so with IAM
evaluation every S3 call would be denied. Each request is marked as arrived by TLS instead; the policies stay as
deployed.
"""

import contextvars
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals
from pos_local_aws.settings import HOST

REQUIRES = (
    *internals("ministack.core.iam_evaluator", "_request_origin"),
    *internals("ministack.app", pin_request_origin="source_ip secure_transport"),
)


def install(context: HookContext) -> None:
    """Mark every call, also those that the emulator makes inside itself, as secure."""
    from ministack import app
    from ministack.core import iam_evaluator

    origin = contextvars.ContextVar("pos_request_origin", default=(HOST, True))
    context.patches.replace(iam_evaluator, "_request_origin", lambda _: origin)

    def make(original: Any) -> Any:
        def pin_request_origin(source_ip: str, secure_transport: bool) -> None:  # noqa: ARG001 - the emulator's signature
            original(source_ip, True)

        return pin_request_origin

    context.patches.replace(app, "pin_request_origin", make)
