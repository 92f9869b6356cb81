"""Alarms are evaluated on a timer, per period and per dimension, with missing data treated as declared.

The emulator looks at alarms only when somebody calls PutMetricData, mixes all dimensions of a metric, and never alarms
on the absence of data. The timer also publishes the queue depths, which the emulator does not.
"""

import contextvars
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.hooks.alarm_rules import judge_now, period_values
from pos_local_aws.messages import warn
from pos_local_aws.registry import internals

REQUIRES = (
    internals(
        "ministack.services.cloudwatch",
        "_alarms",
        "_metrics",
        _evaluate_alarm="alarm",
        _calc_stats="points",
        _stat_value="stats stat_name points",
        _record_history="alarm_name old_state new_state reason alarm_type reason_data",
        _dispatch_alarm_actions="alarm old_state new_state reason",
        _evaluate_parent_alarms="child seen",
        record_metric="namespace metric_name value unit dimensions",
    )
    + internals("ministack.services.sqs", "_queues")
    + internals("ministack.core.responses", "set_request_account_id", "set_request_region")
)
_DEPTH_SECONDS = 60.0  # between two equal depths of a queue
_depths: dict[tuple[str, str], tuple[int, float]] = {}


def _dimensions(alarm: Mapping[str, Any]) -> dict[str, str]:
    """As stored: a list of Name/Value pairs from the API, or a mapping."""
    found = alarm.get("Dimensions") or {}
    return dict(found) if isinstance(found, Mapping) else {item["Name"]: str(item["Value"]) for item in found}


def _points(alarm: Mapping[str, Any]) -> list[dict[str, Any]]:
    from ministack.services import cloudwatch

    wanted = _dimensions(alarm)
    return [
        point
        for (namespace, name, _), points in cloudwatch._metrics.items()
        if namespace == alarm["Namespace"] and name == alarm["MetricName"]
        for point in list(points)
        if (point.get("Dimensions") or {}) == wanted
    ]


def _statistic(alarm: Mapping[str, Any]) -> Any:
    from ministack.services import cloudwatch

    name = alarm.get("ExtendedStatistic") or alarm.get("Statistic", "Average")

    def value(points: Sequence[Mapping[str, Any]]) -> Any:
        return cloudwatch._stat_value(cloudwatch._calc_stats(points), name, points)

    return value


def evaluate(alarm: dict[str, Any]) -> None:
    """Set the alarm's state and run the actions of a change. Metric-math alarms stay as they are."""
    from ministack.services import cloudwatch

    if not alarm.get("Namespace") or not alarm.get("MetricName"):
        return
    values = period_values(
        _points(alarm),
        now=time.time(),
        period=float(alarm.get("Period") or 60),
        periods=int(alarm.get("EvaluationPeriods") or 1) + 1,
        statistic=_statistic(alarm),
    )
    before = alarm["StateValue"]
    verdict = judge_now(alarm, values, current=before)
    if verdict.state == before:
        return
    alarm["StateValue"] = verdict.state
    alarm["StateReason"] = verdict.reason
    alarm["StateUpdatedTimestamp"] = int(time.time())
    cloudwatch._record_history(alarm["AlarmName"], before, verdict.state, verdict.reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, verdict.state, verdict.reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _record_depths(account: str) -> None:
    from ministack.services import cloudwatch, sqs

    now = time.time()
    for queue in sqs._queues.values():
        waiting = [message for message in list(queue["messages"]) if message.get("visible_at", 0) <= now]
        name = queue["attributes"]["QueueArn"].rsplit(":", 1)[-1]
        before, said = _depths.get((account, name), (-1, 0.0))
        if len(waiting) == before and now - said < _DEPTH_SECONDS:
            continue
        _depths[account, name] = (len(waiting), now)
        age = max((now - message.get("sent_at", now) for message in waiting), default=0.0)
        for metric, value, unit in (
            ("ApproximateNumberOfMessagesVisible", float(len(waiting)), "Count"),
            ("ApproximateAgeOfOldestMessage", age, "Seconds"),
        ):
            cloudwatch.record_metric("AWS/SQS", metric, value, unit, {"QueueName": name})


def _in_scope(account: str, region: str, work: Any, *arguments: Any) -> None:
    from ministack.core import responses

    responses.set_request_account_id(account)
    responses.set_request_region(region)
    work(*arguments)


def tick() -> None:
    """One round over the queues and alarms of all accounts and regions."""
    from ministack.services import cloudwatch, sqs

    for account, region in {(key[0], key[1]) for key in list(sqs._queues._data)}:
        contextvars.Context().run(_in_scope, account, region, _record_depths, account)
    for (account, region, name), alarm in list(cloudwatch._alarms._data.items()):
        try:
            contextvars.Context().run(_in_scope, account, region, evaluate, alarm)
        except Exception as error:  # one bad alarm must not silence the others
            warn("alarm is not evaluated", alarm=name, reason=repr(error))


def start(context: HookContext) -> None:
    """Begin the timer."""

    def loop() -> None:
        while not context.stopping.wait(context.settings.alarm_seconds):
            tick()

    threading.Thread(target=loop, daemon=True, name="alarms").start()


def install(context: HookContext) -> None:
    """Take over the emulator's own evaluation, which runs on PutMetricData."""
    from ministack.services import cloudwatch

    context.patches.replace(cloudwatch, "_evaluate_alarm", lambda _: evaluate)
