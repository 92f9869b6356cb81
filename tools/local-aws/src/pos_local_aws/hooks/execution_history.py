"""An execution's history has every event that AWS writes, and ends the execution when there are too many.

- At most 25,000 events; the last one is the failure, `States.Runtime`.
  https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html
  Error and words as measured in https://github.com/floci-io/floci/issues/2734
- A Map's iterations and a Parallel's branches have their states' events too, and a task tells that it was started.
  https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
- When one iteration or branch fails, the others are stopped, with the jobs that they run.
  https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
"""

import contextvars
import dataclasses
import functools
import json
import threading
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.hooks import execution_scope
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.stepfunctions",
    "_ExecutionError",
    "now_iso",
    _add_event="execution event_type details",
    _run_map_items="state_def raw_input execution ctx",
    _run_parallel_branches="state_def raw_input execution ctx",
    _run_sub_machine="states start_at input_data execution ctx",
    _execute_pass="state_def raw_input ctx",
    _execute_task="state_def raw_input execution ctx",
    _execute_choice="state_def raw_input ctx",
    _execute_wait="state_def raw_input ctx",
    _execute_parallel="state_def raw_input execution ctx",
    _execute_map="state_def raw_input execution ctx",
)
MOST_EVENTS = 25_000
_TOO_MANY = f"The execution reached the maximum number of history events ({MOST_EVENTS})."
_ENDS = ("ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted", "ExecutionSucceeded")
# States whose handlers are given the execution.
_WITH_EXECUTION = ("Task", "Parallel", "Map")
_adding = threading.RLock()
# Set within an iteration or a branch, whose states' events the emulator leaves out.
_inside: contextvars.ContextVar[bool] = contextvars.ContextVar("pos_inside_branch", default=False)


class _Siblings:
    """Iterations or branches that run at the same time: the first failure ends them all."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self._lock = threading.Lock()
        self.first: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        with self._lock:
            self.first = self.first or error
        self.ended.set()


_siblings: contextvars.ContextVar[_Siblings | None] = contextvars.ContextVar("pos_siblings", default=None)


def _adder(original: Any) -> Any:
    from ministack.services import stepfunctions as sfn

    def add_event(execution: Any, event_type: str, details: Any = None) -> Any:
        with _adding:  # Branches write at the same time, and each event has its number.
            count = len(execution["events"])
            if count >= MOST_EVENTS - 1 and event_type not in _ENDS:
                raise sfn._ExecutionError("States.Runtime", _TOO_MANY)
            if count >= MOST_EVENTS:
                return execution["events"][-1]
            event = original(execution, event_type, details)
            if event_type == "TaskScheduled":
                resource = details["taskScheduledEventDetails"]["resource"]
                original(execution, "TaskStarted", {"taskStartedEventDetails": {"resource": resource}})
            return event

    return add_event


def _telling(kind: str, original: Any, *, has_execution: bool) -> Any:
    """A state's handler that, inside a branch, writes that the state was entered and left."""
    from ministack.services import stepfunctions as sfn

    def execute(state_def: Any, raw_input: Any, *more: Any) -> Any:
        scope = execution_scope.current()
        if not _inside.get() or scope is None:
            return original(state_def, raw_input, *more)
        ctx = more[1] if has_execution else more[0]
        name = ctx["State"]["Name"]
        entered = {"name": name, "input": json.dumps(raw_input)}
        sfn._add_event(scope.execution, f"{kind}StateEntered", {"stateEnteredEventDetails": entered})
        found = original(state_def, raw_input, *more)
        left = {"name": name, "output": json.dumps(found[0])}
        sfn._add_event(scope.execution, f"{kind}StateExited", {"stateExitedEventDetails": left})
        return found

    return execute


def _branches(kind: str, original: Any) -> Any:
    """A Map or Parallel whose parts end together."""
    from ministack.services import stepfunctions as sfn

    def run(state_def: Any, raw_input: Any, execution: Any, ctx: Any) -> Any:
        scope = execution_scope.current()
        if scope is None:
            return original(state_def, raw_input, execution, ctx)
        siblings = _Siblings()
        outer, inside = _siblings.set(siblings), _inside.get()
        sfn._add_event(execution, f"{kind}StateStarted", {f"{kind.lower()}StateStartedEventDetails": {}})
        execution_scope.enter(dataclasses.replace(scope, given_up=(*scope.given_up, siblings.ended)))
        try:
            found = original(state_def, raw_input, execution, ctx)
        except sfn._ExecutionError:
            sfn._add_event(execution, f"{kind}StateFailed")
            if siblings.first is not None:
                raise siblings.first from None
            raise
        finally:
            execution_scope.enter(scope)
            _inside.set(inside)
            _siblings.reset(outer)
        sfn._add_event(execution, f"{kind}StateSucceeded")
        return found

    return run


def _part(original: Any) -> Any:
    """One iteration or branch."""
    from ministack.services import stepfunctions as sfn

    def run_sub_machine(states: Any, start_at: Any, input_data: Any, execution: Any, ctx: Any) -> Any:
        siblings = _siblings.get()
        if siblings is None:
            return original(states, start_at, input_data, execution, ctx)
        if siblings.ended.is_set():
            raise sfn._ExecutionError("States.Runtime", "Another iteration failed before this one began")
        index = ctx.get("Map", {}).get("Item", {}).get("Index")

        def tell(end: str) -> None:
            if index is not None:
                details = {"name": ctx["State"]["Name"], "index": index}
                sfn._add_event(execution, f"MapIteration{end}", {f"mapIteration{end}EventDetails": details})

        inside = _inside.set(True)
        try:
            tell("Started")
            found = original(states, start_at, input_data, execution, ctx)
            tell("Succeeded")
        except Exception as error:
            was_stopped = siblings.ended.is_set()
            siblings.fail(error)
            tell("Aborted" if was_stopped else "Failed")
            raise
        finally:
            _inside.reset(inside)
        return found

    return run_sub_machine


def install(context: HookContext) -> None:
    """Number the events, add those that are left out, and stop what has no use any more."""
    from ministack.services import stepfunctions as sfn

    context.patches.replace(sfn, "_add_event", _adder)
    for kind in ("Pass", "Choice", "Wait", "Task", "Parallel", "Map"):
        make = functools.partial(_telling, kind, has_execution=kind in _WITH_EXECUTION)
        context.patches.replace(sfn, f"_execute_{kind.lower()}", make)
    context.patches.replace(sfn, "_run_map_items", lambda original: _branches("Map", original))
    context.patches.replace(sfn, "_run_parallel_branches", lambda original: _branches("Parallel", original))
    context.patches.replace(sfn, "_run_sub_machine", _part)
