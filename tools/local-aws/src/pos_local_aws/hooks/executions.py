"""The life of an execution: idempotent start, time-out, metrics, log delivery, and survival of a restart."""

import contextvars
import json
import re
import threading
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.hooks import execution_logs, execution_scope, persistence
from pos_local_aws.hooks.integrations import PAYLOAD_BYTES
from pos_local_aws.registry import internals

REQUIRES = (
    internals(
        "ministack.services.stepfunctions",
        "_executions",
        "_state_machines",
        "error_response_json",
        "json_response",
        "now_iso",
        "get_account_id",
        "get_region",
        "time",
        _start_execution="data",
        _run_execution="exec_arn",
        _fail_execution="execution error cause",
        _emit_execution_status_event="execution",
        _resolve_state_machine_arn="arn",
        _restore_state="data",
        _add_event="execution event_type details",
        _iso_to_epoch_ms="iso",
    )
    + internals("ministack.services.cloudwatch", record_metric="namespace metric_name value unit dimensions")
    + internals("ministack.core.responses", "set_request_account_id", "set_request_region")
)

_METRICS = {
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}
_BAD_NAME = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")
_to_resume: list[tuple[str, str, str]] = []
# Seconds that the emulator lets pass before the first state of each execution, for nothing.
_PAUSE = 0.15


class _Clock:
    """The emulator's `time` without that pause. No state waits for it: states wait for whole seconds."""

    def __init__(self, original: Any) -> None:
        self._original = original

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)

    def sleep(self, seconds: float) -> None:
        if seconds != _PAUSE:
            self._original.sleep(seconds)


def _invalid_start(data: dict[str, Any]) -> tuple[str, str] | None:
    """The error code and words with which AWS refuses this StartExecution, or None."""
    name, given = data.get("name"), data.get("input", "{}")
    if name is not None and (not 1 <= len(name) <= 80 or _BAD_NAME.search(name)):
        return "InvalidName", f"Invalid Name: '{name}'"
    if len(given.encode()) > PAYLOAD_BYTES:
        return "InvalidExecutionInput", f"Input is longer than {PAYLOAD_BYTES} bytes"
    try:
        json.loads(given)
    except ValueError as error:
        return "InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'"
    return None


def _started_before(data: dict[str, Any]) -> dict[str, Any] | None:
    """The running execution of this name and input: starting it again is the same start."""
    from ministack.services import stepfunctions as sfn

    arn = sfn._resolve_state_machine_arn(data.get("stateMachineArn", ""))
    if arn is None or data.get("name") is None:
        return None
    machine = sfn._state_machines[arn]["name"]
    name = f"arn:aws:states:{sfn.get_region()}:{sfn.get_account_id()}:execution:{machine}:{data['name']}"
    execution: dict[str, Any] | None = sfn._executions.get(name)
    if execution is None or execution["status"] != "RUNNING" or execution["input"] != data.get("input", "{}"):
        return None
    return execution


def _time_out(execution: dict[str, Any]) -> None:
    from ministack.services import stepfunctions as sfn

    if execution["status"] != "RUNNING":
        return
    execution.update(status="TIMED_OUT", error="States.Timeout", stopDate=sfn.now_iso())
    sfn._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {"error": "States.Timeout"}})
    sfn._emit_execution_status_event(execution)


def _run(original: Any, arn: str) -> None:
    from ministack.services import stepfunctions as sfn

    execution = sfn._executions.get(arn)
    machine = sfn._state_machines.get(execution["stateMachineArn"]) if execution else None
    if execution is None or machine is None:
        original(arn)
        return
    execution_scope.enter(execution_scope.Scope(execution=execution, role=machine.get("roleArn")))
    seconds = json.loads(machine["definition"]).get("TimeoutSeconds")
    timer = None
    if seconds:
        timer = threading.Timer(float(seconds), contextvars.copy_context().run, args=(_time_out, execution))
        timer.daemon = True
        timer.start()
    try:
        original(arn)
    finally:
        if timer is not None:
            timer.cancel()


