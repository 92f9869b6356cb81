"""Step Functions tasks call their services as the state machine's role, through the SDK.

The emulator answers optimised integrations inside itself, past IAM and parameter validation, knows no
`glue:startJobRun`, and lacks many `aws-sdk:*` actions. Through boto3 each call has the service model's validation,
the role's rights and the service's real error codes.
"""

import base64
import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError

from pos_local_aws import role_trust
from pos_local_aws.context import HookContext
from pos_local_aws.hooks import execution_scope
from pos_local_aws.hooks.glue_ends import await_end
from pos_local_aws.hooks.glue_jobs import ACTIVE
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.stepfunctions",
    "_ExecutionError",
    _invoke_resource="resource input_data",
    _invoke_resource_with_timeout="resource input_data timeout",
    _error_matches="error_equals error",
    _add_event="execution event_type details",
)

PAYLOAD_BYTES = 262_144
_POLL_SECONDS = 0.2
_RESOURCE = re.compile(r"arn:aws:states:::(?:aws-sdk:)?(?P<service>\w+):(?P<action>\w+)(?P<pattern>\.sync)?")
# How Step Functions names services in a resource, and how boto3 and the error names do.
_BOTO = {"sfn": "stepfunctions", "cloudwatchlogs": "logs", "eventbridge": "events"}
_ERROR_PREFIX = {
    "s3": "S3",
    "glue": "Glue",
    "sns": "Sns",
    "sqs": "Sqs",
    "sfn": "Sfn",
    "ssm": "Ssm",
    "dynamodb": "DynamoDb",
    "cloudwatch": "CloudWatch",
    "cloudwatchlogs": "CloudWatchLogs",
    "eventbridge": "EventBridge",
}
# Optimised integrations answered here, with their own error prefixes; the emulator keeps the others.
_OPTIMISED = {
    "arn:aws:states:::sns:publish": "SNS",
    "arn:aws:states:::sqs:sendMessage": "SQS",
    "arn:aws:states:::glue:startJobRun": "Glue",
}
# Errors that States.ALL and States.TaskFailed do not match: they always end the execution.
_TERMINAL = ("States.DataLimitExceeded", "States.Runtime")


def to_json(value: Any, *, milliseconds: bool = False) -> Any:
    """An SDK answer as Step Functions shows it: no metadata, times as ISO 8601 (or epoch ms), bodies as text."""
    if isinstance(value, dict):
        return {
            name: to_json(item, milliseconds=milliseconds)
            for name, item in value.items()
            if name != "ResponseMetadata" and item is not None
        }
    if isinstance(value, list):
        return [to_json(item, milliseconds=milliseconds) for item in value]
    if isinstance(value, dt.datetime):
        if milliseconds:
            return int(value.timestamp() * 1000)
        return value.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if hasattr(value, "read"):
        return value.read().decode("utf-8")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _texts(params: dict[str, Any], *names: str) -> dict[str, Any]:
    """Objects given where the service wants text are sent as JSON text, as Step Functions does."""
    return {
        name: json.dumps(value) if name in names and not isinstance(value, (str, bytes)) else value
        for name, value in params.items()
    }


