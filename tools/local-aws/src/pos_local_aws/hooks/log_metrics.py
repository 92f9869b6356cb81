"""Metrics out of log lines: the embedded metric format, and metric filters.

A line is a metric document when all of it is one JSON object: what Lambda's console.log puts before it makes it a line
like any other. A document that breaks a rule of the format makes no metric.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

The emulator stores log lines and metric filters and makes no metric of either. Both kinds of log writers (PutLogEvents
and Lambda) end in one function, the fan-out to subscription filters, which is where this looks at the lines.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pos_local_aws.context import HookContext
from pos_local_aws.messages import warn
from pos_local_aws.registry import internals

REQUIRES = internals(
    "ministack.services.cloudwatch_logs",
    "_metric_filters",
    _fanout_to_subscription_filters="group_name stream_name events",
    _compile_filter_pattern="raw",
) + internals("ministack.services.cloudwatch", record_metric="namespace metric_name value unit dimensions")


@dataclass(frozen=True, kw_only=True)
class Point:
    """One value of one metric."""

    namespace: str
    name: str
    value: float
    unit: str = "None"
    dimensions: dict[str, str] = field(default_factory=dict)


def _document(message: str) -> dict[str, Any] | None:
    text = message.strip()
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


# An event's bytes: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
_LONGEST_LINE = 1024 * 1024
_MOST_METRICS, _MOST_DIMENSIONS, _MOST_VALUES = 100, 30, 100


class _BrokenRuleError(ValueError):
    """The line is meant as a metric document and is none."""


def _demand(holds: bool, rule: str) -> None:
    if not holds:
        raise _BrokenRuleError(rule)


def _numbers(value: Any) -> list[float]:
    found = value if isinstance(value, list) else [value]
    _demand(all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in found), "values are numbers")
    _demand(len(found) <= _MOST_VALUES, f"a metric has at most {_MOST_VALUES} values")
    return [float(item) for item in found]


def _directive_points(directive: dict[str, Any], document: dict[str, Any]) -> Iterator[Point]:
    metrics = directive["Metrics"]
    _demand(1 <= len(directive["Namespace"]) <= 1024, "a namespace has 1 to 1,024 characters")
    _demand(len(metrics) <= _MOST_METRICS, f"a directive has at most {_MOST_METRICS} metrics")
    for names in directive["Dimensions"] or [[]]:
        _demand(len(names) <= _MOST_DIMENSIONS, f"a set has at most {_MOST_DIMENSIONS} dimensions")
        _demand(all(isinstance(document.get(name), str) for name in names), "a dimension's value is a text")
        for metric in metrics:
            if metric["Name"] not in document:
                continue
            for number in _numbers(document[metric["Name"]]):
                yield Point(
                    namespace=directive["Namespace"],
                    name=metric["Name"],
                    value=number,
                    unit=metric.get("Unit", "None"),
                    dimensions={name: document[name] for name in names},
                )


def embedded_points(message: str) -> list[Point]:
    """The points of a line in embedded metric format; none for any other line.

    Raises ValueError, KeyError or TypeError for a document that breaks the format.
    """
    document = _document(message) if '"_aws"' in message else None
    if document is None:
        return []
    _demand(len(message.encode("utf-8", "replace")) <= _LONGEST_LINE, "a line has at most 1 MiB")
    _demand(isinstance(document["_aws"]["Timestamp"], int), "the timestamp is a number of milliseconds")
    directives = document["_aws"]["CloudWatchMetrics"]
    return [point for directive in directives for point in _directive_points(directive, document)]


def _get(transformation: dict[str, Any], name: str) -> Any:
    """CloudFormation stores the transformation in PascalCase, the API in camelCase."""
    return transformation.get(name, transformation.get(name[0].upper() + name[1:]))


def _selected(document: dict[str, Any] | None, selector: str) -> Any:
    node: Any = document
    for part in selector.removeprefix("$.").split("."):
        node = node.get(part) if isinstance(node, dict) else None
    return node


def _json_pattern_matches(pattern: str, document: dict[str, Any] | None) -> bool:
    """`{ $.field = "value" }` and `!=`, joined by `&&`: the part of the grammar that is understood."""
    for clause in pattern.strip().removeprefix("{").removesuffix("}").split("&&"):
        operator = "!=" if "!=" in clause else "="
        selector, _, wanted = (part.strip() for part in clause.partition(operator))
        found = _selected(document, selector)
        text = json.dumps(found) if isinstance(found, (bool, int, float)) else found
        if found is None or (text == wanted.strip('"')) != (operator == "="):
            return False
    return True


def filter_points(metric_filter: dict[str, Any], messages: Sequence[str], compile_pattern: Any) -> list[Point]:
    """The points that a metric filter makes of these lines."""
    pattern = metric_filter.get("filterPattern", "")
    is_json = pattern.strip().startswith("{")
    matches = compile_pattern(pattern)
    points = []
    for message in messages:
        document = _document(message)
        if not (_json_pattern_matches(pattern, document) if is_json else matches(message)):
            continue
        for transformation in metric_filter.get("metricTransformations") or []:
            wanted = str(_get(transformation, "metricValue"))
            value = _selected(document, wanted) if wanted.startswith("$.") else wanted
            try:
                number = float(value)
            except (TypeError, ValueError):
                continue
            points.append(
                Point(
                    namespace=_get(transformation, "metricNamespace"),
                    name=_get(transformation, "metricName"),
                    value=number,
                )
            )
    return points


def install(context: HookContext) -> None:
    """Record the metrics of every stored line."""
    from ministack.services import cloudwatch, cloudwatch_logs

    def points_of(group: str, messages: list[str]) -> Iterator[Point]:
        for message in messages:
            try:
                yield from embedded_points(message)
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                # A malformed metric document loses its metric, never the log line or its neighbours.
                warn("metric document is malformed", group=group, reason=repr(error))
        for (filtered, _), metric_filter in cloudwatch_logs._metric_filters.items():
            if filtered == group:
                yield from filter_points(metric_filter, messages, cloudwatch_logs._compile_filter_pattern)

    def fanning_out(original: Any) -> Any:
        def fanout(group_name: str, stream_name: str, events: list[dict[str, Any]]) -> None:
            for point in points_of(group_name, [event.get("message", "") for event in events]):
                cloudwatch.record_metric(point.namespace, point.name, point.value, point.unit, point.dimensions)
            original(group_name, stream_name, events)

        return fanout

    context.patches.replace(cloudwatch_logs, "_fanout_to_subscription_filters", fanning_out)
