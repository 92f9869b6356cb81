"""Retriers wait as declared: MaxDelaySeconds, JitterStrategy and delays over a minute.

The emulator knows neither and cuts every delay at 60 s. It computes the delay itself, right after it has chosen the
retrier and right before it sleeps; so the chosen retrier's true delay is kept here and slept instead.
"""

import contextvars
import random
import time
from collections.abc import Mapping
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.hooks import execution_scope
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.stepfunctions",
    "_SFN_WAIT_SCALE",
    _find_matching_retrier="retriers error retry_counts",
    _scaled_sleep="seconds",
)
_STEP_SECONDS = 0.1
_due: contextvars.ContextVar[float | None] = contextvars.ContextVar("pos_retry_delay", default=None)


def delay(retrier: Mapping[str, Any], *, attempt: int, uniform: Any = random.uniform) -> float:
    """Seconds before retry number `attempt` (0 = the first)."""
    seconds = float(retrier.get("IntervalSeconds", 1)) * float(retrier.get("BackoffRate", 2.0)) ** attempt
    if "MaxDelaySeconds" in retrier:
        seconds = min(seconds, float(retrier["MaxDelaySeconds"]))
    return float(uniform(0, seconds)) if retrier.get("JitterStrategy") == "FULL" else seconds


def install(context: HookContext) -> None:
    """Keep the retrier's own delay, and make every wait end when its execution does."""
    from ministack.services import stepfunctions

    def finding(original: Any) -> Any:
        def find_matching_retrier(retriers: Any, error: str, retry_counts: dict[int, int]) -> Any:
            retrier, index = original(retriers, error, retry_counts)
            if retrier is not None:
                _due.set(delay(retrier, attempt=retry_counts.get(index, 0)))
            return retrier, index

        return find_matching_retrier

    def scaled_sleep(seconds: float) -> None:
        due = _due.get()
        _due.set(None)
        until = time.monotonic() + (seconds if due is None else due) * stepfunctions._SFN_WAIT_SCALE
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _STEP_SECONDS))
            if context.stopping.is_set():
                execution_scope.freeze()
            scope = execution_scope.current()
            if scope is not None and not scope.is_running:
                raise stepfunctions._ExecutionError("States.Runtime", "The execution ended during a wait")

    context.patches.replace(stepfunctions, "_find_matching_retrier", finding)
    context.patches.replace(stepfunctions, "_scaled_sleep", lambda _: scaled_sleep)