class Tasks:
    """Task calls of the current execution."""

    def __init__(self, context: HookContext, error: Callable[[str, str], Exception], tell: Callable[..., None]) -> None:
        self._context = context
        self._error = error
        self._tell = tell

    def call(self, service: str, action: str, params: dict[str, Any], *, prefix: str) -> Any:
        """One SDK call as the state machine's role. Raises the execution error that Step Functions would."""
        scope = execution_scope.current()
        machine = scope.execution["stateMachineArn"] if scope else ""
        if scope and (reason := role_trust.refusal(scope.role, service="states.amazonaws.com", source_arn=machine)):
            raise self._error(f"{prefix}.AccessDeniedException", reason)
        client = self._context.client(_BOTO.get(service, service), role=scope.role if scope else None, session="states")
        try:
            method = getattr(client, xform_name(action[0].upper() + action[1:]))
        except AttributeError:
            raise self._error("States.Runtime", f"{service} has no action {action}") from None
        try:
            return method(**params)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            name = code if code.endswith("Exception") else f"{code}Exception"
            raise self._error(f"{prefix}.{name}", error.response["Error"].get("Message", "")) from error
        except (ParamValidationError, TypeError) as error:
            raise self._error("States.Runtime", f"{service}:{action}: {error}") from error

    def run_glue_job(self, params: dict[str, Any], *, wait: bool) -> Any:
        """StartJobRun, and with `.sync` its end. A stopped or timed-out execution stops its job, as on AWS."""
        run_id = self.call("glue", "startJobRun", params, prefix="Glue")["JobRunId"]
        name = params["JobName"]
        if not wait:
            return {"JobRunId": run_id}
        if (scope := execution_scope.current()) is not None:
            self._tell(
                scope.execution, "TaskSubmitted", {"taskSubmittedEventDetails": {"resource": "startJobRun.sync"}}
            )
        while True:
            run = self.call("glue", "getJobRun", {"JobName": name, "RunId": run_id}, prefix="Glue")["JobRun"]
            if self._context.stopping.is_set():
                execution_scope.freeze()
            if run["JobRunState"] not in ACTIVE:
                answer = to_json(run, milliseconds=True)
                if run["JobRunState"] == "SUCCEEDED":
                    return answer
                raise self._error("States.TaskFailed", json.dumps(answer))
            scope = execution_scope.current()
            if execution_scope.is_overdue() or (scope is not None and not scope.is_running):
                stop = {"JobName": name, "JobRunIds": [run_id]}
                self.call("glue", "batchStopJobRun", stop, prefix="Glue")
                raise self._error("States.Timeout", f"The task ended before job run {run_id} did")
            # Not polled for the end alone: an execution that is stopped has to stop its job.
            await_end(run_id, _POLL_SECONDS)

    def invoke(self, resource: str, params: dict[str, Any]) -> Any:
        """The result of a task, or NotImplemented when the emulator itself should answer."""
        match = _RESOURCE.fullmatch(resource)
        if match is None:
            return NotImplemented
        service, action = match["service"].lower(), match["action"]
        base = resource.removesuffix(".sync")
        if base == "arn:aws:states:::glue:startJobRun":
            return self.run_glue_job(params, wait=match["pattern"] is not None)
        if ":aws-sdk:" in resource:
            prefix = _ERROR_PREFIX.get(service, service.capitalize())
        elif base in _OPTIMISED:
            prefix = _OPTIMISED[base]
        else:
            return NotImplemented
        return to_json(self.call(service, action, _texts(params, "Message", "MessageBody", "Body"), prefix=prefix))


def install(context: HookContext) -> None:
    """Route tasks through the SDK and hold their results to the service's payload limit."""
    from ministack.services import stepfunctions

    failure = stepfunctions._ExecutionError
    # By its name: another hook numbers the events.
    tasks = Tasks(context, failure, lambda *event: stepfunctions._add_event(*event))

    def too_large(what: str) -> Exception:
        cause = f"{what} returned a result with a size exceeding the maximum number of bytes service limit."
        error: Exception = failure("States.DataLimitExceeded", cause)
        return error

    def invoking(original: Any) -> Any:
        def invoke_resource(resource: str, input_data: Any) -> Any:
            if context.stopping.is_set():
                execution_scope.freeze()
            result = tasks.invoke(resource, input_data)
            if result is NotImplemented:
                result = original(resource, input_data)
            if len(json.dumps(result).encode()) > PAYLOAD_BYTES:
                raise too_large(f"The state/task '{resource}'")
            return result

        return invoke_resource

    def invoking_with_timeout(original: Any) -> Any:
        def invoke_resource_with_timeout(resource: str, input_data: Any, timeout: float) -> Any:
            with execution_scope.task_deadline(timeout):
                return original(resource, input_data, timeout)

        return invoke_resource_with_timeout

    def matching(original: Any) -> Any:
        def error_matches(error_equals: list[str], error: str) -> bool:
            if error in _TERMINAL:
                return error in error_equals
            return bool(original(error_equals, error))

        return error_matches

    def adding(original: Any) -> Any:
        def add_event(execution: Any, event_type: str, details: Any = None) -> Any:
            output = (details or {}).get("stateExitedEventDetails", {}).get("output", "")
            if len(output.encode()) > PAYLOAD_BYTES:
                raise too_large(f"The state '{details['stateExitedEventDetails'].get('name')}'")
            return original(execution, event_type, details)

        return add_event

    context.patches.replace(stepfunctions, "_invoke_resource", invoking)
    context.patches.replace(stepfunctions, "_invoke_resource_with_timeout", invoking_with_timeout)
    context.patches.replace(stepfunctions, "_error_matches", matching)
    context.patches.replace(stepfunctions, "_add_event", adding)
