"""When an alarm is in which state: CloudWatch's evaluation of periods, as a pure function."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The state and the words that CloudWatch gives for it."""

    state: State
    reason: str


def period_values(
    points: Sequence[Mapping[str, Any]],
    *,
    now: float,
    period: float,
    periods: int,
    statistic: Callable[[Sequence[Mapping[str, Any]]], float | None],
) -> list[float | None]:
    """One value per period, newest first, of which the first still runs; None where a period has no data."""
    last = int(now // period)
    buckets: dict[int, list[Mapping[str, Any]]] = {}
    for point in points:
        buckets.setdefault(int(point["Timestamp"] // period), []).append(point)
    return [statistic(found) if (found := buckets.get(last - index)) else None for index in range(periods)]


def judge(alarm: Mapping[str, Any], values: Sequence[float | None], *, current: State) -> Verdict:
    """The alarm's state for its last EvaluationPeriods values."""
    name = alarm["ComparisonOperator"]
    threshold = float(alarm["Threshold"])
    needed = int(alarm.get("DatapointsToAlarm") or len(values))
    missing: str = alarm.get("TreatMissingData") or "missing"
    known = [value for value in values if value is not None]
    breaching = sum(_COMPARE[name](value, threshold) for value in known)
    gaps = len(values) - len(known)
    if missing == "breaching":
        breaching += gaps
    elif missing == "ignore" and not known:
        return Verdict(state=current, reason="No data, and missing data is ignored")
    elif missing == "missing" and not known:
        return Verdict(state="INSUFFICIENT_DATA", reason=f"Insufficient Data: {gaps} datapoints were missing")
    state: State = "ALARM" if breaching >= needed else "OK"
    shown = ", ".join(f"{value:g}" for value in known[:3]) or f"{gaps} missing, treated as {missing}"
    verb = "was" if state == "ALARM" else "was not"
    return Verdict(
        state=state,
        reason=f"Threshold Crossed: {breaching} of {len(values)} datapoints [{shown}] {verb} {name} ({threshold:g})",
    )


def judge_now(alarm: Mapping[str, Any], values: Sequence[float | None], *, current: State) -> Verdict:
    """The alarm's state, given the running period and then the EvaluationPeriods before it.

    CloudWatch judges periods that have ended. A laptop need not wait for that: the running period may set an alarm off,
    but it neither counts as missing nor hides what came in the last seconds of the one before.
    """
    ended = judge(alarm, values[1:], current=current)
    if values[0] is None or ended.state == "ALARM":
        return ended
    return judge(alarm, values[:-1], current=current)