def _record(execution: dict[str, Any]) -> None:
    from ministack.services import cloudwatch
    from ministack.services import stepfunctions as sfn

    dimensions = {"StateMachineArn": execution["stateMachineArn"]}
    cloudwatch.record_metric("AWS/States", _METRICS[execution["status"]], 1, "Count", dimensions)
    started, stopped = (sfn._iso_to_epoch_ms(execution.get(key)) for key in ("startDate", "stopDate"))
    if started and stopped:
        cloudwatch.record_metric("AWS/States", "ExecutionTime", stopped - started, "Milliseconds", dimensions)


def resume() -> None:
    """Start again, from their first state, the executions that the last stop interrupted.

    On AWS an execution outlives everything. Every step of the pipeline may be repeated, so a repetition is the
    nearest thing; its history goes on with ExecutionRedriven.
    """
    from ministack.core import responses
    from ministack.services import stepfunctions as sfn

    def run_again(account: str, region: str, arn: str) -> None:
        responses.set_request_account_id(account)
        responses.set_request_region(region)
        execution = sfn._executions[arn]
        count = execution["redriveCount"] = execution.get("redriveCount", 0) + 1
        details = {"executionRedrivenEventDetails": {"redriveCount": count}}
        sfn._add_event(execution, "ExecutionRedriven", details)
        sfn._run_execution(arn)

    for scope in _to_resume:
        threading.Thread(target=contextvars.Context().run, args=(run_again, *scope), daemon=True).start()
    _to_resume.clear()


def _restoring(original: Any) -> Any:
    def restore_state(data: dict[str, Any]) -> None:
        from ministack.services import stepfunctions as sfn

        original(data)
        for (account, region, arn), execution in sfn._executions._data.items():
            is_top_level = not execution.get("mapRunArn") and not execution.get("sync")
            if execution.get("error") == "States.ServiceRestart" and is_top_level:
                execution.update(status="RUNNING", stopDate=None)
                for key in ("error", "cause"):
                    execution.pop(key, None)
                _to_resume.append((account, region, arn))

    return restore_state


def install(context: HookContext) -> None:
    """Wrap the start, the run, the status event, the failure and the restore of executions."""
    from ministack.services import stepfunctions as sfn

    def starting(original: Any) -> Any:
        def start_execution(data: dict[str, Any]) -> Any:
            if (problem := _invalid_start(data)) is not None:
                return sfn.error_response_json(*problem, 400)
            if (execution := _started_before(data)) is not None:
                answer = {key: execution[key] for key in ("executionArn", "startDate")}
                return sfn.json_response(answer)
            answer = original(data)
            persistence.touch(urgent=True)
            return answer

        return start_execution

    def running(original: Any) -> Any:
        return lambda exec_arn: _run(original, exec_arn)

    def failing(original: Any) -> Any:
        def fail_execution(execution: dict[str, Any], error: str, cause: str) -> None:
            # A stopped or timed-out execution keeps its status, whatever its last task says.
            if execution["status"] == "RUNNING":
                original(execution, error, cause)

        return fail_execution

    def emitting(original: Any) -> Any:
        def emit(execution: dict[str, Any]) -> None:
            if execution["status"] in _METRICS:
                _record(execution)
            original(execution)
            if execution["status"] != "RUNNING":
                execution_logs.deliver(context, execution)
                persistence.touch(urgent=True)

        return emit

    patches = context.patches
    patches.replace(sfn, "time", _Clock)
    patches.replace(sfn, "_start_execution", starting)
    patches.replace(sfn, "_run_execution", running)
    patches.replace(sfn, "_fail_execution", failing)
    patches.replace(sfn, "_emit_execution_status_event", emitting)
    patches.replace(sfn, "_restore_state", _restoring)
