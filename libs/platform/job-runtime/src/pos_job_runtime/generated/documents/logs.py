"""The documents that the apps hand to one another.

Generated from TypeScript by `npx nx run python-types:generate`: do not edit.
"""

# ruff: noqa
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, field

from pos_job_runtime.document import Document

if TYPE_CHECKING:
    from typing_extensions import TypeAlias

JobName: TypeAlias = Literal["trigger", "validation", "transformation", "maintenance", "repair", "report"]


LogLevel: TypeAlias = Literal["info", "warning", "error"]


class Metric(Document, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1)] = field(name="Name")
    unit: Literal["Count", "Seconds"] = field(name="Unit")


class MetricSet(Document, frozen=True, kw_only=True):
    namespace: Literal["PosPlatform"] = field(name="Namespace")
    dimensions: Sequence[Sequence[Literal["Job", "Stage", "Dataset"]]] = field(name="Dimensions")
    metrics: Sequence[Metric] = field(name="Metrics")


class MetricDirective(Document, frozen=True, kw_only=True):
    timestamp: Annotated[int, Meta(ge=0, le=9007199254740991)] = field(name="Timestamp")
    cloud_watch_metrics: Sequence[MetricSet] = field(name="CloudWatchMetrics")
