"""CloudWatch metrics by the embedded metric format: a log line that CloudWatch turns into metrics, no API call.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pos_job_runtime.logs import JsonLog

NAMESPACE = "PosPlatform"
Unit = Literal["Count", "Seconds", "Bytes", "None"]


def metric_line(
    *,
    values: Mapping[str, tuple[float, Unit]],
    dimensions: Mapping[str, str],
    dataset: str = "",
    properties: Mapping[str, Any] | None = None,
    namespace: str = NAMESPACE,
    timestamp_ms: int | None = None,
) -> dict[str, Any]:
    """The EMF document for `values` (metric name → value and unit) under `dimensions`.

    With a `dataset` also under these and `Dataset`: there are figures of all datasets together, and of each.

    `properties` travel with the line, searchable in Logs Insights, without becoming dimensions (each distinct set of
    dimensions is billed as a metric, so the run id belongs here).
    """
    return {
        "_aws": {
            "Timestamp": int(time.time() * 1000) if timestamp_ms is None else timestamp_ms,
            "CloudWatchMetrics": [
                {
                    "Namespace": namespace,
                    "Dimensions": [list(dimensions), *([[*dimensions, "Dataset"]] if dataset else [])],
                    "Metrics": [{"Name": name, "Unit": unit} for name, (_, unit) in values.items()],
                }
            ],
        },
        **dict(dimensions),
        **({"Dataset": dataset} if dataset else {}),
        **{name: value for name, (value, _) in values.items()},
        **dict(properties or {}),
    }


def emit_metrics(
    log: JsonLog,
    *,
    values: Mapping[str, tuple[float, Unit]],
    stage: str = "",
    dataset: str = "",
    dimensions: Mapping[str, str] | None = None,
) -> None:
    """Write `values` to the log as metrics of its job, its `stage` and its `dataset`, unless these are empty.

    Stages of one account share the namespace: without the dimension their figures would be one.
    """
    log.raw(
        metric_line(
            values=values,
            dimensions={"Job": log.job, **({"Stage": stage} if stage else {}), **dict(dimensions or {})},
            dataset=dataset,
            properties={"runId": log.run_id},
        )
    )
