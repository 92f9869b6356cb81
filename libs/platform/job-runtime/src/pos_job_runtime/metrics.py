"""CloudWatch metrics by the embedded metric format: a log line that CloudWatch turns into metrics, no API call.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pos_job_runtime.document import plain
from pos_job_runtime.generated.constants import METRIC_UNITS, METRICS_NAMESPACE
from pos_job_runtime.generated.documents import Metric, MetricDirective, MetricSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pos_job_runtime.generated.constants import MetricDimension, MetricName
    from pos_job_runtime.logs import JsonLog


def emit_metrics(log: JsonLog, *, values: Mapping[MetricName, float], stage: str = "", dataset: str = "") -> None:
    """Write `values` to the log as metrics of its job, and of its `stage` unless that is empty.

    Stages of one account share the namespace: without the dimension their figures would be one. With a `dataset` they
    count a second time, as those of that dataset. The run's id travels with the line, searchable in Logs Insights,
    without becoming a dimension: each distinct set of dimensions is billed as a metric.
    """
    told: dict[MetricDimension, str] = {"Job": log.job, **({"Stage": stage} if stage else {})}
    sets = [list(told)]
    if dataset:
        told["Dataset"] = dataset
        sets.append(list(told))
    directive = MetricDirective(
        timestamp=int(time.time() * 1000),
        cloud_watch_metrics=[
            MetricSet(
                namespace=METRICS_NAMESPACE,
                dimensions=sets,
                metrics=[Metric(name=name, unit=METRIC_UNITS[name]) for name in values],
            )
        ],
    )
    fields = {str(name): value for name, value in (*told.items(), *values.items())}
    log.raw({"_aws": plain(directive), **fields, "runId": log.run_id})
