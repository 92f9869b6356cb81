"""Execution history in the state machine's log group, in the format of Step Functions' log delivery."""

import json
import threading
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from pos_local_aws.context import HookContext
from pos_local_aws.messages import warn

_ERRORS = ("Failed", "TimedOut", "Aborted")


def _setting(config: dict[str, Any], name: str) -> Any:
    """CloudFormation stores the configuration in PascalCase, the API in camelCase."""
    return config.get(name, config.get(name[0].upper() + name[1:]))


def _groups(config: dict[str, Any]) -> Iterator[str]:
    for destination in _setting(config, "destinations") or []:
        group = _setting(destination, "cloudWatchLogsLogGroup") or {}
        arn = _setting(group, "logGroupArn") or ""
        if ":log-group:" in arn:
            yield arn.split(":log-group:")[1].removesuffix(":*")


def _is_logged(level: str, event_type: str) -> bool:
    if level == "ALL":
        return True
    if level == "ERROR":
        return event_type.endswith(_ERRORS)
    return level == "FATAL" and event_type.startswith("Execution") and event_type.endswith(_ERRORS)


def _line(event: dict[str, Any], execution_arn: str, stamp: int, *, with_data: bool) -> str:
    found = (value for name, value in event.items() if name.endswith("Details"))
    details: dict[str, Any] = next(found, {})
    if not with_data:
        details = {name: value for name, value in details.items() if name not in ("input", "output", "cause")}
    return json.dumps(
        {
            "id": str(event["id"]),
            "type": event["type"],
            "details": details,
            "previous_event_id": str(event["id"] - 1),
            "event_timestamp": str(stamp),
            "execution_arn": execution_arn,
        },
        default=str,
    )


def deliver(context: HookContext, execution: dict[str, Any]) -> None:
    """Write the finished execution's events, in the background, as the log level asks."""
    from ministack.services import stepfunctions as sfn

    machine = sfn._state_machines.get(execution["stateMachineArn"]) or {}
    config = machine.get("loggingConfiguration") or {}
    level = _setting(config, "level") or "OFF"
    with_data = bool(_setting(config, "includeExecutionData"))
    stream = f"states/{machine.get('name')}/{execution['name']}"
    events = []
    for event in execution["events"]:
        if _is_logged(level, event["type"]):
            stamp = sfn._iso_to_epoch_ms(event["timestamp"]) or 0
            events.append(
                {
                    "timestamp": stamp,
                    "message": _line(event, execution["executionArn"], stamp, with_data=with_data),
                }
            )
    if not events:
        return
    # The service's own delivery role, not the state machine's: no role to evaluate.
    client = context.root_client("logs")

    def put() -> None:
        for group in _groups(config):
            try:
                client.create_log_stream(logGroupName=group, logStreamName=stream)
            except client.exceptions.ResourceAlreadyExistsException:
                pass  # an execution that was resumed after a restart
            except ClientError as error:
                warn("execution log is not delivered", group=group, reason=str(error))
                continue
            client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)

    threading.Thread(target=put, daemon=True).start()
