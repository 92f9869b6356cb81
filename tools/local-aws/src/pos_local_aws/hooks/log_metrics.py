"""Metrics out of log lines: the embedded metric format, and metric filters.

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
    # A Lambda's console.log puts time, request id and level before the text, separated by tabs.
    text = message.strip().rsplit("\t", 1)[-1]
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _numbers(value: Any) -> Iterator[float]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, (int, float)) and not isinstance(item, bool):
            yield float(item)


def embedded_points(message: str) -> list[Point]:
    """The points of a line in embedded metric format; none for any other line."""
    document = _document(message) if '"_aws"' in message else None
    if document is None:
        return []
    points = []
    for directive in (document.get("_aws") or {}).get("CloudWatchMetrics") or []:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(document[name]) for name in names if name in document}
            for metric in directive.get("Metrics") or []:
                points += [
                    Point(
                        namespace=directive["Namespace"],
                        name=metric["Name"],
                        value=number,
                        unit=metric.get("Unit", "None"),
                        dimensions=dimensions,
                    )
                    for number in _numbers(document.get(metric["Name"]))
                ]
    return points


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
            except (KeyError, TypeError, AttributeError) as error:
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
