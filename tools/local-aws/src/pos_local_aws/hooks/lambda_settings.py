"""What Lambda refuses of a function's and an event source mapping's settings, by the API and by CloudFormation.

- Names that the runtime keeps to itself, and names of other than letters, digits and underscores; variables of
  more than 4 KB together. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
- More than 900 s, or other than 128 to 10,240 MB. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
- Batches of more than ten messages without a window of at least a second, and a queue that hides its messages for
  less time than the function may take. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
- An event of more than 6 MB, or 1 MB when nobody waits for the answer.
  https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.lambda_svc",
    "_functions",
    "error_response_json",
    _create_function="data",
    _update_config="name data",
    _create_esm="data",
    handle_request="method path headers body query_params",
) + internals(
    "ministack.services.cloudformation.provisioners",
    "_RESOURCE_HANDLERS",
    _lambda_create="logical_id props stack_name",
    _lambda_update="physical_id old_props new_props stack_name logical_id",
    _lambda_esm_create="logical_id props stack_name",
)
REQUIRES += internals("ministack.services.sqs", "_queues")
_RESERVED = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
    }
)
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]+")
_MOST_VARIABLES = 4096
_MOST_EVENT = {"RequestResponse": 6_291_456, "Event": 1_048_576}


def function_problems(settings: Mapping[str, Any]) -> Iterator[str]:
    """What Lambda refuses of a function, in its words as far as they are known."""
    variables = (settings.get("Environment") or {}).get("Variables") or {}
    kept = sorted(_RESERVED & set(variables))
    if kept:
        yield (
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided contains reserved keys that are currently not supported for modification. Reserved keys used in "
            f"this request: {', '.join(kept)}"
        )
    for name in sorted(set(variables) - _RESERVED):
        if not _NAME.fullmatch(name):
            yield f"The environment variable {name!r} does not satisfy the pattern [a-zA-Z]([a-zA-Z0-9_])+"
    if len(json.dumps(variables, separators=(",", ":")).encode()) > _MOST_VARIABLES:
        yield (
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided exceeded the 4KB limit."
        )
    for name, least, most in (("Timeout", 1, 900), ("MemorySize", 128, 10_240)):
        if name in settings and not least <= int(settings[name]) <= most:
            yield f"{name} is {settings[name]}: it must be from {least} to {most}"


def mapping_problems(mapping: Mapping[str, Any], *, hidden: int | None, timeout: int | None) -> Iterator[str]:
    """What Lambda refuses of a mapping; `hidden`, `timeout`: seconds, of the queue and the function, where known."""
    size, window = int(mapping.get("BatchSize") or 10), int(mapping.get("MaximumBatchingWindowInSeconds") or 0)
    if not 1 <= size <= 10_000 or not 0 <= window <= 300:
        yield f"BatchSize is {size} and the window {window} s: they must be from 1 to 10000, and from 0 to 300"
    if size > 10 and window < 1:
        yield "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
    if hidden is not None and timeout is not None and hidden < timeout:
        yield f"Queue visibility timeout: {hidden} seconds is less than Function timeout: {timeout} seconds"


def _of_mapping(mapping: Mapping[str, Any]) -> list[str]:
    from ministack.services import lambda_svc, sqs

    arn, name = str(mapping.get("EventSourceArn", "")), str(mapping.get("FunctionName", ""))
    attributes = [queue["attributes"] for queue in sqs._queues.values()]
    hidden = [int(found["VisibilityTimeout"]) for found in attributes if found.get("QueueArn") == arn]
    function = lambda_svc._functions.get(name.partition(":function:")[2].split(":")[0] or name)
    timeout = int(function["config"].get("Timeout") or 3) if function else None
    return list(mapping_problems(mapping, hidden=hidden[0] if hidden else None, timeout=timeout))


def _too_large(path: str, headers: Mapping[str, str], size: int) -> Any:
    from ministack.services import lambda_svc

    most = _MOST_EVENT.get(headers.get("x-amz-invocation-type") or "RequestResponse")
    if not path.endswith("/invocations") or most is None or size <= most:
        return None
    told = f"Request must be smaller than {most} bytes for the InvokeFunction operation"
    return lambda_svc.error_response_json("RequestTooLargeException", told, 413)


def install(context: HookContext) -> None:
    """Look at the settings before they are taken."""
    from ministack.services import lambda_svc
    from ministack.services.cloudformation import provisioners

    def refuse(found: list[str]) -> Any:
        return lambda_svc.error_response_json("InvalidParameterValueException", found[0], 400)

    def fail(found: list[str]) -> None:
        if found:
            raise ValueError(f"{found[0]} (Service: Lambda, Status Code: 400)")

    def creating(original: Any) -> Any:
        def create_function(data: dict[str, Any]) -> Any:
            found = list(function_problems(data))
            return refuse(found) if found else original(data)

        return create_function

    def updating(original: Any) -> Any:
        def update_config(name: str, data: dict[str, Any]) -> Any:
            found = list(function_problems(data))
            return refuse(found) if found else original(name, data)

        return update_config

    def mapping(original: Any) -> Any:
        def create_esm(data: dict[str, Any]) -> Any:
            found = _of_mapping(data)
            return refuse(found) if found else original(data)

        return create_esm

    def handling(original: Any) -> Any:
        async def handle_request(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Any:
            refused = _too_large(path, headers, len(body or b"")) if method == "POST" else None
            return refused or await original(method, path, headers, body, query_params)

        return handle_request

    # CloudFormation's handlers stand in a table that was made from these functions.
    function, source = (
        provisioners._RESOURCE_HANDLERS[f"AWS::Lambda::{kind}"] for kind in ("Function", "EventSourceMapping")
    )
    create, update, create_mapping = function["create"], function["update"], source["create"]

    def provision(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        fail(list(function_problems(props)))
        return create(logical_id, props, stack_name)

    def change(physical_id: str, old_props: Any, new_props: Any, stack_name: str, logical_id: str | None = None) -> Any:
        fail(list(function_problems(new_props)))
        return update(physical_id, old_props, new_props, stack_name, logical_id)

    def provision_mapping(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        fail(_of_mapping(props))
        return create_mapping(logical_id, props, stack_name)

    function.update(create=provision, update=change)
    source["create"] = provision_mapping
    context.patches.replace(lambda_svc, "_create_function", creating)
    context.patches.replace(lambda_svc, "_update_config", updating)
    context.patches.replace(lambda_svc, "_create_esm", mapping)
    context.patches.replace(lambda_svc, "handle_request", handling)
