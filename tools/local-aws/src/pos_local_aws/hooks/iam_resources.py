"""The resource that a call on log streams is evaluated against: the stream, as on AWS.

The emulator evaluates it against the log group, whose ARN a correct policy – `…:log-group:NAME:*` – does not match.
"""

import json
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.core.iam_actions",
    extract_resource_arn="service method path headers body query_params region account_id",
)
_ON_STREAMS = ("CreateLogGroup", "CreateLogStream", "DeleteLogStream", "PutLogEvents", "GetLogEvents")


def install(context: HookContext) -> None:
    """Name the stream in the ARN; CreateLogGroup has an empty one."""
    from ministack.core import iam_actions

    def extracting(original: Any) -> Any:
        def extract_resource_arn(
            service: str,
            method: str,
            path: str,
            headers: Any,
            body: bytes,
            query_params: Any,
            region: str,
            account_id: str,
        ) -> str:
            arn: str = original(service, method, path, headers, body, query_params, region, account_id)
            action = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
            if service != "logs" or action not in _ON_STREAMS or arn == "*":
                return arn
            try:
                stream = json.loads(body or b"{}").get("logStreamName", "")
            except (ValueError, AttributeError):
                return arn
            return f"{arn}:log-stream:{stream}"

        return extract_resource_arn

    context.patches.replace(iam_actions, "extract_resource_arn", extracting)
